import { describe, expect, it } from 'vitest';
import {
  CancelledError,
  type Coroutine,
  createTask,
  EventLoop,
  gather,
  getRunningLoop,
  now,
  RuntimeError,
  run,
  sleep,
} from '../../src/index.ts';
import { journal, messageOf, runTold } from '../support/journal.ts';

function* resultAfter<T>(ms: number, result: T): Coroutine<T> {
  yield* sleep(ms);
  return result;
}

function* failAfter(ms: number, error: unknown): Coroutine<never> {
  yield* sleep(ms);
  throw error;
}

describe('gather', () => {
  it('runs all at the same time, and gives the results in the order of the arguments', () => {
    const result = run(function* () {
      const results = yield* gather(resultAfter(30, 'slow'), resultAfter(10, 'quick'), sleep(20));
      return [results, now()];
    });
    expect(result).toEqual([['slow', 'quick', undefined], 30]);
  });

  it('takes a list as well, and of nothing is an empty one, done already', () => {
    run(function* () {
      expect(yield* gather([resultAfter(1, 'a'), resultAfter(2, 'b')])).toEqual(['a', 'b']);
      expect(gather().result()).toEqual([]);
      expect(gather([]).done()).toBe(true);
    });
    expect(messageOf(() => gather())).toMatch(/^RuntimeError: no running event loop/);
  });

  it('throws the first exception at once, and the others go on', () => {
    const log = journal();
    const boom = new RuntimeError('boom');
    const { reports } = runTold(function* (): Coroutine<void> {
      function* goesOn(): Coroutine<void> {
        yield* sleep(20);
        log('goes on');
      }
      try {
        yield* gather(
          createTask(goesOn(), { name: 'other' }),
          failAfter(5, boom),
          failAfter(9, new Error('late')),
        );
      } catch (error) {
        log(error);
      }
      yield* sleep(50);
    });
    expect(log.lines).toEqual(['5 Task-1: RuntimeError: boom', '20 other: goes on']);
    expect(reports).toEqual([]); // the later one counts as seen
  });

  it('with returnExceptions gives exceptions and cancellations among the results', () => {
    const boom = new RuntimeError('boom');
    const results = run(function* () {
      const cancelled = createTask(sleep(50));
      getRunningLoop().callLater(5, () => cancelled.cancel('away'));
      const all = yield* gather([resultAfter(10, 'rice'), failAfter(3, boom), cancelled], {
        returnExceptions: true,
      });
      return [...all, now()];
    });
    expect(results.slice(0, 2)).toEqual(['rice', boom]);
    expect(results[2]).toBeInstanceOf(CancelledError);
    expect(results[3]).toBe(10);
  });

  it('runs what is given twice once, and gives its result in both places; sleep(0) is another each time', () => {
    const log: string[] = [];
    const results = run(function* () {
      const shared = (function* (): Coroutine<string> {
        log.push('runs');
        return 'shared';
      })();
      const task = createTask(resultAfter(1, 'task'));
      const before = getRunningLoop().allTasks().length;
      const zeros = gather(sleep(0), sleep(0), sleep(0));
      expect(getRunningLoop().allTasks().length - before).toBe(3);
      yield* zeros;
      return yield* gather(shared, task, shared, task, shared);
    });
    expect(results).toEqual(['shared', 'task', 'shared', 'task', 'shared']);
    expect(log).toEqual(['runs']);
  });

  it('cancelled cancels all its children, and is done when they are, with a cancellation', () => {
    const log = journal();
    run(function* () {
      function* child(): Coroutine<void> {
        try {
          yield* sleep(100);
        } finally {
          yield* sleep(3);
          log('clean');
        }
      }
      const both = gather(createTask(child(), { name: 'a' }), createTask(child(), { name: 'b' }));
      yield* sleep(1);
      expect([both.cancel('stop'), both.done()]).toEqual([true, false]);
      try {
        yield* both;
      } catch (error) {
        log(`${error} ${both.cancelled()}`);
      }
      expect(both.cancel()).toBe(false);
    });
    expect(log.lines).toEqual(['4 a: clean', '4 b: clean', '4 Task-1: CancelledError: stop false']);
  });

  it('that is cancelled with its awaiting task takes its children along, with returnExceptions too', () => {
    const cancelled = run(function* () {
      const child = createTask(sleep(100));
      const outer = createTask(
        (function* (): Coroutine<void> {
          yield* gather([child], { returnExceptions: true });
        })(),
      );
      yield* sleep(1);
      outer.cancel();
      yield* sleep(1);
      return [child.cancelled(), outer.cancelled()];
    });
    expect(cancelled).toEqual([true, true]);
  });

  it('of futures that are done is done at once', () => {
    run(function* () {
      const future = getRunningLoop().createFuture<string>();
      future.setResult('done');
      const both = gather(future, future);
      expect([both.done(), both.result()]).toEqual([true, ['done', 'done']]);
    });
  });

  it('outside of a loop gathers futures into their loop; futures of two loops it refuses', () => {
    const loop = new EventLoop();
    const task = loop.createTask(resultAfter(5, 'rice'));
    const all = gather(task);
    expect(loop.runUntilComplete(all)).toEqual(['rice']);
    expect(messageOf(() => gather(loop.createFuture(), new EventLoop().createFuture()))).toBe(
      'ValueError: The future belongs to a different loop than the one specified as the loop argument',
    );
  });

  it('refuses what cannot be awaited', () => {
    const refusal = (...things: unknown[]) => {
      const { error } = runTold(function* (): Coroutine<void> {
        yield* gather(things as never);
      });
      return String(error);
    };
    expect(refusal(5)).toBe('TypeError: a coroutine was expected, got 5');
    expect(refusal(resultAfter)).toBe(
      'TypeError: a coroutine was expected, got function resultAfter: call it, and hand over what it returns',
    );
    expect(refusal(Promise.resolve())).toMatch(
      /^TypeError: a coroutine was expected, got a Promise: promises belong to JavaScript’s own event loop/,
    );
  });

  it('options that are no list’s second argument are told apart from awaitables', () => {
    const { error } = runTold(function* (): Coroutine<void> {
      yield* gather(sleep(1), { returnExceptions: true } as never);
    });
    expect(String(error)).toBe(
      'TypeError: gather() takes options after an array: gather([a, b], { returnExceptions: true })',
    );
  });

  it('of a child that throws undefined or null throws that as well', () => {
    for (const thrown of [undefined, null]) {
      const outcome = runTold(function* (): Coroutine<unknown> {
        try {
          yield* gather(failAfter(1, thrown), sleep(5));
        } catch (error) {
          return ['caught', error];
        }
        return 'nothing was thrown';
      });
      expect([outcome.result, outcome.error, outcome.reports]).toEqual([['caught', thrown], undefined, []]);
    }
  });

  it('of a hundred thousand, half of them twice, is no matter', () => {
    const end = run(function* () {
      const naps = Array.from({ length: 50_000 }, (_, n) => resultAfter(1 + (n % 7), n));
      const results = yield* gather([...naps, ...naps]);
      return [results.length, results[99_999], now()];
    });
    expect(end).toEqual([100_000, 49_999, 7]);
  });

  it('of a million, as a list, is no matter either', { timeout: 60_000 }, () => {
    const end = run(function* () {
      const results = yield* gather(Array.from({ length: 1_000_000 }, (_, n) => sleep(1, n)));
      return [results.length, results[999_999], now()];
    });
    expect(end).toEqual([1_000_000, 999_999, 1]);
  });
});

describe('an argument that is none', () => {
  it('is refused, and those before it, started already, report nothing but what is their own', () => {
    const told: string[] = [];
    const tell = (what: string) => told.push(what);
    function* fails(): Coroutine<void> {
      tell(`fails at ${now()}`);
      throw new Error('x');
    }
    run(
      function* main(): Coroutine<void> {
        tell(messageOf(() => gather([sleep(100), 5 as never])));
        tell(messageOf(() => gather(fails(), new EventLoop().createFuture())));
        yield* sleep(3);
      },
      { exceptionHandler: (_, { message }) => tell(message) },
    );
    expect(told.map((line) => line.slice(0, 40))).toEqual([
      'TypeError: a coroutine was expected, got',
      'ValueError: The future belongs to a diff',
      'fails at 0',
    ]);
  });
});
