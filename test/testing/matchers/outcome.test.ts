import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  createTask,
  getRunningLoop,
  Lock,
  Queue,
  run,
  runThreads,
  Semaphore,
  sleep,
  TaskGroup,
  Thread,
  ThreadLock,
} from '../../../src/index.ts';
import { matchers, simulate, startSimulation } from '../../../src/testing/index.ts';
import { failure, text } from '../messages.ts';
import { chores, tooLate, twoEaters } from '../programs.ts';

expect.extend(matchers);

const CHORES = simulate(chores);
const head = (assertion: () => void) => failure(assertion).split('\n')[0];

describe('toBeCancelled', () => {
  const run = simulate(function* (): Coroutine<void> {
    const nap = createTask(sleep(100), { name: 'nap' });
    function* stubborn(): Coroutine<void> {
      try {
        yield* sleep(50);
      } catch {
        // It goes on.
      }
    }
    const stays = createTask(stubborn(), { name: 'stubborn' });
    const rest = createTask(sleep(100), { name: 'rest' });
    createTask(sleep(100), { name: 'left' });
    getRunningLoop().callLater(15, () => rest.cancel());
    yield* sleep(10);
    nap.cancel();
    stays.cancel();
    yield* sleep(20);
  });

  it('holds for a task that ends cancelled, by whomever', () => {
    for (const task of ['nap', 'rest', 'left']) expect(run).toBeCancelled(task);
    expect(run).not.toBeCancelled('stubborn');
    expect(CHORES).not.toBeCancelled('rice');
  });

  it('shows who has asked it to stop, or how it ended', () => {
    expect(failure(() => expect(run).not.toBeCancelled('nap'))).toBe(
      text(`
        expected nap not to be cancelled, but it was at 10 ms; Task-1 had asked it to stop at 10 ms

                  0         5 ms       10 ms      15 ms       20 ms      25 ms     30 ms
                  ├──────────┴───────────┴──────────┴───────────┴──────────┴───────────┤
        Task-1    ●─ sleep 10 ms ────────●─ sleep 20 ms ───────────────────────────────✓
        nap       ●─ sleep 100 ms ───────⊘ cancelled
        stubborn  ●─ sleep 50 ms ────────✓
        rest      ●─ sleep 100 ms ──────────────────⊘ cancelled
        left      ●─ sleep 100 ms ─────────────────────────────────────────────────────⊘
        loop      ●······················●··········●··································●

        ● step   ─ waiting   ✓ done   ⊘ cancelled   · loop idle
      `),
    );
    expect(head(() => expect(run).not.toBeCancelled('rest'))).toBe(
      'expected rest not to be cancelled, but it was at 15 ms; a callback had asked it to stop at 15 ms',
    );
    expect(head(() => expect(run).not.toBeCancelled('left'))).toBe(
      'expected left not to be cancelled, but it was at 30 ms; the clean-up at the end had asked it to stop at 30 ms',
    );
    expect(head(() => expect(run).toBeCancelled('stubborn'))).toBe(
      'expected stubborn to be cancelled, but it came to its end at 10 ms; Task-1 had asked it to stop at 10 ms',
    );
    expect(head(() => expect(CHORES).toBeCancelled('rice'))).toBe(
      'expected rice to be cancelled, but it came to its end at 40 min (2400000 ms)',
    );
    expect(head(() => expect(simulate(tooLate)).toBeCancelled('Task-1'))).toBe(
      'expected Task-1 to be cancelled, but it failed at 10 ms: TimeoutError: the answer came too late',
    );
    const live = startSimulation(chores);
    live.advanceBy(5);
    expect(head(() => expect(live).toBeCancelled('rice'))).toBe(
      'expected rice to be cancelled, but it never ended: it is waiting (sleep)',
    );
  });

  it('refuses a task that there is not', () => {
    expect(failure(() => expect(CHORES).not.toBeCancelled('ice'))).toContain('the trace has no task "ice"');
  });
});

describe('toLeak', () => {
  const LEAKING = simulate(function* (): Coroutine<void> {
    const printer = new Lock('printer');
    createTask(new Queue<number>(0, 'orders').get(), { name: 'worker' });
    createTask(
      (function* () {
        yield* printer.acquire();
      })(),
      { name: 'ann' },
    );
    yield* sleep(10);
  });

  it('holds for a task that is pending when the main task has ended, and for what is held by one that is done', () => {
    expect(CHORES).not.toLeak();
    expect(LEAKING).toLeak();
    expect(simulate(twoEaters)).toLeak(); // they were cancelled, and had no finally
    const group = simulate(() =>
      TaskGroup.run(function* (group) {
        group.createTask(sleep(10));
        yield* sleep(1);
      }),
    );
    expect(group).not.toLeak();
  });

  it('doesn’t hold for a task that ends in its turn at the moment when the main task does', () => {
    const ready = simulate(function* (): Coroutine<void> {
      createTask(sleep(0));
      yield* sleep(0);
    });
    expect(ready).not.toLeak();
  });

  it('doesn’t hold for a semaphore that is a signal: who hears it has nothing to give back', () => {
    const signal = simulate(function* (): Coroutine<void> {
      const ready = new Semaphore(0, 'ready');
      const hearing = createTask(ready.acquire());
      ready.release();
      yield* hearing;
    });
    expect(signal).not.toLeak();
  });

  it('holds for a lock that a thread never gives back', () => {
    const threads = simulate(() =>
      runThreads(function* () {
        const lock = new ThreadLock('printer');
        const taking = function* (): Coroutine<void> {
          yield* lock.acquire();
        };
        yield* new Thread(taking, { name: 'ann' }).start().join();
      }),
    );
    expect(failure(() => expect(threads).not.toLeak())).toContain('ann took the thread lock printer at 0 ms');
  });

  it('looks at each loop of a script', () => {
    const script = simulate(() => {
      run(chores());
      run(
        (function* () {
          createTask(sleep(5), { name: 'left' });
          yield* sleep(1);
        })(),
      );
      run(chores());
    });
    expect(head(() => expect(script).not.toLeak())).toBe('expected nothing to be left behind, but:');
    expect(failure(() => expect(script).not.toLeak())).toContain(
      'pending when Task-1 ended, at 40 min 0.001 s (2400001 ms):\n  left waits since 40 min: sleep 5 ms',
    );
  });

  it('shows what is left behind, and what it waits for', () => {
    expect(failure(() => expect(LEAKING).not.toLeak())).toBe(
      text(`
        expected nothing to be left behind, but:
        pending when Task-1 ended, at 10 ms:
          worker waits since 0 ms: queue.get orders
        never given back:
          ann took the lock printer at 0 ms (event 18) and never gave it back: it ended at 0 ms

                0            2 ms          4 ms          6 ms          8 ms        10 ms
                ├─────────────┴─────────────┴─────────────┴─────────────┴──────────────┤
        Task-1  ●─ sleep 10 ms ────────────────────────────────────────────────────────✓
        worker  ●─ queue.get orders ────────────────────────────────────────────────────
        ann     ✓
        loop    ●······································································●

        ● step   ─ waiting   ✓ done   · loop idle
      `),
    );
    expect(head(() => expect(CHORES).toLeak())).toBe(
      'expected something to be left behind, but when Task-1 ended, at 40 min (2400000 ms), no other task was pending, and nothing is held by a task that is done',
    );
    const live = startSimulation(chores);
    live.advanceBy(5);
    expect(head(() => expect(live).toLeak())).toBe(
      'expected something to be left behind, but Task-1 never ended, and nothing is held by a task that is done',
    );
  });
});
