import type { WaitKind } from '../trace/events.ts';
import type { CancelledError } from './errors.ts';
import type { Task } from './task.ts';
import type { TracedResource } from './tracer.ts';

/**
 * How a suspended coroutine and the loop talk: the one thing that a coroutine ever yields.
 *
 * `yield* awaitable` runs the awaitable's iterator inside the coroutine. If it must wait, its `next()` returns the one
 * shared object `SUSPENDED`, with itself as the value, and the engine passes that very object up through all the
 * `yield*` to the task's step, which reads it at once and parks on the value. So an await makes no object, and a step
 * knows a proper await by identity; anything else that comes out of a coroutine is a mistake to be explained.
 */

declare const suspension: unique symbol;

/** What a coroutine yields. Opaque: only `yield*` makes one, so that a forgotten star is a compile error. */
export interface Suspension {
  readonly [suspension]: never;
}

/** What a waiting task can say of itself, in a story or in a deadlock. */
export interface WaitDescription {
  readonly on: WaitKind;
  /** The task or resource it waits for, if it is one. */
  readonly target: Task<unknown> | TracedResource | null;
  /** What it does: `sleep`, `lock.acquire`, `await task` … */
  readonly reason: string;
  readonly name: string;
  /** The tasks that could let it go on. */
  readonly holders: readonly Task<unknown>[];
}

/** What a task can be parked on: a future, or a coroutine of ours that waits (wait.ts). */
export interface WaitTarget {
  /** The task will be made ready when this is over. */
  park(task: Task<unknown>): void;
  /** Ends the wait with a cancellation; false if it is over already. */
  cancel(message?: string): boolean;
  /** The cancellation it ended with, for the task that is cancelled as well; null if it ended otherwise. */
  takeCancellation(): CancelledError | null;
  describeWait(): WaitDescription;
}

/** Returned by the iterator of an awaitable that must wait: the same object every time. @internal */
export const SUSPENDED: { done: false; value: WaitTarget | null } = { done: false, value: null };
/** Returned by the iterator of an awaitable that is over, with the result: the same object every time. @internal */
export const DONE: { done: true; value: unknown } = { done: true, value: undefined };
/** Returned to give way for one iteration, as a bare `yield` does. @internal */
export const GIVE_WAY: { done: false; value: undefined } = { done: false, value: undefined };
