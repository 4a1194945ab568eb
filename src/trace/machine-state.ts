/**
 * The state of a simulated machine, read from the log: who runs on which core, who holds which GIL, who lacks what.
 *
 * The part of the fold that knows threads; `StateFolder` hands it their events. Three rules of a machine are not events
 * of their own, and are applied here: a thread that runs holds the GIL of its process, if there is one; so does one that
 * lacks only a core; and whoever waits, ends or has to drop the GIL has neither GIL nor core. So `gil:take` is written
 * only for a thread that had to wait for the GIL: one that finds it free just runs.
 *
 * Strict, it refuses what no machine does: two threads on one core, a thread that runs while another holds the GIL, one
 * that waits for a core while one is free.
 */

import type { EventKind, Outcome, TraceEvent } from './events.ts';
import type { Waiting } from './state.ts';

/** A machine. */
export interface MachineState {
  /** Its id: the `seq` of its `machine:new`. */
  readonly id: number;
  readonly cores: number;
  /** How long (virtual ms) a thread waits for the GIL before it asks for it. */
  readonly interval: number;
  /** How long (virtual ms) a thread keeps a core while others wait for one. */
  readonly slice: number;
}

/** A process: an interpreter, its GIL, and who holds that. */
export interface ProcessState {
  readonly id: number;
  readonly name: string;
  /** The machine it lives on, and how many cores that has. */
  readonly machine: number;
  readonly cores: number;
  /** Whether it has a GIL. */
  readonly gil: boolean;
  /** The thread that holds the GIL; 0: nobody does. */
  readonly holder: number;
  /** Somebody has asked the holder to drop it. */
  readonly asked: boolean;
}

/** Where a thread is in its life. */
export type ThreadPhase = 'new' | 'ready' | 'running' | 'waiting' | 'done';

/** How a thread spent its time since it was started, in virtual ms. */
export interface ThreadTimes {
  /** On a core. What the machine's own work took of it (`overhead`) is in it. */
  readonly busy: number;
  /** Ready, and without the GIL. */
  readonly gil: number;
  /** Ready, and without a core. */
  readonly core: number;
  /** Suspended. */
  readonly waiting: number;
}

/** A thread. */
export interface ThreadState {
  readonly id: number;
  readonly name: string;
  readonly process: number;
  /** The thread that made it; 0: none did. */
  readonly parent: number;
  /** It is the thread of the loop, or of the script around it: what the loop does is done by it. */
  readonly host: boolean;
  readonly state: ThreadPhase;
  /** What a ready thread can't run for want of; `null` for any other. */
  readonly lacks: 'gil' | 'core' | null;
  /** The core it runs on, `null` if it doesn't run. */
  readonly core: number | null;
  /** What it waits for, `null` unless its state is `waiting`. */
  readonly waiting: Waiting | null;
  /** The resources it holds, in the order in which it took them. */
  readonly holds: readonly number[];
  /** Virtual ms since when it is in this state, and lacks what it lacks. */
  readonly since: number;
  /** Its time up to `since`; `threadTimes` adds the stretch that is still open. */
  readonly times: ThreadTimes;
  /** CPU ms that the machine's own work cost it, as far as they were charged. */
  readonly overhead: number;
  /** How often it stopped running of its own will, to wait, and how often it was made to. */
  readonly switches: { readonly voluntary: number; readonly forced: number };
  /** How often it came to run. */
  readonly runs: number;
  /** How it ended, `null` until it has. */
  readonly outcome: Outcome | null;
  /** Its result or error as a short text, '' until it has ended. */
  readonly detail: string;
  readonly createdAt: number;
  readonly doneAt: number | null;
}

/** What the fold knows of machines. */
export interface MachineView {
  readonly machine: MachineState | null;
  readonly processes: ReadonlyMap<number, ProcessState>;
  readonly threads: ReadonlyMap<number, ThreadState>;
}

const NO_TIME: ThreadTimes = { busy: 0, gil: 0, core: 0, waiting: 0 };

/**
 * How a thread has spent its life up to `now` (virtual ms), with the stretch it is in; `total` is the sum of the four,
 * and the time from its start to its end or to `now`.
 *
 * @example threadTimes(state.threads.get(2)!, state.time); // { busy: 12, gil: 10, core: 0, waiting: 0, total: 22 }
 */
export function threadTimes(thread: ThreadState, now: number): ThreadTimes & { readonly total: number } {
  const { busy, gil, core, waiting } = addTime(thread, now - thread.since);
  return { busy, gil, core, waiting, total: busy + gil + core + waiting };
}

/** What is spent before a thread is started counts for nothing. */
function addTime({ times, state, lacks }: ThreadState, ms: number): ThreadTimes {
  if (ms === 0) return times;
  if (state === 'running') return { ...times, busy: times.busy + ms };
  if (state === 'waiting') return { ...times, waiting: times.waiting + ms };
  if (state !== 'ready') return times;
  return lacks === 'gil' ? { ...times, gil: times.gil + ms } : { ...times, core: times.core + ms };
}

/** Throws if the fold is strict. */
export type Refusal = (event: TraceEvent, message: string) => void;

/** Folds the events of machines in place. */
export class MachineFolder implements MachineView {
  machine: MachineState | null;
  readonly processes: Map<number, ProcessState>;
  readonly threads: Map<number, ThreadState>;
  readonly #strict: boolean;
  readonly #refuse: Refusal;

  /** Begins at `from`, which is copied. Lenient, unless it is told how to refuse. */
  constructor(refuse: Refusal | null = null, from?: MachineView) {
    this.machine = from?.machine ?? null;
    this.processes = new Map(from?.processes);
    this.threads = new Map(from?.threads);
    this.#strict = refuse !== null;
    this.#refuse = refuse ?? (() => {});
  }

  /** Folds the next event; those of other kinds change nothing here. */
  apply(event: TraceEvent): void {
    switch (event.kind) {
      // A machine takes over.
      case 'machine:new': {
        const { seq: id, cores, interval, slice } = event;
        this.machine = { id, cores, interval, slice };
        break;
      }

      // A process of it, its GIL free.
      case 'process:new': {
        const { process: id, name, machine, gil } = event;
        if (this.processes.has(id)) this.#refuse(event, `process ${id} began before`);
        const sibling = [...this.processes.values()].find((other) => other.machine === machine);
        if (!sibling && this.machine?.id !== machine) this.#refuse(event, `there is no machine ${machine}`);
        const cores = sibling?.cores ?? this.machine?.cores ?? 0;
        this.processes.set(id, { id, name, machine, cores, gil, holder: 0, asked: false });
        break;
      }

      // A new thread, not started.
      case 'thread:create': {
        const { thread: id, name, process, parent, time } = event;
        if (this.threads.has(id)) this.#refuse(event, `thread ${id} was created before`);
        if (!this.processes.has(process)) this.#refuse(event, `there is no process ${process}`);
        this.threads.set(id, {
          id,
          name,
          process,
          parent,
          host: false,
          state: 'new',
          lacks: null,
          core: null,
          waiting: null,
          holds: [],
          since: time,
          times: NO_TIME,
          overhead: 0,
          switches: { voluntary: 0, forced: 0 },
          runs: 0,
          outcome: null,
          detail: '',
          createdAt: time,
          doneAt: null,
        });
        break;
      }

      // Whose thread it is.
      case 'thread:host':
        this.#change(event, () => ({ host: true }));
        break;

      // The thread, new or done waiting, is ready. If it lacks a core only, it has taken the GIL.
      case 'thread:ready': {
        const thread = this.#thread(event, event.thread);
        const lacks = event.lack === 'gil' ? 'gil' : 'core';
        this.#checkReady(event, thread, lacks);
        if (lacks === 'core') this.#takeGil(event, thread);
        this.#move(event, 'ready', { lacks });
        break;
      }

      // It runs on a core, and holds the GIL.
      case 'thread:run': {
        const thread = this.#thread(event, event.thread);
        this.#checkRun(event, thread, event.core);
        this.#takeGil(event, thread);
        this.#move(event, 'running', { core: event.core, runs: (thread?.runs ?? 0) + 1 });
        break;
      }

      // It loses its core, and is ready: without the GIL if it had to drop that, and else with it.
      case 'thread:preempt': {
        const thread = this.#thread(event, event.thread);
        const { voluntary, forced } = thread?.switches ?? { voluntary: 0, forced: 0 };
        const lacks = event.by === 'gil' ? 'gil' : 'core';
        if (lacks === 'gil') {
          if (!this.#processOf(thread)?.asked) this.#refuse(event, 'nobody has asked for the GIL');
          this.#dropGil(thread);
        }
        this.#move(event, 'ready', { lacks, switches: { voluntary, forced: forced + 1 } });
        break;
      }

      // It gives up core and GIL, and waits.
      case 'thread:wait': {
        const { on, target, reason, name, time: since } = event;
        const thread = this.#thread(event, event.thread);
        if (on === 'thread') this.#thread(event, target);
        const { voluntary, forced } = thread?.switches ?? { voluntary: 0, forced: 0 };
        this.#dropGil(thread);
        this.#move(event, 'waiting', {
          waiting: { on, target, reason, name, since },
          switches: { voluntary: voluntary + 1, forced },
        });
        break;
      }

      // It gives up core and GIL, for good.
      case 'thread:done': {
        const { outcome, detail, time: doneAt } = event;
        this.#dropGil(this.#thread(event, event.thread));
        this.#move(event, 'done', { outcome, detail, doneAt });
        break;
      }

      // The GIL of that process is asked for, until somebody takes it.
      case 'gil:ask': {
        const thread = this.#thread(event, event.thread);
        const process = this.#processOf(thread);
        if (thread?.lacks !== 'gil') this.#refuse(event, `thread ${event.thread} does not wait for the GIL`);
        if (process?.holder !== event.holder) {
          this.#refuse(event, `thread ${event.holder} does not hold the GIL, ${whom(process?.holder)} does`);
        }
        if (process) this.processes.set(process.id, { ...process, asked: true });
        break;
      }

      // A thread that waited for the GIL has it, and lacks a core now.
      case 'gil:take': {
        const thread = this.#thread(event, event.thread);
        if (thread?.lacks !== 'gil') this.#refuse(event, `thread ${event.thread} does not wait for the GIL`);
        this.#takeGil(event, thread);
        this.#move(event, 'ready', { lacks: 'core' });
        break;
      }

      // CPU time that it will spend on the machine's work. (That of nobody is the loop's.)
      case 'overhead':
        if (event.thread !== 0) this.#change(event, ({ overhead }) => ({ overhead: overhead + event.ms }));
        break;

      // One resource more that it holds, or one less: the one it took last, if it has it twice.
      case 'thread:hold':
        this.#change(event, ({ holds }) => {
          if (event.held) return { holds: [...holds, event.resource] };
          const place = holds.lastIndexOf(event.resource);
          if (place < 0) {
            this.#refuse(event, `thread ${event.thread} does not hold resource ${event.resource}`);
            return {};
          }
          return { holds: holds.toSpliced(place, 1) };
        });
        break;
    }
  }

  #change(event: ThreadEvent, patch: (thread: ThreadState) => Partial<ThreadState>): void {
    const thread = this.#thread(event, event.thread);
    if (thread) this.threads.set(thread.id, { ...thread, ...patch(thread) });
  }

  /** Brings the event's thread into a state, charging the time since the last change to the state it was in. */
  #move(event: MovingEvent, state: ThreadPhase, patch: Partial<ThreadState>): void {
    const thread = this.threads.get(event.thread);
    if (!thread) return;
    const before: readonly ThreadPhase[] = MOVES[event.kind];
    if (!before.includes(thread.state)) {
      this.#refuse(
        event,
        `thread ${thread.id} is ${thread.state}, and this happens only to one that is ${before.join(' or ')}`,
      );
    }
    this.threads.set(thread.id, {
      ...thread,
      lacks: null,
      core: null,
      waiting: null,
      ...patch,
      state,
      since: event.time,
      times: addTime(thread, event.time - thread.since),
    });
  }

  #thread(event: TraceEvent, id: number): ThreadState | undefined {
    const thread = this.threads.get(id);
    if (!thread) this.#refuse(event, `there is no thread ${id}`);
    return thread;
  }

  #processOf(thread: ThreadState | undefined): ProcessState | undefined {
    return thread && this.processes.get(thread.process);
  }

  #takeGil(event: TraceEvent, thread: ThreadState | undefined): void {
    const process = this.#processOf(thread);
    if (!thread || !process?.gil || process.holder === thread.id) return;
    if (process.holder !== 0) {
      this.#refuse(event, `thread ${process.holder} holds the GIL of process ${process.id}`);
    }
    this.processes.set(process.id, { ...process, holder: thread.id, asked: false });
  }

  #dropGil(thread: ThreadState | undefined): void {
    const process = this.#processOf(thread);
    if (process && process.holder === thread?.id) {
      this.processes.set(process.id, { ...process, holder: 0, asked: false });
    }
  }

  // ---- strictness -------------------------------------------------------------------------------------

  /** The threads on the cores of the machine on which a process lives. */
  #onCores({ machine }: ProcessState): ThreadState[] {
    return [...this.threads.values()].filter(
      (thread) => thread.core !== null && this.#processOf(thread)?.machine === machine,
    );
  }

  #checkReady(event: TraceEvent, thread: ThreadState | undefined, lacks: 'gil' | 'core'): void {
    const process = this.#processOf(thread);
    if (!this.#strict || !thread || !process) return;
    const hasGil = process.holder === thread.id;
    if (thread.state === 'ready' && !(lacks === 'core' && thread.lacks === 'core')) {
      this.#refuse(event, `thread ${thread.id} waits for the ${thread.lacks} already`);
    }
    if (lacks === 'gil' && (!process.gil || process.holder === 0 || hasGil)) {
      this.#refuse(event, `the GIL of process ${process.id} is not held by another thread`);
    }
    if (lacks === 'core' && this.#onCores(process).length < process.cores) {
      this.#refuse(event, `thread ${thread.id} does not have to wait: there is a free core`);
    }
  }

  #checkRun(event: TraceEvent, thread: ThreadState | undefined, core: number): void {
    const process = this.#processOf(thread);
    if (!this.#strict || !thread || !process) return;
    if (!(core >= 0 && core < process.cores)) {
      this.#refuse(event, `there is no core ${core}, only 0 to ${process.cores - 1}`);
    }
    if (thread.lacks === 'gil')
      this.#refuse(event, `thread ${thread.id} waits for the GIL, and has not taken it`);
    const other = this.#onCores(process).find((running) => running.core === core);
    if (other && other.id !== thread.id) this.#refuse(event, `thread ${other.id} runs on core ${core}`);
  }
}

/** The kinds of event that bring a thread into another state, and the states in which they find it. */
const MOVES = {
  'thread:ready': ['new', 'waiting', 'ready'],
  'thread:run': ['new', 'waiting', 'ready'],
  'thread:preempt': ['running'],
  'thread:wait': ['running'],
  'thread:done': ['running'],
  'gil:take': ['ready'],
} as const satisfies { readonly [K in EventKind]?: readonly ThreadPhase[] };

type MovingEvent = Extract<TraceEvent, { kind: keyof typeof MOVES }>;
type ThreadEvent = Extract<TraceEvent, { thread: number }>;

function whom(thread: number | undefined): string {
  return thread ? `thread ${thread}` : 'nobody';
}
