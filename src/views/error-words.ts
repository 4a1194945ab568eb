import { printable } from './cells.ts';

/** An error in its author's words, `TimeoutError: time is up`; those in a group on lines below it. */
export function errorWords(error: unknown): string {
  if (!(error instanceof Error)) return `${printable(String(error))} was thrown, which is no Error`;
  const text = error.message === '' ? error.name : `${error.name}: ${error.message}`;
  const inside = error instanceof AggregateError ? error.errors.map(errorWords) : [];
  return [text, ...inside.map((lines) => lines.replace(/^/gm, '  '))].join('\n');
}
