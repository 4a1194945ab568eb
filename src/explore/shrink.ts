/**
 * Shrinking: of a schedule that fails, one that fails still and departs less from the plain run.
 *
 * What is left out is a departure: an answer that isn't the plain one. Where one is left out what is asked afterwards may be
 * something else, so an answer is given where it fits and the plain one elsewhere; what was really asked and answered in the run
 * that still fails is the schedule from which it goes on. So the result is always one that has been seen to fail.
 */

import type { ChoiceKind, DrawKind, SchedulingPolicy } from '../core/policy.ts';
import type { Decision } from '../trace/schedule.ts';
import { Otherwise } from './nearest.ts';
import { departures, type Plain } from './plain.ts';

/** A run by some answers: what was decided in it, if it fails in the same way; else null. */
export type ShrinkAttempt = (policy: SchedulingPolicy) => readonly Decision[] | null;

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
  plain: Plain,
): { readonly decisions: readonly Decision[]; readonly runs: number } {
  let best = failing;
  let runs = 0;
  const count = (decisions: readonly Decision[]) => departures(decisions, plain);
  let size = Math.max(1, Math.ceil(count(best) / 2));
  while (runs < mostRuns) {
    const places = best.flatMap((decision, at) => (plain.isPlain(decision) ? [] : [at]));
    let isShorter = false;
    for (let end = places.length; end > 0 && runs < mostRuns && !isShorter; end -= size) {
      const without = new Set(places.slice(Math.max(0, end - size), end));
      runs++;
      const still = attempt(fitting(best, without, plain));
      if (still === null || count(still) >= count(best)) continue;
      best = still;
      isShorter = true;
    }
    if (isShorter) size = Math.min(size, Math.max(1, Math.ceil(count(best) / 2)));
    else if (size === 1) break;
    else size = Math.ceil(size / 2);
  }
  for (const policy of count(best) > 1 ? singly(best, plain) : []) {
    if (runs++ >= mostRuns) break;
    const still = attempt(policy);
    if (still !== null && count(still) < count(best)) best = still;
    if (count(best) === 1) break;
  }
  return { decisions: best, runs };
}

/** One answer that isn't the plain one, at each place. */
function* singly(decisions: readonly Decision[], plain: Plain): Generator<SchedulingPolicy> {
  for (const [place, decision] of decisions.entries()) {
    const answers = 'picked' in decision ? decision.candidates : 2;
    for (let answer = 0; answer < answers; answer++) yield new Otherwise([], place, answer, plain);
  }
}

/** Answers as some decisions do, where they fit; plainly elsewhere, and at the places that are left out. */
function fitting(
  decisions: readonly Decision[],
  without: ReadonlySet<number>,
  plain: Plain,
): SchedulingPolicy {
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
      if (decision === undefined || !('drawn' in decision)) return plain.draw(kind, low, high);
      const { drawn } = decision;
      if (drawn === null) return undefined;
      return drawn >= low && drawn <= high ? drawn : plain.draw(kind, low, high);
    },
  };
}
