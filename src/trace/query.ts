/**
 * Questions to a trace: what views draw, what matchers assert and what people ask.
 *
 * `query(trace)` reads the trace once and keeps what it learned; asking again for the same trace costs nothing. The
 * answers are plain data, made from two things: the state after the last event (`final`, a lenient fold), and
 * the stretches of time that lie between the changes of a task's state.
 *
 * A task is named by its id or by its name, the last one it had. Where two tasks have the same name, only the id
 * will do; no question silently answers for another task than was meant.
 */

import type { EventKind, EventOf, TraceEvent } from './events.ts';
import {
  type LoopState,
  type OutputLine,
  StateFolder,
  type TaskState,
  type TaskTimes,
  taskTimes,
} from './state.ts';
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

/** A stretch of the loop's life, in virtual ms: idle, burning CPU or held up by a blocking call. */
export interface LoopSlice {
  readonly from: number;
  readonly to: number;
  readonly state: 'idle' | 'computing' | 'blocked';
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

  constructor(trace: Trace) {
    this.trace = trace;
    this.endTime = trace.endTime;
    this.#records = new Map();
    this.#loopSlices = [];
    const folder = new StateFolder();
    for (const event of trace) {
      folder.apply(event);
      this.#note(event);
    }
    this.final = folder.state();
    for (const record of this.#records.values()) record.close(this.endTime);
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
    if (typeof ref === 'number') {
      const task = this.final.tasks.get(ref);
      if (task) return task;
    }
    const named = this.tasks().filter((task) => task.name === ref);
    if (named.length === 1) return named[0]!;
    const all = (named.length > 1 ? named : this.tasks()).map(
      ({ id, name }) => `${id} ${JSON.stringify(name)}`,
    );
    const list =
      all.length > 20 ? `${all.slice(0, 20).join(', ')} and ${all.length - 20} more` : all.join(', ');
    throw new RangeError(
      named.length > 1
        ? `several tasks are named ${JSON.stringify(ref)}, ask for one by its id: ${list}`
        : `the trace has no task ${JSON.stringify(ref)}; it has ${list || 'none at all'}`,
    );
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
   * What the loop did with the time: the clock moves only when it is idle, computes or is blocked. Idle slices that
   * touch are one.
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
    if (event.kind === 'clock:jump') {
      const last = this.#loopSlices.at(-1);
      const joins = last?.state === 'idle' && last.to === event.from;
      if (joins) this.#loopSlices.pop();
      const from = joins ? last.from : event.from;
      this.#addLoopSlice({ from, to: event.to, state: 'idle', task: 0, label: '' });
    } else if (event.kind === 'compute' || event.kind === 'block') {
      const { from, to, task, label } = event;
      this.#addLoopSlice({
        from,
        to,
        state: event.kind === 'compute' ? 'computing' : 'blocked',
        task,
        label,
      });
    } else if (event.kind === 'loop:close') {
      for (const record of this.#records.values()) record.close(event.time);
    }
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
