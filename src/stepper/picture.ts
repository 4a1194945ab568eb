/**
 * How it came to this: the timeline of the whole run, covered from the cursor on.
 *
 * It is drawn once for a width and its rows, as nothing else in it depends on the cursor but what is covered; so most steps cost
 * no drawing. Where not all rows have room, which of them are there: see rows.ts.
 */

import type { LoopState } from '../trace/state.ts';
import { cellWidth } from '../views/cells.ts';
import { cutLine, type Line } from '../views/ink.ts';
import { type Chosen, headingOf, partOf } from '../views/parts.ts';
import { timelineLines } from '../views/timeline.ts';
import { pathOf } from './analysis.ts';
import type { Screen } from './frame.ts';
import { oncePerTrace } from './once-per-trace.ts';
import { leftOut, type Rows, rowsAt, rowsFrom } from './rows.ts';
import type { Steppable, StepperState } from './stepper.ts';

/** The picture of a whole trace, for one width and some rows. */
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
    // So it is with the heading of threads, which is all one piece.
    if (line.length === 1) return line;
    const isCovered = cellWidth(this.#texts[i]!.trimEnd()) > this.#margin + cell;
    return [...cutLine(line, this.#margin + cell), [isCovered ? '▏' : '', 'quiet']];
  }

  /** On a tall screen the axis stands below the rows as well. */
  #isAxis(i: number): boolean {
    const { length } = this.lines;
    return i < 2 || (i >= length - 2 && this.#texts[length - 2]!.trimStart().startsWith('├'));
  }
}

/** What is read of a trace for its pictures. */
const livesOf = oncePerTrace((trace) => {
  const { lives, hasLoop, threads } = partOf({ title: '', trace }, Number.POSITIVE_INFINITY);
  const headings = new Set(threads.shown.map((life) => headingOf(life, lives, hasLoop)));
  headings.delete('');
  return {
    lives,
    tasks: lives.tasks.map(({ task }) => task),
    threads: threads.shown.map(({ thread }) => thread),
    headings: headings.size,
  };
});

/** Drawn for a size, with certain rows. They are kept, as one goes to and fro; but not all that there may ever be. */
const pictures = new WeakMap<Steppable, Map<string, Picture>>();
const MOST_KEPT = 100;

function pictureOf(on: Steppable, columns: number, critical: boolean, shown: Omit<Chosen, 'lives'>): Picture {
  const known = pictures.get(on) ?? new Map<string, Picture>();
  pictures.set(on, known);
  const key = `${columns} ${critical} ${[...shown.tasks].sort().join()} ${[...shown.threads].sort().join()}`;
  let picture = known.get(key);
  if (picture === undefined) {
    if (known.size >= MOST_KEPT) known.clear();
    picture = new Picture(drawPicture(on, columns, critical, shown), critical);
    known.set(key, picture);
  }
  return picture;
}

function drawPicture(
  on: Steppable,
  columns: number,
  critical: boolean,
  shown: Omit<Chosen, 'lives'>,
): readonly Line[] {
  const { lives } = livesOf(on.trace);
  const options = { width: columns, legend: false, critical: critical && pathOf(on.trace) };
  return timelineLines([{ title: '', trace: on.trace }], options, { lives, ...shown });
}

/** With less than this a screen is low, and has a row of each kind; with it, it has so many tasks as well, and threads. */
const ENOUGH = { rows: 24, tasks: 3, threads: 2 };
const ONE = { tasks: 1, threads: 1 };
/** In a picture with more rows the axis stands below them as well. */
const TALL = 20;

/** Which part of a screen the picture may have: where there are tasks and threads it has two lists of rows. */
const SHARE = { one: 0.32, both: 0.42 };

/** How many rows of each kind have room on a screen. */
function roomFor(
  on: Steppable,
  { columns, rows }: Screen,
  critical: boolean,
): { tasks: Rows; threads: Rows } {
  const { tasks, threads, headings } = livesOf(on.trace);
  const none = { tasks: new Set<number>(), threads: new Set<number>() };
  const fixed = pictureOf(on, columns, critical, none).lines.length;
  const least = rows < ENOUGH.rows ? ONE : ENOUGH;
  // Threads want their headings as well.
  const linesOf = (count: number) => count + Math.min(count, headings);
  const want = { tasks: tasks.length, threads: linesOf(threads.length) };
  const need = Math.min(want.tasks, least.tasks) + linesOf(Math.min(threads.length, least.threads));
  const share = want.tasks > 0 && want.threads > 0 ? SHARE.both : SHARE.one;
  let free = Math.max(Math.floor(rows * share) - fixed, need);
  if (want.tasks + want.threads > TALL - 1) free = Math.max(need, free - 2);
  // That only one has none would take up as much room.
  if (want.tasks + want.threads === free + 1) free++;
  const forThreads = Math.min(want.threads, Math.max(Math.floor(free / 2), free - want.tasks));
  let room = threads.length;
  while (linesOf(room) > forThreads) room--;
  return {
    tasks: { all: tasks, room: Math.min(tasks.length, free - linesOf(room)) },
    threads: { all: threads, room },
  };
}

/** The picture up to the cursor. */
export interface TimelineBlock {
  readonly lines: readonly Line[];
  /** What has no row; '' if all have one. */
  readonly note: string;
  /** How far its rows can be scrolled. */
  readonly last: number;
}

/**
 * The picture up to the cursor, as high as befits the screen. Where not all have room the one of the moment is shown; scrolled,
 * the rows come in their order.
 */
export function timelineBlock(
  on: Steppable,
  state: StepperState,
  now: LoopState,
  screen: Screen,
): TimelineBlock {
  if (on.trace.length === 0) return { lines: [], note: '', last: 0 };
  const { tasks, threads } = roomFor(on, screen, state.critical);
  const [moreTasks, moreThreads] = [leftOut(tasks), leftOut(threads)];
  const last = moreTasks + moreThreads > 0 ? moreTasks + moreThreads + 1 : 0;
  // Unfolded, it is the causes that are scrolled.
  const first = state.why ? -1 : Math.min(state.scroll, last) - 1;
  const shown =
    first < 0
      ? {
          tasks: rowsAt(on.trace, 'tasks', tasks, state.seq, state.task),
          threads: rowsAt(on.trace, 'threads', threads, state.seq),
        }
      : {
          tasks: rowsFrom(tasks, Math.min(first, moreTasks)),
          threads: rowsFrom(threads, Math.max(0, first - moreTasks)),
        };
  const picture = pictureOf(on, screen.columns, state.critical, shown);
  const note = moreNote(moreTasks, moreThreads) + (last > 0 && !state.why ? ': ↑ ↓' : '');
  if (state.seq === on.trace.length) return { lines: picture.lines, note, last };
  const { time: from } = on.trace.event(1);
  const span = on.trace.endTime - from;
  const part = span > 0 ? (now.time - from) / span : state.seq / on.trace.length;
  // The cell of this very moment is covered as well, until all is over: not all of it has happened yet.
  const cell = Math.max(0, Math.floor(part * (picture.cells - 1) + 1e-6));
  return { lines: picture.upTo(cell), note, last };
}

/** `… 3 more tasks and 8 more threads`. */
function moreNote(tasks: number, threads: number): string {
  const counts = [counted(tasks, 'task'), counted(threads, 'thread')].filter(Boolean);
  return counts.length === 0 ? '' : `… ${counts.join(' and ')}`;
}

const counted = (count: number, what: string): string =>
  count === 0 ? '' : `${count} more ${what}${count === 1 ? '' : 's'}`;
