/** How far a reader has come in the tour. Kept by the browser if it keeps anything; nothing depends on it. */

import { useState } from 'preact/hooks';

/** What is done of a lesson. */
export interface Progress {
  readonly isChanged: boolean;
  readonly isAnswered: boolean;
}

const KEY = 'loopscope-tour';
const NOTHING: Progress = { isChanged: false, isAnswered: false };

function kept(): Record<string, Progress> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof found !== 'object' || found === null) return {};
    return Object.fromEntries(
      Object.entries(found).map(([id, one]) => [
        id,
        { isChanged: one?.isChanged === true, isAnswered: one?.isAnswered === true },
      ]),
    );
  } catch {
    return {};
  }
}

export function useProgress() {
  const [all, setAll] = useState(kept);
  const of = (id: string): Progress => all[id] ?? NOTHING;
  const mark = (id: string, done: Partial<Progress>): void => {
    setAll((before) => {
      const after = { ...before, [id]: { ...(before[id] ?? NOTHING), ...done } };
      try {
        localStorage.setItem(KEY, JSON.stringify(after));
      } catch {
        // Not every browser keeps something for a page that lies on a disk.
      }
      return after;
    });
  };
  return { of, mark };
}
