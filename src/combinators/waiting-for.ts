import { Future } from '../core/future.ts';
import type { EventLoop } from '../core/loop.ts';
import type { Holder, WaitDescription } from '../core/suspension.ts';
import { Task } from '../core/task.ts';

/**
 * A future that is settled when others are, and can say which: under `gather`, `wait`, `shield` and `TaskGroup`. It makes
 * a story read "waits: gather of 3" and a deadlock name the tasks behind it; otherwise it is a plain future.
 */
export class WaitingFor<T> extends Future<T> {
  readonly #reason: string;
  readonly #others: Iterable<Future<unknown>>;

  constructor(loop: EventLoop, reason: string, others: Iterable<Future<unknown>>) {
    super(loop);
    loop.tracer.lookedAround('tasks');
    this.#reason = reason;
    this.#others = others;
  }

  override describeWait(): WaitDescription {
    const pending = [...this.#others].filter((other) => !other.done());
    return describePending(this.#reason, pending, pending.length);
  }
}

/**
 * What a task says that waits for all or one of `count` futures that are pending. Few of them are named, and only a
 * deadlock asks for the holders: a story with thousands of waits for thousands of futures doesn't look at each every time.
 */
export function describePending(
  reason: string,
  pending: Iterable<Future<unknown>>,
  count: number,
): WaitDescription {
  const names: string[] = [];
  for (const other of pending) {
    if (names.length === (count > 4 ? 3 : 4)) break;
    names.push(other.getLabel() || 'a future');
  }
  const name = count > 4 ? `${names.join(', ')} and ${count - 3} more` : names.join(', ');
  return new WaitForPending(reason, name, pending);
}

/**
 * A class, because of its getter: the engine gives each literal object that has one a shape of its own, which keeps whatever the
 * getter sees until the next full collection. An exploration, which makes a loop for each run, is slower by that.
 */
class WaitForPending implements WaitDescription {
  readonly on = 'future';
  readonly target = null;
  readonly reason: string;
  readonly name: string;
  readonly #pending: Iterable<Future<unknown>>;

  constructor(reason: string, name: string, pending: Iterable<Future<unknown>>) {
    this.reason = reason;
    this.name = name;
    this.#pending = pending;
  }

  /** What a plain future in between waits for is passed on, so that a ring through a gather is found. */
  get holders(): readonly Holder[] {
    return [...this.#pending].flatMap((other) =>
      other instanceof Task ? [other] : other.describeWait().holders,
    );
  }
}
