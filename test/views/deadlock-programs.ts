/** Programs that come to a deadlock, as traces. */

import {
  busy,
  createTask,
  Event,
  EventLoop,
  gather,
  Lock,
  Recorder,
  sleep,
  toThread,
} from '../../src/index.ts';
import { simulate } from '../../src/testing/index.ts';
import type { Trace } from '../../src/trace/trace.ts';

function* eat(first: Lock, second: Lock) {
  yield* first.run(function* () {
    yield* sleep(10);
    yield* second.run(() => sleep(10));
  });
}

/** Two wait for each other from 15 ms on, main for both; the thread of the pool has nothing to do meanwhile. */
export function stuckInAPool(): Trace {
  const { trace } = simulate(function* main() {
    const [fork, knife] = [new Lock('fork'), new Lock('knife')];
    yield* toThread(function* () {
      yield* busy(5, 'hash');
    });
    const ann = createTask(eat(fork, knife), { name: 'ann' });
    yield* gather(ann, createTask(eat(knife, fork), { name: 'bob' }));
  });
  return trace;
}

/** One that waits for ever, twice, at 0 and at 10 ms; somebody outside helps it on each time. */
export function stuckTwice(): Trace {
  const recorder = new Recorder();
  const loop = new EventLoop({ trace: recorder });
  const go = new Event('go');
  function* walk() {
    for (let stop = 0; stop < 2; stop++) {
      yield* go.wait();
      go.clear();
      yield* sleep(10);
    }
  }
  const walker = loop.createTask(walk(), { name: 'walker' });
  for (let stop = 0; stop < 2; stop++) {
    try {
      loop.runUntilComplete(walker);
    } catch {
      go.set();
    }
  }
  loop.runUntilComplete(walker);
  return recorder.toTrace();
}
