/**
 * Assertions about a run, for `expect.extend` of vitest (and of jest, which takes the same).
 *
 * Each matcher makes one exact statement about order, time, output or failure, and asks the trace; none is fuzzy, because
 * nothing here is uncertain. Names that the trace doesn't have are refused with the names it has, with `.not` too: an
 * assertion about a misspelt task would otherwise hold for ever.
 *
 * Neither runner is imported, nor needed to load this file. The types come in by the one door that both leave open: the
 * global `jest.Matchers`, which vitest's assertions extend as well. To augment the module `vitest` instead would be an
 * error for everybody who doesn't have it installed.
 */

import type { TaskRef } from '../trace/query.ts';
import { toBeProved, toFindNoFailure } from './matchers/exploration.ts';
import { toRunBefore, toRunInOrder, toSwitch } from './matchers/order.ts';
import { type ErrorClass, toBeCancelled, toDeadlock, toFailWith, toLeak } from './matchers/outcome.ts';
import { toLog, toPrint } from './matchers/output.ts';
import { type Inside, toExclude, toStarve } from './matchers/sharing.ts';
import type { MatcherResult } from './matchers/subject.ts';
import {
  toNeverWaitLongerThan,
  toOverlap,
  toTake,
  toTakeAtMost,
  toTakeExactly,
  type WaitsMeant,
} from './matchers/time.ts';
import type { AnyOrder } from './printed.ts';
import type { PrintedLine } from './simulation.ts';

export type { ErrorClass } from './matchers/outcome.ts';
export type { Inside } from './matchers/sharing.ts';
export type { MatcherResult } from './matchers/subject.ts';
export type { WaitsMeant } from './matchers/time.ts';

/**
 * What can be asserted of a `Simulation`, or of a `Trace`: a run recorded otherwise, or loaded from a file; and of the `sim` of a
 * test, or a `LiveSimulation`, of what has happened so far. Tasks are meant by name, or by id where several have one name. All
 * times are virtual ms.
 */
export interface LoopscopeMatchers<R = unknown> {
  /**
   * The first steps of these tasks come in this order. Others may come between.
   *
   * @example expect(simulate(main)).toRunInOrder(['rice', 'laundry', 'dishes']);
   */
  toRunInOrder(tasks: readonly TaskRef[]): R;
  /**
   * The first task is over before the second takes its first step. Both must have come so far.
   *
   * @example expect(simulate(main)).toRunBefore('rice', 'dishes');
   */
  toRunBefore(first: TaskRef, second: TaskRef): R;
  /**
   * The loop turns exactly so often from one task to another, or to this task: a task takes a step that isn't the one that has run
   * last. After a callback each step is a switch.
   *
   * @example expect(simulate(main)).toSwitch('rice', 2);
   */
  toSwitch(times: number): R;
  toSwitch(task: TaskRef, times: number): R;
  /**
   * These are the lines that the program printed: all of them, and in this order except inside `anyOrder`.
   *
   * @example expect(simulate(main)).toPrint(['start', anyOrder('rice is done', 'laundry is done'), 'end']);
   */
  toPrint(lines: readonly (string | AnyOrder)[]): R;
  /**
   * The same with the time (virtual ms) and the task, or thread, of each line; '' if nobody's.
   *
   * @example expect(simulate(main)).toLog([[0, 'main', 'start'], anyOrder([5, 'rice', 'done'], [5, 'soup', 'done'])]);
   */
  toLog(lines: readonly (PrintedLine | AnyOrder<PrintedLine>)[]): R;
  /**
   * The whole run takes exactly this long, from 0 until all is cleaned up.
   *
   * @example expect(simulate(main)).toTake(minutes(40));
   */
  toTake(ms: number): R;
  /**
   * The task takes exactly this long from its creation to its end, however it ends. One that never ends takes no time
   * that could be told.
   *
   * @example expect(simulate(main)).toTakeExactly('rice', minutes(40));
   */
  toTakeExactly(task: TaskRef, ms: number): R;
  /**
   * The whole run, or the task from its creation to its end, takes so long or less. A task that never ends doesn't.
   *
   * @example expect(simulate(main)).toTakeAtMost('rice', minutes(45));
   */
  toTakeAtMost(ms: number): R;
  toTakeAtMost(task: TaskRef, ms: number): R;
  /**
   * No wait is longer: of any task, or of one, and for anything, or for one reason (`lock.acquire`, `lock.acquire printer`, `sleep`).
   * A wait is over when the task is ready again; that it then isn't its turn is no wait. For what nobody waits for it holds.
   *
   * @example expect(simulate(main)).toNeverWaitLongerThan(20, { reason: 'lock.acquire' });
   */
  toNeverWaitLongerThan(ms: number, meant?: WaitsMeant): R;
  /**
   * At some time both tasks are waiting: their waits overlap, so that together they take less than one after the other.
   * What tasks compute never overlaps.
   *
   * @example expect(simulate(main)).toOverlap('rice', 'laundry');
   */
  toOverlap(a: TaskRef, b: TaskRef): R;
  /**
   * Of these tasks never two are inside at once: while they hold a resource, or between two lines that they print. What comes first in
   * the trace counts, also where no time passes. At least one of them must have been inside.
   *
   * @example expect(simulate(main)).toExclude(['ann', 'bob'], { from: /enters/, to: /leaves/ });
   */
  toExclude(tasks: readonly TaskRef[], inside: Inside): R;
  /**
   * In one wait of the task for a lock, a semaphore or a queue, others take what it waits for so often, or more.
   *
   * @example expect(simulate(main)).not.toStarve('ann', 3);
   */
  toStarve(task: TaskRef, times: number): R;
  /**
   * The program comes to a deadlock; with names, of exactly these tasks, in any order: those of the ring in which each
   * waits for the next, or, where there is no ring, all that wait. Of a `Simulation` only.
   *
   * @example expect(simulate(main)).toDeadlock(['ann', 'bob']);
   */
  toDeadlock(tasks?: readonly string[]): R;
  /**
   * The program throws an instance of this class, or an error whose message contains this text or matches this pattern.
   * What is inside an ExceptionGroup doesn't count. Of a `Simulation` only.
   *
   * @example expect(simulate(main)).toFailWith(TimeoutError);
   */
  toFailWith(expected: ErrorClass | string | RegExp): R;
  /**
   * The task ends cancelled. To be asked to stop is not enough: it may have caught that.
   *
   * @example expect(simulate(main)).toBeCancelled('rice');
   */
  toBeCancelled(task: TaskRef): R;
  /**
   * Something is left behind; most of use with `.not`. Left behind is a task that is pending when the main task has ended and those
   * who were ready have had their turn; and a lock or the like that is held at the end by a task that is done.
   *
   * @example expect(simulate(main)).not.toLeak();
   */
  toLeak(): R;
  /**
   * No schedule that was run fails. Of an exploration only.
   *
   * @example expect(explore(main)).toFindNoFailure();
   */
  toFindNoFailure(): R;
  /**
   * No schedule fails, and every one was run: there is no other. Of an exploration only. A strategy that leaves some out by a bound
   * proves nothing, nor does one part of several (`shard`); nor is a program proved that draws from ranges, as a latency `[10, 100]`:
   * only their ends are tried.
   *
   * @example expect(explore(main)).toBeProved();
   */
  toBeProved(): R;
}

declare global {
  namespace jest {
    interface Matchers<R, T> extends LoopscopeMatchers<R> {}
  }
}

/**
 * The matchers, to be handed to `expect.extend` once: in a setup file, or at the top of a test file.
 *
 * @example
 * import { expect } from 'vitest';
 * import { matchers, simulate } from 'loopscope/testing';
 * expect.extend(matchers);
 * expect(simulate(main)).toTake(minutes(40));
 */
export const matchers = {
  toRunInOrder,
  toRunBefore,
  toSwitch,
  toPrint,
  toLog,
  toTake,
  toTakeExactly,
  toTakeAtMost,
  toNeverWaitLongerThan,
  toOverlap,
  toExclude,
  toStarve,
  toDeadlock,
  toFailWith,
  toBeCancelled,
  toLeak,
  toFindNoFailure,
  toBeProved,
} satisfies {
  // A matcher that can be called in two ways takes a list that is one or the other.
  [M in keyof LoopscopeMatchers]: (received: unknown, ...args: never) => MatcherResult;
};
