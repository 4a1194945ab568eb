import { type Awaitable, WAIT } from '../core/coroutine.ts';
import { ThreadPrimitive, TryAgain, threadHere } from './thread-primitive.ts';

/**
 * A flag that threads wait for. Mirrors `threading.Event`.
 *
 * @example
 * const open = new ThreadEvent('open'); yield* open.wait(); // elsewhere: open.set()
 */
export class ThreadEvent extends ThreadPrimitive {
  readonly resourceType = 'thread event';
  readonly capacity = 0;
  private flag = false;

  isSet(): boolean {
    return this.flag;
  }

  /** Sets the flag, and wakes all that wait. */
  set(): void {
    const thread = threadHere('event.set()');
    this.flag = true;
    this.traced(thread, 'set');
    while (this.waiters.length > 0) this.wakeFirst();
  }

  clear(): void {
    this.flag = false;
    this.traced(threadHere('event.clear()'), 'clear');
  }

  /** Waits until the flag is set; gives true. Once woken it goes on, even if the flag was cleared meanwhile. */
  wait(): Awaitable<true> {
    let woken = false;
    return new TryAgain<true>(this, 'wait', () => {
      if (this.flag || woken) return true;
      woken = true;
      return WAIT;
    });
  }

  /** @internal */
  value(): number {
    return this.flag ? 1 : 0;
  }
}
