import { type Bound, Odometer } from './odometer.ts';

/** How many beginnings there are for each part, if there are so many: so that no part has all the work. */
const PER_PART = 16;

interface Beginning {
  readonly answers: readonly number[];
  /** Nothing is asked after it: it is one run. */
  readonly isWhole: boolean;
}

/**
 * Divides all schedules by how they begin.
 *
 * The parts know nothing of each other: each finds the same beginnings, by the same probes (the shortest is run, and what it is
 * asked next makes several of it), and every so-and-so-many-th beginning is its own. One part alone needs none of that.
 */
export class Prefixes {
  readonly #bound: Bound | null;
  readonly #index: number;
  readonly #of: number;
  #found: Beginning[];
  /** The one that is being probed. */
  #probed: Beginning | null;
  /** The beginnings of this part, and how many of them were taken; null as long as there are probes. */
  #own: Beginning[] | null;
  #taken: number;

  constructor(bound: Bound | null, index: number, of: number) {
    this.#bound = bound;
    this.#index = index;
    this.#of = of;
    this.#found = [{ answers: [], isWhole: false }];
    this.#probed = null;
    this.#own = of === 1 ? this.#found : null;
    this.#taken = 0;
  }

  /** What is to be run to find out how a beginning goes on; null: there are enough of them. */
  probe(): Odometer | null {
    if (this.#own !== null) return null;
    const open = this.#found.filter(({ isWhole }) => !isWhole);
    if (open.length === 0 || this.#found.length >= this.#of * PER_PART) {
      this.#own = this.#found.filter((_, place) => place % this.#of === this.#index);
      return null;
    }
    this.#probed = open.reduce((a, b) => (b.answers.length < a.answers.length ? b : a));
    return new Odometer(this.#probed.answers, this.#bound);
  }

  /** The probe was asked this. */
  learn(asked: readonly { readonly of: number }[]): void {
    const { answers } = this.#probed!;
    const next = asked[answers.length];
    const place = this.#found.indexOf(this.#probed!);
    const longer =
      next === undefined
        ? [{ answers, isWhole: true }]
        : Array.from({ length: next.of }, (_, at) => ({ answers: [...answers, at], isWhole: false }));
    this.#found.splice(place, 1, ...longer);
  }

  /** The next beginning of this part; null: there is none. */
  take(): Odometer | null {
    const next = this.#own![this.#taken];
    if (next === undefined) return null;
    this.#taken++;
    return new Odometer(next.answers, this.#bound);
  }

  /** How far this part has come, if the beginning at work has come so far. */
  progress(share: number): number {
    if (this.#own === null || this.#taken === 0) return 0;
    return (this.#taken - 1 + share) / this.#own.length;
  }
}
