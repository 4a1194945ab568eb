/** What is shared, at a cursor. */

import { expect, it } from 'vitest';
import {
  type Coroutine,
  createTask,
  gather,
  Recorder,
  run,
  shared,
  sleep,
  stateAt,
} from '../../src/index.ts';
import { sharedEntries } from '../../src/stepper/shared.ts';

it('a cell shows what is in it, as it was seen or written last', () => {
  const recorder = new Recorder();
  run(
    function* (): Coroutine<void> {
      const balance = shared(100, 'balance');
      function* take(amount: number): Coroutine<void> {
        const seen = balance.value;
        yield* sleep(10);
        balance.value = seen - amount;
      }
      yield* gather(createTask(take(80), { name: 'ann' }), createTask(take(70), { name: 'bob' }));
    },
    { trace: recorder },
  );
  const trace = recorder.toTrace();
  const seen: string[] = [];
  for (let seq = 1; seq <= trace.length; seq++) {
    const [entry = ''] = sharedEntries(stateAt(trace, seq), trace);
    if (seen.at(-1) !== entry) seen.push(entry);
  }
  expect(seen).toEqual(['', 'balance: not looked at yet', 'balance: 100', 'balance: 20', 'balance: 30']);
});
