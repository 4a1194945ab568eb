/**
 * How it came to this: the timeline of the whole run, covered from the cursor on.
 *
 * It is drawn once for a width, as nothing in it depends on the cursor but what is covered; so a step costs no drawing, and the
 * rows stay where they are while one goes to and fro.
 */

import type { LoopState } from '../trace/state.ts';
import { cellWidth } from '../views/cells.ts';
import { cutLine, type Line } from '../views/ink.ts';
import { timelineLines } from '../views/timeline.ts';
import { pathOf } from './analysis.ts';
import type { Steppable, StepperState } from './stepper.ts';

/** The picture of a whole trace, for one size. */
class Picture {
  readonly lines: readonly Line[];
  /** The cells between the ends of the axis, and how many stand before it. */
  readonly cells: number;
  readonly #margin: number;
  readonly #texts: readonly string[];
  readonly #hasCritical: boolean;
  /** Covered last: most steps stay in the same cell, and to measure all rows anew takes as long as all else in a frame. */
  #covered: { readonly cell: number; readonly lines: readonly Line[] };

  constructor(lines: readonly Line[], hasCritical: boolean) {
    this.lines = lines;
    this.#texts = lines.map((line) => line.map(([text]) => text).join(''));
    const axis = this.#texts[1] ?? '';
    this.#margin = axis.indexOf('├');
    this.cells = cellWidth(axis) - this.#margin;
    this.#hasCritical = hasCritical;
    this.#covered = { cell: -1, lines: [] };
  }

  /** The picture up to a cell, which is covered as well. */
  upTo(cell: number): readonly Line[] {
    if (this.#covered.cell !== cell)
      this.#covered = { cell, lines: this.lines.map((line, i) => this.#cover(line, i, cell)) };
    return this.#covered.lines;
  }

  #cover(line: Line, i: number, cell: number): Line {
    // The critical path is that of the whole run, and no news of the cursor.
    if (this.#isAxis(i) || (this.#hasCritical && i === 2)) return line;
    const text = this.#texts[i]!;
    // The row of those that are folded says how they ended.
    if (text.startsWith('…')) return [...cutLine(line, this.#margin), ['', 'quiet']];
    const isCovered = cellWidth(text.trimEnd()) > this.#margin + cell;
    return [...cutLine(line, this.#margin + cell), [isCovered ? '▏' : '', 'quiet']];
  }

  /** On a tall screen the axis stands below the rows as well. */
  #isAxis(i: number): boolean {
    const { length } = this.lines;
    return i < 2 || (i >= length - 2 && this.#texts[length - 2]!.trimStart().startsWith('├'));
  }
}

/** Each is drawn once. */
const pictures = new WeakMap<Steppable, Map<string, Picture>>();

function pictureOf(on: Steppable, columns: number, most: number, critical: boolean): Picture {
  let known = pictures.get(on);
  if (known === undefined) {
    known = new Map();
    pictures.set(on, known);
  }
  const key = `${columns}×${most} ${critical}`;
  let picture = known.get(key);
  if (picture === undefined) {
    picture = new Picture(drawPicture(on, columns, most, critical).slice(0, most), critical);
    known.set(key, picture);
  }
  return picture;
}

function drawPicture(on: Steppable, columns: number, most: number, critical: boolean): readonly Line[] {
  const path = critical && pathOf(on.trace);
  const draw = (maxRows: number) =>
    timelineLines([{ title: '', trace: on.trace }], {
      width: columns,
      legend: false,
      maxRows,
      critical: path,
    });
  // The axis has two lines, the loop and the critical path one each.
  const room = most - 3 - (critical ? 1 : 0);
  for (const rows of [room, room - 1]) {
    const lines = draw(Math.max(1, rows));
    if (lines.length <= most) return lines;
  }
  // There are tasks and threads, and each kind was given all the room; their heading wants a line too, what is folded two.
  return draw(Math.max(1, Math.floor((room - 3) / 2)));
}

/** The picture up to the cursor, in so many lines or fewer. */
export function timelineBlock(
  on: Steppable,
  state: StepperState,
  now: LoopState,
  columns: number,
  most: number,
): readonly Line[] {
  if (on.trace.length === 0) return [];
  const picture = pictureOf(on, columns, most, state.critical);
  if (state.seq === on.trace.length) return picture.lines;
  const { time: from } = on.trace.event(1);
  const span = on.trace.endTime - from;
  const part = span > 0 ? (now.time - from) / span : state.seq / on.trace.length;
  // The cell of this very moment is covered as well, until all is over: not all of it has happened yet.
  return picture.upTo(Math.max(0, Math.floor(part * (picture.cells - 1) + 1e-6)));
}
