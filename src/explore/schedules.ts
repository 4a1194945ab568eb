import type { Decision } from '../trace/schedule.ts';

/** One more than the largest number of a schedule. */
const NUMBERS = 2 ** 53;
/** So many numbers are kept at most: those of a night would not fit into memory. */
const MOST_KEPT = 2 ** 20;

/**
 * Counts how many different schedules there were, by a number for each: to keep their lines would cost more than to run them.
 *
 * Where there are too many, only the lower half of all numbers is kept, then a quarter and so on, and the others are taken to be
 * as many: from a million on it is an estimate, to a part in a thousand or so.
 */
export class Schedules {
  readonly #most: number;
  readonly #kept: Set<number>;
  readonly #words: Map<string, number>;
  /** Numbers from here on aren't kept. */
  #end: number;

  constructor(most = MOST_KEPT) {
    this.#most = most;
    this.#kept = new Set();
    this.#words = new Map();
    this.#end = NUMBERS;
  }

  get size(): number {
    return this.#kept.size * (NUMBERS / this.#end);
  }

  /** Adds a schedule by its number. */
  addNumber(number: number): void {
    if (number >= this.#end) return;
    this.#kept.add(number);
    if (this.#kept.size <= this.#most) return;
    this.#end /= 2;
    for (const kept of this.#kept) if (kept >= this.#end) this.#kept.delete(kept);
  }

  /** Adds a schedule; its number. */
  add(seed: number, decisions: readonly Decision[]): number {
    // What is drawn by chance comes from the seed; where nothing is, the seed makes no difference.
    let [high, low] = [0x9e3779b9, 0x85ebca6b];
    const mix = (value: number) => {
      high = Math.imul(high ^ value, 0x01000193) + low;
      low = Math.imul(low ^ value, 0xc2b2ae35) ^ (high >>> 13);
    };
    let isByChance = false;
    for (const decision of decisions) {
      mix(this.#wordOf(decision.what));
      if ('picked' in decision) {
        mix(decision.picked);
        mix(decision.candidates);
      } else if (decision.drawn === null) isByChance = true;
      else mix(Math.fround(decision.drawn) * 1024);
    }
    if (isByChance) mix(seed);
    const number = (high >>> 0) * 0x200000 + ((low >>> 0) & 0x1fffff);
    this.addNumber(number);
    return number;
  }

  #wordOf(what: string): number {
    let number = this.#words.get(what);
    if (number === undefined) {
      number = this.#words.size + 1;
      this.#words.set(what, number);
    }
    return number;
  }
}
