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

/** Something that a program claims of itself (`always`, `eventually`) does not hold. */
export class InvariantError extends LoopExit {
  override readonly name: string = 'InvariantError';
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

/** One task of a deadlock, or who else waits in it: what it waits for, and who could let it go on. */
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
  /** The noun for what it is, if it is no task. */
  readonly kind?: string;
  /** Those among the holders that are over, and so will never let it go on. */
  readonly over?: readonly string[];
}

/** What is ready in a loop that nobody wakes: what it is called, and how it came there. */
export interface Unnoticed {
  readonly names: readonly string[];
  readonly putBy: string;
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
  declare readonly tasks: readonly DeadlockedTask[];
  declare readonly cycle: readonly string[] | null;
  /** The virtual time at which everything stood still, in ms. */
  declare readonly time: number;

  constructor(
    time: number,
    tasks: readonly DeadlockedTask[],
    cycle: readonly string[] | null,
    unnoticed: Unnoticed | null = null,
  ) {
    const lines = tasks.map(({ name, reason, on, isHeld, holders, over }) => {
      const names = holders.map((holder) => holder + (over?.includes(holder) ? ', which is over' : ''));
      const held = isHeld && holders.length > 0 ? `, held by ${names.join(', ')}` : '';
      return `  ${name} waits: ${reason}${on && ` ${on}`}${held}`;
    });
    if (lines.length > 20) lines.splice(20, lines.length, `  … and ${lines.length - 20} more`);
    if (cycle) lines.push(`  cycle: ${[...cycle, cycle[0]].join(' → ')}`);
    const head =
      unnoticed !== null
        ? `deadlock at ${time} ms: ${nobodyWakes(unnoticed)}${tasks.length === 0 ? '' : `; and ${stillWait(tasks)}`}`
        : tasks.length === 0
          ? 'the loop would wait for ever: nothing is ready, no timer is set, no request is in flight and no task is left'
          : `deadlock at ${time} ms: nothing is ready, no timer is set, no request is in flight, and ` +
            stillWait(tasks);
    super([head, ...lines].join('\n'));
    // The message says it all. As usual fields they would be printed after it where nobody catches the error: a thousand lines.
    for (const [key, value] of Object.entries({ time, tasks, cycle }))
      Object.defineProperty(this, key, { value });
  }
}

/** @internal */
export function nobodyWakes({ names, putBy }: Unnoticed): string {
  const some = names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');
  const verb = names.length === 1 ? ['is', 'was'] : ['are', 'were'];
  return `${some} ${verb[0]} ready, but ${verb[1]} put there by ${putBy}: nobody wakes the loop`;
}

/** `a task and 2 others still wait`: each kind by its noun. */
function stillWait(waiting: readonly DeadlockedTask[]): string {
  const nouns = waiting.map(({ kind = 'task' }) => kind);
  const counts = new Map([['task', 0]]); // tasks come first
  for (const noun of nouns) counts.set(noun, (counts.get(noun) ?? 0) + 1);
  const who = Array.from(counts)
    .filter(([, number]) => number > 0)
    .map(([noun, number]) => (number === 1 ? `a ${noun}` : `${number} ${noun}s`))
    .join(' and ');
  return `${who} still ${waiting.length === 1 ? 'waits' : 'wait'}`;
}

/** What to do about a promise where a coroutine is wanted. */
export const PROMISE_HINT =
  'promises belong to JavaScript’s own event loop, not to this one. Write the function as function* and use yield* ' +
  'instead of async and await, or stand in for it with sleep() or a Device';

/** Whether a value is a promise, or what an `async function*` returns. @internal */
export function isAsync(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return typeof (value as { then?: unknown }).then === 'function' || Symbol.asyncIterator in value;
}

/** A short text for a value in a message or an event: quoted if it is a string, never long, whatever it contains. */
export function describeValue(value: unknown): string {
  return cut(describeAt(value, 0));
}

const cut = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

function describeAt(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return value instanceof Error ? describeError(value, depth) : describeObject(value, depth);
  } catch {
    return 'an object'; // one that throws when it is looked at
  }
}

function describeError(error: Error, depth: number): string {
  // The name of its class says more than that of Error.
  const name = error.name === 'Error' ? error.constructor.name || 'Error' : error.name;
  const message = error.message && `: ${error.message}`;
  if (!(error instanceof AggregateError) || depth > 1) return name + message;
  return `${name}${message} (${error.errors.map((inner) => describeAt(inner, depth + 1)).join('; ')})`;
}

/** `an Answer`, `a User`: by how a name sounds, as far as its first letters tell. */
const articleOf = (name: string) => (/^([aeio]|u[lmnp](?!i))/i.test(name) ? 'an' : 'a');

function describeObject(value: object, depth: number): string {
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (kind === 'Generator') return 'a generator';
  if (kind === 'Promise') return 'a Promise';
  const isList = Array.isArray(value);
  const name = value.constructor?.name;
  if (!isList && name && name !== 'Object') return `${articleOf(name)} ${name}`;
  if (depth > 1) return isList ? '[…]' : '{…}';
  const keys = Object.keys(value);
  const parts = keys.slice(0, 6).map((key) => {
    const text = describeAt((value as Record<string, unknown>)[key], depth + 1);
    return isList ? text : `${JSON.stringify(key)}:${text}`;
  });
  if (keys.length > 6) parts.push('…');
  return isList ? `[${parts.join(', ')}]` : `{${parts.join(',')}}`;
}
