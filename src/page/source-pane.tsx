/** The program's source, with everybody on the line where they stand. */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Breakpoint, isFile } from '../stepper/breakpoint.ts';
import type { Steppable } from '../stepper/index.ts';
import { type Place, standing } from '../stepper/source.ts';
import type { LoopState } from '../trace/state.ts';
import { printable } from '../views/cells.ts';
import { highlight } from './highlight.ts';

interface SourceProps {
  readonly on: Steppable;
  readonly now: LoopState;
  readonly here: Place | undefined;
  readonly stops: readonly Breakpoint[];
  /** A line was clicked, to stop there, or no longer. By keys that is typed, as `:24`. */
  readonly onLine: (file: string, line: number) => void;
}

/** So many names stand beside a line. */
const MOST_NAMES = 4;

export function SourcePane({ on, now, here, stops, onLine }: SourceProps) {
  const files = [...on.sources.keys()];
  const [chosen, setChosen] = useState<{ readonly file: string; readonly seq: number } | null>(null);
  const shown = here !== undefined && on.sources.has(here.site.file) ? here.site.file : files[0];
  // A file that was chosen is shown until somebody moves.
  const file = chosen?.seq === now.seq && files.includes(chosen.file) ? chosen.file : shown;
  const lines = file === undefined ? undefined : on.sources.get(file);
  const parts = useMemo(() => (lines === undefined ? [] : highlight(lines)), [lines]);
  const host = useRef<HTMLElement>(null);
  const line = here !== undefined && here.site.file === file ? here.site.line : 0;
  const isHere = line > 0 && here!.isHere;

  useEffect(() => {
    const pane = host.current;
    const row = pane?.querySelector<HTMLElement>(`[data-line="${line}"]`);
    if (!pane || !row) return;
    const [top, height] = [row.offsetTop, row.offsetHeight];
    const isSeen = top >= pane.scrollTop + height && top + 2 * height <= pane.scrollTop + pane.clientHeight;
    if (isSeen) return;
    pane.scrollTo({ top: top - pane.clientHeight / 2 + height });
  }, [file, line]);

  if (file === undefined)
    return (
      <p class="empty">The trace doesn’t tell the source: a program, and not a saved trace, shows its own.</p>
    );
  const who = standing(file, now);
  const stopping = new Set(
    stops.flatMap((one) => (one.by === 'line' && isFile(file, one.file) ? [one.line] : [])),
  );
  return (
    <>
      {files.length > 1 && (
        <nav class="files" aria-label="Files">
          {files.map((name) => (
            <button
              type="button"
              key={name}
              aria-pressed={name === file}
              onClick={() => setChosen({ file: name, seq: now.seq })}
            >
              {printable(name.split('/').at(-1)!)}
            </button>
          ))}
        </nav>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <section class="source" ref={host} tabIndex={0} aria-label={`Source ${printable(file)}`}>
        <ol>
          {parts.map((pieces, i) => {
            const number = i + 1;
            const names = who.get(number);
            const looks = number === line ? (isHere ? 'line here' : 'line last') : 'line';
            return (
              <li
                key={number}
                data-line={number}
                class={looks}
                aria-current={number === line && isHere ? 'true' : undefined}
              >
                <span
                  class={stopping.has(number) ? 'number stops' : 'number'}
                  aria-hidden="true"
                  onClick={() => onLine(file, number)}
                >
                  {number}
                </span>
                <code>
                  {pieces.map(({ text, is }, n) =>
                    is === 'plain' ? (
                      text
                    ) : (
                      <span key={n} class={`token-${is}`}>
                        {text}
                      </span>
                    ),
                  )}
                </code>
                {names !== undefined && (
                  <span class="who">
                    {names.slice(0, MOST_NAMES).map(({ kind, id, name, isRunning }) => (
                      <span key={`${kind}:${id}`} class={isRunning ? 'runs' : ''}>
                        {name}
                      </span>
                    ))}
                    {names.length > MOST_NAMES && <span>+{names.length - MOST_NAMES}</span>}
                  </span>
                )}
              </li>
            );
          })}
        </ol>
      </section>
    </>
  );
}
