/// <reference lib="esnext.disposable" preserve="true" />
import { type Awaitable, type Coroutine, named, WAIT } from '../core/coroutine.ts';
import { isCancelled, RuntimeError } from '../core/errors.ts';
import { andWaiters } from '../core/format.ts';
import { running as shared } from '../core/running.ts';
import type { WaitDescription } from '../core/suspension.ts';
import { Primitive } from './primitive.ts';
import { Waiter, WaitQueue } from './wait-queue.ts';

// What is imported is looked up anew at each use; a constant of the module is compiled in. See running.ts.
const running = shared;

/**
 * Something that is acquired and released: a lock, a semaphore, or a condition by its lock.
 *
 * `run(body)` is Python's `async with`; `hold()` is for `using`. Both release whatever happens.
 */
export interface Acquirable {
  readonly resourceType: string;
  acquire(): Coroutine<true>;
  release(): void;
}

/** Runs a body while holding it, and releases it whatever happens: `async with`. @internal */
export function runHolding<T>(held: Acquirable, body: () => Awaitable<T>): Coroutine<T> {
  return named(`${held.resourceType}.run()`, holding(held, body));
}

/** The same, for what has a name of its own. @internal */
export function* holding<T>(held: Acquirable, body: () => Awaitable<T>): Coroutine<T> {
  yield* held.acquire();
  try {
    return yield* body();
  } finally {
    held.release();
  }
}

/** Acquires it, and gives what releases it at the end of a `using` block. @internal */
export function acquireHold(held: Acquirable): Coroutine<Disposable> {
  return named(`${held.resourceType}.hold()`, acquired(held));
}

function* acquired(held: Acquirable): Coroutine<Disposable> {
  yield* held.acquire();
  return { [Symbol.dispose]: () => held.release() };
}

/**
 * One at a time. Mirrors `asyncio.Lock` (locks.py).
 *
 * Waiters are served in the order in which they came. Between `release` and the step of the task that was woken the lock
 * is free to see (`locked()` is false), yet a newcomer has to queue. There is no owner: any task may release.
 *
 * @example
 * const lock = new Lock('printer');
 * yield* lock.run(function* () { yield* send(page); });
 * { using _ = yield* lock.hold(); yield* send(page); }
 */
export class Lock extends Primitive implements Acquirable {
  readonly resourceType = 'lock';
  readonly capacity = 1;
  /** @internal */ isLocked: boolean;
  /** @internal */ readonly waiters: WaitQueue;
  /** The last acquire that was over, to be used again. @internal */
  used: AcquireLock | null;

  constructor(name?: string) {
    super(name);
    this.isLocked = false;
    this.waiters = new WaitQueue();
    this.used = null;
  }

  /** Whether somebody has it. */
  locked(): boolean {
    this.looked();
    return this.isLocked;
  }

  /** Waits until it is free, and takes it; gives true. If it is free and nobody queues, it takes no time and no turn. */
  acquire(): Coroutine<true> {
    const { used } = this;
    if (used === null || running.watch !== null) return new AcquireLock(this);
    this.used = null;
    used.renew();
    return used;
  }

  /** Gives it back, and wakes the first waiter. Throws a RuntimeError if nobody has it. */
  release(): void {
    if (!this.isLocked) {
      this.looked();
      throw new RuntimeError(
        `Lock is not acquired${this.name && `: ${this.name}`}; each release needs an acquire before it`,
      );
    }
    this.isLocked = false;
    this.traced('release', this.removeHolder());
    this.wakeFirst();
  }

  /** Runs a body while holding it. Mirrors `async with lock`. */
  run<T>(body: () => Awaitable<T>): Coroutine<T> {
    return runHolding(this, body);
  }

  /** Acquires it for a `using` block, at the end of which it is released. */
  hold(): Coroutine<Disposable> {
    return acquireHold(this);
  }

  /** @internal */
  value(): number {
    return this.isLocked ? 1 : 0;
  }

  /** @internal */
  protected standing(): string {
    return (this.isLocked ? 'locked' : 'unlocked') + andWaiters([...this.waiters].length);
  }

  /** @internal */
  take(): void {
    this.isLocked = true;
    this.traced('acquire', this.addHolder(), 1);
  }

  /** The first waiter goes next, unless it was woken already. @internal */
  wakeFirst(): void {
    this.waiters.first()?.wake();
  }
}

class AcquireLock extends Waiter<true> {
  private readonly lock: Lock;

  constructor(lock: Lock) {
    super();
    this.lock = lock;
  }

  protected attempt(first: boolean): true | typeof WAIT {
    const lock = this.lock;
    // Fair: whoever comes queues behind those who wait, even if the lock is free just now.
    if (first && (lock.isLocked || this.lock.waiters.hasLive())) {
      this.lock.waiters.join(this);
      return WAIT;
    }
    this.lock.waiters.leave(this);
    lock.take();
    lock.used = this;
    return true;
  }

  protected abandon(error: unknown): void {
    this.lock.waiters.leave(this);
    // It may have been woken, and can't use it: the next one goes.
    if (isCancelled(error) && !this.lock.isLocked) this.lock.wakeFirst();
  }

  describeWait(): WaitDescription {
    return this.lock.describe('acquire');
  }

  override toString(): string {
    return 'lock.acquire()';
  }
}
