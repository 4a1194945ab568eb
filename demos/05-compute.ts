/**
 * One computation makes everyone late.
 *
 * A heart beats every 10 ms, and an answer is on its way. At 25 ms somebody computes for 50 ms without giving way.
 * The clock goes on, the next beat comes due, the answer arrives: and nobody is there to notice. Waiting overlaps with
 * everything, computing with nothing.
 */
import { type Coroutine, compute, createTask, gather, network, now, print, sleep } from 'loopscope';
import { demo } from 'loopscope/node';

function* heartbeat(): Coroutine<void> {
  for (let beat = 1; beat <= 5; beat++) {
    const due = now() + 10;
    yield* sleep(10);
    print(now() === due ? 'beat' : `beat, ${now() - due} ms late`);
  }
}

function* fetch(): Coroutine<void> {
  yield* network({ latency: 40 }).request();
  print('the answer was there at 40 ms, and I see it now');
}

function* report(): Coroutine<void> {
  yield* sleep(25);
  compute(50, 'sum up');
  print('the report is ready');
}

function* main(): Coroutine<void> {
  yield* gather(
    createTask(heartbeat(), { name: 'heartbeat' }),
    createTask(fetch(), { name: 'fetch' }),
    createTask(report(), { name: 'report' }),
  );
}

export default demo(import.meta, {
  title: 'One computation makes everyone late',
  program: main,
  moments: ({ time }) => time === 75,
  watch: [
    'While report computes, a beat (30 ms) and an answer (40 ms) are due.',
    'Nobody can notice (▒) before 75 ms: they are 45 and 35 ms late. The',
    'answer goes first: a loop looks at IO before it looks at its timers.',
  ],
  question: 'Compute 5 × 10 ms, with `yield* sleep(0)` between. How late are they?',
});
