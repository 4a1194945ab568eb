import { busy, type Coroutine, explorationText, print, runThreads, Thread } from 'loopscope';
import { explore } from 'loopscope/explore';

function count(): void {
  let counter = 0;
  function* add(): Coroutine<void> {
    const seen = counter;
    yield* busy(1, 'add');
    counter = seen + 1;
  }
  runThreads(function* () {
    const threads = ['ann', 'bob'].map((name) => new Thread(add, { name }).start());
    for (const thread of threads) yield* thread.join();
    if (counter !== 2) throw new Error(`counted ${counter} of 2`);
  });
}

// Every schedule that could happen, and the shortest that fails.
print(explorationText(explore(count)));

// As it goes when nobody looks for trouble.
export default count;
