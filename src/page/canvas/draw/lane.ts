/**
 * A row: what a task, a thread, the loop or the script did. Slices that can be seen one by one, what is between them put
 * together (see detail.ts), and what is waited for and computed, where there is room for the words.
 */

import { printable } from '../../../views/cells.ts';
import { lowerBound, type PieceTaker, pieces } from '../detail.ts';
import { DOINGS, RUNNING, WAITING } from '../lives.ts';
import type { Lane, Part, RowMark } from '../model.ts';
import { waitWords, workLabel, worksIn } from '../tell.ts';
import { Cells } from './cells.ts';
import { MARGIN, type Picture } from './picture.ts';
import {
  drawIdle,
  drawLacking,
  drawMark,
  drawRunning,
  drawScript,
  drawWaiting,
  markRadius,
  ROUNDED,
} from './signs.ts';

/** Narrower than this (px) slices are put together. */
const CELL = 4;
/** A wait that is shorter (px) has no room for a word, and a part of a computation none for its name. */
const LABELLED = 56;
const NAMED = 24;
/** So many computations of a slice are looked at, for their names. */
const MOST_NAMED = 50;
/** Runs of the loop that are nearer than this (px) are one mark. */
const RUNS_APART = 3;

/** A row, with its name. */
export function drawRow(picture: Picture, line: number, part: Part, lane: Lane): void {
  const { pen, frame, scene } = picture;
  const { gutter, width } = frame;
  const isQuiet = lane.life === undefined;
  const name = pen.fit(lane.name, gutter - MARGIN - 8, 'name');
  const colour = isQuiet ? pen.palette.quiet : pen.palette.ink;
  pen.text(name, MARGIN, picture.middleOf(line), 'name', colour);
  pen.within(gutter, picture.yOf(line), width - gutter, scene.stack.rowHeight, () => {
    new LaneBrush(picture, part, lane, picture.middleOf(line)).draw();
  });
}

/** Draws one row; it is shown the pieces of it from left to right. */
class LaneBrush implements PieceTaker {
  readonly #picture: Picture;
  readonly #part: Part;
  readonly #lane: Lane;
  /** The middle of the row; how high a bar is, and where it begins. */
  readonly #y: number;
  readonly #bar: number;
  readonly #top: number;
  /** The px between which something is seen. */
  readonly #left: number;
  readonly #right: number;
  readonly #cells: Cells;

  constructor(picture: Picture, part: Part, lane: Lane, y: number) {
    const { pen, ruler, edge, scene } = picture;
    this.#picture = picture;
    this.#part = part;
    this.#lane = lane;
    this.#y = y;
    this.#bar = scene.stack.bar;
    this.#top = pen.snap(y - this.#bar / 2);
    this.#left = ruler.x(edge.from);
    this.#right = ruler.x(edge.to);
    this.#cells = new Cells(pen, y, this.#bar);
  }

  draw(): void {
    const { pen, ruler, edge, scene } = this.#picture;
    const isLoop = this.#lane.kind === 'loop';
    pieces(this.#lane, edge.from, edge.to, scene.model.from, CELL / ruler.scale, this);
    this.#cells.draw(isLoop ? pen.palette.quiet : pen.palette.running);
    if (isLoop) this.#loopRuns();
    if (!this.#lane.life) return;
    this.#cells.drawTicks();
    this.#marks();
  }

  // ---- pieces ---------------------------------------------------------------------------------------------

  slice(i: number): void {
    const { slices, kind } = this.#lane;
    const { pen, ruler } = this.#picture;
    const doing = slices.doing[i]!;
    const clip = (x: number) => Math.min(this.#right + 40, Math.max(this.#left - 40, x));
    const x0 = pen.snap(clip(ruler.x(slices.from[i]!)));
    const x1 = pen.snap(clip(ruler.x(slices.to[i]!)));
    if (doing !== WAITING && doing !== RUNNING)
      drawLacking(pen, DOINGS[doing]!, x0, x1, this.#y, this.#top, this.#bar);
    else if (kind === 'loop') this.#loopSlice(doing, x0, x1);
    else if (kind === 'script') drawScript(pen, x0, x1, this.#y);
    else if (doing === WAITING) this.#wait(i, x0, x1);
    else this.#run(x0, x1);
  }

  cell(from: number, to: number, _i: number, _j: number, shares: Float64Array, runs: number): void {
    const { pen, ruler } = this.#picture;
    const x = pen.snap(ruler.x(from));
    const width = Math.max(1 / pen.ratio, pen.snap(ruler.x(to)) - x);
    this.#cells.cell(x, width, shares, runs, this.#lane.kind === 'loop');
  }

  // ---- the loop -------------------------------------------------------------------------------------------

  #loopSlice(doing: number, x0: number, x1: number): void {
    const { pen } = this.#picture;
    if (doing === WAITING) {
      drawIdle(pen, x0, x1, this.#y);
      return;
    }
    pen.context.fillStyle = pen.palette.quiet;
    pen.context.fillRect(x0, pen.snap(this.#y - this.#bar * 0.2), x1 - x0, pen.snap(this.#bar * 0.4));
  }

  /** The runs of the loop, one mark for each that can be told from the one before. In turns they are slices. */
  #loopRuns(): void {
    const { pen, ruler, edge, scene } = this.#picture;
    if (scene.model.by === 'turns') return;
    const { runAt } = this.#part;
    pen.context.fillStyle = pen.palette.quiet;
    const tall = pen.snap(this.#bar * 0.4);
    const top = pen.snap(this.#y - tall / 2);
    const apart = RUNS_APART / ruler.scale;
    let i = lowerBound(runAt, edge.from, 0, runAt.length);
    while (i < runAt.length && runAt[i]! <= edge.to) {
      const at = runAt[i]!;
      pen.context.fillRect(pen.snap(ruler.x(at)) - 1, top, 2, tall);
      i = Math.max(i + 1, lowerBound(runAt, at + apart, i, runAt.length));
    }
  }

  // ---- tasks and threads ----------------------------------------------------------------------------------

  /** A thin line, and on it what is waited for. */
  #wait(i: number, x0: number, x1: number): void {
    if (x1 - x0 < LABELLED) {
      this.#cells.line(x0, x1);
      return;
    }
    const { pen } = this.#picture;
    const start = Math.max(x0, this.#left) + 20;
    const room = Math.min(x1, this.#right) - start - 14;
    const fits = (text: string) => text !== '' && pen.width(text, 'label') <= room;
    const text = room < 20 ? undefined : waitWords(this.#part, i).find(fits);
    if (text === undefined) {
      drawWaiting(pen, x0, x1, this.#y);
      return;
    }
    drawWaiting(pen, x0, start - 5, this.#y);
    drawWaiting(pen, start + pen.width(text, 'label') + 5, x1, this.#y);
    pen.text(text, start, this.#y + 0.5, 'label', pen.palette.waiting);
  }

  #run(x0: number, x1: number): void {
    const { pen, scene } = this.#picture;
    if (x1 - x0 < ROUNDED) {
      this.#cells.solid(x0, this.#top, Math.max(1 / pen.ratio, x1 - x0), this.#bar);
      return;
    }
    drawRunning(pen, x0, this.#top, x1 - x0, this.#bar);
    if (scene.model.by === 'time' && x1 - x0 >= NAMED) this.#works(x0, x1);
  }

  /** What is computed, inside a bar. */
  #works(x0: number, x1: number): void {
    const { pen, ruler } = this.#picture;
    const { lives } = this.#part;
    const [left, right] = [Math.max(x0, this.#left), Math.min(x1, this.#right)];
    const [first, last] = worksIn(this.#part, this.#lane, ruler.place(left), ruler.place(right));
    for (let work = first; work < Math.min(last, first + MOST_NAMED); work++) {
      const from = Math.max(left, ruler.x(lives.workFrom[work]!));
      const to = Math.min(right, ruler.x(lives.workTo[work]!));
      if (to - from < NAMED) continue;
      const text = workLabel(this.#part, this.#lane, work);
      if (text === '' || pen.width(text, 'label') > to - from - 12) continue;
      pen.text(text, from + 7, this.#y + 0.5, 'label', pen.palette.onRunning);
    }
  }

  /** How a life ended, or that it goes on; and the deadlocks that it was a part of. */
  #marks(): void {
    const { pen, ruler } = this.#picture;
    const { context: c, palette } = pen;
    const { life, slices, first, last, marks } = this.#lane;
    if (life?.open && last > first) {
      const x = ruler.x(slices.to[last - 1]!) + (marks.length > 0 ? markRadius(this.#bar) : 0);
      c.fillStyle = palette.waiting;
      for (const dx of [4, 9, 14]) c.fillRect(x + dx, this.#y - 1.25, 2.5, 2.5);
    }
    for (const mark of marks) {
      const x = ruler.x(mark.at);
      if (x < ruler.left - 60 || x > this.#right + 20) continue;
      drawMark(pen, mark.kind, x, this.#y, markRadius(this.#bar));
      if (mark === marks.at(-1)) this.#tellMark(mark, x + markRadius(this.#bar));
    }
  }

  /** Beside the last mark, where there is room: how a task failed, or that it was cancelled. */
  #tellMark({ kind, seq }: RowMark, x: number): void {
    const { pen } = this.#picture;
    const { palette } = pen;
    const room = this.#right - x - 12;
    if (this.#lane.kind !== 'task' || (kind !== 'failed' && kind !== 'cancelled') || room < LABELLED) return;
    const event = this.#part.trace.event(seq);
    const detail = kind === 'failed' && 'detail' in event ? printable(event.detail) : 'cancelled';
    const text = pen.fit(detail || 'failed', room, 'label');
    pen.text(text, x + 6, this.#y + 0.5, 'label', kind === 'failed' ? palette.bad : palette.quiet);
  }
}
