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

simTest('asserts in a task', function* (sim) {
  function* check(): Coroutine<void> {
    yield* sleep(5);
    expect({ a: 1, b: [1, 2] }).toEqual({ a: 1, b: [1, 3] });
  }
  createTask(check(), { name: 'checker' });
  yield* sim.advanceBy(10);
});

simTest('has a schedule of another program', { schedule: 'seed=0 timer=1/2' }, function* () {
  yield* sleep(1);
});

simTest('has no body to speak of', (() => 5) as never);

simTest('has no time', { timeout: -1 }, function* () {
  yield* sleep(1);
});
