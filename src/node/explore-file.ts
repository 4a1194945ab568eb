/**
 * A program file, explored by worker threads.
 *
 * A thread can be handed no closure: the program is named by its file, and the strategy by its name. What fails comes back as a
 * line, and the line is run once more here: so what comes of it is the same as of `explore`, with errors and traces; and a program
 * that isn't the same here as in its worker is noticed.
 */

import { resolve } from 'node:path';
import { describeValue, ValueError } from '../core/errors.ts';
import { type FindOptions, MOST_RUNS } from '../explore/attempt.ts';
import {
  checkBudget,
  type Exploration,
  type ExploreOptions,
  explore,
  failureAgain,
  failureWithoutEnd,
  leavesOutOf,
  nameOf,
  partOf,
  plainRunOf,
  withRanges,
} from '../explore/explore.ts';
import { exploreCode } from '../explore/options-code.ts';
import { type NamedStrategy, strategyOf } from '../explore/strategies/named.ts';
import { parseSchedule } from '../trace/schedule.ts';
import { Crew, type Standing } from './crew.ts';
import { scriptOf } from './demo.ts';
import { FileError, loadRunnable, partAt } from './load-program.ts';

/** How a program file is explored: as by `explore`, but with a strategy that is data. */
export interface ExploreFileOptions
  extends FindOptions,
    Pick<ExploreOptions, 'runs' | 'seconds' | 'adversarial' | 'all' | 'shard' | 'onProgress'> {
  /** Which schedules; by default every one, as far as the bounds go. */
  readonly strategy?: NamedStrategy;
  /**
   * How many threads share the work; 1 by default, as other numbers take the schedules in another order. With 0 it is done in
   * this thread: that begins sooner, but a run that never ends can't be given up.
   */
  readonly workers?: number;
  /** Of a demo with several parts, which one, from 1; the first by default. */
  readonly part?: number;
  /** Ends it; then it has failed for the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Real ms between two reports of progress. */
const REPORT_EVERY = 100;

/**
 * Runs the program in a file under many schedules, in threads of their own, and says which of them fail.
 *
 * The default export of the file is a program, a script or a demo; each thread loads it afresh. `runs` and `seconds` are for all
 * threads together. A run that never ends is given up, at the latest when the time is up: it is a failure, whose schedule has the
 * answers until there, and whose trace is empty. What comes of it doesn't depend on which thread is faster, unless the time is up
 * before, or a run is given up.
 *
 * Fails with a `FileError` or a `ProgramError` if there is no such program, a `WorkerError` if a thread ends before its work does, a
 * `NotRepeatableError` if what failed in a thread doesn't fail here, and a ValueError for options that make no sense, or a strategy
 * that can't be divided.
 *
 * @example
 * const { failures } = await exploreFile('work.ts', { strategy: { name: 'random', seed: 7 }, runs: 1e5, workers: 8 });
 */
export async function exploreFile(file: string, options: ExploreFileOptions = {}): Promise<Exploration> {
  const searched = await searchFile(file, options);
  return searched.inFull();
}

/** What the threads have found; `inFull` runs it once more, here. @internal */
export interface Searched {
  /** Whether a thread had to be given up in a run that did not end. */
  readonly isStuck: boolean;
  inFull(): Exploration;
}

/** The first half of `exploreFile`, after which all threads have ended. @internal */
export async function searchFile(file: string, options: ExploreFileOptions = {}): Promise<Searched> {
  const {
    strategy = { name: 'exhaustive' },
    runs = MOST_RUNS,
    seconds = Number.POSITIVE_INFINITY,
    adversarial = false,
    all = false,
    shard = '1/1',
    workers = 1,
    part = 1,
    ignore,
    bounds,
    onProgress,
    signal,
  } = options;
  checkBudget(runs, seconds);
  if (!(Number.isInteger(workers) && workers >= 0))
    throw new ValueError(`workers is a whole number of 0 or more, got ${describeValue(workers)}`);
  const whole = partOf(strategyOf(strategy), shard);
  if (workers > 1 && whole.shard === undefined)
    throw new ValueError(`the strategy ${whole.name} can't be divided among workers: leave them out`);
  signal?.throwIfAborted();

  const path = resolve(file);
  const find = { ...(ignore && { ignore }), ...(bounds && { bounds }) };
  const script = await scriptAt(file, part);
  signal?.throwIfAborted();
  if (workers === 0) {
    const how = { runs, seconds, adversarial, all, shard, captureConsole: true, ...find };
    const heard = onProgress && { onProgress };
    return {
      isStuck: false,
      inFull: () => explore(script, { ...how, ...heard, strategy: strategyOf(strategy) }),
    };
  }
  const crew = new Crew({
    file: path,
    part,
    strategy,
    shard,
    seconds,
    adversarial,
    all,
    find,
    workers,
    runs,
  });
  const onAbort = () => crew.stop(signal!.reason);
  signal?.addEventListener('abort', onAbort);
  const report = () => {
    if (crew.hasBegun) onProgress?.(progressOf(crew.standing, runs, seconds));
  };
  const reports = onProgress && setInterval(report, REPORT_EVERY);
  try {
    const { found, stuck, isStuck, hasRanges, ...outcome } = await crew.done;
    const plain = plainRunOf(whole);
    return {
      isStuck,
      inFull: () => ({
        strategy: nameOf(whole, shard),
        adversarial,
        leavesOut: withRanges(leavesOutOf(whole, shard), hasRanges),
        how: exploreCode(whole, { runs, seconds, adversarial, shard, ...find }),
        ...outcome,
        failures: [
          ...stuck.map(({ schedule, turn, seconds }) =>
            failureWithoutEnd(schedule, withoutEnd(seconds), turn, plain),
          ),
          ...found.map(({ words, message, turn, schedule, passing }) =>
            failureAgain(
              script,
              { words, error: message, run: turn },
              parseSchedule(schedule),
              passing === null ? null : parseSchedule(passing),
              { captureConsole: true, ...find },
              plain,
              [],
            ),
          ),
        ].sort((a, b) => a.run - b.run),
      }),
    };
  } finally {
    clearInterval(reports);
    signal?.removeEventListener('abort', onAbort);
  }
}

const withoutEnd = (seconds: number): string =>
  `a step did not end, and was given up after ${seconds} s of real time: does it go round without awaiting anything?`;

/** The program of a file, as a script; of a demo that of a part, from 1. Throws a `FileError` if there is none. @internal */
export async function scriptAt(file: string, part: number): Promise<() => unknown> {
  const loaded = await loadRunnable(file);
  if (loaded.kind === 'demo') return scriptOf(partAt(loaded.demo, file, part).program);
  if (part !== 1) throw new FileError(`${file} is one program, and has no part ${part}`);
  return scriptOf(loaded.program);
}

function progressOf({ share, ...standing }: Standing, mostRuns: number, mostSeconds: number) {
  const { runs, seconds } = standing;
  const whole = Math.min(1, Math.max(runs / mostRuns, seconds / mostSeconds, share));
  return { ...standing, share: whole, secondsLeft: (seconds * (1 - whole)) / whole };
}
