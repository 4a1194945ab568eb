import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type Coroutine,
  compute,
  createTask,
  getRunningLoop,
  LimitError,
  network,
  now,
  print,
  Queue,
  query,
  RuntimeError,
  run,
  SystemExit,
  sleep,
  ValueError,
} from '../../src/index.ts';
import { type LiveSimulation, matchers, simulate, startSimulation } from '../../src/testing/index.ts';
import { chores, tooLate, twoEaters } from './programs.ts';

expect.extend(matchers);

/** Prints at 10, 20 and 30 ms, and gives what it has counted. */
function* beats(): Coroutine<number> {
  for (let beat = 1; beat <= 3; beat++) {
    yield* sleep(10);
    print(`beat ${beat}`);
  }
  return 3;
}

/** A chain of five steps that take no time, as soon as somebody asks for it. */
function* chain(): Coroutine<void> {
  for (let link = 1; link <= 5; link++) {
    yield* sleep(0);
    print(`link ${link} at ${now()}`);
  }
}

describe('a simulation driven by hand', () => {
  it('runs nothing until it is told to', () => {
    const live = startSimulation(beats);
    expect(live.now).toBe(0);
    expect(live.output).toEqual([]);
    expect(live.isOver).toBe(false);
  });

  it('advances by a time, and then all that is due up to and including that moment has run', () => {
    const live = startSimulation(beats);
    live.advanceBy(9);
    expect([live.now, live.output]).toEqual([9, []]);
    live.advanceBy(1);
    expect([live.now, live.output]).toEqual([10, ['beat 1']]);
    live.advanceTo(29.5);
    expect([live.now, live.output]).toEqual([29.5, ['beat 1', 'beat 2']]);
    live.advanceBy(100);
    expect([live.now, live.output, live.isOver]).toEqual([129.5, ['beat 1', 'beat 2', 'beat 3'], true]);
  });

  it('runs chains of steps that take no time to their end', () => {
    const live = startSimulation(function* (): Coroutine<void> {
      yield* sleep(10);
      yield* chain();
    });
    live.advanceTo(10);
    expect(live.output).toEqual([1, 2, 3, 4, 5].map((link) => `link ${link} at 10`));
  });

  it('runs what is ready now, and what becomes ready by that, without letting time pass', () => {
    const live = startSimulation(function* (): Coroutine<void> {
      createTask(chain());
      yield* beats();
    });
    live.runCurrent();
    expect([live.now, live.output.length]).toEqual([0, 5]);
    live.runCurrent();
    expect(live.output.length).toBe(5);
  });

  it('runs until nothing is left to happen, with answers from outside', () => {
    const live = startSimulation(function* (): Coroutine<void> {
      createTask(new Queue<number>().get());
      yield* network({ latency: 7 }).request();
      yield* sleep(5);
    });
    live.runUntilIdle();
    expect(live.now).toBe(12);
    live.runUntilIdle();
    expect(live.now).toBe(12);
  });

  it('is further on where a computation has carried the clock', () => {
    const live = startSimulation(function* (): Coroutine<void> {
      yield* sleep(10);
      compute(50);
      yield* sleep(0);
      print('afterwards');
    });
    live.advanceTo(20);
    expect([live.now, live.output]).toEqual([60, []]);
    live.runCurrent();
    expect([live.now, live.output]).toEqual([60, ['afterwards']]);
  });

  it('finishes as simulate does: the same result, time, output and tasks', () => {
    const live = startSimulation(chores);
    live.advanceBy(1);
    live.runCurrent();
    const done = live.finish();
    const { result, time, log, tasks, outcome, reports } = simulate(chores);
    expect(done).toMatchObject({ result, time, log, tasks, outcome, reports });
    expect(live.finish()).toBe(done);
    expect(live.trace).toBe(done.trace);
    expectTypeOf(done.result).toEqualTypeOf<string[]>();
  });

  it('is the same when it is left alone', () => {
    expect([...startSimulation(chores).finish().trace]).toEqual([...simulate(chores).trace]);
  });

  it('keeps what the program throws for the end', () => {
    const live = startSimulation(tooLate);
    live.advanceBy(20);
    expect(live.isOver).toBe(true);
    expect(live.finish()).toMatchObject({ outcome: 'exception', reports: [] });
    const eaters = startSimulation(twoEaters);
    eaters.runUntilIdle();
    expect(eaters.now).toBe(10);
    expect(eaters.finish()).toMatchObject({ outcome: 'deadlock', time: 10 });
  });

  it('goes on after the main coroutine is over, until it is finished', () => {
    const live = startSimulation(function* (): Coroutine<void> {
      createTask(beats(), { name: 'beats' });
    });
    live.advanceTo(20);
    expect(live.output).toEqual(['beat 1', 'beat 2']);
    expect(query(live.finish().trace).task('beats').outcome).toBe('cancelled');
  });

  it('can be asked by matchers', () => {
    const live = startSimulation(chores);
    live.advanceBy(0);
    expect(live.trace).toRunInOrder(['rice', 'laundry']);
    expect(live.trace).toPrint(['start']);
  });

  it('has a background that keeps nobody waiting, and whose errors are thrown', () => {
    const live = startSimulation(beats);
    live.start(function* tick(): Coroutine<void> {
      for (;;) yield* sleep(1);
    });
    live.runUntilIdle();
    expect(live.now).toBe(30);
    live.start(tooLate());
    expect(() => live.advanceBy(50)).toThrow('the answer came too late');
    expect(live.now).toBe(40);
    expect(live.finish()).toMatchObject({ outcome: 'result', reports: [] });
  });

  it('throws what stops the loop, and is over then', () => {
    const runaway = startSimulation(
      function* (): Coroutine<void> {
        for (;;) yield* sleep(0);
      },
      { limits: { iterationsPerInstant: 50 } },
    );
    expect(() => runaway.advanceBy(1)).toThrow(LimitError);
    expect(() => runaway.advanceBy(1)).toThrow(
      new RuntimeError('advanceBy() is not possible any more: the simulation is over, its loop was stopped'),
    );
    expect(runaway.finish().outcome).toBe('limit');
    const exit = startSimulation(function* (): Coroutine<void> {
      throw new SystemExit(3);
    });
    expect(() => exit.runCurrent()).toThrow('exit with code 3');
    expect(exit.finish().error).toBeInstanceOf(SystemExit);
  });

  it('closes its loop at the end of a `using` block, and when it is finished', () => {
    let kept: LiveSimulation;
    {
      using live = startSimulation(beats);
      live.advanceTo(10);
      kept = live;
    }
    expect(kept.finish()).toMatchObject({ outcome: 'exception', time: 10 });
    expect(() => kept.runCurrent()).toThrow(
      'runCurrent() is not possible any more: the simulation is over, finish() has closed its loop',
    );
  });

  it('reports where the program looks at the real clock', () => {
    const live = startSimulation(function* (): Coroutine<void> {
      Date.now();
    });
    expect(live.finish().reports[0]).toMatch(/^Date\.now\(\) was called in a simulation/);
  });
});

describe('a mistake with a simulation driven by hand', () => {
  it('is refused: a time that is none, or over', () => {
    const live = startSimulation(beats);
    live.advanceTo(10);
    expect(() => live.advanceBy(-1)).toThrow(
      new ValueError('advanceBy() goes forward by a number of virtual ms, got -1'),
    );
    expect(() => live.advanceBy(Number.NaN)).toThrow('got NaN');
    expect(() => live.advanceTo(9)).toThrow(
      new ValueError('advanceTo() can’t go back to 9 ms: it is 10 ms already'),
    );
    expect(() => live.advanceTo(Number.POSITIVE_INFINITY)).toThrow(
      'advanceTo() needs a moment in virtual ms, got Infinity',
    );
  });

  it('is refused: no program, no coroutine, inside of a loop', () => {
    const wrong = startSimulation as (program: unknown) => unknown;
    expect(() => wrong(beats())).toThrow(
      'startSimulation() runs a program, a function*, and got a generator: hand over main itself, not main(), so that it can be started here',
    );
    expect(() => wrong(() => 7)).toThrow(
      'startSimulation() drives the main coroutine of a program, and this one returned 7: write it as function*, or run a script by simulate()',
    );
    const live = startSimulation(beats);
    expect(() => live.start(7 as never)).toThrow(
      'start() starts a coroutine, or a function* that makes one, in the background: got 7',
    );
    expect(() =>
      run(function* (): Coroutine<void> {
        startSimulation(beats);
      }),
    ).toThrow('startSimulation() cannot be called in a running event loop or script');
    expect(() => getRunningLoop()).toThrow();
  });
});
