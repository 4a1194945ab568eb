/**
 * Executors: threads and processes that do jobs for an event loop, which goes on meanwhile, as far as the GIL lets it.
 *
 * The way of a result is asyncio's: the worker settles the job and wakes the loop; one iteration later the future is
 * settled, two later the task goes on. Cancelling the future takes a job out of the queue, but can't stop one that runs.
 * Mirrors `loop.run_in_executor` (base_events.py), `concurrent.futures` and `asyncio.to_thread` (threads.py).
 */

import { type Context, copyContext } from '../core/context.ts';
import { type Coroutine, named, WAIT } from '../core/coroutine.ts';
import { getRunningLoop } from '../core/current.ts';
import { describeValue, RuntimeError, ValueError } from '../core/errors.ts';
import { Fifo } from '../core/fifo.ts';
import { tag } from '../core/format.ts';
import type { Future } from '../core/future.ts';
import type { EventLoop } from '../core/loop.ts';
import { running } from '../core/running.ts';
import { currentThread } from './current-thread.ts';
import type { Interpreter, Machine } from './machine.ts';
import { Operation } from './operation.ts';
import { checkBody, machineHere, Thread, threadEnd } from './thread.ts';
import { callSoonThreadsafe, ThreadFuture } from './threadsafe.ts';

/** What an executor does: a generator function in which `yield*` marks what takes time, with its arguments. */
// biome-ignore lint/suspicious/noExplicitAny: the arguments are checked where they are given
export type Work<T = unknown, A extends any[] = any[]> = (...args: A) => Coroutine<T>;

/** How a pool is made. */
export interface PoolOptions {
  /** The most workers; for threads 32 or the number of cores and 4, whichever is less, for processes the number of cores. */
  readonly maxWorkers?: number;
  /** What its workers are called, with a number; `ThreadPool`, `ProcessPool` by default. */
  readonly name?: string;
}

/** What a worker does. */
interface Duty {
  /** Nobody has begun it, and nobody wants it. */
  readonly isDropped: boolean;
  /** Does it, in a worker. */
  perform(worker: Worker): Coroutine<void>;
}

/** A job of a pool: from `submit` to the end of its work. */
class Job<T = unknown> implements Duty {
  readonly pool: Executor;
  readonly loop: EventLoop;
  readonly work: () => Coroutine<T>;
  readonly future: ThreadFuture<T>;
  /** Who does it; null as long as it queues. */
  worker: Thread<unknown> | null;
  /** It is on its way to another process, and can't be taken back. */
  isSent: boolean;

  constructor(pool: Executor, loop: EventLoop, label: string, work: () => Coroutine<T>) {
    this.pool = pool;
    this.loop = loop;
    this.work = work;
    this.worker = null;
    this.isSent = false;
    this.future = new ThreadFuture<T>(loop, 'executor', label, () =>
      this.worker === null ? [] : [this.worker],
    );
  }

  get isDropped(): boolean {
    return this.worker === null && !this.isSent && this.future.done();
  }

  *perform(worker: Worker): Coroutine<void> {
    const { pool } = this;
    this.worker = worker;
    worker.job = this as Job;
    let isError = false;
    let value: unknown;
    yield* pool.unpack();
    try {
      value = yield* checkBody(this.work(), 'the work of an executor');
    } catch (error) {
      isError = true;
      value = error;
    }
    worker.job = null;
    yield* pool.return(this as Job, isError, value);
  }

  /** It is over: the loop will know. */
  settle(isError: boolean, value: unknown): void {
    if (this.loop.isClosed()) return;
    callSoonThreadsafe(this.loop, jobResult, this as Job, isError, value);
  }
}

/**
 * In the loop: the result of a job becomes that of its future, unless that was cancelled meanwhile. Its name is what the trace has
 * of it.
 */
function jobResult({ future, loop, pool }: Job, isError: boolean, value: unknown): void {
  pool.spendInLoop(loop);
  if (future.done()) return;
  if (isError) future.setException(value);
  else future.setResult(value);
}

/** Workers that take jobs from one queue. */
export abstract class Executor {
  readonly name: string;
  /** The most workers it will have; 0: the default of its kind. */
  private readonly wanted: number;
  protected readonly duties: Fifo<Duty>;
  private readonly workers: Worker[];
  protected isShutDown: boolean;
  protected machine: Machine | null;

  constructor(options: PoolOptions, name: string) {
    const { maxWorkers = 0 } = options;
    if (options.maxWorkers !== undefined && !(Number.isInteger(maxWorkers) && maxWorkers > 0))
      throw new ValueError(`maxWorkers must be a whole number above 0, got ${describeValue(maxWorkers)}`);
    this.name = options.name ?? name;
    this.wanted = maxWorkers;
    this.duties = new Fifo();
    this.workers = [];
    this.isShutDown = false;
    this.machine = null;
  }

  toString(): string {
    return tag('Executor', this.name, `workers=${this.workers.length}`);
  }

  /** How many workers it has at most on this machine. */
  protected abstract defaultWorkers(machine: Machine): number;
  /** The process in which its next worker lives. */
  protected abstract home(machine: Machine, name: string): Interpreter;
  /** @internal */
  abstract startCost(machine: Machine): number;

  /** Gives a job to the pool; a worker is started if all are busy and there may be more. @internal */
  submit<T>(loop: EventLoop, label: string, work: () => Coroutine<T>): Future<T> {
    const machine = this.open();
    const job = new Job(this, loop, label, work);
    loop.world.chance?.made(job, 'job', label, running.turn.task);
    machine.unfinished++; // the end of the program waits for it
    this.spendInLoop(loop);
    this.send(job as Job);
    return job.future;
  }

  /** What a loop spends on one way of a job. @internal */
  spendInLoop({ world }: EventLoop): void {
    const { jobSubmit } = this.machine!.costs;
    if (jobSubmit > 0) world.spend(jobSubmit / 2, 'submit');
  }

  /** The most workers it will have. */
  protected mostWorkers(machine: Machine): number {
    return this.wanted || this.defaultWorkers(machine);
  }

  /** The machine, for those who have something to do. */
  protected open(): Machine {
    if (this.isShutDown) throw new RuntimeError(`cannot schedule new futures after shutdown of ${this.name}`);
    const machine = machineHere('an executor');
    if (this.machine !== null && this.machine !== machine)
      throw new RuntimeError(`${this.name} belongs to another run: each run takes a new pool`);
    this.machine = machine;
    if (currentThread() === null) machine.admitHost();
    return machine;
  }

  /** Sees to it that a worker gets the job. */
  protected send(job: Job): void {
    this.employ(0);
    this.enqueue(job);
  }

  /** A job's value goes back to the loop. In the worker. @internal */
  *return(job: Job, isError: boolean, value: unknown): Coroutine<void> {
    this.settle(job, isError, value);
  }

  /** A job has come to its worker. In the worker. @internal */
  *unpack(): Coroutine<void> {}

  protected settle(job: Job, isError: boolean, value: unknown): void {
    job.settle(isError, value);
    this.machine!.unfinished--;
  }

  /** Starts another worker, if there may be more, and none is idle but for those that are called up soon. */
  protected employ(calledUp: number): void {
    const machine = this.machine!;
    if (this.workers.length === this.mostWorkers(machine)) return;
    if (this.workers.filter(({ isIdle }) => isIdle).length > calledUp) return;
    const name = this.nameOf(this.workers.length);
    const worker: Worker = new Worker(this, () => work(worker), name, this.home(machine, name));
    this.workers.push(worker);
    worker.start();
  }

  protected nameOf(worker: number): string {
    return `${this.name}-${worker}`;
  }

  protected enqueue(duty: Duty): void {
    this.duties.push(duty);
    this.workers.find(({ isIdle }) => isIdle)?.callUp();
  }

  /** The next thing to do for a worker; null if there is none. @internal */
  take(): Duty | null {
    while (this.duties.length > 0) {
      const duty = this.duties.shift();
      if (!duty.isDropped) return duty;
      this.machine!.unfinished--;
    }
    return null;
  }

  /** Whether its workers end when there is nothing left to do. @internal */
  get isClosing(): boolean {
    return this.isShutDown;
  }

  /** Idle workers look whether there is something to do, or ever will be. */
  protected rouse(): void {
    for (const worker of this.workers) if (worker.isIdle) worker.callUp();
  }

  /**
   * Takes no more jobs, at once; the workers do those that are there, and end. Awaited in a coroutine or thread, it waits
   * for that. Mirrors `Executor.shutdown`.
   */
  shutdown(): Coroutine<void> {
    this.dismiss();
    return this.joined();
  }

  /** Waits for the end of its workers. */
  protected *joined(): Coroutine<void> {
    for (const worker of this.workers) yield* worker.join();
  }

  /** The same for a loop that is shut down itself: no task of the program's, but a future. @internal */
  shutdownFor(loop: EventLoop): Future<void> {
    this.dismiss();
    const { workers } = this;
    const over = new ThreadFuture<void>(loop, 'shutdown', this.name, () =>
      workers.filter((one) => one.isAlive()),
    );
    let left = workers.length;
    for (const worker of workers)
      worker.whenDone(() => {
        if (--left === 0 && !loop.isClosed() && !over.done()) callSoonThreadsafe(loop, threadEnd, over);
      });
    return over;
  }

  private dismiss(): void {
    this.isShutDown = true;
    this.rouse();
  }
}

/** The body of a worker: a duty, and another one, until the pool is shut down and empty. */
function* work(worker: Worker): Coroutine<void> {
  for (;;) {
    const duty = yield* new NextDuty(worker);
    if (duty === null) return;
    yield* duty.perform(worker);
  }
}

/** A thread of a pool. */
class Worker extends Thread<void> {
  readonly pool: Executor;
  /** It waits for a job. */
  isIdle: boolean;
  /** The work that it is in the midst of. */
  job: Job | null;

  constructor(pool: Executor, body: () => Coroutine<void>, name: string, home: Interpreter) {
    super(body, { name, daemon: true }, home);
    this.pool = pool;
    this.isIdle = false;
    this.job = null;
  }

  /** Which worker does a job depends on when others are done: it is the job that asks. @internal */
  override get asker(): object {
    return this.job ?? this;
  }

  /** There is something to do. */
  callUp(): void {
    this.isIdle = false;
    const { machine } = this;
    machine.wake(this, machine.world.tracer.cause);
  }

  protected override creationCost(): number {
    return this.pool.startCost(this.machine);
  }
}

/** The worker waits for something to do; null: there will be nothing. */
class NextDuty extends Operation<Duty | null> {
  private readonly worker: Worker;

  constructor(worker: Worker) {
    super();
    this.worker = worker;
  }

  protected attempt(): Duty | null | typeof WAIT {
    const { worker } = this;
    const { pool } = worker;
    const duty = pool.take();
    if (duty !== null || pool.isClosing) return duty;
    worker.isIdle = true;
    worker.suspend({ on: 'future', target: null, reason: 'job', name: '', holders: [] });
    return WAIT;
  }

  override toString(): string {
    return 'a job';
  }
}

/**
 * A job, or its result, on its way between processes: half of it is done where it leaves, half where it arrives. `manage`: ms
 * that it takes besides.
 * @internal
 */
export class HandOver extends Operation<void> {
  private readonly ms: number;
  private readonly manage: number;

  constructor(ms: number, manage = 0) {
    super();
    this.ms = ms;
    this.manage = manage;
  }

  protected attempt(thread: Thread<unknown>, isFirst: boolean): undefined | typeof WAIT {
    if (!isFirst) return undefined;
    thread.machine.charge(thread, this.ms, 'pickle');
    thread.machine.charge(thread, this.manage, 'manage');
    thread.machine.want(thread, 0);
    return WAIT;
  }

  override toString(): string {
    return 'the hand-over of a job';
  }
}

/**
 * Threads that do jobs, in the loop's own process: they share its GIL. Mirrors `concurrent.futures.ThreadPoolExecutor`.
 *
 * @example
 * const pool = new ThreadPool({ maxWorkers: 2 });
 * const rows = yield* runInExecutor(pool, query, 'select 1');
 */
export class ThreadPool extends Executor {
  constructor(options: PoolOptions = {}) {
    super(options, 'ThreadPool');
  }

  protected defaultWorkers(machine: Machine): number {
    return Math.min(32, machine.cores.length + 4);
  }

  protected home(machine: Machine): Interpreter {
    return machine.mainProcess();
  }

  /** @internal */
  startCost(machine: Machine): number {
    return machine.costs.threadCreate;
  }
}

/**
 * The thread by which a pool of processes packs its jobs, and unpacks what comes back: in the loop's own process, so that both
 * take the GIL from the loop. In CPython there are two of them, `_ExecutorManagerThread` and that of the queue.
 */
class Manager extends ThreadPool {
  /** Does its part of one way of a job, and what is to be done then. */
  add(then: () => void): void {
    const { handOver, jobManage } = this.open().costs;
    this.employ(0);
    this.enqueue({
      isDropped: false,
      *perform() {
        yield* new HandOver(handOver / 2, jobManage / 2);
        then();
      },
    });
  }

  protected override nameOf(): string {
    return this.name;
  }
}

/**
 * Processes that do jobs, each with a GIL of its own. Mirrors `concurrent.futures.ProcessPoolExecutor`.
 *
 * A job and its result are handed over at `costs.handOver` each way: one half is spent by the worker, the other by a thread
 * of the loop's process, which does this for all workers, with `costs.jobManage` for each job besides. Hence a pool doesn't
 * speed up jobs that are small, however many workers it has. As many jobs as there may be workers, and one more, are sent
 * ahead, and those can't be taken back.
 *
 * @example
 * const sums = yield* gather(parts.map((part) => runInExecutor(pool, sumUp, part)));
 */
export class ProcessPool extends Executor {
  private readonly manager: Manager;
  /** Jobs that are not on their way yet. */
  private readonly unsent: Fifo<Job>;
  /** How many jobs are on their way to the workers. */
  private leaving: number;

  constructor(options: PoolOptions = {}) {
    super(options, 'ProcessPool');
    this.manager = new Manager({ maxWorkers: 1, name: `${this.name}-manager` });
    this.unsent = new Fifo();
    this.leaving = 0;
  }

  protected defaultWorkers(machine: Machine): number {
    return machine.cores.length;
  }

  protected home(machine: Machine, name: string): Interpreter {
    return machine.newProcess(name);
  }

  /** @internal */
  startCost(machine: Machine): number {
    return machine.costs.processCreate;
  }

  /** Whether sending takes time. */
  private get isCostly(): boolean {
    const { handOver, jobManage } = this.machine!.costs;
    return handOver + jobManage > 0;
  }

  protected override send(job: Job): void {
    if (!this.isCostly) return super.send(job);
    this.employ(this.leaving + this.unsent.length);
    this.unsent.push(job);
    this.sendAhead();
  }

  /** Fills the queue to the workers: as in CPython it is one job longer than there may be workers. */
  private sendAhead(): void {
    const places = this.mostWorkers(this.machine!) + 1;
    while (this.unsent.length > 0 && this.leaving + this.duties.length < places) {
      const job = this.unsent.shift();
      if (job.isDropped) this.machine!.unfinished--;
      else this.sendOff(job);
    }
  }

  private sendOff(job: Job): void {
    job.isSent = true;
    this.leaving++;
    this.manager.add(() => {
      this.leaving--;
      this.enqueue(job);
      if (this.isClosing) this.rouse();
    });
  }

  /** @internal */
  override *unpack(): Coroutine<void> {
    const { handOver } = this.machine!.costs;
    if (handOver > 0) yield* new HandOver(handOver / 2);
  }

  /** @internal */
  override *return(job: Job, isError: boolean, value: unknown): Coroutine<void> {
    if (!this.isCostly) return this.settle(job, isError, value);
    yield* new HandOver(this.machine!.costs.handOver / 2);
    this.manager.add(() => {
      this.settle(job, isError, value);
      this.sendAhead();
      if (this.isClosing) this.rouse();
    });
  }

  /** @internal */
  override get isClosing(): boolean {
    return this.isShutDown && this.leaving === 0 && this.unsent.length === 0;
  }

  protected override *joined(): Coroutine<void> {
    yield* super.joined();
    yield* this.manager.shutdown();
  }
}

const defaults = new WeakMap<EventLoop, ThreadPool>();

/** The pool of a loop for `toThread`; shut down when the loop is. */
function defaultPool(loop: EventLoop): ThreadPool {
  let pool = defaults.get(loop);
  if (pool === undefined) {
    const made = new ThreadPool({ name: 'asyncio' });
    pool = made;
    defaults.set(loop, made);
    loop.shutdowns.push(() => made.shutdownFor(loop)); // by then it has a worker, or else nobody asked for it
  }
  return pool;
}

/**
 * Has a function run by a pool (null: the loop's own, of threads); gives the future of its result. Mirrors
 * `loop.run_in_executor`.
 *
 * Throws a RuntimeError outside a loop, a TypeError for what is no generator function, and after the pool was shut down.
 *
 * @example const rows = yield* runInExecutor(null, function* () { yield* blocked(200, 'query'); return 3; });
 */
export function runInExecutor<T, A extends unknown[]>(
  pool: Executor | null,
  body: (...args: A) => Coroutine<T>,
  ...args: A
): Future<T> {
  const loop = checkCall('runInExecutor()', body);
  return (pool ?? defaultPool(loop)).submit(loop, body.name, () => body(...args));
}

/** The loop of the coroutine that calls; throws where there is none, and for what can't be called by a worker. */
function checkCall(what: string, body: unknown): EventLoop {
  if (currentThread() !== null)
    throw new RuntimeError(`${what} belongs to coroutines of the event loop, not to a thread`);
  const loop = getRunningLoop();
  if (typeof body !== 'function')
    throw new TypeError(
      `an executor takes a function* and calls it in its worker, got ${describeValue(body)}`,
    );
  return loop;
}

/**
 * Runs a function in a thread, and gives its result; the loop goes on meanwhile. Mirrors `asyncio.to_thread`.
 *
 * That helps against a blocking call, which gives the GIL up; against one that computes it doesn't, since the loop then has
 * to wait for the GIL again and again. Cancelling the task doesn't stop the thread. The context variables of the task are
 * there in the thread; what that sets, it sets in a copy. (`runInExecutor` leaves the worker its own.)
 *
 * @example const rows = yield* toThread(function* () { yield* blocked(200, 'query'); return 3; });
 */
export function toThread<T, A extends unknown[]>(
  body: (...args: A) => Coroutine<T>,
  ...args: A
): Coroutine<T> {
  return named('toThread()', inThread(body, args));
}

function* inThread<T, A extends unknown[]>(body: (...args: A) => Coroutine<T>, args: A): Coroutine<T> {
  const loop = checkCall('toThread()', body);
  const context = copyContext();
  return yield* defaultPool(loop).submit(loop, body.name, () => within(context, () => body(...args)));
}

/** The worker does it in another context than its own. */
function* within<T>(context: Context, body: () => Coroutine<T>): Coroutine<T> {
  const own = running.context;
  running.context = context;
  try {
    return yield* checkBody<T>(body(), 'the work of an executor');
  } finally {
    running.context = own;
  }
}
