import { CODE } from '../trace/events.ts';
import { captureContext } from './context.ts';
import { type Coroutine, invalidDelay, isCoroutine, isNativeGenerator, Sleep } from './coroutine.ts';
import { explainDeadlock } from './deadlock.ts';
import {
  type DeadlockError,
  describeValue,
  LimitError,
  LoopExit,
  RuntimeError,
  ValueError,
} from './errors.ts';
import { formatValue, tag } from './format.ts';
import { Future } from './future.ts';
import { Handle, labelOf, NO_ARGUMENTS, TimerHandle } from './handle.ts';
import {
  attachMachine,
  checkStepCost,
  type ExceptionContext,
  type ExceptionHandler,
  type Limits,
  type LoopOptions,
  limitsFrom,
} from './loop-options.ts';
import { Oracle } from './oracle.ts';
import type { SchedulingPolicy } from './policy.ts';
import type { Random } from './random.ts';
import { type Ready, ReadyQueue } from './ready-queue.ts';
import { running as shared, Turn } from './running.ts';
import { UNREPORTED } from './suspension.ts';
import { notACoroutine, Task, type TaskOptions } from './task.ts';
import { TaskList } from './task-list.ts';
import { type Timer, TimerQueue } from './timers.ts';
import type { Tracer } from './tracer.ts';
import { CoroutineWatch, describeSlow } from './watch.ts';
import { World } from './world.ts';

// What is imported is looked up anew at each use; a constant of the module is compiled in. See running.ts.
const running = shared;

/**
 * The event loop: it runs what is ready, in order, and lets time pass when nothing is. Mirrors `asyncio.EventLoop`
 * (base_events.py).
 *
 * All of it is in `iterate`, `beginIteration` and `runBatch` below. The drivers (`runForever`, `runHandle`, `advanceBy` …) only
 * decide how far to go. A loop is one of: idle, running, closed.
 *
 * @example
 * const loop = new EventLoop(); loop.callLater(10, print, 'ten'); loop.runUntilIdle(); loop.time() // 10
 */
export class EventLoop {
  /** What runs next. @internal */
  readonly ready: ReadyQueue;
  /** What runs later. @internal */
  readonly timers: TimerQueue;
  /** Through which time moves. */
  readonly world: World;
  /** Where events go: `loop.tracer.on('task:done', …)`. */
  readonly tracer: Tracer;
  /** Asked wherever the rules leave something open. @internal */
  readonly oracle: Oracle;
  /** @internal */ limits: Limits;
  /** Whether tasks take their first step at once. */
  readonly eager: boolean;
  /** Whether slow callbacks and forgotten coroutines are reported. */
  readonly debug: boolean;
  /** Whoever makes something ready is looked at first: in debug mode, and when the loop is closed. @internal */
  careful: boolean;
  /** In debug mode, a handle that takes this long (ms) is reported. Mirrors `slow_callback_duration`. */
  slowCallbackDuration: number;
  /** The number of the current iteration. */
  iteration: number;
  /** Handles that are still to run in this iteration. @internal */
  remaining: number;
  /** What has completed outside and not been noticed yet. @internal */
  completed: (Ready & { deliver(): void })[];
  /** Failed futures whose exception nobody has looked at. @internal */
  readonly unretrieved: Set<Future<unknown>>;
  /** @internal */ namedTasks: number;
  /** What is to be waited for when the loop is shut down, before it is closed. @internal */
  readonly shutdowns: (() => Future<void>)[];
  /** CPU time (ms) that each step and callback takes. */
  private readonly stepCost: number;
  /** CPU time (ms) that making a task takes. */
  private readonly taskCost: number;
  /** Each handle needs a look before or after it: in debug mode, where a policy permutes, where switching costs, where claims are checked. */
  private oneByOne: boolean;
  private readonly number: number;
  /** Where a line of output goes. @internal */
  readonly write: (line: string) => void;
  private readonly captureConsole: boolean;
  /** In debug mode: the library's coroutines that may never be awaited; else null, as its weak set is what a collector takes longest for. */
  private readonly coroutines: CoroutineWatch | null;
  /** Those that have waited for anything but a sleep. @internal */
  readonly tasks: TaskList;
  private exceptionHandler: ExceptionHandler | null;
  private stopping: boolean;
  private closed: boolean;
  /** The last iteration that the limits allow, unless the clock moves. */
  private lastIteration: number;
  private instant: number;

  constructor(options: LoopOptions = {}) {
    const settings = { ...running.script?.options, ...options };
    if (options.world && options.trace) {
      throw new ValueError(
        'a loop takes a world or a trace, not both: the trace belongs to the world, new World(trace)',
      );
    }
    this.ready = new ReadyQueue();
    this.timers = new TimerQueue();
    this.world =
      options.world ?? (options.trace ? null : running.script?.world) ?? new World(settings.trace ?? null);
    this.tracer = this.world.tracer;
    attachMachine(settings.machine, this.world);
    this.world.askSites(settings.sites);
    if (settings.adjust) this.world.adjust = settings.adjust;
    this.oracle = new Oracle(this.world, settings.seed ?? 0, settings.policy ?? null);
    this.limits = limitsFrom(settings.limits);
    this.eager = settings.eager ?? false;
    this.debug = settings.debug ?? false;
    this.careful = this.debug;
    this.stepCost = checkStepCost(settings.stepCost ?? this.world.processor?.stepCost ?? 0);
    this.taskCost = this.world.processor?.taskCost ?? 0;
    this.oneByOne = this.debug || this.policy?.adversarial === true || this.stepCost > 0;
    this.shutdowns = [];
    this.slowCallbackDuration = 100;
    this.iteration = 0;
    this.remaining = 0;
    this.completed = [];
    this.unretrieved = new Set();
    this.namedTasks = 0;
    this.number = ++this.tracer.loops;
    this.write = settings.print ?? console.log.bind(console);
    this.captureConsole = settings.captureConsole ?? false;
    this.coroutines = this.debug ? new CoroutineWatch() : null;
    this.tasks = new TaskList();
    this.exceptionHandler = settings.exceptionHandler ?? null;
    this.stopping = false;
    this.closed = false;
    this.lastIteration = Math.min(this.limits.iterationsPerInstant, this.limits.iterations);
    this.instant = this.world.clock.now;
  }

  /** The one source of chance. */
  get random(): Random {
    const { chance } = this.world;
    return chance === null ? this.oracle.random : chance.random(this.oracle.random);
  }

  /** Decides what the rules leave open; null: faithful. */
  get policy(): SchedulingPolicy | null {
    return this.oracle.policy;
  }

  /** As Python's `repr`: `<EventLoop running=true closed=false debug=false>`. */
  toString(): string {
    return tag('EventLoop', `running=${this.isRunning()}`, `closed=${this.closed}`, `debug=${this.debug}`);
  }

  /** The current virtual time in ms. Mirrors `loop.time`. */
  time(): number {
    return this.world.clock.now;
  }

  // ---- scheduling -----------------------------------------------------------------------------------

  /** Has `callback(...args)` called in the next iteration, after all that is ready already. Mirrors `loop.call_soon`. */
  callSoon<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): Handle {
    if (this.debug) this.checkCaller();
    return this.schedule(callback, args);
  }

  /** `callSoon`, from wherever. @internal */
  schedule<A extends unknown[]>(callback: (...args: A) => unknown, args: A): Handle {
    if (this.closed || typeof callback !== 'function') throw this.cannotSchedule('callSoon', callback);
    const handle = new Handle(this, callback, args.length === 0 ? NO_ARGUMENTS : args, captureContext());
    const { tracer } = this;
    if (tracer.active)
      handle.id = tracer.emit(CODE['handle:ready'], tracer.cause, 0, 0, 0, labelOf(callback));
    this.ready.push(handle);
    return handle;
  }

  /**
   * Has `callback(...args)` called `delay` ms from now. Mirrors `loop.call_later`.
   *
   * A delay of zero or less is due at once, but still goes through the timers, behind all that is ready. Throws a
   * ValueError for NaN and infinity.
   */
  callLater<A extends unknown[]>(delay: number, callback: (...args: A) => unknown, ...args: A): TimerHandle {
    if (!(typeof delay === 'number' && Number.isFinite(this.time() + delay)))
      throw invalidDelay('callLater()', delay);
    return this.callAt(this.time() + delay, callback, ...args);
  }

  /** Has `callback(...args)` called at the virtual time `when` (ms). Mirrors `loop.call_at`. Throws as `callLater` does. */
  callAt<A extends unknown[]>(when: number, callback: (...args: A) => unknown, ...args: A): TimerHandle {
    if (!(typeof when === 'number' && Number.isFinite(when))) throw invalidDelay('callAt()', when);
    if (this.debug) this.checkCaller();
    if (this.closed || typeof callback !== 'function') throw this.cannotSchedule('callAt', callback);
    const handle = new TimerHandle(
      this,
      when,
      callback,
      args.length === 0 ? NO_ARGUMENTS : args,
      captureContext(),
    );
    this.timers.add(when, handle);
    const { tracer } = this;
    if (tracer.active) {
      handle.id = tracer.emit(
        CODE['timer:set'],
        tracer.cause,
        when,
        running.turn.task?.id ?? 0,
        0,
        labelOf(callback),
      );
    }
    return handle;
  }

  /** Refuses those in the midst of whose code this loop stands still, in debug mode; and all, once it is closed. @internal */
  checkCaller(): void {
    if (this.closed) throw this.closedError('to wake a task or a callback of it');
    if (this.debug) this.world.processor?.checkCaller(this);
  }

  /** A future of this loop, to be settled by whoever has the result. Mirrors `loop.create_future`. */
  createFuture<T = unknown>(name?: string): Future<T> {
    return new Future<T>(this, name);
  }

  /**
   * Has a coroutine run as a task of its own, from the next iteration on. Mirrors `loop.create_task`.
   *
   * Throws a TypeError for what is not a coroutine (a function not called, a promise), a RuntimeError if the loop is
   * closed.
   */
  createTask<T>(coroutine: Coroutine<T>, options?: TaskOptions): Task<T> {
    if (!isNativeGenerator(coroutine) && !isCoroutine(coroutine)) throw notACoroutine(coroutine);
    return this.startTask(coroutine, options);
  }

  /** `createTask` for what is known to be a coroutine. @internal */
  startTask<T>(coroutine: Coroutine<T>, options?: TaskOptions): Task<T> {
    if (this.closed) throw this.closedError('createTask');
    if (this.coroutines !== null) this.coroutines.addDriven(coroutine);
    if (running.site !== null) running.site(false);
    if (this.taskCost > 0 && running.loop === this) this.world.spend(this.taskCost, 'create');
    return new Task(this, coroutine, options);
  }

  // ---- the loop itself ------------------------------------------------------------------------------

  /** One iteration, or the rest of one. False if there is nothing to run up to `until`. */
  private iterate(until: number): boolean {
    if (this.remaining === 0 && !this.beginIteration(until)) return false;
    this.runBatch();
    return true;
  }

  /**
   * As `iterate`, for drivers that do not look at the loop between two iterations. With nothing ready and a single sleeper due, the
   * one iteration does nothing but wake the task, and the next one nothing but let it take its step: both are done at once, and
   * neither goes through the ready queue. A sleep is faster for it, and a gather of sleepers (W2, W3).
   */
  private advance(until: number): boolean {
    return (this.ready.length === 0 && this.wakeSleeper()) || this.iterate(until);
  }

  /** Two iterations of a single sleeper, if nobody looks and there are no others to be seen to; else false. */
  private wakeSleeper(): boolean {
    const { timers, world } = this;
    const due = timers.peek();
    const sleeper = timers.first();
    if (!(sleeper instanceof Sleep && due <= running.turn.until && due > world.clock.now)) return false;
    if (!world.isAlone || this.completed.length > 0) return false;
    world.jump(due);
    this.countFromHere();
    timers.pop();
    if (timers.peek() === due || this.iteration + 2 > this.lastIteration || !sleeper.isAwaited()) {
      sleeper.onDue(); // the long way, as the first of those that are due
      return false;
    }
    this.iteration += 2;
    sleeper.wakeAtOnce();
    return true;
  }

  /**
   * The running task gives way, and nothing is ready: whether to nobody at all. If nobody looks, and nothing is due, the next
   * iteration does nothing but have this task go on: then it has begun, and the task goes on without being suspended. Where a
   * lock is held over a `sleep(0)`, that is half of all steps (W5). @internal
   */
  passToNobody(): boolean {
    const { timers, world } = this;
    const { now } = world.clock;
    const { turn } = running;
    if (!(now <= turn.until && now < timers.peek() && this.iteration < this.lastIteration)) return false;
    if (turn.outer > 0) return false; // whoever makes this eager task goes on first
    if (!world.isAlone || this.completed.length > 0) return false;
    this.iteration++;
    return true;
  }

  /**
   * The first half of an iteration: if nothing is ready, lets time pass until something is; then collects what has
   * completed outside and the timers that are due. Returns false if there is nothing to wait for up to `until`.
   */
  private beginIteration(until: number): boolean {
    const { ready, timers, world } = this;
    if (world.calendar.length > 0) world.completeUntil(world.clock.now);
    if (ready.length === 0 && !this.letTimePass(until)) return false;

    if (++this.iteration > this.lastIteration) this.checkLimits();
    // What is ready already keeps its place; then what came from outside; then the timers. They are due when
    // `when <= now`, and come in the order of their deadlines.
    if (this.completed.length > 0) this.deliver();
    if (timers.length > 0 && timers.peek() <= world.clock.now) this.collectDueTimers();
    this.remaining = ready.length;
    if (running.tracer !== null) this.traceIteration(running.tracer);
    return true;
  }

  /** Nothing is ready: the clock jumps to what comes next. False if nothing comes up to `until`. */
  private letTimePass(until: number): boolean {
    const { timers, world } = this;
    if (world.isAlone && this.completed.length === 0) return this.jumpToTimer(until);
    if (world.invariants !== null) this.checkSteps(); // whoever shares the CPU may claim something, too
    while (this.completed.length === 0 && timers.peek() > world.clock.now && !this.stopping) {
      const due = timers.peek();
      if ((due > until || due === Number.POSITIVE_INFINITY) && !this.isSomethingComing(until)) return false;
      world.idle(due < until ? due : until); // or less, if something completes before
      this.countFromHere();
    }
    return true;
  }

  /** The usual case, with nothing going on outside: asked for alone. */
  private jumpToTimer(until: number): boolean {
    const { world } = this;
    const due = this.timers.peek();
    if (due <= world.clock.now || this.stopping) return true;
    if (due > until || due === Number.POSITIVE_INFINITY) return false;
    world.jump(due);
    this.countFromHere();
    return true;
  }

  /** Whether something outside completes up to `until`. */
  private isSomethingComing(until: number): boolean {
    const next = this.world.nextCompletion();
    return next <= until && next < Number.POSITIVE_INFINITY;
  }

  /** A new instant: the bound on iterations without the clock moving counts from here. */
  private countFromHere(): void {
    const { iterations, iterationsPerInstant } = this.limits;
    const last = this.iteration + iterationsPerInstant;
    this.lastIteration = last < iterations ? last : iterations;
    this.instant = this.time();
  }

  /** From now on the bound on iterations is reached: for a program that catches what was to stop it. @internal */
  exhaust(): void {
    this.limits = { ...this.limits, iterations: 0 };
    this.lastIteration = 0;
  }

  private checkLimits(): void {
    if (this.tracer.failure !== null) throw this.tracer.stopped();
    if (this.iteration > this.limits.iterations || this.time() === this.instant)
      throw this.tooManyIterations();
    this.countFromHere(); // the clock was moved by a computation meanwhile
    this.lastIteration--; // this one counts
  }

  private traceIteration(tracer: Tracer): void {
    tracer.cause = tracer.emit(CODE.iteration, tracer.cause, this.remaining);
  }

  /**
   * The second half: runs exactly the handles that were ready when the iteration began. What they make ready waits for
   * the next one, so that nobody can starve the timers.
   */
  private runBatch(): void {
    if (this.oneByOne) return this.runBatchOneByOne();
    const { ready } = this;
    while (this.remaining > 0) {
      this.remaining--;
      const entry = ready.shift();
      entry.run();
      if (!this.oneByOne) continue;
      this.checkInvariants(entry); // it has claimed something in this very step
      return this.runBatchOneByOne();
    }
  }

  /** From the present step on the claims of the program are checked after each. @internal */
  checkSteps(): void {
    this.oneByOne = true;
    running.turn.lookCloser();
  }

  /** One handle: the head of the ready queue. */
  private runOne(): void {
    this.remaining--;
    if (this.policy?.adversarial) this.ready.moveToHead(this.chooseReady());
    const entry = this.ready.shift();
    if (this.stepCost > 0) this.world.spend(this.stepCost, 'switch');
    const start = this.time();
    entry.run();
    if (this.debug && this.time() - start >= this.slowCallbackDuration) {
      this.callExceptionHandler({ message: describeSlow(this, entry, start) });
    }
    this.checkInvariants(entry);
  }

  private checkInvariants(entry: Ready): void {
    const { invariants } = this.world;
    if (invariants !== null) invariants.check(nameOf(entry), entry instanceof Task ? entry.id : 0);
  }

  private chooseReady(): number {
    return this.oracle.choose('ready', this.remaining + 1, (index) => this.ready.at(index)!.called());
  }

  private runBatchOneByOne(): void {
    while (this.remaining > 0) this.runOne();
  }

  private deliver(): void {
    const { completed } = this;
    this.completed = [];
    for (const completion of completed) {
      completion.deliver();
      this.ready.push(completion);
    }
  }

  private collectDueTimers(): void {
    const { timers } = this;
    const now = this.time();
    if (!this.policy?.choose) {
      while (timers.peek() <= now) timers.pop().onDue();
      return;
    }
    while (timers.peek() <= now) {
      const when = timers.peek();
      const tied: Timer[] = [];
      while (timers.peek() === when) tied.push(timers.pop());
      // Whom the policy lets wait is in no queue for that time.
      for (const timer of tied) if (timer instanceof Sleep) this.tasks.add(timer.task!);
      const nameOf = (index: number) => tied[index]!.called();
      while (tied.length > 0) tied.splice(this.oracle.choose('timer', tied.length, nameOf), 1)[0]!.onDue();
    }
  }

  // ---- drivers: how far to go -------------------------------------------------------------------------

  /** Runs until `stop()`. Mirrors `loop.run_forever`. Throws a DeadlockError when nothing can ever happen again. */
  runForever(): void {
    this.drive(() => {
      // You know how people talk about event loops? This `for` is it.
      for (;;) {
        if (!this.advance(Number.POSITIVE_INFINITY)) throw this.explainDeadlock();
        if (this.stopping) break;
      }
    }, Number.POSITIVE_INFINITY);
  }

  /**
   * Runs until the future, or the coroutine as a task, is done, and returns its result or throws its exception.
   * Mirrors `loop.run_until_complete`.
   *
   * The stop is asked for by a done callback, so other tasks that are ready get one more step. Throws a DeadlockError
   * when it can never be done, a RuntimeError if `stop()` came first.
   */
  runUntilComplete<T>(main: Coroutine<T> | Future<T>): T {
    this.checkCanRun();
    const isNew = !(main instanceof Future);
    const future: Future<T> = isNew ? this.createTask(main) : main;
    if (isNew) future.state |= UNREPORTED; // whoever calls is told by an exception
    if (future.loop !== this) throw new ValueError('The future belongs to a different loop than this one');
    const stop = () => {
      // What ends the program has left the loop by itself: to stop it once more would cut the next run short.
      if (!future.cancelled() && future.exception() instanceof LoopExit) return;
      this.stop();
    };
    future.addDoneCallback(stop);
    try {
      this.runForever();
    } catch (error) {
      if (isNew && future.done() && !future.cancelled()) future.exception();
      throw error;
    } finally {
      future.removeDoneCallback(stop);
    }
    if (!future.done()) throw new RuntimeError('Event loop stopped before Future completed.');
    return future.result();
  }

  /** Runs one handle, beginning an iteration (and letting time pass) where needed; false if there is none. */
  runHandle(): boolean {
    return this.drive(() => {
      if (this.remaining === 0 && !this.beginIteration(Number.POSITIVE_INFINITY)) return false;
      if (this.remaining > 0) this.runOne();
      return true;
    });
  }

  /** Runs one iteration, or the rest of one; lets time pass if nothing is ready. False if there is nothing to run. */
  runIteration(): boolean {
    return this.drive(() => this.iterate(Number.POSITIVE_INFINITY));
  }

  /** Runs all that can run without time passing. */
  runReady(): void {
    this.runTo(this.time());
  }

  /** Lets time pass to the next timer or completion, and runs all of that moment; false if there is none. */
  runToNextTimer(): boolean {
    if (!this.runTo(this.time())) return false;
    const next = Math.min(this.timers.peek(), this.world.nextCompletion());
    if (next === Number.POSITIVE_INFINITY) return false;
    this.runTo(next);
    return true;
  }

  /**
   * Runs all that happens up to and including the virtual time `time` (ms), where the clock stands afterwards; or further
   * on, if a computation carried it there.
   */
  runUntil(time: number): void {
    if (!Number.isFinite(time)) {
      throw new ValueError(`runUntil() needs a finite time in ms, got ${describeValue(time)}`);
    }
    this.runTo(time);
  }

  /** False if it was stopped on the way. */
  private runTo(time: number): boolean {
    return this.drive(() => {
      while ((this.remaining > 0 || this.time() <= time) && this.advance(time))
        if (this.stopping) return false;
      if (this.time() < time) this.world.idle(time);
      return true;
    }, time);
  }

  /**
   * Runs as long as `goOn()` holds, which is asked before each iteration. False if there is nothing left to run up to the time
   * `until` (ms); the clock then stays where it is. @internal
   */
  runWhile(goOn: () => boolean, until = Number.POSITIVE_INFINITY): boolean {
    return this.drive(() => {
      while (goOn()) {
        if (!this.iterate(until)) return false;
        if (this.stopping) break;
      }
      return true;
    });
  }

  /** `runUntil` the time `ms` from now. */
  advanceBy(ms: number): void {
    if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY))
      throw new ValueError(`advanceBy() goes forward by a number of ms, got ${describeValue(ms)}`);
    this.runUntil(this.time() + ms);
  }

  /** Runs until nothing is ready, no timer is set and nothing is under way outside. */
  runUntilIdle(): void {
    this.drive(() => {
      while (this.advance(Number.POSITIVE_INFINITY)) if (this.stopping) break;
    }, Number.POSITIVE_INFINITY);
  }

  /** Has the loop stop after the current iteration. Mirrors `loop.stop`. */
  stop(): void {
    this.stopping = true;
    if (this.isRunning()) running.turn.lookCloser();
    if (this.tracer.active) this.tracer.emit(CODE['loop:stop'], this.tracer.cause, this.number);
  }

  /** Whether it runs right now. Mirrors `loop.is_running`. */
  isRunning(): boolean {
    return running.loop === this;
  }

  /** Whether it was closed. Mirrors `loop.is_closed`. */
  isClosed(): boolean {
    return this.closed;
  }

  /**
   * Sets the stage for a driver, and clears it afterwards, whatever happens. A driver that does not look at the loop between two
   * iterations says up to what time (ms) it goes.
   */
  private drive<R>(body: () => R, until = Number.NEGATIVE_INFINITY): R {
    this.checkCanRun();
    const { tracer } = this;
    running.loop = this;
    const outerTurn = running.turn;
    running.turn = new Turn(until);
    if (this.world.invariants !== null) this.oneByOne = true; // claimed outside of this loop
    if (tracer.active || this.oneByOne || this.policy?.choose || this.stopping) running.turn.lookCloser();
    const { coroutines } = this;
    if (coroutines !== null) running.watch = (coroutine) => coroutines.add(coroutine);
    const outerContext = running.context;
    running.context = null; // each step and callback brings its own
    running.tracer = tracer.active ? tracer : null;
    running.immediateLimit = this.limits.immediateAwaits;
    const { sites } = this.world;
    if (sites !== null) running.site = (isAwait) => sites.note(isAwait);
    const restoreConsole = this.captureConsole ? this.takeConsole() : null;
    try {
      if (tracer.active) tracer.cause = tracer.emit(CODE['loop:run'], tracer.cause, this.number);
      return body();
    } catch (error) {
      this.remaining = 0; // what is left of the batch is in the ready queue like anything else
      throw tracer.failure?.error ?? error;
    } finally {
      this.stopping = false;
      try {
        // What the program does until a loop runs again is caused by nothing in this one.
        if (tracer.active && tracer.failure === null)
          tracer.cause = tracer.emit(CODE['loop:return'], tracer.cause, this.number, this.remaining);
      } finally {
        // Also where the log has no room for these two events: the next loop must be able to run.
        running.loop = null;
        running.tracer = null;
        running.turn = outerTurn;
        running.watch = null;
        running.site = null;
        running.context = outerContext;
        restoreConsole?.();
      }
    }
  }

  /**
   * Closes the loop: what is ready or timed is dropped. Mirrors `loop.close`; it does nothing the second time, and
   * throws a RuntimeError while the loop runs.
   *
   * Now is reported, to the exception handler, what Python reports when an object is garbage collected: exceptions that
   * nobody looked at, tasks still pending, and (in debug mode) coroutines that were never awaited. Suspended coroutines
   * are left as they are; their `finally` blocks don't run.
   */
  close(): void {
    if (this.isRunning()) throw new RuntimeError('Cannot close a running event loop');
    if (this.closed) return;
    try {
      this.reportLeftovers();
    } finally {
      this.closeAtOnce(); // also where the exception handler ends the program
    }
  }

  private closeAtOnce(): void {
    this.closed = true;
    this.careful = true;
    if (this.tracer.active) this.tracer.emit(CODE['loop:close'], 0, this.number);
    for (const task of this.allTasks()) this.tasks.add(task); // or else they would be lost with the queue
    this.ready.clear();
    this.timers.clear();
    this.completed = [];
    this.remaining = 0;
  }

  // ---- tasks ----------------------------------------------------------------------------------------

  /**
   * The tasks that are not done, in the order of creation. Mirrors `asyncio.all_tasks`.
   *
   * The loop keeps them alive; asyncio holds only weak references, so that there a task nobody else holds may vanish.
   */
  allTasks(): Task<unknown>[] {
    running.tracer?.lookedAround('tasks');
    const tasks = new Set<Task<unknown>>();
    const timers = this.timers.inOrder().map(({ timer }) => timer);
    // Those that are not in the list are about to take a step, take one, or sleep.
    for (const entry of [...this.tasks, ...this.ready, running.turn.task, ...timers]) {
      const task = entry instanceof Sleep ? entry.task : entry;
      if (task instanceof Task && !task.done() && task.loop === this) tasks.add(task);
    }
    return [...tasks].sort((a, b) => a.id - b.id);
  }

  /** Who waits for what, when nothing can happen any more; told in the trace as well, as it is thrown. @internal */
  explainDeadlock(): DeadlockError {
    const ready = [...this.ready];
    const tasks = this.allTasks().filter((task) => !ready.includes(task));
    const { processor } = this.world;
    const waiting = [...tasks, ...(processor?.waiting() ?? [])];
    if (ready.length === 0) return explainDeadlock(this.world, waiting);
    // Whoever shares the CPU put it there: the loop's own code runs only while the loop is awake.
    const putBy = processor?.unawares ?? 'somebody else';
    return explainDeadlock(this.world, waiting, { names: ready.map(nameOf), putBy });
  }

  // ---- output, errors, chance ------------------------------------------------------------------------

  /** Writes a line of the program's output, with its virtual time and task in the trace. */
  print(line: string): void {
    const { tracer, world } = this;
    if (world.sites !== null) world.sites.note(false);
    if (tracer.active) tracer.emit(CODE.print, tracer.cause, running.turn.task?.id ?? 0, 0, 0, line);
    this.write(line);
  }

  /** Sets who is told of errors that nobody else would see; null: they are written to the console. */
  setExceptionHandler(handler: ExceptionHandler | null): void {
    this.exceptionHandler = handler;
  }

  /** Who is told of errors; null: the console. Mirrors `loop.get_exception_handler`. */
  getExceptionHandler(): ExceptionHandler | null {
    return this.exceptionHandler;
  }

  /** Tells the exception handler. Mirrors `loop.call_exception_handler`. */
  callExceptionHandler(context: ExceptionContext): void {
    const { tracer } = this;
    const detail = context.exception === undefined ? '' : describeValue(context.exception);
    if (tracer.active)
      tracer.emit(CODE.error, tracer.cause, running.turn.task?.id ?? 0, 0, 0, [context.message, detail]);
    if (this.exceptionHandler === null) return logException(context);
    try {
      this.exceptionHandler(this, context);
    } catch (error) {
      if (error instanceof LoopExit) throw error;
      // A handler that fails otherwise must not stop the loop.
      logException({ message: 'Unhandled error in exception handler', exception: error });
      logException(context); // what it was to be told would be lost
    }
  }

  /** @internal */
  tooManyAwaits(task: string): LimitError {
    return new LimitError(
      `the task ${task} awaited ${this.limits.immediateAwaits} times in one step without ever suspending: awaiting what ` +
        'is there already gives nobody else a turn. Put a sleep(0) into its loop, or raise limits.immediateAwaits',
    );
  }

  private reportLeftovers(): void {
    for (const future of [...this.unretrieved]) {
      const kind = future instanceof Task ? `Task ${future.getName()}` : 'Future';
      this.callExceptionHandler({
        message: `${kind} exception was never retrieved`,
        exception: future.exception(),
        future,
      });
    }
    for (const task of this.allTasks()) {
      if ((task.state & UNREPORTED) !== 0) continue;
      this.callExceptionHandler({ message: `Task ${task.getName()} was destroyed but it is pending!`, task });
    }
    for (const message of this.coroutines?.reports() ?? []) this.callExceptionHandler({ message });
  }

  private checkCanRun(): void {
    if (this.closed) throw this.closedError('run');
    if (this.isRunning())
      throw new RuntimeError(
        'This event loop is already running: a coroutine awaits by yield*, it does not run the loop',
      );
    if (running.loop !== null)
      throw new RuntimeError('Cannot run the event loop while another loop is running');
  }

  private cannotSchedule(what: string, callback: unknown): Error {
    if (this.closed) return this.closedError(what);
    return new TypeError(`a callback was expected by ${what}(), got ${describeValue(callback)}`);
  }

  private closedError(what: string): RuntimeError {
    return new RuntimeError(`Event loop is closed: ${what} is not possible any more`);
  }

  private tooManyIterations(): LimitError {
    const stuck = this.iteration <= this.limits.iterations;
    const names = [...this.ready].slice(0, 5).map(nameOf);
    const { iterations, iterationsPerInstant } = this.limits;
    return new LimitError(
      stuck
        ? `the clock has stood at ${this.time()} ms for ${iterationsPerInstant} iterations, and still ready: ${names.join(', ')}. ` +
            'Whatever goes round there never waits for time to pass: let it sleep, or raise limits.iterationsPerInstant'
        : `no end after ${iterations} iterations, at ${this.time()} ms: a program that never ends? ` +
            'Give it an end, or raise limits.iterations',
    );
  }

  private takeConsole(): () => void {
    const { log } = console;
    const write = this.write;
    console.log = (...values: unknown[]) => {
      // The output itself may well end in console.log.
      console.log = log;
      if (running.loop === this) this.print(values.map(formatValue).join(' '));
      else write(values.map(formatValue).join(' '));
      console.log = captured;
    };
    const captured = console.log;
    return () => {
      console.log = log;
    };
  }
}

function nameOf(entry: Ready): string {
  return entry instanceof Task ? entry.getName() : 'a callback';
}

function logException({ message, exception }: ExceptionContext): void {
  if (exception === undefined) console.error(message);
  else console.error(message, exception);
}
