import { busy, type Coroutine, compute, createTask, now, print, sleep, toThread } from 'loopscope';

/** Never ends, and neither does the thread that it starts. */
export default function* main(): Coroutine<void> {
  createTask(
    toThread(function* sumUp(): Coroutine<void> {
      for (;;) yield* busy(70, 'sum');
    }),
    { name: 'report' },
  );
  for (;;) {
    yield* sleep(40);
    compute(30, 'work');
    print(`at ${now()}`);
  }
}
