import type { Awaitable, Coroutine } from '../core/coroutine.ts';
import { CancelledError } from '../core/errors.ts';
import type { Future } from '../core/future.ts';
import { type EventLoop, ensureFuture, getRunningLoop } from '../core/loop.ts';
import { Task } from '../core/task.ts';
import { WaitingFor } from './waiting-for.ts';

/** The results of several awaitables, place by place. */
export type Results<A extends readonly Awaitable<unknown>[]> = {
  -readonly [K in keyof A]: A[K] extends Awaitable<infer T> ? T : never;
};

/** The same where exceptions are taken as results. */
export type ResultsOrErrors<A extends readonly Awaitable<unknown>[]> = {
  -readonly [K in keyof A]: A[K] extends Awaitable<infer T> ? T | Error : never;
};

/** How `gather` treats exceptions. */
export interface GatherOptions {
  /** Put exceptions and cancellations among the results instead of throwing the first. */
  readonly returnExceptions?: boolean;
}

/**
 * Runs several awaitables at the same time; gives their results in the order of the arguments. Mirrors
 * `asyncio.gather` (tasks.py).
 *
 * Each coroutine becomes a task. The first exception is thrown at whoever awaits, at once, and *the others go on*; with
 * `returnExceptions` exceptions count as results. Cancelling the gather cancels all of them. Something given twice runs
 * once. Of nothing it is an empty list, done already. For many, or for options, give an array.
 *
 * @example
 * const [rice, laundry] = yield* gather(cook(), wash()); // a typed tuple
 * const pages = yield* gather(urls.map(fetch), { returnExceptions: true });
 */
export function gather<A extends readonly Awaitable<unknown>[]>(
  awaitables: readonly [...A],
  options: { readonly returnExceptions: true },
): Future<ResultsOrErrors<A>>;
export function gather<A extends readonly Awaitable<unknown>[]>(
  awaitables: readonly [...A],
  options?: GatherOptions,
): Future<Results<A>>;
export function gather<A extends readonly Awaitable<unknown>[]>(...awaitables: A): Future<Results<A>>;
export function gather(...args: unknown[]): Future<unknown> {
  const isList = Array.isArray(args[0]);
  const list = (isList ? args[0] : args) as readonly Argument[];
  const options = (isList ? args[1] : undefined) as GatherOptions | undefined;
  if (list.length === 0) {
    const empty = getRunningLoop().createFuture<unknown[]>();
    empty.setResult([]);
    return empty;
  }
  return gatherIn(null, list, options?.returnExceptions ?? false);
}

type Argument = Coroutine<unknown> | Future<unknown>;

/** `gather` into a given loop, or into that of the first future. @internal */
export function gatherIn(
  loop: EventLoop | null,
  list: readonly Argument[],
  returnExceptions: boolean,
): Future<unknown> {
  const seen = new Set<Argument>();
  const children: Future<unknown>[] = [];
  const done: Future<unknown>[] = [];
  const pending: Future<unknown>[] = [];
  for (const argument of list) {
    const distinct = seen.size;
    if (seen.add(argument).size === distinct) {
      children.push(children[list.indexOf(argument)]!);
      continue;
    }
    const child = ensureFuture(argument, loop);
    loop ??= child.loop;
    children.push(child);
    (child.done() ? done : pending).push(child);
  }
  const outer = new GatheringFuture(loop!, children, seen.size, returnExceptions);
  const childDone = (child: Future<unknown>) => outer.childDone(child);
  for (const child of pending) child.addDoneCallback(childDone);
  // If all are done, so is the gather, before anybody waits.
  for (const child of done) outer.childDone(child);
  return outer;
}

class GatheringFuture extends WaitingFor<unknown[]> {
  private readonly children: readonly Future<unknown>[];
  private readonly returnExceptions: boolean;
  private left: number;
  private cancelRequested: boolean;

  constructor(
    loop: EventLoop,
    children: readonly Future<unknown>[],
    count: number,
    returnExceptions: boolean,
  ) {
    super(loop, 'gather', children);
    this.children = children;
    this.returnExceptions = returnExceptions;
    this.left = count;
    this.cancelRequested = false;
  }

  /** Cancels the children; it is done itself when they are. */
  override cancel(message?: string): boolean {
    if (this.done()) return false;
    let any = false;
    for (const child of this.children) if (child.cancel(message)) any = true;
    if (any) this.cancelRequested = true;
    return any;
  }

  childDone(child: Future<unknown>): void {
    this.left--;
    if (this.done()) {
      if (!child.cancelled()) child.exception(); // it counts as looked at: the first one was thrown
      return;
    }
    if (!this.returnExceptions) {
      if (child.cancelled()) return this.setException(child.takeCancelledError());
      const error = child.exception();
      if (error !== null) return this.setException(error);
    }
    if (this.left > 0) return;
    const results = this.children.map(resultOrError);
    // The error is that of the last argument, whoever was done last, and whether or not that one took any notice.
    if (this.cancelRequested) this.setException(cancellationOf(this.children[this.children.length - 1]!));
    else this.setResult(results);
  }
}

/** The error of a cancelled child; of one that returned all the same, what it was last asked with. */
function cancellationOf(child: Future<unknown>): CancelledError {
  if (child.cancelled()) return child.takeCancelledError();
  return new CancelledError(child instanceof Task ? child.cancellation?.message : undefined);
}

function resultOrError(child: Future<unknown>): unknown {
  if (child.cancelled()) return new CancelledError(typeof child.value === 'string' ? child.value : '');
  return child.exception() ?? child.result();
}
