import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  always,
  type Coroutine,
  compute,
  createTask,
  currentTask,
  Event,
  eventually,
  gather,
  getRunningLoop,
  Lock,
  network,
  now,
  print,
  Queue,
  query,
  SystemExit,
  seconds,
  sleep,
  TaskGroup,
  timeout,
} from '../../src/index.ts';
import { describeError } from '../../src/testing/evidence.ts';
import {
  matchers,
  runTest,
  type TestBody,
  TestFailedError,
  type TestFailure,
  type TestOptions,
} from '../../src/testing/index.ts';
import { failure, text } from './messages.ts';
import { tooLate } from './programs.ts';

expect.extend(matchers);

function* alarm(ms: number): Coroutine<void> {
  yield* sleep(ms);
  print('rang');
}

function* ask(ms: number): Coroutine<void> {
  yield* network({ latency: ms }).request();
}

function* forever(): Coroutine<void> {
  for (;;) yield* sleep(10);
}

/** The first part of the message of a test that fails, before the schedule and the picture. */
function verdict(body: TestBody, options?: TestOptions): string {
  return failure(() => runTest(body, options)).split('\n\nat ')[0]!;
}

describe('the body of a test', () => {
  it('is a task like any other: it awaits, starts tasks, fails by what it throws, and gives its simulation', () => {
    const { time, output, result, tasks } = runTest(function* () {
      const [one] = yield* gather(sleep(5, 'one'), alarm(10));
      return [one, currentTask()?.getName()];
    });
    expect([time, output, result]).toEqual([10, ['rang'], ['one', 'test']]);
    expect(tasks.length).toBe(3);
    expect(() => runTest(tooLate)).toThrow('the answer came too late');
  });

  it('lets time pass: all that is due up to and including that moment has run, and nothing else', () => {
    runTest(function* (sim) {
      for (const ms of [10, 20, 30]) createTask(alarm(ms));
      yield* sim.advanceBy(19);
      expect([sim.now, now(), sim.output]).toEqual([19, 19, ['rang']]);
      yield* sim.advanceBy(1);
      expect([sim.now, sim.output.length]).toEqual([20, 2]);
      yield* sim.advanceTo(30);
      expect(sim.log).toEqual([
        [10, 'Task-1', 'rang'],
        [20, 'Task-2', 'rang'],
        [30, 'Task-3', 'rang'],
      ]);
    });
  });

  it('goes on when all that follows from that moment has run, as far as that takes no time', () => {
    runTest(function* (sim) {
      const links: number[] = [];
      function* link(left: number): Coroutine<void> {
        links.push(left);
        if (left > 0) yield* createTask(link(left - 1));
      }
      getRunningLoop().callAt(10, () => createTask(link(5)));
      getRunningLoop().callAt(10.001, () => links.push(-1));
      yield* sim.advanceBy(10);
      expect(links).toEqual([5, 4, 3, 2, 1, 0]);
    });
  });

  it('sleeps otherwise than it advances: a sleep is over in its turn among the others', () => {
    runTest(function* (sim) {
      createTask(alarm(10));
      yield* sleep(10);
      expect(sim.output).toEqual([]); // it was there first
      yield* sim.runCurrent();
      expect(sim.output).toEqual(['rang']);
    });
  });

  it('lets run what is ready now, and what becomes ready by that; no time passes', () => {
    runTest(function* (sim) {
      const order: string[] = [];
      const ready = new Event();
      const task = createTask(
        (function* () {
          order.push('starts');
          yield* ready.wait();
          order.push('goes on');
          yield* sleep(0);
          order.push('ends');
        })(),
      );
      expect(order).toEqual([]);
      yield* sim.runCurrent();
      expect(order).toEqual(['starts']);
      ready.set();
      yield* sim.advanceBy(0);
      expect([order, sim.now, task.done()]).toEqual([['starts', 'goes on', 'ends'], 0, true]);
    });
  });

  it('lets all run until nothing is left to happen, though some may still wait', () => {
    runTest(
      function* (sim) {
        createTask(new Queue<number>(0, 'orders').get(), { name: 'worker' });
        createTask(alarm(40));
        createTask(ask(70));
        yield* sim.runUntilIdle();
        expect([sim.now, sim.output]).toEqual([70, ['rang']]);
      },
      { allow: ['leaks'] },
    );
  });

  it('doesn’t wait for the background to come to rest, nor for what that has started or asked for', () => {
    runTest(function* (sim) {
      sim.start(function* () {
        createTask(forever());
        const disk = network({ latency: 3 });
        for (;;) {
          yield* timeout(50, function* () {
            yield* disk.request();
            yield* sleep(1);
          });
        }
      });
      createTask(alarm(40));
      yield* sim.runUntilIdle();
      expect([sim.now, sim.output]).toEqual([40, ['rang']]);
      yield* sim.runUntilIdle();
      expect(sim.now).toBe(40);
    });
  });

  it('is further on where a computation has carried the clock', () => {
    runTest(function* (sim) {
      const task = createTask(
        (function* () {
          yield* sleep(10);
          compute(50);
          yield* sleep(0);
          yield* sleep(0);
        })(),
      );
      yield* sim.advanceTo(20);
      expect([sim.now, task.done()]).toEqual([60, false]);
      yield* task;
    });
  });

  it('can look at what has happened so far, and rolls seeded dice', () => {
    const roll = (seed: number) => {
      let rolled = 0;
      runTest(
        function* (sim) {
          createTask(alarm(10), { name: 'alarm' });
          yield* sim.advanceBy(10);
          expect(sim.trace).toTakeExactly('alarm', 10);
          expect(sim.trace).toPrint(['rang']);
          expect(sim).toLog([[10, 'alarm', 'rang']]); // of `sim` itself is meant what has happened so far
          expect(sim).toTake(10);
          rolled = sim.random.next();
        },
        { seed },
      );
      return rolled;
    };
    expect(roll(1)).toBe(roll(1));
    expect(roll(1)).not.toBe(roll(2));
  });

  it('shows in the timeline how it lets time pass', () => {
    const run = runTest(function* (sim) {
      createTask(alarm(10), { name: 'alarm' });
      yield* sim.advanceBy(20);
      createTask(sleep(5), { name: 'nap' });
      yield* sim.runUntilIdle();
    });
    expect(run.timeline({ width: 60, legend: false })).toBe(
      text(`
               0        5 ms     10 ms      15 ms     20 ms    25 ms
               ├─────────┴─────────┴──────────┴─────────┴──────────┤
        test   ●─ sim.advanceBy 20 ms ──────────────────●──────────✓
        alarm  ●─ sleep 10 ms ─────✓
        nap                                             ●──────────✓
        loop   ●···················●····················●··········●
      `),
    );
  });
});

describe('a task of the background', () => {
  it('may be pending at the end: it is cancelled', () => {
    let ended = '';
    const { trace, time } = runTest(function* (sim) {
      const beat = sim.start(
        function* () {
          try {
            yield* forever();
          } finally {
            yield* sleep(1);
            ended = `at ${now()}`;
          }
        },
        { name: 'beat' },
      );
      yield* sleep(25);
      expect(beat.done()).toBe(false);
    });
    expect(query(trace).task('beat').outcome).toBe('cancelled');
    expect([ended, time]).toEqual(['at 26', 26]);
  });

  it('fails the test at once when it fails', () => {
    const ran: number[] = [];
    expect(
      failure(() =>
        runTest(function* (sim) {
          sim.start(tooLate, { name: 'server' });
          for (;;) {
            yield* sleep(6);
            ran.push(sim.now);
          }
        }),
      ),
    ).toBe(
      text(`
        the answer came too late

        at 10 ms of virtual time, by the schedule 'seed=0 ...'
        thrown by the background task server

                0            2 ms          4 ms          6 ms          8 ms        10 ms
                ├─────────────┴─────────────┴─────────────┴─────────────┴──────────────┤
        test    ●─ sleep 6 ms ────────────────────────────●─ sleep 6 ms ────────────────
        server  ●─ sleep 10 ms ────────────────────────────────────────────────────────✗
        loop    ●·········································●····························●

        ● step   ─ waiting   ✗ failed   · loop idle
      `),
    );
    expect(ran).toEqual([6]);
    const late: TestBody = function* (sim) {
      sim.start(tooLate());
      yield* sim.advanceBy(50);
    };
    expect(verdict(late)).toBe('the answer came too late');
  });

  it('may fail if somebody awaits it, who then has the error', () => {
    runTest(function* (sim) {
      const server = sim.start(tooLate);
      let caught: unknown = null;
      try {
        yield* server;
      } catch (error) {
        caught = error;
      }
      expect(describeError(caught)).toBe('TimeoutError: the answer came too late');
      yield* sim.advanceBy(100);
    });
  });
});

describe('a test fails', () => {
  it('with its error, the virtual time, the schedule and the timeline', () => {
    const body: TestBody = function* (sim) {
      createTask(alarm(seconds(1)), { name: 'alarm' });
      yield* sim.advanceBy(seconds(2));
      expect(sim.output).toEqual(['ring']);
    };
    expect(failure(() => runTest(body, { seed: 7 }))).toBe(
      text(`
        expected [ 'rang' ] to deeply equal [ 'ring' ]

        at 2 s (2000 ms) of virtual time, by the schedule 'seed=7 ...'

               0               0.5 s              1 s              1.5 s             2 s
               ├─────────────────┴─────────────────┴─────────────────┴─────────────────┤
        test   ●─ sim.advanceBy 2 s ───────────────────────────────────────────────────✗
        alarm  ●─ sleep 1 s ───────────────────────✓
        loop   ●···································●···································●

        ● step   ─ waiting   ✓ done   ✗ failed   · loop idle
      `),
    );
  });

  it('with a matcher’s message, which has a timeline already', () => {
    const message = failure(() =>
      runTest(function* (sim) {
        yield* sleep(10);
        expect(sim.trace).toTake(5);
      }),
    );
    expect(message.split('├').length).toBe(2);
    expect(message.split('\n').at(-1)).toBe("at 10 ms of virtual time, by the schedule 'seed=0 ...'");
  });

  it('for tasks that it leaves pending, and says what they wait for', () => {
    expect(
      failure(() =>
        runTest(function* (sim) {
          const printer = new Lock('printer');
          yield* printer.acquire();
          createTask(new Queue<number>(0, 'orders').get(), { name: 'worker' });
          createTask(printer.acquire(), { name: 'ann' });
          yield* sim.advanceBy(5);
          createTask(alarm(seconds(1)), { name: 'alarm' });
        }),
      ),
    ).toBe(
      text(`
        3 tasks are still pending at the end of the test:
          worker waits since 0 ms: queue.get orders
          ann waits since 0 ms: lock.acquire printer, held by test
          alarm waits since 5 ms: sleep 1 s
        await or cancel what the test has started, or start it in the background by sim.start(…); allow: ['leaks'] lets it be

        at 5 ms of virtual time, by the schedule 'seed=0 ...'

                0            1 ms          2 ms          3 ms          4 ms         5 ms
                ├─────────────┴─────────────┴─────────────┴─────────────┴──────────────┤
        test    ●─ sim.advanceBy 5 ms ─────────────────────────────────────────────────✓
        worker  ●─ queue.get orders ────────────────────────────────────────────────────
        ann     ●─ lock.acquire printer ────────────────────────────────────────────────
        alarm                                                                          ●
        loop    ●······································································●

        ● step   ─ waiting   ✓ done   · loop idle
      `),
    );
  });

  it('not for tasks that end at the moment when it ends', () => {
    runTest(function* (sim) {
      const jobs = new Queue<string>();
      const worker = createTask(
        (function* () {
          while ((yield* jobs.get()) !== 'stop');
        })(),
      );
      yield* sim.runCurrent();
      const late = createTask(forever());
      yield* sleep(5);
      jobs.putNowait('stop');
      late.cancel();
      expect([worker.done(), late.done()]).toEqual([false, false]);
    });
  });

  it('for what nobody has looked at: a lost error, an await without a star, a callback that throws', () => {
    const lines = readFileSync(new URL('run-test.test.ts', import.meta.url), 'utf8').split('\n');
    const line = lines.findIndex((text) => text.endsWith('// no star')) + 1;
    const body: TestBody = function* (sim) {
      createTask(tooLate(), { name: 'lost' });
      sim.advanceBy(5); // no star
      getRunningLoop().callSoon(() => {
        throw new RangeError('too far');
      });
      yield* sleep(20);
    };
    expect(verdict(body)).toBe(
      text(`
        the test came to its end, but:
          Exception in callback (anonymous): RangeError: too far
          Task lost exception was never retrieved: TimeoutError: the answer came too late
          coroutine sim.advanceBy(5) was never awaited: write yield* before it (testing/run-test.test.ts:${line}:11)
        allow: ['reports'] lets it be
      `),
    );
    runTest(body, { allow: ['reports'] });
    runTest(body, { exceptionHandler: () => {} });
  });

  it('for the one error that nobody has looked at, by that error itself: it knows its line, and what it compared', () => {
    const wrong = new RangeError('too far');
    const body: TestBody = function* (sim) {
      createTask(
        (function* (): Coroutine<void> {
          yield* sleep(5);
          throw wrong;
        })(),
        { name: 'checker' },
      );
      sleep(3);
      yield* sim.advanceBy(10);
    };
    const thrown = (of: TestBody): unknown => {
      try {
        runTest(of);
      } catch (error) {
        return error;
      }
      return null;
    };
    expect(thrown(body)).toBe(wrong);
    expect(wrong.message.split('\n').slice(0, 5)).toEqual([
      'too far',
      '',
      "at 10 ms of virtual time, by the schedule 'seed=0 ...'",
      "thrown by the task checker, and nobody awaited it; allow: ['reports'] lets it be",
      expect.stringContaining('coroutine sleep(3) was never awaited'),
    ]);
    runTest(body, { allow: ['reports'] });

    const inCallback = new RangeError('too near');
    const byCallback: TestBody = function* () {
      getRunningLoop().callSoon(() => {
        throw inCallback;
      });
      yield* sleep(5);
    };
    expect(thrown(byCallback)).toBe(inCallback);
    expect(inCallback.message.split('\n')[3]).toBe(
      "Exception in callback (anonymous); allow: ['reports'] lets it be",
    );
  });

  it('for several errors that nobody has looked at, with the first as the cause', () => {
    const body: TestBody = function* () {
      for (const name of ['ann', 'bob']) createTask(tooLate(), { name });
      yield* sleep(20);
    };
    try {
      runTest(body);
      expect.unreachable();
    } catch (error) {
      expect((error as Error).message).toContain('Task bob exception was never retrieved');
      expect((error as Error).cause).toMatchObject({ message: 'the answer came too late' });
    }
  });

  it('for a look at the real clock, unless that is allowed', () => {
    const body: TestBody = function* () {
      Math.random();
    };
    expect(verdict(body)).toMatch(
      /^the test came to its end, but:\n {2}Math\.random\(\) was called in a simulation: .*\(testing\/run-test\.test\.ts:\d+:12\)\nallow: \['reality'\] lets the test use the real world$/,
    );
    runTest(body, { allow: ['reality'] });
  });

  it('for what is amiss besides, where it fails by something else: that is said, too', () => {
    const message = failure(() =>
      runTest(function* () {
        Date.now();
        sleep(5);
        throw new Error('fails');
      }),
    );
    expect(message.split('\n').slice(0, 5)).toEqual([
      'fails',
      '',
      "at 0 ms of virtual time, by the schedule 'seed=0 ...'",
      expect.stringContaining('coroutine sleep(5) was never awaited'),
      expect.stringContaining('Date.now() was called in a simulation'),
    ]);
  });

  it('if it isn’t over in time, in virtual time, and says what every task waits for', () => {
    const slow: TestBody = function* () {
      createTask(sleep(seconds(9)), { name: 'nap' });
      yield* new Event('dinner').wait();
    };
    expect(failure(() => runTest(slow, { timeout: seconds(5) }))).toBe(
      text(`
        the test was not over after its 5 s (5000 ms) of virtual time; still pending:
          test waits since 0 ms: event.wait dinner
          nap waits since 0 ms: sleep 9 s

        at 5 s (5000 ms) of virtual time, by the schedule 'seed=0 ...'

              0            1 s            2 s           3 s            4 s           5 s
              ├─────────────┴──────────────┴─────────────┴──────────────┴──────────────┤
        test  ●─ event.wait dinner ─────────────────────────────────────────────────────
        nap   ●─ sleep 9 s ─────────────────────────────────────────────────────────────
        loop  ●·········································································

        ● step   ─ waiting   · loop idle
      `),
    );
    const bodies: TestBody[] = [
      (sim) => sim.advanceBy(5001),
      (sim) => sim.advanceTo(6000),
      () => sleep(5001),
      function* () {
        compute(5001);
      },
      function* (sim) {
        createTask(forever());
        yield* sim.runUntilIdle();
      },
    ];
    for (const body of bodies)
      expect(verdict(body, { timeout: 5000 })).toMatch(/^the test was not over after its 5 s/);
    runTest(() => sleep(5000), { timeout: 5000 });
    runTest((sim) => sim.advanceBy(5000), { timeout: 5000 });
  });

  it('by a deadlock, by a limit, and by what leaves the loop', () => {
    expect(verdict(() => new Queue<number>(0, 'orders').get())).toBe(
      'deadlock at 0 ms: nothing is ready, no timer is set, no request is in flight, and a task still waits\n  test waits: queue.get orders',
    );
    expect(verdict(() => new Queue<number>().get(), { timeout: 5 })).toMatch(/^deadlock at 0 ms/);
    expect(verdict(forever, { limits: { iterations: 100 } })).toMatch(/^no end after 100 iterations/);
    const exit: TestBody = function* () {
      throw new SystemExit(3);
    };
    expect(verdict(exit)).toBe('exit with code 3');
    const stop: TestBody = function* () {
      getRunningLoop().stop();
      yield* sleep(5);
    };
    expect(verdict(stop)).toBe('Event loop stopped before the test was over');
  });

  it('by a claim that breaks in a step, or never comes true', () => {
    let open = 1;
    const breaks: TestBody = function* (sim) {
      always(() => open >= 0, 'no door is open less than never');
      createTask(
        (function* () {
          yield* sleep(5);
          open -= 2;
        })(),
        { name: 'ann' },
      );
      yield* sim.advanceBy(10);
    };
    expect(verdict(breaks)).toBe(
      'no door is open less than never does not hold any more, after a step of ann, at 5 ms',
    );
    const never: TestBody = function* (sim) {
      eventually(() => open > 5, 'many doors are open');
      yield* sim.advanceBy(10);
    };
    expect(verdict(never)).toBe('many doors are open never came true, at 10 ms');
    open = 6;
    runTest(never);
  });

  it('with what is no error, in words', () => {
    const body: TestBody = function* () {
      throw 'no';
    };
    const message = failure(() => runTest(body));
    expect(message).toMatch(/^the test threw "no"\n\nat 0 ms/);
    expect(() => runTest(body)).toThrow(TestFailedError);
  });

  it('with the same error twice, which doesn’t grow', () => {
    const error = new Error('once');
    const body: TestBody = function* () {
      throw error;
    };
    const head = () =>
      failure(() => runTest(body))
        .split('\n')
        .slice(0, 4);
    expect(head()).toEqual(head());
    expect(error.stack).toMatch(/^Error: once\n\nat 0 ms/);
  });

  it('and tells whoever wants to know, with its trace; what that says is added', () => {
    let told: TestFailure | null = null;
    const message = failure(() =>
      runTest(tooLate, {
        name: 'too late',
        onFailure: (failed) => {
          told = failed;
          return 'kept in trace.json';
        },
      }),
    );
    expect(told!).toMatchObject({ error: { name: 'TimeoutError' }, schedule: 'seed=0 ...' });
    expect(told!.trace.meta).toEqual({ title: 'too late', program: 'tooLate', seed: 0 });
    expect(message.split('\n')[3]).toBe('kept in trace.json');
  });
});

describe('a schedule', () => {
  const race: TestBody = function* () {
    const order: string[] = [];
    function* runner(name: string): Coroutine<void> {
      yield* sleep(10);
      order.push(name);
    }
    yield* gather(runner('ann'), runner('bob'));
    expect(order).toEqual(['ann', 'bob']);
  };

  it('is printed in full where a policy has decided, and runs the test again in that way', () => {
    runTest(race);
    const last = { choose: (_: unknown, candidates: number) => candidates - 1 };
    const message = failure(() => runTest(race, { policy: last, seed: 3 }));
    const [, line] = /by the schedule '(.*)'/.exec(message)!;
    expect(line).toBe('seed=3 timer=1/2');
    expect(failure(() => runTest(race, { schedule: line! }))).toBe(message);
    runTest(race, { schedule: 'seed=3 timer/2' });
  });

  it('that doesn’t fit is refused', () => {
    expect(() => runTest(race, { schedule: 'seed=0 timer=2/3' })).toThrow(
      "the schedule doesn't fit the program: decision 1 of 1 was timer=2/3, and the program asks to choose between 2 (timer)",
    );
    expect(() => runTest(() => sleep(1), { schedule: 'seed=0 timer/2' })).toThrow(
      "the schedule doesn't fit the program: it has 1 decisions, and the program was over after 0",
    );
  });
});

describe('a mistake with a test', () => {
  it('is refused: no body, no coroutine, impossible options', () => {
    const wrong = runTest as (body: unknown, options?: unknown) => unknown;
    expect(() => wrong(tooLate())).toThrow(
      'the body of a test is a function*, as in function* (sim) { … }: got a generator',
    );
    expect(() => wrong(() => 7)).toThrow(
      'the body of a test is a function*, whose coroutine the loop runs: this one returned 7',
    );
    expect(() => runTest(tooLate, { timeout: 0 })).toThrow(
      'timeout is a number of virtual ms, such as seconds(5): got 0',
    );
    expect(() => wrong(tooLate, { allow: ['all'] })).toThrow(
      'allow is a list of leaks, reports, reality: got "all"',
    );
    expect(() => runTest(tooLate, { schedule: 'seed=0 ...', seed: 1 })).toThrow(
      'a schedule says the seed, and decides: give it alone, without seed and policy',
    );
    expect(() =>
      runTest(function* () {
        runTest(tooLate);
      }),
    ).toThrow('runTest() cannot be called in a running event loop or script: it starts a loop of its own');
  });

  it('is refused: a time that is none or over, an advance by another task', () => {
    runTest(function* (sim) {
      expect(() => sim.advanceBy(-1)).toThrow(
        'sim.advanceBy() goes forward by a number of virtual ms, got -1',
      );
      yield* sleep(10);
      expect(() => sim.advanceTo(5)).toThrow('sim.advanceTo() can’t go back to 5 ms: it is 10 ms already');
      expect(() => sim.start(7 as never)).toThrow(
        'sim.start() starts a coroutine, or a function* that makes one, in the background: got 7',
      );
    });
    const body: TestBody = function* (sim) {
      yield* TaskGroup.run(function* (group) {
        group.createTask(sim.advanceBy(5), { name: 'ann' });
      });
    };
    expect(failure(() => runTest(body, { allow: ['reports'] }))).toContain('unhandled errors in a TaskGroup');
    let error: unknown;
    try {
      runTest(body);
    } catch (thrown) {
      error = thrown;
    }
    expect(describeError((error as AggregateError).errors[0])).toBe(
      'RuntimeError: sim.advanceBy() is for the body of the test, which waits until all others have run: the task ann can’t await it. Let it sleep',
    );
  });
});
