/**
 * Who did what, one thing after another: a column for each task or thread, a row for each deed.
 *
 *     time  ann                      bob
 *        0  starts
 *           waits: sleep 5 ms
 *                                    starts
 *     5 ms  ── 2 timers are due at once: bob first, and not ann
 *                                    runs again: its sleep is over
 *
 * As one reads a program for two: what stands to the right of the last row is a switch, and where the rules left open who comes
 * next a line across says what was decided.
 */

import type { TraceEvent } from '../trace/events.ts';
import { Cast } from './cast.ts';
import { pad, widest, wrap } from './cells.ts';
import { inkText, type Line } from './ink.ts';
import { storyLines } from './story.ts';
import { formatDuration } from './time.ts';

/** How it is drawn. */
export interface TurnsOptions {
  /** Columns of text; 80 by default. */
  readonly width?: number;
  /** ANSI colours; none by default. */
  readonly color?: boolean;
  /** At most so many rows; the last ones, as there it went wrong. 60 by default. */
  readonly maxRows?: number;
  /** Only from this event on; what was before is taken as told. */
  readonly from?: number;
  /** Events that are rows whatever they are, by `seq`: what a finding points at. */
  readonly also?: readonly number[];
}

/** A deed: whose it is, and what in words that don't name him. */
interface Deed {
  readonly time: number;
  /** '' for what concerns them all. */
  readonly who: string;
  readonly text: string;
}

/** With less room for each the words stand one above the other. */
const LEAST_COLUMN = 14;

/**
 * Draws who did what in turns: the key moments of a trace, in columns. With more tasks and threads than there is room for, each
 * row begins with a name instead.
 *
 * @example console.log(turnsTable(trace, { width: 100 }))
 */
export function turnsTable(trace: Iterable<TraceEvent>, options: TurnsOptions = {}): string {
  const width = Math.max(1, Math.floor(options.width ?? 80));
  const maxRows = Math.max(1, Math.floor(options.maxRows ?? 60));
  const all = deedsOf(trace, options.from ?? 0, new Set(options.also));
  const deeds = all.slice(-maxRows);
  const people = [...new Set(deeds.map(({ who }) => who))].filter((who) => who !== '');
  const timeWidth = Math.max(4, widest(deeds.map(({ time }) => formatDuration(time))));
  const room = Math.floor((width - timeWidth) / Math.max(1, people.length)) - 2;
  const lines: Line[] = [];
  const isTable = room >= LEAST_COLUMN;
  if (isTable)
    lines.push([
      [pad('time', timeWidth, 'right'), 'quiet'],
      ...people.map((name) => [`  ${pad(name, room)}`, 'strong'] as const),
    ]);
  if (all.length > deeds.length) lines.push([[`… ${all.length - deeds.length} rows before`, 'quiet']]);
  let before = -1;
  for (const { time, who, text } of deeds) {
    const stamp = pad(time === before ? '' : formatDuration(time), timeWidth, 'right');
    before = time;
    lines.push(
      ...(isTable && who !== ''
        ? cells(text, people.indexOf(who), room)
        : across(who, text, width - timeWidth)
      ).map((line, i): Line => [[i === 0 ? stamp : ' '.repeat(timeWidth), 'quiet'], ...line]),
    );
  }
  return inkText(lines, width, options.color);
}

function cells(text: string, column: number, room: number): Line[] {
  const lead = ' '.repeat(column * (room + 2) + 2);
  return wrap(text, room).map((piece): Line => [[lead], [piece]]);
}

function across(who: string, text: string, room: number): Line[] {
  const lead = who === '' ? '  ── ' : `  ${who} `;
  return wrap(who === '' ? text : `${who} ${text}`, Math.max(8, room - 5)).map((piece, i): Line => {
    if (who === '')
      return [
        [i === 0 ? lead : '     ', 'ready'],
        [piece, 'ready'],
      ];
    return [[i === 0 ? '  ' : '    '], [piece]];
  });
}

/** The key moments, and those that are asked for; and for each who does it. */
function deedsOf(trace: Iterable<TraceEvent>, from: number, also: ReadonlySet<number>): Deed[] {
  const deeds: Deed[] = [];
  const cast = new Cast();
  for (const { event, key, text } of storyLines(trace)) {
    cast.see(event);
    if (!(key || also.has(event.seq)) || event.seq < from) continue;
    const who = whoOf(event, text, cast);
    deeds.push({
      time: event.time,
      who,
      text: who === '' ? text : text.slice(who.length).replace(/^:? /, ''),
    });
  }
  return deeds;
}

/** The one whose deed it is, by the name that its sentence begins with; '' if it begins with none. */
function whoOf(event: TraceEvent, text: string, cast: Cast): string {
  const isTask = 'task' in event && event.task > 0;
  const isThread = 'thread' in event && event.thread > 0;
  const name = isTask ? cast.task(event.task) : isThread ? cast.thread(event.thread) : '';
  return name !== '' && (text.startsWith(`${name} `) || text.startsWith(`${name}: `)) ? name : '';
}
