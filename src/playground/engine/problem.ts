/** What a program threw, as a problem: its message, and the line of the program that is to blame. */

import { LimitError } from '../../core/errors.ts';
import { TraceLimitError } from '../../trace/recorder.ts';
import type { Trace } from '../../trace/trace.ts';
import { errorWords } from '../../views/error-words.ts';
import { formatDuration } from '../../views/time.ts';
import { EndlessLoopError } from './loops.ts';
import { type Place, PROGRAM, type Problem } from './protocol.ts';

/** The place in the transformed program that a stack tells of first; null if it tells of none. */
export function placeIn(stack: string): Place | null {
  for (const frame of stack.split('\n')) {
    const found = FRAME.exec(frame);
    if (found) return { line: Number(found[1]), column: Number(found[2]) };
  }
  return null;
}

/** `    at main (program.ts:3:5)` in one engine, and `main@program.ts:3:5` in others: at its end, and not in some message. */
const FRAME = new RegExp(`(?:^\\s+at |@)(?:.*\\()?${PROGRAM.replace('.', '\\.')}:(\\d+):(\\d+)\\)?$`);

/** An error as a problem. In a group of errors the first one that has a place gives the place. */
export function problemOf(error: unknown): Problem {
  const place = placeOf(error);
  if (error instanceof EndlessLoopError) return { message: `Stopped: ${error.message}.`, place };
  return { message: withoutOptions(errorWords(error)), place };
}

function placeOf(error: unknown): Place | null {
  if (!(error instanceof Error)) return null;
  const inner = error instanceof AggregateError ? error.errors.map(placeOf) : [];
  return inner.find((place) => place !== null) ?? placeIn(error.stack ?? '');
}

/** The same of what ended a run that has a trace: where a program has gone too far, the trace knows where that was. */
export function problemOfRun(error: unknown, trace: Trace): Problem {
  const full = [error, error instanceof Error && error.cause].find((one) => one instanceof TraceLimitError);
  const problem = full
    ? { message: tooMuch(full, trace), place: placeIn(full.stack ?? '') }
    : problemOf(error);
  const isBound = full !== undefined || error instanceof LimitError;
  return problem.place === null && isBound ? { ...problem, place: lastPlace(trace) } : problem;
}

/** Where somebody awaited something last. */
function lastPlace(trace: Trace): Place | null {
  for (let seq = trace.length; seq > 0; seq--) {
    const event = trace.event(seq);
    if (event.kind === 'source:at') return { line: event.line, column: 1 };
  }
  return null;
}

/** The library names the options that raise a bound; a reader of the playground doesn't have them. */
function withoutOptions(message: string): string {
  return message.replace(/,? or raise \w+(\.\w+)?(, or limits\.\w+)?$/, '');
}

/** The recorder's own words speak of such options as well. */
function tooMuch({ maxEvents, time }: TraceLimitError, trace: Trace): string {
  const count = maxEvents.toLocaleString('en');
  const stands = trace.event(Math.ceil(trace.length / 2)).time === time;
  const why = stands
    ? `The clock stands still at ${formatDuration(time)}, and the program goes on and on`
    : `The clock is at ${formatDuration(time)}, and the program has not come to its end`;
  return `Stopped after ${count} events. ${why}. All that happened until then can be stepped through.`;
}
