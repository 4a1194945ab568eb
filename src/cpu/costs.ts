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
  /** CPU ms to make a task. */
  readonly coroutineCreate: number;
  /** CPU ms for one way of a job between processes: to pickle and unpickle it, or its result. */
  readonly handOver: number;
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
  threadMemory: 0,
  processMemory: 0,
  coroutineMemory: 0,
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
