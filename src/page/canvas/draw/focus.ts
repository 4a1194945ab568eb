/** What is looked at: a frame around a slice, and an arrow to it from who woke it. */

import { placeOf } from '../model.ts';
import type { Waker } from '../waker.ts';
import type { Focus, Picture } from './picture.ts';
import { markRadius } from './signs.ts';

export function drawFocus(picture: Picture, focus: Focus | null, colour: string): void {
  if (!focus) return;
  if (focus.index >= 0) drawFrame(picture, focus, colour);
  if (focus.waker?.row !== undefined) drawArrow(picture, focus, focus.waker, focus.waker.row);
}

function drawFrame(picture: Picture, { lane, index, line }: Focus, colour: string): void {
  const { pen, ruler, scene } = picture;
  const { context: c } = pen;
  const { bar } = scene.stack;
  const y = picture.middleOf(line);
  const x0 = Math.max(-20, ruler.x(lane.slices.from[index]!));
  const x1 = Math.min(ruler.right + 60, ruler.x(lane.slices.to[index]!));
  const isEnd = lane.end !== undefined && x1 - x0 < 2 && Math.abs(ruler.x(lane.end) - x0) < 2;
  const height = bar + 4;
  c.strokeStyle = colour;
  c.lineWidth = 1.5;
  c.beginPath();
  if (isEnd) c.arc(x0, y, markRadius(bar) + 3, 0, Math.PI * 2);
  else c.roundRect(x0 - 3, y - height / 2, Math.max(2, x1 - x0) + 6, height, 4);
  c.stroke();
}

/** From where who woke it did so, to where it was woken. */
function drawArrow(picture: Picture, focus: Focus, waker: Waker, row: number): void {
  const { pen, ruler, scene } = picture;
  const { context: c, palette } = pen;
  const { stack, model } = scene;
  const part = model.parts[focus.part]!;
  const from = {
    x: ruler.x(placeOf(model, part, waker.seq)),
    y: picture.middleOf(stack.lineOf(focus.part, row)),
  };
  const x = ruler.x(placeOf(model, part, waker.wakeSeq));
  if (Math.max(x, from.x) < ruler.left - 20 || Math.min(x, from.x) > ruler.right + 20) return;
  const y = picture.middleOf(focus.line);
  const down = y > from.y ? 1 : -1;
  const to = { x, y: y - down * (stack.bar / 2 + 2) };
  const bend = (to.y - from.y) / 2;
  // On a wider one in the colour of the paper, so that it is seen on bars too.
  for (const [width, style] of [
    [4.5, palette.paper],
    [1.8, palette.ink],
  ] as const) {
    c.strokeStyle = style;
    c.lineWidth = width;
    c.beginPath();
    c.moveTo(from.x, from.y);
    c.bezierCurveTo(from.x, from.y + bend, to.x, to.y - bend, to.x, to.y);
    c.stroke();
  }
  c.fillStyle = palette.ink;
  c.beginPath();
  c.arc(from.x, from.y, 3.5, 0, Math.PI * 2);
  c.fill();
  c.beginPath();
  c.moveTo(to.x, to.y + down * 2);
  c.lineTo(to.x - 4.5, to.y - down * 6);
  c.lineTo(to.x + 4.5, to.y - down * 6);
  c.closePath();
  c.fill();
}
