/**
 * A demo, told: from the traces of its parts to one text.
 *
 *     The title
 *     ─────────
 *
 *     It prints
 *       40 min  rice is done                  what the program printed, at its virtual times
 *
 *     It throws
 *       TimeoutError: …                       what it threw in the end, if it did
 *
 *     Key moments
 *       40 min  …: the clock jumps …          sentences of the story; all of them with `story`
 *
 *             0     10 min     …              the picture; several parts have one axis
 *             ├───────┴────────…
 *       rice  ●─ sleep 40 min …
 *
 *     a figure, if the demo has one         a table, a plot
 *
 *     Notice    what the picture shows
 *     Question  what would happen if …?
 *
 * It is in this order because the end of a text is what a terminal shows: the picture with what to notice in it fits
 * the last screen, 80 × 24 if the demo is small enough, and whoever wants to know more scrolls up.
 */

import type { TraceEvent } from '../trace/events.ts';
import type { Trace } from '../trace/trace.ts';
import { pad, printable, widest, wrap } from '../views/cells.ts';
import { errorWords } from '../views/error-words.ts';
import { inkText, type Line, type Style } from '../views/ink.ts';
import { story, storyLines } from '../views/story.ts';
import { taskTable } from '../views/table.ts';
import { formatDuration } from '../views/time.ts';
import { timelines } from '../views/timeline.ts';
import { type Demo, type PlayedPart, playDemo } from './demo.ts';

/** How a demo is told. */
export interface RenderOptions {
  /** Columns of the terminal; 80 if not given. */
  readonly width?: number;
  /** ANSI colours; none if not given. */
  readonly color?: boolean;
  /** The whole story in place of the key moments. */
  readonly story?: boolean;
  /** A table of the tasks under the picture. */
  readonly table?: boolean;
}

/** Sentences are wrapped here, however wide the terminal is: longer lines are hard to read. */
const WIDEST_TEXT = 100;
/** Of more tasks or key moments than this the rest is counted. */
const MOST_ROWS = 40;
const MOST_MOMENTS = 12;

/**
 * Tells a demo as text: title, output, key moments, picture, what to notice, question. Plays it first, unless it is
 * given what `playDemo` gave.
 *
 * @example renderDemo(chores, { width: 80 }).includes('40 min') // true
 */
export function renderDemo(
  demo: Demo,
  options: RenderOptions = {},
  played: readonly PlayedPart[] = playDemo(demo),
): string {
  const { width = 80, color = false, table = false } = options;
  const wholeStory = options.story === true || demo.moments === 'all';
  const textWidth = Math.min(width, WIDEST_TEXT);
  const ink = (lines: readonly Line[], columns = width) => inkText(lines, columns, color);
  const heading = (text: string) => ink([[[text, 'strong']]]);
  const titled = (title: string, text: string) => (title === '' ? text : `${heading(title)}\n${text}`);

  const blocks = [ink(titleLines(demo.title, textWidth))];
  for (const part of played) {
    const room = textWidth - (part.title === '' ? 2 : 4);
    const sections: string[] = [];
    const add = (name: string, text: string) => {
      if (text !== '') sections.push(titled(name, shift(text)));
    };
    add('It prints', ink(momentLines(outputOf(part), room), room));
    add('It throws', ink(errorLines(part, room), room));
    if (wholeStory) add('The whole story', story(part.trace, { detail: 'all', width: room, color }));
    else add('Key moments', ink(momentLines(keyMoments(part.trace, demo), room), room));
    if (part.title === '') blocks.push(...sections);
    else if (sections.length > 0) blocks.push(titled(part.title, shift(sections.join('\n'))));
  }
  const critical = demo.pictures === 'critical';
  if (played.length > 0 && demo.pictures !== 'none')
    blocks.push(timelines(played, { width, color, critical, maxRows: MOST_ROWS }));
  if (demo.figure) blocks.push(demo.figure({ width, color }).trimEnd());
  if (table) {
    for (const { title, trace } of played) {
      blocks.push(titled(title, taskTable(trace, { width, color, maxRows: MOST_ROWS })));
    }
  }
  blocks.push(
    ink([
      ...labelled('Notice', sentencesOf(demo.watch), textWidth),
      ...labelled('Question', [demo.question], textWidth),
    ]),
  );
  return `${blocks.join('\n\n')}\n`;
}

function titleLines(title: string, width: number): Line[] {
  const lines = wrap(title, width);
  return [...lines.map((line): Line => [[line, 'strong']]), [['─'.repeat(widest(lines)), 'quiet']]];
}

/** Indents all lines of a text. */
function shift(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

/** Lines whose sentence goes on in the next one are one text: it is broken anew, for whatever width there is. */
function sentencesOf(lines: readonly string[]): string[] {
  const texts: string[] = [];
  let isOpen = false;
  for (const line of lines) {
    if (isOpen) texts.push(`${texts.pop()} ${line}`);
    else texts.push(line);
    isOpen = !/[.!?…][)”"]?$/.test(line);
  }
  return texts;
}

/** `Notice    first line`, with the further lines below the first. */
function labelled(label: string, texts: readonly string[], width: number): Line[] {
  const lines = texts.flatMap((text) => wrap(text, width - 10));
  return lines.map((line, i): Line => [[pad(i === 0 ? label : '', 10), 'strong'], [line]]);
}

/** A line of a list of moments. */
interface Moment {
  readonly time: number;
  readonly text: string;
  readonly style?: Style;
}

/** Each moment with its time; further lines of it, and what is too long for a line, below. */
function momentLines(moments: readonly Moment[], width: number): Line[] {
  const times = moments.map(({ time }) => formatDuration(time));
  const timeWidth = widest(times);
  return moments.flatMap(({ text, style = 'plain' }, i) => {
    const pieces = text.split('\n').flatMap((line) => wrap(printable(line), width - timeWidth - 2));
    return pieces.map((piece, p): Line => {
      return [[pad(p === 0 ? times[i]! : '', timeWidth, 'right'), 'quiet'], ['  '], [piece, style]];
    });
  });
}

function outputOf({ trace }: PlayedPart): Moment[] {
  const moments: Moment[] = [];
  for (const event of trace)
    if (event.kind === 'print' || event.kind === 'thread:print')
      moments.push({ time: event.time, text: event.text });
  return moments;
}

/** What a program threw in the end: without a time, which the story says, and often the error too. */
function errorLines({ failure }: PlayedPart, width: number): Line[] {
  if (!failure) return [];
  const lines = errorWords(failure.error).split('\n');
  return lines.flatMap((line) => wrap(printable(line), width).map((piece): Line => [[piece, 'bad']]));
}

/** The first of the key moments that a demo asks for. What a program prints was told before. */
function keyMoments(trace: Trace, { moments = () => true }: Demo): Moment[] {
  const isAsked = (event: TraceEvent) =>
    typeof moments === 'function' ? moments(event) : moments.includes(event.kind);
  const told = Array.from(storyLines(trace))
    .filter(({ event, key }) => key && !event.kind.endsWith('print') && isAsked(event))
    .map(({ event, text }): Moment => ({ time: event.time, text }));
  if (told.length <= MOST_MOMENTS) return told;
  const hidden = told.splice(MOST_MOMENTS - 1);
  told.push({
    time: hidden[0]!.time,
    text: `… and ${hidden.length} more: --story tells all`,
    style: 'quiet',
  });
  return told;
}
