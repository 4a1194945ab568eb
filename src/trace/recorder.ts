/**
 * The recorder: where a loop writes its log.
 *
 * Writing is the hot path (two events for each switch of tasks), so an event is a row of numbers and not an object:
 * objects that are kept cost 370 to 1,000 ns a switch, rows in columns made beforehand a few ns. The columns of the
 * chunk being filled are fields of the recorder; when it is full a new one is made and nothing is copied. Chunks
 * double from 512 rows to 8,192, so that a test which writes a hundred events pays for 5 kB and not for a megabyte.
 *
 * Most of what an event costs is the memory that it is the first to touch. So a row has nine bytes: its kind, its cause, and
 * a whole number. Time and iteration are written where they change (`marks`), and what is rare (a number that is no small
 * integer, a second and third number, text) stands in columns that a chunk has only if it needs them.
 *
 * Rows are never changed once written. That is why a `Trace` can share the chunks instead of copying them.
 *
 * The recorder does not check what it is given: the tracer writes by the schema, and whoever doubts it saves the
 * trace (`saveTrace` checks each event) or folds it strictly. What it refuses is to grow for ever: a program that
 * never ends would otherwise take the whole memory with it, at a place that says nothing.
 */

import { CODE, type EventText, materialize, type TraceEvent, type TraceSink } from './events.ts';
import { Trace, type TraceMeta } from './trace.ts';

/** Rows in the first chunk, as a power of two; each next chunk has twice as many … */
const FIRST_BITS = 9;
/** … until chunks have this many, as a power of two. */
const FULL_BITS = 13;
/** The number of the first chunk of full size, and how many rows lie before it. */
const FULL_CHUNK = FULL_BITS - FIRST_BITS;
const ROWS_BEFORE_FULL = (1 << FULL_BITS) - (1 << FIRST_BITS);
/** `cause` is kept in 32 bits. */
const MOST_EVENTS = 2 ** 32 - 1;

/** Stands in the column of whole numbers for one that is none, and is kept beside it. */
const NOT_WHOLE = -(2 ** 31);

/** How many events a recorder takes unless told otherwise: about 50 MB of columns, and twice that with many timers. */
export const DEFAULT_MAX_EVENTS = 5_000_000;

/**
 * The recorder has come to its bound: it is full, or the time has come at which it was to end. The events so far can still be read
 * and saved.
 *
 * @example
 * new Recorder({ maxEvents: 20_000_000 }); // the remedy, if the program is long and not endless
 */
export class TraceLimitError extends Error {
  readonly maxEvents: number;
  /** Virtual ms at which the event came that did not fit. */
  readonly time: number;
  /** The virtual ms at which it was to end, if that is what has come; else null. */
  readonly until: number | null;

  constructor(maxEvents: number, time: number, until: number | null = null) {
    super(
      until === null
        ? `the trace is full: it has its ${maxEvents} events and another one came at ${time} ms of virtual time. ` +
            'If that time no longer advances, the program probably goes round in circles without ever sleeping; ' +
            `if it is simply a long program, record with new Recorder({ maxEvents: ${maxEvents * 4} }) or without a trace`
        : `the trace ends at ${until} ms of virtual time, as new Recorder({ until: ${until} }) says, and the program goes on`,
    );
    this.name = 'TraceLimitError';
    this.maxEvents = maxEvents;
    this.time = time;
    this.until = until;
  }
}

/** The columns of a part of the log, one row for each event. */
class Chunk {
  /** The place in the log of its first row. */
  readonly start: number;
  readonly rows: number;
  readonly codes: Uint8Array;
  readonly causes: Uint32Array;
  /** The first number of each event, if it is a small integer. */
  readonly wholes: Int32Array;
  readonly marks: Marks;
  readonly rare: Rare;

  constructor(start: number, rows: number) {
    this.start = start;
    this.rows = rows;
    this.codes = new Uint8Array(rows);
    this.causes = new Uint32Array(rows);
    this.wholes = new Int32Array(rows);
    this.marks = new Marks();
    this.rare = new Rare(rows);
  }

  read(row: number): TraceEvent {
    const { marks, rare } = this;
    const mark = marks.before(row);
    const whole = this.wholes[row]!;
    return materialize(
      this.start + row + 1,
      this.codes[row]!,
      marks.times[mark]!,
      marks.iterations[mark]!,
      this.causes[row]!,
      whole === NOT_WHOLE ? rare.as![row]! : whole,
      rare.bs === null ? 0 : rare.bs[row]!,
      rare.cs === null ? 0 : rare.cs[row]!,
      rare.texts[row],
    );
  }
}

/** Where in a chunk time or iteration changes: from row `rows[i]` on they are `times[i]` and `iterations[i]`. */
class Marks {
  readonly rows: number[];
  readonly times: number[];
  readonly iterations: number[];
  /** The one that was asked for last: events are mostly read in order. */
  private last: number;

  constructor() {
    this.rows = [];
    this.times = [];
    this.iterations = [];
    this.last = 0;
  }

  add(row: number, time: number, iteration: number): void {
    this.rows.push(row);
    this.times.push(time);
    this.iterations.push(iteration);
  }

  /** The last mark at `row` or before it. */
  before(row: number): number {
    const { rows } = this;
    const { last } = this;
    const holds = (mark: number) => rows[mark]! <= row && !(rows[mark + 1]! <= row);
    if (holds(last)) return last;
    let low = 0;
    let high = rows.length - 1;
    if (last < high && holds(last + 1)) low = high = last + 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (rows[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    this.last = low;
    return low;
  }
}

/** The columns that few events need; a chunk has them from the first that does. */
class Rare {
  as: Float64Array | null;
  bs: Float64Array | null;
  cs: Float64Array | null;
  readonly texts: EventText[];
  private readonly rows: number;

  constructor(rows: number) {
    this.as = null;
    this.bs = null;
    this.cs = null;
    this.texts = [];
    this.rows = rows;
  }

  setA(row: number, a: number): void {
    this.as ??= new Float64Array(this.rows);
    this.as[row] = a;
  }

  setB(row: number, b: number): void {
    this.bs ??= new Float64Array(this.rows);
    this.bs[row] = b;
  }

  setC(row: number, c: number): void {
    this.cs ??= new Float64Array(this.rows);
    this.cs[row] = c;
  }
}

/** The event in row `index` of the log kept in `chunks`. */
function readRow(chunks: readonly Chunk[], index: number): TraceEvent {
  // As long as chunks double, chunk k starts at row (2^k - 1) * 512: k is the place of the highest bit of row / 512 + 1.
  const k =
    index < ROWS_BEFORE_FULL
      ? 31 - Math.clz32((index >>> FIRST_BITS) + 1)
      : FULL_CHUNK + Math.floor((index - ROWS_BEFORE_FULL) / (1 << FULL_BITS));
  const chunk = chunks[k]!;
  return chunk.read(index - chunk.start);
}

/**
 * An event is written when what it tells is over. Its numbers for the part before `until`, if it began before; else null, as for
 * one that tells of a moment.
 */
function beforeEnd(
  code: number,
  time: number,
  a: number,
  b: number,
  c: number,
  until: number,
): [a: number, b: number, c: number] | null {
  switch (code) {
    case CODE['clock:jump']:
    case CODE.compute:
    case CODE.block:
      return a < until ? [a, until, c] : null;
    case CODE['thread:busy']:
      return b < until ? [a, b, until - b] : null;
    case CODE.overhead:
      return time - b < until ? [a, until - (time - b), c] : null;
    default:
      return null;
  }
}

/** What a recorder can be told. */
export interface RecorderOptions {
  /** The most events it takes; the next one throws `TraceLimitError`. Default: 5 million. */
  readonly maxEvents?: number;
  /**
   * The virtual ms at which the trace ends, and the program with it: for one that never does. What is under way then (an idle loop,
   * a computation) is told up to there; what comes later throws `TraceLimitError`. No end by default.
   */
  readonly until?: number;
}

/**
 * Records a loop's log: hand it to a loop as its `trace`, and read it or take a `Trace` of it at any time.
 *
 * Throws `TraceLimitError` out of the loop when the log exceeds `maxEvents`, or the clock `until`.
 *
 * @example
 * const recorder = new Recorder();
 * run(main, { trace: recorder });
 * recorder.length; // 42
 * const trace = recorder.toTrace({ title: 'Chores' });
 */
export class Recorder implements TraceSink, Iterable<TraceEvent> {
  readonly maxEvents: number;
  readonly until: number;

  // The chunk being filled: its columns, the next free row, how many rows of it may be used, and its last mark.
  private codes!: Uint8Array;
  private causes!: Uint32Array;
  private wholes!: Int32Array;
  private rare!: Rare;
  private row: number;
  private end: number;
  private time: number;
  private iteration: number;

  readonly #chunks: Chunk[];
  /** How many rows the chunks before the current one have. */
  #before: number;

  constructor(options: RecorderOptions = {}) {
    const { maxEvents = DEFAULT_MAX_EVENTS, until = Number.POSITIVE_INFINITY } = options;
    if (!Number.isInteger(maxEvents) || maxEvents < 1 || maxEvents > MOST_EVENTS) {
      throw new RangeError(
        `maxEvents should be a whole number from 1 to ${MOST_EVENTS}, but it is ${maxEvents}: ` +
          'a trace without a bound would take all memory when a program never ends',
      );
    }
    if (!(typeof until === 'number' && until >= 0))
      throw new RangeError(`until should be a virtual time in ms, 0 or more, but it is ${until}`);
    this.maxEvents = maxEvents;
    this.until = until;
    this.#chunks = [];
    this.#before = 0;
    this.row = 0;
    this.end = 0;
    this.time = 0;
    this.iteration = 0;
    this.#addChunk();
  }

  /** Adds one event to the log; the tracer calls it, with numbers and texts in the order of the kind's schema. */
  write(
    code: number,
    time: number,
    iteration: number,
    cause: number,
    a: number,
    b: number,
    c: number,
    text: EventText,
  ): void {
    if (this.row === this.end) this.#grow(time);
    const row = this.row;
    if (time !== this.time || iteration !== this.iteration || row === 0) {
      if (time > this.until) this.#endWith(code, time, iteration, cause, a, b, c, text);
      this.#mark(row, time, iteration);
    }
    this.codes[row] = code;
    this.causes[row] = cause;
    const whole = a | 0;
    if (whole === a && whole !== NOT_WHOLE) {
      this.wholes[row] = whole;
    } else {
      this.wholes[row] = NOT_WHOLE;
      this.rare.setA(row, a);
    }
    if (b !== 0) this.rare.setB(row, b);
    if (c !== 0) this.rare.setC(row, c);
    if (text !== undefined) this.rare.texts[row] = text;
    this.row = row + 1;
  }

  /** The event is one of after the end: what it tells of before is written, and nothing else. */
  #endWith(
    code: number,
    time: number,
    iteration: number,
    cause: number,
    a: number,
    b: number,
    c: number,
    text: EventText,
  ): never {
    const { until } = this;
    const before = this.time < until ? beforeEnd(code, time, a, b, c, until) : null;
    if (before !== null) this.write(code, until, iteration, cause, ...before, text);
    throw new TraceLimitError(this.maxEvents, time, until);
  }

  #mark(row: number, time: number, iteration: number): void {
    this.time = time;
    this.iteration = iteration;
    this.#chunks[this.#chunks.length - 1]!.marks.add(row, time, iteration);
  }

  /** The current chunk is full. The bound is kept here, by making the last chunk end at it: a write checks once. */
  #grow(time: number): void {
    if (this.length === this.maxEvents) throw new TraceLimitError(this.maxEvents, time);
    this.#before += this.end;
    this.#addChunk();
  }

  #addChunk(): void {
    const bits = Math.min(FIRST_BITS + this.#chunks.length, FULL_BITS);
    const chunk = new Chunk(this.#before, 1 << bits);
    this.#chunks.push(chunk);
    this.codes = chunk.codes;
    this.causes = chunk.causes;
    this.wholes = chunk.wholes;
    this.rare = chunk.rare;
    this.row = 0;
    this.end = Math.min(chunk.rows, this.maxEvents - this.#before);
  }

  /** How many events have been written; it is also the `seq` of the last one. */
  get length(): number {
    return this.#before + this.row;
  }

  /**
   * The event in place `index`, from 0; a negative index counts from the end, as in `Array.at`.
   *
   * @example recorder.at(-1)?.kind; // 'loop:close'
   */
  at(index: number): TraceEvent | undefined {
    const place = index < 0 ? this.length + index : index;
    return place >= 0 && place < this.length ? readRow(this.#chunks, place) : undefined;
  }

  /** From the first event to the last; events written meanwhile are met as well. */
  *[Symbol.iterator](): Generator<TraceEvent, void, undefined> {
    for (let index = 0; index < this.length; index++) yield readRow(this.#chunks, index);
  }

  /**
   * The log so far as a trace, which later writing does not change; nothing is copied.
   *
   * Throws `TraceFormatError` if `meta` is not JSON.
   *
   * @example saveTrace(recorder.toTrace({ title: 'Chores', seed: 7 }));
   */
  toTrace(meta: TraceMeta = {}): Trace {
    const chunks = this.#chunks;
    return new Trace({ length: this.length, read: (index) => readRow(chunks, index) }, meta);
  }
}
