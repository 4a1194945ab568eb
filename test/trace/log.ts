/**
 * Hand-written logs for tests: events without the bookkeeping. `log` numbers them and carries the time on, so that
 * a test says only what it is about; an `iteration` event counts the iterations.
 */

import {
  CODE,
  EVENT_SCHEMA,
  type EventFields,
  type EventKind,
  type TraceEvent,
  type TraceSink,
} from '../../src/trace/events.ts';

/** An event as a test writes it. `at`: the time from here on; `cause`: 0 unless given. */
export type Entry = {
  [K in EventKind]: { readonly kind: K; readonly at?: number; readonly cause?: number } & EventFields[K];
}[EventKind];

/** The events, numbered from 1. */
export function log(...entries: readonly Entry[]): TraceEvent[] {
  let time = 0;
  let iteration = 0;
  return entries.map(({ at, cause = 0, ...rest }, index) => {
    if (at !== undefined) time = at;
    if (rest.kind === 'iteration') iteration++;
    return { seq: index + 1, time, iteration, cause, ...rest } as TraceEvent;
  });
}

/** Writes events to a sink, as a tracer does: numbers and texts in the order of the schema. */
export function writeTo(sink: TraceSink, events: Iterable<TraceEvent>): void {
  for (const event of events) {
    const { numbers, texts } = EVENT_SCHEMA[CODE[event.kind]]!;
    const field = (name: string): unknown => (event as unknown as Record<string, unknown>)[name];
    const [a = 0, b = 0, c = 0] = numbers.map(({ name }) => Number(field(name)));
    const words = texts.flatMap(({ name }) => field(name) as string | string[]);
    const text = texts.length === 0 ? undefined : texts.length === 1 ? words[0] : words;
    sink.write(CODE[event.kind], event.time, event.iteration, event.cause, a, b, c, text);
  }
}
