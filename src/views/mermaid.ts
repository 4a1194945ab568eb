/**
 * The timeline as a Mermaid Gantt chart in Markdown: for a README, an issue or notes that draw Mermaid.
 *
 * A section is a task, a thread or the script; a bar in it is a stretch of its life. Mermaid has three colours for bars, and
 * they are used as they come: `active` runs, plain waits, and `crit` could go on but can't (ready, overdue, without the GIL or a
 * core). How it ended is a milestone. What takes less than a millisecond has no bar: Mermaid counts in those.
 *
 * Mermaid counts on a calendar: virtual time 0 is midnight, and the axis shows the time since. Its texts have no quotes and few
 * letters of their own, so what means something there (`:` `;` `#` `%` and words such as `section`) is written by its number.
 * It has one section for all of the same name, and 75 px for names whatever they are: so no two have the same name here, and
 * long names are given the room they need.
 */

import type { TraceEvent } from '../trace/events.ts';
import { printable, truncate, truncateMiddle, widest } from './cells.ts';
import type { Doing } from './life-reader.ts';
import { type Lifeline, lifelines } from './lifelines.ts';
import { endWord } from './parts.ts';

/** How a Gantt chart is written. */
export interface MermaidOptions {
  /** What stands above the chart; nothing if not given. */
  readonly title?: string;
  /** At most this many tasks, and as many threads; the rest is counted below. 40 if not given. */
  readonly maxRows?: number;
}

const TAGS: { readonly [D in Doing]: string } = {
  running: 'active, ',
  waiting: '',
  ready: 'crit, ',
  overdue: 'crit, ',
  gil: 'crit, ',
  core: 'crit, ',
};
const WORDS: { readonly [D in Doing]: string } = {
  running: 'running',
  waiting: 'waiting',
  ready: 'ready',
  overdue: 'overdue',
  gil: 'lacks the GIL',
  core: 'lacks a core',
};

const MIDNIGHT = Date.UTC(2000, 0, 1);
const LAST = Date.UTC(9999, 11, 31) - MIDNIGHT;
/** Of more stretches than this nobody could tell one from another. */
const MOST_BARS = 200;
/** A name has no more cells, or the chart has no room. */
const MOST_CELLS = 24;
/** How wide a cell of a name is drawn, and how much room there is for names at least, as Mermaid has it. */
const PX_A_CELL = 6;
const LEAST_ROOM = 75;
/** With Mermaid's own 75 px, the text of a milestone at the end of the axis stands across the milestone. */
const ROOM_BEHIND = 50;

/**
 * Writes a trace as a Mermaid Gantt chart, in a fence of Markdown.
 *
 * @example writeFileSync('chores.md', mermaidGantt(trace, { title: 'Chores' }))
 */
export function mermaidGantt(trace: Iterable<TraceEvent>, options: MermaidOptions = {}): string {
  const { title = '', maxRows = 40 } = options;
  const { tasks, threads, loop } = lifelines(trace);
  const hasLoop = loop.runs.length > 0;
  const lines: string[] = ['gantt'];
  if (escapeMermaid(title) !== '') lines.push(`title ${escapeMermaid(title)}`);
  lines.push('dateFormat YYYY-MM-DD HH:mm:ss.SSS', `axisFormat ${axisFormat(loop.from.time, loop.to.time)}`);
  const notes: string[] = [];
  const names = new Set<string>();
  const begin = (name: string) => {
    const own = unlike(names, truncateMiddle(name.trim(), MOST_CELLS));
    names.add(own);
    lines.push(`section ${escapeSection(own)}`);
  };
  const section = (lives: readonly Omit<Lifeline, 'task'>[], noun: string) => {
    for (const life of lives.slice(0, maxRows)) {
      begin(life.name);
      lines.push(...lifeLines(life));
    }
    const hidden = lives.length - maxRows;
    if (hidden > 0) notes.push(`… and ${hidden} more ${noun}${hidden === 1 ? '' : 's'}.`);
  };
  section(tasks, 'task');
  if (loop.script.length > 0 && !threads.some(({ host }) => host && !hasLoop)) {
    begin('script');
    for (const { from, to } of loop.script.slice(0, MOST_BARS))
      lines.push(...bar('no loop runs', 'active, ', from, to));
  }
  section(
    threads.filter(({ host }) => !(host && hasLoop)),
    'thread',
  );
  const room = Math.max(LEAST_ROOM, 20 + PX_A_CELL * widest(names));
  const config = `%%{init: {"gantt": {"leftPadding": ${room}, "rightPadding": ${ROOM_BEHIND}}}}%%`;
  const fence = ['```mermaid', config, ...lines.map((line, i) => (i === 0 ? line : `    ${line}`)), '```'];
  return `${[...fence, ...notes.flatMap((note) => ['', note])].join('\n')}\n`;
}

function lifeLines(life: Omit<Lifeline, 'task'>): string[] {
  const { stretches, work, end } = life;
  const lines: string[] = [];
  for (const { doing, from, to, label } of stretches) {
    if (lines.length === MOST_BARS) break;
    const done = work.find((one) => doing === 'running' && one.from < to.time && one.to > from.time);
    const text = doing === 'running' ? printable(done?.label ?? '') : label;
    lines.push(...bar(text.trim() || WORDS[doing], TAGS[doing], from.time, to.time));
  }
  if (end) {
    const detail = end.outcome === 'exception' ? ` ${truncate(printable(end.detail), 40)}` : '';
    const how = endWord(life)!;
    const tag = how === 'failed' || how === 'deadlock' ? 'crit, milestone, ' : 'milestone, ';
    lines.push(`${escapeMermaid(`${how}${detail}`)} :${tag}${moment(end.time)}, 0ms`);
  }
  return lines;
}

/** A bar, if it is long enough to be one. */
function bar(text: string, tags: string, from: number, to: number): string[] {
  const [start, end] = [whole(from), whole(to)];
  return end > start ? [`${escapeMermaid(text)} :${tags}${moment(start)}, ${moment(end)}`] : [];
}

const whole = (ms: number): number => Math.min(LAST, Math.max(0, Math.round(ms)));

/** A virtual time on Mermaid's calendar. */
function moment(ms: number): string {
  return new Date(MIDNIGHT + whole(ms)).toISOString().replace('T', ' ').slice(0, -1);
}

/** Labels that can be told apart, and are no longer than that. */
function axisFormat(from: number, to: number): string {
  const span = to - from;
  if (to < 1000) return '%-L ms';
  if (span < 10_000) return '%-S.%L s';
  if (to < 3_600_000) return '%-M:%S min';
  if (to < 86_400_000) return '%-H:%M h';
  return 'day %-j, %H:%M';
}

/** A word that would begin a statement of Mermaid's, at the start of a line. */
const STATEMENT =
  /^(?=gantt|dateFormat|inclusiveEndDates|topAxis|axisFormat|tickInterval|includes|excludes|todayMarker|weekday|weekend|title|section|accTitle|accDescr|click|href|call)(.)/i;

/** Mermaid takes sections of one name for one section: a name that is none of `others`, `name (2)` at need. */
function unlike(others: ReadonlySet<string>, name: string): string {
  let own = name;
  for (let i = 2; others.has(own); i++) own = `${name} (${i})`;
  return own;
}

/** The name of a section; Mermaid keeps them as keys of an object, which has its own idea of some. */
function escapeSection(name: string): string {
  if (/^(\d+|__proto__)$/.test(name)) return `#${name.charCodeAt(0)};${name.slice(1)}`;
  return escapeMermaid(name) || '#32;';
}

/**
 * A text as Mermaid takes it: on one line, and nothing in it means anything but itself.
 *
 * @example escapeMermaid('queue: get') // 'queue#58; get'
 */
export function escapeMermaid(text: string): string {
  return printable(text)
    .trim()
    .replace(/[#:;%<>&"'`\\{}]/g, (letter) => `#${letter.charCodeAt(0)};`)
    .replace(STATEMENT, (letter) => `#${letter.charCodeAt(0)};`);
}
