/** Words and clauses that the sentences of a story have in common. */

import type { Outcome } from '../trace/events.ts';
import { printable } from './cells.ts';
import { formatDuration } from './time.ts';

/** A stretch of time: `5 ms → 20 ms`. */
export function span({ from, to }: { readonly from: number; readonly to: number }): string {
  return `${formatDuration(from)} → ${formatDuration(to)}`;
}

/** How a task, future or thread ended. */
export function ended({ outcome, detail }: { readonly outcome: Outcome; readonly detail: string }): string {
  const text = printable(detail);
  if (outcome === 'exception') return text === '' ? 'fails' : `fails: ${text}`;
  if (outcome === 'cancelled') return 'is cancelled';
  return text === '' || text === 'undefined' ? 'is done' : `is done, with ${text}`;
}

/**
 * How a resource stands, from its one number: `held`, `1 of 3 free`; '' where the number says nothing. Where nobody knows what it is
 * (`type` is ''), the number itself.
 */
export function stands(type: string, value: number, capacity: number): string {
  const of = capacity > 0 && value <= capacity ? `${value} of ${capacity}` : String(value);
  if (type.endsWith('lock')) return value > 0 ? 'held' : 'free';
  if (type.endsWith('event')) return value > 0 ? 'set' : 'not set';
  if (type.endsWith('semaphore')) return `${of} free`;
  if (type.endsWith('queue')) return `${of} item${(capacity || value) === 1 ? '' : 's'}`;
  if (type === 'barrier') return `${of} there`;
  return type === '' ? of : '';
}

/** How much a resource holds: `, 3 permits`; '' for a lock, and where there is no bound. */
export function room(type: string, capacity: number): string {
  if (capacity <= 0 || type.endsWith('lock')) return '';
  if (type.endsWith('queue')) return `, room for ${capacity}`;
  const noun = type.endsWith('semaphore') ? 'permit' : type === 'device' ? 'channel' : '';
  if (noun !== '') return `, ${capacity} ${noun}${capacity === 1 ? '' : 's'}`;
  return type === 'barrier' ? `, for ${capacity}` : `, capacity ${capacity}`;
}

/** `a, b and c`; what comes more than once is counted, and of many only the first are named. */
export function list(names: Iterable<string>, most = 5): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const all = Array.from(counts, ([name, count]) => (count > 1 ? `${count} × ${name}` : name));
  if (all.length > most) all.splice(most - 1, all.length, `${all.length - most + 1} more`);
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
