import { type Awaitable, type Coroutine, WAIT } from '../core/coroutine.ts';
import { describeValue, ValueError } from '../core/errors.ts';
import { currentThread } from './current-thread.ts';
import { ThreadPrimitive, TryAgain, whileHeld } from './thread-primitive.ts';

/**
 * A number of permits, for as many threads. Mirrors `threading.Semaphore`. Throws a ValueError for a negative number.
 *
 * @example
 * const permits = new ThreadSemaphore(2, 'downloads');
 * yield* permits.run(function* () { yield* blocked(30); });
 */
export class ThreadSemaphore extends ThreadPrimitive {
  readonly resourceType = 'thread semaphore';
  readonly capacity: number;
  private permits: number;

  constructor(permits = 1, name?: string) {
    super(name);
    if (!(Number.isInteger(permits) && permits >= 0))
      throw new ValueError(`semaphore initial value must be >= 0, got ${describeValue(permits)}`);
    this.capacity = permits;
    this.permits = permits;
  }

  /** Waits for a permit, and takes it; gives true. */
  acquire(): Awaitable<true> {
    return new TryAgain<true>(this, 'acquire', (thread) => {
      if (this.permits === 0) return WAIT;
      this.permits--;
      this.addHolder(thread);
      this.traced('acquire');
      return true;
    });
  }

  /** Gives a permit back, and wakes the first that waits. Anybody may: another thread, or a coroutine. */
  release(): void {
    this.permits++;
    const thread = currentThread();
    const holder = thread !== null && this.holders.includes(thread) ? thread : this.holders[0];
    if (holder !== undefined) this.removeHolder(holder);
    this.traced('release');
    this.wakeFirst();
  }

  /** Runs a body while holding a permit. Mirrors `with semaphore`. */
  *run<T>(body: () => Awaitable<T>): Coroutine<T> {
    yield* this.acquire();
    try {
      return yield* whileHeld(body, 'semaphore.run()');
    } finally {
      this.release();
    }
  }

  /** @internal */
  value(): number {
    return this.permits;
  }
}
