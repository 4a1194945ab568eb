/** Somebody is told when nobody listens, or the wrong one, or once for two. */

import { Condition, type Coroutine, createTask, Device, Event, gather, sleep } from 'loopscope';
import { type Entry, entry, must } from './entry.ts';

const ifInsteadOfWhile = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const ready = new Condition({ name: 'ready' });
    const items: string[] = [];
    function* patient(): Coroutine<void> {
      yield* ready.run(function* () {
        if (isFixed) while (items.length === 0) yield* ready.wait();
        else if (items.length === 0) yield* ready.wait();
        must(items.length > 0, 'woken for an item, and somebody else has it');
        items.pop();
      });
    }
    function* passer(): Coroutine<void> {
      yield* sleep(10);
      yield* ready.run(function* () {
        items.pop(); // if there is one
      });
    }
    function* producer(): Coroutine<void> {
      yield* sleep(10);
      for (const item of ['first', 'second']) {
        yield* ready.run(function* () {
          items.push(item);
          ready.notify();
        });
        yield* sleep(5);
      }
    }
    yield* gather(
      patient(),
      createTask(passer(), { name: 'passer' }),
      createTask(producer(), { name: 'producer' }),
    );
  };

const notifyTheWrongOne = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const changed = new Condition({ name: 'changed' });
    const buffer: string[] = [];
    const tell = () => (isFixed ? changed.notifyAll() : changed.notify());
    function* put(item: string, at: number): Coroutine<void> {
      yield* sleep(at);
      yield* changed.run(function* () {
        yield* changed.waitFor(() => buffer.length < 1);
        buffer.push(item);
        tell();
      });
    }
    function* take(at: number): Coroutine<void> {
      yield* sleep(at);
      yield* changed.run(function* () {
        yield* changed.waitFor(() => buffer.length > 0);
        buffer.pop();
        tell();
      });
    }
    yield* gather(take(1), take(1), put('a', 2), put('b', 2), put('c', 3), take(3));
  };

const signalledBeforeWaiting = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const disk = new Device({ name: 'disk', latency: [2, 20] });
    const finished = new Condition({ name: 'finished' });
    let isFinished = false;
    function* worker(): Coroutine<void> {
      yield* sleep(10);
      yield* finished.run(function* () {
        isFinished = true;
        finished.notifyAll();
      });
    }
    const task = createTask(worker(), { name: 'worker' });
    yield* disk.request({ label: 'open the log' });
    yield* finished.run(function* () {
      if (!isFixed || !isFinished) yield* finished.wait();
    });
    yield* task;
  };

const clearedTooEarly = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const disk = new Device({ name: 'disk', latency: [1, 12] });
    const work = new Event('work');
    const inbox: string[] = [];
    const done: string[] = [];
    function* worker(): Coroutine<void> {
      while (done.length < 2) {
        yield* work.wait();
        if (isFixed) work.clear();
        for (const mail of inbox.splice(0)) {
          yield* disk.request({ label: mail });
          done.push(mail);
        }
        if (!isFixed) work.clear(); // all done, as it believes
      }
    }
    function* sender(): Coroutine<void> {
      for (const mail of ['first', 'second']) {
        inbox.push(mail);
        work.set();
        yield* sleep(6);
      }
    }
    yield* gather(createTask(worker(), { name: 'worker' }), createTask(sender(), { name: 'sender' }));
  };

const onePulse = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const start = new Event('start');
    const net = new Device({ name: 'net', latency: [1, 15] });
    function* runner(): Coroutine<void> {
      yield* net.request({ label: 'put on shoes' });
      yield* start.wait();
    }
    function* starter(): Coroutine<void> {
      yield* sleep(10);
      start.set();
      if (!isFixed) start.clear();
    }
    yield* gather(
      createTask(runner(), { name: 'runner-1' }),
      createTask(runner(), { name: 'runner-2' }),
      createTask(starter(), { name: 'starter' }),
    );
  };

const edgeTriggered = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const disk = new Device({ name: 'disk', latency: [1, 12] });
    const readable = new Event('readable');
    const buffer: string[] = [];
    let handled = 0;
    function* reader(): Coroutine<void> {
      while (handled < 3) {
        yield* readable.wait();
        readable.clear();
        do {
          const line = buffer.shift()!;
          yield* disk.request({ label: line });
          handled++;
        } while (isFixed && buffer.length > 0);
      }
    }
    function* writer(): Coroutine<void> {
      for (const line of ['one', 'two', 'three']) {
        buffer.push(line);
        if (buffer.length === 1) readable.set(); // it was empty, and isn't any more
        yield* sleep(5);
      }
    }
    yield* gather(createTask(reader(), { name: 'reader' }), createTask(writer(), { name: 'writer' }));
  };

const looksThenSleeps = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const log = new Device({ name: 'log', latency: [1, 8] });
    const bell = new Event('bell');
    const jobs: string[] = [];
    let isAsleep = false;
    function* worker(): Coroutine<void> {
      if (isFixed) isAsleep = true;
      if (jobs.length === 0) {
        yield* log.request({ label: 'nothing to do' });
        isAsleep = true;
        yield* bell.wait();
      }
      must(jobs.shift() !== undefined, 'woken without a job');
    }
    function* boss(): Coroutine<void> {
      yield* sleep(5);
      jobs.push('sweep');
      if (isAsleep) bell.set(); // whoever is awake sees the job by himself
    }
    yield* gather(createTask(worker(), { name: 'worker' }), createTask(boss(), { name: 'boss' }));
  };

export const lostWakeUps: readonly Entry[] = [
  entry({
    name: 'if instead of while',
    about:
      'Between the notification and the lock somebody else takes the item, and the one who was woken doesn’t look again. The twin looks in a loop.',
    kind: 'lost wake-up',
    program: ifInsteadOfWhile,
    expects: /woken for an item, and somebody else has it/,
  }),
  entry({
    name: 'notify wakes the wrong one',
    about:
      'Those who wait for an item and those who wait for a place share a condition, and one notification wakes one who can’t use it. The twin wakes all.',
    kind: 'lost wake-up',
    program: notifyTheWrongOne,
    expects: /^DeadlockError/,
  }),
  entry({
    name: 'signalled before anybody waits',
    about:
      'A condition keeps no notification: who comes after it, and doesn’t look whether it is true already, waits for ever. The twin looks.',
    kind: 'lost wake-up',
    program: signalledBeforeWaiting,
    expects: /^DeadlockError/,
    alongside: 'lost wake-up',
  }),
  entry({
    name: 'cleared after the work',
    about:
      'The event is cleared when the work is done, and with it the word of what came meanwhile. The twin clears it before it looks.',
    kind: 'lost wake-up',
    program: clearedTooEarly,
    expects: /^DeadlockError/,
  }),
  entry({
    name: 'a starting shot',
    about:
      'The event is set and cleared at once, so that it wakes those who wait by then and nobody who comes later. The twin leaves it set.',
    kind: 'lost wake-up',
    program: onePulse,
    expects: /^DeadlockError/,
  }),
  entry({
    name: 'one word for two lines',
    about:
      'The reader is told when the buffer stops being empty, and takes one line each time: if there are two, nobody will tell it again. The twin takes all.',
    kind: 'lost wake-up',
    program: edgeTriggered,
    expects: /^DeadlockError/,
    alongside: 'lost wake-up',
  }),
  entry({
    name: 'looks, then goes to sleep',
    about:
      'Between looking for work and saying that it sleeps the worker waits for its log: the job that comes there rings no bell. The twin says so before it looks.',
    kind: 'lost wake-up',
    program: looksThenSleeps,
    expects: /^DeadlockError/,
  }),
];
