/** Figures in the units people use for them: on the axes of a plot, and in columns of a table. */

import { roughDuration } from './time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** On an axis 1 h is no 60 min. */
const WHOLE = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
] as const;

/** What a number counts: virtual ms, bytes, things, or so many times something. */
export type PlotUnit = 'ms' | 'bytes' | 'count' | 'ratio';

/** To three figures, with a letter for thousands, millions …: `100k`. */
function thousands(value: number, letters: readonly string[], between = ''): string {
  let size = 0;
  let rest = value;
  while (Number(rest.toPrecision(3)) >= 1000 && size < letters.length - 1) {
    rest /= 1000;
    size++;
  }
  return `${Number(rest.toPrecision(3))}${between}${letters[size]}`;
}

/**
 * Writes a number of bytes to three figures; a kB is 1000 of them.
 *
 * @example formatMemory(30_033_000) // '30 MB'
 */
export function formatMemory(bytes: number): string {
  return thousands(bytes, ['B', 'kB', 'MB', 'GB', 'TB', 'PB'], ' ');
}

/** Writes a number of a unit, short. @example formatFigure(100_000, 'count') // '100k' */
export function formatFigure(value: number, unit: PlotUnit): string {
  switch (unit) {
    case 'ms':
      for (const [size, name] of WHOLE)
        if (value >= size && value % size === 0) return `${value / size} ${name}`;
      return roughDuration(value);
    case 'bytes':
      return formatMemory(value);
    case 'count':
      return thousands(value, ['', 'k', 'M', 'G', 'T']);
    case 'ratio':
      return `${Number(value.toPrecision(3))}×`;
  }
}

/** The numbers of a unit that one counts in, from small to large: powers of ten, and in between those of larger units. */
export function roundFigures(unit: PlotUnit, digits: readonly number[]): number[] {
  const decades = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i)).flatMap((ten) =>
      digits.map((digit) => Number((digit * ten).toPrecision(6))),
    );
  if (unit !== 'ms') return decades(-9, 18);
  const parts = (size: number, upTo: number) =>
    decades(0, 1)
      .filter((n) => n < upTo)
      .map((n) => n * size);
  return [
    ...decades(-6, 4).filter((ms) => ms < MINUTE),
    ...parts(MINUTE, 60),
    ...parts(HOUR, 24),
    ...decades(0, 9).map((days) => days * DAY),
  ];
}
