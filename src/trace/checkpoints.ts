/**
 * The state after any event, in either direction: what a stepper needs.
 *
 * `stateAt` folds from the first event each time. Here the state is kept every so many events, so that no step folds more
 * than those, however long the trace is: going back in a trace of 200,000 events costs what going back in one of 500 does.
 * States share what hasn't changed, and a checkpoint is made when it is first passed.
 */

import type { LoopState } from './state.ts';
import { initialState, StateFolder } from './state-folder.ts';
import type { Trace } from './trace.ts';

/** How many events lie between two checkpoints, unless told otherwise. */
export const CHECKPOINT_EVERY = 500;

/**
 * The states of a trace, for going to and fro.
 *
 * @example
 * const states = new Checkpoints(trace);
 * states.at(12).ready; // as stateAt(trace, 12).ready
 * states.at(11); // one step back
 */
export class Checkpoints {
  readonly trace: Trace;
  /** How many events lie between two checkpoints. */
  readonly every: number;
  /** How many events were folded so far: what it has cost. */
  folded: number;
  /** The states after 0, `every`, 2 × `every` … events. */
  readonly #kept: LoopState[];
  /** The state asked for last: the next one is often its neighbour. */
  #last: LoopState;

  /** Throws a `RangeError` if `every` is no whole number of 1 or more. */
  constructor(trace: Trace, every: number = CHECKPOINT_EVERY) {
    if (!Number.isInteger(every) || every < 1)
      throw new RangeError(`there are 1 or more events between two checkpoints, got ${every}`);
    this.trace = trace;
    this.every = every;
    this.folded = 0;
    this.#last = initialState();
    this.#kept = [this.#last];
  }

  /**
   * The state after the event numbered `seq`; 0 is the state before the first. Throws a `RangeError` if the trace has no
   * such event.
   */
  at(seq: number): LoopState {
    if (!Number.isInteger(seq) || seq < 0 || seq > this.trace.length) {
      throw new RangeError(
        `there is no state after event ${seq}: this trace has the events 1 to ${this.trace.length}`,
      );
    }
    if (this.#last.seq === seq) return this.#last;
    const place = Math.floor(seq / this.every);
    // Each checkpoint on the way that isn't there yet is made of the one before it.
    while (this.#kept.length <= place) {
      const before = this.#kept.at(-1)!;
      this.#kept.push(this.#fold(before, before.seq + this.every));
    }
    const kept = this.#kept[place]!;
    const isNearer = this.#last.seq < seq && this.#last.seq > kept.seq;
    this.#last = seq === kept.seq ? kept : this.#fold(isNearer ? this.#last : kept, seq);
    return this.#last;
  }

  #fold(from: LoopState, seq: number): LoopState {
    const folder = new StateFolder({}, from);
    for (let index = from.seq; index < seq; index++) folder.apply(this.trace.at(index)!);
    this.folded += seq - from.seq;
    return folder.state();
  }
}
