import type { ChoiceKind, DrawKind, SchedulingPolicy } from '../../core/policy.ts';
import { endOf } from '../plain.ts';

/** A question: which answer is given, of how many. */
interface Wheel {
  readonly at: number;
  readonly of: number;
}

/** How far runs may depart from the faithful one: the answers to these questions, numbers from 0, add up to `most` at most. */
export interface Bound {
  readonly most: number;
  counts(kind: ChoiceKind | DrawKind): boolean;
}

/**
 * Counts through the answers to questions of which nobody knows beforehand how many there are, nor how many answers they have.
 *
 * A run answers with the wheels that are set, and faithfully from there on; what it was asked gives the odometer its further
 * wheels. Then the last wheel that can turn is turned, and those behind it are taken off, as what is asked there may be something
 * else now:
 *
 *     three timers at once ask 3, then 2:   0 0 · 0 1 · 1 0 · 1 1 · 2 0 · 2 1     that is 3! runs
 *
 * Of a range there are two answers, its ends; of a fault too, and that nothing fails comes first.
 */
export class Odometer implements SchedulingPolicy {
  #wheels: Wheel[];
  #asked: Wheel[];
  /** How many of the wheels are fixed: the beginning of all runs. */
  readonly #fixed: number;
  readonly #bound: Bound | null;
  /** How far the run has departed. */
  #spent: number;
  /** It was asked something else than in an earlier run that had gone the same way: it isn't the same program each time. */
  isAstray: boolean;

  constructor(prefix: readonly number[] = [], bound: Bound | null = null) {
    this.#wheels = prefix.map((at) => ({ at, of: at + 1 }));
    this.#fixed = prefix.length;
    this.#asked = [];
    this.#bound = bound;
    this.#spent = 0;
    this.isAstray = false;
  }

  choose(kind: ChoiceKind, candidates: number): number {
    return this.#answer(kind, candidates);
  }

  draw(kind: DrawKind, low: number, high: number): number {
    if (low === high) return low;
    return endOf(kind, low, high, this.#answer(kind, 2));
  }

  /** The answers of the run, as numbers; and how many there were to each question. */
  get asked(): readonly Wheel[] {
    return this.#asked;
  }

  /** The run is over: sets the wheels for the next one. False if there is none. */
  turn(): boolean {
    const wheels = this.#asked;
    this.#asked = [];
    this.#spent = 0;
    while (wheels.length > this.#fixed && wheels.at(-1)!.at === wheels.at(-1)!.of - 1) wheels.pop();
    if (wheels.length <= this.#fixed) return false;
    const last = wheels.pop()!;
    this.#wheels = [...wheels, { at: last.at + 1, of: last.of }];
    return true;
  }

  /** How much of the way it has come, if all the ways ahead are as the last one was: from 0 to 1. */
  progress(): number {
    let share = 1;
    let passed = 0;
    for (const { at, of } of this.#wheels.slice(this.#fixed)) {
      share /= of;
      passed += at * share;
    }
    return passed;
  }

  #answer(kind: ChoiceKind | DrawKind, candidates: number): number {
    const place = this.#asked.length;
    const wheel = this.#wheels[place];
    const at = wheel?.at ?? 0;
    const bound = this.#bound?.counts(kind) ? this.#bound : null;
    let of = candidates;
    if (place < this.#fixed) of = at + 1;
    else if (bound !== null) of = Math.min(candidates, 1 + bound.most - this.#spent);
    if (bound !== null) this.#spent += at;
    this.#asked.push({ at, of });
    if (wheel !== undefined && wheel.of !== of) this.isAstray = true;
    return Math.min(at, candidates - 1);
  }

  /** Whether the run was over before it had asked all that an earlier one had, which went the same way. */
  get isShort(): boolean {
    return this.#asked.length < this.#wheels.length;
  }
}
