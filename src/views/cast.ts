/**
 * Who is who in a trace: the names behind the numbers.
 *
 * Events name tasks, timers, handles, resources and requests by number, and say each name once. A view reads a trace
 * from its start, shows each event to the cast, and can then ask what a number was called up to there. Every answer is
 * `printable`. A number the cast has never heard of gets a name from its number, so a part of a trace can be shown too.
 */

import type { EventOf, TraceEvent } from '../trace/events.ts';
import { printable } from './cells.ts';
import { LoopWatch } from './loop-watch.ts';
import { waitLabel } from './waits.ts';

/** A timer: when it was set, until when, and for whom. */
interface CastTimer {
  readonly label: string;
  readonly task: number;
  readonly setAt: number;
  readonly when: number;
}

/** Remembers names; see the top of the file. */
export class Cast {
  readonly #tasks: Map<number, string>;
  readonly #resources: Map<number, string>;
  readonly #timers: Map<number, CastTimer>;
  /** The last timer that each task set. */
  readonly #timerOf: Map<number, CastTimer>;
  readonly #handles: Map<number, string>;
  readonly #requests: Map<number, EventOf<'request:new'>>;
  readonly #threads: Map<number, string>;
  readonly #processes: Map<number, string>;
  readonly #hosts: Set<number>;
  readonly #loop: LoopWatch;

  constructor() {
    this.#tasks = new Map();
    this.#resources = new Map();
    this.#timers = new Map();
    this.#timerOf = new Map();
    this.#handles = new Map();
    this.#requests = new Map();
    this.#threads = new Map();
    this.#processes = new Map();
    this.#hosts = new Set();
    this.#loop = new LoopWatch();
  }

  /** Learns what an event tells. */
  see(event: TraceEvent): void {
    this.#loop.see(event);
    switch (event.kind) {
      case 'task:create':
      case 'task:rename':
        this.#tasks.set(event.task, printable(event.name));
        break;
      case 'timer:set': {
        const { label, task, when, time: setAt } = event;
        const timer = { label: printable(label), task, setAt, when };
        this.#timers.set(event.seq, timer);
        if (task !== 0) this.#timerOf.set(task, timer);
        break;
      }
      case 'handle:ready':
      case 'timer:due':
      case 'request:deliver':
        this.#handles.set(event.seq, printable(event.label));
        break;
      case 'resource:new':
        this.#resources.set(event.resource, printable(event.name || `${event.type} ${event.resource}`));
        break;
      case 'request:new':
        this.#requests.set(event.seq, event);
        break;
      case 'thread:create':
        this.#threads.set(event.thread, printable(event.name));
        break;
      case 'thread:host':
        this.#hosts.add(event.thread);
        break;
      case 'process:new':
        this.#processes.set(event.process, printable(event.name));
        break;
    }
  }

  /** Whether a loop runs. */
  get loopRuns(): boolean {
    return this.#loop.runs;
  }

  /** Whether an event is the script's; see `LoopWatch`. */
  isScript(event: { readonly task: number }): boolean {
    return this.#loop.isScript(event);
  }

  /** Whether the loop, or the script around it, is a thread among others. */
  get hasHost(): boolean {
    return this.#hosts.size > 0;
  }

  /** Whether a thread is that of the loop, or of the script around it. */
  isHost(thread: number): boolean {
    return this.#hosts.has(thread);
  }

  /** The name of a task; '' for 0, which is nobody. */
  task(id: number): string {
    return id === 0 ? '' : (this.#tasks.get(id) ?? `Task-${id}`);
  }

  thread(id: number): string {
    return this.#threads.get(id) ?? `Thread-${id}`;
  }

  process(id: number): string {
    return this.#processes.get(id) ?? `process ${id}`;
  }

  resource(id: number): string {
    return this.#resources.get(id) ?? `resource ${id}`;
  }

  /** The label of a handle; '' if it has none. */
  handle(id: number): string {
    return this.#handles.get(id) ?? '';
  }

  timer(id: number): CastTimer | undefined {
    return this.#timers.get(id);
  }

  request(id: number): EventOf<'request:new'> | undefined {
    return this.#requests.get(id);
  }

  /** What a task waits for (see `waitLabel`). A sleep doesn't say how long it is; the timer that was set last does. */
  wait(event: EventOf<'task:wait'>): string {
    const timer = this.#timerOf.get(event.task);
    return waitLabel(event, timer && timer.when - timer.setAt);
  }
}
