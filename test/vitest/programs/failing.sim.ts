import { type Coroutine, createTask, print, sleep } from 'loopscope';
import { simTest } from 'loopscope/vitest';
import { expect } from 'vitest';

function* alarm(ms: number): Coroutine<void> {
  yield* sleep(ms);
  print('rang');
}

simTest('asserts what is not so', function* (sim) {
  createTask(alarm(10), { name: 'alarm' });
  yield* sim.advanceBy(10);
  expect(sim.output).toEqual(['ring']);
});

simTest('leaves something: "behind" / 100%', { seed: 7 }, function* (sim) {
  createTask(alarm(10), { name: 'alarm' });
  yield* sim.advanceBy(5);
});

simTest('holds', function* () {
  yield* sleep(1);
});
