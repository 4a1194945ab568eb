import { describe, expect, it } from 'vitest';
import { formatValue } from '../../src/core/format.ts';

describe('a printed value', () => {
  it('is shown in full: two values that differ look different', () => {
    const list = Array.from({ length: 100 }, (_, i) => i);
    expect(formatValue(list)).toBe(`[${list.join(', ')}]`);
    expect(formatValue({ u: { a: { b: [1, { c: 'd' }] } } })).toBe('{u: {a: {b: [1, {c: "d"}]}}}');
    expect(formatValue([undefined, null, -0, 0, 2n])).toBe('[undefined, null, -0, 0, 2n]');
  });

  it('is told by its kind', () => {
    class Dish {
      name = 'rice';
    }
    expect(formatValue(new Map([['a', new Set([1, 2])]]))).toBe('Map {"a" => Set {1, 2}}');
    expect(formatValue(new Dish())).toBe('Dish {name: "rice"}');
    expect(formatValue(new RangeError('too far'))).toBe('RangeError: too far');
    expect(formatValue(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
    expect(formatValue(() => 1)).toBe('[function (anonymous)]');
    expect(formatValue('as it is')).toBe('as it is');
  });

  it('may contain itself', () => {
    const ring: unknown[] = [1];
    ring.push(ring, { ring });
    expect(formatValue(ring)).toBe('[1, [circular], {ring: [circular]}]');
  });
});
