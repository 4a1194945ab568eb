import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  compute,
  createTask,
  currentTask,
  EventLoop,
  getRunningLoop,
  isCancelled,
  now,
  run,
  sleep,
  Timeout,
  TimeoutError,
  timeout,
  timeoutAt,
} from '../../src/index.ts';
import { journal, messageOf, runTold } from '../support/journal.ts';

const errorOf = (main: () => Coroutine<unknown>) => String(runTold(main).error);

describe('timeout', () => {
  it('lets a body through that is in time, and gives its result', () => {
    const result = run(function* () {
      const rice = yield* timeout(50, function* () {
        yield* sleep(40);
        return 'rice';
      });
      return [rice, now(), getRunningLoop().timers.length];
    });
    expect(result).toEqual(['rice', 40, 0]);
  });

  it('cuts off a body at the deadline, with a TimeoutError caused by the cancellation', () => {
    const log = journal();
    run(function* () {
      try {
        yield* timeout(50, function* () {
          try {
            yield* sleep(100);
          } finally {
            log('cleans up');
          }
        });
      } catch (error) {
        log(error);
        log(isCancelled((error as TimeoutError).cause));
        log(`cancelling ${currentTask()?.cancelling()}`);
      }
    });
    expect(log.lines).toEqual([
      '50 Task-1: cleans up',
      '50 Task-1: TimeoutError: the deadline of 50 ms has passed, at 50 ms',
      '50 Task-1: true',
      '50 Task-1: cancelling 0',
    ]);
  });

  it('can be moved, taken away and asked while the body runs', () => {
    const log: unknown[] = [];
    run(function* () {
      const limit = timeout(10);
      log.push(limit.when(), limit.expired());
      yield* limit.run(function* (inside) {
        expect(inside).toBe(limit);
        yield* sleep(5);
        limit.reschedule(now() + 20);
        yield* sleep(19);
        limit.reschedule(null);
        log.push(limit.when());
        yield* sleep(500);
      });
      log.push(limit.expired(), now());
    });
    expect(log).toEqual([10, false, null, false, 524]);
  });

  it('that has expired while the body swallowed the cancellation is no error, and says so', () => {
    const result = run(function* (): Coroutine<unknown> {
      const limit = timeout(10);
      const got = yield* limit.run(function* () {
        try {
          yield* sleep(100);
        } catch {
          // goes on
        }
        return 'all the same';
      });
      return [got, limit.expired(), now(), currentTask()?.cancelling()];
    });
    expect(result).toEqual(['all the same', true, 10, 0]);
  });

  it('of two that expire at one moment the outer one has it: the inner lets the cancellation through', () => {
    const log = journal();
    run(function* () {
      try {
        yield* timeout(10, function* () {
          try {
            yield* timeout(10, () => sleep(100));
          } catch (error) {
            log(`inner ${(error as Error).name}`);
            throw error;
          }
        });
      } catch (error) {
        log(`outer ${(error as Error).name}`);
      }
      log(`cancelling ${currentTask()?.cancelling()}`);
    });
    expect(log.lines).toEqual([
      '10 Task-1: inner CancelledError',
      '10 Task-1: outer TimeoutError',
      '10 Task-1: cancelling 0',
    ]);
  });

  it('a cancellation from outside at the same moment wins', () => {
    const log = journal();
    run(function* () {
      const task = createTask(
        (function* (): Coroutine<void> {
          try {
            yield* timeout(10, () => sleep(100));
          } catch (error) {
            log((error as Error).name);
            throw error;
          }
        })(),
        { name: 'task' },
      );
      getRunningLoop().callAt(10, () => task.cancel());
      yield* sleep(20);
      log(task.cancelled());
    });
    expect(log.lines).toEqual(['10 task: CancelledError', '20 Task-1: true']);
  });

  it('of zero cuts off at the first wait, and not at all a body that never waits', () => {
    const log: string[] = [];
    const main = function* (): Coroutine<void> {
      yield* timeout(0, function* () {
        log.push('in time');
      });
      yield* timeout(0, function* () {
        log.push('begins');
        yield* sleep(1);
      });
    };
    expect(errorOf(main)).toBe('TimeoutError: the deadline of 0 ms has passed, at 0 ms');
    expect(log).toEqual(['in time', 'begins']);
  });

  it('does not see what blocks: the body is cut off where it next waits', () => {
    const log = journal();
    const main = function* (): Coroutine<void> {
      yield* timeout(10, function* () {
        compute(50);
        log('computed');
        yield* sleep(1);
        log('not reached');
      });
    };
    expect(errorOf(main)).toBe('TimeoutError: the deadline of 10 ms has passed, at 10 ms');
    expect(log.lines).toEqual(['50 Task-1: computed']);
  });

  it('says how long was asked for, and when that was over', () => {
    const main = function* (): Coroutine<void> {
      yield* sleep(5000);
      yield* timeout(10, () => sleep(30));
    };
    expect(errorOf(main)).toBe('TimeoutError: the deadline of 10 ms has passed, at 5010 ms');
  });

  it('timeoutAt has the deadline as a time; null in both is none', () => {
    const main = function* (): Coroutine<void> {
      yield* sleep(5);
      yield* timeout(null, () => sleep(30));
      yield* timeoutAt(null, () => sleep(30));
      yield* timeoutAt(70, () => sleep(30));
    };
    expect(errorOf(main)).toBe('TimeoutError: the deadline at 70 ms has passed');
  });

  it('is used once, in a task', () => {
    const main = function* (): Coroutine<unknown> {
      const limit = timeout(5);
      const early = messageOf(() => limit.reschedule(9));
      yield* limit.run(() => sleep(1));
      const late = messageOf(() => limit.reschedule(9));
      try {
        yield* limit.run(() => sleep(1));
      } catch (error) {
        return [early, late, String(error)];
      }
      return 'nothing';
    };
    expect(run(main)).toEqual([
      'RuntimeError: Timeout has not been entered',
      'RuntimeError: Cannot change state of finished Timeout',
      'RuntimeError: Timeout has already been entered: make a new one for each block',
    ]);
    expect(messageOf(() => timeout(5))).toMatch(/^RuntimeError: no running event loop/);
    expect(messageOf(() => new Timeout(5).run(() => sleep(1)).next())).toBe(
      'RuntimeError: Timeout should be used inside a task',
    );
  });

  it('refuses a deadline that is none; a refused new one leaves the old one in force', () => {
    const refusal = 'ValueError: Invalid delay: a deadline is a finite time in ms, or null for none, got';
    expect(messageOf(() => new Timeout(Number.NaN))).toBe(`${refusal} NaN`);
    expect(messageOf(() => timeoutAt(Number.POSITIVE_INFINITY))).toBe(`${refusal} Infinity`);
    const main = function* (): Coroutine<void> {
      yield* timeout(10, function* (limit) {
        for (const when of [Number.NaN, Number.POSITIVE_INFINITY]) {
          expect(messageOf(() => limit.reschedule(when))).toMatch(/^ValueError: Invalid delay/);
        }
        expect(limit.when()).toBe(10);
        yield* sleep(50);
      });
    };
    expect(errorOf(main)).toBe('TimeoutError: the deadline of 10 ms has passed, at 10 ms');
  });

  it('moved to a time that has passed cuts off in the next iteration', () => {
    const main = function* (): Coroutine<void> {
      yield* sleep(50);
      yield* timeout(100, function* (limit) {
        limit.reschedule(20);
        yield* sleep(0);
        yield* sleep(1000);
      });
    };
    const { error } = runTold(main);
    expect(String(error)).toBe('TimeoutError: the deadline at 20 ms has passed');
    expect(error).toBeInstanceOf(TimeoutError);
  });
});

it('a deadline can be moved between two drives of the loop', () => {
  const loop = new EventLoop();
  const limit = timeoutAt(100);
  const task = loop.createTask(
    limit.run(function* (): Coroutine<void> {
      yield* sleep(1000);
    }),
  );
  loop.runUntil(50);
  limit.reschedule(70);
  loop.runUntil(70);
  expect([limit.when(), limit.expired(), task.done()]).toEqual([70, true, true]);
  expect(task.exception()).toMatchObject({ name: 'TimeoutError' });
});
