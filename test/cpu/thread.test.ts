/** Threads: their life, what they may do, and what they say when it is wrong. */

import { describe, expect, it } from 'vitest';
import {
  blocked,
  blockingSleep,
  busy,
  type Coroutine,
  callSoonThreadsafe,
  compute,
  createTask,
  currentTask,
  currentThread,
  DeadlockError,
  Device,
  EventLoop,
  getRunningLoop,
  LimitError,
  Machine,
  now,
  print,
  Recorder,
  request,
  run,
  runScript,
  runThreads,
  SystemExit,
  sleep,
  Thread,
  ThreadEvent,
  ThreadLock,
  TraceLimitError,
} from '../../src/index.ts';
import { simulate } from '../../src/testing/index.ts';
import { slices, told } from '../support/threads.ts';

const message = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    return String(error).split('\n')[0]!;
  }
  return 'nothing was thrown';
};

describe('a thread', () => {
  it('runs its body from its start on, and can be joined for its end', () => {
    const log: string[] = [];
    const { output, events } = told(function* () {
      const cook = new Thread(
        function* () {
          log.push(`${now()} ${currentThread()!.name} begins`);
          yield* busy(30);
          return 'rice';
        },
        { name: 'cook' },
      );
      expect([cook.isAlive(), cook.done()]).toEqual([false, false]);
      yield* blocked(10);
      cook.start();
      expect(cook.isAlive()).toBe(true);
      log.push(`${now()} started`);
      yield* cook.join();
      log.push(`${now()} ${cook.result()}`);
      expect([cook.isAlive(), cook.done()]).toEqual([false, true]);
      yield* cook.join(); // once more: it is over, so that takes no time
      print('all done at', now());
    });
    expect(log).toEqual(['10 started', '10 cook begins', '40 rice']);
    expect(output).toEqual(['all done at 40']);
    expect(slices(events)).toEqual(['cook 10-40 done']);
  });

  it('is called Thread-1, Thread-2 … unless it has a name', () => {
    const names: string[] = [];
    told(function* () {
      for (const options of [{}, { name: 'cook' }, {}]) names.push(new Thread(function* () {}, options).name);
      names.push(currentThread()!.name);
    });
    expect(names).toEqual(['Thread-1', 'cook', 'Thread-2', 'MainThread']);
  });

  it('is nobody’s task: there is no current task and no running loop in it', () => {
    const { output } = told(function* () {
      print(currentTask(), currentThread()?.name);
      print(message(() => getRunningLoop()));
    });
    expect(output).toEqual([
      'null MainThread',
      'RuntimeError: no running event loop in the thread MainThread: take the loop along from a coroutine, and call it by callSoonThreadsafe. A thread has blocked(ms) for sleep(ms), ThreadLock and the like for locks, and request(device)',
    ]);
  });

  it('in which an error goes uncaught ends alone, and the error is reported', () => {
    const { result, reports, error } = told(function* () {
      const bad = new Thread(
        function* () {
          yield* busy(1);
          throw new TypeError('burnt');
        },
        { name: 'bad' },
      ).start();
      yield* bad.join();
      expect(() => bad.result()).toThrow('burnt');
      return now();
    });
    expect([result, error]).toEqual([1, undefined]);
    expect(reports).toEqual(['Exception in thread bad: TypeError: burnt']);
  });

  it('ends in silence with SystemExit, as in Python', () => {
    const { reports, result } = told(function* () {
      yield* new Thread(function* () {
        throw new SystemExit(3);
      })
        .start()
        .join();
      return 'still here';
    });
    expect([result, reports]).toEqual(['still here', []]);
  });

  it('is waited for at the end of the program, unless it is a daemon', () => {
    const { events, result } = told(function* () {
      new Thread(() => lasting(30), { name: 'kept' }).start();
      new Thread(() => lasting(50), { name: 'daemon', daemon: true }).start();
      return 'main is over';
    });
    expect(result).toBe('main is over');
    expect(events.at(-1)).toMatchObject({ kind: 'thread:done', time: 30 });
  });

  it('started by a coroutine is waited for at the end of the run', () => {
    const trace = new Recorder();
    run(
      function* (): Coroutine<void> {
        new Thread(() => lasting(30), { name: 'worker' }).start();
        yield* sleep(1);
      },
      { trace },
    );
    expect(trace.at(-1)).toMatchObject({ kind: 'thread:done', time: 30 });
  });

  it('started by a coroutine can be awaited there: the others run meanwhile', () => {
    const lines: string[] = [];
    run(
      function* (): Coroutine<void> {
        createTask(ticking(10, 3));
        yield* new Thread(() => lasting(25), { name: 'worker' }).start().join();
        print('joined at', now());
      },
      { print: (line) => lines.push(line) },
    );
    expect(lines).toEqual(['tick 10', 'tick 20', 'joined at 25']);
  });

  it('works in a script: its plain code is a thread among them', () => {
    const lines: string[] = [];
    runScript(
      () => {
        new Thread(() => lasting(10), { name: 'worker' }).start();
        compute(5);
        print('computed at', now());
        blockingSleep(20);
        print('slept until', now());
      },
      { print: (line) => lines.push(line) },
    );
    // The worker wants the GIL from 0 on, for its first step, and gets it at 5, when the computation is done as well.
    expect(lines).toEqual(['computed at 5', 'slept until 25']);
  });

  it('asks devices as a coroutine does, and blocks until the answer is there', () => {
    const net = new Device({ name: 'net', latency: 10, channels: 1 });
    const { output } = told(function* () {
      const ask = (label: string) =>
        new Thread(function* () {
          print(yield* request(net, { label, result: `<${label}>` }), now());
        }).start();
      for (const thread of ['a', 'b', 'c'].map(ask)) yield* thread.join();
    });
    expect(output).toEqual(['<a> 10', '<b> 20', '<c> 30']);
  });

  it('has a device fail in it, too', () => {
    const broken = new Device({ name: 'broken', failureRate: 1, latency: 5 });
    const { error } = told(function* () {
      yield* request(broken, { label: 'x' });
    });
    expect(String(error)).toBe('DeviceError: the request x to the device broken failed');
  });
});

function* lasting(ms: number): Coroutine<void> {
  yield* blocked(ms);
}

function* ticking(ms: number, times: number): Coroutine<void> {
  for (let i = 0; i < times; i++) {
    yield* sleep(ms);
    print('tick', now());
  }
}

describe('the lost update', () => {
  const counting = (times: number, lock?: ThreadLock) => {
    let counter = 0;
    function* add(): Coroutine<void> {
      const seen = counter;
      yield* busy(3);
      counter = seen + 1;
    }
    const { error } = told(function* () {
      const threads = Array.from({ length: times }, () =>
        new Thread(function* () {
          for (let i = 0; i < 4; i++) {
            if (lock) yield* lock.run(add);
            else yield* add();
          }
        }).start(),
      );
      for (const thread of threads) yield* thread.join();
    });
    expect(error).toBeUndefined();
    return counter;
  };

  it('happens where a thread is preempted between its read and its write', () => {
    expect(counting(2)).toBe(5); // of 8
  });

  it('doesn’t happen under a lock', () => {
    expect(counting(2, new ThreadLock())).toBe(8);
  });

  it('never happens to plain statements between two yield*', () => {
    let counter = 0;
    told(function* () {
      const threads = Array.from({ length: 5 }, () =>
        new Thread(function* () {
          for (let i = 0; i < 20; i++) {
            yield* busy(1);
            counter = counter + 1;
          }
        }).start(),
      );
      for (const thread of threads) yield* thread.join();
    });
    expect(counter).toBe(100);
  });
});

describe('a deadlock of threads', () => {
  it('is named, with who holds what and the ring', () => {
    const rice = new ThreadLock('rice');
    const soup = new ThreadLock('soup');
    const cooking = (first: ThreadLock, second: ThreadLock) =>
      function* (): Coroutine<void> {
        yield* first.acquire();
        yield* blocked(5);
        yield* second.acquire();
      };
    const { error } = told(function* () {
      const a = new Thread(cooking(rice, soup), { name: 'ann' }).start();
      new Thread(cooking(soup, rice), { name: 'bob' }).start();
      yield* a.join();
    });
    expect(error).toBeInstanceOf(DeadlockError);
    expect((error as DeadlockError).message.split('\n')).toEqual([
      'deadlock at 5 ms: nothing is ready, no timer is set, no request is in flight, and 3 threads still wait',
      '  MainThread waits: join ann',
      '  ann waits: thread lock.acquire soup, held by bob',
      '  bob waits: thread lock.acquire rice, held by ann',
      '  cycle: ann → bob → ann',
    ]);
  });

  it('is found from a loop, too: tasks and threads in one list', () => {
    const never = new ThreadEvent('never');
    const error = message(() =>
      run(function* (): Coroutine<void> {
        yield* new Thread(
          function* () {
            yield* never.wait();
          },
          { name: 'worker' },
        )
          .start()
          .join();
      }),
    );
    expect(error).toBe(
      'DeadlockError: deadlock at 0 ms: nothing is ready, no timer is set, no request is in flight, and a task and a thread still wait',
    );
  });
});

describe('a mistake is told', () => {
  const inThread = (body: () => Coroutine<unknown>) => message(() => runThreads(body, { print: () => {} }));

  it.each([
    [
      'a thread started twice',
      () => new Thread(() => lasting(1), { name: 'x' }).start().start(),
      'RuntimeError: threads can only be started once: x was started before',
    ],
    [
      'compute in a thread',
      () => compute(5),
      'RuntimeError: compute() belongs to the loop’s own thread, and this is the thread MainThread: write yield* busy(ms), where the operating system may step in',
    ],
    [
      'blockingSleep in a thread',
      () => blockingSleep(5),
      'RuntimeError: blockingSleep() belongs to the loop’s own thread, and this is the thread MainThread: write yield* blocked(ms), where the operating system may step in',
    ],
    [
      'threads run in a thread',
      () => runThreads(() => lasting(1)),
      'RuntimeError: runThreads() can not be called in a thread: start another Thread',
    ],
    [
      'a body that is called',
      () => new Thread(lasting(1) as never),
      'TypeError: a thread takes a generator function, to be called by the thread itself, got a generator',
    ],
    ['a negative time', () => busy(-1), 'ValueError: busy() takes a number of ms, 0 or more, got -1'],
    [
      'a time that is none',
      () => blocked(Number.NaN),
      'ValueError: blocked() takes a number of ms, 0 or more, got NaN',
    ],
    [
      'an endless time',
      () => busy(Number.POSITIVE_INFINITY),
      'ValueError: busy() takes a number of ms, 0 or more, got Infinity',
    ],
  ])('%s', (_, mistake, expected) => {
    expect(
      inThread(function* () {
        mistake();
      }),
    ).toBe(expected);
  });

  it.each([
    [
      'joining a thread before its start',
      () => new Thread(() => lasting(1), { name: 'x' }).join(),
      'RuntimeError: cannot join the thread x before it is started',
    ],
    [
      'joining oneself',
      () => currentThread()!.join(),
      'RuntimeError: cannot join current thread: MainThread would wait for itself, for ever',
    ],
    [
      'awaiting what belongs to coroutines',
      () => sleep(5),
      'RuntimeError: there is no task to wait in the thread MainThread: what coroutines await belongs to a loop. A thread has blocked(ms) for sleep(ms), ThreadLock and the like for locks, and request(device)',
    ],
  ])('%s', (_, awaitable, expected) => {
    expect(
      inThread(function* () {
        yield* awaitable();
      }),
    ).toBe(expected);
  });

  it('a forgotten star', () => {
    expect(
      inThread(function* () {
        yield busy(5) as never;
      }),
    ).toBe(
      'RuntimeError: the thread MainThread yielded busy(5): write yield* before busy(), blocked() or whatever takes time',
    );
  });

  it('an async function as body', () => {
    expect(message(() => runThreads((async () => {}) as never))).toMatch(
      /^TypeError: the body of a thread can not be an async function: promises belong to JavaScript/,
    );
    expect(message(() => runThreads((() => 5) as never))).toBe(
      'TypeError: the body of a thread is a function*, and this returned 5',
    );
  });

  it('a thread where there is no clock', () => {
    expect(message(() => new Thread(() => lasting(1)))).toBe(
      'RuntimeError: a thread needs a virtual clock, and there is none here: call it in a coroutine that runs on a loop, or in runScript(() => …)',
    );
  });

  it('a loop in a thread', () => {
    expect(
      inThread(function* () {
        run(lasting2());
      }),
    ).toBe(
      'RuntimeError: a loop belongs to the loop’s own thread, and this is the thread MainThread: write yield* busy(ms) and yield* blocked(ms), where the operating system may step in',
    );
    function* lasting2(): Coroutine<void> {
      yield* sleep(1);
    }
  });

  it('threads run in a loop', () => {
    expect(
      message(() =>
        run(function* (): Coroutine<void> {
          runThreads(() => lasting(1));
        }),
      ),
    ).toBe(
      'RuntimeError: runThreads() can not be called in a running event loop: use toThread(), or start a Thread',
    );
  });

  it('a thread’s lock in a coroutine', () => {
    expect(
      message(() =>
        run(function* (): Coroutine<void> {
          yield* new ThreadLock().acquire();
        }),
      ),
    ).toBe(
      'RuntimeError: thread lock.acquire() blocks its thread, and here that is the event loop’s own: call it in a thread, as toThread() does, or use what asyncio has for it',
    );
  });

  it('the result of a thread that isn’t over', () => {
    expect(
      inThread(function* () {
        new Thread(() => lasting(1), { name: 'x' }).result();
      }),
    ).toBe('RuntimeError: the thread x is not over: join it before');
  });
});

describe('a machine', () => {
  it.each([
    [{ cores: 0 }, 'ValueError: a machine has one core or more, got 0'],
    [{ cores: 1.5 }, 'ValueError: a machine has one core or more, got 1.5'],
    [{ switchInterval: 0 }, 'ValueError: switchInterval is a number above 0, got 0'],
    [{ timeSlice: -1 }, 'ValueError: timeSlice is a number above 0, got -1'],
    [{ switchInterval: Number.NaN }, 'ValueError: switchInterval is a number above 0, got NaN'],
    [{ steps: 0 }, 'ValueError: steps is a number above 0, got 0'],
    [{ gil: 'no' as never }, 'TypeError: gil is true or false, got "no"'],
    [
      { core: 2 } as never,
      'ValueError: no option of a machine is called core; there are cores, gil, switchInterval, timeSlice, costs, stepsPerInstant, steps',
    ],
    [{ costs: { threadSwitch: -1 } }, 'ValueError: costs.threadSwitch is a number of 0 or more, got -1'],
  ])('refuses %o', (options, expected) => {
    expect(message(() => new Machine(options))).toBe(expected);
  });

  it('belongs to one run', () => {
    const machine = new Machine();
    const main = function* (): Coroutine<void> {};
    run(main, { machine });
    expect(message(() => run(main, { machine }))).toBe(
      'RuntimeError: this machine belongs to another run: each run takes a new Machine, and machine: () => new Machine({ … }) makes one for each',
    );
  });

  it('changes nothing, to the byte, as long as there are no threads', () => {
    function* main(): Coroutine<void> {
      const disk = new Device({ name: 'disk', latency: [5, 10], channels: 1 });
      createTask(ticking(7, 5));
      for (let i = 0; i < 3; i++) {
        yield* disk.request();
        compute(11);
        blockingSleep(2);
        yield* sleep(1);
      }
    }
    const traces = [undefined, new Machine({ cores: 2, gil: false })].map((machine) => {
      const trace = new Recorder();
      run(main, { trace, print: () => {}, ...(machine && { machine }) });
      return JSON.stringify([...trace]);
    });
    expect(traces[1]).toBe(traces[0]);
  });

  it('stops threads that go round without time passing', () => {
    const error = message(() =>
      runThreads(
        function* () {
          for (;;) yield* busy(0);
        },
        { stepsPerInstant: 1000 },
      ),
    );
    expect(error).toBe(
      'LimitError: the clock has stood at 0 ms for 1000 steps of threads, the last of them of MainThread. Whatever goes round there takes no time: let it be busy or blocked, or raise stepsPerInstant',
    );
    expect(() =>
      run(
        function* (): Coroutine<void> {
          new Thread(function* () {
            for (;;) yield* busy(0);
          }).start();
          try {
            compute(5);
            blockingSleep(1);
          } catch {
            print('caught, and it doesn’t help');
          }
          yield* sleep(1);
        },
        { machine: new Machine({ stepsPerInstant: 1000 }), print: () => {} },
      ),
    ).toThrow(LimitError);
  });

  it('is asked for by runThreads, which has options of its own besides', () => {
    expect(message(() => runThreads(function* () {}, { core: 2 } as never))).toBe(
      'ValueError: no option of runThreads() is called core; there are cores, gil, switchInterval, timeSlice, costs, stepsPerInstant, steps, name, seed, trace, policy, print, sites, exceptionHandler',
    );
  });

  it('stops threads that never end while time passes, if it is told when', () => {
    const endless = function* () {
      for (;;) yield* busy(1);
    };
    const expected =
      'LimitError: no end after as many steps of threads as are allowed, at 100 ms, the last of them of w: a thread that never ends? Give it an end, or raise steps, or limits.threadSteps';
    expect(message(() => runThreads(endless, { steps: 100, name: 'w' }))).toBe(expected);
    const start = function* (): Coroutine<void> {
      new Thread(endless, { name: 'w' }).start();
    };
    expect(message(() => run(start, { machine: new Machine({ steps: 100 }) }))).toBe(expected);
    expect(message(() => run(start, { limits: { threadSteps: 100 } }))).toBe(expected);
    const simulated = simulate(start, { limits: { threadSteps: 100 } });
    expect([simulated.outcome, simulated.time, String(simulated.error)]).toEqual(['limit', 100, expected]);
    expect(simulate(start).outcome).toBe('limit');
  });

  it('stops a program whose trace is full, whoever fills it', () => {
    const endless = function* () {
      for (;;) yield* busy(1);
    };
    expect(() => runThreads(endless, { trace: new Recorder({ maxEvents: 500 }) })).toThrow(TraceLimitError);
    expect(() =>
      run(
        function* (): Coroutine<void> {
          new Thread(endless).start();
          yield* sleep(10_000);
        },
        { trace: new Recorder({ maxEvents: 500 }) },
      ),
    ).toThrow(TraceLimitError);
  });
});

describe('callSoonThreadsafe', () => {
  it('wakes a loop that has nothing to do', () => {
    const lines: string[] = [];
    run(
      function* (): Coroutine<void> {
        const loop = getRunningLoop();
        const future = loop.createFuture<number>();
        new Thread(function* () {
          yield* busy(7);
          callSoonThreadsafe(loop, () => future.setResult(now()));
        }).start();
        print(yield* future, now());
      },
      { print: (line) => lines.push(line) },
    );
    expect(lines).toEqual(['7 7']);
  });

  it('refuses a loop that is closed', () => {
    const loop = new EventLoop();
    loop.close();
    expect(message(() => callSoonThreadsafe(loop, print))).toBe(
      'RuntimeError: Event loop is closed: callSoonThreadsafe is not possible any more',
    );
  });
});
