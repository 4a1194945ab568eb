import { describe, expect, it } from 'vitest';
import {
  blocked,
  busy,
  type Coroutine,
  type Costs,
  compute,
  createTask,
  gather,
  getRunningLoop,
  Machine,
  NO_COSTS,
  now,
  Process,
  ProcessPool,
  print,
  REALISTIC,
  Recorder,
  run,
  runInExecutor,
  runThreads,
  sleep,
  Thread,
  ThreadPool,
  type TraceEvent,
  toThread,
} from '../../src/index.ts';
import { messageOf } from '../support/journal.ts';
import { slices, told } from '../support/threads.ts';

/** What was spent, when it was told, by whom: `10 rice: 2 switch`; the loop's own is told when it has been spent. */
function spent(events: Iterable<TraceEvent>): string[] {
  const names = new Map<number, string>([[0, 'loop']]);
  const lines: string[] = [];
  for (const event of events) {
    if (event.kind === 'thread:create') names.set(event.thread, event.name);
    if (event.kind === 'overhead')
      lines.push(`${event.time} ${names.get(event.thread)}: ${event.ms} ${event.what}`);
  }
  return lines;
}

/** Runs `main` on a loop; gives what was spent, and the end of it. */
function spentByLoop(costs: Partial<Costs>, main: () => Coroutine<unknown>, cores = 1) {
  const trace = new Recorder();
  const machine = new Machine({ costs, cores });
  const end = run(
    function* () {
      yield* main();
      return now();
    },
    { trace, machine, print: () => {} },
  );
  return { end, spent: spent(trace) };
}

function worker(name: string, ms: number): Thread {
  return new Thread(() => busy(ms)[Symbol.iterator]() as Coroutine<void>, { name });
}

describe('the costs of a machine', () => {
  it('are nothing, if nothing is said', () => {
    expect(new Machine().costs).toEqual(NO_COSTS);
    expect(Object.values(NO_COSTS).every((cost) => cost === 0)).toBe(true);
    expect(new Machine({ costs: { threadSwitch: 1 } }).costs).toEqual({ ...NO_COSTS, threadSwitch: 1 });
  });

  it.each([
    [{ threadSwitch: -1 }, 'ValueError: costs.threadSwitch is a number of 0 or more, got -1'],
    [{ handOver: Number.NaN }, 'ValueError: costs.handOver is a number of 0 or more, got NaN'],
    [
      { threadMemory: Number.POSITIVE_INFINITY },
      'ValueError: costs.threadMemory is a number of 0 or more, got Infinity',
    ],
    [{ coroutineCreate: '1' }, 'ValueError: costs.coroutineCreate is a number of 0 or more, got "1"'],
    [
      { contextSwitch: 1 },
      'ValueError: no cost is called contextSwitch; there are threadSwitch, processSwitch, coroutineSwitch, threadCreate, processCreate, coroutineCreate, handOver, jobManage, jobSubmit, threadMemory, processMemory, coroutineMemory',
    ],
  ])('refuse %j', (costs, message) => {
    expect(messageOf(() => new Machine({ costs: costs as Partial<Costs> }))).toBe(message);
    expect(messageOf(() => runThreads(function* () {}, { costs: costs as Partial<Costs> }))).toBe(message);
  });
});

describe('the cost of a thread', () => {
  it('to make is spent once, by the thread itself, before its first line', () => {
    const { events, output } = told(
      function* () {
        const rice = worker('rice', 3).start();
        print(`the main thread goes on at ${now()}`);
        yield* rice.join();
      },
      { costs: { threadCreate: 10 } },
    );
    expect(output).toEqual(['the main thread goes on at 10']);
    expect(spent(events)).toEqual(['0 MainThread: 10 create', '10 rice: 10 create']);
    expect(slices(events)).toEqual(['MainThread 0-10 join', 'rice 10-23 done']);
  });

  it('to switch is spent by the one that goes on, each time another had the GIL or the core before', () => {
    const { events } = told(
      function* () {
        for (const thread of [worker('a', 12).start(), worker('b', 8).start()]) yield* thread.join();
      },
      { costs: { threadSwitch: 1 }, cores: 2 },
    );
    expect(spent(events)).toEqual([
      '0 a: 1 switch',
      '10 b: 1 switch',
      '16 a: 1 switch',
      '20 b: 1 switch',
      '24 MainThread: 1 switch',
    ]);
    // b looks every 5 ms. At 5 it sees that there was a switch, which was over at 1; at 10 it asks. From then on each waits
    // from the end of a switch, and asks 5 ms later.
    expect(slices(events)).toEqual([
      'a 0-10 gil',
      'b 10-16 gil',
      'a 16-20 done',
      'b 20-24 done',
      'MainThread 24-25 done',
    ]);
  });

  it('to switch is spent once where both GIL and core change hands, and not by one that goes on where it was', () => {
    const { events } = told(
      function* () {
        const a = worker('a', 3).start();
        yield* a.join();
        yield* busy(2);
        yield* busy(2);
      },
      { costs: { threadSwitch: 1 }, cores: 1 },
    );
    expect(spent(events)).toEqual(['0 a: 1 switch', '4 MainThread: 1 switch']);
    expect(slices(events)).toEqual(['a 0-4 done', 'MainThread 4-9 done']);
  });

  it('is not spent again by one whose core is taken away before it is spent', () => {
    const { events } = told(
      function* () {
        yield* new Process(() => busy(4)[Symbol.iterator]() as Coroutine<void>, { name: 'p' }).start().join();
      },
      { costs: { processCreate: 10 }, cores: 1, timeSlice: 4 },
    );
    expect(spent(events)).toEqual(['0 p: 10 create']);
    expect(slices(events)).toEqual(['p 0-14 done']);
  });
});

describe('the cost of a process', () => {
  it('to make and to switch is another than that of a thread', () => {
    const { events } = told(
      function* () {
        const process = new Process(
          function* () {
            yield* busy(5);
          },
          { name: 'p' },
        ).start();
        yield* process.join();
      },
      { costs: { processCreate: 20, processSwitch: 2, threadCreate: 1, threadSwitch: 1 }, cores: 1 },
    );
    expect(spent(events)).toEqual([
      '0 MainThread: 1 create',
      '1 p: 20 create',
      '1 p: 2 switch',
      '28 MainThread: 2 switch',
    ]);
    expect(slices(events)).toEqual(['MainThread 0-1 join', 'p 1-28 done', 'MainThread 28-30 done']);
  });
});

describe('the cost of a coroutine', () => {
  it('to switch is spent by the loop before each step and callback', () => {
    expect(
      spentByLoop({ coroutineSwitch: 1 }, function* () {
        getRunningLoop().callSoon(() => {});
        yield* sleep(0);
      }),
    ).toEqual({
      end: 3,
      spent: ['1 loop: 1 switch', '2 loop: 1 switch', '3 loop: 1 switch', '4 loop: 1 switch'],
    });
  });

  it('to make is spent by whoever makes a task', () => {
    const { end, spent } = spentByLoop({ coroutineCreate: 3 }, function* () {
      yield* createTask(sleep(10));
      yield* gather(sleep(1), sleep(1));
    });
    expect(spent).toEqual(['3 loop: 3 create', '16 loop: 3 create', '19 loop: 3 create']);
    expect(end).toBe(20);
  });

  it('is that of the loop, if the loop has one of its own', () => {
    const end = run(
      function* () {
        yield* sleep(0);
        return now();
      },
      { machine: new Machine({ costs: { coroutineSwitch: 1 } }), stepCost: 5 },
    );
    expect(end).toBe(10);
  });

  it('is spent on the CPU, for which others wait', () => {
    const { end } = spentByLoop({ coroutineSwitch: 2 }, function* () {
      yield* toThread(function* () {
        yield* busy(10);
      });
    });
    // The first step 0-2; the thread 2-12; the result, the byte in the pipe and the next step 2 each.
    expect(end).toBe(18);
  });
});

describe('the cost of a hand-over', () => {
  it('is spent on each way of a job to another process and back, and on nothing else', () => {
    const job = function* (): Coroutine<number> {
      yield* busy(10);
      return now();
    };
    const inProcesses = spentByLoop(
      { handOver: 4 },
      function* () {
        yield* runInExecutor(new ProcessPool({ maxWorkers: 1 }), job);
      },
      2,
    );
    expect(inProcesses.end).toBe(18);
    const inThreads = spentByLoop(
      { handOver: 4 },
      function* () {
        yield* toThread(job);
      },
      2,
    );
    expect(inThreads).toEqual({ end: 10, spent: [] });
  });
});

describe('the hand-over of jobs to processes', () => {
  function* noWork(): Coroutine<void> {}

  /** When `jobs` without work are done, by pools of so many workers. */
  function end(jobs: number, maxWorkers: number, trace = new Recorder()): number {
    return run(
      function* () {
        const pool = new ProcessPool({ maxWorkers, name: 'p' });
        yield* gather(Array.from({ length: jobs }, () => runInExecutor(pool, noWork)));
        return now();
      },
      { trace, machine: new Machine({ cores: 16, costs: { handOver: 2 } }) },
    );
  }

  it('is spent by halves: by a thread of the loop’s process, and by the worker', () => {
    const trace = new Recorder();
    expect(end(1, 1, trace)).toBe(4);
    expect(slices(trace)).toEqual(['p-manager 0-1 job', 'p-0 1-3 job', 'p-manager 3-4 job']);
    expect(spent(trace)).toEqual([
      '0 p-manager: 1 pickle',
      '1 p-0: 1 pickle',
      '2 p-0: 1 pickle',
      '3 p-manager: 1 pickle',
    ]);
  });

  it('bounds what more workers can do: all pass through the loop’s process', () => {
    expect([1, 2, 4, 8].map((workers) => end(20, workers))).toEqual([42, 40, 40, 40]);
  });

  it('sends as many jobs as there are workers, and one more, which can’t be taken back then', () => {
    const begun: number[] = [];
    run(
      function* () {
        const pool = new ProcessPool({ maxWorkers: 1 });
        const jobs = [1, 2, 3, 4, 5].map((n) =>
          runInExecutor(pool, function* () {
            begun.push(n);
            yield* busy(10);
          }),
        );
        yield* sleep(5);
        for (const job of jobs.slice(1)) job.cancel();
        yield* jobs[0]!;
        yield* pool.shutdown();
      },
      { machine: new Machine({ cores: 4, costs: { handOver: 2 } }) },
    );
    expect(begun).toEqual([1, 2]);
  });

  it('takes the GIL from the loop', () => {
    const times = run(
      function* (): Coroutine<number[]> {
        const pool = new ProcessPool({ maxWorkers: 1 });
        const job = runInExecutor(pool, noWork);
        compute(3);
        const computed = now();
        yield* job;
        return [computed, now()];
      },
      { machine: new Machine({ cores: 2, costs: { handOver: 2 } }) },
    );
    expect(times).toEqual([4, 5]);
  });

  it('ends with the pool, whatever is under way', () => {
    const log: string[] = [];
    run(
      function* () {
        const pool = new ProcessPool({ maxWorkers: 2 });
        const jobs = [1, 2, 3].map((n) =>
          runInExecutor(pool, function* () {
            yield* busy(10 * n);
            return n;
          }),
        );
        yield* pool.shutdown();
        log.push(`${now()} shut down`);
        log.push(`${now()} ${yield* gather(jobs)}`);
      },
      { machine: new Machine({ cores: 3, costs: { handOver: 2 } }) },
    );
    expect(log).toEqual(['46 shut down', '46 1,2,3']);
  });
});

describe('what else a job of an executor costs', () => {
  function* job(): Coroutine<void> {
    yield* busy(10);
  }

  it('is half spent by the loop as it gives it away, and half as the result comes', () => {
    for (const make of [() => new ThreadPool(), () => new ProcessPool()]) {
      const trace = new Recorder();
      const times = run(
        function* (): Coroutine<number[]> {
          const pool = make();
          const future = runInExecutor(pool, job);
          const given = now();
          yield* future;
          return [given, now()];
        },
        { trace, machine: new Machine({ costs: { jobSubmit: 4 } }) },
      );
      expect(times).toEqual([2, 14]);
      expect(spent(trace)).toEqual(['2 loop: 2 submit', '14 loop: 2 submit']);
    }
  });

  it('is spent by the thread of a pool of processes, for all workers, each way', () => {
    const trace = new Recorder();
    const end = run(
      function* (): Coroutine<number> {
        const pool = new ProcessPool({ maxWorkers: 2, name: 'p' });
        yield* gather([runInExecutor(pool, job), runInExecutor(pool, job)]);
        return now();
      },
      { trace, machine: new Machine({ costs: { jobManage: 4 } }) },
    );
    expect(end).toBe(16);
    expect(spent(trace)).toEqual([0, 2, 12, 14].map((time) => `${time} p-manager: 2 manage`));
  });
});

describe('REALISTIC', () => {
  it('has a figure above zero for every cost', () => {
    expect(Object.keys(REALISTIC)).toEqual(Object.keys(NO_COSTS));
    expect(Object.values(REALISTIC).every((cost) => cost > 0)).toBe(true);
    expect(new Machine({ costs: REALISTIC }).costs).toEqual(REALISTIC);
  });

  it('has them in the order of magnitude in which they are everywhere: coroutine, thread, process', () => {
    const { coroutineSwitch, threadSwitch, processSwitch, handOver } = REALISTIC;
    expect(coroutineSwitch * 2).toBeLessThan(threadSwitch);
    expect(threadSwitch).toBeLessThan(processSwitch);
    expect(processSwitch).toBeLessThan(handOver);
    const { coroutineCreate, threadCreate, processCreate } = REALISTIC;
    expect(coroutineCreate * 5).toBeLessThan(threadCreate);
    expect(threadCreate * 100).toBeLessThan(processCreate);
    const { coroutineMemory, threadMemory, processMemory } = REALISTIC;
    expect(coroutineMemory * 5).toBeLessThan(threadMemory);
    expect(threadMemory * 100).toBeLessThan(processMemory);
  });

  it('makes a thousand coroutines cheaper than a thousand threads', () => {
    function* nap(): Coroutine<void> {
      yield* blocked(10);
    }
    function* naps(): Coroutine<void> {
      yield* gather(Array.from({ length: 1000 }, () => sleep(10)));
    }
    function* threads(): Coroutine<void> {
      const all = Array.from({ length: 1000 }, () => new Thread(nap).start());
      for (const thread of all) yield* thread.join();
    }
    const coroutines = spentByLoop(REALISTIC, naps).end;
    const inThreads = runThreads(
      function* () {
        yield* threads();
        return now();
      },
      { costs: REALISTIC, cores: 1 },
    );
    expect(coroutines).toBeLessThan(25);
    expect(inThreads).toBeGreaterThan(75);
  });
});
