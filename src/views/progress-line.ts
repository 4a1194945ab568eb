/** How far an exploration has come, in one line of a terminal, to be drawn again and again in place. */

import { cellWidth } from './cells.ts';
import { inkText, type Style } from './ink.ts';

/** How far it has come, as `explore` tells it. */
export interface ProgressView {
  readonly runs: number;
  readonly schedules: number;
  readonly failures: number;
  /** From 0 to 1. */
  readonly share: number;
  /** Seconds of real time; not finite: nobody knows. */
  readonly secondsLeft: number;
}

/** Cells of the bar: fewer say nothing, more say no more. */
const LEAST_BAR = 6;
const MOST_BAR = 30;
/** The bar's frame, and a space after it. */
const FRAME = 3;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/**
 * A bar with what was done and found so far, of at most `width` cells; where there is no room for all of it, the number of
 * schedules goes first, then the time that is left.
 *
 * @example
 * progressLine({ runs: 1204, schedules: 1188, failures: 0, share: 0.5, secondsLeft: 3 }, 63);
 * // '▕████    ▏ 1,204 runs · 1,188 schedules · 0 failures · 3 s left'
 */
export function progressLine(view: ProgressView, width: number, color = false): string {
  const { share, failures } = view;
  const runs = count(view.runs, 'run');
  const schedules = count(view.schedules, 'schedule');
  const fails = count(failures, 'failure');
  const left = timeLeft(view);
  const choices = [
    [runs, schedules, fails, left],
    [runs, fails, left],
    [runs, fails],
    [failures > 0 ? fails : runs],
    [],
  ];
  const said = choices
    .map((texts) => texts.filter(Boolean))
    .find((texts) => FRAME + LEAST_BAR + cellWidth(texts.join(' · ')) <= width);
  const texts = said ?? [];
  const room = width - FRAME - cellWidth(texts.join(' · '));
  const spans = texts.flatMap((text): [string, Style][] => [
    [' · ', 'quiet'],
    [text, text === fails && failures > 0 ? 'bad' : 'plain'],
  ]);
  const line: [string, Style][] = [
    ['▕', 'quiet'],
    [bar(share, Math.max(1, Math.min(MOST_BAR, room))), 'running'],
    ['▏ ', 'quiet'],
    ...spans.slice(1),
  ];
  return inkText([line], width, color);
}

function bar(share: number, cells: number): string {
  const eighths = Math.floor(Math.min(1, Math.max(0, share)) * cells * 8);
  const full = '█'.repeat(Math.floor(eighths / 8));
  return `${full}${EIGHTHS[eighths % 8]}`.padEnd(cells);
}

/** In the one unit that matters; '' if nobody knows, or nothing is left. */
function timeLeft({ secondsLeft, share }: ProgressView): string {
  if (!Number.isFinite(secondsLeft) || share >= 1) return '';
  const seconds = Math.ceil(secondsLeft);
  if (seconds < 100) return `${seconds} s left`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min left` : `${Math.ceil(minutes / 60)} h left`;
}

function count(n: number, what: string): string {
  const number = String(n).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${number} ${what}${n === 1 ? '' : 's'}`;
}
