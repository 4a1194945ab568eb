/**
 * What threads do, in sentences: the part of the story that a simulated machine tells.
 *
 *      5 ms  a has to drop the GIL: b waited 5 ms for it
 *      5 ms  b starts on core 0, after 5 ms without the GIL
 *     22 ms  a has had 12 ms of CPU (count), 0 → 22 ms: 10 ms of that without the GIL
 *
 * A thread that stops had to, or wanted to; one that goes on was woken by somebody, or has what it lacked. Who holds the
 * GIL, and who lacks what, is read from the fold. The thread of the loop is called the loop: what the loop does is done by
 * it, and that it lacks the GIL is what the loop's tasks feel.
 */

import type { EventOf, TraceEvent } from '../trace/events.ts';
import { MachineFolder, type ThreadState } from '../trace/machine-state.ts';
import type { Cast } from './cast.ts';
import { printable } from './cells.ts';
import { formatDuration } from './time.ts';
import { waitLabel } from './waits.ts';
import { ended, list, span } from './words.ts';

/** The events of a machine. */
export type MachineEvent = Extract<
  TraceEvent,
  { kind: `thread:${string}` | 'machine:new' | 'process:new' | 'gil:ask' | 'gil:take' | 'overhead' }
>;

/** What a thread lacked, and how long (ms), since it was last suspended or last had all that it asked for. */
interface Lacked {
  gil: number;
  core: number;
}

/** Which of the machine's events are key moments; see `ThreadTeller.isKey`. */
const KEY: ReadonlySet<TraceEvent['kind']> = new Set<TraceEvent['kind']>([
  'machine:new',
  'thread:run',
  'thread:preempt',
  'thread:wait',
  'thread:done',
  'thread:busy',
  'thread:print',
]);

/** What the machine's own work is called. */
const OVERHEAD: Readonly<Record<string, string>> = {
  switch: 'a switch',
  create: 'its start',
  pickle: 'to hand over a job',
  manage: 'to manage a job',
  submit: 'to give a job away, or to take its result,',
};

/** Finds the words. */
export class ThreadTeller {
  readonly #cast: Cast;
  readonly #seen: ReadonlyMap<number, TraceEvent>;
  /** The machine as it is before the event that is told. */
  readonly #machine: MachineFolder;
  /** Since when each thread wants to run and can't, all in all; told when it runs. */
  readonly #lacked: Map<number, Lacked>;
  /** The same since the CPU time that it has asked for began. */
  readonly #lackedInWork: Map<number, Lacked>;
  /** Why a thread that was suspended can go on, if it then lacked something. */
  readonly #reasons: Map<number, string>;
  /** Who asked last, of each holder of a GIL. */
  readonly #asks: Map<number, EventOf<'gil:ask'>>;
  /** When the thread of the loop lacked something. */
  readonly #hostLacks: { readonly from: number; readonly to: number; readonly lack: 'gil' | 'core' }[];
  /** The last event by which it ran after that. */
  #lateRun: number;

  constructor(cast: Cast, seen: ReadonlyMap<number, TraceEvent>) {
    this.#cast = cast;
    this.#seen = seen;
    this.#machine = new MachineFolder();
    this.#lacked = new Map();
    this.#lackedInWork = new Map();
    this.#reasons = new Map();
    this.#asks = new Map();
    this.#hostLacks = [];
    this.#lateRun = 0;
  }

  /** Whether an event is a key moment. That the loop idles and goes on at once is none. */
  isKey(event: TraceEvent): boolean {
    if (!KEY.has(event.kind)) return false;
    if (!('thread' in event) || !this.#cast.isHost(event.thread)) return true;
    if (event.kind === 'thread:wait') return event.reason !== 'select';
    return event.kind !== 'thread:run' || event.seq === this.#lateRun;
  }

  /** The sentence of the next event. */
  tell(event: MachineEvent): string {
    this.#count(event);
    const sentence = this.#sentence(event);
    this.#machine.apply(event);
    return sentence;
  }

  /** A thread by its name; the loop's own as what it is the thread of. */
  name(thread: number): string {
    if (!this.#cast.isHost(thread)) return this.#cast.thread(thread);
    return this.#cast.loopRuns ? 'the loop' : 'the script';
  }

  /** Why the loop noticed at `now` what was so since `when`: it lacked the GIL, or a core, or was busy. */
  lateness(when: number, now: number): string {
    const last = this.#hostLacks.at(-1);
    if (!last || last.to <= when || last.to > now) return 'the loop was busy';
    return last.lack === 'gil' ? 'the loop lacked the GIL' : 'the loop lacked a core';
  }

  /** How much of a stretch of time the loop lacked the GIL or a core, as a clause; '' if it didn't. */
  lackedIn({ from, to }: { readonly from: number; readonly to: number }): string {
    const lacked: Lacked = { gil: 0, core: 0 };
    for (let i = this.#hostLacks.length - 1; i >= 0 && this.#hostLacks[i]!.from >= from; i--) {
      const { lack, from: start, to: end } = this.#hostLacks[i]!;
      if (end <= to) lacked[lack] += end - start;
    }
    return without(lacked);
  }

  /** What a thread did that made a task ready, which waited for it. */
  deed(event: Extract<TraceEvent, { thread: number }>, wait: EventOf<'task:wait'> | undefined): string {
    const name = this.name(event.thread);
    if (wait?.reason === 'executor') return `${name} has done the job`;
    return event.kind === 'thread:done' ? `${name} ${ended({ ...event, detail: '' })}` : `${name} woke it`;
  }

  #sentence(event: MachineEvent): string {
    const cast = this.#cast;
    switch (event.kind) {
      case 'machine:new': {
        const cores = `${event.cores} core${event.cores === 1 ? '' : 's'}`;
        return `a machine with ${cores} takes over: time slice ${formatDuration(event.slice)}, switch interval of the GIL ${formatDuration(event.interval)}`;
      }
      case 'process:new':
        return `the process ${cast.process(event.process)} begins, ${event.gil ? 'with a GIL of its own' : 'without a GIL'}`;
      case 'thread:create': {
        const name = cast.thread(event.thread);
        const parent = this.#machine.threads.get(event.parent);
        const where =
          parent && parent.process !== event.process ? `, in the process ${cast.process(event.process)}` : '';
        return parent
          ? `${this.name(event.parent)} makes the thread ${name}${where}`
          : `the thread ${name} is made`;
      }
      case 'thread:host':
        return `${cast.thread(event.thread)} is the thread of ${cast.loopRuns ? 'the loop' : 'the script'} itself`;
      case 'thread:ready':
        return `${this.name(event.thread)} ${this.#readiness(event)}, and lacks ${this.#lackOf(event)}`;
      case 'thread:run':
        return this.#runs(event);
      case 'thread:preempt':
        return `${this.name(event.thread)} ${this.#mustStop(event)}`;
      case 'thread:wait':
        return this.#waits(event);
      case 'thread:done':
        return `${this.name(event.thread)} ${ended(event)}`;
      case 'gil:ask': {
        const since = this.#machine.threads.get(event.thread)?.since ?? event.time;
        if (since === event.time)
          return `${this.name(event.thread)} gets the GIL next: ${this.name(event.holder)} waits until it has begun`;
        return `${this.name(event.thread)} has lacked the GIL for ${formatDuration(event.time - since)}, and asks ${this.name(event.holder)} to drop it`;
      }
      case 'gil:take': {
        const giver = this.#seen.get(event.cause);
        const who = giver && 'thread' in giver ? `, which ${this.name(giver.thread)} gave up` : '';
        return `${this.name(event.thread)} takes the GIL${who}`;
      }
      case 'thread:busy': {
        const what = event.label === '' ? '' : ` (${printable(event.label)})`;
        const lacked = without(this.#lackedInWork.get(event.thread));
        const when = span({ from: event.from, to: event.time });
        return `${this.name(event.thread)} has had ${formatDuration(event.ms)} of CPU${what}, ${when}${lacked && `: ${lacked}`}`;
      }
      case 'overhead': {
        const who = event.thread === 0 ? 'the loop' : this.name(event.thread);
        const what = OVERHEAD[event.what];
        return `${what ?? printable(event.what)} costs ${who} ${formatDuration(event.ms)}`;
      }
      case 'thread:hold': {
        const verb = event.held ? 'now holds' : 'no longer holds';
        return `${this.name(event.thread)} ${verb} ${cast.resource(event.resource)}`;
      }
      case 'thread:print':
        return `${this.name(event.thread)} prints: ${printable(event.text)}`;
    }
  }

  /** Adds up what threads lack. */
  #count(event: MachineEvent): void {
    if (!('thread' in event)) return;
    const { time } = event;
    const thread = this.#machine.threads.get(event.thread);
    if (event.kind === 'gil:ask') this.#asks.set(event.holder, event);
    if (event.kind === 'thread:wait') {
      this.#lacked.delete(event.thread);
      this.#lackedInWork.delete(event.thread);
    }
    const changes = event.kind === 'thread:run' || event.kind === 'gil:take' || event.kind === 'thread:ready';
    if (!changes || !thread?.lacks || time === thread.since) return;
    for (const sums of [this.#lacked, this.#lackedInWork]) {
      const lacked = sums.get(thread.id) ?? { gil: 0, core: 0 };
      lacked[thread.lacks] += time - thread.since;
      sums.set(thread.id, lacked);
    }
    if (thread.host) this.#hostLacks.push({ from: thread.since, to: time, lack: thread.lacks });
  }

  // ---- to go on ---------------------------------------------------------------------------------------

  #readiness(event: EventOf<'thread:ready'>): string {
    const thread = this.#machine.threads.get(event.thread);
    if (thread?.state === 'ready') return 'has the GIL';
    if (thread?.state !== 'waiting') {
      const starter = this.#causeIn(event, (cause) => cause.thread !== event.thread);
      return starter === '' ? 'is started' : `is started by ${starter}`;
    }
    const why = this.#why(event, thread);
    this.#reasons.set(event.thread, why);
    return thread.host ? 'wants to go on' : `can go on (${why})`;
  }

  #runs(event: EventOf<'thread:run'>): string {
    const thread = this.#machine.threads.get(event.thread);
    const isFirst = (thread?.runs ?? 0) === 0;
    const why =
      thread?.state === 'waiting' ? this.#why(event, thread) : (this.#reasons.get(event.thread) ?? '');
    const wasPreempted = thread?.state === 'ready' && why === '' && !isFirst;
    const lacked = without(this.#lacked.get(event.thread), '');
    if (thread?.host && lacked !== '') this.#lateRun = event.seq;
    this.#reasons.delete(event.thread);
    this.#lacked.delete(event.thread);
    // What it lacked before its work began is no part of that.
    if (!wasPreempted) this.#lackedInWork.delete(event.thread);
    const verb = !isFirst ? 'runs again' : thread?.host ? 'runs' : 'starts';
    const reason = isFirst || thread?.host || why === '' ? '' : `: ${why}`;
    return `${this.name(event.thread)} ${verb} on core ${event.core}${reason}${lacked && `, after ${lacked}`}`;
  }

  /** Why a suspended thread can go on. */
  #why(event: EventOf<'thread:ready'> | EventOf<'thread:run'>, { waiting, id }: ThreadState): string {
    const cast = this.#cast;
    const wait = waiting ? waitLabel(waiting) : 'its wait';
    const cause = this.#seen.get(event.cause);
    if (cause?.kind === 'request:complete') {
      const request = cast.request(cause.request);
      const label = request?.label ? printable(request.label) : 'its request';
      return `${request ? cast.resource(request.device) : 'the device'} ${cause.failed ? 'fails at' : 'is done with'} ${label}`;
    }
    if (cause?.kind === 'thread:done' && cause.thread !== id) {
      return `${this.name(cause.thread)} ${ended({ ...cause, detail: '' })}`;
    }
    const who = this.#causeIn(event, (one) => one.thread !== id);
    if (who !== '') return `${who} woke it`;
    const length = waiting ? event.time - waiting.since : 0;
    return waiting?.on === 'timer'
      ? `its wait of ${formatDuration(length)} is over`
      : `its wait is over (${wait})`;
  }

  /** Who caused an event: another thread, or what the loop ran; '' if neither did. */
  #causeIn(event: TraceEvent, isMeant: (cause: Extract<TraceEvent, { thread: number }>) => boolean): string {
    const cause = this.#seen.get(event.cause);
    if (cause?.kind === 'task:step') return this.#cast.task(cause.task);
    if (cause?.kind === 'handle:run') return 'a callback';
    return cause && 'thread' in cause && isMeant(cause) ? this.name(cause.thread) : '';
  }

  #lackOf({ thread: id, lack }: EventOf<'thread:ready'>): string {
    const thread = this.#machine.threads.get(id);
    const process = thread && this.#machine.processes.get(thread.process);
    if (lack !== 'gil') return process ? `a core, as ${taken(process.cores)}` : 'a core';
    return process?.holder ? `the GIL, which ${this.name(process.holder)} holds` : 'the GIL';
  }

  // ---- to stop ----------------------------------------------------------------------------------------

  #mustStop({ thread: id, by, time }: EventOf<'thread:preempt'>): string {
    const thread = this.#machine.threads.get(id);
    const process = thread && this.#machine.processes.get(thread.process);
    if (by !== 'gil') {
      const waiting = [...this.#machine.threads.values()].filter(
        (other) =>
          other.lacks === 'core' && this.#machine.processes.get(other.process)?.machine === process?.machine,
      );
      const others = list(
        waiting.map((other) => this.name(other.id)),
        3,
      );
      const verb = waiting.length === 1 ? 'waits' : 'wait';
      return `loses its core: its time slice is over${others && `, and ${others} ${verb} for one`}`;
    }
    const ask = this.#asks.get(id);
    const asking = ask && this.#machine.threads.get(ask.thread);
    if (!ask || asking?.lacks !== 'gil') return 'has to drop the GIL: it was asked to';
    if (this.#seen.get(ask.cause)?.kind === 'choice')
      return `has to drop the GIL: ${this.name(ask.thread)} gets it`;
    if (time === asking.since) return `gives up the GIL: ${this.name(ask.thread)} begins`;
    const waited = formatDuration(time - asking.since);
    const late = time > ask.time ? `, and asked for it ${formatDuration(time - ask.time)} ago` : '';
    return `has to drop the GIL: ${this.name(ask.thread)} waited ${waited} for it${late}`;
  }

  #waits(event: EventOf<'thread:wait'>): string {
    const thread = this.#machine.threads.get(event.thread);
    const process = thread && this.#machine.processes.get(thread.process);
    const gives = process?.gil ? ', and gives up the GIL' : '';
    const name = this.name(event.thread);
    if (event.reason === 'select') return `${name} has nothing to do${gives}`;
    if (event.reason === 'exit') return `${name} is at its end, and waits for the other threads`;
    if (event.reason === 'job') return `${name} has no job${gives}`;
    const holders = [...this.#machine.threads.values()].filter(
      ({ id, holds }) => event.on === 'resource' && id !== event.thread && holds.includes(event.target),
    );
    const names = list(
      holders.map(({ id }) => this.name(id)),
      3,
    );
    return `${name} waits: ${waitLabel(event)}${names && `, held by ${names}`}${gives}`;
  }
}

/** `10 ms of that without the GIL`; '' if nothing was lacking. */
function without(lacked: Lacked | undefined, of = ' of that'): string {
  const parts = [
    lacked && lacked.gil > 0 ? `${formatDuration(lacked.gil)}${of} without the GIL` : '',
    lacked && lacked.core > 0 ? `${formatDuration(lacked.core)}${of} without a core` : '',
  ];
  return parts.filter(Boolean).join(', ');
}

function taken(cores: number): string {
  return cores === 1 ? 'the only one is taken' : `all ${cores} are taken`;
}
