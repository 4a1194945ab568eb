import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  compute,
  createTask,
  Device,
  type DeviceOptions,
  disk,
  EventLoop,
  gather,
  getRunningLoop,
  type Latency,
  network,
  now,
  Recorder,
  type RequestOptions,
  run,
  runScript,
  sleep,
  type TraceEvent,
  timeout,
  World,
} from '../../src/index.ts';
import { journal, messageOf, runTold } from '../support/journal.ts';

/** The times at which `count` requests made at once are answered. */
function timesOf(
  options: DeviceOptions,
  count: number,
  request: RequestOptions<void> = {},
  seed = 0,
): number[] {
  return run(
    function* () {
      const device = new Device(options);
      function* get(): Coroutine<number> {
        yield* device.request(request);
        return now();
      }
      return yield* gather(Array.from({ length: count }, () => get()));
    },
    { seed },
  );
}

/** What the trace says of requests, and of what blocked meanwhile. */
function story(main: () => Coroutine<unknown>): string[] {
  const recorder = new Recorder();
  run(main, { trace: recorder });
  return [...recorder.toTrace()].flatMap((event: TraceEvent) =>
    /^(request:|compute|timer:due)/.test(event.kind)
      ? [`${event.time} ${event.kind}${'request' in event ? ` of ${event.request}` : ''}`]
      : [],
  );
}

describe('a Device', () => {
  it('answers after its latency: always the same, and the request’s own where it has one', () => {
    expect(timesOf({ latency: 30 }, 2)).toEqual([30, 30]);
    expect(timesOf({ latency: 30 }, 1, { latency: 5 })).toEqual([5]);
    expect(timesOf({}, 1)).toEqual([0]);
  });

  it('draws a latency from a range by the loop’s seed: the same seed gives the same latencies', () => {
    const drawn = timesOf({ latency: [20, 80] }, 50);
    expect(drawn.every((ms) => ms >= 20 && ms < 80)).toBe(true);
    expect(new Set(drawn).size).toBe(50);
    expect(timesOf({ latency: [20, 80] }, 50)).toEqual(drawn);
    expect(timesOf({ latency: [20, 80] }, 50, {}, 1)).not.toEqual(drawn);
    expect(timesOf({ latency: [7, 7] }, 2)).toEqual([7, 7]);
  });

  it('draws a latency around a mean by chance', () => {
    const drawn = timesOf({ latency: { mean: 10 } }, 5000);
    const mean = drawn.reduce((sum, ms) => sum + ms, 0) / drawn.length;
    expect(mean).toBeGreaterThan(9.5);
    expect(mean).toBeLessThan(10.5);
    expect(timesOf({ latency: { mean: 10 } }, 5)).toEqual(drawn.slice(0, 5));
    expect(timesOf({ latency: { mean: 0 } }, 2)).toEqual([0, 0]);
  });

  it('works on as many requests at a time as it has channels; the rest queue, first come, first served', () => {
    expect(timesOf({ latency: 10, channels: 1 }, 3)).toEqual([10, 20, 30]);
    expect(timesOf({ latency: 10, channels: 2 }, 5)).toEqual([10, 10, 20, 20, 30]);
    run(function* () {
      const device = new Device({ latency: 10, channels: 2, name: 'net' });
      const answers = Array.from({ length: 5 }, () => device.request());
      expect([device.inFlight, device.queued]).toEqual([2, 3]);
      yield* sleep(10);
      expect([device.inFlight, device.queued]).toEqual([2, 1]);
      yield* gather(answers);
      expect([device.inFlight, device.queued, String(device)]).toEqual([0, 0, 'the device net']);
    });
  });

  it('takes time for what is moved, by its bandwidth in each channel', () => {
    expect(timesOf({ latency: 10, bandwidth: 100 }, 2, { size: 500 })).toEqual([15, 15]);
    expect(timesOf({ bandwidth: 100, channels: 1 }, 2, { size: 500 })).toEqual([5, 10]);
    expect(timesOf({ latency: 10 }, 1, { size: 1e9 })).toEqual([10]);
  });

  it('gives what the request is to give', () => {
    expect(run(answerOf({ result: { rice: 1 } }))).toEqual({ rice: 1 });
    expect(run(answerOf({}))).toBeUndefined();
    function* answerOf<T>(request: RequestOptions<T>): Coroutine<T> {
      return yield* new Device().request(request);
    }
  });

  it('fails never, always, or by chance, with a DeviceError that names device and request', () => {
    const outcomes = (failureRate: number) =>
      run(
        function* () {
          const device = new Device({ name: 'net', latency: 5, failureRate });
          const answers = Array.from({ length: 400 }, (_, n) => device.request({ label: `page ${n}` }));
          return yield* gather(answers, { returnExceptions: true });
        },
        { seed: 1 },
      ).filter((answer) => answer instanceof Error);
    expect(outcomes(0)).toEqual([]);
    expect(outcomes(1)).toHaveLength(400);
    expect(String(outcomes(1)[7])).toBe('DeviceError: the request page 7 to the device net failed');
    const some = outcomes(0.25).length;
    expect(some > 70 && some < 130).toBe(true);
  });

  it('a request starts when it is made, not when it is awaited', () => {
    const end = run(function* () {
      const net = new Device({ latency: 30 });
      const answer = net.request();
      yield* sleep(20);
      yield* answer;
      const before = now();
      yield* answer;
      return [before, now()];
    });
    expect(end).toEqual([30, 30]);
  });
});

describe('while the loop is blocked', () => {
  it('a device goes on: one channel, two requests of 10 ms, compute(30): done at 10 and 20, delivered at 30', () => {
    const lines = story(function* () {
      const net = new Device({ latency: 10, channels: 1 });
      const answers = [net.request(), net.request()];
      compute(30);
      yield* gather(answers);
    });
    expect(lines.map((line) => line.replace(/ of \d+/, ''))).toEqual([
      '0 request:new',
      '0 request:start',
      '0 request:new',
      '10 request:complete',
      '10 request:start',
      '20 request:complete',
      '30 compute',
      '30 request:deliver',
      '30 request:deliver',
    ]);
  });

  it('what has completed joins the ready queue before the timers that are due, and the waiting task one later', () => {
    const log = journal();
    const lines = story(function* () {
      const loop = getRunningLoop();
      const answer = new Device({ latency: 10 }).request();
      loop.callAt(5, () => log('timer of 5'));
      createTask(
        (function* (): Coroutine<void> {
          yield* answer;
          log('answered');
        })(),
        { name: 'caller' },
      );
      yield* sleep(0);
      compute(30);
      yield* sleep(1);
    });
    expect(lines.slice(-4).map((line) => line.replace(/ of \d+/, ''))).toEqual([
      '30 compute',
      '30 request:deliver',
      '30 timer:due',
      '31 timer:due',
    ]);
    expect(log.lines).toEqual(['30: timer of 5', '30 caller: answered']);
  });
});

describe('a request that is cancelled', () => {
  it('while it queues is taken out: the next one has its place', () => {
    const log = journal();
    run(function* () {
      const net = new Device({ latency: 10, channels: 1 });
      function* get(): Coroutine<void> {
        yield* net.request();
        log('answered');
      }
      const [, second] = ['a', 'b', 'c'].map((name) => createTask(get(), { name }));
      yield* sleep(5);
      second?.cancel();
      yield* sleep(0);
      expect([net.inFlight, net.queued]).toEqual([1, 1]);
      yield* sleep(50);
    });
    expect(log.lines).toEqual(['10 a: answered', '20 c: answered']);
  });

  it('while a channel works on it keeps the channel busy to the end', () => {
    const log = journal();
    const lines = story(function* () {
      const net = new Device({ latency: 10, channels: 1 });
      const first = net.request();
      const second = net.request();
      yield* sleep(5);
      first.cancel();
      yield* second;
      log('answered');
    });
    expect(log.lines).toEqual(['20 Task-1: answered']);
    expect(lines.map((line) => line.replace(/ of \d+/, '')).filter((line) => !/timer/.test(line))).toEqual([
      '0 request:new',
      '0 request:start',
      '0 request:new',
      '5 request:cancel',
      '10 request:complete',
      '10 request:start',
      '20 request:complete',
      '20 request:deliver',
    ]);
  });

  it('between its completion and its turn is dropped, by its own number', () => {
    const recorder = new Recorder();
    run(
      function* () {
        const answer = new Device({ latency: 10 }).request();
        getRunningLoop().callSoon(() => {
          getRunningLoop().callSoon(() => answer.cancel()); // before the answer's turn, in the same iteration
          compute(20);
        });
        yield* sleep(50);
        expect(answer.cancelled()).toBe(true);
      },
      { trace: recorder },
    );
    const events = [...recorder.toTrace()].filter(({ kind }) => /^request:/.test(kind));
    const request = events[0]?.seq;
    expect(events.map((event) => [event.time, event.kind, 'request' in event ? event.request : 0])).toEqual([
      [0, 'request:new', 0],
      [0, 'request:start', request],
      [10, 'request:complete', request],
      [20, 'request:deliver', request],
      [20, 'request:cancel', request],
    ]);
  });

  it('by a timeout leaves the device as it is', () => {
    const { error } = runTold(function* (): Coroutine<void> {
      const net = new Device({ latency: 100 });
      yield* timeout(10, () => net.request());
    });
    expect(String(error)).toBe('TimeoutError: the deadline of 10 ms has passed, at 10 ms');
  });

  it('counts as queued no more, however many they are', () => {
    run(function* () {
      const net = new Device({ latency: 100_000, channels: 1 });
      net.request();
      for (let i = 0; i < 2000; i++) net.request().cancel();
      expect(net.queued).toBe(0);
      yield* sleep(1);
      expect([net.inFlight, net.queued]).toEqual([1, 0]);
    });
  });
});

describe('a device in more than one program', () => {
  const net = () => new Device({ name: 'net', latency: 10, channels: 1 });
  function* leaveInFlight(device: Device): Coroutine<void> {
    device.request();
    device.request();
    yield* sleep(1);
  }
  function* ask(device: Device): Coroutine<number> {
    yield* device.request();
    return now();
  }

  it('has its channels anew in each run: what an earlier one left in flight does not block it', () => {
    const device = net();
    run(leaveInFlight(device));
    expect(run(ask(device))).toBe(10);
  });

  it('goes on from loop to loop in one script: what was left in flight is done first', () => {
    const device = net();
    const end = runScript(() => {
      run(leaveInFlight(device));
      return run(ask(device));
    });
    expect(end).toBe(30);
  });

  it('used in two worlds by turns keeps them apart', () => {
    const device = net();
    const [a, b] = [new EventLoop({ world: new World() }), new EventLoop({ world: new World() })];
    const first = a.createTask(ask(device));
    const second = b.createTask(ask(device));
    a.runReady();
    b.runReady();
    b.runUntilIdle();
    a.runUntilIdle();
    expect([first.result(), second.result()]).toEqual([10, 10]);
    a.runUntilComplete(ask(device));
    expect(a.time()).toBe(20);
  });
});

describe('impossible devices and requests are refused', () => {
  const refusalOf = (options: object) => messageOf(() => new Device({ name: 'net', ...options }));

  it.each([0, -1, 1.5, Number.NaN])('%s channels', (channels) => {
    expect(refusalOf({ channels })).toBe(
      `ValueError: the device net needs 1 or more whole channels, got ${channels}`,
    );
  });

  it.each([0, -1, Number.NaN])('a bandwidth of %s', (bandwidth) => {
    expect(refusalOf({ bandwidth })).toBe(
      `ValueError: the bandwidth of the device net must be above 0, got ${bandwidth}`,
    );
  });

  it.each([-0.1, 1.1, Number.NaN])('a failure rate of %s', (failureRate) => {
    expect(refusalOf({ failureRate })).toBe(
      `ValueError: the failure rate of the device net is from 0 to 1, got ${failureRate}`,
    );
  });

  it.each([
    [-1, '-1'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [[80, 20], '[80, 20]'],
    [[-1, 20], '[-1, 20]'],
    [[], '[]'],
    [[1, Number.POSITIVE_INFINITY], '[1, Infinity]'],
    [{ mean: -1 }, '{"mean":-1}'],
    [{}, '{}'],
    [null, 'null'],
    ['fast', '"fast"'],
  ])('a latency of %j', (latency, quoted) => {
    const expected = `ValueError: the latency of the device net is a time in ms, a range [low, high] or { mean }, got ${quoted}`;
    expect(refusalOf({ latency })).toBe(expected);
    const main = function* (): Coroutine<string> {
      return messageOf(() => new Device({ name: 'net' }).request({ latency: latency as Latency }));
    };
    expect(run(main)).toBe(expected);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('a size of %s', (size) => {
    const main = function* (): Coroutine<string> {
      return messageOf(() => new Device().request({ size }));
    };
    expect(run(main)).toBe(`ValueError: the size of a request is a number of 0 or more, got ${size}`);
  });

  it('a request outside of a loop', () => {
    expect(messageOf(() => new Device().request())).toMatch(/^RuntimeError: no running event loop/);
  });
});

describe('ready-made devices', () => {
  it('a network takes 20 to 80 ms and any number of requests at a time; a disk 4 to 12 ms, one at a time', () => {
    run(function* () {
      const [net, ssd] = [network(), disk({ latency: 0.1 })];
      expect([net.name, ssd.name, net.capacity, ssd.capacity]).toEqual(['network', 'disk', 0, 1]);
      yield* gather(Array.from({ length: 20 }, () => net.request()));
      expect(now() > 20 && now() < 80).toBe(true);
      const before = now();
      yield* gather(ssd.request(), ssd.request());
      expect(now() - before).toBeCloseTo(0.2);
    });
    expect(timesOf({ latency: [4, 12], channels: 1 }, 1)).toEqual(
      run(function* () {
        yield* disk().request();
        return [now()];
      }),
    );
  });
});
