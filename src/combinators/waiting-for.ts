import { Future } from '../core/future.ts';
import type { EventLoop } from '../core/loop.ts';
import type { WaitDescription } from '../core/suspension.ts';
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
  return {
    on: 'future',
    target: null,
    reason,
    name: count > 4 ? `${names.join(', ')} and ${count - 3} more` : names.join(', '),
    // What a plain future in between waits for is passed on, so that a ring through a gather is found.
    get holders() {
      return [...pending].flatMap((other) =>
        other instanceof Task ? [other] : other.describeWait().holders,
      );
    },
  };
}
