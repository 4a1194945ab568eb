/**
 * Where nobody looks, iterations that can hold no surprise are taken without ceremony: a sleeper that is due alone has both of
 * its iterations at once, a `sleep(0)` that gives way to nobody suspends nothing, the callback of a gathered task is called as
 * the task returns. Nobody can tell it from the long way, which is the way of a loop that is recorded.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Awaitable,
  always,
  type Coroutine,
  compute,
  createTask,
  currentTask,
  Device,
  EventLoop,
  type Future,
  gather,
  getRunningLoop,
  type LoopOptions,
  now,
  Recorder,
  run,
  SystemExit,
  sleep,
  type Task,
  type TraceEvent,
} from '../../src/index.ts';
import { messageOf } from '../support/journal.ts';

/** What a task is to do: sleep for each of these times, and compute; cancel another task before the sleep with that number. */
interface Plan {
  readonly computes: number;
  readonly sleeps: readonly number[];
  readonly cancels: { readonly before: number; readonly whom: number } | null;
  /** Whether it makes another task before it ends. */
  readonly leaves: boolean;
}

const plan: fc.Arbitrary<Plan> = fc.record({
  computes: fc.constantFrom(0, 0, 4),
  sleeps: fc.array(fc.constantFrom(-1, 0, 1, 2, 3, 5), { minLength: 1, maxLength: 5 }),
  cancels: fc.option(fc.record({ before: fc.nat(4), whom: fc.nat(4) })),
  leaves: fc.boolean(),
});

/** How the tasks are made, and waited for. */
interface Frame {
  readonly eager: boolean;
  readonly waits: 'sleep' | 'gather' | 'two gathers' | 'each';
}

const frame: fc.Arbitrary<Frame> = fc.record({
  eager: fc.boolean(),
  waits: fc.constantFrom('sleep', 'gather', 'two gathers', 'each'),
});

const plain: Frame = { eager: false, waits: 'sleep' };

/** Runs the plans, and logs who went on when, and in which iteration. */
function logOf(plans: readonly Plan[], options: LoopOptions, { eager, waits }: Frame = plain): string[] {
  const log: string[] = [];
  const tell = (who: string) => log.push(`${now()} ${who} in iteration ${getRunningLoop().iteration}`);
  const last = function* last(number: number): Coroutine<void> {
    tell(`left by task ${number}`);
  };
  run(
    function* main(): Coroutine<void> {
      const tasks: Task<void>[] = [];
      for (const [number, { computes, sleeps, cancels, leaves }] of plans.entries()) {
        const body = function* sleeper(): Coroutine<void> {
          try {
            for (const [turn, ms] of sleeps.entries()) {
              if (cancels?.before === turn) tasks[cancels.whom]?.cancel();
              yield* sleep(ms);
              compute(computes);
              tell(`task ${number}`);
            }
          } finally {
            tell(`task ${number} ends`);
            if (leaves) createTask(last(number));
          }
        };
        tasks.push(createTask(body()));
        tell(`made task ${number}`);
      }
      if (waits === 'sleep') yield* sleep(40);
      if (waits === 'two gathers')
        gather(tasks, { returnExceptions: true }).addDoneCallback(() => tell('gathered'));
      for (const task of waits === 'each' ? tasks : []) {
        try {
          yield* task;
        } catch {
          tell('a cancelled one');
        }
      }
      if (waits.includes('gather')) yield* gather(tasks, { returnExceptions: true });
      tell('main');
    },
    { ...options, eager },
  );
  return log;
}

describe('a loop that nobody records', () => {
  it('has all go on in the order and in the iterations of one that is recorded', () => {
    fc.assert(
      fc.property(fc.array(plan, { minLength: 1, maxLength: 5 }), frame, (plans, around) => {
        expect(logOf(plans, {}, around)).toEqual(logOf(plans, { trace: new Recorder() }, around));
      }),
      { numRuns: 1_000 },
    );
  });

  it('counts two iterations for a sleeper alone: its timer, and its step', () => {
    expect(logOf([{ computes: 0, sleeps: [1, 2], cancels: null, leaves: false }], {})).toEqual([
      '0 made task 0 in iteration 1',
      '1 task 0 in iteration 4',
      '3 task 0 in iteration 6',
      '3 task 0 ends in iteration 6',
      '40 main in iteration 8',
    ]);
  });

  it('wakes those who are due at the same time in one iteration, and has them take their steps in the next', () => {
    const two = { computes: 0, sleeps: [5], cancels: null, leaves: false };
    expect(logOf([two, two], {}).filter((line) => !/ends|made/.test(line))).toEqual([
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

describe('a task that gives way to nobody', () => {
  /** Gives way some times, and logs each time it goes on. */
  function* givesWay(log: string[], times: number): Coroutine<void> {
    for (let turn = 1; turn <= times; turn++) {
      yield* sleep(0);
      log.push(`${now()} turn ${turn} in iteration ${getRunningLoop().iteration}`);
    }
  }

  /** How many steps a coroutine takes. */
  function stepsOf(coroutine: Coroutine<void>, options: LoopOptions): number {
    let steps = 0;
    const counted: Coroutine<void> = {
      next(value) {
        steps++;
        return coroutine.next(value);
      },
      throw: (error) => coroutine.throw(error),
      return: (value) => coroutine.return(value),
      [Symbol.iterator]: () => counted,
    };
    run(() => counted, options);
    return steps;
  }

  it('is not suspended, where nobody looks', () => {
    const log: string[] = [];
    expect(stepsOf(givesWay(log, 3), {})).toBe(1);
    expect(log).toEqual(['0 turn 1 in iteration 2', '0 turn 2 in iteration 3', '0 turn 3 in iteration 4']);
    expect(stepsOf(givesWay([], 3), { trace: new Recorder() })).toBe(4);
    expect(stepsOf(givesWay([], 3), { stepCost: 1 })).toBe(4);
  });

  it('has a turn of its own in every iteration for whoever drives the loop by single ones', () => {
    const loop = new EventLoop();
    const log: string[] = [];
    loop.createTask(givesWay(log, 3));
    for (let left = 3; left > 0; left--) loop.runIteration();
    expect([log.length, loop.iteration]).toEqual([2, 3]);
    loop.runHandle();
    expect([log.length, loop.iteration]).toEqual([3, 4]);
  });

  it('goes no further than the loop is driven, if it computes', () => {
    const loop = new EventLoop();
    const log: string[] = [];
    loop.createTask(
      (function* computes(): Coroutine<void> {
        for (;;) {
          compute(4);
          yield* sleep(0);
          log.push(`${now()}`);
        }
      })(),
    );
    loop.runUntil(10);
    expect([log.join(), loop.time()]).toEqual(['4,8', 12]);
  });

  it('stops with the loop', () => {
    const loop = new EventLoop();
    const log: string[] = [];
    loop.createTask(
      (function* stops(): Coroutine<void> {
        yield* sleep(0);
        loop.stop();
        yield* givesWay(log, 1);
      })(),
    );
    loop.runForever();
    expect([log, loop.iteration]).toEqual([[], 2]);
    loop.stop();
    loop.runForever();
    expect(log).toEqual(['0 turn 1 in iteration 3']);
  });

  it('keeps the bound on iterations at one instant, and in all', () => {
    const endless = function* endless(): Coroutine<void> {
      for (;;) yield* sleep(0);
    };
    expect(messageOf(() => run(endless, { limits: { iterationsPerInstant: 100 } }))).toMatch(
      /^LimitError: the clock has stood at 0 ms for 100 iterations, and still ready: Task-1/,
    );
    expect(messageOf(() => run(endless, { limits: { iterations: 100 } }))).toMatch(
      /^LimitError: no end after 100 iterations/,
    );
  });

  it('takes a new step each time: awaits that are over at once are counted from there', () => {
    const main = function* main(): Coroutine<void> {
      const done = getRunningLoop().createFuture<void>();
      done.setResult();
      for (let turn = 0; turn < 10; turn++) {
        yield* done;
        yield* sleep(0);
      }
    };
    expect(() => run(main, { limits: { immediateAwaits: 1 } })).not.toThrow();
  });

  it('lets go first whom its own computation has made due: a timer, a request', () => {
    const orderWith = (wait: () => Awaitable<unknown>, ms: number, options: LoopOptions) =>
      run(function* main(): Coroutine<string[]> {
        const log: string[] = [];
        const tell = (who: string) => log.push(`${who} in iteration ${getRunningLoop().iteration}`);
        const other = createTask(
          (function* waits(): Coroutine<void> {
            yield* wait();
            tell('other');
          })(),
        );
        yield* sleep(0);
        if (ms > 0) compute(ms);
        for (let turn = 0; turn < 3; turn++) {
          yield* sleep(0);
          tell('main');
        }
        yield* other;
        return log;
      }, options);
    const device = (latency: number) => () => new Device({ name: 'disk', latency }).request();
    for (const [wait, ms] of [
      [() => sleep(2), 5],
      [device(2), 5],
      [device(0), 0],
    ] as const) {
      const order = orderWith(wait, ms, {});
      expect(order).toEqual(orderWith(wait, ms, { trace: new Recorder() }));
      expect(order).toEqual([
        'main in iteration 3',
        'main in iteration 4',
        'other in iteration 4',
        'main in iteration 5',
      ]);
    }
  });

  it('is looked at after each step in debug mode: two short steps are no slow one', () => {
    const reports: string[] = [];
    run(
      function* main(): Coroutine<void> {
        compute(60);
        yield* sleep(0);
        compute(60);
      },
      { debug: true, exceptionHandler: (_, { message }) => reports.push(message) },
    );
    expect(reports).toEqual([]);
  });

  it('is looked at after each step from the moment on at which something is claimed', () => {
    const main = function* main(): Coroutine<void> {
      let stock = 1;
      yield* sleep(0);
      always(() => stock > 0, 'never sold out');
      stock = 0;
      yield* sleep(0);
      stock = 1;
    };
    expect(messageOf(() => run(main))).toMatch(/^InvariantError: never sold out/);
  });

  it('tells all from the moment on at which somebody listens', () => {
    const heard: TraceEvent['kind'][] = [];
    run(function* main(): Coroutine<void> {
      yield* sleep(0);
      getRunningLoop().tracer.onAny(({ kind }) => heard.push(kind));
      yield* sleep(0);
    });
    expect(heard.slice(0, 3)).toEqual(['task:yield', 'iteration', 'task:step']);
  });
});

describe('the tasks that are gathered', () => {
  it('are called back in the next iteration by a future that is settled in the midst of a step', () => {
    const order = (options: LoopOptions) =>
      run(function* main(): Coroutine<string[]> {
        const log: string[] = [];
        const future = getRunningLoop().createFuture<number>();
        const both = gather(future);
        future.setResult(1);
        log.push(`gathered: ${both.done()}`);
        yield* both;
        log.push(`gathered: ${both.done()} in iteration ${getRunningLoop().iteration}`);
        return log;
      }, options);
    expect(order({})).toEqual(['gathered: false', 'gathered: true in iteration 3']);
    expect(order({ trace: new Recorder() })).toEqual(order({}));
  });

  it('give no result before an eager task, that gathers itself and returns at once, has been made', () => {
    const order = (options: LoopOptions) =>
      run(
        function* main(): Coroutine<boolean> {
          let itself: Future<unknown> | undefined;
          createTask(
            (function* gathersItself(): Coroutine<void> {
              itself = gather(currentTask()!);
            })(),
          );
          return itself!.done();
        },
        { ...options, eager: true },
      );
    expect([order({}), order({ trace: new Recorder() })]).toEqual([false, false]);
  });

  it('leave the results for the next run, if the last one stops the loop', () => {
    const loop = new EventLoop();
    const both = gatherIn(loop);
    loop.runForever();
    expect(both.done()).toBe(false);
    loop.runReady();
    expect(both.done()).toBe(true);

    function gatherIn(ofLoop: EventLoop): Future<unknown> {
      const stops = function* stops(): Coroutine<void> {
        yield* sleep(1);
        ofLoop.stop();
      };
      return gather(ofLoop.createTask(stops()));
    }
  });

  it('give no result, if the last one ends the program', () => {
    const loop = new EventLoop();
    const quits = function* quits(): Coroutine<void> {
      yield* sleep(1);
      throw new SystemExit(3);
    };
    const both = gather(loop.createTask(quits()));
    expect(() => loop.runForever()).toThrow(SystemExit);
    expect([both.done(), loop.iteration]).toEqual([false, 3]);
  });
});
