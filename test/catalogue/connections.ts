/** Files, sockets and streams: closed too early, or twice, or used by two. */

import { type Coroutine, createTask, Device, gather, Lock, sleep } from 'loopscope';
import { type Entry, entry, must } from './entry.ts';

const interleavedOutput = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const socket = new Device({ name: 'socket', latency: 2 });
    const lock = new Lock('socket');
    const sent: string[] = [];
    function* send(message: string): Coroutine<void> {
      for (const part of ['head', 'body']) {
        yield* socket.request({ label: `${part} of ${message}` });
        sent.push(`${part} ${message}`);
      }
    }
    function* client(message: string, arrives: readonly [number, number]): Coroutine<void> {
      yield* new Device({ name: message, latency: arrives }).request();
      yield* isFixed ? lock.run(() => send(message)) : send(message);
    }
    yield* gather(client('ping', [0, 7]), client('data', [5, 12]));
    const heads = sent.filter((_, at) => at % 2 === 0);
    must(
      heads.every((part) => part.startsWith('head')),
      `the parts of two messages are mixed: ${sent.join(', ')}`,
    );
  };

const doubleClose = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const disk = new Device({ name: 'disk', latency: [1, 10] });
    let isClosing = false;
    let closed = 0;
    function* close(): Coroutine<void> {
      if (isClosing || closed > 0) return;
      if (isFixed) isClosing = true;
      yield* disk.request({ label: 'flush' });
      closed++;
    }
    function* later(ms: number): Coroutine<void> {
      yield* sleep(ms);
      yield* close();
    }
    yield* gather(createTask(later(0), { name: 'writer' }), createTask(later(6), { name: 'reader' }));
    must(closed === 1, 'the file was closed twice: by then it may have been somebody else’s');
  };

const closeWhileInUse = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const database = new Device({ name: 'database', latency: [5, 40] });
    let users = 0;
    let isOpen = true;
    function* query(): Coroutine<void> {
      users++;
      yield* database.request({ label: 'select' });
      must(isOpen, 'the connection was closed under a query');
      users--;
    }
    function* reaper(): Coroutine<void> {
      yield* sleep(20); // idle for so long, as it believes
      while (isFixed && users > 0) yield* sleep(20);
      isOpen = false;
    }
    yield* gather(createTask(query(), { name: 'query' }), createTask(reaper(), { name: 'reaper' }));
  };

const openedForOne = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [3, 20] });
    const listeners = new Set<string>();
    let stream: { isOpen: boolean } | null = null;
    function* subscribe(name: string): Coroutine<void> {
      listeners.add(name);
      stream ??= { isOpen: true };
    }
    function* unsubscribe(name: string): Coroutine<void> {
      listeners.delete(name);
      if (listeners.size > 0) return;
      yield* net.request({ label: 'goodbye' });
      if (isFixed && listeners.size > 0) return; // somebody came during the farewell
      stream = null;
    }
    function* later(): Coroutine<void> {
      yield* sleep(15);
      yield* subscribe('bob');
    }
    yield* subscribe('ann');
    yield* gather(unsubscribe('ann'), later());
    must(stream !== null, 'bob listens to a stream that was closed for ann');
  };

export const connections: readonly Entry[] = [
  entry({
    name: 'messages mixed up',
    about:
      'A message goes out in two parts with a wait between, and another one gets in there. The twin sends each under a lock.',
    kind: 'race',
    program: interleavedOutput,
    expects: /the parts of two messages are mixed/,
  }),
  entry({
    name: 'closed twice',
    about:
      'It is noted that the file is closed after the flush, so who comes during the flush closes it too. The twin notes it before.',
    kind: 'race',
    program: doubleClose,
    expects: /the file was closed twice/,
  }),
  entry({
    name: 'closed while in use',
    about:
      'A connection that looks idle is closed, and a slow query is still on it. The twin counts the users and waits for them.',
    kind: 'race',
    program: closeWhileInUse,
    expects: /closed under a query/,
  }),
  entry({
    name: 'a stream closed for another',
    about:
      'The last listener goes, another one comes during the farewell, and the stream is closed all the same. The twin looks again.',
    kind: 'ABA',
    program: openedForOne,
    expects: /listens to a stream that was closed/,
  }),
];
