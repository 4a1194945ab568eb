import type { Strategy } from '../strategy.ts';
import { counting } from './counting.ts';

/**
 * Every schedule, one after another.
 *
 * A latency is either the least or the most of its range, and a fault happens or doesn't: a range has no end of numbers. So "every
 * schedule" is every order of what happens at one moment, and the ends of what takes time.
 *
 * @example explore(main, { strategy: exhaustive() }).isComplete // true, if the program has so few
 */
export function exhaustive(): Strategy {
  return counting('exhaustive', 'exhaustive()', null);
}
