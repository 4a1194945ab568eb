/**
 * Eager tasks: their first step is taken inside `createTask`. Each order here was seen on CPython 3.14 with
 * `asyncio.eager_task_factory` or `eager_start=True`.
 */
import { describe, expect, it } from 'vitest';
import {
  ContextVar,
  type Coroutine,
  createTask,
  currentTask,
  EventLoop,
  type ExceptionGroup,
  gather,
  getRunningLoop,
  now,
  Recorder,
  RuntimeError,
  run,
  SystemExit,
  sleep,
  TaskGroup,
} from '../../src/index.ts';
import { journal, runTold } from '../support/journal.ts';

function* quick<T>(result: T): Coroutine<T> {
  return result;
}

describe('an eager task', () => {
  it('takes its first step inside createTask, up to where it waits, and goes on like any other', () => {
    const log = journal();
    function* child(): Coroutine<string> {
      log('starts');
      yield* sleep(0);
      log('resumes');
      return 'rice';
    }
    run(
      function* () {
        const task = createTask(child(), { name: 'kid' });
        log(`back, done: ${task.done()}`);
        log(yield* task);
      },
      { eager: true },
    );
    expect(log.lines).toEqual([
      '0 kid: starts',
      '0 Task-1: back, done: false',
      '0 kid: resumes',
      '0 Task-1: rice',
    ]);
  });

  it('that never waits is done at once, without touching the loop', () => {
    run(
      function* () {
        const loop = getRunningLoop();
        const iteration = loop.iteration;
        const task = createTask(quick(5), { name: 'q' });
        expect([task.done(), task.result(), loop.ready.length]).toEqual([true, 5, 0]);
        expect(loop.allTasks().map(({ name }) => name)).toEqual(['Task-1']);
        expect(yield* task).toBe(5);
        expect(loop.iteration).toBe(iteration);
      },
      { eager: true },
    );
  });

  it('is asked for by the loop, or task by task, either way', () => {
    const log = journal();
    function* child(): Coroutine<void> {
      log('starts');
      yield* sleep(0);
    }
    const main = function* (): Coroutine<void> {
      const tasks = [
        createTask(child(), { name: 'as the loop' }),
        createTask(child(), { name: 'eager', eagerStart: true }),
        createTask(child(), { name: 'lazy', eagerStart: false }),
      ];
      log('made');
      yield* gather(tasks);
    };
    run(main);
    run(main, { eager: true });
    expect(log.lines).toEqual([
      '0 eager: starts',
      '0 Task-1: made',
      '0 as the loop: starts',
      '0 lazy: starts',
      '0 as the loop: starts',
      '0 eager: starts',
      '0 Task-1: made',
      '0 lazy: starts',
    ]);
  });

  it('waits for the loop like any other if that is not running', () => {
    const loop = new EventLoop({ eager: true });
    const task = loop.createTask(quick('rice'), { eagerStart: true });
    expect(task.done()).toBe(false);
    expect(loop.runUntilComplete(task)).toBe('rice');
  });

  it('has its name before it begins, and is the current task until it waits, nested ones too', () => {
    const log = journal();
    function* nested(depth: number): Coroutine<void> {
      log('in');
      if (depth > 0) createTask(nested(depth - 1), { name: `level ${depth - 1}` });
      log('out');
    }
    run(
      function* () {
        createTask(nested(2), { name: 'level 2' });
        log('main');
      },
      { eager: true },
    );
    expect(log.lines).toEqual([
      '0 level 2: in',
      '0 level 1: in',
      '0 level 0: in',
      '0 level 0: out',
      '0 level 1: out',
      '0 level 2: out',
      '0 Task-1: main',
    ]);
  });

  it('begun in a callback leaves no current task behind', () => {
    const seen: unknown[] = [];
    const loop = new EventLoop({ eager: true });
    loop.callSoon(() => {
      loop.createTask(
        (function* (): Coroutine<void> {
          seen.push(currentTask()?.name);
        })(),
        { name: 'kid' },
      );
      seen.push(currentTask());
    });
    loop.runUntilIdle();
    expect(seen).toEqual(['kid', null]);
  });

  it('runs in a copy of the context: what it sets stays its own', () => {
    const variable = new ContextVar('variable', { default: 'none' });
    const seen: string[] = [];
    run(
      function* () {
        variable.set('main');
        const task = createTask(
          (function* (): Coroutine<void> {
            seen.push(`child sees ${variable.get()}`);
            variable.set('child');
            yield* sleep(0);
            seen.push(`child later ${variable.get()}`);
          })(),
        );
        seen.push(`main sees ${variable.get()}`);
        variable.set('changed');
        yield* task;
        seen.push(`main later ${variable.get()}`);
      },
      { eager: true },
    );
    expect(seen).toEqual(['child sees main', 'main sees main', 'child later child', 'main later changed']);
  });

  it('that fails at once keeps its exception, reported at the end if nobody looks', () => {
    const { result, reports } = runTold(
      function* (): Coroutine<boolean> {
        const task = createTask(
          (function* (): Coroutine<void> {
            throw new RuntimeError('boom');
          })(),
          { name: 'bad' },
        );
        return task.done();
      },
      { eager: true },
    );
    expect(result).toBe(true);
    expect(reports).toEqual(['Task bad exception was never retrieved: RuntimeError: boom']);
  });

  it('that cancels itself and waits is cancelled at its next step; without waiting, at once', () => {
    const outcomes = run(
      function* (): Coroutine<unknown[]> {
        const waits = createTask(
          (function* (): Coroutine<void> {
            currentTask()?.cancel('me');
            yield* sleep(1);
          })(),
        );
        const returns = createTask(
          (function* (): Coroutine<number> {
            currentTask()?.cancel('me');
            return 3;
          })(),
        );
        const before = [waits.done(), returns.cancelled()];
        yield* sleep(0);
        return [...before, waits.cancelled(), now()];
      },
      { eager: true },
    );
    expect(outcomes).toEqual([false, true, true, 0]);
  });

  it('in a group: one that fails at once does not cut off the body, which goes on to its next wait', () => {
    const log = journal();
    function* ok(): Coroutine<void> {
      log('starts');
      try {
        yield* sleep(10);
      } finally {
        log('ends');
      }
    }
    run(
      function* () {
        try {
          yield* TaskGroup.run(function* (group) {
            group.createTask(ok(), { name: 'a' });
            const bad = group.createTask(
              (function* (): Coroutine<void> {
                throw new RuntimeError('boom');
              })(),
              { name: 'bad' },
            );
            log(`body goes on, bad is done: ${bad.done()}`);
            group.createTask(ok(), { name: 'c' });
            log('body ends');
          });
        } catch (error) {
          log((error as ExceptionGroup).errors);
          log(`cancelling: ${currentTask()?.cancelling()}`);
        }
      },
      { eager: true },
    );
    expect(log.lines).toEqual([
      '0 a: starts',
      '0 Task-1: body goes on, bad is done: true',
      '0 c: starts',
      '0 Task-1: body ends',
      '0 a: ends',
      '0 c: ends',
      '0 Task-1: RuntimeError: boom',
      '0 Task-1: cancelling: 0',
    ]);
  });

  it('that exits the program does so out of createTask, and leaves the creator current', () => {
    const { result, reports } = runTold(
      function* (): Coroutine<unknown> {
        try {
          createTask(
            (function* (): Coroutine<void> {
              throw new SystemExit(4);
            })(),
          );
        } catch (error) {
          return [(error as SystemExit).code, currentTask()?.name];
        }
        return 'not reached';
      },
      { eager: true },
    );
    expect(result).toEqual([4, 'Task-1']);
    expect(reports).toEqual(['Task Task-2 exception was never retrieved: SystemExit: exit with code 4']);
  });

  it('of a gather that are all done at once make a gather that is done at once', () => {
    run(
      function* () {
        const iteration = getRunningLoop().iteration;
        const both = gather(quick(1), quick('two'));
        expect(both.done()).toBe(true);
        expect(yield* both).toEqual([1, 'two']);
        expect(getRunningLoop().iteration).toBe(iteration);
      },
      { eager: true },
    );
  });

  it('runs in the trace without having queued: its first step is marked, and caused by its creator', () => {
    const recorder = new Recorder();
    run(
      function* () {
        yield* createTask(quick(1), { name: 'kid' });
      },
      { eager: true, trace: recorder },
    );
    const events = [...recorder.toTrace()].filter((event) => 'task' in event && event.task === 2);
    expect(events.map(({ kind }) => kind)).toEqual(['task:create', 'task:step', 'task:done']);
    expect(events[1]).toMatchObject({ eager: true });
  });
});
