/** Where the time of each task and thread went so far: busy, ready, waiting. */

import { timeRows } from '../stepper/times.ts';
import type { LoopState } from '../trace/state.ts';
import { formatDuration, roughDuration } from '../views/time.ts';

/** So many rows are shown; nobody reads more. */
const MOST_ROWS = 200;

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
        {rows.slice(0, MOST_ROWS).map(({ kind, id, name, busy, ready, waiting }) => (
          <tbody key={`${kind}:${id}`} data-times={`${kind}:${id}`}>
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
