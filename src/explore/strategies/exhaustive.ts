import type { DrawKind, SchedulingPolicy } from '../../core/policy.ts';
import type { Plan, Strategy } from '../strategy.ts';

/**
 * Every schedule, one after another: an odometer whose wheels are the questions.
 *
 * A run answers with the wheels that are set, and faithfully from there on; what it was asked gives the odometer its further
 * wheels. Then the last wheel that can turn is turned, and those behind it are taken off, as what is asked there may be something
 * else now:
 *
 *     three timers at once ask 3, then 2:   0 0 · 0 1 · 1 0 · 1 1 · 2 0 · 2 1     that is 3! runs
 *
 * A latency is either the least or the most of its range, and a fault happens or doesn't: a range has no end of numbers. So "every
 * schedule" is every order of what happens at one moment, and the ends of what takes time.
 *
 * @example explore(main, { strategy: exhaustive() }).isComplete // true, if the program has so few
 */
export function exhaustive(): Strategy {
  let wheels: Wheel[] = [];
  let isOver = false;
  let asked: Wheel[] = [];
  return {
    name: 'exhaustive',
    next(): Plan | null {
      if (isOver) return null;
      asked = [];
      const answer = (of: number): number => {
        const at = wheels[asked.length]?.at ?? 0;
        asked.push({ at, of });
        return at;
      };
      const policy: SchedulingPolicy = {
        choose: (_, candidates) => answer(candidates),
        draw: (kind, low, high) => endsOf(kind, low, high)[low === high ? 0 : answer(2)],
      };
      return { policy, seed: 0 };
    },
    learn() {
      wheels = asked;
      while (wheels.length > 0 && wheels.at(-1)!.at === wheels.at(-1)!.of - 1) wheels.pop();
      const last = wheels.pop();
      if (last === undefined) isOver = true;
      else wheels.push({ at: last.at + 1, of: last.of });
    },
  };
}

/** A question: which answer is given, of how many. */
interface Wheel {
  readonly at: number;
  readonly of: number;
}

/** What is tried of a range: that nothing fails first, and that it is quick. */
function endsOf(kind: DrawKind, low: number, high: number): readonly [number, number] {
  return kind === 'fault' ? [high, low] : [low, high];
}
