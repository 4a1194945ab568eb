/**
 * First in, first out: a ring over an array whose length is a power of two, so that a place is found with one `&`.
 *
 * Neither `shift()` on an array (moves every element) nor an array with a head index (grows until it is copied) keeps
 * its speed with a million entries.
 *
 * @example
 * const fifo = new Fifo<string>(); fifo.push('a'); fifo.shift() // 'a'
 */
export class Fifo<T> {
  /** How many are in it. */
  length: number;
  private ring: (T | undefined)[];
  private mask: number;
  private head: number;

  /** Begins with room for `capacity` entries, a power of two. */
  constructor(capacity = 16) {
    this.length = 0;
    this.ring = new Array<T | undefined>(capacity).fill(undefined);
    this.mask = capacity - 1;
    this.head = 0;
  }

  /** Joins the end of the queue. */
  push(entry: T): void {
    if (this.length > this.mask) this.grow();
    this.ring[(this.head + this.length) & this.mask] = entry;
    this.length++;
  }

  /** Takes the first one. The queue must not be empty. */
  shift(): T {
    const entry = this.ring[this.head];
    this.ring[this.head] = undefined;
    this.head = (this.head + 1) & this.mask;
    this.length--;
    return entry as T;
  }

  /** The one at `index`, 0 being the first; nothing is taken. */
  at(index: number): T | undefined {
    return index < this.length ? this.ring[(this.head + index) & this.mask] : undefined;
  }

  /** Moves the one at `index` to the head: for policies that permute, which asyncio never does. */
  moveToHead(index: number): void {
    const chosen = this.at(index);
    for (let i = index; i > 0; i--) {
      this.ring[(this.head + i) & this.mask] = this.ring[(this.head + i - 1) & this.mask];
    }
    this.ring[this.head] = chosen;
  }

  clear(): void {
    while (this.length > 0) this.shift();
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let i = 0; i < this.length; i++) yield this.at(i) as T;
  }

  private grow(): void {
    const { length } = this.ring;
    const ring = new Array<T | undefined>(length * (length < 1024 ? 8 : 2)).fill(undefined);
    for (let i = 0; i < this.length; i++) ring[i] = this.at(i);
    this.ring = ring;
    this.mask = ring.length - 1;
    this.head = 0;
  }
}
