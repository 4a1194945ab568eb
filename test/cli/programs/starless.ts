import { type Coroutine, sleep } from 'loopscope';

export default function* main(): Coroutine<void> {
  yield sleep(10) as never;
}
