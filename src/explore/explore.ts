/**
 * Exploring: a program under many schedules, until one of them fails.
 *
 * Runs have no trace, which makes them fast; what was decided in each is kept, and that is all a run depends on. A schedule that
 * fails is shrunk, and the run by what is left is made once more, with a trace, to be looked at. What fails: what the program throws
 * (a failed assertion, a deadlock, a limit that stands for "never ends"), and an error of a task or thread that nobody handles.
 */

import type { Program } from '../core/coroutine.ts';
import { ValueError } from '../core/errors.ts';
import type { SchedulingPolicy } from '../core/policy.ts';
import { runScript } from '../core/script.ts';
import { type Decision, formatSchedule, type Schedule } from '../trace/schedule.ts';
import type { Trace } from '../trace/trace.ts';
import { Recording } from './recording.ts';
import { type ProgramOptions, replay } from './replay.ts';
import { departures, shrink } from './shrink.ts';
import { exhaustive } from './strategies/exhaustive.ts';
import type { Strategy } from './strategy.ts';

/** How a program is explored. */
export interface ExploreOptions extends ProgramOptions {
  /** Which schedules; by default every one, as far as the bound on runs goes. */
  readonly strategy?: Strategy;
  /** How many runs at most; 1,000 by default. */
  readonly runs?: number;
  /** Also permute the ready queue, which asyncio never does: what fails only so is no bug there. */
  readonly adversarial?: boolean;
  /** Collect every failure, and not stop at the first; those that fail in the same words are one. */
  readonly all?: boolean;
}

/** A way in which the program fails. */
export interface Failure {
  readonly error: unknown;
  /** The schedule that was left when all that doesn't matter was taken out, as a line for `replay`. */
  readonly schedule: string;
  /** How many of its answers aren't the faithful ones. */
  readonly departures: number;
  /** The run by that schedule. */
  readonly trace: Trace;
  /** In which run it was met first, from 1. */
  readonly run: number;
}

/** What came of it. */
export interface Exploration {
  readonly strategy: string;
  readonly adversarial: boolean;
  /** How many runs were made, besides those for shrinking. */
  readonly runs: number;
  /** How many different schedules there were among them. */
  readonly schedules: number;
  /** Whether the strategy has come to its end: there is no other schedule. */
  readonly isComplete: boolean;
  readonly failures: readonly Failure[];
}

/** The program isn't the same each time: a schedule that failed doesn't fail when it is run again. */
export class NotRepeatableError extends Error {
  constructor(schedule: string, error: unknown) {
    super(
      `the schedule ${schedule} failed (${String(error)}), and did not when it was run again: the program keeps state from run to run, or looks at the clock or at Math.random`,
    );
    this.name = 'NotRepeatableError';
  }
}

const MOST_RUNS = 1000;
/** Runs for the shrinking of one failure. */
const MOST_SHRINKING = 500;
/** A program that never ends under some schedule is found by these, and not by patience. */
const LIMITS = {
  iterations: 100_000,
  iterationsPerInstant: 100_000,
  immediateAwaits: 100_000,
  threadSteps: 100_000,
};

/**
 * Runs a program under many schedules, and says which of them fail.
 *
 * `program` is a function that makes the main coroutine, or does what a script does; it must start from fresh state each time.
 * Throws a `NotRepeatableError` if it doesn't, as far as that shows; a ValueError for a bound that is no whole number of 1 or more.
 *
 * @example
 * const { failures } = explore(main);
 * failures[0]?.schedule; // 'seed=0 timer=1/2': paste it into replay()
 */
export function explore(program: Program | (() => unknown), options: ExploreOptions = {}): Exploration {
  const {
    strategy = exhaustive(),
    runs: most = MOST_RUNS,
    adversarial = false,
    all = false,
    ...how
  } = options;
  if (!(Number.isInteger(most) && most >= 1))
    throw new ValueError(`runs is a whole number of 1 or more, got ${String(most)}`);
  const found = new Map<string, Failure>();
  const seen = new Set<string>();
  let runs = 0;
  let isComplete = false;
  while (runs < most && (all || found.size === 0)) {
    const plan = strategy.next();
    if (plan === null) {
      isComplete = true;
      break;
    }
    const once = (policy: SchedulingPolicy) => runOnce(program, policy, plan.seed, adversarial, how);
    runs++;
    const { decisions, failure } = once(plan.policy);
    strategy.learn(decisions);
    seen.add(formatSchedule({ seed: plan.seed, adversarial, decisions, open: false }));
    if (failure === null || found.has(wordsOf(failure.error))) continue;
    const words = wordsOf(failure.error);
    const { decisions: shortest } = shrink(
      decisions,
      (policy) => {
        const attempt = once(policy);
        return attempt.failure !== null && wordsOf(attempt.failure.error) === words
          ? attempt.decisions
          : null;
      },
      MOST_SHRINKING,
    );
    const schedule = { seed: plan.seed, adversarial, decisions: shortest, open: false };
    found.set(words, {
      ...shown(program, schedule, failure.error, how),
      departures: departures(shortest),
      run: runs,
    });
  }
  // A strategy that is at its end says so only when it is asked for another run.
  isComplete ||= strategy.next() === null;
  return {
    strategy: strategy.name,
    adversarial,
    runs,
    schedules: seen.size,
    isComplete,
    failures: [...found.values()],
  };
}

interface Ran {
  readonly decisions: readonly Decision[];
  readonly failure: { readonly error: unknown } | null;
}

function runOnce(
  program: () => unknown,
  policy: SchedulingPolicy,
  seed: number,
  adversarial: boolean,
  how: ProgramOptions,
): Ran {
  const recording = new Recording(policy, adversarial);
  let failure: Ran['failure'] = null;
  try {
    runScript(program, {
      name: 'main',
      print: () => {},
      limits: LIMITS,
      ...how,
      exceptionHandler: (_, { exception, message }) => {
        failure ??= { error: exception ?? new Error(message) };
      },
      policy: recording,
      seed,
    });
  } catch (error) {
    failure = { error };
  }
  return { decisions: recording.decisions, failure };
}

/** The run of a schedule that fails, with its trace. */
function shown(
  program: () => unknown,
  schedule: Schedule,
  error: unknown,
  how: ProgramOptions,
): Pick<Failure, 'error' | 'schedule' | 'trace'> {
  const line = formatSchedule(schedule);
  let handled: { readonly error: unknown } | null = null;
  const replayed = replay(program, schedule, {
    limits: LIMITS,
    ...how,
    exceptionHandler: (_, { exception, message }) => {
      handled ??= { error: exception ?? new Error(message) };
    },
  });
  const again: unknown = replayed.error ?? (handled as { readonly error: unknown } | null)?.error ?? null;
  if (again === null || wordsOf(again) !== wordsOf(error)) throw new NotRepeatableError(line, error);
  return { error: again, schedule: line, trace: replayed.trace };
}

/** By what failures are told apart: class and message, but for the numbers in it, as times differ from schedule to schedule. */
function wordsOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replace(/\d+(\.\d+)?/g, 'n');
}
