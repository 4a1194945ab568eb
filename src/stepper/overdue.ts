/**
 * How long the waits of tasks were overdue: what they waited for was there, and the loop too busy to notice.
 *
 * Only what comes later tells it: a task waits by the rules until the loop has noticed. So it is read once off the whole trace, as
 * the pictures are, and at a cursor it is cut at the time there; the table then says what the timeline beside it shows.
 */

import { firstWhere } from '../trace/first-where.ts';
import type { Trace } from '../trace/trace.ts';
import { LifeReader, type Living, type Phase } from '../views/life-reader.ts';
import { oncePerTrace } from './once-per-trace.ts';

/** When a wait was overdue (virtual ms), and how long those of the same task before it were in all. */
interface Late {
  readonly from: number;
  readonly to: number;
  readonly before: number;
}

interface Lates {
  /** Of each task. */
  readonly of: ReadonlyMap<number, readonly Late[]>;
  /** Whether the loop itself lacked the GIL or a core at times. */
  readonly lacks: boolean;
}

const latesOf = oncePerTrace((trace): Lates => {
  const lates = new Map<number, Late[]>();
  const phase = ({ kind, id }: Living, { doing, from, to }: Phase): void => {
    if (doing !== 'overdue' || kind !== 'task') return;
    const own = lates.get(id) ?? [];
    const last = own.at(-1);
    own.push({ from: from.time, to: to.time, before: last ? last.before + last.to - last.from : 0 });
    lates.set(id, own);
  };
  const nothing = (): void => {};
  const reader = new LifeReader({ phase, work: nothing, run: nothing, iteration: nothing });
  for (const event of trace) reader.read(event);
  const { loop } = reader.end();
  return { of: lates, lacks: loop.lacking.length > 0 };
});

/**
 * How long the waits of a task were overdue up to a time (virtual ms), which is a part of its waiting.
 *
 * @example overdueUpTo(trace, 2, 570) // 370: it slept until 200, and another computed until 570
 */
export function overdueUpTo(trace: Trace, task: number, time: number): number {
  const own = latesOf(trace).of.get(task) ?? [];
  const last = own[firstWhere(own.length, (i) => own[i]!.from >= time) - 1];
  return last === undefined ? 0 : last.before + Math.min(last.to, time) - last.from;
}

/** Whether waits may be overdue because the loop couldn't run, and not because it was busy: it lacked the GIL, or a core. */
export function lacksToRun(trace: Trace): boolean {
  return latesOf(trace).lacks;
}
