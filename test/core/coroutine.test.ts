import { describe, expect, it } from 'vitest';
import { closeCoroutine } from '../../src/core/coroutine.ts';
import {
  type Awaitable,
  type Coroutine,
  createTask,
  Event,
  EventLoop,
  gather,
  getRunningLoop,
  isCoroutine,
  isFuture,
  Lock,
  now,
  run,
  sleep,
  waitFor,
} from '../../src/index.ts';
import { journal, messageOf, runTold, thrownBy } from '../support/journal.ts';

/** The message that `main` ends with, run for itself. */
const failureOf = (main: () => Generator<unknown, unknown, unknown>) =>
  messageOf(() => run(main as () => Coroutine<unknown>));

describe('sleep', () => {
  it('takes exactly its time, and gives its result', () => {
    const result = run(function* () {
      const nothing = yield* sleep(30);
      const rice = yield* sleep(0.5, 'rice');
      return [nothing, rice, now()];
    });
    expect(result).toEqual([undefined, 'rice', 30.5]);
  });

  it('of zero and less gives way for one iteration, and sets no timer', () => {
    const log = journal();
    function* turns(name: string, ms: number): Coroutine<void> {
      for (let turn = 1; turn <= 2; turn++) {
        log(`${name}${turn} in iteration ${getRunningLoop().iteration}`);
        yield* sleep(ms);
        expect(getRunningLoop().timers.length).toBe(0);
      }
    }
    run(function* () {
      yield* gather(turns('a', 0), turns('b', -5), turns('c', Number.NEGATIVE_INFINITY));
    });
    expect(log.lines.map((line) => line.replace(/^.*: /, ''))).toEqual([
      'a1 in iteration 2',
      'b1 in iteration 2',
      'c1 in iteration 2',
      'a2 in iteration 3',
      'b2 in iteration 3',
      'c2 in iteration 3',
    ]);
  });

  it('of zero gives its result too', () => {
    expect(run(sleep(0, 'rice'))).toBe('rice');
    expect(run(sleep(-1, 'rice'))).toBe('rice');
    expect(run(sleep(0))).toBeUndefined();
  });

  it('refuses NaN and infinity when it is awaited, not before', () => {
    const endless = sleep(Number.POSITIVE_INFINITY);
    expect(messageOf(() => run(endless))).toBe(
      'ValueError: Invalid delay: sleep() needs a finite number of ms, got Infinity',
    );
    expect(messageOf(() => run(sleep(Number.NaN)))).toBe(
      'ValueError: Invalid delay: sleep() needs a finite number of ms, got NaN (not a number)',
    );
  });

  it('refuses what is no number, which would otherwise be glued to the time', () => {
    const main = function* (): Coroutine<void> {
      yield* sleep(10);
      yield* sleep('5' as unknown as number);
    };
    expect(messageOf(() => run(main))).toBe(
      'ValueError: Invalid delay: sleep() needs a finite number of ms, got "5"',
    );
  });

  it('can be cancelled in the middle of a sleep(0), after which the next one gives way again', () => {
    const log = journal();
    run(function* () {
      const task = createTask(
        (function* (): Coroutine<void> {
          try {
            yield* sleep(0);
          } catch (error) {
            log(error);
          }
          const before = getRunningLoop().iteration;
          yield* sleep(0);
          log(`gave way for ${getRunningLoop().iteration - before}`);
        })(),
        { name: 'napper' },
      );
      yield* sleep(0);
      task.cancel('up');
      yield* task;
    });
    expect(log.lines).toEqual(['0 napper: CancelledError: up', '0 napper: gave way for 1']);
  });

  it('refuses to end beyond all numbers', () => {
    const main = function* (): Coroutine<void> {
      yield* sleep(1e308);
      yield* sleep(1e308);
    };
    expect(messageOf(() => run(main))).toMatch(/^ValueError: Invalid delay/);
  });

  it('two of zero run at the same time in one gather, as two tasks', () => {
    expect(run(gatherTwo())).toEqual([undefined, undefined]);
    function* gatherTwo(): Coroutine<unknown[]> {
      return yield* gather(sleep(0), sleep(0));
    }
  });
});

describe('yield* on the wrong thing fails with what to do', () => {
  const promiseHint =
    'promises belong to JavaScript’s own event loop, not to this one. Write the function as function* and use yield* ' +
    'instead of async and await, or stand in for it with sleep() or a Device';

  it('a number, a promise or a function yielded without a star', () => {
    expect(
      failureOf(function* () {
        yield 42;
      }),
    ).toBe(
      'RuntimeError: Task got bad yield: Task Task-1 yielded 42; only what yield* waits for can be awaited',
    );
    expect(
      failureOf(function* () {
        yield Promise.resolve(1);
      }),
    ).toBe(`RuntimeError: Task-1 yielded a Promise: ${promiseHint}`.replace('Task-1', 'Task Task-1'));
    expect(
      failureOf(function* () {
        yield sleep;
      }),
    ).toBe('RuntimeError: Task Task-1 yielded function sleep: call it, and await what it returns by yield*');
  });

  it('what an asynchronous generator function returns, with or without a star', () => {
    async function* pages(): AsyncGenerator<number> {
      yield 1;
    }
    expect(
      failureOf(function* () {
        yield pages();
      }),
    ).toMatch(/^RuntimeError: Task Task-1 yielded .*: promises belong to JavaScript’s own event loop/);
    expect(
      failureOf(function* () {
        yield* pages() as unknown as Generator;
      }),
    ).toContain(promiseHint);
  });

  it('a future or a coroutine yielded without a star', () => {
    expect(
      failureOf(function* () {
        yield getRunningLoop().createFuture();
      }),
    ).toBe('RuntimeError: yield was used instead of yield* in Task Task-1 with a Future: add the star');
    expect(
      failureOf(function* () {
        yield sleep(5);
      }),
    ).toBe('RuntimeError: yield was used instead of yield* in Task Task-1 with a Sleep: add the star');
    function* cook(): Generator {}
    expect(
      failureOf(function* () {
        yield cook();
      }),
    ).toBe('RuntimeError: yield was used instead of yield* in Task Task-1 with a generator: add the star');
  });

  it('a promise with the star: the engine’s own error, with a hint', () => {
    const { name, message } = thrownBy(() =>
      run(function* (): Coroutine<void> {
        yield* Promise.resolve(1) as unknown as Awaitable<void>;
      }),
    );
    expect(name).toBe('TypeError');
    expect(message).toContain(
      `(if this is a yield*: it waits for coroutines, futures and tasks. Does a call lack its parentheses, a body its function*? And ${promiseHint})`,
    );
  });

  it('the error is thrown into the coroutine one iteration later, where it can be caught', () => {
    const log = journal();
    run(function* (): Coroutine<void> {
      const before = getRunningLoop().iteration;
      try {
        yield 1 as never;
      } catch (error) {
        log(`${(error as Error).name} after ${getRunningLoop().iteration - before} iteration`);
      }
      yield* sleep(3);
      log('goes on');
    });
    expect(log.lines).toEqual(['0 Task-1: RuntimeError after 1 iteration', '3 Task-1: goes on']);
  });

  it('a cancellation takes the place of that error', () => {
    const { error } = runTold(function* (): Coroutine<string> {
      const task = createTask(
        (function* (): Coroutine<void> {
          yield 1 as never;
        })(),
      );
      yield* sleep(0);
      task.cancel('first');
      try {
        yield* task;
      } catch (thrown) {
        return String(thrown);
      }
      return 'nothing';
    });
    expect(error).toBeUndefined();
  });

  it('a bare yield only gives way', () => {
    const iterations = run(function* (): Coroutine<number> {
      const before = getRunningLoop().iteration;
      yield undefined as never;
      return getRunningLoop().iteration - before;
    });
    expect(iterations).toBe(1);
  });

  it('an awaitable outside of any task', () => {
    const expected =
      'RuntimeError: there is no task to wait: what is awaited by yield* must be in a coroutine that a loop runs';
    const loop = new EventLoop();
    expect(messageOf(() => [...(loop.createFuture() as unknown as Iterable<unknown>)])).toBe(expected);
    const seen: string[] = [];
    loop.callSoon(() => seen.push(messageOf(() => [...(sleep(0) as unknown as Iterable<unknown>)])));
    loop.callSoon(() =>
      seen.push(messageOf(() => [...(new Event().wait() as unknown as Iterable<unknown>)])),
    );
    loop.runUntilIdle();
    expect(seen).toEqual([expected, expected]);
  });

  it('an awaitable outside of any task leaves nothing behind: no timer, nobody in a queue', () => {
    const loop = new EventLoop();
    const lock = new Lock();
    const tryIt = (awaitable: Awaitable<unknown>) => {
      messageOf(() => [...(awaitable as Iterable<unknown>)]);
    };
    function* holder(): Coroutine<void> {
      yield* lock.acquire();
      yield* sleep(10);
      lock.release();
    }
    loop.createTask(holder());
    loop.callLater(5, () => tryIt(sleep(5)));
    loop.callLater(5, () => tryIt(lock.acquire()));
    loop.runUntilIdle();
    expect([loop.time(), lock.locked(), loop.allTasks()]).toEqual([10, false, []]);
    loop.runUntilComplete(lock.acquire());
    expect(lock.locked()).toBe(true);
  });
});

describe('a coroutine is awaited once', () => {
  it('one of the library says so the second time', () => {
    const main = function* (): Coroutine<void> {
      const nap = sleep(5);
      yield* nap;
      yield* nap;
    };
    expect(messageOf(() => run(main))).toBe(
      'RuntimeError: cannot reuse already awaited coroutine sleep(5): each call makes a new one, and each can be awaited once',
    );
  });

  it('one of the library that another task awaits already is refused, and the first is not disturbed', () => {
    const log = journal();
    function* nap(coroutine: Coroutine<void>): Coroutine<void> {
      try {
        yield* coroutine;
        log('slept');
      } catch (error) {
        log((error as Error).name);
      }
    }
    run(function* () {
      const shared = sleep(5);
      createTask(nap(shared), { name: 'a' });
      createTask(nap(shared), { name: 'b' });
      yield* sleep(9);
    });
    expect(log.lines).toEqual(['0 b: RuntimeError', '5 a: slept']);
  });

  it('one of the library cannot be run by two tasks', () => {
    const { result, reports } = runTold(function* (): Coroutine<unknown[]> {
      const shared = sleep(5, 'rest');
      const both = [createTask(shared), createTask(shared)];
      const results = yield* gather(both, { returnExceptions: true });
      return results.map((one) => (one instanceof Error ? one.name : one));
    });
    expect(result).toEqual(['rest', 'RuntimeError']);
    expect(reports).toEqual([]);
  });

  it('a generator that two tasks run fails one of them: nothing is left hanging', () => {
    const { result, error } = runTold(function* (): Coroutine<unknown[]> {
      const shared = (function* (): Coroutine<string> {
        yield* sleep(5);
        return 'rice';
      })();
      const both = [createTask(shared, { name: 'a' }), createTask(shared, { name: 'b' })];
      const results = yield* gather(both, { returnExceptions: true });
      return results.map((one) => (one instanceof Error ? one.name : one));
    });
    expect(error).toBeUndefined();
    expect(result).toContain('RuntimeError');
  });

  it('a coroutine awaited by hand although a task runs it fails loudly', () => {
    const { error } = runTold(function* (): Coroutine<void> {
      const cooking = (function* (): Coroutine<void> {
        yield* sleep(5);
      })();
      createTask(cooking, { name: 'rice' });
      yield* sleep(1);
      yield* cooking; // the task was meant
    });
    expect(String(error)).toMatch(/^RuntimeError: .*sleep\(5\).*rice/);
  });
});

describe('an awaitable without yield* in a task', () => {
  it('taken apart like an array says what is missing, instead of giving undefined', () => {
    const { error } = runTold(function* (): Coroutine<unknown> {
      const [rice, laundry] = gather(sleep(5, 'rice'), sleep(7, 'laundry'));
      yield* sleep(10);
      return [rice, laundry];
    });
    expect(String(error)).toMatch(/^RuntimeError: .*yield\*/);
  });

  it('taken apart for its one result says what is missing, even if the task awaits nothing any more', () => {
    const { error } = runTold(function* (): Coroutine<unknown> {
      const [rice] = gather(sleep(5, 'rice'));
      return rice;
    });
    expect(String(error)).toMatch(/^RuntimeError: .*yield\*/);
  });

  it('driven by hand does not wake the task later, when that is done or waits for something else', () => {
    const loop = new EventLoop();
    const task = loop.createTask(
      (function* (): Coroutine<string> {
        const nap = (function* (): Coroutine<void> {
          yield* sleep(5);
        })();
        nap.next();
        return 'done';
      })(),
    );
    loop.runUntilIdle();
    expect(task.done()).toBe(true);
    const outcome = task.exception() === null ? task.result() : String(task.exception());
    expect(outcome).toMatch(/^(done|RuntimeError: .*yield\*)/);
    expect(loop.allTasks()).toEqual([]);
  });

  it('gone through like an array says what is missing, instead of never ending', () => {
    let rounds = 0;
    const { error } = runTold(function* (): Coroutine<void> {
      for (const _ of gather(sleep(5), sleep(7)) as Iterable<unknown>) if (++rounds === 100) break;
    });
    expect(String(error)).toMatch(/^RuntimeError: .*yield\*/);
    expect(rounds).toBeLessThan(3);
  });
});

describe('closing a coroutine', () => {
  it('runs its finally blocks, and nothing of one that has not begun', () => {
    const log: string[] = [];
    function* cook(): Coroutine<void> {
      try {
        log.push('starts');
        yield* sleep(5);
      } finally {
        log.push('cleans up');
      }
    }
    closeCoroutine(cook());
    expect(log).toEqual([]);
    const loop = new EventLoop();
    const begun = cook();
    loop.createTask(begun);
    loop.runReady();
    closeCoroutine(begun);
    expect(log).toEqual(['starts', 'cleans up']);
    expect(loop.timers.length).toBe(0); // its sleep is over
  });

  it('one that awaits in a finally block is told so: there is nobody left to wait', () => {
    const log = journal();
    run(function* () {
      const stubborn = (function* (): Coroutine<void> {
        try {
          yield undefined as never;
        } finally {
          log('begins to clean up');
          yield* sleep(1);
          log('not reached');
        }
      })();
      stubborn.next();
      log(messageOf(() => closeCoroutine(stubborn)));
      yield* sleep(5);
      log('goes on');
    });
    expect(log.lines).toEqual([
      '0 Task-1: begins to clean up',
      '0 Task-1: RuntimeError: the coroutine ignored its closing: a `finally` block awaits, which it must not when closed',
      '5 Task-1: goes on',
    ]);
  });

  it('one that awaits in a finally block leaves nothing behind that would wake the task that closed it', () => {
    const loop = new EventLoop();
    const log = journal();
    const stubborn = (function* (): Coroutine<void> {
      try {
        yield* sleep(50);
      } finally {
        yield* sleep(1);
      }
    })();
    loop.createTask(stubborn, { name: 'stubborn' });
    const closer = loop.createTask(
      (function* (): Coroutine<string> {
        log(thrownBy(() => closeCoroutine(stubborn)).name);
        return 'closed it';
      })(),
      { name: 'closer' },
    );
    loop.runUntilIdle();
    expect(log.lines).toEqual(['0 closer: RuntimeError']);
    expect(closer.result()).toBe('closed it');
  });
});

describe('what is a coroutine', () => {
  it('is told by its methods: a generator, one of the library; not a future, a function, a promise', () => {
    const loop = new EventLoop();
    function* cook(): Coroutine<void> {}
    async function* later(): AsyncGenerator {}
    expect([cook(), sleep(1), sleep(0), new Lock().acquire(), waitFor(sleep(1), 1)].map(isCoroutine)).toEqual(
      [true, true, true, true, true],
    );
    const others = [cook, loop.createFuture(), later(), Promise.resolve(), null, undefined, 5, [], {}];
    expect(others.map(isCoroutine)).toEqual(others.map(() => false));
    expect(isFuture(loop.createFuture())).toBe(true);
    expect(isFuture(sleep(1))).toBe(false);
  });
});
