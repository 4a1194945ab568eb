/**
 * What came of an exploration, in words, and each failure to be looked at: its schedule, who did what in turns, and the picture.
 */

import type { TraceEvent } from '../trace/events.ts';
import { printable, wrap } from './cells.ts';
import { errorWords } from './error-words.ts';
import { inkText, type Line } from './ink.ts';
import { timeline } from './timeline.ts';
import { type TurnsOptions, turnsTable } from './turns-table.ts';

/** An exploration, as `explore` gives it. */
export interface ExplorationView {
  readonly strategy: string;
  readonly adversarial: boolean;
  readonly runs: number;
  readonly schedules: number;
  readonly isComplete: boolean;
  readonly failures: readonly {
    readonly error: unknown;
    readonly schedule: string;
    readonly departures: number;
    readonly run: number;
    readonly trace: Iterable<TraceEvent>;
  }[];
}

/**
 * Tells what came of an exploration.
 *
 * @example console.log(explorationText(explore(main)))
 */
export function explorationText(view: ExplorationView, options: TurnsOptions = {}): string {
  const width = Math.max(1, Math.floor(options.width ?? 80));
  const { color = false } = options;
  const { failures, runs, schedules, strategy, adversarial, isComplete } = view;
  const say = (text: string, style: 'strong' | 'plain' | 'bad' | 'good' | 'quiet'): string =>
    inkText(
      text
        .split('\n')
        .flatMap((line) => wrap(printable(line), width))
        .map((line): Line => [[line, style]]),
      width,
      color,
    );
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  const scope = isComplete ? ', and there is no other one' : '';
  const parts = [
    say(`${strategy}: ${count(runs, 'run')}, ${count(schedules, 'different schedule')}${scope}`, 'strong'),
  ];
  if (adversarial)
    parts.push(say('adversarial: the ready queue was permuted, which asyncio never does', 'quiet'));
  if (failures.length === 0) parts.push(say('no failure', 'good'));
  for (const { error, schedule, departures, run, trace } of failures) {
    const events = [...trace];
    const departs =
      departures === 0
        ? 'the faithful run fails'
        : `${count(departures, 'answer')} ${departures === 1 ? 'departs' : 'depart'} from the faithful run`;
    parts.push(
      '',
      say(errorWords(error), 'bad'),
      say(`met in run ${run}; ${departs}`, 'quiet'),
      '',
      say(`replay: '${schedule}'`, 'plain'),
      '',
      turnsTable(events, { width, color }),
      '',
      timeline(events, { width, color, legend: false }),
    );
  }
  return parts.join('\n');
}
