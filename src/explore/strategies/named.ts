import { describeValue, ValueError } from '../../core/errors.ts';
import type { Strategy } from '../strategy.ts';
import { delayBounded, preemptionBounded } from './bounded.ts';
import { exhaustive } from './exhaustive.ts';
import { pct } from './pct.ts';
import { random } from './random.ts';
import { reduced } from './reduced.ts';

/** A strategy as data: what can be sent to another thread, or stand in a file. */
export type NamedStrategy =
  /** `reduced`: of orders that lead to the same state only one; that can't be divided into parts. */
  | { readonly name: 'exhaustive'; readonly reduced?: boolean }
  | { readonly name: 'random'; readonly seed?: number }
  | { readonly name: 'pct'; readonly depth?: number; readonly seed?: number }
  | { readonly name: 'delay-bounded'; readonly most?: number }
  | { readonly name: 'preemption-bounded'; readonly most?: number };

/**
 * The strategy of that name. Throws a ValueError if there is none, and as the strategy itself does.
 *
 * @example strategyOf({ name: 'pct', depth: 3, seed: 7 }).name // 'pct'
 */
export function strategyOf(named: NamedStrategy): Strategy {
  switch (named.name) {
    case 'exhaustive':
      return named.reduced ? reduced() : exhaustive();
    case 'random':
      return random(named.seed);
    case 'pct':
      return pct(named);
    case 'delay-bounded':
      return delayBounded(named.most);
    case 'preemption-bounded':
      return preemptionBounded(named.most);
    default:
      throw new ValueError(
        `there is no strategy of that name: ${describeValue((named as { name: string }).name)}`,
      );
  }
}
