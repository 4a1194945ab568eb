import { describeValue, ValueError } from '../core/errors.ts';

/**
 * What a machine's own work costs. All of it is zero unless you say otherwise: then only what a program does takes time,
 * and a picture shows the rules alone.
 */
export interface Costs {
  /** CPU ms that a core spends on going over to another thread of the same process. */
  readonly threadSwitch: number;
  /** The same, to a thread of another process. */
  readonly processSwitch: number;
  /** CPU ms that one step of a coroutine, or a callback, takes besides what it computes. */
  readonly coroutineSwitch: number;
  /** CPU ms until a new thread runs the first line of its body; spent by the new thread. */
  readonly threadCreate: number;
  /** The same for a process: the start of an interpreter. */
  readonly processCreate: number;
  /** CPU ms to make a task; spent by whoever makes it, in a loop that runs. */
  readonly coroutineCreate: number;
  /** CPU ms for one way of a job between processes: half of it to pickle it, or its result, half to unpickle it. */
  readonly handOver: number;
  /**
   * CPU ms that a pool of processes spends on each job besides, in its thread in the loop's process: to look for results among all
   * its workers, and to hand out the next job. Half of it when a job leaves, half when its result comes.
   */
  readonly jobManage: number;
  /** CPU ms that a loop spends on a job of an executor: half to submit it, half to take its result. */
  readonly jobSubmit: number;
  /** Bytes that a thread takes while it lives. */
  readonly threadMemory: number;
  readonly processMemory: number;
  readonly coroutineMemory: number;
}

/** Everything but the program's own work is free. */
export const NO_COSTS: Costs = {
  threadSwitch: 0,
  processSwitch: 0,
  coroutineSwitch: 0,
  threadCreate: 0,
  processCreate: 0,
  coroutineCreate: 0,
  handOver: 0,
  jobManage: 0,
  jobSubmit: 0,
  threadMemory: 0,
  processMemory: 0,
  coroutineMemory: 0,
};

/**
 * What it costs in CPython 3.11, on Linux with two cores of an AMD EPYC; `npm run measure-costs` measures the same on yours.
 *
 * Figures of another machine differ by half or double, their order hardly: a coroutine is switched to six times as quickly
 * as a thread, made ten times as quickly, and takes a twentieth of the memory; a process costs a thousand times as much.
 *
 * - A switch is between two that take turns on one core. On two cores it takes about as long, for waking the other one.
 * - A process is a new interpreter with the modules of its program ('spawn'). A forked one is there after 25 ms.
 * - The memory of a thread is what it has touched of its stack; the 8 MiB that are reserved for it are addresses only. That
 *   of a process is what it shares with nobody.
 */
export const REALISTIC: Costs = {
  threadSwitch: 0.009,
  processSwitch: 0.013,
  coroutineSwitch: 0.0014,
  threadCreate: 0.065,
  processCreate: 150,
  coroutineCreate: 0.006,
  handOver: 0.11,
  jobManage: 0.13,
  jobSubmit: 0.08,
  threadMemory: 17_000,
  processMemory: 14_000_000,
  coroutineMemory: 920,
};

/** Fills up what was not given with zero. Throws a ValueError for what is no cost. @internal */
export function checkCosts(given: Partial<Costs> = {}): Costs {
  for (const [name, value] of Object.entries(given)) {
    if (!(name in NO_COSTS)) {
      throw new ValueError(`no cost is called ${name}; there are ${Object.keys(NO_COSTS).join(', ')}`);
    }
    if (!(typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new ValueError(`costs.${name} is a number of 0 or more, got ${describeValue(value)}`);
    }
  }
  return { ...NO_COSTS, ...given };
}
