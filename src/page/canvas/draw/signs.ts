/** The shapes by which states are told apart without their colours (see looks.ts), as rows and the legend show them. */

import type { Doing } from '../../../views/life-reader.ts';
import type { Mark } from '../../../views/svg-looks.ts';
import type { Pen } from './pen.ts';

/** A bar that is shorter (px) has no room for round corners, or for strokes. */
export const ROUNDED = 10;
export const STROKED = 12;

/** A thin line: it waits. */
export function drawWaiting({ context: c, palette }: Pen, x0: number, x1: number, y: number): void {
  c.fillStyle = palette.waiting;
  c.fillRect(x0, y - 1.25, x1 - x0, 2.5);
}

/** A solid box: it runs. Its corners are round where it is large enough to show. */
export function drawRunning(
  { context: c, palette }: Pen,
  x: number,
  top: number,
  width: number,
  bar: number,
): void {
  c.fillStyle = palette.running;
  if (width < ROUNDED) {
    c.fillRect(x, top, Math.max(width, 1), bar);
    return;
  }
  c.beginPath();
  c.roundRect(x, top, width, bar, 3);
  c.fill();
}

/** A frame: it could go on, and lacks something. It is low where that is the GIL or a core. */
export function drawLacking(
  pen: Pen,
  doing: Doing,
  x0: number,
  x1: number,
  y: number,
  top: number,
  bar: number,
): void {
  const { context: c, palette } = pen;
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
  c.fillStyle = pen.hatching.of(doing, palette);
  c.fillRect(x0, from, width, height);
  // Four sides: a stroked box is blurred, and slower.
  c.fillStyle = palette[doing];
  c.fillRect(x0, from, width, 1.5);
  c.fillRect(x0, from + height - 1.5, width, 1.5);
  c.fillRect(x0, from, 1.5, height);
  c.fillRect(x1 - 1.5, from, 1.5, height);
}

/** Dots: the loop idles. */
export function drawIdle({ context: c, palette }: Pen, x0: number, x1: number, y: number): void {
  if (x1 - x0 < 4) return;
  c.strokeStyle = palette.quiet;
  c.lineWidth = 2;
  c.setLineDash([2, 6]);
  c.beginPath();
  c.moveTo(x0 + 3, y);
  c.lineTo(x1, y);
  c.stroke();
  c.setLineDash([]);
}

/** Two lines: the script runs, and no loop does. */
export function drawScript(pen: Pen, x0: number, x1: number, y: number): void {
  const { context: c, palette } = pen;
  c.fillStyle = palette.running;
  c.fillRect(x0, pen.snap(y - 4.5), x1 - x0, 3);
  c.fillRect(x0, pen.snap(y + 1.5), x1 - x0, 3);
}

/** The radius of a mark, in a row whose bars are so high. */
export function markRadius(bar: number): number {
  return Math.min(8, bar * 0.42);
}

/** How a life ended, in a circle: a tick, a cross, or a stroke. A deadlock is a box with a cross. */
export function drawMark(pen: Pen, kind: Mark, x: number, y: number, r: number): void {
  if (kind === 'deadlock') drawDeadlock(pen, x, y, r);
  else drawEnd(pen, kind, x, y, r);
}

function drawDeadlock({ context: c, palette }: Pen, x: number, y: number, r: number): void {
  c.fillStyle = palette.paper;
  c.fillRect(x - r - 1.5, y - r - 1.5, 2 * r + 3, 2 * r + 3);
  const [left, right, top, bottom] = [x - r + 0.8, x + r - 0.8, y - r + 0.8, y + r - 0.8];
  c.strokeStyle = palette.bad;
  c.lineWidth = 1.8;
  c.beginPath();
  c.rect(left, top, right - left, bottom - top);
  c.moveTo(left, top);
  c.lineTo(right, bottom);
  c.moveTo(right, top);
  c.lineTo(left, bottom);
  c.stroke();
}

function drawEnd(
  { context: c, palette }: Pen,
  kind: Exclude<Mark, 'deadlock'>,
  x: number,
  y: number,
  r: number,
): void {
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
