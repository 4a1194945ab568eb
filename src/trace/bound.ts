import type { TraceSink } from './events.ts';
import { TraceLimitError } from './recorder.ts';

/**
 * Stops a program at a virtual time, or after so many events, as a recorder does, and keeps nothing of it: for a run whose trace
 * nobody wants. @internal
 */
export class Bound implements TraceSink {
  readonly isNameless = true;
  readonly #until: number;
  readonly #maxEvents: number;
  #events: number;

  constructor({
    until = Number.POSITIVE_INFINITY,
    maxEvents = Number.POSITIVE_INFINITY,
  }: {
    readonly until?: number | undefined;
    readonly maxEvents?: number | undefined;
  }) {
    this.#until = until;
    this.#maxEvents = maxEvents;
    this.#events = 0;
  }

  write(_code: number, time: number): void {
    if (time > this.#until) throw new TraceLimitError(this.#maxEvents, time, this.#until);
    if (this.#events === this.#maxEvents) throw new TraceLimitError(this.#maxEvents, time);
    this.#events++;
  }
}
