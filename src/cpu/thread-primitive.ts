import { type Awaitable, WAIT } from '../core/coroutine.ts';
import { describeValue, isAsync, PROMISE_HINT, RuntimeError } from '../core/errors.ts';
import { Fifo } from '../core/fifo.ts';
import { andWaiters, className, tag } from '../core/format.ts';
import { running } from '../core/running.ts';
import type { WaitDescription } from '../core/suspension.ts';
import type { TracedResource } from '../core/tracer.ts';
import { CODE } from '../trace/events.ts';
import { currentThread } from './current-thread.ts';
import { Operation } from './operation.ts';
import type { Thread } from './thread.ts';

/**
 * What the locks of threads have in common: a name, threads that wait, threads that hold it, and a voice in the trace.
 *
 * Unlike asyncio's there is no fairness: whoever is woken has to get the CPU first, and another thread may be quicker. It
 * then waits again, at the end.
 */
export abstract class ThreadPrimitive implements TracedResource {
  readonly name: string;
  abstract readonly resourceType: string;
  abstract readonly capacity: number;
  /** The threads that hold it, in the order in which they took it. @internal */
  readonly holders: Thread<unknown>[];
  /** The threads that wait, in the order in which they came. @internal */
  readonly waiters: Fifo<Thread<unknown>>;

  constructor(name = '') {
    this.name = name;
    this.holders = [];
    this.waiters = new Fifo();
  }

  /** @internal */
  abstract value(): number;

  toString(): string {
    const waiting = andWaiters(this.waiters.length);
    return tag(className(this.resourceType), this.name, `[${this.standing()}${waiting}]`);
  }

  /** How it stands, in a few words. @internal */
  protected standing(): string {
    return `value:${this.value()}`;
  }

  /** @internal */
  describe(action: string): WaitDescription {
    const { resourceType, name, holders } = this;
    return { on: 'resource', target: this, reason: `${resourceType}.${action}`, name, holders };
  }

  /** The first that waits is to try again. @internal */
  wakeFirst(): void {
    if (this.waiters.length === 0) return;
    const { machine } = this.waiters.at(0)!;
    const picked = machine.choose(this.waiters);
    if (picked > 0) this.waiters.moveToHead(picked);
    machine.wake(this.waiters.shift(), machine.world.tracer.cause);
  }

  /**
   * Writes to the trace that something was done, and how it stands now. What never blocks may be done by a loop's code, or
   * by plain code, too; where no program runs there is no trace.
   * @internal
   */
  traced(action: string): void {
    const tracer = (running.loop?.world ?? running.script?.world)?.tracer;
    if (!tracer?.active) return;
    const cause = currentThread()?.event ?? tracer.cause;
    tracer.emit(CODE['resource:use'], cause, tracer.resource(this), this.value(), 0, action);
  }

  /** @internal */
  addHolder(thread: Thread<unknown>): void {
    this.holders.push(thread);
    this.#traceHold(thread, 1);
  }

  /** @internal */
  removeHolder(thread: Thread<unknown>): void {
    this.holders.splice(this.holders.lastIndexOf(thread), 1);
    this.#traceHold(thread, 0);
  }

  #traceHold(thread: Thread<unknown>, held: number): void {
    const { tracer } = thread.machine.world;
    if (tracer.active) tracer.emit(CODE['thread:hold'], thread.event, tracer.resource(this), thread.id, held);
  }
}

/** The thread whose code runs; throws where it is called in a coroutine or outside. @internal */
export function threadHere(what: string): Thread<unknown> {
  const thread = currentThread();
  if (thread === null)
    throw new RuntimeError(
      `${what} belongs to threads, and none runs here: only a thread can hold the lock. ` +
        'From a coroutine signal by a ThreadEvent, a ThreadQueue or a ThreadSemaphore',
    );
  return thread;
}

/** What a body gives that is run while something is held; throws a TypeError that says what it should be. @internal */
export function whileHeld<T>(body: () => Awaitable<T>, what: string): Awaitable<T> {
  const given: unknown = typeof body === 'function' ? body() : body;
  if (isAsync(given)) throw new TypeError(`${what} can not take an async function: ${PROMISE_HINT}`);
  if (typeof body === 'function' && typeof given === 'object' && given !== null && Symbol.iterator in given)
    return given as Awaitable<T>;
  throw new TypeError(
    `${what} takes a function*, or another that returns what yield* can wait for, and ` +
      `${typeof body === 'function' ? 'this returned' : 'got'} ${describeValue(given)}`,
  );
}

/** An operation that waits in a primitive until it can be done. */
export class TryAgain<T> extends Operation<T> {
  private readonly primitive: ThreadPrimitive;
  private readonly action: string;
  private readonly trial: (thread: Thread<unknown>) => T | typeof WAIT;

  /** `trial` does it and returns the result, or WAIT if it has to wait. */
  constructor(
    primitive: ThreadPrimitive,
    action: string,
    trial: (thread: Thread<unknown>) => T | typeof WAIT,
  ) {
    super();
    this.primitive = primitive;
    this.action = action;
    this.trial = trial;
  }

  protected attempt(thread: Thread<unknown>): T | typeof WAIT {
    const outcome = this.trial(thread);
    if (outcome !== WAIT) return outcome;
    this.primitive.waiters.push(thread);
    thread.suspend(this.primitive.describe(this.action));
    return WAIT;
  }

  override toString(): string {
    return `${this.primitive.resourceType}.${this.action}()`;
  }
}
