import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { PROMISE_HINT } from '../../src/core/errors.ts';
import {
  blockingSleep,
  busy,
  CancelledError,
  type Coroutine,
  compute,
  createTask,
  currentTask,
  DeadlockError,
  EventLoop,
  ExceptionGroup,
  type ExceptionHandler,
  getRunningLoop,
  LimitError,
  minutes,
  network,
  now,
  print,
  query,
  run,
  runScript,
  SystemExit,
  saveTrace,
  seconds,
  sleep,
  TaskGroup,
  TimeoutError,
  Trace,
  TraceLimitError,
  toThread,
} from '../../src/index.ts';
import { SIMULATION_LIMITS, type Simulation, simulate } from '../../src/testing/index.ts';
import { text } from './messages.ts';
import { chores, forgetful, noOrders, sums, tooLate, twoEaters } from './programs.ts';

describe('a program that ends well', () => {
  it('gives its result, its time and its output', () => {
    const run = simulate(chores);
    expect(run.outcome).toBe('result');
    expect(run.error).toBe(null);
    expect(run.result).toEqual(['rice', 'laundry', 'dishes']);
    expect(run.time).toBe(minutes(40));
    expect(run.output).toEqual(['start', 'laundry is done', 'dishes is done', 'rice is done', 'end']);
  });

  it('logs each line with its virtual time and its task', () => {
    expect(simulate(chores).log).toEqual([
      [0, 'Task-1', 'start'],
      [minutes(30), 'laundry', 'laundry is done'],
      [minutes(30), 'dishes', 'dishes is done'],
      [minutes(40), 'rice', 'rice is done'],
      [minutes(40), 'Task-1', 'end'],
    ]);
  });

  it('logs what a thread prints with the name of the thread, even if that has the number of a task', () => {
    const { log, output } = simulate(function* () {
      print('first');
      yield* toThread(function* () {
        yield* busy(5);
        print('second');
      });
    });
    expect(log).toEqual([
      [0, 'Task-1', 'first'],
      [5, 'asyncio-0', 'second'],
    ]);
    expect(output).toEqual(['first', 'second']);
  });

  it('sums up each task', () => {
    expect(simulate(sums).tasks).toEqual([
      {
        name: 'Task-1',
        state: 'result',
        detail: '',
        createdAt: 0,
        doneAt: 60,
        busy: 0,
        ready: 0,
        waiting: 60,
        total: 60,
      },
      {
        name: 'a',
        state: 'result',
        detail: '"sum of a"',
        createdAt: 0,
        doneAt: 30,
        busy: 30,
        ready: 0,
        waiting: 0,
        total: 30,
      },
      {
        name: 'b',
        state: 'result',
        detail: '"sum of b"',
        createdAt: 0,
        doneAt: 60,
        busy: 30,
        ready: 30,
        waiting: 0,
        total: 60,
      },
    ]);
  });

  it('keeps the trace, which knows the program and the seed', () => {
    const { trace } = simulate(chores, { seed: 7 });
    expect(trace).toBeInstanceOf(Trace);
    expect(trace.meta).toEqual({ program: 'chores', seed: 7 });
    expect(query(trace).overlap('rice', 'laundry').waiting).toBe(minutes(30));
  });

  it('draws its timeline', () => {
    const run = simulate(chores);
    expect(run.timeline({ width: 60, legend: false })).toBe(
      text(`
                 0         10 min       20 min      30 min    40 min
                 ├───────────┴────────────┴───────────┴────────────┤
        Task-1   ●─ gather rice, laundry, dishes ──────────────────✓
        rice     ●─ sleep 40 min ──────────────────────────────────✓
        laundry  ●─ sleep 30 min ─────────────────────✓
        dishes   ●─ sleep 30 min ─────────────────────✓
        loop     ●····································●············●
      `),
    );
    expect(`${run}`).toBe(run.timeline({ width: 80 }));
  });

  it('may have no tasks but its main one, and no time at all', () => {
    const run = simulate(function* (): Coroutine<number> {
      return 42;
    });
    expect(run).toMatchObject({ result: 42, time: 0, output: [], log: [], reports: [] });
    expect(run.tasks).toMatchObject([{ name: 'Task-1', state: 'result', detail: '42', total: 0 }]);
  });

  it('begins at 0 on a fresh loop every time', () => {
    const starts = [1, 2].map(() =>
      simulate(function* (): Coroutine<readonly unknown[]> {
        yield* sleep(5);
        return [now(), currentTask()?.getName()];
      }),
    );
    expect(starts.map(({ result }) => result)).toEqual([
      [5, 'Task-1'],
      [5, 'Task-1'],
    ]);
  });
});

describe('a program that fails', () => {
  it('is not thrown at the test, until the test asks for its result', () => {
    const run = simulate(tooLate);
    expect(run.outcome).toBe('exception');
    expect(run.error).toBeInstanceOf(TimeoutError);
    expect(run.time).toBe(10);
    expect(() => run.result).toThrow(new TimeoutError('the answer came too late'));
    expect(run.tasks).toMatchObject([
      { name: 'Task-1', state: 'exception', detail: 'TimeoutError: the answer came too late', doneAt: 10 },
    ]);
  });

  it('keeps its error as it is, be it a group, an exit, or no error at all', () => {
    const group = simulate(() => TaskGroup.run((group) => group.createTask(tooLate())));
    expect(group.outcome).toBe('exception');
    expect(group.error).toBeInstanceOf(ExceptionGroup);
    expect((group.error as ExceptionGroup).errors).toEqual([new TimeoutError('the answer came too late')]);
    const exit = new SystemExit(3);
    const throwing = (error: unknown) =>
      simulate(function* (): Coroutine<void> {
        throw error;
      });
    expect(throwing(exit)).toMatchObject({ outcome: 'exception', error: exit });
    expect(throwing(undefined)).toMatchObject({ outcome: 'exception', error: undefined });
    expect(throwing('no')).toMatchObject({ outcome: 'exception', error: 'no' });
  });

  it('is cancelled if its main task is', () => {
    const run = simulate(function* (): Coroutine<void> {
      currentTask()?.cancel('enough');
      yield* sleep(10);
    });
    expect(run.outcome).toBe('cancelled');
    expect(run.error).toBeInstanceOf(CancelledError);
    expect(run.time).toBe(0);
  });

  it('leaves nothing behind that could disturb the next one', () => {
    simulate(tooLate);
    simulate(twoEaters);
    expect(simulate(chores).result).toEqual(['rice', 'laundry', 'dishes']);
    expect(() => getRunningLoop()).toThrow('no running event loop');
  });
});

describe('a deadlock', () => {
  it('is reported with its tasks and its ring', () => {
    const { outcome, error, time } = simulate(twoEaters);
    expect(outcome).toBe('deadlock');
    expect(time).toBe(10);
    expect(error).toBeInstanceOf(DeadlockError);
    const { tasks, cycle } = error as DeadlockError;
    expect(tasks.map(({ name, reason, on }) => [name, reason, on])).toEqual([
      ['Task-1', 'gather', 'ann, bob'],
      ['ann', 'lock.acquire', 'knife'],
      ['bob', 'lock.acquire', 'fork'],
    ]);
    expect(cycle).toEqual(['ann', 'bob']);
  });

  it('has no ring where a queue stays empty', () => {
    const { outcome, error } = simulate(noOrders);
    expect(outcome).toBe('deadlock');
    expect(error).toMatchObject({ cycle: null, tasks: [{ name: 'Task-1', on: 'orders' }] });
  });

  it('is cleaned up as run() does: the tasks are cancelled', () => {
    expect(simulate(twoEaters).tasks.map(({ name, state }) => [name, state])).toEqual([
      ['Task-1', 'cancelled'],
      ['ann', 'cancelled'],
      ['bob', 'cancelled'],
    ]);
  });
});

describe('limits', () => {
  function* spin(): Coroutine<void> {
    while (true) yield* sleep(0);
  }
  function* tick(): Coroutine<void> {
    while (true) yield* sleep(1);
  }
  function* greedy(): Coroutine<void> {
    const done = getRunningLoop().createFuture<void>();
    done.setResult();
    while (true) yield* done;
  }

  it('stop a program that runs away', () => {
    expect(SIMULATION_LIMITS).toEqual({
      iterationsPerInstant: 100_000,
      iterations: 200_000,
      immediateAwaits: 100_000,
      threadSteps: 200_000,
    });
    // Without debug, because watching every coroutine costs more than the run.
    const spun = simulate(spin, { debug: false });
    expect(spun.outcome).toBe('limit');
    expect(spun.error).toBeInstanceOf(LimitError);
    expect(String(spun.error)).toContain(
      'the clock has stood at 0 ms for 100000 iterations, and still ready: Task-1',
    );
    expect(spun.time).toBe(0);
    const ticked = simulate(tick, { debug: false });
    expect(ticked).toMatchObject({ outcome: 'limit', time: 100_000 });
    expect(String(ticked.error)).toContain('no end after 200000 iterations, at 100000 ms');
    const taken = simulate(greedy, { debug: false });
    expect(taken.outcome).toBe('limit');
    expect(String(taken.error)).toContain('the task Task-1 awaited 100000 times in one step');
  });

  it('can be given one by one', () => {
    const { outcome, error } = simulate(spin, { limits: { iterationsPerInstant: 50 } });
    expect(outcome).toBe('limit');
    expect(String(error)).toContain('the clock has stood at 0 ms for 50 iterations');
    expect(() => simulate(tick, { limits: { iterations: 60 } }).result).toThrow('no end after 60 iterations');
  });

  it('hold for the trace, which is cut off', () => {
    const { outcome, error, trace } = simulate(tick, { maxEvents: 100 });
    expect(outcome).toBe('limit');
    expect(error).toBeInstanceOf(TraceLimitError);
    expect(trace.length).toBe(100);
  });
});

describe('reports', () => {
  it('are empty when nothing is amiss', () => {
    expect(simulate(chores).reports).toEqual([]);
  });

  it('name a coroutine that was never awaited, and the line where the star is missing', () => {
    const lines = readFileSync(new URL('programs.ts', import.meta.url), 'utf8').split('\n');
    const line = lines.findIndex((text) => text.includes('// no star')) + 1;
    const { reports, result } = simulate(forgetful);
    expect(result).toBe(undefined);
    expect(reports).toEqual([
      `coroutine sleep(5) was never awaited: write yield* before it (testing/programs.ts:${line}:3)`,
    ]);
  });

  it('name a step that holds up the others, and who was delayed', () => {
    const { reports } = simulate(function* (): Coroutine<void> {
      createTask(sleep(50), { name: 'beat' });
      yield* sleep(0);
      compute(120, 'hash');
      yield* sleep(100);
    });
    expect(reports).toEqual([
      expect.stringMatching(/^Executing the task Task-1 took 120 ms at 0 ms; delayed: beat \(due at 50 ms/),
    ]);
  });

  it('name an exception that nobody looked at, and a callback that failed', () => {
    const { reports, outcome } = simulate(function* (): Coroutine<void> {
      createTask(tooLate(), { name: 'late' });
      getRunningLoop().callSoon(function oops() {
        throw new RangeError('off by one');
      });
      yield* sleep(20);
    });
    expect(outcome).toBe('result');
    expect(reports).toEqual([
      expect.stringMatching(/^Exception in callback.*: RangeError: off by one$/),
      'Task late exception was never retrieved: TimeoutError: the answer came too late',
    ]);
  });

  it('name a task that is still pending when its loop is closed', () => {
    const { reports, tasks } = simulate(() => {
      const loop = new EventLoop();
      loop.createTask(sleep(50), { name: 'left' });
      loop.runUntil(20);
      loop.close();
    });
    expect(reports).toEqual(['Task left was destroyed but it is pending!']);
    expect(tasks).toMatchObject([{ name: 'left', state: 'pending', doneAt: null, waiting: 20 }]);
  });

  it('come to the handler given as an option too, whose own failure changes nothing', () => {
    vi.spyOn(console, 'error').mockReturnValue();
    const heard: string[] = [];
    const exceptionHandler: ExceptionHandler = (_, { message }) => {
      heard.push(message);
      throw new Error('a handler that fails');
    };
    const { reports, outcome } = simulate(forgetful, { exceptionHandler });
    vi.restoreAllMocks();
    expect(outcome).toBe('result');
    expect(heard).toEqual(reports);
    expect(heard).toEqual([expect.stringContaining('sleep(5) was never awaited')]);
  });

  it('come to the program’s own exception handler too, if it sets one', () => {
    const heard: string[] = [];
    const inside = simulate(function* (): Coroutine<void> {
      getRunningLoop().setExceptionHandler((_, { message }) => heard.push(message));
      createTask(tooLate(), { name: 'inside' });
      yield* sleep(20);
    });
    const before = simulate(() => {
      const loop = new EventLoop();
      loop.setExceptionHandler((_, { message }) => heard.push(message));
      loop.createTask(tooLate(), { name: 'before' });
      loop.runUntilIdle();
      loop.close();
    });
    expect(heard).toEqual([
      'Task inside exception was never retrieved',
      'Task before exception was never retrieved',
    ]);
    expect(inside.reports).toHaveLength(1);
    expect(before.reports).toHaveLength(1);
  });
});

describe('the console', () => {
  beforeEach(() => {
    for (const method of ['log', 'info', 'warn', 'error'] as const)
      vi.spyOn(console, method).mockReturnValue();
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('is left alone, whatever the program prints and the loop has to report', () => {
    for (const program of [chores, tooLate, twoEaters, forgetful]) simulate(program);
    simulate(function* (): Coroutine<void> {
      createTask(tooLate());
      yield* sleep(20);
      compute(500);
    });
    for (const method of ['log', 'info', 'warn', 'error'] as const)
      expect(console[method]).not.toHaveBeenCalled();
  });

  it('belongs to the program’s own console.log, unless that is captured', () => {
    function* logs(): Coroutine<void> {
      console.log('hello');
    }
    expect(simulate(logs).output).toEqual([]);
    expect(console.log).toHaveBeenCalledExactlyOnceWith('hello');
    expect(simulate(logs, { captureConsole: true }).output).toEqual(['hello']);
    expect(console.log).toHaveBeenCalledTimes(1);
  });
});

describe('a script', () => {
  it('runs as often as it likes, on one clock, with plain code around', () => {
    const script = simulate(() => {
      print('before');
      run(sleep(10));
      blockingSleep(seconds(1));
      run(chores());
      return 'done';
    });
    expect(script.result).toBe('done');
    expect(script.time).toBe(10 + 1000 + minutes(40));
    expect(script.log.slice(0, 2)).toEqual([
      [0, '', 'before'],
      [1010, 'Task-1', 'start'],
    ]);
  });

  it('is simulated like a program: in debug mode, within limits, its failure an outcome', () => {
    expect(simulate(() => run(forgetful())).reports).toHaveLength(1);
    expect(simulate(() => run(tooLate()))).toMatchObject({ outcome: 'exception', time: 10 });
    expect(simulate(() => run(twoEaters())).outcome).toBe('deadlock');
    expect(
      simulate(
        () =>
          run(function* (): Coroutine<void> {
            while (true) yield* sleep(1);
          }, {}),
        { limits: { iterations: 10 } },
      ).outcome,
    ).toBe('limit');
    const failing = simulate(() => {
      throw new RangeError('before any loop');
    });
    expect(failing).toMatchObject({
      outcome: 'exception',
      error: new RangeError('before any loop'),
      tasks: [],
    });
  });
});

describe('options', () => {
  it('are those of a loop: the seed, the policy, eager tasks', () => {
    function* ask(): Coroutine<number> {
      yield* network({ latency: [1, 100] }).request();
      return now();
    }
    const times = [1, 2, 1].map((seed) => simulate(ask, { seed }).time);
    expect(times[0]).toBe(times[2]);
    expect(times[0]).not.toBe(times[1]);
    expect(simulate(ask, { policy: { draw: () => 33 } }).time).toBe(33);
    expect(query(simulate(chores, { eager: true }).trace).stepsOf('rice')[0]?.eager).toBe(true);
  });

  it('switch debug mode off', () => {
    expect(simulate(forgetful, { debug: false }).reports).toEqual([]);
  });
});

describe('what is no program', () => {
  it('is refused, with what is probably meant', () => {
    const wrong = simulate as (program: unknown, options?: unknown) => unknown;
    expect(() => wrong(chores())).toThrow(
      new TypeError(
        'simulate() runs a function, a program or script, and got a generator: hand over main itself, not main(), so that it can be started here',
      ),
    );
    expect(() => wrong(undefined)).toThrow(
      new TypeError('simulate() runs a function, a program or script, and got undefined'),
    );
    const async = new TypeError(`a script or program can not be an async function: ${PROMISE_HINT}`);
    expect(() => wrong(async () => Promise.reject(new Error('late')))).toThrow(async);
    expect(() =>
      wrong(async function* () {
        yield 1;
      }),
    ).toThrow(async);
  });

  it('is refused with impossible options', () => {
    expect(() => simulate(chores, { seed: Number.NaN })).toThrow('a seed is a finite number, got NaN');
    expect(() => simulate(chores, { maxEvents: 0 })).toThrow(RangeError);
  });

  it('is refused inside a loop or a script', () => {
    const message =
      'simulate() cannot be called in a running event loop or script: it starts a loop of its own. ' +
      'explore() takes the program that is run in it, and not a function that calls it: explore(main)';
    const nested = simulate(function* (): Coroutine<unknown> {
      return simulate(chores).result;
    });
    expect(() => nested.result).toThrow(message);
    expect(() => runScript(() => simulate(chores))).toThrow(message);
  });
});

describe('types', () => {
  it('give the result that the program returns', () => {
    expectTypeOf(simulate(chores).result).toEqualTypeOf<string[]>();
    expectTypeOf(simulate(() => 7).result).toEqualTypeOf<number>();
    expectTypeOf(simulate(() => run(chores())).result).toEqualTypeOf<string[]>();
    expectTypeOf(simulate(() => sleep(5, 'late' as const)).result).toEqualTypeOf<'late'>();
    const inferred = simulate(function* () {
      yield* sleep(1);
      return { rice: true };
    });
    expectTypeOf(inferred.result).toEqualTypeOf<{ rice: boolean }>();
    expectTypeOf(inferred.error).toBeUnknown();
    const nothing = simulate(forgetful);
    expectTypeOf(nothing.result).toEqualTypeOf<void>();
    const any: Simulation[] = [chores, tooLate].map((program) => simulate(program));
    expect(any.map(({ outcome }) => outcome)).toEqual(['result', 'exception']);
  });

  it('refuse what a simulation has of its own', () => {
    type Options = NonNullable<Parameters<typeof simulate>[1]>;
    expectTypeOf<keyof Options>().toEqualTypeOf<
      | 'seed'
      | 'debug'
      | 'policy'
      | 'eager'
      | 'limits'
      | 'machine'
      | 'stepCost'
      | 'sites'
      | 'adjust'
      | 'captureConsole'
      | 'exceptionHandler'
      | 'maxEvents'
      | 'guard'
    >();
    expect(saveTrace(simulate(chores).trace)).toContain('"program":"chores"');
  });
});
