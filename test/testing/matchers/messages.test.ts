/** What every matcher says, of whatever run it is asked: its own words, and nothing that fell out of the engine. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Coroutine, query } from '../../../src/index.ts';
import { type LiveSimulation, matchers, simulate, startSimulation } from '../../../src/testing/index.ts';
import { programOf, tasksAtRandom } from '../random-programs.ts';

expect.extend(matchers);

type Call = readonly [matcher: string, ...args: unknown[]];

/** All matchers, of a run or any two of its tasks. */
const calls = (a: string, b: string, n: number): readonly Call[] => [
  ['toRunInOrder', [a, b]],
  ['toRunBefore', a, b],
  ['toSwitch', n],
  ['toSwitch', a, n],
  ['toDeadlock'],
  ['toDeadlock', [a]],
  ['toFailWith', 'broken'],
  ['toFailWith', Error],
  ['toBeCancelled', a],
  ['toLeak'],
  ['toPrint', ['hello']],
  ['toLog', [[n, a, 'hello']]],
  ['toExclude', [a, b], { device: 'server' }],
  ['toStarve', a, n + 1],
  ['toTake', n],
  ['toTakeExactly', a, n],
  ['toTakeAtMost', n],
  ['toTakeAtMost', a, n],
  ['toOverlap', a, b],
  ['toNeverWaitLongerThan', n],
  ['toNeverWaitLongerThan', n, { task: a }],
];

/** How far a run is driven before it is looked at. */
const drives: readonly ((run: LiveSimulation) => void)[] = [
  () => {},
  (run) => run.runCurrent(),
  (run) => run.advanceBy(3),
  (run) => run.runUntilIdle(),
];

/** What is no matcher's word: it fell out of the engine, or out of a number that is none. */
const FOREIGN = /undefined|NaN|Infinity|\[object|Cannot read|is not a function|Invalid Chai/;

/** The messages of all matchers, and of their opposites, where they don't hold. */
function messages(received: object, all: readonly Call[]): string[] {
  return all.flatMap(([matcher, ...args]) =>
    [expect(received), expect(received).not].flatMap((asserted) => {
      try {
        (asserted as unknown as Record<string, (...args: unknown[]) => void>)[matcher]!(...args);
        return [];
      } catch (error) {
        return [`${matcher}: ${(error as Error).message}`];
      }
    }),
  );
}

it('every message can be told, of runs that have not begun, are under way, are over', () => {
  const at = fc.nat(9);
  fc.assert(
    fc.property(
      tasksAtRandom,
      fc.constantFrom(...drives, null),
      fc.nat(3),
      at,
      at,
      (tasks, drive, n, i, j) => {
        // What it returns would stand in the messages.
        const program = function* (): Coroutine<void> {
          yield* programOf(tasks)();
        };
        const options = { exceptionHandler: () => {} };
        const run = drive === null ? simulate(program, options) : startSimulation(program, options);
        if ('advanceBy' in run) drive?.(run);
        const names = query(run.trace)
          .tasks()
          .map(({ name }) => name);
        const [a = 'none', b = 'nobody'] = [names[i % names.length], names[j % names.length]];
        const told = messages(run, calls(a, b, n));
        expect(told.length).toBeGreaterThan(5);
        expect(told.filter((message) => FOREIGN.test(message))).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});
