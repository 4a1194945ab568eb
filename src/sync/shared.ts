import { describeValue } from '../core/errors.ts';
import { running } from '../core/running.ts';
import type { TracedResource, Tracer } from '../core/tracer.ts';
import { CODE } from '../trace/events.ts';

/**
 * A cell: a value that several tasks or threads use, and each look at it and each change of it is in the trace.
 *
 * It is a plain value otherwise: it blocks nobody and gives nobody a turn. What it is for is to be asked of a run: who read what
 * was old by the time he wrote? A read and a later write of one task, with another task's write in between, is a race
 * (`findings`), whether or not anything went wrong that time. What a closure variable does, no trace can tell.
 *
 * @example
 * const stock = shared(3, 'stock');
 * const seen = stock.value; yield* sleep(1); stock.value = seen - 1; // a race, if somebody else does the same
 */
export class Shared<T> {
  readonly name: string;
  #value: T;
  readonly #resource: CellResource;

  constructor(value: T, name = '') {
    this.name = name;
    this.#value = value;
    this.#resource = new CellResource(name);
  }

  /** The value; to read it and to write it is told in the trace. */
  get value(): T {
    this.#tell(CODE['cell:read']);
    // Who has got hold of an object can change it, and nobody would see that.
    if (typeof this.#value === 'object' && this.#value !== null) this.#looked(true);
    return this.#value;
  }

  set value(value: T) {
    this.#value = value;
    this.#resource.writes++;
    this.#tell(CODE['cell:write']);
  }

  /** The value, without a word in the trace: for prints and assertions, which take no part in what goes on. */
  peek(): T {
    this.#looked(false);
    return this.#value;
  }

  toString(): string {
    return `shared(${describeValue(this.#value)})`;
  }

  /** For who wants to know on what a step depends. */
  #looked(isChange: boolean): void {
    const world = running.loop?.world ?? running.script?.world;
    if (world?.tracer.active && !world.isChecking) world.tracer.looked(this.#resource, isChange);
  }

  /**
   * What a claim reads that is checked between two steps is not told: nobody in the program does it. What is done while no
   * program runs, by a test between two drives of its loop, is told to the trace that has met the cell.
   */
  #tell(code: number): void {
    const world = running.loop?.world ?? running.script?.world;
    const tracer = world === undefined ? this.#resource.metBy : world.tracer;
    if (!tracer?.active || world?.isChecking) return;
    world?.sites?.note(false);
    const task = running.turn.task?.id ?? 0;
    const thread = world?.processor?.acting?.id ?? 0;
    const cell = tracer.resource(this.#resource);
    tracer.emit(code, tracer.cause, cell, task, thread, describeValue(this.#value));
  }
}

/** What a trace calls a cell by. */
class CellResource implements TracedResource {
  readonly resourceType = 'cell';
  readonly capacity = 0;
  readonly name: string;
  /** How often it was written. */
  writes: number;
  metBy: Tracer | null;

  constructor(name: string) {
    this.name = name;
    this.writes = 0;
    this.metBy = null;
  }

  value(): number {
    return this.writes;
  }
}

/**
 * A cell with this value, shared by tasks or threads: read and written by `.value`, and each time is in the trace.
 *
 * @example
 * const counter = shared(0, 'counter');
 * counter.value += 1; // one step: nobody comes in between
 */
export function shared<T>(value: T, name?: string): Shared<T> {
  return new Shared(value, name);
}
