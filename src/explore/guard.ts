/**
 * The guard at the border of a simulation: it tells when a program looks at the real clock, rolls real dice, or sets a
 * timer of JavaScript's own loop.
 *
 * Each of these makes a run that no other run repeats, or that goes on when the simulation is over, and nothing in the
 * trace would say why. A simulation is one synchronous call, so the globals can be replaced for as long as it takes, and put
 * back whatever happens; they do what they always do, and only tell. Who calls is read from the stack: the program is told of,
 * and not Node itself, what lies under `node_modules` (an assertion looks at the clock as well), or this library. What a
 * program took hold of before (`const { now } = Date`), and promises, can't be seen.
 */

import { type CallSite, callSite, shortPath } from '../core/call-site.ts';

/** Something of the real world that a simulated program has used. */
export interface RealityUse {
  /** As one would write it: `Date.now()`. */
  readonly what: string;
  /** Why it should not be, and what to use instead. */
  readonly why: string;
  /** Where; null if the stack doesn't tell. */
  readonly site: CallSite | null;
}

const CLOCK = 'the real clock differs from run to run: use now(), the virtual time in ms';
const CHANCE = 'real chance differs from run to run: use getRunningLoop().random.next(), which is seeded';
const RANDOM_ID =
  'real chance differs from run to run: make it from a counter, or from getRunningLoop().random';
const TIMER =
  'a timer of JavaScript’s own loop fires when the simulation is over: use sleep() or getRunningLoop().callLater()';
const SOON =
  'JavaScript’s own loop calls it when the simulation is over: use getRunningLoop().callSoon(), or sleep(0)';

/** Which functions are replaced, by the global object that has them ('': the global object itself), and what to say of each. */
const FUNCTIONS: readonly (readonly [holder: string, name: string, why: string])[] = [
  ['Date', 'now', CLOCK],
  ['performance', 'now', CLOCK],
  ['Math', 'random', CHANCE],
  ['crypto', 'randomUUID', RANDOM_ID],
  ['crypto', 'getRandomValues', RANDOM_ID],
  ['', 'setTimeout', TIMER],
  ['', 'setInterval', TIMER],
  ['', 'setImmediate', SOON],
  ['', 'queueMicrotask', SOON],
  ['process', 'nextTick', SOON],
];

/** Told of a call: of what, why it should not be, and by which function that stands for it. */
type Note = (what: string, why: string, standIn: unknown) => void;

/** A use as a sentence: what was called, why not, what to use instead, and where. */
export function describeUse({ what, why, site }: RealityUse): string {
  const where = site === null ? '' : ` (${shortPath(site.file)}:${site.line}:${site.column})`;
  return `${what} was called in a simulation: ${why}${where}`;
}

/**
 * Runs something, and tells of each place in it that uses the real clock, real chance or the timers of JavaScript; once
 * for each place. The globals are as they were when it is over, whatever happens.
 *
 * @example
 * guarded(() => run(main), (use) => console.log(describeUse(use)));
 */
export function guarded<T>(body: () => T, tell: (use: RealityUse) => void): T {
  const told = new Set<string>();
  const note: Note = (what, why, standIn) => {
    const site = programsCall(standIn);
    if (site === undefined) return;
    const place = `${what} ${site?.file}:${site?.line}:${site?.column}`;
    if (told.has(place)) return;
    told.add(place);
    tell({ what, why, site });
  };
  const restores: (() => void)[] = [];
  try {
    for (const [holder, name, why] of FUNCTIONS) {
      const owner = holder === '' ? globalThis : (globalThis as Record<string, unknown>)[holder];
      const original = (owner as Record<string, unknown> | undefined)?.[name];
      if (typeof original !== 'function') continue;
      const what = `${holder === '' ? '' : `${holder}.`}${name}()`;
      const watched = new Proxy(original, {
        apply(target, self, args): unknown {
          note(what, why, this.apply);
          return Reflect.apply(target, self, args);
        },
      } as ProxyHandler<typeof original>);
      restores.push(replace(owner as object, name, watched));
    }
    restores.push(replace(globalThis, 'Date', watchedDate(globalThis.Date, note)));
    return body();
  } finally {
    for (const restore of restores.reverse()) restore();
  }
}

/** `Date` itself: to make one of the present moment is to look at the clock, to make one of a given moment isn't. */
function watchedDate(original: DateConstructor, note: Note): DateConstructor {
  return new Proxy(original, {
    construct(target, args, newTarget) {
      if (args.length === 0) note('new Date()', CLOCK, this.construct);
      return Reflect.construct(target, args, newTarget) as object;
    },
    apply(target, self, args): unknown {
      note('Date()', CLOCK, this.apply);
      return Reflect.apply(target as unknown as () => string, self, args);
    },
  } as ProxyHandler<DateConstructor>);
}

/**
 * Puts something in the place of a property, where it is and be it in a prototype; returns what puts it back. Where that is refused,
 * all stays as it is. By assignment, which costs the engine a third of what a new definition does.
 */
function replace(holder: object, name: string, value: unknown): () => void {
  let owner = holder as Record<string, unknown>;
  while (!Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as typeof owner;
  const original = owner[name];
  try {
    owner[name] = value;
  } catch {
    return () => {}; // frozen
  }
  return () => {
    owner[name] = original;
  };
}

const LIBRARY = new URL('..', import.meta.url).href;
const LIBRARY_PATH = LIBRARY.replace(/^file:\/\//, '');

/**
 * Where the program has called what `standIn` stands for; undefined if it wasn't the program but a library, this one included, or Node; null if
 * nobody knows.
 */
function programsCall(standIn: unknown): CallSite | null | undefined {
  const error = new Error();
  // Of the stack only what lies below the replaced function is of interest.
  (Error as { captureStackTrace?: (error: Error, above: unknown) => void }).captureStackTrace?.(
    error,
    standIn,
  );
  const frames = (error.stack ?? '').split('\n').slice(1);
  // `[…].map(Date.now)`: the engine's own functions pass the question on to those who call them.
  const first = frames.find((frame) => !/\(<anonymous>\)$|at <anonymous>$/.test(frame));
  if (first === undefined) return null;
  const isOurs = first.includes(LIBRARY_PATH) || first.includes(LIBRARY);
  if (isOurs || first.includes('node:') || /[/\\]node_modules[/\\]/.test(first)) return undefined;
  return callSite(error);
}
