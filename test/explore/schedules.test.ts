import { describe, expect, it } from 'vitest';
import { Schedules } from '../../src/explore/schedules.ts';
import type { Decision } from '../../src/trace/schedule.ts';

/** Different for each number from 0 to 9,999. */
const decisionsOf = (n: number): Decision[] =>
  [...String(n).padStart(4, '0')].map((digit) => ({ what: 'timer', candidates: 10, picked: Number(digit) }));

describe('different schedules', () => {
  it('are counted once, whatever the seed, unless something comes by chance from it', () => {
    const schedules = new Schedules();
    for (const seed of [1, 2]) for (let n = 0; n < 10_000; n++) schedules.add(seed, decisionsOf(n));
    expect(schedules.size).toBe(10_000);
    for (const seed of [1, 2]) schedules.add(seed, [{ what: 'latency', drawn: null }]);
    expect(schedules.size).toBe(10_002);
  });

  it('are estimated where there are too many to keep', () => {
    const schedules = new Schedules(1000);
    for (let n = 0; n < 10_000; n++) schedules.add(0, decisionsOf(n));
    expect(schedules.size).toBeGreaterThan(9_500);
    expect(schedules.size).toBeLessThan(10_500);
  });

  it('are the same when they are added by their numbers', () => {
    const [one, other] = [new Schedules(), new Schedules()];
    for (let n = 0; n < 100; n++) other.addNumber(one.add(0, decisionsOf(n)));
    expect(other.size).toBe(100);
    expect(one.add(0, decisionsOf(7))).toBe(new Schedules().add(0, decisionsOf(7)));
  });
});
