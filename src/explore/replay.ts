/**
 * Replay: a run once more, by its schedule.
 *
 * The policy answers each question as the schedule says, and holds it against what was asked then: the same thing, of as many
 * candidates. Where they differ the program is another one, and what follows would be a run that nobody recorded. The policy then
 * throws; and as a program may catch what is thrown, it remembers, and `check` throws again when the run is over.
 */

import type { Chance } from '../core/chance.ts';
import type { Program } from '../core/coroutine.ts';
import { attachMachine } from '../core/loop-options.ts';
import type { ChoiceKind, DrawKind, SchedulingPolicy } from '../core/policy.ts';
import type { RunOptions } from '../core/runner.ts';
import { runScript } from '../core/script.ts';
import { World } from '../core/world.ts';
import { type Finding, findings } from '../trace/findings.ts';
import { Recorder, TraceLimitError } from '../trace/recorder.ts';
import { type Decision, parseSchedule, type Schedule, ScheduleError, wordOf } from '../trace/schedule.ts';
import type { Trace, TraceMeta } from '../trace/trace.ts';
import { type Fault, type FindOptions, faultOf, HandlerWatch } from './attempt.ts';

/**
 * Decides as a schedule says. A policy is for one run.
 *
 * @example
 * const policy = new Replay(parseSchedule('seed=0 timer=1/2'));
 * run(main, { policy, seed: policy.schedule.seed });
 * policy.check(); // throws a ScheduleError if the program has asked for something else
 */
export class Replay implements SchedulingPolicy {
  readonly schedule: Schedule;
  readonly adversarial: boolean;
  /** How many decisions were asked for so far. */
  asked: number;
  #failure: ScheduleError | null;

  constructor(schedule: Schedule) {
    this.schedule = schedule;
    this.adversarial = schedule.adversarial;
    this.asked = 0;
    this.#failure = null;
  }

  choose(kind: ChoiceKind, candidates: number): number {
    const decision = this.#next(() => `to choose between ${candidates} (${kind})`);
    if (decision === null) return 0;
    if ('picked' in decision && decision.what === kind && decision.candidates === candidates)
      return decision.picked;
    throw this.#differs(decision, `to choose between ${candidates} (${kind})`);
  }

  draw(kind: DrawKind, low: number, high: number): number | undefined {
    const decision = this.#next(() => `to draw a ${kind}`);
    if (decision === null) return undefined;
    if (!('drawn' in decision) || decision.what !== kind) throw this.#differs(decision, `to draw a ${kind}`);
    if (decision.drawn === null) return undefined;
    if (decision.drawn >= low && decision.drawn <= high) return decision.drawn;
    throw this.#differs(decision, `to draw a ${kind} from ${low} to ${high}`);
  }

  /**
   * The run is over, or (not `isOver`) was stopped before. Throws a ScheduleError if the program has asked for something else
   * than the schedule says, or for less.
   */
  check(isOver = true): void {
    if (this.#failure !== null) throw this.#failure;
    const { decisions } = this.schedule;
    if (isOver && this.asked < decisions.length)
      throw new ScheduleError(
        `the schedule doesn't fit the program: it has ${decisions.length} decisions, and the program was over after ${this.asked}; ` +
          `the next would have been ${wordOf(decisions[this.asked]!)}`,
      );
  }

  /** The next decision; null where all is faithful. */
  #next(question: () => string): Decision | null {
    if (this.#failure !== null) throw this.#failure; // a program that catches it doesn't go on by decisions for another one
    const { decisions, open } = this.schedule;
    const decision = decisions[this.asked++];
    if (decision !== undefined) return decision;
    if (open) return null;
    this.#failure ??= new ScheduleError(
      `the schedule doesn't fit the program: it has ${decisions.length} decisions, and the program goes on and asks ${question()}`,
    );
    throw this.#failure;
  }

  #differs(decision: Decision, question: string): ScheduleError {
    this.#failure ??= new ScheduleError(
      `the schedule doesn't fit the program: decision ${this.asked} of ${this.schedule.decisions.length} was ${wordOf(decision)}, ` +
        `and the program asks ${question}`,
    );
    return this.#failure;
  }
}

/** How a program is run, as by `runScript`; seed, policy and trace come from a schedule. */
export type ProgramOptions = Omit<RunOptions, 'trace' | 'policy' | 'seed' | 'world'>;

/** How a program is replayed. */
export interface ReplayOptions extends ProgramOptions, FindOptions {
  /** How many events the trace may have; those of a `Recorder` by default. */
  readonly maxEvents?: number;
  /** The virtual ms at which the trace ends, and the program with it; none by default. */
  readonly until?: number;
  /** What else the trace should say of the run. */
  readonly meta?: TraceMeta;
  /** Sees what comes by chance, and may give what came in another run. @internal */
  readonly chance?: Chance;
}

/** A run that was replayed. */
export interface Replayed {
  readonly trace: Trace;
  /** What the program threw; null: nothing. */
  readonly error: unknown;
  /**
   * How it failed: by what it threw, by an error that nobody looked at, or by what is found in a run that went well otherwise (a
   * race, a leak); null: not at all.
   */
  readonly failure: Fault | null;
  /** All that is found in it, whether or not it failed by that: see `findings`. */
  readonly findings: readonly Finding[];
}

/**
 * Runs a program by a schedule, given as such or as its line.
 *
 * `program` is a function that makes the main coroutine, or does what a script does; it must start from fresh state each time.
 * What it throws is kept in `error`. Throws a `ScheduleError` if the line makes no sense, or if the program asks for something
 * else than the schedule says: it is not the program that the schedule was recorded with.
 *
 * @example
 * const { trace } = replay(main, 'seed=0 timer=1/2 ...');
 * formatSchedule(scheduleOf(trace)); // 'seed=0 timer=1/2'
 */
export function replay(
  program: Program | (() => unknown),
  schedule: Schedule | string,
  { maxEvents, until, meta, ignore, bounds, chance, ...options }: ReplayOptions = {},
): Replayed {
  const policy = new Replay(typeof schedule === 'string' ? parseSchedule(schedule) : schedule);
  const { seed, adversarial } = policy.schedule;
  const recorder = new Recorder({
    ...(maxEvents !== undefined && { maxEvents }),
    ...(until !== undefined && { until }),
  });
  const world = new World(recorder);
  world.chance = chance ?? null;
  const watch = new HandlerWatch(options.exceptionHandler);
  // What is wrong with the machine is no failure of the program.
  const machine = attachMachine(options.machine, world);
  let thrown: { readonly error: unknown } | null = null;
  try {
    runScript(program as () => unknown, {
      name: 'main',
      print: () => {},
      ...options,
      ...(machine && { machine }),
      exceptionHandler: watch.handler,
      world,
      policy,
      seed,
    });
  } catch (error) {
    thrown = { error };
  }
  policy.check(!(thrown?.error instanceof TraceLimitError));
  const decided = adversarial ? 'adversarial' : 'faithful';
  const trace = recorder.toTrace({ ...meta, seed, policy: decided });
  const find = { ...(ignore && { ignore }), ...(bounds && { bounds }) };
  return new ReplayedRun(trace, thrown, watch, find);
}

class ReplayedRun implements Replayed {
  readonly trace: Trace;
  readonly error: unknown;
  readonly #thrown: { readonly error: unknown } | null;
  readonly #watch: HandlerWatch;
  readonly #find: FindOptions;
  #findings: readonly Finding[] | null;

  constructor(
    trace: Trace,
    thrown: { readonly error: unknown } | null,
    watch: HandlerWatch,
    find: FindOptions,
  ) {
    this.trace = trace;
    this.error = thrown === null ? null : thrown.error;
    this.#thrown = thrown;
    this.#watch = watch;
    this.#find = find;
    this.#findings = null;
  }

  /** Read from the whole trace when it is asked for: mostly nobody does. */
  get findings(): readonly Finding[] {
    this.#findings ??= findings(this.trace, this.#find.bounds);
    return this.#findings;
  }

  get failure(): Fault | null {
    return faultOf(this.#thrown, this.#watch, this.findings, this.#find);
  }
}
