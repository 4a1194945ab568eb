/**
 * Which rows of the timeline are shown where not all have room.
 *
 * At each event the task of the moment is among them: the one that runs, or that the event is about. What is shown stays as
 * long as that holds; then it is changed for those who act next, in the order in which they do, so that it lasts as long as it can.
 * All this follows from the trace alone: to and fro, the same event has the same rows. So it is with threads.
 */

import type { TraceEvent } from '../trace/events.ts';
import { firstWhere } from '../trace/first-where.ts';
import type { Trace } from '../trace/trace.ts';
import { oncePerTrace } from './once-per-trace.ts';

/** Whose moment each event is, by its number; 0: nobody's, and whoever was there before stays. */
interface Moments {
  readonly tasks: Int32Array;
  readonly threads: Int32Array;
}

const momentsOf = oncePerTrace((trace): Moments => {
  const tasks = new Int32Array(trace.length + 1);
  const threads = new Int32Array(trace.length + 1);
  const teller = new Whose();
  for (const event of trace) {
    tasks[event.seq] = teller.taskOf(event);
    threads[event.seq] = 'thread' in event && event.kind !== 'thread:create' ? event.thread : 0;
  }
  return { tasks, threads };
});

/** Follows who runs, to say of each event which task it is about. */
class Whose {
  /** The tasks in their steps, one inside the other where they start eagerly. */
  readonly #running: number[] = [];
  /** Whose timers, requests and callbacks those with a number are. */
  readonly #owners = new Map<number, number>();

  taskOf(event: TraceEvent): number {
    const named = 'task' in event ? event.task : 0;
    switch (event.kind) {
      case 'task:step':
        if (!event.eager) this.#running.length = 0;
        this.#running.push(event.task);
        return named;
      case 'task:wait':
      case 'task:yield':
      case 'task:done':
        this.#running.pop();
        return named;
      case 'handle:run':
        this.#running.length = 0;
        return this.#owners.get(event.handle) ?? 0;
      case 'loop:run':
      case 'loop:return':
      case 'loop:close':
        this.#running.length = 0;
        return 0;
      case 'timer:set':
      case 'request:new':
        this.#owners.set(event.seq, event.task);
        return this.#running.at(-1) ?? named;
    }
    if (event.kind === 'timer:due') this.#owners.set(event.seq, this.#owners.get(event.timer) ?? 0);
    if (event.kind === 'request:deliver') this.#owners.set(event.seq, this.#owners.get(event.request) ?? 0);
    const owned = 'timer' in event ? event.timer : 'request' in event ? event.request : 0;
    return this.#running.at(-1) ?? (named || (this.#owners.get(owned) ?? 0));
  }
}

/** What is shown from an event on: numbers of tasks or threads, those first who act first. */
interface Shown {
  readonly from: number;
  readonly ids: readonly number[];
}

const known = new WeakMap<Int32Array, Map<string, readonly Shown[]>>();

/** What is shown when, of so many rows in all. */
function sequenceOf(moments: Int32Array, all: readonly number[], room: number): readonly Shown[] {
  const own = known.get(moments) ?? new Map<string, readonly Shown[]>();
  known.set(moments, own);
  const before = own.get(`${room} ${all.length}`);
  if (before !== undefined) return before;
  const isRow = new Set(all);
  const sequence: { from: number; ids: number[] }[] = [];
  let last: { from: number; ids: number[] } = { from: 0, ids: [] };
  sequence.push(last);
  for (let seq = 1; seq < moments.length; seq++) {
    const id = moments[seq]!;
    if (!isRow.has(id) || last.ids.includes(id)) continue;
    if (last.ids.length === room) {
      last = { from: seq, ids: [] };
      sequence.push(last);
    }
    last.ids.push(id);
  }
  // At the end there may be room for those who were there before, and those who never act.
  for (const id of [...(sequence.at(-2)?.ids ?? []).slice().reverse(), ...all]) {
    if (last.ids.length < room && !last.ids.includes(id)) last.ids.push(id);
  }
  own.set(`${room} ${all.length}`, sequence);
  return sequence;
}

/** Whose rows those are. */
export interface Rows {
  /** Numbers of tasks, or threads, in the order of their rows. */
  readonly all: readonly number[];
  /** How many have room. */
  readonly room: number;
}

/** How many are left out. */
export function leftOut({ all, room }: Rows): number {
  return Math.max(0, all.length - room);
}

/** Which rows are shown after an event; `chosen` is one that the reader has chosen: it is there too, if there is room for two. */
export function rowsAt(
  trace: Trace,
  kind: keyof Moments,
  { all, room }: Rows,
  seq: number,
  chosen = 0,
): ReadonlySet<number> {
  if (all.length <= room) return new Set(all);
  const moments = momentsOf(trace)[kind];
  const sequence = sequenceOf(moments, all, room);
  const { ids } = sequence[firstWhere(sequence.length, (i) => sequence[i]!.from > seq) - 1]!;
  if (room < 2 || ids.includes(chosen) || !all.includes(chosen)) return new Set(ids);
  // The one of the moment keeps its place.
  let at = seq;
  while (at > 0 && !ids.includes(moments[at]!)) at--;
  const others = ids.filter((id) => id !== moments[at]);
  const kept = at > 0 ? [moments[at]!, ...others] : others;
  return new Set([...kept.slice(0, room - 1), chosen]);
}

/** The rows from the one in place `first` on. */
export function rowsFrom({ all, room }: Rows, first: number): ReadonlySet<number> {
  return new Set(all.slice(first, first + room));
}
