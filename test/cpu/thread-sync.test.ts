/** What threads wait for besides locks: semaphores, events, conditions, queues. */

import { describe, expect, it } from 'vitest';
import {
  blocked,
  blockingSleep,
  busy,
  type Coroutine,
  compute,
  now,
  QueueEmpty,
  QueueFull,
  Recorder,
  run,
  runScript,
  runThreads,
  sleep,
  Thread,
  ThreadCondition,
  ThreadEvent,
  ThreadQueue,
  ThreadSemaphore,
} from '../../src/index.ts';
import { told } from '../support/threads.ts';

/** Starts bodies as threads, one after another, and joins them all. */
function* all(bodies: Record<string, () => Coroutine<void>>): Coroutine<void> {
  const threads = Object.entries(bodies).map(([name, body]) => new Thread(body, { name }).start());
  for (const thread of threads) yield* thread.join();
}

describe('a semaphore of threads', () => {
  it('lets in as many as it has permits', () => {
    const permits = new ThreadSemaphore(2, 'channels');
    const log: string[] = [];
    const load = (name: string) => () =>
      permits.run(function* () {
        log.push(`${now()} ${name}`);
        yield* blocked(10);
      });
    told(() => all({ a: load('a'), b: load('b'), c: load('c'), d: load('d'), e: load('e') }));
    expect(log).toEqual(['0 a', '0 b', '10 c', '10 d', '20 e']);
  });

  it('may be released by anybody, as a signal', () => {
    const permits = new ThreadSemaphore(0);
    const { result } = told(function* () {
      new Thread(function* () {
        yield* busy(4);
        permits.release();
      }).start();
      yield* permits.acquire();
      return now();
    });
    expect(result).toBe(4);
  });

  it('refuses a negative number of permits', () => {
    expect(() => new ThreadSemaphore(-1)).toThrow('semaphore initial value must be >= 0, got -1');
  });
});

describe('an event of threads', () => {
  it('wakes all that wait, even if it is cleared at once', () => {
    const open = new ThreadEvent('open');
    const log: string[] = [];
    const wait = (name: string) =>
      function* (): Coroutine<void> {
        yield* open.wait();
        log.push(`${now()} ${name} ${open.isSet()}`);
      };
    told(() =>
      all({
        a: wait('a'),
        b: wait('b'),
        *opener() {
          yield* blocked(5);
          open.set();
          open.clear();
        },
      }),
    );
    expect(log).toEqual(['5 a false', '5 b false']);
  });

  it('that is set lets everybody pass', () => {
    const open = new ThreadEvent();
    const { result } = told(function* () {
      open.set();
      yield* open.wait();
      return now();
    });
    expect(result).toBe(0);
  });
});

describe('a condition of threads', () => {
  it('gives the lock up while it waits, and has it again afterwards', () => {
    const condition = new ThreadCondition(undefined, 'items');
    const items: string[] = [];
    const log: string[] = [];
    told(() =>
      all({
        consumer: () =>
          condition.run(function* () {
            yield* condition.waitFor(() => items.length > 0);
            log.push(`${now()} got ${items.shift()}, locked ${condition.lock.locked()}`);
          }),
        *producer() {
          yield* blocked(8);
          yield* condition.run(function* () {
            items.push('rice');
            condition.notify();
            yield* busy(2);
            log.push(`${now()} put`);
          });
        },
      }),
    );
    expect(log).toEqual(['10 put', '10 got rice, locked true']);
  });

  it('notifies as many as it is told', () => {
    const condition = new ThreadCondition();
    const woken: string[] = [];
    const wait = (name: string) => () =>
      condition.run(function* () {
        yield* condition.wait();
        woken.push(`${now()} ${name}`);
      });
    told(() =>
      all({
        a: wait('a'),
        b: wait('b'),
        c: wait('c'),
        *teller() {
          yield* blocked(1);
          yield* condition.run(function* () {
            condition.notify();
          });
          yield* blocked(1);
          yield* condition.run(function* () {
            condition.notifyAll();
          });
        },
      }),
    );
    expect(woken).toEqual(['1 a', '2 b', '2 c']);
  });

  it('refuses to wait or notify without the lock', () => {
    const condition = new ThreadCondition();
    const { error } = told(function* () {
      expect(() => condition.notify()).toThrow(
        'cannot notify on un-acquired lock: MainThread must hold the condition’s lock',
      );
      yield* condition.wait();
    });
    expect(String(error)).toBe(
      'RuntimeError: cannot wait on un-acquired lock: MainThread must hold the condition’s lock',
    );
  });
});

describe('a queue of threads', () => {
  it('has producers wait while it is full, and consumers while it is empty', () => {
    const queue = new ThreadQueue<number>(1, 'orders');
    const log: string[] = [];
    told(() =>
      all({
        *producer() {
          for (let i = 1; i <= 3; i++) {
            yield* queue.put(i);
            log.push(`${now()} put ${i}`);
          }
        },
        *consumer() {
          for (let i = 1; i <= 3; i++) {
            yield* blocked(10);
            log.push(`${now()} got ${yield* queue.get()}`);
            queue.taskDone();
          }
        },
      }),
    );
    expect(log).toEqual(['0 put 1', '10 got 1', '10 put 2', '20 got 2', '20 put 3', '30 got 3']);
  });

  it('can be joined for the end of the work on all items', () => {
    const queue = new ThreadQueue<number>();
    const { result } = told(function* () {
      new Thread(
        function* () {
          for (;;) {
            const ms = yield* queue.get();
            yield* busy(ms);
            queue.taskDone();
          }
        },
        { daemon: true },
      ).start();
      for (const ms of [5, 6, 7]) yield* queue.put(ms);
      yield* queue.join();
      return now();
    });
    expect(result).toBe(18);
  });

  it('refuses what doesn’t fit, at once, by the nowait calls', () => {
    const queue = new ThreadQueue<number>(1, 'orders');
    told(function* () {
      expect(() => queue.getNowait()).toThrow(QueueEmpty);
      queue.putNowait(1);
      expect([queue.full(), queue.empty(), queue.qsize()]).toEqual([true, false, 1]);
      expect(() => queue.putNowait(2)).toThrow(QueueFull);
      expect(queue.getNowait()).toBe(1);
      queue.taskDone();
      expect(() => queue.taskDone()).toThrow('task_done() called too many times');
    });
    expect(() => new ThreadQueue(0.5)).toThrow('maxsize is a whole number, got 0.5');
  });
});

describe('what never blocks may be done without a thread', () => {
  /** Three threads that wait, and what they were told. */
  const waiting = () => {
    const log: unknown[] = [];
    const open = new ThreadEvent('open');
    const orders = new ThreadQueue<string>(2, 'orders');
    const permits = new ThreadSemaphore(0, 'permits');
    const start = () => {
      new Thread(function* () {
        yield* open.wait();
        log.push([now(), 'open']);
      }).start();
      new Thread(function* () {
        const order = yield* orders.get();
        log.push([now(), order]);
        orders.taskDone();
      }).start();
      new Thread(function* () {
        yield* permits.acquire();
        log.push([now(), 'permit']);
      }).start();
      new Thread(function* () {
        yield* orders.join();
        log.push([now(), 'all done']);
      }).start();
    };
    const signal = () => {
      orders.putNowait('rice');
      open.set();
      open.clear();
      permits.release();
    };
    return { log, orders, open, permits, start, signal };
  };

  it('by a coroutine', () => {
    const { log, start, signal } = waiting();
    const recorder = new Recorder();
    run(
      function* () {
        start();
        yield* sleep(10);
        signal();
        compute(2); // meanwhile nobody has the GIL
        log.push([now(), 'computed']);
      },
      { trace: recorder },
    );
    expect(log).toEqual([
      [0, 'all done'],
      [12, 'computed'],
      [12, 'rice'],
      [12, 'open'],
      [12, 'permit'],
    ]);
    const used = [...recorder].filter((event) => event.kind === 'resource:use');
    expect(used.map(({ time, action, value }) => [time, action, value])).toEqual([
      [10, 'put', 1],
      [10, 'set', 1],
      [10, 'clear', 0],
      [10, 'release', 1],
      [12, 'get', 0],
      [12, 'acquire', 0],
    ]);
  });

  it('by the plain code of a script', () => {
    const { log, start, signal } = waiting();
    runScript(() => {
      start();
      blockingSleep(10);
      signal();
      blockingSleep(10);
      log.push([now(), 'slept']);
    });
    expect(log).toEqual([
      [0, 'all done'],
      [10, 'rice'],
      [10, 'open'],
      [10, 'permit'],
      [20, 'slept'],
    ]);
  });

  it('before there is any machine', () => {
    const { log, orders, open, permits, start } = waiting();
    orders.putNowait('soup');
    orders.putNowait('rice');
    expect(() => orders.putNowait('tea')).toThrow(QueueFull);
    expect(orders.getNowait()).toBe('soup');
    orders.taskDone();
    open.set();
    permits.release();
    runThreads(function* () {
      start();
      yield* blocked(5);
    });
    expect(log).toEqual([
      [0, 'open'],
      [0, 'rice'],
      [0, 'permit'],
      [0, 'all done'],
    ]);
  });

  it('but notifying takes the lock, which only a thread can hold', () => {
    expect(() => new ThreadCondition().notify()).toThrow(
      'condition.notify() belongs to threads, and none runs here: only a thread can hold the lock. From a coroutine signal by a ThreadEvent, a ThreadQueue or a ThreadSemaphore',
    );
  });
});
