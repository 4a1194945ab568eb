import { type Awaitable, isShared, type ResultOf } from '../core/coroutine.ts';
import { ensureFuture, getRunningLoop } from '../core/current.ts';
import { CancelledError } from '../core/errors.ts';
import type { Future, Waiter } from '../core/future.ts';
import type { EventLoop } from '../core/loop.ts';
import type { Ready } from '../core/ready-queue.ts';
import { running as shared } from '../core/running.ts';
import * as states from '../core/states.ts';
import * as protocol from '../core/suspension.ts';
import { Task } from '../core/task.ts';
import { CODE } from '../trace/events.ts';
import { WaitingFor } from './waiting-for.ts';

// What is imported is looked up anew at each use; a constant of the module is compiled in. See running.ts.
const running = shared;
const { UNREPORTED } = protocol;
const { EXCEPTION, RESULT } = states;

/** The results of several awaitables, place by place. */
export type Results<A extends readonly Awaitable<unknown>[]> = {
  -readonly [K in keyof A]: ResultOf<A[K]>;
};

/** The same where exceptions are taken as results. */
export type ResultsOrErrors<A extends readonly Awaitable<unknown>[]> = {
  -readonly [K in keyof A]: ResultOf<A[K]> | Error;
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
  const list = (isList ? args[0] : args) as readonly Awaitable<unknown>[];
  const options = (isList ? args[1] : undefined) as GatherOptions | undefined;
  if (list.length === 0) {
    const empty = getRunningLoop().createFuture<unknown[]>();
    empty.setResult([]);
    return empty;
  }
  const last: unknown = list[list.length - 1];
  if (typeof last === 'object' && last !== null && !(Symbol.iterator in last) && 'returnExceptions' in last) {
    throw new TypeError('gather() takes options after an array: gather([a, b], { returnExceptions: true })');
  }
  const first = ensureFuture(list[0]!, running.loop);
  const outer = new GatheringFuture(first.loop, list.length, options?.returnExceptions ?? false);
  outer.add(first, list[0]!);
  // That nothing is given twice is the usual case, and told from one look at all of them.
  const places = new Set(list).size === list.length ? null : new Map<unknown, number>([[list[0], 0]]);
  try {
    for (let i = 1; i < list.length; i++) {
      const argument = list[i]!;
      const earlier = isShared(argument) ? undefined : places?.get(argument);
      if (earlier !== undefined) {
        outer.addAgain(earlier);
        continue;
      }
      places?.set(argument, i);
      outer.add(ensureFuture(argument, first.loop), argument);
    }
  } catch (error) {
    outer.giveUp();
    throw error;
  }
  outer.allAdded();
  return outer;
}

class GatheringFuture extends WaitingFor<unknown[]> implements Waiter {
  private readonly children: Future<unknown>[];
  /** How many of them have been added. */
  private added: number;
  private readonly returnExceptions: boolean;
  /** Those that were done when they were added, until all have been added. */
  private readonly doneBefore: Future<unknown>[];
  private left: number;
  private cancelRequested: boolean;

  constructor(loop: EventLoop, size: number, returnExceptions: boolean) {
    const children = new Array<Future<unknown>>(size);
    super(loop, 'gather', children);
    this.children = children;
    this.added = 0;
    this.returnExceptions = returnExceptions;
    this.doneBefore = [];
    this.left = 0;
    this.cancelRequested = false;
  }

  /** `argument`: what was given, which may be the child itself. */
  add(child: Future<unknown>, argument: unknown): void {
    this.children[this.added++] = child;
    this.left++;
    if (child.done()) {
      this.doneBefore.push(child);
      return;
    }
    if (child !== argument) child.state |= UNREPORTED;
    child.addWaiter(this);
  }

  /** What was given twice runs once, and its result stands in both places. */
  addAgain(place: number): void {
    this.children[this.added++] = this.children[place]!;
  }

  /** One of the arguments is none: nobody gets this future, and the children that were made already go on by themselves. */
  giveUp(): void {
    this.state = RESULT;
  }

  /** If all were done before, so is the gather, before anybody waits. */
  allAdded(): void {
    for (const child of this.doneBefore) this.childDone(child);
  }

  /** Cancels the children; it is done itself when they are. */
  override cancel(message?: string): boolean {
    if (this.done()) return false;
    let any = false;
    for (const child of this.children) if (child.cancel(message)) any = true;
    if (any) this.cancelRequested = true;
    return any;
  }

  /** A child is done: its callback joins the ready queue, or is called at once if that comes to the same. */
  futureDone(child: Future<unknown>, isOnly: boolean): void {
    if (isOnly && this.isNext(child)) return this.childDone(child);
    if (this.loop.careful) this.loop.checkCaller();
    const { tracer } = this.loop;
    const id = tracer.active ? tracer.emit(CODE['handle:ready'], tracer.cause, 0, 0, 0, 'gather') : 0;
    this.loop.ready.push(new ChildDone(this, child, id));
  }

  /**
   * Whether nothing but this child's callback runs in the next iteration, which then has begun: the child is a task that returns,
   * so that its step is over, and nobody else is ready. Where sleepers are gathered that is the rule (W3).
   */
  private isNext(child: Future<unknown>): boolean {
    const { loop } = this;
    return (
      loop.ready.length === 0 && child === running.turn.task && child.state === RESULT && loop.passToNobody()
    );
  }

  childDone(child: Future<unknown>): void {
    this.left--;
    if (this.done()) {
      if (!child.cancelled()) child.exception(); // it counts as looked at: the first one was thrown
      return;
    }
    if (child.state !== RESULT && !this.returnExceptions) {
      if (child.cancelled()) return this.setException(child.takeCancelledError());
      // By its state: what was thrown may be null or undefined, too.
      if (child.state === EXCEPTION) return this.setException(child.exception());
    }
    if (this.left > 0) return;
    const results = this.children.map(resultOrError);
    // The error is that of the last argument, whoever was done last, and whether or not that one took any notice: in
    // asyncio the loop over the children leaves it in the variable.
    if (this.cancelRequested) this.setException(cancellationOf(this.children[this.children.length - 1]!));
    else this.setResult(results);
  }
}

/**
 * A child's done callback: a handle in all but its weight. It is made when the child is done: a gather of a million has
 * only few of them at a time.
 */
class ChildDone implements Ready {
  private readonly outer: GatheringFuture;
  private readonly child: Future<unknown>;
  private readonly id: number;

  constructor(outer: GatheringFuture, child: Future<unknown>, id: number) {
    this.outer = outer;
    this.child = child;
    this.id = id;
  }

  called(): string {
    return 'gather()';
  }

  run(): void {
    const { id } = this;
    if (running.tracer !== null) running.tracer.cause = running.tracer.emit(CODE['handle:run'], id, id);
    this.outer.childDone(this.child);
    if (running.tracer !== null) running.tracer.emit(CODE['handle:end'], running.tracer.cause, id);
  }
}

/** The error of a cancelled child; of one that returned all the same, what it was last asked with. */
function cancellationOf(child: Future<unknown>): CancelledError {
  if (child.cancelled()) return child.takeCancelledError();
  return new CancelledError(child instanceof Task ? child.cancelMessage() : undefined);
}

function resultOrError(child: Future<unknown>): unknown {
  if (child.state === RESULT) return child.value;
  if (child.cancelled()) return new CancelledError(typeof child.value === 'string' ? child.value : '');
  return child.exception();
}
