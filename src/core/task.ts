import { CODE } from '../trace/events.ts';
import { type Context, captureContext } from './context.ts';
import { type Coroutine, isCoroutine, Sleep } from './coroutine.ts';
import { CancelledError, describeValue, isAsync, LoopExit, PROMISE_HINT, RuntimeError } from './errors.ts';
import { Future, OUTCOMES, type Waiter } from './future.ts';
import type { EventLoop } from './loop.ts';
import type { Ready } from './ready-queue.ts';
import { running as shared } from './running.ts';
import * as states from './states.ts';
import * as protocol from './suspension.ts';
import { notAwaited, type Suspension, type WaitDescription, type WaitTarget } from './suspension.ts';
import type { Tracer } from './tracer.ts';

// What is imported is looked up anew at each use; a constant of the module is compiled in. See running.ts.
const running = shared;
const { GIVE_WAY, LISTED, PARKED, PENDING_FUTURE, RUNAWAY } = protocol;
const { CANCELLED, EXCEPTION, PENDING, RESULT } = states;

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
 * What only few tasks have: a context of their own, a cancellation, somebody who traces them. Kept apart, so that the many
 * others are 32 bytes smaller, and a step asks one question for all.
 */
class Extras {
  /** The context it runs in, if it has one of its own. */
  context: Context | null;
  /** How many requests to cancel were made and not taken back. */
  requests: number;
  /** A cancellation is to be thrown in at the next step. */
  cancelDue: boolean;
  /** The message of the last one that was not passed on to what the task awaits. */
  cancelMessage: string | undefined;
  /** A cancellation is being passed on to what the task awaits, right now. */
  passingOn: boolean;
  /** The event that made it ready, in a trace. */
  readyEvent: number;

  constructor() {
    this.context = null;
    this.requests = 0;
    this.cancelDue = false;
    this.cancelMessage = undefined;
    this.passingOn = false;
    this.readyEvent = 0;
  }
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
  /** What it is parked on; it stays until the next step, as asyncio's `_fut_waiter` does. @internal */
  waitingOn: WaitTarget | null;
  private extras: Extras | null;
  // Its coroutine is in `value`, up to the moment when the result takes that place.

  /** Use `createTask`, which looks at what it is given. @internal */
  constructor(loop: EventLoop, coroutine: Coroutine<T>, options: TaskOptions | undefined) {
    super(loop);
    const { tracer } = loop;
    this.id = ++tracer.tasks;
    this.label = options?.name === undefined ? ++loop.namedTasks : String(options.name);
    this.value = coroutine;
    this.waitingOn = null;
    this.extras = null;
    const context = options?.context ?? captureContext();
    if (context !== null) this.needExtras().context = context;
    if (tracer.active) this.traceCreated(tracer);
    if ((options?.eagerStart ?? loop.eager) && loop.isRunning()) this.startEagerly();
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

  /** @internal */
  called(): string {
    return this.getName();
  }

  setName(name: string): void {
    this.label = String(name);
    const { tracer } = this.loop;
    if (tracer.active) tracer.emit(CODE['task:rename'], tracer.cause, this.id, 0, 0, this.label);
  }

  /** The coroutine it drives; null once it is done. Mirrors `get_coro`. */
  getCoroutine(): Coroutine<T> | null {
    return this.state <= PENDING ? (this.value as Coroutine<T>) : null;
  }

  /** The context it runs in, if it has one of its own. Mirrors `get_context`. */
  getContext(): Context | null {
    return this.extras === null ? null : this.extras.context;
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
    if (this.state > PENDING) return false;
    const extras = this.needExtras();
    if (extras.passingOn) return this.breakRing(extras, message);
    extras.requests++;
    const { tracer } = this.loop;
    const outer = tracer.cause;
    if (tracer.active) {
      if (running.site !== null) running.site(false);
      tracer.cause = tracer.emit(CODE['task:cancel'], outer, this.id, extras.requests, 0, message ?? '');
    }
    // What is done already refuses; then the step is in the queue, and will throw the cancellation in, even where a
    // result was to be delivered: that result is lost.
    extras.passingOn = true;
    const forwarded = this.waitingOn?.cancel(message) === true;
    extras.passingOn = false;
    tracer.cause = outer;
    if (!forwarded) {
      extras.cancelDue = true;
      extras.cancelMessage = message;
    }
    return true;
  }

  /**
   * The cancellation has come back to where it began: the task waits for itself, through others. It is thrown in here.
   * (asyncio recurses until the stack is full.)
   */
  private breakRing(extras: Extras, message: string | undefined): true {
    const { waitingOn } = this;
    if (extras.cancelDue) return true;
    extras.cancelDue = true;
    extras.cancelMessage = message;
    if (waitingOn instanceof Future) waitingOn.removeWaiter(this);
    this.enqueue();
    return true;
  }

  /** How many cancellations were asked for and not taken back by `uncancel`. Mirrors `Task.cancelling`. */
  cancelling(): number {
    return this.extras === null ? 0 : this.extras.requests;
  }

  /** The event that made it ready; 0 without a trace. @internal */
  get readyEvent(): number {
    return this.extras === null ? 0 : this.extras.readyEvent;
  }

  /** With what message it was last asked to stop, if it had to be told itself. @internal */
  cancelMessage(): string | undefined {
    return this.extras?.cancelMessage;
  }

  /**
   * Takes one request to cancel back, by whoever handled it; returns how many are left. At zero, a cancellation that is
   * still to be delivered is dropped. Mirrors `Task.uncancel`.
   */
  uncancel(): number {
    const { extras } = this;
    if (extras === null || extras.requests === 0) return 0;
    extras.requests--;
    if (extras.requests === 0) extras.cancelDue = false;
    const { tracer } = this.loop;
    if (tracer.active) tracer.emit(CODE['task:uncancel'], tracer.cause, this.id, extras.requests);
    return extras.requests;
  }

  // ---- ready → running ------------------------------------------------------------------------------

  /** Joins the end of the ready queue. @internal */
  enqueue(): void {
    const { loop } = this;
    if (loop.careful) loop.checkCaller();
    const { tracer } = loop;
    if (tracer.active) this.traceReady(tracer, CODE['task:ready']);
    loop.ready.push(this);
  }

  /** What it awaited is done. @internal */
  futureDone(): void {
    this.enqueue();
  }

  /** Takes one step. Only the loop calls this. @internal */
  run(): void {
    const { extras } = this;
    if (running.tracer !== null) this.traceStep(running.tracer);
    running.turn.task = this as Task<unknown>;
    if (extras !== null) running.context = extras.context;
    this.step();
    // What leaves the loop in mid-step is cleaned up by the loop's driver: a `finally` here would cost every step.
    running.turn.task = null;
    if (running.context !== null) {
      this.needExtras().context = running.context;
      running.context = null; // between steps there is none
    }
  }

  private needExtras(): Extras {
    this.extras ??= new Extras();
    return this.extras;
  }

  /** The first step, inside `createTask`: the creating task stands still meanwhile. */
  private startEagerly(): void {
    const { loop } = this;
    const { tracer } = loop;
    const { context, immediateLeft } = running;
    const { task } = running.turn;
    if (task !== null) loop.tasks.add(task); // it is not current any more, and must not be lost
    const outerCause = tracer.cause;
    if (tracer.active) tracer.cause = tracer.emit(CODE['task:step'], outerCause, this.id, 1);
    running.turn.outer++;
    running.turn.task = this as Task<unknown>;
    running.context = this.getContext();
    try {
      this.step();
    } finally {
      if (running.context !== null) this.needExtras().context = running.context;
      running.context = context;
      running.turn.task = task;
      running.turn.outer--;
      running.immediateLeft = immediateLeft;
      tracer.cause = outerCause;
    }
  }

  /** Gives way, in its step: true if there is nobody to give way to, so that its next step has begun already. @internal */
  givesWayToNobody(): boolean {
    const { loop } = this;
    if (loop.ready.length > 0 || this.extras?.cancelDue || !loop.passToNobody()) return false;
    running.immediateLeft = running.immediateLimit;
    return true;
  }

  // ---- running → waiting, ready or done -------------------------------------------------------------

  /** Runs the coroutine up to where it waits, or to its end. Every step of every task goes through here. */
  private step(): void {
    const coroutine = this.value as Coroutine<T>;
    const { extras } = this;
    let result: IteratorResult<Suspension, T>;
    running.immediateLeft = running.immediateLimit;
    try {
      if (extras?.cancelDue) {
        result = coroutine.throw(this.takeDue(extras));
      } else {
        this.waitingOn = null;
        // The future it awaited gives its result, or throws its error, from inside: `yield*` asks it again.
        result = coroutine.next();
      }
    } catch (error) {
      this.fail(error);
      return;
    }
    if ((result as unknown) === PARKED) this.waitBegins(this.waitingOn!);
    else if ((result as unknown) === GIVE_WAY) this.joinReady();
    else if ((result as unknown) === PENDING_FUTURE) this.awaitFuture(this.waitingOn as Future<unknown>);
    else if (result.done) this.finish(result.value);
    else this.stepEndedOddly(result);
  }

  /** Kept apart so that the compiler takes `step` into the loop as a whole. */
  private stepEndedOddly(result: IteratorYieldResult<Suspension>): void {
    if ((result as unknown) === RUNAWAY) this.runAway();
    else if (result.value === undefined && result.done === false) this.joinReady();
    else this.throwNextTime(badYield(this.getName(), isAsync(result) ? result : result.value));
  }

  /** The error to throw in: that of what it awaited, if that ended with a cancellation, else a new one. */
  private takeDue(extras: Extras): CancelledError {
    const awaited = this.waitingOn;
    this.waitingOn = null;
    extras.cancelDue = false;
    return awaited?.takeCancellation() ?? new CancelledError(extras.cancelMessage);
  }

  private awaitFuture(future: Future<unknown>): void {
    if (future.loop !== this.loop || (future as unknown) === this) {
      this.waitingOn = null;
      this.throwNextTime(this.cannotAwait(future));
      return;
    }
    future.addWaiter(this);
    // As in `waitBegins`, but a future is no sleep: not to ask, nor to call, is felt where tasks are awaited (W6).
    if ((this.state & LISTED) === 0) this.loop.tasks.add(this as Task<unknown>);
    if (running.tracer !== null || this.extras !== null) this.waitBeginsOddly(future);
  }

  private waitBegins(target: WaitTarget): void {
    // The loop finds one that sleeps by its timer: not to list those spares each of them 15 bytes (MEM: 367 → 352 B).
    if ((this.state & LISTED) === 0 && !(target instanceof Sleep)) this.loop.tasks.add(this as Task<unknown>);
    if (running.tracer !== null || this.extras !== null) this.waitBeginsOddly(target);
  }

  private waitBeginsOddly(target: WaitTarget): void {
    this.loop.tasks.add(this as Task<unknown>); // a trace that is full stops the loop anywhere
    if (running.tracer !== null) this.traceWait(running.tracer, target.describeWait());
    // It was asked to stop while it ran (by itself, say): the wait ends before it began.
    const { extras } = this;
    if (extras?.cancelDue && target.cancel(extras.cancelMessage)) extras.cancelDue = false;
  }

  /** It awaits on and on without ever waiting: the program is stopped, with the task where it is. */
  private runAway(): never {
    this.joinReady();
    throw this.loop.tooManyAwaits(this.getName());
  }

  private cannotAwait(future: Future<unknown>): RuntimeError {
    return future.loop !== this.loop
      ? new RuntimeError(
          `${this.describe()} got a future attached to a different loop: each future belongs to one loop`,
        )
      : new RuntimeError(`Task cannot await on itself: ${this.describe()} would wait for ever`);
  }

  private joinReady(): void {
    const { tracer } = running;
    if (tracer !== null) this.traceReady(tracer, CODE['task:yield']);
    this.loop.ready.push(this);
  }

  private finish(value: T): void {
    const { state } = this;
    if (this.waitingOn !== null || this.extras !== null) this.finishOddly(value);
    else this.settle(RESULT, value);
    if ((state & LISTED) !== 0) this.loop.tasks.oneIsDone();
  }

  private finishOddly(value: T): void {
    if (this.waitingOn !== null) {
      this.settle(EXCEPTION, notAwaited(this as Task<unknown>));
      return;
    }
    const { extras } = this;
    if (extras?.cancelDue) {
      // It was asked to stop and returned without ever waiting again: it ends cancelled, its value is dropped.
      extras.cancelDue = false;
      this.settle(CANCELLED, extras.cancelMessage);
    } else {
      this.settle(RESULT, value);
    }
  }

  private fail(error: unknown): void {
    const { state } = this;
    if (error instanceof CancelledError) this.settle(CANCELLED, error);
    else this.settle(EXCEPTION, error instanceof TypeError ? withHint(error) : error);
    if ((state & LISTED) !== 0) this.loop.tasks.oneIsDone();
    if (error instanceof LoopExit) throw error;
  }

  /** It yielded what it should not: the next step throws this into it, as asyncio does. */
  private throwNextTime(error: RuntimeError): void {
    const coroutine = this.value as Coroutine<T>;
    const restore = (): Coroutine<T> => {
      this.value = coroutine;
      return coroutine;
    };
    const thrower: Coroutine<T> = {
      next: () => restore().throw(error),
      throw: (other) => restore().throw(other),
      return: (value) => restore().return(value),
      [Symbol.iterator]: restore,
    };
    this.value = thrower;
    this.joinReady();
  }

  // ---- what it says of itself: apart, so that the ways above stay short enough to be compiled as one ---

  override getLabel(): string {
    return this.getName();
  }

  /** @internal */
  protected override typeName(): string {
    return 'Task';
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

  /** What it waits for; null if it doesn't. @internal */
  waitsFor(): WaitDescription | null {
    return this.waitingOn === null ? null : this.waitingOn.describeWait();
  }

  protected override traceSettled(): number {
    const { tracer } = this.loop;
    return tracer.emit(CODE['task:done'], tracer.cause, this.id, 0, 0, [
      OUTCOMES[this.state]!,
      this.detail(),
    ]);
  }

  private traceCreated(tracer: Tracer): void {
    const maker = running.turn.task;
    tracer.emit(CODE['task:create'], tracer.cause, this.id, maker?.id ?? 0, 0, this.getName());
    const name = typeof this.label === 'number' ? '' : this.label;
    this.loop.world.chance?.made(this, 'task', name, maker);
  }

  private traceReady(tracer: Tracer, code: number): void {
    this.needExtras().readyEvent = tracer.emit(code, tracer.cause, this.id);
  }

  private traceStep(tracer: Tracer): void {
    tracer.cause = tracer.emit(CODE['task:step'], this.readyEvent, this.id);
    if (this.extras !== null) this.extras.readyEvent = 0; // the next time somebody may have stopped listening meanwhile
  }

  private traceWait(tracer: Tracer, { on, target, reason, name }: WaitDescription): void {
    let id = 0;
    if (target !== null) id = 'resourceType' in target ? tracer.resource(target) : target.id;
    tracer.emit(CODE['task:wait'], tracer.cause, this.id, id, 0, [on, reason, name]);
  }
}

/** The error for what is no coroutine, with what was probably meant. @internal */
export function notACoroutine(value: unknown): TypeError {
  const got = describeValue(value);
  let hint = '';
  if (typeof value === 'function') hint = ': call it, and hand over what it returns';
  else if (value instanceof Future) hint = ': a future is awaited by yield*, it needs no task';
  else if (isAsync(value)) hint = `: ${PROMISE_HINT}`;
  return new TypeError(`a coroutine was expected, got ${got}${hint}`);
}

/** `yield* promise` fails inside the coroutine, before the loop sees anything: the engine says only what it is not. */
function withHint(error: TypeError): TypeError {
  if (
    !error.message.includes(PROMISE_HINT) &&
    /not iterable|Symbol\(Symbol\.iterator\)/.test(error.message)
  ) {
    error.message += ` (if this is a yield*: it waits for coroutines, futures and tasks. Does a call lack its parentheses, a body its function*? And ${PROMISE_HINT})`;
  }
  return error;
}

function badYield(name: string, value: unknown): RuntimeError {
  const who = `Task ${name}`;
  if (value instanceof Future || isCoroutine(value)) {
    return new RuntimeError(
      `yield was used instead of yield* in ${who} with ${describeValue(value)}: add the star`,
    );
  }
  if (isAsync(value)) return new RuntimeError(`${who} yielded a Promise: ${PROMISE_HINT}`);
  if (typeof value === 'function') {
    return new RuntimeError(
      `${who} yielded ${describeValue(value)}: call it, and await what it returns by yield*`,
    );
  }
  return new RuntimeError(
    `Task got bad yield: ${who} yielded ${describeValue(value)}; only what yield* waits for can be awaited`,
  );
}
