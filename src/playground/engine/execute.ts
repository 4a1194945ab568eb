/**
 * Runs a program to its end: in the worker, and in tests in the same way.
 *
 * It takes what a program file exports by default: a program (`function*`), a script (a function), or what `demo(…)` gives, whose
 * parts are run one after another. Each part has a clock of its own, and gives a trace.
 *
 * Bounds are much closer than elsewhere, since somebody sits in front of it: 20,000 events are more than anybody steps through. A
 * program that uses them up is told so, and what it did until then is there to be looked at. So is what comes to no event any more,
 * in a loop that never awaits (loops.ts). Whatever else takes for ever can't be stopped from inside; the page ends the worker then.
 */

import { type Coroutine, isCoroutine } from '../../core/coroutine.ts';
import { getRunningLoop } from '../../core/current.ts';
import { formatValue } from '../../core/format.ts';
import { run } from '../../core/runner.ts';
import { runScript } from '../../core/script.ts';
import { World } from '../../core/world.ts';
import { guarded } from '../../explore/guard.ts';
import { reportUse } from '../../testing/simulation.ts';
import { loadTrace, saveTrace } from '../../trace/json.ts';
import { Recorder } from '../../trace/recorder.ts';
import { type Demonstration, demonstration, isDemonstration, type PartProgram } from './demonstration.ts';
import { require, withImport } from './doors.ts';
import { LoopWatch } from './loops.ts';
import { setParameters } from './parameters.ts';
import { problemOf, problemOfRun } from './problem.ts';
import {
  MOST_EARLY,
  type Parameter,
  type PostedRun,
  PROGRAM,
  type Problem,
  type Values,
} from './protocol.ts';

/** A program as its script hands it over. */
export type ProgramFunction = (
  exports: Record<string, unknown>,
  require: (name: string) => unknown,
  importMeta: unknown,
  round: () => void,
) => void;

/** How a program is run. */
export interface ExecuteOptions {
  readonly title: string;
  readonly values: Values;
  /** Where printed lines go while it runs. */
  readonly print?: (line: string) => void;
  /** Real time, in ms. */
  readonly now?: () => number;
}

/** Taken before any program can put something else in its place. */
const realTime = performance.now.bind(performance);

const MOST_EVENTS = 20_000;
const LIMITS = {
  iterationsPerInstant: 10_000,
  iterations: 20_000,
  immediateAwaits: 100_000,
  threadSteps: 20_000,
};

/**
 * Runs a program, and says what it did. Never throws what the program throws: that is a problem of its part, or, where there was
 * nothing to run yet, of the whole.
 */
export function execute(program: ProgramFunction, options: ExecuteOptions): PostedRun {
  const { print = () => {}, now = realTime } = options;
  let parameters: readonly Parameter[] = [];
  const early: string[] = [];
  let events: () => number | null = () => null;
  const loops = new LoopWatch(() => events(), now);
  const nothing = {
    kind: 'run',
    title: options.title,
    parts: [],
    early,
    figure: '',
    watch: [],
    question: '',
  } as const;
  const failed = (problem: Problem): PostedRun => ({ ...nothing, parameters, problem });
  let exported: unknown;
  try {
    const exports = receiver((declared) => {
      parameters = setParameters(declared, options.values);
    });
    withConsole(early, () => program(exports, require, {}, () => loops.round()));
    exported = exports.default;
  } catch (error) {
    return failed(withImport(problemOf(error)));
  }
  // Who runs all of it at once has nothing to export.
  const again = () =>
    withConsole([], () =>
      program(
        receiver(() => {}),
        require,
        {},
        () => loops.round(),
      ),
    );
  const demo = exported === undefined ? demonstration({ program: again }) : demonstrationOf(exported);
  if (demo === null) return failed({ message: noProgram(exported), place: null });
  const title = demo.title === '' ? options.title : demo.title;
  try {
    const parts = demo.parts.map((part) => {
      const recorder = new Recorder({ maxEvents: MOST_EVENTS });
      events = () => recorder.length;
      return runPart(part, title, recorder, loops, exported === undefined ? () => {} : print);
    });
    if (exported === undefined && !isSame(parts[0]!, early)) {
      return early.length > 0
        ? { ...nothing, parameters, problem: null }
        : failed({ message: noProgram(exported), place: null });
    }
    const { figure, watch, question } = demo;
    const view = { width: 76, color: false };
    return {
      ...nothing,
      early: exported === undefined ? [] : early, // it stands in the run
      title,
      parts,
      figure: figure === null ? '' : figure(view),
      watch,
      question,
      parameters,
      problem: null,
    };
  } catch (error) {
    return failed(withImport(problemOf(error)));
  }
}

/**
 * Whether a program that was run a second time, as a script, ran a loop or threads, and printed the same. It need not be so: it may
 * have a recorder of its own, or explore something.
 */
function isSame({ trace, problem }: PostedRun['parts'][number], early: readonly string[]): boolean {
  if (problem !== null) return false;
  const events = [...loadTrace(trace)];
  const printed = events.flatMap((event) =>
    event.kind === 'print' || event.kind === 'thread:print' ? [event.text] : [],
  );
  return (
    events.some(({ kind }) => kind === 'loop:run' || kind === 'thread:create') &&
    printed.slice(0, MOST_EARLY).join('\n') === early.join('\n')
  );
}

/** What is exported goes here; `parameters` are told of in the moment in which they are. */
function receiver(tell: (declared: unknown) => void): Record<string, unknown> {
  let parameters: unknown;
  return Object.defineProperty({} as Record<string, unknown>, 'parameters', {
    get: () => parameters,
    set(declared: unknown) {
      parameters = declared;
      tell(declared);
    },
  });
}

/** Keeps what is printed meanwhile: without a loop it goes to the console, where nobody looks. */
function withConsole(lines: string[], load: () => void): void {
  const { log } = console;
  console.log = (...values: unknown[]) => {
    if (lines.length < MOST_EARLY) lines.push(values.map(formatValue).join(' '));
  };
  try {
    load();
  } finally {
    console.log = log;
  }
}

function demonstrationOf(exported: unknown): Demonstration | null {
  if (isDemonstration(exported)) return exported;
  if (typeof exported !== 'function') return null;
  return demonstration({ program: exported as PartProgram });
}

function noProgram(exported: unknown): string {
  if (exported === undefined) {
    return 'the program has no default export: end it with export default main; where main is a function*';
  }
  if (isCoroutine(exported)) {
    return 'the default export is a coroutine that was made already: export main itself, and not main()';
  }
  return `the default export is ${typeof exported === 'object' ? 'an object' : `a ${typeof exported}`}, and should be a program: export default main, where main is a function*`;
}

function runPart(
  { title, program, fails }: Demonstration['parts'][number],
  whole: string,
  recorder: Recorder,
  loops: LoopWatch,
  print: (line: string) => void,
): PostedRun['parts'][number] {
  const world = new World(recorder);
  const settings = {
    world,
    limits: LIMITS,
    captureConsole: true,
    sites: () => PROGRAM,
    print,
    exceptionHandler: () => {}, // what it is told is in the trace
  };
  let thrown: { readonly error: unknown } | null = null;
  try {
    guarded(
      () => runScript(scriptOf(program), settings),
      (use) => reportUse(world, use),
    );
  } catch (error) {
    thrown = { error };
  }
  // Also where the program has caught it, and gone on.
  if (loops.stopped !== null) thrown = { error: loops.stopped };
  const meta = {
    title: title === '' ? whole : `${whole}: ${title}`,
    program: PROGRAM,
  };
  const trace = recorder.toTrace(meta);
  return {
    title,
    trace: saveTrace(trace),
    problem: thrown && withImport(problemOfRun(thrown.error, trace)),
    isExpected: thrown !== null && fails !== null && thrown.error instanceof fails,
  };
}

/**
 * A program as a script. Its loop is in debug mode, which tells of coroutines that nobody awaited; but not of slow callbacks: here
 * a `compute` of half an hour is often the point.
 */
function scriptOf(program: PartProgram): () => unknown {
  return () => {
    const main: unknown = program();
    if (!isCoroutine(main)) return main;
    run(
      function* (): Coroutine<unknown> {
        getRunningLoop().slowCallbackDuration = Number.POSITIVE_INFINITY;
        return yield* main;
      },
      { name: 'main', debug: true },
    );
  };
}
