import { type Coroutine, createTask, gather, print, sleep } from 'loopscope';

function* nap(name: string, ms: number): Coroutine<void> {
  yield* sleep(ms);
  print(`${name} is awake`);
}

export default function* main(): Coroutine<void> {
  yield* gather(createTask(nap('ann', 20), { name: 'ann' }), createTask(nap('bob', 10), { name: 'bob' }));
}
