/**
 * How things look in the timeline as SVG: shapes, colours and sizes. Every state has a shape of its own, so that nobody has
 * to tell colours apart; where they lie is not decided here.
 */

import { cellWidth } from './cells.ts';
import type { Doing } from './life-reader.ts';

/** What a bar can be. `turns`: running and having to stop, faster than could be drawn. */
export type Kind = Doing | 'turns' | 'loopBusy' | 'script';

/** What can be marked on a line: how a life ended, or a deadlock that it was a part of. */
export type Mark = 'done' | 'failed' | 'cancelled' | 'deadlock';

export const MEANS: { readonly [K in Kind | Mark | 'step' | 'loopIdle']: string } = {
  step: 'step',
  running: 'running',
  turns: 'takes turns',
  ready: 'ready',
  overdue: 'overdue',
  gil: 'lacks the GIL',
  core: 'lacks a core',
  waiting: 'waiting',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  deadlock: 'deadlock',
  loopBusy: 'loop busy',
  loopIdle: 'loop idle',
  script: 'script: no loop runs',
};

/** Colours on light and on dark; the same weight in both, and apart for colour-blind eyes as far as colours can be. */
export const COLOURS = {
  paper: ['#ffffff', '#0d1117'],
  ink: ['#1b1f24', '#f0f3f6'],
  quiet: ['#4d5560', '#a9b4c0'],
  grid: ['#dfe3e8', '#2a313a'],
  running: ['#0b7a4b', '#3ecf8e'],
  onRunning: ['#ffffff', '#04261a'],
  waiting: ['#0969da', '#6cb6ff'],
  ready: ['#946200', '#e3b341'],
  overdue: ['#c2410c', '#ff9b5e'],
  gil: ['#7a3fc4', '#c9a2ff'],
  core: ['#b0307f', '#ff8fcb'],
  bad: ['#c1121f', '#ff7b72'],
} as const;

/** Sizes in px, from how many rows there are. */
export function sizesFor(rows: number) {
  if (rows <= 14) return { row: 46, bar: 28, text: 21, small: 18, dot: 6.5 };
  if (rows <= 28) return { row: 34, bar: 21, text: 17, small: 15, dot: 5 };
  return { row: 26, bar: 16, text: 14, small: 13, dot: 4 };
}
export type Sizes = ReturnType<typeof sizesFor>;

/**
 * How wide a text is, about, in a font of that size. Fonts differ; this is the widest of the common ones (DejaVu Sans), so
 * that a text seldom needs more.
 */
export function textWidth(text: string, size: number): number {
  let ems = 0;
  for (const letter of text) {
    if (/[iljI|.,:;'’!]/.test(letter)) ems += 0.31;
    else if (/[\s ftr()[\]/-]/.test(letter)) ems += 0.4;
    else if (/[mwMW→…%@—]/.test(letter)) ems += 0.95;
    else if (/[A-Z]/.test(letter)) ems += 0.7;
    else ems += cellWidth(letter) * 0.62;
  }
  return ems * size;
}
/** How many cells have room. */
export const cellsIn = (width: number, size: number) => Math.max(0, Math.floor(width / (size * 0.58)));

export const round = (value: number): number => Math.round(value * 100) / 100;

/** The shape of a bar around a height. All are told apart without their colours. */
export function shape(kind: Kind, from: number, to: number, y: number, height: number): string {
  const half = height / 2;
  const box = (top: number, bottom: number, inset = 0) =>
    `<rect x="${round(from + inset)}" y="${round(top + inset)}" width="${round(Math.max(0.5, to - from - 2 * inset))}" height="${round(bottom - top - 2 * inset)}" rx="${to - from > 8 ? 3 : 0}"/>`;
  switch (kind) {
    case 'running':
      return box(y - half, y + half);
    case 'ready':
      return box(y - half, y + half, 1.25);
    case 'overdue':
      return box(y - half, y + half, 1.25) + hatching(from, to, y - half + 1, y + half - 1, 9, height - 2);
    case 'gil':
      return box(y, y + half, 1.25) + hatching(from, to, y + 1, y + half - 1, 7, 0);
    case 'core':
      return box(y, y + half, 1.25);
    case 'turns':
      return box(y - half / 3, y + half);
    case 'loopBusy':
      return box(y - height * 0.2, y + height * 0.2);
    case 'script':
      return `<path d="M${round(from)} ${round(y - 5)}H${round(to)}M${round(from)} ${round(y + 5)}H${round(to)}"/>`;
    case 'waiting':
      return `<path d="M${round(from)} ${y}H${round(to)}"/>`;
  }
}

/**
 * Strokes across a box, `slant` px to the right on the way up. They lie on one raster in the whole picture. An end of a
 * slanting stroke is wider than the stroke: in a frame it begins a px inside.
 */
function hatching(
  from: number,
  to: number,
  top: number,
  bottom: number,
  apart: number,
  slant: number,
): string {
  const [left, right] = [from + 2, to - 2];
  if (right - left < 2) return '';
  const strokes: string[] = [];
  for (let foot = Math.ceil((left - slant) / apart) * apart; foot <= right; foot += apart) {
    // The share of the way up at which the stroke comes into the box and leaves it.
    const enter = slant === 0 ? 0 : Math.max(0, (left - foot) / slant);
    const leave = slant === 0 ? 1 : Math.min(1, (right - foot) / slant);
    if (leave <= enter || foot + slant * enter < left || foot + slant * leave > right + 0.01) continue;
    const point = (share: number) =>
      `${round(foot + slant * share)} ${round(bottom - (bottom - top) * share)}`;
    strokes.push(`M${point(enter)}L${point(leave)}`);
  }
  return strokes.length === 0 ? '' : `<path class="hatch" d="${strokes.join('')}"/>`;
}

/** A mark: of an end in a circle, of a deadlock in a box. */
export function markShape(kind: Mark, x: number, y: number, { dot }: Sizes): string {
  const r = dot * 1.7;
  if (kind === 'deadlock') return crossedBox(x, y, r);
  const circle = `<circle cx="${round(x)}" cy="${y}" r="${round(r)}"/>`;
  const s = r * 0.5;
  const p = (dx: number, dy: number) => `${round(x + dx * s)} ${round(y + dy * s)}`;
  if (kind === 'done') return `${circle}<path d="M${p(-1, 0.1)}L${p(-0.25, 0.85)}L${p(1.05, -0.8)}"/>`;
  if (kind === 'failed')
    return `${circle}<path d="M${p(-0.85, -0.85)}L${p(0.85, 0.85)}M${p(0.85, -0.85)}L${p(-0.85, 0.85)}"/>`;
  return `${circle}<path d="M${p(-1.3, 1.3)}L${p(1.3, -1.3)}"/>`;
}

function crossedBox(x: number, y: number, r: number): string {
  const [left, right, top, bottom] = [x - r, x + r, y - r, y + r].map(round);
  return (
    `<rect x="${left}" y="${top}" width="${round(2 * r)}" height="${round(2 * r)}"/>` +
    `<path d="M${left} ${top}L${right} ${bottom}M${right} ${top}L${left} ${bottom}"/>`
  );
}

/** It was not over when the trace ended: three dots. */
export function openEnd(to: number, y: number): string {
  const dots = [8, 16, 24].map((dx) => `<circle cx="${round(to + dx)}" cy="${y}" r="2.2"/>`);
  return `<g class="open">${dots.join('')}</g>`;
}

/** The rules, all below the picture's own class: a page they stand in keeps its looks. */
export function style(theme: 'auto' | 'light' | 'dark'): string {
  const scope = `.lst-${theme}`;
  const scoped = (rules: readonly (readonly [string, string])[]) =>
    rules
      .map(
        ([selector, body]) =>
          `${selector
            .split(',')
            .map((one) => `${scope} ${one}`)
            .join(',')}{${body}}`,
      )
      .join('');
  const colours = (mode: 0 | 1) => {
    const of = (name: keyof typeof COLOURS) => COLOURS[name][mode];
    return scoped([
      ['.paper,.failed path,.done path', `fill:${of('paper')}`],
      ['text', `fill:${of('ink')}`],
      ['.quiet', `fill:${of('quiet')}`],
      ['.grid,.rule', `stroke:${of('grid')}`],
      ['.axis,.end,.loopIdle', `stroke:${of('quiet')}`],
      ['.running rect,.turns rect,.dot,.done circle', `fill:${of('running')}`],
      ['.dot,.done circle,.failed circle', `stroke:${of('paper')}`],
      ['.running text', `fill:${of('onRunning')}`],
      ['.waiting path', `stroke:${of('waiting')}`],
      ['.waiting text', `fill:${of('waiting')}`],
      ['.open circle', `fill:${of('waiting')}`],
      ['.ready rect', `stroke:${of('ready')};fill:${of('paper')}`],
      ['.overdue rect', `stroke:${of('overdue')};fill:${of('paper')}`],
      ['.overdue .hatch', `stroke:${of('overdue')}`],
      ['.gil rect', `stroke:${of('gil')};fill:${of('paper')}`],
      ['.gil .hatch', `stroke:${of('gil')}`],
      ['.core rect', `stroke:${of('core')};fill:${of('paper')}`],
      ['.loopBusy rect,.loopDot', `fill:${of('quiet')}`],
      ['.script path', `stroke:${of('running')}`],
      ['.done path,.failed path', `stroke:${of('paper')}`],
      ['.failed circle', `fill:${of('bad')}`],
      ['.failedText', `fill:${of('bad')}`],
      ['.cancelled circle', `fill:${of('paper')};stroke:${of('quiet')}`],
      ['.cancelled path', `stroke:${of('quiet')}`],
      ['.cancelledText', `fill:${of('quiet')}`],
      ['.deadlock rect', `fill:${of('paper')};stroke:${of('bad')}`],
      ['.deadlock path', `stroke:${of('bad')}`],
    ]);
  };
  const shapes = scoped([
    ['.strong', 'font-weight:700'],
    ['.dot,.done circle,.failed circle', 'stroke-width:2.5'],
    ['path', 'fill:none'],
    ['.grid', 'stroke-width:1.5'],
    ['.rule', 'stroke-width:2;stroke-dasharray:2 6;stroke-linecap:round'],
    ['.axis', 'stroke-width:2'],
    ['.end', 'stroke-width:2;stroke-dasharray:6 5'],
    ['.waiting path', 'stroke-width:4'],
    ['.ready rect,.overdue rect,.gil rect,.core rect', 'stroke-width:2.5'],
    ['.hatch', 'stroke-width:2.5'],
    ['.loopIdle', 'stroke-width:4;stroke-dasharray:.1 9;stroke-linecap:round'],
    ['.script path', 'stroke-width:4'],
    ['.done path,.failed path', 'fill:none;stroke-width:2.6;stroke-linecap:round;stroke-linejoin:round'],
    ['.cancelled circle,.cancelled path,.deadlock rect,.deadlock path', 'stroke-width:2.6'],
  ]);
  if (theme !== 'auto') return colours(theme === 'light' ? 0 : 1) + shapes;
  return `${colours(0)}@media (prefers-color-scheme:dark){${colours(1)}}${shapes}`;
}
