/**
 * The marks along the ruler.
 *
 * In time they are round, and all have one unit, as in the other timelines. Seen from near, far from the start, the labels
 * would be long and all alike (`2400003 ms`, `2400004 ms`): then they count from a round moment that is told once, as
 * `40 min` and `+3 ms`. In turns they are the iterations of the loop.
 */

import { formatDuration, timeTicks } from '../../views/time.ts';
import { lowerBound } from './detail.ts';
import type { View } from './layout.ts';
import { countedLoop, type Model } from './model.ts';

/** A mark on the ruler. */
export interface Mark {
  readonly at: number;
  readonly label: string;
}

/** The marks in a view, and what stands beside them: the moment from which they count, or what they count; '' for nothing. */
export interface Axis {
  readonly marks: readonly Mark[];
  readonly corner: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Views shorter than `below` count from whole `of`, once they lie beyond `beyond`. */
const BASES = [
  { below: 0.5, of: 1, beyond: 20 },
  { below: SECOND, of: SECOND, beyond: 10 * SECOND },
  { below: 3 * MINUTE, of: MINUTE, beyond: 20 * MINUTE },
  { below: 4 * HOUR, of: HOUR, beyond: 2 * DAY },
] as const;

/** About `count` marks in a view. */
export function axisOf(model: Model, view: View, count: number): Axis {
  if (model.by === 'turns') return turnMarks(model, view, count);
  const span = view.to - view.from;
  const rule = BASES.find(({ below }) => span < below);
  const base = rule && view.from >= rule.beyond ? Math.floor(view.from / rule.of) * rule.of : 0;
  const isWhole = view.to === model.to && base === 0;
  const ticks = timeTicks(view.from - base, view.to - base, Math.max(1, count));
  // The last is the end of the view, which is a moment like any other unless it is the end of all.
  if (!isWhole && ticks.length > 1) ticks.pop();
  const plus = base === 0 ? '' : '+';
  const marks = ticks.map(({ time, label }) => ({
    at: time + base,
    label: plus + label,
  }));
  return { marks, corner: base === 0 ? '' : formatDuration(base) };
}

/** In turns: where iterations begin, or round numbers of turns where there are several traces. */
function turnMarks(model: Model, view: View, count: number): Axis {
  const loop = countedLoop(model);
  if (loop) {
    const turns = loop.iterationTurn;
    const first = lowerBound(turns, view.from, 0, turns.length);
    const last = lowerBound(turns, view.to + 1e-9, first, turns.length);
    // Numbers need less room than times.
    const every = roundUp((last - first) / Math.max(1, count * 2.5));
    // By twos from the first on; else round ones.
    const rest = every === 2 ? 1 : 0;
    const marks: Mark[] = [];
    for (let i = first; i < last; i++) {
      const number = loop.iterationNumber[i]!;
      if (every === 1 || number % every === rest) marks.push({ at: turns[i]!, label: String(number) });
    }
    return { marks, corner: 'iteration' };
  }
  const every = roundUp((view.to - view.from) / Math.max(1, count));
  const marks: Mark[] = [];
  for (let at = Math.ceil(view.from / every) * every; at <= view.to; at += every)
    marks.push({ at, label: String(at) });
  return { marks, corner: 'turns' };
}

/** The least of 1, 2, 5, 10, 20 … that is not below a number. */
function roundUp(value: number): number {
  if (value <= 1) return 1;
  const decade = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((digit) => digit * decade).find((step) => step >= value * (1 - 1e-9))!;
}
