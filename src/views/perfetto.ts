/**
 * A trace for Perfetto (ui.perfetto.dev) and other readers of the Trace Event Format, as JSON.
 *
 * What becomes of it there:
 *
 *     process `event loop`     a track for the loop, one for the script around it, one for each task
 *     process of a machine     a track for each of its threads
 *     a slice (`X`)            a step of a task, a callback, an iteration, a run of a thread; inside them what was computed
 *     async slices (`b`, `e`)  what was waited for, being ready, lacking the GIL or a core
 *     arrows (`s`, `f`)        from what woke somebody to where that one runs
 *     marks (`i`)              prints, errors, requests to cancel
 *     a counter (`C`)          how many handles were ready in each iteration
 *
 * The format has its traps. Slices of one track must lie inside one another or apart: so each task has a track of its own,
 * and waits, which lie between the slices, are async. Async slices of one id are paired by time alone: so each has an id of
 * its own. An arrow is bound to the slice that its track is in at that place of the file: so it stands behind that slice.
 * (chrome://tracing goes by the time alone, and takes the last of several slices of no length.) And a track whose number is
 * that of a process is taken for its main thread: no number is used for both.
 *
 * Times are µs, to a thousandth. Most steps take no time on a virtual clock, and so they do here.
 */

import type { TraceEvent } from '../trace/events.ts';
import { Cast } from './cast.ts';
import { printable } from './cells.ts';
import { waitLabel } from './waits.ts';

/** What is known besides the events. */
export interface PerfettoOptions {
  /** The name of the process of the loop; `event loop` if not given. */
  readonly title?: string;
}

type Args = Readonly<Record<string, string | number | boolean>>;

interface Entry {
  readonly ph: 'X' | 'b' | 'e' | 's' | 'f' | 'i' | 'C';
  readonly ns: number;
  /** Its place among entries of the same time. */
  readonly order: number;
  readonly fields: Record<string, unknown>;
}

interface Slice {
  readonly track: Track;
  readonly ns: number;
  readonly order: number;
  /** Where it ended; undefined: it hasn't. */
  end: number | undefined;
  /** Where the last slice in it ended; it is empty from there on. */
  free: number;
  readonly fields: Record<string, unknown>;
}

/** A row of slices that lie inside one another or apart. */
interface Track {
  readonly pid: number;
  readonly tid: number;
  readonly open: Slice[];
  /** The next slice can't begin before. */
  floor: number;
}

/** What somebody is in who doesn't run. */
interface Pause {
  readonly name: string;
  readonly cat: string;
  readonly pid: number;
  readonly ns: number;
  readonly order: number;
  readonly args: Args;
}

/** A task or thread: its track, its pause, its slice, and who woke it. */
interface Actor {
  readonly track: Track;
  pause: Pause | undefined;
  slice: Slice | undefined;
  woken: { readonly from: Slice; readonly ns: number } | undefined;
  /** A thread's runs that are over since it last got what it asked for: only then is it told what that was. */
  runs: Slice[];
}

/** Readers count ns in 64 bits. */
const MOST_NS = 9e18;
const LOOP_PID = 1;

/**
 * The trace as the text of a JSON file, which Perfetto opens.
 *
 * @example writeFileSync('chores.perfetto.json', perfetto(trace))
 */
export function perfetto(trace: Iterable<TraceEvent>, options: PerfettoOptions = {}): string {
  const writer = new Writer();
  for (const event of trace) writer.add(event);
  return writer.text(printable(options.title ?? 'event loop'));
}

class Writer {
  readonly #cast: Cast;
  readonly #entries: Entry[];
  readonly #tracks: Track[];
  readonly #tasks: Map<number, Actor>;
  readonly #threads: Map<number, Actor>;
  readonly #processOf: Map<number, number>;
  /** The slice in which an event of a thread happened. */
  readonly #sliceOf: Map<number, Slice>;
  /** The steps and callbacks that run, inside one another. */
  readonly #running: Slice[];
  #loop: Track | undefined;
  #script: Track | undefined;
  #now: number;
  #ids: number;
  #order: number;

  constructor() {
    this.#cast = new Cast();
    this.#entries = [];
    this.#tracks = [];
    this.#tasks = new Map();
    this.#threads = new Map();
    this.#processOf = new Map();
    this.#sliceOf = new Map();
    this.#running = [];
    this.#loop = undefined;
    this.#script = undefined;
    this.#now = 0;
    this.#ids = 0;
    this.#order = 0;
  }

  add(event: TraceEvent): void {
    this.#cast.see(event);
    this.#now = Math.max(this.#now, toNs(event.time));
    switch (event.kind) {
      case 'loop:return':
      case 'loop:close':
        this.#endRuns();
        break;
      case 'iteration':
        this.#endIteration(this.#now);
        this.#begin(this.#loopTrack(), `iteration ${event.iteration}`, 'loop', { ready: event.ready });
        this.#push('C', this.#now, { name: 'ready queue', pid: LOOP_PID, args: { handles: event.ready } });
        break;
      case 'clock:jump':
        this.#endIteration(toNs(event.from));
        this.#whole(this.#loopTrack(), event.from, 'idle', 'loop');
        break;
      case 'compute':
      case 'block': {
        const isScript = this.#cast.isScript(event);
        const track = isScript
          ? this.#scriptTrack()
          : (this.#tasks.get(event.task)?.track ?? this.#loopTrack());
        this.#whole(track, event.from, printable(event.label) || event.kind, event.kind);
        break;
      }
      case 'task:create':
        this.#task(event.task);
        break;
      case 'task:ready': {
        const actor = this.#task(event.task);
        if (actor.slice) break;
        this.#wake(actor, this.#running.at(-1));
        this.#rest(actor, 'ready', `${this.#cast.task(event.task)}: ready`);
        break;
      }
      case 'task:step': {
        const actor = this.#task(event.task);
        this.#leave(actor);
        this.#run(actor, event.eager ? { eager: true } : {});
        this.#running.push(actor.slice!);
        break;
      }
      case 'task:yield': {
        const actor = this.#task(event.task);
        this.#leave(actor);
        this.#rest(actor, 'ready', `${this.#cast.task(event.task)}: ready`);
        break;
      }
      case 'task:wait': {
        const actor = this.#task(event.task);
        this.#leave(actor);
        const name = `${this.#cast.task(event.task)}: ${printable(event.reason) || event.on}`;
        this.#rest(actor, 'wait', name, { for: this.#cast.wait(event) });
        break;
      }
      case 'task:done': {
        const actor = this.#task(event.task);
        const { outcome, detail } = event;
        if (actor.slice) actor.slice.fields.args = { outcome, ...(detail && { detail: printable(detail) }) };
        this.#leave(actor);
        this.#endPause(actor);
        if (outcome === 'exception') this.#mark(actor.track, printable(detail) || 'failed', 'error');
        break;
      }
      case 'task:cancel':
        this.#mark(this.#task(event.task).track, 'cancel', 'cancel');
        break;
      case 'handle:run':
        this.#endHandle();
        this.#running.push(
          this.#begin(this.#loopTrack(), this.#cast.handle(event.handle) || 'callback', 'callback'),
        );
        break;
      case 'handle:end':
        this.#endHandle();
        break;
      case 'print':
        this.#mark(this.#placeOf(event.task), printable(event.text), 'print');
        break;
      case 'error':
        this.#mark(this.#placeOf(event.task), printable(event.message) || 'error', 'error', {
          detail: printable(event.detail),
        });
        break;
      case 'thread:create':
        this.#processOf.set(event.thread, event.process);
        this.#thread(event.thread);
        break;
      default:
        if (event.kind.startsWith('thread:') || event.kind.startsWith('gil:')) this.#addThread(event);
    }
  }

  #addThread(event: TraceEvent): void {
    switch (event.kind) {
      case 'thread:ready':
      case 'gil:take': {
        const actor = this.#thread(event.thread);
        if (actor.slice) break;
        if (event.kind === 'thread:ready')
          this.#wake(actor, this.#sliceOf.get(event.cause) ?? this.#running.at(-1));
        this.#lack(event.thread, event.kind === 'thread:ready' && event.lack === 'gil' ? 'gil' : 'core');
        break;
      }
      case 'thread:run': {
        const actor = this.#thread(event.thread);
        this.#leave(actor);
        this.#run(actor, { core: event.core });
        this.#sliceOf.set(event.seq, actor.slice!);
        break;
      }
      case 'thread:preempt': {
        this.#leaveThread(event.thread, event.seq);
        this.#lack(event.thread, event.by === 'gil' ? 'gil' : 'core');
        break;
      }
      case 'thread:wait': {
        this.#leaveThread(event.thread, event.seq);
        const name = `${this.#cast.thread(event.thread)}: ${printable(event.reason) || event.on}`;
        this.#rest(this.#thread(event.thread), 'wait', name, { for: waitLabel(event) });
        break;
      }
      case 'thread:done': {
        const actor = this.#thread(event.thread);
        this.#leaveThread(event.thread, event.seq);
        this.#endPause(actor);
        if (event.outcome === 'exception')
          this.#mark(actor.track, printable(event.detail) || 'failed', 'error');
        break;
      }
      case 'thread:busy': {
        const actor = this.#thread(event.thread);
        if (!actor.slice) break;
        this.#sliceOf.set(event.seq, actor.slice);
        const label = printable(event.label) || 'busy';
        for (const run of actor.runs) this.#fill(run, toNs(event.from), label, 'busy');
        actor.runs = [];
        this.#whole(actor.track, event.from, label, 'busy');
        break;
      }
      case 'thread:hold': {
        const { slice } = this.#thread(event.thread);
        if (slice) this.#sliceOf.set(event.seq, slice);
        break;
      }
      case 'thread:print':
        this.#mark(this.#thread(event.thread).track, printable(event.text), 'print');
        break;
    }
  }

  // ---- tracks ---------------------------------------------------------------------------------------------

  /** The number of a track is given at the end: only then is it known how many processes there are. */
  #newTrack(pid: number): Track {
    const track = { pid, tid: this.#tracks.length, open: [], floor: 0 };
    this.#tracks.push(track);
    return track;
  }

  #loopTrack(): Track {
    this.#loop ??= this.#newTrack(LOOP_PID);
    return this.#loop;
  }

  #scriptTrack(): Track {
    this.#script ??= this.#newTrack(LOOP_PID);
    return this.#script;
  }

  #actor(actors: Map<number, Actor>, id: number, pid: number): Actor {
    const known = actors.get(id);
    if (known) return known;
    const actor = {
      track: this.#newTrack(pid),
      pause: undefined,
      slice: undefined,
      woken: undefined,
      runs: [],
    };
    actors.set(id, actor);
    return actor;
  }

  #task(id: number): Actor {
    this.#loopTrack(); // comes first
    return this.#actor(this.#tasks, id, LOOP_PID);
  }

  #thread(id: number): Actor {
    return this.#actor(this.#threads, id, LOOP_PID + (this.#processOf.get(id) ?? 0));
  }

  /** Where something happens that a task does, or nobody. */
  #placeOf(task: number): Track {
    if (task !== 0) return this.#task(task).track;
    return this.#cast.loopRuns ? this.#loopTrack() : this.#scriptTrack();
  }

  // ---- entries --------------------------------------------------------------------------------------------

  #push(ph: Entry['ph'], ns: number, fields: Record<string, unknown>, order = this.#order++): void {
    this.#entries.push({ ph, ns, order, fields });
  }

  #begin(track: Track, name: string, cat: string, args: Args = {}, at = this.#now): Slice {
    const ns = Math.max(track.floor, Math.min(at, this.#now));
    const fields: Record<string, unknown> = { name, cat, ...(Object.keys(args).length > 0 && { args }) };
    const slice: Slice = { track, ns, order: this.#order++, end: undefined, free: ns, fields };
    track.open.push(slice);
    track.floor = ns;
    this.#push('X', ns, { slice }, slice.order);
    return slice;
  }

  /** Ends the innermost slice of a track. */
  #finish(track: Track, at = this.#now): void {
    const slice = track.open.pop();
    if (!slice) return;
    slice.free = track.floor;
    slice.end = Math.max(track.floor, Math.min(at, this.#now));
    track.floor = slice.end;
  }

  /** A slice that ends now. */
  #whole(track: Track, from: number, name: string, cat: string): void {
    this.#begin(track, name, cat, {}, toNs(from));
    this.#finish(track);
  }

  /** Writes into a slice that is over what went on in it from `from` to its end. */
  #fill({ track, order, free, end }: Slice, from: number, name: string, cat: string): void {
    const ns = Math.max(free, from);
    if (end === undefined || end <= ns) return;
    // Behind the arrows to the slice around it, which would be bound to this one else.
    const inner: Slice = { track, ns, order: order + 0.75, end, free: ns, fields: { name, cat } };
    this.#push('X', ns, { slice: inner }, inner.order);
  }

  #mark({ pid, tid }: Track, name: string, cat: string, args: Args = {}): void {
    const what = { name: name || ' ', cat, pid, tid, s: 't' };
    this.#push('i', this.#now, { ...what, ...(Object.keys(args).length > 0 && { args }) });
  }

  // ---- actors ---------------------------------------------------------------------------------------------

  #run(actor: Actor, args: Args): void {
    this.#endPause(actor);
    const slice = this.#begin(actor.track, 'run', 'run', args);
    actor.slice = slice;
    if (!actor.woken) return;
    const { from, ns } = actor.woken;
    actor.woken = undefined;
    const arrow = { name: 'wakes', cat: 'wake', id: this.#newId() };
    const at = ({ track: { pid, tid } }: Slice) => ({ ...arrow, pid, tid });
    this.#push('s', ns, at(from), from.order + 0.5);
    this.#push('f', slice.ns, { ...at(slice), bp: 'e' }, slice.order + 0.5);
  }

  /** It stops running, if it does. */
  #leave(actor: Actor): void {
    if (!actor.slice) return;
    while (actor.track.open.length > 0) this.#finish(actor.track);
    const place = this.#running.lastIndexOf(actor.slice);
    if (place >= 0) this.#running.splice(place, 1);
    actor.slice = undefined;
  }

  #leaveThread(thread: number, seq: number): void {
    const actor = this.#thread(thread);
    if (actor.slice) {
      this.#sliceOf.set(seq, actor.slice);
      actor.runs.push(actor.slice);
    }
    this.#leave(actor);
  }

  #wake(actor: Actor, from: Slice | undefined): void {
    // It was woken by what runs, or by what stopped at this moment.
    if (from && (from.end ?? this.#now) >= this.#now) actor.woken = { from, ns: this.#now };
  }

  #rest(actor: Actor, cat: string, name: string, args: Args = {}): void {
    this.#endPause(actor);
    const { pid } = actor.track;
    actor.pause = { name, cat, pid, args, ns: this.#now, order: this.#order++ };
  }

  #lack(thread: number, lack: 'gil' | 'core'): void {
    const what = lack === 'gil' ? 'lacks the GIL' : 'lacks a core';
    this.#rest(this.#thread(thread), lack, `${this.#cast.thread(thread)}: ${what}`);
  }

  /** Being ready for no time is no news; a wait for no time is one. */
  #endPause(actor: Actor): void {
    if (!actor.pause) return;
    const { name, cat, pid, args, ns, order } = actor.pause;
    actor.pause = undefined;
    if (cat !== 'wait' && ns === this.#now) return;
    const both = { id: this.#newId(), name, cat, pid, tid: actor.track.tid };
    this.#push('b', ns, { ...both, ...(Object.keys(args).length > 0 && { args }) }, order);
    this.#push('e', this.#now, both);
  }

  #newId(): string {
    return `0x${(++this.#ids).toString(16)}`;
  }

  // ---- the loop -------------------------------------------------------------------------------------------

  #endHandle(): void {
    const top = this.#running.at(-1);
    if (!top || top.track !== this.#loop) return;
    this.#running.pop();
    while (this.#loop.open.includes(top)) this.#finish(this.#loop);
  }

  #endIteration(at: number): void {
    const loop = this.#loop;
    if (!loop) return;
    while (this.#running.at(-1)?.track === loop) this.#running.pop();
    while (loop.open.length > 0) this.#finish(loop, at);
  }

  /** The loop no longer runs: what was in the middle of a step is over. */
  #endRuns(): void {
    for (const slice of this.#running.slice()) {
      for (const actor of this.#tasks.values()) if (actor.slice === slice) this.#leave(actor);
    }
    this.#endIteration(this.#now);
  }

  // ---- the file -------------------------------------------------------------------------------------------

  text(title: string): string {
    for (const actors of [this.#tasks, this.#threads])
      for (const actor of actors.values()) {
        this.#leave(actor);
        this.#endPause(actor);
      }
    for (const track of this.#tracks) while (track.open.length > 0) this.#finish(track);

    const processes = [...new Set(this.#tracks.map(({ pid }) => pid))].sort((a, b) => a - b);
    const firstTid = Math.max(0, ...processes) + 1;
    const names = this.#names();
    const lines: unknown[] = [];
    for (const pid of processes) {
      const name = pid === LOOP_PID ? title : this.#cast.process(pid - LOOP_PID);
      lines.push({ ph: 'M', pid, name: 'process_name', args: { name } });
      lines.push({ ph: 'M', pid, name: 'process_sort_index', args: { sort_index: pid } });
    }
    for (const track of this.#tracks) {
      const at = { ph: 'M', pid: track.pid, tid: firstTid + track.tid };
      lines.push({ ...at, name: 'thread_name', args: { name: names.get(track) || ' ' } });
      lines.push({ ...at, name: 'thread_sort_index', args: { sort_index: track.tid } });
    }
    this.#entries.sort((a, b) => a.ns - b.ns || a.order - b.order);
    for (const { ph, ns, fields } of this.#entries) {
      const slice = fields.slice as Slice | undefined;
      if (slice) {
        const { pid, tid } = slice.track;
        const dur = ((slice.end ?? ns) - ns) / 1000;
        lines.push({ ph, ts: ns / 1000, dur, pid, tid: firstTid + tid, ...slice.fields });
      } else if (fields.tid === undefined) lines.push({ ph, ts: ns / 1000, ...fields });
      else lines.push({ ph, ts: ns / 1000, ...fields, tid: firstTid + (fields.tid as number) });
    }
    const rows = lines.map((line) => `\n${JSON.stringify(line)}`);
    return `{"displayTimeUnit":"ms","traceEvents":[${rows.join(',')}\n]}\n`;
  }

  #names(): Map<Track, string> {
    const names = new Map<Track, string>();
    if (this.#loop) names.set(this.#loop, 'loop');
    if (this.#script) names.set(this.#script, 'script');
    for (const [id, { track }] of this.#tasks) names.set(track, this.#cast.task(id));
    for (const [id, { track }] of this.#threads) {
      const host = this.#cast.isHost(id) ? ' (the loop’s)' : '';
      names.set(track, `${this.#cast.thread(id)}${host}`);
    }
    return names;
  }
}

/** Virtual ms in whole ns. */
function toNs(ms: number): number {
  return Math.min(MOST_NS, Math.max(0, Math.round(ms * 1e6)));
}
