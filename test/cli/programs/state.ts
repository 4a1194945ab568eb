import { type Coroutine, sleep } from 'loopscope';

let runs = 0; // a second run in the same process would find 1

export default function* main(): Coroutine<void> {
  runs++;
  yield* sleep(10 * runs);
}
