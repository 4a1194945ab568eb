import { describeValue, ValueError } from '../core/errors.ts';
import type { SchedulingPolicy } from '../core/policy.ts';
import type { TraceSink } from '../trace/events.ts';
import type { Decision } from '../trace/schedule.ts';
import type { ShrinkAttempt } from './shrink.ts';

/** A strategy has met other questions than in an earlier run that went the same way. @internal */
export class AstrayError extends Error {
  override readonly name: string = 'AstrayError';
}

/** How the next run is decided. */
export interface Plan {
  readonly policy: SchedulingPolicy;
  /** The seed of what comes by chance in it. */
  readonly seed: number;
  /** Hears every event of the run, for a strategy that wants to know more than what was decided. */
  readonly listener?: TraceSink;
  /** It is only to find out what there is to decide, and not one of the schedules that this strategy is to run. */
  readonly isProbe?: boolean;
}

/**
 * A way through the schedules that could happen: it says how the next run is decided, and hears what came of it.
 *
 * A strategy knows no program and no trace. It meets questions (choose one of three, draw a latency), and a run is the list of its
 * answers. Each strategy is a small file in strategies/.
 */
export interface Strategy {
  readonly name: string;
  /** How it is made, as in a program: `pct({ depth: 3, seed: 7 })`. */
  readonly code?: string;
  /** Which schedules it leaves out, though it comes to an end: 'beyond the bound'; or 'by chance'. Nothing, if not given. */
  readonly leavesOut?: string;
  /** Of a range it takes the ends, beginning with the quickest run, and leaves nothing to chance. */
  readonly isByEnds?: boolean;
  /** The plan of the next run; null: there is no other one. */
  next(): Plan | null;
  /** The run is over, and this is all that was asked in it, with the answers. */
  learn(decisions: readonly Decision[]): void;
  /** How much of its way it has come, from 0 to 1; not given where the way has no end. */
  progress?(): number;
  /** The part `index` (from 0) of `of` parts, that together run what this would. Not given where it can't be divided. */
  shard?(index: number, of: number): Strategy;
  /** Shrinks the failure that was just met, in its own way, before the explorer does in its. */
  shrink?(attempt: ShrinkAttempt, mostRuns: number): readonly Decision[];
  /** What is to be said of it when all is over: what it could not do, say. */
  note?(): string | null;
}

/** Throws a ValueError for what is no seed. @internal */
export function checkSeed(who: string, seed: number): number {
  if (typeof seed === 'number' && Number.isFinite(seed)) return seed;
  throw new ValueError(`the seed of ${who} is a finite number, got ${describeValue(seed)}`);
}
