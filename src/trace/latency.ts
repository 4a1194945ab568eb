/**
 * Latency inflicted: who was late, by how much, and because of whom.
 *
 * A *delay* is time in which somebody could have gone on, and couldn't because another one was busy:
 *
 * - `ready`: a task stood in the ready queue while the loop ran others;
 * - `overdue`: what a task waited for was there (its timer was due, the device was done, the callback that would wake it was
 *   ready), and the loop too busy to notice;
 * - `gil`: a thread lacked the GIL, which another one held;
 * - `core`: a thread lacked a core. Where several threads had the cores, each of them did its part of the harm: the time is
 *   shared evenly between them.
 *
 * The culprit is who used the time: the task, the callback or the script that computed or blocked, or the loop itself, where
 * it was busy with switching. Where the loop lacked the GIL or a core, it is the thread that had it: a task waits for the loop,
 * and the loop for that thread. The loop's own thread is no victim, for what it lacks is told of its tasks.
 *
 * Time in which nobody was in the way is no delay. So what a task waits for by its own will is in none of these.
 */

import type { TraceEvent } from './events.ts';
import { type Actor, isLack, Ledger } from './ledger.ts';

/** Time that somebody lost to somebody else, in virtual ms. */
export interface Delay {
  readonly victim: Actor;
  readonly culprit: Actor;
  /** What the culprit was doing; '' if it had no name. */
  readonly label: string;
  readonly how: 'ready' | 'overdue' | 'gil' | 'core';
  /** When; `ms` is less than that lasted where a core was shared between several. */
  readonly from: number;
  readonly to: number;
  readonly ms: number;
}

/** What somebody inflicted on others, or suffered, in virtual ms. */
export interface DelaySum {
  readonly who: Actor;
  readonly ms: number;
  /** On, or because of, how many others. */
  readonly others: number;
}

/** Who was late, and because of whom, in virtual ms. */
export interface Latency {
  /** In order of time; those of one victim, culprit and label that touch are one. */
  readonly delays: readonly Delay[];
  readonly total: number;
  /** The greatest first. */
  readonly byCulprit: readonly DelaySum[];
  readonly byVictim: readonly DelaySum[];
}

/**
 * Who was late in a trace, by how much, because of whom.
 *
 * There may be as many delays as pairs of a victim and a culprit. Throws a `RangeError` if there are more than a million.
 *
 * @example latency(trace).byCulprit[0]; // { who: { kind: 'task', name: 'report', … }, ms: 40, others: 1 }
 */
export function latency(trace: Iterable<TraceEvent>): Latency {
  const late: Late[] = [];
  const watch = new Watch(late);
  const ledger = new Ledger(trace, (event, book) => watch.see(event, book));
  const delays: Delay[] = [];
  for (const { task, how, from, to } of late) {
    const victim = ledger.actor('task', task);
    for (const piece of ledger.heldUp(from, to)) {
      if (isLack(piece)) addLacked(delays, ledger, { ...piece, how, victim, lack: piece.state });
      else {
        const { from: start, to: end, who: culprit, label } = piece;
        delays.push({ victim, culprit, label, how, from: start, to: end, ms: end - start });
      }
    }
    checkNumber(delays.length);
  }
  const lacks = lacksOf(ledger);
  // Whether there are too many is told before they are made, which takes much longer.
  let least = delays.length;
  for (const { thread, from, to, lack } of lacks) {
    if (lack === 'gil') least += ledger.holdingsBetween(thread, from, to);
    checkNumber(least);
  }
  for (const lacked of lacks) addLacked(delays, ledger, lacked);
  return summed(delays);
}

/** When threads lacked the GIL or a core; the loop's own are no victims. */
function lacksOf(ledger: Ledger): Lacked[] {
  const lacks: Lacked[] = [];
  for (const [thread, places] of ledger.places) {
    if (ledger.hosts.has(thread)) continue;
    const victim = ledger.actor('thread', thread);
    for (const { from, to, state } of places) {
      if (state === 'gil' || state === 'core')
        lacks.push({ thread, from, to, how: state, victim, lack: state });
    }
  }
  return lacks;
}

/** A task could have gone on at `from`, and did at `to`. */
interface Late {
  readonly task: number;
  readonly how: 'ready' | 'overdue';
  readonly from: number;
  readonly to: number;
}

/** Follows a log, and notes when tasks are late. */
class Watch {
  readonly #late: Late[];
  /** When the handle, or what it did, could have been: by event. */
  readonly #due: Map<number, number>;
  readonly #readyAt: Map<number, number>;
  readonly #waitsSince: Map<number, number>;
  readonly #timers: Map<number, number>;

  constructor(late: Late[]) {
    this.#late = late;
    this.#due = new Map();
    this.#readyAt = new Map();
    this.#waitsSince = new Map();
    this.#timers = new Map();
  }

  see(event: TraceEvent, ledger: Ledger): void {
    const { seq, cause, time } = event;
    switch (event.kind) {
      case 'timer:set':
        this.#timers.set(seq, event.when);
        break;
      case 'timer:due':
        this.#due.set(seq, Math.min(time, this.#timers.get(event.timer) ?? time));
        this.#timers.delete(event.timer);
        break;
      case 'timer:cancel':
        this.#timers.delete(event.timer);
        break;
      case 'request:deliver':
        this.#due.set(seq, ledger.requests.get(event.request)?.completedAt || time);
        break;
      case 'handle:ready':
        this.#due.set(seq, this.#due.get(cause) ?? time);
        break;
      case 'handle:run':
        this.#due.set(seq, this.#due.get(event.handle) ?? time);
        this.#due.delete(event.handle);
        break;
      case 'future:done':
      case 'task:cancel': {
        const due = this.#due.get(cause);
        if (due !== undefined) this.#due.set(seq, due);
        break;
      }
      case 'task:wait':
        this.#waitsSince.set(event.task, time);
        break;
      case 'task:ready': {
        const since = this.#waitsSince.get(event.task);
        const due = this.#due.get(cause);
        if (since !== undefined && due !== undefined)
          this.#add(event.task, 'overdue', Math.max(since, due), time);
        this.#waitsSince.delete(event.task);
        this.#readyAt.set(event.task, time);
        break;
      }
      case 'task:yield':
        this.#readyAt.set(event.task, time);
        break;
      case 'task:step':
        this.#add(event.task, 'ready', this.#readyAt.get(event.task) ?? time, time);
        break;
    }
  }

  #add(task: number, how: Late['how'], from: number, to: number): void {
    if (to > from) this.#late.push({ task, how, from, to });
  }
}

interface Lacked {
  readonly thread: number;
  readonly from: number;
  readonly to: number;
  readonly how: Delay['how'];
  readonly victim: Actor;
  readonly lack: string;
}

function addLacked(delays: Delay[], ledger: Ledger, lacked: Lacked): void {
  const { thread, from, to, how, victim, lack } = lacked;
  const holders =
    lack === 'gil' ? ledger.holdersOf(thread, from, to) : ledger.runnersBeside(thread, from, to);
  // Between these moments the same threads had it.
  const cuts = [...new Set(holders.flatMap((one) => [one.from, one.to]))].sort((a, b) => a - b);
  let next = 0;
  let here: typeof holders = [];
  cuts.forEach((start, i) => {
    const end = cuts[i + 1];
    here = here.filter((one) => one.to > start);
    for (; next < holders.length && holders[next]!.from <= start; next++) {
      if (holders[next]!.thread !== 0) here.push(holders[next]!);
    }
    if (end === undefined) return;
    for (const { thread: holder } of here) {
      for (const deed of ledger.deedsOf(holder, start, end)) {
        const { from: begun, to: done, who: culprit, label } = deed;
        const ms = (done - begun) / here.length;
        delays.push({ victim, culprit, label, how, from: begun, to: done, ms });
      }
    }
  });
  checkNumber(delays.length);
}

/** Of n tasks that all compute, each waits for all before it: that is n² / 2 delays. */
const MOST = 1_000_000;

function checkNumber(count: number): void {
  if (count <= MOST) return;
  throw new RangeError(
    `more than ${MOST} delays: so many wait for so many others that a list of them says nothing; ask a smaller run of the program`,
  );
}

/** Numbers for those who are alike: a key of numbers is made much faster than one of text. */
class Numbers {
  readonly #numbers: Map<string | number, number>;
  readonly actors: Actor[];

  constructor() {
    this.#numbers = new Map();
    this.actors = [];
  }

  of(actor: Actor): number {
    const { kind, id, name } = actor;
    const key = kind === 'callback' ? name : kind === 'task' ? id * 2 : kind === 'thread' ? id * 2 + 1 : -1;
    const known = this.#numbers.get(key === -1 ? `${kind} ${id}` : key);
    if (known !== undefined) return known;
    this.#numbers.set(key === -1 ? `${kind} ${id}` : key, this.actors.length);
    this.actors.push(actor);
    return this.actors.length - 1;
  }
}

const HOWS: readonly Delay['how'][] = ['ready', 'overdue', 'gil', 'core'];

function summed(delays: Delay[]): Latency {
  const numbers = new Numbers();
  const labels = new Map<string, number>();
  const numberOf = (label: string) => {
    const known = labels.get(label);
    if (known !== undefined) return known;
    labels.set(label, labels.size);
    return labels.size - 1;
  };
  const joined: Delay[] = [];
  const last = new Map<number, number>();
  const byCulprit = new Sums();
  const byVictim = new Sums();
  delays.sort((a, b) => a.from - b.from);
  let total = 0;
  for (const delay of delays) {
    const [victim, culprit] = [numbers.of(delay.victim), numbers.of(delay.culprit)];
    total += delay.ms;
    byCulprit.add(culprit, victim, delay.ms);
    byVictim.add(victim, culprit, delay.ms);
    // Below 2 ** 53: there are not more than a million actors; two labels with one number are told apart below.
    const key =
      ((victim * 2 ** 20 + culprit) * 2 ** 10 + (numberOf(delay.label) % 2 ** 10)) * 4 +
      HOWS.indexOf(delay.how);
    const place = last.get(key) ?? -1;
    const before = joined[place];
    if (before?.to === delay.from && before.label === delay.label) {
      joined[place] = { ...before, to: delay.to, ms: before.ms + delay.ms };
    } else {
      last.set(key, joined.length);
      joined.push(delay);
    }
  }
  return { delays: joined, total, byCulprit: byCulprit.list(numbers), byVictim: byVictim.list(numbers) };
}

/** Sums for each of some, with how many others there were. */
class Sums {
  readonly #sums: Map<number, { ms: number; readonly others: Set<number> }>;

  constructor() {
    this.#sums = new Map();
  }

  add(who: number, other: number, ms: number): void {
    const sum = this.#sums.get(who);
    if (sum) {
      sum.ms += ms;
      sum.others.add(other);
    } else this.#sums.set(who, { ms, others: new Set([other]) });
  }

  list({ actors }: Numbers): DelaySum[] {
    return Array.from(this.#sums, ([who, { ms, others }]) => ({
      who: actors[who]!,
      ms,
      others: others.size,
    })).sort((a, b) => b.ms - a.ms);
  }
}
