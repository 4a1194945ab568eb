import { EventEmitter } from 'eventemitter3';
import {
  CODE,
  EVENT_SCHEMA,
  type EventKind,
  type EventOf,
  type EventText,
  materialize,
  type TraceEvent,
  type TraceSink,
} from '../trace/events.ts';
import type { VirtualClock } from './clock.ts';
import { describeValue, LimitError } from './errors.ts';
import { running as shared } from './running.ts';

// What is imported is looked up anew at each use; a constant of the module is compiled in. See running.ts.
const running = shared;

/** Listens to events of one kind. */
export type TraceListener<K extends EventKind> = (event: EventOf<K>) => void;

/** What a trace calls a primitive or device by. */
export interface TracedResource {
  readonly resourceType: string;
  readonly name: string;
  readonly capacity: number;
  /** How it stands, as one number: free permits, items, 1 for held or set. */
  value(): number;
  /** The trace that has met it last, where it wants to know. */
  metBy?: Tracer | null;
}

/**
 * Numbers things, stamps events, and hands them on: to the sink that records them, and to listeners.
 *
 * Whoever does something says so here, in plain data: ids and names, never live objects. Nothing here may change the
 * run: a listener that throws is isolated, its error is reported once, and the others still hear the event. With no
 * sink and no listener `active` is false, and that one test is all an event costs; event objects are built only
 * when somebody listens.
 *
 * @example
 * loop.tracer.on('task:done', (event) => console.log(event.time, event.task, event.outcome))
 */
export class Tracer {
  /**
   * Whether anybody wants events. Ask before `emit`; what only ever happens while a loop runs asks `running.tracer`
   * instead, which says the same in one load.
   */
  active: boolean;
  /** The number of the last event. */
  seq: number;
  /** What is going on: the event that causes those that come now. */
  cause: number;
  /** The iteration of the loop that runs, or ran last. @internal */
  iteration: number;
  /** @internal The number of the last task. */ tasks: number;
  /** @internal The number of the last loop. */ loops: number;
  /** What the sink refused with, by an error of its own: from then on nothing is recorded. @internal */
  failure: { readonly error: unknown } | null;
  private readonly clock: VirtualClock;
  private sink: TraceSink | null;
  private emitter: EventEmitter | null;
  private listeners: number;
  readonly #guards: WeakMap<(event: never) => void, (event: TraceEvent) => void>;
  /** The resources met so far, with their numbers. @internal */
  readonly resources: Map<TracedResource, number>;

  constructor(clock: VirtualClock, sink: TraceSink | null) {
    this.active = sink !== null;
    this.seq = 0;
    this.cause = 0;
    this.iteration = 0;
    this.tasks = 0;
    this.loops = 0;
    this.failure = null;
    this.clock = clock;
    this.sink = sink;
    this.emitter = null;
    this.listeners = 0;
    this.#guards = new WeakMap();
    this.resources = new Map();
  }

  /** Nobody asks for the names of what is chosen between. @internal */
  get isNameless(): boolean {
    return this.listeners === 0 && this.sink?.isNameless === true;
  }

  /** Writes one event; returns its number. `code` is `CODE[kind]`; numbers and text are in the order of the schema. */
  emit(code: number, cause: number, a = 0, b = 0, c = 0, text: EventText = undefined): number {
    const seq = ++this.seq;
    const time = this.clock.now;
    const { loop } = running;
    if (loop !== null) this.iteration = loop.iteration;
    const { iteration } = this;
    if (this.sink !== null) {
      try {
        this.sink.write(code, time, iteration, cause, a, b, c, text);
      } catch (error) {
        this.#refuse(error);
      }
    }
    if (this.listeners > 0) {
      const event = materialize(seq, code, time, iteration, cause, a, b, c, text);
      this.emitter!.emit(event.kind, event);
      this.emitter!.emit('*', event);
    }
    return seq;
  }

  /** Calls `listener` with each event of a kind, in order, from now on. */
  on<K extends EventKind>(kind: K, listener: TraceListener<K>): this {
    if (!(kind in CODE)) {
      throw new TypeError(
        `no event is called ${JSON.stringify(kind)}; there are ${EVENT_SCHEMA.map((s) => s.kind).join(', ')}`,
      );
    }
    return this.#listen(kind, listener as (event: never) => void);
  }

  /** Calls `listener` with every event, in order, from now on. */
  onAny(listener: (event: TraceEvent) => void): this {
    return this.#listen('*', listener as (event: never) => void);
  }

  /** Takes back `on` or `onAny`. */
  off<K extends EventKind>(kind: K | '*', listener: TraceListener<K>): this {
    const guard = this.#guards.get(listener as (event: never) => void);
    if (guard === undefined || this.emitter === null) return this;
    const before = this.emitter.listenerCount(kind);
    this.emitter.off(kind, guard);
    this.listeners -= before - this.emitter.listenerCount(kind);
    this.#setActive();
    return this;
  }

  /** The number of a resource in this trace; the first time, an event introduces it. @internal */
  resource(resource: TracedResource): number {
    let id = this.resources.get(resource);
    if (id === undefined) {
      id = this.resources.size + 1;
      this.resources.set(resource, id);
      if (resource.metBy !== undefined) resource.metBy = this;
      const { resourceType, name, capacity } = resource;
      this.emit(CODE['resource:new'], this.cause, id, capacity, resource.value(), [
        resourceType,
        name || `${resourceType} ${id}`,
      ]);
    }
    return id;
  }

  /** Somebody has looked how a resource stands, or changed in it what no event tells. @internal */
  looked(resource: TracedResource, isChange = false): void {
    if (this.sink?.look) this.sink.look(this.resource(resource), isChange);
  }

  /** Somebody has looked which tasks there are, or waits for several of them; or looks at all from now on. @internal */
  lookedAround(what: 'tasks' | 'every moment'): void {
    this.sink?.lookAround?.(what);
  }

  #setActive(): void {
    this.active = this.sink !== null || this.listeners > 0;
    if (running.loop?.tracer !== this) return;
    running.tracer = this.active ? this : null;
    if (this.active) running.turn.lookCloser();
  }

  /**
   * The sink takes no more, being full: the program is stopped where it is, even in a step that never ends. What leaves
   * the loop is the sink's own error.
   */
  #refuse(error: unknown): never {
    this.sink = null;
    this.failure = { error };
    this.#setActive();
    if (running.loop === null) throw error;
    running.loop.exhaust();
    throw this.stopped();
  }

  /** The sink takes no more, and a program can't go on. A program that catches it is stopped by the next one. @internal */
  stopped(): LimitError {
    return new LimitError('the program was stopped, because its trace can not be recorded any more', {
      cause: this.failure!.error,
    });
  }

  #listen(kind: string, listener: (event: never) => void): this {
    if (typeof listener !== 'function')
      throw new TypeError(`a listener is a function, got ${describeValue(listener)}`);
    this.emitter ??= new EventEmitter();
    let guard = this.#guards.get(listener);
    if (guard === undefined) {
      // eventemitter3 stops at the first listener that throws, and lets the error through to whoever emitted.
      let reported = false;
      const report = (error: unknown) => {
        if (!reported) console.error(`a listener to ${kind} events threw, which the run ignores:`, error);
        reported = true;
      };
      guard = (event) => {
        try {
          const returned: unknown = listener(event as never);
          if (returned instanceof Promise) returned.catch(report);
        } catch (error) {
          report(error);
        }
      };
      this.#guards.set(listener, guard);
    }
    this.emitter.on(kind, guard);
    this.listeners++;
    this.#setActive();
    return this;
  }
}
