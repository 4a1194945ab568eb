/**
 * What a run took: a fold of its trace, event by event, which keeps nothing but what is alive. So a run of 100,000 threads
 * can be measured while it writes its trace, and nobody has to keep that.
 *
 * What counts as what:
 *
 * - *busy* is CPU time spent on the work itself. Of a loop it is what `compute` took; of threads, the time they were on
 *   a core, less the machine's own work. A blocking call, and a sleep, occupy their thread and not the processor.
 * - *overhead* is CPU time charged for the machine's own work: switching, starting, handing over.
 * - A switch is *voluntary* if a thread or task suspends because it has to wait, or gives way; *forced* if a thread is made
 *   to stop, by those who want the GIL or at the end of its time slice. That one ends is no switch.
 * - *waiting* is the sum over all threads and tasks, by cause. A thread that waits for its loop's or its pool's next job
 *   is *idle*. Of a task that waits while its loop's thread waits too, both count.
 * - A task's sleep lasts until the timer is due, its wait for a device until the request is complete. From then on it is
 *   *overdue*, until its loop wakes it: the loop was busy, or its thread lacked the GIL or a core, which counts as that
 *   thread's waiting besides. A timeout that cuts a sleep short does so when it is due. (This is known when the task is
 *   woken: in a summary of the middle of a run it still sleeps.)
 * - *memory* is the most at any moment: `processMemory` for each process, which has one thread, `threadMemory` for each
 *   more, `coroutineMemory` for each task that is not done. A program is a process from the start.
 */

import { type Costs, checkCosts } from '../cpu/costs.ts';
import {
  CODE,
  EVENT_SCHEMA,
  type EventKind,
  type EventText,
  type TraceEvent,
  type TraceSink,
} from '../trace/events.ts';

/** Why a thread or task doesn't run, though it isn't over. */
export type WaitCause =
  /** A thread wants to run, and another one has the GIL. */
  | 'gil'
  /** A thread could run, and all cores are taken. */
  | 'core'
  /** A task is in the ready queue. */
  | 'ready'
  /** The sleep of a task is over, or the answer there, and it hasn't been woken: the loop was busy. */
  | 'overdue'
  /** In a sleep or a blocking call. */
  | 'sleep'
  /** For the answer of a device. */
  | 'device'
  /** For a lock, a queue or the like. */
  | 'lock'
  /** For other threads or tasks, or a future. */
  | 'join'
  /** For something to do. */
  | 'idle';

/** CPU ms of the machine's own work, by what it was; `total` is their sum. */
export interface Overhead {
  readonly total: number;
  readonly switch: number;
  readonly create: number;
  readonly pickle: number;
}

/** What a run took. Times in virtual ms, memory in bytes. */
export interface Summary {
  /** From the first event to the last. */
  readonly makespan: number;
  /** How many cores the machine has. */
  readonly cores: number;
  /** CPU time spent on the work itself. */
  readonly busy: number;
  /** `busy` as a part of what all cores could have done in the makespan: 0 to 1. */
  readonly cpuUse: number;
  readonly overhead: Overhead;
  readonly switches: { readonly voluntary: number; readonly forced: number };
  /** Summed over all threads and tasks. */
  readonly waiting: { readonly [C in WaitCause]: number };
  /** The most that were there at one time, and what they took. */
  readonly peak: {
    readonly processes: number;
    readonly threads: number;
    readonly tasks: number;
    readonly memory: number;
  };
  /** How many threads and tasks ended with an error. */
  readonly failed: number;
  /** How many events the trace has. */
  readonly events: number;
}

/** What a trace doesn't say. */
export interface SummaryOptions {
  /** Cores, where no machine with threads says it in the trace; 1 by default. */
  readonly cores?: number;
  /** For the memory; 0 by default. */
  readonly costs?: Partial<Costs>;
}

/** A thread or task that is alive: what it has been doing since when. One object for its life, however often that changes. */
interface Unit {
  /** Why it waits; 'core time' while a thread is on a core; null: neither. */
  doing: WaitCause | 'core time' | null;
  since: number;
  /** That of a thread. */
  readonly process: number;
}

/** Takes up an event of one kind, as the tracer writes it. */
type Fold = (a: number, b: number, text: EventText) => void;

/**
 * Folds a trace into a summary while it is written: hand it to a run as its `trace`.
 *
 * @example
 * const summing = new Summarizer({ costs });
 * run(main, { trace: summing });
 * summing.summary().makespan // 2400000
 */
export class Summarizer implements TraceSink {
  private readonly costs: Costs;
  private cores: number;
  private events: number;
  /** The number of the last event. */
  private seq: number;
  private first: number;
  private now: number;
  /** Threads have been on cores for so long, up to when the running ones came. */
  private onCores: number;
  private computed: number;
  private hasMachine: boolean;
  /** What was charged while threads paid for it, out of their time on cores. */
  private charged: number;
  private readonly overhead: { switch: number; create: number; pickle: number };
  private readonly switches: { voluntary: number; forced: number };
  private readonly waited: { [C in WaitCause]: number };
  private readonly tasks: Map<number, Unit>;
  private readonly threads: Map<number, Unit>;
  /** How many threads each process has. */
  private readonly population: Map<number, number>;
  private readonly alive: { processes: number; threads: number; tasks: number };
  private readonly peak: { processes: number; threads: number; tasks: number; memory: number };
  private failed: number;
  private hasLoop: boolean;
  /** When the timers are due. */
  private readonly timers: Map<number, number>;
  /** When requests were complete that their loop hasn't noticed. */
  private readonly completed: Map<number, number>;
  /** When what put a handle into the ready queue was due. */
  private readonly handles: Map<number, number>;
  /** The same of the handle that runs. */
  private due: number | undefined;
  /** By code; most kinds have nothing to say here. */
  private readonly folds: readonly (Fold | undefined)[];

  /** Throws a ValueError for impossible costs. */
  constructor(options: SummaryOptions = {}) {
    this.costs = checkCosts(options.costs);
    this.cores = options.cores ?? 1;
    this.events = 0;
    this.seq = 0;
    this.first = 0;
    this.now = 0;
    this.onCores = 0;
    this.computed = 0;
    this.hasMachine = false;
    this.charged = 0;
    this.overhead = { switch: 0, create: 0, pickle: 0 };
    this.switches = { voluntary: 0, forced: 0 };
    this.waited = { gil: 0, core: 0, ready: 0, overdue: 0, sleep: 0, device: 0, lock: 0, join: 0, idle: 0 };
    this.tasks = new Map();
    this.threads = new Map();
    this.population = new Map();
    this.alive = { processes: 1, threads: 1, tasks: 0 };
    this.peak = { processes: 0, threads: 0, tasks: 0, memory: 0 };
    this.failed = 0;
    this.hasLoop = false;
    this.timers = new Map();
    this.completed = new Map();
    this.handles = new Map();
    this.due = undefined;
    const folds: { readonly [K in EventKind]?: Fold } = this.foldsByKind();
    this.folds = EVENT_SCHEMA.map(({ kind }) => folds[kind]);
    this.notePeak();
  }

  write(
    code: number,
    time: number,
    _iteration: number,
    _cause: number,
    a: number,
    b: number,
    _c: number,
    text: EventText,
  ): void {
    if (this.events++ === 0) this.first = time;
    this.seq++;
    this.now = time;
    this.folds[code]?.(a, b, text);
  }

  /** Takes up an event of a trace that is there. */
  add(event: TraceEvent): void {
    const code = CODE[event.kind];
    const { numbers, texts } = EVENT_SCHEMA[code]!;
    const field = (name: string | undefined) =>
      name === undefined ? 0 : (event as unknown as Record<string, unknown>)[name];
    const [a, b, c] = [0, 1, 2].map((place) => Number(field(numbers[place]?.name))) as [
      number,
      number,
      number,
    ];
    const words = texts.map(({ name }) => String(field(name)));
    const text = words.length === 1 ? words[0] : words;
    this.seq = event.seq - 1; // a trace may begin in the middle of a run
    this.write(code, event.time, event.iteration, event.cause, a, b, c, text);
  }

  private foldsByKind(): { readonly [K in EventKind]?: Fold } {
    const { tasks, threads, alive, switches } = this;
    return {
      'task:create': (task) => {
        alive.tasks++;
        tasks.set(task, { doing: null, since: this.now, process: 0 });
        this.notePeak();
      },
      'task:ready': (task) => {
        this.endOnTime(task);
        this.turnTo(tasks, task, 'ready');
      },
      'task:yield': (task) => {
        switches.voluntary++;
        this.turnTo(tasks, task, 'ready');
      },
      'task:step': (task) => this.turnTo(tasks, task, null),
      'task:wait': (task, _, text) => {
        switches.voluntary++;
        this.turnTo(tasks, task, causeOf(text![0]!, text![1]!));
      },
      'task:done': (task, _, text) => {
        this.turnTo(tasks, task, null);
        tasks.delete(task);
        alive.tasks--;
        if (text![0] === 'exception') this.failed++;
      },
      iteration: () => {
        // What was complete has been noticed by now.
        this.hasLoop = true;
        this.completed.clear();
        this.due = undefined;
      },
      'timer:set': (when) => {
        this.timers.set(this.seq, when);
      },
      'timer:cancel': (timer) => {
        this.timers.delete(timer);
      },
      'timer:due': (timer) => this.notice(this.timers, timer),
      'request:complete': (request) => {
        if (this.hasLoop) this.completed.set(request, this.now);
      },
      'request:deliver': (request) => this.notice(this.completed, request),
      'handle:run': (handle) => {
        this.due = this.handles.get(handle);
        this.handles.delete(handle);
      },
      'handle:end': () => {
        this.due = undefined;
      },
      'handle:skip': (handle) => {
        this.handles.delete(handle);
      },
      compute: (from, to) => {
        if (!this.hasMachine) this.computed += to - from;
      },
      block: (from, to) => {
        if (!this.hasMachine) this.waited.sleep += to - from;
      },
      overhead: (_, ms, text) => {
        this.overhead[text as keyof typeof this.overhead] += ms;
        if (this.hasMachine) this.charged += ms;
      },
      'machine:new': (cores) => this.machineBegins(cores),
      'process:new': () => {
        alive.processes++;
        this.notePeak();
      },
      'thread:create': (thread, process) => {
        this.population.set(process, (this.population.get(process) ?? 0) + 1);
        alive.threads++;
        threads.set(thread, { doing: null, since: this.now, process });
        this.notePeak();
      },
      'thread:ready': (thread, _, text) => this.turnTo(threads, thread, text === 'gil' ? 'gil' : 'core'),
      'gil:take': (thread) => this.turnTo(threads, thread, 'core'),
      'thread:run': (thread) => this.turnTo(threads, thread, 'core time'),
      'thread:preempt': (thread, _, text) => {
        switches.forced++;
        this.turnTo(threads, thread, text === 'gil' ? 'gil' : 'core');
      },
      'thread:wait': (thread, _, text) => {
        switches.voluntary++;
        this.turnTo(threads, thread, causeOf(text![0]!, text![1]!));
      },
      'thread:done': (thread, _, text) => this.threadEnds(thread, text![0] === 'exception'),
    };
  }

  private machineBegins(cores: number): void {
    this.cores = cores;
    if (this.hasMachine) return;
    this.hasMachine = true;
    // The process and the thread that a program begins with are told of now.
    this.alive.processes--;
    this.alive.threads--;
  }

  private threadEnds(thread: number, isFailure: boolean): void {
    const process = this.threads.get(thread)?.process;
    if (process === undefined) return;
    this.turnTo(this.threads, thread, null);
    this.threads.delete(thread);
    this.alive.threads--;
    if (isFailure) this.failed++;
    const left = this.population.get(process)! - 1;
    this.population.set(process, left);
    if (left > 0) return;
    this.population.delete(process);
    this.alive.processes--;
  }

  /** What it did up to now is over. */
  private turnTo(units: Map<number, Unit>, id: number, doing: Unit['doing']): void {
    const unit = units.get(id);
    if (unit === undefined) return; // of a trace that begins in the middle of a run
    if (unit.doing === 'core time') this.onCores += this.now - unit.since;
    else if (unit.doing !== null) this.waited[unit.doing] += this.now - unit.since;
    unit.doing = doing;
    unit.since = this.now;
  }

  /** A timer or a completed request joins the ready queue, as a handle. */
  private notice(times: Map<number, number>, id: number): void {
    const due = times.get(id);
    times.delete(id);
    if (due !== undefined) this.handles.set(this.seq, due);
  }

  /** The loop wakes a task: it slept, or waited for a device, only until that was over. */
  private endOnTime(task: number): void {
    const unit = this.tasks.get(task);
    if (this.due === undefined || (unit?.doing !== 'sleep' && unit?.doing !== 'device')) return;
    const { now } = this;
    this.now = Math.max(this.due, unit.since);
    this.turnTo(this.tasks, task, 'overdue');
    this.now = now;
  }

  private notePeak(): void {
    const { alive, peak, costs } = this;
    peak.processes = Math.max(peak.processes, alive.processes);
    peak.threads = Math.max(peak.threads, alive.threads);
    peak.tasks = Math.max(peak.tasks, alive.tasks);
    const memory =
      alive.processes * costs.processMemory +
      Math.max(0, alive.threads - alive.processes) * costs.threadMemory +
      alive.tasks * costs.coroutineMemory;
    peak.memory = Math.max(peak.memory, memory);
  }

  /** The summary up to the last event. */
  summary(): Summary {
    const { now, cores, overhead } = this;
    const makespan = now - this.first;
    let { onCores } = this;
    const waiting = { ...this.waited };
    for (const units of [this.tasks, this.threads])
      for (const { doing, since } of units.values()) {
        if (doing === 'core time') onCores += now - since;
        else if (doing !== null) waiting[doing] += now - since;
      }
    // Of a run that was stopped, what was charged may not be paid.
    const busy = this.computed + Math.max(0, onCores - this.charged);
    return {
      makespan,
      cores,
      busy,
      cpuUse: makespan === 0 ? 0 : busy / (makespan * cores),
      overhead: { total: overhead.switch + overhead.create + overhead.pickle, ...overhead },
      switches: { ...this.switches },
      waiting,
      peak: { ...this.peak },
      failed: this.failed,
      events: this.events,
    };
  }
}

function causeOf(on: string, reason: string): WaitCause {
  if (on === 'resource') return reason === 'request' ? 'device' : 'lock';
  if (reason === 'select' || reason === 'job') return 'idle';
  return on === 'timer' && reason !== 'exit' ? 'sleep' : 'join';
}

/**
 * The summary of a trace that is there.
 *
 * @example summarize(trace, { cores: 4 }).busy // 6000000
 */
export function summarize(trace: Iterable<TraceEvent>, options: SummaryOptions = {}): Summary {
  const summing = new Summarizer(options);
  for (const event of trace) summing.add(event);
  return summing.summary();
}
