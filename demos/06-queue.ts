/**
 * Producers and consumers on a queue.
 *
 * Three cooks need 10 ms for a dish, two waiters 30 ms to serve one, and the pass between them holds one dish. So the
 * cooks are faster, and are slowed down: `put` waits while the pass is full. After the last dish the pass is shut down,
 * and `get`, when nothing is left, throws QueueShutDown.
 */
import { type Coroutine, createTask, gather, print, Queue, QueueShutDown, sleep } from 'loopscope';
import { demo } from 'loopscope/node';

function* cook(dish: string, pass: Queue<string>): Coroutine<void> {
  for (const number of [1, 2]) {
    yield* sleep(10);
    yield* pass.put(`${dish} ${number}`);
  }
}

function* serve(pass: Queue<string>): Coroutine<void> {
  try {
    for (;;) {
      const dish = yield* pass.get();
      yield* sleep(30);
      print(`${dish} is served`);
    }
  } catch (error) {
    if (!(error instanceof QueueShutDown)) throw error; // else: closing time
  }
}

function* main(): Coroutine<void> {
  const pass = new Queue<string>(1, 'pass');
  const waiters = [1, 2].map((n) => createTask(serve(pass), { name: `waiter ${n}` }));
  const cooks = ['soup', 'rice', 'fish'].map((dish) =>
    createTask(cook(dish, pass), { name: `${dish} cook` }),
  );
  yield* gather(cooks);
  pass.shutdown();
  yield* gather(waiters);
}

export default demo(import.meta, {
  title: 'Cooks and waiters: a queue between fast and slow',
  program: main,
  moments: (event) => event.kind === 'task:wait' && event.on === 'resource',
  watch: [
    'The pass is full from 10 to 70 ms. So from 20 ms on the cooks wait in',
    '`put`, and get as slow as the waiters: that is called back pressure.',
    'The waiters idle till 10 ms; their waits at 40 and 70 ms take no time.',
  ],
  question: 'Give the pass ten places. Who is done earlier, what is served earlier?',
});
