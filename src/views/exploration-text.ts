/**
 * What came of an exploration, in words, and each failure to be looked at: its schedule, who did what in turns, and the picture.
 */

import { cleanUpOf } from '../trace/clean-up.ts';
import type { TraceEvent } from '../trace/events.ts';
import { partingOf } from '../trace/parting.ts';
import type { Trace } from '../trace/trace.ts';
import { printable, wrap } from './cells.ts';
import { errorWords } from './error-words.ts';
import { inkText, type Line, type Style } from './ink.ts';
import { storyLines } from './story.ts';
import { formatMoment } from './time.ts';
import { timeline } from './timeline.ts';
import { type TurnsOptions, turnsTable } from './turns-table.ts';

/** A run by a schedule. */
interface RunView {
  readonly schedule: string;
  readonly trace: Trace;
}

/** A way in which a program fails. */
export interface FailureView extends RunView {
  readonly kind: string;
  readonly error: unknown;
  readonly departures: number;
  readonly departsFrom: string;
  readonly isAdversarial: boolean;
  readonly isGivenUp: boolean;
  readonly run: number;
  readonly how: string;
  readonly findings: readonly {
    readonly kind: string;
    readonly text: string;
    readonly events: readonly number[];
  }[];
  readonly passing: RunView | null;
}

/** An exploration, as `explore` gives it. */
export interface ExplorationView {
  readonly strategy: string;
  readonly adversarial: boolean;
  readonly runs: number;
  readonly schedules: number;
  readonly isComplete: boolean;
  readonly note: string;
  readonly leavesOut: string;
  readonly how: string;
  readonly failures: readonly FailureView[];
}

/** How it is told. */
export interface ExplorationTextOptions extends TurnsOptions {
  /** How a test gets at the program: `import main from './work.ts'`. Without it the test says `program`. */
  readonly program?: { readonly name: string; readonly module: string };
}

/**
 * Tells what came of an exploration: each failure with its schedule as a line and as a test to paste, who did what in turns, the
 * picture, and beside it how the nearest run goes on that passes.
 *
 * @example console.log(explorationText(explore(main)))
 */
export function explorationText(view: ExplorationView, options: ExplorationTextOptions = {}): string {
  const width = Math.max(1, Math.floor(options.width ?? 80));
  const say = teller(width, options.color ?? false);
  const { failures, runs, schedules, strategy, adversarial, isComplete, note, leavesOut } = view;
  const scope = isComplete ? scopeOf(leavesOut) : '';
  const parts = [
    say(`${strategy}: ${count(runs, 'run')}, ${count(schedules, 'different schedule')}${scope}`, 'strong'),
  ];
  if (note !== '') parts.push(say(note, 'quiet'));
  if (isComplete && failures.length === 0 && leavesOut.includes(BETWEEN_ENDS))
    parts.push(say(ONLY_ENDS, 'quiet'));
  if (adversarial)
    parts.push(say('adversarial: the ready queue was permuted, which asyncio never does', 'quiet'));
  if (failures.length === 0) parts.push(say('no failure', 'good'));
  if (failures.length === 0 && runs > 0 && !isComplete && leavesOut !== 'by chance')
    parts.push(
      say(
        'It has come to its bound, and there are more schedules. Those that differ at their end come first: random() and pct() begin anywhere.',
        'quiet',
      ),
    );
  for (const failure of failures) parts.push('', ...told(failure, view, { ...options, width }, say));
  return parts.join('\n');
}

/** What an exploration says of latencies and numbers that come from a range. */
const BETWEEN_ENDS = 'between the ends of ranges';
const ONLY_ENDS =
  'Of what comes from a range, a latency or a number, only both ends were tried: random() draws from all of it, and fixed ones can be proved.';

/** What there is besides the schedules that were run, where the strategy has come to its end. */
function scopeOf(leavesOut: string): string {
  if (leavesOut === '') return ', and there is no other one';
  if (leavesOut === BETWEEN_ENDS) return ': all with the ends of ranges';
  if (leavesOut.startsWith('beyond the bound')) return ': all within the bound';
  return leavesOut.startsWith('other parts') ? ': all of this part' : '';
}

/** Of one failure, all there is to tell. */
function told(
  failure: FailureView,
  { adversarial, how }: ExplorationView,
  options: ExplorationTextOptions & { readonly width: number },
  say: Teller,
): string[] {
  const { kind, error, schedule, departures, departsFrom, run, isAdversarial, findings } = failure;
  const trace = upToFailure(failure);
  const { width, color = false } = options;
  const departs =
    departures === 0
      ? schedule.startsWith('seed=0')
        ? `${departsFrom} fails`
        : 'what comes by chance with this seed is enough'
      : `${count(departures, 'answer')} ${departures === 1 ? 'departs' : 'depart'} from ${departsFrom}`;
  const mode = isAdversarial
    ? '; it takes a permuted ready queue, so it is no bug on asyncio'
    : adversarial
      ? '; the ready queue is as asyncio has it'
      : '';
  const words = errorWords(error);
  if (failure.isGivenUp)
    return [
      say(words, 'bad'),
      say(`met in run ${run}; ${departs}${mode}`, 'quiet'),
      '',
      say(`the schedule until there: '${schedule}'`, 'plain'),
      '',
      say('there is nothing to see of it: to run it again would not end either', 'quiet'),
    ];
  const pictures =
    trace.length === 0
      ? [say('there is nothing to see of it: it was over before the loop had anything to do', 'quiet')]
      : [
          turnsTable(trace, { ...options, color, also: findings.flatMap(({ events }) => events) }),
          '',
          timeline(trace, { width, color, legend: false }),
          ...beside(failure, options, say),
        ];
  // A deadlock that ended the run has named everybody already.
  const others = findings.filter(
    (one) => !words.endsWith(one.text) && !(kind === 'deadlock' && one.kind === kind),
  );
  return [
    say(words, 'bad'),
    ...others.map(({ kind, text }) => say(`${kind}: ${text}`, 'bad')),
    say(`met in run ${run}; ${departs}${mode}`, 'quiet'),
    '',
    say(`replay: '${schedule}'`, 'plain'),
    '',
    ...pictures,
    '',
    say('as a test:', 'quiet'),
    '',
    testOf(failure, how, options.program),
  ];
}

/** The run as far as the program had its way; what is cancelled when nothing goes on any more is not what is wrong. */
function upToFailure({ kind, trace }: FailureView): Trace {
  if (kind !== 'deadlock' && kind !== 'invariant' && kind !== 'no end') return trace;
  const broken = [...trace].find(
    (event) => event.kind === 'error' && event.message === 'an invariant is broken',
  );
  const cleanUp = cleanUpOf(trace);
  // That it is a deadlock, and of whom, the error above has said.
  const stood = [...trace].findLast(
    ({ kind, seq }) => kind === 'deadlock' && seq < (cleanUp ?? Number.POSITIVE_INFINITY),
  );
  const end = broken?.seq ?? (kind === 'deadlock' ? stood?.seq : undefined) ?? cleanUp;
  if (end === null) return trace;
  return trace.beginning(end - 1);
}

/** How the nearest run goes on that passes, from where it parts. */
function beside(
  { trace, passing }: FailureView,
  options: ExplorationTextOptions & { readonly width: number },
  say: Teller,
): string[] {
  if (passing === null) return [];
  const seq = partingOf(trace, passing.trace);
  const [fails, passes] = [trace, passing.trace].map((of) => momentOf(of, seq));
  const at = formatMoment((passing.trace.at(seq - 1) ?? trace.at(seq - 1))?.time ?? 0);
  return [
    '',
    say(`the nearest schedule that passes: '${passing.schedule}'`, 'good'),
    say(`they part at ${at}, event ${seq}`, 'quiet'),
    say(`  it fails where  ${fails ?? 'it ends'}`, 'bad'),
    say(`  it passes where ${passes ?? 'it ends'}`, 'good'),
    '',
    turnsTable(passing.trace, { ...options, from: seq }),
  ];
}

/**
 * What happens at event `seq`, in a sentence; undefined: nothing any more. Of a number that is drawn it tells what comes of it: until
 * when the request takes, or how it ends.
 */
function momentOf(trace: Iterable<TraceEvent>, seq: number): string | undefined {
  let drawn = '';
  let words: string | undefined;
  let request = 0;
  for (const { event, text } of storyLines(trace)) {
    if (event.seq < seq) continue;
    if (event.seq === seq && event.kind !== 'draw') return text;
    if (event.kind === 'draw' && drawn === '') {
      drawn = event.what;
      words = text;
    } else if (event.kind === 'request:start' && request === 0) {
      if (drawn === 'latency') return text;
      request = event.request;
    } else if (event.kind === 'request:complete' && event.request === request) return text;
  }
  return words;
}

/** A test, to be pasted: the one that fails now, and the one that is to hold. */
function testOf(
  { schedule, error, how: howAgain }: FailureView,
  how: string,
  program: ExplorationTextOptions['program'],
): string {
  const name = program?.name ?? 'program';
  const title = errorWords(error).split('\n')[0]!;
  const strategy = /strategy: (\w+)\(/.exec(how)?.[1];
  const imported = ['explore', 'replay', ...(strategy === undefined ? [] : [strategy])].sort();
  return [
    "import { expect, test } from 'vitest';",
    `import { ${imported.join(', ')} } from 'loopscope/explore';`,
    ...(strategy === 'fastCheck' ? ["import fc from 'fast-check';"] : []),
    ...(program === undefined ? [] : [`import ${name} from ${quoted(program.module)};`]),
    '',
    `test(${quoted(title)}, () => {`,
    '  // How it was found. Once mended, the program may ask something else, and',
    '  // replay says so: then this has done its work.',
    `  expect(replay(${name}, ${quoted(schedule)}${howAgain && `, ${howAgain}`}).failure).toBeNull();`,
    '});',
    '',
    "test('no schedule fails', () => {",
    `  expect(explore(${name}${how && `, ${how}`}).failures).toEqual([]);`,
    '});',
  ].join('\n');
}

/** As a string of a program, whatever it says. */
function quoted(text: string): string {
  return `'${printable(text).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

type Teller = (text: string, style: Style) => string;

function teller(width: number, color: boolean): Teller {
  return (text, style) =>
    inkText(
      text
        .split('\n')
        .flatMap((line) => wrap(printable(line), width))
        .map((line): Line => [[line, style]]),
      width,
      color,
    );
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
