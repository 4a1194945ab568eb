/** A list of numbers that grows, without an object for each. */
export class Numbers {
  #list: Float64Array;
  #length: number;

  /** Begins with `room` for so many: what is not used of it costs nothing, and to grow costs a copy. */
  constructor(room = 1024) {
    this.#list = new Float64Array(Math.max(1, room));
    this.#length = 0;
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#list.length) {
      const wider = new Float64Array(this.#length * 2);
      wider.set(this.#list);
      this.#list = wider;
    }
    this.#list[this.#length++] = value;
  }

  at(index: number): number {
    return this.#list[index]!;
  }

  set(index: number, value: number): void {
    this.#list[index] = value;
  }

  /** The numbers so far, without a copy. */
  view(): Float64Array {
    return this.#list.subarray(0, this.#length);
  }
}
