/**
 * The dining philosophers: each needs two forks, and takes the left one first.
 *
 * If all of them hold their left one, each waits for the next in a ring, for ever. It takes three that reach for their first fork
 * before any has both; so it nearly never happens, and a test that runs once says nothing about it.
 *
 * Watch: the error names the ring. That everybody has eaten in the end is a claim, by `eventually`.
 */
import {
  type Coroutine,
  createTask,
  DeadlockError,
  eventually,
  explorationText,
  gather,
  Lock,
  print,
  sleep,
} from 'loopscope';
import { explore, random, replay } from 'loopscope/explore';
import { simTest } from 'loopscope/vitest';
import { expect, test } from 'vitest';

type Place = readonly [first: Lock, second: Lock];

const forks = () => [new Lock('fork 1'), new Lock('fork 2'), new Lock('fork 3')] as const;

/** Everybody takes the left fork first. */
function tableBuggy(): Place[] {
  const [one, two, three] = forks();
  return [
    [one, two],
    [two, three],
    [three, one],
  ];
}

/** Everybody takes the fork with the lower number first: then nobody waits in a ring. */
function table(): Place[] {
  const [one, two, three] = forks();
  return [
    [one, two],
    [two, three],
    [one, three],
  ];
}

/** ann and bob think of one thing before they eat, and cat of two. A thought, a look for the other fork and a meal take 10 ms each. */
const dinner = (places: () => Place[]) =>
  function* main(): Coroutine<void> {
    const eaten = new Set<string>();
    eventually(() => eaten.size === 3, 'all three have eaten');
    function* dine(name: string, thoughts: number, [first, second]: Place): Coroutine<void> {
      for (let i = 0; i < thoughts; i++) yield* sleep(10);
      yield* first.run(function* () {
        yield* sleep(10);
        yield* second.run(() => sleep(10));
      });
      eaten.add(name);
      print('has eaten');
    }
    const [left, middle, right] = places();
    yield* gather(
      createTask(dine('ann', 1, left!), { name: 'ann' }),
      createTask(dine('bob', 1, middle!), { name: 'bob' }),
      createTask(dine('cat', 2, right!), { name: 'cat' }),
    );
  };

simTest('an ordinary test passes: all eat, one after the other', function* (sim) {
  yield* dinner(tableBuggy)();
  expect(sim).toLog([
    [30, 'bob', 'has eaten'],
    [40, 'ann', 'has eaten'],
    [50, 'cat', 'has eaten'],
  ]);
});

test('they starve if cat has her first fork before bob has his second', async () => {
  const found = explore(dinner(tableBuggy), { strategy: random(1) });
  expect(found).toMatchObject({ strategy: 'random', runs: 2 });
  const [failure] = found.failures;
  expect(failure?.error).toBeInstanceOf(DeadlockError);
  expect(failure?.error).toMatchObject({ cycle: ['ann', 'bob', 'cat'] });
  expect(failure).toMatchObject({
    kind: 'deadlock',
    departures: 1,
    schedule: 'seed=2 timer/3-2 timer=2/3 timer/2',
  });
  await expect(`${explorationText(found)}\n`).toMatchFileSnapshot('05-dining-philosophers.report.txt');

  const again = replay(dinner(tableBuggy), failure!.schedule);
  expect(String(again.error)).toBe(String(failure!.error));
});

test('with forks in an order all have eaten under every schedule', () => {
  // Three wake at 10 ms and three at 20, in any order: 3! × 3! = 36. From there on no two things happen at one moment.
  const proof = explore(dinner(table));
  expect(proof).toBeProved();
  expect(proof.schedules).toBe(36);
});
