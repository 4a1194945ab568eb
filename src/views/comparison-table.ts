/**
 * The comparison: what the same work took under each model, a row each.
 *
 *                   time  faster   CPU     busy  switches
 *     sequential  100 min      1×  25 %  100 min         -
 *     processes    40 min    2.5×  63 %  100 min         2
 *
 *     waiting for    core     join
 *     sequential        -        -
 *     processes         -   40 min
 *
 * Where there is nothing to tell, a dash; a column without anything is left out. Below, what it was that was waited for:
 * there all threads and tasks are added up, so that it may be longer than the run itself.
 */

import { cellWidth, pad, printable, truncate, truncateMiddle, widest } from './cells.ts';
import { inkText, type Line, type Span } from './ink.ts';
import { roughDuration } from './time.ts';
import { formatMemory } from './units.ts';

/** What the table tells of one run: times in virtual ms, memory in bytes. `compare` gives such rows. */
export interface ComparisonRow {
  readonly title: string;
  readonly summary: {
    readonly makespan: number;
    readonly busy: number;
    /** 0 to 1, of all cores. */
    readonly cpuUse: number;
    readonly overhead: { readonly total: number };
    readonly switches: { readonly voluntary: number; readonly forced: number };
    /** By cause. */
    readonly waiting: { readonly [cause: string]: number };
    readonly peak: { readonly memory: number };
  };
  /** Null: it can't be told. */
  readonly speedUp: number | null;
  /** What was thrown; null: nothing. */
  readonly error: unknown;
}

/** How a comparison is drawn. */
export interface ComparisonTableOptions {
  /** Columns of the terminal; 80 if not given. No line is wider: what has no room is left out. */
  readonly width?: number;
  /** ANSI colours; none if not given. The table says the same without. */
  readonly color?: boolean;
}

interface Column {
  readonly head: string;
  readonly cell: (row: ComparisonRow) => string;
  /** The column with the highest rank is left out first where there is no room. */
  readonly rank: number;
}

const NOTHING = '-';

const time = (ms: number): string => (ms === 0 ? NOTHING : roughDuration(ms));
const count = (n: number): string => (n === 0 ? NOTHING : String(n));
const figures = (n: number): string => String(Number(n.toPrecision(3)));

const COLUMNS: readonly Column[] = [
  { head: 'time', rank: 0, cell: ({ summary }) => time(summary.makespan) },
  { head: 'faster', rank: 1, cell: ({ speedUp }) => (speedUp === null ? NOTHING : `${figures(speedUp)}×`) },
  { head: 'CPU', rank: 2, cell: ({ summary }) => percent(summary.cpuUse) },
  { head: 'busy', rank: 6, cell: ({ summary }) => time(summary.busy) },
  { head: 'lost', rank: 3, cell: ({ summary }) => time(summary.overhead.total) },
  {
    head: 'switches',
    rank: 7,
    cell: ({ summary }) => count(summary.switches.voluntary + summary.switches.forced),
  },
  { head: 'forced', rank: 4, cell: ({ summary }) => count(summary.switches.forced) },
  { head: 'memory', rank: 5, cell: ({ summary }) => memory(summary.peak.memory) },
];

function percent(part: number): string {
  if (part === 0) return NOTHING;
  const percents = part * 100;
  return `${percents < 10 ? Number(percents.toPrecision(2)) : Math.round(percents)} %`;
}

const memory = (bytes: number): string => (bytes === 0 ? NOTHING : formatMemory(bytes));

const CAUSES: { readonly [cause: string]: string } = { gil: 'the GIL', core: 'a core' };

/**
 * Draws a table of several runs of the same work: how long each took, how many times faster than sequentially, which part
 * of all cores it used, its own CPU time and that lost to switching and starting, its switches and how many of them were
 * forced, the memory; and what was waited for. What went wrong stands below.
 *
 * @example console.log(comparisonTable(compare(chores), { width: process.stdout.columns }))
 */
export function comparisonTable(
  rows: readonly ComparisonRow[],
  options: ComparisonTableOptions = {},
): string {
  const width = Math.max(1, Math.floor(options.width ?? 80));
  const causes = [...new Set(rows.flatMap(({ summary }) => Object.keys(summary.waiting)))];
  const waits = causes.map(
    (cause, place): Column => ({
      head: CAUSES[cause] ?? cause,
      rank: place,
      cell: ({ summary }) => time(summary.waiting[cause] ?? 0),
    }),
  );
  const lines = [...block('', COLUMNS, rows, width)];
  const waited = block('waiting for', waits, rows, width);
  if (waited.length > 0) lines.push([], ...waited);
  for (const { title, error } of rows) {
    if (error === null) continue;
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const line = `${printable(title)}: ${printable(text.split('\n')[0]!)}`;
    lines.push(...(lines.at(-1)?.[0]?.[1] === 'bad' ? [] : [[]]), [[truncate(line, width), 'bad']]);
  }
  return inkText(lines, width, options.color);
}

/** A part of the table; nothing if no column has anything to tell. */
function block(title: string, all: readonly Column[], rows: readonly ComparisonRow[], width: number): Line[] {
  const told = all
    .map((column) => ({ ...column, cells: rows.map(column.cell) }))
    .filter(({ cells }) => cells.some((cell) => cell !== NOTHING))
    .map((column) => ({ ...column, width: widest(column.cells, cellWidth(column.head)) }));
  if (told.length === 0) return [];
  const names = rows.map((row) => printable(row.title));
  const longest = widest(names, cellWidth(title));
  let columns = told;
  const room = () => width - columns.reduce((sum, column) => sum + 2 + column.width, 0);
  while (columns.length > 1 && room() < Math.min(longest, 8)) {
    const least = Math.max(...columns.map(({ rank }) => rank));
    columns = columns.filter(({ rank }) => rank !== least);
  }
  const nameWidth = Math.max(1, Math.min(longest, room()));
  const head = columns.map((column): Span => [`  ${pad(column.head, column.width, 'right')}`, 'quiet']);
  return [
    [[pad(truncate(title, nameWidth), nameWidth), 'quiet'], ...head],
    ...rows.map((_, row): Line => {
      const cells = columns.map((column): Span => {
        const cell = column.cells[row]!;
        return [`  ${pad(cell, column.width, 'right')}`, cell === NOTHING ? 'quiet' : 'plain'];
      });
      return [[pad(truncateMiddle(names[row]!, nameWidth), nameWidth)], ...cells];
    }),
  ];
}
