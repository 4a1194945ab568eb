import { describe, expect, it } from 'vitest';
import { milliseconds, minutes, seconds, VirtualClock } from '../../src/core/clock.ts';
import { messageOf } from '../support/journal.ts';

describe('a virtual clock', () => {
  it('starts at 0, or where it is told to, and moves only when told', () => {
    expect(new VirtualClock().now).toBe(0);
    const clock = new VirtualClock(250);
    clock.advanceTo(300.5);
    expect(clock.now).toBe(300.5);
  });

  it('never goes back: a time that has passed leaves it where it is', () => {
    const clock = new VirtualClock(40);
    clock.advanceTo(39);
    clock.advanceTo(-1);
    expect(clock.now).toBe(40);
  });

  it('refuses a time that is none, quoting it', () => {
    const clock = new VirtualClock(7);
    expect(messageOf(() => clock.advanceTo(Number.NaN))).toBe("ValueError: the clock can't move to NaN");
    expect(messageOf(() => clock.advanceTo(Number.POSITIVE_INFINITY))).toBe(
      "ValueError: the clock can't move to Infinity",
    );
    expect(clock.now).toBe(7);
    for (const start of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(messageOf(() => new VirtualClock(start))).toBe(
        `ValueError: a clock starts at a finite time of 0 ms or later, got ${start}`,
      );
    }
  });
});

it('units are milliseconds', () => {
  expect([milliseconds(5), seconds(2), minutes(40), seconds(0.5)]).toEqual([5, 2000, 2_400_000, 500]);
});
