/**
 * What runs later: a heap ordered by (when, sequence), so that equal deadlines come out first in, first out.
 *
 * CPython leaves the order of equal deadlines undefined (its heap compares `when` only). On a real clock, which moves
 * between two calls, people see first in, first out; on a virtual clock ties happen all the time, so the order is a
 * promise here.
 *
 * The heap is flat and each node has four children: the times lie in a Float64Array, where the four are neighbours, and
 * the timers themselves are never touched while an entry moves. A timer knows its `slot`, and the slot knows its place
 * in the heap, so that a cancelled timer leaves at once. (asyncio leaves it in the heap until it reaches the top; with
 * timeouts that are armed and cancelled all the time that costs about double, and keeps what the timer holds alive.)
 */

/** The numbers by which equal deadlines are told apart take four bytes each, so they end. */
const LAST_SEQUENCE = 2 ** 31 - 1;

/** Something with a deadline. */
export interface Timer {
  /** Its slot in the queue it is in; -1 when it is in none. The queue writes it. */
  slot: number;
  /** Called by the loop when the deadline has come: it joins the ready queue. */
  onDue(): void;
  /** What to call it where one of several must be chosen: whose timer it is. */
  called(): string;
}

/**
 * The timers of a loop by deadline. Mirrors `BaseEventLoop._scheduled` (base_events.py).
 *
 * @example
 * timers.add(40, timer); timers.peek() // 40
 */
export class TimerQueue {
  /** How many timers are set. */
  length: number;
  // The heap, by place: when, and in which slot. With no timer set, Infinity stands at the top.
  private when: Float64Array;
  private slotAt: Int32Array;
  // By slot: the timer, its place in the heap, and in which order it was set. A slot that was given back holds the next
  // such one in `placeOf`; those from `fresh` on were never used.
  private timers: (Timer | null)[];
  private placeOf: Int32Array;
  private sequenceOf: Int32Array;
  private freeSlot: number;
  private fresh: number;
  private nextSequence: number;

  /**
   * Begins with room for eight timers: arrays of 64 bytes and less lie with the other objects, larger ones are fetched from the
   * system, and a loop for a few tasks, of which an exploration makes thousands, took longer to make than to run. Then it has room
   * for 64, for 1,024, and for twice as many each time: to fetch 4,096 for a thousand sleepers took longer (W3).
   */
  constructor() {
    this.length = 0;
    this.when = new Float64Array(0);
    this.slotAt = new Int32Array(0);
    this.timers = [];
    this.placeOf = new Int32Array(0);
    this.sequenceOf = new Int32Array(0);
    this.freeSlot = -1;
    this.fresh = 0;
    this.nextSequence = 0;
    this.grow(8);
    this.when[0] = Number.POSITIVE_INFINITY;
  }

  /** The earliest deadline in ms; Infinity if no timer is set. */
  peek(): number {
    return this.when[0]!;
  }

  /** The timer with the earliest deadline; null if none is set. */
  first(): Timer | null {
    return this.length === 0 ? null : this.timers[this.slotAt[0]!]!;
  }

  /** Sets a timer for the time `when` (ms). */
  add(when: number, timer: Timer): void {
    let slot = this.freeSlot;
    if (slot >= 0) {
      this.freeSlot = this.placeOf[slot]!;
    } else {
      slot = this.fresh++;
      if (slot === this.placeOf.length) this.grow(slot === 8 ? 64 : Math.max(1024, 2 * slot));
    }
    this.timers[slot] = timer;
    if (this.nextSequence === LAST_SEQUENCE) this.renumber();
    this.sequenceOf[slot] = this.nextSequence++;
    timer.slot = slot;
    this.siftUp(this.length++, when, slot);
  }

  /** Takes the timer with the earliest deadline. The queue must not be empty. */
  pop(): Timer {
    const slot = this.slotAt[0]!;
    const timer = this.timers[slot]!;
    this.release(slot, timer);
    const last = --this.length;
    if (last > 0) this.siftDown(0, this.when[last]!, this.slotAt[last]!);
    else this.when[0] = Number.POSITIVE_INFINITY;
    return timer;
  }

  /** Takes a timer out before its time. It must be in this queue. */
  remove(timer: Timer): void {
    const { slot } = timer;
    const place = this.placeOf[slot]!;
    this.release(slot, timer);
    const last = --this.length;
    if (last === 0) this.when[0] = Number.POSITIVE_INFINITY;
    else if (place < last) this.siftDown(place, this.when[last]!, this.slotAt[last]!);
  }

  clear(): void {
    while (this.length > 0) this.pop();
  }

  /** The timers in the order in which they will be due: for pictures and tests, not for the loop. */
  inOrder(): { when: number; timer: Timer }[] {
    const { when, slotAt, sequenceOf } = this;
    const places = Array.from({ length: this.length }, (_, place) => place);
    places.sort((a, b) => when[a]! - when[b]! || sequenceOf[slotAt[a]!]! - sequenceOf[slotAt[b]!]!);
    return places.map((place) => ({ when: when[place]!, timer: this.timers[slotAt[place]!]! }));
  }

  /** Whether an entry comes before the one at `place`. */
  private isBefore(when: number, slot: number, place: number): boolean {
    const other = this.when[place]!;
    return when < other || (when === other && this.sequenceOf[slot]! < this.sequenceOf[this.slotAt[place]!]!);
  }

  /** Finds the place of an entry at `hole` or above, moving later ones down. */
  private siftUp(hole: number, when: number, slot: number): void {
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      if (!this.isBefore(when, slot, parent)) break;
      this.put(hole, this.when[parent]!, this.slotAt[parent]!);
      hole = parent;
    }
    this.put(hole, when, slot);
  }

  /**
   * Finds the place of an entry at `hole` or below: the earliest child moves up, down to a leaf, and the entry rises from
   * there. (It came from a leaf, so that it seldom rises at all.)
   *
   * Which child is the earliest is a matter of chance, and a processor that guesses a branch wrong loses more time than the
   * comparison takes. So the child is reckoned from what the comparisons give, as a number, without a branch: a sleep and
   * a `callLater` are faster for it (W2, W7l). Equal times, and the last few children, are looked at one by one.
   */
  private siftDown(hole: number, when: number, slot: number): void {
    const { length, when: whenAt, slotAt, placeOf } = this;
    for (let first = 4 * hole + 1; first < length; first = 4 * hole + 1) {
      let child: number;
      if (first + 3 < length) {
        const when0 = whenAt[first]!;
        const when1 = whenAt[first + 1]!;
        const when2 = whenAt[first + 2]!;
        const when3 = whenAt[first + 3]!;
        const left = first + Number(when1 < when0);
        const right = first + 2 + Number(when3 < when2);
        const isRight = Number(whenAt[right]! < whenAt[left]!);
        child = left + (right - left) * isRight;
        if (when0 === when1 || when2 === when3 || whenAt[left] === whenAt[right])
          child = this.earliestFrom(first, first + 4);
      } else {
        child = this.earliestFrom(first, length);
      }
      const moved = slotAt[child]!;
      whenAt[hole] = whenAt[child]!;
      slotAt[hole] = moved;
      placeOf[moved] = hole;
      hole = child;
    }
    this.siftUp(hole, when, slot);
  }

  /** The earliest entry from one place up to another. */
  private earliestFrom(first: number, end: number): number {
    const { when: whenAt } = this;
    let earliest = first;
    for (let other = first + 1; other < end; other++) {
      const time = whenAt[other]!;
      const best = whenAt[earliest]!;
      if (time < best || (time === best && this.wasSetBefore(other, earliest))) earliest = other;
    }
    return earliest;
  }

  /** Which of two entries of equal time comes first. */
  private wasSetBefore(place: number, other: number): boolean {
    return this.sequenceOf[this.slotAt[place]!]! < this.sequenceOf[this.slotAt[other]!]!;
  }

  /** The numbers have come to their end: those in use begin anew, in the same order. */
  private renumber(): void {
    this.nextSequence = 0;
    for (const { timer } of this.inOrder()) this.sequenceOf[timer.slot] = this.nextSequence++;
  }

  private put(place: number, when: number, slot: number): void {
    this.when[place] = when;
    this.slotAt[place] = slot;
    this.placeOf[slot] = place;
  }

  private release(slot: number, timer: Timer): void {
    this.timers[slot] = null;
    this.placeOf[slot] = this.freeSlot;
    this.freeSlot = slot;
    timer.slot = -1;
  }

  private grow(capacity: number): void {
    this.when = extend(this.when, new Float64Array(capacity));
    this.slotAt = extend(this.slotAt, new Int32Array(capacity));
    this.placeOf = extend(this.placeOf, new Int32Array(capacity));
    this.sequenceOf = extend(this.sequenceOf, new Int32Array(capacity));
    const { timers } = this;
    this.timers = new Array<Timer | null>(capacity).fill(null);
    for (let slot = 0; slot < timers.length; slot++) this.timers[slot] = timers[slot]!;
  }
}

function extend<A extends Float64Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
