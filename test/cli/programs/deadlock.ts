import { type Coroutine, Lock } from 'loopscope';

export default function* main(): Coroutine<void> {
  const lock = new Lock('door');
  yield* lock.acquire();
  yield* lock.acquire();
}
