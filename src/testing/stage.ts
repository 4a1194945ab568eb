/**
 * A loop that stands still between calls, and whoever drives it decides how far it goes: what `startSimulation` hands to
 * plain code, and what stands behind the `sim` of a test.
 *
 * It is the loop of `simulate`, with the same limits, guard and debug mode, and with two things that only such a loop needs: the
 * difference between ordinary tasks and those of the background, and the answer to whether anything but the background is left to
 * happen. Both are read from what passes on its way into the trace.
 */

import { type Coroutine, isCoroutine, type Program } from '../core/coroutine.ts';
import { describeValue, LimitError } from '../core/errors.ts';
import type { EventLoop } from '../core/loop.ts';
import type { ExceptionContext, LoopOptions } from '../core/loop-options.ts';
import type { Random } from '../core/random.ts';
import { finishAfter, Runner } from '../core/runner.ts';
import type { Task } from '../core/task.ts';
import { World } from '../core/world.ts';
import { guarded } from '../explore/guard.ts';
import { CODE, type EventText, type TraceSink } from '../trace/events.ts';
import { Recorder } from '../trace/recorder.ts';
import type { Trace, TraceMeta } from '../trace/trace.ts';
import { checkOutside, MAX_EVENTS, reportUse, type SimulateOptions, simulatedLoop } from './simulation.ts';

/** Records, and learns which tasks are of the background: those started so, and those that they make. */
class Witness implements TraceSink {
  readonly recorder: Recorder;
  readonly background: Set<number>;

  constructor(maxEvents: number) {
    this.recorder = new Recorder({ maxEvents });
    this.background = new Set();
  }

  get length(): number {
    return this.recorder.length;
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
    if (code === CODE['task:create'] && this.background.has(b)) this.background.add(a);
    this.recorder.write(code, time, iteration, cause, a, b, c, text);
  }
}

/** What a background task is called. */
export interface StartOptions {
  /** Its name; `Task-2` and so on by default. */
  readonly name?: string;
}

/** A loop to be driven from outside, and all that is known of it. */
export class Stage {
  readonly loop: EventLoop;
  /** What the exception handler was told, where the caller has none of his own. */
  readonly reports: ExceptionContext[];
  /** The uses of the real world, in words. */
  readonly uses: string[];
  readonly #runner: Runner;
  readonly #world: World;
  readonly #witness: Witness;
  readonly #guard: boolean;
  readonly #meta: TraceMeta;
  /** Background tasks that failed. */
  readonly #failed: Task<unknown>[];

  /** Throws a ValueError or RangeError for options that make no sense, a RuntimeError in a loop or script. */
  constructor(options: SimulateOptions, meta: TraceMeta, caller: string) {
    checkOutside(caller);
    this.reports = [];
    this.uses = [];
    this.#witness = new Witness(options.maxEvents ?? MAX_EVENTS);
    this.#world = new World(this.#witness);
    this.#guard = options.guard ?? true;
    this.#meta = meta;
    this.#failed = [];
    const { exceptionHandler = (_, context) => void this.reports.push(context) } = options;
    const settings: LoopOptions = { ...simulatedLoop(options), exceptionHandler, world: this.#world };
    this.#runner = new Runner(settings);
    this.loop = this.#runner.getLoop();
  }

  /** The virtual time in ms. */
  get now(): number {
    return this.loop.time();
  }

  get random(): Random {
    return this.loop.random;
  }

  /** Everything that has happened so far. */
  trace(): Trace {
    return this.#witness.recorder.toTrace(this.#meta);
  }

  /** How many events there are so far. */
  get length(): number {
    return this.#witness.length;
  }

  /** Starts a task that belongs to the background. */
  start<T>(source: Coroutine<T> | Program<T>, options: StartOptions, caller: string): Task<T> {
    const coroutine = typeof source === 'function' ? source() : source;
    if (!isCoroutine(coroutine)) {
      throw new TypeError(
        `${caller} starts a coroutine, or a function* that makes one, in the background: got ${describeValue(source)}`,
      );
    }
    const { loop } = this;
    const id = loop.tracer.tasks + 1; // before it exists: where tasks start at once it makes others while it is made
    this.#witness.background.add(id);
    const task = loop.createTask(coroutine as Coroutine<T>, options);
    task.addDoneCallback(() => {
      if (loop.unretrieved.has(task as Task<unknown>)) this.#failed.push(task as Task<unknown>);
    });
    return task;
  }

  isBackground(task: { readonly id: number }): boolean {
    return this.#witness.background.has(task.id);
  }

  /** A background task that has failed, and nobody has looked. Asked between iterations: who awaited it has had his turn. */
  failedInBackground(): Task<unknown> | null {
    return this.#failed.find((task) => this.loop.unretrieved.has(task)) ?? null;
  }

  /** `loop.runWhile`, guarded. */
  runWhile(goOn: () => boolean, until?: number): boolean {
    return this.guard(() => this.loop.runWhile(goOn, until));
  }

  /**
   * Runs all that happens up to and including the time `until`, where the clock then stands, or further on if a computation
   * carried it there; as long as `goOn()` holds. False if it didn't.
   */
  advanceTo(until: number, goOn: () => boolean = () => true): boolean {
    const { loop } = this;
    const inTime = () => loop.remaining > 0 || loop.time() <= until;
    this.runWhile(() => goOn() && inTime(), until);
    if (!goOn()) return false;
    if (loop.time() < until) this.guard(() => loop.runUntil(until));
    return true;
  }

  /** Whether nothing is left to happen but what background tasks are waiting for. Asked between iterations. */
  isIdle(): boolean {
    const { loop } = this;
    const { calendar, processor } = loop.world;
    if (loop.ready.length > 0 || loop.completed.length > 0 || processor?.isWanted()) return false;
    const { background } = this.#witness;
    // Of what completes outside only requests to devices are somebody's; the rest is threads at work.
    const timers = loop.timers.inOrder().map(({ timer }) => timer);
    const requests = calendar.inOrder().map(({ timer }) => timer);
    if (background.size === 0) return timers.length + requests.length === 0;
    const trace = this.trace();
    const isBackground = (timer: object): boolean => {
      // The event that made it tells whose it is: a timer doesn't know.
      const { id = 0 } = timer as { readonly id?: number };
      const event = id > 0 ? trace.event(id) : null;
      return event !== null && 'task' in event && background.has(event.task);
    };
    return timers.every(isBackground) && requests.every((one) => 'device' in one && isBackground(one));
  }

  /** Whether nothing can happen any more. */
  isDead(): boolean {
    const { ready, completed, timers, world } = this.loop;
    if (ready.length > 0 || completed.length > 0) return false;
    return Math.min(timers.peek(), world.nextCompletion()) === Number.POSITIVE_INFINITY;
  }

  /**
   * Shuts down as `run` does: cancels what is left, and closes the loop. Throws what goes wrong in that, unless there is an error
   * already.
   */
  close(error: unknown = null): void {
    const { loop } = this;
    // That tasks are pending says nothing then, but would hide what does.
    if (error instanceof LimitError) loop.setExceptionHandler(() => {});
    this.guard(() => {
      try {
        this.#runner.close();
      } catch (second) {
        if (error === null) throw second;
      }
      if (error !== null) return finishAfter(this.#world, error);
      this.#world.processor?.finish();
      this.#world.invariants?.finish();
    });
  }

  guard<T>(body: () => T): T {
    if (!this.#guard) return body();
    return guarded(body, (use) => {
      const before = this.reports.length;
      reportUse(this.#world, use);
      // It is kept apart from what else is reported.
      const [report] = this.reports.splice(before);
      if (report) this.uses.push(report.message);
    });
  }
}
