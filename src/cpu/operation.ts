import { type Awaitable, WAIT } from '../core/coroutine.ts';
import { RuntimeError } from '../core/errors.ts';
import { DONE, PARKED, type Suspension } from '../core/suspension.ts';
import { currentThread } from './current-thread.ts';
import type { Thread } from './thread.ts';

/**
 * What a thread does by `yield*`, once: it may take time, and the thread may lose the CPU in it.
 *
 * The counterpart of `Wait` for coroutines. A subclass says how to attempt it: do it and return its result, or see to it
 * that the thread is resumed later (by `Machine.want`, or suspended and woken) and return `WAIT`. It is asked again each
 * time the thread is resumed.
 */
export abstract class Operation<T> implements Awaitable<T>, Iterator<Suspension, T, unknown> {
  /** Who does it; null before it has begun, and when it is over. */
  private thread: Thread<unknown> | null;
  private isOver: boolean;

  constructor() {
    this.thread = null;
    this.isOver = false;
  }

  /** `isFirst`: it has only just begun. */
  protected abstract attempt(thread: Thread<unknown>, isFirst: boolean): T | typeof WAIT;
  /** What to call it in a message. */
  abstract toString(): string;

  /** The same in a coroutine of the event loop, if it can be done there. */
  protected inCoroutine(): Iterator<Suspension, T, unknown> {
    throw new RuntimeError(
      `${this} blocks its thread, and here that is the event loop’s own: call it in a thread, as toThread() does, ` +
        'or use what asyncio has for it',
    );
  }

  [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    return currentThread() === null ? this.inCoroutine() : this;
  }

  next(): IteratorResult<Suspension, T> {
    const thread = currentThread();
    const isFirst = this.thread === null;
    if (thread === null || this.isOver || (!isFirst && this.thread !== thread)) throw this.refusal();
    this.thread = thread;
    const { sites } = thread.machine.world;
    if (isFirst && sites !== null) sites.note(true);
    const outcome = this.attempt(thread, isFirst);
    if (outcome === WAIT) return PARKED as unknown as IteratorResult<Suspension, T>;
    this.isOver = true;
    DONE.value = outcome;
    return DONE as IteratorResult<Suspension, T>;
  }

  private refusal(): RuntimeError {
    return new RuntimeError(
      `${this} was used before: each call makes a new one, for one thread and one yield*`,
    );
  }
}
