/** What a whole run says of itself: its critical path, and who was late because of whom. */

import { useMemo } from 'preact/hooks';
import { latencyOf, pathOf } from '../stepper/analysis.ts';
import type { Steppable } from '../stepper/index.ts';
import { inSentence } from '../views/actors.ts';
import { deedOf } from '../views/critical-path-table.ts';
import { delayRows } from '../views/latency-table.ts';
import { formatDuration } from '../views/time.ts';
import { READING_ALL, useReckoned } from './reckoned.ts';

/** So many rows are shown; nobody reads more. */
const MOST_ROWS = 200;

interface PathProps {
  readonly on: Steppable;
  /** The time at the cursor. */
  readonly time: number;
  readonly isLit: boolean;
  readonly onLight: () => void;
  readonly onGo: (seq: number) => void;
}

export function PathPane({ on, time, isLit, onLight, onGo }: PathProps) {
  const path = useReckoned(on.trace, pathOf);
  if (path === null) return <p class="empty">{READING_ALL}</p>;
  const { segments, from, to } = path;
  if (segments.length === 0)
    return <p class="empty">No time passes in this run: there is no critical path.</p>;
  return (
    <div class="path">
      <p class="quiet">
        What made the end as late as it is, {formatDuration(to - from)} in all. Shorten one of these, and the
        run gets shorter; shorten anything else, and it doesn’t.
      </p>
      <button type="button" class="text-button" aria-pressed={isLit} onClick={onLight}>
        {isLit ? 'lit in the timeline' : 'light it up in the timeline'}
      </button>
      <ol>
        {segments.slice(0, MOST_ROWS).map((segment) => {
          const seq = segment.events.at(-1)!;
          const isNow = segment.from <= time && time < segment.to;
          return (
            <li key={`${segment.from} ${seq}`} class={isNow ? 'now' : ''}>
              <button type="button" onClick={() => onGo(seq)} aria-current={isNow ? 'true' : undefined}>
                <span class="time">{formatDuration(segment.to - segment.from)}</span>
                <span class="text">
                  <b>{inSentence(segment.who)}</b> {deedOf(segment)}
                </span>
                <span class="share">
                  <span style={{ width: `${((segment.to - segment.from) / (to - from)) * 100}%` }} />
                </span>
              </button>
            </li>
          );
        })}
      </ol>
      {segments.length > MOST_ROWS && (
        <p class="empty">… {(segments.length - MOST_ROWS).toLocaleString('en')} more</p>
      )}
    </div>
  );
}

export function LatePane({ on }: { readonly on: Steppable }) {
  const late = useReckoned(on.trace, latencyOf);
  const rows = useMemo(
    () => (late === null || late instanceof RangeError ? [] : delayRows(late.delays)),
    [late],
  );
  if (late === null) return <p class="empty">{READING_ALL}</p>;
  if (late instanceof RangeError) return <p class="empty">{late.message}</p>;
  if (rows.length === 0)
    return <p class="empty">Nobody was late: whoever could go on in this run, went on at once.</p>;
  return (
    <div class="late">
      <table>
        <caption class="quiet">
          In the whole run {formatDuration(late.total)} in which somebody could have gone on, and another one
          was in the way
        </caption>
        <thead>
          <tr>
            <th scope="col">late</th>
            <th scope="col">by</th>
            <th scope="col">how</th>
            <th scope="col">because of</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map(({ victim, ms, times, how, culprit, label }) => (
            <tr key={`${victim} ${culprit} ${label} ${how}`}>
              <th scope="row">{victim}</th>
              <td class="ready">
                {formatDuration(ms)}
                {times > 1 && <span class="quiet"> ×{times}</span>}
              </td>
              <td>{how}</td>
              <td>{label === '' || label === culprit ? culprit : `${culprit}: ${label}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST_ROWS && (
        <p class="empty">… {(rows.length - MOST_ROWS).toLocaleString('en')} more</p>
      )}
    </div>
  );
}
