/**
 * A simulation: one run of a program on a fresh loop, with everything that can be said about it afterwards.
 *
 * A test wants to ask questions of a run that went wrong as much as of one that went well. So `simulate` does not throw
 * what the program throws: a failure, a cancellation, a deadlock and a runaway are outcomes, to be looked at, and only
 * `result` throws. What it does throw is the test's own mistake: what is no program, options that make no sense, a
 * call from inside a loop.
 *
 * Of the run itself only four things are kept: how it ended, with what, the clock, and the trace. All else is read from
 * the trace when it is asked for, so that a simulation can't say anything that a saved trace would not.
 *
 * Nothing reaches the console. Printed lines are in the trace, and so is what the loop would report there.
 */

import { type Coroutine, isCoroutine } from '../core/coroutine.ts';
import {
  CancelledError,
  DeadlockError,
  describeValue,
  isAsync,
  LimitError,
  RuntimeError,
} from '../core/errors.ts';
import { EventLoop } from '../core/loop.ts';
import { attachMachine, type Limits, type LoopOptions } from '../core/loop-options.ts';
import { running } from '../core/running.ts';
import { runScript } from '../core/script.ts';
import { World } from '../core/world.ts';
import { describeUse, guarded, type RealityUse } from '../explore/guard.ts';
import { CODE, type Outcome } from '../trace/events.ts';
import { query } from '../trace/query.ts';
import { Recorder, TraceLimitError } from '../trace/recorder.ts';
import { type TaskTimes, taskTimes } from '../trace/state.ts';
import type { Trace } from '../trace/trace.ts';
import { type TimelineOptions, timeline } from '../views/timeline.ts';

/** How a simulated program ended; `limit`: it was stopped, because it used up one of its limits. */
export type SimulationOutcome = Outcome | 'deadlock' | 'limit';

/**
 * How a program is simulated: as a loop is set up, except that the trace, the output and the clock are the simulation's
 * own. `debug` is on unless it is switched off, and `limits` are those of `SIMULATION_LIMITS` unless given. What an
 * `exceptionHandler` is told is among the `reports` as well; to fail a test look there, for the loop lets nothing that
 * the handler throws pass.
 */
export interface SimulateOptions extends Omit<LoopOptions, 'trace' | 'print' | 'world'> {
  /** How many events the trace may have; 2 million by default. */
  readonly maxEvents?: number;
  /**
   * Report where the program uses the real clock, real chance or timers of JavaScript's own loop: what no other run repeats.
   * On unless it is switched off.
   */
  readonly guard?: boolean;
}

/**
 * What a simulated program may use up, unless told otherwise.
 *
 * Much less than on a loop of its own, so that a runaway fails its test within seconds, before the test runner gives up
 * and says nothing about it. A simulated day with something to do each second fits.
 */
export const SIMULATION_LIMITS: Limits = Object.freeze({
  iterationsPerInstant: 100_000,
  iterations: 200_000,
  immediateAwaits: 100_000,
  threadSteps: 200_000,
});

/** How many events the trace of a simulation may have, unless told otherwise. */
export const MAX_EVENTS = 2_000_000;

/** A printed line: when (virtual ms), by which task or thread ('' outside of both), and what. */
export type PrintedLine = readonly [time: number, by: string, text: string];

/** A task, in short. Times are virtual ms; busy, ready and waiting add up to total, the time from its creation to its end. */
export interface TaskSummary extends TaskTimes {
  readonly name: string;
  /** How it ended; `pending`: it had not. */
  readonly state: Outcome | 'pending';
  /** Its result or error as a short text. */
  readonly detail: string;
  readonly createdAt: number;
  readonly doneAt: number | null;
  readonly total: number;
}

/** The result of a program, which is that of its coroutine, or of a script, which is what it returns. */
export type ResultOf<P extends () => unknown> = ReturnType<P> extends Coroutine<infer T> ? T : ReturnType<P>;

/**
 * A finished run of a program; made by `simulate`.
 *
 * @example
 * const { outcome, time, output, trace } = simulate(main);
 */
export class Simulation<T = unknown> {
  readonly outcome: SimulationOutcome;
  /** What the program threw, as it is; null if it threw nothing. */
  readonly error: unknown;
  /** Everything that happened: for `query`, for views, to be saved. */
  readonly trace: Trace;
  /** The virtual time (ms) at which everything was over. */
  readonly time: number;
  readonly #value: T | undefined;

  /** @internal */
  constructor(end: Ending<T>, trace: Trace, time: number) {
    this.outcome = end.outcome;
    this.error = end.outcome === 'result' ? null : end.error;
    this.#value = end.outcome === 'result' ? end.value : undefined;
    this.trace = trace;
    this.time = time;
  }

  /** What the program returned. Throws what the program threw, if it did. */
  get result(): T {
    if (this.outcome !== 'result') throw this.error;
    return this.#value as T;
  }

  /**
   * The lines that the program printed.
   *
   * @example simulate(main).output; // ['laundry is done', 'rice is done']
   */
  get output(): string[] {
    return printedLines(this.trace).map(([, , text]) => text);
  }

  /**
   * The same with the time and the task, or thread, of each line.
   *
   * @example simulate(main).log; // [[1800000, 'laundry', 'laundry is done'], [2400000, 'rice', 'rice is done']]
   */
  get log(): PrintedLine[] {
    return printedLines(this.trace);
  }

  /**
   * Every task, in the order in which they were made, as it was when all was over. A task that `run` had to clean up,
   * because the main coroutine ended before it, is `cancelled`.
   *
   * @example simulate(main).tasks.map(({ name, state, total }) => [name, state, total]); // [['Task-1', 'result', 2400000], …]
   */
  get tasks(): TaskSummary[] {
    return query(this.trace)
      .tasks()
      .map((task): TaskSummary => {
        const { name, outcome, detail, createdAt, doneAt } = task;
        const times = taskTimes(task, this.time);
        return { name, state: outcome ?? 'pending', detail, createdAt, doneAt, ...times };
      });
  }

  /**
   * What the loop's exception handler was told: exceptions that nobody looked at, tasks still pending at the end,
   * callbacks that failed; in debug mode also steps of 100 virtual ms and more, and coroutines that were never awaited.
   * Also where the program looked at the real clock, or used anything else that makes it differ from run to run (`guard`).
   *
   * @example expect(simulate(main).reports).toEqual([]);
   */
  get reports(): string[] {
    return query(this.trace).final.errors.map(({ message, detail }) =>
      detail === '' ? message : `${message}: ${detail}`,
    );
  }

  /**
   * What every task was doing, and when, as text.
   *
   * @example console.log(simulate(main).timeline({ width: 120, color: true }));
   */
  timeline(options?: TimelineOptions): string {
    return timeline(this.trace, options);
  }

  /** The timeline, 80 columns wide. */
  toString(): string {
    return this.timeline();
  }
}

/** The lines that were printed in a trace. */
export function printedLines(trace: Trace): PrintedLine[] {
  const { output, tasks, threads } = query(trace).final;
  return output.map(({ time, task, thread, text }): PrintedLine => {
    const by = thread === 0 ? tasks.get(task) : threads.get(thread);
    return [time, by?.name ?? '', text];
  });
}

/**
 * Runs a program on a fresh loop whose clock starts at 0, records its trace, and tells how it ended. It does not throw
 * what the program throws.
 *
 * Besides a program (a function that makes the main coroutine) it takes a script: a plain function that uses `run`
 * inside, as `runScript` does. The same program with the same seed gives the same trace, byte for byte. Nothing is
 * written to the console, except by the program's own `console.log` (unless `captureConsole` is on).
 *
 * Throws a TypeError for what is no program, a RuntimeError inside a loop or script, a ValueError for impossible
 * options.
 *
 * @example
 * const rice = simulate(function* (): Coroutine<string> { yield* sleep(minutes(40)); return 'rice'; });
 * rice.result; // 'rice'
 * rice.time; // 2400000
 */
export function simulate<P extends () => unknown>(
  program: P,
  options: SimulateOptions = {},
): Simulation<ResultOf<P>> {
  checkProgram(program);
  checkOutside('simulate()');
  const { guard = true, maxEvents = MAX_EVENTS } = options;
  const { machine: wanted, ...settings } = simulatedLoop(options);
  const recorder = new Recorder({ maxEvents });
  const world = new World(recorder);
  // Options that make no sense are refused here and now: later they would look like the program's own failure.
  new EventLoop(settings);
  const machine = attachMachine(wanted, world);
  let returned: unknown;
  const script = () => {
    returned = program();
    return returned as ResultOf<P>;
  };
  const simulated = () => runScript(script, { ...settings, ...(machine && { machine }), world });
  const end = attempt(() => (guard ? guarded(simulated, (use) => reportUse(world, use)) : simulated()));
  // runScript has refused it, which is no failure of the program: there is none.
  if (end.outcome !== 'result' && isAsync(returned)) throw end.error;
  const trace = recorder.toTrace({ program: program.name, seed: options.seed ?? 0 });
  return new Simulation(end, trace, world.clock.now);
}

/** Throws a RuntimeError in a loop or script. */
export function checkOutside(caller: string): void {
  if (running.loop === null && running.script === null) return;
  throw new RuntimeError(
    `${caller} cannot be called in a running event loop or script: it starts a loop of its own. ` +
      'explore() takes the program that is run in it, and not a function that calls it: explore(main)',
  );
}

/** How a loop is set up for a simulation: quietly, in debug mode, and within limits. */
export function simulatedLoop(options: SimulateOptions): LoopOptions {
  const { maxEvents: _, guard: __, ...loopOptions } = options;
  return {
    ...loopOptions,
    debug: options.debug ?? true,
    limits: { ...SIMULATION_LIMITS, ...options.limits },
    print: () => {},
    // What the handler is told is in the log already.
    exceptionHandler: options.exceptionHandler ?? (() => {}),
  };
}

/** Has a use of the real world among what the exception handler is told; outside of a loop, where there is none, in the trace alone. */
export function reportUse({ tracer }: World, use: RealityUse): void {
  const message = describeUse(use);
  if (running.loop !== null) running.loop.callExceptionHandler({ message });
  else if (tracer.active) tracer.emit(CODE.error, 0, 0, 0, 0, [message, '']);
}

/** How a run ended, with what. */
export type Ending<T> =
  | { readonly outcome: 'result'; readonly value: T }
  | { readonly outcome: Exclude<SimulationOutcome, 'result'>; readonly error: unknown };

function attempt<T>(script: () => T): Ending<T> {
  try {
    return { outcome: 'result', value: script() };
  } catch (error) {
    return endingOf(error);
  }
}

/** What it means for a run that this error came out of it. */
export function endingOf(error: unknown): Exclude<Ending<never>, { outcome: 'result' }> {
  if (error instanceof DeadlockError) return { outcome: 'deadlock', error };
  if (error instanceof LimitError || error instanceof TraceLimitError) return { outcome: 'limit', error };
  if (error instanceof CancelledError) return { outcome: 'cancelled', error };
  return { outcome: 'exception', error };
}

function checkProgram(program: unknown): void {
  if (typeof program === 'function') return;
  const hint = isCoroutine(program)
    ? ': hand over main itself, not main(), so that it can be started here'
    : '';
  throw new TypeError(
    `simulate() runs a function, a program or script, and got ${describeValue(program)}${hint}`,
  );
}
