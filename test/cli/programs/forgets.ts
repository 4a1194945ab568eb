import { type Coroutine, compute, createTask, sleep } from 'loopscope';

function* boom(): Coroutine<void> {
  throw new Error('lost');
}

export default function* main(): Coroutine<void> {
  sleep(10);
  createTask(boom(), { name: 'boom' });
  yield* sleep(1);
  compute(200, 'work');
}
