/**
 * The lives of a trace in columns of numbers, for a trace of any size.
 *
 * A picture that follows a pointer asks for the slices of one row around one moment, many times a second. So the slices of all
 * rows stand in columns, row by row and in order of time, where they are found by halving. Each names the event that begins
 * it, from which its words are read when they are wanted: no event is kept. How lives are read off a log, and what a turn is
 * and when a wait is overdue: see views/life-reader.ts.
 */

import type { Trace } from '../../trace/trace.ts';
import {
  type Doing,
  type LifeEnd,
  LifeReader,
  type LifeSink,
  type Living,
  type LoopTimes,
  type Moment,
  type Phase,
  type Place,
  type ProcessLine,
} from '../../views/life-reader.ts';
import { Numbers } from './numbers.ts';

/** What a slice can be; its code is its place here. */
export const DOINGS: readonly Doing[] = ['running', 'ready', 'waiting', 'overdue', 'gil', 'core'];

/** The codes of `DOINGS`, for who compares. */
export const RUNNING = 0;
export const READY = 1;
export const WAITING = 2;
export const OVERDUE = 3;
export const GIL = 4;
export const CORE = 5;

const CODES: { readonly [D in Doing]: number } = {
  running: RUNNING,
  ready: READY,
  waiting: WAITING,
  overdue: OVERDUE,
  gil: GIL,
  core: CORE,
};

/** The life of a task or thread: its slices are those from `first` to before `last`. */
export interface Life {
  readonly kind: 'task' | 'thread';
  readonly id: number;
  readonly name: string;
  /** Of a thread: its process, and whether it is the thread of the loop or of the script around it. */
  readonly process: number;
  readonly host: boolean;
  readonly first: number;
  readonly last: number;
  /** Its computations are those from `firstWork` to before `lastWork`. */
  readonly firstWork: number;
  readonly lastWork: number;
  /** It was not over when the trace ended, or when its loop was closed. */
  readonly open: boolean;
  /** Where and how it ended, and the event that tells of it. */
  readonly end: LifeEnd | undefined;
  /** Where it was found to wait for ever: the deadlocks that it was a part of. */
  readonly stuck: readonly Moment[];
}

/** Slices of all lives, in the order of the lives. A part of a picture looks at either the times or the turns. */
interface SliceColumns {
  readonly fromTime: Float64Array;
  readonly toTime: Float64Array;
  readonly fromTurn: Float64Array;
  readonly toTurn: Float64Array;
  /** Codes of `DOINGS`. */
  readonly doing: Uint8Array;
  /** The event that begins it. */
  readonly seq: Uint32Array;
  /** Of a wait for the clock: how long it is, in ms; NaN: that isn't known, or it is none. */
  readonly length: Float64Array;
}

/** What the loop did. */
export interface LoopColumns extends LoopTimes {
  /** Every run of a task or callback: when, and `task` 0 for a callback; `seq` is the event. */
  readonly runTime: Float64Array;
  readonly runTurn: Float64Array;
  readonly runTask: Uint32Array;
  readonly runSeq: Uint32Array;
  /** Where each iteration begins. */
  readonly iterationTurn: Float64Array;
  readonly iterationNumber: Uint32Array;
}

/** All lives of a trace: tasks, then threads, each in the order in which they were made. */
export interface Lives {
  readonly lives: readonly Life[];
  readonly slices: SliceColumns;
  /** Computations: when, and the event that tells of it. */
  readonly workFrom: Float64Array;
  readonly workTo: Float64Array;
  readonly workSeq: Uint32Array;
  readonly loop: LoopColumns;
  readonly processes: readonly ProcessLine[];
  /** How many runs came before each event, by its number. */
  readonly turnOf: Uint32Array;
}

/** Reads the lives of all tasks and threads off a trace, into columns. */
export function livesOf(trace: Trace): Lives {
  const columns = new Columns(trace.length);
  const reader = new LifeReader(columns);
  const turnOf = new Uint32Array(trace.length + 1);
  for (let i = 0; i < trace.length; i++) {
    const event = trace.at(i)!;
    reader.read(event);
    turnOf[event.seq] = reader.turn;
  }
  const { tasks, threads, processes, loop } = reader.end();
  return {
    ...columns.sorted([...tasks, ...threads]),
    loop: { ...loop, ...columns.loop() },
    processes,
    turnOf,
  };
}

/** What is told, as it comes: of all lives, mixed. */
class Columns implements LifeSink {
  readonly #row: Numbers;
  readonly #fromTime: Numbers;
  readonly #toTime: Numbers;
  readonly #fromTurn: Numbers;
  readonly #toTurn: Numbers;
  readonly #doing: Numbers;
  readonly #seq: Numbers;
  readonly #length: Numbers;
  /** The lives that are not over. */
  readonly #open: Set<number>;
  readonly #workRow: Numbers;
  readonly #workFrom: Numbers;
  readonly #workTo: Numbers;
  readonly #workSeq: Numbers;
  readonly #runTime: Numbers;
  readonly #runTurn: Numbers;
  readonly #runTask: Numbers;
  readonly #runSeq: Numbers;
  readonly #iterationTurn: Numbers;
  readonly #iterationNumber: Numbers;

  /** `room`: about as many of each are to come, at most. */
  constructor(room: number) {
    this.#row = new Numbers(room);
    this.#fromTime = new Numbers(room);
    this.#toTime = new Numbers(room);
    this.#fromTurn = new Numbers(room);
    this.#toTurn = new Numbers(room);
    this.#doing = new Numbers(room);
    this.#seq = new Numbers(room);
    this.#length = new Numbers(room);
    this.#open = new Set();
    this.#workRow = new Numbers(room);
    this.#workFrom = new Numbers(room);
    this.#workTo = new Numbers(room);
    this.#workSeq = new Numbers(room);
    this.#runTime = new Numbers(room);
    this.#runTurn = new Numbers(room);
    this.#runTask = new Numbers(room);
    this.#runSeq = new Numbers(room);
    this.#iterationTurn = new Numbers(room);
    this.#iterationNumber = new Numbers(room);
  }

  phase({ row }: Living, { doing, from, to, seq, length, open }: Phase): void {
    this.#row.push(row);
    this.#doing.push(CODES[doing]);
    this.#fromTime.push(from.time);
    this.#toTime.push(to.time);
    this.#fromTurn.push(from.turn);
    this.#toTurn.push(to.turn);
    this.#seq.push(seq);
    this.#length.push(length);
    if (open) this.#open.add(row);
  }

  work({ row }: Living, from: number, to: number, { seq }: { readonly seq: number }): void {
    this.#workRow.push(row);
    this.#workFrom.push(from);
    this.#workTo.push(to);
    this.#workSeq.push(seq);
  }

  run({ time, turn }: Place, task: number, seq: number): void {
    this.#runTime.push(time);
    this.#runTurn.push(turn);
    this.#runTask.push(task);
    this.#runSeq.push(seq);
  }

  iteration({ turn }: Place, iteration: number): void {
    this.#iterationTurn.push(turn);
    this.#iterationNumber.push(iteration);
  }

  /** Some lives in their order, and all that was told of them in the order of these lives. */
  sorted(order: readonly Living[]): Pick<Lives, 'lives' | 'slices' | 'workFrom' | 'workTo' | 'workSeq'> {
    const place = new Uint32Array(order.length);
    order.forEach(({ row }, i) => {
      place[row] = i;
    });
    const slices = new Order(this.#row.view(), place);
    const work = new Order(this.#workRow.view(), place);
    const lives = order.map(({ kind, id, name, process, host, row, end, stuck }, i): Life => {
      const [first, last] = [slices.starts[i]!, slices.starts[i + 1]!];
      const [firstWork, lastWork] = [work.starts[i]!, work.starts[i + 1]!];
      return {
        ...{ kind, id, name, process, host, first, last, firstWork, lastWork },
        open: this.#open.has(row),
        end,
        stuck,
      };
    });
    return {
      lives,
      slices: {
        fromTime: slices.of(this.#fromTime, Float64Array),
        toTime: slices.of(this.#toTime, Float64Array),
        fromTurn: slices.of(this.#fromTurn, Float64Array),
        toTurn: slices.of(this.#toTurn, Float64Array),
        doing: slices.of(this.#doing, Uint8Array),
        seq: slices.of(this.#seq, Uint32Array),
        length: slices.of(this.#length, Float64Array),
      },
      workFrom: work.of(this.#workFrom, Float64Array),
      workTo: work.of(this.#workTo, Float64Array),
      workSeq: work.of(this.#workSeq, Uint32Array),
    };
  }

  loop(): Omit<LoopColumns, keyof LoopTimes> {
    return {
      runTime: this.#runTime.view(),
      runTurn: this.#runTurn.view(),
      runTask: Uint32Array.from(this.#runTask.view()),
      runSeq: Uint32Array.from(this.#runSeq.view()),
      iterationTurn: this.#iterationTurn.view(),
      iterationNumber: Uint32Array.from(this.#iterationNumber.view()),
    };
  }
}

/** Where things go that are told of several rows, mixed, so that those of a row stand together, and keep their order. */
class Order {
  /** Where each row begins; the last is where all end. */
  readonly starts: Uint32Array;
  readonly #places: Uint32Array;

  /** `rows` says of which row each of them is, and `place` where each row comes. */
  constructor(rows: Float64Array, place: Uint32Array) {
    const starts = new Uint32Array(place.length + 1);
    for (const row of rows) starts[place[row]! + 1]!++;
    for (let i = 0; i < place.length; i++) starts[i + 1]! += starts[i]!;
    const next = starts.slice();
    this.starts = starts;
    this.#places = new Uint32Array(rows.length);
    for (let i = 0; i < rows.length; i++) this.#places[i] = next[place[rows[i]!]!]!++;
  }

  of<T extends Float64Array | Uint32Array | Uint8Array>(column: Numbers, Type: new (length: number) => T): T {
    const from = column.view();
    const to = new Type(from.length);
    for (let i = 0; i < from.length; i++) to[this.#places[i]!] = from[i]!;
    return to;
  }
}
