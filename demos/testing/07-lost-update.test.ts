/**
 * A lost update: `total += yield* price()` reads the total before it waits, and writes it afterwards.
 *
 * JavaScript looks up the left side first. What others have added meanwhile is written over.
 *
 * Watch: the total lies in a `shared` cell, so each read and each write is in the trace, and a *race* is found there. That takes no
 * assertion, and not even a wrong total: the first run that is found has the right one, by luck, as water costs nothing.
 */
import {
  type Coroutine,
  createTask,
  Device,
  explorationText,
  gather,
  type Latency,
  print,
  shared,
  sleep,
} from 'loopscope';
import { exhaustive, explore, random, replay } from 'loopscope/explore';
import { simTest } from 'loopscope/vitest';
import { expect, test } from 'vitest';

class BillBuggy {
  readonly total = shared(0, 'total');
  readonly prices: Device;

  constructor(prices: Device) {
    this.prices = prices;
  }

  *add(dish: string, price: number): Coroutine<void> {
    this.total.value += yield* this.prices.request({ label: dish, result: price });
  }
}

class Bill extends BillBuggy {
  override *add(dish: string, price: number): Coroutine<void> {
    const found = yield* this.prices.request({ label: dish, result: price });
    this.total.value += found; // read and written in one step: nobody comes in between
  }
}

/** ann orders soup, and 10 ms later bob orders water. */
const lunch = (Kind: typeof BillBuggy, latency: Latency) =>
  function* main(): Coroutine<void> {
    const bill = new Kind(new Device({ name: 'prices', latency }));
    function* order(after: number, dish: string, price: number): Coroutine<void> {
      yield* sleep(after);
      yield* bill.add(dish, price);
    }
    yield* gather(
      createTask(order(10, 'soup', 8), { name: 'ann' }),
      createTask(order(20, 'water', 0), { name: 'bob' }),
    );
    print(`${bill.total.peek()} to pay`);
  };

simTest(
  'an ordinary test, in which one price is there before the next is asked for, passes',
  function* (sim) {
    yield* lunch(BillBuggy, 5)();
    expect(sim).toLog([[25, 'test', '8 to pay']]);
  },
);

test('two orders at a time are a race, even where the total is right', async () => {
  const found = explore(lunch(BillBuggy, [5, 20]));
  expect(found).toMatchObject({ strategy: 'exhaustive', runs: 3 });
  const [failure] = found.failures;
  expect(String(failure?.error)).toMatch(/^Race: ann read total at 10 ms .* and bob wrote it in between/);
  expect(failure).toMatchObject({ kind: 'race', departures: 1, schedule: 'seed=0 latency=20 latency=5' });
  await expect(`${explorationText(found)}\n`).toMatchFileSnapshot('07-lost-update.report.txt');

  const again = replay(lunch(BillBuggy, [5, 20]), failure!.schedule);
  expect(again.trace).toPrint(['8 to pay']);
  expect(again.failure?.kind).toBe('race');
  // With both prices slow bob writes last, and what he writes is the total of before.
  expect(replay(lunch(BillBuggy, [5, 20]), 'seed=0 latency=20 latency=20').trace).toPrint(['0 to pay']);
});

test('an addition in one step is none under any schedule', () => {
  // Each of the two prices takes 20 ms, and no two things happen at one moment: 1.
  const proof = explore(lunch(Bill, 20));
  expect(proof).toBeProved();
  expect(proof.schedules).toBe(1);
  // Anything from 5 to 20 ms has no end of schedules: both ends are tried of each, 2 × 2 = 4, and 200 runs by chance.
  for (const strategy of [exhaustive(), random(1)])
    expect(explore(lunch(Bill, [5, 20]), { strategy, runs: 200 })).toFindNoFailure();
});
