/**
 * `simTest`: vitest's `test`, with a simulated coroutine as its body.
 *
 * It is a door of its own, because it needs vitest as soon as it is loaded: `loopscope/testing` is for whoever has another test
 * runner, or none, and its types must hold without vitest, too. All that a test is has its place there (`runTest`); here it is only
 * told to vitest.
 *
 * Fixtures are vitest's. It finds out which of them a test wants from the text of its function, so each test is handed over with
 * the text of the parameter in which its body takes them.
 */

import { expect, type TestAPI, type TestContext, test, type TestOptions as VitestOptions } from 'vitest';
import type { Coroutine } from '../core/coroutine.ts';
import { isCancelled } from '../core/errors.ts';
import { checkMachineMaker } from '../core/loop-options.ts';
import { matchers } from '../testing/matchers.ts';
import { runTest, say, type TestFailure, type TestOptions } from '../testing/run-test.ts';
import type { Sim } from '../testing/sim.ts';
import { checkOutside } from '../testing/simulation.ts';

expect.extend(matchers);

/** How a test is run, by the simulation and by vitest. */
export interface SimTestOptions
  extends Omit<TestOptions, 'name' | 'onFailure'>,
    Pick<VitestOptions, 'retry' | 'repeats'> {
  /** The real ms after which vitest calls the test too slow; its `testTimeout` by default. It can't stop one that runs. */
  readonly realTimeout?: number;
  /** The folder into which the trace of a failed test is written; by default what the variable LOOPSCOPE_ARTEFACTS says, if anything. */
  readonly artefacts?: string;
}

/** The body of a test: with what vitest gives to each test, and the fixtures, as its second argument. */
export type SimTestBody<C> = (sim: Sim, context: TestContext & C) => Coroutine<unknown>;

/** The name of a test; of a function, its name. */
type Name = string | ((...args: never[]) => unknown);

/** How a test is declared: `simTest(name, body)`, with options before or behind the body. */
export interface DeclareTest<B> {
  (name: Name, body: B, options?: SimTestOptions): void;
  (name: Name, options: SimTestOptions, body: B): void;
}

/** `simTest` and what can be said of it, as of vitest's `test`. `C`: the fixtures. */
export interface SimTest<C = object> extends DeclareTest<SimTestBody<C>> {
  /** Only this test, and others that say so. */
  readonly only: SimTest<C>;
  /** Not this one. */
  readonly skip: SimTest<C>;
  /** It is known to fail, and fails if it doesn't. */
  readonly fails: SimTest<C>;
  /** One that is still to be written. */
  todo(name: Name): void;
  skipIf(condition: unknown): SimTest<C>;
  runIf(condition: unknown): SimTest<C>;
  /**
   * A test for each case, which the body gets after `sim`, and then the context.
   *
   * @example simTest.for([1, 2])('waits %i s', function* (sim, s) { yield* sim.advanceBy(seconds(s)); });
   */
  for<T>(
    cases: readonly T[],
  ): DeclareTest<(sim: Sim, value: T, context: TestContext & C) => Coroutine<unknown>>;
  /**
   * The same; a case that is a list is taken apart into arguments, and there is no context.
   *
   * @example simTest.each([[1, 'one'], [2, 'two']])('%i is %s', function* (sim, number, word) { … });
   */
  each<T extends unknown[] | [unknown]>(
    cases: readonly T[],
  ): DeclareTest<(sim: Sim, ...values: T) => Coroutine<unknown>>;
  each<T>(cases: readonly T[]): DeclareTest<(sim: Sim, value: T) => Coroutine<unknown>>;
  /**
   * `simTest` on another `test`: with the fixtures of one that was extended.
   *
   * @example
   * const kitchenTest = simTest.with(test.extend({ pot: async ({}, use) => { await use(new Pot()); } }));
   * kitchenTest('boils', function* (sim, { pot }) { … });
   */
  with<D>(other: TestAPI<D>): SimTest<D>;
}

/**
 * Declares a test whose body is a simulated coroutine; used as vitest's `test`. The matchers of `loopscope/testing` are there as
 * soon as this is imported.
 *
 * What the body does, and what makes it fail, is told at `runTest`. `timeout` is virtual; how long it may really take says vitest.
 * A failed test shows its schedule and its timeline. Options stand before the body or behind it.
 *
 * @example
 * import { simTest } from 'loopscope/vitest';
 * simTest('rings after ten seconds', function* (sim) {
 *   createTask(alarm(seconds(10)), { name: 'alarm' });
 *   yield* sim.advanceBy(seconds(10));
 *   expect(sim.output).toEqual(['rang']);
 * }, { timeout: seconds(20) });
 */
export const simTest: SimTest = on(test);

/** A test as vitest takes it. */
type Handler = (...args: never[]) => Promise<void>;
type Declare = (name: Name, options: VitestOptions, handler: Handler) => void;
// biome-ignore lint/suspicious/noExplicitAny: whatever arguments the cases have
type AnyBody = (sim: Sim, ...args: any[]) => Coroutine<unknown>;

function on<C>(api: TestAPI<C>): SimTest<C> {
  const make = (chained: TestAPI<C>) => on(chained);
  const declare = declaring(api as unknown as Declare, 1);
  return Object.defineProperties(declare, {
    only: { get: () => make(api.only as unknown as TestAPI<C>) },
    skip: { get: () => make(api.skip as unknown as TestAPI<C>) },
    fails: { get: () => make(api.fails as unknown as TestAPI<C>) },
    todo: { value: (name: Name) => api.todo(name) },
    skipIf: { value: (condition: unknown) => make(api.skipIf(condition) as unknown as TestAPI<C>) },
    runIf: { value: (condition: unknown) => make(api.runIf(condition) as unknown as TestAPI<C>) },
    for: { value: (cases: readonly unknown[]) => declaring(api.for(cases) as unknown as Declare, 2) },
    each: { value: (cases: readonly unknown[]) => declaring(api.each(cases) as unknown as Declare, null) },
    with: { value: (other: TestAPI<unknown>) => on(other) },
  }) as unknown as SimTest<C>;
}

/** Declares tests by one of vitest's ways. `context`: the place of the parameter in which the body takes the fixtures. */
function declaring(declare: Declare, context: number | null): DeclareTest<AnyBody> {
  return (name: Name, first: AnyBody | SimTestOptions, second?: AnyBody | SimTestOptions) => {
    const [body, options = {}] = (typeof first === 'function' ? [first, second] : [second, first]) as [
      AnyBody,
      SimTestOptions?,
    ];
    checkBody(name, body);
    checkOutside('simTest()');
    const { realTimeout, artefacts, retry, repeats, ...how } = options;
    if (context !== 1)
      checkMachineMaker('simTest.each() and simTest.for() run the body for each case', how.machine);
    if (retry || repeats)
      checkMachineMaker('a test with retry or repeats runs its body more than once', how.machine);
    const vitest = { timeout: realTimeout, retry, repeats };
    const given = Object.fromEntries(Object.entries(vitest).filter(([, value]) => value !== undefined));
    const declared = new Error();
    const handler = async (...args: unknown[]) => {
      try {
        await play((sim) => body(sim, ...args), how, artefacts, body.name);
      } catch (error) {
        nameCauses(error);
        throw placed(error, declared);
      }
    };
    if (context !== null) {
      const parameters = parametersOf(body).slice(1, context + 1);
      handler.toString = () => `(${parameters.join(', ')}) => {}`;
    }
    declare(name, given as VitestOptions, handler);
  };
}

async function play(
  body: (sim: Sim) => Coroutine<unknown>,
  options: TestOptions,
  artefacts: string | undefined,
  program: string,
): Promise<void> {
  const { currentTestName = program, testPath = '' } = expect.getState();
  const folder = artefacts ?? globalThis.process?.env.LOOPSCOPE_ARTEFACTS;
  let failure: TestFailure | null = null;
  try {
    runTest(body, {
      ...options,
      name: currentTestName,
      onFailure: (failed) => {
        failure = failed;
        return undefined;
      },
    });
  } catch (error) {
    if (failure !== null && folder && error instanceof Error)
      say(
        error,
        `${error.message}\n\n${await kept(failure, folder, `${testPath.replace(/^.*[/\\]/, '')} ${currentTestName}`)}`,
      );
    throw error;
  }
}

/** Vitest takes a cause without a message, as a cancellation is, for no error, and prints all that it finds in it. */
function nameCauses(error: unknown): void {
  const seen = new Set<unknown>();
  for (let one = error; one instanceof Error && !seen.has(one); one = one.cause) {
    seen.add(one);
    if (one !== error && one.message === '') say(one, isCancelled(one) ? 'cancelled' : one.name);
  }
}

/** An error that was made by this library has no line of the test in its stack: it gets that of the declaration. */
function placed(error: unknown, declared: Error): unknown {
  if (!(error instanceof Error) || framesOf(error).some(isOfProgram)) return error;
  const frames = framesOf(declared).filter(isOfProgram);
  if (frames.length > 0) error.stack = `${error.name}: ${error.message}\n${frames.join('\n')}`;
  return error;
}

const framesOf = ({ stack = '' }: Error): string[] =>
  stack.split('\n').filter((line) => /^\s+at /.test(line));

const LIBRARY = new URL('..', import.meta.url).href.replace(/^file:\/\//, '');

/** Whether a frame is of a file of the program: `new Promise (<anonymous>)`, as a runner has it, is of none. */
function isOfProgram(frame: string): boolean {
  return (
    /:\d+:\d+\)?$/.test(frame) &&
    !frame.includes(LIBRARY) &&
    !frame.includes('node:') &&
    !/[/\\]node_modules[/\\]/.test(frame)
  );
}

/** Keeps the trace of a failed test on the disk; says where, or why it couldn't. */
async function kept(failure: TestFailure, folder: string, name: string): Promise<string> {
  try {
    // Only here: vitest runs in browsers, too.
    const { writeArtefact } = await import('../node/artefact.ts');
    const { page, trace } = writeArtefact(folder, name, failure);
    return `to be played in a browser: ${page}\nits trace, for npx loopscope step, story or tasks: ${trace}`;
  } catch (error) {
    return `its trace could not be kept: ${error instanceof Error ? error.message : error}`;
  }
}

/** The parameters of a function, as they stand in its text. */
function parametersOf(body: AnyBody): string[] {
  const text = body.toString().replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const parameters: string[] = [];
  let depth = 0;
  let start = text.indexOf('(') + 1;
  for (let at = start - 1; at < text.length; at++) {
    const sign = text[at]!;
    if ('([{'.includes(sign)) depth++;
    else if (')]}'.includes(sign)) depth--;
    if (!(depth === 0 || (depth === 1 && sign === ','))) continue;
    parameters.push(text.slice(start, at).trim());
    start = at + 1;
    if (depth === 0) break;
  }
  return parameters.filter(Boolean);
}

function checkBody(name: Name, body: unknown): void {
  if (typeof body === 'function') return;
  throw new TypeError(
    `simTest(${typeof name === 'string' ? JSON.stringify(name) : 'name'}, …) needs a body, a function* (sim) { … }; simTest.todo(name) needs none`,
  );
}
