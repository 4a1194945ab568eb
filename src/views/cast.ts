/**
 * Who is who in a trace: the names behind the numbers.
 *
 * Events name tasks, timers, handles, resources and requests by number, and say each name once. A view reads a trace
 * from its start, shows each event to the cast, and can then ask what a number was called up to there. Every answer is
 * `printable`. A number the cast has never heard of gets a name from its number, so a part of a trace can be shown too.
 */

import type { EventOf, TraceEvent } from '../trace/events.ts';
import { printable } from './cells.ts';
import { formatDuration } from './time.ts';

/** A timer: how long it was set for, until when, and for whom. */
export interface CastTimer {
  readonly label: string;
  readonly task: number;
  readonly setAt: number;
  readonly when: number;
}

/** What the thread of a pool waits for that has nothing to do. */
export const NO_JOB = 'no job';

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
  #loopRuns: boolean;

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
    this.#loopRuns = false;
  }

  /** Learns what an event tells. */
  see(event: TraceEvent): void {
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
      // A part of a trace may begin in the middle of a run: what only a loop does says that one runs.
      case 'loop:run':
      case 'iteration':
      case 'task:step':
      case 'handle:run':
        this.#loopRuns = true;
        break;
      case 'loop:return':
      case 'loop:close':
        this.#loopRuns = false;
        break;
    }
  }

  /** Whether a loop runs. */
  get loopRuns(): boolean {
    return this.#loopRuns;
  }

  /** Whether an event is the script's: done in no task, by the plain code around the loops, while none runs. */
  isScript({ task }: { readonly task: number }): boolean {
    return task === 0 && !this.#loopRuns;
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

  /** What a thread waits for, in two or three words: `join cook`, `request disk`. */
  threadWait({ on, reason, name }: Pick<EventOf<'thread:wait'>, 'on' | 'reason' | 'name'>): string {
    if (reason === 'job') return NO_JOB;
    if (reason === 'exit') return 'the other threads';
    return [printable(reason), printable(name)].filter(Boolean).join(' ') || on;
  }

  /**
   * What a task waits for, in two or three words: `sleep 40 min`, `queue.get orders`. A sleep doesn't say how long it
   * is; its timer does.
   */
  wait({ task, on, reason, name }: EventOf<'task:wait'>): string {
    const timer = on === 'timer' && name === '' ? this.#timerOf.get(task) : undefined;
    const what = timer ? formatDuration(timer.when - timer.setAt) : printable(name);
    return [printable(reason), what].filter(Boolean).join(' ') || on;
  }
}
