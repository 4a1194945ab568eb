import { describe, expect, it } from 'vitest';
import {
  asCompleted,
  type Coroutine,
  createTask,
  getRunningLoop,
  now,
  Recorder,
  RuntimeError,
  run,
  sleep,
} from '../../src/index.ts';
import { journal, messageOf } from '../support/journal.ts';

describe('asCompleted', () => {
  it('gives results as they come', () => {
    const got = run(function* () {
      const seen: unknown[] = [];
      for (const next of asCompleted([sleep(30, 'c'), sleep(10, 'a'), sleep(20, 'b')])) {
        seen.push(yield* next, now());
      }
      return seen;
    });
    expect(got).toEqual(['a', 10, 'b', 20, 'c', 30]);
  });

  it('those done at one moment in the order in which they were given', () => {
    const got = run(function* () {
      const seen: unknown[] = [];
      for (const next of asCompleted(['a', 'b', 'c', 'd'].map((name) => sleep(5, name))))
        seen.push(yield* next);
      return seen.join('');
    });
    expect(got).toBe('abcd');
  });

  it('throws the exception of each where it is awaited, and the others come all the same', () => {
    const log = journal();
    run(function* () {
      const failing = (function* (): Coroutine<string> {
        yield* sleep(10);
        throw new RuntimeError('boom');
      })();
      for (const next of asCompleted([sleep(20, 'rice'), failing])) {
        try {
          log(yield* next);
        } catch (error) {
          log(error);
        }
      }
    });
    expect(log.lines).toEqual(['10 Task-1: RuntimeError: boom', '20 Task-1: rice']);
  });

  it('gives a TimeoutError for each that is not done in time', () => {
    const log = journal();
    run(function* () {
      const tasks = [5, 50, 60].map((ms) => createTask(sleep(ms, ms)));
      for (const next of asCompleted(tasks, { timeout: 20 })) {
        try {
          log(yield* next);
        } catch (error) {
          log(error);
        }
      }
      log(tasks.map((task) => task.done()).join());
    });
    expect(log.lines).toEqual([
      '5 Task-1: 5',
      '20 Task-1: TimeoutError: asCompleted() ran out of time',
      '20 Task-1: TimeoutError: asCompleted() ran out of time',
      '20 Task-1: true,false,false',
    ]);
  });

  it('leaves no timer behind when all are done in time', () => {
    run(function* () {
      for (const next of asCompleted([sleep(5)], { timeout: 1000 })) yield* next;
      expect([now(), getRunningLoop().timers.length]).toEqual([5, 0]);
    });
  });

  it('nextDone gives the futures themselves, and undefined after the last', () => {
    run(function* () {
      const [slow, quick] = [createTask(sleep(20)), createTask(sleep(10))];
      const all = asCompleted([slow, quick]);
      expect([yield* all.nextDone(), yield* all.nextDone(), yield* all.nextDone()]).toEqual([
        quick,
        slow,
        undefined,
      ]);
    });
  });

  it('the coroutines may be awaited out of order, and by several tasks: each gets the next that is done', () => {
    const log = journal();
    run(function* () {
      const coroutines = [...asCompleted([sleep(10, 'first'), sleep(20, 'second')])];
      function* take(coroutine: Coroutine<string>): Coroutine<void> {
        log(yield* coroutine);
      }
      createTask(take(coroutines[1]!), { name: 'a' });
      createTask(take(coroutines[0]!), { name: 'b' });
      yield* sleep(30);
    });
    expect(log.lines).toEqual(['10 a: first', '20 b: second']);
  });

  it('a waiting task that is cancelled passes its turn on', () => {
    const log = journal();
    run(function* () {
      const coroutines = [...asCompleted([sleep(10, 'first'), sleep(10, 'second')])];
      function* take(coroutine: Coroutine<string>): Coroutine<void> {
        log(yield* coroutine);
      }
      const a = createTask(take(coroutines[0]!), { name: 'a' });
      createTask(take(coroutines[1]!), { name: 'b' });
      yield* sleep(5);
      a.cancel();
      yield* sleep(30);
    });
    expect(log.lines).toEqual(['10 b: first']);
  });

  it('of nothing gives nothing; what is given twice comes once; sleep(0) is another each time', () => {
    const counts = run(function* () {
      const count = function* (all: Iterable<Coroutine<unknown>>): Coroutine<number> {
        let n = 0;
        for (const next of all) {
          yield* next;
          n++;
        }
        return n;
      };
      const task = createTask(sleep(1));
      return [
        yield* count(asCompleted([])),
        yield* count(asCompleted([task, task])),
        yield* count(asCompleted([sleep(0), sleep(0)])),
      ];
    });
    expect(counts).toEqual([0, 1, 2]);
  });

  it('refuses a single awaitable, and to work outside of a loop', () => {
    const main = function* (): Coroutine<string> {
      return messageOf(() => asCompleted(sleep(1) as never));
    };
    expect(run(main)).toBe(
      'TypeError: asCompleted() needs a list of awaitables, not a single one: got a Sleep',
    );
    expect(messageOf(() => asCompleted([]))).toMatch(/^RuntimeError: no running event loop/);
  });

  it('of a hundred thousand is no matter, nor is a trace of thousands that are done one by one', () => {
    const all = (count: number, ms: (n: number) => number) =>
      function* (): Coroutine<number> {
        let n = 0;
        for (const next of asCompleted(Array.from({ length: count }, (_, i) => sleep(ms(i))))) {
          yield* next;
          n++;
        }
        return n;
      };
    expect(run(all(100_000, () => 1))).toBe(100_000);
    expect(
      run(
        all(10_000, (n) => n + 1),
        { trace: new Recorder() },
      ),
    ).toBe(10_000);
  });
});
