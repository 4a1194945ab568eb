import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  compute,
  Device,
  EventLoop,
  now,
  Recorder,
  run,
  sleep,
  World,
} from '../../src/index.ts';
import { messageOf } from '../support/journal.ts';

describe('a world', () => {
  it('counts where the time went: idle, burnt, blocked', () => {
    const world = new World();
    const loop = new EventLoop({ world });
    loop.runUntilComplete(
      (function* (): Coroutine<void> {
        yield* sleep(10);
        compute(5);
        yield* sleep(3);
        world.block(7, '');
      })(),
    );
    expect([world.idled, world.burned, world.blocked, world.clock.now]).toEqual([13, 5, 7, 25]);
  });

  it('can start at another time than 0', () => {
    const loop = new EventLoop({ world: new World(null, 1000) });
    loop.runUntilComplete(sleep(5));
    expect(loop.time()).toBe(1005);
    expect(messageOf(() => new World(null, -1))).toBe(
      'ValueError: a clock starts at a finite time of 0 ms or later, got -1',
    );
  });

  it('shared by two loops has one clock and one trace for both, one loop running at a time', () => {
    const recorder = new Recorder();
    const world = new World(recorder);
    const [first, second] = [new EventLoop({ world }), new EventLoop({ world })];
    first.runUntilComplete(sleep(10));
    expect(second.runUntilComplete(timeAfter(5))).toBe(15);
    expect(first.time()).toBe(15);
    const loops = [...recorder.toTrace()].flatMap((event) => (event.kind === 'loop:run' ? [event.loop] : []));
    expect(loops).toEqual([1, 2]);
    function* timeAfter(ms: number): Coroutine<number> {
      yield* sleep(ms);
      return now();
    }
  });

  it('goes on outside while a loop computes: what completes does so at its own moment, and is noticed later', () => {
    const recorder = new Recorder();
    run(
      function* () {
        const net = new Device({ latency: 10 });
        const answer = net.request();
        compute(30);
        yield* answer;
      },
      { trace: recorder },
    );
    const times = [...recorder.toTrace()].flatMap(({ kind, time }) =>
      kind.startsWith('request:') || kind === 'compute' ? [`${time} ${kind}`] : [],
    );
    expect(times).toEqual([
      '0 request:new',
      '0 request:start',
      '10 request:complete',
      '30 compute',
      '30 request:deliver',
    ]);
  });

  it('an answer for a loop that was closed meanwhile is dropped', () => {
    const world = new World();
    const first = new EventLoop({ world });
    first.runUntilComplete(
      (function* (): Coroutine<void> {
        new Device({ latency: 30 }).request();
        yield* sleep(10);
      })(),
    );
    first.close();
    const second = new EventLoop({ world });
    second.runUntilComplete(sleep(50));
    expect([second.time(), first.completed.length]).toEqual([60, 0]);
  });

  it('is refused together with a trace of its own, which would stay empty', () => {
    const recorder = new Recorder();
    const failure = messageOf(() => new EventLoop({ world: new World(), trace: recorder }));
    expect(failure).toMatch(/world/);
  });
});

it('a recorder that has another run already is refused: the two would be taken for one', () => {
  const recorder = new Recorder();
  run(sleep(5), { trace: recorder });
  expect(messageOf(() => run(sleep(3), { trace: recorder }))).toMatch(
    /^ValueError: this recorder has \d+ events of another run/,
  );
});

it('loops of one world that are driven in turn have one time, and each does what it should', () => {
  const world = new World();
  const [a, b] = [new EventLoop({ world }), new EventLoop({ world })];
  const log: string[] = [];
  const naps = function* naps(name: string, ms: number): Coroutine<void> {
    yield* sleep(ms);
    log.push(`${name} at ${world.clock.now}`);
  };
  b.createTask(naps('b', 10));
  a.createTask(naps('a', 3));
  b.runReady();
  a.advanceBy(5);
  a.close();
  b.runUntilIdle();
  expect(log).toEqual(['a at 3', 'b at 10']);
});
