import { CODE } from '../trace/events.ts';
import { adjusted } from './adjust.ts';
import { CancelledError, describeValue, RuntimeError, ValueError } from './errors.ts';
import type { EventLoop } from './loop.ts';
import type { Ready } from './ready-queue.ts';
import { running as shared } from './running.ts';
import * as protocol from './suspension.ts';
import { noTask, notAwaited, type Suspension, type WaitDescription, type WaitTarget } from './suspension.ts';
import type { Task } from './task.ts';
import type { Timer } from './timers.ts';
import type { Tracer } from './tracer.ts';

// What is imported is looked up anew at each use; a constant of the module is compiled in. See running.ts.
const running = shared;
const { DONE, GAVE_WAY, GIVE_WAY, PARKED, RUNAWAY } = protocol;

/**
 * A coroutine: what `function*` bodies are annotated with. Mirrors what `async def` makes.
 *
 * Calling a generator function makes a coroutine and runs nothing of it. It runs by `yield*` inside another
 * coroutine, or by `createTask` on its own, once. Every `yield*` gives a typed result.
 *
 * @example
 * function* cook(minutes: number): Coroutine<string> { yield* sleep(minutes * 60_000); return 'rice'; }
 */
export interface Coroutine<T> {
  next(value?: unknown): IteratorResult<Suspension, T>;
  return(value: T): IteratorResult<Suspension, T>;
  throw(error: unknown): IteratorResult<Suspension, T>;
  [Symbol.iterator](): Coroutine<T>;
}

/** Anything `yield*` can wait for, with a result of type `T`: a coroutine, a future or a task. */
export interface Awaitable<T> {
  [Symbol.iterator](): Iterator<Suspension, T, unknown>;
}

/** The type of what an awaitable gives. */
export type ResultOf<A> = A extends Awaitable<infer T> ? T : never;

/** What can be started again and again: a function that makes a fresh main coroutine. */
export type Program<T = unknown> = () => Coroutine<T>;

/** Whether `value` is a coroutine: something with `next`, `throw` and `return` that is not a future. Mirrors `asyncio.iscoroutine`. */
export function isCoroutine(value: unknown): value is Coroutine<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as Partial<Coroutine<unknown>>;
  return (
    typeof candidate.next === 'function' &&
    typeof candidate.throw === 'function' &&
    typeof candidate.return === 'function' &&
    !(Symbol.asyncIterator in candidate)
  );
}

/** Stands for the class of what `function*` makes, which has no name in the language. */
function NativeGenerator(): void {}
NativeGenerator.prototype = Object.getPrototypeOf(function* () {}).prototype;

/** Whether `value` is what a `function*` returned. Cheaper than asking it for its methods. @internal */
export function isNativeGenerator(value: unknown): boolean {
  return value instanceof (NativeGenerator as unknown as new () => unknown);
}

/** How far a hand-written coroutine has come; cancelled while it waited, it holds the error instead. */
const NEW = 0;
const WAITING = 1;
const WOKEN = 2;
const OVER = 3;

/** Returned by `attempt`: not yet, I have queued up. */
const wait: unique symbol = Symbol('wait');
export const WAIT: typeof wait = wait;

/**
 * A coroutine that waits for one thing, written by hand: under `sleep`, `lock.acquire`, `queue.get` and their like.
 *
 * asyncio writes each of them as "make a future, put it in a queue, await it, clean up". Here that is one object: the
 * coroutine, the future it awaits and the entry in the queue of waiters. That halves what a waiting task weighs, and
 * cancellation is solved in one place. A subclass says three things:
 *
 * - `attempt(first)`: get it now and return it, or queue up and return `WAIT`. Called when the await begins
 *   (`first`), and again each time it is woken.
 * - `abandon(error)`: the wait ends with an error; leave the queue, and pass on a wake-up you can't use.
 * - `describeWait()`: what you wait for, and who holds it.
 */
export abstract class Wait<T> implements Coroutine<T>, WaitTarget {
  /** The task that waits. @internal */
  task: Task<unknown> | null;
  private status: number | CancelledError;

  constructor() {
    this.task = null;
    this.status = NEW;
    if (running.watch !== null) running.watch(this);
  }

  protected abstract attempt(first: boolean): T | typeof WAIT;
  protected abstract abandon(error: unknown): void;
  abstract describeWait(): WaitDescription;
  /** What to call it in a message: `sleep(5)`. */
  abstract toString(): string;

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<Suspension, T> {
    const { status } = this;
    const { task } = running.turn;
    if (status === NEW) {
      if (task === null) throw noTask();
      if (task.waitingOn !== null) throw notAwaited(task);
      if (running.site !== null) running.site(true);
      this.task = task;
    } else if (status !== WOKEN || this.task !== task) {
      this.endOrRefuse(status);
    }
    this.status = OVER; // unless it has to wait
    const outcome = this.attempt(status === NEW);
    if (outcome !== wait) {
      if (--running.immediateLeft < 0) return RUNAWAY as unknown as IteratorResult<Suspension, T>;
      DONE.value = outcome;
      return DONE as IteratorResult<Suspension, T>;
    }
    this.status = WAITING;
    task!.waitingOn = this;
    return PARKED as unknown as IteratorResult<Suspension, T>;
  }

  /** Cancelled while it waited; or awaited a second time, or by a second task. */
  private endOrRefuse(status: number | CancelledError): never {
    if (status instanceof CancelledError && this.task === running.turn.task) {
      this.abandon(status);
      this.status = OVER;
      throw status;
    }
    const refusal =
      status === OVER
        ? `cannot reuse already awaited coroutine ${this}`
        : `the coroutine ${this} is being awaited already, by the task ${this.task?.getName()}`;
    throw new RuntimeError(`${refusal}: each call makes a new one, and each can be awaited once`);
  }

  throw(error: unknown): IteratorResult<Suspension, T> {
    if (this.status !== NEW && this.status !== OVER) this.abandon(error);
    this.status = OVER;
    throw error;
  }

  return(value: T): IteratorResult<Suspension, T> {
    if (this.status !== NEW && this.status !== OVER) this.abandon(null);
    this.status = OVER;
    return { done: true, value };
  }

  /**
   * Makes a wait that is over a new one, for the next call of the same kind.
   *
   * Making the object is a quarter of what a wait costs (W4: 176 → 146 ns). Nobody can tell the difference but a program
   * that awaits one coroutine twice, which is a mistake; in debug mode all are new, and it is told so.
   * @internal
   */
  renew(): void {
    this.status = NEW;
  }

  /** Lets the task go on; false if the wait is over already, by a wake-up or a cancellation. @internal */
  wake(): boolean {
    if (this.status !== WAITING) return false;
    this.status = WOKEN;
    if (this.task!.waitingOn === this) this.task!.enqueue(); // else it was never really awaited
    return true;
  }

  /** As `wake`, and the task takes its step here and now: for the loop, when that would come next anyway. @internal */
  wakeAtOnce(): void {
    this.status = WOKEN;
    this.task!.run();
  }

  /** @internal */
  cancel(message?: string): boolean {
    if (this.status !== WAITING) return false;
    this.status = new CancelledError(message);
    if (this.task!.waitingOn === this) this.task!.enqueue();
    return true;
  }

  /** Whether it waits still: neither woken nor cancelled. @internal */
  waiting(): boolean {
    return this.status === WAITING;
  }

  /** Whether it waits still, and its task for nothing else. @internal */
  isAwaited(): boolean {
    return this.status === WAITING && this.task!.waitingOn === this;
  }

  /** Whether it was woken, and hasn't gone on yet. @internal */
  woken(): boolean {
    return this.status === WOKEN;
  }

  /** @internal */
  cancelled(): boolean {
    return typeof this.status === 'object';
  }

  /** Whether it was awaited at all. @internal */
  started(): boolean {
    return this.status !== NEW;
  }

  /** @internal */
  takeCancellation(): CancelledError | null {
    return typeof this.status === 'object' ? this.status : null;
  }
}

function getLoop(what: unknown): EventLoop {
  if (running.loop === null) {
    throw new RuntimeError(
      `no running event loop: ${what} can be awaited only in a coroutine that a loop runs`,
    );
  }
  return running.loop;
}

/**
 * `sleep`: at the same time the coroutine, the timer and the handle that wakes the task. Its way is asyncio's: a timer
 * in the heap; when due it joins the ready queue; when run it settles the wait, and the task joins the ready queue:
 * two iterations.
 * @internal
 */
export class Sleep<T> extends Wait<T> implements Timer, Ready {
  slot: number;
  private ms: number;
  // Most sleeps have neither of these: they are 16 bytes smaller for it.
  /** The event that put it where it is, as in Handle; only in a trace. */
  declare id: number | undefined;
  declare private result: T;

  constructor(ms: number, result: T) {
    super();
    this.slot = -1;
    this.ms = ms;
    if (result !== undefined) this.result = result;
  }

  protected attempt(first: boolean): T | typeof WAIT {
    if (first) {
      const loop = getLoop(this);
      let ms = this.ms;
      if (typeof ms !== 'number' || !(ms < Number.POSITIVE_INFINITY)) throw invalidDelay('sleep()', ms);
      const { world } = loop;
      if (world.adjust !== null) ms = adjusted(world.adjust, ms, 'sleep');
      const when = world.clock.now + ms;
      if (when === Number.POSITIVE_INFINITY) throw invalidDelay('sleep()', ms);
      loop.timers.add(when, this);
      const { tracer } = loop;
      if (tracer.active)
        this.id = tracer.emit(CODE['timer:set'], tracer.cause, when, running.turn.task?.id ?? 0, 0, 'sleep');
      else if (this.id !== undefined) this.id = undefined; // that of an earlier sleep, when somebody listened
      return WAIT;
    }
    running.turn.sleep = this as Sleep<unknown>;
    return this.result;
  }

  /** A sleep for another await: see `renew`. */
  again(ms: number, result: T): this {
    this.renew();
    this.ms = ms;
    if (result !== undefined || this.result !== undefined) this.result = result;
    return this;
  }

  protected abandon(): void {
    if (this.slot < 0) return;
    const { loop } = this.task!;
    loop.timers.remove(this);
    const { tracer } = loop;
    if (tracer.active) tracer.emit(CODE['timer:cancel'], tracer.cause, this.id ?? 0);
  }

  onDue(): void {
    const { tracer } = running;
    if (tracer !== null) this.id = tracer.emit(CODE['timer:due'], this.id ?? 0, this.id ?? 0, 0, 0, 'sleep');
    this.task!.loop.ready.push(this);
  }

  called(): string {
    return this.task!.getName();
  }

  run(): void {
    if (running.tracer === null) this.wake();
    else this.runTraced(running.tracer);
  }

  private runTraced(tracer: Tracer): void {
    const id = this.id ?? 0; // 0: nobody listened when it was set
    tracer.cause = tracer.emit(CODE['handle:run'], id, id);
    this.wake();
    if (running.tracer !== null) tracer.emit(CODE['handle:end'], tracer.cause, id);
  }

  describeWait(): WaitDescription {
    return { on: 'timer', target: null, reason: 'sleep', name: '', holders: [] };
  }

  override toString(): string {
    return `sleep(${this.ms})`;
  }
}

/**
 * `sleep(0)` and less: gives way for one iteration, without a timer.
 *
 * One object for everybody: whether the running task has given way already is kept in the task. A million tasks that
 * take turns then keep no million of these alive, which makes a switch three times faster.
 */
const giveWay: Coroutine<void> = {
  [Symbol.iterator]() {
    return this;
  },
  next() {
    const { task } = running.turn;
    if (task === null) throw noTask();
    if ((task.state & GAVE_WAY) === 0) {
      if (task.waitingOn !== null) throw notAwaited(task);
      if (running.site !== null) running.site(true);
      if (!task.givesWayToNobody()) {
        task.state |= GAVE_WAY;
        return GIVE_WAY as unknown as IteratorResult<Suspension, void>;
      }
    } else {
      task.state &= ~GAVE_WAY;
    }
    DONE.value = undefined;
    return DONE as IteratorResult<Suspension, void>;
  },
  throw(error) {
    if (running.turn.task !== null) running.turn.task.state &= ~GAVE_WAY;
    throw error;
  },
  return() {
    if (running.turn.task !== null) running.turn.task.state &= ~GAVE_WAY;
    return { done: true, value: undefined };
  },
};

/** Whether a coroutine is the one of `sleep(0)`, which may be run more than once, unlike any other. @internal */
export function isShared(coroutine: unknown): boolean {
  return coroutine === giveWay;
}

/** `sleep(0, result)`, and any `sleep(0)` in debug mode, where each coroutine is watched. */
function* giveWayOnce<T>(result: T): Coroutine<T> {
  yield* giveWay;
  return result;
}

/**
 * A coroutine that is over after `ms` of virtual time, and gives `result`. Mirrors `asyncio.sleep` (tasks.py).
 *
 * `sleep(0)`, and a negative delay, gives way for one iteration and sets no timer. NaN and an infinite delay throw a
 * ValueError when it is awaited.
 *
 * @example
 * yield* sleep(minutes(40));
 * const answer = yield* sleep(10, 42); // 42
 */
export function sleep(ms: number): Coroutine<void>;
export function sleep<T>(ms: number, result: T): Coroutine<T>;
export function sleep<T>(ms: number, result?: T): Coroutine<T | undefined> {
  if (!(ms <= 0)) {
    const { turn } = running;
    const used = turn.sleep;
    if (used === null || running.watch !== null) return new Sleep(ms, result);
    turn.sleep = null;
    return used.again(ms, result) as Sleep<T | undefined>;
  }
  if (result === undefined && running.watch === null) return giveWay as Coroutine<undefined>;
  return named(`sleep(${ms})`, giveWayOnce(result));
}

/** A coroutine of the library in debug mode, if it is a generator: knows whether it was awaited. */
class Named<T> implements Coroutine<T> {
  readonly #name: string;
  readonly #coroutine: Coroutine<T>;
  #started: boolean;

  constructor(name: string, coroutine: Coroutine<T>) {
    this.#name = name;
    this.#coroutine = coroutine;
    this.#started = false;
    running.watch?.(this);
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<Suspension, T> {
    this.#started = true;
    return this.#coroutine.next();
  }

  throw(error: unknown): IteratorResult<Suspension, T> {
    this.#started = true;
    return this.#coroutine.throw(error);
  }

  return(value: T): IteratorResult<Suspension, T> {
    this.#started = true;
    return this.#coroutine.return(value);
  }

  started(): boolean {
    return this.#started;
  }

  toString(): string {
    return this.#name;
  }
}

/** A generator of the library, so that debug mode can tell when it is never awaited; outside of that, as it is. @internal */
export function named<T>(name: string, coroutine: Coroutine<T>): Coroutine<T> {
  return running.watch === null ? coroutine : new Named(name, coroutine);
}

/** The error for a delay that is no time. @internal */
export function invalidDelay(what: string, ms: unknown): ValueError {
  const value = Number.isNaN(ms) ? 'NaN (not a number)' : describeValue(ms);
  return new ValueError(`Invalid delay: ${what} needs a finite number of ms, got ${value}`);
}

/**
 * Closes a coroutine that will not be run to its end: its `finally` blocks run. Mirrors `coroutine.close()`.
 *
 * Throws a RuntimeError if it waits for something in a `finally`: there is nobody left to wait.
 */
export function closeCoroutine(coroutine: Coroutine<unknown>): void {
  if (coroutine.return(undefined).done) return;
  const error = new RuntimeError(
    'the coroutine ignored its closing: a `finally` block awaits, which it must not when closed',
  );
  // What it has begun to wait for is given up again.
  if (running.turn.task !== null) {
    running.turn.task.waitingOn = null;
    running.turn.task.state &= ~GAVE_WAY;
  }
  try {
    coroutine.throw(error);
  } catch {
    // It ends with this error, or with one of its own.
  }
  throw error;
}
