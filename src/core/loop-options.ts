import type { TraceSink } from '../trace/events.ts';
import type { Adjust } from './adjust.ts';
import { describeValue, ValueError } from './errors.ts';
import type { Future } from './future.ts';
import type { Handle } from './handle.ts';
import type { EventLoop } from './loop.ts';
import type { SchedulingPolicy } from './policy.ts';
import type { Task } from './task.ts';
import type { Processor, SiteOption, World } from './world.ts';

/**
 * Bounds that stop a runaway program with a LimitError. These are the loop's own; whoever shares the CPU with it may declare
 * others, optional and of 1 or more as well.
 */
export interface Limits {
  /** Iterations without the clock moving; 10 million by default. */
  readonly iterationsPerInstant: number;
  /** Iterations in all; no bound by default. */
  readonly iterations: number;
  /** Awaits in one step that are over at once and so never give others a turn; 10 million by default. */
  readonly immediateAwaits: number;
}

/** A simulated machine, as far as a loop has to know it. */
export type SharedMachine = Processor & { attach(world: World): void };

/** A machine for one run; or a function that makes one, for each run a new one. */
export type MachineOption = SharedMachine | (() => SharedMachine);

/** How a loop is set up. */
export interface LoopOptions {
  /** Seed of the loop's one source of chance; 0 by default. */
  readonly seed?: number;
  /** Where events are written, such as a `Recorder`. */
  readonly trace?: TraceSink;
  /** Report coroutines of the library that were made and never awaited, and slow callbacks. */
  readonly debug?: boolean;
  /** Decides what the rules leave open; faithful and free of cost by default. */
  readonly policy?: SchedulingPolicy;
  /** Tasks take their first step inside `createTask`, as with `asyncio.eager_task_factory`. */
  readonly eager?: boolean;
  readonly limits?: Partial<Limits>;
  /** Where a line of the program's output goes; to the console by default. */
  readonly print?: (line: string) => void;
  /** Who is told of errors that nobody else would see; the console by default. */
  readonly exceptionHandler?: ExceptionHandler;
  /** Take `console.log` inside simulated tasks and callbacks as `print`. */
  readonly captureConsole?: boolean;
  /** The world that time moves in; a new one, at 0 ms, by default. */
  readonly world?: World;
  /**
   * Who shares the CPU with the loop: a simulated machine. One of its own, if ever needed, by default. A machine is for one run: what
   * runs a program more than once (`explore`, `checkDeterminism`) takes a function that makes one, `() => new Machine({ cores: 2 })`,
   * and everybody else may.
   */
  readonly machine?: MachineOption;
  /**
   * CPU time (ms) that each step and callback takes besides what it computes: what switching costs. That of the machine,
   * `costs.coroutineSwitch`, by default.
   */
  readonly stepCost?: number;
  /**
   * Write into the trace at which line of the program each await begins, and everything else that a task does (compute, print,
   * create a task …), for a stepper. Slow; a function says how files are called, by default by the last two parts of their paths.
   */
  readonly sites?: SiteOption;
  /**
   * Gives the ms that a sleep, a computation, a blocking call or a request takes instead of those that it would: to ask "what
   * if" without touching the program (`whatIf` does). For all that shares the loop's world; nothing by default.
   */
  readonly adjust?: Adjust;
}

/** What the exception handler is told. */
export interface ExceptionContext {
  readonly message: string;
  readonly exception?: unknown;
  readonly future?: Future<unknown>;
  readonly task?: Task<unknown>;
  readonly handle?: Handle;
}

/** Called with errors that nobody else would see. Mirrors `loop.set_exception_handler`. */
export type ExceptionHandler = (loop: EventLoop, context: ExceptionContext) => void;

/** What to write for a machine. */
const MAKER = 'machine: () => new Machine({ … })';

/**
 * Puts the machine that is given, or made, behind a world; and returns it. Throws a TypeError for what is none, and a RuntimeError if
 * the machine or the world is taken. @internal
 */
export function attachMachine(option: MachineOption | undefined, world: World): SharedMachine | undefined {
  if (option === undefined) return undefined;
  const refuse = (got: string) =>
    new TypeError(`machine is a Machine, or a function that makes one, as in ${MAKER}: ${got}`);
  if (typeof option === 'function' && 'attach' in (option.prototype ?? {}))
    throw refuse(`got the class ${option.name} itself`);
  const machine = typeof option === 'function' ? option() : option;
  if (typeof machine?.attach !== 'function')
    throw refuse(`${typeof option === 'function' ? 'it returned' : 'got'} ${describeValue(machine)}`);
  machine.attach(world);
  return machine;
}

/** Refuses a machine where there is more than one run; `caller` says so. Throws a ValueError. @internal */
export function checkMachineMaker(caller: string, option: MachineOption | undefined): void {
  if (option === undefined || typeof option === 'function') return;
  throw new ValueError(
    `${caller}: each run needs a machine of its own, and this is one: write ${MAKER}, which makes one for each run`,
  );
}

/** The bounds given, and the default ones for the others. Throws a ValueError for what is no bound. @internal */
export function limitsFrom(given: Partial<Limits> = {}): Limits {
  const all = {
    iterationsPerInstant: 10_000_000,
    iterations: Number.POSITIVE_INFINITY,
    immediateAwaits: 10_000_000,
  };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!(typeof value === 'number' && value >= 1))
      throw new ValueError(`limits.${name} is a number of 1 or more, got ${describeValue(value)}`);
    all[name as keyof typeof all] = value;
  }
  return all;
}

/** What a step costs, in ms. Throws a ValueError for what is no time. @internal */
export function checkStepCost(ms: number): number {
  if (typeof ms === 'number' && ms >= 0 && ms < Number.POSITIVE_INFINITY) return ms;
  throw new ValueError(`stepCost is a time in ms, 0 or more, got ${describeValue(ms)}`);
}
