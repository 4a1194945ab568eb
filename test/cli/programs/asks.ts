import { type Coroutine, createTask, gather, network, sleep } from 'loopscope';

export default function* main(): Coroutine<void> {
  const net = network({ latency: [10, 100] });
  function* job(prep: number, rest: number): Coroutine<void> {
    yield* sleep(prep);
    yield* net.request();
    yield* sleep(rest);
  }
  yield* gather(createTask(job(5, 100), { name: 'ann' }), createTask(job(6, 0), { name: 'bob' }));
}
