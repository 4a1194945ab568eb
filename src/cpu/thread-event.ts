import { type Awaitable, WAIT } from '../core/coroutine.ts';
import { ThreadPrimitive, TryAgain } from './thread-primitive.ts';

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

  /** Sets the flag, and wakes all that wait. It doesn't block: a coroutine may call it, too. */
  set(): void {
    this.flag = true;
    this.traced('set');
    while (this.waiters.length > 0) this.wakeFirst();
  }

  clear(): void {
    this.flag = false;
    this.traced('clear');
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

  /** @internal */
  protected override standing(): string {
    return this.flag ? 'set' : 'unset';
  }
}
