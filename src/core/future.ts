import { CODE, type Outcome } from '../trace/events.ts';
import { type Context, captureContext } from './context.ts';
import { CancelledError, describeValue, InvalidStateError } from './errors.ts';
import { tag } from './format.ts';
import { type Callback, Handle, labelOf } from './handle.ts';
import type { EventLoop } from './loop.ts';
import { running as shared } from './running.ts';
import * as states from './states.ts';
import * as protocol from './suspension.ts';
import { noTask, notAwaited, type Suspension, type WaitDescription, type WaitTarget } from './suspension.ts';

// What is imported is looked up anew at each use; a constant of the module is compiled in. See running.ts.
const running = shared;
const { DONE, PENDING_FUTURE, RUNAWAY } = protocol;
const { CANCELLED, EXCEPTION, PENDING, RESULT } = states;

/** Who is told when a future is done: a task that awaits it, or a callback. @internal */
export interface Waiter {
  /** `isOnly`: nobody else is told. */
  futureDone(future: Future<unknown>, isOnly: boolean): void;
}

/**
 * A box for a result that is not here yet. Mirrors `asyncio.Future` (futures.py).
 *
 * - *pending*: `setResult`, `setException` or `cancel` will settle it, once; reading it is an InvalidStateError.
 * - *done*: with a result, an exception or a cancellation, which `result()` returns or throws.
 *
 * Settling runs nobody: each waiting task and callback joins the end of the ready queue, in the order in which they
 * asked. That is why a result travels one iteration for each future on its way.
 *
 * `yield* future` suspends the task until the future is done, and gives its result; if it is done already, the task
 * just goes on, and nobody else gets a turn.
 *
 * @example
 * const future = loop.createFuture<number>(); loop.callLater(10, () => future.setResult(42));
 * const answer = yield* future; // 42, at 10 ms
 */
export class Future<T = unknown> implements WaitTarget {
  /** The loop it belongs to. @internal */
  readonly loop: EventLoop;
  /** One of states.ts; while pending, the flags of a task. @internal */
  state: number;
  /** The result, the exception, or (cancelled) the CancelledError or its message. @internal */
  value: unknown;
  // One waiter is the usual case, and needs no array.
  /** @internal */ waiters: Waiter | Waiter[] | null;
  /** What to call it; a number stands for `Task-N`. @internal */
  label: string | number;

  constructor(loop: EventLoop, name = '') {
    this.loop = loop;
    this.state = 0;
    this.value = undefined;
    this.waiters = null;
    this.label = name;
  }

  /** Whether it has a result, an exception, or was cancelled. */
  done(): boolean {
    return this.state > PENDING;
  }

  /** Whether it was cancelled. */
  cancelled(): boolean {
    return this.state === CANCELLED;
  }

  /** The loop it belongs to. Mirrors `Future.get_loop`. */
  getLoop(): EventLoop {
    return this.loop;
  }

  /** The result; throws the exception, a CancelledError, or (still pending) an InvalidStateError. */
  result(): T {
    if (this.state === RESULT) return this.value as T;
    if (this.state === CANCELLED) throw this.takeCancelledError();
    if (this.state <= PENDING)
      throw new InvalidStateError(`Result is not set: ${this.describe()} is still pending`);
    this.loop.unretrieved.delete(this);
    throw this.value;
  }

  /** The exception, or null if there is none; throws a CancelledError, or (still pending) an InvalidStateError. */
  exception(): unknown {
    if (this.state === RESULT) return null;
    if (this.state === CANCELLED) throw this.takeCancelledError();
    if (this.state <= PENDING)
      throw new InvalidStateError(`Exception is not set: ${this.describe()} is still pending`);
    this.loop.unretrieved.delete(this);
    return this.value;
  }

  /** Settles it with a result. Throws an InvalidStateError if it is done. */
  setResult(value: T): void {
    if (this.state > PENDING) throw this.alreadyDone();
    this.settle(RESULT, value);
  }

  /** Settles it with an exception, to be thrown at whoever awaits it. Throws an InvalidStateError if it is done. */
  setException(error: unknown): void {
    if (this.state > PENDING) throw this.alreadyDone();
    this.settle(EXCEPTION, typeof error === 'function' ? new (error as new () => unknown)() : error);
  }

  /** Cancels it: those who await it get a CancelledError. Returns false, and does nothing, if it is done. */
  cancel(message?: string): boolean {
    this.loop.unretrieved.delete(this);
    if (this.state > PENDING) return false;
    this.settle(CANCELLED, message);
    return true;
  }

  /**
   * Has `callback(future)` called soon after it is done, in the context as it is now (or the one given); never at
   * once, even if it is done already.
   */
  addDoneCallback(callback: (future: this) => void, options: { readonly context?: Context } = {}): void {
    running.tracer?.lookedAround('tasks'); // callbacks stand in a line
    const handle = new DoneCallback(this as Future<unknown>, callback, options.context ?? captureContext());
    if (this.state <= PENDING) this.addWaiter(handle);
    else handle.futureDone();
  }

  /** Takes a callback back, as often as it was added; returns how often that was. */
  removeDoneCallback(callback: (future: this) => void): number {
    const keep: Waiter[] = [];
    let removed = 0;
    for (const waiter of this.eachWaiter()) {
      if (waiter instanceof DoneCallback && waiter.callback === callback) removed++;
      else keep.push(waiter);
    }
    if (removed > 0) this.waiters = keep.length === 0 ? null : keep;
    return removed;
  }

  // ---- the await protocol: a future is its own iterator, without state of its own and without an object per await

  [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    return this as unknown as Iterator<Suspension, T, unknown>;
  }

  /** @internal */
  next(): IteratorResult<unknown, unknown> {
    if (this.state <= PENDING) {
      const { task } = running.turn;
      if (task === null) throw noTask();
      if (task.waitingOn !== null) throw notAwaited(task);
      if (running.site !== null) running.site(true);
      task.waitingOn = this;
      return PENDING_FUTURE;
    }
    if (--running.immediateLeft < 0) return RUNAWAY;
    DONE.value = this.result();
    return DONE;
  }

  /** @internal */
  throw(error: unknown): never {
    throw error;
  }

  // ---- for the loop's own parts -------------------------------------------------------------------------

  /** @internal */
  addWaiter(waiter: Waiter): void {
    const { waiters } = this;
    if (waiters === null) this.waiters = waiter;
    else if (Array.isArray(waiters)) waiters.push(waiter);
    else this.waiters = [waiters, waiter];
  }

  /** @internal */
  removeWaiter(waiter: Waiter): void {
    const left = this.eachWaiter().filter((other) => other !== waiter);
    this.waiters = left.length === 0 ? null : left;
  }

  /** @internal */
  eachWaiter(): readonly Waiter[] {
    const { waiters } = this;
    return waiters === null ? [] : Array.isArray(waiters) ? waiters : [waiters];
  }

  /** Leaves PENDING, and tells everybody who waits. @internal */
  settle(state: number, value: unknown): void {
    if (this.loop.debug && this.waiters !== null) this.loop.checkCaller();
    this.state = state;
    this.value = value;
    const { tracer, unretrieved } = this.loop;
    if (state === EXCEPTION) unretrieved.add(this);
    if (!tracer.active) return this.tellWaiters();
    const outer = tracer.cause;
    tracer.cause = this.traceSettled(); // the waiters are ready because of this
    this.tellWaiters();
    tracer.cause = outer;
  }

  private tellWaiters(): void {
    const { waiters } = this;
    if (waiters === null) return;
    this.waiters = null;
    if (Array.isArray(waiters)) for (const waiter of waiters) waiter.futureDone(this, false);
    else waiters.futureDone(this, true);
  }

  /**
   * The error to throw for a cancelled future. The first time it is the original one, if there is one (a task keeps
   * the error it ended with); after that a new one, without its message.
   * @internal
   */
  takeCancelledError(): CancelledError {
    const { value } = this;
    if (value instanceof CancelledError) {
      this.value = undefined;
      return value;
    }
    return new CancelledError(value as string | undefined);
  }

  /** @internal */
  takeCancellation(): CancelledError | null {
    if (this.state === CANCELLED) return this.takeCancelledError();
    if (this.state !== EXCEPTION) return null;
    this.loop.unretrieved.delete(this);
    return this.value instanceof CancelledError ? this.value : null;
  }

  /** @internal */
  protected traceSettled(): number {
    const { tracer } = this.loop;
    if (running.site !== null) running.site(false);
    return tracer.emit(CODE['future:done'], tracer.cause, 0, 0, 0, [OUTCOMES[this.state]!, this.detail()]);
  }

  /** How it ended, as a short text. @internal */
  detail(): string {
    if (this.state === CANCELLED)
      return this.value instanceof Error ? this.value.message : String(this.value ?? '');
    return this.value === undefined ? '' : describeValue(this.value);
  }

  /** What a task that awaits it waits for. @internal */
  describeWait(): WaitDescription {
    return { on: 'future', target: null, reason: 'await future', name: this.getLabel(), holders: [] };
  }

  /** @internal */
  getLabel(): string {
    return String(this.label);
  }

  /** As Python's `repr`: `<Future finished name='answer' result=42>`. */
  toString(): string {
    const name = this.getLabel();
    const [how, what] = this.standing();
    return tag(this.typeName(), how, name && `name='${name}'`, what);
  }

  /** @internal */
  protected typeName(): string {
    return 'Future';
  }

  private standing(): readonly [how: string, what: string] {
    if (this.state === RESULT) return ['finished', `result=${describeValue(this.value)}`];
    if (this.state === EXCEPTION) return ['finished', `exception=${describeValue(this.value)}`];
    return [this.state === CANCELLED ? 'cancelled' : 'pending', ''];
  }

  /** @internal */
  protected describe(): string {
    return this.label ? `the future ${this.getLabel()}` : 'the future';
  }

  private alreadyDone(): InvalidStateError {
    return new InvalidStateError(
      `invalid state: ${this.describe()} is done already (${OUTCOMES[this.state]}${this.detail() && ` ${this.detail()}`}), and is settled only once`,
    );
  }
}

/** How a state is called in a trace. */
export const OUTCOMES: { readonly [state: number]: Outcome } = {
  [RESULT]: 'result',
  [EXCEPTION]: 'exception',
  [CANCELLED]: 'cancelled',
};

/** A callback on a future: a handle that joins the ready queue when the future is done. */
class DoneCallback extends Handle implements Waiter {
  constructor(future: Future<unknown>, callback: Callback, context: Context | null) {
    super(future.loop, callback, future, context);
  }

  futureDone(): void {
    const { loop } = this;
    if (loop.careful) loop.checkCaller();
    const { tracer } = loop;
    if (tracer.active)
      this.id = tracer.emit(CODE['handle:ready'], tracer.cause, 0, 0, 0, labelOf(this.callback));
    loop.ready.push(this);
  }

  protected override call(callback: Callback): unknown {
    return callback(this.args);
  }
}

/** Whether `value` is a Future (or a Task, which is one). Mirrors `asyncio.isfuture`. */
export function isFuture(value: unknown): value is Future<unknown> {
  return value instanceof Future;
}
