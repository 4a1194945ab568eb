import type { SchedulingPolicy } from '../../core/policy.ts';
import { Random } from '../../core/random.ts';
import { checkSeed, type Plan, type Strategy } from '../strategy.ts';

/**
 * Answers by chance, in each run by another seed: simple, without memory, and hard to beat where many schedules fail.
 *
 * It never ends by itself. What is drawn (latencies, faults) comes by chance anyway, from the seed of the run.
 *
 * @example explore(main, { strategy: random(7), runs: 500 })
 */
export function random(seed = 0): Strategy {
  return throwing(checkSeed('random()', seed), 1);
}

/** Each run has the seed of the one before and `stride` more: so several parts share the seeds. */
function throwing(seed: number, stride: number): Strategy {
  let run = 0;
  return {
    name: 'random',
    code: `random(${seed})`,
    leavesOut: 'by chance',
    next(): Plan {
      const own = seed + stride * run++;
      const dice = new Random(own);
      const policy: SchedulingPolicy = { choose: (_, candidates) => Math.floor(dice.next() * candidates) };
      return { policy, seed: own };
    },
    learn() {},
    shard: (index, of) => throwing(seed + stride * index, stride * of),
  };
}
