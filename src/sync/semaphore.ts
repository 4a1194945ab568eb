/// <reference lib="esnext.disposable" preserve="true" />

import { type Awaitable, type Coroutine, WAIT } from '../core/coroutine.ts';
import { describeValue, isCancelled, ValueError } from '../core/errors.ts';
import { andWaiters } from '../core/format.ts';
import type { WaitDescription } from '../core/suspension.ts';
import { type Acquirable, acquireHold, runHolding } from './lock.ts';
import { Primitive } from './primitive.ts';
import { Waiter, WaitQueue } from './wait-queue.ts';

/**
 * A number of permits: so many at a time. Mirrors `asyncio.Semaphore` (locks.py).
 *
 * Waiters are served in the order in which they came. A released permit is handed over at once to the first of them, so
 * that nobody can take it in between; one that is cancelled with a permit in hand passes it on.
 * Throws a ValueError for a negative or fractional number of permits.
 *
 * @example
 * const connections = new Semaphore(5, 'connections');
 * yield* connections.run(() => fetch(url));
 */
export class Semaphore extends Primitive implements Acquirable {
  readonly resourceType: string = 'semaphore';
  readonly capacity: number;
  private free: number;
  /** @internal */ readonly waiters: WaitQueue;

  constructor(value = 1, name?: string) {
    super(name);
    if (!Number.isInteger(value) || value < 0) {
      throw new ValueError(`Semaphore initial value must be >= 0 and whole, got ${describeValue(value)}`);
    }
    this.capacity = value;
    this.free = value;
    this.waiters = new WaitQueue();
  }

  /** Whether `acquire` would have to wait. */
  locked(): boolean {
    this.looked();
    return this.free === 0 || this.waiters.hasLive();
  }

  /** Waits for a permit, and takes it; gives true. If one is free and nobody queues, it takes no time and no turn. */
  acquire(): Coroutine<true> {
    return new AcquireSemaphore(this);
  }

  /** Gives a permit back, and hands it to the first waiter. It need not be one that was acquired. */
  release(): void {
    this.free++;
    this.traced('release', this.removeHolder());
    this.handOn();
  }

  /** Runs a body while holding a permit. Mirrors `async with semaphore`. */
  run<T>(body: () => Awaitable<T>): Coroutine<T> {
    return runHolding(this, body);
  }

  /** Acquires a permit for a `using` block, at the end of which it is released. */
  hold(): Coroutine<Disposable> {
    return acquireHold(this);
  }

  /** The free permits. @internal */
  value(): number {
    return this.free;
  }

  /** @internal */
  protected standing(): string {
    const isLocked = this.free === 0 || this.waiters.hasLive();
    return (isLocked ? 'locked' : `unlocked, value:${this.free}`) + andWaiters([...this.waiters].length);
  }

  /** @internal */
  take(): void {
    this.free--;
    this.taken();
  }

  /** The running task has a permit now. @internal */
  taken(): void {
    this.traced('acquire', this.addHolder(), 1);
  }

  /** A permit that was handed over, and can't be used. @internal */
  giveBack(): void {
    this.free++;
    this.traced('release');
  }

  /** Hands free permits to those who wait. @internal */
  handOnAll(): void {
    while (this.free > 0 && this.handOn());
  }

  private handOn(): boolean {
    if (!this.waiters.wakeFirstWaiting()) return false;
    this.free--;
    this.traced('hand over');
    return true;
  }
}

class AcquireSemaphore extends Waiter<true> {
  private readonly semaphore: Semaphore;

  constructor(semaphore: Semaphore) {
    super();
    this.semaphore = semaphore;
  }

  protected attempt(first: boolean): true | typeof WAIT {
    const semaphore = this.semaphore;
    if (!first) {
      // Woken: the permit is ours since then.
      this.semaphore.waiters.leave(this);
      semaphore.taken();
      semaphore.handOnAll();
    } else if (semaphore.locked()) {
      this.semaphore.waiters.join(this);
      return WAIT;
    } else {
      semaphore.take();
    }
    return true;
  }

  protected abandon(error: unknown): void {
    this.semaphore.waiters.leave(this);
    if (isCancelled(error) && this.woken()) this.semaphore.giveBack();
    this.semaphore.handOnAll();
  }

  describeWait(): WaitDescription {
    return this.semaphore.describe('acquire');
  }

  override toString(): string {
    return 'semaphore.acquire()';
  }
}

/**
 * A semaphore that refuses more releases than acquires. Mirrors `asyncio.BoundedSemaphore` (locks.py).
 *
 * @example
 * new BoundedSemaphore(1).release() // throws a ValueError
 */
export class BoundedSemaphore extends Semaphore {
  override release(): void {
    if (this.value() >= this.capacity) {
      this.looked();
      throw new ValueError(
        `BoundedSemaphore released too many times: all ${this.capacity} permits are free already`,
      );
    }
    super.release();
  }
}
