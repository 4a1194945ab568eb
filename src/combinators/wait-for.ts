import { type Awaitable, type Coroutine, invalidDelay, named } from '../core/coroutine.ts';
import { ensureFuture } from '../core/current.ts';
import { isCancelled, TimeoutError } from '../core/errors.ts';
import type { Future } from '../core/future.ts';
import { timeout } from './timeout.ts';
import { WaitingFor } from './waiting-for.ts';

/**
 * Awaits something for at most `limit` ms (null: without end), then cancels it. Mirrors `asyncio.wait_for` (tasks.py).
 *
 * A coroutine runs in the calling task, not in a new one. With a limit of zero or less what isn't done yet is cancelled,
 * and a coroutine never starts. If what was cancelled returns a value all the same, that value is given. Throws a
 * TimeoutError when time is up, a ValueError for NaN and infinity.
 *
 * @example
 * const page = yield* waitFor(fetch(url), 500);
 */
export function waitFor<T>(awaitable: Awaitable<T>, limit: number | null): Coroutine<T> {
  return named('waitFor()', limited(awaitable, limit));
}

function* limited<T>(awaitable: Awaitable<T>, limit: number | null): Coroutine<T> {
  if (limit !== null && !(typeof limit === 'number' && limit < Number.POSITIVE_INFINITY))
    throw invalidDelay('waitFor()', limit);
  if (limit === null || !(limit <= 0)) return yield* timeout(limit, () => awaitable);
  const future = ensureFuture(awaitable);
  if (future.done()) return future.result();
  yield* cancelAndWait(future);
  try {
    return future.result();
  } catch (error) {
    if (isCancelled(error)) throw new TimeoutError(`a limit of ${limit} ms leaves no time`, { cause: error });
    throw error;
  }
}

/** Not by awaiting the future itself: then cancelling this would cancel it once more. */
function* cancelAndWait(future: Future<unknown>): Coroutine<void> {
  const waiter = new WaitingFor<void>(future.loop, 'wait for the end of', [future]);
  const release = () => {
    if (!waiter.done()) waiter.setResult();
  };
  future.addDoneCallback(release);
  try {
    future.cancel();
    yield* waiter;
  } finally {
    future.removeDoneCallback(release);
  }
}
