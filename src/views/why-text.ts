/**
 * Why something happened, in sentences: one line for each cause, the newest first, down to what nothing caused.
 *
 *     40 min  #28    rice runs again: its sleep is over
 *     40 min  #27  ← rice joins the ready queue: its sleep is over
 *     40 min  #25  ← the timer of rice runs
 *     40 min  #21  ← the timer of rice is due
 *          0  #14  ← the timer of rice is set to 40 min
 *          …
 *
 * The sentences are those of the story; `#28` is the number of the event, by which one can ask on.
 */

import type { Trace } from '../trace/trace.ts';
import { type StepOf, why } from '../trace/why.ts';
import { pad, widest, wrap } from './cells.ts';
import { inkText, type Line } from './ink.ts';
import { storyLines } from './story.ts';
import { formatDuration } from './time.ts';

/** How a chain of causes is told. */
export interface WhyTextOptions {
  /** Columns of the terminal; 80 if not given. Longer lines are wrapped. */
  readonly width?: number;
  /** ANSI colours; none if not given. */
  readonly color?: boolean;
}

/**
 * Tells why an event happened, by its number; or why a task ran when it did, by the task and a time (virtual ms). Throws a
 * `RangeError` as `why` does.
 *
 * @example console.log(whyText(trace, 35))
 * @example console.log(whyText(trace, { task: 'rice', time: minutes(40) }))
 */
export function whyText(trace: Trace, what: number | StepOf, options: WhyTextOptions = {}): string {
  const width = Math.max(1, Math.floor(options.width ?? 80));
  const hops = why(trace, what);
  const wanted = new Set(hops.map(({ event }) => event.seq));
  const sentences = new Map<number, string>();
  for (const { event, text } of storyLines(trace)) {
    if (wanted.has(event.seq)) sentences.set(event.seq, text);
    if (event.seq === hops[0]!.event.seq) break;
  }
  const times = hops.map(({ event }) => formatDuration(event.time));
  const numbers = hops.map(({ event }) => `#${event.seq}`);
  const [timeWidth, numberWidth] = [widest(times), widest(numbers)];
  const indent = timeWidth + numberWidth + 6;
  const room = Math.max(8, width - indent);
  const lines = hops.flatMap(({ event }, i): Line[] => {
    const start = `${pad(times[i]!, timeWidth, 'right')}  ${pad(numbers[i]!, numberWidth, 'right')}  `;
    return wrap(sentences.get(event.seq) ?? event.kind, room).map((piece, n): Line => {
      const isNews = n === 0 && times[i] !== times[i - 1];
      return [
        [n === 0 ? start : ' '.repeat(indent - 2), isNews ? 'strong' : 'quiet'],
        [n === 0 && i > 0 ? '← ' : '  ', 'quiet'],
        [piece, i === 0 ? 'strong' : 'plain'],
      ];
    });
  });
  lines.push([[`${' '.repeat(indent)}nothing caused this`, 'quiet']]);
  return inkText(lines, width, options.color);
}
