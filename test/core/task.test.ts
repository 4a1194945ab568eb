import { describe, expect, it } from 'vitest';
import {
  allTasks,
  type CancelledError,
  type Coroutine,
  createTask,
  currentTask,
  EventLoop,
  ensureFuture,
  gather,
  getRunningLoop,
  isCancelled,
  now,
  RuntimeError,
  run,
  sleep,
  Task,
} from '../../src/index.ts';
import { journal, messageOf, runTold, thrownBy } from '../support/journal.ts';

function* nap(ms: number, result = 'slept'): Coroutine<string> {
  yield* sleep(ms);
  return result;
}

describe('createTask', () => {
  it('takes a coroutine written by hand, whose `done` may be anything that counts as true, as for the engine', () => {
    const byHand = {
      next: () => ({ done: 1, value: 'made' }),
      throw(error: unknown): never {
        throw error;
      },
      return: (value: string) => ({ done: true, value }),
      [Symbol.iterator]() {
        return this;
      },
    };
    expect(run(byHand as unknown as Coroutine<string>)).toBe('made');
  });

  const promiseHint =
    'promises belong to JavaScript’s own event loop, not to this one. Write the function as function* and use yield* ' +
    'instead of async and await, or stand in for it with sleep() or a Device';
  const refusalOf = (value: unknown) => messageOf(() => new EventLoop().createTask(value as Coroutine<void>));

  it('refuses what is not a coroutine, and says what it got and what to do', () => {
    expect(refusalOf(nap)).toBe(
      'TypeError: a coroutine was expected, got function nap: call it, and hand over what it returns',
    );
    expect(refusalOf(Promise.resolve())).toBe(
      `TypeError: a coroutine was expected, got a Promise: ${promiseHint}`,
    );
    expect(refusalOf((async () => {})())).toBe(
      `TypeError: a coroutine was expected, got a Promise: ${promiseHint}`,
    );
    expect(refusalOf(new EventLoop().createFuture())).toBe(
      'TypeError: a coroutine was expected, got a Future: a future is awaited by yield*, it needs no task',
    );
    expect(refusalOf(undefined)).toBe('TypeError: a coroutine was expected, got undefined');
    expect(refusalOf(5)).toBe('TypeError: a coroutine was expected, got 5');
    expect(refusalOf({})).toBe('TypeError: a coroutine was expected, got {}');
    expect(refusalOf([1])).toBe('TypeError: a coroutine was expected, got [1]');
  });

  it('an asynchronous generator fails its task at once, and leaves no rejected promise behind', async () => {
    async function* wrong(): AsyncGenerator<number> {
      yield 1;
    }
    const failure = thrownBy(() =>
      run(wrong as unknown as () => Coroutine<void>, { limits: { iterationsPerInstant: 20 } }),
    );
    expect(failure.name).not.toBe('LimitError');
    expect(failure.message).toContain(promiseHint);
    // Node would tell of a rejected promise now, and the runner fail the test.
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('names tasks Task-1, Task-2 … in each loop, counting those without a name of their own', () => {
    const names = () =>
      run(function* () {
        const tasks = [createTask(nap(1)), createTask(nap(1), { name: 'rice' }), createTask(nap(1))];
        yield* gather(tasks);
        return tasks.map((task) => task.name);
      });
    expect(names()).toEqual(['Task-2', 'rice', 'Task-3']);
    expect(names()).toEqual(['Task-2', 'rice', 'Task-3']);
  });

  it('can be renamed, also by what is no string', () => {
    const task = new EventLoop().createTask(nap(1));
    task.setName('laundry');
    expect(task.getName()).toBe('laundry');
    task.name = 7 as unknown as string;
    expect(task.name).toBe('7');
  });

  it('takes what is no string as a name as well, as Python does', () => {
    const task = new EventLoop().createTask(nap(1), { name: 7 as unknown as string });
    expect(task.name).toBe('7');
  });

  it('runs nothing of the coroutine before the next iteration', () => {
    const log = journal();
    run(function* () {
      const task = createTask(
        (function* (): Coroutine<void> {
          log('runs');
        })(),
        { name: 'child' },
      );
      log('made');
      yield* task;
    });
    expect(log.lines).toEqual(['0 Task-1: made', '0 child: runs']);
  });
});

describe('a task', () => {
  it('is a future with the result of its coroutine, which nobody else may set', () => {
    const loop = new EventLoop();
    const task = loop.createTask(nap(5, 'rice'));
    expect(task.getCoroutine()).not.toBeNull();
    expect(loop.runUntilComplete(task)).toBe('rice');
    expect([task.done(), task.cancelled(), task.exception(), task.getCoroutine()]).toEqual([
      true,
      false,
      null,
      null,
    ]);
    const other = loop.createTask(nap(5));
    expect(messageOf(() => other.setResult('x'))).toBe(
      'RuntimeError: Task does not support setResult: its result is what its coroutine returns',
    );
    expect(messageOf(() => other.setException(new Error('x')))).toBe(
      'RuntimeError: Task does not support setException: its exception is what its coroutine throws',
    );
  });

  it('cannot await itself', () => {
    const main = function* (): Coroutine<void> {
      yield* currentTask() as Task<void>;
    };
    expect(messageOf(() => run(main))).toBe(
      'RuntimeError: Task cannot await on itself: the task Task-1 would wait for ever',
    );
  });

  it('is the current one while it runs, and nobody is in a callback or outside', () => {
    const seen: unknown[] = [];
    run(function* () {
      seen.push(currentTask()?.name);
      getRunningLoop().callSoon(() => seen.push(currentTask()));
      yield* sleep(0);
      seen.push(currentTask() instanceof Task);
    });
    expect([...seen, currentTask()]).toEqual(['Task-1', null, true, null]);
  });

  it('is among all tasks, in the order of creation, until it is done', () => {
    const names = () => allTasks().map((task) => task.name);
    const seen = run(function* () {
      const all: string[][] = [names()];
      for (const [name, ms] of [
        ['b', 2],
        ['a', 1],
        ['c', 3],
      ] as const)
        createTask(nap(ms), { name });
      all.push(names());
      yield* sleep(1.5);
      all.push(names());
      yield* sleep(2);
      all.push(names());
      return all;
    });
    expect(seen).toEqual([['Task-1'], ['Task-1', 'b', 'a', 'c'], ['Task-1', 'b', 'c'], ['Task-1']]);
    expect(messageOf(() => allTasks())).toBe(
      'RuntimeError: no running event loop: call this in a coroutine or callback that a loop runs, as run(main()) does',
    );
  });

  it('is kept alive by its loop, and forgotten soon after it is done', () => {
    const loop = new EventLoop();
    for (let i = 0; i < 10_000; i++) {
      loop.createTask(nap(0));
      loop.runReady();
    }
    const { tasks } = loop as unknown as { tasks: unknown[] };
    expect(tasks.length).toBeLessThan(200);
    expect(loop.allTasks()).toEqual([]);
  });
});

describe('an exception of a task', () => {
  const boom = new RuntimeError('boom');
  function* fail(): Coroutine<never> {
    yield* sleep(1);
    throw boom;
  }

  it('waits for whoever looks, and is reported when the loop closes if nobody did', () => {
    const { result, reports } = runTold(function* (): Coroutine<string> {
      createTask(fail(), { name: 'rice' });
      createTask(fail(), { name: 'laundry' });
      yield* sleep(5);
      return 'unharmed';
    });
    expect(result).toBe('unharmed');
    expect(reports).toEqual([
      'Task rice exception was never retrieved: RuntimeError: boom',
      'Task laundry exception was never retrieved: RuntimeError: boom',
    ]);
  });

  it.each([
    ['result()', (task: Task<unknown>) => messageOf(() => task.result())],
    ['exception()', (task: Task<unknown>) => task.exception()],
    ['cancel()', (task: Task<unknown>) => task.cancel()],
  ])('counts as looked at by %s', (_, look) => {
    const { reports } = runTold(function* (): Coroutine<void> {
      const task = createTask(fail());
      yield* sleep(5);
      look(task);
    });
    expect(reports).toEqual([]);
  });

  it('is thrown at who awaits it: the very error', () => {
    const caught = run(function* (): Coroutine<unknown> {
      try {
        return yield* createTask(fail());
      } catch (error) {
        return [error === boom, now()];
      }
    });
    expect(caught).toEqual([true, 1]);
  });
});

describe('cancelling', () => {
  it('throws into the coroutine at the place where it waits, at that moment', () => {
    const log = journal();
    run(function* () {
      const task = createTask(
        (function* (): Coroutine<void> {
          try {
            yield* sleep(100);
          } catch (error) {
            log(`${error} ${isCancelled(error)}`);
            throw error;
          } finally {
            log('cleans up');
          }
        })(),
        { name: 'rice' },
      );
      yield* sleep(10);
      expect(task.cancel('enough')).toBe(true);
      expect([task.cancelling(), task.cancelled()]).toEqual([1, false]);
      yield* sleep(0);
      expect([task.cancelled(), task.cancel()]).toEqual([true, false]);
      expect(getRunningLoop().timers.length).toBe(0);
    });
    expect(log.lines).toEqual(['10 rice: CancelledError: enough true', '10 rice: cleans up']);
  });

  it('runs nothing of a task that has not begun', () => {
    const log: string[] = [];
    run(function* () {
      const task = createTask(
        (function* (): Coroutine<void> {
          try {
            log.push('begins');
            yield* sleep(1);
          } finally {
            log.push('ends');
          }
        })(),
      );
      task.cancel();
      yield* sleep(5);
      expect(task.cancelled()).toBe(true);
    });
    expect(log).toEqual([]);
  });

  it('counts the requests, until they are taken back; at zero a cancellation on its way is dropped', () => {
    const log = journal();
    run(function* () {
      const me = currentTask() as Task<unknown>;
      expect([me.cancelling(), me.uncancel()]).toEqual([0, 0]);
      me.cancel('one');
      me.cancel('two');
      expect([me.cancelling(), me.uncancel(), me.uncancel(), me.uncancel()]).toEqual([2, 1, 0, 0]);
      yield* sleep(3);
      log('undisturbed');
    });
    expect(log.lines).toEqual(['3 Task-1: undisturbed']);
  });

  it('loses the result that was on its way', () => {
    const outcome = run(function* (): Coroutine<unknown> {
      const future = getRunningLoop().createFuture<number>();
      const task = createTask(
        (function* (): Coroutine<number> {
          return yield* future;
        })(),
      );
      yield* sleep(0);
      future.setResult(1);
      task.cancel();
      yield* sleep(0);
      return task.cancelled();
    });
    expect(outcome).toBe(true);
  });

  it('a task that cancels itself and returns ends cancelled', () => {
    const main = function* (): Coroutine<number> {
      currentTask()?.cancel('me');
      return 5;
    };
    expect(messageOf(() => run(main))).toBe('CancelledError: me');
  });

  it('goes to what the task awaits: to await a task is to share its fate', () => {
    const log = journal();
    run(function* () {
      const inner = createTask(nap(100), { name: 'inner' });
      const outer = createTask(
        (function* (): Coroutine<void> {
          yield* inner;
        })(),
        { name: 'outer' },
      );
      yield* sleep(1);
      outer.cancel();
      yield* sleep(0);
      yield* sleep(0);
      log(`inner ${inner.cancelled()}, outer ${outer.cancelled()}`);
    });
    expect(log.lines).toEqual(['1 Task-1: inner true, outer true']);
  });

  it('that is swallowed leaves the task running, and the request counted', () => {
    const result = run(function* (): Coroutine<unknown> {
      const task = createTask(
        (function* (): Coroutine<string> {
          try {
            yield* sleep(100);
          } catch {
            // goes on, which is rude
          }
          yield* sleep(5);
          return 'rude';
        })(),
      );
      yield* sleep(1);
      task.cancel();
      return [yield* task, task.cancelling(), task.cancelled(), now()];
    });
    expect(result).toEqual(['rude', 1, false, 6]);
  });

  it('ends with the error of the first await, a new one without message from then on', () => {
    const messages = run(function* (): Coroutine<unknown> {
      const task = createTask(nap(100));
      yield* sleep(1);
      task.cancel('why');
      const seen: string[] = [];
      for (let i = 0; i < 2; i++) {
        try {
          yield* task;
        } catch (error) {
          seen.push((error as CancelledError).message);
        }
      }
      return seen;
    });
    expect(messages).toEqual(['why', '']);
  });
});

describe('ensureFuture', () => {
  it('gives a future as it is, a coroutine as a task, and anything that yield* takes as a task that takes it', () => {
    const result = run(function* (): Coroutine<unknown> {
      const future = getRunningLoop().createFuture<string>();
      future.setResult('future');
      const awaitable = {
        *[Symbol.iterator](): Coroutine<string> {
          return yield* nap(5, 'awaitable');
        },
      };
      expect(ensureFuture(future)).toBe(future);
      const task = ensureFuture(nap(3, 'coroutine'));
      expect(task).toBeInstanceOf(Task);
      return [yield* task, yield* ensureFuture(awaitable), now()];
    });
    expect(result).toEqual(['coroutine', 'awaitable', 8]);
  });

  it('refuses a future of another loop than the one given, and what cannot be awaited', () => {
    const future = new EventLoop().createFuture();
    expect(thrownBy(() => ensureFuture(future, new EventLoop())).name).toBe('ValueError');
    expect(thrownBy(() => ensureFuture(5 as never, new EventLoop())).message).toBe(
      'a coroutine was expected, got 5',
    );
  });
});
