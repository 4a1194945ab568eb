/** Where the time of each task and thread went so far: busy, ready, waiting. */

import { threadTimes } from '../trace/machine-state.ts';
import { type LoopState, taskTimes } from '../trace/state.ts';
import { printable } from '../views/cells.ts';
import { formatDuration, roughDuration } from '../views/time.ts';

/** So many rows are shown; nobody reads more. */
const MOST_ROWS = 200;

interface Row {
  readonly key: string;
  readonly name: string;
  readonly busy: number;
  readonly ready: number;
  readonly waiting: number;
}

/** The rows of the table, tasks first. */
export function timeRows(now: LoopState): Row[] {
  const tasks = Array.from(now.tasks.values(), (task): Row => {
    const { busy, ready, waiting } = taskTimes(task, now.time);
    return { key: `task:${task.id}`, name: printable(task.name), busy, ready, waiting };
  });
  const threads = Array.from(now.threads.values(), (thread): Row => {
    const { busy, gil, core, waiting } = threadTimes(thread, now.time);
    return { key: `thread:${thread.id}`, name: printable(thread.name), busy, ready: gil + core, waiting };
  });
  return [...tasks, ...threads];
}

export function TimesPane({ now }: { readonly now: LoopState }) {
  const rows = timeRows(now);
  if (rows.length === 0) return <p class="empty">There is no task yet.</p>;
  const longest = Math.max(...rows.map(({ busy, ready, waiting }) => busy + ready + waiting), 1e-9);
  const bar = (name: string, ms: number) =>
    ms > 0 && <span class={name} style={{ width: `${(ms / longest) * 100}%` }} />;
  return (
    <div class="times">
      <table>
        <caption class="quiet">
          Up to now, {formatDuration(now.time)}: <b class="running">busy</b>, <b class="ready">ready</b> while
          others ran, <b class="waiting">waiting</b>
        </caption>
        <thead>
          <tr>
            <th scope="col">{now.threads.size > 0 ? 'task or thread' : 'task'}</th>
            <th scope="col">busy</th>
            <th scope="col">ready</th>
            <th scope="col">waiting</th>
          </tr>
        </thead>
        {rows.slice(0, MOST_ROWS).map(({ key, name, busy, ready, waiting }) => (
          <tbody key={key} data-times={key}>
            <tr>
              <th scope="row">{name}</th>
              {[busy, ready, waiting].map((ms, i) => (
                <td key={i} class={ms === 0 ? 'zero' : ''}>
                  {ms === 0 ? '–' : roughDuration(ms)}
                </td>
              ))}
            </tr>
            <tr>
              <td colSpan={4}>
                <span class="bar">
                  {bar('running', busy)}
                  {bar('ready', ready)}
                  {bar('waiting', waiting)}
                </span>
              </td>
            </tr>
          </tbody>
        ))}
      </table>
      {rows.length > MOST_ROWS && (
        <p class="empty">… {(rows.length - MOST_ROWS).toLocaleString('en')} more</p>
      )}
    </div>
  );
}
