/**
 * The nearest schedule that passes: one that goes as the failing one for as long as possible, and then otherwise.
 *
 * What both have in common can't be what is wrong; where they part is where to look. First the last departure is taken back: as
 * the failing schedule is shrunk, that passes nearly always. Where that doesn't help, or nothing departs, another answer is tried
 * at each place, from the last one on.
 */

import type { ChoiceKind, DrawKind, SchedulingPolicy } from '../core/policy.ts';
import type { Decision } from '../trace/schedule.ts';
import type { Plain } from './plain.ts';

/** A run by some answers: what was decided in it if it passes; else null. */
export type PassingAttempt = (policy: SchedulingPolicy) => readonly Decision[] | null;

/** The nearest that was found, as its decisions; null: there is none among so many tries. */
export function nearestPassing(
  failing: readonly Decision[],
  attempt: PassingAttempt,
  mostRuns: number,
  plain: Plain,
): readonly Decision[] | null {
  let runs = 0;
  const tried = (place: number, answer: number | null) => {
    runs++;
    return attempt(new Otherwise(failing, place, answer, plain));
  };
  const last = failing.findLastIndex((decision) => !plain.isPlain(decision));
  const without = last === -1 ? null : tried(last, null);
  if (without !== null) return without;
  for (let place = failing.length - 1; place >= 0; place--) {
    for (const answer of othersTo(failing[place]!)) {
      if (runs >= mostRuns) return null;
      const passing = tried(place, answer);
      if (passing !== null) return passing;
    }
  }
  return null;
}

/** Of several all the others; of a range its ends, as 0 and 1. */
function othersTo(decision: Decision): number[] {
  if (!('picked' in decision)) return [0, 1];
  const { candidates, picked } = decision;
  return Array.from({ length: candidates }, (_, place) => place).filter((place) => place !== picked);
}

/** Answers as some decisions do up to a place (plainly where there are none), there otherwise (null: plainly), and plainly from there on. */
export class Otherwise implements SchedulingPolicy {
  readonly #decisions: readonly Decision[];
  readonly #place: number;
  readonly #answer: number | null;
  readonly #plain: Plain;
  #asked: number;

  constructor(decisions: readonly Decision[], place: number, answer: number | null, plain: Plain) {
    this.#decisions = decisions;
    this.#place = place;
    this.#answer = answer;
    this.#plain = plain;
    this.#asked = 0;
  }

  choose(_: ChoiceKind, candidates: number): number {
    const at = this.#asked++;
    if (at > this.#place) return 0;
    if (at === this.#place) return Math.min(this.#answer ?? 0, candidates - 1);
    const decision = this.#decisions[at];
    return decision && 'picked' in decision ? decision.picked : 0;
  }

  /** Of a range the answers 0 and 1 are its ends. */
  draw(kind: DrawKind, low: number, high: number): number | undefined {
    const at = this.#asked++;
    const plain = () => this.#plain.draw(kind, low, high);
    if (at > this.#place) return plain();
    if (at === this.#place) {
      if (this.#answer === null) return plain();
      return this.#answer === 0 ? low : high;
    }
    const decision = this.#decisions[at];
    return decision && 'drawn' in decision ? (decision.drawn ?? undefined) : plain();
  }
}
