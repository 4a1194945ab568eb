/**
 * What is read from a whole run: its critical path, who was late.
 *
 * Of very many events that takes long enough for a page to seem stuck. So it is asked for only when somebody wants to
 * see it, and what they pressed is seen to be pressed before.
 */

import { useEffect, useState } from 'preact/hooks';
import type { Trace } from '../trace/trace.ts';

/** In a trace up to here nobody notices that it takes time: it is there at once. */
const SHORT = 20_000;

/** What stands there until it is reckoned. */
export const READING_ALL = 'reading the whole run …';

/** What `reckon` says of a trace; it has to keep that by itself. null: not yet, or nobody wants to know. */
export function useReckoned<T>(trace: Trace, reckon: (trace: Trace) => T, isWanted = true): T | null {
  const isShort = trace.length <= SHORT;
  const [known, setKnown] = useState<Trace | null>(null);
  useEffect(() => {
    if (isShort || !isWanted) return;
    const timer = setTimeout(() => {
      reckon(trace);
      setKnown(trace);
    });
    return () => clearTimeout(timer);
  }, [trace, reckon, isShort, isWanted]);
  return isWanted && (isShort || known === trace) ? reckon(trace) : null;
}
