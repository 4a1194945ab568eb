/**
 * Latency as two tables: who was late and because of whom, and what each did to the others.
 *
 *     late        by     how      because of
 *     heartbeat   45 ms  overdue  report: sum up
 *     fetch       35 ms  overdue  report: sum up
 *
 *     culprit      in all  late because of it
 *     report        80 ms  heartbeat, fetch
 */

import type { TraceEvent } from '../trace/events.ts';
import { type Delay, type Latency, latency } from '../trace/latency.ts';
import { nameOf } from './actors.ts';
import { cellWidth, pad, printable, truncate, truncateMiddle, widest, wrap } from './cells.ts';
import type { PathTableOptions } from './critical-path-table.ts';
import { inkText, type Line, type Span } from './ink.ts';
import { formatDuration } from './time.ts';

const HOW = { ready: 'ready', overdue: 'overdue', gil: 'no GIL', core: 'no core' } as const;

/** What somebody lost to somebody else, in words; all times together. */
export interface DelayRow {
  readonly victim: string;
  readonly how: string;
  readonly culprit: string;
  readonly label: string;
  ms: number;
  times: number;
}

/**
 * Draws who was late in a trace, by how much and because of whom; the worst first. Below, what each inflicted in all.
 *
 * @example console.log(latencyTable(trace, { width: process.stdout.columns }))
 */
export function latencyTable(trace: Iterable<TraceEvent>, options: PathTableOptions = {}): string {
  const width = Math.max(1, Math.floor(options.width ?? 80));
  return inkText(latencyLines(latency(trace), options), width, options.color);
}

/** The lines of that table, of a latency that is known already. @internal */
export function latencyLines({ delays }: Latency, options: Omit<PathTableOptions, 'color'> = {}): Line[] {
  const width = Math.max(1, Math.floor(options.width ?? 80));
  const maxRows = Math.max(1, Math.floor(options.maxRows ?? Number.POSITIVE_INFINITY));
  if (delays.length === 0) return [[['nobody was late', 'quiet']]];
  const rows = delayRows(delays);
  return [...victims(rows, width, maxRows), [], ...culprits(rows, width, maxRows)];
}

/** The same victim, culprit and label: one row; the worst first. @internal */
export function delayRows(delays: readonly Delay[]): DelayRow[] {
  const rows = new Map<string, DelayRow>();
  for (const { victim, culprit, label, how, ms } of delays) {
    const key = JSON.stringify([victim.kind, victim.id, culprit.kind, culprit.id, culprit.name, label, how]);
    const row = rows.get(key) ?? {
      victim: nameOf(victim),
      how: HOW[how],
      culprit: nameOf(culprit),
      label: printable(label),
      ms: 0,
      times: 0,
    };
    row.ms += ms;
    row.times++;
    rows.set(key, row);
  }
  return [...rows.values()].sort((a, b) => b.ms - a.ms);
}

function victims(rows: readonly DelayRow[], width: number, maxRows: number): Line[] {
  const shown = rows.slice(0, maxRows);
  const cells = shown.map(({ victim, ms, times, how, culprit, label }) => [
    victim,
    formatDuration(ms),
    String(times),
    how,
    label === '' || label === culprit ? culprit : `${culprit}: ${label}`,
  ]);
  const heads = ['late', 'by', 'times', 'how', 'because of'];
  const widths = heads.map((head, i) => widest([head, ...cells.map((row) => row[i]!)]));
  // That all were late once is no news.
  const columns = shown.every(({ times }) => times === 1) ? [1, 3] : [1, 2, 3];
  const least = columns.reduce((sum, i) => sum + widths[i]! + 2, 2);
  widths[0] = Math.max(4, Math.min(widths[0]!, Math.floor((width - least) * 0.5)));
  const last = Math.max(4, width - widths[0]! - least);
  const lineOf = (row: readonly string[], style: 'plain' | 'quiet'): Line => [
    [`${pad(truncateMiddle(row[0]!, widths[0]!), widths[0]!)}  `, style],
    ...columns.map((i): Span => {
      const cell = pad(row[i]!, widths[i]!, i === 3 ? 'left' : 'right');
      return [`${cell}  `, style === 'plain' && i === 1 ? 'ready' : style];
    }),
    [truncate(row[4]!, last), style],
  ];
  const lines = [lineOf(heads, 'quiet'), ...cells.map((row) => lineOf(row, 'plain'))];
  if (shown.length < rows.length) lines.push([[`… ${rows.length - shown.length} more`, 'quiet']]);
  return lines;
}

function culprits(rows: readonly DelayRow[], width: number, maxRows: number): Line[] {
  const sums = new Map<string, { ms: number; victims: Map<string, number> }>();
  for (const { culprit, victim, ms } of rows) {
    const sum = sums.get(culprit) ?? { ms: 0, victims: new Map<string, number>() };
    sums.set(culprit, sum);
    sum.ms += ms;
    sum.victims.set(victim, (sum.victims.get(victim) ?? 0) + ms);
  }
  const all = [...sums].sort(([, a], [, b]) => b.ms - a.ms);
  const shown = all.slice(0, maxRows);
  const times = shown.map(([, { ms }]) => formatDuration(ms));
  const timeWidth = widest(['in all', ...times]);
  const nameWidth = Math.min(
    widest(['culprit', ...shown.map(([name]) => name)]),
    Math.max(7, Math.floor(width * 0.35)),
  );
  const indent = nameWidth + timeWidth + 4;
  const head = `${pad('culprit', nameWidth)}  ${pad('in all', timeWidth, 'right')}  late because of it`;
  const lines: Line[] = [[[head, 'quiet']]];
  shown.forEach(([name, { victims: who }], i) => {
    const names = [...who.keys()];
    const many = names.length > 12 ? [...names.slice(0, 11), `${names.length - 11} more`] : names;
    const room = Math.max(8, width - indent);
    wrap(many.join(', '), room).forEach((piece, n) => {
      const start = `${pad(truncateMiddle(name, nameWidth), nameWidth)}  `;
      lines.push([
        [n === 0 ? start : ' '.repeat(cellWidth(start)), 'strong'],
        [n === 0 ? `${pad(times[i]!, timeWidth, 'right')}  ` : ' '.repeat(timeWidth + 2), 'ready'],
        [piece],
      ]);
    });
  });
  if (shown.length < all.length) lines.push([[`… ${all.length - shown.length} more`, 'quiet']]);
  return lines;
}
