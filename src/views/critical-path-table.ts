/**
 * The critical path as a table: a row for each stretch of it, and below, whose time it was in all.
 *
 *     critical path, 95 ms: 4 stretches
 *
 *      from     to   time  part  who        what
 *         0  25 ms  25 ms  26 %  report     sleeps
 *     25 ms  75 ms  50 ms  53 %  report     computes sum up; heartbeat is overdue meanwhile
 *     75 ms  85 ms  10 ms  11 %  heartbeat  sleeps
 *     85 ms  95 ms  10 ms  11 %  heartbeat  sleeps
 *
 *     of this, report: 75 ms (79 %), heartbeat: 20 ms (21 %)
 *
 * What is not in it didn't matter: made shorter, it would leave the end where it is.
 */

import { type CriticalPath, type CriticalSegment, criticalPath } from '../trace/critical-path.ts';
import type { TraceEvent } from '../trace/events.ts';
import { inSentence, nameOf, namesOf } from './actors.ts';
import { pad, printable, truncateMiddle, widest, wrap } from './cells.ts';
import { inkText, type Line, type Style } from './ink.ts';
import { formatDuration } from './time.ts';

/** How a critical path, or latency, is drawn. */
export interface PathTableOptions {
  /** Columns of the terminal; 80 if not given. No line is wider. */
  readonly width?: number;
  /** ANSI colours; none if not given. The table says the same without. */
  readonly color?: boolean;
  /** At most this many rows; the rest becomes one line, `… 12 more`. All if not given. */
  readonly maxRows?: number;
}

const STYLES: { readonly [W in CriticalSegment['what']]: Style } = {
  computed: 'running',
  blocked: 'running',
  slept: 'waiting',
  request: 'waiting',
  gil: 'ready',
  core: 'ready',
  switching: 'ready',
  idle: 'quiet',
  unknown: 'quiet',
};

/**
 * Draws the critical path of a trace as a table: from when to when, how long, which part of the whole, who, and what.
 *
 * @example console.log(criticalPathTable(trace, { width: process.stdout.columns }))
 */
export function criticalPathTable(trace: Iterable<TraceEvent>, options: PathTableOptions = {}): string {
  const width = Math.max(1, Math.floor(options.width ?? 80));
  const maxRows = Math.max(1, Math.floor(options.maxRows ?? Number.POSITIVE_INFINITY));
  const path = criticalPath(trace);
  const { segments, from, to } = path;
  if (segments.length === 0)
    return inkText([[['no time passes: there is no critical path', 'quiet']]], width, options.color);
  const shown = segments.slice(0, maxRows);
  const rows = shown.map((segment) => [
    formatDuration(segment.from),
    formatDuration(segment.to),
    formatDuration(segment.to - segment.from),
    percent((segment.to - segment.from) / (to - from)),
  ]);
  const heads = ['from', 'to', 'time', 'part'];
  // Where there is hardly any room, when it ended and which part it was can be seen from the rest.
  const columns = width < 60 ? [0, 2] : [0, 1, 2, 3];
  const widths = heads.map((head, i) => widest([head, ...rows.map((row) => row[i]!)]));
  const names = shown.map(({ who }) => nameOf(who));
  const nameWidth = Math.min(widest(['who', ...names]), Math.max(4, Math.floor(width * 0.25)));
  const numbers = (row: readonly string[]) =>
    columns.map((i) => pad(row[i]!, widths[i]!, 'right')).join('  ');
  const indent = columns.reduce((sum, i) => sum + widths[i]! + 2, 0) + nameWidth + 2;
  const room = Math.max(8, width - indent);
  const count = `${segments.length} stretch${segments.length === 1 ? '' : 'es'}`;
  const lines: Line[] = [
    [[`critical path, ${formatDuration(to - from)}: ${count}`, 'strong']],
    [],
    [[`${numbers(heads)}  ${pad('who', nameWidth)}  what`, 'quiet']],
  ];
  shown.forEach((segment, i) => {
    const name = pad(truncateMiddle(names[i]!, nameWidth), nameWidth);
    const style = STYLES[segment.what];
    wrap(deedOf(segment), room).forEach((piece, n) => {
      lines.push([
        [n === 0 ? `${numbers(rows[i]!)}  ` : ' '.repeat(indent - nameWidth - 2)],
        [n === 0 ? `${name}  ` : ' '.repeat(nameWidth + 2), 'strong'],
        [piece, style],
      ]);
    });
  });
  if (shown.length < segments.length) lines.push([[`… ${segments.length - shown.length} more`, 'quiet']]);
  lines.push([]);
  for (const piece of wrap(`of this, ${shares(path)}`, width)) lines.push([[piece]]);
  return inkText(lines, width, options.color);
}

/** What somebody did on the path, as the clause of a sentence. */
export function deedOf(segment: CriticalSegment): string {
  const { delayed } = segment;
  const how = {
    ready: 'is ready',
    overdue: 'is overdue',
    queued: 'queues',
    gil: 'lacks the GIL',
    core: 'lacks a core',
  };
  const meanwhile = delayed ? `; ${inSentence(delayed.who)} ${how[delayed.how]} meanwhile` : '';
  return `${whatOf(segment)}${meanwhile}`;
}

function whatOf({ what, label, who, device, by }: CriticalSegment): string {
  const named = label === '' ? '' : ` ${printable(label)}`;
  switch (what) {
    case 'computed':
      return `computes${named}`;
    case 'blocked':
      return `blocks${named && `:${named}`}`;
    case 'slept':
      if (who.kind === 'callback') return 'waits for its timer';
      return label === '' ? 'sleeps' : `waits:${named}`;
    case 'request':
      return `request${device && who.kind !== 'device' ? ` ${printable(device.name)}` : ''}${named}`;
    case 'gil':
      return `waits for the GIL${by.length > 0 ? `, held by ${namesOf(by)}` : ''}`;
    case 'core':
      return `waits for a core${by.length > 0 ? `, as ${namesOf(by)} run${by.length === 1 ? 's' : ''}` : ''}`;
    case 'switching':
      return { create: 'makes a task', submit: 'sees to a job' }[label] ?? 'switches';
    case 'idle':
      return 'has nothing to do';
    case 'unknown':
      return 'the trace doesn’t tell';
  }
}

/** Whose time it was, the most first. */
function shares({ segments, from, to }: CriticalPath): string {
  const sums = new Map<string, number>();
  for (const segment of segments) {
    const name = nameOf(segment.who);
    sums.set(name, (sums.get(name) ?? 0) + segment.to - segment.from);
  }
  const all = [...sums].sort(([, a], [, b]) => b - a);
  const most = all.length > 6 ? all.slice(0, 5) : all;
  const rest = all.slice(most.length);
  const texts = most.map(([name, ms]) => `${name}: ${formatDuration(ms)} (${percent(ms / (to - from))})`);
  if (rest.length > 0) {
    const ms = rest.reduce((sum, [, part]) => sum + part, 0);
    texts.push(`${rest.length} others: ${formatDuration(ms)} (${percent(ms / (to - from))})`);
  }
  return texts.join(', ');
}

function percent(part: number): string {
  const percents = part * 100;
  return percents < 0.5 ? '<1 %' : `${Math.round(percents)} %`;
}
