/**
 * Exploring: a program under many schedules, until one of them fails.
 *
 * A strategy says how each run is decided. A schedule that fails is shrunk, the nearest one that passes is looked for, and both
 * are run once more, with a trace, to be looked at. What fails: what the program throws (a failed assertion, a claim that doesn't
 * hold, a deadlock, a limit that stands for "never ends"), an error of a task or thread that nobody handles, and what is found
 * in a run that went well otherwise (see trace/findings.ts).
 */

import { isCoroutine, type Program } from '../core/coroutine.ts';
import { describeValue, LimitError, RuntimeError, ValueError } from '../core/errors.ts';
import { EventLoop } from '../core/loop.ts';
import { checkMachineMaker } from '../core/loop-options.ts';
import type { SchedulingPolicy } from '../core/policy.ts';
import { running } from '../core/running.ts';
import { FINDING_KINDS, type Finding } from '../trace/findings.ts';
import { type Decision, formatSchedule, type Schedule, scheduleOf } from '../trace/schedule.ts';
import { Trace } from '../trace/trace.ts';
import {
  attempt,
  type FailureKind,
  type Fault,
  type FindOptions,
  GivenUpError,
  LIMITS,
  MOST_RUNS,
  type Ran,
  type Witness,
  wordsOf,
} from './attempt.ts';
import { describeUse, guarded } from './guard.ts';
import { nearestPassing } from './nearest.ts';
import { exploreCode, replayCode } from './options-code.ts';
import { departures, FAITHFUL_RUN, type Plain, QUICKEST_RUN } from './plain.ts';
import { type ProgramOptions, Replay, type ReplayOptions, replay } from './replay.ts';
import { Schedules } from './schedules.ts';
import { shrink } from './shrink.ts';
import { exhaustive } from './strategies/exhaustive.ts';
import { AstrayError, type Plan, type Strategy } from './strategy.ts';

/** How a program is explored. */
export interface ExploreOptions extends ProgramOptions, FindOptions {
  /** Which schedules; by default every one, as far as the bounds go. */
  readonly strategy?: Strategy;
  /** How many runs at most; 1,000 by default. */
  readonly runs?: number;
  /** How long it may take at most, in seconds of real time; as long as it takes by default. */
  readonly seconds?: number;
  /** Also permute the ready queue, which asyncio never does: what fails only so is no bug there. */
  readonly adversarial?: boolean;
  /** Collect every failure, and not stop at the first; those that fail in the same words are one. */
  readonly all?: boolean;
  /**
   * Only a part of the schedules, as `2/4`: the second of four parts, which together are all of them. For several machines, or
   * workers.
   */
  readonly shard?: string;
  /** Told how far it has come, about ten times a second. */
  readonly onProgress?: (progress: Progress) => void;
}

/** How far an exploration has come. */
export interface Progress {
  readonly runs: number;
  /** How many different schedules there were among them. */
  readonly schedules: number;
  readonly failures: number;
  /** How much of what it may do, or has to do, it has done: from 0 to 1. */
  readonly share: number;
  /** Seconds of real time since it began, and those that are left if it goes on like that. */
  readonly seconds: number;
  readonly secondsLeft: number;
}

/** A run by a schedule. */
export interface ScheduledRun {
  /** As a line for `replay`. */
  readonly schedule: string;
  /** Empty where the program was over before anything happened in it, or its run had to be given up. */
  readonly trace: Trace;
}

/** A way in which the program fails; its schedule is what was left when all that doesn't matter was taken out. */
export interface Failure extends ScheduledRun {
  readonly kind: FailureKind;
  readonly error: unknown;
  /** How many of its answers depart from those of the plain run. */
  readonly departures: number;
  /** What the plain run is called: 'the faithful run', in which nobody decides, or 'the quickest run'. */
  readonly departsFrom: string;
  /** It needs the ready queue permuted, which asyncio never does. */
  readonly isAdversarial: boolean;
  /** The run was given up in a step that did not end: its trace is empty, and `replay` would not come back from its schedule. */
  readonly isGivenUp: boolean;
  /** In which run it was met first, from 1. */
  readonly run: number;
  /** What else is to be found in this run, such as the wake-up that was lost before it stood still. */
  readonly findings: readonly Finding[];
  /** How it is replayed, as the options of `replay`: `{ eager: true }`; '' if there are none. See `how` of an exploration. */
  readonly how: string;
  /** The nearest run that passes; null: none was found. */
  readonly passing: ScheduledRun | null;
}

/** What came of it. */
export interface Exploration {
  readonly strategy: string;
  readonly adversarial: boolean;
  /** How many runs were made, besides those for shrinking. */
  readonly runs: number;
  /** How many different schedules there were among them; from a million on an estimate. */
  readonly schedules: number;
  /** Whether the strategy has come to its end: there is no other schedule but those that `leavesOut` tells of. */
  readonly isComplete: boolean;
  /** What is to be said of it: what the strategy left out, and why; where the program uses the real world. '' if there is nothing. */
  readonly note: string;
  /**
   * Which schedules are none of its: '' if every one is; else 'beyond the bound', 'by chance', 'other parts', or 'between the ends of
   * ranges', where a latency or a number was drawn from a range, of which only the ends are tried. Several of them stand with commas.
   */
  readonly leavesOut: string;
  /**
   * How it was explored, as the options of a call: `{ strategy: random(7), runs: 500 }`; '' if there were none. What can't be written
   * down, a machine or a function, is named in a comment there.
   */
  readonly how: string;
  readonly failures: readonly Failure[];
}

/** The program isn't the same each time: a schedule that failed doesn't fail when it is run again, or is another one. */
export class NotRepeatableError extends Error {
  readonly schedule: string;
  /** What the run threw that failed, or what it was found to be. */
  readonly error: unknown;
  /** Where the program was seen to use the real world, in words. */
  readonly reality: readonly string[];

  /** `error`: null if nothing failed, but what is left open was not the same. */
  constructor(schedule: string, error: unknown, reality: readonly string[], options?: ErrorOptions) {
    super(
      `the schedule ${schedule} ${error === null ? 'leaves other things open' : `failed (${wordsFor(error)}), and did not`} when it was run again: ` +
        (reality.length > 0
          ? `the program is not the same each time.\n${reality.join('\n')}`
          : 'the program keeps state from run to run (a variable outside of it, a lock that is made only once)'),
      options,
    );
    this.name = 'NotRepeatableError';
    this.schedule = schedule;
    this.error = error;
    this.reality = [...reality];
  }
}

/** Follows an exploration from run to run, and may end it: one of several that share the work. @internal */
export interface Watch {
  /** So many runs were made: may there be another one? */
  mayGoOn(runs: number): boolean;
  /** A run was made; its schedule has this number, as `Schedules` has it. */
  ran(schedule: number): void;
  /** The last run failed in a way of its own, by this schedule. It is shrunk now, which takes a while. */
  fails(met: Met, schedule: string): void;
  found(failure: Failure): void;
  /** Told of each run while it goes on. */
  readonly witness: Witness;
}

/** What comes from another thread is text already. */
function wordsFor(error: unknown): string {
  if (typeof error === 'string') return error;
  return error instanceof Error ? `${error.name}: ${error.message}` : describeValue(error);
}

/** Runs for the shrinking of one failure, and to look for one that passes. */
const MOST_SHRINKING = 500;
const MOST_PASSING = 200;
/** The same by what happens in these runs, as one that never ends takes long: so many times what happened in the one that failed. */
const SHRINKING_SHARE = 20;
const PASSING_SHARE = 3;
/** So many events may happen in any case. */
const EVENTS_AT_LEAST = 500_000;
/** Real ms between two reports of progress. */
const REPORT_EVERY = 100;

/**
 * Runs a program under many schedules, and says which of them fail.
 *
 * `program` is a function that makes the main coroutine, or does what a script does; it must start from fresh state each time.
 * Throws a `NotRepeatableError` if it doesn't, as far as that shows; a ValueError for a bound that is no number above 0, a shard that
 * isn't one, or a strategy that can't be divided. A machine is for one run: `machine` is a function that makes it, or else a ValueError.
 *
 * @example
 * const { failures } = explore(main);
 * failures[0]?.schedule; // 'seed=0 timer=1/2': paste it into replay()
 */
export function explore(program: Program | (() => unknown), options: ExploreOptions = {}): Exploration {
  return new Explorer(program, options, null).explore();
}

/** Explores while somebody follows: see `explore`. @internal */
export function exploreWatched(
  program: Program | (() => unknown),
  options: ExploreOptions,
  watch: Watch,
): Exploration {
  return new Explorer(program, options, watch).explore();
}

/** An exploration in progress. */
class Explorer {
  readonly #program: Program | (() => unknown);
  readonly #how: ProgramOptions;
  readonly #find: FindOptions;
  readonly #strategy: Strategy;
  readonly #name: string;
  readonly #adversarial: boolean;
  readonly #mostRuns: number;
  readonly #seconds: number;
  readonly #all: boolean;
  readonly #onProgress: ((progress: Progress) => void) | undefined;
  readonly #watch: Watch | null;
  readonly #leavesOut: string;
  readonly #code: string;
  /** How the first run that passed was decided: at the end it is made once more. */
  #first: { readonly seed: number; readonly decisions: readonly Decision[] } | null;
  /** Where the program was seen to use the real clock, real chance or timers, in words. */
  readonly #reality: string[];
  readonly #began: number;
  readonly #found: Map<string, Failure>;
  readonly #schedules: Schedules;
  #runs: number;
  #hasRanges: boolean;
  #reported: number;

  constructor(program: Program | (() => unknown), options: ExploreOptions, watch: Watch | null) {
    const {
      strategy = exhaustive(),
      runs = MOST_RUNS,
      seconds = Number.POSITIVE_INFINITY,
      adversarial = false,
      all = false,
      shard = '1/1',
      onProgress,
      ignore,
      bounds,
      ...how
    } = options;
    checkProgram(program);
    checkBudget(runs, seconds);
    const find = { ...(ignore && { ignore }), ...(bounds && { bounds }) };
    checkFind(find);
    if (running.loop !== null || running.script !== null)
      throw new RuntimeError(
        'explore() runs programs, each from the beginning, and can not be called inside of one: call it in a plain test',
      );
    checkMachineMaker('explore() runs the program again and again', how.machine);
    // Options that make no sense would look like failures of the program.
    new EventLoop({ limits: LIMITS, ...how });
    checkStrategy(strategy);
    this.#program = program;
    this.#how = how;
    this.#find = find;
    this.#strategy = partOf(strategy, shard);
    this.#name = nameOf(this.#strategy, shard);
    this.#adversarial = adversarial;
    this.#mostRuns = runs;
    this.#seconds = seconds;
    this.#all = all;
    this.#onProgress = onProgress;
    this.#watch = watch;
    this.#leavesOut = leavesOutOf(strategy, shard);
    this.#code = exploreCode(strategy, options);
    this.#first = null;
    this.#reality = [];
    this.#began = performance.now();
    this.#found = new Map();
    this.#schedules = new Schedules();
    this.#runs = 0;
    this.#hasRanges = false;
    this.#reported = 0;
  }

  explore(): Exploration {
    const strategy = this.#strategy;
    let isComplete = false;
    while (!isComplete && this.#mayGoOn()) {
      const plan = strategy.next();
      if (plan === null) isComplete = true;
      else this.#try(plan);
      this.#report();
    }
    // A strategy that is at its end says so only when it is asked for another run.
    isComplete ||= strategy.next() === null;
    if (this.#found.size === 0) this.#checkRepeatable();
    return {
      strategy: this.#name,
      adversarial: this.#adversarial,
      runs: this.#runs,
      schedules: this.#schedules.size,
      isComplete,
      note: [...this.#reality, strategy.note?.() ?? ''].filter(Boolean).join('\n'),
      leavesOut: withRanges(this.#leavesOut, this.#hasRanges),
      how: this.#code,
      failures: [...this.#found.values()],
    };
  }

  #mayGoOn(): boolean {
    if (!this.#all && this.#found.size > 0) return false;
    if (this.#runs >= this.#mostRuns || this.#elapsed() >= this.#seconds) return false;
    return this.#watch?.mayGoOn(this.#runs) ?? true;
  }

  #elapsed(): number {
    return (performance.now() - this.#began) / 1000;
  }

  #try(plan: Plan): void {
    const { policy, seed, listener, isProbe } = plan;
    // Once is enough to see what it uses of the real world; it costs some µs.
    const { decisions, fault, events, hasRanges } =
      this.#runs === 0
        ? watched(() => this.#attempt(policy, seed, listener), this.#reality)
        : this.#attempt(policy, seed, listener);
    this.#hasRanges ||= hasRanges;
    try {
      this.#strategy.learn(decisions);
    } catch (error) {
      if (!(error instanceof AstrayError)) throw error;
      const line = formatSchedule(this.#by(seed, decisions));
      throw new NotRepeatableError(line, fault?.error ?? null, this.#reality);
    }
    // One that was given up passes nobody's test, and has no end to be compared.
    if (fault === null) this.#first ??= { seed, decisions };
    if (isProbe) return;
    this.#runs++;
    const schedule = this.#schedules.add(seed, decisions);
    this.#watch?.ran(schedule);
    if (fault === null || fault.error instanceof GivenUpError || this.#found.has(wordsOf(fault))) return;
    this.#watch?.fails(this.#met(fault), formatSchedule(this.#by(seed, decisions)));
    const failure = this.#failure(fault, seed, decisions, events);
    this.#found.set(wordsOf(fault), failure);
    this.#watch?.found(failure);
  }

  /** Nothing has failed: that says something only if the program was the same from the first run to the last. */
  #checkRepeatable(): void {
    if (this.#first === null) return;
    const { seed, decisions } = this.#first;
    const schedule = this.#by(seed, decisions);
    const policy = new Replay(schedule);
    const again = watched(() => this.#attempt(policy, seed), this.#reality);
    try {
      policy.check();
    } catch (cause) {
      throw new NotRepeatableError(formatSchedule(schedule), null, this.#reality, { cause });
    }
    if (again.fault !== null)
      throw new NotRepeatableError(formatSchedule(schedule), again.fault.error, this.#reality);
  }

  #attempt(policy: SchedulingPolicy, seed: number, listener: Plan['listener'] = undefined) {
    const asked = this.#adversarial ? new Adversarial(policy) : policy;
    const witness = this.#watch?.witness ?? null;
    return attempt(this.#program, asked, seed, this.#how, this.#find, listener ?? null, witness);
  }

  #met(fault: Fault): Met {
    return { words: wordsOf(fault), error: fault.error, run: this.#runs };
  }

  #by(seed: number, decisions: readonly Decision[]): Schedule {
    return { seed, adversarial: this.#adversarial, decisions, open: false };
  }

  /** All that is to be told of a failure: the shortest schedule, its run, and the nearest that passes. */
  #failure(fault: Fault, seed: number, decisions: readonly Decision[], events: number): Failure {
    const words = wordsOf(fault);
    const shrinking = this.#trials(seed, SHRINKING_SHARE * events);
    const stillFails = (policy: SchedulingPolicy) => {
      const again = shrinking(policy);
      return again?.fault && wordsOf(again.fault) === words ? again.decisions : null;
    };
    const plain = plainRunOf(this.#strategy);
    const shorter = this.#strategy.shrink?.(stillFails, MOST_SHRINKING) ?? decisions;
    const shortest = shrink(shorter, stillFails, MOST_SHRINKING, plain).decisions;
    const looking = this.#trials(seed, PASSING_SHARE * events);
    const passes = (policy: SchedulingPolicy) => {
      const again = looking(policy);
      return again?.fault === null ? again.decisions : null;
    };
    const passing = nearestPassing(shortest, passes, MOST_PASSING, plain);
    return failureAgain(
      this.#program,
      this.#met(fault),
      this.#by(seed, shortest),
      passing && this.#by(seed, passing),
      { ...this.#how, ...this.#find },
      plain,
      this.#reality,
    );
  }

  /** Runs once more by a policy; null: the time is up, or as much has happened in these runs as may. */
  #trials(seed: number, events: number): (policy: SchedulingPolicy) => Ran | null {
    let left = Math.max(events, EVENTS_AT_LEAST);
    return (policy) => {
      if (left <= 0 || this.#elapsed() >= this.#seconds) return null;
      const ran = this.#attempt(policy, seed);
      left -= ran.events;
      return ran;
    };
  }

  #report(): void {
    const now = performance.now();
    if (this.#onProgress === undefined || now - this.#reported < REPORT_EVERY) return;
    this.#reported = now;
    const seconds = this.#elapsed();
    const share = Math.min(
      1,
      Math.max(this.#runs / this.#mostRuns, seconds / this.#seconds, this.#strategy.progress?.() ?? 0),
    );
    this.#onProgress({
      runs: this.#runs,
      schedules: this.#schedules.size,
      failures: this.#found.size,
      share,
      seconds,
      secondsLeft: (seconds * (1 - share)) / share,
    });
  }
}

/** Does something, and adds to `reality` where it uses the real clock, real chance or timers, in words. */
function watched<T>(body: () => T, reality: string[]): T {
  return guarded(body, (use) => {
    const words = describeUse(use);
    if (!reality.includes(words)) reality.push(words);
  });
}

/** A failure that was met: in what words (see `wordsOf`), by what error, in which run. @internal */
export interface Met {
  readonly words: string;
  readonly error: unknown;
  readonly run: number;
}

/**
 * A failure once more, with its trace, and the nearest run that passes. Throws a `NotRepeatableError` if the one doesn't fail in the
 * same words, or one of them asks for something else. What it uses of the real world is added to `reality`. @internal
 */
export function failureAgain(
  program: Program | (() => unknown),
  { words, error, run }: Met,
  schedule: Schedule,
  passing: Schedule | null,
  options: ReplayOptions,
  plain: Plain,
  reality: string[],
): Failure {
  const again = (one: Schedule) => {
    try {
      const replayed = watched(() => replay(program, one, { limits: LIMITS, ...options }), reality);
      return { run: { schedule: formatSchedule(one), trace: replayed.trace }, replayed };
    } catch (cause) {
      // Who asks for something else than a moment ago is no program whose schedules mean anything.
      throw new NotRepeatableError(formatSchedule(schedule), error, reality, { cause });
    }
  };
  const { run: failing, replayed } = again(schedule);
  const fault = replayed.failure;
  if (fault === null || wordsOf(fault) !== words)
    throw new NotRepeatableError(failing.schedule, error, reality);
  const { decisions } = scheduleOf(failing.trace);
  return {
    ...fault,
    ...failing,
    ...departuresOf(decisions, plain),
    isGivenUp: false,
    run,
    how: replayCode(options, replayed.error instanceof LimitError),
    findings: replayed.findings,
    passing: passing && again(passing).run,
  };
}

/** How far a run departs from the plain one. */
function departuresOf(decisions: readonly Decision[], plain: Plain) {
  return {
    departures: departures(decisions, plain),
    departsFrom: decisions.some((decision) => 'drawn' in decision) ? plain.name : FAITHFUL_RUN.name,
    isAdversarial: decisions.some(
      (decision) => decision.what === 'ready' && 'picked' in decision && decision.picked > 0,
    ),
  };
}

/** A run that had to be given up, as a failure: to run it again for its trace would have no end either. @internal */
export function failureWithoutEnd(schedule: Schedule, text: string, run: number, plain: Plain): Failure {
  return {
    kind: 'no end',
    error: new LimitError(text),
    schedule: formatSchedule(schedule),
    trace: Trace.of([], { seed: schedule.seed, policy: schedule.adversarial ? 'adversarial' : 'faithful' }),
    ...departuresOf(schedule.decisions, plain),
    isGivenUp: true,
    run,
    how: '',
    findings: [],
    passing: null,
  };
}

/** Decides as another does, of the ready queue as well. */
class Adversarial implements SchedulingPolicy {
  readonly adversarial = true;
  readonly choose: NonNullable<SchedulingPolicy['choose']>;
  readonly draw: NonNullable<SchedulingPolicy['draw']>;

  constructor(policy: SchedulingPolicy) {
    this.choose = (kind, candidates, nameOf) => policy.choose?.(kind, candidates, nameOf) ?? 0;
    this.draw = (kind, low, high) => policy.draw?.(kind, low, high);
  }
}

/** The run from which those of a strategy depart. @internal */
export function plainRunOf({ isByEnds = false }: Strategy): Plain {
  return isByEnds ? QUICKEST_RUN : FAITHFUL_RUN;
}

/** Throws a ValueError for a bound that is no number above 0. @internal */
export function checkBudget(runs: number, seconds: number): void {
  if (!(Number.isInteger(runs) && runs >= 1))
    throw new ValueError(`runs is a whole number of 1 or more, got ${String(runs)}`);
  if (!(typeof seconds === 'number' && seconds > 0))
    throw new ValueError(`seconds is a number above 0, got ${describeValue(seconds)}`);
}

/** What a strategy leaves out, or a part of it: see `Exploration`. @internal */
export function leavesOutOf({ leavesOut = '' }: Strategy, shard: string): string {
  return shard.endsWith('/1') ? leavesOut : 'other parts';
}

/** What is left out of a range with no end of numbers in it, by all who come to an end. @internal */
export const BETWEEN_ENDS = 'between the ends of ranges';

/** What a strategy leaves out in the runs of a program that draws from ranges, or doesn't. @internal */
export function withRanges(leavesOut: string, hasRanges: boolean): string {
  if (!hasRanges || leavesOut === 'by chance') return leavesOut;
  return leavesOut === '' ? BETWEEN_ENDS : `${leavesOut}, ${BETWEEN_ENDS}`;
}

/** What a strategy is called, or a part of it: there may be no other schedule in that part, and many elsewhere. @internal */
export function nameOf({ name }: Strategy, shard: string): string {
  return shard === '1/1' ? name : `${name}, part ${shard}`;
}

function checkProgram(program: unknown): void {
  if (typeof program === 'function') return;
  const hint = isCoroutine(program)
    ? ': hand over main itself, not main(), as it is started again and again'
    : '';
  throw new TypeError(
    `explore() runs a function, a program or script, again and again, and got ${describeValue(program)}${hint}`,
  );
}

function checkFind({ ignore = [], bounds = {} }: FindOptions): void {
  for (const kind of ignore)
    if (!FINDING_KINDS.includes(kind))
      throw new ValueError(`ignore takes ${FINDING_KINDS.join(', ')}, got ${describeValue(kind)}`);
  for (const [name, value] of Object.entries(bounds)) {
    if (name !== 'overtaken' && name !== 'wait')
      throw new ValueError(`bounds has overtaken (times) and wait (ms), and no ${name}`);
    if (value !== undefined && !(typeof value === 'number' && value >= 0))
      throw new ValueError(`bounds.${name} is a number of 0 or more, got ${describeValue(value)}`);
    if (name === 'overtaken' && value !== undefined && !(Number.isInteger(value) && value >= 1))
      throw new ValueError(`bounds.overtaken is a whole number of 1 or more, got ${describeValue(value)}`);
  }
}

/** Strategies that were used: each is at some place on its way, and another program has another way. */
const usedStrategies = new WeakSet<Strategy>();

function checkStrategy(strategy: Strategy): void {
  if (typeof strategy?.next !== 'function')
    throw new TypeError(
      `a strategy is what exhaustive(), random(7) and the like return, got ${describeValue(strategy)}` +
        (typeof strategy === 'function' ? ': call it' : ''),
    );
  if (usedStrategies.has(strategy))
    throw new ValueError(
      `this strategy (${strategy.name}) was used before: each exploration needs one of its own, as it remembers how far it has come`,
    );
  usedStrategies.add(strategy);
}

/** The part of a strategy that `i/n` says. Throws a ValueError if it says none, or there are none. @internal */
export function partOf(strategy: Strategy, shard: string): Strategy {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(shard) ?? [];
  if (!(Number(index) >= 1 && Number(index) <= Number(of)))
    throw new ValueError(`a shard is one part of several, as 1/4 to 4/4, got ${describeValue(shard)}`);
  if (of === '1') return strategy;
  if (strategy.shard) return strategy.shard(Number(index) - 1, Number(of));
  throw new ValueError(`the strategy ${strategy.name} can't be divided into parts: leave the shard out`);
}
