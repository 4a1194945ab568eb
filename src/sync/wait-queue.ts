import { Wait } from '../core/coroutine.ts';
import { RuntimeError } from '../core/errors.ts';
import type { EventLoop } from '../core/loop.ts';
import { running } from '../core/running.ts';

/**
 * The one queue that every primitive's waiters stand in: first in, first out; anybody may leave from the middle.
 *
 * asyncio keeps a deque of futures in each primitive, and removes by search. Here the waiters are linked to each other,
 * so that joining, leaving and waking the first take the same time however many there are.
 */

/** Who stands in a WaitQueue, whatever it waits to be given. */
interface Standing {
  before: Standing | null;
  after: Standing | null;
  wake(): boolean;
  waiting(): boolean;
  cancelled(): boolean;
}

/** A coroutine that waits in a WaitQueue. */
export abstract class Waiter<T> extends Wait<T> implements Standing {
  /** @internal */ before: Standing | null;
  /** @internal */ after: Standing | null;

  constructor() {
    super();
    this.before = null;
    this.after = null;
  }
}

/**
 * Waiters in the order in which they came. A queue belongs to the loop in which somebody first waited in it: a
 * primitive can't be shared between loops. Mirrors `mixins._LoopBoundMixin`.
 */
export class WaitQueue implements Iterable<Standing> {
  first: Standing | null;
  private last: Standing | null;
  private loop: EventLoop | null;

  constructor() {
    this.first = null;
    this.last = null;
    this.loop = null;
  }

  /** Joins the end. Throws a RuntimeError if the queue belongs to another loop. */
  join(entry: Standing): void {
    if (this.loop !== running.loop) this.bind();
    entry.before = this.last;
    entry.after = null;
    if (this.last === null) this.first = entry;
    else this.last.after = entry;
    this.last = entry;
  }

  /** Leaves, from wherever it stands; nothing happens if it stands in no queue. */
  leave(entry: Standing): void {
    if (entry.before === null && this.first !== entry) return;
    if (entry.before === null) this.first = entry.after;
    else entry.before.after = entry.after;
    if (entry.after === null) this.last = entry.before;
    else entry.after.before = entry.before;
    entry.before = null;
    entry.after = null;
  }

  /** Whether somebody is here who was not cancelled: woken ones count, they haven't left yet. */
  hasLive(): boolean {
    for (let waiter = this.first; waiter !== null; waiter = waiter.after)
      if (!waiter.cancelled()) return true;
    return false;
  }

  /** Wakes the first that still waits, leaving it in its place; false if there is none. */
  wakeFirstWaiting(): boolean {
    for (let waiter = this.first; waiter !== null; waiter = waiter.after) if (waiter.wake()) return true;
    return false;
  }

  /** Takes waiters out from the front, up to and with the first that still waits, and wakes that one. */
  takeAndWakeNext(): void {
    while (this.first !== null) {
      const waiter = this.first;
      this.leave(waiter);
      if (waiter.wake()) return;
    }
  }

  *[Symbol.iterator](): Iterator<Standing> {
    for (let waiter = this.first; waiter !== null; waiter = waiter.after) yield waiter;
  }

  private bind(): void {
    if (this.loop !== null) {
      throw new RuntimeError(
        `is bound to a different event loop: a lock, queue or the like can't be shared between loops`,
      );
    }
    this.loop = running.loop;
  }
}
