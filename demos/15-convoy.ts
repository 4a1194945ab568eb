/**
 * The convoy: one thread that computes delays each completion of another.
 *
 * A server thread gets an answer after 1 ms, works on it for 1 ms, and asks again. Alone that is 2 ms a round. Beside a
 * thread that computes it finds the GIL taken each time it wakes up, and has to wait a switch interval before it may even
 * ask: 7 ms a round.
 */
import { blocked, busy, type Coroutine, print, runThreads, Thread } from 'loopscope';
import { demo } from 'loopscope/node';

function* server(): Coroutine<void> {
  for (let round = 1; round <= 4; round++) {
    yield* blocked(1, 'answer');
    yield* busy(1);
  }
  print('four answers are served');
}

function* hog(): Coroutine<void> {
  yield* busy(40, 'compute');
}

/** The server, alone or beside the other one. */
function* serve(others: (() => Coroutine<void>)[]): Coroutine<void> {
  const threads = [new Thread(server, { name: 'server' })];
  for (const other of others) threads.push(new Thread(other, { name: other.name }));
  for (const thread of threads) thread.start();
  for (const thread of threads) yield* thread.join();
}

export default demo(import.meta, {
  title: 'The convoy: IO behind a thread that computes',
  parts: [
    { title: 'alone', program: () => runThreads(() => serve([]), { cores: 2, name: 'main' }) },
    {
      title: 'beside one that computes',
      program: () => runThreads(() => serve([hog]), { cores: 2, name: 'main' }),
    },
    {
      title: 'without a GIL',
      program: () => runThreads(() => serve([hog]), { cores: 2, gil: false, name: 'main' }),
    },
  ],
  moments: ['gil:ask'],
  watch: [
    'Alone the four rounds take 8 ms. Beside hog each answer waits 5 ms for',
    'the GIL: the server takes four times as long, while hog loses 4 ms.',
    'Without a GIL the server has a core of its own, and 8 ms do.',
  ],
  question: 'Set `switchInterval: 1`: what does the server gain, and hog lose?',
});
