/** The lock of threads. */

import { describe, expect, it } from 'vitest';
import { blocked, busy, type Coroutine, now, Thread, ThreadLock } from '../../src/index.ts';
import { told } from '../support/threads.ts';

describe('a lock of threads', () => {
  it('lets one in at a time, in the order in which they came', () => {
    const lock = new ThreadLock('stove');
    const log: string[] = [];
    const { result } = told(function* () {
      const threads = ['a', 'b', 'c'].map((name) =>
        new Thread(
          () =>
            lock.run(function* () {
              log.push(`${now()} ${name} has it`);
              yield* blocked(10);
              expect(lock.locked()).toBe(true);
            }),
          { name },
        ).start(),
      );
      for (const thread of threads) yield* thread.join();
      return lock.locked();
    });
    expect(log).toEqual(['0 a has it', '10 b has it', '20 c has it']);
    expect(result).toBe(false);
  });

  it('is not fair: whoever releases it and takes it again at once gets it before the one that was woken', () => {
    const lock = new ThreadLock();
    const log: string[] = [];
    told(function* () {
      const greedy = new Thread(function* () {
        for (let i = 0; i < 3; i++) {
          yield* lock.run(function* () {
            log.push(`${now()} greedy`);
            yield* busy(1);
          });
        }
      }).start();
      yield* new Thread(() =>
        lock.run(function* () {
          log.push(`${now()} patient`);
        }),
      )
        .start()
        .join();
      yield* greedy.join();
    });
    // `patient` has no GIL before 3: it finds the lock taken only if it is preempted in between, which takes 5 ms.
    expect(log).toEqual(['0 greedy', '1 greedy', '2 greedy', '3 patient']);
  });

  it('is waited for without the GIL: others compute meanwhile', () => {
    const lock = new ThreadLock();
    const ends: string[] = [];
    told(function* () {
      const ended = (name: string) => ends.push(`${now()} ${name}`);
      const holder = new Thread(() =>
        lock.run(function* () {
          yield* blocked(20);
          ended('holder');
        }),
      ).start();
      const waiting = new Thread(() =>
        lock.run(function* () {
          ended('waiting');
        }),
      ).start();
      yield* busy(7);
      ended('main');
      yield* holder.join();
      yield* waiting.join();
    });
    expect(ends).toEqual(['7 main', '20 holder', '20 waiting']);
  });

  it('is released whatever happens in its body', () => {
    const lock = new ThreadLock();
    const { error } = told(function* () {
      yield* lock.run(function* (): Coroutine<void> {
        throw new Error('burnt');
      });
    });
    expect([String(error), lock.locked()]).toEqual(['Error: burnt', false]);
  });

  it('is released only by the thread that holds it', () => {
    const lock = new ThreadLock('stove');
    const errors: string[] = [];
    const release = () => {
      try {
        lock.release();
      } catch (error) {
        errors.push(String(error));
      }
    };
    release();
    told(function* () {
      release();
      const holder = new Thread(() => lock.run(() => blocked(5)), { name: 'holder' }).start();
      yield* blocked(1);
      release();
      yield* holder.join();
    });
    expect(errors).toEqual([
      'RuntimeError: lock.release() belongs to threads, and none runs here: only a thread can hold the lock. From a coroutine signal by a ThreadEvent, a ThreadQueue or a ThreadSemaphore',
      'RuntimeError: MainThread cannot release the un-acquired lock stove: nobody holds it',
      'RuntimeError: MainThread cannot release the un-acquired lock stove: holder holds it',
    ]);
  });

  it('is acquired by a coroutine of its own each time', () => {
    const lock = new ThreadLock();
    const { error } = told(function* () {
      const acquire = lock.acquire();
      yield* acquire;
      lock.release();
      yield* acquire;
    });
    expect(String(error)).toBe(
      'RuntimeError: thread lock.acquire() was used before: each call makes a new one, for one thread and one yield*',
    );
  });
});

it('what is run under a lock is a function that gives something to wait for', () => {
  const lock = new ThreadLock('stove');
  const errors: string[] = [];
  told(function* () {
    for (const body of [() => 3, async () => {}, 7]) {
      try {
        yield* lock.run(body as never);
      } catch (error) {
        errors.push(String(error).slice(0, 110));
      }
    }
  });
  expect([lock.locked(), ...errors]).toEqual([
    false,
    'TypeError: lock.run() takes a function*, or another that returns what yield* can wait for, and this returned 3',
    'TypeError: lock.run() can not take an async function: promises belong to JavaScript’s own event loop, not to t',
    'TypeError: lock.run() takes a function*, or another that returns what yield* can wait for, and got 7',
  ]);
});
