import type { Awaitable } from '../core/coroutine.ts';
import { ensureFuture } from '../core/current.ts';
import type { Future } from '../core/future.ts';
import { EXCEPTION } from '../core/states.ts';
import { WaitingFor } from './waiting-for.ts';

/**
 * Awaits something without passing a cancellation on to it. Mirrors `asyncio.shield` (tasks.py).
 *
 * Cancelling whoever awaits the shield ends the shield, and the inner task goes on. If that fails later, nobody is left
 * to see it, and the loop's exception handler is told. What is done already is given back as it is.
 *
 * @example
 * const saved = yield* shield(save(data)); // a cancelled caller doesn't stop the saving
 */
export function shield<T>(awaitable: Awaitable<T>): Future<T> {
  const inner = ensureFuture(awaitable);
  if (inner.done()) return inner;
  const outer = new WaitingFor<T>(inner.loop, 'shield', [inner]);

  const innerDone = () => {
    if (outer.cancelled()) return;
    if (inner.cancelled()) {
      outer.cancel();
      return;
    }
    // By its state: what was thrown may be null or undefined, too.
    if (inner.state === EXCEPTION) outer.setException(inner.exception());
    else outer.setResult(inner.result());
  };
  inner.addDoneCallback(innerDone);
  outer.addDoneCallback(() => {
    if (inner.done()) return;
    inner.removeDoneCallback(innerDone);
    inner.removeDoneCallback(reportError as (inner: Future<T>) => void);
    inner.addDoneCallback(reportError as (inner: Future<T>) => void);
  });
  return outer;
}

/** One function for all shields of a future: its error is reported once, however many were cancelled. */
function reportError(inner: Future<unknown>): void {
  if (inner.state !== EXCEPTION) return;
  const exception = inner.exception();
  const kind = exception instanceof Error ? exception.name : typeof exception;
  inner.loop.callExceptionHandler({
    message: `${kind} exception in shielded future`,
    exception,
    future: inner,
  });
}
