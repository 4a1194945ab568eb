import {
  type Awaitable,
  type Coroutine,
  isCoroutine,
  isShared,
  type ResultOf,
  WAIT,
  Wait,
} from '../core/coroutine.ts';
import { ensureFuture, getRunningLoop } from '../core/current.ts';
import { describeValue, TimeoutError } from '../core/errors.ts';
import { Fifo } from '../core/fifo.ts';
import { type Future, isFuture } from '../core/future.ts';
import type { TimerHandle } from '../core/handle.ts';
import type { WaitDescription } from '../core/suspension.ts';
import { describePending } from './waiting-for.ts';

/** How long `asCompleted` waits. */
export interface AsCompletedOptions {
  /** Virtual ms after which those not done by then give a TimeoutError; without end by default. */
  readonly timeout?: number | null;
}

/**
 * Runs awaitables at the same time, and gives their results as they come. Mirrors `asyncio.as_completed` (tasks.py).
 *
 * Iterating gives coroutines: each waits for the next one that is done, and returns its result or throws its exception.
 * `nextDone()` gives the finished futures themselves, as asynchronous iteration does in Python. Throws a TypeError for
 * a single awaitable; a TimeoutError comes out of each wait that is left when time is up.
 *
 * @example
 * for (const next of asCompleted(tasks)) print(yield* next);
 */
export function asCompleted<A extends Awaitable<unknown>>(
  awaitables: Iterable<A>,
  options: AsCompletedOptions = {},
): AsCompleted<ResultOf<A>> {
  if (isFuture(awaitables) || isCoroutine(awaitables)) {
    throw new TypeError(
      `asCompleted() needs a list of awaitables, not a single one: got ${describeValue(awaitables)}`,
    );
  }
  return new AsCompleted(awaitables as Iterable<Awaitable<ResultOf<A>>>, options.timeout ?? null);
}

/** The iteration that `asCompleted` gives; it can be gone through once. */
export class AsCompleted<T> implements IterableIterator<Coroutine<T>> {
  readonly #todo: Set<Future<T>>;
  /** Those done, in order; null stands for one that time has run out on. */
  readonly #done: Fifo<Future<T> | null>;
  /** Who waits for the next one, and those who did and were cancelled, until their turn would come. */
  readonly #waiting: Fifo<NextDone<T>>;
  #left: number;
  #timer: TimerHandle | null;

  /** Use `asCompleted`. @internal */
  constructor(awaitables: Iterable<Awaitable<T>>, timeout: number | null) {
    const loop = getRunningLoop();
    this.#done = new Fifo();
    this.#waiting = new Fifo();
    this.#timer = null;
    this.#todo = new Set();
    const seen = new Set<Awaitable<T>>();
    for (const awaitable of awaitables) {
      if (seen.has(awaitable) && !isShared(awaitable)) continue;
      seen.add(awaitable);
      this.#todo.add(ensureFuture(awaitable, loop));
    }
    this.#left = this.#todo.size;
    for (const future of this.#todo) future.addDoneCallback(this.#completed);
    if (this.#left > 0 && timeout !== null) this.#timer = loop.callLater(timeout, this.#timeIsUp);
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<Coroutine<T>> {
    if (this.#left === 0) return { done: true, value: undefined };
    this.#left--;
    return { done: false, value: this.#nextResult() };
  }

  /** Waits for the next future that is done, and gives it; undefined when all have been given. */
  *nextDone(): Coroutine<Future<T> | undefined> {
    if (this.#left === 0) return undefined;
    this.#left--;
    return yield* this.#take();
  }

  *#nextResult(): Coroutine<T> {
    return (yield* this.#take()).result();
  }

  *#take(): Coroutine<Future<T>> {
    const future = yield* new NextDone(this.#done, this.#waiting, this.#todo);
    if (future === null) throw new TimeoutError('asCompleted() ran out of time');
    return future;
  }

  readonly #completed = (future: Future<T>): void => {
    if (this.#todo.size === 0) return; // time was up before
    this.#todo.delete(future);
    this.#put(future);
    if (this.#todo.size === 0) this.#timer?.cancel();
  };

  readonly #timeIsUp = (): void => {
    for (const future of this.#todo) {
      future.removeDoneCallback(this.#completed);
      this.#put(null);
    }
    this.#todo.clear();
  };

  #put(future: Future<T> | null): void {
    this.#done.push(future);
    wakeNext(this.#waiting);
  }
}

/** Waits until something is in the list of those done. There is no hand-off: it looks again when it is woken. */
class NextDone<T> extends Wait<Future<T> | null> {
  readonly #done: Fifo<Future<T> | null>;
  readonly #waiting: Fifo<NextDone<T>>;
  readonly #todo: ReadonlySet<Future<unknown>>;

  constructor(done: Fifo<Future<T> | null>, waiting: Fifo<NextDone<T>>, todo: ReadonlySet<Future<unknown>>) {
    super();
    this.#done = done;
    this.#waiting = waiting;
    this.#todo = todo;
  }

  protected attempt(): Future<T> | null | typeof WAIT {
    if (this.#done.length > 0) return this.#done.shift();
    this.#waiting.push(this);
    return WAIT;
  }

  protected abandon(): void {
    if (this.#done.length > 0 && this.woken()) wakeNext(this.#waiting);
  }

  describeWait(): WaitDescription {
    return describePending('asCompleted', this.#todo, this.#todo.size);
  }

  override toString(): string {
    return 'asCompleted()';
  }
}

function wakeNext(waiting: Fifo<NextDone<never>> | Fifo<NextDone<unknown>>): void {
  while (waiting.length > 0) if (waiting.shift().wake()) return;
}
