/**
 * What threads do, in sentences: the part of the story that a simulated machine tells. A thread that stops says whether it
 * had to (the GIL was asked for, its time slice is over) or wanted to; one that runs says why it can.
 */

import type { EventOf, TraceEvent } from '../trace/events.ts';
import type { Cast } from './cast.ts';
import { printable } from './cells.ts';
import { formatDuration } from './time.ts';

/** The events of a machine. */
export type MachineEvent = Extract<
  TraceEvent,
  { kind: `thread:${string}` | 'machine:new' | 'process:new' | 'gil:ask' | 'gil:take' | 'overhead' }
>;

/** A thread can't run, for want of the GIL or of a core. */
type LacksSomething = EventOf<'thread:ready'> | EventOf<'thread:preempt'>;

/** Finds the words; told every event of a machine, in order. */
export class ThreadTeller {
  readonly #cast: Cast;
  /** Since when a thread has been ready, and for what. */
  readonly #ready: Map<number, LacksSomething>;
  /** What a suspended thread waits for. */
  readonly #waits: Map<number, EventOf<'thread:wait'>>;
  /** Whether a thread has ever run. */
  readonly #begun: Set<number>;

  constructor(cast: Cast) {
    this.#cast = cast;
    this.#ready = new Map();
    this.#waits = new Map();
    this.#begun = new Set();
  }

  tell(event: MachineEvent): string {
    const cast = this.#cast;
    switch (event.kind) {
      case 'machine:new': {
        const cores = `${event.cores} core${event.cores === 1 ? '' : 's'}`;
        return `a machine with ${cores}: a thread asks for the GIL after ${formatDuration(event.interval)}, a time slice is ${formatDuration(event.slice)}`;
      }
      case 'process:new':
        return `the process ${cast.process(event.process)} begins, ${event.gil ? 'with' : 'without'} a GIL`;
      case 'thread:create': {
        const by = event.parent === 0 ? 'is there' : `is made by ${cast.thread(event.parent)}`;
        return `the thread ${cast.thread(event.thread)} ${by}`;
      }
      case 'thread:host':
        return `${cast.thread(event.thread)} is the loop’s own thread`;
      case 'thread:ready': {
        this.#ready.set(event.thread, event);
        const wait = this.#waits.get(event.thread);
        const why = wait === undefined ? 'wants to run' : `is done waiting: ${cast.threadWait(wait)}`;
        return `${cast.thread(event.thread)} ${why}; it has to wait for ${lackOf(event)}`;
      }
      case 'thread:run':
        return this.#runs(event);
      case 'thread:preempt': {
        this.#ready.set(event.thread, event);
        const why =
          event.by === 'gil'
            ? 'has to drop the GIL: it was asked to'
            : 'loses its core: its time slice is over';
        return `${cast.thread(event.thread)} ${why}`;
      }
      case 'thread:wait':
        this.#waits.set(event.thread, event);
        return `${cast.thread(event.thread)} waits: ${cast.threadWait(event)}; it gives up what it holds of the CPU`;
      case 'thread:done': {
        const detail = event.detail === '' ? '' : ` ${printable(event.detail)}`;
        const how = event.outcome === 'result' ? 'is over' : 'fails:';
        return `the thread ${cast.thread(event.thread)} ${how}${event.outcome === 'result' && detail ? ':' : ''}${detail}`;
      }
      case 'gil:ask':
        return `${cast.thread(event.thread)} has waited long enough, and asks ${cast.thread(event.holder)} to drop the GIL`;
      case 'gil:take':
        return `${cast.thread(event.thread)} is given the GIL`;
      case 'thread:busy': {
        const what = event.label === '' ? '' : ` (${printable(event.label)})`;
        const took = event.time - event.from;
        const longer = took > event.ms + 1e-9 ? `, which took ${formatDuration(took)}` : '';
        return `${cast.thread(event.thread)} has had ${formatDuration(event.ms)} of CPU${what}${longer}`;
      }
      case 'overhead': {
        const who = event.thread === 0 ? 'the loop' : cast.thread(event.thread);
        const what = { switch: 'a switch', create: 'its start', pickle: 'handing a job over' }[event.what];
        return `${who} loses ${formatDuration(event.ms)} to ${what ?? printable(event.what)}`;
      }
      case 'thread:hold': {
        const verb = event.held ? 'holds' : 'no longer holds';
        return `${cast.thread(event.thread)} ${verb} ${cast.resource(event.resource)}`;
      }
      case 'thread:print':
        return `${cast.thread(event.thread)} prints: ${printable(event.text)}`;
    }
  }

  #runs({ thread, core, time }: EventOf<'thread:run'>): string {
    const name = this.#cast.thread(thread);
    const verb = this.#begun.has(thread) ? 'runs again' : 'runs for the first time';
    this.#begun.add(thread);
    const ready = this.#ready.get(thread);
    const wait = this.#waits.get(thread);
    this.#ready.delete(thread);
    this.#waits.delete(thread);
    if (ready !== undefined && time > ready.time) {
      return `${name} ${verb}, on core ${core}, after ${formatDuration(time - ready.time)} of waiting for ${lackOf(ready)}`;
    }
    const why = wait === undefined ? '' : `; its wait is over: ${this.#cast.threadWait(wait)}`;
    return `${name} ${verb}, on core ${core}${why}`;
  }
}

function lackOf(event: LacksSomething): string {
  const lack = event.kind === 'thread:ready' ? event.lack : event.by === 'gil' ? 'gil' : 'core';
  return lack === 'gil' ? 'the GIL' : 'a core';
}
