/** Above the rows: the marks of the ruler, which part of the whole is seen, and the cursor with its flag; beside them the scrollbar. */

import { scrollbarOf } from '../layout.ts';
import { AXIS, MARGIN, type Picture } from './picture.ts';

/** The lines that go down from the marks, behind the rows. */
export function drawGrid({ axis, frame, pen, ruler }: Picture): void {
  const { context: c, palette } = pen;
  c.fillStyle = palette.grid;
  for (const { at } of axis.marks) c.fillRect(Math.round(ruler.x(at)), AXIS, 1, frame.bottom - AXIS);
  c.fillRect(frame.gutter, AXIS, 1, frame.bottom - AXIS);
}

export function drawAxis(picture: Picture): void {
  const { axis, frame, pen } = picture;
  const { context: c, palette } = pen;
  c.fillStyle = palette.paper;
  c.fillRect(0, 0, frame.width, AXIS);
  c.fillStyle = palette.quiet;
  c.fillRect(0, AXIS - 1, frame.width, 1);
  if (axis.corner !== '') {
    const room = frame.gutter - MARGIN - 4;
    // What is counted has its whole name, or none: the flag says it as well.
    const isCounted = picture.scene.model.by === 'turns';
    const text = isCounted && pen.width(axis.corner, 'note') > room ? '' : pen.fit(axis.corner, room, 'note');
    pen.text(text, MARGIN, AXIS / 2 + 3, 'note', palette.quiet);
  }
  drawMarks(picture);
  drawShare(picture);
}

/** Ticks, and the labels that have room. */
function drawMarks({ axis, flag, frame, pen, ruler }: Picture): void {
  const { context: c, palette } = pen;
  const { gutter, width } = frame;
  const spans = axis.marks.map(({ at, label }) => {
    const half = pen.width(label, 'note') / 2;
    const x = Math.min(width - half - 4, Math.max(gutter + half + 2, ruler.x(at)));
    return { x, half, label, at };
  });
  // The last mark is often the end, and wins over what is too close to it; the flag of the cursor over all.
  const end = spans.at(-1);
  let taken = Number.NEGATIVE_INFINITY;
  for (const span of spans) {
    const { x, half, label, at } = span;
    const tick = Math.round(ruler.x(at));
    if (tick < gutter || tick > width) continue;
    c.fillStyle = palette.quiet;
    c.fillRect(tick, AXIS - 6, 1, 6);
    if (x - half < taken + 10 || (end && span !== end && x + half > end.x - end.half - 10)) continue;
    if (flag && x + half > flag.x - flag.half - 4 && x - half < flag.x + flag.half + 4) continue;
    taken = x + half;
    pen.text(label, x - half, AXIS / 2 + 2, 'note', palette.quiet);
  }
}

/** Which part of the whole is seen. */
function drawShare({ scene: { model, view }, pen, ruler }: Picture): void {
  const whole = model.to - model.from;
  if (whole <= 0 || view.to - view.from >= whole * 0.999) return;
  const { context: c, palette } = pen;
  const room = ruler.right - ruler.left;
  const size = Math.max(6, ((view.to - view.from) / whole) * room);
  const x = ruler.left + Math.min(room - size, ((view.from - model.from) / whole) * room);
  c.fillStyle = palette.grid;
  c.fillRect(ruler.left, 2, room, 4);
  c.fillStyle = palette.quiet;
  c.fillRect(x, 2, size, 4);
}

/** A line through all rows, and a flag that says where it is, and points to it. */
export function drawCursor({ scene: { cursor }, flag, frame, pen, ruler }: Picture): void {
  if (!cursor || !flag) return;
  const { context: c, palette } = pen;
  const { gutter, width, bottom } = frame;
  const x = Math.round(ruler.x(cursor.at));
  const isSeen = x >= gutter - 1 && x <= width;
  c.fillStyle = palette.cursor;
  if (isSeen) c.fillRect(x - 0.5, AXIS - 8, 1.5, bottom - AXIS + 8);
  c.beginPath();
  c.roundRect(flag.x - flag.half, 8, flag.half * 2, 18, 4);
  if (isSeen) {
    c.moveTo(x - 4, 26);
    c.lineTo(x + 4, 26);
    c.lineTo(x, 31);
  } else {
    // It lies beyond this side.
    const side = x < gutter ? -1 : 1;
    const tip = flag.x + side * flag.half;
    c.moveTo(tip, 11);
    c.lineTo(tip + side * 6, 17);
    c.lineTo(tip, 23);
  }
  c.fill();
  pen.text(flag.text, flag.x - flag.half + 6, 17.5, 'note', palette.onCursor);
}

export function drawScrollbar({ scene: { stack, scroll }, frame: { width, bottom }, pen }: Picture): void {
  const bar = scrollbarOf(stack.height, bottom - AXIS, scroll);
  if (!bar) return;
  const { context: c, palette } = pen;
  c.fillStyle = palette.grid;
  c.fillRect(width - 8, AXIS, 8, bottom - AXIS);
  c.fillStyle = palette.quiet;
  c.beginPath();
  c.roundRect(width - 7, AXIS + bar.top, 6, bar.size, 3);
  c.fill();
}
