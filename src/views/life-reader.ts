/**
 * The lives of tasks and threads, read off a log: when each ran, was ready, or waited, and what the loop did meanwhile.
 *
 * One pass over the log. A part of a life in which it did one thing is a *phase*; each is told to a sink when it is over, and
 * nothing of it is kept here. So whoever draws lives keeps them in the shape that suits the picture: as objects with words
 * (lifelines.ts), or as columns of numbers (page/canvas/lives.ts).
 *
 * Two rulers lie along a trace. *Time* is the obvious one, but with a virtual clock most of what happens takes no
 * time at all, and a program without a sleep happens entirely at 0. So every place is also given in *turns*: the
 * number of runs (of a task or callback) that came before it. Each run is one turn long, whatever the clock says.
 *
 * A task that sleeps until 200 while another computes until 570 waits until 570, by the rules: the loop can't notice
 * that the timer is due. But what holds it up from 200 on is no longer its sleep, it is the busy loop. That part of a
 * wait is *overdue*. It is read from the causes: what woke the task was a timer, or a device's request, that the loop
 * noticed too late. In the sums of a trace (`taskTimes`) it is a part of waiting.
 *
 * Where there are threads, the loop's own is one of them, its *host*, and may have to wait for the GIL or for a core in
 * the middle of a step. That part of a step is told as what it is; in the sums (`taskTimes`) it is a part of busy.
 */

import type { EventOf, Outcome, TraceEvent } from '../trace/events.ts';
import { printable } from './cells.ts';
import { LoopWatch } from './loop-watch.ts';
import { cutOut, gaps, type Span } from './spans.ts';

/** What a task or thread is doing, as long as it isn't done. `gil`, `core`: what it can't run for want of. */
export type Doing = 'running' | 'ready' | 'waiting' | 'overdue' | 'gil' | 'core';

/** A place in a trace, on both rulers. */
export interface Place {
  /** Virtual ms. */
  readonly time: number;
  /** How many runs came before. */
  readonly turn: number;
}

/** Where something happened, and the event that tells of it. */
export interface Moment extends Place {
  readonly seq: number;
}

/** A part of a life in which it did one thing. */
export interface Phase {
  readonly doing: Doing;
  readonly from: Place;
  readonly to: Place;
  /** The event that began it. Of what is overdue: that which began the wait. */
  readonly seq: number;
  /** Of a wait for the clock: how long it is, in ms; NaN: that isn't known, or it is none. */
  readonly length: number;
  /** Whether it was not over when the trace ended, or when its loop was closed. */
  readonly open: boolean;
}

/** A task or thread. What may change is as far as the log has been read. */
export interface Living {
  readonly kind: 'task' | 'thread';
  readonly id: number;
  /** Made `printable`; '' until the log is over. */
  readonly name: string;
  /** Its place among all, in the order in which they are met. */
  readonly row: number;
  /** Of a thread: its process (0: unknown), and whether it is the thread of the loop, or of the script around it. */
  readonly process: number;
  readonly host: boolean;
  /** Where and how it ended; undefined if it didn't. */
  readonly end: LifeEnd | undefined;
  /** Where it was found to wait for ever: the deadlocks that it was a part of. */
  readonly stuck: readonly Moment[];
}

/** Where and how a life ended. */
export interface LifeEnd extends Moment {
  readonly outcome: Outcome;
}

/** Who is told what happens, in the order in which it is over. */
export interface LifeSink {
  phase(who: Living, phase: Phase): void;
  /** It computed, or blocked the loop, for a stretch of time. */
  work(who: Living, from: number, to: number, event: EventOf<'compute' | 'block' | 'thread:busy'>): void;
  /** A run of a task or callback begins; `task` is 0 for a callback. */
  run(at: Place, task: number, seq: number): void;
  iteration(at: Place, iteration: number): void;
}

/** A process, with the size of its machine. */
export interface ProcessLine {
  readonly process: number;
  readonly machine: number;
  readonly name: string;
  readonly gil: boolean;
  readonly cores: number;
  /** How many threads were made in it. */
  readonly threads: number;
}

/** How the loop spent the time of a trace. */
export interface LoopTimes {
  /** Where the trace begins and ends. */
  readonly from: Place;
  readonly to: Place;
  /**
   * When the clock moved while the loop stood still (virtual ms), joined where they touch. Where its thread lacked the GIL
   * or a core meanwhile, that is left out.
   */
  readonly busy: readonly Span[];
  /** The same where no loop ran: the plain code of a script, around its loops, took that time. */
  readonly script: readonly Span[];
  /** When its thread wanted to run, and lacked the GIL or a core; `script`: no loop ran. */
  readonly lacking: readonly (Span & { readonly lack: 'gil' | 'core'; readonly script: boolean })[];
  /** Once there are threads: when time passed that is neither a loop's nor the script's. */
  readonly absent: readonly Span[];
}

/** When the loop idled: time passed that was nobody's. */
export function idleOf({ from, to, busy, script, lacking, absent }: LoopTimes): Span[] {
  return gaps(from.time, to.time, [...busy, ...script, ...lacking, ...absent]);
}

/** All that is known at the end of a log beside what the sink was told. */
interface LivesRead {
  /** In the order in which they were met. */
  readonly tasks: readonly Living[];
  readonly threads: readonly Living[];
  readonly processes: readonly ProcessLine[];
  readonly loop: LoopTimes;
}

type Changing<T> = { -readonly [K in keyof T]: T[K] };

/** Somebody while the log is read: what it is doing, and since when. */
interface Draft extends Changing<Living> {
  doing: Doing | 'new' | 'done';
  sinceTime: number;
  sinceTurn: number;
  seq: number;
  length: number;
  /** Since when what it waits for is there, and the loop hasn't noticed. */
  overdue: Place | undefined;
  /** Whether it waits for a job, as the idle thread of a pool does: that holds nobody up. */
  jobless: boolean;
}

/**
 * Reads lives; see the top of the file.
 *
 * @example
 * const reader = new LifeReader(sink);
 * for (const event of trace) reader.read(event);
 * reader.end().tasks.map(({ name }) => name) // ['main', 'cook rice', …]
 */
export class LifeReader {
  readonly #sink: LifeSink;
  readonly #loop: LoopWatch;
  readonly #tasks: Map<number, Draft>;
  readonly #threads: Map<number, Draft>;
  /** A name may be told before its bearer is met, if a log begins in the middle of a run. */
  readonly #taskNames: Map<number, string>;
  readonly #threadNames: Map<number, string>;
  readonly #processes: Changing<ProcessLine>[];
  #cores: number;
  /** The timers that are set: when they are due. */
  readonly #whens: Map<number, number>;
  /** How long the timer is that each task set last: if it sleeps, for its sleep. */
  readonly #sleeps: Map<number, number>;
  /** When requests were complete. */
  readonly #completed: Map<number, number>;
  /** Events that come late, or because of one that did: when it should have been. */
  readonly #dueAt: Map<number, number>;
  /** Where the clock came to stand each time it moved. */
  readonly #moves: Place[];
  #from: Place | undefined;
  /** The place that has been reached. */
  #time: number;
  #turn: number;
  /** How many runs are inside one another, and whether the present turn has a run in it. */
  #depth: number;
  #taken: boolean;
  readonly #busy: Changing<Span>[];
  readonly #script: Changing<Span>[];
  readonly #lacking: LoopTimes['lacking'][number][];
  /** What began each time of lacking. */
  readonly #lackedSince: number[];
  readonly #absent: Span[];

  constructor(sink: LifeSink) {
    this.#sink = sink;
    this.#loop = new LoopWatch();
    this.#tasks = new Map();
    this.#threads = new Map();
    this.#taskNames = new Map();
    this.#threadNames = new Map();
    this.#processes = [];
    this.#cores = 0;
    this.#whens = new Map();
    this.#sleeps = new Map();
    this.#completed = new Map();
    this.#dueAt = new Map();
    this.#moves = [];
    this.#from = undefined;
    this.#time = 0;
    this.#turn = 0;
    this.#depth = 0;
    this.#taken = false;
    this.#busy = [];
    this.#script = [];
    this.#lacking = [];
    this.#lackedSince = [];
    this.#absent = [];
  }

  /** How many runs came before what was read last. */
  get turn(): number {
    return this.#turn;
  }

  get #here(): Place {
    return { time: this.#time, turn: this.#turn };
  }

  /** Reads the next event of the log. */
  read(event: TraceEvent): void {
    this.#loop.see(event);
    if (this.#from === undefined) {
      // A script may begin with what takes time, which is written when it is over.
      const began = event.kind === 'compute' || event.kind === 'block' ? event.from : event.time;
      this.#from = { time: Math.min(began, event.time), turn: 0 };
      this.#time = this.#from.time;
    }
    if (event.time > this.#time) {
      if (this.#threads.size > 0 && !this.#loop.runs) this.#absent.push({ from: this.#time, to: event.time });
      this.#time = event.time;
      this.#moves.push(this.#here);
    }
    this.#readLoop(event);
  }

  /** The log is over: tells what is still open, and returns who there was. */
  end(): LivesRead {
    if (this.#taken) this.#endTurn();
    for (const task of this.#tasks.values()) {
      this.#close(task, true);
      task.name = task.id === 0 ? '' : nameOf(this.#taskNames.get(task.id), `Task-${task.id}`);
    }
    for (const thread of this.#threads.values()) {
      this.#close(thread, true);
      thread.name = nameOf(this.#threadNames.get(thread.id), `Thread-${thread.id}`);
    }
    return {
      tasks: [...this.#tasks.values()],
      threads: [...this.#threads.values()],
      processes: this.#processes,
      loop: {
        from: this.#from ?? this.#here,
        to: this.#here,
        busy: cutOut(this.#busy, this.#lacking),
        script: cutOut(this.#script, this.#lacking),
        lacking: this.#lacking,
        absent: this.#absent,
      },
    };
  }

  // ---- the loop and its tasks -----------------------------------------------------------------------------

  #readLoop(event: TraceEvent): void {
    switch (event.kind) {
      case 'iteration':
        this.#sink.iteration(this.#here, event.iteration);
        break;
      case 'compute':
      case 'block':
        this.#burn(event);
        break;
      case 'task:create':
        this.#task(event);
        this.#taskNames.set(event.task, event.name);
        break;
      case 'task:rename':
        this.#taskNames.set(event.task, event.name);
        break;
      case 'task:ready': {
        const task = this.#task(event);
        this.#notice(task, this.#dueAt.get(event.cause));
        this.#turnTo(task, 'ready', event.seq);
        break;
      }
      case 'task:step': {
        const task = this.#task(event);
        if (task.doing === 'done') break;
        this.#beginTurn(event.task, event.eager, event.seq);
        this.#turnTo(task, 'running', event.seq);
        break;
      }
      case 'task:yield':
        this.#leave(this.#task(event), 'ready', event.seq);
        break;
      case 'task:wait': {
        const length = event.on === 'timer' ? this.#sleeps.get(event.task) : undefined;
        this.#leave(this.#task(event), 'waiting', event.seq, length);
        break;
      }
      case 'task:done': {
        const task = this.#task(event);
        if (task.doing === 'done') break;
        this.#leave(task, 'done', event.seq);
        task.end = { ...this.#here, outcome: event.outcome, seq: event.seq };
        break;
      }
      case 'timer:set':
        this.#whens.set(event.seq, event.when);
        if (event.task !== 0) this.#sleeps.set(event.task, event.when - event.time);
        break;
      case 'timer:cancel':
        this.#whens.delete(event.timer);
        break;
      case 'timer:due':
        this.#late(event, this.#whens.get(event.timer));
        this.#whens.delete(event.timer);
        break;
      case 'request:complete':
        this.#completed.set(event.request, event.time);
        break;
      case 'request:deliver':
        this.#late(event, this.#completed.get(event.request));
        break;
      case 'handle:run':
        this.#late(event, this.#dueAt.get(event.cause));
        this.#beginTurn(0, false, event.seq);
        break;
      // What a late handle does is late as well: it settles a future, or cancels a task that waited too long.
      case 'handle:ready':
      case 'future:done':
      case 'task:cancel':
        this.#late(event, this.#dueAt.get(event.cause));
        break;
      case 'handle:end':
        this.#endTurn();
        break;
      // An error that left the loop in the middle of a callback wrote no end of it: its turn is over here.
      case 'loop:return':
        this.#depth = 0;
        if (this.#taken) this.#endTurn();
        break;
      case 'deadlock':
        this.#stick(event);
        break;
      case 'loop:close':
        for (const task of this.#tasks.values()) {
          this.#close(task, true);
          task.doing = 'done';
        }
        break;
      default:
        this.#readMachine(event);
    }
  }

  /** Time that somebody took while the loop, or the script around it, stood still. */
  #burn(event: EventOf<'compute' | 'block'>): void {
    const { from, to } = event;
    const isScript = this.#loop.isScript(event);
    const spans = isScript ? this.#script : this.#busy;
    // It is written when it is over: what passed until then was taken for nobody's.
    if (isScript) while ((this.#absent.at(-1)?.from ?? -1) >= from) this.#absent.pop();
    const last = spans.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else if (to > from) spans.push({ from, to });
    const who = isScript
      ? [...this.#threads.values()].findLast(({ host }) => host)
      : this.#tasks.get(event.task);
    if (who) this.#sink.work(who, from, to, event);
  }

  /** Nothing can ever happen again: all who wait are stuck. */
  #stick({ seq }: TraceEvent): void {
    const moment = { ...this.#here, seq };
    for (const draft of [...this.#tasks.values(), ...this.#threads.values()])
      if (draft.doing === 'waiting' && !draft.jobless) draft.stuck = [...draft.stuck, moment];
  }

  #beginTurn(task: number, isInside: boolean, seq: number): void {
    if (this.#taken) this.#turn++;
    this.#taken = true;
    this.#depth = isInside ? this.#depth + 1 : 1;
    this.#sink.run(this.#here, task, seq);
  }

  #endTurn(): void {
    this.#turn++;
    this.#depth = Math.max(0, this.#depth - 1);
    // Whoever created an eager task has the loop back, and goes on in a turn of its own.
    this.#taken = this.#depth > 0;
  }

  /** Notes of an event that it should have been at `at`, if that is in the past. */
  #late({ seq, time }: TraceEvent, at: number | undefined): void {
    if (at !== undefined && at < time) this.#dueAt.set(seq, at);
  }

  /** What a task waits for was there at `time`: if that is in the past, its wait is overdue since. */
  #notice(task: Draft, time: number | undefined): void {
    if (task.doing !== 'waiting' || time === undefined || time >= this.#time) return;
    const at = Math.max(time, task.sinceTime);
    // Halving: the first move of the clock that went past it.
    let [low, high] = [0, this.#moves.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#moves[middle]!.time > at) high = middle;
      else low = middle + 1;
    }
    const turn = this.#moves[low]?.turn ?? this.#turn;
    task.overdue = { time: at, turn: Math.max(task.sinceTurn, turn) };
  }

  // ---- threads and processes ------------------------------------------------------------------------------

  #readMachine(event: TraceEvent): void {
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
        this.#thread(event).process = event.process;
        this.#threadNames.set(event.thread, event.name);
        const home = this.#processes.find(({ process }) => process === event.process);
        if (home) home.threads++;
        break;
      }
      case 'thread:host':
        this.#thread(event).host = true;
        break;
      case 'thread:ready':
        this.#turnThread(event, event.lack === 'gil' ? 'gil' : 'core');
        break;
      case 'gil:take':
        this.#turnThread(event, 'core');
        break;
      case 'thread:run':
        this.#runThread(event);
        break;
      case 'thread:preempt':
        this.#turnThread(event, event.by === 'gil' ? 'gil' : 'core');
        break;
      case 'thread:wait':
        this.#turnThread(event, 'waiting');
        this.#thread(event).jobless = event.reason === 'job';
        break;
      case 'thread:done': {
        const thread = this.#thread(event);
        if (thread.doing === 'done') break;
        this.#turnThread(event, 'done');
        thread.end = { ...this.#here, outcome: event.outcome, seq: event.seq };
        break;
      }
      case 'thread:busy':
        this.#sink.work(this.#thread(event), event.from, event.time, event);
        break;
    }
  }

  /** A thread runs, which takes a turn of its own; what the loop's thread runs are the runs of the loop. */
  #runThread(event: EventOf<'thread:run'>): void {
    if (this.#thread(event).host) {
      this.#turnThread(event, 'running');
      return;
    }
    if (this.#taken) this.#turn++;
    this.#turnThread(event, 'running');
    this.#turn++;
    this.#taken = this.#depth > 0;
  }

  /** When the thread of the loop couldn't run is told of the loop as well. */
  #turnThread(event: { readonly seq: number; readonly thread: number }, doing: Doing | 'done'): void {
    const thread = this.#thread(event);
    const { doing: lack, sinceTime: from } = thread;
    const to = this.#time;
    if (thread.host && (lack === 'gil' || lack === 'core') && to > from) {
      this.#lacking.push({ from, to, lack, script: !this.#loop.runs });
      this.#lackedSince.push(thread.seq);
    }
    this.#turnTo(thread, doing, event.seq);
  }

  // ---- lives ----------------------------------------------------------------------------------------------

  #task(event: { readonly task: number }): Draft {
    return this.#tasks.get(event.task) ?? this.#meet('task', event.task);
  }

  #thread(event: { readonly thread: number }): Draft {
    return this.#threads.get(event.thread) ?? this.#meet('thread', event.thread);
  }

  #meet(kind: 'task' | 'thread', id: number): Draft {
    const all = kind === 'task' ? this.#tasks : this.#threads;
    const draft: Draft = {
      kind,
      id,
      name: '',
      row: this.#tasks.size + this.#threads.size,
      process: 0,
      host: false,
      end: undefined,
      stuck: [],
      doing: 'new',
      sinceTime: this.#time,
      sinceTurn: this.#turn,
      seq: 0,
      length: Number.NaN,
      overdue: undefined,
      jobless: false,
    };
    all.set(id, draft);
    return draft;
  }

  /** A task gives the loop back. */
  #leave(task: Draft, doing: Doing | 'done', seq: number, length?: number): void {
    if (task.doing === 'running') this.#endTurn();
    this.#turnTo(task, doing, seq, length);
  }

  #turnTo(draft: Draft, doing: Doing | 'done', seq: number, length = Number.NaN): void {
    if (draft.doing === 'done') return;
    this.#close(draft, false);
    draft.doing = doing;
    draft.sinceTime = this.#time;
    draft.sinceTurn = this.#turn;
    draft.seq = seq;
    draft.length = length;
  }

  /** Tells the phase in which somebody is. */
  #close(draft: Draft, open: boolean): void {
    const { kind, doing, sinceTime, sinceTurn, seq, overdue } = draft;
    if (doing === 'new' || doing === 'done') return;
    const from = { time: sinceTime, turn: sinceTurn };
    const to = this.#here;
    if (overdue) {
      this.#sink.phase(draft, { doing, from, to: overdue, seq, length: draft.length, open: false });
      this.#sink.phase(draft, { doing: 'overdue', from: overdue, to, seq, length: Number.NaN, open });
      draft.overdue = undefined;
      return;
    }
    // How long a thread waits for the clock is seen when it is over.
    const length = kind === 'thread' && !open ? to.time - from.time : draft.length;
    const phase = { doing, from, to, seq, length, open };
    if (kind === 'task' && doing === 'running') this.#tellStep(draft, phase);
    else this.#sink.phase(draft, phase);
  }

  /** A step in pieces, if the loop's thread lacked something in the middle of it. On the ruler of turns it stays whole. */
  #tellStep(task: Draft, step: Phase): void {
    const { from, to } = step;
    const lacking = this.#lacking;
    let first = lacking.length;
    while (first > 0 && lacking[first - 1]!.to > from.time) first--;
    if (first === lacking.length || to.time === from.time) {
      this.#sink.phase(task, step);
      return;
    }
    let start = from;
    const tell = (doing: Doing, time: number, seq: number) => {
      const end = { time, turn: to.turn };
      const open = step.open && time === to.time;
      if (time > start.time) this.#sink.phase(task, { ...step, doing, from: start, to: end, seq, open });
      start = end;
    };
    for (let i = first; i < lacking.length; i++) {
      const { lack, from: since, to: until } = lacking[i]!;
      tell('running', since, step.seq);
      tell(lack, until, this.#lackedSince[i]!);
    }
    tell('running', to.time, step.seq);
  }
}

/** Somebody's own name, or what it is called without one. */
function nameOf(own: string | undefined, other: string): string {
  return own === undefined ? other : printable(own);
}
