/**
 * A trace as a file: `{ "format": "loopscope-trace", "version": 1, "meta": { … }, "events": [ … ] }`.
 *
 * Saving: one event on each line, its fields always in the same order, so that two runs can be compared with `diff`
 * and equal traces are equal bytes. Loading: a file is accepted whole or not at all. Files get cut off, edited by
 * hand, or were written by another version, and a picture drawn from half a trace is worse than none; so each
 * event is held against `EVENT_SCHEMA`, field by field, and what is refused is refused with its place, what was
 * expected, and what probably happened.
 *
 * Not asked here: whether the events make sense together (a task that runs without having been ready). A strict
 * fold asks that.
 */

import {
  CODE,
  EVENT_SCHEMA,
  type EventKind,
  type FieldTypeName,
  type KindSchema,
  type TraceEvent,
} from './events.ts';
import { Trace, TraceFormatError, type TraceMeta } from './trace.ts';

const FORMAT = 'loopscope-trace';
const VERSION = 1;

/** The fields of every event, in the order in which they are written; those of the kind come after them. */
const COMMON = ['seq', 'time', 'iteration', 'kind', 'cause'] as const;

const OUTCOMES: readonly unknown[] = ['result', 'exception', 'cancelled'];
const WAITS: readonly unknown[] = ['future', 'task', 'resource', 'timer', 'thread'];

/** What a field of each type must be, in words and as a test. */
const TYPES: { readonly [T in FieldTypeName]: readonly [words: string, test: (value: unknown) => boolean] } =
  {
    number: ['a finite number', Number.isFinite],
    flag: ['true or false', (value) => typeof value === 'boolean'],
    string: ['a string', (value) => typeof value === 'string'],
    outcome: [`one of ${OUTCOMES.join(', ')}`, (value) => OUTCOMES.includes(value)],
    strings: [
      'a list of strings',
      (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
    ],
    wait: [`one of ${WAITS.join(', ')}`, (value) => WAITS.includes(value)],
  };

/**
 * The trace as text, ready to be written to a file; equal traces give equal text.
 *
 * Throws `TraceFormatError` for an event that `loadTrace` would refuse (a NaN in a field, say), so that no file is
 * written which cannot be read. A negative zero is written as 0.
 *
 * @example
 * writeFileSync('chores.json', saveTrace(recorder.toTrace({ title: 'Chores' })));
 */
export function saveTrace(trace: Trace): string {
  const lines: string[] = [];
  let before = 0;
  for (const event of trace) {
    const schema = checkEvent(event, lines.length + 1, before);
    before = event.time;
    lines.push(JSON.stringify(inOrder(event, schema)));
  }
  const events = lines.length === 0 ? '[]' : `[\n    ${lines.join(',\n    ')}\n  ]`;
  const meta = JSON.stringify(trace.meta);
  return `{\n  "format": "${FORMAT}",\n  "version": ${VERSION},\n  "meta": ${meta},\n  "events": ${events}\n}\n`;
}

function inOrder(event: TraceEvent, schema: KindSchema): Record<string, unknown> {
  const from = event as unknown as Record<string, unknown>;
  const ordered: Record<string, unknown> = {};
  for (const name of COMMON) ordered[name] = from[name];
  for (const { name } of schema.numbers) ordered[name] = from[name];
  for (const { name } of schema.texts) ordered[name] = from[name];
  return ordered;
}

/**
 * Reads a saved trace.
 *
 * Throws `TraceFormatError`, with the event and the field at fault, unless the text is a whole and valid trace: cut
 * off, of another format or a newer version, an unknown kind of event, a field that is missing, surplus or of the
 * wrong type, events not numbered 1, 2, 3 …, time that goes backwards, a cause that comes after its effect.
 *
 * @example
 * const trace = loadTrace(readFileSync('chores.json', 'utf8'));
 * trace.meta.title; // 'Chores'
 */
export function loadTrace(text: string): Trace {
  const file = parse(text);
  if (!isRecord(file)) {
    throw new TraceFormatError(
      `a saved trace is an object { "format": "${FORMAT}", … }, but this is ${show(file)}`,
    );
  }
  checkHeader(file);
  const { events, meta } = file;
  if (!Array.isArray(events)) {
    throw new TraceFormatError(`"events" should be a list, but it is ${show(events)}`, undefined, 'events');
  }
  let before = 0;
  events.forEach((event: unknown, index) => {
    checkEvent(event, index + 1, before);
    before = (event as TraceEvent).time;
  });
  return Trace.of(events as TraceEvent[], meta as TraceMeta);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const lines = text.trimEnd().split('\n');
    const [first, last] = [lines[0]!, lines.at(-1)!];
    const ended = lines.length > 1 ? last === '}' : last.endsWith('}'); // it may have been written without line breaks
    let reason = 'it was probably edited by hand';
    if (last === '') reason = 'it is empty: was the file opened for writing, and never written?';
    else if (!first.startsWith('{'))
      reason = `it begins with ${show(first.slice(0, 20))}, so it is something else`;
    else if (!ended)
      reason = `it stops in line ${lines.length}, before its end: it was cut off while written or copied`;
    throw new TraceFormatError(`this is not a saved trace, nor any JSON: ${reason} (${messageOf(error)})`);
  }
}

function checkHeader(file: Record<string, unknown>): void {
  const no = (field: string, message: string): never => {
    throw new TraceFormatError(message, undefined, field);
  };
  if (file.format !== FORMAT) {
    const hint =
      'traceEvents' in file ? ': it looks like a Perfetto (Chrome) trace, which can only be written' : '';
    no('format', `the format should be "${FORMAT}", but it is ${show(file.format)}${hint}`);
  }
  const { version } = file;
  if (typeof version === 'number' && version > VERSION) {
    no('version', `written by a newer loopscope: version ${version}, this one reads ${VERSION}`);
  }
  if (version !== VERSION) no('version', `the version should be ${VERSION}, but it is ${show(version)}`);
  for (const name of ['meta', 'events']) {
    if (!Object.hasOwn(file, name)) no(name, `"${name}" is missing: was the file shortened by hand?`);
  }
  for (const name of Object.keys(file)) {
    if (['format', 'version', 'meta', 'events'].includes(name)) continue;
    no(name, `a saved trace has no "${name}": what is known about a run belongs into "meta"`);
  }
}

/**
 * Refuses what is not a valid event numbered `seq`, not before the time `before`; returns its schema.
 *
 * The order of the questions is the order in which an answer helps: what kind of event it is, whether it has that
 * kind's fields, whether they have the right types, and only then whether it fits what came before.
 */
function checkEvent(event: unknown, seq: number, before: number): KindSchema {
  if (!isRecord(event)) {
    const wanted = `an object such as { "seq": ${seq}, … }`;
    throw new TraceFormatError(`event ${seq} should be ${wanted}, but it is ${show(event)}`, seq);
  }
  const { kind } = event;
  if (typeof kind !== 'string' || !Object.hasOwn(CODE, kind)) {
    const message = `event ${seq} is of an unknown kind, ${show(kind)}${suggestKinds(kind)}`;
    throw new TraceFormatError(message, seq, 'kind');
  }
  const schema = EVENT_SCHEMA[CODE[kind as EventKind]]!;
  checkFields(event, seq, schema);
  checkPlace(event as unknown as TraceEvent, seq, before);
  return schema;
}

function refuse(seq: number, kind: EventKind, field: string, message: string): never {
  throw new TraceFormatError(`event ${seq} (${kind}): ${message}`, seq, field);
}

function checkFields(event: Record<string, unknown>, seq: number, schema: KindSchema): void {
  const { kind, numbers, texts } = schema;
  for (const name of COMMON) if (name !== 'kind') checkType(event, seq, kind, name, 'number');
  for (const { name, type } of numbers) checkType(event, seq, kind, name, type);
  for (const { name, type } of texts) checkType(event, seq, kind, name, type);

  const names = Object.keys(event);
  const carried = [...numbers, ...texts].map((field) => field.name);
  if (names.length === COMMON.length + carried.length) return; // all that it needs are there, so these are all
  const surplus = names.find(
    (name) => !carried.includes(name) && !(COMMON as readonly string[]).includes(name),
  );
  refuse(seq, kind, surplus!, `"${surplus}" is no field of this kind, which carries ${carried.join(', ')}`);
}

function checkType(
  event: Record<string, unknown>,
  seq: number,
  kind: EventKind,
  name: string,
  type: FieldTypeName,
): void {
  if (!Object.hasOwn(event, name)) refuse(seq, kind, name, `"${name}" is missing`);
  const value = event[name];
  const [words, test] = TYPES[type];
  if (test(value)) return;
  const nan = type === 'number' && value === null; // JSON has no NaN and no Infinity
  const hint = nan ? ' (which is what becomes of NaN and Infinity in JSON)' : '';
  refuse(seq, kind, name, `"${name}" should be ${words}, but it is ${show(value)}${hint}`);
}

/** Whether an event, all of whose fields have the right types, fits its place in the log. */
function checkPlace(event: TraceEvent, seq: number, before: number): void {
  const { kind, time, iteration, cause } = event;
  const no = (field: string, message: string) => refuse(seq, kind, field, `"${field}" ${message}`);
  if (event.seq !== seq) {
    const why = 'events are numbered 1, 2, 3 …, so one was removed, doubled or moved';
    no('seq', `should be ${seq}, but it is ${event.seq}: ${why}`);
  }
  if (time < 0) no('time', `is ${time}: virtual time starts at 0`);
  if (time < before) no('time', `is ${time}, after an event at ${before}: virtual time never goes backwards`);
  if (!Number.isInteger(iteration) || iteration < 0) {
    no('iteration', `should be a whole number, 0 or more, but it is ${iteration}`);
  }
  if (!Number.isInteger(cause) || cause < 0) {
    no('cause', `should be the seq of an event, or 0, but it is ${cause}`);
  }
  if (cause >= seq) no('cause', `is ${cause}: what causes an event comes before it`);
}

function suggestKinds(kind: unknown): string {
  if (typeof kind !== 'string') return '';
  const family = kind.split(':')[0];
  const near = EVENT_SCHEMA.map((schema) => schema.kind).filter((known) => known.split(':')[0] === family);
  return near.length === 0 ? '' : ` (known are ${near.join(', ')})`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as an error message quotes it: short, and NaN as NaN. */
function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
