/**
 * How a run went, in a few words, and what made it fail.
 *
 * That is shown beside *Run*, and not where the printed lines are: below forty of them nobody would see it.
 */

import { formatDuration, formatMoment } from '../../views/time.ts';
import type { Problem } from '../engine/protocol.ts';
import type { Ending } from '../engine/runner.ts';

/** What made a run fail. */
export interface Failure {
  /** The title of the part in which it did; '' if there is only one, or none. */
  readonly part: string;
  readonly problem: Problem;
}

/** All that made a run fail, in order; what a demo is there to show is not among it. */
export function failures(ending: Ending): readonly Failure[] {
  switch (ending.kind) {
    case 'problem':
      return [{ part: '', problem: ending.problem }];
    case 'stopped':
      return [{ part: '', problem: { message: stoppedText(ending.after, ending.byReader), place: null } }];
    case 'run': {
      const { parts, problem } = ending.run;
      return [
        ...(problem ? [{ part: '', problem }] : []),
        ...parts.flatMap(({ title, problem, isExpected }) =>
          problem && !isExpected ? [{ part: parts.length > 1 ? title : '', problem }] : [],
        ),
      ];
    }
  }
}

/**
 * How a run went, as it stands beside *Run*.
 *
 * @example verdict(ending) // 'failed at 400 ms'
 */
export function verdict(ending: Ending): string {
  if (ending.kind === 'stopped') return 'stopped';
  if (ending.kind === 'problem') return 'could not be run';
  const { parts, problem } = ending.run;
  const failed = parts.find((part) => part.problem !== null && !part.isExpected);
  if (failed) {
    const how = failed.problem!.message.startsWith('Stopped') ? 'stopped' : 'failed';
    return `${how} at ${formatMoment(failed.trace.endTime)}`;
  }
  if (problem !== null) return parts.length > 0 ? 'failed' : 'could not be run';
  if (parts.length === 0) return 'ran';
  const end = Math.max(...parts.map(({ trace }) => trace.endTime));
  return end === 0 ? 'ran, all of it at 0 ms' : `ran, ${formatDuration(end)} of virtual time`;
}

function stoppedText(after: number, byReader: boolean): string {
  const seconds = `${Math.max(0.1, Math.round(after / 100) / 10)} s`;
  return byReader
    ? `You stopped it after ${seconds}.`
    : `Stopped after ${seconds}: this program never came back from one single step, so there is nothing to step through. Nobody but the page could end it.`;
}
