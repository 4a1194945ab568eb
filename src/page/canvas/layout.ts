/** Where everything lies: rows from top to bottom, and the ruler from left to right. All in CSS pixels. */

import type { Lane, Model } from './model.ts';

/** The part of the ruler that is shown. */
export interface View {
  readonly from: number;
  readonly to: number;
}

/** A line of the picture. */
export interface Line {
  readonly part: number;
  readonly row: number;
  readonly kind: 'title' | 'heading' | 'lane';
}

/** The least of a row that still can be read, and the most that looks well. */
const LEAST_ROW = 22;
const MOST_ROW = 38;

/** All lines, from top to bottom: those of each part under its title. */
export class Stack {
  readonly lines: readonly Line[];
  /** How high a row with slices is, and the bar in it. */
  readonly rowHeight: number;
  readonly bar: number;
  /** Where each line begins; the last is where all end. */
  readonly #tops: Float64Array;
  /** The line of the first row of each part. */
  readonly #firsts: number[];

  /** Rows are as high as they can be in `room` pixels, if they can all be seen at once. */
  constructor({ parts }: Pick<Model, 'parts'>, room: number) {
    const lines: Line[] = [];
    this.#firsts = [];
    parts.forEach((part, i) => {
      this.#firsts.push(lines.length);
      part.rows.forEach(({ kind }, row) => {
        lines.push({ part: i, row, kind });
      });
    });
    const { lanes, others } = countRows(parts);
    const rest = room - others - BELOW;
    this.rowHeight = Math.max(LEAST_ROW, Math.min(MOST_ROW, Math.floor(rest / lanes)));
    this.bar = Math.round(this.rowHeight * 0.62);
    this.lines = lines;
    this.#tops = new Float64Array(lines.length + 1);
    lines.forEach(({ kind }, i) => {
      this.#tops[i + 1] =
        this.#tops[i]! + (kind === 'title' ? TITLE : kind === 'heading' ? HEADING : this.rowHeight);
    });
  }

  /** The room in which rows are as high as looks well, and can all be seen at once. */
  static roomFor({ parts }: Pick<Model, 'parts'>): number {
    const { lanes, others } = countRows(parts);
    return lanes * MOST_ROW + others + BELOW;
  }

  /** How high all lines are together. */
  get height(): number {
    return this.#tops[this.lines.length]! + (this.lines.length > 0 ? 6 : 0);
  }

  /** Where line `i` begins. */
  top(i: number): number {
    return this.#tops[i]!;
  }

  /** The line at a height; what is above the first is the first, and so for the last. -1 if there is none. */
  lineAt(y: number): number {
    let low = 0;
    let high = this.lines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#tops[middle + 1]! <= y) low = middle + 1;
      else high = middle;
    }
    return Math.min(low, this.lines.length - 1);
  }

  /** The line of a row of a part. */
  lineOf(part: number, row: number): number {
    return (this.#firsts[part] ?? 0) + row;
  }
}

const TITLE = 32;
const HEADING = 24;
/** Left free below the last row. */
const BELOW = 8;

/** How many rows with slices there are (at least 1), and how high all others are together. */
function countRows(parts: Model['parts']): { readonly lanes: number; readonly others: number } {
  const rows = parts.flatMap((part) => part.rows);
  const count = (kind: Line['kind']) => rows.filter((row) => row.kind === kind).length;
  return { lanes: Math.max(1, count('lane')), others: count('title') * TITLE + count('heading') * HEADING };
}

/** The ruler, from pixel `left` to pixel `right`. */
export class Ruler {
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly right: number;

  constructor({ from, to }: View, left: number, right: number) {
    this.from = from;
    this.to = to;
    this.left = left;
    this.right = Math.max(left + 1, right);
  }

  /** Pixels for each unit of the ruler. */
  get scale(): number {
    return (this.right - this.left) / (this.to - this.from || 1);
  }

  /** Where a place lies. */
  x(place: number): number {
    return this.left + (place - this.from) * this.scale;
  }

  /** Which place lies at a pixel. */
  place(x: number): number {
    return this.from + (x - this.left) / this.scale;
  }
}

/** What can be shown at all, and how near one can come. */
export interface Bounds extends View {
  /** No view is shorter. */
  readonly least: number;
}

/** The bounds of a model: nearer than a thousandth of a ms there is nothing to see, nor than four turns. */
export function boundsOf({ by, from, to }: Model): Bounds {
  const span = Math.max(to - from, by === 'turns' ? 1 : 1e-3);
  const least = by === 'turns' ? 4 : Math.max(1e-3, Math.abs(to) * 1e-12);
  return { from, to: from + span, least: Math.min(span, least) };
}

/** A view as near to the wanted one as the bounds allow. What is no number leaves the whole. */
export function clampView({ from, to }: View, bounds: Bounds): View {
  if (!Number.isFinite(from) || !Number.isFinite(to)) return { from: bounds.from, to: bounds.to };
  const [low, high] = from <= to ? [from, to] : [to, from];
  const whole = bounds.to - bounds.from;
  const span = Math.min(whole, Math.max(bounds.least, high - low));
  const middle = (low + high) / 2;
  const wanted = span === high - low ? low : middle - span / 2;
  const start = Math.min(bounds.to - span, Math.max(bounds.from, wanted));
  return span === whole ? { from: bounds.from, to: bounds.to } : { from: start, to: start + span };
}

/** The view zoomed in by a factor (out, if it is below 1) around a place that stays where it is. */
export function zoomView(view: View, factor: number, at: number, bounds: Bounds): View {
  if (!(factor > 0)) return view;
  const whole = bounds.to - bounds.from;
  const span = Math.min(whole, Math.max(bounds.least, (view.to - view.from) / factor));
  const share = (at - view.from) / (view.to - view.from || 1);
  const from = at - share * span;
  return clampView({ from, to: from + span }, bounds);
}

/** The view moved along the ruler. */
export function panView(view: View, by: number, bounds: Bounds): View {
  const span = view.to - view.from;
  const from = Math.min(bounds.to - span, Math.max(bounds.from, view.from + by));
  return clampView({ from, to: from + span }, bounds);
}

/** The lane of a line, if it is one. */
export function laneAt(model: Model, line: Line | undefined): Lane | undefined {
  const row = line && model.parts[line.part]?.rows[line.row];
  return row?.kind === 'lane' ? row.lane : undefined;
}

/** The thumb of a scrollbar, for so high a content in so high a window; null: all of it is seen. */
export function scrollbarOf(
  content: number,
  room: number,
  scroll: number,
): { readonly top: number; readonly size: number } | null {
  if (content <= room || room < 40) return null;
  const size = Math.max(24, (room / content) * room);
  return { size, top: (scroll / (content - room)) * (room - size) };
}
