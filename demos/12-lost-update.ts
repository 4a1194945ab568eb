/**
 * The lost update.
 *
 * Two workers count. Each reads the counter, works, and writes it back, three times. A thread may be preempted in between,
 * and then writes over what the other has written meanwhile. A lock keeps the other out. Coroutines need none here: the same
 * `busy` is a plain computation in them, and between two waits nobody else runs.
 */
import {
  busy,
  type Coroutine,
  createTask,
  gather,
  print,
  runThreads,
  sleep,
  Thread,
  ThreadLock,
} from 'loopscope';
import { demo } from 'loopscope/node';

type Round = () => Coroutine<void>;
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
  counter = 0;
  const threads = ['ann', 'bob'].map((name) => new Thread(() => count(round), { name }).start());
  for (const thread of threads) yield* thread.join();
  print(`counted ${counter} of 6`);
}

function* inTasks(round: Round): Coroutine<void> {
  counter = 0;
  yield* gather(createTask(count(round), { name: 'ann' }), createTask(count(round), { name: 'bob' }));
  print(`counted ${counter} of 6`);
}

function* addAndGiveWay(): Coroutine<void> {
  yield* add();
  yield* sleep(0);
}

const lock = new ThreadLock('counter');
const threads = (round: Round) => () => runThreads(() => inThreads(round), { name: 'main' });

export default demo(import.meta, {
  title: 'The lost update: counter += 1 across a preemption',
  parts: [
    { title: 'threads', program: threads(add) },
    { title: 'threads with a lock', program: threads(() => lock.run(add)) },
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
