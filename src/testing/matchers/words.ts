/** Words that several matchers use in their messages. */

import type { TaskState } from '../../trace/state.ts';
import { cellWidth, pad, printable } from '../../views/cells.ts';
import { formatMoment } from '../../views/time.ts';

export function difference(actual: number, expected: number): string {
  return `${formatMoment(Math.abs(actual - expected))} ${actual > expected ? 'more' : 'less'}`;
}

/** `idle for 30 min, computing for 10 min`: what took any time. */
export function spending(times: Readonly<Record<string, number>>): string {
  const spent = Object.entries(times).filter(([, ms]) => ms > 0);
  return spent.map(([what, ms]) => `${what} for ${formatMoment(ms)}`).join(', ') || 'done in no time';
}

/** Rows of text, in columns, indented. */
export function columns(rows: readonly (readonly string[])[]): string {
  const printed = rows.map((row) => row.map(printable));
  const widths = rows[0]!.map((_, column) => Math.max(...printed.map((row) => cellWidth(row[column]!))));
  return printed
    .map((row) => `  ${row.map((cell, column) => pad(cell, widths[column]!)).join('  ')}`.trimEnd())
    .join('\n');
}

/** What a task is doing at the end, in a word or two. */
export function describePhase({ state, waiting }: TaskState): string {
  return waiting ? `waiting (${`${waiting.reason} ${waiting.name}`.trim()})` : state;
}

/** `once`, `twice`, `5 times`. */
export function times(count: number): string {
  return ['never', 'once', 'twice'][count] ?? `${count} times`;
}
