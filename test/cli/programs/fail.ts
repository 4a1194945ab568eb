import { type Coroutine, sleep, ValueError } from 'loopscope';

export default function* main(): Coroutine<void> {
  yield* sleep(1);
  throw new ValueError('not like this');
}
