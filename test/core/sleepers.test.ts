/**
 * A sleeper that is due alone has both of its iterations at once: the one that wakes it, and the one with its step. Nobody can
 * tell it from the long way, which is the way of a loop that is recorded.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  compute,
  createTask,
  Device,
  EventLoop,
  getRunningLoop,
  type LoopOptions,
  now,
  Recorder,
  run,
  sleep,
  type TraceEvent,
} from '../../src/index.ts';
import { messageOf } from '../support/journal.ts';

/** What a task is to do: compute, sleep for each of these times, and cancel another task before the sleep with that number. */
interface Plan {
  readonly computes: number;
  readonly sleeps: readonly number[];
  readonly cancels: { readonly before: number; readonly whom: number } | null;
}

const plan: fc.Arbitrary<Plan> = fc.record({
  computes: fc.constantFrom(0, 0, 4),
  sleeps: fc.array(fc.constantFrom(-1, 0, 1, 2, 3, 5), { minLength: 1, maxLength: 5 }),
  cancels: fc.option(fc.record({ before: fc.nat(4), whom: fc.nat(4) })),
});

/** Runs the plans, and logs who went on when, and in which iteration. */
function logOf(plans: readonly Plan[], options: LoopOptions): string[] {
  const log: string[] = [];
  const tell = (who: string) => log.push(`${now()} ${who} in iteration ${getRunningLoop().iteration}`);
  run(function* main(): Coroutine<void> {
    const tasks = plans.map(({ computes, sleeps, cancels }, number) =>
      createTask(
        (function* sleeper(): Coroutine<void> {
          try {
            for (const [turn, ms] of sleeps.entries()) {
              if (cancels?.before === turn) tasks[cancels.whom]?.cancel();
              yield* sleep(ms);
              compute(computes);
              tell(`task ${number}`);
            }
          } finally {
            tell(`task ${number} ends`);
          }
        })(),
      ),
    );
    yield* sleep(40);
    tell('main');
  }, options);
  return log;
}

describe('a loop that nobody records', () => {
  it('wakes sleepers in the order and in the iterations of one that is recorded', () => {
    fc.assert(
      fc.property(fc.array(plan, { minLength: 1, maxLength: 5 }), (plans) => {
        expect(logOf(plans, {})).toEqual(logOf(plans, { trace: new Recorder() }));
      }),
      { numRuns: 500 },
    );
  });

  it('counts two iterations for a sleeper alone: its timer, and its step', () => {
    expect(logOf([{ computes: 0, sleeps: [1, 2], cancels: null }], {})).toEqual([
      '1 task 0 in iteration 4',
      '3 task 0 in iteration 6',
      '3 task 0 ends in iteration 6',
      '40 main in iteration 8',
    ]);
  });

  it('wakes those who are due at the same time in one iteration, and has them take their steps in the next', () => {
    const two = { computes: 0, sleeps: [5], cancels: null };
    expect(logOf([two, two], {}).filter((line) => !line.includes('ends'))).toEqual([
      '5 task 0 in iteration 4',
      '5 task 1 in iteration 4',
      '40 main in iteration 6',
    ]);
  });

  it('keeps the bound on iterations at one instant: of the two, only one is allowed here', () => {
    const main = () => sleep(1);
    expect(messageOf(() => run(main, { limits: { iterationsPerInstant: 1 } }))).toMatch(
      /^LimitError: the clock has stood at 1 ms for 1 iterations, and still ready: Task-1/,
    );
    // Those two, and one for whoever waits for the task.
    expect(run(main, { limits: { iterationsPerInstant: 3 } })).toBeUndefined();
  });

  it('goes no further than it is driven', () => {
    const loop = new EventLoop();
    const log: string[] = [];
    loop.createTask(
      (function* sleeper(): Coroutine<void> {
        for (const ms of [10, 10]) {
          yield* sleep(ms);
          log.push(`${now()}`);
        }
      })(),
    );
    loop.runUntil(9);
    expect([log.join(), loop.time()]).toEqual(['', 9]);
    loop.runUntil(10);
    expect([log.join(), loop.time(), loop.iteration]).toEqual(['10', 10, 3]);
    loop.runIteration();
    expect([log.join(), loop.time(), loop.iteration]).toEqual(['10', 20, 4]);
    loop.runIteration();
    expect([log.join(), loop.time(), loop.iteration]).toEqual(['10,20', 20, 5]);
  });

  it('stops where a sleeper says so', () => {
    const loop = new EventLoop();
    loop.createTask(
      (function* sleeper(): Coroutine<void> {
        for (;;) {
          yield* sleep(10);
          if (now() === 30) loop.stop();
        }
      })(),
    );
    loop.runForever();
    expect(loop.time()).toBe(30);
    loop.stop(); // asked before it runs: one iteration, in which no time passes
    loop.runForever();
    expect([loop.time(), loop.iteration]).toEqual([30, 8]);
  });

  it('sees to what has completed outside before it lets a sleeper sleep on', () => {
    const log: string[] = [];
    run(function* main(): Coroutine<void> {
      createTask(
        (function* sleeper(): Coroutine<void> {
          yield* sleep(100);
          log.push(`${now()} slept`);
        })(),
      );
      createTask(
        (function* blocker(): Coroutine<void> {
          yield* sleep(5);
          compute(30);
        })(),
      );
      yield* new Device({ name: 'disk', latency: 10 }).request();
      log.push(`${now()} read`);
      yield* sleep(100);
    });
    expect(log).toEqual(['35 read', '100 slept']);
  });

  it('wakes nobody by a sleep that nobody awaits: one that was begun without yield*', () => {
    const ends = (options: LoopOptions) =>
      run(function* main(): Coroutine<number[]> {
        sleep(5).next();
        try {
          yield* sleep(1);
        } catch {
          yield* sleep(10);
        }
        return [now(), getRunningLoop().iteration];
      }, options);
    expect(ends({})).toEqual([10, 4]);
    expect(ends({ trace: new Recorder() })).toEqual([10, 4]);
  });

  it('tells all from the moment on at which somebody listens', () => {
    const heard: TraceEvent['kind'][] = [];
    run(function* main(): Coroutine<void> {
      yield* sleep(1);
      getRunningLoop().tracer.onAny(({ kind }) => heard.push(kind));
      yield* sleep(1);
    });
    expect(heard.slice(0, 8)).toEqual([
      'timer:set',
      'task:wait',
      'clock:jump',
      'timer:due',
      'iteration',
      'handle:run',
      'task:ready',
      'handle:end',
    ]);
  });
});
