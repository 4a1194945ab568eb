/** Where the time of each task and thread went so far: busy, ready, waiting, and overdue, which is a part of that. */

import type { Steppable } from '../stepper/index.ts';
import { lacksToRun } from '../stepper/overdue.ts';
import { timeColumns, timeRows } from '../stepper/times.ts';
import type { LoopState } from '../trace/state.ts';
import { formatDuration, roughDuration } from '../views/time.ts';

/** So many rows are shown; nobody reads more. */
const MOST_ROWS = 200;

interface TimesProps {
  readonly now: LoopState;
  /** The run that the state is of: it tells how long waits were overdue, which a state alone doesn't know. */
  readonly on: Steppable;
}

export function TimesPane({ now, on }: TimesProps) {
  const rows = timeRows(now, on.trace);
  const columns = timeColumns(rows);
  if (rows.length === 0) return <p class="empty">There is no task yet.</p>;
  const longest = Math.max(...rows.map(({ busy, ready, waiting }) => busy + ready + waiting), 1e-9);
  const bar = (name: string, ms: number) =>
    ms > 0 && <span class={name} style={{ width: `${(ms / longest) * 100}%` }} />;
  return (
    <div class="times">
      <p class="quiet" id="times-about">
        Up to now, {formatDuration(now.time)}: <b class="running">busy</b>, <b class="ready">ready</b> while
        others ran, <b class="waiting">waiting</b>
        {columns.includes('overdue') && (
          <>
            , of that <b class="overdue">overdue</b>:{' '}
            {lacksToRun(on.trace) ? 'the loop couldn’t run' : 'the loop was too busy to notice'}
          </>
        )}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <section class="scrolls" tabIndex={0} aria-label="Times">
        <table aria-describedby="times-about">
          <thead>
            <tr>
              <th scope="col">{now.threads.size > 0 ? 'task or thread' : 'task'}</th>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          {rows.slice(0, MOST_ROWS).map((row) => (
            <tbody key={`${row.kind}:${row.id}`} data-times={`${row.kind}:${row.id}`}>
              <tr>
                <th scope="row">{row.name}</th>
                {columns.map((column) => (
                  <td key={column} class={row[column] === 0 ? 'zero' : ''}>
                    {row[column] === 0 ? '–' : roughDuration(row[column])}
                  </td>
                ))}
              </tr>
              <tr>
                <td colSpan={columns.length + 1}>
                  <span class="bar">
                    {bar('running', row.busy)}
                    {bar('ready', row.ready)}
                    {bar('waiting', row.waiting - row.overdue)}
                    {bar('overdue', row.overdue)}
                  </span>
                </td>
              </tr>
            </tbody>
          ))}
        </table>
      </section>
      {rows.length > MOST_ROWS && (
        <p class="empty">… {(rows.length - MOST_ROWS).toLocaleString('en')} more</p>
      )}
    </div>
  );
}
