/**
 * What lies under a point, and where an event lies.
 *
 * A step that takes no time is a tick on the line, one px wide: whoever points near it means it. So a tick within reach wins
 * over the long slice around it, and a mark (the end of a life, or a deadlock) over both.
 */

import { lowerBound, upperBound } from './detail.ts';
import { laneAt, type Ruler, type Stack } from './layout.ts';
import { RUNNING } from './lives.ts';
import { type Lane, laneKey, type Model, type Part, placeOf } from './model.ts';

/** How far from a tick one may point, in px. */
const REACH = 4;
/** How far from a mark. */
const MARK_REACH = 7;

/** What is under a point: a slice, a run of the loop, or a mark. */
export interface Hit {
  readonly part: number;
  /** The line of the stack. */
  readonly line: number;
  readonly lane: Lane;
  /** The event: what begins the slice, or tells of what is marked. */
  readonly seq: number;
  readonly what: 'slice' | 'run' | 'mark';
  /** The slice, for the mark of an end the last one (-1: none); for a run of the loop, its number among all runs. */
  readonly index: number;
}

/** What lies under the point (`x`, `y`), where `y` counts from the top of the first line; null: nothing. */
export function hitAt(model: Model, stack: Stack, ruler: Ruler, x: number, y: number): Hit | null {
  if (y < 0 || y >= stack.height) return null;
  const line = stack.lineAt(y);
  const entry = stack.lines[line];
  const lane = laneAt(model, entry);
  if (!entry || !lane) return null;
  const part = model.parts[entry.part]!;
  const reach = REACH / ruler.scale;
  const at = ruler.place(x);
  const found = (what: Hit['what'], index: number, seq: number): Hit => {
    return { part: entry.part, line, lane, seq, what, index };
  };
  const mark = lane.marks.findLast((one) => Math.abs(at - one.at) * ruler.scale <= MARK_REACH);
  if (mark) {
    const step = nearestRun(lane, at, reach);
    const last = mark.kind === 'deadlock' ? -1 : Math.max(lane.first, lane.last - 1);
    // In the middle of a bar the bar is meant.
    if (step < 0 || isTick(lane, step, ruler) || at > mark.at) return found('mark', last, mark.seq);
  }
  if (lane.kind === 'loop') {
    const run = nearest(part.runAt, at, reach);
    if (run >= 0) return found('run', run, part.lives.loop.runSeq[run]!);
  } else {
    const step = nearestRun(lane, at, reach);
    if (step >= 0 && isTick(lane, step, ruler)) return found('slice', step, lane.slices.seq[step]!);
  }
  const index = sliceAt(lane, at, reach);
  if (index < 0) return null;
  return found('slice', index, seqOf(part, model, lane, index));
}

/** Where an event lies: the line, and the slice that it begins or falls into (-1: none); null if it has no row. */
export function placeOfEvent(
  model: Model,
  stack: Stack,
  partNumber: number,
  seq: number,
): { readonly line: number; readonly lane: Lane; readonly index: number } | null {
  const part = model.parts[partNumber];
  if (!part || seq < 1 || seq > part.trace.length) return null;
  const row = rowOfEvent(part, seq);
  if (row === undefined) return null;
  const line = stack.lineOf(partNumber, row);
  const lane = laneAt(model, stack.lines[line]);
  if (!lane) return null;
  if (lane.life === undefined) return { line, lane, index: sliceAt(lane, placeOf(model, part, seq), 0) };
  // The slices of a life are in the order of the events that begin them.
  let [low, high] = [lane.first, lane.last];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (lane.slices.seq[middle]! <= seq) low = middle + 1;
    else high = middle;
  }
  return { line, lane, index: low > lane.first ? low - 1 : -1 };
}

/** The row in which an event is told: that of its task, its thread, or else of the loop or the script. */
function rowOfEvent(part: Part, seq: number): number | undefined {
  const event = part.trace.event(seq);
  const { places } = part;
  if ('task' in event && event.task !== 0) return places.get(laneKey('task', event.task));
  if ('thread' in event && event.thread !== 0)
    return places.get(laneKey('thread', event.thread)) ?? places.get(laneKey('loop'));
  return places.get(laneKey('loop')) ?? places.get(laneKey('script'));
}

/** The event that begins a slice. The loop has none of its own: what happened last when the slice began. */
function seqOf(part: Part, model: Model, lane: Lane, index: number): number {
  const own = lane.slices.seq[index]!;
  if (own > 0 || model.by === 'turns') return own;
  return lastEventAt(part, lane.slices.from[index]!);
}

/** The last event up to a time; 0: there is none. */
function lastEventAt({ trace }: Part, time: number): number {
  let low = 1;
  let high = trace.length + 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (trace.event(middle).time <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The slice at a place, or the nearest within reach; -1: there is none. */
function sliceAt({ slices, first, last }: Lane, at: number, reach: number): number {
  const { from, to } = slices;
  const after = upperBound(from, at, first, last);
  // Of those that begin in one place the last, which is the one that goes on.
  const index = after - 1;
  if (index >= first && at - to[index]! <= reach) return index;
  return after < last && from[after]! - at <= reach ? after : -1;
}

/** The run that begins nearest to a place, within reach; -1: there is none. */
function nearestRun({ slices, first, last }: Lane, at: number, reach: number): number {
  const { from, doing } = slices;
  let best = -1;
  let distance = reach;
  const middle = lowerBound(from, at, first, last);
  for (let i = middle; i < last && from[i]! - at <= distance && i < middle + MOST_LOOKED_AT; i++) {
    if (doing[i] !== RUNNING) continue;
    [best, distance] = [i, from[i]! - at];
    break;
  }
  for (let i = middle - 1; i >= first && at - from[i]! <= distance && i > middle - MOST_LOOKED_AT; i--) {
    if (doing[i] !== RUNNING) continue;
    best = i;
    break;
  }
  return best;
}

/** So many slices within reach are a blur: it isn't worth more to find the nearest. */
const MOST_LOOKED_AT = 256;

/** Whether a run is so short that it is drawn as a tick. */
function isTick({ slices }: Lane, index: number, ruler: Ruler): boolean {
  return (slices.to[index]! - slices.from[index]!) * ruler.scale < REACH;
}

/** The nearest of some places in order, within reach; -1: there is none. */
function nearest(list: Float64Array, at: number, reach: number): number {
  const after = lowerBound(list, at, 0, list.length);
  const [left, right] = [after - 1, after];
  const toLeft = left >= 0 ? at - list[left]! : Number.POSITIVE_INFINITY;
  const toRight = right < list.length ? list[right]! - at : Number.POSITIVE_INFINITY;
  if (Math.min(toLeft, toRight) > reach) return -1;
  return toLeft < toRight ? left : right;
}
