/**
 * A trace: the finished log of a run, as data.
 *
 * Views, matchers, the stepper and the exports all read this and nothing else. A trace never changes: recording
 * may go on after it was taken, and the trace does not see what is written later. It holds no event objects of
 * its own: they are built when read, so a trace of a million events costs what its columns cost, and reading the
 * same event twice may give two equal objects.
 *
 * Where the rows come from is hidden behind `EventSource`: a recorder's columns, or an array read from a file.
 * What is refused: events that are not numbered 1, 2, 3 … and a `meta` that JSON cannot carry. Whether the events
 * make sense together is asked by `loadTrace` (each by itself) and by a strict fold (all of them).
 */

import type { EventKind, TraceEvent } from './events.ts';

/** Anything JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What is known about a run besides its events: any JSON; these have a fixed meaning. */
export interface TraceMeta {
  /** What a reader sees above the trace. */
  readonly title?: string;
  /** The seed of the loop's random numbers. */
  readonly seed?: number | string;
  /**
   * How what the rules leave open was decided, if all of it is in the trace, as events: 'faithful' where a policy was asked, or
   * 'adversarial' where it also permuted the ready queue.
   */
  readonly policy?: 'faithful' | 'adversarial';
  /** The file or the name of the program that was run. */
  readonly program?: string;
  readonly [key: string]: Json | undefined;
}

/** Rows that can be read as events: what a trace stands on. Rows below `length` never change. */
export interface EventSource {
  readonly length: number;
  /** The event in row `index`, which is from 0 to `length - 1`. */
  read(index: number): TraceEvent;
  /** Whether a row is of that kind, if that can be told without reading all of them. */
  has?(kind: EventKind): boolean;
}

/**
 * A trace is not what it should be: a file that cannot be read, or events that contradict each other.
 *
 * `event` is the `seq` of the offending event and `field` the name of the field, where there is one.
 *
 * @example
 * try { loadTrace(text) } catch (e) { if (e instanceof TraceFormatError) console.error(e.message, e.event) }
 */
export class TraceFormatError extends Error {
  readonly event: number | undefined;
  readonly field: string | undefined;

  constructor(message: string, event?: number, field?: string) {
    super(message);
    this.name = 'TraceFormatError';
    this.event = event;
    this.field = field;
  }
}

/**
 * The log of a run: read by place (`at`), by number (`event`), by time (`between`), or from the first event to the
 * last (`for … of`).
 *
 * Made by `recorder.toTrace()`, by `loadTrace(text)`, or by `Trace.of(events)`.
 *
 * @example
 * const trace = recorder.toTrace({ title: 'Chores' });
 * for (const event of trace) console.log(event.time, event.kind);
 * trace.endTime; // 2400000: 40 virtual minutes
 */
export class Trace implements Iterable<TraceEvent> {
  /** What a saved trace calls itself. */
  readonly format: 'loopscope-trace';
  readonly version: 1;
  readonly meta: TraceMeta;
  /** How many events there are. */
  readonly length: number;
  readonly #source: EventSource;

  /** For makers of sources; others take `recorder.toTrace()`, `loadTrace` or `Trace.of`. */
  constructor(source: EventSource, meta: TraceMeta = {}) {
    this.format = 'loopscope-trace';
    this.version = 1;
    this.meta = checkMeta(meta);
    this.length = source.length;
    this.#source = source;
  }

  /**
   * A trace of events that are at hand; the list is copied.
   *
   * Throws `TraceFormatError` if they are not numbered 1, 2, 3 …
   *
   * @example Trace.of([{ seq: 1, time: 0, iteration: 0, kind: 'loop:run', cause: 0, loop: 1 }]).length; // 1
   */
  static of(events: Iterable<TraceEvent>, meta: TraceMeta = {}): Trace {
    const list = [...events];
    list.forEach(({ seq, kind }, index) => {
      if (seq === index + 1) return;
      throw new TraceFormatError(
        `the event in place ${index + 1} (${kind}) has seq ${seq}: the events of a trace are numbered 1, 2, 3 … ` +
          'from its first one, so a part cut out of a longer trace is not a trace',
        seq,
        'seq',
      );
    });
    return new Trace({ length: list.length, read: (index) => list[index]! }, meta);
  }

  /**
   * The event in place `index`, from 0; a negative index counts from the end, as in `Array.at`.
   *
   * @example trace.at(0)?.seq; // 1
   */
  at(index: number): TraceEvent | undefined {
    const place = index < 0 ? this.length + index : index;
    return place >= 0 && place < this.length ? this.#source.read(place) : undefined;
  }

  /**
   * The event numbered `seq`, from 1. Throws a `RangeError` if there is none (a `cause` of 0 means "nothing").
   *
   * @example trace.event(trace.event(12).cause); // what made event 12 happen
   */
  event(seq: number): TraceEvent {
    if (Number.isInteger(seq) && seq >= 1 && seq <= this.length) return this.#source.read(seq - 1);
    throw new RangeError(`there is no event ${seq}: this trace has the events 1 to ${this.length}`);
  }

  /**
   * Whether there is an event of that kind.
   *
   * @example trace.has('thread:create') // false: no threads
   */
  has(kind: EventKind): boolean {
    if (this.#source.has) return this.#source.has(kind);
    for (const event of this) if (event.kind === kind) return true;
    return false;
  }

  /**
   * The first `length` events, as a trace of their own that shares them with this one.
   *
   * @example trace.beginning(trace.length - 1).length // without the last one
   */
  beginning(length: number): Trace {
    return new Trace({ length, read: (index) => this.#source.read(index) }, this.meta);
  }

  /**
   * The events from time `from` to time `to` (virtual ms), both included: `between(t, t)` is all of one instant.
   *
   * @example trace.between(1_800_000, 1_800_000).map((e) => e.kind); // what happened after 30 virtual minutes
   */
  between(from: number, to: number): TraceEvent[] {
    const events: TraceEvent[] = [];
    for (let index = this.#firstAt(from); index < this.length; index++) {
      const event = this.#source.read(index);
      if (event.time > to) break;
      events.push(event);
    }
    return events;
  }

  /** The place of the first event that is not before `time`: time never goes back, so halving finds it. */
  #firstAt(time: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#source.read(middle).time < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The last event, `undefined` if there is none. */
  get last(): TraceEvent | undefined {
    return this.at(-1);
  }

  /** The time of the last event in virtual ms, 0 if there is none. */
  get endTime(): number {
    return this.last?.time ?? 0;
  }

  *[Symbol.iterator](): Generator<TraceEvent, void, undefined> {
    for (let index = 0; index < this.length; index++) yield this.#source.read(index);
  }

  /** The trace as the plain object that a saved trace holds, so that `JSON.stringify(trace)` says it all. */
  toJSON(): { format: string; version: number; meta: TraceMeta; events: TraceEvent[] } {
    return { format: this.format, version: this.version, meta: this.meta, events: [...this] };
  }
}

/** A frozen copy of `meta`, its keys in order so that equal metas are saved as equal text. */
function checkMeta(meta: TraceMeta): TraceMeta {
  const copy = copyJson(meta, 'meta', 0);
  if (copy === null || typeof copy !== 'object' || Array.isArray(copy)) {
    throw new TraceFormatError(
      `meta should be an object such as { title: 'Chores' }, but it is ${JSON.stringify(copy)}`,
      undefined,
      'meta',
    );
  }
  const { title, seed, program } = copy as TraceMeta;
  const refuse = (field: string, expected: string, value: Json) => {
    throw new TraceFormatError(
      `meta.${field} should be ${expected}, but it is ${JSON.stringify(value)}`,
      undefined,
      field,
    );
  };
  if (title !== undefined && typeof title !== 'string') refuse('title', 'a string', title);
  if (program !== undefined && typeof program !== 'string') refuse('program', 'a string', program);
  if (seed !== undefined && typeof seed !== 'string' && typeof seed !== 'number') {
    refuse('seed', 'a number or a string', seed);
  }
  return copy as TraceMeta;
}

/** Deeper than this it is a cycle: refused by name, before the stack overflows without one. */
const DEEPEST = 100;

function copyJson(value: unknown, path: string, depth: number): Json {
  const refuse = (what: string): never => {
    throw new TraceFormatError(
      `${path} is ${what}, which JSON cannot carry: what is known about a run must survive being saved`,
      undefined,
      path,
    );
  };
  if (depth > DEEPEST) return refuse(`nested deeper than ${DEEPEST} levels (does it contain itself?)`);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : refuse(String(value));
  if (typeof value !== 'object') return refuse(value === undefined ? 'undefined' : `a ${typeof value}`);
  if (Array.isArray(value)) {
    return Object.freeze(value.map((item, i) => copyJson(item, `${path}[${i}]`, depth + 1)));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    return refuse(`an object of class ${value.constructor?.name ?? 'unknown'}`);
  }
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined) // { title: undefined } is { }, as in JSON
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]): [string, Json] => [key, copyJson(item, `${path}.${key}`, depth + 1)]);
  // fromEntries and not assignment: a key may be "__proto__".
  return Object.freeze(Object.fromEntries(entries));
}
