import type { Exploration } from '../explore/explore.ts';
import type { NamedStrategy } from '../explore/strategies/named.ts';
import { errorWords } from '../views/error-words.ts';

/** What was explored. */
export interface Explored {
  readonly program: string;
  /** Which part of a demo, from 1. */
  readonly part: number;
  readonly strategy: NamedStrategy;
  readonly shard: string;
}

/**
 * What came of an exploration as JSON, for other programs: each failure with its schedule as a line, but without its trace, which
 * the line makes again.
 *
 * @example JSON.parse(explorationJson(view, explored)).failures[0].schedule // 'seed=0 timer=1/2'
 */
export function explorationJson(view: Exploration, { program, part, strategy, shard }: Explored): string {
  const { adversarial, runs, schedules, isComplete, note, leavesOut, failures } = view;
  const data = {
    format: 'loopscope-exploration',
    version: 1,
    program,
    part,
    strategy,
    shard,
    adversarial,
    runs,
    schedules,
    isComplete,
    note,
    leavesOut,
    failures: failures.map((failure) => ({
      kind: failure.kind,
      message: errorWords(failure.error),
      schedule: failure.schedule,
      passing: failure.passing?.schedule ?? null,
      run: failure.run,
      departures: failure.departures,
      isAdversarial: failure.isAdversarial,
      findings: failure.findings.map(({ kind, text }) => ({ kind, text })),
    })),
  };
  return `${JSON.stringify(data, null, 2)}\n`;
}
