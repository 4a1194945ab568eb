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
    // What a plain future in between waits for is passed on, so that a ring through a gather is found.
    const holders = pending.flatMap((other) =>
      other instanceof Task ? [other] : other.describeWait().holders,
    );
    const names = pending.map((other) => other.getLabel() || 'a future');
    const name =
      names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
    return { on: 'future', target: null, reason: this.#reason, name, holders };
  }
}
