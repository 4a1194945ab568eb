/**
 * What a test's body has in its hands: `sim`.
 *
 * The body is a task of the loop that it tests, so it can't drive that loop. It asks for time by a wait like any other, of which
 * its driver (run-test.ts) reads how far to go.
 */

import { type Coroutine, type Program, WAIT, Wait } from '../core/coroutine.ts';
import { RuntimeError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import { running } from '../core/running.ts';
import type { WaitDescription } from '../core/suspension.ts';
import type { Task } from '../core/task.ts';
import type { Trace } from '../trace/trace.ts';
import { formatDuration } from '../views/time.ts';
import { checkForward, checkMoment } from './live.ts';
import { type PrintedLine, printedLines } from './simulation.ts';
import type { Stage, StartOptions } from './stage.ts';

/** What the body has asked for, and how far time is to go. */
export interface Request {
  readonly wait: Wait<void>;
  readonly until: number | 'idle';
}

/**
 * What a test's body has in its hands: the time, the background, and what has happened so far.
 *
 * @example
 * simTest('rings after ten seconds', function* (sim) {
 *   createTask(alarm(seconds(10)), { name: 'alarm' });
 *   yield* sim.advanceBy(seconds(10));
 *   expect(sim.output).toEqual(['rang']);
 * });
 */
export class Sim {
  readonly #stage: Stage;
  /** What the body waits for. @internal */
  request: Request | null;
  /** The task of the body. @internal */
  body: Task<unknown> | null;

  /** Made by `runTest`. @internal */
  constructor(stage: Stage) {
    this.#stage = stage;
    this.request = null;
    this.body = null;
  }

  /** The virtual time in ms. */
  get now(): number {
    return this.#stage.now;
  }

  /** The lines printed so far. */
  get output(): string[] {
    return this.log.map(([, , text]) => text);
  }

  /** The same with the time and the task, or thread, of each line. */
  get log(): PrintedLine[] {
    return printedLines(this.trace);
  }

  /** Everything that has happened so far: for matchers, and for `query`. */
  get trace(): Trace {
    return this.#stage.trace();
  }

  /** The loop's one source of chance: seeded, so that each run of the test is the same. */
  get random(): Random {
    return this.#stage.random;
  }

  /**
   * Starts a task in the background: it may still be pending when the body ends, and is cancelled then. So may the tasks that it
   * makes. Its error fails the test at once, unless somebody awaits it. From the next iteration on, as by `createTask`.
   *
   * Throws a TypeError for what is no coroutine.
   *
   * @example const server = sim.start(serve(requests), { name: 'server' });
   */
  start<T>(source: Coroutine<T> | Program<T>, options: StartOptions = {}): Task<T> {
    return this.#stage.start(source, options, 'sim.start()');
  }

  /**
   * Lets `ms` of virtual time pass. When the body goes on, all that was due up to and including that moment has run, and what
   * followed from it without time passing; nothing is ready. Where a computation carries the clock further it ends there, and those
   * who are ready then take one step before the body. `advanceBy(0)` is `runCurrent()`.
   *
   * Mirrors `advanceTimeBy` of kotlinx-coroutines-test followed by its `runCurrent`. Throws a ValueError for a number of ms that is
   * no time forward.
   *
   * @example yield* sim.advanceBy(seconds(10));
   */
  advanceBy(ms: number): Coroutine<void> {
    checkForward(ms, 'sim.advanceBy()');
    return new Advance(this, 'advanceBy', ms, this.now + ms);
  }

  /**
   * The same up to a moment (virtual ms). Throws a ValueError for a moment that is over.
   *
   * @example yield* sim.advanceTo(minutes(1));
   */
  advanceTo(time: number): Coroutine<void> {
    return new Advance(this, 'advanceTo', time, checkMoment(time, this.now, 'sim.advanceTo()'));
  }

  /**
   * Lets all run that is ready now, and what becomes ready by that, and so on, until nothing is; no time passes.
   *
   * @example createTask(work()); yield* sim.runCurrent(); // it has come to where it waits
   */
  runCurrent(): Coroutine<void> {
    return new Advance(this, 'runCurrent', null, this.now);
  }

  /**
   * Lets all run, and time pass, until nothing is left to happen but in the background: no ordinary task is ready, no timer of one is
   * set, and nothing is under way outside for one. Those that wait for somebody else may still be pending. A callback that was set
   * outside of any task counts as ordinary.
   *
   * Mirrors `advanceUntilIdle` of kotlinx-coroutines-test.
   *
   * @example yield* sim.runUntilIdle();
   */
  runUntilIdle(): Coroutine<void> {
    return new Advance(this, 'runUntilIdle', null, 'idle');
  }

  /** @internal */
  ask(request: Request, name: string): void {
    const { task } = running.turn;
    if (task !== this.body) {
      throw new RuntimeError(
        `sim.${name}() is for the body of the test, which waits until all others have run: the task ${task?.getName()} can’t await it. Let it sleep`,
      );
    }
    this.request = request;
  }

  /** @internal */
  withdraw(wait: Wait<void>): void {
    if (this.request?.wait === wait) this.request = null;
  }
}

/** The body waits until others have run. */
class Advance extends Wait<void> {
  readonly #sim: Sim;
  readonly #name: string;
  readonly #argument: number | null;
  readonly #until: number | 'idle';

  constructor(sim: Sim, name: string, argument: number | null, until: number | 'idle') {
    super();
    this.#sim = sim;
    this.#name = name;
    this.#argument = argument;
    this.#until = until;
  }

  protected attempt(first: boolean): undefined | typeof WAIT {
    if (!first) return undefined;
    this.#sim.ask({ wait: this, until: this.#until }, this.#name);
    return WAIT;
  }

  protected abandon(): void {
    this.#sim.withdraw(this);
  }

  describeWait(): WaitDescription {
    const name = this.#argument === null ? 'all others' : formatDuration(this.#argument);
    return { on: 'timer', target: null, reason: `sim.${this.#name}`, name, holders: [] };
  }

  override toString(): string {
    return `sim.${this.#name}(${this.#argument ?? ''})`;
  }
}
