/**
 * A bounded queue with a lost wake-up: it looks whether it has to wait, and then waits, but not in one go.
 *
 * In between it takes the lock; and while it queues for the lock the world changes. What it saw is old by then, and the
 * notification that it is going to wait for was given already. So asyncio's manual says to look again after each wait, with the lock in
 * hand: `waitFor` is that loop.
 *
 * Watch: the deadlock says who waits; the *lost wake-up* beside it says for which notification, and when that was given.
 */
import {
  Condition,
  type Coroutine,
  createTask,
  Device,
  explorationText,
  gather,
  print,
  sleep,
} from 'loopscope';
import { delayBounded, explore, replay } from 'loopscope/explore';
import { simTest } from 'loopscope/vitest';
import { expect, test } from 'vitest';

/** A box for one letter: who brings one waits until it is empty, and who takes one until it is full. */
class MailboxBuggy {
  readonly letters: string[] = [];
  readonly changed = new Condition({ name: 'mailbox' });
  readonly journal = new Device({ name: 'journal', latency: 5 });

  put(letter: string): Coroutine<void> {
    const { letters, changed, journal } = this;
    return changed.run(function* () {
      yield* changed.waitFor(() => letters.length === 0);
      yield* journal.request(); // what is in the box has been written down before
      letters.push(letter);
      changed.notifyAll();
    });
  }

  *take(): Coroutine<string> {
    const { letters, changed } = this;
    const isEmpty = letters.length === 0; // looks without the lock, and only once
    return yield* changed.run(function* () {
      if (isEmpty) yield* changed.wait();
      changed.notifyAll();
      return letters.shift()!;
    });
  }
}

class Mailbox extends MailboxBuggy {
  override *take(): Coroutine<string> {
    const { letters, changed } = this;
    return yield* changed.run(function* () {
      yield* changed.waitFor(() => letters.length > 0);
      changed.notifyAll();
      return letters.shift()!;
    });
  }
}

/** ann waits for two letters; bob and cat bring one each. They all come at one moment. */
const morning = (Kind: typeof MailboxBuggy) =>
  function* main(): Coroutine<void> {
    const box = new Kind();
    function* reader(): Coroutine<void> {
      yield* sleep(10);
      for (let i = 0; i < 2; i++) print(`a letter of ${yield* box.take()}`);
    }
    function* writer(name: string): Coroutine<void> {
      yield* sleep(10);
      yield* box.put(name);
    }
    yield* gather(
      createTask(reader(), { name: 'ann' }),
      createTask(writer('bob'), { name: 'bob' }),
      createTask(writer('cat'), { name: 'cat' }),
    );
  };

simTest('an ordinary test, in which the reader is first, passes', function* (sim) {
  yield* morning(MailboxBuggy)();
  expect(sim).toLog([
    [15, 'ann', 'a letter of bob'],
    [20, 'ann', 'a letter of cat'],
  ]);
});

test('a writer that is first has its notification lost', async () => {
  const found = explore(morning(MailboxBuggy), { strategy: delayBounded(1) });
  expect(found).toMatchObject({ strategy: 'delay-bounded', runs: 3 });
  const [failure] = found.failures;
  expect(String(failure?.error)).toContain('ann waits: condition.wait mailbox');
  expect(failure).toMatchObject({ kind: 'deadlock', departures: 1, schedule: 'seed=0 timer=1/3 timer/2' });
  expect(failure?.findings[0]).toMatchObject({
    kind: 'lost wake-up',
    text:
      'the notify of bob at 15 ms (event 63) woke nobody: ann began to wait only afterwards, ' +
      'at 15 ms (condition.wait mailbox, event 76), and nobody has done it again',
  });
  await expect(`${explorationText(found)}\n`).toMatchFileSnapshot('04-bounded-queue.report.txt');

  const again = replay(morning(MailboxBuggy), failure!.schedule);
  expect(String(again.error)).toBe(String(failure!.error));
});

test('a wait in a loop, with the lock in hand, loses none under any schedule', () => {
  // The three come in any order: 3! = 6. From there on each waits for somebody else.
  const proof = explore(morning(Mailbox));
  expect(proof).toBeProved();
  expect(proof.schedules).toBe(6);
});
