/**
 * Footprints: what each candidate of a choice touched when its turn came, so that it can be told whether the order of two mattered.
 *
 * A choice puts tied timers in an order. Where one belongs to a sleep, its turn is the next step of the task; between the timer and
 * that step nothing but that task is moved, so two tied sleeps lead to two steps one right after the other, in the order that was
 * chosen. If these two are *independent* the other order leads to the same state, and need not be run:
 *
 * - neither writes what the other reads or writes: cells, locks, queues, events, devices, the output, the waiters of a task;
 * - and not both put something at the end of the ready queue, as there the order stays.
 *
 * All else is `everything`: a step that ends a task (somebody may ask whether it has), makes the clock go on, cancels or is
 * cancelled, settles a future, waits for several (`gather`); a callback, as what it does to a group or a timeout is in no trace; whatever is not known here. So
 * what is missing makes it slower and not wrong. What a closure variable is used for can't be seen at all.
 */

import { CODE, type EventText, type TraceSink } from '../trace/events.ts';

/** What somebody touched in his turn. */
export interface Footprint {
  /** Nothing can be said of it: the order with everybody matters. */
  everything: boolean;
  /** It has put something at the end of the ready queue. */
  queues: boolean;
  readonly reads: Set<string>;
  readonly writes: Set<string>;
}

/** Those that were to be put in order, in the order that was chosen; and where among the decisions each but the last was picked. */
export interface Group {
  readonly what: string;
  /** How many they are. */
  readonly candidates: number;
  /** By place in the decisions, from 0. */
  readonly places: number[];
  /** What each touched. */
  readonly turns: Footprint[];
}

const OUTPUT = 'output';
const FUTURES = 'futures';

/** Whether the order of two steps that follow each other may matter. `isQueued`: the order of the ready queue is a matter of its own. */
export function depend(one: Footprint, other: Footprint, isQueued: boolean): boolean {
  if (one.everything || other.everything) return true;
  if (isQueued && one.queues && other.queues) return true;
  return meet(one.writes, other.writes) || meet(one.writes, other.reads) || meet(one.reads, other.writes);
}

function meet(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const one of some) if (others.has(one)) return true;
  return false;
}

function untouched(): Footprint {
  return { everything: false, queues: false, reads: new Set(), writes: new Set() };
}

/** A group that is being put in order. */
interface Open {
  readonly group: Group;
  /** How many turns are to come before the next question. */
  awaited: number;
  /** How many candidates there are when it is asked again. */
  left: number;
}

/** Listens to a run, and takes the footprints of those that were chosen between. */
export class Footprints implements TraceSink {
  readonly isNameless = true;
  readonly groups: Group[];
  /** Why no order can be left out in this run; null: some can. */
  trouble: string | null;
  #seq: number;
  /** How many decisions were asked for so far. */
  #decisions: number;
  #timers: Open | null;
  #ready: Open | null;
  /** The events that lead from a tied timer to somebody's turn: to whose. */
  readonly #leads: Map<number, Footprint>;
  /** The handles that belong to sleeps: all they do is to wake a task. */
  readonly #sleeps: Set<number>;
  /** Whose turn it is, null if it is nobody's here; steps within steps (eager ones) are a part of it. */
  readonly #stage: (Footprint | null)[];
  /** Tasks that were asked to stop, and haven't taken a step since. */
  readonly #cancelled: Set<number>;

  constructor() {
    this.groups = [];
    this.trouble = null;
    this.#seq = 0;
    this.#decisions = 0;
    this.#timers = null;
    this.#ready = null;
    this.#leads = new Map();
    this.#sleeps = new Set();
    this.#stage = [];
    this.#cancelled = new Set();
  }

  look(resource: number, isChange: boolean): void {
    const turn = this.#turn();
    if (turn !== null) (isChange ? turn.writes : turn.reads).add(`resource ${resource}`);
  }

  lookAround(what: 'tasks' | 'every moment'): void {
    if (what === 'tasks') this.#everything();
    else this.trouble = 'always() and eventually() look at every moment between two steps';
  }

  /** An event: its numbers and texts, in the order of the schema. */
  write(
    code: number,
    _time: number,
    _iteration: number,
    cause: number,
    a: number,
    b: number,
    _c: number,
    text: EventText,
  ): void {
    const seq = ++this.#seq;
    switch (code) {
      case CODE.choice: // picked, candidates, [what, ...names]
        this.#choose(text![0]!, b);
        break;
      case CODE.draw:
        this.#decisions++;
        break;
      case CODE['machine:new']:
        this.trouble = 'there are threads, and their turns leave no footprints';
        break;
      case CODE.overhead:
        this.trouble = 'switching takes time here, so that every step moves the clock';
        break;

      // The way from a tied timer to the step of the task that sleeps: it is due, its handle runs, the task is ready.
      case CODE['timer:due']: {
        const turn = this.#next(this.#timers);
        if (turn !== null) this.#leads.set(seq, turn);
        if (text === 'sleep') this.#sleeps.add(seq);
        break;
      }
      case CODE['handle:run']: {
        const isSleep = this.#sleeps.has(cause);
        const lead = this.#leads.get(cause);
        const turn = this.#next(this.#ready) ?? lead ?? null;
        if (isSleep && lead !== undefined && turn === lead) this.#leads.set(seq, lead);
        if (!isSleep && turn !== null) turn.everything = true;
        this.#stage.push(turn);
        break;
      }
      case CODE['task:ready']: {
        const lead = this.#leads.get(cause);
        if (lead !== undefined && lead === this.#turn()) this.#leads.set(seq, lead);
        else this.#queue(`task ${a}`);
        break;
      }
      case CODE['task:step']: {
        // task, eager
        const turn = b === 0 ? (this.#next(this.#ready) ?? this.#leads.get(cause) ?? null) : this.#turn();
        turn?.writes.add(`task ${a}`);
        if (this.#cancelled.delete(a) && turn !== null) turn.everything = true;
        this.#stage.push(turn);
        break;
      }
      case CODE['handle:skip']:
        this.#next(this.#ready);
        break;

      // What is done in a turn.
      case CODE['handle:ready']:
        this.#queue(null);
        break;
      case CODE['task:wait']: {
        // task, target, [on, reason, name]. Whoever waits stands in a line, in which the order stays.
        const on = text![0]!;
        if (on === 'future') this.#touch(FUTURES);
        else if (b !== 0) this.#touch(`${on} ${b}`);
        this.#stage.pop();
        break;
      }
      case CODE['task:yield']:
        this.#queue(null);
        this.#stage.pop();
        break;
      case CODE['task:done']:
        this.#everything();
        this.#stage.pop();
        break;
      case CODE['handle:end']:
        this.#stage.pop();
        break;
      case CODE['task:cancel']:
        this.#cancelled.add(a);
        this.#everything();
        break;
      case CODE['resource:use']:
      case CODE['resource:hold']:
      case CODE['request:new']:
      case CODE['cell:write']:
        this.#touch(`resource ${a}`);
        break;
      case CODE['cell:read']:
        this.#turn()?.reads.add(`resource ${a}`);
        break;
      case CODE.print:
        this.#touch(OUTPUT);
        break;

      // What says nothing that isn't said by other events, or matters to nobody else.
      case CODE['task:create']: // it is ready by an event of its own
      case CODE['timer:set']: // of tied timers every order is a choice again
      case CODE['resource:new']:
      case CODE['request:start']: // of the device that was asked just before
      case CODE['source:at']:
        break;
      default:
        this.#everything();
    }
  }

  #choose(what: string, candidates: number): void {
    const place = this.#decisions++;
    if (what !== 'timer' && what !== 'ready') return;
    const before = what === 'timer' ? this.#timers : this.#ready;
    let open = before;
    if (open === null || open.left !== candidates) {
      open = { group: { what, candidates, places: [], turns: [] }, awaited: 0, left: candidates };
      this.groups.push(open.group);
    }
    open.group.places.push(place);
    open.left = candidates - 1;
    open.awaited = candidates === 2 ? 2 : 1; // about the last one nobody is asked
    if (what === 'timer') this.#timers = open;
    else this.#ready = open;
  }

  /** The turn that a choice has led to, if one is awaited. */
  #next(open: Open | null): Footprint | null {
    if (open === null || open.awaited === 0) return null;
    open.awaited--;
    const turn = untouched();
    open.group.turns.push(turn);
    return turn;
  }

  #turn(): Footprint | null {
    return this.#stage.at(-1) ?? null;
  }

  #touch(what: string): void {
    this.#turn()?.writes.add(what);
  }

  #queue(what: string | null): void {
    const turn = this.#turn();
    if (turn === null) return;
    turn.queues = true;
    if (what !== null) turn.writes.add(what);
  }

  #everything(): void {
    const turn = this.#turn();
    if (turn !== null) turn.everything = true;
  }
}
