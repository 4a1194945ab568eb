import { CODE } from '../trace/events.ts';
import { type Context, captureContext } from './context.ts';
import { type Coroutine, isCoroutine } from './coroutine.ts';
import { CancelledError, describeValue, LoopExit, RuntimeError } from './errors.ts';
import { CANCELLED, EXCEPTION, Future, OUTCOMES, PENDING, RESULT, type Waiter } from './future.ts';
import type { EventLoop } from './loop.ts';
import type { Ready } from './ready-queue.ts';
import { running } from './running.ts';
import { GIVE_WAY, SUSPENDED, type Suspension, type WaitDescription, type WaitTarget } from './suspension.ts';

/** How a task is created. */
export interface TaskOptions {
  /** Its name; by default `Task-1`, `Task-2` … in the order of creation in its loop. */
  readonly name?: string;
  /** The context it runs in; by default a copy of the current one. */
  readonly context?: Context;
  /** Take the first step at once, inside `createTask`; by default as the loop is set (`eager`), else not. */
  readonly eagerStart?: boolean;
}

/**
 * A future that drives a coroutine. Mirrors `asyncio.Task` (tasks.py).
 *
 * It is in one of four states, and this file holds every move between them:
 *
 * - *ready*: in the ready queue, about to take a step (at the start, or because what it awaited is done);
 * - *running*: its step runs the coroutine up to the next place where it must wait, or to its end;
 * - *waiting*: parked on `waitingOn`, which will make it ready;
 * - *done*: the coroutine has returned, thrown or been cancelled, and the task, being a future, has its result.
 *
 * Nothing outside can stop a running step; that is why a step's plain statements need no lock.
 *
 * @example
 * const task = createTask(cook(40), { name: 'rice' });
 * yield* task; // waits for it; or task.cancel()
 */
export class Task<T = unknown> extends Future<T> implements Ready, Waiter {
  /** Its number, in the order of creation. */
  readonly id: number;
  /** The event that made it ready, in a trace. @internal */
  readyEvent: number;
  #coroutine: Coroutine<T> | null;
  /** What it is parked on; it stays until the next step, as asyncio's `_fut_waiter` does. @internal */
  waitingOn: WaitTarget | null;
  #context: Context | null;
  /** How many cancellations were asked for and not taken back. */
  #cancelRequests: number;
  /** A cancellation is to be thrown in at the next step. */
  #mustCancel: boolean;
  /** The message of the last cancellation that was not passed on to what it awaits. @internal */
  cancelMessage: string | undefined;

  /** Use `createTask`. @internal */
  constructor(loop: EventLoop, coroutine: Coroutine<T>, options: TaskOptions | undefined) {
    if (!isCoroutine(coroutine)) throw notACoroutine(coroutine);
    super(loop);
    const { tracer } = loop;
    this.id = ++tracer.tasks;
    this.label = options?.name ?? ++loop.namedTasks;
    this.readyEvent = 0;
    this.#coroutine = coroutine;
    this.waitingOn = null;
    this.#context = options?.context ?? captureContext();
    this.#cancelRequests = 0;
    this.#mustCancel = false;
    this.cancelMessage = undefined;
    if (tracer.active)
      tracer.emit(CODE['task:create'], tracer.cause, this.id, running.task?.id ?? 0, 0, this.getName());
    loop.addTask(this as Task<unknown>);
    if ((options?.eagerStart ?? loop.eager) && loop.isRunning()) this.#startEagerly();
    else this.enqueue();
  }

  /** Its name. Mirrors `get_name`, `set_name`. */
  get name(): string {
    return this.getName();
  }
  set name(name: string) {
    this.setName(name);
  }

  getName(): string {
    return typeof this.label === 'number' ? `Task-${this.label}` : this.label;
  }

  setName(name: string): void {
    this.label = String(name);
    const { tracer } = this.loop;
    if (tracer.active) tracer.emit(CODE['task:rename'], tracer.cause, this.id, 0, 0, this.label);
  }

  /** The coroutine it drives; null once it is done. Mirrors `get_coro`. */
  getCoroutine(): Coroutine<T> | null {
    return this.#coroutine;
  }

  /** The context it runs in, if it has one of its own. Mirrors `get_context`. */
  getContext(): Context | null {
    return this.#context;
  }

  /** A task's result is that of its coroutine: always throws a RuntimeError. */
  override setResult(_value: T): never {
    throw new RuntimeError('Task does not support setResult: its result is what its coroutine returns');
  }

  /** A task's exception is that of its coroutine: always throws a RuntimeError. */
  override setException(_error: unknown): never {
    throw new RuntimeError('Task does not support setException: its exception is what its coroutine throws');
  }

  /**
   * Asks the task to stop: a CancelledError is thrown into its coroutine, at the place where it waits. Returns false if
   * it is done already.
   *
   * The coroutine may clean up in `finally`, take its time, or even catch the error and go on. If the task awaits
   * something, that is cancelled first (another *task*, too: to await a task is to share its fate). If it hasn't
   * started, its body never runs. Mirrors `Task.cancel`.
   */
  override cancel(message?: string): boolean {
    this.loop.unretrieved.delete(this);
    if (this.state !== PENDING) return false;
    this.#cancelRequests++;
    const { tracer } = this.loop;
    const outer = tracer.cause;
    if (tracer.active) {
      tracer.cause = tracer.emit(CODE['task:cancel'], outer, this.id, this.#cancelRequests, 0, message ?? '');
    }
    // What is done already refuses; then the step is in the queue, and will throw the cancellation in, even where a
    // result was to be delivered: that result is lost.
    const forwarded = this.waitingOn?.cancel(message) === true;
    tracer.cause = outer;
    if (!forwarded) {
      this.#mustCancel = true;
      this.cancelMessage = message;
    }
    return true;
  }

  /** How many cancellations were asked for and not taken back by `uncancel`. Mirrors `Task.cancelling`. */
  cancelling(): number {
    return this.#cancelRequests;
  }

  /**
   * Takes one request to cancel back, by whoever handled it; returns how many are left. At zero, a cancellation that is
   * still to be delivered is dropped. Mirrors `Task.uncancel`.
   */
  uncancel(): number {
    if (this.#cancelRequests > 0) {
      this.#cancelRequests--;
      if (this.#cancelRequests === 0) this.#mustCancel = false;
      const { tracer } = this.loop;
      if (tracer.active) tracer.emit(CODE['task:uncancel'], tracer.cause, this.id, this.#cancelRequests);
    }
    return this.#cancelRequests;
  }

  // ---- ready → running ------------------------------------------------------------------------------

  /** Joins the end of the ready queue. @internal */
  enqueue(): void {
    const { loop } = this;
    const { tracer } = loop;
    if (tracer.active) this.readyEvent = tracer.emit(CODE['task:ready'], tracer.cause, this.id);
    loop.ready.push(this);
  }

  /** What it awaited is done. @internal */
  futureDone(): void {
    this.enqueue();
  }

  /** Takes one step. Only the loop calls this. @internal */
  run(): void {
    const { tracer } = this.loop;
    if (tracer.active) tracer.cause = tracer.emit(CODE['task:step'], this.readyEvent, this.id);
    const outer = running.context;
    running.task = this as Task<unknown>;
    running.context = this.#context;
    running.immediate = 0;
    try {
      this.#step();
    } finally {
      this.#context = running.context;
      running.context = outer;
      running.task = null;
    }
  }

  /** The first step, inside `createTask`: the creating task stands still meanwhile. */
  #startEagerly(): void {
    const { tracer } = this.loop;
    const { task, context, immediate } = running;
    const outerCause = tracer.cause;
    if (tracer.active) tracer.cause = tracer.emit(CODE['task:step'], outerCause, this.id, 1);
    running.task = this as Task<unknown>;
    running.context = this.#context;
    try {
      this.#step();
    } finally {
      this.#context = running.context;
      running.context = context;
      running.task = task;
      running.immediate = immediate;
      tracer.cause = outerCause;
    }
  }

  // ---- running → waiting, ready or done -------------------------------------------------------------

  /** Runs the coroutine up to where it waits, or to its end. This is the only place that resumes a coroutine. */
  #step(): void {
    const coroutine = this.#coroutine!;
    let result: IteratorResult<Suspension, T>;
    try {
      if (this.#mustCancel) {
        result = coroutine.throw(this.#cancellation());
      } else {
        this.waitingOn = null;
        // The future it awaited gives its result, or throws its error, from inside: `yield*` asks it again.
        result = coroutine.next();
      }
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (result.done) this.#finish(result.value);
    else if ((result as unknown) === SUSPENDED) this.#wait(SUSPENDED.value!);
    else if ((result as unknown) === GIVE_WAY || result.value === undefined) this.#giveWay();
    else this.#throwNextTime(badYield(this.getName(), result.value));
  }

  /** The error to throw in: that of what it awaited, if that ended with a cancellation, else a new one. */
  #cancellation(): CancelledError {
    const awaited = this.waitingOn;
    this.waitingOn = null;
    this.#mustCancel = false;
    const error = awaited?.takeCancellation();
    if (error) return error;
    return new CancelledError(this.cancelMessage);
  }

  #wait(target: WaitTarget): void {
    if (target instanceof Future && (target.loop !== this.loop || (target as unknown) === this)) {
      this.#throwNextTime(this.#cannotAwait(target));
      return;
    }
    target.park(this as Task<unknown>);
    this.waitingOn = target;
    const { tracer } = this.loop;
    if (tracer.active) this.#traceWait(target.describeWait());
    // It was asked to stop while it ran (by itself, say): the wait ends before it began.
    if (this.#mustCancel && target.cancel(this.cancelMessage)) this.#mustCancel = false;
  }

  #cannotAwait(future: Future<unknown>): RuntimeError {
    return future.loop !== this.loop
      ? new RuntimeError(
          `${this.describe()} got a future attached to a different loop: each future belongs to one loop`,
        )
      : new RuntimeError(`Task cannot await on itself: ${this.describe()} would wait for ever`);
  }

  #giveWay(): void {
    const { loop } = this;
    const { tracer } = loop;
    if (tracer.active) this.readyEvent = tracer.emit(CODE['task:yield'], tracer.cause, this.id);
    loop.ready.push(this);
  }

  #finish(value: T): void {
    if (this.#mustCancel) {
      // It was asked to stop and returned without ever waiting again: it ends cancelled, its value is dropped.
      this.#mustCancel = false;
      this.#end(CANCELLED, this.cancelMessage);
    } else {
      this.#end(RESULT, value);
    }
  }

  #fail(error: unknown): void {
    if (error instanceof CancelledError) this.#end(CANCELLED, error);
    else this.#end(EXCEPTION, error instanceof TypeError ? withHint(error) : error);
    if (error instanceof LoopExit) throw error;
  }

  #end(state: number, value: unknown): void {
    this.#coroutine = null;
    this.loop.liveTasks--;
    this.settle(state, value);
  }

  /** It yielded what it should not: the next step throws this into it, as asyncio does. */
  #throwNextTime(error: RuntimeError): void {
    const coroutine = this.#coroutine!;
    const restore = (): Coroutine<T> => {
      this.#coroutine = coroutine;
      return coroutine;
    };
    this.#coroutine = {
      next: () => restore().throw(error),
      throw: (other) => restore().throw(other),
      return: (value) => restore().return(value),
      [Symbol.iterator]: restore,
    };
    this.#giveWay();
  }

  // ---- what it says of itself -------------------------------------------------------------------------

  override getLabel(): string {
    return this.getName();
  }

  protected override describe(): string {
    return `the task ${this.getName()}`;
  }

  override describeWait(): WaitDescription {
    return {
      on: 'task',
      target: this as Task<unknown>,
      reason: 'await task',
      name: this.getName(),
      holders: [this as Task<unknown>],
    };
  }

  protected override traceSettled(): void {
    const { tracer } = this.loop;
    tracer.emit(CODE['task:done'], tracer.cause, this.id, 0, 0, [OUTCOMES[this.state]!, this.detail()]);
  }

  #traceWait({ on, target, reason, name }: WaitDescription): void {
    const { tracer } = this.loop;
    let id = 0;
    if (target instanceof Task) id = target.id;
    else if (target !== null) id = tracer.resource(target);
    tracer.emit(CODE['task:wait'], tracer.cause, this.id, id, 0, [on, reason, name]);
  }
}

function notACoroutine(value: unknown): TypeError {
  const got = describeValue(value);
  let hint = '';
  if (typeof value === 'function') hint = ': call it, and hand over what it returns';
  else if (value instanceof Future) hint = ': a future is awaited by yield*, it needs no task';
  else if (isPromise(value) || isAsyncGenerator(value)) hint = `: ${PROMISE_HINT}`;
  return new TypeError(`a coroutine was expected, got ${got}${hint}`);
}

const PROMISE_HINT =
  'promises belong to JavaScript’s own event loop, not to this one. Write the function as function* and use yield* ' +
  'instead of async and await, or stand in for it with sleep() or a Device';

function isPromise(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null)?.then === 'function';
}

/** `yield* promise` fails inside the coroutine, before the loop sees anything: the engine says only what it is not. */
function withHint(error: TypeError): TypeError {
  if (/not iterable|Symbol\(Symbol\.iterator\)/.test(error.message)) {
    error.message += ` (if this is a yield*: it waits for coroutines, futures and tasks; ${PROMISE_HINT})`;
  }
  return error;
}

function isAsyncGenerator(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function badYield(name: string, value: unknown): RuntimeError {
  const who = `Task ${name}`;
  if (value instanceof Future || isCoroutine(value)) {
    return new RuntimeError(
      `yield was used instead of yield* in ${who} with ${describeValue(value)}: add the star`,
    );
  }
  if (isPromise(value)) return new RuntimeError(`${who} yielded a Promise: ${PROMISE_HINT}`);
  if (typeof value === 'function') {
    return new RuntimeError(
      `${who} yielded ${describeValue(value)}: call it, and await what it returns by yield*`,
    );
  }
  return new RuntimeError(
    `Task got bad yield: ${who} yielded ${describeValue(value)}; only what yield* waits for can be awaited`,
  );
}
