/**
 * Double-checked initialisation: threads make something once, when it is first wanted, and look before they take the lock.
 *
 * The second look, with the lock in hand, is there. But what the first look sees must be ready for use: here it is shown to everybody
 * before it is read in, and whoever comes meanwhile gets it half-made.
 *
 * Watch: threads take turns every 5 ms, and reading in takes 2, so it never happens in a run that nobody disturbs. `explore`
 * interrupts a thread wherever it could be interrupted; with `preemptionBounded(1)` once in each run.
 */
import { busy, type Coroutine, explorationText, print, runThreads, Thread, ThreadLock } from 'loopscope';
import { explore, preemptionBounded, replay } from 'loopscope/explore';
import { matchers, simulate } from 'loopscope/testing';
import { expect, test } from 'vitest';

expect.extend(matchers);

type Settings = Map<string, string>;

class ConfigBuggy {
  readonly lock = new ThreadLock('config');
  settings: Settings | null = null;

  *get(): Coroutine<Settings> {
    if (this.settings === null) yield* this.lock.run(() => this.readOnce());
    return this.settings!;
  }

  *readOnce(): Coroutine<void> {
    if (this.settings !== null) return;
    this.settings = new Map(); // everybody sees it from here on
    yield* busy(2, 'read');
    this.settings.set('greeting', 'hello');
  }
}

class Config extends ConfigBuggy {
  override *readOnce(): Coroutine<void> {
    if (this.settings !== null) return;
    const settings: Settings = new Map();
    yield* busy(2, 'read');
    settings.set('greeting', 'hello');
    this.settings = settings; // shown when it is ready
  }
}

/** Two threads greet. */
const greetings = (Kind: typeof ConfigBuggy) => () => {
  const config = new Kind();
  function* greet(): Coroutine<void> {
    const greeting = (yield* config.get()).get('greeting');
    if (greeting === undefined) throw new Error('the settings have no greeting yet');
    print(greeting);
  }
  runThreads(function* main() {
    const threads = ['ann', 'bob'].map((name) => new Thread(greet, { name }).start());
    for (const thread of threads) yield* thread.join();
  });
};

test('an ordinary test passes', () => {
  expect(simulate(greetings(ConfigBuggy))).toLog([
    [2, 'ann', 'hello'],
    [2, 'bob', 'hello'],
  ]);
});

test('a thread that is interrupted while it reads shows an empty map', async () => {
  const found = explore(greetings(ConfigBuggy), { strategy: preemptionBounded(1) });
  expect(found).toMatchObject({ strategy: 'preemption-bounded', runs: 2 });
  const [failure] = found.failures;
  expect(String(failure?.error)).toBe('Error: the settings have no greeting yet');
  expect(failure).toMatchObject({
    kind: 'unhandled',
    departures: 1,
    schedule: 'seed=0 thread/2 preempt=1/2',
  });
  await expect(`${explorationText(found)}\n`).toMatchFileSnapshot('08-double-checked.report.txt');

  // What fails in a thread is thrown nowhere, as in Python: it is an error that nobody handles.
  const again = replay(greetings(ConfigBuggy), failure!.schedule);
  expect(again.error).toBeNull();
  expect(String(again.failure?.error)).toBe(String(failure!.error));
});

test('shown when it is ready, it is whole under every schedule', () => {
  // Either thread is first, and is interrupted while it reads or not: 2 × 2 = 4. Then the other one waits for the lock, or for nothing.
  const proof = explore(greetings(Config));
  expect(proof).toBeProved();
  expect(proof.schedules).toBe(4);
});
