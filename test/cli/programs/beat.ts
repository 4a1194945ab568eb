import { type Coroutine, print, sleep } from 'loopscope';

/** Never ends. */
export default function* main(): Coroutine<void> {
  for (let beat = 1; ; beat++) {
    yield* sleep(100);
    print(`beat ${beat}`);
  }
}
