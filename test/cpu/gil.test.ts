/** The GIL, as CPython's: who has it when, and how it passes from one thread to another (rules P51, P54). */

import { describe, expect, it } from 'vitest';
import {
  blocked,
  busy,
  type Coroutine,
  compute,
  createTask,
  Device,
  gather,
  Machine,
  now,
  type Program,
  Recorder,
  type RunThreadsOptions,
  request,
  run,
  sleep,
  Thread,
  toThread,
} from '../../src/index.ts';
import { slices, told } from '../support/threads.ts';

/** Runs bodies as threads, started one after the other by a main thread that then waits for all. */
function together(bodies: Record<string, () => Coroutine<void>>, options?: RunThreadsOptions): string[] {
  const { events, error } = told(function* () {
    const threads = Object.entries(bodies).map(([name, body]) => new Thread(body, { name }).start());
    for (const thread of threads) yield* thread.join();
  }, options);
  expect(error).toBeUndefined();
  return slices(events);
}

const computing = (ms: number) =>
  function* (): Coroutine<void> {
    yield* busy(ms);
  };

describe('two threads that compute', () => {
  it('take turns by switch intervals: one waits an interval, asks, and the other drops the GIL at once', () => {
    expect(together({ a: computing(12), b: computing(7) })).toEqual([
      'a 0-5 gil',
      'b 5-10 gil',
      'a 10-15 gil',
      'b 15-17 done',
      'a 17-19 done',
    ]);
  });

  it('take longer turns with a longer interval, and need as long together', () => {
    expect(together({ a: computing(12), b: computing(7) }, { switchInterval: 10 })).toEqual([
      'a 0-10 gil',
      'b 10-17 done',
      'a 17-19 done',
    ]);
  });

  it('need as long on many cores as on one: the GIL is the only thing they wait for', () => {
    for (const cores of [1, 2, 16]) {
      expect(together({ a: computing(12), b: computing(7) }, { cores }).at(-1), `${cores} cores`).toBe(
        'a 17-19 done',
      );
    }
  });
});

describe('three threads that compute', () => {
  it('get the GIL in the order in which they came to wait for it', () => {
    expect(together({ a: computing(11), b: computing(11), c: computing(11) })).toEqual([
      'a 0-5 gil',
      'b 5-10 gil',
      'c 10-15 gil',
      'a 15-20 gil',
      'b 20-25 gil',
      'c 25-30 gil',
      'a 30-31 done',
      'b 31-32 done',
      'c 32-33 done',
    ]);
  });

  it('get it in another order where the policy, for the operating system, picks another', () => {
    const policy = { choose: (_: string, candidates: number) => candidates - 1 };
    expect(together({ a: computing(6), b: computing(6), c: computing(6) }, { policy })).toEqual([
      'c 0-5 gil',
      'b 5-10 gil',
      'c 10-11 done',
      'b 11-12 done',
      'a 12-18 done',
    ]);
  });
});

describe('a thread that waits for the GIL', () => {
  it('asks an interval after it came, not after the holder did', () => {
    expect(
      together({
        *late() {
          yield* blocked(3);
          yield* busy(1);
        },
        a: computing(20),
      }),
      // The main thread, which joins `late`, is the one that asks at 14.
    ).toEqual(['a 0-8 gil', 'late 8-9 done', 'a 9-14 gil', 'a 14-21 done']);
  });

  it('doesn’t ask if there was a switch meanwhile: it waits another interval of its own', () => {
    // `first` comes at 0 and gets the GIL at 4, when `a` blocks. `late`, who came at 3, looks at 8 and finds that there was a
    // switch; at 13 it finds none, and asks.
    expect(
      together({
        *late() {
          yield* blocked(3);
          yield* busy(1);
        },
        *a() {
          yield* busy(4);
          yield* blocked(100);
        },
        first: computing(20),
      }).slice(0, 3),
    ).toEqual(['a 0-4 blocked', 'first 4-13 gil', 'late 13-14 done']);
  });

  it('gets it at once if the holder blocks, in a sleep or for a device', () => {
    const disk = new Device({ name: 'disk', latency: 10 });
    expect(
      together({
        *a() {
          yield* busy(2);
          yield* request(disk);
          yield* busy(1);
        },
        b: computing(3),
      }),
    ).toEqual(['a 0-2 request', 'b 2-5 done', 'a 12-13 done']);
  });

  it('waits for the end of a native call, which keeps the GIL however long it takes', () => {
    expect(
      together({
        *zip() {
          yield* busy(20, 'zip', { native: true });
          yield* busy(3);
        },
        b: computing(2),
      }),
    ).toEqual(['zip 0-20 gil', 'b 20-22 done', 'zip 22-25 done']);
  });
});

describe('the convoy: a thread that does IO beside one that computes', () => {
  it('pays a switch interval for each completion', () => {
    const lines = together({
      *io() {
        for (let i = 0; i < 3; i++) {
          yield* blocked(1);
          yield* busy(1);
        }
      },
      hog: computing(100),
    });
    expect(lines.filter((line) => line.startsWith('io'))).toEqual([
      'io 6-7 blocked',
      'io 13-14 blocked',
      'io 20-21 done',
    ]);
  });

  it('pays nothing without a GIL, if there is a core for it', () => {
    const lines = together(
      {
        hog: computing(100),
        *io() {
          for (let i = 0; i < 3; i++) {
            yield* blocked(1);
            yield* busy(1);
          }
        },
      },
      { gil: false, cores: 2 },
    );
    expect(lines.filter((line) => line.startsWith('io'))).toEqual([
      'io 1-2 blocked',
      'io 3-4 blocked',
      'io 5-6 done',
    ]);
  });
});

describe('without a GIL', () => {
  it('threads compute side by side, as many as there are cores', () => {
    expect(together({ a: computing(12), b: computing(7) }, { gil: false, cores: 2 })).toEqual([
      'b 0-7 done',
      'a 0-12 done',
    ]);
  });

  it('those who have no core wait for the time slice of one who has', () => {
    expect(together({ a: computing(6), b: computing(6) }, { gil: false, cores: 1 })).toEqual([
      'a 0-4 slice',
      'b 4-8 slice',
      'a 8-10 done',
      'b 10-12 done',
    ]);
  });
});

describe('the loop’s own thread', () => {
  function timesOf(main: Program<void>, machine?: Machine): { lines: string[]; slices: string[] } {
    const trace = new Recorder();
    const lines: string[] = [];
    run(main, { trace, print: (line) => lines.push(line), ...(machine && { machine }) });
    return { lines, slices: slices(trace) };
  }

  it('contends for the GIL like any other: a worker that computes stretches its steps', () => {
    const spans: number[][] = [];
    const { slices: told } = timesOf(function* main() {
      const job = createTask(toThread(computing(12)));
      yield* sleep(1);
      spans.push([now()]);
      compute(10);
      spans.push([now()]);
      yield* job;
      spans.push([now()]);
    });
    // It wakes up at 1, and has to wait for the GIL until 6; its 10 ms of work take 15.
    expect(spans).toEqual([[6], [21], [22]]);
    expect(told).toEqual([
      'asyncio-0 0-6 gil',
      'MainThread 6-11 gil',
      'asyncio-0 11-16 gil',
      'MainThread 16-21 select',
      'asyncio-0 21-22 job',
    ]);
  });

  it('is not held up without a GIL, or by a worker that blocks', () => {
    const program = (body: () => Coroutine<void>) =>
      function* main(): Coroutine<void> {
        const job = createTask(toThread(body));
        yield* sleep(1);
        compute(10);
        expect(now()).toBe(11);
        yield* job;
        expect(now()).toBe(12);
      };
    timesOf(program(computing(12)), new Machine({ gil: false, cores: 2 }));
    timesOf(
      program(function* () {
        yield* blocked(12);
      }),
    );
  });

  it('tells in the trace why it took longer: its slices, and who asked for the GIL', () => {
    const trace = new Recorder();
    run(
      function* main(): Coroutine<void> {
        yield* toThread(computing(0)); // from now on there is a worker: a new one would run at once
        const job = createTask(toThread(computing(4)));
        yield* sleep(0);
        yield* sleep(0);
        compute(8, 'main work');
        yield* job;
      },
      { trace },
    );
    const kinds = ['thread:run', 'thread:preempt', 'gil:ask', 'compute'];
    expect(
      [...trace]
        .filter(({ kind }) => kinds.includes(kind))
        .map(
          (event) =>
            `${event.time} ${event.kind} ${'thread' in event ? event.thread : event.kind === 'compute' ? event.label : ''}`,
        ),
    ).toEqual([
      '0 thread:run 1',
      '0 gil:ask 2',
      '0 thread:run 2',
      '0 thread:run 1',
      '5 gil:ask 2',
      '5 thread:preempt 1',
      '5 thread:run 2',
      '9 thread:run 1',
      '12 compute main work',
      // The pool is shut down: its idle worker wakes up and ends, and the loop goes on.
      '12 thread:run 2',
      '12 thread:run 1',
    ]);
  });

  it('with several workers gets its turn after each of them has had one', () => {
    const seen: number[] = [];
    run(function* main(): Coroutine<void> {
      const jobs = gather(Array.from({ length: 3 }, () => toThread(computing(20))));
      while (!jobs.done()) {
        yield* sleep(1);
        seen.push(now());
      }
    });
    expect(seen).toEqual([15, 30, 45, 60, 61]);
  });
});
