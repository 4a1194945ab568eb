import { type Coroutine, network, now, print } from 'loopscope';

export default function* main(): Coroutine<void> {
  yield* network({ latency: [10, 20] }).request();
  print(now());
}
