import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import {
  type Coroutine,
  compute,
  createTask,
  Device,
  Event,
  EventLoop,
  gather,
  Lock,
  Queue,
  Recorder,
  Runner,
  run,
  StateFolder,
  SystemExit,
  sleep,
  type Task,
  type TraceEvent,
  TraceLimitError,
  timeout,
} from '../../src/index.ts';
import { messageOf, thrownBy } from '../support/journal.ts';

let error: MockInstance<typeof console.error>;
beforeEach(() => {
  error = vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  error.mockRestore();
});

/** A program that does a bit of everything. */
function* everything(): Coroutine<string> {
  const lock = new Lock('door');
  const queue = new Queue<number>(1, 'orders');
  const net = new Device({ name: 'net', latency: [5, 15], channels: 1 });
  function* worker(n: number): Coroutine<void> {
    yield* sleep(n);
    yield* lock.run(function* () {
      yield* queue.put(n);
      compute(2, 'think');
      yield* net.request({ label: `get ${n}` });
      yield* queue.get();
    });
    yield* sleep(0);
  }
  const tasks = [3, 1, 2].map((n) => createTask(worker(n), { name: `w${n}` }));
  tasks[1]?.cancel();
  try {
    yield* timeout(12, () => gather(tasks));
  } catch {
    // too late, or cancelled
  }
  return 'done';
}

function traceOf(listen: (loop: EventLoop) => void): { events: TraceEvent[]; result: string } {
  const recorder = new Recorder();
  using runner = new Runner({ trace: recorder, seed: 5 });
  listen(runner.getLoop());
  const result = runner.run(everything);
  runner.close();
  return { events: [...recorder.toTrace()], result };
}

describe('listeners', () => {
  it('hear events of their kind, or all, in order, as plain data', () => {
    const steps: unknown[] = [];
    const all: TraceEvent[] = [];
    const { events } = traceOf((loop) => {
      loop.tracer.on('task:done', (event) => steps.push([event.time, event.task, event.outcome]));
      loop.tracer.onAny((event) => all.push(event));
    });
    expect(all).toEqual(events);
    expect(JSON.parse(JSON.stringify(all))).toEqual(events);
    expect(steps).toEqual(
      events.flatMap((event) =>
        event.kind === 'task:done' ? [[event.time, event.task, event.outcome]] : [],
      ),
    );
  });

  it('that come late hear only what comes; that are taken back hear nothing', () => {
    const loop = new EventLoop();
    const heard: string[] = [];
    const listener = (event: TraceEvent) => heard.push(event.kind);
    loop.callSoon(() => {});
    expect(loop.tracer.active).toBe(false);
    loop.tracer.on('handle:ready', listener).on('handle:ready', listener).onAny(listener);
    loop.callSoon(() => {});
    expect(heard).toEqual(['handle:ready', 'handle:ready', 'handle:ready']);
    loop.tracer.off('handle:ready', listener);
    loop.callSoon(() => {});
    expect(heard).toHaveLength(4);
    loop.tracer.off('*', listener as never).off('*', listener as never);
    expect(loop.tracer.active).toBe(false);
    loop.callSoon(() => {});
    expect(heard).toHaveLength(4);
  });

  it('to a kind that does not exist are refused, with the kinds there are', () => {
    expect(messageOf(() => new EventLoop().tracer.on('task:finish' as never, () => {}))).toMatch(
      /^TypeError: no event is called "task:finish"; there are loop:run, .*task:done/,
    );
  });

  it('that throw are told once and change nothing: the run and its trace are the same', () => {
    const alone = traceOf(() => {});
    const heard: string[] = [];
    const disturbed = traceOf((loop) => {
      loop.tracer.onAny(() => {
        throw new Error('bad listener');
      });
      loop.tracer.on('task:step', () => {
        throw new Error('another bad listener');
      });
      loop.tracer.on('task:step', ({ kind }) => heard.push(kind));
    });
    expect(disturbed).toEqual(alone);
    expect(heard.length).toBe(alone.events.filter(({ kind }) => kind === 'task:step').length);
    expect(error.mock.calls.map(([message, thrown]) => `${message} ${(thrown as Error).message}`)).toEqual([
      'a listener to * events threw, which the run ignores: bad listener',
      'a listener to task:step events threw, which the run ignores: another bad listener',
    ]);
  });

  it('cost nothing where there are none: no event is made, and the run is the same', () => {
    const loop = new EventLoop({ seed: 5 });
    expect(loop.runUntilComplete(everything())).toBe('done');
    expect([loop.tracer.active, loop.tracer.seq]).toEqual([false, 0]);
    expect(loop.time()).toBe(traceOf(() => {}).events.at(-1)?.time);
    loop.close();
  });
});

describe('a trace', () => {
  it('is the same for every run of the same program', () => {
    expect(traceOf(() => {})).toEqual(traceOf(() => {}));
  });

  it('has times that never go back, causes that come before, and iterations that count up', () => {
    const { events } = traceOf(() => {});
    events.forEach((event, index) => {
      expect(event.seq).toBe(index + 1);
      expect(event.cause).toBeLessThan(event.seq);
      const before = events[index - 1];
      if (before === undefined) return;
      expect(event.time).toBeGreaterThanOrEqual(before.time);
      expect(event.iteration).toBeGreaterThanOrEqual(before.iteration);
    });
  });

  it('tells a consistent story: the strict fold finds nothing impossible in it', () => {
    const { events } = traceOf(() => {});
    const folder = new StateFolder({ strict: true });
    for (const event of events) folder.apply(event);
    expect(folder.state().time).toBe(events.at(-1)?.time);
  });

  it('tells a consistent story of what goes wrong, too', () => {
    const recorder = new Recorder();
    const loop = new EventLoop({
      trace: recorder,
      exceptionHandler: () => {},
      limits: { immediateAwaits: 50 },
    });
    const drive = () => messageOf(() => loop.runForever()).split(':')[0];
    // An exit in the middle of a batch.
    loop.callSoon(() => {
      throw new SystemExit();
    });
    loop.callSoon(() => {});
    const outcomes = [drive()];
    // A task that awaits on and on, and is let go on.
    loop.createTask(
      (function* (): Coroutine<void> {
        const done = loop.createFuture<void>();
        done.setResult();
        for (let i = 0; i < 200; i++) yield* done;
      })(),
    );
    outcomes.push(drive(), drive(), drive(), drive(), drive());
    // Two that wait for each other, until one is cancelled.
    const ring: Task<unknown>[] = [];
    for (const other of [1, 0]) {
      ring.push(
        loop.createTask(
          (function* (): Coroutine<void> {
            yield* sleep(0);
            yield* ring[other]!;
          })(),
        ),
      );
    }
    outcomes.push(drive());
    ring[0]?.cancel();
    outcomes.push(drive());
    // One that yields what it should not.
    loop.createTask(
      (function* (): Coroutine<void> {
        yield 5 as never;
      })(),
    );
    outcomes.push(drive());
    expect(ring.map((task) => task.cancelled())).toEqual([true, true]);
    loop.close();
    expect(outcomes).toEqual([
      'SystemExit',
      ...Array.from({ length: 3 }, () => 'LimitError'),
      ...Array.from({ length: 5 }, () => 'DeadlockError'),
    ]);
    const folder = new StateFolder({ strict: true });
    for (const event of recorder) folder.apply(event);
    expect(folder.state().loop.closed).toBe(true);
  });

  it('calls resources by the name they have, or by a number', () => {
    const recorder = new Recorder();
    run(
      function* (): Coroutine<void> {
        for (const lock of [new Lock(), new Lock('door'), new Lock()]) yield* lock.run(() => sleep(0));
      },
      { trace: recorder },
    );
    const names = [...recorder.toTrace()].flatMap((event) =>
      event.kind === 'resource:new' ? [event.name] : [],
    );
    expect(names).toEqual(['lock 1', 'door', 'lock 3']);
  });

  it('that is full stops the run, and can be read so far', () => {
    const recorder = new Recorder({ maxEvents: 20 });
    const failure = thrownBy(() => run(everything, { trace: recorder }));
    expect(failure).toBeInstanceOf(TraceLimitError);
    expect(recorder.length).toBe(20);
  });

  it('that is full, at whichever event, leaves nothing running behind', () => {
    const whole = new Recorder();
    run(sleep(5), { trace: whole });
    for (let maxEvents = 1; maxEvents < whole.length; maxEvents++) {
      const failure = thrownBy(() =>
        run(sleep(5), { trace: new Recorder({ maxEvents }), exceptionHandler: () => {} }),
      );
      // What runs on after that is told so, with the reason as its cause.
      const reasons = [failure, (failure as Error).cause];
      expect(
        reasons.some((reason) => reason instanceof TraceLimitError),
        `after event ${maxEvents}`,
      ).toBe(true);
      expect(run(sleep(5, 'on we go'))).toBe('on we go');
    }
  });

  it('of a sink that fails otherwise: its error leaves the loop, at the next iteration', () => {
    const broken = {
      write: () => {
        throw new Error('disk full');
      },
    };
    expect(() => run(sleep(5), { trace: broken })).toThrow('disk full');
  });
});

it('a listener that is no function is refused at once; one that fails later is isolated too', async () => {
  const loop = new EventLoop();
  expect(messageOf(() => loop.tracer.on('task:done', 5 as never))).toBe(
    'TypeError: a listener is a function, got 5',
  );
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
  loop.tracer.on('task:done', (async () => {
    throw new Error('later');
  }) as never);
  loop.runUntilComplete(sleep(1));
  await Promise.resolve();
  await Promise.resolve();
  expect(errors).toHaveBeenCalledTimes(1);
  errors.mockRestore();
});

describe('a listener that comes and goes', () => {
  it('hears of no timer, and no reason to run, from the time when it did not listen', () => {
    const loop = new EventLoop();
    const heard: string[] = [];
    const listener = (event: TraceEvent) => {
      if (event.kind === 'timer:due') heard.push(`${event.time} timer ${event.timer}`);
      if (event.kind === 'task:step') heard.push(`${event.time} step because of ${event.cause}`);
    };
    loop.createTask(
      (function* naps(): Coroutine<void> {
        for (let turn = 0; turn < 4; turn++) yield* sleep(1);
      })(),
    );
    loop.tracer.onAny(listener);
    loop.runUntil(1.5); // the second sleep has begun
    loop.tracer.off('*', listener);
    loop.runUntil(2.5); // the third one begins unheard
    heard.length = 0;
    loop.tracer.onAny(listener);
    loop.runUntil(3.5);
    expect(heard[0]).toBe('3 timer 0');
  });

  it('hears of no reason to run that came when it did not listen', () => {
    const loop = new EventLoop();
    const causes: number[] = [];
    const listener = (event: TraceEvent) => {
      if (event.kind === 'task:step') causes.push(event.cause);
    };
    const open = new Event('open');
    loop.createTask(
      (function* waits(): Coroutine<void> {
        yield* open.wait();
        open.clear();
        yield* open.wait();
      })(),
    );
    loop.tracer.onAny(listener);
    loop.runReady();
    open.set(); // the task is ready
    loop.runReady();
    loop.tracer.off('*', listener);
    open.set(); // unheard
    loop.tracer.onAny(listener);
    loop.runReady();
    expect(causes.map((cause) => cause > 0)).toEqual([false, true, false]);
  });
});
