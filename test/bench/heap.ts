/**
 * Two plain binary heaps of times, made well but without cleverness: what every loop must at least have.
 *
 * They leave out what a real timer queue needs besides: an order among equal times, and (in the first one) cancelling.
 */

/** Times and what is due at them, in two flat arrays. */
export class TimeHeap<T> {
  length: number;
  /** The time of what was popped last. */
  now: number;
  private times: Float64Array;
  private readonly items: T[];

  constructor() {
    this.length = 0;
    this.now = 0;
    this.times = new Float64Array(16);
    this.items = [];
  }

  push(time: number, item: T): void {
    if (this.length === this.times.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.times);
      this.times = larger;
    }
    const { times, items } = this;
    let hole = this.length++;
    if (hole === items.length) items.push(item);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (times[parent]! <= time) break;
      times[hole] = times[parent]!;
      items[hole] = items[parent]!;
      hole = parent;
    }
    times[hole] = time;
    items[hole] = item;
  }

  /** Takes the earliest item; the heap must not be empty. */
  pop(): T {
    const { times, items } = this;
    const first = items[0]!;
    this.now = times[0]!;
    const length = --this.length;
    const time = times[length]!;
    const item = items[length]!;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= length) break;
      if (child + 1 < length && times[child + 1]! < times[child]!) child++;
      if (times[child]! >= time) break;
      times[hole] = times[child]!;
      items[hole] = items[child]!;
      hole = child;
    }
    times[hole] = time;
    items[hole] = item;
    return first;
  }
}

/** A timer that knows its place in the heap, so that it can be taken out of the middle. */
export class Timer<T> {
  readonly time: number;
  readonly item: T;
  /** Where it is in the heap; -1: nowhere. */
  place: number;

  constructor(time: number, item: T) {
    this.time = time;
    this.item = item;
    this.place = -1;
  }
}

/**
 * A heap of timers that can be cancelled: each knows its place, and a cancelled one leaves at once. Touching each timer
 * that moves makes it slower than two flat arrays; it is what one writes first.
 */
export class TimerHeap<T> {
  private readonly timers: Timer<T>[];

  constructor() {
    this.timers = [];
  }

  get length(): number {
    return this.timers.length;
  }

  push(time: number, item: T): Timer<T> {
    const timer = new Timer(time, item);
    this.timers.push(timer);
    this.rise(timer, this.timers.length - 1);
    return timer;
  }

  /** Takes the earliest timer; the heap must not be empty. */
  pop(): Timer<T> {
    const first = this.timers[0]!;
    this.remove(first);
    return first;
  }

  remove(timer: Timer<T>): void {
    const hole = timer.place;
    const last = this.timers.pop()!;
    timer.place = -1;
    if (last === timer) return;
    if (last.time < timer.time) this.rise(last, hole);
    else this.sink(last, hole);
  }

  private rise(timer: Timer<T>, from: number): void {
    const { timers } = this;
    let hole = from;
    while (hole > 0) {
      const parent = timers[(hole - 1) >> 1]!;
      if (parent.time <= timer.time) break;
      timers[hole] = parent;
      parent.place = hole;
      hole = (hole - 1) >> 1;
    }
    timers[hole] = timer;
    timer.place = hole;
  }

  private sink(timer: Timer<T>, from: number): void {
    const { timers } = this;
    const { length } = timers;
    let hole = from;
    for (;;) {
      let place = 2 * hole + 1;
      if (place >= length) break;
      let child = timers[place]!;
      if (place + 1 < length && timers[place + 1]!.time < child.time) child = timers[++place]!;
      if (child.time >= timer.time) break;
      timers[hole] = child;
      child.place = hole;
      hole = place;
    }
    timers[hole] = timer;
    timer.place = hole;
  }
}
