/**
 * What runs later: a heap ordered by (when, sequence), so that equal deadlines come out first in, first out.
 *
 * CPython leaves the order of equal deadlines undefined (its heap compares `when` only). On a real clock, which moves
 * between two calls, people see first in, first out; on a virtual clock ties happen all the time, so the order is a
 * promise here.
 *
 * The heap is flat: the times lie in a Float64Array, the sequence numbers beside them, and the timers themselves are
 * never touched while an entry moves. A timer knows its `slot`, and the slot knows its place in the heap, so that a
 * cancelled timer leaves at once. (asyncio leaves it in the heap until it reaches the top; with timeouts that are
 * armed and cancelled all the time that costs about double, and keeps what the timer holds alive.)
 */

/** Something with a deadline. */
export interface Timer {
  /** Its slot in the queue it is in; -1 when it is in none. The queue writes it. */
  slot: number;
  /** Called by the loop when the deadline has come: it joins the ready queue. */
  onDue(): void;
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
  // The heap, by place: when, in which order set, which slot.
  #when: Float64Array;
  #sequence: Float64Array;
  #slotAt: Int32Array;
  // By slot: the timer, and its place in the heap. A free slot holds the next free one in `#placeOf`.
  #timers: (Timer | null)[];
  #placeOf: Int32Array;
  #freeSlot: number;
  #nextSequence: number;

  constructor() {
    this.length = 0;
    this.#when = new Float64Array(0);
    this.#sequence = new Float64Array(0);
    this.#slotAt = new Int32Array(0);
    this.#timers = [];
    this.#placeOf = new Int32Array(0);
    this.#freeSlot = -1;
    this.#nextSequence = 0;
    this.#grow(16);
  }

  /** The earliest deadline in ms; Infinity if no timer is set. */
  peek(): number {
    return this.length === 0 ? Number.POSITIVE_INFINITY : this.#when[0]!;
  }

  /** Sets a timer for the time `when` (ms). */
  add(when: number, timer: Timer): void {
    if (this.#freeSlot < 0) this.#grow(this.#placeOf.length * 2);
    const slot = this.#freeSlot;
    this.#freeSlot = this.#placeOf[slot]!;
    this.#timers[slot] = timer;
    timer.slot = slot;
    this.#siftUp(this.length++, when, this.#nextSequence++, slot);
  }

  /** Takes the timer with the earliest deadline. The queue must not be empty. */
  pop(): Timer {
    const slot = this.#slotAt[0]!;
    const timer = this.#timers[slot]!;
    this.#release(slot, timer);
    const last = --this.length;
    if (last > 0) this.#siftDown(0, this.#when[last]!, this.#sequence[last]!, this.#slotAt[last]!);
    return timer;
  }

  /** Takes a timer out before its time. It must be in this queue. */
  remove(timer: Timer): void {
    const slot = timer.slot;
    const place = this.#placeOf[slot]!;
    this.#release(slot, timer);
    const last = --this.length;
    if (place === last) return;
    const when = this.#when[last]!;
    const sequence = this.#sequence[last]!;
    const parent = (place - 1) >> 1;
    if (place > 0 && this.#isBefore(when, sequence, parent))
      this.#siftUp(place, when, sequence, this.#slotAt[last]!);
    else this.#siftDown(place, when, sequence, this.#slotAt[last]!);
  }

  /** The deadline of a timer that is set, in ms. */
  whenOf(timer: Timer): number {
    return this.#when[this.#placeOf[timer.slot]!]!;
  }

  clear(): void {
    while (this.length > 0) this.pop();
  }

  /** The timers in the order in which they will be due: for pictures and tests, not for the loop. */
  inOrder(): { when: number; timer: Timer }[] {
    const places = Array.from({ length: this.length }, (_, place) => place);
    places.sort((a, b) => this.#when[a]! - this.#when[b]! || this.#sequence[a]! - this.#sequence[b]!);
    return places.map((place) => ({ when: this.#when[place]!, timer: this.#timers[this.#slotAt[place]!]! }));
  }

  #isBefore(when: number, sequence: number, place: number): boolean {
    const other = this.#when[place]!;
    return when < other || (when === other && sequence < this.#sequence[place]!);
  }

  /** Finds the place of an entry at `hole` or above, moving later ones down. */
  #siftUp(hole: number, when: number, sequence: number, slot: number): void {
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.#isBefore(when, sequence, parent)) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#put(hole, when, sequence, slot);
  }

  /** Finds the place of an entry at `hole` or below, moving earlier ones up. */
  #siftDown(hole: number, when: number, sequence: number, slot: number): void {
    const length = this.length;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= length) break;
      const right = child + 1;
      if (right < length && this.#isBefore(this.#when[right]!, this.#sequence[right]!, child)) child = right;
      if (this.#isBefore(when, sequence, child)) break;
      this.#move(child, hole);
      hole = child;
    }
    this.#put(hole, when, sequence, slot);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#when[from]!, this.#sequence[from]!, this.#slotAt[from]!);
  }

  #put(place: number, when: number, sequence: number, slot: number): void {
    this.#when[place] = when;
    this.#sequence[place] = sequence;
    this.#slotAt[place] = slot;
    this.#placeOf[slot] = place;
  }

  #release(slot: number, timer: Timer): void {
    this.#timers[slot] = null;
    this.#placeOf[slot] = this.#freeSlot;
    this.#freeSlot = slot;
    timer.slot = -1;
  }

  #grow(capacity: number): void {
    const old = this.#placeOf.length;
    const copy = <A extends Float64Array | Int32Array>(from: A, to: A): A => {
      to.set(from);
      return to;
    };
    this.#when = copy(this.#when, new Float64Array(capacity));
    this.#sequence = copy(this.#sequence, new Float64Array(capacity));
    this.#slotAt = copy(this.#slotAt, new Int32Array(capacity));
    this.#placeOf = copy(this.#placeOf, new Int32Array(capacity));
    for (let slot = capacity - 1; slot >= old; slot--) {
      this.#timers[slot] = null;
      this.#placeOf[slot] = this.#freeSlot;
      this.#freeSlot = slot;
    }
  }
}
