import { type Coroutine, createTask, gather, Lock, sleep } from 'loopscope';

/** The last of three waits for the lock as long as both others have it: 20 ms. */
export default function* main(): Coroutine<void> {
  const lock = new Lock('bath');
  const wash = () => lock.run(() => sleep(10));
  yield* gather(['ann', 'bob', 'cat'].map((name) => createTask(wash(), { name })));
}
