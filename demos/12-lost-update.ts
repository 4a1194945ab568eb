/**
 * The lost update.
 *
 * Two workers count. Each reads the counter, works, and writes it back, three times. A thread may be preempted in between,
 * and then writes over what the other has written meanwhile. A lock keeps the other out. Coroutines need none here: the same
 * `busy` is a plain computation in them, and between two waits nobody else runs.
 */
import { busy, type Coroutine, print, runThreads, sleep, TaskGroup, Thread, ThreadLock } from 'loopscope';
import { demo } from 'loopscope/node';

type Round = () => Coroutine<void>;
const workers = ['ann', 'bob'];
const lock = new ThreadLock('counter');
let counter = 0;

function* add(): Coroutine<void> {
  const seen = counter;
  yield* busy(3, `${seen} + 1`);
  counter = seen + 1;
}

function* count(round: Round): Coroutine<void> {
  for (let i = 0; i < 3; i++) yield* round();
}

function* inThreads(round: Round): Coroutine<void> {
  const threads = workers.map((name) => new Thread(() => count(round), { name }).start());
  for (const thread of threads) yield* thread.join();
  print(`counted ${counter} of 6`);
  counter = 0;
}

function* inTasks(round: Round): Coroutine<void> {
  yield* TaskGroup.run(function* (group) {
    for (const name of workers) group.createTask(count(round), { name });
  });
  print(`counted ${counter} of 6`);
  counter = 0;
}

function* addAndGiveWay(): Coroutine<void> {
  yield* add();
  yield* sleep(0);
}

export default demo(import.meta, {
  title: 'The lost update: counter += 1 across a preemption',
  parts: [
    { title: 'threads', program: () => runThreads(() => inThreads(add)) },
    { title: 'threads with a lock', program: () => runThreads(() => inThreads(() => lock.run(add))) },
    { title: 'coroutines', program: () => inTasks(addAndGiveWay) },
  ],
  moments: ({ kind }) => kind === 'thread:preempt',
  watch: [
    'ann loses the GIL in the middle of `1 + 1`; bob reads the same 1. Both',
    'write 2, and an update is lost. Under the lock bob waits. Coroutines',
    'can’t be interrupted between two waits.',
  ],
  question: 'Let `add` wait with `blocked(3)` instead: what do coroutines lose?',
});
