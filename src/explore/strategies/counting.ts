import { AstrayError, type Plan, type Strategy } from '../strategy.ts';
import type { Bound, Odometer } from './odometer.ts';
import { Prefixes } from './prefixes.ts';

/** A strategy that counts through all schedules within a bound, if there is one: by an odometer; where the work is divided, by one for each of this part's beginnings. */
export function counting(
  name: string,
  code: string,
  limit: Bound | null,
  prefixes = new Prefixes(limit, []),
): Strategy {
  let odometer: Odometer | null = null;
  let isProbe = false;
  return {
    name,
    code,
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
      if (odometer!.isAstray || odometer!.isShort) throw new AstrayError();
      if (isProbe) prefixes.learn(odometer!.asked);
      if (isProbe || !odometer!.turn()) odometer = null;
      isProbe = false;
    },
    progress: () => prefixes.progress(odometer?.progress() ?? 0),
    shard: (index, of) => counting(name, code, limit, prefixes.part(index, of)),
  };
}
