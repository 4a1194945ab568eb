import * as states from './states.ts';
import * as protocol from './suspension.ts';
import type { Task } from './task.ts';

// What is imported is looked up anew at each use; a constant of the module is compiled in. See running.ts.
const { LISTED } = protocol;
const { PENDING } = states;

/**
 * The tasks of a loop that must not be lost: those that have waited for anything but a sleep. Mirrors
 * `asyncio.tasks._scheduled_tasks` (tasks.py), a weak set; here they are kept alive.
 *
 * A task that is about to take a step is found in the ready queue, one that sleeps by its timer. So one that is done in its first
 * step never gets here, which makes it a tenth faster (W6), and a sleeping one is spared 15 bytes (MEM).
 *
 * The list is an array with room at its end. Those that are done are swept out when they are more than half of it, or it is full.
 * Of a million tasks each then costs about 12 bytes (links in both directions 16, a Set about 40), and one that comes and goes a few ns.
 *
 * @example
 * tasks.add(task); [...tasks] // those of them that are not done, and perhaps some that are
 */
export class TaskList {
  /** From `length` on it is empty room. */
  private readonly places: (Task<unknown> | null)[];
  private length: number;
  private done: number;

  constructor() {
    this.places = new Array<Task<unknown> | null>(32).fill(null);
    this.length = 0;
    this.done = 0;
  }

  /** Keeps a task in mind, unless it is done, or in the list already. */
  add(task: Task<unknown>): void {
    if (task.done() || (task.state & LISTED) !== 0) return;
    if (this.length === this.places.length) this.makeRoom();
    this.places[this.length++] = task;
    task.state |= LISTED;
  }

  /** One that is in it is done: with its result, it must not be kept long. */
  oneIsDone(): void {
    if (++this.done > this.length / 2) this.sweep();
  }

  *[Symbol.iterator](): Iterator<Task<unknown>> {
    for (let place = 0; place < this.length; place++) yield this.places[place]!;
  }

  /** Sweeps out those that are done, and makes more room if most aren't. */
  private makeRoom(): void {
    this.sweep();
    const kept = this.length;
    if (kept <= this.places.length / 2) return;
    for (let more = kept < 1024 ? 7 * kept : kept; more > 0; more--) this.places.push(null);
  }

  /** Forgets those that are done; the others keep their order. */
  private sweep(): void {
    const { places, length } = this;
    let kept = 0;
    for (let place = 0; place < length; place++) {
      const task = places[place]!;
      if (task.state <= PENDING) places[kept++] = task;
    }
    places.fill(null, kept, length);
    this.length = kept;
    this.done = 0;
  }
}
