/** An entry held against `explore`: in which run each way finds the mistake, and that the twin is left in peace. */

import {
  type Exploration,
  type ExploreOptions,
  exhaustive,
  explore,
  pct,
  random,
  type Strategy,
} from 'loopscope/explore';
import type { Entry } from './entry.ts';

/** The ways that have a seed. */
export const SEEDED = { random, pct: (seed: number) => pct({ seed }) } as const;

/** What one way came to: in which run it was met; null: not at all, or as something else. */
export interface Found {
  readonly run: number | null;
  readonly exploration: Exploration;
}

/** What came of an entry. */
export interface Measured {
  readonly entry: Entry;
  readonly exhaustive: Found;
  /** One for each seed. */
  readonly random: readonly Found[];
  readonly pct: readonly Found[];
  /** How many answers of the shortest schedule that was found are not the faithful ones. */
  readonly departures: number | null;
  /** The twin: all that every schedule is, if it came to its end; and how many runs there were in all. */
  readonly twin: { readonly isProved: boolean; readonly schedules: number; readonly runs: number };
  /** What went wrong, in words; nothing should. */
  readonly complaints: readonly string[];
}

/** Explores both programs of an entry: every schedule, then by chance and by priorities from each of some seeds. */
export function measure(entry: Entry, seeds: readonly number[]): Measured {
  const complaints: string[] = [];
  const find = (strategy: Strategy, way: string): Found => {
    const exploration = exploreBy(entry, entry.buggy, strategy);
    const [failure] = exploration.failures;
    const words = failure === undefined ? null : String(failure.error);
    const isRight = words !== null && entry.expects.test(words);
    if (words === null) complaints.push(`missed by ${way} in ${exploration.runs} runs`);
    else if (!isRight) complaints.push(`${way} found something else: ${words}`);
    return { run: isRight ? failure!.run : null, exploration };
  };
  const found = {
    exhaustive: find(exhaustive(), 'exhaustive'),
    random: seeds.map((seed) => find(SEEDED.random(seed), `random from seed ${seed}`)),
    pct: seeds.map((seed) => find(SEEDED.pct(seed), `pct from seed ${seed}`)),
  };
  const departures = [found.exhaustive, ...found.random, ...found.pct].flatMap(({ run, exploration }) =>
    run === null ? [] : [exploration.failures[0]!.departures],
  );
  const leave = (strategy: Strategy, way: string): Exploration => {
    const exploration = exploreBy(entry, entry.fixed, strategy);
    const [failure] = exploration.failures;
    if (failure !== undefined)
      complaints.push(`${way} blames the twin: ${String(failure.error)}, by ${failure.schedule}`);
    return exploration;
  };
  const asked = new Set<'pick' | 'draw'>();
  const all = leave(watched(exhaustive(), asked), 'exhaustive');
  // Where every schedule was run chance has nothing to add but what lies between the ends of a range; and how that is drawn
  // is the same for both ways that go by chance, so that one of them is enough where nothing is picked.
  const ways =
    !all.isComplete || asked.size === 2
      ? (['random', 'pct'] as const)
      : asked.has('draw')
        ? (['random'] as const)
        : [];
  const more = seeds.flatMap((seed) =>
    ways.map((way) => leave(SEEDED[way](seed), `${way} from seed ${seed}`)),
  );
  return {
    entry,
    ...found,
    departures: departures.length === 0 ? null : Math.min(...departures),
    twin: {
      isProved: all.isComplete,
      schedules: all.schedules,
      runs: [all, ...more].reduce((sum, { runs }) => sum + runs, 0),
    },
    complaints,
  };
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
  const options: ExploreOptions = { ...entry.explore, strategy, adversarial: entry.mode === 'adversarial' };
  return explore(program, options);
}
