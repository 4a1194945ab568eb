/**
 * What commands look at: the traces of a file, which is a program that is run first, or a trace that was saved.
 */

import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { ExceptionHandler } from '../core/loop-options.ts';
import { type Demo, metaOf, type PlayOptions, playDemo, playPart, playProgram, slug } from '../node/demo.ts';
import { FileError, type Loaded, loadRunnable } from '../node/load-program.ts';
import { FIRST_EVENTS } from '../node/stepped.ts';
import { inWords, tell } from '../node/tell.ts';
import { reasonOf } from '../node/whole-file.ts';
import { loadTrace } from '../trace/json.ts';
import { TraceLimitError } from '../trace/recorder.ts';
import { parseSchedule, ScheduleError } from '../trace/schedule.ts';
import { type Trace, TraceFormatError } from '../trace/trace.ts';
import { formatMoment } from '../views/time.ts';
import { list } from '../views/words.ts';
import { BOUNDS, type Call, type Console, EXIT, type Options, UsageError } from './command.ts';

/** A trace, and what its program threw. */
export interface Shown {
  /** What tells it from others that are shown with it; '' if there is only one. */
  readonly title: string;
  readonly trace: Trace;
  readonly failure: { readonly error: unknown; readonly expected: boolean } | null;
  /** What ended the recording before the program; undefined: nothing. */
  readonly cut?: TraceLimitError;
  /** The file it comes from. */
  readonly path: string;
  /** If that is a demo: itself. */
  readonly demo?: Demo;
}

export const isTraceFile = (path: string): boolean => path === '-' || extname(path) === '.json';

/** The traces of all files of a call, and of all their parts, in order. */
export async function tracesOf(call: Call, more: PlayOptions = {}): Promise<Shown[]> {
  const { args, options } = call;
  // Whoever says when it ends wants to see it up to there.
  const maxEvents = options.text('until') === undefined ? SHOWN_EVENTS : SAVED_EVENTS;
  const how = { maxEvents, ...more, ...howOf(options) };
  const named = options.text('part');
  if (args.length === 0)
    throw new UsageError('which file? Give a program (.ts, .js) or a saved trace (.json)');
  if (args.filter((arg) => arg === '-').length > 1)
    throw new UsageError('- can be given once: there is one standard input');
  const shown: Shown[] = [];
  for (const path of args) {
    const ofPrograms = ['schedule', ...Object.keys(BOUNDS), 'debug'].find((name) => options.isGiven(name));
    if (isTraceFile(path) && ofPrograms !== undefined)
      throw new UsageError(
        `${path} is a saved trace, which has run already: --${ofPrograms} is for programs`,
      );
    const own = isTraceFile(path)
      ? [savedTrace(path, call.terminal)]
      : await played(path, { ...how, exceptionHandler: teller(path, call.terminal) }, named);
    shown.push(
      ...own.map((one) =>
        args.length === 1 ? one : { ...one, title: [nameOf(path), one.title].filter(Boolean).join(': ') },
      ),
    );
  }
  const isChosen = named === undefined || how.schedule !== undefined;
  return isChosen ? shown : [{ ...partOf(shown, named), title: '' }];
}

/** What a file is called among others. */
const nameOf = (path: string): string => (path === '-' ? 'standard input' : basename(path));

/** The part that is called so, or has that number. */
function partOf<T extends { readonly title: string }>(parts: readonly T[], part: string): T {
  const wanted = slug({ title: part });
  const found = parts.find(({ title }) => slug({ title }) === wanted) ?? parts[Number(part) - 1];
  if (found) return found;
  throw new UsageError(`there is no part '${part}': there are ${titlesOf(parts)}`);
}

export function titlesOf(parts: readonly { readonly title: string }[]): string {
  return parts.map(({ title }, i) => `${i + 1}${title && ` (${title})`}`).join(', ');
}

function savedTrace(path: string, terminal: Console): Shown {
  let text: string;
  try {
    text = path === '-' ? terminal.input() : readFileSync(path, 'utf8');
  } catch (error) {
    throw new FileError(`can't read ${path}: ${reasonOf(error)}`);
  }
  try {
    return { title: '', trace: loadTrace(text), failure: null, path };
  } catch (error) {
    if (!(error instanceof TraceFormatError)) throw error;
    throw new FileError(`${path === '-' ? 'the standard input' : path}: ${error.message}`);
  }
}

/** Which part of a program file is meant, from 1, where it can only be one: by title or number, and an only one by itself. */
export function onePart(
  loaded: Loaded,
  path: string,
  named: string | undefined,
  why = 'one program at a time: --part takes one of',
): number {
  const parts: readonly { readonly title: string }[] =
    loaded.kind === 'demo' ? loaded.demo.parts : [{ title: '' }];
  if (parts.length === 0) throw figureAlone(path);
  if (named === undefined && parts.length > 1) throw new UsageError(`${why} ${titlesOf(parts)}`);
  return parts.indexOf(partOf(parts, named ?? '1')) + 1;
}

/** A demo that is a figure alone has no trace. */
const figureAlone = (path: string): FileError =>
  new FileError(`${path} is a figure alone: loopscope run ${path}`);

/** How programs are run, as the options say. */
export function howOf(options: Options): PlayOptions {
  return { ...boundsOf(options), ...(options.flag('debug') && { debug: true }), ...decidedBy(options) };
}

/** How what is left open is decided. */
function decidedBy(options: Options): PlayOptions {
  const seed = options.whole('seed', 0);
  const line = options.text('schedule');
  if (line === undefined) return seed === undefined ? {} : { seed };
  if (seed !== undefined) throw new UsageError('--schedule has the seed in it: leave out --seed');
  try {
    return { schedule: parseSchedule(line) };
  } catch (error) {
    throw error instanceof ScheduleError ? new UsageError(error.message) : error;
  }
}

/** Where a run ends though its program goes on, as the options say. */
export function boundsOf(options: Options): Pick<PlayOptions, 'until' | 'maxEvents'> {
  const until = options.time('until');
  const maxEvents = options.whole('max-events', 1);
  return { ...(until !== undefined && { until }), ...(maxEvents !== undefined && { maxEvents }) };
}

/** So many events are shown unless --max-events says otherwise: a program that never ends is told of soon. */
export const SHOWN_EVENTS = FIRST_EVENTS;
/** So many are saved, for other commands to read. */
export const SAVED_EVENTS = 1_000_000;

/** A run that was cut has not failed: its program was not let go on. */
export function cutOf<T extends Pick<Shown, 'failure'>>(played: T): T & Pick<Shown, 'cut'> {
  const { failure } = played;
  return failure?.error instanceof TraceLimitError
    ? { ...played, failure: null, cut: failure.error }
    : played;
}

/** Runs a program: of a demo all parts; where a schedule decides only one, as it is that of one run. */
async function played(path: string, how: PlayOptions, named: string | undefined): Promise<Shown[]> {
  const loaded = await loadRunnable(path);
  if (loaded.kind === 'demo') {
    const { demo } = loaded;
    if (demo.parts.length === 0) throw figureAlone(path);
    if (how.schedule === undefined) return playDemo(demo, how).map((part) => cutOf({ ...part, path, demo }));
    const part =
      demo.parts[onePart(loaded, path, named, 'a schedule is that of one run: choose with --part from') - 1]!;
    return [cutOf({ ...playPart(demo, part, how), title: '', path, demo })];
  }
  const { trace, failure } = playProgram(loaded.program, metaOf(path), how);
  return [cutOf({ title: '', trace, failure: failure && { ...failure, expected: false }, path })];
}

/** So many files are named in a title. */
const MOST_FILES = 3;

/** What stands above all of them: of several files what they are called. */
export function titleOf(shown: readonly Shown[], given: string | undefined): string {
  if (given !== undefined) return given;
  const [first, ...more] = shown;
  const files = new Set(shown.map(({ path }) => nameOf(path)));
  if (files.size > 1) return list(files, MOST_FILES);
  if (first === undefined || first.path === '-') return first?.trace.meta.title ?? '';
  const { title = '' } = first.trace.meta;
  // `Chores: by machines` is a part of `Chores`.
  return more.length > 0 && title.endsWith(`: ${first.title}`)
    ? title.slice(0, -first.title.length - 2)
    : title;
}

/** Tells at once of errors that nobody else would see: each with its place in the program, and without the library's. */
export const teller =
  (path: string, terminal: Console): ExceptionHandler =>
  (_, { message, exception }) => {
    const words = exception === undefined ? message : `${message}: ${inWords(exception, path)}`;
    terminal.err(`${basename(path)}: ${words}\n`);
  };

/** Tells where runs were cut, and what programs threw that nobody expected; the exit code. */
export function tellFailures(shown: readonly Shown[], terminal: Console): number {
  for (const { title, cut, path, trace } of shown)
    if (cut !== undefined) terminal.err(`${tellCut(cut, path, title, trace)}\n`);
  const failed = shown.filter(({ failure }) => failure !== null && !failure.expected);
  for (const { title, failure, path } of failed) terminal.err(`${tell(failure!.error, path, title)}\n`);
  return failed.length > 0 ? EXIT.failed : EXIT.fine;
}

/** That a program was not let go on, where, and what goes further. `trace` is what there is of it. */
export function tellCut(cut: TraceLimitError, path: string, title: string, trace?: Trace): string {
  return [basename(path), title, cutInWords(cut, trace)].filter(Boolean).join(': ');
}

function cutInWords({ until, maxEvents, time }: TraceLimitError, trace: Trace | undefined): string {
  if (until !== null)
    return `cut at ${formatMoment(until)}, as --until says, and the program goes on: a later --until goes further`;
  const head = `cut after ${maxEvents} events, at ${formatMoment(time)}, and the program goes on`;
  // Half of all events in one moment: the clock doesn't move any more.
  const isStuck = trace !== undefined && trace.length > 1000 && trace.at(trace.length >> 1)?.time === time;
  return isStuck
    ? `${head}, but not the clock: something goes round in circles without ever sleeping; --max-events N goes further`
    : `${head}: --max-events N goes further, and --until TIME ends it at a time`;
}
