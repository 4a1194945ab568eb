import { describe, expect, it } from 'vitest';
import { explore, replay } from '../../src/explore/index.ts';
import {
  busy,
  type Coroutine,
  EventLoop,
  gather,
  Machine,
  now,
  Runner,
  run,
  runScript,
  toThread,
  ValueError,
} from '../../src/index.ts';
import { checkDeterminism, runTest, simulate, startSimulation } from '../../src/testing/index.ts';
import { simTest } from '../../src/vitest/index.ts';

/** Two threads compute 30 ms each: at the same time only where there is no GIL, and a core for each. */
function* computing(): Coroutine<number> {
  const compute = function* (): Coroutine<void> {
    yield* busy(30);
  };
  yield* gather(toThread(compute), toThread(compute));
  return now();
}

/** The same as a script, whose loops share its machine. */
function script(): number {
  run(computing());
  return run(computing());
}

const free = () => new Machine({ gil: false, cores: 2 });

describe('a machine', () => {
  it('is had by a run, a script, a loop and a runner, given as such or by what makes it', () => {
    for (const machine of [free, free()]) expect(run(computing(), { machine })).toBe(30);
    for (const machine of [free, free()]) expect(runScript(script, { machine })).toBe(60);
    for (const machine of [free, free()]) {
      const loop = new EventLoop({ machine });
      expect(loop.runUntilComplete(loop.createTask(computing()))).toBe(30);
    }
    for (const machine of [free, free()]) {
      using runner = new Runner({ machine });
      expect([runner.run(computing), runner.run(computing)]).toEqual([30, 60]);
    }
    expect(run(computing())).toBe(60); // one with a GIL
  });

  it('is had by a simulation and a test, given as such or by what makes it', () => {
    for (const machine of [free, free()]) expect(simulate(computing, { machine }).result).toBe(30);
    for (const machine of [free, free()]) expect(simulate(script, { machine }).result).toBe(60);
    for (const machine of [free, free()])
      expect(startSimulation(computing, { machine }).finish().result).toBe(30);
    for (const machine of [free, free()])
      runTest(
        function* () {
          expect(yield* computing()).toBe(30);
        },
        { machine },
      );
  });

  simTest(
    'is had by a simTest',
    function* () {
      expect(yield* computing()).toBe(30);
    },
    { machine: free },
  );

  it('is made anew for each run of an exploration, a replay and a check of determinism', () => {
    let made = 0;
    const machine = () => {
      made++;
      return free();
    };
    const late = function* (): Coroutine<void> {
      yield* computing();
      if (now() === 30) throw new Error('without a GIL');
    };
    expect(explore(late).failures).toEqual([]);
    const { runs, failures } = explore(late, { machine });
    expect(failures.map(({ error }) => String(error))).toEqual(['Error: without a GIL']);
    expect(made).toBeGreaterThan(runs);
    const { schedule } = failures[0]!;
    expect(String(replay(late, schedule, { machine }).error)).toBe('Error: without a GIL');
    expect(String(replay(late, schedule, { machine: free() }).error)).toBe('Error: without a GIL');
    expect(checkDeterminism(computing, { machine }).result).toBe(30);
  });

  it('that is given as such is refused by what runs a program more than once, with what to write', () => {
    const advice =
      'each run needs a machine of its own, and this is one: write machine: () => new Machine({ … }), which makes one for each run';
    const machine = free();
    expect(() => explore(computing, { machine })).toThrow(ValueError);
    expect(() => explore(computing, { machine })).toThrow(
      `explore() runs the program again and again: ${advice}`,
    );
    expect(() => checkDeterminism(computing, { machine })).toThrow(
      `checkDeterminism() runs the program twice: ${advice}`,
    );
    const body = function* (): Coroutine<void> {};
    expect(() => simTest.each([1, 2])('each', body, { machine })).toThrow(
      `simTest.each() and simTest.for() run the body for each case: ${advice}`,
    );
    expect(() => simTest('again', body, { machine, retry: 2 })).toThrow(
      `a test with retry or repeats runs its body more than once: ${advice}`,
    );
    expect(run(computing(), { machine })).toBe(30); // nobody has used it up
  });

  it('that has had its run is refused as a mistake of the caller, and not told as a failure of the program', () => {
    const machine = free();
    run(computing(), { machine });
    const used =
      'this machine belongs to another run: each run takes a new Machine, and machine: () => new Machine({ … }) makes one for each';
    expect(() => simulate(computing, { machine })).toThrow(used);
    expect(() => replay(computing, 'seed=0 ...', { machine })).toThrow(used);
    expect(() => runTest(computing, { machine })).toThrow(used);
  });

  it('is what the function returns, and nothing else', () => {
    const wrong =
      'machine is a Machine, or a function that makes one, as in machine: () => new Machine({ … }): ';
    expect(() => run(computing(), { machine: (() => {}) as never })).toThrow(`${wrong}it returned undefined`);
    expect(() => run(computing(), { machine: { cores: 2 } as never })).toThrow(`${wrong}got {"cores":2}`);
    expect(() => simulate(computing, { machine: {} as never })).toThrow(wrong);
    expect(() => explore(computing, { machine: (() => {}) as never })).toThrow(wrong);
    expect(() => run(computing(), { machine: Machine as never })).toThrow(
      `${wrong}got the class Machine itself`,
    );
  });
});
