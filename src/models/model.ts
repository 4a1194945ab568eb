/**
 * The models of execution: by which rules several activities share a machine.
 *
 *     sequential    one after the other                      waits add up, and so does work
 *     coroutines    tasks of one event loop                  waits overlap, work doesn't
 *     threads       threads of one process, under its GIL    waits overlap, work takes turns
 *     free threads  the same without a GIL                   both overlap, as far as there are cores
 *     processes     a process each, with a GIL of its own    both overlap; each start, and each hand-over, costs
 *
 * A model is a small object: a name, its options, and a way to run a workload while a sink takes the trace. It measures
 * nothing. What a run took is read from its trace alone (see summary.ts).
 */

import { gather } from '../combinators/gather.ts';
import type { Coroutine } from '../core/coroutine.ts';
import { createTask, getRunningLoop } from '../core/current.ts';
import { DeadlockError, describeValue, RuntimeError, ValueError } from '../core/errors.ts';
import { EventLoop } from '../core/loop.ts';
import type { SchedulingPolicy } from '../core/policy.ts';
import { run } from '../core/runner.ts';
import { running } from '../core/running.ts';
import { type Costs, checkCosts, NO_COSTS } from '../cpu/costs.ts';
import { currentThread } from '../cpu/current-thread.ts';
import { HandOver } from '../cpu/executor.ts';
import { Machine } from '../cpu/machine.ts';
import { Process } from '../cpu/process.ts';
import { runThreads, Thread } from '../cpu/thread.ts';
import type { TraceSink } from '../trace/events.ts';
import { Failures, type Job, jobsOf, type WorkloadSource } from './workload.ts';

/** The machine that a model runs on, and what it costs there. */
export interface ModelOptions {
  /** Cores; 4 by default. One loop, and a sequential program, use one of them. */
  readonly cores?: number;
  /** How long (ms) a thread waits for the GIL before it asks for it; 5 by default. */
  readonly switchInterval?: number;
  /** How long (ms) a thread keeps a core while others wait for one; 4 by default. */
  readonly timeSlice?: number;
  /** What switching, starting and handing over cost; nothing by default. */
  readonly costs?: Partial<Costs>;
  /** Seed of the one source of chance; 0 by default. */
  readonly seed?: number;
  /** Decides what the rules leave open; faithful by default. */
  readonly policy?: SchedulingPolicy;
}

/** The same, for one model: with a name to tell it from its like. */
export interface NamedModelOptions extends ModelOptions {
  readonly name?: string;
}

/** Options with their defaults. */
interface Settings {
  readonly cores: number;
  readonly switchInterval: number;
  readonly timeSlice: number;
  readonly costs: Costs;
  readonly seed: number;
  readonly policy?: SchedulingPolicy;
}

type Execution = (jobs: readonly Job[], settings: Settings, trace: TraceSink | null) => void;

/** Rules by which a workload is run. */
export class Model {
  readonly name: string;
  /** What it was made with. */
  readonly options: ModelOptions;
  readonly #execute: Execution;
  readonly #free: Partial<Costs>;

  /** `free`: what is not charged under these rules. @internal */
  constructor(
    name: string,
    { name: given, ...options }: NamedModelOptions,
    execute: Execution,
    free: Partial<Costs> = {},
  ) {
    this.name = given ?? name;
    this.options = options;
    this.#execute = execute;
    this.#free = free;
    this.settings();
  }

  /** The options that hold in a run: its own, then `defaults`, then what is usual. Throws a ValueError. @internal */
  settings(defaults: ModelOptions = {}): Settings {
    const {
      cores = 4,
      switchInterval = 5,
      timeSlice = 4,
      seed = 0,
      policy,
    } = { ...defaults, ...this.options };
    const costs = { ...checkCosts(defaults.costs), ...this.options.costs };
    new Machine({ cores, switchInterval, timeSlice, costs }); // refuses what is impossible
    if (typeof seed !== 'number' || !Number.isFinite(seed))
      throw new ValueError(`a seed is a finite number, got ${describeValue(seed)}`);
    const shared = { cores, switchInterval, timeSlice, costs: { ...costs, ...this.#free }, seed };
    return policy === undefined ? shared : { ...shared, policy };
  }

  /**
   * Runs a workload from 0 ms on, in a world of its own, and writes its trace; what it prints is in there, and nowhere
   * else. In a script, and without a trace, it goes on with the clock and the trace of the script. `defaults` hold where the model's own options say nothing.
   *
   * Returns what an activity threw, the first that did (the others go on), or the deadlock in which all ended; null if all
   * went well. Throws a TypeError or ValueError for a workload that is none, a RuntimeError in a loop or thread.
   *
   * @example threads({ cores: 2 }).run({ a: [busy(10)], b: [busy(10)] }, new Recorder()) // null
   */
  run(workload: WorkloadSource, trace: TraceSink | null = null, defaults: ModelOptions = {}): unknown {
    if (running.loop !== null || currentThread() !== null)
      throw new RuntimeError(
        'a model runs programs of its own: not in a running event loop, nor in a thread',
      );
    const settings = this.settings(defaults);
    const failures = new Failures();
    const jobs = jobsOf(workload, failures);
    const { script } = running;
    if (trace !== null) running.script = null; // its clock is another one
    let error: unknown = null;
    try {
      this.#execute(jobs, settings, trace);
    } catch (thrown) {
      error = thrown;
    } finally {
      running.script = script;
    }
    if (failures.mistake !== null) throw failures.mistake;
    // That others stood still for ever in the end may well be because of what came first.
    if (error !== null && !(error instanceof DeadlockError)) return error;
    return failures.first?.error ?? error;
  }

  /** Whether it does as `sequential()` does. @internal */
  get isSequential(): boolean {
    return this.#execute === oneByOne && Object.keys(this.options).length === 0;
  }

  toString(): string {
    return `the model ${this.name}`;
  }
}

/** What is printed is in the trace; what fails is among the failures. */
const SILENT = { print: () => {}, exceptionHandler: () => {} };

/**
 * One activity after the other, in one thread, as a plain script does them: whoever waits has all wait.
 *
 * Nothing has to be started or switched, so nothing of that is charged.
 *
 * @example compare(chores, [sequential(), coroutines()])
 */
export function sequential(options: NamedModelOptions = {}): Model {
  const { processMemory: _, ...free } = NO_COSTS;
  return new Model('sequential', options, oneByOne, free);
}

function oneByOne(jobs: readonly Job[], { seed, policy }: Settings, trace: TraceSink | null): void {
  const loop = new EventLoop({ ...SILENT, ...given(trace, policy), seed });
  for (const job of jobs) {
    const task = loop.createTask(job.perform(), { name: job.name });
    try {
      loop.runUntilComplete(task);
    } catch (error) {
      if (!task.done() || task.cancelled() || task.exception() !== error) throw error;
    }
  }
  loop.close();
}

/**
 * Each activity is a task of one event loop. What waits lets the others go on; what computes holds all of them up.
 *
 * Each step of a task, and each callback, costs `costs.coroutineSwitch`; each task `costs.coroutineCreate`, to the loop.
 *
 * @example coroutines({ costs: { coroutineSwitch: 0.002 } })
 */
export function coroutines(options: NamedModelOptions = {}): Model {
  return new Model('coroutines', options, inOneLoop);
}

function inOneLoop(jobs: readonly Job[], { costs, seed, policy }: Settings, trace: TraceSink | null): void {
  run(
    function* main(): Coroutine<void> {
      const { world } = getRunningLoop();
      const tasks = jobs.map((job) => {
        if (costs.coroutineCreate > 0) world.spend(costs.coroutineCreate, 'create');
        return createTask(job.perform(), { name: job.name });
      });
      yield* gather(tasks, { returnExceptions: true });
    },
    { ...SILENT, ...given(trace, policy), seed, name: 'main', stepCost: costs.coroutineSwitch },
  );
}

/**
 * Each activity is a thread of one process, under its GIL: what waits lets the others go on, and what computes takes turns
 * with them, one at a time on however many cores.
 *
 * @example threads({ switchInterval: 50, name: 'patient threads' })
 */
export function threads(options: NamedModelOptions = {}): Model {
  return new Model('threads', options, (jobs, settings, trace) => inThreads(jobs, settings, trace, true));
}

/**
 * Each activity is a thread of one process without a GIL: as many compute at a time as there are cores.
 *
 * @example freeThreads({ cores: 8 })
 */
export function freeThreads(options: NamedModelOptions = {}): Model {
  return new Model('free threads', options, (jobs, settings, trace) =>
    inThreads(jobs, settings, trace, false),
  );
}

function inThreads(jobs: readonly Job[], settings: Settings, trace: TraceSink | null, gil: boolean): void {
  onMachine(jobs, settings, trace, gil, (job) => new Thread(() => job.perform(), { name: job.name }));
}

/**
 * Each activity is a process with a GIL of its own: as many compute at a time as there are cores.
 *
 * Each start costs `costs.processCreate`; the activity is handed over to its process and its result back, at
 * `costs.handOver` each way.
 *
 * @example processes({ cores: 8, costs: { processCreate: 30, handOver: 1 } })
 */
export function processes(options: NamedModelOptions = {}): Model {
  return new Model('processes', options, inProcesses);
}

function inProcesses(jobs: readonly Job[], settings: Settings, trace: TraceSink | null): void {
  const { handOver } = settings.costs;
  onMachine(jobs, settings, trace, true, (job) => {
    const body = handOver === 0 ? () => job.perform() : () => handedOver(job, handOver);
    return new Process(body, { name: job.name });
  });
}

function* handedOver(job: Job, ms: number): Coroutine<void> {
  yield* new HandOver(ms);
  try {
    yield* job.perform();
  } finally {
    yield* new HandOver(ms); // what it threw comes back as well
  }
}

/** A main thread starts all of them, and waits for one after the other. */
function onMachine(
  jobs: readonly Job[],
  { cores, switchInterval, timeSlice, costs, seed, policy }: Settings,
  trace: TraceSink | null,
  gil: boolean,
  make: (job: Job) => Thread<void>,
): void {
  runThreads(
    function* main(): Coroutine<void> {
      const started = jobs.map((job) => make(job).start());
      for (const thread of started) yield* thread.join();
    },
    {
      ...SILENT,
      ...given(trace, policy),
      seed,
      name: 'main',
      cores,
      switchInterval,
      timeSlice,
      costs,
      gil,
    },
  );
}

function given(trace: TraceSink | null, policy: SchedulingPolicy | undefined) {
  return { ...(trace && { trace }), ...(policy && { policy }) };
}

/** All five models, in the order in which one learns them. */
export function allModels(options: ModelOptions = {}): Model[] {
  return [sequential, coroutines, threads, freeThreads, processes].map((make) => make(options));
}
