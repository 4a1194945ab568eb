import { ValueError } from '../../core/errors.ts';
import type { Plan, Strategy } from '../strategy.ts';
import type { Bound, Odometer } from './odometer.ts';
import { Prefixes } from './prefixes.ts';

/**
 * Every schedule, one after another.
 *
 * A latency is either the least or the most of its range, and a fault happens or doesn't: a range has no end of numbers. So "every
 * schedule" is every order of what happens at one moment, and the ends of what takes time.
 *
 * @example explore(main, { strategy: exhaustive() }).isComplete // true, if the program has so few
 */
export function exhaustive(): Strategy {
  return counting('exhaustive', null);
}

/**
 * Every schedule that departs little from the faithful one: to take the candidate in place 2 is to hold up two others, and there
 * are `most` such delays in a run (Emmi, Qadeer and Rakamarić, POPL 2011). Most bugs need few. Throws a ValueError unless `most` is
 * a whole number of 0 or more.
 *
 * @example explore(main, { strategy: delayBounded(2) })
 */
export function delayBounded(most = 2): Strategy {
  return counting('delay-bounded', { most: bound('delayBounded()', most), counts: () => true });
}

/**
 * Every schedule in which threads are interrupted at most so many times where they need not be (Musuvathi and Qadeer, PLDI 2007);
 * all else that is open is free. Throws a ValueError unless `most` is a whole number of 0 or more.
 *
 * @example explore(work, { strategy: preemptionBounded(2) })
 */
export function preemptionBounded(most = 2): Strategy {
  return counting('preemption-bounded', {
    most: bound('preemptionBounded()', most),
    counts: (kind) => (kind as string) === 'preempt',
  });
}

function bound(who: string, most: number): number {
  if (Number.isInteger(most) && most >= 0) return most;
  throw new ValueError(`${who} takes how many it allows, a whole number of 0 or more, got ${String(most)}`);
}

/** By an odometer; where the work is divided, by one for each of this part's beginnings. */
function counting(name: string, limit: Bound | null, prefixes = new Prefixes(limit, [])): Strategy {
  let odometer: Odometer | null = null;
  let isProbe = false;
  return {
    name,
    isByEnds: true,
    ...(limit !== null && { leavesOut: 'beyond the bound' }),
    next(): Plan | null {
      if (odometer === null) {
        odometer = prefixes.probe();
        isProbe = odometer !== null;
        odometer ??= prefixes.take();
      }
      return odometer && { policy: odometer, seed: 0, isProbe };
    },
    learn() {
      if (isProbe) prefixes.learn(odometer!.asked);
      if (isProbe || !odometer!.turn()) odometer = null;
      isProbe = false;
    },
    progress: () => prefixes.progress(odometer?.progress() ?? 0),
    shard: (index, of) => counting(name, limit, prefixes.part(index, of)),
  };
}
