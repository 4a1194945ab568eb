import type { Decision } from '../trace/schedule.ts';

/** Counts how many different schedules there were, by a number for each: to keep their lines would cost more than to run them. */
export class Schedules {
  readonly #seen: Set<number>;
  readonly #words: Map<string, number>;

  constructor() {
    this.#seen = new Set();
    this.#words = new Map();
  }

  get size(): number {
    return this.#seen.size;
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
    this.#seen.add(number);
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
