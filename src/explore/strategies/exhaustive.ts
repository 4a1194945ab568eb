import type { Strategy } from '../strategy.ts';
import { counting } from './counting.ts';

/**
 * Every schedule, one after another.
 *
 * That is every answer to what is left open: which of several timers of one moment is first, which of several answers from outside
 * of one moment, who gets the GIL, where a thread is interrupted, and whether a request fails. An answer and a timer of one moment don't
 * change places: answers come first, as in asyncio; and neither do those in the ready queue (see `adversarial`). A range has no end of
 * numbers: of a latency, or of `uniform`, its least and its most are tried, and an exploration that met one says in `leavesOut` that it
 * left out what is between. To prove something, fix what comes from ranges.
 *
 * @example explore(main, { strategy: exhaustive() }).isComplete // true, if the program has so few
 */
export function exhaustive(): Strategy {
  return counting('exhaustive', 'exhaustive()', null);
}
