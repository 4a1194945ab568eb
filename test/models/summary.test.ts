import { describe, expect, it } from 'vitest';
import {
  blocked,
  blockingSleep,
  busy,
  type Coroutine,
  compute,
  createTask,
  gather,
  Lock,
  Machine,
  network,
  ProcessPool,
  Queue,
  Recorder,
  type RunOptions,
  request,
  run,
  runInExecutor,
  runThreads,
  Summarizer,
  type Summary,
  sleep,
  summarize,
  Thread,
  ThreadLock,
  toThread,
  type WaitCause,
  waitFor,
} from '../../src/index.ts';
import { messageOf } from '../support/journal.ts';
import { naiveSummary } from './naive.ts';

/** The summary of a program in a loop: folded while it ran, from its trace, and added up slowly, all the same. */
function summaryOf(main: () => Coroutine<unknown>, options: RunOptions = {}): Summary {
  const recorder = new Recorder();
  try {
    run(main, { trace: recorder, name: 'main', exceptionHandler: () => {}, ...options });
  } catch {} // what it throws is in its trace
  const summary = summarize(recorder);
  expect(summary).toEqual(naiveSummary(recorder, summary.cores));
  return summary;
}

/** What was waited for, without what wasn't. */
const waits = ({ waiting }: Summary) =>
  Object.fromEntries(Object.entries(waiting).filter(([, ms]) => ms > 0)) as { [C in WaitCause]?: number };

function* together(...all: Coroutine<unknown>[]): Coroutine<void> {
  yield* gather(all.map((one, i) => createTask(one, { name: `task ${i}` })));
}

describe('in a loop', () => {
  it('busy is what compute takes; a sleep is none, and a blocking call neither', () => {
    const summary = summaryOf(function* () {
      compute(5);
      yield* sleep(10);
      blockingSleep(20);
    });
    expect(summary.busy).toBe(5);
    expect(summary.makespan).toBe(35);
    expect(summary.cpuUse).toBe(5 / 35);
    expect(waits(summary)).toEqual({ sleep: 30 });
  });

  it('who stands behind a computation is ready; who waits for a task or a gather joins', () => {
    function* work(): Coroutine<void> {
      compute(10);
      yield* sleep(0);
    }
    const summary = summaryOf(() => together(work(), work(), work()));
    // Ready before they begin (0, 10, 20), and then until the others have begun (20, 10, 0) as well.
    expect(waits(summary)).toEqual({ ready: 60, join: 30 });
    expect(summary.switches).toEqual({ voluntary: 4, forced: 0 });
  });

  it('locks, queues and devices are told apart', () => {
    const lock = new Lock();
    const queue = new Queue<number>();
    const net = network({ latency: 7 });
    function* locked(): Coroutine<void> {
      yield* lock.run(() => sleep(10));
    }
    function* taking(): Coroutine<void> {
      yield* queue.get();
    }
    function* asking(): Coroutine<void> {
      yield* net.request();
      yield* queue.put(1);
    }
    const summary = summaryOf(() => together(locked(), locked(), taking(), asking()));
    expect(waits(summary)).toEqual({ sleep: 20, lock: 10 + 7, device: 7, join: 20 });
  });

  it('a sleep is over when its timer is due, and a request when it is complete: then it is overdue', () => {
    const net = network({ latency: 7 });
    function* asking(): Coroutine<void> {
      yield* net.request();
    }
    function* hog(): Coroutine<void> {
      compute(50);
    }
    const summary = summaryOf(() => together(sleep(20), asking(), hog()));
    expect(waits(summary)).toEqual({ sleep: 20, device: 7, overdue: 30 + 43, join: 50 });
  });

  it('a sleep that is over while a blocking call holds the loop up is overdue as well', () => {
    function* hog(): Coroutine<void> {
      blockingSleep(50);
    }
    const summary = summaryOf(() => together(sleep(20), hog()));
    expect(waits(summary)).toEqual({ sleep: 20 + 50, overdue: 30, join: 50 });
  });

  it('who is woken on time, and stands behind a computation in the queue, is ready and not overdue', () => {
    function* first(): Coroutine<void> {
      yield* sleep(20);
      compute(50);
    }
    // Both timers are due at 20; they wake the tasks before either runs.
    expect(waits(summaryOf(() => together(first(), sleep(20))))).toEqual({ sleep: 40, ready: 50, join: 70 });
  });

  it('a sleep that a late timeout cuts short lasts until the timeout was due', () => {
    function* patient(): Coroutine<void> {
      yield* waitFor(sleep(100), 20);
    }
    function* hog(): Coroutine<void> {
      compute(50);
    }
    expect(waits(summaryOf(() => together(patient(), hog())))).toMatchObject({ overdue: 30 });
  });

  it('what a program still waits for when it ends in a deadlock is counted up to there', () => {
    const summary = summaryOf(function* () {
      yield* sleep(10);
      yield* new Queue().get();
    });
    expect(waits(summary)).toEqual({ sleep: 10 });
    const failed = summaryOf(function* () {
      yield* sleep(10);
      throw new Error('burnt');
    });
    expect(failed.failed).toBe(1);
  });

  it('the most tasks at one time are those that were made and not done', () => {
    const summary = summaryOf(function* () {
      yield* together(sleep(1), sleep(2), sleep(3));
      yield* together(sleep(1), sleep(2));
    });
    expect(summary.peak).toEqual({ processes: 1, threads: 1, tasks: 4, memory: 0 });
  });
});

describe('in a loop with threads beside it', () => {
  it('busy is what all of them had of the cores; the loop’s own thread idles in its select', () => {
    const summary = summaryOf(
      function* () {
        compute(3);
        yield* toThread(function* () {
          yield* busy(20);
        });
        compute(4);
      },
      { machine: new Machine({ cores: 2 }) },
    );
    expect(summary.busy).toBe(27);
    expect(summary.cores).toBe(2);
    // The loop, while the worker is busy; the worker, while the loop computes.
    expect(waits(summary)).toEqual({ idle: 20 + 4, join: 20 });
  });

  it('a loop that has to wait for the GIL is a thread that does, while its task runs', () => {
    const summary = summaryOf(function* () {
      new Thread(function* () {
        yield* busy(12);
      }).start();
      yield* sleep(1);
      compute(6);
    });
    expect(summary.busy).toBe(18);
    expect(summary.makespan).toBe(18);
    expect(waits(summary).gil).toBeGreaterThan(0);
    expect(summary.switches.forced).toBe(3); // the thread at 6, the loop at 11, the thread at 16
  });

  it('a sleep that is over while the loop lacks the GIL is overdue, and its thread waits for the GIL', () => {
    const summary = summaryOf(function* () {
      new Thread(function* () {
        yield* busy(12);
      }).start();
      yield* sleep(1);
    });
    // The timer is due at 1, and the thread stops at 6.
    expect(waits(summary)).toMatchObject({ sleep: 1, overdue: 5 });
    expect(waits(summary).gil).toBeGreaterThanOrEqual(5);
  });

  it('a job that is handed over is overhead, and a worker without one idles', () => {
    const summary = summaryOf(
      function* () {
        const pool = new ProcessPool({ maxWorkers: 1 });
        yield* runInExecutor(pool, function* () {
          yield* busy(10);
        });
        yield* pool.shutdown();
      },
      { machine: new Machine({ costs: { processCreate: 30, handOver: 2 } }) },
    );
    expect(summary.overhead).toEqual({ total: 34, switch: 0, create: 30, pickle: 4 });
    expect(summary.busy).toBe(10);
    // While the process starts, its first half of the way is done on the loop's side.
    expect(summary.makespan).toBe(43);
  });

  it('what steps cost is overhead, and none of the busy time, though a thread pays for it', () => {
    const summary = summaryOf(
      function* () {
        new Thread(function* () {
          yield* busy(12);
        }).start();
        yield* sleep(1);
        compute(6);
      },
      { stepCost: 0.5 },
    );
    expect(summary.busy).toBe(18);
    expect(summary.overhead.total).toBe(summary.overhead.switch);
    expect(summary.overhead.switch).toBeGreaterThan(1);
  });
});

describe('of threads', () => {
  it('a lock, a join, a sleep and a device are told apart; a blocking sleep occupies the thread alone', () => {
    const net = network({ latency: 5 });
    const summing = new Summarizer();
    runThreads(
      function* () {
        const lock = new ThreadLock();
        function* body(): Coroutine<void> {
          yield* lock.acquire();
          yield* blocked(10);
          lock.release();
          yield* request(net);
        }
        const both = ['a', 'b'].map((name) => new Thread(body, { name }).start());
        for (const one of both) yield* one.join();
      },
      { trace: summing },
    );
    const summary = summing.summary();
    expect(waits(summary)).toEqual({ sleep: 20, lock: 10, device: 10, join: 25 });
    expect(summary.cpuUse).toBe(0);
  });

  it('a summary can be asked for in the middle of a run, and says what is so by then', () => {
    const summing = new Summarizer();
    const times: number[] = [];
    runThreads(
      function* () {
        yield* busy(5);
        times.push(summing.summary().busy);
        yield* busy(5);
        times.push(summing.summary().busy);
      },
      { trace: summing },
    );
    expect(times).toEqual([5, 10]);
  });
});

it('refuses costs that there aren’t', () => {
  expect(messageOf(() => new Summarizer({ costs: { threadMemory: -1 } }))).toBe(
    'ValueError: costs.threadMemory is a number of 0 or more, got -1',
  );
});

it('is all zero for a trace without events', () => {
  expect(summarize([])).toMatchObject({ makespan: 0, busy: 0, cpuUse: 0, events: 0, cores: 1 });
});
