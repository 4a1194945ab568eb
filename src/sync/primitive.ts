import { className, tag } from '../core/format.ts';
import { running as shared } from '../core/running.ts';
import type { WaitDescription } from '../core/suspension.ts';
import type { Task } from '../core/task.ts';
import type { TracedResource, Tracer } from '../core/tracer.ts';
import { CODE } from '../trace/events.ts';

// What is imported is looked up anew at each use; a constant of the module is compiled in. See running.ts.
const running = shared;

/**
 * What every primitive has: a name, tasks that hold it, and a voice in the trace.
 *
 * asyncio's locks have no owner, and here too anybody may release. The holders are kept only to be told: in the story,
 * and in a deadlock.
 */
export abstract class Primitive implements TracedResource {
  /** What it is called in stories and errors; may be empty. */
  readonly name: string;
  /** What it is: `lock`, `queue` … */
  abstract readonly resourceType: string;
  /** Permits, places or parties; 0 if that means nothing here. */
  abstract readonly capacity: number;
  /** The tasks that hold it, in the order in which they took it. @internal */
  readonly holders: Task<unknown>[];
  /** The trace that has met it. @internal */
  metBy: Tracer | null;

  constructor(name = '') {
    this.name = name;
    this.holders = [];
    this.metBy = null;
  }

  /** How it stands, as one number: free permits, items, 1 for held or set. @internal */
  abstract value(): number;

  /** As Python's `repr`: `<Lock stove [locked, waiters:2]>`. */
  toString(): string {
    this.looked();
    return tag(className(this.resourceType), this.name, `[${this.standing()}]`);
  }

  /** How it stands, in a few words. @internal */
  protected abstract standing(): string;

  /** What a task says that waits in it for `action`. @internal */
  describe(action: string): WaitDescription {
    return {
      on: 'resource',
      target: this,
      reason: `${this.resourceType}.${action}`,
      name: this.name,
      holders: this.holders,
    };
  }

  /**
   * Writes to the trace that something was done, and how it stands now; before that, who holds it from now on, or holds it no
   * more. It may be done while no loop runs, by a test between two drives of it: then the trace is told that has met it.
   * @internal
   */
  traced(action: string, holder: Task<unknown> | null = null, held = 0): void {
    const tracer = running.loop === null ? this.metBy : running.tracer;
    if (tracer?.active) this.#tell(tracer, action, holder, held);
  }

  #tell(tracer: Tracer, action: string, holder: Task<unknown> | null, held: number): void {
    if (running.site !== null) running.site(false);
    const id = tracer.resource(this);
    const { cause } = tracer;
    if (holder !== null) tracer.emit(CODE['resource:hold'], cause, id, holder.id, held);
    tracer.emit(CODE['resource:use'], cause, id, this.value(), running.turn.task?.id ?? 0, action);
  }

  /** Somebody has looked how it stands, or changed what no event tells. @internal */
  looked(isChange = false): void {
    const { tracer } = running;
    if (tracer !== null) tracer.looked(this, isChange);
  }

  /** The running task holds it from now on; gives that task, null outside of one. @internal */
  addHolder(): Task<unknown> | null {
    const { task } = running.turn;
    // Not `push`, not `lastIndexOf` where the last one is meant: calls that the compiler leaves as they are (W5).
    if (task !== null) this.holders[this.holders.length] = task;
    return task;
  }

  /**
   * The running task holds it no more; if it didn't hold it (anybody may release), the one that has held it longest. Gives that
   * task; null if nobody held it.
   * @internal
   */
  removeHolder(): Task<unknown> | null {
    const { holders } = this;
    const last = holders.length - 1;
    if (last < 0) return null;
    return holders[last] === running.turn.task ? holders.pop()! : this.#takeHolder();
  }

  /** Takes out the running task, or else the first. */
  #takeHolder(): Task<unknown> {
    const place = Math.max(0, this.holders.lastIndexOf(running.turn.task as Task<unknown>));
    return this.holders.splice(place, 1)[0]!;
  }
}
