/** What somebody waits for, in words. Every view says it in these. */

import type { WaitKind } from '../trace/events.ts';
import { printable } from './cells.ts';
import { formatDuration } from './time.ts';

/** A wait as a `task:wait`, a `thread:wait` or a state tells of it. */
export interface Wait {
  readonly on: WaitKind;
  readonly reason: string;
  readonly name: string;
}

/** What the thread of a pool waits for that has nothing to do. */
export const NO_JOB = 'no job';

/**
 * What is waited for, in two or three words. A wait for the clock has no name: how long it is (`length`, in ms) stands in its
 * place, unless that is not known (NaN).
 *
 * @example waitLabel({ on: 'timer', reason: 'sleep', name: '' }, 2_400_000) // 'sleep 40 min'
 * @example waitLabel({ on: 'resource', reason: 'queue.get', name: 'orders' }) // 'queue.get orders'
 */
export function waitLabel({ on, reason, name }: Wait, length = Number.NaN): string {
  if (reason === 'job') return NO_JOB;
  if (reason === 'exit') return 'the other threads';
  const isTimed = on === 'timer' && name === '' && !Number.isNaN(length);
  const what = isTimed ? formatDuration(length) : printable(name);
  return [printable(reason), what].filter(Boolean).join(' ') || on;
}

/** The same in one word (`gather`), for where there is no room; '' where that says nothing: a sleep without its length. */
export function waitWord({ on, reason }: Wait): string {
  return on === 'timer' || reason === 'job' ? '' : printable(reason);
}
