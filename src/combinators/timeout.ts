import { type Awaitable, type Coroutine, invalidDelay, named } from '../core/coroutine.ts';
import { getRunningLoop } from '../core/current.ts';
import { describeValue, isCancelled, RuntimeError, TimeoutError, ValueError } from '../core/errors.ts';
import { tag } from '../core/format.ts';
import type { Handle } from '../core/handle.ts';
import { running } from '../core/running.ts';
import type { Task } from '../core/task.ts';

type State = 'created' | 'active' | 'expiring' | 'expired' | 'finished';

/**
 * A deadline around a block: when it comes, the task is cancelled, and the cancellation becomes a TimeoutError at the
 * block's end. Mirrors `asyncio.Timeout` (timeouts.py).
 *
 * *created* → `run` → *active* → the deadline → *expiring* → *expired*; or, left in time, *finished*. Used once.
 * What the body makes of the cancellation counts: if it catches it and returns, there is no TimeoutError; and if
 * somebody else asked the task to stop as well, that wins.
 *
 * @example
 * const limit = timeout(100);
 * yield* limit.run(function* () { yield* step(); limit.reschedule(now() + 100); yield* step(); });
 */
export class Timeout {
  #state: State;
  #when: number | null;
  #handle: Handle | null;
  #task: Task<unknown> | null;
  /** How many cancellations the task had when the block was entered: those are not ours. */
  #cancellingBefore: number;
  /** The ms that were asked for, if the deadline is so many from when it was made. */
  #delay: number | null;

  /** Use `timeout` or `timeoutAt`. `when` is the virtual time of the deadline in ms; null: never. */
  constructor(when: number | null, delay: number | null = null) {
    this.#state = 'created';
    this.#when = checkDeadline(when);
    this.#handle = null;
    this.#task = null;
    this.#cancellingBefore = 0;
    this.#delay = delay;
  }

  /** As Python's `repr`: `<Timeout [active] when=10>`. */
  toString(): string {
    return tag('Timeout', `[${this.#state}]`, `when=${this.#when}`);
  }

  /** The deadline as a virtual time in ms; null: none. */
  when(): number | null {
    return this.#when;
  }

  /** Whether the deadline came while the body ran. */
  expired(): boolean {
    return this.#state === 'expiring' || this.#state === 'expired';
  }

  /** Moves the deadline to the virtual time `when` (ms); null: none. Throws a RuntimeError if the block isn't active. */
  reschedule(when: number | null): void {
    if (this.#state !== 'active') {
      if (this.#state === 'created') throw new RuntimeError('Timeout has not been entered');
      throw new RuntimeError(`Cannot change state of ${this.#state} Timeout`);
    }
    const deadline = checkDeadline(when);
    if (deadline !== this.#when) this.#delay = null;
    this.#when = deadline;
    this.#handle?.cancel();
    this.#handle = null;
    if (when === null) return;
    const { loop } = this.#task!; // a test may move it while no loop runs
    const timeout = () => this.#timeIsUp(); // its name is what a story calls the timer
    // A deadline that has passed doesn't go through the timers, so it comes in the next iteration, not at once: a body
    // that never waits is never cut off.
    this.#handle = when <= loop.time() ? loop.callSoon(timeout) : loop.callAt(when, timeout);
  }

  /**
   * Runs a body under the deadline. Throws a TimeoutError if it was cut off, a RuntimeError the second time, or outside
   * a task. Mirrors `async with`.
   */
  run<T>(body: (timeout: this) => Awaitable<T>): Coroutine<T> {
    return named('timeout.run()', this.#block(body));
  }

  *#block<T>(body: (timeout: this) => Awaitable<T>): Coroutine<T> {
    this.#enter();
    let thrown: unknown = null;
    try {
      return yield* body(this);
    } catch (error) {
      thrown = error;
      throw error;
    } finally {
      this.#exit(thrown);
    }
  }

  #enter(): void {
    if (this.#state !== 'created')
      throw new RuntimeError('Timeout has already been entered: make a new one for each block');
    if (running.turn.task === null) throw new RuntimeError('Timeout should be used inside a task');
    this.#state = 'active';
    this.#task = running.turn.task;
    this.#cancellingBefore = this.#task.cancelling();
    this.reschedule(this.#when);
  }

  #exit(thrown: unknown): void {
    this.#handle?.cancel();
    this.#handle = null;
    if (this.#state === 'active') this.#state = 'finished';
    if (this.#state !== 'expiring') return;
    this.#state = 'expired';
    // A cancellation asked for by somebody else meanwhile is left to them.
    if (this.#task!.uncancel() <= this.#cancellingBefore && isCancelled(thrown)) {
      const which =
        this.#delay === null
          ? `at ${this.#when} ms has passed`
          : `of ${this.#delay} ms has passed, at ${this.#when} ms`;
      throw new TimeoutError(`the deadline ${which}`, { cause: thrown });
    }
  }

  #timeIsUp(): void {
    this.#handle = null;
    this.#task!.cancel();
    this.#state = 'expiring';
  }
}

function checkDeadline(when: number | null): number | null {
  if (when === null || (typeof when === 'number' && Number.isFinite(when))) return when;
  throw new ValueError(
    `Invalid delay: a deadline is a finite time in ms, or null for none, got ${describeValue(when)}`,
  );
}

/**
 * A deadline `delay` ms from now, for a block; null: none. Mirrors `asyncio.timeout` (timeouts.py).
 *
 * With a body it is that body under the deadline; without, a Timeout to `run` one in. Throws a ValueError for NaN and
 * infinity, a RuntimeError outside a loop.
 *
 * @example
 * yield* timeout(100, function* () { yield* fetch(url); });
 */
export function timeout(delay: number | null): Timeout;
export function timeout<T>(delay: number | null, body: (timeout: Timeout) => Awaitable<T>): Coroutine<T>;
export function timeout<T>(
  delay: number | null,
  body?: (timeout: Timeout) => Awaitable<T>,
): Timeout | Coroutine<T> {
  const loop = getRunningLoop();
  if (delay !== null && !(typeof delay === 'number' && Number.isFinite(delay)))
    throw invalidDelay('timeout()', delay);
  const limit = new Timeout(delay === null ? null : loop.time() + delay, delay);
  return within(limit, body);
}

/** The same with the deadline as a virtual time in ms. Mirrors `asyncio.timeout_at` (timeouts.py). */
export function timeoutAt(when: number | null): Timeout;
export function timeoutAt<T>(when: number | null, body: (timeout: Timeout) => Awaitable<T>): Coroutine<T>;
export function timeoutAt<T>(
  when: number | null,
  body?: (timeout: Timeout) => Awaitable<T>,
): Timeout | Coroutine<T> {
  return within(new Timeout(when), body);
}

function within<T>(
  limit: Timeout,
  body: ((timeout: Timeout) => Awaitable<T>) | undefined,
): Timeout | Coroutine<T> {
  if (body !== undefined && typeof body !== 'function') {
    throw new TypeError(`a timeout takes its body as a function*, got ${describeValue(body)}`);
  }
  return body === undefined ? limit : limit.run(body);
}
