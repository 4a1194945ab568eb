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
import { exhaustive, explore, random, replay } from 'loopscope/explore';
import { simTest } from 'loopscope/vitest';
import { expect, test } from 'vitest';

const LIMIT = 2;
const WINDOW = 100;

/** Two calls in any 100 ms. */
class LimiterBuggy {
  readonly starts: number[] = [];

  /** When the next call may start: a window after the last but one. */
  earliest(): number {
    const before = this.starts.at(-LIMIT) ?? Number.NEGATIVE_INFINITY;
    return Math.max(now(), before + WINDOW);
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
  function* main(): Coroutine<void> {
    const limiter = new Kind();
    const net = network({ latency });
    const made: number[] = [];
    always(
      () => made.every((time, i) => i < LIMIT || time - made[i - LIMIT]! >= WINDOW),
      'at most two calls in any 100 ms',
    );
    function* calling(arrival: () => Awaitable<void>): Coroutine<void> {
      yield* arrival();
      yield* limiter.turn();
      print('calls');
      made.push(now());
    }
    const call = (name: string, arrival: () => Awaitable<void>) => createTask(calling(arrival), { name });
    yield* gather(
      call('ann', () => net.request()),
      call('bob', () => sleep(200)),
      call('cat', () => sleep(200)),
      call('dan', () => sleep(200)),
    );
  };

simTest('an ordinary test, a call and then a burst, passes', function* (sim) {
  createTask(calls(LimiterBuggy, 10)(), { name: 'calls' });
  yield* sim.advanceTo(299);
  expect(sim.log.map(([time, by]) => `${by} at ${time}`)).toEqual(['ann at 10', 'bob at 200', 'cat at 200']);
  yield* sim.advanceTo(300);
  expect(sim.log.at(-1)).toEqual([300, 'dan', 'calls']);
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
  // ann's call comes at 150 ms; the other three in any order, and the places they wait for are all different: 3! = 6.
  const proof = explore(calls(Limiter, 150));
  expect(proof).toBeProved();
  expect(proof.schedules).toBe(6);
  // Anything from 10 to 150 ms has no end of schedules: both ends are tried, 2 × 3! = 12, and 200 runs by chance.
  for (const strategy of [exhaustive(), random(1)])
    expect(explore(calls(Limiter, [10, 150]), { strategy, runs: 200 })).toFindNoFailure();
});
