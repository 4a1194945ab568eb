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

/** How a resource stands, from its one number: `held`, `1 of 3 permits free`; '' where the number says nothing. */
export function standing(type: string, value: number, capacity: number): string {
  if (type.endsWith('lock')) return value > 0 ? 'held' : 'free';
  // To set and to clear are the words for it themselves; and a condition has no number of its own.
  if (type.endsWith('event') || type === 'condition') return '';
  const of = capacity > 0 && value <= capacity ? `${value} of ${capacity}` : String(value);
  if (type.endsWith('semaphore')) return `${of} ${plural(of, 'permit')} free`;
  if (type.endsWith('queue')) return `${of} ${plural(of, 'item')}`;
  return type === 'barrier' ? `${of} here` : of;
}

/** How much a resource holds: `, 3 permits`; '' for a lock, and where there is no bound. */
export function room(type: string, capacity: number): string {
  if (capacity <= 0 || type.endsWith('lock')) return '';
  if (type.endsWith('queue')) return `, room for ${capacity}`;
  const noun = type.endsWith('semaphore') ? 'permit' : type === 'device' ? 'channel' : '';
  if (noun !== '') return `, ${capacity} ${plural(String(capacity), noun)}`;
  return type === 'barrier' ? `, for ${capacity}` : `, capacity ${capacity}`;
}

const plural = (number: string, noun: string) => (number === '1' ? noun : `${noun}s`);

/** `a, b and c`; what comes more than once is counted, and of many only the first are named. */
export function list(names: Iterable<string>, most = 5): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const all = Array.from(counts, ([name, count]) => (count > 1 ? `${count} × ${name}` : name));
  if (all.length > most) all.splice(most - 1, all.length, `${all.length - most + 1} more`);
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
