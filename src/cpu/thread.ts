import type { Adjust } from '../core/adjust.ts';
import { type Awaitable, type Coroutine, WAIT } from '../core/coroutine.ts';
import { getRunningLoop } from '../core/current.ts';
import {
  DeadlockError,
  describeValue,
  isAsync,
  LimitError,
  LoopExit,
  PROMISE_HINT,
  RuntimeError,
  ValueError,
} from '../core/errors.ts';
import type { Future } from '../core/future.ts';
import { EventLoop } from '../core/loop.ts';
import { Oracle } from '../core/oracle.ts';
import type { SchedulingPolicy } from '../core/policy.ts';
import { running } from '../core/running.ts';
import { PARKED, type Suspension, type WaitDescription } from '../core/suspension.ts';
import { type SiteOption, World, worldHere } from '../core/world.ts';
import { CODE, type Outcome, type TraceSink } from '../trace/events.ts';
import { currentThread, onStage } from './current-thread.ts';
import {
  checkOptions,
  type Interpreter,
  Machine,
  type MachineOptions,
  type ThreadExceptionHandler,
} from './machine.ts';
import { Operation } from './operation.ts';
import { Schedulable } from './schedulable.ts';
import { callSoonThreadsafe, ThreadFuture } from './threadsafe.ts';

/** What a thread runs: a function that makes a coroutine, in which `yield*` marks where the thread may lose the CPU. */
export type ThreadBody<T = unknown> = () => Coroutine<T>;

/** How a thread is made. */
export interface ThreadOptions {
  /** Its name; by default `Thread-1`, `Thread-2` … */
  readonly name?: string;
  /** Nobody waits for it at the end of the program. */
  readonly daemon?: boolean;
}

/** What a body gave, if it is a coroutine; throws a TypeError that says what it should be. @internal */
export function checkBody<T>(coroutine: unknown, what: string): Coroutine<T> {
  if (isAsync(coroutine)) throw new TypeError(`${what} can not be an async function: ${PROMISE_HINT}`);
  if (typeof (coroutine as Coroutine<T> | undefined)?.next !== 'function')
    throw new TypeError(`${what} is a function*, and this returned ${describeValue(coroutine)}`);
  return coroutine as Coroutine<T>;
}

/** The machine of the loop, script or thread that runs; made there when it is first needed. @internal */
export function machineHere(what: string): Machine {
  const world = worldHere(what);
  if (world.processor === null) new Machine().attach(world);
  return world.processor as Machine;
}

/**
 * A thread of a simulated machine. Mirrors `threading.Thread`.
 *
 * Its body is a generator function, as a coroutine's is, but `yield*` means something else in it: not "others may run
 * now" but "this takes time", by `busy(ms)`, `blocked(ms)`, `request(device)` and the thread's own locks. The operating
 * system, and the GIL, may take the CPU away in the middle of a `busy`; the plain statements between two `yield*` are
 * never interrupted. What it throws is its own affair: it is reported, and nobody else fails.
 *
 * @example
 * const cook = new Thread(function* () { yield* busy(30); }, { name: 'cook' }).start();
 * yield* cook.join();
 */
export class Thread<T = unknown> extends Schedulable {
  /** Nobody waits for it at the end of the program. */
  readonly daemon: boolean;
  private readonly body: ThreadBody<T>;
  private coroutine: Coroutine<T> | null;
  /** What it is suspended by. @internal */
  wait: WaitDescription | null;
  private readonly joining: (() => void)[];
  private outcome: Outcome | null;
  private value: unknown;

  constructor(body: ThreadBody<T>, options: ThreadOptions = {}, process?: Interpreter) {
    if (typeof body !== 'function')
      throw new TypeError(
        `a thread takes a generator function, to be called by the thread itself, got ${describeValue(body)}`,
      );
    const machine = process?.machine ?? machineHere('a thread');
    // A loop or script that starts threads is a thread among them.
    if (process === undefined && currentThread() === null) machine.admitHost();
    super(machine, process ?? currentThread()?.process ?? machine.mainProcess(), options.name ?? '');
    this.daemon = options.daemon ?? false;
    this.body = body;
    this.coroutine = null;
    this.wait = null;
    this.joining = [];
    this.outcome = null;
    this.value = undefined;
    machine.add(this, machine.currentId());
  }

  /**
   * Starts it: from now on it wants to run. Throws a RuntimeError the second time. Mirrors `Thread.start`.
   *
   * The statements up to the next `yield*` come first; then, as in CPython, the new thread has the GIL for a switch interval,
   * or until it blocks, before the one that started it goes on.
   */
  start(): this {
    if (this.phase !== 'new')
      throw new RuntimeError(`threads can only be started once: ${this.name} was started before`);
    const { machine } = this;
    if (!this.daemon) machine.unfinished++;
    machine.charge(this, this.creationCost(), 'create');
    machine.wake(this, machine.world.tracer.cause);
    machine.letBegin(this);
    return this;
  }

  /** @internal */
  protected creationCost(): number {
    return this.machine.costs.threadCreate;
  }

  /** Whether it was started and is not over. Mirrors `Thread.is_alive`. */
  isAlive(): boolean {
    return this.phase !== 'new' && this.phase !== 'done';
  }

  /**
   * Waits until it is over, however it ends; gives nothing. Mirrors `Thread.join`.
   *
   * Throws a RuntimeError for a thread that was not started, and in the thread itself. In a coroutine it lets the other
   * tasks run.
   */
  join(): Awaitable<void> {
    return new Join(this as Thread<unknown>);
  }

  /** What its body returned; throws what it threw, or a RuntimeError if it is not over. */
  result(): T {
    if (this.outcome === 'result') return this.value as T;
    if (this.outcome === null) throw new RuntimeError(`the thread ${this.name} is not over: join it before`);
    throw this.value;
  }

  /** Has `callback` called when it is over; at once if it is. @internal */
  whenDone(callback: () => void): void {
    if (this.done()) callback();
    else this.joining.push(callback);
  }

  /** @internal */
  waitsFor(): WaitDescription | null {
    return this.phase === 'waiting' ? this.wait : null;
  }

  /** Suspends it: what it waits for wakes it. Only while its code runs. @internal */
  suspend(wait: WaitDescription): void {
    this.wait = wait;
    this.machine.park(this, wait);
  }

  /** Runs its code up to where it next takes time. @internal */
  resume(): void {
    const { machine } = this;
    this.wait = null;
    machine.enter(this);
    onStage.thread = this as Thread<unknown>;
    let result: IteratorResult<unknown, T> | null = null;
    let thrown: unknown;
    try {
      this.coroutine ??= this.begin();
      result = this.coroutine.next();
      while (!result.done && (result as unknown) !== PARKED) {
        result = this.coroutine.throw(this.badYield(result.value));
      }
    } catch (error) {
      result = null;
      thrown = error;
    } finally {
      onStage.thread = null;
      machine.leave();
    }
    // Off the stage: whoever is told of an error finds the loop running that runs.
    if (result === null) this.fail(thrown);
    else if (result.done)
      this.end('result', result.value, result.value === undefined ? '' : describeValue(result.value));
    machine.world.invariants?.check(this.name, 0);
  }

  private begin(): Coroutine<T> {
    return checkBody<T>(this.body(), 'the body of a thread');
  }

  private badYield(value: unknown): RuntimeError {
    const isOurs =
      value instanceof Operation || (typeof value === 'object' && value !== null && 'kind' in value);
    return new RuntimeError(
      `the thread ${this.name} yielded ${isOurs ? value : describeValue(value)}: write yield* before busy(), blocked() or whatever takes time`,
    );
  }

  /** Whether it ended with an error. @internal */
  get failed(): boolean {
    return this.outcome === 'exception';
  }

  private fail(error: unknown): void {
    const { tracer } = this.machine.world;
    if (error instanceof LimitError) throw error;
    if (tracer.failure !== null)
      throw new LimitError('the program was stopped, because its trace can not be recorded any more', {
        cause: error,
      });
    this.end('exception', error, describeValue(error));
  }

  /** @internal */
  protected end(outcome: Outcome, value: unknown, detail: string): void {
    const { machine } = this;
    const { tracer } = machine.world;
    this.outcome = outcome;
    this.value = value;
    this.coroutine = null;
    if (tracer.active)
      this.event = tracer.emit(CODE['thread:done'], this.event, this.id, 0, 0, [outcome, detail]);
    if (!this.daemon) machine.unfinished--;
    machine.end(this);
    const outer = tracer.cause;
    tracer.cause = this.event;
    try {
      if (outcome === 'exception') this.report(value);
      for (const callback of this.joining) callback();
    } finally {
      tracer.cause = outer;
    }
  }

  /** Tells of an error that is nobody else's. As in Python, SystemExit ends a thread in silence. */
  protected report(error: unknown): void {
    if (error instanceof LoopExit) return;
    const message = `Exception in thread ${this.name}`;
    const { outside, world } = this.machine;
    const handler = outside.exceptionHandler;
    const loop = handler === null ? loopToTell(outside.loop) : null;
    if (loop !== null) return loop.callExceptionHandler({ message, exception: error });
    const { tracer } = world;
    if (tracer.active) tracer.emit(CODE.error, tracer.cause, 0, 0, 0, [message, describeValue(error)]);
    if (handler === null) console.error(message, error);
    else handler({ message, exception: error, thread: this.name });
  }
}

/** The loop whose handler is told: the one that runs; else one with the settings of the script, or that has ended; null: none. */
function loopToTell(ended: EventLoop | null): EventLoop | null {
  if (running.loop !== null) return running.loop;
  if (running.script?.options.exceptionHandler === undefined) return ended;
  return new EventLoop();
}

/** `thread.join()`. */
class Join extends Operation<void> {
  private readonly joined: Thread<unknown>;

  constructor(joined: Thread<unknown>) {
    super();
    this.joined = joined;
  }

  protected attempt(thread: Thread<unknown>, isFirst: boolean): undefined | typeof WAIT {
    const { joined } = this;
    if (!isFirst) return undefined;
    if (joined.phase === 'new') throw notStarted(joined);
    if (joined === thread)
      throw new RuntimeError(`cannot join current thread: ${thread.name} would wait for itself, for ever`);
    if (joined.done()) return undefined;
    const { machine } = thread;
    thread.suspend({ on: 'thread', target: joined, reason: 'join', name: joined.name, holders: [joined] });
    joined.whenDone(() => machine.wake(thread, machine.world.tracer.cause));
    return WAIT;
  }

  protected override inCoroutine(): Iterator<Suspension, void, unknown> {
    const { joined } = this;
    if (joined.phase === 'new') throw notStarted(joined);
    const over = new ThreadFuture<void>(getRunningLoop(), 'join', joined.name, () => [joined]);
    joined.whenDone(() => {
      // Nobody may be there any more to be told: the wait was given up, or the loop has come to its end.
      if (!over.loop.isClosed() && !over.done()) callSoonThreadsafe(over.loop, threadEnd, over);
    });
    return over[Symbol.iterator]();
  }

  override toString(): string {
    return `join() of the thread ${this.joined.name}`;
  }
}

/** In the loop: a thread is over, for whom waits for that. Its name is what the trace has of it. @internal */
export function threadEnd(future: Future<void>): void {
  if (!future.done()) future.setResult();
}

function notStarted(thread: Thread<unknown>): RuntimeError {
  return new RuntimeError(`cannot join the thread ${thread.name} before it is started`);
}

/** How `runThreads` sets up its machine and its main thread. */
export interface RunThreadsOptions extends MachineOptions {
  /** The name of the main thread; `MainThread` by default. */
  readonly name?: string;
  /** Seed of the one source of chance; 0 by default. */
  readonly seed?: number;
  /** Where events are written, such as a `Recorder`. */
  readonly trace?: TraceSink;
  /** Decides what the rules leave open; faithful by default. */
  readonly policy?: SchedulingPolicy;
  /** As that of a loop: gives the ms that something takes instead of those that it would. */
  readonly adjust?: Adjust;
  /** Where a line of output goes; to the console by default. */
  readonly print?: (line: string) => void;
  /** Write into the trace at which line things happen, for a stepper; as in `LoopOptions`. */
  readonly sites?: SiteOption;
  /** Who is told of what a thread throws, except the main one; the console by default. */
  readonly exceptionHandler?: ThreadExceptionHandler;
}

/**
 * Runs a program of threads, without an event loop: its main thread, and all that are started from it.
 *
 * Returns what the main thread returns, when all threads but daemons are over; throws what it throws. In a script it goes
 * on with the script's clock and trace; elsewhere its clock starts at 0. Throws a DeadlockError that names who waits for
 * whom, if nothing can ever happen again; a RuntimeError in a running loop, or in a thread.
 *
 * @example
 * runThreads(function* () {
 *   const cooks = ['rice', 'soup'].map((name) => new Thread(() => cook(name), { name }).start());
 *   for (const cook of cooks) yield* cook.join();
 * }, { cores: 2, trace: recorder });
 */
export function runThreads<T>(main: ThreadBody<T>, options: RunThreadsOptions = {}): T {
  if (currentThread() !== null)
    throw new RuntimeError('runThreads() can not be called in a thread: start another Thread');
  if (running.loop !== null)
    throw new RuntimeError(
      'runThreads() can not be called in a running event loop: use toThread(), or start a Thread',
    );
  const { script } = running;
  checkOptions(options, 'runThreads()', NOT_OF_THE_MACHINE);
  if (script !== null && options.trace !== undefined)
    throw new ValueError('in a script the trace is that of the script: runScript(script, { trace })');
  const settings = { ...script?.options, ...options };
  const world = script?.world ?? new World(options.trace ?? null);
  const machine = new Machine(ofTheMachine(options, script?.options.limits?.threadSteps));
  const outer = { processor: world.processor, oracle: world.oracle };
  world.processor = null;
  if (settings.adjust) world.adjust = settings.adjust;
  machine.attach(world);
  world.askSites(settings.sites);
  machine.outside = {
    write: settings.print ?? script?.write ?? null,
    exceptionHandler: options.exceptionHandler ?? null,
    loop: null,
  };
  world.oracle = new Oracle(world, settings.seed ?? 0, settings.policy ?? null);
  const thread = new MainThread(main, { name: options.name ?? 'MainThread' }, machine.mainProcess());
  try {
    thread.start();
    machine.runThreads();
  } catch (error) {
    if (world.tracer.failure !== null) throw world.tracer.failure.error;
    // What the main thread threw comes first; that others stood still for ever may well be because of it.
    if (!thread.failed || !(error instanceof DeadlockError)) throw error;
  } finally {
    world.processor = outer.processor;
    world.oracle = outer.oracle;
  }
  const result = thread.result();
  if (script === null) world.invariants?.finish();
  return result;
}

/** The options of `runThreads` that are none of its machine's. */
const NOT_OF_THE_MACHINE: readonly Exclude<keyof RunThreadsOptions, keyof MachineOptions>[] = [
  'name',
  'seed',
  'trace',
  'policy',
  'print',
  'sites',
  'exceptionHandler',
];

function ofTheMachine(options: RunThreadsOptions, steps: number | undefined): MachineOptions {
  const { name, seed, trace, policy, print, sites, adjust, exceptionHandler, ...machine } = options;
  return steps === undefined || steps === Number.POSITIVE_INFINITY ? machine : { steps, ...machine };
}

/** What it throws is thrown by `runThreads`: nobody else has to be told. */
class MainThread<T> extends Thread<T> {
  protected override report(): void {}
}
