/**
 * Two threads in a deadlock, named like the one of coroutines.
 *
 * Each takes one lock, and then wants the other's. Nothing here is a matter of luck: both block once, so that each has
 * its first lock when it asks for the second. A real program with this mistake may run for years before it stands still.
 */
import { blocked, type Coroutine, DeadlockError, runThreads, Thread, ThreadLock } from 'loopscope';
import { demo } from 'loopscope/node';

function* cook(first: ThreadLock, second: ThreadLock): Coroutine<void> {
  yield* first.run(function* () {
    yield* blocked(10, 'fetch water');
    yield* second.run(function* () {
      yield* blocked(10, 'cook');
    });
  });
}

function* kitchen(): Coroutine<void> {
  const pot = new ThreadLock('pot');
  const stove = new ThreadLock('stove');
  const ann = new Thread(() => cook(pot, stove), { name: 'ann' }).start();
  const bob = new Thread(() => cook(stove, pot), { name: 'bob' }).start();
  yield* ann.join();
  yield* bob.join();
}

export default demo(import.meta, {
  title: 'Two threads, two locks, and nobody can go on',
  program: () => runThreads(kitchen, { name: 'main' }),
  fails: DeadlockError,
  moments: ['thread:hold', 'thread:wait', 'deadlock'],
  watch: [
    'ann holds the pot and wants the stove, bob the other way round.',
    'Python would stand still here, without a word; the error names it.',
  ],
  question: 'Have both take the pot first: how long does cooking take then?',
});
