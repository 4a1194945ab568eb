/**
 * A cache stampede: many ask for what is not in the cache yet, and each of them goes to the database.
 *
 * Whether it happens depends on how long one query takes: a test whose database answers at once never sees it. Here the
 * database answers after anything from 20 to 80 ms, and `explore` tries both ends of that range.
 *
 * Watch: `always` is checked after every step, so the run stops at the very step that makes the second query.
 */
import {
  always,
  type Coroutine,
  createTask,
  Device,
  explorationText,
  gather,
  type Latency,
  print,
  shield,
  sleep,
  type Task,
} from 'loopscope';
import { exhaustive, explore, random, replay } from 'loopscope/explore';
import { simTest } from 'loopscope/vitest';
import { expect, test } from 'vitest';

class CacheBuggy {
  readonly pages = new Map<string, string>();
  readonly database: Device;

  constructor(database: Device) {
    this.database = database;
  }

  *get(key: string): Coroutine<string> {
    const cached = this.pages.get(key);
    if (cached !== undefined) return cached;
    const page = yield* this.database.request({ label: key, result: `the page ${key}` });
    this.pages.set(key, page); // whoever came during the query is at the database, too
    return page;
  }
}

/** Who comes during a query waits for that one. */
class Cache extends CacheBuggy {
  readonly loading = new Map<string, Task<string>>();

  override *get(key: string): Coroutine<string> {
    const cached = this.pages.get(key);
    if (cached !== undefined) return cached;
    let loading = this.loading.get(key);
    if (loading === undefined) {
      loading = createTask(super.get(key), { name: `load ${key}` });
      loading.addDoneCallback(() => this.loading.delete(key)); // a query that failed is made again
      this.loading.set(key, loading);
    }
    return yield* shield(loading); // a visitor who gives up must not end it for the others
  }
}

/** Three visitors of one page: ann comes first, bob and cat together, 50 ms later. */
const visits = (Kind: typeof CacheBuggy, latency: Latency) =>
  function* main(): Coroutine<void> {
    const database = new Device({ name: 'database', latency });
    const cache = new Kind(database);
    always(() => database.inFlight <= 1, 'at most one query at a time');
    function* visit(after: number): Coroutine<void> {
      yield* sleep(after);
      print(`sees ${yield* cache.get('/home')}`);
    }
    yield* gather(
      createTask(visit(10), { name: 'ann' }),
      createTask(visit(60), { name: 'bob' }),
      createTask(visit(60), { name: 'cat' }),
    );
  };

simTest('an ordinary test, with a fast database, passes', function* (sim) {
  yield* visits(CacheBuggy, 20)();
  expect(sim).toLog([
    [30, 'ann', 'sees the page /home'],
    [60, 'bob', 'sees the page /home'], // at once: it is in the cache
    [60, 'cat', 'sees the page /home'],
  ]);
});

test('with a slow one each visitor asks for it', async () => {
  const found = explore(visits(CacheBuggy, [20, 80]));
  expect(found).toMatchObject({ strategy: 'exhaustive', runs: 3 });
  const [failure] = found.failures;
  expect(String(failure?.error)).toBe(
    'InvariantError: at most one query at a time does not hold any more, after a step of bob, at 60 ms',
  );
  expect(failure).toMatchObject({
    kind: 'invariant',
    departures: 1,
    schedule: 'seed=0 latency=80 timer/2 latency=20',
  });
  await expect(`${explorationText(found)}\n`).toMatchFileSnapshot('01-cache-stampede.report.txt');

  const again = replay(visits(CacheBuggy, [20, 80]), failure!.schedule);
  expect(String(again.error)).toBe(String(failure!.error));
});

test('one query for all who wait holds under every schedule', () => {
  // The query takes 80 ms, and of bob and cat either comes first: 2! = 2.
  const proof = explore(visits(Cache, 80));
  expect(proof).toBeProved();
  expect(proof.schedules).toBe(2);
  // Anything from 20 to 80 ms has no end of schedules: both ends are tried, 2 × 2! = 4, and 200 runs by chance.
  for (const strategy of [exhaustive(), random(1)])
    expect(explore(visits(Cache, [20, 80]), { strategy, runs: 200 })).toFindNoFailure();
});
