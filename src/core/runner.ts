/// <reference lib="esnext.disposable" preserve="true" />
import { type Context, captureContext } from './context.ts';
import type { Coroutine, Program } from './coroutine.ts';
import { DeadlockError, LimitError, LoopExit, RuntimeError } from './errors.ts';
import type { Future } from './future.ts';
import { EventLoop } from './loop.ts';
import type { LoopOptions } from './loop-options.ts';
import { running } from './running.ts';
import type { Task } from './task.ts';
import type { World } from './world.ts';

/** How `run` sets up its loop, and what it calls the main task. */
export interface RunOptions extends LoopOptions {
  /**
   * The name of the main task; `Task-1` by default, as in asyncio. As there, where it can only rename itself, that number is used
   * up either way: the first task it makes is `Task-2`.
   */
  readonly name?: string;
}

/**
 * A loop for several main coroutines, one after another, on one clock. Mirrors `asyncio.Runner` (runners.py).
 *
 * @example
 * using runner = new Runner(); runner.run(first()); runner.run(second());
 */
export class Runner implements Disposable {
  readonly #options: RunOptions;
  #loop: EventLoop | null;
  #closed: boolean;
  /** The context that its main coroutines have in common: as it was when the loop was made. */
  #context: Context | null;

  constructor(options: RunOptions = {}) {
    this.#options = options;
    this.#loop = null;
    this.#closed = false;
    this.#context = null;
  }

  /** The loop; made when it is first needed. Throws a RuntimeError when closed. */
  getLoop(): EventLoop {
    if (this.#closed) throw new RuntimeError('Runner is closed');
    if (this.#loop === null) {
      this.#loop = new EventLoop(this.#options);
      this.#context = captureContext();
    }
    return this.#loop;
  }

  /** Runs a coroutine, or a program, to its end; returns its result or throws its exception. */
  run<T>(main: Coroutine<T> | Program<T>): T {
    if (running.loop !== null) {
      throw new RuntimeError(
        'Runner.run() cannot be called from a running event loop: await the coroutine by yield*',
      );
    }
    const loop = this.getLoop();
    // Its exception goes to whoever called run: it is not one that nobody looked at.
    const { name } = this.#options;
    const coroutine = typeof main === 'function' ? main() : main;
    const outside = running.context;
    running.context = null; // what was set since then is not seen
    // In asyncio it is Task-1, which renames itself: the tasks that it makes have the same numbers here.
    if (name !== undefined) loop.namedTasks++;
    let task: Task<T>;
    try {
      task = loop.createTask(coroutine, {
        ...(name === undefined ? {} : { name }),
        ...(this.#context === null ? {} : { context: this.#context }),
      });
    } finally {
      running.context = outside;
    }
    try {
      return loop.runUntilComplete(task);
    } finally {
      this.#context = task.getContext();
    }
  }

  /**
   * Shuts down: cancels the tasks that are left, once, and runs until they are done; then closes the loop. A task that
   * fails in this is reported to the exception handler; one that is made meanwhile is left pending.
   */
  close(): void {
    if (this.#closed) return;
    if (running.loop !== null) throw new RuntimeError('a Runner can not be closed in a running event loop');
    this.#closed = true;
    const loop = this.#loop;
    if (loop === null) return;
    try {
      cancelAllTasks(loop);
      // asyncio now shuts down asynchronous generators and the executor, in a task each, which takes two iterations each:
      // a task that is still ready takes up to four more steps.
      if (loop.ready.length > 0) loop.runUntilComplete(soon(loop));
      if (loop.shutdowns.length > 0) {
        loop.tracer.cause = 0; // nothing in the program makes this happen
        for (const shutdown of loop.shutdowns) loop.runUntilComplete(shutdown());
      } else if (loop.ready.length > 0) loop.runUntilComplete(soon(loop));
    } finally {
      loop.close();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** A future that is done in the next iteration, as a task that only returns is. */
function soon(loop: EventLoop): Future<void> {
  const future = loop.createFuture<void>();
  loop.callSoon(() => future.setResult());
  return future;
}

function cancelAllTasks(loop: EventLoop): void {
  const tasks = loop.allTasks();
  if (tasks.length === 0) return;
  for (const task of tasks) task.cancel();
  // As gather with return_exceptions does: done when the last of them is.
  const allDone = loop.createFuture<void>('shutdown');
  let left = tasks.length;
  for (const task of tasks) {
    task.addDoneCallback(() => {
      if (--left === 0) allDone.setResult();
    });
  }
  loop.runUntilComplete(allDone);
  for (const task of tasks) {
    if (task.cancelled()) continue;
    const exception = task.exception();
    if (exception !== null) {
      loop.callExceptionHandler({ message: 'unhandled exception during run() shutdown', exception, task });
    }
  }
}

/**
 * Runs a main coroutine in a new loop, and shuts the loop down: the way to start a program. Mirrors `asyncio.run`
 * (runners.py).
 *
 * The clock starts at 0, and nothing waits for real. Returns the coroutine's result or throws its exception; throws a
 * DeadlockError if it can never end, a RuntimeError in a running loop.
 *
 * @example
 * run(function* main(): Coroutine<void> { yield* sleep(minutes(40)); print('rice is done at', now()); });
 */
export function run<T>(main: Coroutine<T> | Program<T>, options?: RunOptions): T {
  if (running.loop !== null) {
    throw new RuntimeError('run() cannot be called from a running event loop: await the coroutine by yield*');
  }
  const runner = new Runner(options);
  const { world } = runner.getLoop();
  let result: T;
  try {
    result = runAndClose(runner, main);
  } catch (error) {
    if (running.script === null) finishAfter(world, error);
    throw error;
  }
  // Else the script goes on.
  if (running.script === null) {
    world.processor?.finish();
    world.invariants?.finish();
  }
  return result;
}

function runAndClose<T>(runner: Runner, main: Coroutine<T> | Program<T>): T {
  let result: T;
  try {
    result = runner.run(main);
  } catch (error) {
    closeAfter(runner, error);
    throw error;
  }
  runner.close();
  return result;
}

/**
 * A program that failed lets those who share its CPU come to their end as well, unless it was stopped or stood still. If they
 * can't, that is kept as the cause of the error where it has none.
 * @internal
 */
export function finishAfter(world: World, error: unknown): void {
  if (error instanceof LimitError || error instanceof DeadlockError || world.tracer.failure !== null) return;
  try {
    world.processor?.finish();
  } catch (second) {
    if (!(second instanceof DeadlockError)) throw second;
    if (error instanceof Error) error.cause ??= second;
  }
}

/**
 * Shuts down after an error, which is what is thrown in the end. If the clean-up stands still, that is kept as its cause
 * where it has none; of two deadlocks the first is all there is to tell.
 */
function closeAfter(runner: Runner, error: unknown): void {
  const loop = runner.getLoop();
  const isCut = loop.tracer.failure !== null;
  // That the others are pending says nothing then, but would hide what does.
  if (error instanceof LimitError || isCut) loop.setExceptionHandler(() => {});
  if (isCut) return loop.close(); // nobody takes another step: a shutdown would wait for what never ends
  try {
    runner.close();
  } catch (second) {
    if (error instanceof DeadlockError || error instanceof LoopExit) return;
    if (!(second instanceof DeadlockError)) throw second;
    if (error instanceof Error) error.cause ??= second;
  }
}
