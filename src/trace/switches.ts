import type { TraceEvent } from './events.ts';

/**
 * Counts how often the loop turned to each task: it took a step, and it wasn't the task that had run last; after a callback it is a
 * switch in any case.
 */
export class Switches {
  /** By the number of the task. */
  readonly counts: Map<number, number>;
  #last: number;

  constructor() {
    this.counts = new Map();
    this.#last = 0;
  }

  see(event: TraceEvent): void {
    if (event.kind === 'handle:run') this.#last = 0;
    if (event.kind !== 'task:step') return;
    if (event.task !== this.#last) this.counts.set(event.task, this.of(event.task) + 1);
    this.#last = event.task;
  }

  of(task: number): number {
    return this.counts.get(task) ?? 0;
  }
}
