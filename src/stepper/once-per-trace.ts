/**
 * What is read from a whole trace, and kept as long as the trace is: each trace is read once, when it is first asked for.
 *
 * @example const pathOf = oncePerTrace(criticalPath);
 */

import type { Trace } from '../trace/trace.ts';

export function oncePerTrace<T>(read: (trace: Trace) => T): (trace: Trace) => T {
  const known = new WeakMap<Trace, { readonly found: T }>();
  return (trace) => {
    const before = known.get(trace);
    if (before !== undefined) return before.found;
    const found = read(trace);
    known.set(trace, { found });
    return found;
  };
}
