import type { SchedulingPolicy } from '../core/policy.ts';
import type { Decision } from '../trace/schedule.ts';

/** How the next run is decided. */
export interface Plan {
  readonly policy: SchedulingPolicy;
  /** The seed of what comes by chance in it. */
  readonly seed: number;
}

/**
 * A way through the schedules that could happen: it says how the next run is decided, and hears what came of it.
 *
 * A strategy knows no program and no trace. It meets questions (choose one of three, draw a latency), and a run is the list of its
 * answers. Each strategy is a small file in strategies/.
 */
export interface Strategy {
  readonly name: string;
  /** The plan of the next run; null: there is no other one. */
  next(): Plan | null;
  /** The run is over, and this is all that was asked in it, with the answers. */
  learn(decisions: readonly Decision[]): void;
}
