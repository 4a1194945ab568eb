/**
 * The ledger: on whose account each stretch of virtual time goes. What the critical path and the latency are read from.
 *
 * One pass over the log enters four books:
 *
 * - the *loop's*: when the clock moved while the loop couldn't go on (it computed, was blocked, switched, or lacked the GIL
 *   or a core), and when it idled; in order of time, without overlap. What the plain code of a script does is in it too;
 * - the *threads'*: the places of each thread (running, gil, core, waiting), one after the other, without gaps;
 * - the *GILs'*: who held each, and when;
 * - the *requests'*: when each was taken up, and when it was complete.
 *
 * No event objects are kept: they are read again, by number, where the log can be read by place. A part of a longer log will
 * do: its numbers need not begin at 1.
 */

import type { EventKind, EventOf, TraceEvent } from './events.ts';
import { firstWhere } from './first-where.ts';
import { MachineFolder } from './machine-state.ts';

/** Somebody whose work or wait takes time. `loop`: the loop itself; `script`: the plain code around the loops. */
export interface Actor {
  readonly kind: 'task' | 'thread' | 'device' | 'callback' | 'loop' | 'script';
  /** The number of that task, thread or device (a resource), or of the callback's handle; else 0. */
  readonly id: number;
  /** As the program calls it: pass it through `printable` before it is shown. */
  readonly name: string;
}

/** A stretch in which the loop, or the script around it, was held up, or idled. */
export interface LoopPiece {
  readonly from: number;
  readonly to: number;
  readonly state: 'computing' | 'blocked' | 'switching' | 'gil' | 'core' | 'idle';
  readonly label: string;
  /** Who did it: a task, a callback, the loop, the script. */
  readonly who: Actor;
  /** The event that tells of it. */
  readonly seq: number;
  /** The loop's own thread, where it lacked the GIL or a core; else 0. */
  readonly thread: number;
}

/** A stretch in which a thread was in one place. */
export interface ThreadPlace {
  readonly from: number;
  readonly to: number;
  readonly state: 'running' | 'gil' | 'core' | 'waiting' | 'done';
  /** What a waiting thread does. */
  readonly reason: string;
  /** The event by which it came there. */
  readonly seq: number;
}

/** CPU time that a thread asked for, and had by `to`. */
export interface ThreadWork {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly seq: number;
}

/** What became of a request to a device. */
export interface RequestEntry {
  readonly device: number;
  /** Who asked: a task, or a thread; null: nobody that is known. */
  readonly asker: Actor | null;
  readonly label: string;
  readonly askedAt: number;
  startedBy: number;
  startedAt: number;
  completedBy: number;
  completedAt: number;
}

/** Who has the GIL of a process, or a core, from a moment on; thread 0: nobody. */
interface Holding {
  readonly from: number;
  readonly thread: number;
}

const LOOP: Actor = { kind: 'loop', id: 0, name: 'loop' };
const SCRIPT: Actor = { kind: 'script', id: 0, name: 'script' };
const BY_LOOP = { label: '', who: LOOP, thread: 0 } as const;

/** What only a loop does, at the moment at which it does it: from there on its clock moves. */
const STANDS: ReadonlySet<EventKind> = new Set<EventKind>([
  'iteration',
  'task:step',
  'task:yield',
  'task:wait',
  'task:done',
  'handle:run',
  'handle:end',
  'compute',
  'block',
  'loop:run',
  'loop:return',
  'clock:jump',
]);

/** Reads a log, and answers on whose account its time goes. */
export class Ledger {
  /** The first moment of the log, and the last (virtual ms). */
  readonly start: number;
  readonly end: number;
  /** The number of the last event; 0: there is none. */
  readonly last: number;
  readonly pieces: LoopPiece[];
  readonly places: Map<number, ThreadPlace[]>;
  readonly requests: Map<number, RequestEntry>;
  /** The threads that are those of a loop, or of a script. */
  readonly hosts: Set<number>;
  #first: number;
  readonly #read: (index: number) => TraceEvent;
  readonly #work: Map<number, ThreadWork[]>;
  readonly #holdings: Map<number, Holding[]>;
  readonly #processOf: Map<number, number>;
  readonly #machineOf: Map<number, number>;
  /** Who ran on each core of each machine. */
  readonly #cores: Map<number, Map<number, Holding[]>>;
  /** Which place of its thread an event began. */
  readonly #begun: Map<number, number>;
  readonly #machine: MachineFolder;
  #loopRuns: boolean;
  /** The loop's clock stood here. */
  #stood: number;
  /** The callback that runs, if one does. */
  #callback: number;
  readonly #names: { readonly [K in 'task' | 'thread' | 'device']: Map<number, string> };

  /** `look` is shown each event on its way. */
  constructor(trace: Iterable<TraceEvent>, look?: (event: TraceEvent, ledger: Ledger) => void) {
    const source = isReadable(trace) ? trace : [...trace];
    this.#read = (index) => source.at(index)!;
    this.pieces = [];
    this.places = new Map();
    this.requests = new Map();
    this.hosts = new Set();
    this.#first = 1;
    this.#work = new Map();
    this.#holdings = new Map();
    this.#processOf = new Map();
    this.#machineOf = new Map();
    this.#cores = new Map();
    this.#begun = new Map();
    this.#names = { task: new Map(), thread: new Map(), device: new Map() };
    this.#machine = new MachineFolder();
    this.#loopRuns = false;
    this.#stood = 0;
    this.#callback = 0;
    let [start, end, last] = [0, 0, 0];
    for (const event of source) {
      if (last === 0) {
        this.#first = event.seq;
        // A script may begin with what takes time, which is written when it is over.
        const isSpent = event.kind === 'compute' || event.kind === 'block';
        start = isSpent ? Math.min(event.from, event.time) : event.time;
      }
      end = event.time;
      last = event.seq;
      this.#noteLoop(event);
      this.#noteRequest(event);
      this.#noteThread(event);
      look?.(event, this);
    }
    this.start = start;
    this.end = end;
    this.last = last;
    for (const all of this.places.values()) {
      const open = all.pop();
      if (open) all.push({ ...open, to: end });
    }
  }

  // ---- the books ----------------------------------------------------------------------------------------

  #noteLoop(event: TraceEvent): void {
    const { time, seq } = event;
    switch (event.kind) {
      case 'loop:run':
        this.#loopRuns = true;
        this.#callback = 0;
        break;
      case 'loop:return':
      case 'loop:close':
        this.#loopRuns = false;
        this.#callback = 0;
        break;
      // A part of a log may begin in the middle of a run: what only a loop does says that one runs.
      case 'task:step':
        this.#loopRuns = true;
        break;
      case 'handle:run':
        this.#loopRuns = true;
        this.#callback = event.handle;
        break;
      case 'handle:end':
        this.#callback = 0;
        break;
      case 'clock:jump':
        this.#add({ ...BY_LOOP, from: event.from, to: event.to, state: 'idle', seq });
        break;
      case 'compute':
      case 'block': {
        const { from, to, label } = event;
        const state = event.kind === 'compute' ? 'computing' : 'blocked';
        this.#addHeldUp({ from, to, state, label, who: this.#doer(event.task), seq, thread: 0 });
        break;
      }
      case 'overhead':
        if (event.thread !== 0) break;
        this.#addHeldUp({
          ...BY_LOOP,
          from: this.#stood,
          to: time,
          state: 'switching',
          label: event.what,
          seq,
        });
        this.#stood = time;
        break;
      case 'task:create':
      case 'task:rename':
        this.#names.task.set(event.task, event.name);
        break;
    }
    if (STANDS.has(event.kind)) this.#stood = time;
  }

  /** Who does what takes time: the task, else the callback that runs, the loop or the script. */
  #doer(task: number): Actor {
    if (task !== 0) return this.actor('task', task);
    if (!this.#loopRuns) return SCRIPT;
    return this.#callback === 0 ? LOOP : this.callback(this.#callback);
  }

  #add(piece: LoopPiece): void {
    if (piece.to > piece.from) this.pieces.push(piece);
  }

  /** The loop was held up: what is left of that beside the stretches in which it lacked the GIL or a core. */
  #addHeldUp(piece: LoopPiece): void {
    const { pieces } = this;
    const inside: LoopPiece[] = [];
    for (let last = pieces.at(-1); last && isLack(last) && last.from >= piece.from; last = pieces.at(-1)) {
      inside.unshift(last);
      pieces.pop();
    }
    let from = Math.max(piece.from, pieces.at(-1)?.to ?? piece.from);
    for (const lack of inside) {
      this.#add({ ...piece, from, to: lack.from });
      pieces.push(lack);
      from = lack.to;
    }
    this.#add({ ...piece, from });
  }

  #noteRequest(event: TraceEvent): void {
    const { time, seq } = event;
    switch (event.kind) {
      case 'resource:new':
        this.#names.device.set(event.resource, event.name || `${event.type} ${event.resource}`);
        break;
      case 'request:new': {
        const { device, label } = event;
        this.requests.set(seq, {
          device,
          asker: this.#askerOf(event),
          label,
          askedAt: time,
          startedBy: 0,
          startedAt: 0,
          completedBy: 0,
          completedAt: 0,
        });
        break;
      }
      case 'request:start':
      case 'request:complete': {
        const request = this.requests.get(event.request);
        if (!request) break;
        if (event.kind === 'request:start') Object.assign(request, { startedBy: seq, startedAt: time });
        else Object.assign(request, { completedBy: seq, completedAt: time });
        break;
      }
    }
  }

  /** A thread isn't named in its request; what caused that tells. */
  #askerOf(event: EventOf<'request:new'>): Actor | null {
    if (event.task !== 0) return this.actor('task', event.task);
    const cause = this.causeOf(event);
    if (!cause || !('thread' in cause) || this.hosts.has(cause.thread)) return null;
    return this.actor('thread', cause.thread);
  }

  #noteThread(event: TraceEvent): void {
    switch (event.kind) {
      case 'process:new':
        this.#machineOf.set(event.process, event.machine);
        break;
      case 'thread:create':
        this.#names.thread.set(event.thread, event.name);
        this.#processOf.set(event.thread, event.process);
        break;
      case 'thread:host':
        this.hosts.add(event.thread);
        break;
      case 'thread:ready':
        this.#enter(event, event.lack === 'gil' ? 'gil' : 'core');
        break;
      case 'gil:take':
        this.#enter(event, 'core');
        break;
      case 'thread:run':
        this.#enter(event, 'running');
        break;
      case 'thread:preempt':
        this.#enter(event, event.by === 'gil' ? 'gil' : 'core');
        break;
      case 'thread:wait':
        this.#enter(event, 'waiting', event.reason);
        break;
      case 'thread:done':
        this.#enter(event, 'done');
        break;
      case 'thread:busy': {
        const work = this.#work.get(event.thread) ?? [];
        this.#work.set(event.thread, work);
        work.push({ from: event.from, to: event.time, label: event.label, seq: event.seq });
        break;
      }
    }
    const machine = this.#machine;
    machine.apply(event);
    if (!('thread' in event) || event.thread === 0) return;
    this.#noteHolder(machine, event.thread, event.time);
    this.#noteCore(machine, event.thread, event.time);
  }

  /** A thread comes to another place. That the loop's couldn't run is the loop's affair as well. */
  #enter(event: TraceEvent & { thread: number }, state: ThreadPlace['state'], reason = ''): void {
    const { time, seq, thread } = event;
    const all = this.places.get(thread) ?? [];
    this.places.set(thread, all);
    const before = all.pop();
    if (before) {
      all.push({ ...before, to: time });
      const lacked = before.state === 'gil' || before.state === 'core' ? before.state : null;
      const who = this.#loopRuns ? LOOP : SCRIPT;
      if (lacked !== null && this.hosts.has(thread))
        this.#add({ from: before.from, to: time, state: lacked, label: '', who, seq: before.seq, thread });
    }
    this.#begun.set(seq, all.length);
    all.push({ from: time, to: time, state, reason, seq });
  }

  #noteHolder(machine: MachineFolder, thread: number, time: number): void {
    const process = machine.processes.get(machine.threads.get(thread)?.process ?? 0);
    if (!process?.gil) return;
    const holdings = this.#holdings.get(process.id) ?? [];
    this.#holdings.set(process.id, holdings);
    if (holdings.at(-1)?.thread !== process.holder) holdings.push({ from: time, thread: process.holder });
  }

  #noteCore(machine: MachineFolder, thread: number, time: number): void {
    const cores = this.#coresOf(thread);
    const core = machine.threads.get(thread)?.core ?? null;
    for (const [id, runs] of cores) {
      if (id !== core && runs.at(-1)?.thread === thread) runs.push({ from: time, thread: 0 });
    }
    if (core === null) return;
    const runs = cores.get(core) ?? [];
    cores.set(core, runs);
    if (runs.at(-1)?.thread !== thread) runs.push({ from: time, thread });
  }

  #coresOf(thread: number): Map<number, Holding[]> {
    const machine = this.#machineOf.get(this.#processOf.get(thread) ?? 0) ?? 0;
    const cores = this.#cores.get(machine) ?? new Map<number, Holding[]>();
    this.#cores.set(machine, cores);
    return cores;
  }

  // ---- questions ----------------------------------------------------------------------------------------

  /** The event of that number; it must be one of the log. */
  event(seq: number): TraceEvent {
    return this.#read(seq - this.#first);
  }

  /** The number of the first event. */
  get first(): number {
    return this.#first;
  }

  /** What caused an event; null: nothing did. A cause comes before its effect: a log that says otherwise isn't followed. */
  causeOf({ seq, cause }: TraceEvent): TraceEvent | null {
    return cause >= this.#first && cause < seq ? this.event(cause) : null;
  }

  /** Somebody by number. */
  actor(kind: 'task' | 'thread' | 'device', id: number): Actor {
    const fallback = kind === 'task' ? `Task-${id}` : kind === 'thread' ? `Thread-${id}` : `resource ${id}`;
    return { kind, id, name: this.#names[kind].get(id) ?? fallback };
  }

  /** A callback by its handle; a timer's, or an answer's, is that of its task. */
  callback(handle: number): Actor {
    const nobody: Actor = { kind: 'callback', id: handle, name: 'a callback' };
    if (handle < this.#first) return nobody;
    const origin = this.event(handle);
    if (!('label' in origin)) return nobody;
    return origin.label === '' ? nobody : { ...nobody, name: origin.label };
  }

  /** The piece of the loop's time that ends at `time`; undefined: none does. */
  pieceEnding(time: number): LoopPiece | undefined {
    const { pieces } = this;
    const place = firstWhere(pieces.length, (i) => pieces[i]!.to >= time);
    return pieces[place]?.to === time ? pieces[place] : undefined;
  }

  /** The pieces in which the loop couldn't go on between two moments, cut to those; idle ones aside. */
  heldUp(from: number, to: number): LoopPiece[] {
    const { pieces } = this;
    const found: LoopPiece[] = [];
    const place = firstWhere(pieces.length, (i) => pieces[i]!.to > from);
    for (let i = place; i < pieces.length && pieces[i]!.from < to; i++) {
      const piece = pieces[i]!;
      if (piece.state === 'idle') continue;
      const isWhole = piece.from >= from && piece.to <= to;
      found.push(
        isWhole ? piece : { ...piece, from: Math.max(from, piece.from), to: Math.min(to, piece.to) },
      );
    }
    return found;
  }

  /** Which place of its thread an event began; -1 if it began none. */
  placeBegun(seq: number): number {
    return this.#begun.get(seq) ?? -1;
  }

  /** What a running thread did between two moments, one thing after the other, without gaps. */
  workOf(thread: number, from: number, to: number): ThreadWork[] {
    const all = this.#work.get(thread) ?? [];
    const done: ThreadWork[] = [];
    let at = from;
    for (let i = firstWhere(all.length, (n) => all[n]!.to > from); i < all.length && at < to; i++) {
      const { from: start, to: end, label, seq } = all[i]!;
      if (start >= to) break;
      if (start > at) done.push({ from: at, to: start, label: '', seq: 0 });
      const begin = Math.max(at, start);
      at = Math.min(to, end);
      done.push({ from: begin, to: at, label, seq });
    }
    if (at < to) done.push({ from: at, to, label: '', seq: 0 });
    return done;
  }

  /** Who held the GIL that a thread, or the loop's, lacked between two moments. */
  holdersOf(thread: number, from: number, to: number): { from: number; to: number; thread: number }[] {
    const holdings = this.#holdings.get(this.#processOf.get(thread) ?? 0) ?? [];
    return during(holdings, from, to);
  }

  /** How many held it then, one after the other; nobody counts as none. */
  holdingsBetween(thread: number, from: number, to: number): number {
    const holdings = this.#holdings.get(this.#processOf.get(thread) ?? 0) ?? [];
    const first = Math.max(0, firstWhere(holdings.length, (i) => holdings[i]!.from > from) - 1);
    const after = firstWhere(holdings.length, (i) => holdings[i]!.from >= to);
    let count = 0;
    for (let i = first; i < after; i++) {
      const end = holdings[i + 1]?.from ?? to;
      if (holdings[i]!.thread !== 0 && end > Math.max(from, holdings[i]!.from)) count++;
    }
    return count;
  }

  /** Who was on the cores that a thread lacked between two moments: who ran on its machine, and when. */
  runnersBeside(thread: number, from: number, to: number): { from: number; to: number; thread: number }[] {
    const machine = this.#machineOf.get(this.#processOf.get(thread) ?? 0);
    const found: { from: number; to: number; thread: number }[] = [];
    for (const runs of this.#cores.get(machine ?? 0)?.values() ?? []) found.push(...during(runs, from, to));
    return found.filter((run) => run.thread !== 0).sort((a, b) => a.from - b.from || a.thread - b.thread);
  }

  /** What a thread was doing while it had the GIL or a core: its work, or that of the loop or script whose thread it is. */
  deedsOf(
    thread: number,
    from: number,
    to: number,
  ): { from: number; to: number; who: Actor; label: string }[] {
    if (!this.hosts.has(thread)) {
      const who = this.actor('thread', thread);
      return this.workOf(thread, from, to).map((work) => ({ ...work, who }));
    }
    const deeds: { from: number; to: number; who: Actor; label: string }[] = [];
    let at = from;
    for (const piece of this.heldUp(from, to)) {
      if (isLack(piece)) continue;
      if (piece.from > at) deeds.push({ from: at, to: piece.from, who: LOOP, label: '' });
      deeds.push({ from: piece.from, to: piece.to, who: piece.who, label: piece.label });
      at = piece.to;
    }
    if (at < to) deeds.push({ from: at, to, who: LOOP, label: '' });
    return deeds;
  }
}

/** Whether the loop lacked the GIL or a core. */
export function isLack({ state }: LoopPiece): boolean {
  return state === 'gil' || state === 'core';
}

/** Who had it between two moments, one after the other. */
function during(
  holdings: readonly Holding[],
  from: number,
  to: number,
): { from: number; to: number; thread: number }[] {
  const found: { from: number; to: number; thread: number }[] = [];
  const after = firstWhere(holdings.length, (i) => holdings[i]!.from > from);
  for (let i = Math.max(0, after - 1); i < holdings.length && holdings[i]!.from < to; i++) {
    const start = Math.max(from, holdings[i]!.from);
    const end = Math.min(to, holdings[i + 1]?.from ?? to);
    if (end > start) found.push({ from: start, to: end, thread: holdings[i]!.thread });
  }
  return found;
}

interface Readable extends Iterable<TraceEvent> {
  readonly length: number;
  at(index: number): TraceEvent | undefined;
}

function isReadable(trace: Iterable<TraceEvent>): trace is Readable {
  return 'at' in trace && 'length' in trace;
}
