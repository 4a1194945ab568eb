import { type Coroutine, createTask, gather, network, print, sleep } from 'loopscope';

function* nap(name: string): Coroutine<void> {
  yield* sleep(5);
  print(name);
}

export default function* main(): Coroutine<void> {
  const net = network({ latency: [10, 20] });
  yield* gather(
    createTask(nap('ann'), { name: 'ann' }),
    createTask(nap('bob'), { name: 'bob' }),
    net.request(),
  );
}
