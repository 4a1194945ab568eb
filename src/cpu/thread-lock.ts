import { type Awaitable, type Coroutine, WAIT } from '../core/coroutine.ts';
import { RuntimeError } from '../core/errors.ts';
import { ThreadPrimitive, TryAgain, threadHere, whileHeld } from './thread-primitive.ts';

/**
 * One thread at a time. Mirrors `threading.Lock`, but for one thing: only the thread that holds it may release it, as with
 * `threading.RLock`, since anything else is nearly always a mistake.
 *
 * Not fair: a thread that releases it and takes it again at once gets it, before the one that was woken has the CPU.
 *
 * @example
 * const lock = new ThreadLock('counter');
 * yield* lock.run(function* () { const seen = counter; yield* busy(1); counter = seen + 1; });
 */
export class ThreadLock extends ThreadPrimitive {
  readonly resourceType = 'thread lock';
  readonly capacity = 1;

  /** Whether a thread has it. */
  locked(): boolean {
    return this.holders.length > 0;
  }

  /** Waits until it is free, and takes it; gives true. */
  acquire(): Awaitable<true> {
    return new TryAgain<true>(this, 'acquire', (thread) => {
      if (this.locked()) return WAIT;
      this.addHolder(thread);
      this.traced('acquire');
      return true;
    });
  }

  /** Gives it back, and wakes the first that waits. Throws a RuntimeError in a thread that doesn't hold it. */
  release(): void {
    const thread = threadHere('lock.release()');
    if (this.holders[0] !== thread) {
      const holder = this.holders[0]?.name;
      throw new RuntimeError(
        `${thread.name} cannot release the un-acquired lock${this.name && ` ${this.name}`}: ` +
          (holder === undefined ? 'nobody holds it' : `${holder} holds it`),
      );
    }
    this.removeHolder(thread);
    this.traced('release');
    this.wakeFirst();
  }

  /** Runs a body while holding it. Mirrors `with lock`. */
  *run<T>(body: () => Awaitable<T>): Coroutine<T> {
    yield* this.acquire();
    try {
      return yield* whileHeld(body, 'lock.run()');
    } finally {
      this.release();
    }
  }

  /** @internal */
  value(): number {
    return this.holders.length;
  }

  /** @internal */
  protected override standing(): string {
    return this.holders.length > 0 ? 'locked' : 'unlocked';
  }
}
