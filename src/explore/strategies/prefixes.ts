import { type Bound, Odometer } from './odometer.ts';

/** How many beginnings there are for each part, if there are so many: so that no part has all the work. */
const PER_PART = 16;

interface Beginning {
  readonly answers: readonly number[];
  /** Nothing is asked after it: it is one run. */
  readonly isWhole: boolean;
}

/** One of several parts: which, from 0, of how many. */
export interface Part {
  readonly index: number;
  readonly of: number;
}

/**
 * Divides all schedules by how they begin.
 *
 * The parts know nothing of each other: each finds the same beginnings, by the same probes (the shortest is run, and what it is
 * asked next makes several of it), and every so-and-so-many-th beginning is its own. A part is divided further in the same way,
 * from its own beginnings on: so what it is doesn't depend on how it is divided, and machines may have different numbers of
 * workers. What isn't divided needs none of that.
 */
export class Prefixes {
  readonly #bound: Bound | null;
  /** A part of a part of ... the whole. */
  readonly #parts: readonly Part[];
  /** How many of the parts are reached. */
  #depth: number;
  /** The beginnings of the part that is reached. */
  #found: Beginning[];
  /** The one that is being probed. */
  #probed: Beginning | null;
  /** How many of the beginnings were taken. */
  #taken: number;

  constructor(bound: Bound | null, parts: readonly Part[]) {
    this.#bound = bound;
    this.#parts = parts;
    this.#depth = 0;
    this.#found = [{ answers: [], isWhole: false }];
    this.#probed = null;
    this.#taken = 0;
  }

  /** A part of it. */
  part(index: number, of: number): Prefixes {
    return new Prefixes(this.#bound, [...this.#parts, { index, of }]);
  }

  /** What is to be run to find out how a beginning goes on; null: there are enough of them. */
  probe(): Odometer | null {
    for (; this.#depth < this.#parts.length; this.#depth++) {
      const { index, of } = this.#parts[this.#depth]!;
      const open = this.#found.filter(({ isWhole }) => !isWhole);
      if (of > 1 && open.length > 0 && this.#found.length < of * PER_PART) {
        this.#probed = open.reduce((a, b) => (b.answers.length < a.answers.length ? b : a));
        return new Odometer(this.#probed.answers, this.#bound);
      }
      this.#found = this.#found.filter((_, place) => place % of === index);
    }
    return null;
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
    const next = this.#found[this.#taken];
    if (next === undefined) return null;
    this.#taken++;
    return new Odometer(next.answers, this.#bound);
  }

  /** How far this part has come, if the beginning at work has come so far. */
  progress(share: number): number {
    return this.#taken === 0 ? 0 : (this.#taken - 1 + share) / this.#found.length;
  }
}
