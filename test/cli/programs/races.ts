/** Two who read a cell, sleep, and write it: nothing fails, and one write is lost. */
import { type Coroutine, createTask, gather, shared, sleep } from '../../../src/index.ts';

export default function* main(): Coroutine<void> {
  const count = shared(0, 'count');
  function* add(): Coroutine<void> {
    const before = count.value;
    yield* sleep(1);
    count.value = before + 1;
  }
  yield* gather(createTask(add(), { name: 'ann' }), createTask(add(), { name: 'bob' }));
}
