/** A program being run: one at a time, and the one that was asked for last counts. */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Values } from '../engine/protocol.ts';
import { type Ending, type Running, start } from '../engine/runner.ts';
import { makeWorker } from './worker-source.ts';

/** How a program's run ended, and what it was a run of. */
export interface Outcome {
  readonly ending: Ending;
  readonly source: string;
  /** Whether only a parameter was moved: its reader wants to stay where they are. */
  readonly isVariation: boolean;
  /** What was printed while it ran. */
  readonly lines: readonly string[];
}

interface ProgramState {
  /** How many have ended. */
  readonly count: number;
  /** The last run that ended. It stays while the next one runs: most take no time that anybody would notice. */
  readonly outcome: Outcome | null;
  /** One is running, and has been for a while. */
  readonly isBusy: boolean;
  /** What that one has printed so far. */
  readonly lines: readonly string[];
}

const NOTICEABLE_MS = 250;
const BEGINNING: ProgramState = { count: 0, outcome: null, isBusy: false, lines: [] };

export function useProgram() {
  const [state, setState] = useState<ProgramState>(BEGINNING);
  const current = useRef<Running | null>(null);

  const drop = useCallback(() => {
    const running = current.current;
    current.current = null;
    running?.stop();
  }, []);

  const run = useCallback(
    (source: string, title: string, values: Values, isVariation = false) => {
      drop();
      const lines: string[] = [];
      const running = start(source, makeWorker, { title, values, print: (line) => lines.push(line) });
      current.current = running;
      const isCurrent = () => current.current === running;
      const timer = setInterval(() => {
        if (isCurrent()) setState((before) => ({ ...before, isBusy: true, lines: [...lines] }));
      }, NOTICEABLE_MS);
      void running.ending.then((ending) => {
        clearInterval(timer);
        if (!isCurrent()) return;
        current.current = null;
        const outcome = { ending, source, isVariation, lines };
        setState(({ count }) => ({ count: count + 1, outcome, isBusy: false, lines: [] }));
      });
    },
    [drop],
  );

  const stop = useCallback(() => current.current?.stop(), []);
  const reset = useCallback(() => {
    drop();
    setState(({ count }) => ({ ...BEGINNING, count }));
  }, [drop]);
  useEffect(() => drop, [drop]);

  return { ...state, run, stop, reset };
}
