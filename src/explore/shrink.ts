/**
 * Shrinking: of a schedule that fails, one that fails still and departs less from the faithful run.
 *
 * What is left out is a departure: an answer that isn't the faithful one. Where one is left out what is asked afterwards may be
 * something else, so an answer is given where it fits and the faithful one elsewhere; what was really asked and answered in the run
 * that still fails is the schedule from which it goes on. So the result is always one that has been seen to fail.
 */

import type { ChoiceKind, DrawKind, SchedulingPolicy } from '../core/policy.ts';
import { type Decision, isFaithful } from '../trace/schedule.ts';
import { Otherwise } from './nearest.ts';

/** A run by some answers: what was decided in it, if it fails in the same way; else null. */
export type ShrinkAttempt = (policy: SchedulingPolicy) => readonly Decision[] | null;

/** How many answers of a run aren't the faithful ones. */
export const departures = (decisions: readonly Decision[]): number =>
  decisions.filter((decision) => !isFaithful(decision)).length;

/**
 * The shortest schedule that was found to fail, and how many runs it took.
 *
 * It leaves out departures: first the later half, then quarters and so on down to single ones, until none can be left out alone.
 * Where several are left, one alone may do as well, another than these: that is tried at last, at each place.
 */
export function shrink(
  failing: readonly Decision[],
  attempt: ShrinkAttempt,
  mostRuns: number,
): { readonly decisions: readonly Decision[]; readonly runs: number } {
  let best = failing;
  let runs = 0;
  let size = Math.max(1, Math.ceil(departures(best) / 2));
  while (runs < mostRuns) {
    const places = best.flatMap((decision, at) => (isFaithful(decision) ? [] : [at]));
    let isShorter = false;
    for (let end = places.length; end > 0 && runs < mostRuns && !isShorter; end -= size) {
      const without = new Set(places.slice(Math.max(0, end - size), end));
      runs++;
      const still = attempt(fitting(best, without));
      if (still === null || departures(still) >= departures(best)) continue;
      best = still;
      isShorter = true;
    }
    if (isShorter) size = Math.min(size, Math.max(1, Math.ceil(departures(best) / 2)));
    else if (size === 1) break;
    else size = Math.ceil(size / 2);
  }
  for (const policy of departures(best) > 1 ? singly(best) : []) {
    if (runs++ >= mostRuns) break;
    const still = attempt(policy);
    if (still !== null && departures(still) < departures(best)) best = still;
    if (departures(best) === 1) break;
  }
  return { decisions: best, runs };
}

/** One answer that isn't the faithful one, at each place. */
function* singly(decisions: readonly Decision[]): Generator<SchedulingPolicy> {
  for (const [place, decision] of decisions.entries()) {
    const answers = 'picked' in decision ? decision.candidates : 2;
    for (let answer = 0; answer < answers; answer++) yield new Otherwise([], place, answer);
  }
}

/** Answers as some decisions do, where they fit; faithfully elsewhere, and at the places that are left out. */
function fitting(decisions: readonly Decision[], without: ReadonlySet<number>): SchedulingPolicy {
  let asked = 0;
  const next = (kind: string): Decision | undefined => {
    const at = asked++;
    const decision = without.has(at) ? undefined : decisions[at];
    return decision?.what === kind ? decision : undefined;
  };
  return {
    choose(kind: ChoiceKind, candidates: number) {
      const decision = next(kind);
      return decision && 'picked' in decision && decision.picked < candidates ? decision.picked : 0;
    },
    draw(kind: DrawKind, low: number, high: number) {
      const decision = next(kind);
      const drawn = decision && 'drawn' in decision ? decision.drawn : null;
      return drawn !== null && drawn >= low && drawn <= high ? drawn : undefined;
    },
  };
}
