import { type Coroutine, sleep, TaskGroup } from 'loopscope';

function* ask(): Coroutine<void> {
  yield* sleep(5);
  throw new Error('no answer');
}

export default function* main(): Coroutine<void> {
  yield* TaskGroup.run(function* (group) {
    group.createTask(ask(), { name: 'ann' });
    group.createTask(ask(), { name: 'bob' });
  });
}
