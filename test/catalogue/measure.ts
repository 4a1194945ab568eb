/**
 * An entry held against `explore`: in which run each way meets the mistake, and that the twin is left in peace.
 *
 * Each way has the budget that `explore` has by default, 1,000 runs; those that go by chance have it from each of several seeds.
 */

import type { FindingKind } from 'loopscope';
import { type Exploration, exhaustive, explore, pct, random, replay, type Strategy } from 'loopscope/explore';
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

/** What came of an entry. */
export interface Measured {
  readonly entry: Entry;
  /** Whether the faithful run of the program with the mistake passes: otherwise there is nothing to look for. */
  readonly passesFaithfully: boolean;
  /** In which run each way has met the mistake first, from 1; null where it has not. By chance: for each seed. */
  readonly exhaustive: number | null;
  readonly random: readonly (number | null)[];
  readonly pct: readonly (number | null)[];
  /** How many answers of the shortest failing schedule are not the faithful ones. */
  readonly departures: number | null;
  /** What else was found in the run that failed, by kind. */
  readonly findings: readonly FindingKind[];
  /** The twin: whether every schedule was run, how many those are, and how many runs there were in all. */
  readonly twin: { readonly isProved: boolean; readonly schedules: number; readonly runs: number };
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
  const twin = leaveInPeace(entry, seeds, complaints);
  return {
    entry,
    passesFaithfully: passesFaithfully(entry),
    exhaustive: every.run,
    random: randomly.map(({ run }) => run),
    pct: byPriority.map(({ run }) => run),
    departures: (every.failure ?? failures[0])?.departures ?? null,
    findings: [...new Set(failures.flatMap(({ findings }) => findings.map(({ kind }) => kind)))],
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
 * Where every schedule was run chance has nothing to add but what lies between the ends of a range. And how that is drawn is the
 * same for both ways that go by chance, so that one of them is enough where nothing is picked.
 */
function leaveInPeace(entry: Entry, seeds: readonly number[], complaints: string[]): Measured['twin'] {
  const blame = (strategy: Strategy, way: string): Exploration => {
    const exploration = exploreBy(entry, entry.fixed, strategy);
    for (const { error, schedule } of exploration.failures)
      complaints.push(`${way} blames the twin: ${String(error)}, by ${schedule}`);
    return exploration;
  };
  const asked = new Set<'pick' | 'draw'>();
  const every = blame(watched(exhaustive(), asked), 'exhaustive');
  const ways: readonly ByChance[] =
    every.isComplete && !asked.has('draw')
      ? []
      : every.isComplete && !asked.has('pick')
        ? ['random']
        : ['random', 'pct'];
  const more = seeds.flatMap((seed) =>
    ways.map((way) => blame(BY_CHANCE[way](seed), `${way} from seed ${seed}`)),
  );
  const runs = [every, ...more].reduce((sum, exploration) => sum + exploration.runs, 0);
  return { isProved: every.isComplete, schedules: every.schedules, runs };
}

/** The same strategy, which also notes what kinds of questions were asked. */
function watched(strategy: Strategy, asked: Set<'pick' | 'draw'>): Strategy {
  return {
    name: strategy.name,
    next: () => strategy.next(),
    learn(decisions) {
      for (const decision of decisions) asked.add('picked' in decision ? 'pick' : 'draw');
      strategy.learn(decisions);
    },
  };
}

function exploreBy(entry: Entry, program: () => unknown, strategy: Strategy): Exploration {
  return explore(program, { ...entry.explore, strategy, adversarial: entry.mode === 'adversarial' });
}

/** The run in which nobody decides anything. */
function passesFaithfully({ buggy, explore: { bounds } = {} }: Entry): boolean {
  return replay(buggy, 'seed=0 ...', bounds === undefined ? {} : { bounds }).failure === null;
}
