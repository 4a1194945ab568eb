import { Fifo } from './fifo.ts';

/** Anything that can wait for its turn: a handle, a task about to take a step, a timer that is due. */
export interface Ready {
  /** Takes its turn. Errors of the program stay inside, except those that leave the loop. */
  run(): void;
  /** What to call it where one of several must be chosen: the task, or the callback. */
  called(): string;
}

/**
 * What runs next, in order: first in, first out, and nothing else. Mirrors `BaseEventLoop._ready` (base_events.py).
 *
 * asyncio promises this order, so nobody may jump the queue: not a cancellation, not a timer that is late.
 *
 * @example
 * queue.push(handle); queue.shift().run()
 */
export class ReadyQueue extends Fifo<Ready> {}
