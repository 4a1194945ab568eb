/**
 * The life of each task and thread as a line: which stretches of it it ran, was ready, or waited, and for what.
 *
 * The timeline draws these lines. One pass over the log.
 *
 * Two rulers lie along a trace. *Time* is the obvious one, but with a virtual clock most of what happens takes no
 * time at all, and a program without a sleep happens entirely at 0. So every place is also given in *turns*: the
 * number of runs (of a task or a callback) that came before it. Each run is one turn long, whatever the clock says.
 *
 * A task that sleeps until 200 while another computes until 570 waits until 570, by the rules: the loop can't notice
 * that the timer is due. But what holds it up from 200 on is no longer its sleep, it is the busy loop. That part of a
 * wait is *overdue*. It is read from the causes: what woke the task was a timer, or a device's request, that the loop
 * noticed too late. In the sums of a trace (`taskTimes`) it is a part of waiting.
 *
 * Where there are threads, the loop's own is one of them, its *host*, and may have to wait for the GIL or for a core in
 * the middle of a step. That part of a step is drawn as what it is; in the sums (`taskTimes`) it is a part of busy.
 */

import type { Outcome, TraceEvent } from '../trace/events.ts';
import { Cast } from './cast.ts';
import { printable } from './cells.ts';
import { cutOut, type Span } from './spans.ts';
import { formatDuration } from './time.ts';

/** What a task or thread is doing, as long as it isn't done. `gil`, `core`: what it can't run for want of. */
export type Doing = 'running' | 'ready' | 'waiting' | 'overdue' | 'gil' | 'core';

/** A place in a trace, on both rulers. */
export interface Place {
  /** Virtual ms. */
  readonly time: number;
  /** How many runs came before. */
  readonly turn: number;
}

/** A part of a life in which it did one thing. */
export interface Stretch {
  readonly doing: Doing;
  readonly from: Place;
  readonly to: Place;
  /** What it waits for (`sleep 40 min`); '' if it doesn't wait. */
  readonly label: string;
  /** The same in a word (`gather`), for where there is no room; '' for a sleep, which says nothing without its length. */
  readonly reason: string;
  /** Whether it was not over when the trace ended, or when its loop was closed. */
  readonly open: boolean;
}

/** The life of one task. */
export interface Lifeline {
  readonly task: number;
  readonly name: string;
  readonly stretches: readonly Stretch[];
  /** What it computed or blocked the loop with, and when (virtual ms). */
  readonly work: readonly { readonly from: number; readonly to: number; readonly label: string }[];
  /** Where and how it ended; undefined if it didn't. */
  readonly end: (Place & { readonly outcome: Outcome; readonly detail: string }) | undefined;
}

/** The life of one thread. */
export interface ThreadLine extends Omit<Lifeline, 'task'> {
  readonly thread: number;
  readonly process: number;
  /** It is the thread of the loop, or of the script around it. */
  readonly host: boolean;
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

/** What the loop itself did. */
export interface LoopLine {
  /** Where the trace begins and ends. */
  readonly from: Place;
  readonly to: Place;
  /**
   * When the clock moved while the loop stood still (virtual ms), joined where they touch. Where its thread lacked the GIL
   * or a core meanwhile, that is left out.
   */
  readonly busy: readonly { readonly from: number; readonly to: number }[];
  /** The same where no loop ran: the plain code of a script, around its loops, took that time. */
  readonly script: readonly { readonly from: number; readonly to: number }[];
  /** When its thread wanted to run, and lacked the GIL or a core; `script`: no loop ran. */
  readonly lacking: readonly (Span & { readonly lack: 'gil' | 'core'; readonly script: boolean })[];
  /** Once there are threads: when time passed that is neither a loop's nor the script's. */
  readonly absent: readonly Span[];
  /** Every run of a task or callback, in order; `task` is 0 for a callback. */
  readonly runs: readonly (Place & { readonly task: number })[];
  /** Where each iteration begins. */
  readonly iterations: readonly (Place & { readonly iteration: number })[];
}

/** All the lives of a trace: tasks and threads in the order in which they were made, and the loop. Names are `printable`. */
export interface Lifelines {
  readonly tasks: readonly Lifeline[];
  readonly threads: readonly ThreadLine[];
  readonly processes: readonly ProcessLine[];
  readonly loop: LoopLine;
}

interface Life {
  task: number;
  stretches: Stretch[];
  work: { from: number; to: number; label: string }[];
  end: Lifeline['end'];
  doing: Doing | 'new' | 'done';
  since: Place;
  label: string;
  reason: string;
  /** Since when what it waits for is there, and the loop hasn't noticed. */
  overdue: Place | undefined;
  /** The label of a wait should say how long that was. */
  isTimed: boolean;
}

interface ThreadLife extends Life {
  process: number;
  host: boolean;
}

/**
 * Reads the lives of all tasks off a trace.
 *
 * @example lifelines(trace).tasks.map((life) => life.name) // ['main', 'cook rice', …]
 */
export function lifelines(trace: Iterable<TraceEvent>): Lifelines {
  const cast = new Cast();
  const lives = new Map<number, Life>();
  const runs: (Place & { task: number })[] = [];
  const iterations: (Place & { iteration: number })[] = [];
  const busy: { from: number; to: number }[] = [];
  const script: { from: number; to: number }[] = [];
  /** When requests were complete. */
  const completed = new Map<number, number>();
  /** Events that come late, or because of one that did: when it should have been. */
  const dueAt = new Map<number, number>();
  /** Where the clock came to stand each time it moved. */
  const moves: Place[] = [];
  let first: Place | undefined;
  let here: Place = { time: 0, turn: 0 };
  /** How many runs are inside one another, and whether the present turn has a run in it. */
  let depth = 0;
  let taken = false;
  const threads = new Map<number, ThreadLife>();
  const processes: { -readonly [K in keyof ProcessLine]: ProcessLine[K] }[] = [];
  let cores = 0;
  const lacking: (Span & { lack: 'gil' | 'core'; script: boolean })[] = [];
  const absent: Span[] = [];

  const newLife = (task: number): Life => ({
    task,
    stretches: [],
    work: [],
    end: undefined,
    doing: 'new',
    since: here,
    label: '',
    reason: '',
    overdue: undefined,
    isTimed: false,
  });

  const lifeOf = (task: number): Life => {
    const life = lives.get(task) ?? newLife(task);
    lives.set(task, life);
    return life;
  };

  const threadOf = (thread: number): ThreadLife => {
    const life = threads.get(thread) ?? { ...newLife(thread), process: 0, host: false };
    threads.set(thread, life);
    return life;
  };

  const closeStretch = (life: Life, open: boolean) => {
    const { doing, since, reason, overdue } = life;
    if (doing === 'new' || doing === 'done') return;
    const length = life.isTimed && !open ? formatDuration(here.time - since.time) : '';
    const label = `${life.label}${length && ` ${length}`}`;
    if (overdue) {
      life.stretches.push({ doing, from: since, to: overdue, label, reason, open: false });
      life.stretches.push({ doing: 'overdue', from: overdue, to: here, label: '', reason: '', open });
    } else {
      life.stretches.push({ doing, from: since, to: here, label, reason, open });
    }
    life.overdue = undefined;
  };

  const turnTo = (life: Life, doing: Doing | 'done', label = '', reason = '') => {
    if (life.doing === 'done') return;
    closeStretch(life, false);
    Object.assign(life, { doing, since: here, label, reason, isTimed: false });
  };

  /** The same for a thread. When that of the loop couldn't run is told of the loop as well. */
  const turnThread = (life: ThreadLife, doing: Doing | 'done', label = '', reason = '') => {
    const { doing: lack, since } = life;
    if (life.host && (lack === 'gil' || lack === 'core') && here.time > since.time)
      lacking.push({ from: since.time, to: here.time, lack, script: !cast.loopRuns });
    turnTo(life, doing, label, reason);
  };

  const beginTurn = (task: number, inside: boolean) => {
    if (taken) here = { time: here.time, turn: here.turn + 1 };
    taken = true;
    depth = inside ? depth + 1 : 1;
    runs.push({ ...here, task });
  };

  const endTurn = () => {
    here = { time: here.time, turn: here.turn + 1 };
    depth = Math.max(0, depth - 1);
    // Whoever created an eager task has the loop back, and goes on in a turn of its own.
    taken = depth > 0;
  };

  /** A task gives the loop back. */
  const leave = (task: number, doing: Doing | 'done', label = '', reason = '') => {
    const life = lifeOf(task);
    if (life.doing === 'running') endTurn();
    turnTo(life, doing, label, reason);
  };

  /** What a task waits for was there at `time`: if that is in the past, its wait is overdue since. */
  const noticed = (life: Life, time: number | undefined) => {
    if (life.doing !== 'waiting' || time === undefined || time >= here.time) return;
    const at = Math.max(time, life.since.time);
    // Halving: the first move of the clock that went past it.
    let low = 0;
    let high = moves.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (moves[middle]!.time > at) high = middle;
      else low = middle + 1;
    }
    life.overdue = { time: at, turn: Math.max(life.since.turn, moves[low]?.turn ?? here.turn) };
  };

  const inherit = ({ seq, cause }: TraceEvent) => {
    const at = dueAt.get(cause);
    if (at !== undefined) dueAt.set(seq, at);
  };

  const host = () => [...threads.values()].findLast((life) => life.host);

  for (const event of trace) {
    cast.see(event);
    if (!first) {
      // A script may begin with what takes time, which is written when it is over.
      const began = event.kind === 'compute' || event.kind === 'block' ? event.from : event.time;
      first = { time: Math.min(began, event.time), turn: 0 };
      here = first;
    }
    if (event.time > here.time) {
      if (threads.size > 0 && !cast.loopRuns) absent.push({ from: here.time, to: event.time });
      here = { time: event.time, turn: here.turn };
      moves.push(here);
    }
    switch (event.kind) {
      case 'iteration':
        iterations.push({ ...here, iteration: event.iteration });
        break;
      case 'compute':
      case 'block': {
        const spans = cast.isScript(event) ? script : busy;
        if (spans === script) while ((absent.at(-1)?.from ?? -1) >= event.from) absent.pop();
        const last = spans.at(-1);
        if (last && event.from <= last.to) last.to = Math.max(last.to, event.to);
        else if (event.to > event.from) spans.push({ from: event.from, to: event.to });
        const life = spans === script ? host() : lives.get(event.task);
        life?.work.push({ from: event.from, to: event.to, label: event.label });
        break;
      }
      case 'task:create':
        lifeOf(event.task);
        break;
      case 'task:ready': {
        const life = lifeOf(event.task);
        noticed(life, dueAt.get(event.cause));
        turnTo(life, 'ready');
        break;
      }
      case 'task:step': {
        const life = lifeOf(event.task);
        if (life.doing === 'done') break;
        beginTurn(event.task, event.eager);
        turnTo(life, 'running');
        break;
      }
      case 'task:yield':
        leave(event.task, 'ready');
        break;
      case 'task:wait':
        leave(event.task, 'waiting', cast.wait(event), event.on === 'timer' ? '' : printable(event.reason));
        break;
      case 'task:done': {
        const life = lifeOf(event.task);
        if (life.doing === 'done') break;
        leave(event.task, 'done');
        life.end = { ...here, outcome: event.outcome, detail: event.detail };
        break;
      }
      case 'timer:due': {
        const when = cast.timer(event.timer)?.when;
        if (when !== undefined && when < event.time) dueAt.set(event.seq, when);
        break;
      }
      case 'request:complete':
        completed.set(event.request, event.time);
        break;
      case 'request:deliver': {
        const at = completed.get(event.request);
        if (at !== undefined && at < event.time) dueAt.set(event.seq, at);
        break;
      }
      case 'handle:run':
        inherit(event);
        beginTurn(0, false);
        break;
      // What a late handle does is late as well: it settles a future, or cancels a task that waited too long.
      case 'handle:ready':
      case 'future:done':
      case 'task:cancel':
        inherit(event);
        break;
      case 'handle:end':
        endTurn();
        break;
      // An error that left the loop in the middle of a callback wrote no end of it: its turn is over here.
      case 'loop:return':
        depth = 0;
        if (taken) endTurn();
        break;
      case 'machine:new':
        cores = event.cores;
        break;
      case 'process:new': {
        const { process, machine, gil } = event;
        const sibling = processes.find((other) => other.machine === machine);
        processes.push({
          process,
          machine,
          name: cast.process(process),
          gil,
          cores: sibling?.cores ?? cores,
          threads: 0,
        });
        break;
      }
      case 'thread:create': {
        threadOf(event.thread).process = event.process;
        const home = processes.find(({ process }) => process === event.process);
        if (home) home.threads++;
        break;
      }
      case 'thread:host':
        threadOf(event.thread).host = true;
        break;
      case 'thread:ready':
        turnThread(threadOf(event.thread), event.lack === 'gil' ? 'gil' : 'core');
        break;
      case 'gil:take':
        turnThread(threadOf(event.thread), 'core');
        break;
      case 'thread:run': {
        const life = threadOf(event.thread);
        if (life.host) {
          turnThread(life, 'running');
          break;
        }
        if (taken) here = { time: here.time, turn: here.turn + 1 };
        turnThread(life, 'running');
        here = { time: here.time, turn: here.turn + 1 };
        taken = depth > 0;
        break;
      }
      case 'thread:preempt':
        turnThread(threadOf(event.thread), event.by === 'gil' ? 'gil' : 'core');
        break;
      case 'thread:wait': {
        const life = threadOf(event.thread);
        const isOwn = event.on === 'timer' || event.reason === 'job';
        turnThread(life, 'waiting', cast.threadWait(event), isOwn ? '' : printable(event.reason));
        life.isTimed = event.on === 'timer' && event.name === '' && event.reason !== 'exit';
        break;
      }
      case 'thread:done': {
        const life = threadOf(event.thread);
        if (life.doing === 'done') break;
        turnThread(life, 'done');
        life.end = { ...here, outcome: event.outcome, detail: event.detail };
        break;
      }
      case 'thread:busy':
        threadOf(event.thread).work.push({ from: event.from, to: event.time, label: event.label });
        break;
      case 'loop:close':
        for (const life of lives.values()) {
          closeStretch(life, true);
          life.doing = 'done';
        }
        break;
    }
  }
  if (taken) endTurn();
  for (const life of lives.values()) closeStretch(life, true);
  for (const life of threads.values()) closeStretch(life, true);
  return {
    tasks: Array.from(lives.values(), ({ task, stretches, work, end }) => {
      const parts = lacking.length === 0 ? stretches : stretches.flatMap((one) => withLacks(one, lacking));
      return { task, name: cast.task(task), stretches: parts, work, end };
    }),
    threads: Array.from(threads.values(), ({ task: thread, process, host, stretches, work, end }) => {
      return { thread, process, host, name: cast.thread(thread), stretches, work, end };
    }),
    processes,
    loop: {
      from: first ?? here,
      to: here,
      busy: cutOut(busy, lacking),
      script: cutOut(script, lacking),
      lacking,
      absent,
      runs,
      iterations,
    },
  };
}

/** A step in pieces, if the loop's thread lacked something in the middle of it. On the ruler of turns it stays whole. */
function withLacks(step: Stretch, lacking: LoopLine['lacking']): Stretch[] {
  if (step.doing !== 'running' || step.to.time === step.from.time) return [step];
  // Halving: the first of them that ends in the step.
  let first = 0;
  for (let high = lacking.length; first < high; ) {
    const middle = (first + high) >> 1;
    if (lacking[middle]!.to > step.from.time) high = middle;
    else first = middle + 1;
  }
  const pieces: Stretch[] = [];
  let from = step.from;
  const add = (doing: Doing, time: number) => {
    const to = { time, turn: step.to.turn };
    if (time > from.time) pieces.push({ ...step, doing, from, to });
    from = to;
  };
  for (let i = first; i < lacking.length && lacking[i]!.from < step.to.time; i++) {
    const { lack, from: start, to: end } = lacking[i]!;
    add('running', start);
    add(lack, Math.min(end, step.to.time));
  }
  add('running', step.to.time);
  return pieces;
}
