import { describe, expect, it, vi } from 'vitest';
import {
  type Coroutine,
  compute,
  createTask,
  Device,
  EventLoop,
  type ExceptionContext,
  getRunningLoop,
  now,
  print,
  Recorder,
  RuntimeError,
  run,
  SystemExit,
  sleep,
} from '../../src/index.ts';
import { journal, messageOf } from '../support/journal.ts';

/** A loop with timers at 10, 10, 20 and 30 ms that write down their time, and a callback that is ready. */
function loopWithTimers(): { loop: EventLoop; calls: string[] } {
  const loop = new EventLoop();
  const calls: string[] = [];
  const put = (name: string) => calls.push(`${loop.time()} ${name}`);
  for (const [when, name] of [
    [20, 'c'],
    [10, 'a'],
    [10, 'b'],
    [30, 'd'],
  ] as const)
    loop.callAt(when, put, name);
  loop.callSoon(put, 'soon');
  return { loop, calls };
}

describe('an iteration', () => {
  it('runs what was ready when it began; what that makes ready waits for the next', () => {
    const loop = new EventLoop();
    const calls: string[] = [];
    const again = (name: string, left: number) => {
      calls.push(`${name} ${loop.iteration}`);
      if (left > 0) loop.callSoon(again, name, left - 1);
    };
    loop.callSoon(again, 'a', 2);
    loop.callSoon(again, 'b', 1);
    loop.runUntilIdle();
    expect(calls).toEqual(['a 1', 'b 1', 'a 2', 'b 2', 'a 3']);
  });

  it('takes what is ready first, then what came from outside, then the timers that are due', () => {
    const log = journal();
    run(function* () {
      const loop = getRunningLoop();
      const answer = new Device({ latency: 10 }).request();
      answer.addDoneCallback(() => log('told of the answer'));
      loop.callAt(10, () => log('timer'));
      compute(15);
      loop.callSoon(() => log('soon'));
      yield* answer;
    });
    // The answer's handle comes before the timer; those who are told of it join the next iteration.
    expect(log.lines).toEqual(['15: soon', '15: timer', '15: told of the answer']);
  });

  it('nobody starves: a callback that comes back for ever leaves the timers their turns', () => {
    const loop = new EventLoop();
    const calls: number[] = [];
    const busy = () => {
      loop.world.burn(1, '');
      loop.callSoon(busy);
    };
    loop.callSoon(busy);
    for (const when of [3, 5, 9]) loop.callAt(when, () => calls.push(loop.time()));
    loop.callAt(9, () => loop.stop());
    loop.runForever();
    expect(calls).toEqual([4, 6, 10]); // each behind the turn that was ready before it
  });
});

describe('the drivers', () => {
  it('runHandle runs one handle, letting time pass where nothing is ready, until there is none', () => {
    const { loop, calls } = loopWithTimers();
    const steps: [boolean, number, number][] = [];
    for (let i = 0; i < 6; i++) steps.push([loop.runHandle(), loop.time(), calls.length]);
    expect(steps).toEqual([
      [true, 0, 1],
      [true, 10, 2],
      [true, 10, 3],
      [true, 20, 4],
      [true, 30, 5],
      [false, 30, 5],
    ]);
  });

  it('runIteration runs one iteration, or the rest of one that was begun', () => {
    const { loop, calls } = loopWithTimers();
    const steps: [boolean, number, number][] = [];
    for (let i = 0; i < 2; i++) steps.push([loop.runIteration(), loop.time(), calls.length]);
    loop.callSoon(() => calls.push('x'));
    loop.callSoon(() => calls.push('y'));
    loop.runHandle();
    expect([calls.at(-1), loop.runIteration(), calls.at(-1)]).toEqual(['x', true, 'y']);
    for (let i = 0; i < 3; i++) steps.push([loop.runIteration(), loop.time(), calls.length]);
    expect(steps).toEqual([
      [true, 0, 1],
      [true, 10, 3],
      [true, 20, 6],
      [true, 30, 7],
      [false, 30, 7],
    ]);
  });

  it('runReady runs all of this moment, and the clock stands', () => {
    const { loop, calls } = loopWithTimers();
    loop.callSoon(() => loop.callSoon(() => calls.push('nested')));
    loop.callLater(0, () => calls.push('due'));
    loop.runReady();
    expect([calls, loop.time()]).toEqual([['0 soon', 'due', 'nested'], 0]);
  });

  it('runToNextTimer goes to the next moment at which something happens, and runs all of it', () => {
    const { loop, calls } = loopWithTimers();
    const steps: unknown[] = [];
    for (let i = 0; i < 4; i++) steps.push([loop.runToNextTimer(), loop.time()]);
    expect(steps).toEqual([
      [true, 10],
      [true, 20],
      [true, 30],
      [false, 30],
    ]);
    expect(calls).toEqual(['0 soon', '10 a', '10 b', '20 c', '30 d']);
  });

  it('runToNextTimer counts completions of devices as well', () => {
    const loop = new EventLoop();
    const device = new Device({ latency: 10, channels: 1 });
    const seen: unknown[] = [];
    loop.createTask(
      (function* (): Coroutine<void> {
        device.request();
        yield* device.request();
        seen.push(now());
      })(),
    );
    expect([loop.runToNextTimer(), loop.time(), seen]).toEqual([true, 10, []]);
    expect([loop.runToNextTimer(), loop.time(), seen]).toEqual([true, 20, [20]]);
  });

  it('runUntil and advanceBy run all up to and with that time, where the clock stands afterwards', () => {
    const { loop, calls } = loopWithTimers();
    loop.runUntil(9.5);
    expect([calls, loop.time()]).toEqual([['0 soon'], 9.5]);
    loop.advanceBy(0.5);
    expect([calls, loop.time()]).toEqual([['0 soon', '10 a', '10 b'], 10]);
    loop.advanceBy(15);
    expect([calls.length, loop.time()]).toEqual([4, 25]);
    loop.runUntil(100);
    expect([calls.length, loop.time()]).toEqual([5, 100]);
    loop.advanceBy(0);
    loop.runUntil(1); // has passed
    expect(loop.time()).toBe(100);
  });

  it('runUntil leaves what only comes after that time, even if the clock was carried past it', () => {
    const loop = new EventLoop();
    let turns = 0;
    const busy = () => {
      loop.world.burn(4, '');
      if (++turns < 500) loop.callSoon(busy);
    };
    loop.callSoon(busy);
    loop.runUntil(10);
    expect([turns, loop.time()]).toEqual([3, 12]);
    loop.runUntil(20);
    expect([turns, loop.time()]).toEqual([6, 24]); // at 20 it was its turn
  });

  it('runUntilIdle runs until nothing is ready, set or under way', () => {
    const { loop, calls } = loopWithTimers();
    loop.runUntilIdle();
    expect([calls.length, loop.time()]).toEqual([5, 30]);
    loop.runUntilIdle();
    expect(loop.time()).toBe(30);
  });

  it('a time that is none is refused', () => {
    const loop = new EventLoop();
    expect(messageOf(() => loop.runUntil(Number.NaN))).toBe(
      'ValueError: runUntil() needs a finite time in ms, got NaN',
    );
    expect(messageOf(() => loop.runUntil(Number.POSITIVE_INFINITY))).toBe(
      'ValueError: runUntil() needs a finite time in ms, got Infinity',
    );
    expect(messageOf(() => loop.advanceBy(-1))).toBe(
      'ValueError: advanceBy() goes forward by a number of ms, got -1',
    );
    expect(messageOf(() => loop.advanceBy(Number.NaN))).toBe(
      'ValueError: advanceBy() goes forward by a number of ms, got NaN',
    );
  });

  it('give the same run whichever is used: the trace is the same but for where it was driven', () => {
    const traceOf = (drive: (loop: EventLoop) => void) => {
      const recorder = new Recorder();
      const loop = new EventLoop({ trace: recorder });
      function* worker(ms: number): Coroutine<void> {
        for (let i = 0; i < 3; i++) {
          yield* sleep(ms);
          compute(1);
        }
      }
      for (const ms of [3, 5, 0]) loop.createTask(worker(ms));
      drive(loop);
      return [...recorder.toTrace()]
        .filter(({ kind }) => !/^loop:/.test(kind))
        .map(({ seq: _, cause: __, ...event }) =>
          'handle' in event || 'timer' in event ? event.kind : event,
        );
    };
    const whole = traceOf((loop) => loop.runUntilIdle());
    const drivers: ((loop: EventLoop) => void)[] = [
      (loop) => {
        while (loop.runHandle());
      },
      (loop) => {
        while (loop.runIteration());
      },
    ];
    for (const drive of drivers) expect(traceOf(drive)).toEqual(whole);
  });
});

describe('stop', () => {
  it('in runForever: the iteration is finished, and the rest stays ready', () => {
    const { loop, calls } = loopWithTimers();
    loop.callAt(10, () => {
      calls.push('stop');
      loop.stop();
      loop.callSoon(() => calls.push('next iteration'));
    });
    loop.callAt(10, () => calls.push('same iteration'));
    loop.runForever();
    expect([calls.slice(1), loop.time()]).toEqual([['10 a', '10 b', 'stop', 'same iteration'], 10]);
    loop.runIteration();
    expect(calls.at(-1)).toBe('next iteration');
  });

  it.each([
    ['runUntil', (loop: EventLoop) => loop.runUntil(25)],
    ['advanceBy', (loop: EventLoop) => loop.advanceBy(25)],
    ['runUntilIdle', (loop: EventLoop) => loop.runUntilIdle()],
  ])('in %s: it ends after that iteration, and the clock stays there', (_, drive) => {
    const { loop, calls } = loopWithTimers();
    loop.callAt(10, () => loop.stop());
    drive(loop);
    expect([calls.length, loop.time()]).toEqual([3, 10]);
    drive(loop); // it holds for one drive only
    expect(calls.length).toBeGreaterThan(3);
  });

  it('in runReady: what became ready meanwhile stays', () => {
    const loop = new EventLoop();
    const calls: string[] = [];
    loop.callSoon(() => {
      loop.stop();
      loop.callSoon(() => calls.push('later'));
    });
    loop.runReady();
    expect(calls).toEqual([]);
    loop.runReady();
    expect(calls).toEqual(['later']);
  });

  it('in runToNextTimer: no time passes after it', () => {
    const { loop, calls } = loopWithTimers();
    loop.callSoon(() => loop.stop());
    loop.runToNextTimer();
    expect([calls, loop.time()]).toEqual([['0 soon'], 0]);
  });

  it('in runHandle and runIteration, which end anyway, it changes nothing afterwards', () => {
    const { loop, calls } = loopWithTimers();
    loop.callSoon(() => loop.stop());
    loop.runHandle();
    loop.runHandle();
    loop.runUntilIdle();
    expect(calls).toHaveLength(5);
  });

  it('before the loop runs: one iteration, without time passing', () => {
    const { loop, calls } = loopWithTimers();
    loop.stop();
    loop.runForever();
    expect([calls, loop.time()]).toEqual([['0 soon'], 0]);
  });

  it('in runUntilComplete is an error: its result never came', () => {
    const loop = new EventLoop();
    loop.callAt(5, () => loop.stop());
    expect(messageOf(() => loop.runUntilComplete(sleep(10)))).toBe(
      'RuntimeError: Event loop stopped before Future completed.',
    );
    expect(loop.time()).toBe(5);
  });
});

describe('runUntilComplete', () => {
  it('gives the result, or throws the exception, of a coroutine, a task or a future', () => {
    const loop = new EventLoop();
    expect(loop.runUntilComplete(sleep(5, 'slept'))).toBe('slept');
    expect(loop.runUntilComplete(loop.createTask(sleep(5, 'task')))).toBe('task');
    const future = loop.createFuture<string>();
    loop.callLater(5, () => future.setResult('future'));
    expect(loop.runUntilComplete(future)).toBe('future');
    expect(loop.time()).toBe(15);
    const failed = loop.createFuture();
    failed.setException(new RuntimeError('boom'));
    expect(messageOf(() => loop.runUntilComplete(failed))).toBe('RuntimeError: boom');
  });

  it('lets other ready tasks take one more step after the main one has returned, as asyncio does', () => {
    const log = journal();
    const loop = new EventLoop();
    loop.createTask(
      (function* (): Coroutine<void> {
        for (let i = 1; i < 9; i++) {
          log(`step ${i}`);
          yield* sleep(0);
        }
      })(),
      { name: 'bg' },
    );
    loop.runUntilComplete(sleep(0));
    expect(log.lines).toEqual(['0 bg: step 1', '0 bg: step 2', '0 bg: step 3']);
  });
});

describe('a loop that runs', () => {
  it('cannot be run again from inside, by any driver', () => {
    const drivers: ((loop: EventLoop) => void)[] = [
      (loop) => loop.runForever(),
      (loop) => loop.runUntilComplete(loop.createFuture()),
      (loop) => loop.runHandle(),
      (loop) => loop.runIteration(),
      (loop) => loop.runReady(),
      (loop) => loop.runToNextTimer(),
      (loop) => loop.runUntil(5),
      (loop) => loop.advanceBy(5),
      (loop) => loop.runUntilIdle(),
    ];
    const messages = run(function* (): Coroutine<string[]> {
      return drivers.map((drive) => messageOf(() => drive(getRunningLoop())));
    });
    expect(new Set(messages)).toEqual(
      new Set([
        'RuntimeError: This event loop is already running: a coroutine awaits by yield*, it does not run the loop',
      ]),
    );
    expect(messages).toHaveLength(9);
  });

  it('does not let another one run', () => {
    const other = new EventLoop();
    const main = function* (): Coroutine<string> {
      return messageOf(() => other.runUntilIdle());
    };
    expect(run(main)).toBe('RuntimeError: Cannot run the event loop while another loop is running');
    other.runUntilIdle();
  });

  it('cannot be closed', () => {
    const main = function* (): Coroutine<string> {
      return messageOf(() => getRunningLoop().close());
    };
    expect(run(main)).toBe('RuntimeError: Cannot close a running event loop');
  });

  it('is known as the running one, and forgotten when an error leaves it', () => {
    const loop = new EventLoop();
    const seen: unknown[] = [];
    loop.callSoon(() => seen.push(getRunningLoop() === loop, loop.isRunning()));
    loop.runUntilIdle();
    expect([...seen, loop.isRunning()]).toEqual([true, true, false]);
    expect(messageOf(() => loop.runForever())).toMatch(/^DeadlockError/);
    expect(messageOf(() => getRunningLoop())).toBe(
      'RuntimeError: no running event loop: call this in a coroutine or callback that a loop runs, as run(main()) does',
    );
  });
});

describe('a closed loop', () => {
  it('refuses to run and to schedule', () => {
    const loop = new EventLoop();
    loop.close();
    loop.close(); // does nothing
    expect(loop.isClosed()).toBe(true);
    expect(messageOf(() => loop.runForever())).toBe(
      'RuntimeError: Event loop is closed: run is not possible any more',
    );
    expect(messageOf(() => loop.callSoon(() => {}))).toBe(
      'RuntimeError: Event loop is closed: callSoon is not possible any more',
    );
    expect(messageOf(() => loop.callLater(5, () => {}))).toMatch(
      /^RuntimeError: Event loop is closed: call(At|Later) is not possible any more$/,
    );
    expect(messageOf(() => loop.createTask(sleep(1)))).toBe(
      'RuntimeError: Event loop is closed: createTask is not possible any more',
    );
  });

  it('drops what was ready, timed or under way', () => {
    const { loop, calls } = loopWithTimers();
    loop.setExceptionHandler(() => {});
    loop.createTask(
      (function* (): Coroutine<void> {
        yield* new Device({ latency: 15 }).request();
        calls.push('answered');
      })(),
    );
    loop.runUntil(10);
    loop.close();
    expect([calls.length, loop.ready.length, loop.timers.length]).toEqual([3, 0, 0]);
    loop.world.idle(100);
    expect(calls).toHaveLength(3);
  });

  it('calls nobody when one of its futures is settled too late', () => {
    const loop = new EventLoop();
    const future = loop.createFuture<void>();
    const calls: string[] = [];
    future.addDoneCallback(() => calls.push('called'));
    loop.close();
    try {
      future.setResult();
    } catch (error) {
      expect((error as Error).message).toContain('closed'); // as asyncio says
    }
    expect(calls).toEqual([]);
  });
});

describe('the exception handler', () => {
  const failing = (loop: EventLoop) => {
    loop.callSoon(function careless() {
      throw new Error('smoke');
    });
    loop.runUntilIdle();
  };

  it('is the console until one is set, and again when it is taken back', () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    try {
      const loop = new EventLoop();
      const told: ExceptionContext[] = [];
      failing(loop);
      loop.setExceptionHandler((_, context) => told.push(context));
      failing(loop);
      loop.setExceptionHandler(null);
      failing(loop);
      expect(told.map(({ message }) => message)).toEqual(['Exception in callback careless']);
      expect(error.mock.calls.map(([message, thrown]) => `${message}: ${thrown}`)).toEqual([
        'Exception in callback careless: Error: smoke',
        'Exception in callback careless: Error: smoke',
      ]);
    } finally {
      error.mockRestore();
    }
  });

  it('that throws itself is told to the console together with what it was told, and the loop goes on', () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    try {
      const loop = new EventLoop();
      loop.setExceptionHandler(() => {
        throw new Error('handler');
      });
      failing(loop);
      loop.runUntilIdle();
      expect(error.mock.calls.map(([message, thrown]) => `${message}: ${thrown}`)).toEqual([
        'Unhandled error in exception handler: Error: handler',
        'Exception in callback careless: Error: smoke',
      ]);
    } finally {
      error.mockRestore();
    }
  });

  it('that exits the program does so: the loop is left at once', () => {
    const loop = new EventLoop();
    loop.setExceptionHandler(() => {
      throw new SystemExit(3);
    });
    const calls: string[] = [];
    loop.callSoon(() => {
      throw new Error('smoke');
    });
    loop.callSoon(() => calls.push('next'));
    expect(messageOf(() => loop.runUntilIdle())).toBe('SystemExit: exit with code 3');
    expect(calls).toEqual([]);
  });

  it('can be given to a loop from the start', () => {
    const told: string[] = [];
    failing(new EventLoop({ exceptionHandler: (_, { message }) => told.push(message) }));
    expect(told).toEqual(['Exception in callback careless']);
  });

  it('is called with its loop, and what it is told is in the trace', () => {
    const recorder = new Recorder();
    const loop = new EventLoop({ trace: recorder });
    const loops: EventLoop[] = [];
    loop.setExceptionHandler((of) => loops.push(of));
    failing(loop);
    loop.callExceptionHandler({ message: 'by hand' });
    expect(loops).toEqual([loop, loop]);
    const errors = [...recorder.toTrace()].filter(({ kind }) => kind === 'error');
    expect(errors).toMatchObject([
      { message: 'Exception in callback careless', detail: 'Error: smoke' },
      { message: 'by hand', detail: '' },
    ]);
  });
});

describe('output', () => {
  const chatty = function* (): Coroutine<void> {
    print('rice is done at', now(), [1, 'two'], { a: 1 }, undefined);
    yield* sleep(5);
    console.log('from', 'the console', 3);
    createTask(
      (function* (): Coroutine<void> {
        print();
      })(),
    );
    yield* sleep(1);
  };

  it('print joins its values by spaces, and goes where the loop says, and into the trace with time and task', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const lines: string[] = [];
    const recorder = new Recorder();
    run(chatty, { print: (line) => lines.push(line), trace: recorder });
    log.mockRestore();
    expect(lines).toEqual(['rice is done at 0 [1, "two"] {a: 1} undefined', '']);
    expect([...recorder.toTrace()].filter(({ kind }) => kind === 'print')).toMatchObject([
      { time: 0, task: 1, text: lines[0] },
      { time: 5, task: 2, text: '' },
    ]);
  });

  it('captureConsole takes console.log in the loop as print, and gives the console back', () => {
    const original = console.log;
    const lines: string[] = [];
    run(chatty, { print: (line) => lines.push(line), captureConsole: true });
    expect(lines[1]).toBe('from the console 3');
    expect(console.log).toBe(original);
    expect(() =>
      run(
        function* (): Coroutine<void> {
          console.log('before it fails');
          throw new Error('boom');
        },
        { print: (line) => lines.push(line), captureConsole: true },
      ),
    ).toThrow('boom');
    expect([console.log === original, lines.at(-1)]).toEqual([true, 'before it fails']);
  });

  it('captured output that ends in console.log itself does not go round in circles', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    run(
      function* (): Coroutine<void> {
        console.log('one');
        print('two');
        console.log('three');
      },
      { print: (line) => console.log(`> ${line}`), captureConsole: true },
    );
    const written = log.mock.calls.map(([line]) => line);
    log.mockRestore();
    expect(written).toContain('> one');
    expect(written).toHaveLength(3);
  });

  it('outside of any loop print goes to the console', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    print('hello', 1);
    const { calls } = log.mock;
    log.mockRestore();
    expect(calls).toEqual([['hello 1']]);
  });
});

it('advanceBy names itself, where it is given no finite time', () => {
  const loop = new EventLoop();
  for (const ms of [Number.POSITIVE_INFINITY, Number.NaN, -1])
    expect(messageOf(() => loop.advanceBy(ms))).toBe(
      `ValueError: advanceBy() goes forward by a number of ms, got ${ms}`,
    );
});
