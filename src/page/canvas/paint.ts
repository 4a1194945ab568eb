/**
 * Draws the lanes on a canvas: only what can be seen, row by row.
 *
 * It is told everything and remembers nothing of the run; what it keeps are widths of texts and patterns. How much there is
 * to draw depends on the size of the picture alone (see detail.ts).
 */

import { printable } from '../../views/cells.ts';
import type { Doing } from '../../views/life-reader.ts';
import { ENDS } from '../../views/parts.ts';
import { MEANS } from '../../views/svg-looks.ts';
import { axisOf } from './axis.ts';
import type { Trail } from './critical.ts';
import { lowerBound, type PieceTaker, pieces, upperBound } from './detail.ts';
import { laneAt, Ruler, type Stack, scrollbarOf } from './layout.ts';
import { DOINGS, RUNNING, WAITING } from './lives.ts';
import { FONTS, Hatching, type Palette, paletteOf, type Theme } from './looks.ts';
import { type Lane, type Model, type Part, placeText } from './model.ts';
import { firstWork, type Waker, waitWords, workLabel } from './tell.ts';

/** How high the axis is. */
export const AXIS = 34;
/** Narrower than this (px) slices are put together. */
const CELL = 4;
/** Room at both ends of the ruler, for what stands on them. */
const INSET = { left: 8, right: 20 } as const;
const MARGIN = 12;
/** A wait that is shorter (px) has no room for a word, a bar none for round corners, and none for strokes. */
const LABELLED = 56;
const ROUNDED = 10;
const STROKED = 12;
/** Three ticks within this (px) are a crowd, and so high in the bar. */
const CROWD = 14;
const CROWDED = 0.3;
const LEGEND_LINE = 22;

/** A slice that somebody looks at, and who woke it. */
export interface Focus {
  readonly line: number;
  readonly lane: Lane;
  /** -1: none. */
  readonly index: number;
  readonly part: number;
  readonly waker: Waker | null;
}

/** All that a picture shows. */
export interface Scene {
  readonly model: Model;
  readonly stack: Stack;
  readonly view: { readonly from: number; readonly to: number };
  readonly scroll: number;
  readonly hover: Focus | null;
  /** Where the cursor is, on the ruler. */
  readonly cursor: { readonly at: number; readonly focus: Focus | null } | null;
  /** The critical path of each part; null: it isn't shown. */
  readonly trails: readonly Trail[] | null;
}

/** Where things are on the canvas, in CSS pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Where the lanes begin; left of it are the names. */
  readonly gutter: number;
  /** Where the rows end, and the legend begins. */
  readonly bottom: number;
}

/** Draws; see the top of the file. */
export class Painter {
  readonly #context: CanvasRenderingContext2D;
  #palette: Palette;
  #hatching: Hatching | null;
  #hatchingFor: string;
  #theme: Theme;
  readonly #widths: Map<string, number>;
  readonly #words: WeakMap<Lane, Map<number, readonly [string, string]>>;

  constructor(context: CanvasRenderingContext2D, theme: Theme) {
    this.#context = context;
    this.#theme = theme;
    this.#palette = paletteOf(theme);
    this.#hatching = null;
    this.#hatchingFor = '';
    this.#widths = new Map();
    this.#words = new WeakMap();
  }

  set theme(theme: Theme) {
    this.#theme = theme;
    this.#palette = paletteOf(theme);
  }

  /** How the canvas is divided: names take what they need, but no more than a share; the legend comes last. */
  frameOf(model: Model, width: number, height: number): Frame {
    let widest = 0;
    const most = Math.min(220, width * 0.26);
    let looked = 0;
    for (const { rows } of model.parts)
      for (const row of rows) {
        // Of ten thousand names the first tell how long they are.
        if (row.kind !== 'lane' || widest >= most || looked++ > 2000) continue;
        widest = Math.max(widest, this.#width(row.lane.name, FONTS.name));
      }
    const gutter = Math.round(MARGIN + Math.max(28, Math.min(widest, most)) + 10);
    const lines = height < 200 ? [] : this.#legendLines(model, width).slice(0, height < 320 ? 1 : 2);
    const bottom = height - (lines.length === 0 ? 0 : lines.length * LEGEND_LINE + 6);
    return { width, height, gutter, bottom };
  }

  /** The ruler of a view on a canvas. */
  rulerOf(view: Scene['view'], frame: Frame): Ruler {
    return new Ruler(view, frame.gutter + INSET.left, frame.width - INSET.right);
  }

  /** Draws the whole picture. */
  paint(scene: Scene, frame: Frame, ratio: number): void {
    const c = this.#context;
    const palette = this.#palette;
    const key = `${this.#theme} ${ratio}`;
    if (!this.#hatching || this.#hatchingFor !== key) {
      this.#hatching = new Hatching(c, palette, ratio);
      this.#hatchingFor = key;
    }
    const { width, height, bottom } = frame;
    const ruler = this.rulerOf(scene.view, frame);
    this.#hatching.moveTo(ruler.x(scene.model.from));
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.fillStyle = palette.paper;
    c.fillRect(0, 0, width, height);
    c.textBaseline = 'middle';
    if (scene.stack.lines.every(({ kind }) => kind !== 'lane')) {
      this.#text('nothing ran', MARGIN, AXIS + 16, FONTS.name, palette.quiet);
      return;
    }
    c.save();
    c.beginPath();
    c.rect(0, AXIS, width, bottom - AXIS);
    c.clip();
    this.#rows(scene, frame, ruler, ratio);
    c.restore();
    this.#axis(scene, frame, ruler);
    this.#cursor(scene, frame, ruler);
    this.#scrollbar(scene, frame);
    if (bottom < height) this.#legend(scene.model, frame);
  }

  // ---- rows -----------------------------------------------------------------------------------------------

  #rows(scene: Scene, frame: Frame, ruler: Ruler, ratio: number): void {
    const { model, stack, scroll, hover } = scene;
    const c = this.#context;
    const palette = this.#palette;
    const { width, gutter, bottom } = frame;
    const first = stack.lineAt(scroll);
    const yOf = (line: number) => AXIS + stack.top(line) - scroll;
    let last = first;
    while (last < stack.lines.length && yOf(last) < bottom) last++;

    if (hover && hover.line >= first && hover.line < last) {
      c.fillStyle = palette.hover;
      c.fillRect(0, yOf(hover.line), width, stack.rowHeight);
    }
    const marks = axisOf(model, scene.view, Math.max(1, (ruler.right - ruler.left) / 110)).marks;
    c.fillStyle = palette.grid;
    for (const { at } of marks) c.fillRect(Math.round(ruler.x(at)), AXIS, 1, bottom - AXIS);
    c.fillRect(gutter, AXIS, 1, bottom - AXIS);

    const edge = { from: ruler.place(gutter), to: ruler.place(width) };
    for (let line = first; line < last; line++) {
      const entry = stack.lines[line]!;
      const part = model.parts[entry.part]!;
      const row = part.rows[entry.row]!;
      const y = yOf(line);
      if (row.kind !== 'lane') {
        this.#heading(row, y, stack.top(line + 1) - stack.top(line), frame, line > 0);
        continue;
      }
      const { lane } = row;
      const middle = y + stack.rowHeight / 2;
      const isQuiet = lane.kind === 'loop' || lane.kind === 'script';
      const name = this.#fit(lane.name, gutter - MARGIN - 8, FONTS.name);
      this.#text(name, MARGIN, middle, FONTS.name, isQuiet ? palette.quiet : palette.ink);
      c.save();
      c.beginPath();
      c.rect(gutter, y, width - gutter, stack.rowHeight);
      c.clip();
      this.#lane(model, part, lane, middle, stack.bar, ruler, edge, ratio);
      c.restore();
    }
    c.save();
    c.beginPath();
    c.rect(gutter, AXIS, width - gutter, bottom - AXIS);
    c.clip();
    if (model.parts.length > 1) this.#partEnds(scene, frame, ruler, yOf);
    if (scene.trails) this.#trails(scene, scene.trails, frame, ruler, yOf);
    this.#focus(scene, scene.cursor?.focus ?? null, ruler, yOf, palette.cursor);
    if (!isSame(scene.hover, scene.cursor?.focus ?? null)) this.#focus(scene, hover, ruler, yOf, palette.ink);
    c.restore();
    this.#stickyTitle(scene, frame, first, yOf);
  }

  #heading(
    row: { readonly kind: 'title' | 'heading'; readonly text: string; readonly note: string },
    y: number,
    height: number,
    { width }: Frame,
    isRuled: boolean,
  ): void {
    const c = this.#context;
    const palette = this.#palette;
    if (row.kind === 'title') {
      c.fillStyle = palette.paper;
      c.fillRect(0, y, width, height);
      if (isRuled) {
        c.fillStyle = palette.grid;
        c.fillRect(0, Math.round(y) + 1, width, 1);
      }
      const note = this.#width(row.note, FONTS.note);
      const text = this.#fit(row.text, width - 2 * MARGIN - note - 12, FONTS.title);
      const base = y + height / 2 + 2;
      this.#text(text, MARGIN, base, FONTS.title, palette.ink);
      const x = MARGIN + (text === '' ? 0 : this.#width(text, FONTS.title) + 10);
      this.#text(row.note, x, base, FONTS.note, palette.quiet);
      return;
    }
    const text = this.#fit(row.text, width - 2 * MARGIN, FONTS.note);
    const base = y + height / 2 + 1;
    const from = MARGIN + this.#width(text, FONTS.note) + 10;
    c.fillStyle = palette.paper;
    c.fillRect(0, y, from - 4, height);
    this.#text(text, MARGIN, base, FONTS.note, palette.quiet);
    c.strokeStyle = palette.grid;
    c.lineWidth = 1.5;
    c.setLineDash([2, 4]);
    c.beginPath();
    c.moveTo(from, base);
    c.lineTo(width - MARGIN, base);
    c.stroke();
    c.setLineDash([]);
  }

  /** The title of the trace whose rows are seen, where it has been scrolled away itself. */
  #stickyTitle(scene: Scene, frame: Frame, first: number, yOf: (line: number) => number): void {
    const { model, stack } = scene;
    const part = stack.lines[first]?.part;
    if (part === undefined) return;
    const row = model.parts[part]!.rows[0];
    const line = stack.lineOf(part, 0);
    if (row?.kind !== 'title' || yOf(line) >= AXIS) return;
    const height = stack.top(line + 1) - stack.top(line);
    const next = part + 1 < model.parts.length ? yOf(stack.lineOf(part + 1, 0)) : Number.POSITIVE_INFINITY;
    const y = Math.min(AXIS, next - height);
    this.#heading(row, y, height, frame, false);
    this.#context.fillStyle = this.#palette.grid;
    this.#context.fillRect(0, Math.round(y + height), frame.width, 1);
  }

  /** Where a trace ends, among others that go on. */
  #partEnds(scene: Scene, { bottom }: Frame, ruler: Ruler, yOf: (line: number) => number): void {
    const c = this.#context;
    const { model, stack } = scene;
    c.strokeStyle = this.#palette.quiet;
    c.lineWidth = 1;
    c.setLineDash([4, 4]);
    model.parts.forEach((part, i) => {
      const line = stack.lineOf(i, 0);
      const isTitled = part.rows[0]?.kind === 'title';
      const top = yOf(line + (isTitled ? 1 : 0)) - 4;
      const end = AXIS + stack.top(line + part.rows.length) - scene.scroll - 2;
      if (part.to >= model.to || end < AXIS || top > bottom) return;
      const x = Math.round(ruler.x(part.to)) + 0.5;
      c.beginPath();
      c.moveTo(x, top);
      c.lineTo(x, end);
      c.stroke();
    });
    c.setLineDash([]);
  }

  // ---- a row ----------------------------------------------------------------------------------------------

  #lane(
    model: Model,
    part: Part,
    lane: Lane,
    y: number,
    bar: number,
    ruler: Ruler,
    edge: { readonly from: number; readonly to: number },
    ratio: number,
  ): void {
    const c = this.#context;
    const palette = this.#palette;
    const hatching = this.#hatching!;
    const isLoop = lane.kind === 'loop';
    const isScript = lane.kind === 'script';
    const { slices } = lane;
    const snap = (x: number) => Math.round(x * ratio) / ratio;
    const top = snap(y - bar / 2);
    const left = ruler.x(edge.from);
    const right = ruler.x(edge.to);
    const clip = (x: number) => Math.min(right + 40, Math.max(left - 40, x));
    const ticks: number[] = [];
    // By colour: to change it for each of thousands takes longer than to draw them.
    const lines: number[] = [];
    const solids: number[] = [];
    const rests: number[] = [];
    const line = (x0: number, x1: number) => {
      if (lines.length > 0 && x0 <= lines.at(-1)! + 0.01)
        lines[lines.length - 1] = Math.max(x1, lines.at(-1)!);
      else lines.push(x0, x1);
    };
    const solid = (x: number, top: number, width: number, height: number) => {
      const end = solids.length - 4;
      const isNext = end >= 0 && solids[end + 1] === top && solids[end + 3] === height;
      if (isNext && x <= solids[end]! + solids[end + 2]! + 0.01) solids[end + 2] = x + width - solids[end]!;
      else solids.push(x, top, width, height);
    };
    const taker: PieceTaker = {
      slice: (i) => {
        const doing = slices.doing[i]!;
        const x0 = snap(clip(ruler.x(slices.from[i]!)));
        const x1 = snap(clip(ruler.x(slices.to[i]!)));
        if (doing === WAITING) {
          if (isLoop) this.#idle(x0, x1, y);
          else if (x1 - x0 < LABELLED) line(x0, x1);
          else this.#waiting(part, lane, i, x0, x1, y, left, right);
        } else if (doing === RUNNING) {
          if (isLoop) {
            c.fillStyle = palette.quiet;
            c.fillRect(x0, snap(y - bar * 0.2), x1 - x0, snap(bar * 0.4));
          } else if (isScript) {
            c.fillStyle = palette.running;
            c.fillRect(x0, snap(y - 4.5), x1 - x0, 3);
            c.fillRect(x0, snap(y + 1.5), x1 - x0, 3);
          } else if (x1 - x0 < ROUNDED) {
            solid(x0, top, Math.max(1 / ratio, x1 - x0), bar);
          } else {
            c.fillStyle = palette.running;
            this.#box(x0, top, x1 - x0, bar);
            if (model.by === 'time') this.#works(part, lane, i, x0, x1, y, ruler, left, right);
          }
        } else {
          this.#lacking(DOINGS[doing]!, x0, x1, y, bar, top);
        }
      },
      cell: (from, to, _i, _j, shares, runs) => {
        const x0 = snap(ruler.x(from));
        let total = 0;
        for (const share of shares) total += share;
        const running = shares[RUNNING]!;
        if (total === 0) {
          if (runs > 0) ticks.push(x0);
          return;
        }
        const width = Math.max(1 / ratio, snap(ruler.x(to)) - x0);
        let other = WAITING;
        for (let s = RUNNING + 1; s < shares.length; s++) if (shares[s]! > shares[other]!) other = s;
        const height = isLoop ? bar * 0.4 : bar;
        const own = running === 0 ? 0 : Math.max(2, Math.round(((running / total) * height) / 2) * 2);
        if (other === WAITING || shares[other]! === 0) {
          if (own > 0) solid(x0, snap(y - own / 2), width, own);
          if (!isLoop && shares[WAITING]! > 0) line(x0, x0 + width);
          if (runs > 0 && own < height * CROWDED) ticks.push(x0);
          return;
        }
        // Running below, and what it lacks above it: together they are as high as a bar.
        const bottom = y + height / 2;
        if (own > 0) solid(x0, bottom - own, width, own);
        const rest = Math.max(2, Math.round(((shares[other]! / total) * height) / 2) * 2);
        const end = rests.length - 5;
        const isNext =
          end >= 0 && rests[end] === other && rests[end + 2] === bottom - own && rests[end + 4] === rest;
        if (isNext && x0 <= rests[end + 1]! + rests[end + 3]! + 0.01)
          rests[end + 3] = x0 + width - rests[end + 1]!;
        else rests.push(other, x0, bottom - own, width, rest);
      },
    };
    const cell = CELL / ruler.scale;
    pieces(lane, edge.from, edge.to, model.from, cell, taker);
    c.fillStyle = palette.waiting;
    for (let i = 0; i < lines.length; i += 2) c.fillRect(lines[i]!, y - 1.25, lines[i + 1]! - lines[i]!, 2.5);
    c.fillStyle = isLoop ? palette.quiet : palette.running;
    for (let i = 0; i < solids.length; i += 4)
      c.fillRect(solids[i]!, solids[i + 1]!, solids[i + 2]!, solids[i + 3]!);
    for (let i = 0; i < rests.length; i += 5) {
      const doing = DOINGS[rests[i]!]!;
      const [x, bottom, width, height] = [rests[i + 1]!, rests[i + 2]!, rests[i + 3]!, rests[i + 4]!];
      // Of strokes nothing would be seen where there is so little room.
      c.fillStyle = doing === 'core' || width < STROKED ? palette[doing] : hatching.of(doing, palette);
      c.fillRect(x, bottom - height, width, height);
    }
    if (isLoop) this.#loopRuns(model, part, y, bar, ruler, edge, snap);
    if (lane.life) this.#ticks(ticks, y, bar, snap);
    if (lane.life) this.#ending(part, lane, y, bar, ruler, right);
  }

  /** Steps that take no time. Where there are many they are low, so as not to look like one long run. */
  #ticks(ticks: readonly number[], y: number, bar: number, snap: (x: number) => number): void {
    const c = this.#context;
    c.fillStyle = this.#palette.running;
    const [tall, low] = [snap(bar * 0.66), snap(bar * CROWDED)];
    const top = snap(y - low / 2);
    let [from, to] = [Number.NaN, Number.NaN];
    for (let i = 0; i < ticks.length; i++) {
      const x = ticks[i]!;
      const [before, after] = [ticks[i - 1] ?? -99, ticks[i + 1] ?? 1e9];
      const isCrowded =
        after - before < CROWD || x - (ticks[i - 2] ?? -99) < CROWD || (ticks[i + 2] ?? 1e9) - x < CROWD;
      if (!isCrowded) {
        c.fillRect(x - 1, snap(y - tall / 2), 2.5, tall);
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

  /** A solid box, its corners round where it is large enough to show. */
  #box(x: number, y: number, width: number, height: number): void {
    const c = this.#context;
    if (width < ROUNDED) {
      c.fillRect(x, y, Math.max(width, 1), height);
      return;
    }
    c.beginPath();
    c.roundRect(x, y, width, height, 3);
    c.fill();
  }

  /** Bars of what could go on, and lacks something. */
  #lacking(doing: Doing, x0: number, x1: number, y: number, bar: number, top: number): void {
    const c = this.#context;
    const palette = this.#palette;
    const isLow = doing === 'gil' || doing === 'core';
    const [from, height] = isLow ? [y, top + bar - y] : [top, bar];
    const width = Math.max(1, x1 - x0);
    if (width < STROKED) {
      // Strokes don't show, and patterns are slow to draw: the edges alone, and what is full between them.
      c.fillStyle = palette[doing];
      c.fillRect(x0, from, width, doing === 'gil' ? height : 2);
      if (doing !== 'gil') c.fillRect(x0, from + height - 2, width, 2);
      if (doing === 'overdue') c.fillRect(x0, from + height / 2 - 1, width, 2);
      return;
    }
    c.fillStyle = this.#hatching!.of(doing, palette);
    c.fillRect(x0, from, width, height);
    // Four sides: a stroked box is blurred, and slower.
    c.fillStyle = palette[doing];
    c.fillRect(x0, from, width, 1.5);
    c.fillRect(x0, from + height - 1.5, width, 1.5);
    c.fillRect(x0, from, 1.5, height);
    c.fillRect(x1 - 1.5, from, 1.5, height);
  }

  #idle(x0: number, x1: number, y: number): void {
    const c = this.#context;
    if (x1 - x0 < 4) return;
    c.strokeStyle = this.#palette.quiet;
    c.lineWidth = 2;
    c.setLineDash([2, 6]);
    // The dots stay where they are when one moves.
    c.lineDashOffset = 0;
    c.beginPath();
    c.moveTo(x0 + 3, y);
    c.lineTo(x1, y);
    c.stroke();
    c.setLineDash([]);
  }

  #waiting(
    part: Part,
    lane: Lane,
    i: number,
    x0: number,
    x1: number,
    y: number,
    left: number,
    right: number,
  ): void {
    const c = this.#context;
    const palette = this.#palette;
    c.fillStyle = palette.waiting;
    const start = Math.max(x0, left) + 20;
    const room = Math.min(x1, right) - start - 14;
    const text = room < 20 ? '' : this.#waitText(part, lane, i, room);
    if (text === '') {
      c.fillRect(x0, y - 1.25, x1 - x0, 2.5);
      return;
    }
    const width = this.#width(text, FONTS.label);
    c.fillRect(x0, y - 1.25, start - 5 - x0, 2.5);
    c.fillRect(start + width + 5, y - 1.25, x1 - start - width - 5, 2.5);
    this.#text(text, start, y + 0.5, FONTS.label, palette.waiting);
  }

  /** What is waited for, as long as there is room. */
  #waitText(part: Part, lane: Lane, i: number, room: number): string {
    let known = this.#words.get(lane);
    if (!known || known.size > 2000) {
      known = new Map();
      this.#words.set(lane, known);
    }
    let words = known.get(i);
    if (!words) {
      words = waitWords(part, i);
      known.set(i, words);
    }
    return words.find((text) => text !== '' && this.#width(text, FONTS.label) <= room) ?? '';
  }

  /** What is computed, inside a bar. */
  #works(
    part: Part,
    lane: Lane,
    i: number,
    x0: number,
    x1: number,
    y: number,
    ruler: Ruler,
    left: number,
    right: number,
  ): void {
    if (x1 - x0 < 24) return;
    const { lives } = part;
    const first = firstWork(part, lane, Math.max(lane.slices.from[i]!, ruler.place(left)));
    if (first < 0) return;
    for (let work = first; work < lane.life!.lastWork && work < first + 50; work++) {
      const from = Math.max(x0, left, ruler.x(lives.workFrom[work]!));
      const to = Math.min(x1, right, ruler.x(lives.workTo[work]!));
      if (ruler.x(lives.workFrom[work]!) >= Math.min(x1, right)) return;
      if (to - from < 24) continue;
      const text = workLabel(part, lane, work);
      if (text === '' || this.#width(text, FONTS.label) > to - from - 12) continue;
      this.#text(text, from + 7, y + 0.5, FONTS.label, this.#palette.onRunning);
    }
  }

  /** The runs of the loop, one mark for each that can be told from the one before. */
  #loopRuns(
    model: Model,
    part: Part,
    y: number,
    bar: number,
    ruler: Ruler,
    edge: { readonly from: number; readonly to: number },
    snap: (x: number) => number,
  ): void {
    if (model.by === 'turns') return;
    const c = this.#context;
    const { runAt } = part;
    c.fillStyle = this.#palette.quiet;
    const tall = snap(bar * 0.4);
    const apart = 3 / ruler.scale;
    let i = lowerBound(runAt, edge.from, 0, runAt.length);
    while (i < runAt.length && runAt[i]! <= edge.to) {
      const at = runAt[i]!;
      c.fillRect(snap(ruler.x(at)) - 1, snap(y - tall / 2), 2, tall);
      i = Math.max(i + 1, lowerBound(runAt, at + apart, i, runAt.length));
    }
  }

  /** How a life ended, or that it goes on. */
  #ending(part: Part, lane: Lane, y: number, bar: number, ruler: Ruler, right: number): void {
    const c = this.#context;
    const palette = this.#palette;
    const { life, end } = lane;
    if (life?.end && end !== undefined) {
      const x = ruler.x(end);
      if (x < ruler.left - 60 || x > right + 20) return;
      const kind = ENDS[life.end.outcome];
      const r = Math.min(8, bar * 0.42);
      this.#endMark(kind, x, y, r);
      if (kind === 'done' || lane.kind !== 'task') return;
      const event = part.trace.event(life.end.seq);
      const detail = kind === 'failed' && 'detail' in event ? printable(event.detail) : 'cancelled';
      const room = right - x - r - 12;
      if (room < 56) return;
      const text = this.#fit(detail || 'failed', room, FONTS.label);
      this.#text(text, x + r + 6, y + 0.5, FONTS.label, kind === 'failed' ? palette.bad : palette.quiet);
    } else if (life?.open && lane.last > lane.first) {
      const x = ruler.x(lane.slices.to[lane.last - 1]!);
      c.fillStyle = palette.waiting;
      for (const dx of [4, 9, 14]) c.fillRect(x + dx, y - 1.25, 2.5, 2.5);
    }
  }

  #endMark(kind: 'done' | 'failed' | 'cancelled', x: number, y: number, r: number): void {
    const c = this.#context;
    const palette = this.#palette;
    c.beginPath();
    c.arc(x, y, r + 1.5, 0, Math.PI * 2);
    c.fillStyle = palette.paper;
    c.fill();
    c.beginPath();
    c.arc(x, y, kind === 'cancelled' ? r - 0.8 : r, 0, Math.PI * 2);
    c.lineWidth = 1.8;
    c.lineCap = 'round';
    c.lineJoin = 'round';
    const s = r * 0.5;
    if (kind === 'cancelled') {
      c.strokeStyle = palette.quiet;
      c.stroke();
      c.beginPath();
      c.moveTo(x - s * 1.1, y + s * 1.1);
      c.lineTo(x + s * 1.1, y - s * 1.1);
      c.stroke();
    } else {
      c.fillStyle = kind === 'done' ? palette.running : palette.bad;
      c.fill();
      c.strokeStyle = palette.paper;
      c.beginPath();
      if (kind === 'done') {
        c.moveTo(x - s, y + s * 0.1);
        c.lineTo(x - s * 0.25, y + s * 0.8);
        c.lineTo(x + s, y - s * 0.75);
      } else {
        c.moveTo(x - s * 0.85, y - s * 0.85);
        c.lineTo(x + s * 0.85, y + s * 0.85);
        c.moveTo(x + s * 0.85, y - s * 0.85);
        c.lineTo(x - s * 0.85, y + s * 0.85);
      }
      c.stroke();
    }
    c.lineCap = 'butt';
    c.lineJoin = 'miter';
  }

  // ---- what is looked at ----------------------------------------------------------------------------------

  /** A frame around a slice, and an arrow from who woke it. */
  #focus(
    scene: Scene,
    focus: Focus | null,
    ruler: Ruler,
    yOf: (line: number) => number,
    colour: string,
  ): void {
    if (!focus) return;
    const c = this.#context;
    const { stack, model } = scene;
    const { lane, index, line, waker } = focus;
    const y = yOf(line) + stack.rowHeight / 2;
    if (index >= 0) {
      const x0 = Math.max(-20, ruler.x(lane.slices.from[index]!));
      const x1 = Math.min(ruler.right + 60, ruler.x(lane.slices.to[index]!));
      const isEnd = lane.end !== undefined && x1 - x0 < 2 && Math.abs(ruler.x(lane.end) - x0) < 2;
      const height = stack.bar + 4;
      c.strokeStyle = colour;
      c.lineWidth = 1.5;
      c.beginPath();
      if (isEnd) c.arc(x0, y, Math.min(8, stack.bar * 0.42) + 3, 0, Math.PI * 2);
      else c.roundRect(x0 - 3, y - height / 2, Math.max(2, x1 - x0) + 6, height, 4);
      c.stroke();
    }
    if (!waker || waker.row === undefined) return;
    const part = model.parts[focus.part]!;
    const place = (seq: number) =>
      model.by === 'time' ? part.trace.event(seq).time : (part.lives.turnOf[seq] ?? 0);
    const from = {
      x: ruler.x(place(waker.seq)),
      y: yOf(stack.lineOf(focus.part, waker.row)) + stack.rowHeight / 2,
    };
    const x = ruler.x(place(waker.wakeSeq));
    if (Math.max(x, from.x) < ruler.left - 20 || Math.min(x, from.x) > ruler.right + 20) return;
    const isDown = y > from.y;
    const to = { x, y: y + (isDown ? -1 : 1) * (stack.bar / 2 + 2) };
    const draw = (width: number, style: string) => {
      c.strokeStyle = style;
      c.fillStyle = style;
      c.lineWidth = width;
      c.beginPath();
      c.moveTo(from.x, from.y);
      const bend = (to.y - from.y) / 2;
      c.bezierCurveTo(from.x, from.y + bend, to.x, to.y - bend, to.x, to.y);
      c.stroke();
    };
    draw(4.5, this.#palette.paper);
    draw(1.8, this.#palette.ink);
    c.beginPath();
    c.arc(from.x, from.y, 3.5, 0, Math.PI * 2);
    c.fill();
    c.beginPath();
    const tip = isDown ? 1 : -1;
    c.moveTo(to.x, to.y + tip * 2);
    c.lineTo(to.x - 4.5, to.y - tip * 6);
    c.lineTo(to.x + 4.5, to.y - tip * 6);
    c.closePath();
    c.fill();
  }

  /** The critical path: all but its own slices pale, a line under them, and a line wherever it changes hands. */
  #trails(
    scene: Scene,
    trails: readonly Trail[],
    frame: Frame,
    ruler: Ruler,
    yOf: (line: number) => number,
  ): void {
    const c = this.#context;
    const { stack, model } = scene;
    const { width, gutter, bottom } = frame;
    const [left, right] = [ruler.place(gutter), ruler.place(width)];
    const veil = new Path2D();
    for (let line = stack.lineAt(scene.scroll); line < stack.lines.length && yOf(line) < bottom; line++)
      if (stack.lines[line]!.kind === 'lane') veil.rect(gutter, yOf(line), width - gutter, stack.rowHeight);
    const lines = new Path2D();
    trails.forEach(({ from, to, row }, part) => {
      const first = Math.max(0, upperBound(from, left, 0, from.length) - 1);
      const last = upperBound(from, right, first, from.length);
      // Too many to be told apart: as many as there are pixels.
      const apart = last - first > MOST_LIT ? 2 / ruler.scale : 0;
      let before = Number.NaN;
      for (let i = first; i < last; ) {
        const next = apart > 0 ? Math.max(i + 1, lowerBound(from, from[i]! + apart, i, last)) : i + 1;
        if (row[i]! >= 0) {
          const line = stack.lineOf(part, row[i]!);
          const top = yOf(line);
          const y = top + stack.rowHeight / 2 + stack.bar / 2 + 2;
          const x0 = Math.max(gutter - 40, ruler.x(from[i]!));
          const x1 = Math.min(width + 40, Math.max(x0 + 1, ruler.x(to[i]!)));
          if (!Number.isNaN(before) && before !== y) {
            lines.moveTo(x0, before);
            lines.lineTo(x0, y);
          }
          lines.moveTo(x0, y);
          lines.lineTo(x1, y);
          before = y;
          if (top + stack.rowHeight > AXIS && top < bottom) {
            const end = laneAt(model, stack.lines[line])?.end;
            const more = end === to[i] ? END_ROOM : 0;
            // The other way round, so that it is cut out.
            veil.moveTo(x0, top);
            veil.lineTo(x0, top + stack.rowHeight);
            veil.lineTo(x1 + more, top + stack.rowHeight);
            veil.lineTo(x1 + more, top);
            veil.closePath();
          }
        }
        i = next;
      }
    });
    c.globalAlpha = 0.62;
    c.fillStyle = this.#palette.paper;
    c.fill(veil, 'nonzero');
    c.globalAlpha = 1;
    c.lineCap = 'round';
    c.lineJoin = 'round';
    c.strokeStyle = this.#palette.paper;
    c.lineWidth = 5;
    c.stroke(lines);
    c.strokeStyle = this.#palette.ink;
    c.lineWidth = 2.5;
    c.stroke(lines);
    c.lineCap = 'butt';
    c.lineJoin = 'miter';
  }

  // ---- around the rows ------------------------------------------------------------------------------------

  #axis(scene: Scene, frame: Frame, ruler: Ruler): void {
    const { model, view } = scene;
    const { width, gutter } = frame;
    const c = this.#context;
    const palette = this.#palette;
    const { marks, corner } = axisOf(model, view, Math.max(1, (ruler.right - ruler.left) / 110));
    c.fillStyle = palette.paper;
    c.fillRect(0, 0, width, AXIS);
    c.fillStyle = palette.quiet;
    c.fillRect(0, AXIS - 1, width, 1);
    if (corner !== '') {
      const text = this.#fit(corner, gutter - MARGIN - 4, FONTS.note);
      this.#text(text, MARGIN, AXIS / 2 + 3, FONTS.note, palette.quiet);
    }
    // The last mark is often the end, and wins over what is too close to it.
    const spans = marks.map(({ at, label }) => {
      const half = this.#width(label, FONTS.note) / 2;
      const x = Math.min(width - half - 4, Math.max(gutter + half + 2, ruler.x(at)));
      return { x, half, label, at };
    });
    const flag = scene.cursor && this.#flag(scene, frame, ruler, scene.cursor.at);
    const end = spans.at(-1);
    let taken = Number.NEGATIVE_INFINITY;
    spans.forEach((span, i) => {
      const { x, half, label, at } = span;
      const tick = Math.round(ruler.x(at));
      if (tick < gutter || tick > width) return;
      c.fillStyle = palette.quiet;
      c.fillRect(tick, AXIS - 6, 1, 6);
      const isLast = i === spans.length - 1;
      if (x - half < taken + 10 || (!isLast && end && x + half > end.x - end.half - 10)) return;
      if (flag && x + half > flag.x - flag.half - 4 && x - half < flag.x + flag.half + 4) return;
      taken = x + half;
      this.#text(label, x - half, AXIS / 2 + 2, FONTS.note, palette.quiet);
    });
    // Which part of the whole is seen.
    const whole = model.to - model.from;
    if (whole > 0 && view.to - view.from < whole * 0.999) {
      const room = ruler.right - ruler.left;
      const size = Math.max(6, ((view.to - view.from) / whole) * room);
      const x = ruler.left + Math.min(room - size, ((view.from - model.from) / whole) * room);
      c.fillStyle = palette.grid;
      c.fillRect(ruler.left, 2, room, 4);
      c.fillStyle = palette.quiet;
      c.fillRect(x, 2, size, 4);
    }
  }

  /** Where the flag with the time of the cursor stands, and how wide it is. */
  #flag({ model }: Scene, { width, gutter }: Frame, ruler: Ruler, at: number) {
    const text = placeText(model, at);
    const half = this.#width(text, FONTS.note) / 2 + 6;
    return { text, half, x: Math.min(width - half - 8, Math.max(gutter + half, ruler.x(at))) };
  }

  #cursor(scene: Scene, frame: Frame, ruler: Ruler): void {
    const { width, gutter, bottom } = frame;
    const { cursor } = scene;
    if (!cursor) return;
    const c = this.#context;
    const palette = this.#palette;
    const x = Math.round(ruler.x(cursor.at));
    const isSeen = x >= gutter - 1 && x <= width;
    const { text, half, x: flag } = this.#flag(scene, frame, ruler, cursor.at);
    c.fillStyle = palette.cursor;
    if (isSeen) c.fillRect(x - 0.5, AXIS - 8, 1.5, bottom - AXIS + 8);
    c.beginPath();
    c.roundRect(flag - half, 8, half * 2, 18, 4);
    if (isSeen) {
      c.moveTo(x - 4, 26);
      c.lineTo(x + 4, 26);
      c.lineTo(x, 31);
    } else {
      // It lies beyond this side.
      const side = x < gutter ? -1 : 1;
      const tip = flag + side * half;
      c.moveTo(tip, 11);
      c.lineTo(tip + side * 6, 17);
      c.lineTo(tip, 23);
    }
    c.fill();
    this.#text(text, flag - half + 6, 17.5, FONTS.note, palette.onCursor);
  }

  #scrollbar({ stack, scroll }: Scene, { width, bottom }: Frame): void {
    const bar = scrollbarOf(stack.height, bottom - AXIS, scroll);
    if (!bar) return;
    const c = this.#context;
    c.fillStyle = this.#palette.grid;
    c.fillRect(width - 8, AXIS, 8, bottom - AXIS);
    c.fillStyle = this.#palette.quiet;
    c.beginPath();
    c.roundRect(width - 7, AXIS + bar.top, 6, bar.size, 3);
    c.fill();
  }

  // ---- legend ---------------------------------------------------------------------------------------------

  /** What the signs mean, as far as they are used, in lines as wide as the picture. */
  #legendLines(model: Model, width: number): string[][] {
    const lines: string[][] = [];
    let x = MARGIN;
    for (const kind of signsOf(model)) {
      const whole = 32 + this.#width(MEANS[kind as keyof typeof MEANS], FONTS.note) + 16;
      if (lines.length === 0 || x + whole > width) {
        lines.push([]);
        x = MARGIN;
      }
      lines.at(-1)!.push(kind);
      x += whole;
    }
    return lines;
  }

  #legend(model: Model, frame: Frame): void {
    const c = this.#context;
    const palette = this.#palette;
    c.fillStyle = palette.paper;
    c.fillRect(0, frame.bottom, frame.width, frame.height - frame.bottom);
    c.fillStyle = palette.grid;
    c.fillRect(0, frame.bottom, frame.width, 1);
    const most = Math.floor((frame.height - frame.bottom - 6) / LEGEND_LINE);
    this.#legendLines(model, frame.width)
      .slice(0, most)
      .forEach((kinds, i) => {
        const y = frame.bottom + 4 + LEGEND_LINE * (i + 0.5);
        let x = MARGIN;
        for (const kind of kinds) {
          this.#sample(kind, x, y);
          const text = MEANS[kind as keyof typeof MEANS];
          this.#text(text, x + 32, y + 0.5, FONTS.note, palette.quiet);
          x += 32 + this.#width(text, FONTS.note) + 16;
        }
      });
  }

  #sample(kind: string, x: number, y: number): void {
    const c = this.#context;
    const palette = this.#palette;
    const bar = 13;
    switch (kind) {
      case 'step':
        c.fillStyle = palette.running;
        c.fillRect(x + 12, y - 4.5, 2.5, 9);
        break;
      case 'running':
        c.fillStyle = palette.running;
        this.#box(x, y - bar / 2, 26, bar);
        break;
      case 'waiting':
        c.fillStyle = palette.waiting;
        c.fillRect(x, y - 1.25, 26, 2.5);
        break;
      case 'loopBusy':
        c.fillStyle = palette.quiet;
        c.fillRect(x, y - 3, 26, 6);
        break;
      case 'loopIdle':
        this.#idle(x - 2, x + 26, y);
        break;
      case 'script':
        c.fillStyle = palette.running;
        c.fillRect(x, y - 4.5, 26, 3);
        c.fillRect(x, y + 1.5, 26, 3);
        break;
      case 'done':
      case 'failed':
      case 'cancelled':
        this.#endMark(kind, x + 20, y, 6.5);
        break;
      default:
        this.#lacking(kind as Doing, x, x + 26, y, bar, y - bar / 2);
    }
  }

  // ---- text -----------------------------------------------------------------------------------------------

  #text(text: string, x: number, y: number, font: string, colour: string): void {
    const c = this.#context;
    c.font = font;
    c.fillStyle = colour;
    c.fillText(text, x, y);
  }

  #width(text: string, font: string): number {
    const key = font + text;
    let width = this.#widths.get(key);
    if (width === undefined) {
      if (this.#widths.size > 20_000) this.#widths.clear();
      this.#context.font = font;
      width = this.#context.measureText(text).width;
      this.#widths.set(key, width);
    }
    return width;
  }

  /** A text that is too wide, cut in its middle: names often differ only at their end. */
  #fit(text: string, room: number, font: string): string {
    if (this.#width(text, font) <= room) return text;
    const letters = [...text];
    let [low, high] = [0, letters.length];
    const cut = (kept: number) => {
      const tail = Math.floor(kept * 0.4);
      return `${letters.slice(0, kept - tail).join('')}…${tail === 0 ? '' : letters.slice(-tail).join('')}`;
    };
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#width(cut(middle), font) <= room) low = middle;
      else high = middle - 1;
    }
    return low === 0 ? '' : cut(low);
  }
}

/** With more stretches of the critical path in view than this not each is drawn. */
const MOST_LIT = 600;
/** How far the mark of an end reaches beyond it. */
const END_ROOM = 11;

const signs = new WeakMap<Model, readonly string[]>();

/** The signs that a model uses, in the order of `MEANS`. */
function signsOf(model: Model): readonly string[] {
  const known = signs.get(model);
  if (known) return known;
  const used = new Set<string>();
  for (const { rows } of model.parts)
    for (const row of rows) {
      if (row.kind !== 'lane') continue;
      const { kind, slices, first, last, life } = row.lane;
      if (life?.end) used.add(ENDS[life.end.outcome]);
      for (let i = first; i < last; i++) {
        const doing = slices.doing[i]!;
        const isLong = slices.to[i]! > slices.from[i]!;
        if (kind === 'loop' && doing === RUNNING) used.add('loopBusy');
        else if (kind === 'loop' && doing === WAITING) used.add('loopIdle');
        else if (kind === 'script' && doing === RUNNING) used.add('script');
        else if (doing === RUNNING && !isLong) used.add('step');
        else if (isLong) used.add(DOINGS[doing]!);
      }
    }
  const all = Object.keys(MEANS).filter((kind) => used.has(kind));
  signs.set(model, all);
  return all;
}

function isSame(a: Focus | null, b: Focus | null): boolean {
  return a !== null && b !== null && a.line === b.line && a.index === b.index;
}
