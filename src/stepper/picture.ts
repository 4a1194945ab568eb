/**
 * How it came to this: the timeline of the whole run, covered from the cursor on.
 *
 * It is drawn once for a width, as nothing in it depends on the cursor but what is covered; so a step costs no drawing, and the
 * rows stay where they are while one goes to and fro.
 */

import type { LoopState } from '../trace/state.ts';
import { cellWidth } from '../views/cells.ts';
import { cutLine, type Line } from '../views/ink.ts';
import { timelineLines } from '../views/timeline.ts';
import { pathOf } from './analysis.ts';
import type { Steppable, StepperState } from './stepper.ts';

/** The picture of a whole trace is drawn once for a width, and covered from the cursor on. */
const pictures = new WeakMap<Steppable, Map<string, readonly Line[]>>();

function pictureOf(on: Steppable, columns: number, most: number, critical: boolean): readonly Line[] {
  let known = pictures.get(on);
  if (known === undefined) {
    known = new Map();
    pictures.set(on, known);
  }
  const key = `${columns}×${most} ${critical}`;
  let lines = known.get(key);
  if (lines === undefined) {
    lines = drawPicture(on, columns, most, critical);
    known.set(key, lines);
  }
  return lines;
}

function drawPicture(on: Steppable, columns: number, most: number, critical: boolean): readonly Line[] {
  const path = critical && pathOf(on.trace);
  const draw = (maxRows: number) =>
    timelineLines([{ title: '', trace: on.trace }], {
      width: columns,
      legend: false,
      maxRows,
      critical: path,
    });
  // The axis has two lines, the loop and the critical path one each.
  const room = most - 3 - (critical ? 1 : 0);
  const lines = draw(Math.max(1, room));
  if (lines.length <= most) return lines;
  // There are tasks and threads, and each kind was given all the room; their heading wants a line too.
  return draw(Math.max(1, Math.floor((room - 1) / 2)));
}

/** The picture up to the cursor, in so many lines or fewer. */
export function timelineBlock(
  on: Steppable,
  state: StepperState,
  now: LoopState,
  columns: number,
  most: number,
): Line[] {
  if (on.trace.length === 0) return [];
  const lines = pictureOf(on, columns, most, state.critical).slice(0, most);
  const texts = lines.map((line) => line.map(([text]) => text).join(''));
  const axis = texts[1] ?? '';
  const margin = axis.indexOf('├');
  const cells = cellWidth(axis) - margin;
  const { time: from } = on.trace.event(1);
  const span = on.trace.endTime - from;
  const part = span > 0 ? (now.time - from) / span : state.seq / on.trace.length;
  // The cell of this very moment is covered as well, until all is over: not all of it has happened yet.
  const isOver = state.seq === on.trace.length;
  const cell = isOver ? cells : Math.max(0, Math.floor(part * (cells - 1) + 1e-6));
  // On a tall screen the axis stands below the rows as well.
  const isAxis = (i: number) => i < 2 || (i >= lines.length - 2 && texts.at(-2)!.trimStart().startsWith('├'));
  return lines.map((line, i): Line => {
    // The critical path is that of the whole run, and no news of the cursor.
    if (isAxis(i) || (state.critical && i === 2) || isOver) return line;
    // The row of those that are folded says how they ended.
    const isFolded = texts[i]!.startsWith('…');
    const kept = cutLine(line, isFolded ? margin : margin + cell);
    const isCovered = cellWidth(texts[i]!.trimEnd()) > margin + cell;
    return [...kept, [isCovered && !isFolded ? '▏' : '', 'quiet']];
  });
}
