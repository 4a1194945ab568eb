/**
 * An attempt: a program run once, by a policy, and what came of it.
 *
 * There is no trace, which makes it fast: what was decided is kept, and that is all that a run depends on; and a fold listens
 * that finds what is wrong though nothing fails. Both ways of failing are one thing from here on: an error, of a kind.
 */

import { callSite, shortPath } from '../core/call-site.ts';
import type { Program } from '../core/coroutine.ts';
import { DeadlockError, describeValue, InvariantError, LimitError } from '../core/errors.ts';
import type { ExceptionHandler } from '../core/loop-options.ts';
import type { SchedulingPolicy } from '../core/policy.ts';
import { runScript } from '../core/script.ts';
import { World } from '../core/world.ts';
import { CODE, type EventText, type TraceSink } from '../trace/events.ts';
import { type Bounds, type Finding, type FindingKind, FindingsFolder } from '../trace/findings.ts';
import type { Decision } from '../trace/schedule.ts';
import { Recording } from './recording.ts';
import type { ProgramOptions } from './replay.ts';

/** How a program can fail. */
export type FailureKind =
  /** It throws: an error of its own, or a failed assertion. */
  | 'error'
  /** What it claims by `always` or `eventually` doesn't hold. */
  | 'invariant'
  /** Nothing can happen any more; or some wait for each other for ever, while others go on. */
  | 'deadlock'
  /** It has no end within its limits. */
  | 'no end'
  /** An error of a task, thread or callback that nobody looks at. */
  | 'unhandled'
  | FindingKind;

/** What is a failure, besides what the program throws. */
export interface FindOptions {
  /** Findings that are none here. */
  readonly ignore?: readonly FindingKind[];
  /** From where on waiting is starving. */
  readonly bounds?: Bounds;
}

/** Something was found in a run that went well otherwise. Its name is the kind of finding. */
export class FindingError extends Error {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.text);
    const { kind } = finding;
    this.name = `${kind[0]!.toUpperCase()}${kind.slice(1)}`;
    this.finding = finding;
  }
}

/** What fails. */
export interface Fault {
  readonly kind: FailureKind;
  readonly error: unknown;
}

/** A run: all that was decided in it, and how it failed, if it did. */
export interface Ran {
  readonly decisions: readonly Decision[];
  readonly fault: Fault | null;
  /** How much has happened in it. */
  readonly events: number;
  /** Whether a number was drawn from a range. */
  readonly hasRanges: boolean;
}

/** How many runs an exploration makes unless told otherwise. @internal */
export const MOST_RUNS = 1000;

/**
 * A program that never ends under some schedule is found by these, and not by patience.
 * @internal
 */
export const LIMITS = {
  iterations: 100_000,
  iterationsPerInstant: 100_000,
  immediateAwaits: 100_000,
  threadSteps: 100_000,
};

/** A run goes by a schedule of which is known that it has no end: it is not gone on with. @internal */
export class GivenUpError extends LimitError {}

/**
 * Told of a run while it goes on: of one that never ends nothing else is ever heard. Throws a `GivenUpError` when it begins, or has
 * an answer, where it is not to go on. @internal
 */
export interface Witness {
  begins(seed: number): void;
  answered(decision: Decision): void;
  /** Another step begins. */
  steps(): void;
  ends(): void;
}

/** Runs a program once. */
export function attempt(
  program: Program | (() => unknown),
  policy: SchedulingPolicy,
  seed: number,
  how: ProgramOptions,
  find: FindOptions,
  listener: TraceSink | null = null,
  witness: Witness | null = null,
): Ran {
  const answered = witness && ((decision: Decision) => witness.answered(decision));
  const recording = new Recording(policy, policy.adversarial === true, answered);
  const folder = new FindingsFolder(find.bounds);
  const watch = new HandlerWatch();
  const heard = listener === null ? folder : new Both(folder, listener);
  const world = new World(witness === null ? heard : new Witnessed(heard, witness));
  let thrown: { readonly error: unknown } | null = null;
  try {
    witness?.begins(seed);
    runScript(program as () => unknown, {
      name: 'main',
      print: () => {},
      limits: LIMITS,
      ...how,
      exceptionHandler: watch.handler,
      world,
      policy: recording,
      seed,
    });
  } catch (error) {
    thrown = { error };
  } finally {
    witness?.ends();
  }
  const { decisions, hasRanges } = recording;
  const events = world.tracer.seq;
  if (thrown?.error instanceof GivenUpError)
    return { decisions, events, hasRanges, fault: { kind: 'no end', error: thrown.error } };
  return { decisions, events, hasRanges, fault: faultOf(thrown, watch, folder.findings(), find) };
}

/** Keeps the first error that is nobody's, and passes it on. */
export class HandlerWatch {
  first: { readonly error: unknown } | null;
  readonly handler: ExceptionHandler;

  constructor(told: ExceptionHandler = () => {}) {
    this.first = null;
    this.handler = (loop, context) => {
      this.first ??= { error: context.exception ?? new Error(context.message) };
      told(loop, context);
    };
  }
}

/** How a run failed: by what it threw, by an error that was nobody's, or by what was found; null: it didn't. */
export function faultOf(
  thrown: { readonly error: unknown } | null,
  watch: HandlerWatch,
  found: readonly Finding[],
  { ignore = [] }: FindOptions,
): Fault | null {
  const findings = found.filter(({ kind }) => !ignore.includes(kind));
  const deadlock = findings.find(({ kind }) => kind === 'deadlock');
  if (thrown !== null) {
    const { error } = thrown;
    // What goes on for ever beside those who stand still is not what is wrong.
    if (error instanceof LimitError && deadlock)
      return { kind: 'deadlock', error: new FindingError(deadlock) };
    return { kind: kindOf(error), error };
  }
  if (watch.first !== null) return { kind: 'unhandled', error: watch.first.error };
  const [finding] = findings;
  return finding === undefined ? null : { kind: finding.kind, error: new FindingError(finding) };
}

function kindOf(error: unknown): FailureKind {
  if (error instanceof InvariantError) return 'invariant';
  if (error instanceof DeadlockError) return 'deadlock';
  if (error instanceof LimitError) return 'no end';
  return 'error';
}

/**
 * By what failures are told apart: kind, class and message, but for the numbers in it, as times differ from run to run; and of what
 * the program throws itself, where: two assertions may differ in nothing but numbers.
 */
export function wordsOf({ kind, error }: Fault): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : describeValue(error);
  const isOwn = (kind === 'error' || kind === 'unhandled') && error instanceof Error;
  const site = isOwn ? callSite({ stack: stackInProgram(error) }) : null;
  // Each thread that loads a module may do so under an address of its own.
  const where = site ? ` at ${shortPath(site.file).replace(/\?.*$/, '')}:${site.line}:${site.column}` : '';
  return `${kind} ${text.replace(/\d+(\.\d+)?/g, 'n')}${where}`;
}

/** The stack as far as it is of the program: who explores it, and how deep below, is another matter. */
function stackInProgram({ stack = '' }: Error): string {
  const frames = stack.split('\n');
  const end = frames.findIndex((frame) => /^\s+at runScript /.test(frame));
  return (end === -1 ? frames : frames.slice(0, end)).join('\n');
}

/** Two that listen to one run. */
class Both implements TraceSink {
  readonly isNameless: boolean;
  readonly #one: TraceSink;
  readonly #other: TraceSink;

  constructor(one: TraceSink, other: TraceSink) {
    this.#one = one;
    this.#other = other;
    this.isNameless = one.isNameless === true && other.isNameless === true;
  }

  look(resource: number, isChange: boolean): void {
    this.#one.look?.(resource, isChange);
    this.#other.look?.(resource, isChange);
  }

  lookAround(what: 'tasks' | 'every moment'): void {
    this.#one.lookAround?.(what);
    this.#other.lookAround?.(what);
  }

  // Each event comes through here, so that none is packed into a list.
  write(
    code: number,
    time: number,
    iteration: number,
    cause: number,
    a: number,
    b: number,
    c: number,
    text: EventText,
  ): void {
    this.#one.write(code, time, iteration, cause, a, b, c, text);
    this.#other.write(code, time, iteration, cause, a, b, c, text);
  }
}

const STEPS = [CODE['task:step'], CODE['handle:run'], CODE['thread:run']];

/** Listens, and says at each step that there is one. */
class Witnessed implements TraceSink {
  readonly isNameless: boolean;
  readonly look?: NonNullable<TraceSink['look']>;
  readonly lookAround?: NonNullable<TraceSink['lookAround']>;
  readonly #sink: TraceSink;
  readonly #witness: Witness;

  constructor(sink: TraceSink, witness: Witness) {
    this.isNameless = sink.isNameless === true;
    if (sink.look) this.look = (resource, isChange) => sink.look!(resource, isChange);
    if (sink.lookAround) this.lookAround = (what) => sink.lookAround!(what);
    this.#sink = sink;
    this.#witness = witness;
  }

  write(
    code: number,
    time: number,
    iteration: number,
    cause: number,
    a: number,
    b: number,
    c: number,
    text: EventText,
  ): void {
    if (STEPS.includes(code)) this.#witness.steps();
    this.#sink.write(code, time, iteration, cause, a, b, c, text);
  }
}
