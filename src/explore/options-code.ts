/**
 * The options of an exploration, as they are written in a program: what is pasted must run as what was explored.
 *
 * All that decides a run and can be written down stands there. What can't, a function or a machine, is named in a comment: without
 * it the code would run something else, and nobody would know why.
 */

import { LIMITS, MOST_RUNS } from './attempt.ts';
import type { ExploreOptions } from './explore.ts';
import type { ReplayOptions } from './replay.ts';
import type { Strategy } from './strategy.ts';

/** Options that are functions, or things with a life of their own, and may make a run another one. */
const UNWRITABLE = ['machine', 'adjust', 'exceptionHandler', 'print'] as const;

/** How a program is explored, as the options of a call of `explore`; '' if there are none. @internal */
export function exploreCode(
  { code }: Pick<Strategy, 'code'>,
  options: Omit<ExploreOptions, 'strategy'>,
): string {
  const { runs, seconds = Number.POSITIVE_INFINITY, adversarial, shard = '1/1' } = options;
  const isWritten = code !== undefined;
  const parts = [
    ...(!isWritten || code === 'exhaustive()' ? [] : [`strategy: ${code}`]),
    ...(runs === undefined || runs === MOST_RUNS ? [] : [`runs: ${runs}`]),
    ...(seconds === Number.POSITIVE_INFINITY ? [] : [`seconds: ${seconds}`]),
    ...(adversarial ? ['adversarial: true'] : []),
    ...(shard === '1/1' ? [] : [`shard: ${quoted(shard)}`]),
    ...runParts(options),
    ...(options.limits ? [`limits: ${record(options.limits)}`] : []),
  ];
  return braced(parts, [...(isWritten ? [] : ['strategy']), ...unwritable(options)]);
}

/**
 * How a run of it is replayed, as the options of a call of `replay`; '' if there are none. `isLimited`: it was ended by a limit, which
 * `replay` doesn't have by itself. @internal
 */
export function replayCode(options: ReplayOptions, isLimited: boolean): string {
  const limits = options.limits ?? (isLimited ? LIMITS : undefined);
  return braced(
    [...runParts(options), ...(limits ? [`limits: ${record(limits)}`] : [])],
    unwritable(options),
  );
}

/** What both calls have in common, but for the limits. */
function runParts({ ignore, bounds, name, eager, debug, stepCost }: ReplayOptions): string[] {
  return [
    ...(ignore?.length ? [`ignore: [${ignore.map(quoted).join(', ')}]`] : []),
    ...(bounds && Object.keys(bounds).length > 0 ? [`bounds: ${record(bounds)}`] : []),
    ...(name === undefined || name === 'main' ? [] : [`name: ${quoted(name)}`]),
    ...(eager ? ['eager: true'] : []),
    ...(debug ? ['debug: true'] : []),
    ...(stepCost === undefined ? [] : [`stepCost: ${stepCost}`]),
  ];
}

function unwritable(options: ReplayOptions): string[] {
  return UNWRITABLE.filter((name) => options[name] !== undefined);
}

function braced(parts: readonly string[], missing: readonly string[]): string {
  const comment = missing.length === 0 ? [] : [`/* and as they were given: ${missing.join(', ')} */`];
  const all = [...parts, ...comment];
  return all.length === 0 ? '' : `{ ${all.join(', ')} }`;
}

/** Named numbers: `{ iterations: 100_000 }`. */
function record(numbers: object): string {
  const parts = Object.entries(numbers).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${number(value)}`],
  );
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}

/** From five digits on in groups of three, which reads better. */
function number(value: number): string {
  return Number.isInteger(value) && value >= 10_000 && value < 1e21
    ? String(value).replace(/\B(?=(\d{3})+$)/g, '_')
    : String(value);
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}
