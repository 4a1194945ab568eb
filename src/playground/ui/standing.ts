/** Where the reader stands in the runs of a program, for what is shown outside of the player. */

import type { Moment } from '../../page/moment.ts';
import type { Steppable } from '../../stepper/index.ts';
import { placeOf } from '../../stepper/source.ts';

export interface Standing {
  readonly run: number;
  readonly time: number;
  /** How many lines that run has printed by then. */
  readonly printed: number;
  /** Of the program; 0: none. */
  readonly line: number;
}

/** Null at the very beginning, where nobody has stepped yet. */
export function standingAt(steppables: readonly Steppable[], { run, seq }: Moment): Standing | null {
  const on = steppables[run];
  if (on === undefined || seq < 1 || seq > on.trace.length) return null;
  const now = on.stateAt(seq);
  const line = placeOf(on, now, on.trace.event(seq))?.site.line ?? 0;
  return { run, time: now.time, printed: now.output.length, line };
}
