/** What was printed so far, and what went wrong. */

import { useEffect, useRef } from 'preact/hooks';
import type { LoopState } from '../trace/state.ts';
import { printable } from '../views/cells.ts';
import { formatDuration } from '../views/time.ts';

/** So many lines are shown, the last ones. */
const MOST_LINES = 300;

interface OutputProps {
  readonly now: LoopState;
}

export function OutputPane({ now }: OutputProps) {
  const host = useRef<HTMLElement>(null);
  const { output, errors } = now;
  useEffect(() => {
    host.current?.scrollTo({ top: host.current.scrollHeight });
  }, [output.length, errors.length]);
  const lines = [
    ...output.slice(-MOST_LINES).map(({ time, text }) => ({ time, text, isBad: false })),
    ...errors.slice(-MOST_LINES).map(({ time, message, detail }) => ({
      time,
      text: detail === '' ? message : `${message}: ${detail}`,
      isBad: true,
    })),
  ].sort((a, b) => a.time - b.time);
  const first = Math.max(0, output.length + errors.length - MOST_LINES);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <section class="output" ref={host} tabIndex={0} aria-label="Output, line by line">
      {lines.length === 0 && <p class="empty">nothing was printed yet</p>}
      {first > 0 && <p class="empty">… {first.toLocaleString('en')} lines before</p>}
      <ol>
        {lines.slice(-MOST_LINES).map(({ time, text, isBad }, i) => (
          <li key={first + i} class={isBad ? 'bad' : ''}>
            <span class="time">{formatDuration(time)}</span>
            <span class="text">{printable(text)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
