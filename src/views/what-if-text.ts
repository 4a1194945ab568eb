/**
 * What came of a change: by how much the end moved, both runs on one axis, and where they part.
 *
 *     what if { task: 'rice', what: 'sleep', scale: 0.5 }
 *     before 40 min, after 30 min: 10 min sooner
 *
 *     (the timelines of both)
 *
 *     the runs part at event 14, at 0
 *       before: the timer of rice is set to 40 min
 *       after:  the timer of rice is set to 20 min
 */

import type { TraceEvent } from '../trace/events.ts';
import { printable, wrap } from './cells.ts';
import { inkText, type Line } from './ink.ts';
import { storyLines } from './story.ts';
import { formatDuration } from './time.ts';
import { type TimelineOptions, timelines } from './timeline.ts';

/** What is drawn: two runs of a program, and what was changed in the second. `whatIf` gives such. */
export interface WhatIfView {
  readonly changes: readonly string[];
  /** Times are virtual ms. */
  readonly before: { readonly trace: Iterable<TraceEvent>; readonly end: number; readonly error: unknown };
  readonly after: { readonly trace: Iterable<TraceEvent>; readonly end: number; readonly error: unknown };
  readonly parting: {
    readonly seq: number;
    readonly before: TraceEvent | null;
    readonly after: TraceEvent | null;
  } | null;
}

/**
 * Draws what came of a change: the ends, the timelines of both runs on one axis, and the first event in which they differ.
 * The options are those of the timelines.
 *
 * @example console.log(whatIfText(whatIf(main, { task: 'rice', what: 'sleep', scale: 0.5 }), { critical: true }))
 */
export function whatIfText(view: WhatIfView, options: TimelineOptions = {}): string {
  const width = Math.max(1, Math.floor(options.width ?? 80));
  const { before, after, changes, parting } = view;
  const lines: Line[] = [];
  const say = (text: string, style: 'strong' | 'plain' | 'quiet', indent = 0) => {
    const room = Math.max(8, width - indent);
    const lead = /^ */.exec(text)![0];
    wrap(text.trimStart(), room).forEach((piece, i) => {
      // Breaking a text into lines loses the spaces it begins with.
      lines.push([[`${i === 0 ? lead : ' '.repeat(indent)}${piece}`, style]]);
    });
  };
  say(`what if ${changes.map(printable).join(' and ')}`, 'strong', 2);
  const ms = after.end - before.end;
  const moved = ms === 0 ? 'no difference' : `${formatDuration(Math.abs(ms))} ${ms < 0 ? 'sooner' : 'later'}`;
  say(`before ${formatDuration(before.end)}, after ${formatDuration(after.end)}: ${moved}`, 'plain', 2);
  for (const [which, { error }] of [['before', before] as const, ['after', after] as const]) {
    if (error !== null) say(`${which}, it failed: ${printable(String(error))}`, 'plain', 2);
  }
  const end: Line[] = lines.splice(0);
  if (parting === null) say('both runs are the same, event by event', 'quiet', 2);
  else {
    const at = (parting.before ?? parting.after)!.time;
    say(`the runs part at event ${parting.seq}, at ${formatDuration(at)}`, 'plain', 2);
    say(`  before: ${sentence(before.trace, parting.before)}`, 'quiet', 10);
    say(`  after:  ${sentence(after.trace, parting.after)}`, 'quiet', 10);
  }
  const pictures = timelines(
    [
      { title: 'before', trace: before.trace },
      { title: 'after', trace: after.trace },
    ],
    options,
  );
  return [inkText(end, width, options.color), '', pictures, '', inkText(lines, width, options.color)].join(
    '\n',
  );
}

function sentence(trace: Iterable<TraceEvent>, event: TraceEvent | null): string {
  if (event === null) return 'it was over';
  for (const line of storyLines(trace)) if (line.event.seq === event.seq) return line.text;
  return event.kind;
}
