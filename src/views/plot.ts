/**
 * The plot: how something grows, in the terminal. Both axes are logarithmic, since what is compared differs by powers of
 * ten: a straight line that rises one decade in one decade is growth in proportion.
 *
 *     time until all is done
 *      10 s ┤                              ■
 *       1 s ┤               ■···········●▲·
 *    100 ms ┤ ■●▲···········●▲
 *           └─┬─────────────┬─────────────┬─
 *             1             10            100 tasks
 *     ■ sequential   ● coroutines   ▲ threads
 *
 * Each curve has a sign of its own; dots lead from one point to the next. Where points fall into one cell their signs
 * stand side by side, in the order of the legend; where there is no room for that, `✱` stands for all of them.
 */

import { cellWidth, pad, printable, widest } from './cells.ts';
import { inkText, type Line, lineWidth, type Span, type Style } from './ink.ts';
import { canBeDrawn, LogScale } from './log-scale.ts';
import type { PlotUnit } from './units.ts';

export type { PlotUnit };

/** What lies along an axis. */
export interface PlotAxis {
  readonly label: string;
  readonly unit: PlotUnit;
}

/** One curve. */
export interface PlotSeries {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Curves over the same axes: `curves` makes them of a sweep. */
export interface PlotData {
  readonly title?: string;
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly series: readonly PlotSeries[];
}

/** How a plot is drawn. */
export interface PlotOptions {
  /** Columns of the terminal; 80 if not given. No line is wider. */
  readonly width?: number;
  /** Lines; 20 if not given, and at least 8. */
  readonly height?: number;
  /** ANSI colours; none if not given. The signs say the same without. */
  readonly color?: boolean;
}

const SIGNS = ['■', '●', '▲', '◆', '○', '□', '△', '◇'] as const;
const SEVERAL = '✱';
const STYLES: readonly Style[] = ['plain', 'running', 'ready', 'waiting', 'dropped'];

const signOf = (series: number): string =>
  SIGNS[series] ?? String.fromCharCode('a'.charCodeAt(0) + ((series - SIGNS.length) % 26));
const styleOf = (series: number): Style => STYLES[series % STYLES.length]!;

interface Cell {
  readonly glyph: string;
  readonly style: Style;
}

/**
 * Draws curves over two logarithmic axes. What is zero or less, or no number, has no place there: it is left out, and said
 * to be.
 *
 * @example console.log(plot(curves(sweep(workloadOf, { tasks: [1, 10, 100] })), { width: 80, height: 24 }))
 */
export function plot(data: PlotData, options: PlotOptions = {}): string {
  const width = Math.max(1, Math.floor(options.width ?? 80));
  const height = Math.max(8, Math.floor(options.height ?? 20));
  const { series } = data;
  const points = series.flatMap((one) => one.points);
  const drawn = points.filter(([x, y]) => canBeDrawn(x) && canBeDrawn(y));
  const head: Line[] = [];
  if (data.title) head.push([[printable(data.title), 'strong']]);
  head.push([[printable(data.y.label), 'quiet']]);
  const left = points.length - drawn.length;
  const note = left === 0 ? '' : `left out: ${left} point${left === 1 ? '' : 's'} at 0`;
  if (drawn.length === 0) {
    const lines: Line[] = [...head, [['nothing to draw', 'quiet']], [[note, 'quiet']]];
    return inkText(
      lines.filter((line) => line[0]![0] !== ''),
      width,
      options.color,
    );
  }

  const xs = new LogScale(
    drawn.map(([x]) => x),
    data.x.unit,
  );
  const ys = new LogScale(
    drawn.map(([, y]) => y),
    data.y.unit,
  );
  const yTicks = ys.ticks();
  const gutter = widest(yTicks.map(({ label }) => label)) + 2;
  const cols = Math.max(4, width - gutter);
  // Signs that stand side by side need room at both ends.
  const margin = Math.min(Math.floor(series.length / 2) + 1, Math.floor((cols - 1) / 4));
  const column = (at: number) => margin + Math.round(at * (cols - 1 - 2 * margin));

  const legend = (notes: readonly string[]) => legendLines(series, width, notes);
  const rows = Math.max(3, height - head.length - 2 - legend([SIDE_BY_SIDE, SEVERAL_SIGN, note]).length);
  const row = (at: number) => Math.round((1 - at) * (rows - 1));
  const grid = new Grid(cols, rows);
  series.forEach((one, number) => {
    const own = one.points
      .filter(([x, y]) => canBeDrawn(x) && canBeDrawn(y))
      .sort(([a], [b]) => a - b)
      .map(([x, y]) => [column(xs.at(x)), row(ys.at(y))] as const);
    own.forEach((place, i) => {
      if (i > 0) grid.lead(own[i - 1]!, place, styleOf(number));
      grid.mark(place, number);
    });
  });
  grid.placeMarks();

  const labels = new Map(yTicks.map(({ at, label }) => [row(at), label]));
  const body = grid.lines((at) => {
    const label = labels.get(at);
    return `${pad(label ?? '', gutter - 2, 'right')} ${label === undefined ? '│' : '┤'}`;
  });
  const axis = axisLines(
    xs.ticks().map(({ at, label }) => [column(at), label] as const),
    cols,
    gutter,
    printable(data.x.label),
  );
  const lines = [...head, ...body, ...axis, ...legend([...grid.notes, note])];
  return inkText(lines, width, options.color);
}

const SIDE_BY_SIDE = 'side by side: too close to tell apart here';
const SEVERAL_SIGN = `${SEVERAL} several`;

/** The curves that have a point in one cell. */
interface Mark {
  readonly col: number;
  readonly row: number;
  readonly series: number[];
}

/** The picture, cell by cell. */
class Grid {
  /** What has to be explained. */
  readonly notes: Set<string>;
  private readonly cols: number;
  private readonly cells: (Cell | undefined)[][];
  /** By row and column. */
  private readonly marks: Map<string, Mark>;

  constructor(cols: number, rows: number) {
    this.notes = new Set();
    this.cols = cols;
    this.cells = Array.from({ length: rows }, () => new Array<Cell | undefined>(cols).fill(undefined));
    this.marks = new Map();
  }

  mark([col, row]: readonly [number, number], series: number): void {
    const key = `${row} ${col}`;
    const mark = this.marks.get(key) ?? { col, row, series: [] };
    if (!mark.series.includes(series)) mark.series.push(series);
    this.marks.set(key, mark);
  }

  /** Dots from one point to the next. */
  lead([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number], style: Style): void {
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0));
    for (let i = 1; i < steps; i++) {
      const col = Math.round(x0 + ((x1 - x0) * i) / steps);
      const row = Math.round(y0 + ((y1 - y0) * i) / steps);
      this.cells[row]![col] ??= { glyph: '·', style };
    }
  }

  /** The signs; those of one cell side by side, if there is room up to the next. */
  placeMarks(): void {
    const taken = new Set<string>(this.marks.keys());
    for (const { col, row, series } of this.marks.values()) {
      const start = Math.max(
        0,
        Math.min(this.cols - series.length, col - Math.floor((series.length - 1) / 2)),
      );
      const cells = series.map((_, i) => `${row} ${start + i}`);
      if (cells.every((cell) => cell === `${row} ${col}` || !taken.has(cell))) {
        for (const cell of cells) taken.add(cell);
        series.forEach((number, i) => {
          this.cells[row]![start + i] = { glyph: signOf(number), style: styleOf(number) };
        });
        if (series.length > 1) this.notes.add(SIDE_BY_SIDE);
      } else {
        this.notes.add(SEVERAL_SIGN);
        this.cells[row]![col] = { glyph: SEVERAL, style: 'strong' };
      }
    }
  }

  lines(gutter: (row: number) => string): Line[] {
    return this.cells.map(
      (cells, row): Line => [
        [gutter(row), 'quiet'],
        ...cells.map((cell): Span => (cell === undefined ? [' '] : [cell.glyph, cell.style])),
      ],
    );
  }
}

/** What the signs mean, in as many lines as it takes. */
function legendLines(series: readonly PlotSeries[], width: number, notes: readonly string[]): Line[] {
  const entries = series.map(({ name }, number): Span[] => [
    [signOf(number), styleOf(number)],
    [` ${printable(name)}`],
  ]);
  for (const note of notes) if (note !== '') entries.push([[note, 'quiet']]);
  const lines: Span[][] = [];
  let used = width;
  for (const entry of entries) {
    const own = lineWidth(entry);
    if (used + 3 + own > width) {
      lines.push([...entry]);
      used = own;
    } else {
      lines.at(-1)!.push(['   '], ...entry);
      used += 3 + own;
    }
  }
  return lines;
}

function axisLines(
  ticks: readonly (readonly [col: number, label: string])[],
  cols: number,
  gutter: number,
  name: string,
): Line[] {
  const line = new Array<string>(cols).fill('─');
  let labels = '';
  const gaps: (readonly [from: number, to: number])[] = [];
  for (const [col, label] of ticks) {
    line[col] = '┬';
    const start = Math.max(0, Math.min(cols - label.length, col - Math.floor(label.length / 2)));
    if (labels !== '' && start <= labels.length) continue;
    gaps.push([labels.length, start]);
    labels = pad(labels, start) + label;
  }
  // The name of the axis stands at its end, or in the last gap between two labels that has room for it.
  gaps.push([labels.length, cols + 2]);
  const gap = gaps.findLast(([from, to]) => to - from >= cellWidth(name) + 4);
  if (gap !== undefined) {
    const from = gap[1] > cols ? cols - cellWidth(name) : Math.floor((gap[0] + gap[1] - cellWidth(name)) / 2);
    labels =
      pad(labels.slice(0, gap[0]), from) +
      name +
      ' '.repeat(Math.max(0, gap[1] - from - cellWidth(name))) +
      labels.slice(gap[1]);
  }
  const lead = ' '.repeat(gutter - 1);
  return [[[`${lead}└${line.join('')}`, 'quiet']], [[`${lead} ${labels}`, 'quiet']]];
}
