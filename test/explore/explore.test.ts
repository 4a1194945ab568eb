import { describe, expect, it } from 'vitest';
import {
  exhaustive,
  explore,
  NotRepeatableError,
  pct,
  random,
  replay,
  type Strategy,
} from '../../src/explore/index.ts';
import {
  always,
  busy,
  type Coroutine,
  createTask,
  DeadlockError,
  Device,
  explorationText,
  gather,
  LimitError,
  Lock,
  now,
  runThreads,
  Semaphore,
  sleep,
  Thread,
  ThreadLock,
  turnsTable,
} from '../../src/index.ts';

const napping = (count: number, times = 1) =>
  function* (): Coroutine<void> {
    function* nap(): Coroutine<void> {
      for (let i = 0; i < times; i++) yield* sleep(5);
    }
    yield* gather(Array.from({ length: count }, (_, i) => createTask(nap(), { name: `t${i}` })));
  };

/** `reader` relies on `writer` to be first, and both wake up at one moment. */
function* relying(): Coroutine<void> {
  let isReady = false;
  function* writer(): Coroutine<void> {
    yield* sleep(5);
    isReady = true;
  }
  function* reader(): Coroutine<void> {
    yield* sleep(5);
    if (!isReady) throw new Error('read before it was written');
  }
  yield* gather(
    createTask(writer(), { name: 'writer' }),
    createTask(reader(), { name: 'reader' }),
    ...['x', 'y'].map((name) => createTask(sleep(5), { name })),
  );
}

/** Two threads count without a lock, or with one. */
const counting = (isLocked: boolean) => () => {
  let counter = 0;
  const lock = new ThreadLock('counter');
  function* add(): Coroutine<void> {
    const seen = counter;
    yield* busy(1, `${seen} + 1`);
    counter = seen + 1;
  }
  runThreads(function* () {
    const threads = ['ann', 'bob'].map((name) =>
      new Thread(() => (isLocked ? lock.run(add) : add()), { name }).start(),
    );
    for (const thread of threads) yield* thread.join();
    if (counter !== 2) throw new Error(`counted ${counter} of 2`);
  });
};

/** Two tasks take two locks, each in its own order, if the answers from outside come at the wrong time. */
function* crossing(): Coroutine<void> {
  const [left, right] = [new Lock('left'), new Lock('right')];
  const net = new Device({ name: 'net', latency: [5, 20] });
  function* user(first: Lock, second: Lock): Coroutine<void> {
    yield* net.request();
    yield* first.run(function* () {
      yield* sleep(10);
      yield* second.run(() => sleep(1));
    });
  }
  yield* gather(createTask(user(left, right), { name: 'a' }), createTask(user(right, left), { name: 'b' }));
}

describe('every schedule', () => {
  it.each([
    ['nothing is open', napping(1), 1],
    ['two of one moment: 2!', napping(2), 2],
    ['three of one moment: 3!', napping(3), 6],
    ['four of one moment: 4!', napping(4), 24],
    // Whoever wakes first sleeps first again, so the second time there are two to choose from in either order.
    ['two of one moment, three times: 2! × 2! × 2!', napping(2, 3), 8],
  ])('is counted right: %s', (_, program, count) => {
    expect(explore(program, { strategy: exhaustive() })).toMatchObject({
      runs: count,
      schedules: count,
      isComplete: true,
      failures: [],
    });
  });

  it('of ranges has their ends, and of faults both', () => {
    const asking = (options: ConstructorParameters<typeof Device>[0]) =>
      function* (): Coroutine<void> {
        yield* gather([new Device(options).request()], { returnExceptions: true });
      };
    expect(explore(asking({ latency: [5, 20] })).runs).toBe(2);
    expect(explore(asking({ latency: 5, failureRate: 0.1 })).runs).toBe(2);
    expect(explore(asking({ latency: [5, 20], failureRate: 0.1 })).runs).toBe(4);
  });

  it('is not claimed to be all where the bound on runs came first', () => {
    expect(explore(napping(4), { runs: 23 })).toMatchObject({ runs: 23, isComplete: false });
    expect(explore(napping(4), { runs: 24 })).toMatchObject({ runs: 24, isComplete: true });
  });

  it('of the ready queue is explored in the adversarial mode alone, which says so', () => {
    const program = function* (): Coroutine<void> {
      yield* gather(createTask(sleep(0)), createTask(sleep(0)));
    };
    expect(explore(program)).toMatchObject({ runs: 1, adversarial: false });
    // Both begin, both go on, and both are done, each in either order: 2! × 2! × 2!.
    expect(explore(program, { adversarial: true })).toMatchObject({
      runs: 8,
      adversarial: true,
      isComplete: true,
    });
  });
});

describe('a schedule that fails', () => {
  const strategies: [string, () => Strategy][] = [
    ['exhaustive', exhaustive],
    ['random', () => random(1)],
    ['pct', () => pct({ seed: 1 })],
  ];

  it.each(strategies)('is found, shrunk to what matters, and replayed exactly: %s', (name, strategy) => {
    const { failures, strategy: called } = explore(relying, { strategy: strategy() });
    expect(called).toBe(name);
    const [failure] = failures;
    expect(String(failure!.error)).toBe('Error: read before it was written');
    expect(failure!.departures).toBe(1);
    expect(failure!.schedule).toMatch(/^seed=\d+ timer=1\/4 timer\/3-2$/);
    expect(String(replay(relying, failure!.schedule).error)).toBe(String(failure!.error));
  });

  it.each(strategies)('is found among threads, and none where the lock is: %s', (_, strategy) => {
    const { failures } = explore(counting(false), { strategy: strategy(), runs: 200 });
    expect(String(failures[0]?.error)).toBe('Error: counted 1 of 2');
    expect(failures[0]?.departures).toBe(1);
    expect(explore(counting(true), { strategy: strategy(), runs: 200 }).failures).toEqual([]);
  });

  it('may be a deadlock', () => {
    const { failures } = explore(crossing);
    expect(failures[0]!.error).toBeInstanceOf(DeadlockError);
  });

  it('may be one in which the program never ends', () => {
    const { failures } = explore(
      function* (): Coroutine<void> {
        let isDone = false;
        function* worker(): Coroutine<void> {
          yield* sleep(5);
          isDone = true;
        }
        function* poller(): Coroutine<void> {
          yield* sleep(5);
          if (!isDone) for (;;) yield* sleep(1);
        }
        yield* gather(createTask(worker()), createTask(poller()));
      },
      { limits: { iterations: 1000 } },
    );
    expect(failures[0]!.error).toBeInstanceOf(LimitError);
  });

  describe('that never ends', () => {
    let starts = 0;
    /** Two poll for ever, and are woken at one moment each time: there are thousands of answers to try otherwise. */
    function* polling(): Coroutine<void> {
      starts++;
      function* poll(): Coroutine<void> {
        for (;;) yield* sleep(10);
      }
      yield* gather(poll(), poll());
    }
    const limits = { iterations: 20_000 };

    it('is not tried otherwise for longer than three such runs, to find one that passes', () => {
      starts = 0;
      expect(explore(polling, { limits }).failures).toMatchObject([{ kind: 'no end', passing: null }]);
      expect(starts).toBe(5); // the failing run, three that should pass, and the first once more with its trace
    });

    it('is shrunk within twenty such runs, from thousands of departures to none', () => {
      starts = 0;
      const { failures, runs } = explore(polling, { limits, strategy: random(1) });
      expect([runs, failures[0]!.departures]).toEqual([1, 0]);
      expect(starts).toBeLessThanOrEqual(1 + 20 + 3 + 1);
    });
  });

  it('may be one that leaves an error to nobody', () => {
    const { failures } = explore(function* (): Coroutine<void> {
      const task = createTask(
        (function* (): Coroutine<void> {
          yield* sleep(5);
          throw new Error('unseen');
        })(),
        { name: 'task' },
      );
      yield* sleep(9);
      if (!task.done()) yield* task;
    });
    expect(String(failures[0]?.error)).toBe('Error: unseen');
    expect(failures[0]?.departures).toBe(0);
  });

  it('is one of several, if all are asked for', () => {
    const program = function* (): Coroutine<void> {
      const woken: string[] = [];
      function* nap(name: string): Coroutine<void> {
        yield* sleep(5);
        woken.push(name);
      }
      yield* gather(['a', 'b', 'c'].map((name) => nap(name)));
      if (woken[0] !== 'a') throw new Error(`${woken[0]} was first`);
    };
    const { failures, isComplete } = explore(program, { all: true, runs: 6 }); // 3!
    expect(isComplete).toBe(true);
    expect(failures.map(({ error }) => String(error))).toEqual(['Error: b was first', 'Error: c was first']);
  });

  it('that does not fail again is no finding, and the program is told to be another one each time', () => {
    let runs = 0;
    const program = function* (): Coroutine<void> {
      if (runs++ === 0) throw new Error('only once');
      yield* sleep(1);
    };
    expect(() => explore(program)).toThrow(NotRepeatableError);
    expect(() => explore(program)).not.toThrow(); // from now on it is well
  });

  it('because of the real world, is told with what was used, why not, and where', () => {
    let rolls = 0;
    const program = function* (): Coroutine<void> {
      yield* sleep(Math.random());
      if (rolls++ === 0) throw new Error('by chance');
    };
    expect(() => explore(program)).toThrow(
      /did not when it was run again: the program is not the same each time\.\nMath\.random\(\) was called in a simulation: real chance differs from run to run: use getRunningLoop\(\)\.random\.next\(\), which is seeded \(explore\/explore\.test\.ts:\d+:\d+\)$/,
    );
    expect(explore(program).note).toMatch(/^Math\.random\(\) was called in a simulation/);
  });

  it('is told with its schedule, who did what in turns, and the picture', async () => {
    await expect(`${explorationText(explore(relying), { width: 110 })}\n`).toMatchFileSnapshot('relying.txt');
  });

  it('is told up to where it went wrong, and not how the loop cleans up after that', () => {
    const deadlock = explorationText(explore(crossing));
    expect(deadlock).toContain('a waits: lock.acquire right, held by b');
    expect(deadlock).not.toContain(' to stop');
    expect(deadlock).not.toContain('deadlock: a waits'); // the error has said it
    const broken = explorationText(
      explore(function* (): Coroutine<void> {
        let inUse = 0;
        always(() => inUse < 2, 'one at a time');
        function* use(): Coroutine<void> {
          inUse++;
          yield* sleep(1.23456);
          inUse--;
        }
        yield* sleep(1.23456);
        yield* gather(createTask(use(), { name: 'a' }), createTask(use(), { name: 'b' }));
      }),
    );
    expect(broken).toContain('one at a time does not hold any more, after a step of b, at 1.235 ms');
    expect(broken).not.toContain('exception handler');
    expect(broken).not.toContain(' to stop');
  });

  it('is told with what came of a number that was drawn otherwise than in the nearest run that passes', () => {
    const asking = (options: ConstructorParameters<typeof Device>[0]) =>
      explorationText(
        explore(function* (): Coroutine<void> {
          const net = new Device({ name: 'net', ...options });
          yield* net.request({ label: '/a' });
          if (now() > 10) throw new Error('too late');
        }),
      );
    expect(asking({ latency: [5, 20] })).toContain(
      '  it fails where  net takes up /a of main, until 20 ms\n' +
        '  it passes where net takes up /a of main, until 5 ms\n',
    );
    expect(asking({ latency: 5, failureRate: 0.1 })).toContain(
      '  it fails where  net fails at /a of main\n  it passes where net is done with /a of main\n',
    );
  });

  it('is told with the events that a finding points at, and times that can be read', () => {
    const text = explorationText(
      explore(function* (): Coroutine<void> {
        const permits = new Semaphore(2, 'permits');
        function* taker(): Coroutine<void> {
          yield* sleep(1.23456);
          yield* permits.acquire();
        }
        yield* createTask(taker(), { name: 'ann' });
      }),
      { width: 120 },
    );
    expect(text).toMatch(/^Leak: ann took the semaphore permits at 1.235 ms \(event \d+\)/m);
    expect(text).toMatch(/^ +now holds permits$/m);
  });
});

describe('priorities that change', () => {
  it('change within the program, however short it is', () => {
    const strategy = pct({ depth: 2, seed: 5 });
    for (let run = 0; run < 200; run++) {
      const { policy } = strategy.next()!;
      const picked = Array.from({ length: 4 }, () => policy.choose!('preempt', 2, String));
      strategy.learn(picked.map((at) => ({ what: 'preempt', candidates: 2, picked: at })));
      // Of the first run it isn't known yet how much it asks.
      if (run > 0) expect(picked.filter((at) => at === 1).length).toBe(1);
    }
  });

  it('change the order of those who have one name, too', () => {
    const program = function* (): Coroutine<void> {
      const called: number[] = [];
      yield* gather(
        [1, 2].map((n) =>
          createTask(
            (function* (): Coroutine<void> {
              yield* sleep(5);
              called.push(n);
            })(),
            { name: 'twin' },
          ),
        ),
      );
      if (called[0] !== 1) throw new Error('the second was first');
    };
    expect(explore(program, { strategy: pct({ seed: 1 }), runs: 100 }).failures.length).toBe(1);
  });

  it('put whoever is interrupted behind everybody else', () => {
    const strategy = pct({ depth: 2, seed: 5 });
    const names = ['ann', 'bob', 'cyd'];
    let interruptions = 0;
    for (let run = 0; run < 200; run++) {
      const { policy } = strategy.next()!;
      const isInterrupted = policy.choose!(
        'preempt',
        2,
        (at) => `ann ${at === 0 ? 'goes on' : 'is interrupted'}`,
      );
      const next = policy.choose!('thread', 3, (at) => names[at]!);
      strategy.learn([isInterrupted, next].map((at) => ({ what: 'thread', candidates: 3, picked: at })));
      if (isInterrupted === 0) continue;
      interruptions++;
      expect(names[next]).not.toBe('ann');
    }
    expect(interruptions).toBeGreaterThan(50);
  });
});

describe('who did what in turns', () => {
  it('gives each a column whatever his name is, and shows that as text', () => {
    const names = ['\x1b[31mred', 'two\nlines'];
    const { trace } = replay(function* (): Coroutine<void> {
      yield* gather(names.map((name) => createTask(sleep(5), { name })));
    }, 'seed=0 ...');
    const [head, ...rows] = turnsTable(trace, { width: 100 }).split('\n');
    expect(head).toMatch(/^time +main +␛\[31mred +two␤lines *$/);
    expect(rows.filter((row) => /^ +starts$/.test(row)).length).toBe(2);
  });

  it('never exceeds its width, and names everybody in each row where there is no room for columns', () => {
    const { trace } = replay(napping(9), 'seed=0 ...');
    for (const width of [20, 60, 120])
      for (const line of turnsTable(trace, { width }).split('\n'))
        expect(line.length).toBeLessThanOrEqual(width);
    expect(turnsTable(trace, { width: 60, maxRows: 3 })).toContain('rows before');
  });
});
