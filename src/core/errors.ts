/**
 * What can go wrong, by asyncio's names.
 *
 * Python tells `Exception` from `BaseException`, and `CancelledError` is only the latter, so that `except Exception`
 * lets a cancellation pass. JavaScript's `catch` takes everything. A coroutine that catches must therefore let a
 * cancellation go on: `if (isCancelled(error)) throw error`. `finally` needs no such care.
 *
 * Two kinds of error are not for the program: `SystemExit` and `LimitError` leave the loop at once, in the middle of
 * an iteration, as `SystemExit` and `KeyboardInterrupt` do in asyncio. `LoopExit` is what they have in common.
 */

/**
 * Thrown into a coroutine at the place where it waits, when its task is cancelled.
 *
 * `cancelMessage` is what was given to `cancel(message)`; undefined if nothing was.
 * Mirrors `asyncio.CancelledError` (exceptions.py).
 *
 * @example
 * try { yield* sleep(100) } catch (error) { if (isCancelled(error)) print('stopped'); throw error }
 */
export class CancelledError extends Error {
  override readonly name: string = 'CancelledError';
  readonly cancelMessage: string | undefined;
  constructor(cancelMessage?: string) {
    super(cancelMessage ?? '');
    this.cancelMessage = cancelMessage;
  }
}

/**
 * Whether an error is a cancellation on its way through: one that `catch` should throw on.
 *
 * @example
 * catch (error) { if (isCancelled(error)) throw error; retry() }
 */
export function isCancelled(error: unknown): error is CancelledError {
  return error instanceof CancelledError;
}

/** The state of a future doesn't allow this: a result set twice, or read too early. Mirrors `asyncio.InvalidStateError`. */
export class InvalidStateError extends Error {
  override readonly name: string = 'InvalidStateError';
}

/** Time ran out in `timeout`, `waitFor` or `asCompleted`. Mirrors Python's `TimeoutError`. */
export class TimeoutError extends Error {
  override readonly name: string = 'TimeoutError';
}

/** A call that makes no sense here and now: a wrong use of the library. Mirrors Python's `RuntimeError`. */
export class RuntimeError extends Error {
  override readonly name: string = 'RuntimeError';
}

/** An argument of the right type with an impossible value. Mirrors Python's `ValueError`; it is a `RangeError` too. */
export class ValueError extends RangeError {
  override readonly name: string = 'ValueError';
}

/** `getNowait` on an empty queue. Mirrors `asyncio.QueueEmpty`. */
export class QueueEmpty extends Error {
  override readonly name: string = 'QueueEmpty';
}

/** `putNowait` on a full queue. Mirrors `asyncio.QueueFull`. */
export class QueueFull extends Error {
  override readonly name: string = 'QueueFull';
}

/** The queue was shut down: nothing more goes in, or comes out. Mirrors `asyncio.QueueShutDown`. */
export class QueueShutDown extends Error {
  override readonly name: string = 'QueueShutDown';
}

/** The barrier was aborted or reset while tasks waited at it. Mirrors `asyncio.BrokenBarrierError`. */
export class BrokenBarrierError extends RuntimeError {
  override readonly name: string = 'BrokenBarrierError';
}

/** A request to a device failed, as its failure rate foresees. */
export class DeviceError extends Error {
  override readonly name: string = 'DeviceError';
}

/** What leaves the loop at once instead of becoming a task's or callback's error. */
export abstract class LoopExit extends Error {}

/**
 * Ends the program: thrown in a task or callback, it leaves the loop in the middle of the iteration; what was still
 * ready stays ready. Mirrors Python's `SystemExit`.
 */
export class SystemExit extends LoopExit {
  override readonly name: string = 'SystemExit';
  readonly code: number;
  constructor(code = 0) {
    super(`exit with code ${code}`);
    this.code = code;
  }
}

/** A runaway program was stopped: it passed a bound on iterations, or on awaits that never suspend. */
export class LimitError extends LoopExit {
  override readonly name: string = 'LimitError';
}

/**
 * Several errors at once: what a `TaskGroup` raises. Mirrors Python's `ExceptionGroup` (PEP 654).
 *
 * @example
 * try { yield* TaskGroup.run(body) } catch (error) {
 *   const [mine, others] = (error as ExceptionGroup).split((e) => e instanceof DeviceError);
 *   if (others) throw others;
 * }
 */
export class ExceptionGroup extends AggregateError {
  override readonly name: string = 'ExceptionGroup';
  constructor(message: string, errors: readonly unknown[]) {
    if (errors.length === 0)
      throw new ValueError('an ExceptionGroup needs at least one error, got an empty list');
    super([...errors], message);
  }

  /**
   * Parts the group in two, errors for which `predicate` holds and the rest, keeping the nesting; a side without
   * errors is null. The predicate is asked about groups too, and a group it accepts is taken whole.
   */
  split(predicate: (error: unknown) => boolean): [ExceptionGroup | null, ExceptionGroup | null] {
    if (predicate(this)) return [this, null];
    const matching: unknown[] = [];
    const rest: unknown[] = [];
    for (const error of this.errors as unknown[]) {
      if (error instanceof ExceptionGroup) {
        const [inside, outside] = error.split(predicate);
        if (inside) matching.push(inside);
        if (outside) rest.push(outside);
      } else {
        (predicate(error) ? matching : rest).push(error);
      }
    }
    return [this.#derive(matching), this.#derive(rest)];
  }

  #derive(errors: unknown[]): ExceptionGroup | null {
    return errors.length === 0 ? null : new ExceptionGroup(this.message, errors);
  }
}

/** One task of a deadlock: what it waits for, and who could let it go on. */
export interface DeadlockedTask {
  readonly name: string;
  /** What it does: `lock.acquire`, `queue.get`, `await task` … */
  readonly reason: string;
  /** On what: the name of the lock, queue, task …; empty if it has none. */
  readonly on: string;
  /** Whether it is a lock or the like that the holders hold; else they are the tasks it waits for. */
  readonly isHeld: boolean;
  /** The tasks that could let it go on. */
  readonly holders: readonly string[];
}

/**
 * Nothing is ready, no timer is set, no request is in flight, and the awaited task is not done: nothing can ever
 * happen again. asyncio would hang for ever.
 *
 * `tasks` names each waiting task with what it waits for and who holds it; `cycle` the ring of tasks that wait for
 * each other, if there is one. It is found from the live objects, so that no trace is needed.
 */
export class DeadlockError extends Error {
  override readonly name: string = 'DeadlockError';
  readonly tasks: readonly DeadlockedTask[];
  readonly cycle: readonly string[] | null;
  /** The virtual time at which everything stood still, in ms. */
  readonly time: number;

  constructor(time: number, tasks: readonly DeadlockedTask[], cycle: readonly string[] | null) {
    const lines = tasks.map(({ name, reason, on, isHeld, holders }) => {
      const held = isHeld && holders.length > 0 ? `, held by ${holders.join(', ')}` : '';
      return `  ${name} waits: ${reason}${on && ` ${on}`}${held}`;
    });
    if (cycle) lines.push(`  cycle: ${[...cycle, cycle[0]].join(' → ')}`);
    const head =
      tasks.length === 0
        ? 'the loop would wait for ever: nothing is ready, no timer is set, no request is in flight and no task is left'
        : `deadlock at ${time} ms: nothing is ready, no timer is set, no request is in flight, and ` +
          `${tasks.length === 1 ? 'a task still waits' : `${tasks.length} tasks still wait`}`;
    super([head, ...lines].join('\n'));
    this.time = time;
    this.tasks = tasks;
    this.cycle = cycle;
  }
}

/** A short text for a value in a message or an event: quoted if it is a string, never long. */
export function describeValue(value: unknown): string {
  let text: string;
  if (typeof value === 'string') text = JSON.stringify(value);
  else if (value instanceof AggregateError)
    text = `${value.message} (${value.errors.map(describeValue).join('; ')})`;
  else if (value instanceof Error)
    text = value.message ? `${nameOf(value)}: ${value.message}` : nameOf(value);
  else if (typeof value === 'function') text = `function ${value.name || '(anonymous)'}`;
  else if (typeof value === 'object' && value !== null) text = describeObject(value);
  else text = String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** The name of an error; that of its class where that says more. */
function nameOf(error: Error): string {
  return error.name === 'Error' ? error.constructor.name || 'Error' : error.name;
}

function describeObject(value: object): string {
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (kind === 'Generator') return 'a generator';
  if (Array.isArray(value))
    return `[${value.slice(0, 8).map(describeValue).join(', ')}${value.length > 8 ? ', …' : ''}]`;
  if (kind === 'Promise') return 'a Promise';
  const name = value.constructor?.name;
  if (name && name !== 'Object') return `a ${name}`;
  try {
    return JSON.stringify(value) ?? 'an object';
  } catch {
    return 'an object';
  }
}
