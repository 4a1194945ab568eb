/**
 * What stands between the rows: titles of traces, headings of threads, and where a trace ends among others that go on. A title
 * stays at the top as long as rows of its trace are seen.
 */

import type { Row } from '../model.ts';
import { AXIS, MARGIN, type Picture } from './picture.ts';

type Heading = Exclude<Row, { readonly kind: 'lane' }>;

/** A title or heading in its line. */
export function drawHeading(picture: Picture, row: Heading, line: number): void {
  const y = picture.yOf(line);
  const height = picture.yOf(line + 1) - y;
  if (row.kind === 'heading') {
    drawRuled(picture, row.text, y, height);
    return;
  }
  drawTitle(picture, row, y, height);
  if (line > 0) drawRule(picture, Math.round(y) + 1);
}

/** The title of the trace whose rows are seen, where it has been scrolled away itself. */
export function drawStickyTitle(picture: Picture): void {
  const { model, stack } = picture.scene;
  const part = stack.lines[picture.first]?.part;
  if (part === undefined) return;
  const row = model.parts[part]!.rows[0];
  const line = stack.lineOf(part, 0);
  if (row?.kind !== 'title' || picture.yOf(line) >= AXIS) return;
  const height = stack.top(line + 1) - stack.top(line);
  const isLast = part + 1 === model.parts.length;
  const next = isLast ? Number.POSITIVE_INFINITY : picture.yOf(stack.lineOf(part + 1, 0));
  const y = Math.min(AXIS, next - height);
  drawTitle(picture, row, y, height);
  drawRule(picture, Math.round(y + height));
}

function drawTitle({ frame, pen }: Picture, { text, note }: Heading, y: number, height: number): void {
  const { context: c, palette } = pen;
  c.fillStyle = palette.paper;
  c.fillRect(0, y, frame.width, height);
  const title = pen.fit(text, frame.width - 2 * MARGIN - pen.width(note, 'note') - 12, 'title');
  const base = y + height / 2 + 2;
  pen.text(title, MARGIN, base, 'title', palette.ink);
  const x = MARGIN + (title === '' ? 0 : pen.width(title, 'title') + 10);
  pen.text(note, x, base, 'note', palette.quiet);
}

function drawRule({ frame, pen }: Picture, y: number): void {
  pen.context.fillStyle = pen.palette.grid;
  pen.context.fillRect(0, y, frame.width, 1);
}

/** A heading, and dots from there to the right. */
function drawRuled({ frame, pen }: Picture, heading: string, y: number, height: number): void {
  const { context: c, palette } = pen;
  const text = pen.fit(heading, frame.width - 2 * MARGIN, 'note');
  const base = y + height / 2 + 1;
  const from = MARGIN + pen.width(text, 'note') + 10;
  c.fillStyle = palette.paper;
  c.fillRect(0, y, from - 4, height);
  pen.text(text, MARGIN, base, 'note', palette.quiet);
  c.strokeStyle = palette.grid;
  c.lineWidth = 1.5;
  c.setLineDash([2, 4]);
  c.beginPath();
  c.moveTo(from, base);
  c.lineTo(frame.width - MARGIN, base);
  c.stroke();
  c.setLineDash([]);
}

/** Where each trace ends, if others go on. */
export function drawPartEnds(picture: Picture): void {
  const { scene, frame, pen, ruler } = picture;
  const { model, stack } = scene;
  const { context: c } = pen;
  if (model.parts.length === 1) return;
  c.strokeStyle = pen.palette.quiet;
  c.lineWidth = 1;
  c.setLineDash([4, 4]);
  model.parts.forEach((part, i) => {
    const line = stack.lineOf(i, 0);
    const isTitled = part.rows[0]?.kind === 'title';
    const top = picture.yOf(line + (isTitled ? 1 : 0)) - 4;
    const end = picture.yOf(line + part.rows.length) - 2;
    if (part.to >= model.to || end < AXIS || top > frame.bottom) return;
    const x = Math.round(ruler.x(part.to)) + 0.5;
    c.beginPath();
    c.moveTo(x, top);
    c.lineTo(x, end);
    c.stroke();
  });
  c.setLineDash([]);
}
