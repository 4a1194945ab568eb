/** Programs from beginning to end: `run`, `Runner`, and the shutdown. Orders as seen on CPython 3.14. */
import { describe, expect, it } from 'vitest';
import {
  Context,
  ContextVar,
  type Coroutine,
  createTask,
  currentTask,
  DeadlockError,
  type EventLoop,
  getRunningLoop,
  now,
  Runner,
  RuntimeError,
  run,
  SystemExit,
  sleep,
} from '../../src/index.ts';
import { type Journal, journal, messageOf, runTold, thrownBy } from '../support/journal.ts';

function* steps(log: Journal): Coroutine<void> {
  for (let step = 0; step < 20; step++) {
    log(`step ${step}`);
    yield* sleep(0);
  }
}

/** Sleeps for ever; does `then` when it is cancelled. */
function* sleeper(log: Journal, then: () => Coroutine<void>): Coroutine<void> {
  try {
    yield* sleep(1000);
  } catch {
    log(`cancelled, ${currentTask()?.cancelling()} request`);
    yield* then();
  }
}

describe('run', () => {
  it('numbers the tasks that the main task makes from 2 on, whatever that is called', () => {
    function* main(): Coroutine<string[]> {
      const tasks = [createTask(sleep(1)), createTask(sleep(1), { name: 'rice' }), createTask(sleep(1))];
      return [currentTask()!, ...tasks].map((task) => task.getName());
    }
    expect(run(main)).toEqual(['Task-1', 'Task-2', 'rice', 'Task-3']);
    expect(run(main, { name: 'main' })).toEqual(['main', 'Task-2', 'rice', 'Task-3']);
  });

  it('runs a coroutine, or a program that makes one, and gives its result', () => {
    function* main(): Coroutine<string> {
      yield* sleep(40);
      return `done at ${now()}`;
    }
    expect([run(main()), run(main)]).toEqual(['done at 40', 'done at 40']);
    expect(run(sleep(5, 'rice'))).toBe('rice');
  });

  it('throws what the coroutine throws, itself', () => {
    const boom = new RuntimeError('boom');
    function* main(): Coroutine<void> {
      yield* sleep(1);
      throw boom;
    }
    expect(thrownBy(() => run(main))).toBe(boom);
  });

  it('starts a clock of its own at 0, and leaves no loop behind', () => {
    expect([run(sleep(7)), run(sleep(0)), run(() => nowAndThen())]).toEqual([undefined, undefined, [0, 5]]);
    function* nowAndThen(): Coroutine<number[]> {
      const start = now();
      yield* sleep(5);
      return [start, now()];
    }
    expect(messageOf(() => now())).toMatch(
      /^RuntimeError: now\(\) needs a virtual clock, and there is none here/,
    );
  });

  it('refuses to run in a running loop, and what is no coroutine', () => {
    const main = function* (): Coroutine<string[]> {
      return [messageOf(() => run(sleep(1))), messageOf(() => new Runner().run(sleep(1)))];
    };
    expect(run(main)).toEqual([
      'RuntimeError: run() cannot be called from a running event loop: await the coroutine by yield*',
      'RuntimeError: Runner.run() cannot be called from a running event loop: await the coroutine by yield*',
    ]);
    expect(messageOf(() => run(5 as never))).toBe('TypeError: a coroutine was expected, got 5');
    expect(messageOf(() => run((async () => {}) as never))).toMatch(
      /^TypeError: a coroutine was expected, got a Promise: promises belong to JavaScript’s own event loop/,
    );
    expect(messageOf(() => run(() => undefined as never))).toBe(
      'TypeError: a coroutine was expected, got undefined',
    );
  });
});

describe('the shutdown', () => {
  it('cancels the tasks that are left, each once, in the order of creation, and waits for them', () => {
    const log = journal();
    const { result, reports } = runTold(function* (): Coroutine<string> {
      createTask(
        sleeper(log, () => sleep(0)),
        { name: 'a' },
      );
      createTask(
        sleeper(log, () => sleep(5)),
        { name: 'b' },
      );
      createTask(
        sleeper(log, () => sleep(0)),
        { name: 'c' },
      );
      yield* sleep(1);
      log('returns');
      return 'result';
    });
    expect(log.lines).toEqual([
      '1 Task-1: returns',
      '1 a: cancelled, 1 request',
      '1 b: cancelled, 1 request',
      '1 c: cancelled, 1 request',
    ]);
    expect([result, reports]).toEqual(['result', []]);
  });

  it('lets a task take its time over its cleaning up', () => {
    const log = journal();
    run(function* () {
      createTask(
        sleeper(log, function* () {
          yield* sleep(30);
          log('clean');
        }),
        { name: 'slow' },
      );
      yield* sleep(1);
    });
    expect(log.lines).toEqual(['1 slow: cancelled, 1 request', '31 slow: clean']);
  });

  it('reports a task that fails in it', () => {
    const log = journal();
    const { result, reports } = runTold(function* (): Coroutine<string> {
      const failing = function* (): Coroutine<void> {
        throw new RuntimeError('spilled');
      };
      createTask(sleeper(log, failing), { name: 'rice' });
      yield* sleep(1);
      return 'result';
    });
    expect(reports).toEqual(['unhandled exception during run() shutdown: RuntimeError: spilled']);
    expect(result).toBe('result');
  });

  it('has one round: a task made in it is not cancelled, takes some more steps, and is left pending', () => {
    const log = journal();
    const { reports } = runTold(function* (): Coroutine<void> {
      const spawning = function* (): Coroutine<void> {
        createTask(steps(log), { name: 'late' });
      };
      createTask(sleeper(log, spawning), { name: 'parent' });
      yield* sleep(1);
    });
    // Two until the cancelled ones are known to be done, and four while asyncio shuts down generators and executors.
    expect(log.lines).toEqual([
      '1 parent: cancelled, 1 request',
      ...[0, 1, 2, 3, 4, 5].map((step) => `1 late: step ${step}`),
    ]);
    expect(reports).toEqual(['Task late was destroyed but it is pending!']);
  });

  it('a callback that comes back for ever gets five more turns, and no more', () => {
    let turns = 0;
    run(function* (): Coroutine<void> {
      const loop = getRunningLoop();
      const again = () => {
        turns++;
        loop.callSoon(again);
      };
      loop.callSoon(again);
    });
    expect(turns).toBe(5);
  });

  it('a task that is ready when main returns takes one more step before it is cancelled', () => {
    const log = journal();
    run(function* () {
      createTask(steps(log), { name: 'bg' });
      yield* sleep(0);
      log('returns');
    });
    expect(log.lines).toEqual(['0 bg: step 0', '0 Task-1: returns', '0 bg: step 1']);
  });

  it('takes place after an error too, and the error of main is the one that is thrown', () => {
    const log = journal();
    const { error, reports } = runTold(function* (): Coroutine<void> {
      const failing = function* (): Coroutine<void> {
        throw new RuntimeError('in the shutdown');
      };
      createTask(sleeper(log, failing), { name: 'rice' });
      yield* sleep(1);
      throw new RuntimeError('of main');
    });
    expect(String(error)).toBe('RuntimeError: of main');
    expect(reports).toEqual(['unhandled exception during run() shutdown: RuntimeError: in the shutdown']);
  });

  it('that stands still does not hide the error of main', () => {
    const main = function* (): Coroutine<void> {
      const waitsForEver = function* (): Coroutine<void> {
        yield* getRunningLoop().createFuture();
      };
      getRunningLoop().setExceptionHandler(() => {});
      createTask(
        sleeper(journal(), () => waitsForEver()),
        { name: 'stuck' },
      );
      yield* sleep(1);
      throw new RuntimeError('of main');
    };
    const error = thrownBy(() => run(main));
    // asyncio would hang here. Either error may lead, but that of main must be told.
    expect(`${error} ${error.cause}`).toContain('RuntimeError: of main');
  });

  it('after an exit of a task: main is cancelled, and the exit is thrown', () => {
    const log = journal();
    const error = thrownBy(() =>
      run(function* () {
        createTask(
          (function* (): Coroutine<void> {
            yield* sleep(1);
            throw new SystemExit(3);
          })(),
        );
        try {
          yield* sleep(10);
        } finally {
          log('cleans up');
        }
      }),
    );
    expect(String(error)).toBe('SystemExit: exit with code 3');
    expect(log.lines).toEqual(['1 Task-1: cleans up']);
  });

  it('after an exit of main itself: everybody cleans up to the end, and nothing is reported', () => {
    const log: string[] = [];
    const exit = thrownBy(() =>
      run(
        function* main(): Coroutine<void> {
          createTask(
            (function* cleans(): Coroutine<void> {
              try {
                yield* sleep(100);
              } finally {
                log.push('cleaning');
                yield* sleep(5);
                log.push(`cleaned at ${now()}`);
              }
            })(),
          );
          yield* sleep(1);
          throw new SystemExit(3);
        },
        { exceptionHandler: (_, { message }) => log.push(message) },
      ),
    );
    expect(exit).toBeInstanceOf(SystemExit);
    expect(log).toEqual(['cleaning', 'cleaned at 6']);
  });

  it('after a deadlock: everybody cleans up, and the deadlock is thrown', () => {
    const log = journal();
    const error = thrownBy(() =>
      run(function* (): Coroutine<void> {
        try {
          yield* getRunningLoop().createFuture();
        } finally {
          log('cleans up');
        }
      }),
    );
    expect(error).toBeInstanceOf(DeadlockError);
    expect(log.lines).toEqual(['0 Task-1: cleans up']);
  });

  it('closes the loop', () => {
    let loop: EventLoop | undefined;
    run(function* (): Coroutine<void> {
      loop = getRunningLoop();
    });
    expect(loop?.isClosed()).toBe(true);
  });
});

describe('a Runner', () => {
  it('runs one main coroutine after another on one clock, and its tasks go on between', () => {
    const log = journal();
    function* background(): Coroutine<void> {
      for (;;) {
        yield* sleep(10);
        log('tick');
      }
    }
    const runner = new Runner();
    runner.run(function* (): Coroutine<void> {
      createTask(background(), { name: 'bg' });
      yield* sleep(15);
    });
    runner.run(sleep(15));
    expect(log.lines).toEqual(['10 bg: tick', '20 bg: tick', '30 bg: tick']);
    expect(runner.getLoop().time()).toBe(30);
    runner.close();
    runner.close(); // does nothing
    expect(messageOf(() => runner.run(sleep(1)))).toBe('RuntimeError: Runner is closed');
    expect(messageOf(() => runner.getLoop())).toBe('RuntimeError: Runner is closed');
  });

  it('runs on after a main coroutine that ended the program', () => {
    const runner = new Runner();
    const exits = function* exits(): Coroutine<void> {
      yield* sleep(1);
      throw new SystemExit(3);
    };
    expect(() => runner.run(exits)).toThrow(SystemExit);
    const goesOn = function* goesOn(): Coroutine<number> {
      yield* sleep(10);
      return now();
    };
    expect(runner.run(goesOn)).toBe(11);
    runner.close();
  });

  it('has one context for all its main coroutines: as it was at the first, with what they set themselves', () => {
    const variable = new ContextVar('variable', { default: 'default' });
    const see = function* see(): Coroutine<string> {
      return variable.get();
    };
    const outside = new Context();
    outside.run(() => {
      const runner = new Runner();
      expect(runner.run(see)).toBe('default');
      variable.set('outside');
      expect(runner.run(see)).toBe('default');
      runner.run(function* sets(): Coroutine<void> {
        variable.set('inside');
      });
      expect([runner.run(see), variable.get()]).toEqual(['inside', 'outside']);
      runner.close();

      const later = new Runner();
      expect(later.run(see)).toBe('outside');
      later.close();
    });
    const runner = new Runner();
    runner.run(see);
    new Context().run(() => {
      variable.set('outside, later');
      expect(runner.run(see)).toBe('default');
    });
    runner.close();
  });

  it('is closed at the end of a using block', () => {
    let loop: EventLoop;
    {
      using runner = new Runner();
      loop = runner.getLoop();
      runner.run(sleep(1));
      expect(loop.isClosed()).toBe(false);
    }
    expect(loop.isClosed()).toBe(true);
  });

  it('refuses to be closed from inside, and no harm is done', () => {
    using runner = new Runner();
    const message = runner.run(function* (): Coroutine<string> {
      const refusal = messageOf(() => runner.close());
      yield* sleep(5);
      return refusal;
    });
    expect(message).toMatch(/^RuntimeError: .*running/);
    expect(runner.run(sleep(5, 'goes on'))).toBe('goes on');
  });

  it('that ran nothing is closed without a loop ever being made', () => {
    const runner = new Runner({ seed: Number.NaN }); // would throw
    runner.close();
    expect(messageOf(() => runner.getLoop())).toBe('RuntimeError: Runner is closed');
  });
});
