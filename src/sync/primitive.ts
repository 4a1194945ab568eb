import type { EventLoop } from '../core/loop.ts';
import { running as shared } from '../core/running.ts';
import type { WaitDescription } from '../core/suspension.ts';
import type { Task } from '../core/task.ts';
import type { TracedResource } from '../core/tracer.ts';
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

  constructor(name = '') {
    this.name = name;
    this.holders = [];
  }

  /** How it stands, as one number: free permits, items, 1 for held or set. @internal */
  abstract value(): number;

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

  /** Writes to the trace that something was done, and how it stands now. @internal */
  traced(action: string): void {
    const { tracer } = running;
    if (tracer !== null) {
      if (running.site !== null) running.site(false);
      const id = tracer.resource(this);
      tracer.emit(CODE['resource:use'], tracer.cause, id, this.value(), running.turn.task?.id ?? 0, action);
    }
  }

  /** Somebody has looked how it stands, or changed what no event tells. @internal */
  looked(isChange = false): void {
    const { tracer } = running;
    if (tracer !== null) tracer.looked(this, isChange);
  }

  /** The running task holds it from now on. @internal */
  addHolder(): void {
    const { task } = running.turn;
    if (task === null) return;
    // Not `push`, not `lastIndexOf` where the last one is meant: calls that the compiler leaves as they are (W5: 8 %).
    this.holders[this.holders.length] = task;
    this.#traceHold(task, 1);
  }

  /**
   * The running task holds it no more; if it didn't hold it (anybody may release), the one that has held it longest.
   * @internal
   */
  removeHolder(): void {
    const { holders } = this;
    const last = holders.length - 1;
    if (last < 0) return;
    const task = holders[last] === running.turn.task ? holders.pop()! : this.#takeHolder();
    this.#traceHold(task, 0);
  }

  /** Takes out the running task, or else the first. */
  #takeHolder(): Task<unknown> {
    const place = Math.max(0, this.holders.lastIndexOf(running.turn.task as Task<unknown>));
    return this.holders.splice(place, 1)[0]!;
  }

  #traceHold(task: Task<unknown>, held: number): void {
    const { tracer } = task.loop as EventLoop;
    if (tracer.active) tracer.emit(CODE['resource:hold'], tracer.cause, tracer.resource(this), task.id, held);
  }
}
