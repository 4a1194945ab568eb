/**
 * The lives of a trace in columns: what `lifelines` (views/lifelines.ts) tells, for traces of any size.
 *
 * The meaning is that of `lifelines`, to the letter, and a test holds it there. What differs is the shape. A picture that
 * follows a pointer asks for the slices of one row around one moment, many times a second; so the slices of all rows stand
 * in columns of numbers, row by row and in order of time. Each names the event that begins it, from which its words are read
 * when they are wanted. One pass over the log, and no event is kept.
 */

import type { Outcome, TraceEvent } from '../../trace/events.ts';
import type { Trace } from '../../trace/trace.ts';
import { printable } from '../../views/cells.ts';
import type { Doing, ProcessLine } from '../../views/lifelines.ts';
import { cutOut, type Span } from '../../views/spans.ts';

/** What a slice can be; its code is its place here. */
export const DOINGS: readonly Doing[] = ['running', 'ready', 'waiting', 'overdue', 'gil', 'core'];

/** The codes of `DOINGS`, for who compares. */
export const RUNNING = 0;
export const READY = 1;
export const WAITING = 2;
export const OVERDUE = 3;
export const GIL = 4;
export const CORE = 5;

const NEW = -1;
const DONE = -2;

/** A list of numbers that grows, without an object for each. */
export class Numbers {
  #list: Float64Array;
  length: number;

  constructor(room = 256) {
    this.#list = new Float64Array(room);
    this.length = 0;
  }

  push(value: number): void {
    if (this.length === this.#list.length) {
      const wider = new Float64Array(this.length * 2);
      wider.set(this.#list);
      this.#list = wider;
    }
    this.#list[this.length++] = value;
  }

  at(index: number): number {
    return this.#list[index]!;
  }

  set(index: number, value: number): void {
    this.#list[index] = value;
  }

  /** The numbers so far, without a copy. */
  view(): Float64Array {
    return this.#list.subarray(0, this.length);
  }
}

/** Where and how a life ended. */
export interface LaneEnd {
  readonly time: number;
  readonly turn: number;
  readonly outcome: Outcome;
  /** The event that tells of it. */
  readonly seq: number;
}

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
  readonly end: LaneEnd | undefined;
}

/** Slices of all lives, in the order of the lives. A part of a picture looks at either the times or the turns. */
export interface SliceColumns {
  readonly fromTime: Float64Array;
  readonly toTime: Float64Array;
  readonly fromTurn: Float64Array;
  readonly toTurn: Float64Array;
  /** Codes of `DOINGS`. */
  readonly doing: Uint8Array;
  /** The event that begins it. */
  readonly seq: Uint32Array;
  /** Where it is a sleep: the event that set its timer; else 0. */
  readonly timer: Uint32Array;
}

/** What the loop did; see `LoopLine` in views/lifelines.ts. */
export interface LoopColumns {
  readonly from: { readonly time: number; readonly turn: number };
  readonly to: { readonly time: number; readonly turn: number };
  readonly busy: readonly Span[];
  readonly script: readonly Span[];
  readonly lacking: readonly (Span & { readonly lack: 'gil' | 'core'; readonly script: boolean })[];
  readonly absent: readonly Span[];
  /** Every run of a task or callback: when, and `task` 0 for a callback; `seq` is the event. */
  readonly runTime: Float64Array;
  readonly runTurn: Float64Array;
  readonly runTask: Uint32Array;
  readonly runSeq: Uint32Array;
  /** Where each iteration begins. */
  readonly iterationTime: Float64Array;
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

/** A life while the log is read. */
interface Draft {
  readonly kind: 'task' | 'thread';
  readonly id: number;
  /** Its place among all, in the order in which they are met. */
  readonly row: number;
  process: number;
  host: boolean;
  doing: number;
  sinceTime: number;
  sinceTurn: number;
  seq: number;
  timer: number;
  /** Since when what it waits for is there, and the loop hasn't noticed; NaN: it isn't, or it has. */
  overdueTime: number;
  overdueTurn: number;
  open: boolean;
  end: LaneEnd | undefined;
}

/** Reads the lives of all tasks and threads off a trace, into columns. */
export function livesOf(trace: Trace): Lives {
  return new Reader(trace).read();
}

/** Slices as they come: of all lives, mixed. */
class Slices {
  readonly row = new Numbers(1024);
  readonly fromTime = new Numbers(1024);
  readonly toTime = new Numbers(1024);
  readonly fromTurn = new Numbers(1024);
  readonly toTurn = new Numbers(1024);
  readonly doing = new Numbers(1024);
  readonly seq = new Numbers(1024);
  readonly timer = new Numbers(1024);

  add(
    row: number,
    doing: number,
    fromTime: number,
    fromTurn: number,
    toTime: number,
    toTurn: number,
    seq: number,
    timer: number,
  ): void {
    this.row.push(row);
    this.doing.push(doing);
    this.fromTime.push(fromTime);
    this.fromTurn.push(fromTurn);
    this.toTime.push(toTime);
    this.toTurn.push(toTurn);
    this.seq.push(seq);
    this.timer.push(timer);
  }
}

class Reader {
  readonly #trace: Trace;
  readonly #tasks: Map<number, Draft>;
  readonly #threads: Map<number, Draft>;
  readonly #drafts: Draft[];
  readonly #taskNames: Map<number, string>;
  readonly #threadNames: Map<number, string>;
  readonly #processes: { -readonly [K in keyof ProcessLine]: ProcessLine[K] }[];
  readonly #slices: Slices;
  readonly #workRow: Numbers;
  readonly #workFrom: Numbers;
  readonly #workTo: Numbers;
  readonly #workSeq: Numbers;
  /** When a timer is set for, and when a request was complete, by the number of its event. */
  readonly #when: Float64Array;
  readonly #completed: Float64Array;
  /** The last timer that each task set. */
  readonly #lastTimers: Map<number, number>;
  /** When what came late, or because of something late, should have been, by the number of the event. */
  readonly #dueAt: Float64Array;
  readonly #turnOf: Uint32Array;
  /** Where the clock came to stand each time it moved. */
  readonly #moveTime: Numbers;
  readonly #moveTurn: Numbers;
  readonly #runTime: Numbers;
  readonly #runTurn: Numbers;
  readonly #runTask: Numbers;
  readonly #runSeq: Numbers;
  readonly #iterationTime: Numbers;
  readonly #iterationTurn: Numbers;
  readonly #iterationNumber: Numbers;
  readonly #busy: { from: number; to: number }[];
  readonly #script: { from: number; to: number }[];
  readonly #lacking: (Span & { lack: 'gil' | 'core'; script: boolean })[];
  readonly #lackSeq: number[];
  readonly #absent: Span[];
  #loopRuns: boolean;
  #time: number;
  #turn: number;
  /** How many runs are inside one another, and whether the present turn has a run in it. */
  #depth: number;
  #taken: boolean;
  #cores: number;

  constructor(trace: Trace) {
    const { length } = trace;
    this.#trace = trace;
    this.#tasks = new Map();
    this.#threads = new Map();
    this.#drafts = [];
    this.#taskNames = new Map();
    this.#threadNames = new Map();
    this.#processes = [];
    this.#slices = new Slices();
    this.#workRow = new Numbers();
    this.#workFrom = new Numbers();
    this.#workTo = new Numbers();
    this.#workSeq = new Numbers();
    this.#when = new Float64Array(length + 1).fill(Number.NaN);
    this.#completed = new Float64Array(length + 1).fill(Number.NaN);
    this.#lastTimers = new Map();
    this.#dueAt = new Float64Array(length + 1).fill(Number.NaN);
    this.#turnOf = new Uint32Array(length + 1);
    this.#moveTime = new Numbers();
    this.#moveTurn = new Numbers();
    this.#runTime = new Numbers();
    this.#runTurn = new Numbers();
    this.#runTask = new Numbers();
    this.#runSeq = new Numbers();
    this.#iterationTime = new Numbers();
    this.#iterationTurn = new Numbers();
    this.#iterationNumber = new Numbers();
    this.#busy = [];
    this.#script = [];
    this.#lacking = [];
    this.#lackSeq = [];
    this.#absent = [];
    this.#loopRuns = false;
    this.#time = 0;
    this.#turn = 0;
    this.#depth = 0;
    this.#taken = false;
    this.#cores = 0;
  }

  read(): Lives {
    const trace = this.#trace;
    const from = { time: 0, turn: 0 };
    for (let index = 0; index < trace.length; index++) {
      const event = trace.at(index)!;
      this.#see(event);
      if (index === 0) {
        // A script may begin with what takes time, which is written when it is over.
        const began = event.kind === 'compute' || event.kind === 'block' ? event.from : event.time;
        from.time = Math.min(began, event.time);
        this.#time = from.time;
      }
      if (event.time > this.#time) {
        if (this.#threads.size > 0 && !this.#loopRuns)
          this.#absent.push({ from: this.#time, to: event.time });
        this.#time = event.time;
        this.#moveTime.push(event.time);
        this.#moveTurn.push(this.#turn);
      }
      this.#apply(event);
      this.#turnOf[event.seq] = this.#turn;
    }
    if (this.#taken) this.#endTurn();
    for (const draft of this.#drafts) this.#close(draft, true);
    return this.#finish(from);
  }

  // ---- who is who -----------------------------------------------------------------------------------------

  #see(event: TraceEvent): void {
    switch (event.kind) {
      case 'task:create':
      case 'task:rename':
        this.#taskNames.set(event.task, event.name);
        break;
      case 'thread:create':
        this.#threadNames.set(event.thread, event.name);
        break;
      case 'loop:run':
      case 'iteration':
      case 'task:step':
      case 'handle:run':
        this.#loopRuns = true;
        break;
      case 'loop:return':
      case 'loop:close':
        this.#loopRuns = false;
        break;
    }
  }

  #draft(kind: 'task' | 'thread', id: number): Draft {
    const all = kind === 'task' ? this.#tasks : this.#threads;
    const known = all.get(id);
    if (known) return known;
    const draft: Draft = {
      kind,
      id,
      row: this.#drafts.length,
      process: 0,
      host: false,
      doing: NEW,
      sinceTime: this.#time,
      sinceTurn: this.#turn,
      seq: 0,
      timer: 0,
      overdueTime: Number.NaN,
      overdueTurn: 0,
      open: false,
      end: undefined,
    };
    all.set(id, draft);
    this.#drafts.push(draft);
    return draft;
  }

  #nameOf(kind: 'task' | 'thread', id: number): string {
    if (kind === 'task' && id === 0) return ''; // nobody
    const own = (kind === 'task' ? this.#taskNames : this.#threadNames).get(id);
    return own === undefined ? `${kind === 'task' ? 'Task' : 'Thread'}-${id}` : printable(own);
  }

  // ---- slices ---------------------------------------------------------------------------------------------

  #close(draft: Draft, open: boolean): void {
    const { row, doing, sinceTime, sinceTurn, overdueTime, overdueTurn, seq, timer } = draft;
    if (doing < 0) return;
    if (Number.isNaN(overdueTime)) {
      this.#slices.add(row, doing, sinceTime, sinceTurn, this.#time, this.#turn, seq, timer);
    } else {
      this.#slices.add(row, doing, sinceTime, sinceTurn, overdueTime, overdueTurn, seq, timer);
      this.#slices.add(row, OVERDUE, overdueTime, overdueTurn, this.#time, this.#turn, seq, 0);
    }
    draft.overdueTime = Number.NaN;
    draft.open = open;
  }

  #turnTo(draft: Draft, doing: number, seq: number, timer = 0): void {
    if (draft.doing === DONE) return;
    this.#close(draft, false);
    draft.doing = doing;
    draft.sinceTime = this.#time;
    draft.sinceTurn = this.#turn;
    draft.seq = seq;
    draft.timer = timer;
  }

  /** The same for a thread. When that of the loop couldn't run is told of the loop as well. */
  #turnThread(draft: Draft, doing: number, seq: number): void {
    const { doing: lack, sinceTime } = draft;
    if (draft.host && (lack === GIL || lack === CORE) && this.#time > sinceTime) {
      this.#lacking.push({
        from: sinceTime,
        to: this.#time,
        lack: lack === GIL ? 'gil' : 'core',
        script: !this.#loopRuns,
      });
      this.#lackSeq.push(draft.seq);
    }
    this.#turnTo(draft, doing, seq);
  }

  #beginTurn(task: number, inside: boolean, seq: number): void {
    if (this.#taken) this.#turn++;
    this.#taken = true;
    this.#depth = inside ? this.#depth + 1 : 1;
    this.#runTime.push(this.#time);
    this.#runTurn.push(this.#turn);
    this.#runTask.push(task);
    this.#runSeq.push(seq);
  }

  #endTurn(): void {
    this.#turn++;
    this.#depth = Math.max(0, this.#depth - 1);
    // Whoever created an eager task has the loop back, and goes on in a turn of its own.
    this.#taken = this.#depth > 0;
  }

  /** A task gives the loop back. */
  #leave(draft: Draft, doing: number, seq: number, timer = 0): void {
    if (draft.doing === RUNNING) this.#endTurn();
    this.#turnTo(draft, doing, seq, timer);
  }

  /** What a task waits for was there at `time`: if that is in the past, its wait is overdue since. */
  #noticed(draft: Draft, time: number | undefined): void {
    if (draft.doing !== WAITING || time === undefined || !(time < this.#time)) return;
    const at = Math.max(time, draft.sinceTime);
    // Halving: the first move of the clock that went past it.
    let low = 0;
    let high = this.#moveTime.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#moveTime.at(middle) > at) high = middle;
      else low = middle + 1;
    }
    const turn = low < this.#moveTurn.length ? this.#moveTurn.at(low) : this.#turn;
    draft.overdueTime = at;
    draft.overdueTurn = Math.max(draft.sinceTurn, turn);
  }

  #inherit({ seq, cause }: TraceEvent): void {
    const at = this.#dueAt[cause];
    if (at !== undefined && !Number.isNaN(at)) this.#dueAt[seq] = at;
  }

  #host(): Draft | undefined {
    return [...this.#threads.values()].findLast((draft) => draft.host);
  }

  #addWork(draft: Draft | undefined, from: number, to: number, seq: number): void {
    if (!draft) return;
    this.#workRow.push(draft.row);
    this.#workFrom.push(from);
    this.#workTo.push(to);
    this.#workSeq.push(seq);
  }

  #apply(event: TraceEvent): void {
    const { seq } = event;
    switch (event.kind) {
      case 'iteration':
        this.#iterationTime.push(this.#time);
        this.#iterationTurn.push(this.#turn);
        this.#iterationNumber.push(event.iteration);
        break;
      case 'compute':
      case 'block': {
        const isScript = event.task === 0 && !this.#loopRuns;
        const spans = isScript ? this.#script : this.#busy;
        if (isScript) while ((this.#absent.at(-1)?.from ?? -1) >= event.from) this.#absent.pop();
        const last = spans.at(-1);
        if (last && event.from <= last.to) last.to = Math.max(last.to, event.to);
        else if (event.to > event.from) spans.push({ from: event.from, to: event.to });
        this.#addWork(isScript ? this.#host() : this.#tasks.get(event.task), event.from, event.to, seq);
        break;
      }
      case 'task:create':
        this.#draft('task', event.task);
        break;
      case 'task:ready': {
        const draft = this.#draft('task', event.task);
        this.#noticed(draft, this.#dueAt[event.cause]);
        this.#turnTo(draft, READY, seq);
        break;
      }
      case 'task:step': {
        const draft = this.#draft('task', event.task);
        if (draft.doing === DONE) break;
        this.#beginTurn(event.task, event.eager, seq);
        this.#turnTo(draft, RUNNING, seq);
        break;
      }
      case 'task:yield':
        this.#leave(this.#draft('task', event.task), READY, seq);
        break;
      case 'task:wait': {
        const draft = this.#draft('task', event.task);
        const isSleep = event.on === 'timer' && event.name === '';
        this.#leave(draft, WAITING, seq, isSleep ? (this.#lastTimers.get(event.task) ?? 0) : 0);
        break;
      }
      case 'task:done': {
        const draft = this.#draft('task', event.task);
        if (draft.doing === DONE) break;
        this.#leave(draft, DONE, seq);
        draft.end = { time: this.#time, turn: this.#turn, outcome: event.outcome, seq };
        break;
      }
      case 'timer:set':
        this.#when[seq] = event.when;
        if (event.task !== 0) this.#lastTimers.set(event.task, seq);
        break;
      case 'timer:due': {
        const when = this.#when[event.timer];
        if (when !== undefined && when < event.time) this.#dueAt[seq] = when;
        break;
      }
      case 'request:complete':
        this.#completed[event.request] = event.time;
        break;
      case 'request:deliver': {
        const at = this.#completed[event.request];
        if (at !== undefined && at < event.time) this.#dueAt[seq] = at;
        break;
      }
      case 'handle:run':
        this.#inherit(event);
        this.#beginTurn(0, false, seq);
        break;
      // What a late handle does is late as well: it settles a future, or cancels a task that waited too long.
      case 'handle:ready':
      case 'future:done':
      case 'task:cancel':
        this.#inherit(event);
        break;
      case 'handle:end':
        this.#endTurn();
        break;
      // An error that left the loop in the middle of a callback wrote no end of it: its turn is over here.
      case 'loop:return':
        this.#depth = 0;
        if (this.#taken) this.#endTurn();
        break;
      case 'loop:close':
        for (const draft of this.#tasks.values()) {
          this.#close(draft, true);
          draft.doing = DONE;
        }
        break;
      default:
        this.#applyMachine(event);
    }
  }

  #applyMachine(event: TraceEvent): void {
    const { seq } = event;
    switch (event.kind) {
      case 'machine:new':
        this.#cores = event.cores;
        break;
      case 'process:new': {
        const { process, machine, gil } = event;
        const sibling = this.#processes.find((other) => other.machine === machine);
        const cores = sibling?.cores ?? this.#cores;
        const name = printable(event.name);
        this.#processes.push({ process, machine, name, gil, cores, threads: 0 });
        break;
      }
      case 'thread:create': {
        this.#draft('thread', event.thread).process = event.process;
        const home = this.#processes.find(({ process }) => process === event.process);
        if (home) home.threads++;
        break;
      }
      case 'thread:host':
        this.#draft('thread', event.thread).host = true;
        break;
      case 'thread:ready':
        this.#turnThread(this.#draft('thread', event.thread), event.lack === 'gil' ? GIL : CORE, seq);
        break;
      case 'gil:take':
        this.#turnThread(this.#draft('thread', event.thread), CORE, seq);
        break;
      case 'thread:run': {
        const draft = this.#draft('thread', event.thread);
        if (draft.host) {
          this.#turnThread(draft, RUNNING, seq);
          break;
        }
        if (this.#taken) this.#turn++;
        this.#turnThread(draft, RUNNING, seq);
        this.#turn++;
        this.#taken = this.#depth > 0;
        break;
      }
      case 'thread:preempt':
        this.#turnThread(this.#draft('thread', event.thread), event.by === 'gil' ? GIL : CORE, seq);
        break;
      case 'thread:wait':
        this.#turnThread(this.#draft('thread', event.thread), WAITING, seq);
        break;
      case 'thread:done': {
        const draft = this.#draft('thread', event.thread);
        if (draft.doing === DONE) break;
        this.#turnThread(draft, DONE, seq);
        draft.end = { time: this.#time, turn: this.#turn, outcome: event.outcome, seq };
        break;
      }
      case 'thread:busy':
        this.#addWork(this.#draft('thread', event.thread), event.from, event.time, seq);
        break;
    }
  }

  // ---- the whole ------------------------------------------------------------------------------------------

  #finish(from: { time: number; turn: number }): Lives {
    if (this.#lacking.length > 0) this.#splitSteps();
    // Tasks first, then threads, each in the order in which they were met.
    const ordered = [...this.#tasks.values(), ...this.#threads.values()];
    const place = new Uint32Array(ordered.length);
    ordered.forEach(({ row }, i) => {
      place[row] = i;
    });
    const s = this.#slices;
    const slices = sorted(s.row.view(), place, ordered.length);
    const work = sorted(this.#workRow.view(), place, ordered.length);
    const lives = ordered.map((draft, i): Life => {
      const { kind, id, process, host, open, end } = draft;
      const name = this.#nameOf(kind, id);
      const [first, last] = [slices.starts[i]!, slices.starts[i + 1]!];
      const [firstWork, lastWork] = [work.starts[i]!, work.starts[i + 1]!];
      return { kind, id, name, process, host, first, last, firstWork, lastWork, open, end };
    });
    return {
      lives,
      slices: {
        fromTime: moved(s.fromTime, slices.places, Float64Array),
        toTime: moved(s.toTime, slices.places, Float64Array),
        fromTurn: moved(s.fromTurn, slices.places, Float64Array),
        toTurn: moved(s.toTurn, slices.places, Float64Array),
        doing: moved(s.doing, slices.places, Uint8Array),
        seq: moved(s.seq, slices.places, Uint32Array),
        timer: moved(s.timer, slices.places, Uint32Array),
      },
      workFrom: moved(this.#workFrom, work.places, Float64Array),
      workTo: moved(this.#workTo, work.places, Float64Array),
      workSeq: moved(this.#workSeq, work.places, Uint32Array),
      loop: {
        from,
        to: { time: this.#trace.length === 0 ? 0 : this.#time, turn: this.#turn },
        busy: cutOut(this.#busy, this.#lacking),
        script: cutOut(this.#script, this.#lacking),
        lacking: this.#lacking,
        absent: this.#absent,
        runTime: this.#runTime.view(),
        runTurn: this.#runTurn.view(),
        runTask: Uint32Array.from(this.#runTask.view()),
        runSeq: Uint32Array.from(this.#runSeq.view()),
        iterationTime: this.#iterationTime.view(),
        iterationTurn: this.#iterationTurn.view(),
        iterationNumber: Uint32Array.from(this.#iterationNumber.view()),
      },
      processes: this.#processes,
      turnOf: this.#turnOf,
    };
  }

  /** Steps in pieces, where the loop's thread lacked something in the middle of them. Among turns they stay whole. */
  #splitSteps(): void {
    const old = this.#slices;
    const lacking = this.#lacking;
    const slices = new Slices();
    const isTask = this.#drafts.map(({ kind }) => kind === 'task');
    for (let i = 0; i < old.row.length; i++) {
      const [row, doing, seq, timer] = [old.row.at(i), old.doing.at(i), old.seq.at(i), old.timer.at(i)];
      const [fromTime, toTime] = [old.fromTime.at(i), old.toTime.at(i)];
      const [fromTurn, toTurn] = [old.fromTurn.at(i), old.toTurn.at(i)];
      if (!isTask[row] || doing !== RUNNING || toTime === fromTime) {
        slices.add(row, doing, fromTime, fromTurn, toTime, toTurn, seq, timer);
        continue;
      }
      // Halving: the first lack that ends in the step.
      let first = 0;
      for (let high = lacking.length; first < high; ) {
        const middle = (first + high) >> 1;
        if (lacking[middle]!.to > fromTime) high = middle;
        else first = middle + 1;
      }
      let [time, turn] = [fromTime, fromTurn];
      const add = (what: number, to: number, by: number) => {
        if (to > time) slices.add(row, what, time, turn, to, toTurn, by, 0);
        [time, turn] = [to, toTurn];
      };
      for (let n = first; n < lacking.length && lacking[n]!.from < toTime; n++) {
        const { lack, from, to } = lacking[n]!;
        add(RUNNING, from, seq);
        add(lack === 'gil' ? GIL : CORE, Math.min(to, toTime), this.#lackSeq[n]!);
      }
      add(RUNNING, toTime, seq);
    }
    Object.assign(this.#slices, slices);
  }
}

/** Where each item goes if those of a row stand together, the rows in the order of `place`; and where each row starts. */
function sorted(
  rows: Float64Array,
  place: Uint32Array,
  count: number,
): { readonly places: Uint32Array; readonly starts: Uint32Array } {
  const starts = new Uint32Array(count + 1);
  for (const row of rows) starts[place[row]! + 1]!++;
  for (let i = 0; i < count; i++) starts[i + 1]! += starts[i]!;
  const next = starts.slice();
  const places = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) places[i] = next[place[rows[i]!]!]!++;
  return { places, starts };
}

function moved<T extends Float64Array | Uint32Array | Uint8Array>(
  list: Numbers,
  places: Uint32Array,
  Type: new (length: number) => T,
): T {
  const out = new Type(places.length);
  const from = list.view();
  for (let i = 0; i < places.length; i++) out[places[i]!] = from[i]!;
  return out;
}
