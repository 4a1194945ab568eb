import { type Awaitable, type Coroutine, isCoroutine, isNativeGenerator } from './coroutine.ts';
import { describeValue, RuntimeError, ValueError } from './errors.ts';
import { Future } from './future.ts';
import type { EventLoop } from './loop.ts';
import { running as shared } from './running.ts';
import type { Task, TaskOptions } from './task.ts';

// What is imported is looked up anew at each use; a constant of the module is compiled in. See running.ts.
const running = shared;

/** The loop that runs right now. Mirrors `asyncio.get_running_loop`; throws a RuntimeError if there is none. */
export function getRunningLoop(): EventLoop {
  if (running.loop === null) {
    throw new RuntimeError(
      running.script?.missing?.loop() ??
        'no running event loop: call this in a coroutine or callback that a loop runs, as run(main()) does',
    );
  }
  return running.loop;
}

/**
 * A number from `low` up to `high`, by the running loop's one source of chance: a jitter, say. Mirrors `random.uniform`.
 *
 * It is one of the things that a run leaves open: the same seed gives the same numbers, a policy may decide them, and an
 * exploration tries both ends. Throws a ValueError for bounds that are no finite numbers, the lower one first; a RuntimeError
 * outside a loop.
 *
 * @example
 * yield* sleep(backOff + uniform(0, 50)); // up to 50 ms more
 */
export function uniform(low: number, high: number): number {
  const { oracle, world } = getRunningLoop();
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high))
    throw new ValueError(
      `uniform() takes two finite numbers, the lower one first, got ${describeValue(low)} and ${describeValue(high)}`,
    );
  const asked = world.chance?.asked(running.turn.task, 'number', '') ?? 0;
  return oracle.draw('number', low, high, asked);
}

/** The task that takes a step right now; null in a callback, and outside a loop. Mirrors `asyncio.current_task`. */
export function currentTask(): Task<unknown> | null {
  return running.turn.task;
}

/** The tasks of the running loop (or the one given) that are not done, in order of creation. Mirrors `asyncio.all_tasks`. */
export function allTasks(loop: EventLoop = getRunningLoop()): Task<unknown>[] {
  return loop.allTasks();
}

/**
 * Has a coroutine run as a task of its own in the running loop. Mirrors `asyncio.create_task`.
 *
 * @example
 * const rice = createTask(cook(40), { name: 'rice' });
 */
export function createTask<T>(coroutine: Coroutine<T>, options?: TaskOptions): Task<T> {
  return getRunningLoop().createTask(coroutine, options);
}

/**
 * A future as it is; a coroutine as a new task; anything else that `yield*` can wait for in a task that does so. Mirrors
 * `asyncio.ensure_future`. Throws a ValueError for a future of another loop than the one given.
 */
export function ensureFuture<T>(awaitable: Awaitable<T>, loop: EventLoop | null = null): Future<T> {
  // What `function*` made is the usual case.
  if (isNativeGenerator(awaitable)) return (loop ?? getRunningLoop()).startTask(awaitable as Coroutine<T>);
  if (awaitable instanceof Future) {
    if (loop !== null && awaitable.loop !== loop) {
      throw new ValueError(
        'The future belongs to a different loop than the one specified as the loop argument',
      );
    }
    return awaitable;
  }
  const canBeWrapped = typeof awaitable === 'object' && awaitable !== null && Symbol.iterator in awaitable;
  const coroutine =
    isCoroutine(awaitable) || !canBeWrapped ? (awaitable as Coroutine<T>) : awaited(awaitable);
  return (loop ?? getRunningLoop()).createTask(coroutine);
}

function* awaited<T>(awaitable: Awaitable<T>): Coroutine<T> {
  return yield* awaitable;
}
