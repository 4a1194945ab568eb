import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blocked,
  blockingSleep,
  busy,
  type Coroutine,
  compute,
  createTask,
  criticalPath,
  Device,
  Event,
  gather,
  Lock,
  Machine,
  Queue,
  Recorder,
  request,
  run,
  runScript,
  runThreads,
  sleep,
  Thread,
  ThreadLock,
  type Trace,
  toThread,
  wait,
  waitFor,
} from '../../src/index.ts';
import { programOf, tasksAtRandom } from '../testing/random-programs.ts';

function traced(program: () => Coroutine<unknown>): Trace {
  const recorder = new Recorder();
  run(program, { trace: recorder, name: 'main', print: () => {} });
  return recorder.toTrace();
}

function threaded(main: () => Coroutine<unknown>, options: { gil?: boolean; cores?: number } = {}): Trace {
  const recorder = new Recorder();
  runThreads(main, { trace: recorder, name: 'main', ...options });
  return recorder.toTrace();
}

/** The path in short: `0-10 rice slept`, with what it was called, and who was held up or had the GIL. */
function path(trace: Trace): string[] {
  return criticalPath(trace).segments.map(({ from, to, who, what, label, device, delayed, by }) =>
    [
      `${from}-${to}`,
      who.name,
      what,
      label,
      device && `at ${device.name}`,
      delayed && `(${delayed.who.name} ${delayed.how})`,
      by.length > 0 && `by ${by.map(({ name }) => name).join(', ')}`,
    ]
      .filter(Boolean)
      .join(' '),
  );
}

function* nap(ms: number): Coroutine<void> {
  yield* sleep(ms);
}

function* work(ms: number, label = ''): Coroutine<void> {
  compute(ms, label);
}

describe('the critical path, from the end back along the causes', () => {
  it('is the longest of several waits', () => {
    const trace = traced(function* () {
      yield* gather(createTask(nap(40), { name: 'rice' }), createTask(nap(30), { name: 'laundry' }));
    });
    expect(path(trace)).toEqual(['0-40 rice slept']);
  });

  it('goes to the one that came, of those of whom one is enough', () => {
    const trace = traced(function* () {
      const tasks = [createTask(nap(40), { name: 'slow' }), createTask(nap(30), { name: 'fast' })];
      yield* wait(tasks, { returnWhen: 'FIRST_COMPLETED' });
      compute(5, 'serve');
    });
    expect(path(trace)).toEqual(['0-30 fast slept', '30-35 main computed serve']);
  });

  it('has whoever released a lock, put something or set an event, up to that moment', () => {
    const trace = traced(function* () {
      const lock = new Lock('printer');
      const letters = new Queue<string>(0, 'letters');
      const sent = new Event('sent');
      createTask(
        (function* () {
          yield* lock.run(() => nap(10));
          yield* sleep(100);
        })(),
        { name: 'holder' },
      );
      createTask(
        (function* () {
          yield* lock.acquire();
          yield* sleep(5);
          compute(2, 'stamp');
          letters.putNowait('hello');
          compute(3);
        })(),
        { name: 'writer' },
      );
      createTask(
        (function* () {
          yield* letters.get();
          yield* sleep(1);
          sent.set();
        })(),
        { name: 'postman' },
      );
      yield* sent.wait();
    });
    expect(path(trace)).toEqual([
      '0-10 holder slept',
      '10-15 writer slept',
      '15-17 writer computed stamp',
      '17-20 writer computed (postman ready)',
      '20-21 postman slept',
    ]);
  });

  it('has the work of others while the loop was busy, from its own beginning', () => {
    const ready = traced(function* () {
      yield* gather(createTask(work(4, 'a'), { name: 'a' }), createTask(work(6, 'b'), { name: 'b' }));
    });
    expect(path(ready)).toEqual(['0-4 a computed a (b ready)', '4-10 b computed b']);
    const overdue = traced(function* () {
      yield* gather(createTask(nap(10), { name: 'beat' }), createTask(work(30), { name: 'crunch' }));
    });
    expect(path(overdue)).toEqual(['0-30 crunch computed (beat overdue)']);
  });

  it('has requests in their channel; one that queued is explained by those ahead', () => {
    const trace = traced(function* () {
      const disk = new Device({ name: 'disk', latency: 10, channels: 1 });
      const read = function* (label: string): Coroutine<void> {
        yield* disk.request({ label });
      };
      yield* gather(['a', 'b'].map((name) => createTask(read(`${name}.txt`), { name })));
    });
    expect(path(trace)).toEqual(['0-10 a request a.txt at disk (b queued)', '10-20 b request b.txt at disk']);
  });

  it('has what was blocked, and the answer that came meanwhile isn’t on it', () => {
    const trace = traced(function* () {
      const net = new Device({ name: 'net', latency: 10 });
      const answer = net.request();
      blockingSleep(30, 'driver');
      yield* answer;
    });
    expect(path(trace)).toEqual(['0-30 main blocked driver']);
  });

  it('has the timer of a timeout that came first', () => {
    const late = traced(function* () {
      try {
        yield* waitFor(nap(50), 20);
      } catch {
        yield* sleep(1);
      }
    });
    expect(path(late)).toEqual(['0-20 main slept timeout', '20-21 main slept']);
  });

  it('goes through scripts: loops and the plain code around them', () => {
    const recorder = new Recorder();
    runScript(
      () => {
        compute(3, 'read');
        run(nap(10), { name: 'first' });
        blockingSleep(5);
        compute(2, 'write');
        run(nap(7), { name: 'second' });
      },
      { trace: recorder },
    );
    expect(path(recorder.toTrace())).toEqual([
      '0-3 script computed read',
      '3-13 first slept',
      '13-18 script blocked',
      '18-20 script computed write',
      '20-27 second slept',
    ]);
  });

  it('stays with a thread that another was made to give up the GIL for, and goes to one that gave it up itself', () => {
    const trace = threaded(function* () {
      const threads = ['a', 'b'].map((name) =>
        new Thread(() => busy(12, 'count')[Symbol.iterator]() as Coroutine<void>, { name }).start(),
      );
      for (const thread of threads) yield* thread.join();
    });
    expect(path(trace)).toEqual([
      '0-5 a computed count',
      '5-10 a gil by b',
      '10-15 a computed count',
      '15-20 a gil by b',
      '20-22 a computed count (b gil)',
      '22-24 b computed count (main gil)',
    ]);
  });

  it('does so for cores', () => {
    const body = () => busy(6, 'count')[Symbol.iterator]() as Coroutine<void>;
    const trace = threaded(
      function* () {
        const threads = ['a', 'b'].map((name) => new Thread(body, { name }).start());
        for (const thread of threads) yield* thread.join();
      },
      { gil: false, cores: 1 },
    );
    expect(path(trace)).toEqual([
      '0-4 a computed count',
      '4-8 a core by b',
      '8-10 a computed count (b core)',
      '10-12 b computed count (main core)',
    ]);
  });

  it('follows threads through locks and sleeps', () => {
    const trace = threaded(function* () {
      const lock = new ThreadLock('till');
      const thread = new Thread(
        function* () {
          yield* lock.acquire();
          yield* busy(3, 'count');
          lock.release();
          yield* blocked(2, 'walk');
        },
        { name: 'cashier' },
      ).start();
      yield* blocked(1);
      yield* lock.acquire();
      yield* busy(4, 'pay');
      lock.release();
      yield* thread.join();
    });
    expect(path(trace)).toEqual([
      '0-3 cashier computed count (main gil)',
      '3-7 main computed pay (cashier gil)',
    ]);
  });

  it('goes from a loop to the thread that did a job for it, and back', () => {
    const recorder = new Recorder();
    function* main(): Coroutine<void> {
      yield* sleep(5);
      yield* toThread(function* () {
        yield* busy(20, 'zip');
      });
      yield* sleep(1);
    }
    run(main, { trace: recorder, name: 'main', machine: new Machine() });
    expect(path(recorder.toTrace())).toEqual([
      '0-5 main slept',
      '5-25 asyncio-0 computed zip',
      '25-26 main slept',
    ]);
  });

  it('is empty where no time passes', () => {
    const trace = traced(function* () {
      yield* sleep(0);
    });
    expect(criticalPath(trace).segments).toEqual([]);
    expect(criticalPath([])).toEqual({ from: 0, to: 0, segments: [], links: [] });
  });
});

/** Threads that do something at random. */
const threadsAtRandom = fc.array(
  fc.array(
    fc.record({
      do: fc.constantFrom('busy', 'blocked', 'lock', 'request'),
      ms: fc.integer({ min: 0, max: 9 }),
    }),
    { maxLength: 5 },
  ),
  { minLength: 1, maxLength: 4 },
);

function checkPath(trace: Trace): void {
  const { from, to, segments, links } = criticalPath(trace);
  expect(to).toBe(trace.endTime);
  let at = from;
  for (const segment of segments) {
    expect(segment.from).toBe(at);
    expect(segment.to).toBeGreaterThan(segment.from);
    expect(segment.what).not.toBe('unknown');
    at = segment.to;
  }
  expect(at).toBe(to);
  // Links go back in time and never forth; the work they lead to may be told of later than it began.
  expect(links.at(-1)).toBe(trace.length);
  expect(new Set(links).size).toBe(links.length);
  expect([...links].sort((a, b) => a - b)).toEqual(links);
}

describe('for any program', () => {
  it('covers the time of the trace without gap or overlap, each event after its cause', () => {
    fc.assert(
      fc.property(tasksAtRandom, (tasks) => {
        const recorder = new Recorder();
        try {
          run(programOf(tasks), { trace: recorder, print: () => {}, exceptionHandler: () => {} });
        } catch {
          // A failure or a deadlock: what happened up to there has a path as well.
        }
        checkPath(recorder.toTrace());
      }),
      { numRuns: 300 },
    );
  });

  it('does so for threads, with a GIL and without, and with costs', () => {
    fc.assert(
      fc.property(
        threadsAtRandom,
        fc.boolean(),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(0, 0.25),
        (threads, gil, cores, threadSwitch) => {
          const recorder = new Recorder();
          runThreads(
            function* () {
              const lock = new ThreadLock('lock');
              const disk = new Device({ name: 'disk', latency: 3, channels: 1 });
              const started = threads.map((actions) =>
                new Thread(function* () {
                  for (const { do: what, ms } of actions) {
                    if (what === 'busy') yield* busy(ms, 'work');
                    else if (what === 'blocked') yield* blocked(ms);
                    else if (what === 'request') yield* request(disk, { label: 'page' });
                    else {
                      yield* lock.acquire();
                      yield* busy(ms);
                      lock.release();
                    }
                  }
                }).start(),
              );
              for (const thread of started) yield* thread.join();
            },
            { trace: recorder, gil, cores, costs: { threadSwitch } },
          );
          checkPath(recorder.toTrace());
        },
      ),
      { numRuns: 200 },
    );
  });

  it('does so for a part that is cut out of a longer log', () => {
    fc.assert(
      fc.property(tasksAtRandom, fc.nat(60), fc.nat(60), (tasks, first, length) => {
        const recorder = new Recorder();
        try {
          run(programOf(tasks), { trace: recorder, print: () => {}, exceptionHandler: () => {} });
        } catch {
          // As above.
        }
        const part = [...recorder].slice(first, first + length);
        const { from, to, segments } = criticalPath(part);
        let at = from;
        for (const segment of segments) {
          expect(segment.from).toBe(at);
          at = segment.to;
        }
        expect(at).toBe(to);
      }),
      { numRuns: 300 },
    );
  });

  it('does so for a loop beside threads, whose steps cost something', () => {
    fc.assert(
      fc.property(tasksAtRandom, threadsAtRandom, fc.constantFrom(0, 0.5), (tasks, jobs, stepCost) => {
        const recorder = new Recorder();
        function* main(): Coroutine<void> {
          const done = jobs.map((actions) =>
            toThread(function* () {
              for (const { ms } of actions) yield* busy(ms, 'job');
            }),
          );
          try {
            yield* programOf(tasks)();
          } finally {
            yield* gather(done);
          }
        }
        try {
          run(main, {
            trace: recorder,
            machine: new Machine({ cores: 2 }),
            stepCost,
            print: () => {},
            exceptionHandler: () => {},
          });
        } catch {
          // As above.
        }
        checkPath(recorder.toTrace());
      }),
      { numRuns: 200 },
    );
  });
});
