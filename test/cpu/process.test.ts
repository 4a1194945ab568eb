import { describe, expect, it } from 'vitest';
import {
  blocked,
  busy,
  type Coroutine,
  compute,
  gather,
  Machine,
  now,
  Process,
  ProcessPool,
  Recorder,
  run,
  runInExecutor,
  Thread,
} from '../../src/index.ts';
import { messageOf } from '../support/journal.ts';
import { slices, told } from '../support/threads.ts';

function* computing(ms: number): Coroutine<number> {
  yield* busy(ms);
  return ms;
}

function processes(count: number, ms: number): Process<number>[] {
  return Array.from({ length: count }, () => new Process(() => computing(ms)).start());
}

describe('processes', () => {
  it.each([
    [1, 120],
    [2, 60],
    [3, 42],
    [4, 30],
    [8, 30],
  ])('overlap up to the number of cores: on %i four of 30 ms take %i ms', (cores, end) => {
    const { result } = told(
      function* () {
        for (const process of processes(4, 30)) yield* process.join();
        return now();
      },
      { cores },
    );
    expect(result).toBe(end);
  });

  it('take turns on a core by time slices, which the GIL has no part in', () => {
    const { events } = told(
      function* () {
        for (const process of processes(2, 6)) yield* process.join();
      },
      { cores: 1, timeSlice: 4, switchInterval: 1 },
    );
    expect(slices(events)).toEqual([
      'Process-1 0-4 slice',
      'Process-2 4-8 slice',
      'Process-1 8-10 done',
      'Process-2 10-12 done',
    ]);
    expect(events.filter(({ kind }) => kind === 'gil:ask')).toEqual([]);
  });

  it('have a GIL each, for the threads that they start', () => {
    const { events } = told(
      function* () {
        const process = new Process(
          function* () {
            const thread = new Thread(() => computing(6), { name: 'thread of p' }).start();
            yield* busy(6);
            yield* thread.join();
          },
          { name: 'p' },
        ).start();
        yield* busy(10);
        yield* process.join();
      },
      { cores: 4 },
    );
    expect(slices(events)).toEqual([
      'thread of p 0-5 gil',
      'MainThread 0-10 join',
      'p 5-10 gil',
      'thread of p 10-11 done',
      'p 11-12 done',
    ]);
  });

  it('compute beside a loop, which goes on as if they weren’t there', () => {
    const seen: number[] = [];
    run(function* () {
      const process = new Process(() => computing(50)).start();
      for (let i = 0; i < 3; i++) {
        compute(10);
        seen.push(now());
      }
      yield* process.join();
      seen.push(now());
    });
    expect(seen).toEqual([10, 20, 30, 50]);
  });

  it('are numbered apart from threads, and give what their body returned or threw', () => {
    const { result, reports } = told(function* (): Coroutine<unknown[]> {
      const good = new Process(() => computing(7)).start();
      const named = new Process(() => computing(1), { name: 'sums' }).start();
      const thread = new Thread(() => computing(1)).start();
      const bad = new Process(function* () {
        yield* blocked(1);
        throw new RangeError('no memory');
      }).start();
      for (const one of [good, named, thread, bad]) yield* one.join();
      return [good.name, named.name, thread.name, bad.name, good.result(), messageOf(() => bad.result())];
    });
    expect(result).toEqual(['Process-1', 'sums', 'Thread-1', 'Process-2', 7, 'RangeError: no memory']);
    expect(reports).toEqual(['Exception in thread Process-2: RangeError: no memory']);
  });

  it('are waited for at the end of the program, unless they are daemons', () => {
    const ends: string[] = [];
    run(function* () {
      const ending = (name: string, ms: number) =>
        function* (): Coroutine<void> {
          yield* busy(ms);
          ends.push(`${now()} ${name}`);
        };
      new Process(ending('worker', 20)).start();
      new Process(ending('daemon', 30), { daemon: true }).start();
    });
    expect(ends).toEqual(['20 worker']);
  });

  it('refuse to be started twice, to be joined before, and a body that is none', () => {
    const messages = run(function* (): Coroutine<string[]> {
      const process = new Process(() => computing(1), { name: 'p' });
      const told = [messageOf(() => process.join()[Symbol.iterator]().next())];
      process.start();
      told.push(messageOf(() => process.start()));
      told.push(messageOf(() => new Process(3 as never)));
      yield* process.join();
      return told;
    });
    expect(messages).toEqual([
      'RuntimeError: cannot join the thread p before it is started',
      'RuntimeError: threads can only be started once: p was started before',
      'TypeError: a thread takes a generator function, to be called by the thread itself, got 3',
    ]);
    expect(messageOf(() => new Process(() => computing(1)))).toContain('RuntimeError: a process needs');
  });

  it('tell why an async body does nothing', () => {
    const { reports } = told(function* () {
      yield* new Process((async () => {}) as never, { name: 'p' }).start().join();
    });
    expect(reports).toEqual([
      'Exception in thread p: TypeError: the body of a thread can not be an async function: promises belong to JavaScript’s own event loop, not to this one. Write the function as function* and use yield* instead of async and await, or stand in for it with sleep() or a Device',
    ]);
  });
});

/** When `jobs` of `ms` are done in a pool, by a loop that has nothing else to do. */
function pooled(jobs: number, ms: number, workers: number, machine: Machine, trace = new Recorder()): number {
  return run(
    function* () {
      const pool = new ProcessPool({ maxWorkers: workers, name: 'p' });
      yield* gather(Array.from({ length: jobs }, () => runInExecutor(pool, computing, ms)));
      const end = now();
      yield* pool.shutdown();
      return end;
    },
    { machine, trace },
  );
}

describe('a pool of processes', () => {
  it.each([
    [1, 4, 120],
    [2, 4, 60],
    [4, 2, 60],
    [4, 4, 30],
  ])('overlaps up to cores (%i) and workers (%i): four jobs of 30 ms take %i', (cores, workers, end) => {
    expect(pooled(4, 30, workers, new Machine({ cores }))).toBe(end);
  });

  it('starts each worker once, whatever the number of jobs', () => {
    const costs = { processCreate: 10 };
    expect(pooled(1, 5, 2, new Machine({ cores: 4, costs }))).toBe(15);
    expect(pooled(6, 5, 2, new Machine({ cores: 4, costs }))).toBe(25);
  });
});
