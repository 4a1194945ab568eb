/** Where the time of each task and thread went so far: a small table for a screen that has room. */

import { threadTimes } from '../trace/machine-state.ts';
import { type LoopState, taskTimes } from '../trace/state.ts';
import type { Trace } from '../trace/trace.ts';
import { pad, printable, truncateMiddle, widest } from '../views/cells.ts';
import type { Line } from '../views/ink.ts';
import { roughDuration } from '../views/time.ts';
import { overdueUpTo } from './overdue.ts';

/** In fewer cells the numbers would leave no room for names. */
const LEAST = 40;
const TITLE = 'time so far';

/** Where the time of a task or thread went, in virtual ms: `ready` is when it could have run, and others did. */
export interface TimeRow {
  readonly kind: 'task' | 'thread';
  readonly id: number;
  readonly name: string;
  readonly busy: number;
  readonly ready: number;
  readonly waiting: number;
  /** A part of waiting: what it waited for was there, and the loop too busy to notice. */
  readonly overdue: number;
}

/** A row for each task and thread, tasks first; the trace is that which the state is of. */
export function timeRows({ tasks, threads, time }: LoopState, trace: Trace): TimeRow[] {
  const ofTasks = Array.from(tasks.values(), (task): TimeRow => {
    const { busy, ready, waiting } = taskTimes(task, time);
    const overdue = overdueUpTo(trace, task.id, time);
    return { kind: 'task', id: task.id, name: printable(task.name), busy, ready, waiting, overdue };
  });
  const ofThreads = Array.from(threads.values(), (thread): TimeRow => {
    const { busy, gil, core, waiting } = threadTimes(thread, time);
    return {
      kind: 'thread',
      id: thread.id,
      name: printable(thread.name),
      busy,
      ready: gil + core,
      waiting,
      overdue: 0,
    };
  });
  return [...ofTasks, ...ofThreads];
}

const COLUMNS = ['busy', 'ready', 'waiting', 'overdue'] as const;

/** The columns that tell something: what is overdue is rare. */
export function timeColumns(rows: readonly TimeRow[]): readonly (typeof COLUMNS)[number][] {
  return COLUMNS.filter((column) => column !== 'overdue' || rows.some(({ overdue }) => overdue > 0));
}

/** The rows in so many lines; none if they don't fit. */
export function timeLines(trace: Trace, now: LoopState, columns: number, room: number): Line[] {
  const rows = now.tasks.size + now.threads.size;
  if (columns < LEAST || rows === 0 || rows + 1 > room) return [];
  const all = timeRows(now, trace);
  const shown = timeColumns(all);
  // Where there is no room for names, the least telling column goes.
  return linesOf(all, shown, columns) ?? linesOf(all, shown.slice(0, 3), columns) ?? [];
}

function linesOf(
  all: readonly TimeRow[],
  shown: readonly (typeof COLUMNS)[number][],
  columns: number,
): Line[] | null {
  const rows = [
    [...shown],
    ...all.map((row) => shown.map((column) => (row[column] === 0 ? '-' : roughDuration(row[column])))),
  ];
  const widths = rows[0]!.map((_, i) => widest(rows.map((row) => row[i]!)));
  const numbers = rows.map((row) => row.map((cell, i) => pad(cell, widths[i]!, 'right')).join('  '));
  if (shown.length > 3 && columns - widest(numbers) - 2 < TITLE.length) return null;
  const nameWidth = Math.min(columns - widest(numbers) - 2, widest([TITLE, ...all.map(({ name }) => name)]));
  return numbers.map((row, i): Line => {
    const name = i === 0 ? TITLE : truncateMiddle(all[i - 1]!.name, nameWidth);
    return [
      [`${pad(name, nameWidth)}  `, i === 0 ? 'quiet' : 'plain'],
      [row, i === 0 ? 'quiet' : 'plain'],
    ];
  });
}
