import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  createTask,
  currentTask,
  DeviceError,
  ExceptionGroup,
  now,
  RuntimeError,
  run,
  SystemExit,
  sleep,
  type Task,
  TaskGroup,
} from '../../src/index.ts';
import { journal, messageOf, runTold, thrownBy } from '../support/journal.ts';

function* failAfter(ms: number, error: Error = new RuntimeError('boom')): Coroutine<never> {
  yield* sleep(ms);
  throw error;
}

describe('a TaskGroup', () => {
  it('is left when its body and all its tasks are done, with the body’s result', () => {
    const log = journal();
    run(function* () {
      const result = yield* TaskGroup.run(function* (group) {
        group.createTask(sleep(30), { name: 'rice' });
        const laundry = group.createTask(sleep(20, 'clean'));
        yield* sleep(5);
        log('body ends');
        return laundry;
      });
      log(result.result());
    });
    expect(log.lines).toEqual(['5 Task-1: body ends', '30 Task-1: clean']);
  });

  it('ends with all errors in one ExceptionGroup: of tasks in the order in which they failed, of the body last', () => {
    const error = thrownBy(() =>
      run(function* () {
        yield* TaskGroup.run(function* (group) {
          group.createTask(failAfter(5, new RuntimeError('one')));
          group.createTask(failAfter(5, new DeviceError('two')));
          try {
            yield* sleep(50);
          } finally {
            // biome-ignore lint/correctness/noUnsafeFinally: the body fails while it is being cancelled
            throw new RuntimeError('body');
          }
        });
      }),
    ) as ExceptionGroup;
    expect(error).toBeInstanceOf(ExceptionGroup);
    expect(error.message).toBe('unhandled errors in a TaskGroup');
    expect(error.errors.map(String)).toEqual(['RuntimeError: one', 'DeviceError: two', 'RuntimeError: body']);
    const [device, rest] = error.split((one) => one instanceof DeviceError);
    expect([device?.errors.length, rest?.errors.length]).toEqual([1, 2]);
  });

  it('a task that fails has the others and the body cancelled, in the order of creation', () => {
    const log = journal();
    run(function* () {
      function* child(): Coroutine<void> {
        try {
          yield* sleep(100);
        } finally {
          log('stops');
        }
      }
      try {
        yield* TaskGroup.run(function* (group) {
          for (const name of ['a', 'b', 'c']) group.createTask(child(), { name });
          group.createTask(failAfter(10), { name: 'bad' });
          try {
            yield* sleep(100);
          } finally {
            log('body stops');
          }
        });
      } catch (error) {
        log((error as ExceptionGroup).errors);
      }
      log(`cancelling ${currentTask()?.cancelling()}`);
    });
    expect(log.lines).toEqual([
      '10 a: stops',
      '10 b: stops',
      '10 c: stops',
      '10 Task-1: body stops',
      '10 Task-1: RuntimeError: boom',
      '10 Task-1: cancelling 0',
    ]);
  });

  it('a task that is cancelled is no error', () => {
    const result = run(function* () {
      return yield* TaskGroup.run(function* (group) {
        const task = group.createTask(sleep(100));
        yield* sleep(5);
        task.cancel();
        return 'fine';
      });
    });
    expect(result).toBe('fine');
  });

  it('a body that fails has the tasks cancelled, and its error comes in a group as well', () => {
    let child: Task<void> | undefined;
    const error = thrownBy(() =>
      run(function* () {
        yield* TaskGroup.run(function* (group) {
          child = group.createTask(sleep(100));
          yield* sleep(5);
          throw new RuntimeError('body');
        });
      }),
    );
    expect((error as ExceptionGroup).errors.map(String)).toEqual(['RuntimeError: body']);
    expect(child?.cancelled()).toBe(true);
  });

  it('a body that throws undefined is an error too', () => {
    const error = thrownBy(() =>
      run(function* () {
        yield* TaskGroup.run(function* (): Coroutine<void> {
          yield* sleep(1);
          throw undefined;
        });
      }),
    );
    expect(error).toBeInstanceOf(ExceptionGroup);
    expect((error as ExceptionGroup).errors).toEqual([undefined]);
  });

  it('a task that throws undefined or null is an error too', () => {
    for (const thrown of [undefined, null]) {
      const { error, result } = runTold(function* (): Coroutine<unknown> {
        yield* TaskGroup.run(function* (group) {
          group.createTask(
            (function* (): Coroutine<void> {
              yield* sleep(1);
              throw thrown;
            })(),
          );
          yield* sleep(100);
        });
        return now();
      });
      expect(result).toBeUndefined();
      expect(error).toBeInstanceOf(ExceptionGroup);
    }
  });

  it('cancelled from outside cancels its tasks, waits for them, and the cancellation goes on', () => {
    const log = journal();
    run(function* () {
      const outer = createTask(
        TaskGroup.run(function* (group) {
          group.createTask(
            (function* (): Coroutine<void> {
              try {
                yield* sleep(100);
              } finally {
                yield* sleep(7);
                log('clean');
              }
            })(),
            { name: 'child' },
          );
        }),
        { name: 'outer' },
      );
      yield* sleep(5);
      outer.cancel();
      yield* sleep(20);
      log(outer.cancelled());
    });
    expect(log.lines).toEqual(['12 child: clean', '25 Task-1: true']);
  });

  it('errors among the tasks win over a cancellation from outside, which stays counted', () => {
    const log = journal();
    run(function* () {
      const outer = createTask(
        (function* (): Coroutine<void> {
          try {
            yield* TaskGroup.run(function* (group) {
              group.createTask(
                (function* (): Coroutine<void> {
                  try {
                    yield* sleep(100);
                  } finally {
                    // biome-ignore lint/correctness/noUnsafeFinally: it fails while it is being cancelled
                    throw new RuntimeError('in the clean-up');
                  }
                })(),
              );
            });
          } catch (error) {
            log(`${(error as Error).name}, cancelling ${currentTask()?.cancelling()}`);
          }
          yield* sleep(50);
          log('not reached');
        })(),
        { name: 'outer' },
      );
      yield* sleep(5);
      outer.cancel();
      yield* sleep(20);
      log(outer.cancelled());
    });
    expect(log.lines).toEqual(['5 outer: ExceptionGroup, cancelling 1', '25 Task-1: true']);
  });

  it('takes tasks while it is open, from its body or its tasks, and closes the coroutine it refuses', () => {
    const log: string[] = [];
    run(function* () {
      const group = new TaskGroup();
      function* refused(): Coroutine<void> {
        log.push('never runs');
      }
      const coroutine = refused();
      log.push(messageOf(() => group.createTask(coroutine)));
      expect(coroutine.next()).toEqual({ done: true, value: undefined });
      yield* group.run(function* () {
        group.createTask(
          (function* (): Coroutine<void> {
            yield* sleep(5);
            group.createTask(sleep(5));
          })(),
        );
      });
      log.push(`left at ${now()}`);
      log.push(messageOf(() => group.createTask(refused())));
      try {
        yield* group.run(() => sleep(1));
      } catch (error) {
        log.push(String(error));
      }
    });
    expect(log).toEqual([
      'RuntimeError: TaskGroup has not been entered: no task can be added',
      'left at 10',
      'RuntimeError: TaskGroup is finished: no task can be added',
      'RuntimeError: TaskGroup has already been entered: make a new one for each block',
    ]);
  });

  it('refuses new tasks while it is shutting down', () => {
    const log: string[] = [];
    runTold(function* (): Coroutine<void> {
      yield* TaskGroup.run(function* (group) {
        group.createTask(
          (function* (): Coroutine<void> {
            try {
              yield* sleep(100);
            } finally {
              log.push(messageOf(() => group.createTask(sleep(1))));
            }
          })(),
        );
        group.createTask(failAfter(5));
        yield* sleep(50);
      });
    });
    expect(log).toEqual(['RuntimeError: TaskGroup is shutting down: no task can be added']);
  });

  it('refuses what is no coroutine as createTask does, and is used in a task', () => {
    const error = thrownBy(() =>
      run(function* () {
        yield* TaskGroup.run(function* (group) {
          group.createTask(sleep as never);
        });
      }),
    ) as ExceptionGroup;
    expect(String(error.errors[0])).toBe(
      'TypeError: a coroutine was expected, got function sleep: call it, and hand over what it returns',
    );
    expect(messageOf(() => TaskGroup.run(() => sleep(1)).next())).toBe(
      'RuntimeError: TaskGroup cannot determine the parent task: use it in a coroutine',
    );
  });

  it('does not group what exits the program', () => {
    const error = thrownBy(() =>
      run(function* () {
        yield* TaskGroup.run(function* (group) {
          group.createTask(sleep(100));
          yield* sleep(5);
          throw new SystemExit(3);
        });
      }),
    );
    expect(String(error)).toBe('SystemExit: exit with code 3');
  });

  it('tells a task that fails after its parent was done to the exception handler', () => {
    const { reports } = runTold(function* (): Coroutine<void> {
      const group = new TaskGroup();
      const parent = createTask(
        group.run(function* () {
          yield* sleep(1);
        }),
        { name: 'parent' },
      );
      yield* parent;
      expect(messageOf(() => group.createTask(failAfter(1)))).toMatch(/is finished/);
    });
    expect(reports).toEqual([]);
  });
});
