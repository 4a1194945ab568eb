import { type Coroutine, isCoroutine, named } from '../core/coroutine.ts';
import { getRunningLoop } from '../core/current.ts';
import { describeValue, ValueError } from '../core/errors.ts';
import { type Future, isFuture } from '../core/future.ts';
import type { TimerHandle } from '../core/handle.ts';
import { EXCEPTION } from '../core/states.ts';
import { WaitingFor } from './waiting-for.ts';

/** When `wait` is over: when all are done, when one is, or when one has failed (or all are done). */
export type ReturnWhen = 'ALL_COMPLETED' | 'FIRST_COMPLETED' | 'FIRST_EXCEPTION';
const RETURN_WHEN: readonly string[] = ['ALL_COMPLETED', 'FIRST_COMPLETED', 'FIRST_EXCEPTION'];

/** How long, and for what, `wait` waits. */
export interface WaitOptions {
  /** Virtual ms after which it returns with what is done by then; without end by default. */
  readonly timeout?: number | null;
  readonly returnWhen?: ReturnWhen;
}

/** What `wait` gives: the futures that are done and those that are not, each in the order of the argument. */
export interface WaitResult<F> {
  readonly done: Set<F>;
  readonly pending: Set<F>;
}

/**
 * Waits for futures or tasks, and gives the sets of those done and still pending. Mirrors `asyncio.wait` (tasks.py).
 *
 * It never throws their exceptions nor a TimeoutError, and cancels nobody, not even when it is cancelled itself. Throws
 * a ValueError for an empty list, a TypeError for coroutines (make tasks of them) or a single future.
 *
 * @example
 * const { done, pending } = yield* wait(tasks, { returnWhen: 'FIRST_COMPLETED' });
 */
export function wait<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: WaitOptions = {},
): Coroutine<WaitResult<F>> {
  return named('wait()', waitUntil(futures, options));
}

function* waitUntil<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: WaitOptions,
): Coroutine<WaitResult<F>> {
  const { timeout = null, returnWhen = 'ALL_COMPLETED' } = options;
  if (isFuture(futures) || isCoroutine(futures)) {
    throw new TypeError(`wait() needs a list of futures, not a single one: got ${describeValue(futures)}`);
  }
  const all = new Set<F>(futures);
  if (all.size === 0)
    throw new ValueError('Set of Tasks/Futures is empty: wait() would have nothing to wait for');
  if (!RETURN_WHEN.includes(returnWhen)) {
    throw new ValueError(
      `Invalid returnWhen value: ${describeValue(returnWhen)}; one of ${RETURN_WHEN.join(', ')} is possible`,
    );
  }
  for (const future of all) {
    if (isCoroutine(future))
      throw new TypeError('Passing coroutines is forbidden, use tasks explicitly: wait([createTask(…)])');
    if (!isFuture(future)) throw new TypeError(`wait() needs futures or tasks, got ${describeValue(future)}`);
  }

  const loop = getRunningLoop();
  const waiter = new WaitingFor<void>(loop, 'wait', all);
  let timer: TimerHandle | null = null;
  const timeUp = () => {
    if (!waiter.done()) waiter.setResult();
  };
  if (timeout !== null) timer = loop.callLater(timeout, timeUp);
  let left = all.size;
  const childDone = (future: Future<unknown>) => {
    left--;
    const enough =
      left <= 0 ||
      returnWhen === 'FIRST_COMPLETED' ||
      (returnWhen === 'FIRST_EXCEPTION' && hasFailed(future));
    if (!enough) return;
    timer?.cancel();
    if (!waiter.done()) waiter.setResult();
  };
  for (const future of all) future.addDoneCallback(childDone);
  try {
    yield* waiter;
  } finally {
    timer?.cancel();
    for (const future of all) future.removeDoneCallback(childDone);
  }

  const done = new Set<F>();
  const pending = new Set<F>();
  for (const future of all) (future.done() ? done : pending).add(future);
  return { done, pending };
}

/** By its state, not its exception: what was thrown may be null or undefined. It counts as looked at. */
function hasFailed(future: Future<unknown>): boolean {
  if (future.state !== EXCEPTION) return false;
  future.exception();
  return true;
}
