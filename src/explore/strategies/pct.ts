import { ValueError } from '../../core/errors.ts';
import type { ChoiceKind, SchedulingPolicy } from '../../core/policy.ts';
import { Random } from '../../core/random.ts';
import type { Decision } from '../../trace/schedule.ts';
import { checkSeed, type Plan, type Strategy } from '../strategy.ts';

/**
 * Probabilistic concurrency testing (Burckhardt and others, ASPLOS 2010): everybody has a priority by chance, and of those that
 * could be first the highest is; at a few places, by chance too, whoever is first there falls behind everybody else.
 *
 * A bug of depth `d` is one that shows where `d` things happen in an order of their own. With so many places, less one, this finds
 * it with a chance that falls with the length of the program and not, as blind choice, with the power of its length.
 *
 * @example explore(main, { strategy: pct({ depth: 3, seed: 7 }), runs: 500 })
 */
export function pct({
  depth = 3,
  seed = 0,
}: {
  readonly depth?: number;
  readonly seed?: number;
} = {}): Strategy {
  if (!(Number.isInteger(depth) && depth >= 1))
    throw new ValueError(`a depth is a whole number of 1 or more, got ${String(depth)}`);
  return ranking(depth, checkSeed('pct()', seed), 1);
}

/** Each run has the seed of the one before and `stride` more: so several parts share the seeds. */
function ranking(depth: number, seed: number, stride: number): Strategy {
  let run = 0;
  /** How many questions the longest run has asked so far; a guess, before the first one. */
  let length = 16;
  let longest = 0;
  return {
    name: 'pct',
    code: `pct({ depth: ${depth}, seed: ${seed} })`,
    leavesOut: 'by chance',
    next(): Plan {
      const own = seed + stride * run++;
      const dice = new Random(own);
      const changes = new Set(Array.from({ length: depth - 1 }, () => Math.floor(dice.next() * length)));
      const priorities = new Map<string, number>();
      let lowest = 0;
      let asked = 0;
      const priorityOf = (name: string): number => {
        const known = priorities.get(name) ?? dice.next();
        priorities.set(name, known);
        return known;
      };
      const choose = (kind: ChoiceKind, candidates: number, nameOf: (index: number) => string): number => {
        const isChange = changes.has(asked++);
        if (kind === 'preempt') {
          // Who runs is only interrupted where the order changes; whoever it is then comes last.
          if (isChange) priorities.set(nameOf(0).replace(/ goes on$/, ''), --lowest);
          return isChange ? 1 : 0;
        }
        const names = told(candidates, nameOf);
        let first = 0;
        for (let index = 1; index < candidates; index++)
          if (priorityOf(names[index]!) > priorityOf(names[first]!)) first = index;
        if (isChange) priorities.set(names[first]!, --lowest);
        return first;
      };
      const policy: SchedulingPolicy = { choose };
      return { policy, seed: own };
    },
    learn(decisions: readonly Decision[]) {
      longest = Math.max(longest, decisions.length);
      // In a short program a change behind its end would be none: most runs would then be all alike.
      length = Math.max(1, longest);
    },
    shard: (index, of) => ranking(depth, seed + stride * index, stride * of),
  };
}

/** What the candidates are called; of those with one name, such as callbacks, each but the first by a name of its own. */
function told(candidates: number, nameOf: (index: number) => string): readonly string[] {
  const times = new Map<string, number>();
  return Array.from({ length: candidates }, (_, index) => {
    const name = nameOf(index);
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    return time === 1 ? name : `${name} (${time})`;
  });
}
