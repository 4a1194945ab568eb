/**
 * Lines of styled text, and the one place that turns them into a string.
 *
 * A view first lays everything out in plain cells and only says what each piece *is* (a waiting stretch, a failure);
 * whether that becomes colour is decided here, at the very end. So colour can't move a cell: strip the escape codes
 * and you have the uncoloured picture, to the letter. The sixteen colours of the terminal's own theme are used,
 * never fixed ones: they are readable on light and dark.
 */

import { cellWidth, head, truncate } from './cells.ts';

/** What a piece of text is, for the eye. `onRunning` is text that stands in a solid bar. */
export type Style =
  | 'plain'
  | 'strong'
  | 'quiet'
  | 'running'
  | 'onRunning'
  | 'ready'
  | 'waiting'
  | 'good'
  | 'bad'
  | 'dropped';

/** A piece of text in one style. The text must be `printable`. */
export type Span = readonly [text: string, style?: Style];

/** One line of a view. */
export type Line = readonly Span[];

const CODES: { readonly [S in Style]: string } = {
  plain: '',
  strong: '1',
  quiet: '2',
  running: '32',
  onRunning: '32;7',
  ready: '33',
  waiting: '36',
  good: '32;1',
  bad: '31;1',
  dropped: '35;1',
};

/**
 * Writes lines out as one text, without a line break at its end. No line is wider than `width` cells; spaces at the
 * end of a line are dropped. Colours only if asked for.
 */
export function inkText(lines: Iterable<Line>, width: number, color = false): string {
  return Array.from(lines, (line) => inkLine(line, width, color)).join('\n');
}

function inkLine(line: Line, width: number, color: boolean): string {
  const whole = line.map(([text]) => text).join('');
  let left = truncate(whole, width).trimEnd();
  if (!color) return left;
  let out = '';
  for (let i = 0; i < line.length && left !== ''; ) {
    const style = line[i]![1] ?? 'plain';
    let text = '';
    for (; i < line.length && (line[i]![1] ?? 'plain') === style; i++) text += line[i]![0];
    // Where the line was cut, less is left than the piece, and it ends in `…`.
    const piece = left.startsWith(text) ? text : left;
    left = left.slice(piece.length);
    const code = piece.trim() === '' ? '' : CODES[style];
    out += code === '' ? piece : `\x1b[${code}m${piece}\x1b[0m`;
  }
  return out;
}

/** How many cells a line takes. */
export function lineWidth(line: Line): number {
  return line.reduce((sum, [text]) => sum + cellWidth(text), 0);
}

/** The first cells of a line. Unlike `truncate`, nothing says that there was more. */
export function cutLine(line: Line, cells: number): Line {
  const kept: Span[] = [];
  let left = cells;
  for (const [text, style = 'plain'] of line) {
    const part = cellWidth(text) <= left ? text : head(text, left);
    left -= cellWidth(part);
    kept.push([part, style]);
    if (part !== text) break;
  }
  return kept;
}
