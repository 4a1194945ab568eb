import { type Awaitable, type Coroutine, WAIT } from '../core/coroutine.ts';
import { RuntimeError } from '../core/errors.ts';
import { ThreadLock } from './thread-lock.ts';
import { ThreadPrimitive, TryAgain, threadHere } from './thread-primitive.ts';

/**
 * Waiting for something to become true, under a lock. Mirrors `threading.Condition`.
 *
 * Whoever is woken has to get the lock again, and by then it may be false again: wait in a loop, or by `waitFor`.
 *
 * @example
 * yield* condition.run(function* () { yield* condition.waitFor(() => items.length > 0); });
 */
export class ThreadCondition extends ThreadPrimitive {
  readonly resourceType = 'thread condition';
  readonly capacity = 0;
  readonly lock: ThreadLock;

  constructor(lock?: ThreadLock, name?: string) {
    super(name);
    this.lock = lock ?? new ThreadLock(name);
  }

  /** Gives the lock up, waits to be notified, and takes the lock again. Throws a RuntimeError without the lock. */
  *wait(): Coroutine<true> {
    this.checkHeld('wait');
    this.lock.release();
    let woken = false;
    yield* new TryAgain<true>(this, 'wait', () => {
      if (woken) return true;
      woken = true;
      return WAIT;
    });
    yield* this.lock.acquire();
    return true;
  }

  /** Waits until `predicate()` is true. */
  *waitFor(predicate: () => boolean): Coroutine<true> {
    while (!predicate()) yield* this.wait();
    return true;
  }

  /** Wakes up to `count` that wait. Throws a RuntimeError without the lock. */
  notify(count = 1): void {
    this.checkHeld('notify');
    for (let left = Math.min(count, this.waiters.length); left > 0; left--) this.wakeFirst();
    this.traced('notify');
  }

  notifyAll(): void {
    this.notify(this.waiters.length);
  }

  /** Runs a body while holding the lock. Mirrors `with condition`. */
  run<T>(body: () => Awaitable<T>): Coroutine<T> {
    return this.lock.run(body);
  }

  /** How many wait. @internal */
  value(): number {
    return this.waiters.length;
  }

  private checkHeld(action: string): void {
    const thread = threadHere(`condition.${action}()`);
    if (this.lock.holders[0] !== thread)
      throw new RuntimeError(
        `cannot ${action} on un-acquired lock: ${thread.name} must hold the condition’s lock`,
      );
  }
}
