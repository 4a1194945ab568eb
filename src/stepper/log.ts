/**
 * The story so far: the sentences up to the cursor, the last one at the end. It takes what room a screen has left, and where
 * there is none it isn't missed, for the sentence under the cursor has a place of its own. That somebody comes to stand on a
 * line is left out: the source beside it shows that.
 */

import { pad, widest, wrap } from '../views/cells.ts';
import type { Line } from '../views/ink.ts';
import { formatDuration } from '../views/time.ts';
import type { Steppable } from './stepper.ts';

/** In fewer cells sentences are stacked up word by word. */
const LEAST = 44;

/** The last sentences up to an event, in so many lines or fewer; a moment is written where it begins. */
export function soFar(on: Steppable, seq: number, columns: number, room: number): Line[] {
  if (columns < LEAST || room < 1) return [];
  const told: number[] = [];
  for (let at = seq; at > 0 && told.length < room; at--)
    if (at === seq || on.trace.event(at).kind !== 'source:at') told.push(at);
  const times = new Map(told.map((at) => [at, formatDuration(on.trace.event(at).time)]));
  const timeWidth = widest(times.values());
  let left = room;
  const fits = told.map((at) => ({ at, pieces: wrap(on.sentence(at), columns - timeWidth - 2) }));
  const shown = fits.filter(({ pieces }) => {
    left -= pieces.length;
    return left >= 0;
  });
  return shown.reverse().flatMap(({ at, pieces }, i): Line[] => {
    const isNews = i === 0 || times.get(at) !== times.get(shown[i - 1]!.at);
    return pieces.map((piece, p) => [
      [pad(p === 0 && isNews ? times.get(at)! : '', timeWidth, 'right'), 'quiet'],
      ['  '],
      [piece, at === seq ? 'strong' : 'quiet'],
    ]);
  });
}
