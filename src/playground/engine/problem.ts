/** What a program threw, as a problem: its message, and the line of the program that is to blame. */

import { describeValue, ExceptionGroup } from '../../core/errors.ts';
import { TraceLimitError } from '../../trace/recorder.ts';
import { formatDuration } from '../../views/time.ts';
import type { Place, Problem } from './protocol.ts';

/** Finds the place in the program that a stack tells of, in the transformed program; null if it tells of none. */
export type Locate = (stack: string) => Place | null;

/** A locator for a program whose script has the address `url`. */
export function locateIn(url: string): Locate {
  return (stack) => {
    for (const frame of stack.split('\n')) {
      const start = frame.indexOf(`${url}:`);
      const found = start < 0 ? null : /^:(\d+):(\d+)/.exec(frame.slice(start + url.length));
      if (found) return { line: Number(found[1]), column: Number(found[2]) };
    }
    return null;
  };
}

/** An error as a problem. Of a group of errors each has a line of its own, and the first that has a place gives the place. */
export function problemOf(error: unknown, locate: Locate): Problem {
  if (!(error instanceof Error))
    return { message: `it threw ${describeValue(error)}, which is no Error`, place: null };
  const full = [error, error.cause].find((one) => one instanceof TraceLimitError);
  if (full) return { message: tooMuch(full), place: null };
  const message = error.message === '' ? error.name : `${error.name}: ${error.message}`;
  const own = locate(error.stack ?? '');
  if (!(error instanceof ExceptionGroup)) return { message, place: own };
  const inner = error.errors.map((one) => problemOf(one, locate));
  return {
    message: [message, ...inner.map((one) => `  ${one.message.replaceAll('\n', '\n  ')}`)].join('\n'),
    place: inner.find(({ place }) => place !== null)?.place ?? own,
  };
}

/** The recorder's own words speak of options that a reader of the playground doesn't have. */
function tooMuch({ maxEvents, time }: TraceLimitError): string {
  const count = maxEvents.toLocaleString('en');
  return `Stopped after ${count} events, at ${formatDuration(time)}: more than anybody steps through. Is it a program that never ends? What it did until then is there to be looked at.`;
}
