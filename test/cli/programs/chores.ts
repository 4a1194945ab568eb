import { type Coroutine, createTask, gather, minutes, print, sleep } from 'loopscope';

function* cook(dish: string, time: number): Coroutine<void> {
  yield* sleep(minutes(time));
  print(`${dish} is done`);
}

export default function* main(): Coroutine<void> {
  yield* gather(
    createTask(cook('rice', 40), { name: 'rice' }),
    createTask(cook('soup', 30), { name: 'soup' }),
  );
}
