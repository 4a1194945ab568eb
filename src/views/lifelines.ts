/**
 * The life of each task and thread as a line: which stretches of it it ran, was ready, or waited, and for what. The timelines
 * draw these lines. How they are read off a log, and what a turn is and when a wait is overdue: see life-reader.ts.
 */

import type { Outcome, TraceEvent } from '../trace/events.ts';
import {
  type Doing,
  LifeReader,
  type Living,
  type LoopTimes,
  type Place,
  type ProcessLine,
} from './life-reader.ts';
import { type Wait, waitLabel, waitWord } from './waits.ts';

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
  /** Where it was found to wait for ever: the deadlocks that it was a part of. */
  readonly stuck: readonly Place[];
}

/** The life of one thread. */
export interface ThreadLine extends Omit<Lifeline, 'task'> {
  readonly thread: number;
  readonly process: number;
  /** It is the thread of the loop, or of the script around it. */
  readonly host: boolean;
}

/** What the loop itself did. */
export interface LoopLine extends LoopTimes {
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

/**
 * Reads the lives of all tasks and threads off a trace.
 *
 * @example lifelines(trace).tasks.map((life) => life.name) // ['main', 'cook rice', …]
 */
export function lifelines(trace: Iterable<TraceEvent>): Lifelines {
  const rows: { readonly stretches: Stretch[]; readonly work: Lifeline['work'][number][] }[] = [];
  const rowOf = ({ row }: Living) => (rows[row] ??= { stretches: [], work: [] });
  const runs: LoopLine['runs'][number][] = [];
  const iterations: LoopLine['iterations'][number][] = [];
  /** The events whose words are wanted when what they began is over. */
  const waits = new Map<number, Wait>();
  const details = new Map<number, string>();
  const reader = new LifeReader({
    phase: (who, { doing, from, to, seq, length, open }) => {
      const wait = doing === 'waiting' ? waits.get(seq) : undefined;
      if (wait) waits.delete(seq);
      const label = wait ? waitLabel(wait, length) : '';
      rowOf(who).stretches.push({ doing, from, to, label, reason: wait ? waitWord(wait) : '', open });
    },
    work: (who, from, to, { label }) => rowOf(who).work.push({ from, to, label }),
    run: (at, task) => runs.push({ ...at, task }),
    iteration: (at, iteration) => iterations.push({ ...at, iteration }),
  });
  for (const event of trace) {
    if (event.kind === 'task:wait' || event.kind === 'thread:wait') waits.set(event.seq, event);
    if (event.kind === 'task:done' || event.kind === 'thread:done') details.set(event.seq, event.detail);
    reader.read(event);
  }
  const { tasks, threads, processes, loop } = reader.end();
  const lineOf = (who: Living) => {
    const { name, end, stuck } = who;
    if (!end) return { name, ...rowOf(who), end, stuck };
    const { seq, ...place } = end;
    return { name, ...rowOf(who), end: { ...place, detail: details.get(seq)! }, stuck };
  };
  return {
    tasks: tasks.map((who) => ({ task: who.id, ...lineOf(who) })),
    threads: threads.map((who) => {
      return { thread: who.id, process: who.process, host: who.host, ...lineOf(who) };
    }),
    processes,
    loop: { ...loop, runs, iterations },
  };
}
