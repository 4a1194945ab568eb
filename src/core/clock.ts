import { ValueError } from './errors.ts';

/**
 * A number that only goes forward, and only when told.
 *
 * Time here is data: virtual milliseconds, finite and never negative. No code of the loop asks the real clock, so
 * forty minutes pass in no time and every run passes them alike.
 *
 * @example
 * const clock = new VirtualClock(); clock.advanceTo(40); clock.now // 40
 */
export class VirtualClock {
  /** The current virtual time in ms. Read it freely; only `advanceTo` moves it. */
  now: number;

  constructor(start = 0) {
    if (!(start >= 0 && start < Number.POSITIVE_INFINITY)) {
      throw new ValueError(`a clock starts at a finite time of 0 ms or later, got ${start}`);
    }
    this.now = start;
  }

  /** Moves the clock forward to `when` (ms); a time that has passed leaves it where it is. */
  advanceTo(when: number): void {
    if (!(when < Number.POSITIVE_INFINITY)) throw new ValueError(`the clock can't move to ${when}`);
    if (when > this.now) this.now = when;
  }
}

/** `n` milliseconds: for symmetry with `seconds` and `minutes`. */
export const milliseconds = (n: number): number => n;
/** `n` seconds in virtual ms. @example sleep(seconds(2)) */
export const seconds = (n: number): number => n * 1000;
/** `n` minutes in virtual ms. @example sleep(minutes(40)) */
export const minutes = (n: number): number => n * 60_000;
