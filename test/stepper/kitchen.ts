/** Small programs to step through, with the lines where everybody stands. */

import {
  busy,
  type Coroutine,
  compute,
  createTask,
  gather,
  Lock,
  print,
  Recorder,
  run,
  runThreads,
  sleep,
  Thread,
  type Trace,
} from '../../src/index.ts';

/** Two cooks at one stove: waits, a lock, a computation, output. */
export function kitchen(): Trace {
  const stove = new Lock('stove');
  function* cook(ms: number): Coroutine<void> {
    yield* stove.run(function* () {
      yield* sleep(ms);
      compute(5, 'taste');
    });
    print('served');
  }
  const recorder = new Recorder();
  run(
    function* (): Coroutine<void> {
      yield* gather(createTask(cook(40), { name: 'rice' }), createTask(cook(20), { name: 'soup' }));
    },
    { trace: recorder, name: 'main', print: () => {}, sites: () => 'test/stepper/kitchen.ts' },
  );
  return recorder.toTrace({ title: 'The kitchen' });
}

/** Two threads that take turns under one GIL. */
export function workshop(): Trace {
  const recorder = new Recorder();
  function* saw(): Coroutine<void> {
    yield* busy(12, 'saw');
  }
  runThreads(
    function* (): Coroutine<void> {
      const others = ['ann', 'bob'].map((name) => new Thread(saw, { name }).start());
      for (const thread of others) yield* thread.join();
    },
    { trace: recorder, print: () => {} },
  );
  return recorder.toTrace({ title: 'The workshop' });
}

/** So many tasks that each compute for a while, and all wait for all before them. */
export function crowd(size = 50): Trace {
  const recorder = new Recorder();
  function* work(): Coroutine<void> {
    compute(1, 'work');
  }
  run(
    function* (): Coroutine<void> {
      yield* gather(Array.from({ length: size }, (_, i) => createTask(work(), { name: `t${i}` })));
    },
    { trace: recorder, name: 'main' },
  );
  return recorder.toTrace({ title: 'The crowd' });
}
