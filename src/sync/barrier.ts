import { type Awaitable, type Coroutine, named } from '../core/coroutine.ts';
import { BrokenBarrierError, describeValue, ValueError } from '../core/errors.ts';
import { Condition } from './condition.ts';
import { holding } from './lock.ts';
import { Primitive } from './primitive.ts';

/**
 * Waits until so many have come, then lets all of them go. Mirrors `asyncio.Barrier` (locks.py).
 *
 * *filling* → the last one comes → *draining* → the last one has left → *filling* again; newcomers wait while it drains.
 * `reset` sends those who wait away with a BrokenBarrierError, `abort` everybody from then on.
 * Throws a ValueError for less than one party.
 *
 * @example
 * const start = new Barrier(3, 'start'); const place = yield* start.wait(); // 0, 1 or 2
 */
export class Barrier extends Primitive {
  readonly resourceType = 'barrier';
  readonly capacity: number;
  readonly #condition: Condition;
  #state: 'filling' | 'draining' | 'resetting' | 'broken';
  #count: number;

  constructor(parties: number, name?: string) {
    super(name);
    if (!Number.isInteger(parties) || parties < 1) {
      throw new ValueError(`parties must be >= 1 and whole, got ${describeValue(parties)}`);
    }
    this.capacity = parties;
    // What it is made of is told as well, and isn't to be taken for it.
    this.#condition = new Condition({ name: `inside ${name ?? 'a barrier'}` });
    this.#state = 'filling';
    this.#count = 0;
  }

  /** How many it takes. */
  get parties(): number {
    return this.capacity;
  }

  /** How many wait for the others. */
  get nWaiting(): number {
    this.looked();
    return this.#state === 'filling' ? this.#count : 0;
  }

  /** Whether it was aborted. */
  get broken(): boolean {
    this.looked();
    return this.#state === 'broken';
  }

  /** Waits for the others; gives the order of arrival, from 0. Throws a BrokenBarrierError. */
  wait(): Coroutine<number> {
    return named(
      'barrier.wait()',
      holding(this.#condition, () => this.#pass()),
    );
  }

  /** Waits for the others, then runs a body with the order of arrival. Mirrors `async with barrier`. */
  run<T>(body: (index: number) => Awaitable<T>): Coroutine<T> {
    return named('barrier.run()', this.#block(body));
  }

  *#block<T>(body: (index: number) => Awaitable<T>): Coroutine<T> {
    return yield* body(yield* this.wait());
  }

  /** Sends away those who wait, and starts anew. */
  reset(): Coroutine<void> {
    return this.#change(() => {
      if (this.#count === 0) this.#state = 'filling';
      else this.#state = 'resetting';
    }, 'reset');
  }

  /** Breaks it for good. */
  abort(): Coroutine<void> {
    return this.#change(() => {
      this.#state = 'broken';
    }, 'abort');
  }

  /** @internal */
  value(): number {
    return this.#count;
  }

  /** @internal */
  protected standing(): string {
    return `${this.#state}, waiters:${this.#count}/${this.capacity}`;
  }

  *#pass(): Coroutine<number> {
    while (this.#state === 'draining' || this.#state === 'resetting')
      yield* this.#condition.waitAs(this, 'wait');
    if (this.#state === 'broken') throw new BrokenBarrierError('Barrier aborted');
    const index = this.#count;
    this.#count++;
    this.traced('wait');
    try {
      if (index + 1 === this.capacity) {
        this.#state = 'draining';
        this.#condition.notifyAll();
      } else {
        while (this.#state === 'filling') yield* this.#condition.waitAs(this, 'wait');
        if (this.broken || (this.#state as string) === 'resetting')
          throw new BrokenBarrierError('Abort or reset of barrier');
      }
      return index;
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    this.#count--;
    this.traced('leave');
    if (this.#count > 0) return;
    if (this.#state === 'resetting' || this.#state === 'draining') this.#state = 'filling';
    this.#condition.notifyAll();
  }

  #change(change: () => void, action: string): Coroutine<void> {
    const condition = this.#condition;
    const barrier = this;
    const body = function* (): Coroutine<void> {
      change();
      barrier.traced(action);
      condition.notifyAll();
    };
    return named(`barrier.${action}()`, holding(condition, body));
  }
}
