/** The number in what a reader answers: people write “60 ms” where 60 is asked for, and are right. */

/** Units of time, in ms. */
const UNITS: readonly (readonly [words: RegExp, ms: number])[] = [
  [/^(ms|msecs?|millis(econds?)?|milliseconds?)$/, 1],
  [/^(s|secs?|seconds?)$/, 1_000],
  [/^(m|min|mins|minutes?)$/, 60_000],
  [/^(h|hrs?|hours?)$/, 3_600_000],
];

/**
 * What was given, in the unit of the question; null if it is no number, or a number of something else. A question that asks how
 * many, and not how long, has no unit: there any word may follow that is not a time.
 *
 * @example numberIn('1 min', 'ms') // 60000
 */
export function numberIn(given: string, unit: string | undefined): number | null {
  const found = /^([-−]?\d+(?:[.,]\d+)?)\s*([a-z]*)\.?$/i.exec(given.trim());
  if (found === null) return null;
  const value = Number(found[1]!.replace(',', '.').replace('−', '-'));
  const word = found[2]!.toLowerCase();
  if (word === '') return value;
  const from = msOf(word);
  if (unit === undefined) return from === null ? value : null;
  const to = msOf(unit);
  if (from === null || to === null) return word === unit ? value : null;
  // Not 60.00000000000001.
  return Number(((value * from) / to).toPrecision(12));
}

function msOf(word: string): number | null {
  return UNITS.find(([words]) => words.test(word))?.[1] ?? null;
}

/** What to say to who has written something else. */
export function expected(unit: string | undefined): string {
  return unit === undefined
    ? 'A number is expected, such as 5.'
    : `A number is expected, in ${unit}: 5, or 5 ${unit}.`;
}
