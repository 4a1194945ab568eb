/** What happened, drawn as text: stands in for the player until that is here. */

import { timeline } from '../../views/timeline.ts';
import type { PlayedRun } from './played-run.ts';

export interface PlayerProps {
  readonly runs: readonly PlayedRun[];
  readonly theme: 'light' | 'dark';
  readonly keys: 'player';
  readonly onMove: (moment: { readonly run: number; readonly seq: number }) => void;
}

export function Player({ runs }: PlayerProps) {
  return (
    <div class="player">
      {runs.map(({ title, trace }) => (
        <section key={title}>
          {title !== '' && <h3>{title}</h3>}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
          <section aria-label={`timeline ${title}`} tabIndex={0} style="overflow: auto">
            <pre>{timeline(trace, { width: 84 })}</pre>
          </section>
        </section>
      ))}
    </div>
  );
}
