/**
 * The logs under «as in CPython» are those of test/reality/executors.py, line for line, on CPython 3.11 and 3.13; to get them
 * again, run it. What happens where there is nothing to compare with is below.
 */
import { describe, expect, it } from 'vitest';
import {
  blocked,
  blockingSleep,
  busy,
  CancelledError,
  ContextVar,
  type Coroutine,
  callSoonThreadsafe,
  compute,
  createTask,
  currentThread,
  type EventLoop,
  gather,
  getRunningLoop,
  isCancelled,
  Machine,
  now,
  Process,
  ProcessPool,
  type Program,
  Recorder,
  type RunOptions,
  run,
  runInExecutor,
  runThreads,
  SystemExit,
  sleep,
  Thread,
  ThreadPool,
  toThread,
} from '../../src/index.ts';
import { journal, messageOf, runTold } from '../support/journal.ts';
import { slices } from '../support/threads.ts';

type Log = (...words: unknown[]) => void;

/** What a scene logs. */
function logOf(scene: (log: Log) => Program<unknown>, options?: RunOptions): string[] {
  const lines: string[] = [];
  const log: Log = (...words) => {
    lines.push(words.join(' '));
  };
  run(scene(log), options);
  log('run returns');
  return lines;
}

/** A job that says when it begins and ends. */
function* job(log: Log, name: string, ms: number): Coroutine<string> {
  log(name, 'begins');
  yield* blocked(ms);
  log(name, 'ends');
  return name;
}

function* waiting(ms: number): Coroutine<void> {
  yield* blocked(ms);
}

function* computing(ms: number): Coroutine<void> {
  yield* busy(ms);
}

/** Counts the iterations of a loop from here. */
function iterations(loop: EventLoop): { toString(): string } {
  const start = loop.iteration;
  return { toString: () => String(loop.iteration - start) };
}

/** Logs each read of the pipe that wakes the loop. */
function tellReads({ tracer }: EventLoop, log: Log, iteration: { toString(): string }): void {
  let pipe = 0;
  tracer.on('handle:ready', ({ seq, label }) => {
    if (label === 'wake-up pipe') pipe = seq;
  });
  tracer.on('handle:run', ({ handle }) => {
    if (handle === pipe) log('reads the pipe in', iteration);
  });
}

describe('as in CPython', () => {
  it('the result of a job is there in the next iteration, and its task goes on in the one after that', () => {
    const lines = logOf(
      (log) =>
        function* () {
          const iteration = iterations(getRunningLoop());
          const work = function* (): Coroutine<void> {
            yield* blocked(30);
            log('job ends in', iteration);
          };
          const future = runInExecutor(null, work);
          log('run_in_executor in', iteration);
          yield* future;
          log('resumes in', iteration);
          yield* toThread(work);
          log('to_thread resumes in', iteration);
          yield* createTask(toThread(work));
          log('task resumes in', iteration);
        },
    );
    expect(lines).toEqual([
      'run_in_executor in 0',
      'job ends in 0',
      'resumes in 2',
      'job ends in 2',
      'to_thread resumes in 4',
      'job ends in 5',
      'task resumes in 8',
      'run returns',
    ]);
  });

  it('two calls from a thread wake a loop that idles once: callbacks first, the byte that woke it last', () => {
    const lines = logOf(
      (log) =>
        function* () {
          const loop = getRunningLoop();
          const iteration = iterations(loop);
          tellReads(loop, log, iteration);
          const first = () => {
            log('first in', iteration);
            loop.callSoon(() => log('soon after first in', iteration));
          };
          new Thread(function* () {
            yield* blocked(20);
            log('thread calls in', iteration);
            callSoonThreadsafe(loop, first);
            callSoonThreadsafe(loop, () => log('second in', iteration));
          }).start();
          yield* sleep(60);
          log('wakes in', iteration);
        },
      { trace: new Recorder() },
    );
    expect(lines).toEqual([
      'thread calls in 0',
      'first in 1',
      'second in 1',
      'reads the pipe in 1',
      'soon after first in 2',
      'wakes in 4',
      'run returns',
    ]);
  });

  it('calls from a thread queue up behind a long callback, in their place among those of the loop', () => {
    const lines = logOf(
      (log) =>
        function* () {
          const loop = getRunningLoop();
          const iteration = iterations(loop);
          tellReads(loop, log, iteration);
          new Thread(function* () {
            yield* blocked(20);
            log('thread calls in', iteration);
            callSoonThreadsafe(loop, log, 'first');
            callSoonThreadsafe(loop, log, 'second');
          }).start();
          loop.callLater(30, log, 'timer');
          loop.callSoon(() => {
            log('long begins in', iteration);
            loop.callSoon(log, 'soon before');
            blockingSleep(50);
            loop.callSoon(log, 'soon after');
            log('long ends in', iteration);
          });
          yield* sleep(100);
          log('wakes in', iteration);
        },
      { trace: new Recorder() },
    );
    expect(lines).toEqual([
      'long begins in 1',
      'thread calls in 1',
      'long ends in 1',
      'soon before',
      'first',
      'second',
      'soon after',
      'reads the pipe in 2',
      'timer',
      'wakes in 4',
      'run returns',
    ]);
  });

  it('callSoon from a thread wakes nobody', () => {
    const lines = logOf(
      (log) =>
        function* () {
          const loop = getRunningLoop();
          const thread = new Thread(function* () {
            yield* blocked(20);
            log('thread calls');
            loop.callSoon(log, 'soon');
          }).start();
          yield* sleep(60);
          log('wakes');
          yield* thread.join();
        },
    );
    expect(lines).toEqual(['thread calls', 'soon', 'wakes', 'run returns']);
  });

  it('cancelling takes a job out of the queue, but doesn’t stop one that runs', () => {
    const lines = logOf(
      (log) =>
        function* () {
          const pool = new ThreadPool({ maxWorkers: 1 });
          const a = runInExecutor(pool, job, log, 'a', 50);
          const b = runInExecutor(pool, job, log, 'b', 20);
          const c = runInExecutor(pool, job, log, 'c', 20);
          yield* sleep(20);
          log('cancels', a.cancel(), b.cancel(), a.cancelled(), b.cancelled());
          try {
            yield* a;
          } catch (error) {
            if (isCancelled(error)) log('a is cancelled');
          }
          log('result', yield* c);
          yield* pool.shutdown();
        },
    );
    expect(lines).toEqual([
      'a begins',
      'cancels true true true true',
      'a is cancelled',
      'a ends',
      'c begins',
      'c ends',
      'result c',
      'run returns',
    ]);
  });

  it('the end waits for a job of the loop’s own pool, even if its task was cancelled', () => {
    const lines = logOf(
      (log) =>
        function* () {
          const task = createTask(toThread(job, log, 'job', 50));
          yield* sleep(20);
          task.cancel();
          try {
            yield* task;
          } catch (error) {
            if (isCancelled(error)) log('task is cancelled');
          }
          log('main ends');
        },
    );
    expect(lines).toEqual(['job begins', 'task is cancelled', 'main ends', 'job ends', 'run returns']);
  });

  it('the end waits for jobs that queue, too', () => {
    const lines = logOf(
      (log) =>
        function* () {
          // The pool has five workers here: four are kept busy.
          for (let i = 0; i < 3; i++) runInExecutor(null, () => waiting(1000));
          const jobs: [string, number][] = [
            ['a', 30],
            ['b', 50],
            ['c', 30],
          ];
          for (const [name, ms] of jobs) runInExecutor(null, job, log, name, ms);
          yield* sleep(10);
          log('main ends');
        },
      { machine: new Machine({ cores: 1 }) },
    );
    expect(lines).toEqual([
      'a begins',
      'b begins',
      'main ends',
      'a ends',
      'c begins',
      'b ends',
      'c ends',
      'run returns',
    ]);
  });

  it('a pool that nobody shut down finishes its jobs before the program is over', () => {
    const times: number[] = [];
    const lines = logOf(
      (log) =>
        function* () {
          runInExecutor(new ThreadPool({ maxWorkers: 1 }), function* () {
            yield* job(log, 'job', 300);
            times.push(now());
          });
          yield* sleep(10);
          log('main ends');
        },
    );
    // CPython's asyncio.run returns before, and its interpreter waits; here run() is the whole program.
    expect(lines).toEqual(['job begins', 'main ends', 'job ends', 'run returns']);
  });

  it('errors of a job are those of its future', () => {
    const lines = logOf(
      (log) =>
        function* () {
          function* told(error: Error): Coroutine<void> {
            try {
              yield* toThread(function* () {
                throw error;
              });
            } catch (caught) {
              log('caught', (caught as Error).name, caught === error);
            }
          }
          yield* told(new RangeError('x'));
          yield* told(new SystemExit(3));
          yield* told(new CancelledError('from the job'));
          const future = runInExecutor(null, function* () {
            throw new CancelledError();
          });
          try {
            yield* future;
          } catch (error) {
            if (isCancelled(error)) log('cancelled', future.cancelled());
          }
        },
    );
    expect(lines).toEqual([
      'caught RangeError true',
      'caught SystemExit true',
      'caught CancelledError true',
      'cancelled false',
      'run returns',
    ]);
  });

  it('toThread takes a copy of the context along, runInExecutor has that of the worker', () => {
    const lines = logOf(
      (log) =>
        function* () {
          const variable = new ContextVar('variable', { default: 'nothing' });
          variable.set('main');
          function* sets(): Coroutine<string> {
            const seen = variable.get();
            yield* blocked(10);
            variable.set('job');
            yield* blocked(10);
            return `${seen} ${variable.get()}`;
          }
          // One after another: they have one worker.
          log('to_thread', yield* toThread(sets), variable.get());
          log('to_thread', yield* toThread(sets), variable.get());
          log('run_in_executor', yield* runInExecutor(null, sets), variable.get());
          log('run_in_executor', yield* runInExecutor(null, sets), variable.get());
        },
    );
    expect(lines).toEqual([
      'to_thread main job main',
      'to_thread main job main',
      'run_in_executor nothing job main',
      'run_in_executor job job main',
      'run returns',
    ]);
  });
});

describe('a context', () => {
  it('belongs to a thread: what it sets it finds again after it has waited, and nobody else does', () => {
    const variable = new ContextVar('variable', { default: 'nothing' });
    const seen: string[] = [];
    function* setting(name: string): Coroutine<void> {
      seen.push(`${name} finds ${variable.get()}`);
      variable.set(name);
      yield* blocked(10);
      seen.push(`${name} has ${variable.get()}`);
    }
    run(function* () {
      variable.set('main');
      const threads = ['a', 'b'].map((name) => new Thread(() => setting(name)).start());
      for (const thread of threads) yield* thread.join();
      seen.push(`main has ${variable.get()}`);
    });
    expect(seen).toEqual(['a finds nothing', 'b finds nothing', 'a has a', 'b has b', 'main has main']);
  });
});

describe('a pool of threads', () => {
  it('makes a worker for each job, up to its number; the others wait for one to be free', () => {
    const log = journal();
    run(
      function* () {
        const pool = new ThreadPool({ maxWorkers: 2, name: 'query' });
        function* query(name: string): Coroutine<void> {
          yield* blocked(20);
          log(`${name} in ${currentThread()!.name}`);
        }
        yield* gather(['a', 'b', 'c', 'd', 'e'].map((name) => runInExecutor(pool, query, name)));
        yield* pool.shutdown();
      },
      { name: 'main' },
    );
    expect(log.lines).toEqual([
      '20: a in query-0',
      '20: b in query-1',
      '40: c in query-0',
      '40: d in query-1',
      '60: e in query-0',
    ]);
  });

  it.each([
    [1, 20],
    [4, 20],
    [100, 50],
  ])('has as many workers as cores and 4, on %i cores, but not more than 32: 40 jobs', (cores, ms) => {
    const workers = Math.min(32, cores + 4);
    const end = run(
      function* () {
        yield* gather(Array.from({ length: 40 }, () => toThread(() => waiting(ms))));
        return now();
      },
      { machine: new Machine({ cores }) },
    );
    expect(end).toBe(Math.ceil(40 / workers) * ms);
  });

  it('lets the loop go on beside a blocking call, and takes its GIL for a switch interval at a time to compute', () => {
    const ticks = (body: Program<void>) =>
      run(function* () {
        const job = createTask(toThread(body));
        const seen: number[] = [];
        while (!job.done()) {
          yield* sleep(2);
          seen.push(now());
        }
        return seen;
      });
    expect(
      ticks(function* () {
        yield* blocked(11);
      }),
    ).toEqual([2, 4, 6, 8, 10, 12]);
    expect(
      ticks(function* () {
        yield* busy(20);
      }),
    ).toEqual([7, 14, 20]);
  });
});

describe('what an executor refuses', () => {
  it.each([
    [0, 'got 0'],
    [-1, 'got -1'],
    [1.5, 'got 1.5'],
    [Number.NaN, 'got NaN'],
    ['2' as unknown as number, 'got "2"'],
  ])('%j workers', (maxWorkers, got) => {
    const message = `ValueError: maxWorkers must be a whole number above 0, ${got}`;
    expect(messageOf(() => new ThreadPool({ maxWorkers }))).toBe(message);
    expect(messageOf(() => new ProcessPool({ maxWorkers }))).toBe(message);
  });

  it('jobs after its shutdown, and a second run', () => {
    const pools = [new ThreadPool({ maxWorkers: 1 }), new ProcessPool({ name: 'sums' })];
    const messages = run(function* (): Coroutine<string[]> {
      const told: string[] = [];
      for (const pool of pools) {
        yield* runInExecutor(pool, () => waiting(1));
        yield* pool.shutdown();
        told.push(messageOf(() => runInExecutor(pool, function* () {})));
      }
      return told;
    });
    expect(messages).toEqual([
      'RuntimeError: cannot schedule new futures after shutdown of ThreadPool',
      'RuntimeError: cannot schedule new futures after shutdown of sums',
    ]);
    const pool = new ThreadPool();
    const use = () =>
      run(function* () {
        yield* runInExecutor(pool, function* () {});
      });
    use();
    expect(messageOf(use)).toBe('RuntimeError: ThreadPool belongs to another run: each run takes a new pool');
  });

  it('to be called outside a loop, or in a thread', () => {
    expect(messageOf(() => runInExecutor(null, function* () {}))).toContain(
      'RuntimeError: no running event loop',
    );
    expect(messageOf(() => toThread(function* () {}).next())).toContain(
      'RuntimeError: no running event loop',
    );
    const told = runThreads(function* (): Coroutine<string[]> {
      return [
        messageOf(() => runInExecutor(null, function* () {})),
        messageOf(() => toThread(function* () {}).next()),
      ];
    });
    expect(told).toEqual([
      'RuntimeError: runInExecutor() belongs to coroutines of the event loop, not to a thread',
      'RuntimeError: toThread() belongs to coroutines of the event loop, not to a thread',
    ]);
  });

  it.each([
    [3, 'an executor takes a function* and calls it in its worker, got 3'],
    [(function* () {})(), 'an executor takes a function* and calls it in its worker, got a generator'],
    [
      async () => {},
      'the work of an executor can not be an async function: promises belong to JavaScript’s own event loop, not to this one',
    ],
    [() => 3, 'the work of an executor is a function*, and this returned 3'],
    [() => undefined, 'the work of an executor is a function*, and this returned undefined'],
    [
      function* () {
        yield 3;
      },
      'the thread asyncio-0 yielded 3: write yield* before busy(), blocked() or whatever takes time',
    ],
  ])('as work: %o', (body, message) => {
    const { error } = runTold(() => toThread(body as Program<unknown>));
    expect(`${(error as Error).name}: ${(error as Error).message}`).toMatch(
      new RegExp(`^(TypeError|RuntimeError): ${message.replaceAll(/[*.()]/g, '\\$&')}`),
    );
  });

  it('callSoonThreadsafe for a loop that is closed', () => {
    let closed: EventLoop | null = null;
    run(function* () {
      closed = getRunningLoop();
    });
    expect(messageOf(() => callSoonThreadsafe(closed!, () => {}))).toBe(
      'RuntimeError: Event loop is closed: callSoonThreadsafe is not possible any more',
    );
  });
});

describe('a pool of processes', () => {
  it('computes as many jobs at a time as it has workers, as far as there are cores, while the loop goes on', () => {
    const trace = new Recorder();
    const end = run(
      function* () {
        const pool = new ProcessPool({ maxWorkers: 3, name: 'p' });
        const jobs = [1, 2, 3].map(() => runInExecutor(pool, () => computing(30)));
        compute(10);
        yield* gather(jobs);
        return now();
      },
      { trace, machine: new Machine({ cores: 4 }) },
    );
    expect(end).toBe(30);
    expect(slices(trace).filter((line) => line.startsWith('p-'))).toEqual([
      'p-0 0-30 job',
      'p-1 0-30 job',
      'p-2 0-30 job',
    ]);
  });

  it('has as many workers as cores by default', () => {
    const end = run(
      function* () {
        const pool = new ProcessPool();
        yield* gather([1, 2, 3, 4].map(() => runInExecutor(pool, () => computing(30))));
        return now();
      },
      { machine: new Machine({ cores: 3 }) },
    );
    expect(end).toBe(60);
  });

  it('is made of processes: each has a GIL of its own', () => {
    const processes = run(
      function* () {
        const pool = new ProcessPool({ maxWorkers: 2 });
        yield* gather([1, 2].map(() => runInExecutor(pool, () => computing(5))));
        yield* new Process(() => computing(1)).start().join();
        return now();
      },
      { machine: new Machine({ cores: 2 }) },
    );
    expect(processes).toBe(6);
  });
});
