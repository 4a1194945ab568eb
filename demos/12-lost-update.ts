/**
 * The lost update.
 *
 * Two workers add up what they count. Each reads the counter, works, and writes it back. A thread may be preempted in
 * between, and then writes over what the other has written meanwhile. A lock keeps the others out. Coroutines need none
 * here: between two `yield*` nobody else runs.
 */
import {
  busy,
  type Coroutine,
  compute,
  createTask,
  gather,
  print,
  runThreads,
  sleep,
  Thread,
  ThreadLock,
} from 'loopscope';
import { demo } from 'loopscope/node';

const ROUNDS = 3;

/** Counts in two threads; `guarded` keeps the other one out, or doesn't. */
function* countInThreads(guarded: (add: () => Coroutine<void>) => Coroutine<void>): Coroutine<void> {
  let counter = 0;
  function* add(): Coroutine<void> {
    const seen = counter;
    yield* busy(3, `${seen} + 1`);
    counter = seen + 1;
  }
  function* count(): Coroutine<void> {
    for (let round = 0; round < ROUNDS; round++) yield* guarded(add);
  }
  const threads = ['ann', 'bob'].map((name) => new Thread(count, { name }).start());
  for (const thread of threads) yield* thread.join();
  print(`counted ${counter} of ${2 * ROUNDS}`);
}

const unguarded = () => runThreads(() => countInThreads((add) => add()));

function underLock(): void {
  const lock = new ThreadLock('counter');
  runThreads(() => countInThreads((add) => lock.run(add)));
}

function* countInTasks(): Coroutine<void> {
  let counter = 0;
  function* count(): Coroutine<void> {
    for (let round = 0; round < ROUNDS; round++) {
      const seen = counter;
      compute(3, `${seen} + 1`); // long, but a plain call: nobody else runs
      counter = seen + 1;
      yield* sleep(0);
    }
  }
  yield* gather(['ann', 'bob'].map((name) => createTask(count(), { name })));
  print(`counted ${counter} of ${2 * ROUNDS}`);
}

export default demo(import.meta, {
  title: 'The lost update: counter += 1 across a preemption',
  parts: [
    { title: 'threads', program: unguarded },
    { title: 'threads with a lock', program: underLock },
    { title: 'coroutines', program: countInTasks },
  ],
  moments: ({ kind }) => kind === 'thread:preempt',
  watch: [
    'ann is preempted at 5 ms, in the middle of her second `1 + 1`; bob reads',
    'the same 1. Both write 2, and one update is lost. With the lock bob waits;',
    'coroutines can’t be interrupted between two `yield*`.',
  ],
  question: 'Coroutines: move the sleep between reading and writing. How much is lost?',
});
