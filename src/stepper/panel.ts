/** What takes the place of everything else for a while: the help, and who was late because of whom. */

import { pad, wrap } from '../views/cells.ts';
import { type Line, lineWidth } from '../views/ink.ts';
import { latencyLines } from '../views/latency-table.ts';
import { formatDuration } from '../views/time.ts';
import { timelines } from '../views/timeline.ts';
import { latencyOf } from './analysis.ts';
import { lineOf } from './session.ts';
import { KEYS, type Steppable, type StepperState } from './stepper.ts';

/** What a panel shows. */
export type Panel = 'help' | 'latency' | 'both' | 'schedule';

/** All lines of a panel; they may be more than fit. */
export function panelLines(on: Steppable, { panel, beside }: StepperState, columns: number): readonly Line[] {
  switch (panel) {
    case 'latency':
      return lateLines(on, columns);
    case 'both':
      return bothLines([beside, on], columns);
    case 'schedule':
      return scheduleLines(on, columns);
    default:
      return helpLines(columns);
  }
}

/** Both runs on one axis. */
function bothLines(runs: readonly (Steppable | null)[], columns: number): Line[] {
  const shown = runs.flatMap((on) =>
    on === null ? [] : [{ title: on.run.label || 'as it is', trace: on.trace }],
  );
  const picture = timelines(shown, { width: columns, maxRows: MOST_DRAWN });
  return picture.split('\n').map((line): Line => [[line]]);
}

/** Rows of each run; the rest is folded. */
const MOST_DRAWN = 40;

/** This run as a line. It is cut where the screen ends and nowhere else, so that it can be copied from there. */
function scheduleLines(on: Steppable, columns: number): Line[] {
  const line = lineOf(on);
  const say = (text: string): Line[] => wrap(text, columns).map((piece): Line => [[piece]]);
  if (line === null) return say('This trace does not tell what was left open, as nobody was asked.');
  const pieces = line.match(new RegExp(`.{1,${columns}}`, 'gsu')) ?? [];
  return [
    [['this run as a line', 'strong']],
    [],
    ...pieces.map((piece): Line => [[piece]]),
    [],
    ...say(
      'It says what was left open, and how it was decided, from the seed on: timer=1/3 is the second of three, timer/3 the ' +
        'first, which is the faithful answer; *20 counts what repeats.',
    ),
    ...(on.run.command === ''
      ? []
      : say(`The run again: ${on.run.command} '…'. It is told when you quit, too.`)),
    ...(on.run.change === '' ? [] : say('What takes longer or less in it is not in the line.')),
  ];
}

const KEY_WIDTH = 7;

function helpLines(columns: number): Line[] {
  const keys = KEYS.map(([key, what]): Line => [[pad(key, KEY_WIDTH), 'strong'], [what]]);
  const half = Math.ceil(keys.length / 2);
  const left = Math.max(...keys.slice(0, half).map(lineWidth)) + 3;
  if (columns < left + Math.max(...keys.slice(half).map(lineWidth))) return keys;
  return keys.slice(0, half).map((line, i): Line => {
    return [...line, [' '.repeat(left - lineWidth(line))], ...(keys[i + half] ?? [])];
  });
}

/** Rows of one table; so many that nobody reads more of them. */
const MOST_ROWS = 500;

const tables = new WeakMap<Steppable, { readonly columns: number; readonly lines: readonly Line[] }>();

function lateLines(on: Steppable, columns: number): readonly Line[] {
  const known = tables.get(on);
  if (known?.columns === columns) return known.lines;
  const late = latencyOf(on.trace);
  const lines: Line[] =
    late instanceof RangeError
      ? wrap(late.message, columns).map((line): Line => [[line]])
      : [
          [
            ['latency inflicted', 'strong'],
            [` in the whole run: ${formatDuration(late.total)}`, 'quiet'],
          ],
          [],
          ...latencyLines(late, { width: columns, maxRows: MOST_ROWS }),
        ];
  tables.set(on, { columns, lines });
  return lines;
}
