import { ValueError } from '../../core/errors.ts';
import type { Strategy } from '../strategy.ts';
import { counting } from './counting.ts';

/**
 * Every schedule that departs little from the faithful one: to take the candidate in place 2 is to hold up two others, and there
 * are `most` such delays in a run (Emmi, Qadeer and Rakamarić, POPL 2011). Most bugs need few. Throws a ValueError unless `most` is
 * a whole number of 0 or more.
 *
 * @example explore(main, { strategy: delayBounded(2) })
 */
export function delayBounded(most = 2): Strategy {
  return counting('delay-bounded', `delayBounded(${most})`, {
    most: bound('delayBounded()', most),
    counts: () => true,
  });
}

/**
 * Every schedule in which threads are interrupted at most so many times where they need not be (Musuvathi and Qadeer, PLDI 2007);
 * all else that is open is free. Throws a ValueError unless `most` is a whole number of 0 or more.
 *
 * @example explore(work, { strategy: preemptionBounded(2) })
 */
export function preemptionBounded(most = 2): Strategy {
  return counting('preemption-bounded', `preemptionBounded(${most})`, {
    most: bound('preemptionBounded()', most),
    counts: (kind) => kind === 'preempt',
  });
}

function bound(who: string, most: number): number {
  if (Number.isInteger(most) && most >= 0) return most;
  throw new ValueError(`${who} takes how many it allows, a whole number of 0 or more, got ${String(most)}`);
}
