/**
 * A test whose body is a simulated coroutine, and which has the time in its hands.
 *
 * The body is a task of the loop that it tests: it awaits, starts tasks and asserts like any other coroutine. What it has beside
 * that is `sim`, by which it lets time pass. `yield* sim.advanceBy(10)` suspends the body, and the loop runs as one that is driven
 * from outside: all that is due up to and including that moment, each step at its own time, and what follows from it at once, as
 * far as that goes. Only then the body goes on, alone, with nothing ready. A `sleep(10)` in its place would go on in the middle of
 * that moment, in its turn among the others.
 *
 * What a test wants to hear of is a failure: an assertion that doesn't hold, and as much what nobody looked at. A task left pending,
 * an exception that was lost, a coroutine never awaited, a look at the real clock.
 *
 * Limits, not a stopwatch, stop a test that never ends, so that no slow machine makes one fail: those of `SIMULATION_LIMITS`. What
 * they can't stop is a step that goes round without awaiting anything (`for (;;) {}`): nothing in JavaScript can, but to end the
 * process.
 */

import { type Coroutine, isCoroutine } from '../core/coroutine.ts';
import { describeValue, LimitError, RuntimeError, ValueError } from '../core/errors.ts';
import type { ExceptionContext } from '../core/loop-options.ts';
import { Task } from '../core/task.ts';
import { Replay } from '../explore/replay.ts';
import { query } from '../trace/query.ts';
import { formatSchedule, parseSchedule, scheduleOf } from '../trace/schedule.ts';
import type { Trace, TraceMeta } from '../trace/trace.ts';
import { describeError, doings, moment, picture } from './evidence.ts';
import { policyName } from './live.ts';
import { type Request, Sim } from './sim.ts';
import { type SimulateOptions, Simulation } from './simulation.ts';
import { Stage } from './stage.ts';

/** The body of a test: makes the coroutine that is run in it. */
export type TestBody = (sim: Sim) => Coroutine<unknown>;

/**
 * What a test may do without failing: leave tasks pending (`leaks`), leave errors to the loop's exception handler and coroutines
 * without an await (`reports`), use the real clock, real chance and real timers (`reality`).
 */
export type Allowed = 'leaks' | 'reports' | 'reality';

/** How a test is run: as a program is simulated, with bounds of its own. */
export interface TestOptions extends Omit<SimulateOptions, 'guard'> {
  /** The virtual ms after which the test must be over; no bound by default. */
  readonly timeout?: number;
  /** The schedule by which it runs, as the line that a failed test shows; instead of a seed and a policy. */
  readonly schedule?: string;
  /** What makes no failure; nothing by default. */
  readonly allow?: readonly Allowed[];
  /** What the test is called in its trace. */
  readonly name?: string;
  /** Told of a failure before it is thrown. What it returns is a line that is added to the message: where the trace is kept. */
  readonly onFailure?: (failure: TestFailure) => string | undefined;
}

/** A test that has failed. */
export interface TestFailure {
  readonly error: unknown;
  /** The whole run, with its clean-up. */
  readonly trace: Trace;
  /** All that the run depends on besides its body, as a line for the option `schedule`. */
  readonly schedule: string;
}

/** A test fails for what nobody has thrown: it took too long, it left something behind. */
export class TestFailedError extends Error {
  override readonly name: string = 'TestFailedError';
}

/**
 * Runs the body of a test on a fresh loop, and throws if it fails. What `simTest` of `loopscope/vitest` calls, for any other test
 * runner.
 *
 * It fails by what the body throws, by a deadlock or a limit, by `timeout`, by the error of a background task; and when the body
 * is over, by ordinary tasks that are then still pending when all that was ready has run, by what the loop's exception handler was
 * told (unless there is one of the test's own), and by uses of the real world. If that was a single error, as of a task that nobody
 * awaited, it is thrown itself. The message of the error then ends with the virtual time, the schedule and the timeline;
 * `seed=0 ...` stands for the run in which nobody decided otherwise.
 *
 * Returns the simulation. Throws a TypeError for what is no body, a ValueError for impossible options, a ScheduleError for a
 * schedule that doesn't fit.
 *
 * @example
 * test('rings', () => runTest(function* (sim) { yield* sim.advanceBy(10); assert.equal(sim.now, 10); }));
 */
export function runTest(body: TestBody, options: TestOptions = {}): Simulation {
  const { timeout, schedule, allow = [], name = '', onFailure, ...simulateOptions } = options;
  checkBody(body);
  checkOptions(options);
  const replay = schedule === undefined ? null : new Replay(parseSchedule(schedule));
  const how: SimulateOptions = {
    ...simulateOptions,
    ...(replay && { policy: replay, seed: replay.schedule.seed }),
    guard: !allow.includes('reality'),
  };
  const { seed = 0, policy } = how;
  const meta: TraceMeta = {
    ...(name && { title: name }),
    program: body.name,
    seed,
    ...(policy && { policy: policyName(policy) }),
  };
  const stage = new Stage(how, meta, 'runTest()');
  // What a computation holds up is no mistake in a test.
  stage.loop.slowCallbackDuration = Number.POSITIVE_INFINITY;
  const run = new TestRun(stage, body, timeout ?? Number.POSITIVE_INFINITY, allow);
  run.play();
  replay?.check(run.failure === null);
  const trace = stage.trace();
  if (run.failure === null) return new Simulation({ outcome: 'result', value: run.result }, trace, stage.now);
  const { error } = run.failure;
  const line = policy ? formatSchedule(scheduleOf(trace)) : `seed=${seed} ...`;
  const added = onFailure?.({ error, trace, schedule: line });
  throw explained(error, [
    `at ${moment(run.endTime)} of virtual time, by the schedule '${line}'`,
    ...run.remarks(),
    ...(added ? [added] : []),
    ...pictureUnlessShown(error, trace.beginning(run.endLength)),
  ]);
}

/** How often a task that is still pending when the body ends may go on without time passing. */
const GRACE = 1000;

/** One run of a body, from its start until its loop is closed. */
class TestRun {
  readonly #stage: Stage;
  readonly #sim: Sim;
  readonly #body: Task<unknown>;
  readonly #deadline: number;
  readonly #allow: readonly Allowed[];
  /** Who has thrown what fails the test, in words, where that was not its body. */
  #thrower: string | null;
  /** The report from which that is known; null: another way. */
  #cited: ExceptionContext | null;
  failure: { readonly error: unknown } | null;
  result: unknown;
  /** When the body ended, or failed, and how many events there were then; what comes later is the clean-up. */
  endTime: number;
  endLength: number;

  constructor(stage: Stage, body: TestBody, deadline: number, allow: readonly Allowed[]) {
    this.#stage = stage;
    this.#deadline = deadline;
    this.#allow = allow;
    this.#sim = new Sim(stage);
    const coroutine: unknown = body(this.#sim);
    if (!isCoroutine(coroutine)) {
      throw new TypeError(
        `the body of a test is a function*, whose coroutine the loop runs: this one returned ${describeValue(coroutine)}`,
      );
    }
    this.#body = stage.loop.createTask(coroutine, { name: 'test' });
    this.#sim.body = this.#body;
    this.#thrower = null;
    this.#cited = null;
    this.failure = null;
    this.endTime = 0;
    this.endLength = 0;
  }

  play(): void {
    const stage = this.#stage;
    this.#attempt(() => {
      this.#drive();
      this.result = this.#body.result();
      this.#checkTimeout();
      if (!this.#allow.includes('leaks')) this.#checkLeaks();
    });
    this.endTime = stage.now;
    this.endLength = stage.length;
    const failure = this.failure as TestRun['failure'];
    this.#attempt(() => stage.close(failure === null ? null : (failure.error ?? failure)));
    if (this.failure === null) this.#attempt(() => this.#checkReports());
  }

  /** What else was amiss in a test that failed, a line each. */
  remarks(): string[] {
    const { error } = this.failure!;
    const told = error instanceof TestFailedError ? error.message : '';
    const thrower = this.#thrower === null ? [] : [this.#thrower];
    const amiss = [...this.#reports(), ...this.#stage.uses].filter((line) => !told.includes(line));
    return [...thrower, ...amiss.slice(0, 5)];
  }

  #attempt(body: () => void): void {
    try {
      body();
    } catch (error) {
      this.failure ??= { error };
    }
  }

  /** Until the body is over; throws what fails the test before that. */
  #drive(): void {
    const stage = this.#stage;
    const goOn = () => !this.#body.done() && this.#sim.request === null && this.#mayGoOn();
    while (!this.#body.done()) {
      const isMore = stage.runWhile(goOn, this.#deadline);
      this.#checkBackground();
      const { request } = this.#sim;
      if (this.#body.done()) return;
      this.#checkTimeout();
      if (request !== null) this.#serve(request);
      else if (!isMore && stage.isDead()) throw stage.loop.explainDeadlock();
      else if (!isMore) throw this.#tooLate();
      else throw new RuntimeError('Event loop stopped before the test was over');
    }
  }

  #serve({ until, wait }: Request): void {
    const stage = this.#stage;
    const goOn = () => this.#sim.request?.wait === wait && this.#mayGoOn();
    if (until === 'idle') {
      const isMore = stage.runWhile(() => goOn() && !stage.isIdle(), this.#deadline);
      if (!isMore && !stage.isDead()) throw this.#tooLate();
    } else {
      stage.advanceTo(Math.min(until, this.#deadline), goOn);
      if (until > this.#deadline) throw this.#tooLate();
    }
    this.#checkBackground();
    if (this.#sim.request?.wait !== wait) return; // it was cancelled
    this.#sim.request = null;
    wait.wake();
  }

  #mayGoOn(): boolean {
    const stage = this.#stage;
    return stage.failedInBackground() === null && stage.now <= this.#deadline;
  }

  #checkBackground(): void {
    const failed = this.#stage.failedInBackground();
    if (failed === null) return;
    this.#thrower = `thrown by the background task ${failed.getName()}`;
    throw failed.exception();
  }

  #checkTimeout(): void {
    if (this.#stage.now > this.#deadline) throw this.#tooLate();
  }

  #tooLate(): TestFailedError {
    const stage = this.#stage;
    if (stage.now < this.#deadline) stage.advanceTo(this.#deadline);
    const trace = stage.trace();
    const pending = query(trace)
      .tasks()
      .filter(({ doneAt }) => doneAt === null);
    const still = pending.length === 0 ? '' : `; still pending:\n${doings(trace, pending)}`;
    return new TestFailedError(
      `the test was not over after its ${moment(this.#deadline)} of virtual time${still}`,
    );
  }

  /** Tasks of the program that are pending when all that is ready has run. */
  #checkLeaks(): void {
    const stage = this.#stage;
    const pending = () => stage.loop.allTasks().filter((task) => !stage.isBackground(task));
    let left = GRACE;
    stage.advanceTo(stage.now, () => pending().length > 0 && left-- > 0 && this.#mayGoOn());
    this.#checkBackground();
    const ids = new Set(pending().map(({ id }) => id));
    if (ids.size === 0) return;
    const trace = stage.trace();
    const tasks = query(trace)
      .tasks()
      .filter(({ id }) => ids.has(id));
    throw new TestFailedError(
      `${ids.size === 1 ? 'a task is' : `${ids.size} tasks are`} still pending at the end of the test:\n${doings(trace, tasks)}\n` +
        "await or cancel what the test has started, or start it in the background by sim.start(…); allow: ['leaks'] lets it be",
    );
  }

  #checkReports(): void {
    const { uses } = this.#stage;
    const reports = this.#allow.includes('reports') ? [] : this.#stage.reports;
    if (reports.length + uses.length === 0) return;
    const errors = reports.filter(({ exception }) => exception !== undefined);
    // A single error is thrown itself: it knows its line, and an assertion what it has compared.
    const [cited] = errors;
    if (cited && errors.every(({ exception }) => exception === cited.exception)) {
      this.#cited = cited;
      this.#thrower = `${throwerOf(cited)}; ${LET_REPORTS}`;
      throw cited.exception;
    }
    const lines = [...reports.map(lineOf), ...uses].map((line) => `  ${line}`);
    const hints = [
      ...(reports.length > 0 ? [LET_REPORTS] : []),
      ...(uses.length > 0 ? ["allow: ['reality'] lets the test use the real world"] : []),
    ];
    throw new TestFailedError(
      `the test came to its end, but:\n${lines.join('\n')}\n${hints.join('; ')}`,
      cited && { cause: cited.exception },
    );
  }

  #reports(): string[] {
    return this.#stage.reports.filter((report) => report !== this.#cited).map(lineOf);
  }
}

const LET_REPORTS = "allow: ['reports'] lets it be";

/** What the loop's exception handler was told, in a line. */
function lineOf({ message, exception }: ExceptionContext): string {
  return exception === undefined ? message : `${message}: ${describeError(exception)}`;
}

/** Whose the error of a report is. */
function throwerOf({ message, future }: ExceptionContext): string {
  return future instanceof Task ? `thrown by the task ${future.getName()}, and nobody awaited it` : message;
}

/** The messages of errors as they were, so that one that is thrown twice doesn't grow. */
const messages = new WeakMap<Error, string>();

/** The error with what is to be said about it at the end of its message; what is no error becomes one. */
function explained(error: unknown, lines: readonly string[]): Error {
  if (!(error instanceof Error))
    return new TestFailedError([`the test threw ${describeValue(error)}`, '', ...lines].join('\n'), {
      cause: error,
    });
  const original = messages.get(error) ?? error.message;
  messages.set(error, original);
  say(error, [original, ...(original ? [''] : []), ...lines].join('\n'));
  return error;
}

/** Gives an error another message. @internal */
export function say(error: Error, message: string): void {
  try {
    const { stack, message: before } = error;
    error.message = message;
    // Some runners show the stack, which begins with the message as it was.
    if (stack?.includes(before)) error.stack = stack.replace(before, () => message);
  } catch {
    // It is frozen: it says what it said.
  }
}

/** The timeline, unless the error has shown one. */
function pictureUnlessShown(error: unknown, trace: Trace): string[] {
  const isShown = error instanceof Error && (messages.get(error) ?? error.message).includes('├');
  // What goes on for a long time would take long to draw, and shows little.
  return isShown || (error instanceof LimitError && trace.length > MOST_EVENTS_DRAWN)
    ? []
    : ['', picture(trace)];
}

const MOST_EVENTS_DRAWN = 100_000;

function checkBody(body: unknown): void {
  if (typeof body === 'function') return;
  throw new TypeError(
    `the body of a test is a function*, as in function* (sim) { … }: got ${describeValue(body)}`,
  );
}

const ALLOWED: readonly string[] = ['leaks', 'reports', 'reality'];

function checkOptions({ timeout, schedule, seed, policy, allow = [] }: TestOptions): void {
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout > 0))
    throw new ValueError(
      `timeout is a number of virtual ms, such as seconds(5): got ${describeValue(timeout)}`,
    );
  if (schedule !== undefined && (seed !== undefined || policy !== undefined))
    throw new ValueError('a schedule says the seed, and decides: give it alone, without seed and policy');
  for (const what of allow) {
    if (!ALLOWED.includes(what))
      throw new ValueError(`allow is a list of ${ALLOWED.join(', ')}: got ${describeValue(what)}`);
  }
}
