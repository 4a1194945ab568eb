/**
 * What a test writes down while a program runs: one line for each remark, with the virtual time and the task, so that
 * the order of everything is asserted as one literal list.
 */

import { currentTask } from '../../src/core/current.ts';
import { Runner, type RunOptions } from '../../src/core/runner.ts';
import { now } from '../../src/core/world.ts';
import type { Coroutine, Program } from '../../src/index.ts';

/** Writes a line; `lines` has them all. */
export interface Journal {
  (text: unknown): void;
  readonly lines: string[];
}

/**
 * A new journal. A line reads `10 rice: done`; in a callback, where there is no task, `10: done`.
 *
 * @example
 * const log = journal(); log('done'); log.lines // ['10 rice: done']
 */
export function journal(): Journal {
  const lines: string[] = [];
  const write = (text: unknown) => {
    const task = currentTask();
    lines.push(`${now()}${task === null ? '' : ` ${task.name}`}: ${text}`);
  };
  return Object.assign(write, { lines });
}

/** What `runTold` gives. */
export interface Told<T> {
  readonly result: T | undefined;
  /** What `main` threw, if it did. */
  readonly error: unknown;
  /** What the exception handler was told, in order, that at the loop's closing included: `message` or `message: error`. */
  readonly reports: string[];
}

/** Runs `main` as `run` does, and keeps what the loop reports instead of printing it. */
export function runTold<T>(main: Coroutine<T> | Program<T>, options?: RunOptions): Told<T> {
  const reports: string[] = [];
  const runner = new Runner(options);
  runner.getLoop().setExceptionHandler((_, { message, exception }) => {
    reports.push(exception === undefined ? message : `${message}: ${exception}`);
  });
  let result: T | undefined;
  let error: unknown;
  try {
    result = runner.run(main);
  } catch (thrown) {
    error = thrown;
  }
  try {
    runner.close();
  } catch (thrown) {
    error ??= thrown;
  }
  return { result, error, reports };
}

/** What `action` throws. Fails if it doesn't. */
export function thrownBy(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

/** `Name: message` of what `action` throws. */
export function messageOf(action: () => unknown): string {
  const { name, message } = thrownBy(action);
  return `${name}: ${message}`;
}
