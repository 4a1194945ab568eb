/** What matchers are asked about, and what they answer. */

import { describeValue } from '../../core/errors.ts';
import { Trace } from '../../trace/trace.ts';
import { describeEnd } from '../evidence.ts';
import { LiveSimulation } from '../live.ts';
import { Sim } from '../sim.ts';
import { Simulation } from '../simulation.ts';

/** What a matcher answers; `message` is for when the assertion fails, so with `pass` it is that of `.not`. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** A run of which something is asserted: over, or so far. */
export interface Subject {
  readonly trace: Trace;
  readonly time: number;
  /** How it ended, as a sentence to be added; '' if it ended well or that is not known. */
  readonly ending: string;
}

export function subject(received: unknown, matcher: string): Subject {
  if (received instanceof Simulation) {
    const { trace, time, outcome } = received;
    return { trace, time, ending: outcome === 'result' ? '' : `\nNote that ${describeEnd(received)}` };
  }
  if (received instanceof Trace) return { trace: received, time: received.endTime, ending: '' };
  if (received instanceof Sim || received instanceof LiveSimulation) {
    return { trace: received.trace, time: received.now, ending: '' };
  }
  throw new TypeError(
    `${matcher}() is asked of a Simulation or a Trace, as in expect(simulate(main)).${matcher}(…): got ${describeValue(received)}`,
  );
}

export function simulationOnly(received: unknown, matcher: string): Simulation {
  if (received instanceof Simulation) return received;
  const why = received instanceof Trace ? '; a trace doesn’t tell what its program threw' : '';
  throw new TypeError(
    `${matcher}() is asked of a Simulation, as in expect(simulate(main)).${matcher}(…)${why}: got ${describeValue(received)}`,
  );
}

export function checkMs(ms: unknown, call: string): void {
  if (typeof ms === 'number' && ms >= 0) return;
  throw new TypeError(`${call} takes a number of virtual ms, such as minutes(40): got ${describeValue(ms)}`);
}
