/** One picture: what is shown, and what everybody who draws a part of it has to know. It is made anew for each frame. */

import { type Axis, axisOf } from '../axis.ts';
import type { Trail } from '../critical.ts';
import { Ruler, type Stack, type View } from '../layout.ts';
import type { Lane, Model } from '../model.ts';
import type { Waker } from '../waker.ts';
import type { Sign } from './legend.ts';
import type { Pen } from './pen.ts';

/** How high the axis is. */
export const AXIS = 34;
/** What stands at the left begins here. */
export const MARGIN = 12;
/** Room at both ends of the ruler, for what stands on them. */
const INSET = { left: 8, right: 20 } as const;
/** So many px there are for each mark on the axis, about. */
const MARK = 110;

/** A slice that somebody looks at, and who woke it. */
export interface Focus {
  readonly line: number;
  readonly lane: Lane;
  /** -1: none. */
  readonly index: number;
  readonly part: number;
  readonly waker: Waker | null;
}

/** All that a picture shows. */
export interface Scene {
  readonly model: Model;
  readonly stack: Stack;
  readonly view: View;
  readonly scroll: number;
  readonly hover: Focus | null;
  /** Where the cursor is, on the ruler and in words. */
  readonly cursor: { readonly at: number; readonly text: string; readonly focus: Focus | null } | null;
  /** The critical path of each part; null: it isn't shown. */
  readonly trails: readonly Trail[] | null;
}

/** Where things are on the canvas, in CSS pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Where the lanes begin; left of it are the names. */
  readonly gutter: number;
  /** Where the rows end, and the legend begins. */
  readonly bottom: number;
  /** The height in which all is shown: the rows as high as looks well, and the whole legend. */
  readonly natural: number;
  /** The height in which some rows are shown, and the whole legend. */
  readonly least: number;
  /** The lines of the legend: the signs in each. */
  readonly legend: readonly (readonly Sign[])[];
}

/** The ruler of a view on a canvas. */
export function rulerOf(view: View, { gutter, width }: Frame): Ruler {
  return new Ruler(view, gutter + INSET.left, width - INSET.right);
}

/** The flag with the time of the cursor: what it says, the middle of it, and half of its width. */
interface Flag {
  readonly text: string;
  readonly x: number;
  readonly half: number;
}

export class Picture {
  readonly scene: Scene;
  readonly frame: Frame;
  readonly pen: Pen;
  readonly ruler: Ruler;
  readonly axis: Axis;
  readonly flag: Flag | null;
  /** The lines that are seen: from `first` to before `last`. */
  readonly first: number;
  readonly last: number;
  /** What of the ruler is seen: more than the view, as it ends within the canvas. */
  readonly edge: View;

  constructor(scene: Scene, frame: Frame, pen: Pen) {
    const { model, stack, view, cursor } = scene;
    const { gutter, width, bottom } = frame;
    const ruler = rulerOf(view, frame);
    this.scene = scene;
    this.frame = frame;
    this.pen = pen;
    this.ruler = ruler;
    this.axis = axisOf(model, view, Math.max(1, (ruler.right - ruler.left) / MARK));
    this.edge = { from: ruler.place(gutter), to: ruler.place(width) };
    this.first = stack.lineAt(scene.scroll);
    let last = this.first;
    while (last < stack.lines.length && this.yOf(last) < bottom) last++;
    this.last = last;
    this.flag = null;
    if (!cursor) return;
    const { text } = cursor;
    const half = pen.width(text, 'note') / 2 + 6;
    this.flag = {
      text,
      half,
      x: Math.min(width - half - 8, Math.max(gutter + half, ruler.x(cursor.at))),
    };
  }

  /** Where a line begins. */
  yOf(line: number): number {
    return AXIS + this.scene.stack.top(line) - this.scene.scroll;
  }

  /** The middle of a row with slices. */
  middleOf(line: number): number {
    return this.yOf(line) + this.scene.stack.rowHeight / 2;
  }
}
