import { describeValue, ValueError } from '../core/errors.ts';
import { worldHere } from '../core/world.ts';

function duration(ms: number, what: string, least: string): number {
  if (typeof ms !== 'number' || !Number.isFinite(ms)) {
    throw new ValueError(`${what} needs a finite number of ms, got ${describeValue(ms)}`);
  }
  if (ms < 0) throw new ValueError(`${least}: ${what} got ${ms} ms`);
  return ms;
}

/**
 * Burns `ms` of CPU in the running task or callback: a plain call, without `yield*`.
 *
 * The clock moves while the loop stands still, and everything that comes due meanwhile queues up behind it. This is
 * why coroutines don't make CPU-bound work faster. Throws a ValueError if `ms` is negative or not finite, a
 * RuntimeError where there is neither loop nor script.
 *
 * @example
 * function* report(): Coroutine<void> { const rows = yield* query(); compute(30, 'sum up the rows'); }
 */
export function compute(ms: number, label = ''): void {
  worldHere('compute()').burn(duration(ms, 'compute()', 'a computation takes 0 ms or more'), label);
}

/**
 * Blocks for `ms` without using the CPU, as a call to Python's `time.sleep` in a coroutine does: nothing else runs.
 *
 * A plain call, without `yield*`; it works outside a loop too, in a script. Throws as `compute` does.
 * Mirrors `time.sleep`.
 *
 * @example
 * blockingSleep(seconds(1)) // everybody waits; yield* sleep(seconds(1)) lets the others run
 */
export function blockingSleep(ms: number, label = ''): void {
  worldHere('blockingSleep()').block(
    duration(ms, 'blockingSleep()', 'sleep length must be non-negative'),
    label,
  );
}
