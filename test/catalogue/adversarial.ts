/** What asyncio never does, as its ready queue is first in, first out; another loop may. */

import { type Coroutine, createTask, Event, gather, getRunningLoop, Queue, sleep } from 'loopscope';
import { type Entry, entry, must } from './entry.ts';

const startedFirst = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const isReady = new Event('ready');
    let log: string[] | null = null;
    function* logger(): Coroutine<void> {
      log = [];
      isReady.set();
      yield* sleep(10);
    }
    function* service(): Coroutine<void> {
      if (isFixed) yield* isReady.wait();
      must(log !== null, 'the service logs, and the logger hasn’t begun');
      yield* sleep(1);
    }
    yield* gather(createTask(logger(), { name: 'logger' }), createTask(service(), { name: 'service' }));
  };

const oneTurnIsEnough = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const items = new Queue<string>(0, 'items');
    let taken = 0;
    function* taker(): Coroutine<void> {
      yield* items.get();
      taken++;
      items.taskDone();
    }
    const taking = createTask(taker(), { name: 'taker' });
    items.putNowait('item');
    if (isFixed) yield* items.join();
    else yield* sleep(0); // gives way once: by then it has it
    const seen = taken;
    yield* taking;
    must(seen === 1, 'one turn was not enough for the taker to take it');
  };

const callbacksInOrder = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const loop = getRunningLoop();
    const lines: string[] = [];
    if (isFixed)
      loop.callSoon(() => {
        lines.push('head');
        lines.push('body');
      });
    else for (const line of ['head', 'body']) loop.callSoon(() => lines.push(line));
    yield* sleep(1);
    must(lines[0] === 'head', `two callbacks that were to come one after the other: ${lines.join(', ')}`);
  };

export const adversarial: readonly Entry[] = [
  entry({
    name: 'who was started first',
    about:
      'A service relies on the logger to have had its first step, since it was made before. The twin waits until it says so.',
    kind: 'order',
    mode: 'adversarial',
    program: startedFirst,
    expects: /the logger hasn’t begun/,
  }),
  entry({
    name: 'one turn is enough',
    about: 'After sleep(0) another task is believed to have done its part. The twin waits until it has.',
    kind: 'order',
    mode: 'adversarial',
    program: oneTurnIsEnough,
    expects: /one turn was not enough/,
  }),
  entry({
    name: 'callbacks in order',
    about:
      'What belongs together is handed to the loop in two callbacks, as if nothing could be between or before. The twin has one.',
    kind: 'order',
    mode: 'adversarial',
    program: callbacksInOrder,
    expects: /one after the other: body/,
  }),
];
