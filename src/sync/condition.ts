import { type Awaitable, type Coroutine, named, WAIT } from '../core/coroutine.ts';
import { type CancelledError, describeValue, isCancelled, RuntimeError, ValueError } from '../core/errors.ts';
import { andWaiters } from '../core/format.ts';
import type { WaitDescription } from '../core/suspension.ts';
import { type Acquirable, Lock, runHolding } from './lock.ts';
import { Primitive } from './primitive.ts';
import { Waiter, WaitQueue } from './wait-queue.ts';

/** How a condition is made. */
export interface ConditionOptions {
  /** The lock it goes with; one of its own by default. */
  readonly lock?: Lock;
  readonly name?: string;
}

/**
 * Waits for something to become true that a lock protects. Mirrors `asyncio.Condition` (locks.py).
 *
 * `wait` releases the lock, waits to be notified, and takes the lock again before it goes on, even when cancelled. It may
 * wake for nothing (a notification that its receiver couldn't use is passed on), so look again: `waitFor` does.
 *
 * @example
 * yield* condition.run(function* () { yield* condition.waitFor(() => items.length > 0); take(); });
 * yield* condition.run(function* () { items.push(1); condition.notify(); });
 */
export class Condition extends Primitive implements Acquirable {
  readonly resourceType = 'condition';
  readonly capacity = 0;
  readonly #lock: Lock;
  readonly #waiters: WaitQueue;

  constructor(options: ConditionOptions = {}) {
    super(options.name);
    this.#lock = options.lock ?? new Lock(options.name);
    this.#waiters = new WaitQueue();
  }

  /** Whether its lock is held. */
  locked(): boolean {
    return this.#lock.locked();
  }

  /** Acquires its lock. */
  acquire(): Coroutine<true> {
    return this.#lock.acquire();
  }

  /** Releases its lock. */
  release(): void {
    this.#lock.release();
  }

  /** Runs a body while holding its lock. Mirrors `async with condition`. */
  run<T>(body: () => Awaitable<T>): Coroutine<T> {
    return runHolding(this, body);
  }

  /** Releases the lock, waits to be notified, takes the lock again; gives true. Throws a RuntimeError without the lock. */
  wait(): Coroutine<true> {
    return named('condition.wait()', this.waitAs(this, 'wait'));
  }

  /** Waits until the predicate holds, and gives what it returned. */
  waitFor<T>(predicate: () => T): Coroutine<T> {
    return named('condition.waitFor()', this.#waitUntil(predicate));
  }

  *#waitUntil<T>(predicate: () => T): Coroutine<T> {
    let result = predicate();
    while (!result) {
      yield* this.wait();
      result = predicate();
    }
    return result;
  }

  /** Wakes `n` of those who wait; they go on when they have the lock. Throws a RuntimeError without the lock. */
  notify(n = 1): void {
    if (!this.locked())
      throw new RuntimeError('cannot notify on un-acquired lock: acquire the condition first');
    if (Number.isNaN(n)) throw new ValueError(`notify() needs a number of waiters, got ${describeValue(n)}`);
    this.traced('notify');
    this.#wake(n);
  }

  /** Wakes all who wait. Throws a RuntimeError without the lock. */
  notifyAll(): void {
    this.notify(Number.POSITIVE_INFINITY);
  }

  /** `wait`, told in the name of the primitive that is built on this one. @internal */
  *waitAs(owner: Primitive, action: string): Coroutine<true> {
    if (!this.locked())
      throw new RuntimeError('cannot wait on un-acquired lock: acquire the condition first');
    const notified = new WaitForNotify(this.#waiters, owner, action);
    this.release();
    try {
      try {
        yield* notified;
      } finally {
        yield* this.#reacquire();
      }
    } catch (error) {
      // A notification may have been meant for us, who can't use it.
      this.#wake(1);
      throw error;
    }
    return true;
  }

  /** A condition has no value of its own: what there is to know is in its lock, and in who waits. @internal */
  value(): number {
    return 0;
  }

  /** @internal */
  protected standing(): string {
    return (this.locked() ? 'locked' : 'unlocked') + andWaiters([...this.#waiters].length);
  }

  /** Takes the lock however often it is cancelled meanwhile; then throws the last of these cancellations. */
  *#reacquire(): Coroutine<void> {
    let cancelled: CancelledError | null = null;
    for (;;) {
      try {
        yield* this.acquire();
        break;
      } catch (error) {
        if (!isCancelled(error)) throw error;
        cancelled = error;
      }
    }
    if (cancelled !== null) throw cancelled;
  }

  #wake(n: number): void {
    let left = n;
    for (const waiter of this.#waiters) {
      if (left <= 0) break;
      if (waiter.wake()) left--;
    }
  }
}

class WaitForNotify extends Waiter<true> {
  readonly #waiters: WaitQueue;
  readonly #owner: Primitive;
  readonly #action: string;

  constructor(waiters: WaitQueue, owner: Primitive, action: string) {
    super();
    this.#waiters = waiters;
    this.#owner = owner;
    this.#action = action;
  }

  protected attempt(first: boolean): true | typeof WAIT {
    if (first) {
      this.#waiters.join(this);
      return WAIT;
    }
    this.#waiters.leave(this);
    return true;
  }

  protected abandon(): void {
    this.#waiters.leave(this);
  }

  describeWait(): WaitDescription {
    return this.#owner.describe(this.#action);
  }

  override toString(): string {
    return 'condition.wait()';
  }
}
