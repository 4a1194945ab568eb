/** What the loop reports: in debug mode while it runs, and to everybody when it closes. */
import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  compute,
  createTask,
  Device,
  Event,
  EventLoop,
  gather,
  getRunningLoop,
  Lock,
  Queue,
  Recorder,
  run,
  sleep,
  waitFor,
} from '../../src/index.ts';
import { journal, messageOf, runTold } from '../support/journal.ts';

/** The number of the line of this file that the caller is in. */
function lineHere(): number {
  const frame = new Error().stack?.split('\n')[2] ?? '';
  return Number(/:(\d+):\d+\)?$/.exec(frame)?.[1]);
}

const debug = { debug: true };

describe('a slow step', () => {
  const slowTask = (ms: number) =>
    function* (): Coroutine<void> {
      function* cook(): Coroutine<void> {
        yield* sleep(10);
        compute(ms);
      }
      function* nap(until: number): Coroutine<void> {
        yield* sleep(until);
      }
      createTask(nap(10), { name: 'ready' });
      createTask(cook(), { name: 'cook' });
      createTask(nap(10), { name: 'also ready' });
      createTask(nap(60), { name: 'due meanwhile' });
      createTask(nap(500), { name: 'later' });
      yield* sleep(600);
    };

  it('is reported with its task, its time, and who was delayed by how much', () => {
    expect(runTold(slowTask(150), debug).reports).toEqual([
      'Executing the task cook took 150 ms at 10 ms; ' +
        'delayed: also ready, due meanwhile (due at 60 ms, late by 100 ms)',
    ]);
  });

  it('is one of 100 ms and more, or what the loop is told', () => {
    expect(runTold(slowTask(99), debug).reports).toEqual([]);
    expect(runTold(slowTask(100), debug).reports).toHaveLength(1);
    const { reports } = runTold(function* (): Coroutine<void> {
      getRunningLoop().slowCallbackDuration = 20;
      yield* sleep(1);
      compute(20);
    }, debug);
    expect(reports).toEqual(['Executing the task Task-1 took 20 ms at 1 ms; nobody was delayed']);
  });

  it('is not reported without debug', () => {
    expect(runTold(slowTask(5000)).reports).toEqual([]);
  });

  it('of a callback is reported too, and names a task whose sleep is over but not noticed yet', () => {
    const loop = new EventLoop(debug);
    const reports: string[] = [];
    loop.setExceptionHandler((_, { message }) => reports.push(message));
    loop.callLater(10, () => loop.world.burn(200, ''));
    loop.createTask(sleep(10), { name: 'napper' });
    loop.runUntilIdle();
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatch(/^Executing the callback (.*)\(\) took 200 ms at 10 ms; delayed: napper/);
  });

  it('names a task that waits for an answer which came meanwhile', () => {
    const { reports } = runTold(function* (): Coroutine<void> {
      const net = new Device({ name: 'net', latency: 30 });
      createTask(
        (function* (): Coroutine<void> {
          yield* net.request();
        })(),
        { name: 'caller' },
      );
      yield* sleep(10);
      compute(150);
    }, debug);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatch(/delayed: caller/);
  });
});

describe('a coroutine of the library that was made and never awaited', () => {
  it('is reported when the loop closes, with the place where it was made', () => {
    let line = 0;
    const { reports } = runTold(function* (): Coroutine<void> {
      line = lineHere() + 1;
      sleep(5);
      yield* sleep(1);
    }, debug);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatch(
      /^coroutine sleep\(5\) was never awaited: write yield\* before it \(.*debug\.test\.ts/,
    );
    expect(reports[0]).toMatch(new RegExp(`debug\\.test\\.ts:${line}:\\d+\\)+$`));
  });

  it('may be any of them', () => {
    const { reports } = runTold(function* (): Coroutine<void> {
      const [lock, queue] = [new Lock(), new Queue<number>(1)];
      sleep(0);
      lock.acquire();
      queue.get();
      queue.put(1);
      new Event().wait();
      waitFor(new Event().wait(), 5);
      yield* sleep(1);
    }, debug);
    expect(
      reports.map((report) => report.replace(/ was never awaited.*/s, '').replace('coroutine ', '')),
    ).toEqual([
      'sleep(0)',
      'lock.acquire()',
      'queue.get()',
      'queue.put()',
      'event.wait()',
      'event.wait()',
      'waitFor()',
    ]);
  });

  it('is not reported without debug, nor if it was awaited, cancelled or run as a task', () => {
    function* main(): Coroutine<void> {
      createTask(sleep(50)).cancel();
      createTask(sleep(2));
      const kept = sleep(3);
      yield* gather(sleep(1), kept);
      try {
        yield* waitFor(sleep(9), 1);
      } catch {
        // late
      }
    }
    expect(runTold(main, debug).reports).toEqual([]);
    const careless = function* (): Coroutine<void> {
      sleep(5);
    };
    expect(runTold(careless).reports).toEqual([]);
  });

  it('is all that is kept of coroutines: those that were awaited are let go', () => {
    const loop = new EventLoop(debug);
    loop.runUntilComplete(
      (function* (): Coroutine<void> {
        for (let i = 0; i < 5000; i++) yield* sleep(1);
      })(),
    );
    const { coroutines } = loop as unknown as { coroutines: { made: Map<unknown, Error> } };
    expect(coroutines.made.size).toBeLessThan(2500);
  });
});

it('debug mode changes nothing in the run: the trace is the same', () => {
  const traceOf = (options: { debug?: boolean }) => {
    const recorder = new Recorder();
    const log = journal();
    function* worker(lock: Lock, ms: number): Coroutine<void> {
      for (let i = 0; i < 3; i++) {
        yield* sleep(0);
        yield* lock.run(() => sleep(ms));
        yield* sleep(-1);
        log(`round ${i}`);
      }
    }
    run(
      function* () {
        const lock = new Lock('door');
        yield* gather(worker(lock, 3), worker(lock, 0), worker(lock, 2), waitFor(sleep(0, 'x'), 5));
        yield* sleep(0, 'result');
      },
      { ...options, trace: recorder },
    );
    return { log: log.lines, events: [...recorder.toTrace()] };
  };
  expect(traceOf(debug)).toEqual(traceOf({}));
});

describe('when the loop closes', () => {
  it('tasks that are still pending are reported, by name, in the order of creation', () => {
    const loop = new EventLoop();
    const reports: unknown[] = [];
    loop.setExceptionHandler((_, { message, task, exception }) =>
      reports.push([message, task?.name, exception]),
    );
    loop.createTask(new Event().wait(), { name: 'waits' });
    loop.createTask(sleep(1), { name: 'not begun' });
    loop.runHandle();
    loop.close();
    expect(reports).toEqual([
      ['Task waits was destroyed but it is pending!', 'waits', undefined],
      ['Task not begun was destroyed but it is pending!', 'not begun', undefined],
    ]);
  });

  it('a task that only its maker could await is not: one made by gather, and by runUntilComplete', () => {
    const reports: string[] = [];
    const loop = new EventLoop({ exceptionHandler: (_, { message }) => reports.push(message) });
    function* main(): Coroutine<void> {
      createTask(new Event().wait(), { name: 'made' });
      const given = createTask(new Event().wait(), { name: 'given' });
      yield* gather(given, new Event().wait(), sleep(0));
    }
    loop.callLater(50, () => loop.stop());
    expect(() => loop.runUntilComplete(main())).toThrow('Event loop stopped before Future completed.');
    expect(loop.allTasks()).toHaveLength(4);
    loop.close();
    expect(reports).toEqual([
      'Task made was destroyed but it is pending!',
      'Task given was destroyed but it is pending!',
    ]);
  });

  it('a suspended coroutine is left as it is: its finally block does not run', () => {
    const log: string[] = [];
    const loop = new EventLoop();
    loop.setExceptionHandler(() => {});
    loop.createTask(
      (function* (): Coroutine<void> {
        try {
          yield* sleep(5);
        } finally {
          log.push('finally');
        }
      })(),
    );
    loop.runReady();
    loop.close();
    expect(log).toEqual([]);
  });

  it('first the exceptions nobody looked at, then the tasks still pending, then the coroutines never awaited', () => {
    const loop = new EventLoop(debug);
    const reports: string[] = [];
    loop.setExceptionHandler((_, { message }) => reports.push(message.replace(/:.*/s, '')));
    loop.createTask(
      (function* (): Coroutine<void> {
        sleep(3);
        getRunningLoop().createFuture('lost').setException(new Error('boom'));
        yield* new Event().wait();
      })(),
      { name: 'stuck' },
    );
    loop.runReady();
    loop.close();
    expect(reports).toEqual([
      'Future exception was never retrieved',
      'Task stuck was destroyed but it is pending!',
      'coroutine sleep(3) was never awaited',
    ]);
  });

  it('nothing is reported twice: closing again says nothing', () => {
    const loop = new EventLoop();
    let reports = 0;
    loop.setExceptionHandler(() => reports++);
    loop.createFuture().setException(new Error('boom'));
    loop.close();
    loop.close();
    expect(reports).toBe(1);
  });
});

it('in debug mode a generator that is a task already is refused as another one', () => {
  function* cook(): Coroutine<string> {
    yield* sleep(0);
    return 'rice';
  }
  const main = function* (): Coroutine<unknown> {
    const cooking = cook();
    const first = createTask(cooking);
    const message = messageOf(() => createTask(cooking));
    return [message, yield* first];
  };
  expect(run(main, { debug: true })).toEqual([
    'RuntimeError: cannot reuse a coroutine that is a task already: call the function again for another one',
    'rice',
  ]);
});
