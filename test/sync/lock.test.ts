import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  createTask,
  Event,
  EventLoop,
  Lock,
  now,
  Recorder,
  run,
  sleep,
  waitFor,
} from '../../src/index.ts';
import { journal, messageOf, runTold } from '../support/journal.ts';

/** The tasks that hold it, by name. */
const holdersOf = (lock: Lock) => lock.holders.map((task) => task.name);

describe('a Lock', () => {
  it('is had by one at a time, in the order in which they came', () => {
    const log = journal();
    run(function* () {
      const lock = new Lock('door');
      function* worker(ms: number): Coroutine<void> {
        yield* lock.run(function* () {
          log('in');
          yield* sleep(ms);
          log('out');
        });
      }
      for (const [name, ms] of [
        ['a', 5],
        ['b', 3],
        ['c', 1],
      ] as const)
        createTask(worker(ms), { name });
      yield* sleep(20);
    });
    expect(log.lines).toEqual(['0 a: in', '5 a: out', '5 b: in', '8 b: out', '8 c: in', '9 c: out']);
  });

  it('that is free takes no time and no turn', () => {
    const log = journal();
    run(function* () {
      const lock = new Lock();
      createTask(
        (function* (): Coroutine<void> {
          log('somebody else');
        })(),
        { name: 'other' },
      );
      expect([yield* lock.acquire(), lock.locked()]).toEqual([true, true]);
      lock.release();
      log('had it');
      yield* sleep(0);
    });
    expect(log.lines).toEqual(['0 Task-1: had it', '0 other: somebody else']);
  });

  it('is fair: between release and the step of the one who was woken it looks free, and newcomers queue', () => {
    const log = journal();
    run(function* () {
      const lock = new Lock();
      function* take(): Coroutine<void> {
        yield* lock.acquire();
        log('has it');
        lock.release();
      }
      yield* lock.acquire();
      createTask(take(), { name: 'first' });
      yield* sleep(1);
      lock.release();
      log(`locked: ${lock.locked()}`);
      createTask(take(), { name: 'newcomer' });
      yield* take();
    });
    expect(log.lines).toEqual([
      '1 Task-1: locked: false',
      '1 first: has it',
      '1 Task-1: has it',
      '1 newcomer: has it',
    ]);
  });

  it('run gives the body’s result, and releases whatever happens', () => {
    const lock = new Lock();
    const { result, error } = runTold(function* (): Coroutine<string> {
      const rice = yield* lock.run(function* () {
        yield* sleep(1);
        return 'rice';
      });
      expect(lock.locked()).toBe(false);
      try {
        yield* lock.run(function* (): Coroutine<void> {
          throw new Error('boom');
        });
      } catch {
        expect(lock.locked()).toBe(false);
      }
      try {
        yield* waitFor(
          lock.run(() => sleep(100)),
          5,
        );
      } catch {
        expect(lock.locked()).toBe(false);
      }
      return rice;
    });
    expect([result, error]).toEqual(['rice', undefined]);
  });

  it('hold releases at the end of a using block, whatever happens', () => {
    const log = journal();
    run(function* () {
      const lock = new Lock();
      {
        using _ = yield* lock.hold();
        log(lock.locked());
        yield* sleep(5);
      }
      log(lock.locked());
      try {
        using _ = yield* lock.hold();
        throw new Error('boom');
      } catch {
        log(lock.locked());
      }
    });
    expect(log.lines).toEqual(['0 Task-1: true', '5 Task-1: false', '5 Task-1: false']);
  });

  it('may be released by any task, and is told so: whoever took it holds it no more', () => {
    run(function* () {
      const lock = new Lock();
      const taker = createTask(lock.acquire() as Coroutine<unknown>, { name: 'taker' });
      yield* taker;
      expect(holdersOf(lock)).toEqual(['taker']);
      lock.release();
      expect([holdersOf(lock), lock.locked()]).toEqual([[], false]);
    });
  });

  it('tells who holds it in the trace: who took it, who has it no more', () => {
    const recorder = new Recorder();
    run(
      function* () {
        const lock = new Lock('door');
        yield* createTask(lock.run(() => sleep(5)));
        yield* lock.run(() => sleep(1));
      },
      { trace: recorder },
    );
    const holds = [...recorder.toTrace()].flatMap((event) =>
      event.kind === 'resource:hold' ? [`${event.time} task ${event.task} ${event.held}`] : [],
    );
    expect(holds).toEqual(['0 task 2 true', '5 task 2 false', '5 task 1 true', '6 task 1 false']);
  });

  it('refuses to be released when nobody has it, by its name', () => {
    expect(messageOf(() => new Lock('door').release())).toBe(
      'RuntimeError: Lock is not acquired: door; each release needs an acquire before it',
    );
    expect(messageOf(() => new Lock().release())).toBe(
      'RuntimeError: Lock is not acquired; each release needs an acquire before it',
    );
  });

  it('one who was woken and is cancelled passes the wake-up on', () => {
    const log = journal();
    run(function* () {
      const lock = new Lock();
      function* take(): Coroutine<void> {
        yield* lock.acquire();
        log('has it');
        lock.release();
      }
      yield* lock.acquire();
      const first = createTask(take(), { name: 'first' });
      createTask(take(), { name: 'second' });
      yield* sleep(1);
      lock.release();
      first.cancel();
      yield* sleep(1);
      log(first.cancelled());
    });
    expect(log.lines).toEqual(['1 second: has it', '2 Task-1: true']);
  });

  it('a coroutine that was made and never awaited takes nothing', () => {
    run(function* () {
      const lock = new Lock();
      lock.acquire();
      expect(lock.locked()).toBe(false);
      yield* lock.acquire();
      expect(lock.locked()).toBe(true);
    });
  });

  it('belongs to the loop in which somebody first waited for it', () => {
    const lock = new Lock('door');
    function* contend(): Coroutine<number> {
      createTask(lock.run(() => sleep(5)));
      yield* sleep(1);
      yield* lock.run(() => sleep(1));
      return now();
    }
    // Nobody had to wait: it belongs to no loop yet.
    run(lock.run(() => sleep(1)));
    expect(run(contend)).toBe(6);
    expect(run(lock.run(() => sleep(1)))).toBeUndefined();
    const { error } = runTold(contend);
    expect(String(error)).toMatch(/^RuntimeError: .*bound to a different event loop/);
    expect(String(error)).toMatch(/this lock|door/);
  });
});

describe('waiters that come and go behind one that stays', () => {
  it('leave nothing behind, however many they are', () => {
    const event = new Event();
    const loop = new EventLoop();
    loop.createTask(event.wait());
    loop.runUntilComplete(
      (function* (): Coroutine<void> {
        for (let i = 0; i < 5000; i++) {
          try {
            yield* waitFor(event.wait(), 1);
          } catch {
            // late, as it should be
          }
        }
      })(),
    );
    const { ring } = event.waiters as unknown as { ring: unknown[] };
    expect(ring.length).toBeLessThan(100);
    event.set();
    loop.runUntilIdle();
    expect(loop.allTasks()).toEqual([]);
  });
});
