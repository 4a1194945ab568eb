import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  createTask,
  currentTask,
  getRunningLoop,
  isCancelled,
  now,
  run,
  sleep,
  waitFor,
} from '../../src/index.ts';
import { journal, runTold } from '../support/journal.ts';

const errorOf = (main: () => Coroutine<unknown>) => String(runTold(main).error);

describe('waitFor', () => {
  it('gives the result of what is in time, at its time', () => {
    const result = run(function* () {
      return [yield* waitFor(sleep(30, 'rice'), 50), now(), yield* waitFor(sleep(30, 'tea'), null), now()];
    });
    expect(result).toEqual(['rice', 30, 'tea', 60]);
  });

  it('cancels what is not, and throws a TimeoutError', () => {
    const log = journal();
    const main = function* (): Coroutine<void> {
      const task = createTask(sleep(100), { name: 'slow' });
      try {
        yield* waitFor(task, 50);
      } catch (error) {
        log(`${error} ${task.cancelled()}`);
      }
    };
    run(main);
    expect(log.lines).toEqual(['50 Task-1: TimeoutError: the deadline of 50 ms has passed, at 50 ms true']);
  });

  it('runs a coroutine in the calling task', () => {
    const name = run(function* () {
      return yield* waitFor(
        (function* (): Coroutine<unknown> {
          yield* sleep(1);
          return currentTask()?.name;
        })(),
        5,
      );
    });
    expect(name).toBe('Task-1');
  });

  it('with a limit of zero or less takes what is done, and never starts a coroutine', () => {
    const log: string[] = [];
    const main = function* (): Coroutine<void> {
      const future = getRunningLoop().createFuture<string>();
      future.setResult('done');
      log.push(yield* waitFor(future, 0));
      try {
        yield* waitFor(
          (function* (): Coroutine<void> {
            log.push('started');
          })(),
          -5,
        );
      } catch (error) {
        log.push(String(error));
      }
    };
    run(main);
    expect(log).toEqual(['done', 'TimeoutError: a limit of -5 ms leaves no time']);
  });

  it('gives the value of what returns one although it was cancelled', () => {
    const result = run(function* () {
      const stubborn = createTask(
        (function* (): Coroutine<string> {
          try {
            yield* sleep(100);
          } catch (error) {
            if (!isCancelled(error)) throw error;
          }
          return 'all the same';
        })(),
      );
      return [yield* waitFor(stubborn, 10), now()];
    });
    expect(result).toEqual(['all the same', 10]);
  });

  it('passes on what is thrown', () => {
    const main = function* (): Coroutine<void> {
      yield* waitFor(
        (function* (): Coroutine<void> {
          yield* sleep(1);
          throw new Error('boom');
        })(),
        5,
      );
    };
    expect(errorOf(main)).toBe('Error: boom');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a limit of %s', (limit) => {
    const main = function* (): Coroutine<void> {
      yield* waitFor(sleep(1), limit);
    };
    expect(errorOf(main)).toBe(
      `ValueError: Invalid delay: waitFor() needs a finite number of ms, got ${Number.isNaN(limit) ? 'NaN (not a number)' : limit}`,
    );
  });
});
