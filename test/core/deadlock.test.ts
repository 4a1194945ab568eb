/** What is said when nothing can ever happen again. No test but the last ones records a trace: none is needed. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  asCompleted,
  Barrier,
  Condition,
  type Coroutine,
  createTask,
  DeadlockError,
  Device,
  Event,
  EventLoop,
  gather,
  getRunningLoop,
  Lock,
  print,
  Queue,
  Recorder,
  run,
  runThreads,
  Semaphore,
  shield,
  sleep,
  type Task,
  TaskGroup,
  Thread,
  ThreadLock,
  timeout,
  wait,
  waitFor,
} from '../../src/index.ts';
import { storyLines } from '../../src/views/story.ts';
import { thrownBy } from '../support/journal.ts';

function deadlockOf(main: () => Coroutine<unknown>): DeadlockError {
  const quiet = function* (): Coroutine<unknown> {
    getRunningLoop().setExceptionHandler(() => {});
    return yield* main();
  };
  const error = thrownBy(() => run(quiet));
  expect(error).toBeInstanceOf(DeadlockError);
  return error as DeadlockError;
}

const head = (time: number, tasks: number) =>
  `deadlock at ${time} ms: nothing is ready, no timer is set, no request is in flight, and ` +
  (tasks === 1 ? 'a task still waits' : `${tasks} tasks still wait`);

/** The lines about the tasks. */
const linesOf = (main: () => Coroutine<unknown>) =>
  deadlockOf(main)
    .message.split('\n')
    .slice(1)
    .map((line) => line.trim());

describe('a deadlock', () => {
  it('says it once, where nobody catches it: its fields are not printed after the message', () => {
    const error = deadlockOf(function* () {
      yield* new Event('never').wait();
    });
    expect(inspect(error)).toBe(error.stack);
    expect(error).toMatchObject({ time: 0, cycle: null });
    expect(error.tasks.map(({ name, on }) => `${name}: ${on}`)).toEqual(['Task-1: never']);
  });

  it('of two tasks that await each other: at what time, who waits for whom, and the ring', () => {
    const error = deadlockOf(function* () {
      const tasks: Task<void>[] = [];
      function* waitsFor(other: number): Coroutine<void> {
        yield* sleep(5);
        yield* tasks[other]!;
      }
      tasks.push(createTask(waitsFor(1), { name: 'hen' }), createTask(waitsFor(0), { name: 'egg' }));
      yield* gather(tasks);
    });
    expect(error.message).toBe(
      [
        head(5, 3),
        '  Task-1 waits: gather hen, egg',
        '  hen waits: await task egg',
        '  egg waits: await task hen',
        '  cycle: hen → egg → hen',
      ].join('\n'),
    );
    expect(error.time).toBe(5);
    expect(error.cycle).toEqual(['hen', 'egg']);
    expect(error.tasks).toEqual([
      { name: 'Task-1', reason: 'gather', on: 'hen, egg', isHeld: false, holders: ['hen', 'egg'] },
      { name: 'hen', reason: 'await task', on: 'egg', isHeld: false, holders: ['egg'] },
      { name: 'egg', reason: 'await task', on: 'hen', isHeld: false, holders: ['hen'] },
    ]);
  });

  it('of locks taken in different orders: who holds what', () => {
    const [fork, knife] = [new Lock('fork'), new Lock('knife')];
    function* eat(first: Lock, second: Lock): Coroutine<void> {
      yield* first.run(function* () {
        yield* sleep(1);
        yield* second.run(() => sleep(1));
      });
    }
    const error = deadlockOf(function* () {
      createTask(eat(fork, knife), { name: 'ann' });
      yield* createTask(eat(knife, fork), { name: 'bob' });
    });
    expect(error.message).toBe(
      [
        head(1, 3),
        '  Task-1 waits: await task bob',
        '  ann waits: lock.acquire knife, held by bob',
        '  bob waits: lock.acquire fork, held by ann',
        '  cycle: bob → ann → bob',
      ].join('\n'),
    );
  });

  it('of a task that takes a lock twice: a ring of one', () => {
    const error = deadlockOf(function* () {
      const lock = new Lock('door');
      yield* lock.acquire();
      yield* lock.acquire();
    });
    expect(error.message).toBe(
      [head(0, 1), '  Task-1 waits: lock.acquire door, held by Task-1', '  cycle: Task-1 → Task-1'].join(
        '\n',
      ),
    );
  });

  it('of a lock whose holder is done: it says who took it, and that he is over', () => {
    const lines = linesOf(function* () {
      const lock = new Lock('door');
      yield* createTask(
        (function* (): Coroutine<void> {
          yield* lock.acquire();
        })(),
        { name: 'forgetful' },
      );
      yield* lock.acquire();
    });
    expect(lines).toEqual(['Task-1 waits: lock.acquire door, held by forgetful, which is over']);
  });

  it('of a queue without a producer, a full one without a consumer, a join without an end', () => {
    const lines = linesOf(function* () {
      const [orders, full, work] = [
        new Queue<string>(0, 'orders'),
        new Queue<number>(1),
        new Queue<number>(),
      ];
      full.putNowait(1);
      work.putNowait(1);
      createTask(orders.get(), { name: 'cook' });
      createTask(full.put(2), { name: 'waiter' });
      yield* work.join();
    });
    expect(lines).toEqual([
      'Task-1 waits: queue.join queue 1',
      'cook waits: queue.get orders',
      'waiter waits: queue.put queue 2',
    ]);
  });

  it('of semaphores: all who have a permit', () => {
    const lines = linesOf(function* () {
      const seats = new Semaphore(2, 'seats');
      function* sit(): Coroutine<void> {
        yield* seats.acquire();
        yield* getRunningLoop().createFuture('the bill');
      }
      for (const name of ['ann', 'bob', 'cid']) createTask(sit(), { name });
      yield* sleep(7);
      yield* seats.acquire();
    });
    expect(lines).toEqual([
      'Task-1 waits: semaphore.acquire seats, held by ann, bob',
      'ann waits: await future the bill',
      'bob waits: await future the bill',
      'cid waits: semaphore.acquire seats, held by ann, bob',
    ]);
  });

  it('of an event, a condition and a barrier', () => {
    const lines = linesOf(function* () {
      const [open, news, start] = [
        new Event('open'),
        new Condition({ name: 'news' }),
        new Barrier(3, 'start'),
      ];
      createTask(open.wait(), { name: 'a' });
      createTask(
        news.run(() => news.wait()),
        { name: 'b' },
      );
      createTask(start.wait(), { name: 'c' });
      createTask(start.wait(), { name: 'd' });
      yield* new Event().wait();
    });
    expect(lines).toEqual([
      'Task-1 waits: event.wait event 1',
      'a waits: event.wait open',
      'b waits: condition.wait news',
      'c waits: barrier.wait start',
      'd waits: barrier.wait start',
    ]);
  });

  it('of the parent of a task group: which children it waits for', () => {
    const lines = linesOf(function* () {
      yield* TaskGroup.run(function* (group) {
        group.createTask(new Event('never').wait(), { name: 'child' });
        group.createTask(sleep(3), { name: 'quick' });
      });
    });
    expect(lines).toEqual(['Task-1 waits: task group child', 'child waits: event.wait never']);
  });

  it('of wait, waitFor, shield and asCompleted: which ones are not done', () => {
    const lines = linesOf(function* () {
      const never = (name: string) => createTask(new Event(name).wait(), { name: `${name}-task` });
      const [a, b, c] = [never('a'), never('b'), never('c')] as const;
      function* body(of: Coroutine<unknown>): Coroutine<void> {
        yield* of;
      }
      createTask(body(wait([a, b])), { name: 'waits' });
      createTask(
        (function* (): Coroutine<void> {
          yield* shield(c);
        })(),
        { name: 'shields' },
      );
      createTask(
        (function* (): Coroutine<void> {
          for (const next of asCompleted([a, sleep(1), b])) yield* next;
        })(),
        { name: 'collects' },
      );
      yield* waitFor(gather(a, b, c), null);
    });
    expect(lines.filter((line) => !/-task waits/.test(line))).toEqual([
      'Task-1 waits: gather a-task, b-task, c-task',
      'waits waits: wait a-task, b-task',
      'shields waits: shield c-task',
      'collects waits: asCompleted a-task, b-task',
    ]);
  });

  it('of a gather of many names the first, and how many more', () => {
    const [line] = linesOf(function* () {
      yield* gather(Array.from({ length: 9 }, () => new Event().wait()));
    });
    expect(line).toMatch(/^Task-1 waits: gather Task-2, Task-3, Task-4 and 6 more$/);
  });

  it('through a gather, a shield or a group is still found as a ring', () => {
    const error = deadlockOf(function* () {
      let outer: Task<unknown> | undefined;
      function* child(): Coroutine<void> {
        yield* sleep(1);
        yield* shield(outer!);
      }
      outer = createTask(
        TaskGroup.run(function* (group) {
          yield* gather(group.createTask(child(), { name: 'child' }));
        }),
        { name: 'outer' },
      );
      yield* outer;
    });
    expect(error.cycle).toEqual(['outer', 'child']);
  });

  it('is found although a timeout was there and was left: only what is set counts', () => {
    const error = deadlockOf(function* () {
      yield* timeout(50, () => sleep(10));
      yield* new Event('open').wait();
    });
    expect(error.time).toBe(10);
  });

  it('is none while a timer is set or a request is under way', () => {
    const result = run(function* (): Coroutine<unknown> {
      const loop = getRunningLoop();
      const future = loop.createFuture<string>();
      new Device({ latency: 30 }).request().addDoneCallback(() => future.setResult('answered'));
      return [yield* future, loop.time()];
    });
    expect(result).toEqual(['answered', 30]);
  });

  it('in runForever with nothing at all says that no task is left', () => {
    expect(thrownBy(() => new EventLoop().runForever()).message).toBe(
      'the loop would wait for ever: nothing is ready, no timer is set, no request is in flight and no task is left',
    );
  });

  it('is no error for the drivers that may come to an end: they just return', () => {
    const loop = new EventLoop();
    loop.createTask(new Event().wait());
    loop.runUntilIdle();
    loop.advanceBy(5);
    expect([loop.runHandle(), loop.runIteration(), loop.runToNextTimer(), loop.time()]).toEqual([
      false,
      false,
      false,
      5,
    ]);
  });

  it('of a future that nobody but the caller waits for has no task to name', () => {
    const loop = new EventLoop();
    expect(thrownBy(() => loop.runUntilComplete(loop.createFuture())).message).toBe(
      'the loop would wait for ever: nothing is ready, no timer is set, no request is in flight and no task is left',
    );
  });

  it('among thousands is explained in no time: a chain of tasks, each waiting for the next', () => {
    const error = deadlockOf(function* () {
      let last: Task<unknown> = createTask(new Event('end').wait(), { name: 'end' });
      for (let i = 0; i < 3000; i++) {
        const next = last;
        last = createTask(
          (function* (): Coroutine<void> {
            yield* next;
          })(),
        );
      }
      yield* last;
    });
    expect(error.tasks).toHaveLength(3002);
    expect(error.cycle).toBeNull();
  });
});

describe('the trace of a deadlock', () => {
  /** What is told from the moment on at which nothing can happen any more. */
  function toldBy(start: (trace: Recorder) => unknown): string[] {
    const trace = new Recorder();
    expect(thrownBy(() => start(trace))).toBeInstanceOf(DeadlockError);
    const told = [...storyLines(trace)];
    const first = told.findIndex(({ event }) => event.kind === 'deadlock');
    return told
      .slice(first, first + 2)
      .map(({ event, key, text }) => `${event.time} ${key ? 'key ' : ''}${text}`);
  }

  function* dinner(): Coroutine<void> {
    const [knife, fork] = [new Lock('knife'), new Lock('fork')];
    function* eat(first: Lock, second: Lock): Coroutine<void> {
      yield* first.acquire();
      yield* sleep(10);
      yield* second.acquire();
    }
    yield* gather(
      createTask(eat(fork, knife), { name: 'ann' }),
      createTask(eat(knife, fork), { name: 'bob' }),
      createTask(sleep(40), { name: 'cook' }),
    );
  }

  it('has it at its moment, before the loop returns: who waits for what, and who holds that', () => {
    expect(toldBy((trace) => run(dinner, { trace, name: 'main' }))).toEqual([
      '40 key deadlock: ann waits for knife, which bob holds; bob waits for fork, which ann holds; main waits, too',
      '40 the loop returns',
    ]);
  });

  it('has the ring as data', () => {
    const trace = new Recorder();
    thrownBy(() => run(dinner, { trace, name: 'main' }));
    expect([...trace].filter(({ kind }) => kind === 'deadlock')).toMatchObject([
      { time: 40, cycle: ['ann', 'bob'] },
    ]);
  });

  it('names the first few where there is no ring, and what is no lock by what is done there', () => {
    expect(
      toldBy((trace) =>
        run(
          function* (): Coroutine<void> {
            const orders = new Queue<string>(0, 'orders');
            function* wait(): Coroutine<void> {
              yield* orders.get();
            }
            yield* gather(Array.from({ length: 6 }, (_, i) => createTask(wait(), { name: `cook${i}\n` })));
          },
          { trace, name: 'main' },
        ),
      )[0],
    ).toBe(
      '0 key deadlock: main waits: gather cook0␤, cook1␤, cook2␤ and 3 more; cook0␤ waits: queue.get orders; ' +
        'cook1␤ waits: queue.get orders; cook2␤ waits: queue.get orders; 3 others wait, too',
    );
  });

  it('has that of threads as well', () => {
    expect(
      toldBy((trace) =>
        runThreads(
          function* () {
            const lock = new ThreadLock('pot');
            const ann = new Thread(
              function* () {
                yield* lock.acquire();
                print('gone');
              },
              { name: 'ann' },
            ).start();
            yield* ann.join();
            yield* lock.acquire();
          },
          { trace, print: () => {} },
        ),
      ),
    ).toEqual(['0 key deadlock: MainThread waits for pot, which ann held when it ended']);
  });

  it('costs nothing without one, and is none where a loop only idles', () => {
    const trace = new Recorder();
    const loop = new EventLoop({ trace });
    loop.createTask(new Lock().acquire());
    loop.runUntilIdle();
    expect([...trace].some(({ kind }) => kind === 'deadlock')).toBe(false);
  });
});
