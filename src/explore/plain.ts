import type { DrawKind } from '../core/policy.ts';
import { type Decision, isFaithful } from '../trace/schedule.ts';

/**
 * The plain run of a program: the one from which the others depart, and to which a failing schedule is shrunk.
 *
 * Of several the first is picked, in any case. How long something takes, and whether it fails, is left to chance where the strategy
 * leaves it there: the plain run is then the faithful one. A strategy that goes through the ends of ranges begins with the quickest
 * run, in which each takes the least and nothing fails; a schedule that has `latency=5` and not 7.0341 is easier to read.
 */
export interface Plain {
  /** What it is called. */
  readonly name: string;
  /** Its answer for a range; undefined: by chance. */
  draw(kind: DrawKind, low: number, high: number): number | undefined;
  /** Whether a decision is the one that it takes. */
  isPlain(decision: Decision): boolean;
}

/** Nobody decides anything. */
export const FAITHFUL_RUN: Plain = {
  name: 'the faithful run',
  draw: () => undefined,
  isPlain: isFaithful,
};

/** The same, and all is quick and goes well. */
export const QUICKEST_RUN: Plain = {
  name: 'the quickest run',
  draw: leastOf,
  isPlain: (decision) => ('picked' in decision ? decision.picked === 0 : decision.isLeast === true),
};

/** The plain answer to a question for a number: that it is quick, and that nothing fails. */
export function leastOf(kind: DrawKind, low: number, high: number): number {
  return endOf(kind, low, high, 0);
}

/** The ends of a range, by number: 0 is the plain one. */
export function endOf(kind: DrawKind, low: number, high: number, end: number): number {
  return (kind === 'fault') === (end === 0) ? high : low;
}

/** How many answers of a run depart from the plain one. */
export function departures(decisions: readonly Decision[], plain: Plain): number {
  return decisions.filter((decision) => !plain.isPlain(decision)).length;
}
