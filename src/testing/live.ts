/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A simulation that is driven by hand: plain calls from outside the loop, as fake timers are used.
 *
 * `simulate` runs a program from its beginning to its end. Here it stands still between calls, and a test looks at it: lets ten
 * seconds pass, looks, lets the next answer come, looks again. Nothing runs but in such a call, and nothing waits for real.
 */

import { type Coroutine, isCoroutine, type Program } from '../core/coroutine.ts';
import { describeValue, RuntimeError, ValueError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import type { Task } from '../core/task.ts';
import type { Trace } from '../trace/trace.ts';
import { type TimelineOptions, timeline } from '../views/timeline.ts';
import {
  type Ending,
  endingOf,
  type PrintedLine,
  printedLines,
  type SimulateOptions,
  Simulation,
} from './simulation.ts';
import { Stage, type StartOptions } from './stage.ts';

/**
 * A simulation in progress; made by `startSimulation`.
 *
 * The time that passes in `advanceBy` and `advanceTo`, and what runs in them and in `runCurrent` and `runUntilIdle`, is exactly what
 * the methods of the same names of a test's `sim` say. What the main coroutine throws is not thrown by them, but told by `finish`,
 * as `simulate` does. They do throw what stops the loop (a limit, a `SystemExit`), and the error of a background task.
 *
 * When the main coroutine is over, what it has started goes on, until `finish` cancels it.
 */
export class LiveSimulation<T = unknown> implements Disposable {
  readonly #stage: Stage;
  readonly #main: Task<T>;
  /** What has stopped the loop. */
  #stopped: Exclude<Ending<T>, { outcome: 'result' }> | null;
  #finished: Simulation<T> | null;

  /** Use `startSimulation`. @internal */
  constructor(program: Program<T>, options: SimulateOptions) {
    checkProgram(program);
    const { seed = 0, policy } = options;
    const meta = { program: program.name, seed, ...(policy && { policy: policyName(policy) }) };
    this.#stage = new Stage(options, meta, 'startSimulation()');
    const coroutine: unknown = program();
    if (!isCoroutine(coroutine)) {
      throw new TypeError(
        `startSimulation() drives the main coroutine of a program, and ${program.name || 'this one'} returned ${describeValue(coroutine)}: write it as function*, or run a script by simulate()`,
      );
    }
    this.#main = this.#stage.loop.createTask(coroutine as Coroutine<T>);
    this.#stopped = null;
    this.#finished = null;
  }

  /** The virtual time in ms. */
  get now(): number {
    return this.#stage.now;
  }

  /** Whether the main coroutine is over. */
  get isOver(): boolean {
    return this.#main.done();
  }

  /** The lines printed so far. */
  get output(): string[] {
    return this.log.map(([, , text]) => text);
  }

  /** The same with the time and the task, or thread, of each line. */
  get log(): PrintedLine[] {
    return printedLines(this.trace);
  }

  /** Everything that has happened so far. */
  get trace(): Trace {
    return this.#finished?.trace ?? this.#stage.trace();
  }

  /** The loop's one source of chance. */
  get random(): Random {
    return this.#stage.random;
  }

  /**
   * Starts a task in the background, from the next iteration on: `runUntilIdle` doesn't wait for it, and its error is thrown by the
   * call in which it fails, unless somebody awaits it.
   *
   * Throws a TypeError for what is no coroutine.
   *
   * @example live.start(function* beat() { while (true) yield* sleep(seconds(1)); }, { name: 'beat' });
   */
  start<R>(source: Coroutine<R> | Program<R>, options: StartOptions = {}): Task<R> {
    this.#checkOpen('start');
    return this.#stage.start(source, options, 'start()');
  }

  /**
   * Lets `ms` of virtual time pass: runs all that happens up to and including that moment. Throws a ValueError for a number of ms
   * that is no time forward.
   *
   * @example live.advanceBy(seconds(10));
   */
  advanceBy(ms: number): void {
    this.#advanceTo(this.now + checkForward(ms, 'advanceBy()'), 'advanceBy');
  }

  /**
   * Lets time pass up to a moment (virtual ms): runs all that happens up to and including it. Throws a ValueError for a moment that
   * is over.
   *
   * @example live.advanceTo(minutes(1));
   */
  advanceTo(time: number): void {
    this.#advanceTo(checkMoment(time, this.now, 'advanceTo()'), 'advanceTo');
  }

  /** Runs all that is ready, and what becomes ready by that, and so on, without letting time pass. */
  runCurrent(): void {
    this.#advanceTo(this.now, 'runCurrent');
  }

  /** Runs, and lets time pass, until nothing is left to happen but in the background. */
  runUntilIdle(): void {
    this.#drive('runUntilIdle', () => {
      const stage = this.#stage;
      stage.runWhile(() => !stage.isIdle() && stage.failedInBackground() === null);
    });
  }

  /**
   * Runs the main coroutine to its end, and shuts down as `run` does. The simulation that it gives is that of `simulate`, and a
   * second call gives the same. A background task that fails makes the simulation fail with its error.
   *
   * @example live.finish().outcome; // 'result'
   */
  finish(): Simulation<T> {
    this.#finished ??= this.#finish();
    return this.#finished;
  }

  /** Cancels what is left, at once, and closes the loop. */
  [Symbol.dispose](): void {
    if (this.#finished !== null) return;
    const over = new RuntimeError('the simulation was given up');
    this.#finished = this.#close(this.#stopped ?? { outcome: 'exception', error: over });
  }

  /** What every task was doing so far, as text. */
  timeline(options?: TimelineOptions): string {
    return timeline(this.trace, options);
  }

  /** The timeline, 80 columns wide. */
  toString(): string {
    return this.timeline();
  }

  #advanceTo(time: number, name: string): void {
    const stage = this.#stage;
    this.#drive(name, () => stage.advanceTo(time, () => stage.failedInBackground() === null));
  }

  #drive(name: string, body: () => void): void {
    this.#checkOpen(name);
    try {
      body();
    } catch (error) {
      this.#stopped = endingOf(error);
      throw error;
    }
    const failed = this.#stage.failedInBackground();
    if (failed !== null) throw failed.exception();
  }

  #finish(): Simulation<T> {
    const stage = this.#stage;
    const main = this.#main;
    if (this.#stopped !== null) return this.#close(this.#stopped);
    let end: Ending<T>;
    try {
      end = { outcome: 'result', value: stage.guard(() => stage.loop.runUntilComplete(main)) };
    } catch (error) {
      end = endingOf(error);
    }
    const failed = stage.failedInBackground();
    return this.#close(failed === null ? end : endingOf(failed.exception()));
  }

  #close(end: Ending<T>): Simulation<T> {
    const stage = this.#stage;
    let ending = end;
    try {
      stage.close(end.outcome === 'result' ? null : (end.error ?? end));
    } catch (error) {
      ending = endingOf(error);
    }
    return new Simulation(ending, stage.trace(), stage.now);
  }

  #checkOpen(name: string): void {
    const why =
      this.#finished !== null ? 'finish() has closed its loop' : this.#stopped && 'its loop was stopped';
    if (why) throw new RuntimeError(`${name}() is not possible any more: the simulation is over, ${why}`);
  }
}

/**
 * Makes a simulation that is driven by hand. Nothing runs yet: its clock stands at 0, and the main coroutine is ready.
 *
 * It takes a program and the options of `simulate`. Throws a TypeError for what is no program, a RuntimeError inside a loop or
 * script, a ValueError for impossible options.
 *
 * @example
 * const live = startSimulation(function* (): Coroutine<void> { yield* sleep(seconds(10)); print('rang'); });
 * live.advanceBy(seconds(9));
 * live.output; // []
 * live.advanceBy(seconds(1));
 * live.output; // ['rang']
 * live.finish().time; // 10000
 */
export function startSimulation<T>(program: Program<T>, options: SimulateOptions = {}): LiveSimulation<T> {
  return new LiveSimulation(program, options);
}

/** What a schedule calls a policy: whether it permutes the ready queue. */
export function policyName(policy: { readonly adversarial?: boolean }): 'adversarial' | 'faithful' {
  return policy.adversarial ? 'adversarial' : 'faithful';
}

/** A number of ms that time can go forward by. */
export function checkForward(ms: unknown, call: string): number {
  if (typeof ms === 'number' && ms >= 0 && ms < Number.POSITIVE_INFINITY) return ms;
  throw new ValueError(`${call} goes forward by a number of virtual ms, got ${describeValue(ms)}`);
}

/** A moment that time can go forward to. */
export function checkMoment(time: unknown, now: number, call: string): number {
  if (typeof time !== 'number' || !Number.isFinite(time))
    throw new ValueError(`${call} needs a moment in virtual ms, got ${describeValue(time)}`);
  if (time < now) throw new ValueError(`${call} can’t go back to ${time} ms: it is ${now} ms already`);
  return time;
}

function checkProgram(program: unknown): void {
  if (typeof program === 'function') return;
  const hint = isCoroutine(program)
    ? ': hand over main itself, not main(), so that it can be started here'
    : '';
  throw new TypeError(
    `startSimulation() runs a program, a function*, and got ${describeValue(program)}${hint}`,
  );
}
