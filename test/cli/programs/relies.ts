import { type Coroutine, createTask, gather, sleep } from 'loopscope';

/** The reader relies on the writer to be first, and both wake up at one moment. */
export default function* main(): Coroutine<void> {
  let isReady = false;
  function* writer(): Coroutine<void> {
    yield* sleep(5);
    isReady = true;
  }
  function* reader(): Coroutine<void> {
    yield* sleep(5);
    if (!isReady) throw new Error('read before it was written');
  }
  yield* gather(createTask(writer(), { name: 'writer' }), createTask(reader(), { name: 'reader' }));
}
