import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  createTask,
  getRunningLoop,
  now,
  type ReturnWhen,
  RuntimeError,
  run,
  sleep,
  type Task,
  type WaitResult,
  wait,
} from '../../src/index.ts';
import { runTold } from '../support/journal.ts';

function* failAfter(ms: number): Coroutine<never> {
  yield* sleep(ms);
  throw new RuntimeError('boom');
}

const names = ({ done, pending }: WaitResult<Task<unknown>>) => [
  [...done].map((task) => task.name),
  [...pending].map((task) => task.name),
];

/** Waits for a (5 ms), b (10 ms, fails) and c (20 ms); gives the names of both sets, and the time. */
const waited = (options: { returnWhen?: ReturnWhen; timeout?: number | null }) =>
  runTold(function* (): Coroutine<unknown> {
    const tasks: Task<unknown>[] = [
      createTask(sleep(5), { name: 'a' }),
      createTask(failAfter(10), { name: 'b' }),
      createTask(sleep(20), { name: 'c' }),
    ];
    const result = [...names(yield* wait(tasks, options)), now()];
    for (const task of tasks) task.cancel();
    return result;
  }).result;

describe('wait', () => {
  it('is over when all are done, when one is, or when one has failed', () => {
    expect(waited({})).toEqual([['a', 'b', 'c'], [], 20]);
    expect(waited({ returnWhen: 'FIRST_COMPLETED' })).toEqual([['a'], ['b', 'c'], 5]);
    expect(waited({ returnWhen: 'FIRST_EXCEPTION' })).toEqual([['a', 'b'], ['c'], 10]);
  });

  it('is over when time is up, without an error, and cancels nobody', () => {
    expect(waited({ timeout: 7 })).toEqual([['a'], ['b', 'c'], 7]);
    expect(waited({ timeout: 0 })).toEqual([[], ['a', 'b', 'c'], 0]);
    expect(waited({ timeout: null })).toEqual([['a', 'b', 'c'], [], 20]);
  });

  it('cancelled itself, leaves those it waits for running, and its timer is gone', () => {
    run(function* () {
      const inner = createTask(sleep(100));
      const outer = createTask(
        (function* (): Coroutine<void> {
          yield* wait([inner], { timeout: 500 });
        })(),
      );
      yield* sleep(1);
      outer.cancel();
      yield* sleep(1);
      expect([outer.cancelled(), inner.done(), getRunningLoop().timers.length]).toEqual([true, false, 1]);
    });
  });

  it('gives each future once, in the order of the argument, whichever was done first', () => {
    run(function* () {
      const [slow, quick] = [createTask(sleep(9), { name: 'slow' }), createTask(sleep(1), { name: 'quick' })];
      expect(names(yield* wait([slow, quick, slow]))).toEqual([['slow', 'quick'], []]);
    });
  });

  it('of futures that are done gives way to the others all the same, as asyncio does', () => {
    run(function* () {
      const future = getRunningLoop().createFuture<number>();
      future.setResult(1);
      const { done } = yield* wait([future]);
      expect([...done]).toEqual([future]);
    });
  });

  it('refuses an empty list, coroutines, a single future, and an unknown condition', () => {
    const refusal = (futures: unknown, options = {}) =>
      String(
        runTold(function* (): Coroutine<void> {
          yield* wait(futures as Iterable<Task<unknown>>, options);
        }).error,
      );
    expect(refusal([])).toBe(
      'ValueError: Set of Tasks/Futures is empty: wait() would have nothing to wait for',
    );
    expect(refusal([sleep(1)])).toBe(
      'TypeError: Passing coroutines is forbidden, use tasks explicitly: wait([createTask(…)])',
    );
    expect(refusal(sleep(1))).toBe(
      'TypeError: wait() needs a list of futures, not a single one: got a Sleep',
    );
    expect(refusal([5])).toBe('TypeError: wait() needs futures or tasks, got 5');
    const main = function* (): Coroutine<string> {
      const task = createTask(sleep(1));
      try {
        yield* wait([task], { returnWhen: 'FIRST' as ReturnWhen });
      } catch (error) {
        return String(error);
      }
      return 'nothing';
    };
    expect(run(main)).toBe(
      'ValueError: Invalid returnWhen value: "FIRST"; one of ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION is possible',
    );
  });

  it('refuses a timeout that is no time, and leaves no callback behind', () => {
    const outcome = run(function* (): Coroutine<unknown> {
      const task = createTask(sleep(1));
      const messages: string[] = [];
      for (const timeout of [Number.NaN, Number.POSITIVE_INFINITY]) {
        try {
          yield* wait([task], { timeout });
        } catch (error) {
          messages.push((error as Error).message);
        }
      }
      return [...messages, task.eachWaiter().length];
    });
    expect(outcome).toEqual([
      'Invalid delay: callLater() needs a finite number of ms, got NaN (not a number)',
      'Invalid delay: callLater() needs a finite number of ms, got Infinity',
      0,
    ]);
  });
});
