/** A stretch of virtual time, as people write it. */

const UNITS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a time in ms: `5`, `5 ms`, `2 min 30 s`; null if it is none.
 *
 * @example parseDuration('2 min 30 s') // 150000
 */
export function parseDuration(text: string): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!/^(\d+(\.\d+)? *(ms|s|min|h|d)\b *)+$/.test(text)) return null;
  let time = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?) *(ms|s|min|h|d)\b/g))
    time += Number(count) * UNITS[unit as keyof typeof UNITS];
  return time;
}
