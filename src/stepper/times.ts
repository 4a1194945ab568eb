/** Where the time of each task and thread went so far: a small table for a screen that has room. */

import { threadTimes } from '../trace/machine-state.ts';
import { type LoopState, taskTimes } from '../trace/state.ts';
import { pad, printable, truncateMiddle, widest } from '../views/cells.ts';
import type { Line } from '../views/ink.ts';
import { roughDuration } from '../views/time.ts';

/** In fewer cells the numbers would leave no room for names. */
const LEAST = 40;

/** A row for each task and thread, in so many lines; none if they don't fit. */
export function timeLines(now: LoopState, columns: number, room: number): Line[] {
  const tasks = [...now.tasks.values()].map((task) => {
    const { busy, ready, waiting } = taskTimes(task, now.time);
    return { name: task.name, times: [busy, ready, waiting] };
  });
  const threads = [...now.threads.values()].map((thread) => {
    const { busy, gil, core, waiting } = threadTimes(thread, now.time);
    return { name: thread.name, times: [busy, gil + core, waiting] };
  });
  const all = [...tasks, ...threads];
  if (columns < LEAST || all.length === 0 || all.length + 1 > room) return [];
  const rows = [
    ['busy', 'ready', 'waiting'],
    ...all.map(({ times }) => times.map((ms) => (ms === 0 ? '-' : roughDuration(ms)))),
  ];
  const widths = rows[0]!.map((_, i) => widest(rows.map((row) => row[i]!)));
  const numbers = rows.map((row) => row.map((cell, i) => pad(cell, widths[i]!, 'right')).join('  '));
  const nameWidth = Math.min(
    columns - widest(numbers) - 2,
    widest(['time so far', ...all.map(({ name }) => printable(name))]),
  );
  return numbers.map((row, i): Line => {
    const name = i === 0 ? 'time so far' : truncateMiddle(printable(all[i - 1]!.name), nameWidth);
    return [
      [`${pad(name, nameWidth)}  `, i === 0 ? 'quiet' : 'plain'],
      [row, i === 0 ? 'quiet' : 'plain'],
    ];
  });
}
