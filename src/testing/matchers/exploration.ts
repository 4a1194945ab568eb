/** Matchers of what an exploration has found. */

import { describeValue } from '../../core/errors.ts';
import type { Exploration } from '../../explore/explore.ts';
import { explorationText } from '../../views/exploration-text.ts';
import type { MatcherResult } from './subject.ts';

export function toFindNoFailure(received: unknown): MatcherResult {
  const exploration = explorationOnly(received, 'toFindNoFailure');
  const pass = exploration.failures.length === 0;
  return {
    pass,
    message: () =>
      pass
        ? `expected a schedule that fails, but there is none among those that were run\n\n${explorationText(exploration)}`
        : `expected no schedule to fail, but ${some(exploration, 'does')}\n\n${explorationText(exploration)}`,
  };
}

export function toBeProved(received: unknown): MatcherResult {
  const exploration = explorationOnly(received, 'toBeProved');
  const { failures, isComplete, strategy, runs, leavesOut } = exploration;
  const pass = failures.length === 0 && isComplete && leavesOut === '' && runs > 0;
  return {
    pass,
    message: () => {
      const text = explorationText(exploration);
      if (pass) return `expected that not every schedule holds, but every one does\n\n${text}`;
      if (failures.length > 0)
        return `expected every schedule to hold, but ${some(exploration, 'fails')}\n\n${text}`;
      if (leavesOut === 'between the ends of ranges' && isComplete)
        return `expected every schedule to be known to hold, but of each range only both ends were tried: give the program fixed latencies and numbers, one explore() for each that matters, or look between the ends by random() with a number of runs, and expect toFindNoFailure()\n\n${text}`;
      if (leavesOut.startsWith('beyond the bound') && isComplete)
        return `expected every schedule to be known to hold, but ${strategy} leaves out those beyond its bound: exhaustive() doesn’t\n\n${text}`;
      if (leavesOut.startsWith('other parts') && isComplete)
        return `expected every schedule to be known to hold, but this is one part of them: only all the parts together prove it\n\n${text}`;
      const remedy =
        leavesOut !== 'by chance'
          ? `there are more schedules than its ${runs === 1 ? 'one run' : `${runs} runs`}: raise the bounds (runs), or make the program smaller`
          : `${strategy} goes by chance, and never knows that it has seen all: exhaustive() does`;
      return `expected every schedule to be known to hold, but not every one was run; ${remedy}\n\n${text}`;
    },
  };
}

function some({ failures }: Exploration, verb: string): string {
  return failures.length === 1 ? `one ${verb}` : `there are ${failures.length} ways to fail`;
}

function explorationOnly(received: unknown, matcher: string): Exploration {
  const { failures, isComplete } = (received ?? {}) as Partial<Exploration>;
  if (Array.isArray(failures) && typeof isComplete === 'boolean') return received as Exploration;
  throw new TypeError(
    `${matcher}() is asked of an exploration, as in expect(explore(main)).${matcher}(): got ${describeValue(received)}`,
  );
}
