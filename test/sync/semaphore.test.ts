import { describe, expect, it } from 'vitest';
import {
  BoundedSemaphore,
  type Coroutine,
  createTask,
  gather,
  now,
  run,
  Semaphore,
  sleep,
} from '../../src/index.ts';
import { journal, messageOf } from '../support/journal.ts';

describe('a Semaphore', () => {
  it('lets so many in at a time, the others in the order in which they came', () => {
    const log = journal();
    run(function* () {
      const seats = new Semaphore(2, 'seats');
      function* sit(): Coroutine<void> {
        yield* seats.run(function* () {
          log('sits');
          yield* sleep(10);
        });
      }
      yield* gather(['a', 'b', 'c', 'd', 'e'].map((name) => createTask(sit(), { name })));
      expect([now(), seats.value(), seats.locked()]).toEqual([30, 2, false]);
    });
    expect(log.lines).toEqual(['0 a: sits', '0 b: sits', '10 c: sits', '10 d: sits', '20 e: sits']);
  });

  it('hands a released permit over at once: nobody can take it in between', () => {
    const log = journal();
    run(function* () {
      const permit = new Semaphore(1);
      function* take(): Coroutine<void> {
        yield* permit.acquire();
        log('has it');
      }
      yield* permit.acquire();
      createTask(take(), { name: 'first' });
      yield* sleep(1);
      permit.release();
      log(`locked: ${permit.locked()}, free: ${permit.value()}`);
      yield* sleep(1);
    });
    expect(log.lines).toEqual(['1 Task-1: locked: true, free: 0', '1 first: has it']);
  });

  it('one who is cancelled with a permit in hand passes it on', () => {
    const log = journal();
    run(function* () {
      const permit = new Semaphore(1);
      function* take(): Coroutine<void> {
        yield* permit.acquire();
        log('has it');
      }
      yield* permit.acquire();
      const first = createTask(take(), { name: 'first' });
      createTask(take(), { name: 'second' });
      yield* sleep(1);
      permit.release();
      first.cancel();
      yield* sleep(1);
      log(`${first.cancelled()} ${permit.value()}`);
    });
    expect(log.lines).toEqual(['1 second: has it', '2 Task-1: true 0']);
  });

  it('tells who holds permits: each who took one, and who released one no more', () => {
    run(function* () {
      const seats = new Semaphore(2);
      const names = () => seats.holders.map((task) => task.name);
      function* sit(ms: number): Coroutine<void> {
        yield* seats.run(() => sleep(ms));
      }
      createTask(sit(10), { name: 'a' });
      createTask(sit(5), { name: 'b' });
      createTask(sit(5), { name: 'c' });
      yield* sleep(1);
      expect(names()).toEqual(['a', 'b']);
      yield* sleep(6);
      expect(names()).toEqual(['a', 'c']);
      seats.release(); // by a task that has none: the one that has held longest gives up its place
      expect(names()).toEqual(['c']);
      yield* sleep(10);
    });
  });

  it('hold gives a permit back at the end of a using block', () => {
    const values = run(function* () {
      const seats = new Semaphore(2);
      const seen = [seats.value()];
      {
        using _ = yield* seats.hold();
        seen.push(seats.value());
      }
      return [...seen, seats.value()];
    });
    expect(values).toEqual([2, 1, 2]);
  });

  it('may be released more often than acquired, unless it is bounded', () => {
    const open = new Semaphore(1);
    open.release();
    expect(open.value()).toBe(2);
    expect(messageOf(() => new BoundedSemaphore(1).release())).toBe(
      'ValueError: BoundedSemaphore released too many times: all 1 permits are free already',
    );
    const none = new Semaphore(0);
    expect(none.locked()).toBe(true);
  });

  it.each([-1, 0.5, Number.NaN, '2' as unknown as number])('refuses %s permits', (value) => {
    const quoted = typeof value === 'string' ? '"2"' : String(value);
    expect(messageOf(() => new Semaphore(value))).toBe(
      `ValueError: Semaphore initial value must be >= 0 and whole, got ${quoted}`,
    );
  });
});
