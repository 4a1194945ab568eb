/** What a reader may write for an answer that is a number. */

import { describe, expect, it } from 'vitest';
import { expected, numberIn } from '../../src/playground/lessons/answer.ts';
import { LESSONS } from '../../src/playground/lessons/index.ts';

describe('a number that is given for an answer', () => {
  it.each([
    ['60', 60],
    [' 60 ', 60],
    ['60ms', 60],
    ['60 ms', 60],
    ['60 ms.', 60],
    ['60 MS', 60],
    ['60 milliseconds', 60],
    ['0.06 s', 60],
    ['0,06 sec', 60],
    ['1 min', 60_000],
    ['1.5 minutes', 90_000],
    ['2 h', 7_200_000],
    ['-3', -3],
    ['−3', -3],
  ])('is taken with its unit, or without one: %s', (given, value) => {
    expect(numberIn(given, 'ms')).toBe(value);
  });

  it('is in the unit of the question, if it has none itself', () => {
    expect(numberIn('40', 'min')).toBe(40);
    expect(numberIn('40 min', 'min')).toBe(40);
    expect(numberIn('2400 s', 'min')).toBe(40);
  });

  it('may have any word behind it where the question has no unit, but not a time', () => {
    expect(numberIn('3', undefined)).toBe(3);
    expect(numberIn('3 times', undefined)).toBe(3);
    expect(numberIn('20 left', undefined)).toBe(20);
    expect(numberIn('3 ms', undefined)).toBeNull();
  });

  it.each(['', 'sixty', 'ms', '60 cups', '6 0', '60 ms or so', '3e', '--3', 'NaN', 'Infinity', '1.2.3'])(
    'is not seen in %j',
    (given) => {
      expect(numberIn(given, 'ms')).toBeNull();
    },
  );

  it('is asked for with an example', () => {
    expect(expected('ms')).toBe('A number is expected, in ms: 5, or 5 ms.');
    expect(expected(undefined)).toBe('A number is expected, such as 5.');
  });

  it('has a unit that is known, in every question', () => {
    for (const { question } of LESSONS)
      if (question.unit !== undefined) expect(numberIn(`7 ${question.unit}`, question.unit)).toBe(7);
  });
});
