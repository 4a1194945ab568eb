/**
 * Values as text, in full: what `print` shows. (Messages have `describeValue`, which is short.) Two values that differ
 * look different, so that a test may compare what was printed.
 */

/** A value as `print` shows it: a string as it is, the rest as one would write it. @internal */
export function formatValue(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, []);
}

function inspect(value: unknown, outer: readonly object[]): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `[function ${value.name || '(anonymous)'}]`;
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  if (outer.includes(value)) return '[circular]';
  const inner = [...outer, value];
  const show = (part: unknown) => inspect(part, inner);
  if (value instanceof Error) return value.message ? `${value.name}: ${value.message}` : value.name;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (Array.isArray(value)) return `[${Array.from(value, show).join(', ')}]`;
  if (value instanceof Map) {
    return `Map {${[...value].map(([key, item]) => `${show(key)} => ${show(item)}`).join(', ')}}`;
  }
  if (value instanceof Set) return `Set {${[...value].map(show).join(', ')}}`;
  const fields = Object.entries(value).map(([key, item]) => `${key}: ${show(item)}`);
  const name = value.constructor?.name;
  return `${name && name !== 'Object' ? `${name} ` : ''}{${fields.join(', ')}}`;
}
