/**
 * A connection pool that leaks: a query that is cancelled doesn't give its connection back.
 *
 * Nothing fails when it happens. The pool is one connection smaller from then on, and some day all of them are gone.
 *
 * Watch: no line of the program asserts anything about connections. A task that ends with one in its hands is a finding, a *leak*,
 * and a finding is a failure for `explore`.
 */
import {
  type Coroutine,
  createTask,
  Device,
  explorationText,
  gather,
  type Latency,
  print,
  Semaphore,
  sleep,
  TimeoutError,
  timeout,
} from 'loopscope';
import { exhaustive, explore, random, replay } from 'loopscope/explore';
import { simTest } from 'loopscope/vitest';
import { expect, test } from 'vitest';

class PoolBuggy {
  readonly connections = new Semaphore(2, 'connections');
  readonly database: Device;

  constructor(database: Device) {
    this.database = database;
  }

  *query(sql: string): Coroutine<string> {
    yield* this.connections.acquire();
    const rows = yield* this.database.request({ label: sql, result: `rows of ${sql}` });
    this.connections.release(); // not reached by a query that is cancelled
    return rows;
  }
}

/** Gives the connection back whatever happens, as `async with` does. */
class Pool extends PoolBuggy {
  override query(sql: string): Coroutine<string> {
    return this.connections.run(() => this.database.request({ label: sql, result: `rows of ${sql}` }));
  }
}

/** Three pages; none may wait longer than 50 ms for its rows. */
const pages = (Kind: typeof PoolBuggy, latency: Latency) =>
  function* main(): Coroutine<void> {
    const pool = new Kind(new Device({ name: 'database', latency }));
    function* page(after: number, sql: string): Coroutine<void> {
      yield* sleep(after);
      try {
        print(yield* timeout(50, () => pool.query(sql)));
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error;
        print('come back later');
      }
    }
    yield* gather(
      createTask(page(10, 'users'), { name: 'ann' }),
      createTask(page(15, 'cities'), { name: 'bob' }),
      createTask(page(100, 'users'), { name: 'cat' }),
    );
  };

simTest('an ordinary test, with a fast database, passes', function* (sim) {
  yield* pages(PoolBuggy, 20)();
  expect(sim).toLog([
    [30, 'ann', 'rows of users'],
    [35, 'bob', 'rows of cities'],
    [120, 'cat', 'rows of users'],
  ]);
});

test('a query that comes too late keeps its connection', async () => {
  const found = explore(pages(PoolBuggy, [20, 80]));
  expect(found).toMatchObject({ strategy: 'exhaustive', runs: 2 });
  const [failure] = found.failures;
  expect(String(failure?.error)).toBe(
    'Leak: cat took the semaphore connections at 100 ms (event 102) and never gave it back: it ended at 150 ms',
  );
  expect(failure).toMatchObject({ kind: 'leak', departures: 1, schedule: 'seed=0 latency=20*2 latency=80' });
  await expect(`${explorationText(found)}\n`).toMatchFileSnapshot('03-leaking-pool.report.txt');

  // The program throws nothing: the leak is found in its trace.
  const again = replay(pages(PoolBuggy, [20, 80]), failure!.schedule);
  expect(again.error).toBeNull();
  expect(again.trace).toLeak();
});

test('given back by `run`, none is lost under any schedule', () => {
  // Each of the three queries takes 80 ms, and no two things happen at one moment: 1.
  const proof = explore(pages(Pool, 80));
  expect(proof).toBeProved();
  expect(proof.schedules).toBe(1);
  // Anything from 20 to 80 ms has no end of schedules: both ends are tried of each, 2 × 2 × 2 = 8, and 200 runs by chance.
  for (const strategy of [exhaustive(), random(1)])
    expect(explore(pages(Pool, [20, 80]), { strategy, runs: 200 })).toFindNoFailure();
});
