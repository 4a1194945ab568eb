/**
 * An entry held against `explore`: in which run each way meets the mistake, and that the twin is left in peace.
 *
 * Each way has the budget that `explore` has by default, 1,000 runs; those that go by chance have it from each of several seeds.
 */

import {
  delayBounded,
  type Exploration,
  exhaustive,
  explore,
  pct,
  random,
  reduced,
  replay,
  type Strategy,
} from 'loopscope/explore';
import type { Entry } from './entry.ts';

/** The ways that go by chance. By one seed both would draw the same latencies, so that pct has other ones. */
const BY_CHANCE = {
  random,
  pct: (seed: number) => pct({ seed: seed + 500_000_009 }),
} as const;
type ByChance = keyof typeof BY_CHANCE;

/** Three seeds from one; far apart, as a run of a strategy has the seed of the one before, and one more. */
export function seedsOf(seed: number): readonly number[] {
  return [seed, seed + 10_000_019, seed + 20_000_003];
}

/** What came of a twin. */
export interface Twin {
  /** Whether every schedule was run, or every one that makes a difference; of ranges with their ends. */
  readonly isComplete: boolean;
  /** Whether that were the ends of ranges: nothing is proved of what lies between them. */
  readonly isByEnds: boolean;
  readonly isReduced: boolean;
  /** How many schedules that were. */
  readonly schedules: number;
  /** How many runs there were in all. */
  readonly runs: number;
}

/** What came of an entry. */
export interface Measured {
  readonly entry: Entry;
  /** Whether the faithful run of the program with the mistake passes: otherwise there is nothing to look for. */
  readonly passesFaithfully: boolean;
  /** In which run each way has met the mistake first, from 1; null where it has not. By chance: for each seed. */
  readonly exhaustive: number | null;
  /** The same, with two delays at most: no promise, but told. */
  readonly delayed: number | null;
  readonly random: readonly (number | null)[];
  readonly pct: readonly (number | null)[];
  /** How many answers of the shortest failing schedule are not the faithful ones. */
  readonly departures: number | null;
  readonly twin: Twin;
  /** What is not as it should be, in words. */
  readonly complaints: readonly string[];
}

/** Explores both programs of an entry: every schedule, and then by chance from each of some seeds. */
export function measure(entry: Entry, seeds: readonly number[]): Measured {
  const complaints: string[] = [];
  const every = hunt(entry, exhaustive(), 'exhaustive', complaints);
  const byChance = (way: ByChance) =>
    seeds.map((seed) => hunt(entry, BY_CHANCE[way](seed), `${way} from seed ${seed}`, complaints));
  const [randomly, byPriority] = [byChance('random'), byChance('pct')];
  const failures = [every, ...randomly, ...byPriority].flatMap(({ failure }) => failure ?? []);
  const { alongside } = entry;
  for (const { findings, schedule } of alongside === undefined ? [] : failures)
    if (!findings.some(({ kind }) => kind === alongside))
      complaints.push(`no ${alongside} is found in the run by ${schedule}`);
  const twin = leaveInPeace(entry, seeds, complaints);
  return {
    entry,
    passesFaithfully: passesFaithfully(entry),
    exhaustive: every.run,
    delayed: hunt(entry, delayBounded(2), 'delay-bounded', []).run,
    random: randomly.map(({ run }) => run),
    pct: byPriority.map(({ run }) => run),
    departures: (every.failure ?? failures[0])?.departures ?? null,
    twin,
    complaints,
  };
}

/** Looks for the mistake. */
function hunt(entry: Entry, strategy: Strategy, way: string, complaints: string[]) {
  const { failures, runs } = exploreBy(entry, entry.buggy, strategy);
  const [failure = null] = failures;
  if (failure === null) complaints.push(`${way} has missed it in ${runs} runs`);
  else if (!entry.expects.test(String(failure.error)))
    complaints.push(`${way} has met something else: ${String(failure.error)}`);
  else return { run: failure.run, failure };
  return { run: null, failure: null };
}

/**
 * Explores the twin.
 *
 * Where every schedule was run chance has nothing to add but what lies between the ends of a range, and how that is drawn is the
 * same for both ways that go by chance: one of them is enough, and none where nothing is drawn.
 */
function leaveInPeace(entry: Entry, seeds: readonly number[], complaints: string[]): Twin {
  const blame = (strategy: Strategy, way: string): Exploration => {
    const exploration = exploreBy(entry, entry.fixed, strategy);
    for (const { error, schedule } of exploration.failures)
      complaints.push(`${way} blames the twin: ${String(error)}, by ${schedule}`);
    return exploration;
  };
  const every = blame(exhaustive(), 'exhaustive');
  const isByEnds = every.leavesOut !== '';
  const ways: readonly ByChance[] = !every.isComplete ? ['random', 'pct'] : isByEnds ? ['random'] : [];
  const more = seeds.flatMap((seed) =>
    ways.map((way) => blame(BY_CHANCE[way](seed), `${way} from seed ${seed}`)),
  );
  const less = !every.isComplete && entry.isVisible ? blame(reduced(), 'reduced') : null;
  const runs = [every, ...more, ...(less ? [less] : [])].reduce(
    (sum, exploration) => sum + exploration.runs,
    0,
  );
  const isReduced = less?.isComplete === true;
  const { schedules } = isReduced ? less : every;
  return { isComplete: every.isComplete || isReduced, isByEnds, isReduced, schedules, runs };
}

function exploreBy(entry: Entry, program: () => unknown, strategy: Strategy): Exploration {
  return explore(program, { ...entry.explore, strategy, adversarial: entry.mode === 'adversarial' });
}

/** The run in which nobody decides anything. */
function passesFaithfully({ buggy, explore: { bounds } = {} }: Entry): boolean {
  return replay(buggy, 'seed=0 ...', bounds === undefined ? {} : { bounds }).failure === null;
}
