/**
 * What is short, or put together from many slices that are, gathered by colour: to change it for each of thousands takes longer
 * than to draw them. What touches is one.
 */

import { DOINGS, RUNNING, WAITING } from '../lives.ts';
import type { Pen } from './pen.ts';
import { STROKED } from './signs.ts';

/** Three ticks within this (px) are a crowd, and so high in the bar. */
const CROWD = 14;
const CROWDED = 0.3;
/** What is nearer than this (px) touches. */
const TOUCHING = 0.01;

export class Cells {
  readonly #pen: Pen;
  /** The middle of the row, and how high a bar in it is. */
  readonly #y: number;
  readonly #bar: number;
  /** Waits: from, to. Runs: x, top, width, height. What lacks something: a code of `DOINGS`, x, bottom, width, height. */
  readonly #lines: number[];
  readonly #solids: number[];
  readonly #rests: number[];
  /** Steps that take no time. */
  readonly #ticks: number[];

  constructor(pen: Pen, y: number, bar: number) {
    this.#pen = pen;
    this.#y = y;
    this.#bar = bar;
    this.#lines = [];
    this.#solids = [];
    this.#rests = [];
    this.#ticks = [];
  }

  /** A wait. */
  line(x0: number, x1: number): void {
    const lines = this.#lines;
    const end = lines.length - 1;
    if (end > 0 && x0 <= lines[end]! + TOUCHING) lines[end] = Math.max(x1, lines[end]!);
    else lines.push(x0, x1);
  }

  /** A run. */
  solid(x: number, top: number, width: number, height: number): void {
    const solids = this.#solids;
    const end = solids.length - 4;
    const isNext = end >= 0 && solids[end + 1] === top && solids[end + 3] === height;
    if (isNext && x <= solids[end]! + solids[end + 2]! + TOUCHING) solids[end + 2] = x + width - solids[end]!;
    else solids.push(x, top, width, height);
  }

  #rest(doing: number, x: number, bottom: number, width: number, height: number): void {
    const rests = this.#rests;
    const end = rests.length - 5;
    const isNext = end >= 0 && rests[end] === doing && rests[end + 2] === bottom && rests[end + 4] === height;
    if (isNext && x <= rests[end + 1]! + rests[end + 3]! + TOUCHING)
      rests[end + 3] = x + width - rests[end + 1]!;
    else rests.push(doing, x, bottom, width, height);
  }

  /**
   * Slices put together: as high as what they are made up of. `shares` is how long each state was, by code; `runs` says that
   * there are runs among them, which may take no time. Of the loop neither what is idle is drawn, nor ticks.
   */
  cell(x: number, width: number, shares: Float64Array, runs: number, isLoop: boolean): void {
    let total = 0;
    for (const share of shares) total += share;
    if (total === 0) {
      if (runs > 0) this.#ticks.push(x);
      return;
    }
    const height = isLoop ? this.#bar * 0.4 : this.#bar;
    const heightOf = (share: number) => Math.max(2, Math.round(((share / total) * height) / 2) * 2);
    const own = shares[RUNNING] === 0 ? 0 : heightOf(shares[RUNNING]!);
    let other = WAITING;
    for (let s = RUNNING + 1; s < shares.length; s++) if (shares[s]! > shares[other]!) other = s;
    if (other === WAITING || shares[other] === 0) {
      if (own > 0) this.solid(x, this.#pen.snap(this.#y - own / 2), width, own);
      if (!isLoop && shares[WAITING]! > 0) this.line(x, x + width);
      if (runs > 0 && own < height * CROWDED) this.#ticks.push(x);
      return;
    }
    // Running below, and what it lacks above it: together they are as high as a bar.
    const bottom = this.#y + height / 2;
    if (own > 0) this.solid(x, bottom - own, width, own);
    this.#rest(other, x, bottom - own, width, heightOf(shares[other]!));
  }

  /** Draws what has come together. */
  draw(running: string): void {
    const { context: c, palette, hatching } = this.#pen;
    const [lines, solids, rests] = [this.#lines, this.#solids, this.#rests];
    c.fillStyle = palette.waiting;
    for (let i = 0; i < lines.length; i += 2)
      c.fillRect(lines[i]!, this.#y - 1.25, lines[i + 1]! - lines[i]!, 2.5);
    c.fillStyle = running;
    for (let i = 0; i < solids.length; i += 4)
      c.fillRect(solids[i]!, solids[i + 1]!, solids[i + 2]!, solids[i + 3]!);
    for (let i = 0; i < rests.length; i += 5) {
      const doing = DOINGS[rests[i]!]!;
      const [x, bottom, width, height] = [rests[i + 1]!, rests[i + 2]!, rests[i + 3]!, rests[i + 4]!];
      // Of strokes nothing would be seen where there is so little room.
      c.fillStyle = doing === 'core' || width < STROKED ? palette[doing] : hatching.of(doing, palette);
      c.fillRect(x, bottom - height, width, height);
    }
  }

  /** Draws the steps that take no time. Where there are many they are low, so as not to look like one long run. */
  drawTicks(): void {
    const { context: c, palette } = this.#pen;
    const ticks = this.#ticks;
    c.fillStyle = palette.running;
    const [tall, low] = [this.#pen.snap(this.#bar * 0.66), this.#pen.snap(this.#bar * CROWDED)];
    const top = this.#pen.snap(this.#y - low / 2);
    let [from, to] = [Number.NaN, Number.NaN];
    for (let i = 0; i < ticks.length; i++) {
      const x = ticks[i]!;
      const [before, after] = [ticks[i - 1] ?? -99, ticks[i + 1] ?? 1e9];
      const isCrowded =
        after - before < CROWD || x - (ticks[i - 2] ?? -99) < CROWD || (ticks[i + 2] ?? 1e9) - x < CROWD;
      if (!isCrowded) {
        c.fillRect(x - 1, this.#pen.snap(this.#y - tall / 2), 2.5, tall);
        continue;
      }
      if (x - 1 <= to) {
        to = x + 1.5;
        continue;
      }
      if (to > from) c.fillRect(from, top, to - from, low);
      [from, to] = [x - 1, x + 1.5];
    }
    if (to > from) c.fillRect(from, top, to - from, low);
  }
}
