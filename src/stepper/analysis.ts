/**
 * What a whole run says about the moment under the cursor: whether it lies on the critical path; and who was late because
 * of whom.
 *
 * Both are read from the whole trace, which takes a while where it is long: each is reckoned once, when it is first asked for.
 */

import { type CriticalPath, type CriticalSegment, criticalPath } from '../trace/critical-path.ts';
import type { TraceEvent } from '../trace/events.ts';
import { type Latency, latency } from '../trace/latency.ts';
import type { Trace } from '../trace/trace.ts';
import { inSentence } from '../views/actors.ts';
import { deedOf } from '../views/critical-path-table.ts';
import { span } from '../views/words.ts';
import { oncePerTrace } from './once-per-trace.ts';

const links = new WeakMap<CriticalPath, ReadonlySet<number>>();

/** The critical path of a trace. */
export const pathOf = oncePerTrace((trace): CriticalPath => criticalPath(trace));

/** Who was late in a trace; an error that says so, where too many were. */
export const latencyOf = oncePerTrace((trace): Latency | RangeError => {
  try {
    return latency(trace);
  } catch (error) {
    if (error instanceof RangeError) return error;
    throw error;
  }
});

/** What the critical path is at an event, in words, and whether what happens there is on it; null: it is nobody's doing. */
export interface OnPath {
  readonly isOn: boolean | null;
  readonly text: string;
}

/**
 * Whether what happens in an event is on the critical path, and whose time the path is then.
 *
 * @example onPath(trace, 27).text // 'on the critical path: main computes homework, 10 min → 35 min'
 */
export function onPath(trace: Trace, seq: number): OnPath {
  const path = pathOf(trace);
  const event = trace.event(seq);
  const segment = segmentAt(path, event);
  if (segment === undefined) return { isOn: null, text: 'no time passes: there is no critical path' };
  const whose = `${inSentence(segment.who)} ${deedOf(segment)}, ${span(segment)}`;
  const isOn = linksOf(path).has(seq) || isBy(event, segment);
  if (isOn) return { isOn, text: `on the critical path: ${whose}` };
  if (isBy(event, null)) return { isOn: null, text: `the critical path: ${whose}` };
  return { isOn, text: `not on the critical path; that is: ${whose}` };
}

function linksOf(path: CriticalPath): ReadonlySet<number> {
  const known = links.get(path) ?? new Set(path.links);
  links.set(path, known);
  return known;
}

/** The stretch that an event lies in. Where one ends and the next begins, it is by their events which of them. */
function segmentAt({ segments }: CriticalPath, { time, seq }: TraceEvent): CriticalSegment | undefined {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { to, events } = segments[middle]!;
    if (to < time || (to === time && Math.max(...events) <= seq)) low = middle + 1;
    else high = middle;
  }
  return segments[low];
}

/** Whether an event is the doing of the one whose time a stretch is; of nobody, if there is none. */
function isBy(event: TraceEvent, segment: CriticalSegment | null): boolean {
  const task = 'task' in event ? event.task : 0;
  const thread = 'thread' in event ? event.thread : 0;
  if (segment === null) return task === 0 && thread === 0;
  const { kind, id } = segment.who;
  return (kind === 'task' && id === task) || (kind === 'thread' && id === thread);
}
