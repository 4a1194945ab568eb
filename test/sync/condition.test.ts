import { describe, expect, it } from 'vitest';
import { Condition, type Coroutine, createTask, Lock, run, sleep, type Task } from '../../src/index.ts';
import { journal, messageOf, runTold } from '../support/journal.ts';

describe('a Condition', () => {
  it('releases its lock while it waits, and has it again when it goes on', () => {
    const log = journal();
    run(function* () {
      const news = new Condition({ name: 'news' });
      createTask(
        news.run(function* () {
          yield* news.wait();
          log(`told, locked: ${news.locked()}`);
        }),
        { name: 'reader' },
      );
      yield* sleep(5);
      yield* news.run(function* () {
        news.notify();
        log('notified');
        yield* sleep(5);
      });
      yield* sleep(1);
    });
    expect(log.lines).toEqual(['5 Task-1: notified', '10 reader: told, locked: true']);
  });

  it('notify wakes so many, notifyAll all; waitFor looks again until its predicate holds', () => {
    const log = journal();
    run(function* () {
      const news = new Condition();
      let count = 0;
      function* reader(atLeast: number): Coroutine<void> {
        yield* news.run(function* () {
          log(`sees ${yield* news.waitFor(() => (count >= atLeast ? count : 0))}`);
        });
      }
      for (const [name, atLeast] of [
        ['a', 1],
        ['b', 1],
        ['c', 3],
      ] as const)
        createTask(reader(atLeast), { name });
      const tell = function* (n: number): Coroutine<void> {
        yield* sleep(5);
        yield* news.run(function* () {
          count++;
          news.notify(n);
        });
      };
      yield* tell(1);
      yield* tell(9);
      yield* sleep(5);
      yield* news.run(function* () {
        count++;
        news.notifyAll();
      });
      yield* sleep(1);
    });
    expect(log.lines).toEqual(['5 a: sees 1', '10 b: sees 2', '15 c: sees 3']);
  });

  it('takes the lock again even when it is cancelled', () => {
    const log = journal();
    run(function* () {
      const news = new Condition();
      const reader: Task<void> = createTask(
        news.run(function* () {
          try {
            yield* news.wait();
          } finally {
            log(`cleans up, locked: ${news.locked()}`);
          }
        }),
        { name: 'reader' },
      );
      yield* sleep(1);
      yield* news.acquire();
      reader.cancel();
      yield* sleep(4);
      news.release();
      yield* sleep(1);
      log(`${reader.cancelled()} ${news.locked()}`);
    });
    expect(log.lines).toEqual(['5 reader: cleans up, locked: true', '6 Task-1: true false']);
  });

  it('can share a lock with others', () => {
    const lock = new Lock();
    const [a, b] = [new Condition({ lock }), new Condition({ lock })];
    run(function* () {
      yield* a.acquire();
      expect([b.locked(), lock.locked()]).toEqual([true, true]);
      b.release();
      expect(a.locked()).toBe(false);
    });
  });

  it('refuses to wait or notify without the lock, and a number of waiters that is none', () => {
    const news = new Condition();
    expect(messageOf(() => news.notify())).toBe(
      'RuntimeError: cannot notify on un-acquired lock: acquire the condition first',
    );
    const { error } = runTold(function* (): Coroutine<void> {
      yield* news.wait();
    });
    expect(String(error)).toBe('RuntimeError: cannot wait on un-acquired lock: acquire the condition first');
    run(function* () {
      yield* news.run(function* (): Coroutine<void> {
        expect(messageOf(() => news.notify(Number.NaN))).toBe(
          'ValueError: notify() needs a number of waiters, got NaN',
        );
      });
    });
  });
});
