/**
 * A trace as columns: the compact form in which it is put into a page.
 *
 * The saved form (json.ts) is for people and `diff`, a line for each event; 200,000 of them are 20 MB, and to read them takes a
 * browser longer than a reader waits. Here each column is one list of numbers, time and iteration are written where they
 * change, and each text once. The same events are a sixth as long, and are there at once.
 *
 * A page is a file too, and may be cut off or edited by hand. So reading asks of each event what `loadTrace` asks of it, and of
 * the columns that they are whole and fit together. The kinds are written by their names, so that a page says what it holds,
 * whatever the order of the table is by then.
 */

import { CODE, EVENT_SCHEMA, type EventKind, type EventText, materialize, rowOf } from './events.ts';
import { Trace, TraceFormatError, type TraceMeta } from './trace.ts';

/** A trace as columns: plain JSON. */
export interface PackedTrace {
  readonly format: 'loopscope-columns';
  readonly version: 1;
  readonly meta: TraceMeta;
  /** The names of the kinds of event that there are. */
  readonly kinds: readonly string[];
  /** Of each event: the place of its kind in `kinds`. */
  readonly codes: readonly number[];
  /** Of each event: how many events before it its cause lies; 0: it has none. */
  readonly causes: readonly number[];
  /** Where time or iteration changes: how many events after the last such place, and what they are then. */
  readonly marks: readonly number[];
  readonly times: readonly number[];
  readonly iterations: readonly number[];
  /** The numbers and flags of all events, as many of each as its kind has. */
  readonly numbers: readonly number[];
  /** The texts of all events, as places in `strings`; a list of texts has its length before it. */
  readonly texts: readonly number[];
  readonly strings: readonly string[];
}

/**
 * A trace as columns, for JSON.
 *
 * @example JSON.stringify(packTrace(trace)).length // a sixth of saveTrace(trace).length
 */
export function packTrace(trace: Trace): PackedTrace {
  const kinds = new Strings();
  const strings = new Strings();
  const codes: number[] = [];
  const causes: number[] = [];
  const marks: number[] = [];
  const times: number[] = [];
  const iterations: number[] = [];
  const numbers: number[] = [];
  const texts: number[] = [];
  let [time, iteration, marked] = [Number.NaN, 0, 0];
  for (const event of trace) {
    const index = codes.length;
    if (event.time !== time || event.iteration !== iteration) {
      ({ time, iteration } = event);
      marks.push(index - marked);
      times.push(time);
      iterations.push(iteration);
      marked = index;
    }
    codes.push(kinds.of(event.kind));
    causes.push(event.cause === 0 ? 0 : event.seq - event.cause);
    const { code, a, b, c, text } = rowOf(event);
    const schema = EVENT_SCHEMA[code]!;
    numbers.push(...[a, b, c].slice(0, schema.numbers.length));
    const all = typeof text === 'string' ? [text] : (text ?? []);
    schema.texts.forEach(({ type }, i) => {
      if (type === 'strings') texts.push(all.length - i, ...all.slice(i).map((one) => strings.of(one)));
      else texts.push(strings.of(all[i] ?? ''));
    });
  }
  return {
    format: 'loopscope-columns',
    version: 1,
    meta: trace.meta,
    kinds: kinds.all,
    codes,
    causes,
    marks,
    times,
    iterations,
    numbers,
    texts,
    strings: strings.all,
  };
}

/** Gives texts numbers, in the order in which they are met. */
class Strings {
  readonly all: string[];
  readonly #known: Map<string, number>;

  constructor() {
    this.all = [];
    this.#known = new Map();
  }

  of(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    this.#known.set(text, this.all.length);
    return this.all.push(text) - 1;
  }
}

const OUTCOMES: ReadonlySet<string> = new Set(['result', 'exception', 'cancelled']);
const WAITS: ReadonlySet<string> = new Set(['future', 'task', 'resource', 'timer', 'thread']);

/**
 * The trace that was packed, from what JSON made of it.
 *
 * Throws `TraceFormatError` unless the columns are whole and fit together.
 *
 * @example unpackTrace(JSON.parse(JSON.stringify(packTrace(trace)))).length // trace.length
 */
export function unpackTrace(packed: unknown): Trace {
  const { meta, kinds, codes, causes, marks, times, iterations, numbers, texts, strings } = check(packed);
  const schemas = kinds.map((kind) => {
    if (!Object.hasOwn(CODE, kind))
      throw new TraceFormatError(`there are events of an unknown kind, "${kind}"`);
    return EVENT_SCHEMA[CODE[kind as EventKind]]!;
  });
  const { length } = codes;
  const column = {
    code: new Uint8Array(length),
    cause: new Float64Array(length),
    time: new Float64Array(length),
    iteration: new Float64Array(length),
    numbers: new Float64Array(numbers.length),
    texts: new Int32Array(texts.length),
    /** Where the numbers and texts of each event begin. */
    numberAt: new Int32Array(length + 1),
    textAt: new Int32Array(length + 1),
  };
  const no = (index: number, what: string): never => {
    throw new TraceFormatError(`event ${index + 1}: ${what}`, index + 1);
  };
  const whole = (value: unknown, least: number, most: number): value is number =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

  let mark = -1;
  let next = marks.length > 0 ? marks[0]! : -1;
  let [numberAt, textAt] = [0, 0];
  for (let index = 0; index < length; index++) {
    if (index === next) {
      mark++;
      const time = times[mark];
      const before = mark === 0 ? 0 : times[mark - 1]!;
      if (!Number.isFinite(time) || time! < before)
        no(index, `its time is ${time}, after an event at ${before}: virtual time only goes forward`);
      if (!whole(iterations[mark], 0, Number.MAX_SAFE_INTEGER))
        no(index, `its iteration is ${iterations[mark]}`);
      const step = marks[mark + 1];
      next = step === undefined ? -1 : index + step;
    }
    if (mark < 0) no(index, 'it has no time');
    column.time[index] = times[mark]!;
    column.iteration[index] = iterations[mark]!;
    const schema = schemas[codes[index]!] ?? no(index, `it is of no known kind (${codes[index]})`);
    column.code[index] = CODE[schema.kind];
    const distance = causes[index];
    if (!whole(distance, 0, index))
      no(index, `its cause lies ${distance} events before it, where there is none`);
    column.cause[index] = distance === 0 ? 0 : index + 1 - distance!;
    column.numberAt[index] = numberAt;
    for (const { name, type } of schema.numbers) {
      const value = numbers[numberAt];
      if (!Number.isFinite(value) || (type === 'flag' && value !== 0 && value !== 1))
        no(index, `its "${name}" is ${value}`);
      column.numbers[numberAt++] = value!;
    }
    column.textAt[index] = textAt;
    for (const { name, type } of schema.texts) {
      let count = 1;
      if (type === 'strings') {
        const size = texts[textAt++];
        if (!whole(size, 0, texts.length - textAt)) no(index, `its "${name}" are ${size}`);
        count = size!;
      }
      for (let i = 0; i < count; i++) {
        const place = texts[textAt];
        const text = whole(place, 0, strings.length - 1) ? strings[place] : undefined;
        if (text === undefined) return no(index, `its "${name}" is missing`);
        if (type === 'outcome' && !OUTCOMES.has(text)) no(index, `its "${name}" is "${text}"`);
        if (type === 'wait' && !WAITS.has(text)) no(index, `its "${name}" is "${text}"`);
        column.texts[textAt++] = place!;
      }
    }
  }
  column.numberAt[length] = numberAt;
  column.textAt[length] = textAt;
  if (numberAt !== numbers.length || textAt !== texts.length || next >= 0 || mark + 1 !== times.length)
    throw new TraceFormatError(
      'its columns do not fit together: there is more in some than there are events',
    );

  const read = (index: number) => {
    const code = column.code[index]!;
    const schema = EVENT_SCHEMA[code]!;
    const at = column.numberAt[index]!;
    const count = column.numberAt[index + 1]! - at;
    return materialize(
      index + 1,
      code,
      column.time[index]!,
      column.iteration[index]!,
      column.cause[index]!,
      count > 0 ? column.numbers[at]! : 0,
      count > 1 ? column.numbers[at + 1]! : 0,
      count > 2 ? column.numbers[at + 2]! : 0,
      textOf(index, schema.texts.length, schema.texts.at(-1)?.type === 'strings'),
    );
  };
  const textOf = (index: number, count: number, isList: boolean): EventText => {
    if (count === 0) return undefined;
    const at = column.textAt[index]!;
    if (count === 1 && !isList) return strings[column.texts[at]!]!;
    const all: string[] = [];
    for (let i = at; i < column.textAt[index + 1]!; i++)
      if (!(isList && i === at + count - 1)) all.push(strings[column.texts[i]!]!); // there stands how many
    return all;
  };
  const has = (kind: EventKind) => column.code.includes(CODE[kind]);
  return new Trace({ length, read, has }, meta);
}

/** The columns, each of which is a list; what they hold is looked at one by one. */
function check(packed: unknown): PackedTrace {
  if (typeof packed !== 'object' || packed === null) throw new TraceFormatError('it is no trace in columns');
  const { format, version } = packed as PackedTrace;
  if (format !== 'loopscope-columns')
    throw new TraceFormatError(
      `the format should be "loopscope-columns", but it is ${JSON.stringify(format) ?? 'missing'}`,
      undefined,
      'format',
    );
  if (version !== 1)
    throw new TraceFormatError(
      `the version should be 1, but it is ${JSON.stringify(version)}`,
      undefined,
      'version',
    );
  const names = [
    'kinds',
    'codes',
    'causes',
    'marks',
    'times',
    'iterations',
    'numbers',
    'texts',
    'strings',
  ] as const;
  for (const name of names)
    if (!Array.isArray((packed as PackedTrace)[name]))
      throw new TraceFormatError(
        `"${name}" should be a list: was the file shortened by hand?`,
        undefined,
        name,
      );
  const { codes, causes, strings, kinds, meta } = packed as PackedTrace;
  if (causes.length !== codes.length)
    throw new TraceFormatError(
      `there are ${codes.length} events, and ${causes.length} causes`,
      undefined,
      'causes',
    );
  for (const [name, list] of [
    ['strings', strings],
    ['kinds', kinds],
  ] as const)
    if (list.some((one) => typeof one !== 'string'))
      throw new TraceFormatError(`"${name}" should be a list of strings`, undefined, name);
  if (typeof meta !== 'object' || meta === null || Array.isArray(meta))
    throw new TraceFormatError('"meta" should be an object', undefined, 'meta');
  return packed as PackedTrace;
}
