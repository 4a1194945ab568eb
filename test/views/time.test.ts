import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, roughDuration, timeTicks } from '../../src/views/time.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('roughDuration', () => {
  it('is short: one unit, three figures', () => {
    const texts = [
      0,
      0.0001234,
      53.0625,
      999.9,
      1234.5678,
      123_456.789,
      6_000_000,
      20 * hour,
      100 * hour,
      -1500,
    ];
    expect(texts.map(roughDuration)).toEqual([
      '0',
      '0.000123 ms',
      '53.1 ms',
      '1000 ms',
      '1.23 s',
      '123 s',
      '100 min',
      '20 h',
      '4.17 d',
      '-1.5 s',
    ]);
    expect(roughDuration(Number.POSITIVE_INFINITY)).toBe('∞');
  });
});

describe('formatDuration', () => {
  it('uses the units people use', () => {
    const texts = [0, 250, 999, 1000, 1500, 59_999, minute, 90_500, 40 * minute, 100 * minute, 26 * hour];
    expect(texts.map(formatDuration)).toEqual([
      '0',
      '250 ms',
      '999 ms',
      '1 s',
      '1.5 s',
      '59.999 s',
      '1 min',
      '1 min 30.5 s',
      '40 min',
      '100 min',
      '1 d 2 h',
    ]);
  });

  it('drops the noise of binary fractions, but no time that is there', () => {
    expect(formatDuration(0.1 + 0.2)).toBe('0.3 ms');
    expect(formatDuration(999.9999)).toBe('1 s');
    expect(formatDuration(59_999.7)).toBe('1 min');
    expect(formatDuration(0.00042)).toBe('0.00042 ms');
  });

  it('answers for any number', () => {
    expect(formatDuration(-1500)).toBe('-1.5 s');
    expect(formatDuration(Number.NaN)).toBe('NaN');
    expect(formatDuration(Number.POSITIVE_INFINITY)).toBe('∞');
    expect(formatDuration(1e30)).toBe('1.15741e+22 d');
  });
});

const labels = (from: number, to: number, count: number) =>
  timeTicks(from, to, count).map(({ label }) => label);

describe('timeTicks', () => {
  it('picks one unit and round steps of it, and names the end', () => {
    expect(labels(0, 40 * minute, 5)).toEqual(['0', '10 min', '20 min', '30 min', '40 min']);
    expect(labels(0, 100 * minute, 6)).toEqual(['0', '20 min', '40 min', '60 min', '80 min', '100 min']);
    expect(labels(0, 1370, 4)).toEqual(['0', '0.5 s', '1 s', '1.37 s']);
    expect(labels(0, 250, 3)).toEqual(['0', '100 ms', '200 ms', '250 ms']);
    expect(labels(0, 0.3, 3)).toEqual(['0', '0.1 ms', '0.2 ms', '0.3 ms']);
    expect(labels(0, 10 * hour, 6)).toEqual(['0', '2 h', '4 h', '6 h', '8 h', '10 h']);
    expect(labels(0, 3 * minute, 7)).toEqual(['0', '1 min', '2 min', '3 min']);
    expect(labels(0, 5 * hour, 20)).toEqual(['0', '1 h', '2 h', '3 h', '4 h', '5 h']);
    expect(labels(0, 240 * hour, 5)).toEqual(['0', '2 d', '4 d', '6 d', '8 d', '10 d']);
  });

  it('begins at the first round place, if the axis does not begin at 0', () => {
    expect(timeTicks(130, 480, 4)).toEqual([
      { time: 200, label: '200 ms' },
      { time: 300, label: '300 ms' },
      { time: 400, label: '400 ms' },
      { time: 480, label: '480 ms' },
    ]);
  });

  it('has one place on an axis without extent', () => {
    expect(labels(0, 0, 5)).toEqual(['0']);
    expect(labels(1500, 1500, 5)).toEqual(['1.5 s']);
  });

  it('never goes back, stays on the axis, and is not much more than asked for', () => {
    const anyTime = fc.double({ min: 0, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(anyTime, anyTime, fc.integer({ min: 1, max: 20 }), (a, b, count) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const times = timeTicks(from, to, count).map(({ time }) => time);
        expect(times.length).toBeLessThanOrEqual(count + 3);
        expect(times.at(-1)).toBe(to);
        for (const [i, time] of times.entries()) expect(time).toBeGreaterThanOrEqual(times[i - 1] ?? from);
      }),
    );
  });
});
