/**
 * Questions to a trace: what views draw, what matchers assert and what people ask.
 *
 * `query(trace)` reads the trace once and keeps what it learned; asking again for the same trace costs nothing. The
 * answers are plain data, made from two things: the state after the last event (`final`, a lenient fold), and
 * the stretches of time that lie between the changes of a task's state.
 *
 * A task is named by its id or by its name, the last one it had. Where two tasks have the same name, only the id
 * will do; no question silently answers for another task than was meant. So are threads, which are asked for by questions
 * of their own: a task and a thread may have the same number.
 */

import type { EventKind, EventOf, TraceEvent } from './events.ts';
import { type ThreadState, type ThreadTimes, threadTimes } from './machine-state.ts';
import { type LoopState, type OutputLine, type TaskState, type TaskTimes, taskTimes } from './state.ts';
import { StateFolder } from './state-folder.ts';
import type { Trace } from './trace.ts';

/** A task's id, or its name. */
export type TaskRef = number | string;

/** A stretch of a task's life, in virtual ms. */
export interface TaskSlice {
  readonly from: number;
  readonly to: number;
  readonly state: 'running' | 'ready' | 'waiting';
  /** What a waiting task does: `sleep`, `queue.get`. */
  readonly reason?: string;
}

/** One resume of a task. Most take no time. */
export interface TaskStep {
  /** The `seq` of its `task:step`. */
  readonly seq: number;
  readonly from: number;
  readonly to: number;
  readonly eager: boolean;
  /** How it ended; `null`: it had not when the trace ended. */
  readonly end: 'wait' | 'yield' | 'done' | null;
}

/** A thread's id, or its name. */
export type ThreadRef = number | string;

/** A stretch of a thread's life, in virtual ms. */
export interface ThreadSlice {
  readonly from: number;
  readonly to: number;
  /** `gil`, `core`: it is ready, and lacks that. */
  readonly state: 'running' | 'gil' | 'core' | 'waiting';
  /** What a waiting thread does: `join`, `request`. */
  readonly reason?: string;
}

/** How much two threads had of the same time, in virtual ms. */
export interface ThreadOverlap {
  /** Both ran: what more than one core is worth, and what the GIL prevents. */
  readonly running: number;
  /** Both were waiting. */
  readonly waiting: number;
}

/**
 * A stretch of the loop's life, in virtual ms: idle, burning CPU or held up by a blocking call; or ready, where there are
 * threads, and without the GIL (`gil`) or a core.
 */
export interface LoopSlice {
  readonly from: number;
  readonly to: number;
  readonly state: 'idle' | 'computing' | 'blocked' | 'gil' | 'core';
  /** Who did it; 0: nobody. */
  readonly task: number;
  /** What it was called, '' if idle. */
  readonly label: string;
}

/** How much two tasks had of the same time, in virtual ms. */
export interface Overlap {
  /** Both were made and not yet done. */
  readonly alive: number;
  /** Both were waiting: the time that waiting together saves. */
  readonly waiting: number;
}

const known = new WeakMap<Trace, TraceQuery>();

/**
 * Asks a trace: reads it once, and answers from memory afterwards.
 *
 * @example query(trace).timesOf('rice').waiting; // 2400000
 */
export function query(trace: Trace): TraceQuery {
  const answers = known.get(trace) ?? new TraceQuery(trace);
  known.set(trace, answers);
  return answers;
}

/** What a trace says about its tasks and its loop; made by `query(trace)`. */
export class TraceQuery {
  readonly trace: Trace;
  /** The state after the last event. */
  readonly final: LoopState;
  /** The time of the last event, in virtual ms. */
  readonly endTime: number;
  readonly #records: Map<number, TaskRecord>;
  readonly #loopSlices: LoopSlice[];
  readonly #threads: Map<number, ThreadRecord>;
  /** The thread of the loop, and since when it lacks what it lacks. */
  #host: number;
  #lack: { readonly from: number; readonly state: 'gil' | 'core' } | null;

  constructor(trace: Trace) {
    this.trace = trace;
    this.endTime = trace.endTime;
    this.#records = new Map();
    this.#loopSlices = [];
    this.#threads = new Map();
    this.#host = 0;
    this.#lack = null;
    const folder = new StateFolder();
    for (const event of trace) {
      folder.apply(event);
      this.#note(event);
    }
    this.final = folder.state();
    for (const record of this.#records.values()) record.close(this.endTime);
    for (const record of this.#threads.values()) record.enter(this.endTime, null);
  }

  /**
   * Every task, in the order in which they were made.
   *
   * @example query(trace).tasks().map((task) => task.name); // ['main', 'rice', 'laundry', 'dishes']
   */
  tasks(): TaskState[] {
    return [...this.final.tasks.values()];
  }

  /**
   * The task with that id or that name, as it was at the end.
   *
   * Throws a `RangeError` if there is none, or if several have that name.
   *
   * @example query(trace).task('rice').doneAt; // 2400000
   */
  task(ref: TaskRef): TaskState {
    return find(this.final.tasks, ref, 'task');
  }

  /**
   * Every thread, in the order in which they were made; the loop's own is one of them (`host`).
   *
   * @example query(trace).threads().map((thread) => thread.name); // ['MainThread', 'asyncio-0']
   */
  threads(): ThreadState[] {
    return [...this.final.threads.values()];
  }

  /**
   * The thread with that id or that name, as it was at the end.
   *
   * Throws a `RangeError` if there is none, or if several have that name.
   *
   * @example query(trace).thread('asyncio-0').switches.forced; // 3
   */
  thread(ref: ThreadRef): ThreadState {
    return find(this.final.threads, ref, 'thread');
  }

  /**
   * How a thread's life is made up, from its start to its end without gaps.
   *
   * @example query(trace).threadSlicesOf('b')[0]; // { from: 0, to: 5, state: 'gil' }
   */
  threadSlicesOf(ref: ThreadRef): ThreadSlice[] {
    return [...(this.#threads.get(this.thread(ref).id)?.slices ?? [])];
  }

  /**
   * How long a thread was busy, lacked the GIL, lacked a core, and waited, in virtual ms; `total` is their sum, from its
   * start to its end.
   *
   * @example query(trace).threadTimesOf('b'); // { busy: 12, gil: 12, core: 0, waiting: 0, total: 24 }
   */
  threadTimesOf(ref: ThreadRef): ThreadTimes & { readonly total: number } {
    return threadTimes(this.thread(ref), this.endTime);
  }

  /**
   * How much of their time two threads shared, in virtual ms. With one GIL they never run at once.
   *
   * @example query(trace).threadOverlap('a', 'b').running; // 0
   */
  threadOverlap(a: ThreadRef, b: ThreadRef): ThreadOverlap {
    const of = (ref: ThreadRef, state: ThreadSlice['state']) =>
      this.threadSlicesOf(ref).filter((slice) => slice.state === state);
    return {
      running: shared(of(a, 'running'), of(b, 'running')),
      waiting: shared(of(a, 'waiting'), of(b, 'waiting')),
    };
  }

  /**
   * How a task's life is made up, from its creation to its end without gaps. What takes no time is no slice:
   * `stepsOf` lists every step.
   *
   * @example query(trace).slicesOf('rice'); // [{ from: 0, to: 2400000, state: 'waiting', reason: 'sleep' }]
   */
  slicesOf(ref: TaskRef): TaskSlice[] {
    return this.#record(ref).slices.slice();
  }

  /**
   * Each time a task was resumed.
   *
   * @example query(trace).stepsOf('rice').length; // 2: before its sleep and after it
   */
  stepsOf(ref: TaskRef): TaskStep[] {
    return this.#record(ref).steps.slice();
  }

  /**
   * The events that name the task in their `task` field.
   *
   * @example query(trace).eventsOf('rice').map((event) => event.kind); // ['task:create', 'task:ready', …]
   */
  eventsOf(ref: TaskRef): TraceEvent[] {
    return this.#record(ref).seqs.map((seq) => this.trace.event(seq));
  }

  /**
   * How long a task was busy, ready and waiting, in virtual ms; `total` is their sum, from its creation to its end.
   *
   * @example query(trace).timesOf('rice'); // { busy: 0, ready: 0, waiting: 2400000, total: 2400000 }
   */
  timesOf(ref: TaskRef): TaskTimes & { readonly total: number } {
    return taskTimes(this.task(ref), this.endTime);
  }

  /**
   * How much of their time two tasks shared, in virtual ms. Tasks that wait overlap; tasks that compute do not.
   *
   * @example query(trace).overlap('rice', 'laundry').waiting; // 1800000
   */
  overlap(a: TaskRef, b: TaskRef): Overlap {
    const life = (task: TaskState): Span[] => [
      { from: task.createdAt, to: task.doneAt ?? task.droppedAt ?? this.endTime },
    ];
    const waits = (ref: TaskRef) => this.#record(ref).slices.filter((slice) => slice.state === 'waiting');
    return { alive: shared(life(this.task(a)), life(this.task(b))), waiting: shared(waits(a), waits(b)) };
  }

  /**
   * What the loop did with the time: the clock moves only when it is idle, computes or is blocked, or waits for the GIL
   * or a core; in the middle of a computation, too, which then is in several slices. What switching costs is in none. Idle
   * slices that touch are one.
   *
   * @example query(trace).loopSlices()[0]; // { from: 0, to: 1800000, state: 'idle', task: 0, label: '' }
   */
  loopSlices(): LoopSlice[] {
    return this.#loopSlices.slice();
  }

  /**
   * The lines that the program printed, with the time and the task.
   *
   * @example query(trace).outputs().map((line) => line.text); // ['laundry is done', …]
   */
  outputs(): OutputLine[] {
    return this.final.output.slice();
  }

  /**
   * Why event `seq` happened: the event itself, what caused it, what caused that, back to one that nothing caused.
   *
   * Throws a `RangeError` if there is no such event.
   *
   * @example query(trace).causesOf(35).map((event) => event.kind); // ['task:step', 'task:ready', 'timer:due', 'timer:set', …]
   */
  causesOf(seq: number): TraceEvent[] {
    let event = this.trace.event(seq);
    const chain = [event];
    // A cause comes before its effect; a hand-made trace that says otherwise must not lead us in circles.
    while (event.cause > 0 && event.cause < event.seq) {
      event = this.trace.event(event.cause);
      chain.push(event);
    }
    return chain;
  }

  /**
   * The first event of a kind for which the predicate holds, `undefined` if there is none.
   *
   * @example query(trace).find('print', (event) => event.text.includes('rice'))?.time; // 2400000
   */
  find<K extends EventKind>(kind: K, predicate?: (event: EventOf<K>) => boolean): EventOf<K> | undefined {
    for (const event of this.trace) {
      if (isKind(event, kind) && (predicate?.(event) ?? true)) return event;
    }
    return undefined;
  }

  /**
   * All events of a kind for which the predicate holds.
   *
   * @example query(trace).findAll('clock:jump').length; // 2
   */
  findAll<K extends EventKind>(kind: K, predicate?: (event: EventOf<K>) => boolean): EventOf<K>[] {
    const found: EventOf<K>[] = [];
    for (const event of this.trace) {
      if (isKind(event, kind) && (predicate?.(event) ?? true)) found.push(event);
    }
    return found;
  }

  #record(ref: TaskRef): TaskRecord {
    return this.#records.get(this.task(ref).id)!;
  }

  #note(event: TraceEvent): void {
    if ('task' in event && event.task !== 0) {
      const record = this.#records.get(event.task) ?? new TaskRecord();
      this.#records.set(event.task, record);
      record.note(event);
    }
    if ('thread' in event && event.kind !== 'overhead') this.#noteThread(event);
    if (event.kind === 'clock:jump') {
      const last = this.#loopSlices.at(-1);
      const joins = last?.state === 'idle' && last.to === event.from;
      if (joins) this.#loopSlices.pop();
      const from = joins ? last.from : event.from;
      this.#addLoopSlice({ from, to: event.to, state: 'idle', task: 0, label: '' });
    } else if (event.kind === 'compute' || event.kind === 'block') {
      const { from, to, task, label } = event;
      this.#addHeldUp({ from, to, state: event.kind === 'compute' ? 'computing' : 'blocked', task, label });
    } else if (event.kind === 'loop:close') {
      for (const record of this.#records.values()) record.close(event.time);
    }
  }

  #noteThread(event: Extract<TraceEvent, { thread: number }>): void {
    if (event.kind === 'thread:host') this.#host = event.thread;
    const record = this.#threads.get(event.thread) ?? new ThreadRecord();
    this.#threads.set(event.thread, record);
    const before = record.open;
    record.note(event);
    if (event.thread !== this.#host || record.open === before) return;
    const lack = this.#lack;
    if (lack) this.#addLoopSlice({ ...lack, to: event.time, task: 0, label: '' });
    const { open } = record;
    this.#lack =
      open?.state === 'gil' || open?.state === 'core' ? { from: open.from, state: open.state } : null;
  }

  /** A computation is over: what of it is left beside the slices in which the loop lacked the GIL or a core. */
  #addHeldUp(slice: LoopSlice): void {
    const inside: LoopSlice[] = [];
    while ((this.#loopSlices.at(-1)?.from ?? -1) >= slice.from && isLack(this.#loopSlices.at(-1)))
      inside.unshift(this.#loopSlices.pop()!);
    let { from } = slice;
    for (const lack of inside) {
      this.#addLoopSlice({ ...slice, from, to: lack.from });
      this.#addLoopSlice(lack);
      from = lack.to;
    }
    this.#addLoopSlice({ ...slice, from });
  }

  #addLoopSlice(slice: LoopSlice): void {
    if (slice.to > slice.from) this.#loopSlices.push(slice);
  }
}

/** What is noted about a task while the trace is read. */
class TaskRecord {
  readonly seqs: number[];
  readonly slices: TaskSlice[];
  readonly steps: TaskStep[];
  /** The state it is in and since when; `null` before it was made and after it ended. */
  #open: Omit<TaskSlice, 'to'> | null;

  constructor() {
    this.seqs = [];
    this.slices = [];
    this.steps = [];
    this.#open = null;
  }

  note(event: TraceEvent): void {
    this.seqs.push(event.seq);
    const { time } = event;
    switch (event.kind) {
      case 'task:create':
      case 'task:ready':
        this.#enter(time, { from: time, state: 'ready' });
        break;
      case 'task:step':
        this.#enter(time, { from: time, state: 'running' });
        this.steps.push({ seq: event.seq, from: time, to: time, eager: event.eager, end: null });
        break;
      case 'task:yield':
        this.#enter(time, { from: time, state: 'ready' });
        this.#endStep(time, 'yield');
        break;
      case 'task:wait':
        this.#enter(time, { from: time, state: 'waiting', reason: event.reason });
        this.#endStep(time, 'wait');
        break;
      case 'task:done':
        this.#enter(time, null);
        this.#endStep(time, 'done');
        break;
    }
  }

  /** The loop was closed, or the trace is over: whatever the task is in ends now. */
  close(time: number): void {
    const running = this.#open?.state === 'running';
    this.#enter(time, null);
    if (running) this.#endStep(time, null);
  }

  #enter(time: number, next: Omit<TaskSlice, 'to'> | null): void {
    const open = this.#open;
    if (open && time > open.from) this.slices.push({ ...open, to: time });
    this.#open = next;
  }

  #endStep(to: number, end: TaskStep['end']): void {
    const step = this.steps.pop();
    if (step) this.steps.push({ ...step, to, end });
  }
}

/** What is noted about a thread while the trace is read. */
class ThreadRecord {
  readonly slices: ThreadSlice[];
  /** The state it is in and since when; `null` before it was started and after it ended. */
  open: Omit<ThreadSlice, 'to'> | null;

  constructor() {
    this.slices = [];
    this.open = null;
  }

  note(event: Extract<TraceEvent, { thread: number }>): void {
    const from = event.time;
    switch (event.kind) {
      case 'thread:ready':
        this.enter(from, { from, state: event.lack === 'gil' ? 'gil' : 'core' });
        break;
      case 'gil:take':
        this.enter(from, { from, state: 'core' });
        break;
      case 'thread:run':
        this.enter(from, { from, state: 'running' });
        break;
      case 'thread:preempt':
        this.enter(from, { from, state: event.by === 'gil' ? 'gil' : 'core' });
        break;
      case 'thread:wait':
        this.enter(from, { from, state: 'waiting', reason: event.reason });
        break;
      case 'thread:done':
        this.enter(from, null);
        break;
    }
  }

  enter(time: number, next: Omit<ThreadSlice, 'to'> | null): void {
    const { open } = this;
    if (open && time > open.from) this.slices.push({ ...open, to: time });
    this.open = next;
  }
}

function isLack(slice: LoopSlice | undefined): boolean {
  return slice?.state === 'gil' || slice?.state === 'core';
}

/** The one with that id or that name; throws a `RangeError` if there is none, or several. */
function find<T extends { readonly id: number; readonly name: string }>(
  all: ReadonlyMap<number, T>,
  ref: number | string,
  what: string,
): T {
  if (typeof ref === 'number') {
    const one = all.get(ref);
    if (one) return one;
  }
  const named = [...all.values()].filter(({ name }) => name === ref);
  if (named.length === 1) return named[0]!;
  const listed = (named.length > 1 ? named : [...all.values()]).map(
    ({ id, name }) => `${id} ${JSON.stringify(name)}`,
  );
  const list =
    listed.length > 20
      ? `${listed.slice(0, 20).join(', ')} and ${listed.length - 20} more`
      : listed.join(', ');
  throw new RangeError(
    named.length > 1
      ? `several ${what}s are named ${JSON.stringify(ref)}, ask for one by its id: ${list}`
      : `the trace has no ${what} ${JSON.stringify(ref)}; it has ${list || 'none at all'}`,
  );
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** How long two lists of spans, each in order of time, hold at once. */
function shared(a: readonly Span[], b: readonly Span[]): number {
  let sum = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const one = a[i]!;
    const other = b[j]!;
    sum += Math.max(0, Math.min(one.to, other.to) - Math.max(one.from, other.from));
    if (one.to < other.to) i++;
    else j++;
  }
  return sum;
}

function isKind<K extends EventKind>(event: TraceEvent, kind: K): event is TraceEvent & EventOf<K> {
  return event.kind === kind;
}
