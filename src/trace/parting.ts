import type { Trace } from './trace.ts';

/**
 * The number of the first event in which two runs differ; one after the end of the shorter, if that is all; 0: they are the same.
 *
 * @example partingOf(before, after) // 14
 */
export function partingOf(one: Trace, other: Trace): number {
  const shorter = Math.min(one.length, other.length);
  for (let index = 0; index < shorter; index++)
    if (JSON.stringify(one.at(index)) !== JSON.stringify(other.at(index))) return index + 1;
  return one.length === other.length ? 0 : shorter + 1;
}
