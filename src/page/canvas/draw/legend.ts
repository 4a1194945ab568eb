/** What the signs mean, as far as a picture uses them, in lines below the rows. */

import { MEANS } from '../../../views/svg-looks.ts';
import { DOINGS, RUNNING, WAITING } from '../lives.ts';
import type { Model } from '../model.ts';
import type { Pen } from './pen.ts';
import { MARGIN, type Picture } from './picture.ts';
import { drawIdle, drawLacking, drawMark, drawRunning, drawScript, drawWaiting } from './signs.ts';

/** A sign that a picture uses. */
export type Sign = Exclude<keyof typeof MEANS, 'turns'>;

const LINE = 22;
/** How wide a sign is, with the room after it; and the room after what it means. */
const SAMPLE = 32;
const APART = 16;

/** How high some lines of a legend are. */
export function legendHeight(lines: number): number {
  return lines === 0 ? 0 : lines * LINE + 6;
}

/** The signs that a model uses, in the order of `MEANS`. */
export function signsOf(model: Model): Sign[] {
  const used = new Set<string>();
  for (const { rows } of model.parts)
    for (const row of rows) {
      if (row.kind !== 'lane') continue;
      const { kind, slices, first, last, marks } = row.lane;
      for (const mark of marks) used.add(mark.kind);
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
  return (Object.keys(MEANS) as Sign[]).filter((sign) => used.has(sign));
}

/** Some signs in lines as wide as the picture. */
export function legendLines(signs: readonly Sign[], width: number, pen: Pen): Sign[][] {
  const lines: Sign[][] = [];
  let x = MARGIN;
  for (const sign of signs) {
    const whole = SAMPLE + pen.width(MEANS[sign], 'note') + APART;
    if (lines.length === 0 || x + whole > width) {
      lines.push([]);
      x = MARGIN;
    }
    lines.at(-1)!.push(sign);
    x += whole;
  }
  return lines;
}

export function drawLegend({ frame, pen }: Picture): void {
  const { context: c, palette } = pen;
  if (frame.legend.length === 0) return;
  c.fillStyle = palette.paper;
  c.fillRect(0, frame.bottom, frame.width, frame.height - frame.bottom);
  c.fillStyle = palette.grid;
  c.fillRect(0, frame.bottom, frame.width, 1);
  frame.legend.forEach((signs, i) => {
    const y = frame.bottom + 4 + LINE * (i + 0.5);
    let x = MARGIN;
    for (const sign of signs) {
      drawSample(pen, sign, x, y);
      pen.text(MEANS[sign], x + SAMPLE, y + 0.5, 'note', palette.quiet);
      x += SAMPLE + pen.width(MEANS[sign], 'note') + APART;
    }
  });
}

function drawSample(pen: Pen, sign: Sign, x: number, y: number): void {
  const { context: c, palette } = pen;
  const [width, bar] = [26, 13];
  switch (sign) {
    case 'step':
      c.fillStyle = palette.running;
      c.fillRect(x + 12, y - 4.5, 2.5, 9);
      break;
    case 'running':
      drawRunning(pen, x, y - bar / 2, width, bar);
      break;
    case 'waiting':
      drawWaiting(pen, x, x + width, y);
      break;
    case 'loopBusy':
      c.fillStyle = palette.quiet;
      c.fillRect(x, y - 3, width, 6);
      break;
    case 'loopIdle':
      drawIdle(pen, x - 2, x + width, y);
      break;
    case 'script':
      drawScript(pen, x, x + width, y);
      break;
    case 'done':
    case 'failed':
    case 'cancelled':
    case 'deadlock':
      drawMark(pen, sign, x + 20, y, 6.5);
      break;
    default:
      drawLacking(pen, sign, x, x + width, y, y - bar / 2, bar);
  }
}
