/**
 * Values as text, in full: what `print` shows. (Messages have `describeValue`, which is short.) Two values that differ
 * look different, so that a test may compare what was printed. What says itself what it is (by a `toString` of its own: a
 * task, a lock, a URL) is taken at its word.
 */

/**
 * How something of the library shows itself, as Python's `repr` does: `<Task pending name='rice'>`, `<Lock stove [unlocked]>`.
 * Empty words are left out. @internal
 */
export function tag(...words: readonly string[]): string {
  return `<${words.filter((word) => word !== '').join(' ')}>`;
}

/** The class of a kind of thing: `BoundedSemaphore` of `bounded semaphore`. @internal */
export function className(kind: string): string {
  return kind.replace(/(?:^| )(.)/g, (_, first: string) => first.toUpperCase());
}

/** `, waiters:2`; nothing where nobody waits. @internal */
export function andWaiters(number: number): string {
  return number === 0 ? '' : `, waiters:${number}`;
}

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
  if (saysWhatItIs(value)) return String(value);
  if (Object.prototype.toString.call(value) === '[object Generator]') return '<generator>';
  const fields = Object.entries(value).map(([key, item]) => `${key}: ${show(item)}`);
  const name = value.constructor?.name;
  return `${name && name !== 'Object' ? `${name} ` : ''}{${fields.join(', ')}}`;
}

/** Whether it has words of its own, and not those of every object or array. */
function saysWhatItIs(value: object): boolean {
  const own = (value as { toString?: unknown }).toString;
  return typeof own === 'function' && own !== Object.prototype.toString && !ArrayBuffer.isView(value);
}
