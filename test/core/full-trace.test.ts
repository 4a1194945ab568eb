import { describe, expect, it } from 'vitest';
import {
  busy,
  type Coroutine,
  compute,
  createTask,
  Device,
  loadTrace,
  print,
  Recorder,
  run,
  runThreads,
  saveTrace,
  sleep,
  Thread,
  TraceLimitError,
  toThread,
} from '../../src/index.ts';

describe('a program whose trace is full', () => {
  it('is stopped, even if it catches everything', () => {
    function* stubborn(): Coroutine<void> {
      for (;;) {
        try {
          yield* sleep(1);
        } catch {
          // as if nothing had been
        }
      }
    }
    expect(() =>
      run(stubborn, { trace: new Recorder({ maxEvents: 100 }), exceptionHandler: () => {} }),
    ).toThrow(TraceLimitError);
  });

  it('is stopped, even if it asks again whatever fails', () => {
    const net = new Device({ name: 'net', latency: [10, 30], failureRate: 0.1 });
    function* poll(): Coroutine<void> {
      for (;;) {
        try {
          yield* net.request();
        } catch {
          // next time
        }
      }
    }
    expect(() => run(poll, { trace: new Recorder({ maxEvents: 1000 }), exceptionHandler: () => {} })).toThrow(
      TraceLimitError,
    );
  });

  it('is stopped, even if its threads catch everything', () => {
    const main = function* (): Coroutine<void> {
      const thread = new Thread(function* (): Coroutine<void> {
        for (;;) {
          try {
            yield* busy(1);
          } catch {
            // as if nothing had been
          }
        }
      }).start();
      yield* thread.join();
    };
    expect(() => runThreads(main, { trace: new Recorder({ maxEvents: 500 }) })).toThrow(TraceLimitError);
  });

  it.each([70, 71, 72, 73])(
    'is stopped, even if a thread of a pool met the bound: at %i events',
    (maxEvents) => {
      function* sum(): Coroutine<void> {
        for (;;) yield* busy(70, 'sum');
      }
      let steps = 0;
      function* main(): Coroutine<void> {
        createTask(toThread(sum), { name: 'report' });
        for (;;) {
          yield* sleep(40);
          compute(30, 'work');
          if (++steps > 10) throw new Error('it goes on');
        }
      }
      expect(() => run(main, { trace: new Recorder({ maxEvents }) })).toThrow(TraceLimitError);
    },
  );

  it('says nothing of tasks that are still pending: nobody let them go on', () => {
    const told: string[] = [];
    function* main(): Coroutine<void> {
      for (;;) yield* sleep(1);
    }
    const how = {
      trace: new Recorder({ maxEvents: 100 }),
      exceptionHandler: (_: unknown, { message }: { message: string }) => void told.push(message),
    };
    expect(() => run(main, how)).toThrow(TraceLimitError);
    expect(told).toEqual([]);
  });
});

describe('a program whose trace ends at a time', () => {
  function* beat(): Coroutine<void> {
    for (;;) {
      yield* sleep(40);
      print('beat');
      compute(30, 'work');
    }
  }
  const until = (time: number, program = beat) => {
    const recorder = new Recorder({ until: time });
    let error: unknown = null;
    try {
      run(program, { trace: recorder, print: () => {}, name: 'main' });
    } catch (thrown) {
      error = thrown;
    }
    return { error, trace: recorder.toTrace() };
  };

  it('stands there: an idle loop, and a computation, are told up to that time, and nothing else', () => {
    const idle = until(20);
    expect(idle.trace.last).toMatchObject({ kind: 'clock:jump', time: 20, from: 0, to: 20 });
    expect(idle.error).toBeInstanceOf(TraceLimitError);
    expect((idle.error as Error).message).toBe(
      'the trace ends at 20 ms of virtual time, as new Recorder({ until: 20 }) says, and the program goes on',
    );
    expect(until(60).trace.last).toMatchObject({ kind: 'compute', time: 60, from: 40, to: 60 });
    expect(loadTrace(saveTrace(until(60).trace)).length).toBe(until(60).trace.length);
  });

  it('has what happens at that very time, and is the same up to there as any longer one', () => {
    const short = [...until(110).trace];
    expect(short.filter(({ kind }) => kind === 'print').map(({ time }) => time)).toEqual([40, 110]);
    expect([...until(300).trace].slice(0, short.length)).toEqual(short);
  });

  it('comes to its own end where that is before', () => {
    const { error, trace } = until(50, function* () {
      yield* sleep(50);
    });
    expect(error).toBeNull();
    expect(trace.last).toMatchObject({ kind: 'loop:close', time: 50 });
  });

  it('may end in the midst of what threads do', () => {
    const { error, trace } = until(100, function* () {
      yield* toThread(function* (): Coroutine<void> {
        for (;;) yield* busy(70, 'sum');
      });
    });
    expect(error).toBeInstanceOf(TraceLimitError);
    expect(trace.last).toMatchObject({ kind: 'thread:busy', time: 100, from: 70, ms: 30 });
  });

  it.each([-1, Number.NaN])('which is 0 ms or later, and not %d', (time) => {
    expect(() => new Recorder({ until: time })).toThrow(
      `until should be a virtual time in ms, 0 or more, but it is ${time}`,
    );
  });
});
