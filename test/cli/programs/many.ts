import { type Coroutine, createTask, gather, sleep } from 'loopscope';

/** Seven naps, and seven more: more schedules than anybody runs. */
export default function* main(): Coroutine<void> {
  function* naps(): Coroutine<void> {
    yield* sleep(5);
    yield* sleep(5);
  }
  yield* gather([...'abcdefg'].map((name) => createTask(naps(), { name })));
}
