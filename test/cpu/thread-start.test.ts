/**
 * `start()` in CPython waits until the new thread has begun, and the new thread has the GIL then: it goes on with it until it
 * blocks, or for a switch interval. Measured on 3.11: a thread that computes for 20 ms is started, and its starter computes
 * for 3 ms then; that ends after 8.2 ms. With a worker that is there already it ends after 3.0 ms.
 */
import { describe, expect, it } from 'vitest';
import {
  blocked,
  busy,
  type Coroutine,
  compute,
  now,
  Process,
  run,
  runInExecutor,
  Thread,
  ThreadPool,
} from '../../src/index.ts';
import { slices, told } from '../support/threads.ts';

function* computing(ms: number): Coroutine<void> {
  yield* busy(ms);
}

describe('a new thread', () => {
  it('has the GIL for a switch interval, before the one that started it goes on', () => {
    const { events } = told(function* () {
      const other = new Thread(() => computing(20), { name: 'other' }).start();
      yield* busy(3);
      yield* other.join();
    });
    expect(slices(events)).toEqual(['other 0-5 gil', 'MainThread 5-8 join', 'other 8-23 done']);
  });

  it('has it until it blocks, if that is sooner', () => {
    const { events } = told(function* () {
      const other = new Thread(
        function* () {
          yield* busy(2);
          yield* blocked(10);
        },
        { name: 'other' },
      ).start();
      yield* busy(3);
      yield* other.join();
    });
    expect(slices(events)).toEqual(['other 0-2 blocked', 'MainThread 2-5 join']);
  });

  it('has it before a native call of the one that started it begins', () => {
    const { events } = told(function* () {
      const other = new Thread(() => computing(2), { name: 'other' }).start();
      yield* busy(3, '', { native: true });
      yield* other.join();
    });
    expect(slices(events)).toEqual(['other 0-2 done', 'MainThread 2-5 done']);
  });

  it('queues up behind those who wait for the GIL already', () => {
    const { events } = told(function* () {
      const first = new Thread(() => computing(3), { name: 'first' }).start();
      const second = new Thread(() => computing(3), { name: 'second' }).start();
      yield* busy(1);
      for (const thread of [first, second]) yield* thread.join();
    });
    expect(slices(events)).toEqual(['first 0-3 done', 'second 3-6 done', 'MainThread 6-7 done']);
  });

  it('makes nobody wait where there is no GIL, or in a process of its own', () => {
    const withoutGil = told(
      function* () {
        const other = new Thread(() => computing(5), { name: 'other' }).start();
        yield* busy(3);
        yield* other.join();
      },
      { gil: false },
    );
    expect(slices(withoutGil.events)).toEqual(['MainThread 0-3 join', 'other 0-5 done']);
    const inProcess = told(function* () {
      const other = new Process(() => computing(5), { name: 'other' }).start();
      yield* busy(3);
      yield* other.join();
    });
    expect(slices(inProcess.events)).toEqual(['MainThread 0-3 join', 'other 0-5 done']);
  });

  it('of a pool has it before the loop goes on; a worker that is there already has to ask for it', () => {
    const times = run(function* (): Coroutine<number[]> {
      const pool = new ThreadPool({ maxWorkers: 1 });
      const seen: number[] = [];
      const first = runInExecutor(pool, computing, 20);
      compute(3);
      seen.push(now());
      yield* first;
      seen.push(now());
      const second = runInExecutor(pool, computing, 20);
      compute(3);
      seen.push(now());
      yield* second;
      seen.push(now());
      yield* pool.shutdown();
      return seen;
    });
    expect(times).toEqual([8, 23, 26, 46]);
  });
});
