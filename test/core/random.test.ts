import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { EventLoop } from '../../src/index.ts';
import { messageOf } from '../support/journal.ts';

const draw = (seed: number, count = 5) => {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.next());
};

describe('a Random', () => {
  it('gives the same numbers for the same seed, on every machine', () => {
    expect(draw(0, 3)).toEqual(draw(0, 3));
    // sfc32 with twelve rounds of mixing: these numbers are a promise, saved traces rely on them.
    expect(draw(0, 3).map((n) => Math.floor(n * 1e9))).toMatchInlineSnapshot(`
      [
        317481443,
        33814064,
        188302824,
      ]
    `);
    expect(draw(42, 3).map((n) => Math.floor(n * 1e9))).toMatchInlineSnapshot(`
      [
        849516237,
        979448127,
        584368407,
      ]
    `);
  });

  it('tells seeds apart, large ones, negative ones and fractions too', () => {
    const seeds = [0, 1, 2, -1, 0.5, 0.25, 2 ** 32, 2 ** 32 + 1, 2 ** 52, -(2 ** 40)];
    expect(new Set(seeds.map((seed) => draw(seed).join())).size).toBe(seeds.length);
  });

  it('stays within its bounds', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (seed) => {
        const random = new Random(seed);
        for (let i = 0; i < 50; i++) {
          expect(random.next()).toBeGreaterThanOrEqual(0);
          expect(random.next()).toBeLessThan(1);
          const between = random.between(20, 80);
          expect(between >= 20 && between < 80).toBe(true);
          const gap = random.exponential(10);
          expect(gap >= 0 && Number.isFinite(gap)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('spreads evenly, and its exponential numbers have the mean they were asked for', () => {
    const random = new Random(7);
    const numbers = Array.from({ length: 20_000 }, () => random.next());
    const gaps = Array.from({ length: 20_000 }, () => random.exponential(10));
    const mean = (of: number[]) => of.reduce((sum, n) => sum + n, 0) / of.length;
    expect(mean(numbers)).toBeCloseTo(0.5, 1);
    expect(mean(gaps)).toBeGreaterThan(9.7);
    expect(mean(gaps)).toBeLessThan(10.3);
  });
});

it('a seed that is no finite number is refused by the loop', () => {
  expect(messageOf(() => new EventLoop({ seed: Number.NaN }))).toBe(
    'ValueError: a seed is a finite number, got NaN',
  );
  expect(messageOf(() => new EventLoop({ seed: '7' as unknown as number }))).toBe(
    'ValueError: a seed is a finite number, got "7"',
  );
});
