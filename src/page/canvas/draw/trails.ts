/** The critical path: all but its own slices pale, a line under them, and a line wherever it changes hands. */

import type { Trail } from '../critical.ts';
import { lowerBound, upperBound } from '../detail.ts';
import { laneAt } from '../layout.ts';
import { AXIS, type Picture } from './picture.ts';

/** With more stretches of the path in view than this not each is drawn. */
const MOST_LIT = 600;
/** How far the mark of an end reaches beyond it. */
const END_ROOM = 11;

export function drawTrails(picture: Picture, trails: readonly Trail[]): void {
  const { pen, frame, scene } = picture;
  const { context: c, palette } = pen;
  const { width, gutter } = frame;
  const veil = new Path2D();
  for (let line = picture.first; line < picture.last; line++)
    if (scene.stack.lines[line]!.kind === 'lane')
      veil.rect(gutter, picture.yOf(line), width - gutter, scene.stack.rowHeight);
  const lines = new Path2D();
  trails.forEach((trail, part) => {
    follow(picture, trail, part, veil, lines);
  });
  c.globalAlpha = 0.62;
  c.fillStyle = palette.paper;
  c.fill(veil, 'nonzero');
  c.globalAlpha = 1;
  c.lineCap = 'round';
  c.lineJoin = 'round';
  c.strokeStyle = palette.paper;
  c.lineWidth = 5;
  c.stroke(lines);
  c.strokeStyle = palette.ink;
  c.lineWidth = 2.5;
  c.stroke(lines);
  c.lineCap = 'butt';
  c.lineJoin = 'miter';
}

/** Adds the lines of a trail, and cuts what they underline out of the veil. */
function follow(picture: Picture, trail: Trail, part: number, veil: Path2D, lines: Path2D): void {
  const { ruler, frame, scene, edge } = picture;
  const { stack, model } = scene;
  const { from, to, row } = trail;
  const first = Math.max(0, upperBound(from, edge.from, 0, from.length) - 1);
  const last = upperBound(from, edge.to, first, from.length);
  // Too many to be told apart: one for each two pixels.
  const apart = last - first > MOST_LIT ? 2 / ruler.scale : 0;
  const next = (i: number) =>
    apart > 0 ? Math.max(i + 1, lowerBound(from, from[i]! + apart, i, last)) : i + 1;
  let before = Number.NaN;
  for (let i = first; i < last; i = next(i)) {
    if (row[i]! < 0) continue;
    const line = stack.lineOf(part, row[i]!);
    const top = picture.yOf(line);
    const bottom = top + stack.rowHeight;
    const y = picture.middleOf(line) + stack.bar / 2 + 2;
    const x0 = Math.max(frame.gutter - 40, ruler.x(from[i]!));
    const x1 = Math.min(frame.width + 40, Math.max(x0 + 1, ruler.x(to[i]!)));
    if (!Number.isNaN(before) && before !== y) {
      lines.moveTo(x0, before);
      lines.lineTo(x0, y);
    }
    lines.moveTo(x0, y);
    lines.lineTo(x1, y);
    before = y;
    if (bottom <= AXIS || top >= frame.bottom) continue;
    const right = x1 + (laneAt(model, stack.lines[line])?.end === to[i] ? END_ROOM : 0);
    // The other way round, so that it is cut out.
    veil.moveTo(x0, top);
    veil.lineTo(x0, bottom);
    veil.lineTo(right, bottom);
    veil.lineTo(right, top);
    veil.closePath();
  }
}
