import { Wait } from '../core/coroutine.ts';
import { RuntimeError } from '../core/errors.ts';
import type { EventLoop } from '../core/loop.ts';
import { running as shared } from '../core/running.ts';

// What is imported is looked up anew at each use; a constant of the module is compiled in. See running.ts.
const running = shared;

/**
 * The one queue that every primitive's waiters stand in: first in, first out; anybody may leave from the middle.
 *
 * asyncio keeps a deque of futures in each primitive, and removes by search. Here each waiter knows its place, and leaves
 * a gap there, so that joining, leaving and waking the first take the same time however many wait. (Linking the waiters
 * to each other would do as well; a ring writes half as many pointers for a wait.)
 */

/** Who stands in a WaitQueue, whatever it waits to be given. */
interface Standing {
  /** Its number in the queue; -1 when it stands in none. */
  place: number;
  wake(): boolean;
  waiting(): boolean;
  cancelled(): boolean;
}

/** A coroutine that waits in a WaitQueue. */
export abstract class Waiter<T> extends Wait<T> implements Standing {
  /** @internal */ place: number;

  constructor() {
    super();
    this.place = -1;
  }
}

/**
 * Waiters in the order in which they came. A queue belongs to the loop in which somebody first waited in it: a
 * primitive can't be shared between loops. Mirrors `mixins._LoopBoundMixin`.
 */
export class WaitQueue implements Iterable<Standing> {
  /** A power of two of places; number n stands at n modulo that. A gap is null. */
  private ring: (Standing | null)[];
  /** The number of the first who stands here; `next` if nobody does. */
  private head: number;
  /** The number that the next one gets. */
  private next: number;
  private loop: EventLoop | null;

  constructor() {
    this.ring = [null, null, null, null];
    this.head = 0;
    this.next = 0;
    this.loop = null;
  }

  /** The first in the queue; null if it is empty. */
  first(): Standing | null {
    return this.head === this.next ? null : this.ring[this.head & (this.ring.length - 1)]!;
  }

  /** Joins the end. Throws a RuntimeError if the queue belongs to another loop. */
  join(waiter: Standing): void {
    if (this.loop !== running.loop) this.bind();
    if (this.next - this.head === this.ring.length) this.grow();
    waiter.place = this.next;
    this.ring[this.next & (this.ring.length - 1)] = waiter;
    this.next++;
  }

  /** Leaves, from wherever it stands; nothing happens if it stands in no queue. */
  leave(waiter: Standing): void {
    if (waiter.place < 0) return;
    const mask = this.ring.length - 1;
    this.ring[waiter.place & mask] = null;
    waiter.place = -1;
    while (this.head !== this.next && this.ring[this.head & mask] === null) this.head++;
    if (this.head === this.next) {
      this.head = 0; // so that the numbers stay small
      this.next = 0;
    }
  }

  /** Whether somebody is here who was not cancelled: woken ones count, they haven't left yet. */
  hasLive(): boolean {
    for (let n = this.head; n !== this.next; n++) if (this.at(n)?.cancelled() === false) return true;
    return false;
  }

  /** Wakes the first that still waits, leaving it in its place; false if there is none. */
  wakeFirstWaiting(): boolean {
    for (let n = this.head; n !== this.next; n++) if (this.at(n)?.wake()) return true;
    return false;
  }

  /** Takes waiters out from the front, up to and with the first that still waits, and wakes that one. */
  takeAndWakeNext(): void {
    for (let waiter = this.first(); waiter !== null; waiter = this.first()) {
      this.leave(waiter);
      if (waiter.wake()) return;
    }
  }

  *[Symbol.iterator](): Iterator<Standing> {
    for (let n = this.head; n !== this.next; n++) {
      const waiter = this.at(n);
      if (waiter !== null) yield waiter;
    }
  }

  private at(n: number): Standing | null {
    return this.ring[n & (this.ring.length - 1)]!;
  }

  /**
   * Makes room: the gaps are closed, and only if there were few the ring gets larger. Otherwise one who waits for ever
   * at the head would let it grow with each who comes and goes behind.
   */
  private grow(): void {
    const waiters = [...this];
    const { length } = this.ring;
    this.ring = new Array<Standing | null>(waiters.length > length / 2 ? length * 2 : length).fill(null);
    for (const [place, waiter] of waiters.entries()) {
      waiter.place = place;
      this.ring[place] = waiter;
    }
    this.head = 0;
    this.next = waiters.length;
  }

  private bind(): void {
    if (this.loop !== null) {
      throw new RuntimeError(
        'this lock, queue or the like is bound to a different event loop: it belongs to the loop in which somebody first waited for it',
      );
    }
    this.loop = running.loop;
  }
}
