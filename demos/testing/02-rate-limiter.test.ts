/**
 * A rate limiter that lets too many through: two of those who wait take the same place.
 *
 * A server allows two calls in any 100 ms. The next place is free 100 ms after the last call but one, and all who wait look at the
 * same last call but one. A burst goes well all the same, but not one that comes shortly after a call.
 *
 * Watch: the promise is one line, an `always` in the program; no test has to think of the calls that break it.
 */
import {
  type Awaitable,
  always,
  type Coroutine,
  createTask,
  explorationText,
  gather,
  type Latency,
  network,
  now,
  print,
  sleep,
} from 'loopscope';
import { explore, replay } from 'loopscope/explore';
import { simulate } from 'loopscope/testing';
import { expect, test } from 'vitest';

/** So many calls in any `window` ms. */
class LimiterBuggy {
  readonly limit: number;
  readonly window: number;
  readonly starts: number[] = [];

  constructor(limit: number, window: number) {
    this.limit = limit;
    this.window = window;
  }

  /** When the next call may start: a window after the one `limit` calls before it. */
  earliest(): number {
    const before = this.starts.at(-this.limit);
    return this.starts.length < this.limit ? now() : Math.max(now(), before! + this.window);
  }

  *turn(): Coroutine<void> {
    const wait = this.earliest() - now();
    if (wait > 0) yield* sleep(wait);
    this.starts.push(now()); // another one may have waited for this very place
  }
}

/** Takes its place before it waits for it. */
class Limiter extends LimiterBuggy {
  override *turn(): Coroutine<void> {
    const start = this.earliest();
    this.starts.push(start);
    if (start > now()) yield* sleep(start - now());
  }
}

/** ann's call comes when the network has brought it; the other three come at 200 ms, all at once. */
const calls = (Kind: typeof LimiterBuggy, latency: Latency) =>
  function* main(): Coroutine<number[]> {
    const limiter = new Kind(2, 100);
    const net = network({ latency });
    const made: number[] = [];
    always(
      () => made.every((time, i) => i < 2 || time - made[i - 2]! >= 100),
      'at most two calls in any 100 ms',
    );
    function* call(arrival: () => Awaitable<void>): Coroutine<void> {
      yield* arrival();
      yield* limiter.turn();
      print('calls');
      made.push(now());
    }
    yield* gather(
      createTask(
        call(() => net.request()),
        { name: 'ann' },
      ),
      ...['bob', 'cat', 'dan'].map((name) =>
        createTask(
          call(() => sleep(200)),
          { name },
        ),
      ),
    );
    return made;
  };

test('an ordinary test, a call and then a burst, passes', () => {
  expect(simulate(calls(LimiterBuggy, 10)).result).toEqual([10, 200, 200, 300]);
});

test('if the first call is late, three are made within 100 ms', async () => {
  const found = explore(calls(LimiterBuggy, [10, 150]));
  expect(found).toMatchObject({ strategy: 'exhaustive', runs: 7 });
  const [failure] = found.failures;
  expect(String(failure?.error)).toBe(
    'InvariantError: at most two calls in any 100 ms does not hold any more, after a step of dan, at 250 ms',
  );
  expect(failure).toMatchObject({
    kind: 'invariant',
    departures: 1,
    schedule: 'seed=0 latency=150 timer/3-2 timer/2',
  });
  await expect(`${explorationText(found)}\n`).toMatchFileSnapshot('02-rate-limiter.report.txt');

  const again = replay(calls(LimiterBuggy, [10, 150]), failure!.schedule);
  expect(String(again.error)).toBe(String(failure!.error));
});

test('a place taken before the wait holds under every schedule', () => {
  // ann's call comes at 10 or at 150 ms; the other three in any order, and the places they wait for are all different: 2 × 3! = 12.
  expect(explore(calls(Limiter, [10, 150]))).toMatchObject({ schedules: 12, isComplete: true, failures: [] });
});
