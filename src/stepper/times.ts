/** Where the time of each task and thread went so far: a small table for a screen that has room. */

import { threadTimes } from '../trace/machine-state.ts';
import { type LoopState, taskTimes } from '../trace/state.ts';
import { pad, printable, truncateMiddle, widest } from '../views/cells.ts';
import type { Line } from '../views/ink.ts';
import { roughDuration } from '../views/time.ts';

/** In fewer cells the numbers would leave no room for names. */
const LEAST = 40;

/** Where the time of a task or thread went, in virtual ms: `ready` is when it could have run, and others did. */
export interface TimeRow {
  readonly kind: 'task' | 'thread';
  readonly id: number;
  readonly name: string;
  readonly busy: number;
  readonly ready: number;
  readonly waiting: number;
}

/** A row for each task and thread, tasks first. */
export function timeRows({ tasks, threads, time }: LoopState): TimeRow[] {
  const ofTasks = Array.from(tasks.values(), (task): TimeRow => {
    const { busy, ready, waiting } = taskTimes(task, time);
    return { kind: 'task', id: task.id, name: printable(task.name), busy, ready, waiting };
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
    };
  });
  return [...ofTasks, ...ofThreads];
}

/** The rows in so many lines; none if they don't fit. */
export function timeLines(now: LoopState, columns: number, room: number): Line[] {
  const all = timeRows(now);
  if (columns < LEAST || all.length === 0 || all.length + 1 > room) return [];
  const rows = [
    ['busy', 'ready', 'waiting'],
    ...all.map(({ busy, ready, waiting }) =>
      [busy, ready, waiting].map((ms) => (ms === 0 ? '-' : roughDuration(ms))),
    ),
  ];
  const widths = rows[0]!.map((_, i) => widest(rows.map((row) => row[i]!)));
  const numbers = rows.map((row) => row.map((cell, i) => pad(cell, widths[i]!, 'right')).join('  '));
  const nameWidth = Math.min(
    columns - widest(numbers) - 2,
    widest(['time so far', ...all.map(({ name }) => name)]),
  );
  return numbers.map((row, i): Line => {
    const name = i === 0 ? 'time so far' : truncateMiddle(all[i - 1]!.name, nameWidth);
    return [
      [`${pad(name, nameWidth)}  `, i === 0 ? 'quiet' : 'plain'],
      [row, i === 0 ? 'quiet' : 'plain'],
    ];
  });
}
