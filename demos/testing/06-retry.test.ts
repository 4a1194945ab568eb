/**
 * A retry with back-off and jitter that keeps its caller waiting for too long.
 *
 * It tries four times, and waits between: 100, 200 and 400 ms, less up to a half of it by chance, so that not all who failed together
 * come back together. Whoever calls it promises an answer, or an apology, within 700 ms. Most of the time that holds.
 *
 * Watch: whether a request fails is drawn, and so is the jitter, by `uniform`. A test says what is drawn, and has exact times;
 * `explore` tries both ends of every draw.
 */
import { type Coroutine, Device, DeviceError, explorationText, now, print, sleep, uniform } from 'loopscope';
import { explore, random, replay } from 'loopscope/explore';
import { simTest } from 'loopscope/vitest';
import { expect, test } from 'vitest';

type Retry = <T>(call: () => Coroutine<T>, deadline: number, jitter: number) => Coroutine<T>;

/** How long a call takes, in ms. */
const CALL = 10;

/** The longest pause after each call that failed. */
const PAUSES = [100, 200, 400];

/** Sleeps for a time by chance: so long, or less by up to this share of it. */
const pause = (most: number, jitter: number) => sleep(uniform(most * (1 - jitter), most));

const retryBuggy: Retry = function* (call, _, jitter) {
  for (let attempt = 0; ; attempt++) {
    try {
      return yield* call();
    } catch (error) {
      const most = PAUSES[attempt];
      if (!(error instanceof DeviceError) || most === undefined) throw error;
      yield* pause(most, jitter);
    }
  }
};

/** Doesn't begin to wait for what would come too late. */
const retry: Retry = function* (call, deadline, jitter) {
  for (let attempt = 0; ; attempt++) {
    try {
      return yield* call();
    } catch (error) {
      const most = PAUSES[attempt];
      if (!(error instanceof DeviceError) || most === undefined) throw error;
      if (now() + most + CALL > deadline) throw error;
      yield* pause(most, jitter);
    }
  }
};

/** A page with the weather, or without it. */
const page = (again: Retry, jitter = 0.5) =>
  function* main(): Coroutine<void> {
    const service = new Device({ name: 'weather', latency: CALL, failureRate: 0.1 });
    function* ask(): Coroutine<string> {
      print('asks');
      return yield* service.request({ result: 'sunny' });
    }
    try {
      print(yield* again(ask, 700, jitter));
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      print('no idea');
    }
    if (now() > 700) throw new Error(`the page took ${Math.round(now())} ms, and 700 ms are promised`);
  };

// The first call fails (what is drawn lies below the failure rate), the pause is 80 ms of 50 to 100, and the second call is answered.
const TWO_CALLS = { schedule: 'seed=0 fault=0 number=80 fault=1' };

simTest(
  'an ordinary test passes, with a call that fails and one that is answered',
  TWO_CALLS,
  function* (sim) {
    yield* page(retryBuggy)();
    expect(sim).toLog([
      [0, 'test', 'asks'],
      [90, 'test', 'asks'],
      [100, 'test', 'sunny'],
    ]);
  },
);

test('if three calls fail, and the pauses are long, it takes too long', async () => {
  const found = explore(page(retryBuggy));
  expect(found).toMatchObject({ strategy: 'exhaustive', runs: 22 });
  const [failure] = found.failures;
  expect(String(failure?.error)).toBe('Error: the page took 740 ms, and 700 ms are promised');
  expect(failure).toMatchObject({
    kind: 'error',
    departures: 6,
    schedule: 'seed=0 fault=0 number=100 fault=0 number=200 fault=0 number=400 fault=1',
  });
  await expect(`${explorationText(found)}\n`).toMatchFileSnapshot('06-retry.report.txt');

  const again = replay(page(retryBuggy), failure!.schedule);
  expect(String(again.error)).toBe(String(failure!.error));
});

test('a deadline holds under every schedule', () => {
  // Without jitter: an answer at the first call, at the second or at the third; if that fails, too, there is no time for another: 4.
  const proof = explore(page(retry, 0));
  expect(proof).toBeProved();
  expect(proof.schedules).toBe(4);
  // Jitter has no end of schedules. Both ends are tried: an answer at the first call, 1 way; at the second, after a short pause or a
  // long one, 2; at the third 4; if that fails, after two long pauses 1; else there is a fourth call, 3 × 2 × 2 = 12. Together 20.
  expect(explore(page(retry))).toMatchObject({ schedules: 20, failures: [], isComplete: true });
  expect(explore(page(retry), { strategy: random(1), runs: 200 })).toFindNoFailure();
});
