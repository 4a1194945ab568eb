/** The critical path as it runs through the rows: on which row it is, from when to when. */

import { pathOf } from '../../stepper/analysis.ts';
import { laneKey, type Part } from './model.ts';
import { Numbers } from './numbers.ts';

/** Stretches of the path in order of time, without gap; `row` is that of the part, -1 where it has none. */
export interface Trail {
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly row: Float64Array;
}

/** The trail of a part; stretches of one row that follow each other are one. */
export function trailOf(part: Part): Trail {
  const from = new Numbers();
  const to = new Numbers();
  const rows = new Numbers();
  for (const { who, from: start, to: end } of pathOf(part.trace).segments) {
    const { kind, id } = who;
    const key =
      kind === 'task' || kind === 'thread'
        ? laneKey(kind, id)
        : kind === 'script'
          ? laneKey('script')
          : laneKey('loop');
    const row =
      (kind === 'device' ? undefined : (part.places.get(key) ?? part.places.get(laneKey('loop')))) ?? -1;
    const last = rows.length - 1;
    if (last >= 0 && rows.at(last) === row) to.set(last, end);
    else {
      from.push(start);
      to.push(end);
      rows.push(row);
    }
  }
  return { from: from.view(), to: to.view(), row: rows.view() };
}
