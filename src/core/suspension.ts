import type { WaitKind } from '../trace/events.ts';
import { type CancelledError, RuntimeError } from './errors.ts';
import { running } from './running.ts';
import type { Task } from './task.ts';
import type { TracedResource } from './tracer.ts';

/**
 * How a suspended coroutine and the loop talk: the few things that a coroutine ever yields.
 *
 * `yield* awaitable` runs the awaitable's iterator inside the coroutine. If it must wait, its `next()` says so in the
 * running task (`waitingOn`) and returns one of the shared objects below. The engine passes that very object up through
 * all the `yield*` to the task's step. So an await makes no object, and a step knows a proper await by identity;
 * anything else that comes out of a coroutine is a mistake to be explained.
 */

declare const suspension: unique symbol;

/** What a coroutine yields. Opaque: only `yield*` makes one, so that a forgotten star is a compile error. */
export interface Suspension {
  readonly [suspension]: never;
}

/** Somebody who can hold others up, and be held up: a task, or somebody of whoever shares the CPU with the loop. */
export interface Holder {
  /** Its number among its kind. */
  readonly id: number;
  /** The noun for what it is; a task has none. */
  readonly kind?: string;
  getName(): string;
  done(): boolean;
  /** What it waits for; null if it doesn't. */
  waitsFor(): WaitDescription | null;
}

/** What a waiting task can say of itself, in a story or in a deadlock. */
export interface WaitDescription {
  readonly on: WaitKind;
  /** The task or resource it waits for, or whoever else, if it is one. */
  readonly target: Holder | TracedResource | null;
  /** What it does: `sleep`, `lock.acquire`, `await task` … */
  readonly reason: string;
  readonly name: string;
  /** Who could let it go on. */
  readonly holders: readonly Holder[];
}

/** What a task can wait for: a future, or a coroutine of ours that waits (coroutine.ts). */
export interface WaitTarget {
  /** Ends the wait with a cancellation; false if it is over already. */
  cancel(message?: string): boolean;
  /** The cancellation it ended with, for the task that is cancelled as well; null if it ended otherwise. */
  takeCancellation(): CancelledError | null;
  describeWait(): WaitDescription;
}

/** Yielded by a future that is pending: the step has to add the task to those who wait for it. @internal */
export const PENDING_FUTURE: { done: false; value: undefined } = { done: false, value: undefined };
/** Yielded by a coroutine of ours that waits, and will wake the task: the step has nothing more to do. @internal */
export const PARKED: { done: false; value: undefined } = { done: false, value: undefined };
/**
 * Yielded by an await that is over at once, when there were too many of them in a row: the step stops the program. It is
 * not thrown in here, where the program could catch it and go on. @internal
 */
export const RUNAWAY: { done: false; value: undefined } = { done: false, value: undefined };
/** Yielded to give way for one iteration, as a bare `yield` does. @internal */
export const GIVE_WAY: { done: false; value: undefined } = { done: false, value: undefined };
/** Returned by the iterator of an awaitable that is over, with its result. @internal */
export const DONE: { done: true; value: unknown } = { done: true, value: undefined };

/** A flag of a task: it is in the loop's list of tasks, from the first time on that it waits for anything but a sleep. @internal */
export const LISTED = 1;
/** A flag of a task: it is in the middle of a `sleep(0)`. @internal */
export const GAVE_WAY = 2;
/** A flag of a task: that it was never done is no news, as only its maker could await it. @internal */
export const UNREPORTED = 4;

/** The error for an awaitable that was asked for its next value by something else than `yield*`. @internal */
export function notAwaited(task: Task<unknown>): RuntimeError {
  task.waitingOn = null;
  return new RuntimeError(
    `an awaitable was used without yield* in the task ${task.getName()}: taken apart like an array, or gone through in a for loop? ` +
      'Write yield* before it',
  );
}

/** The error for an await outside of any task. @internal */
export function noTask(): RuntimeError {
  return new RuntimeError(
    running.script?.missing?.task() ??
      'there is no task to wait: what is awaited by yield* must be in a coroutine that a loop runs',
  );
}
