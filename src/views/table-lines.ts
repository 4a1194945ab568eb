/** The lines of a table of who did what: a name, a state, and numbers. How wide the columns are is said by those who know. */

import { pad, truncate, truncateMiddle, widest } from './cells.ts';
import type { Line, Span, Style } from './ink.ts';

/** The columns of numbers, and how wide all columns are. */
export interface TableLayout<C extends string> {
  readonly columns: readonly C[];
  readonly widths: ReadonlyMap<C, number>;
  readonly nameWidth: number;
  readonly stateWidth: number;
}

/** A row, as texts. */
export interface TableRow<C extends string> {
  readonly name: string;
  readonly state: string;
  /** Of the state. */
  readonly style: Style;
  /** The numbers, by column. */
  readonly cells: { readonly [column in C]: string };
}

/** One line; a number that is zero is quiet. */
export function rowLine<C extends string>(
  { columns, widths, nameWidth, stateWidth }: TableLayout<C>,
  [name, nameStyle = 'plain']: Span,
  [state, stateStyle = 'plain']: Span,
  cells: (column: C) => string,
  style: Style,
): Span[] {
  return [
    [pad(truncateMiddle(name, nameWidth), nameWidth), nameStyle],
    ['  '],
    [pad(truncate(state, stateWidth), stateWidth), stateStyle],
    ...columns.map((column): Span => {
      const text = cells(column);
      return [`  ${pad(text, widths.get(column)!, 'right')}`, text === '0' ? 'quiet' : style];
    }),
  ];
}

/** How wide columns of numbers have to be. */
export function widthsOf<C extends string>(
  columns: readonly C[],
  rows: readonly TableRow<C>[],
): Map<C, number> {
  const widthOf = (column: C) => {
    return widest(
      rows.map(({ cells }) => cells[column]),
      column.length,
    );
  };
  return new Map(columns.map((column) => [column, widthOf(column)]));
}

/** All but the last row: what the columns are called, the rows, what is said of those left out, and a rule. */
export function tableLines<C extends string>(
  layout: TableLayout<C>,
  [name, state]: readonly [string, string],
  rows: readonly TableRow<C>[],
  more: string,
  width: number,
): Line[] {
  const { columns, widths, nameWidth, stateWidth } = layout;
  const lines: Line[] = [rowLine(layout, [name, 'quiet'], [state, 'quiet'], (column) => column, 'quiet')];
  for (const row of rows)
    lines.push(rowLine(layout, [row.name], [row.state, row.style], (column) => row.cells[column], 'plain'));
  if (more !== '') lines.push([[more, 'quiet']]);
  const numbers = columns.reduce((sum, column) => sum + 2 + widths.get(column)!, 0);
  lines.push([['─'.repeat(Math.min(width, nameWidth + 2 + stateWidth + numbers)), 'quiet']]);
  return lines;
}
