import { describe, expect, it } from 'vitest';
import { type Coroutine, createTask, gather, Lock, minutes, Queue, sleep } from '../../../src/index.ts';
import { matchers, simulate, startSimulation } from '../../../src/testing/index.ts';
import { failure, text } from '../messages.ts';
import { chores, noOrders, sums } from '../programs.ts';

expect.extend(matchers);

const CHORES = simulate(chores);
const CHORES_IN_TIME = `
         0              10 min            20 min           30 min         40 min
         ├────────────────┴─────────────────┴────────────────┴─────────────────┤
Task-1   ●─ gather rice, laundry, dishes ──────────────────────────────────────✓
rice     ●─ sleep 40 min ──────────────────────────────────────────────────────✓
laundry  ●─ sleep 30 min ────────────────────────────────────✓
dishes   ●─ sleep 30 min ────────────────────────────────────✓
loop     ●···················································●·················●

● step   ─ waiting   ✓ done   · loop idle`;

/** Three that print, one after another, 10 ms each; ann twice. */
const PRINTER = simulate(function* (): Coroutine<void> {
  const printer = new Lock('printer');
  function* job(rounds: number): Coroutine<void> {
    for (let round = 0; round < rounds; round++) yield* printer.run(() => sleep(10));
  }
  yield* gather(
    createTask(job(2), { name: 'ann' }),
    createTask(job(1), { name: 'bob' }),
    createTask(job(1), { name: 'cat' }),
  );
});

describe('toTakeAtMost', () => {
  it('holds for a run, and a task, that takes so long or less', () => {
    expect(CHORES).toTakeAtMost(minutes(40));
    expect(CHORES).toTakeAtMost(minutes(50));
    expect(CHORES).not.toTakeAtMost(minutes(39));
    expect(CHORES).toTakeAtMost('laundry', minutes(30));
    expect(CHORES).not.toTakeAtMost('laundry', minutes(29));
  });

  it('doesn’t hold for a task that never ends', () => {
    const live = startSimulation(chores);
    live.advanceBy(5);
    expect(live).not.toTakeAtMost('rice', minutes(99));
    expect(failure(() => expect(live).toTakeAtMost('rice', 99)).split('\n')[0]).toBe(
      'expected rice to take at most 99 ms, but it never ended: it is waiting (sleep) when the trace ends.',
    );
  });

  it('shows how long it took, and with what', () => {
    expect(failure(() => expect(CHORES).toTakeAtMost(minutes(30)))).toBe(
      `expected the run to take at most 30 min (1800000 ms), but it took 40 min (2400000 ms): 10 min more.
The loop was idle for 40 min.\n${CHORES_IN_TIME}`,
    );
    expect(failure(() => expect(CHORES).not.toTakeAtMost(minutes(50)))).toBe(
      `expected the run to take more than 50 min (3000000 ms), but it took 40 min (2400000 ms).
The loop was idle for 40 min.\n${CHORES_IN_TIME}`,
    );
    expect(failure(() => expect(CHORES).toTakeAtMost('rice', minutes(30)))).toBe(
      `expected rice to take at most 30 min (1800000 ms), but it took 40 min (2400000 ms): 10 min more.
From 0 ms to 40 min it was waiting for 40 min.\n${CHORES_IN_TIME}`,
    );
    expect(failure(() => expect(CHORES).not.toTakeAtMost('rice', minutes(40))).split('\n')[0]).toBe(
      'expected rice to take more than 40 min (2400000 ms), but it took just that.',
    );
  });

  it('refuses what is no time', () => {
    expect(failure(() => expect(CHORES).not.toTakeAtMost('rice' as never))).toBe(
      'toTakeAtMost(task?, ms) takes a number of virtual ms, such as minutes(40): got "rice"',
    );
    expect(failure(() => expect(CHORES).not.toTakeAtMost('rice', -1))).toContain('got -1');
  });
});

describe('toNeverWaitLongerThan', () => {
  it('holds if no wait is longer: of anybody, of one task, for one reason', () => {
    expect(CHORES).toNeverWaitLongerThan(minutes(40));
    expect(CHORES).not.toNeverWaitLongerThan(minutes(39));
    expect(CHORES).toNeverWaitLongerThan(minutes(30), { task: 'laundry' });
    expect(PRINTER).toNeverWaitLongerThan(20, { reason: 'lock.acquire' });
    expect(PRINTER).not.toNeverWaitLongerThan(19, { reason: 'lock.acquire printer' });
    expect(PRINTER).toNeverWaitLongerThan(10, { task: 'bob', reason: 'lock.acquire' });
    expect(PRINTER).toNeverWaitLongerThan(0, { reason: 'queue.get' });
  });

  it('doesn’t count that a task is ready, and not on its turn', () => {
    expect(simulate(sums)).toNeverWaitLongerThan(0, { task: 'b' });
  });

  it('counts on where a task is woken in vain, and waits for the same thing at once', () => {
    const run = simulate(function* (): Coroutine<void> {
      const items = new Queue<number>(0, 'items');
      const slow = createTask(items.get(), { name: 'slow' });
      yield* sleep(5);
      items.putNowait(1); // wakes the waiter, who is on in the next iteration
      items.getNowait();
      yield* sleep(5);
      items.putNowait(2);
      yield* slow;
    });
    expect(run).not.toNeverWaitLongerThan(9, { task: 'slow' });
    expect(run).toNeverWaitLongerThan(10, { task: 'slow' });
  });

  it('counts a wait that isn’t over, up to the end', () => {
    const live = startSimulation(function* (): Coroutine<void> {
      createTask(noOrders(), { name: 'cook' });
      yield* sleep(1);
    });
    live.advanceBy(100);
    expect(live).not.toNeverWaitLongerThan(99, { reason: 'queue.get' });
    expect(live).toNeverWaitLongerThan(100, { reason: 'queue.get' });
  });

  it('shows the waits that are longer, the longest first', () => {
    expect(failure(() => expect(PRINTER).toNeverWaitLongerThan(5, { reason: 'lock.acquire' }))).toBe(
      text(`
        expected nobody to wait longer than 5 ms for lock.acquire, but:
          cat  20 ms  0 ms to 20 ms   lock.acquire printer
          ann  20 ms  10 ms to 30 ms  lock.acquire printer
          bob  10 ms  0 ms to 10 ms   lock.acquire printer

                0              10 ms             20 ms             30 ms           40 ms
                ├────────────────┴─────────────────┴─────────────────┴─────────────────┤
        Task-1  ●─ gather ann, bob, cat ───────────────────────────────────────────────✓
        ann     ●─ sleep 10 ms ──●─ lock.acquire printer ────────────●─ sleep 10 ms ───✓
        bob     ●─ lock.acquire ─●─ sleep 10 ms ───✓
        cat     ●─ lock.acquire printer ───────────●─ sleep 10 ms ───✓
        loop    ●················●·················●·················●·················●

        ● step   ─ waiting   ✓ done   · loop idle
      `),
    );
    expect(failure(() => expect(CHORES).toNeverWaitLongerThan(0, { task: 'laundry' }))).toBe(
      `expected laundry never to wait longer than 0 ms, but:
  laundry  30 min  0 ms to 30 min  sleep 30 min\n${CHORES_IN_TIME}`,
    );
  });

  it('shows the longest waits there are, if none is longer and one should be', () => {
    expect(failure(() => expect(CHORES).not.toNeverWaitLongerThan(minutes(40)))).toBe(
      `expected somebody to wait longer than 40 min (2400000 ms), but these are the longest:
  rice     40 min  0 ms to 40 min  sleep 40 min
  Task-1   40 min  0 ms to 40 min  gather rice, laundry, dishes
  laundry  30 min  0 ms to 30 min  sleep 30 min\n${CHORES_IN_TIME}`,
    );
    const head = (assertion: () => void) => failure(assertion).split('\n')[0];
    expect(head(() => expect(CHORES).not.toNeverWaitLongerThan(5, { reason: 'queue.get' }))).toBe(
      'expected somebody to wait longer than 5 ms for queue.get, but nobody waits',
    );
    expect(head(() => expect(simulate(sums)).not.toNeverWaitLongerThan(5, { task: 'a' }))).toBe(
      'expected a to wait longer than 5 ms, but it never waits',
    );
  });

  it('refuses what is no time, no task, and other words for which waits are meant', () => {
    expect(failure(() => expect(CHORES).toNeverWaitLongerThan(Number.NaN))).toBe(
      'toNeverWaitLongerThan(ms) takes a number of virtual ms, such as minutes(40): got NaN',
    );
    expect(failure(() => expect(CHORES).toNeverWaitLongerThan(5, { who: 'a' } as never))).toBe(
      'toNeverWaitLongerThan(ms, which) takes the waits that are meant, such as { task: \'rice\', reason: \'lock.acquire\' }: got {"who":"a"}',
    );
    expect(failure(() => expect(CHORES).toNeverWaitLongerThan(5, { task: 'ice' }))).toContain(
      'the trace has no task "ice"',
    );
  });
});
