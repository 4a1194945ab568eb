import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { type Coroutine, createTask, print, run, sleep } from '../../src/index.ts';
import { describeUse, guarded, type RealityUse, simulate } from '../../src/testing/index.ts';

/** The line of this file that ends with a mark. */
function lineOf(mark: string): number {
  const lines = readFileSync(new URL('guard.test.ts', import.meta.url), 'utf8').split('\n');
  return lines.findIndex((line) => line.endsWith(`// ${mark}`)) + 1;
}

function usesIn(body: () => void): RealityUse[] {
  const uses: RealityUse[] = [];
  guarded(body, (use) => uses.push(use));
  return uses;
}

const GLOBALS = () => [
  Date,
  Date.now,
  performance.now,
  Math.random,
  setTimeout,
  setInterval,
  setImmediate,
  queueMicrotask,
  process.nextTick,
  crypto.randomUUID,
];

describe('what is used of the real world in a simulation', () => {
  it('is among the reports, with its line and what to use instead; the program gets what it asked for', () => {
    const { reports, result } = simulate(function* (): Coroutine<number> {
      yield* sleep(5);
      return Date.now(); // the clock
    });
    expect(result).toBeGreaterThan(1_600_000_000_000);
    expect(reports).toEqual([
      `Date.now() was called in a simulation: the real clock differs from run to run: use now(), the virtual time in ms (explore/guard.test.ts:${lineOf('the clock')}:19)`,
    ]);
  });

  it('is told once for each place, however often it is used there', () => {
    const { reports } = simulate(function* (): Coroutine<void> {
      for (let i = 0; i < 3; i++) Math.random();
      Math.random();
    });
    expect(reports.length).toBe(2);
    expect(reports[0]).toMatch(
      /^Math\.random\(\) was called in a simulation: real chance differs from run to run: use getRunningLoop\(\)\.random\.next\(\), which is seeded \(/,
    );
  });

  it('is each way to the clock, to chance, and to timers of JavaScript’s own loop', () => {
    const uses = usesIn(() => {
      Date.now();
      new Date();
      Date();
      performance.now();
      Math.random();
      crypto.randomUUID();
      crypto.getRandomValues(new Uint8Array(1));
      clearTimeout(setTimeout(() => {}, 0));
      clearInterval(setInterval(() => {}, 9));
      clearImmediate(setImmediate(() => {}));
      queueMicrotask(() => {});
      process.nextTick(() => {});
      [1].map(Math.random);
    });
    expect(uses.map(({ what }) => what)).toEqual([
      'Date.now()',
      'new Date()',
      'Date()',
      'performance.now()',
      'Math.random()',
      'crypto.randomUUID()',
      'crypto.getRandomValues()',
      'setTimeout()',
      'setInterval()',
      'setImmediate()',
      'queueMicrotask()',
      'process.nextTick()',
      'Math.random()',
    ]);
    expect(describeUse({ ...uses[7]!, site: null })).toBe(
      'setTimeout() was called in a simulation: a timer of JavaScript’s own loop fires when the simulation is over: use sleep() or getRunningLoop().callLater()',
    );
  });

  it('is no date of a given moment', () => {
    expect(
      usesIn(() => {
        const day = new Date(0);
        if (!(day instanceof Date) || new Date(2000, 1).getFullYear() !== 2000) throw new Error('no Date');
        class Birthday extends Date {}
        if (!(new Birthday(5) instanceof Date) || Date.UTC(1970) !== 0) throw new Error('no Date');
      }),
    ).toEqual([]);
  });

  it('is not what Node and libraries do by themselves: assertions, spies, the console', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const { reports, outcome } = simulate(function* (): Coroutine<void> {
      expect({ a: [1, new Date(5)] }).toEqual({ a: [1, new Date(5)] });
      expect(() => expect(1).toBe(2)).toThrow();
      vi.fn()();
      console.log('a line');
      console.error('');
      process.stdout.write('');
      yield* createTask(sleep(1));
      print('another');
      structuredClone({ a: 1 });
    });
    log.mockRestore();
    expect(outcome).toBe('result');
    expect(reports).toEqual([]);
  });

  it('is reported in plain code around loops as well', () => {
    const { reports } = simulate(() => {
      Math.random();
      run(sleep(1));
      performance.now();
    });
    expect(reports.map((line) => line.slice(0, 12))).toEqual(['Math.random(', 'performance.']);
  });

  it('can be allowed', () => {
    const { reports } = simulate(
      function* (): Coroutine<void> {
        Math.random();
      },
      { guard: false },
    );
    expect(reports).toEqual([]);
  });
});

describe('the globals', () => {
  it('are what they were when it is over, whatever happens, and whoever had replaced them before', () => {
    const before = GLOBALS();
    guarded(
      () => expect(GLOBALS().some((value, i) => value === before[i])).toBe(false),
      () => {},
    );
    expect(GLOBALS()).toEqual(before);
    expect(() =>
      guarded(
        () => {
          throw new Error('fails');
        },
        () => {},
      ),
    ).toThrow('fails');
    expect(GLOBALS()).toEqual(before);
    vi.useFakeTimers();
    const fake = GLOBALS();
    expect(usesIn(() => void Date.now()).length).toBe(1);
    expect(GLOBALS()).toEqual(fake);
    vi.useRealTimers();
    expect(GLOBALS()).toEqual(before);
  });

  it('are not touched where the guard is off', () => {
    const before = GLOBALS();
    let inside: unknown[] = [];
    simulate(
      () => {
        inside = GLOBALS();
      },
      { guard: false },
    );
    expect(inside).toEqual(before);
  });
});
