/** What is shared, at a cursor. */

import { expect, it } from 'vitest';
import {
  BoundedSemaphore,
  type Coroutine,
  createTask,
  gather,
  Lock,
  Queue,
  Recorder,
  run,
  Semaphore,
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

it('a lock, permits and a queue show how they stand, and who has them', () => {
  const recorder = new Recorder();
  run(
    function* (): Coroutine<void> {
      const [door, desks] = [new Lock('door'), new BoundedSemaphore(3, 'desks')];
      const [seats, orders] = [new Semaphore(1, 'seats'), new Queue<string>(2, 'orders')];
      yield* door.acquire();
      yield* desks.acquire();
      seats.release(); // one more than there were
      yield* orders.put('tea');
    },
    { trace: recorder, name: 'main' },
  );
  const trace = recorder.toTrace();
  expect(sharedEntries(stateAt(trace, trace.length), trace)).toEqual([
    'door: held by main',
    'desks: 2 of 3 free, held by main',
    'seats: 2 free',
    'orders: 1 of 2 items',
  ]);
});
