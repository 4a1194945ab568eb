/** The timeline of all runs: the canvas, and what zooms it. */

import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Lanes, type Sought } from './canvas/lanes.ts';
import type { PlayedRun } from './data.ts';
import { Icon } from './icon.tsx';
import type { Keep } from './keep.ts';
import type { Theme } from './theme.ts';

interface LanesProps {
  readonly runs: readonly PlayedRun[];
  /** The run in which something happened last, and what: the cursor is there. */
  readonly latest: number;
  readonly seq: number;
  readonly theme: Theme;
  readonly isCalm: boolean;
  /** Whether the critical path was asked for, and whether it is there. */
  readonly isAsked: boolean;
  readonly isLit: boolean;
  readonly onLight: () => void;
  readonly onPick: (run: number, seq: number) => void;
  readonly onSeek: (sought: Sought) => void;
  /** What is under the pointer, in words; null: nothing. */
  readonly onHover: (text: string | null) => void;
  /** How high (px) the canvas has to be to show all rows and the legend, or some rows and the legend; told when that changes. */
  readonly onHeight?: (px: number, least: number) => void;
  /** Holds the part of the ruler that is shown, for the runs that come later. */
  readonly keep?: Keep | undefined;
}

export function LanesView(props: LanesProps) {
  const { runs, latest, seq, theme, isCalm, isAsked, isLit, onLight, keep } = props;
  const host = useRef<HTMLDivElement>(null);
  const lanes = useRef<Lanes | null>(null);
  const calls = useRef(props);
  calls.current = props;
  // The theme has an effect of its own: a new one is no reason to draw everything anew. Other runs are drawn before anybody sees that
  // the ones before are gone.
  useLayoutEffect(() => {
    const made = new Lanes(host.current!, { traces: runs, theme, isCalm });
    made.onPick = (run, seq) => calls.current.onPick(run, seq);
    made.onSeek = (sought) => calls.current.onSeek(sought);
    made.onHover = (hit) => calls.current.onHover(hit === null ? null : hit.text);
    made.onHeight = (px, least) => calls.current.onHeight?.(px, least);
    lanes.current = made;
    const whole = made.view;
    if (keep?.view) made.setView(keep.view.from, keep.view.to);
    return () => {
      lanes.current = null;
      const { view } = made;
      if (keep !== undefined) keep.view = view.from === whole.from && view.to === whole.to ? null : view;
      made.destroy();
    };
  }, [runs, isCalm]);
  useLayoutEffect(() => {
    lanes.current?.setCursor(latest, seq);
  }, [latest, seq, runs, isCalm]);
  useEffect(() => lanes.current?.setTheme(theme), [theme]);
  useEffect(() => lanes.current?.setCritical(isLit), [isLit, runs, isCalm]);
  return (
    <section class="pane lanes" aria-label="Timeline">
      <header>
        <h2>Timeline</h2>
        <div class="tools">
          <button
            type="button"
            class="text-button"
            aria-pressed={isAsked}
            onClick={onLight}
            data-tip="the chain of work and waits that made the end as late as it is (P)"
          >
            critical path
          </button>
          <button
            type="button"
            aria-label="Zoom out"
            data-tip="zoom out"
            onClick={() => lanes.current?.zoom(1 / 1.6)}
          >
            <Icon name="out" />
          </button>
          <button
            type="button"
            aria-label="Zoom in"
            data-tip="zoom in"
            onClick={() => lanes.current?.zoom(1.6)}
          >
            <Icon name="in" />
          </button>
          <button
            type="button"
            aria-label="Show the whole run"
            data-tip="the whole run"
            onClick={() => lanes.current?.fit()}
          >
            <Icon name="fit" />
          </button>
        </div>
      </header>
      <div class="canvas" ref={host} />
    </section>
  );
}
