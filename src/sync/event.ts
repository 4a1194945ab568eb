import { type Coroutine, WAIT } from '../core/coroutine.ts';
import { andWaiters } from '../core/format.ts';
import type { WaitDescription } from '../core/suspension.ts';
import { Primitive } from './primitive.ts';
import { Waiter, WaitQueue } from './wait-queue.ts';

/**
 * A flag to wait for. Mirrors `asyncio.Event` (locks.py).
 *
 * `set` wakes everybody who waits, even if `clear` follows at once: they then find it cleared.
 *
 * @example
 * const open = new Event('open'); createTask(customer(open)); open.set(); // yield* open.wait() goes on
 */
export class Event extends Primitive {
  readonly resourceType: string = 'event';
  readonly capacity = 0;
  private flag: boolean;
  /** @internal */ readonly waiters: WaitQueue;

  constructor(name?: string) {
    super(name);
    this.flag = false;
    this.waiters = new WaitQueue();
  }

  /** Whether the flag is set. */
  isSet(): boolean {
    this.looked();
    return this.flag;
  }

  /** Sets the flag, and wakes all who wait. */
  set(): void {
    if (this.isSet()) return;
    this.flag = true;
    this.traced('set');
    for (const waiter of this.waiters) waiter.wake();
  }

  /** Clears the flag. */
  clear(): void {
    if (!this.isSet()) return;
    this.flag = false;
    this.traced('clear');
  }

  /** Waits until the flag is set; gives true. If it is set already, it takes no time and no turn. */
  wait(): Coroutine<true> {
    return new WaitForEvent(this);
  }

  /** @internal */
  value(): number {
    return this.flag ? 1 : 0;
  }

  /** @internal */
  protected standing(): string {
    return (this.flag ? 'set' : 'unset') + andWaiters([...this.waiters].length);
  }
}

class WaitForEvent extends Waiter<true> {
  private readonly event: Event;

  constructor(event: Event) {
    super();
    this.event = event;
  }

  protected attempt(first: boolean): true | typeof WAIT {
    if (first && !this.event.isSet()) {
      this.event.waiters.join(this);
      return WAIT;
    }
    this.event.waiters.leave(this);
    return true;
  }

  protected abandon(): void {
    this.event.waiters.leave(this);
  }

  describeWait(): WaitDescription {
    return this.event.describe('wait');
  }

  override toString(): string {
    return 'event.wait()';
  }
}
