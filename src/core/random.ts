/**
 * The one source of chance of a loop: a small seeded generator (sfc32), so that the same seed gives the same run on
 * every machine. Not for secrets.
 */
export class Random {
  readonly seed: number;
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor(seed: number) {
    this.seed = seed;
    // The seed's two halves, so that seeds above 2³² and fractions differ too; twelve rounds mix them well.
    this.#a = Math.floor(seed) | 0;
    this.#b = Math.floor(seed / 4_294_967_296) | 0;
    this.#c = Math.floor((seed - Math.floor(seed)) * 4_294_967_296) | 0;
    this.#counter = 1;
    for (let i = 0; i < 12; i++) this.#turn();
  }

  /** A number from 0 up to, not including, 1. */
  next(): number {
    return this.#turn();
  }

  #turn(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return (t >>> 0) / 4_294_967_296;
  }

  /** A number from `low` up to, not including, `high`. */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** An exponentially distributed number with this mean: the gaps between events that come by chance. */
  exponential(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }
}
