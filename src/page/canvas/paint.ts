/**
 * Draws the lanes on a canvas: what lies in view, row by row, each part of the picture by a file of draw/.
 *
 * A picture is drawn anew from what it is told (`Scene`), and nothing of the one before counts. How much there is to draw
 * depends on the size of the picture, and not on the length of the trace (see detail.ts).
 */

import { drawAxis, drawCursor, drawGrid, drawScrollbar } from './draw/axis.ts';
import { drawFocus } from './draw/focus.ts';
import { drawHeading, drawPartEnds, drawStickyTitle } from './draw/headings.ts';
import { drawRow } from './draw/lane.ts';
import { drawLegend, legendHeight, legendLines, type Sign, signsOf } from './draw/legend.ts';
import { Pen } from './draw/pen.ts';
import { AXIS, type Focus, type Frame, MARGIN, Picture, type Scene } from './draw/picture.ts';
import { drawTrails } from './draw/trails.ts';
import { Stack } from './layout.ts';
import type { Theme } from './looks.ts';
import type { Model } from './model.ts';

/** Names take no more than this share of the width, nor more px; of ten thousand the first tell how long they are. */
const NAME_SHARE = 0.26;
const WIDEST_NAME = 220;
const NAMES_LOOKED_AT = 2000;
/** The legend leaves the rows so much room (px), if they need it. */
const ROWS = 120;

export class Painter {
  readonly #pen: Pen;
  readonly #model: Model;
  readonly #signs: readonly Sign[];

  constructor(context: CanvasRenderingContext2D, theme: Theme, model: Model) {
    this.#pen = new Pen(context, theme);
    this.#model = model;
    this.#signs = signsOf(model);
  }

  set theme(theme: Theme) {
    this.#pen.theme = theme;
  }

  /** How the canvas is divided: names take what they need, but no more than a share; the legend comes last. */
  frameOf(width: number, height: number): Frame {
    const all = legendLines(this.#signs, width, this.#pen);
    const rows = Stack.roomFor(this.#model);
    const natural = AXIS + rows + legendHeight(all.length);
    const least = AXIS + Math.min(rows, ROWS) + legendHeight(all.length);
    const room = height - AXIS - Math.min(rows, ROWS);
    let most = all.length;
    while (most > 0 && legendHeight(most) > room) most--;
    const legend = all.slice(0, most);
    const bottom = height - legendHeight(legend.length);
    return { width, height, gutter: this.#gutter(width), bottom, natural, least, legend };
  }

  #gutter(width: number): number {
    const most = Math.min(WIDEST_NAME, width * NAME_SHARE);
    let widest = 0;
    let looked = 0;
    for (const { rows } of this.#model.parts)
      for (const row of rows) {
        if (row.kind !== 'lane' || widest >= most || looked++ > NAMES_LOOKED_AT) continue;
        widest = Math.max(widest, this.#pen.width(row.lane.name, 'name'));
      }
    return Math.round(MARGIN + Math.max(28, Math.min(widest, most)) + 10);
  }

  /** Draws the whole picture; a CSS pixel is `ratio` pixels of the canvas. */
  paint(scene: Scene, frame: Frame, ratio: number): void {
    const pen = this.#pen;
    const { context: c, palette } = pen;
    const { width, height, bottom } = frame;
    pen.ratio = ratio;
    c.fillStyle = palette.paper;
    c.fillRect(0, 0, width, height);
    c.textBaseline = 'middle';
    if (scene.stack.lines.every(({ kind }) => kind !== 'lane')) {
      pen.text('nothing ran', MARGIN, AXIS + 16, 'name', palette.quiet);
      return;
    }
    const picture = new Picture(scene, frame, pen);
    pen.hatching.moveTo(picture.ruler.x(scene.model.from));
    pen.within(0, AXIS, width, bottom - AXIS, () => drawRows(picture));
    drawAxis(picture);
    drawCursor(picture);
    drawScrollbar(picture);
    drawLegend(picture);
  }
}

/** All between the axis and the legend. */
function drawRows(picture: Picture): void {
  const { scene, frame, pen } = picture;
  const { model, stack, hover, trails } = scene;
  const { gutter, width, bottom } = frame;
  if (hover && hover.line >= picture.first && hover.line < picture.last) {
    pen.context.fillStyle = pen.palette.hover;
    pen.context.fillRect(0, picture.yOf(hover.line), width, stack.rowHeight);
  }
  drawGrid(picture);
  for (let line = picture.first; line < picture.last; line++) {
    const entry = stack.lines[line]!;
    const part = model.parts[entry.part]!;
    const row = part.rows[entry.row]!;
    if (row.kind === 'lane') drawRow(picture, line, part, row.lane);
    else drawHeading(picture, row, line);
  }
  pen.within(gutter, AXIS, width - gutter, bottom - AXIS, () => {
    drawPartEnds(picture);
    if (trails) drawTrails(picture, trails);
    const focus = scene.cursor?.focus ?? null;
    drawFocus(picture, focus, pen.palette.cursor);
    if (!isSame(hover, focus)) drawFocus(picture, hover, pen.palette.ink);
  });
  drawStickyTitle(picture);
}

function isSame(a: Focus | null, b: Focus | null): boolean {
  return a !== null && b !== null && a.line === b.line && a.index === b.index;
}
