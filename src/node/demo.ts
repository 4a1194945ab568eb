/**
 * A demo: a program or several, with what a reader should notice and one question.
 *
 * A demo is described by data, played into traces (here), and told from the traces alone (render-demo.ts). So telling
 * it needs no loop, playing it no terminal, and a test no process; only run-demo.ts touches the terminal.
 *
 * Refused: a demo without a point. It has a title, one to three lines to notice, and a question that asks something.
 */

import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Adjust } from '../core/adjust.ts';
import type { Chance } from '../core/chance.ts';
import { isCoroutine, type Program } from '../core/coroutine.ts';
import type { ExceptionHandler } from '../core/loop-options.ts';
import { run } from '../core/runner.ts';
import { runScript } from '../core/script.ts';
import { type SiteOption, World } from '../core/world.ts';
import { replay } from '../explore/replay.ts';
import type { EventKind, TraceEvent } from '../trace/events.ts';
import { DEFAULT_MAX_EVENTS, Recorder } from '../trace/recorder.ts';
import type { Schedule } from '../trace/schedule.ts';
import type { Trace, TraceMeta } from '../trace/trace.ts';
import type { HtmlAbout } from '../views/html.ts';

/** What a demo runs: a Program, or a script as `runScript` takes it. */
export type DemoProgram = Program | (() => void);

/** A class of errors. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/** One part of a demo: a program with a clock of its own. */
export interface DemoPart {
  /** What tells it from the other parts; it stands above its picture, and in the names of its files. */
  readonly title: string;
  readonly program: DemoProgram;
  /** The error that the program is there to show; any other is a fault. */
  readonly fails?: ErrorClass;
}

interface DemoWords {
  readonly title: string;
  /** What to notice: one to three sentences, each of which starts on a line of its own. */
  readonly watch: readonly string[];
  /** One question for the reader, best answered by changing one thing and looking again. */
  readonly question: string;
  /** Which key moments are told of each run: those of some kinds, or those you choose; `all`: the whole story. */
  readonly moments?: 'all' | readonly EventKind[] | ((event: TraceEvent) => boolean);
  /**
   * What is drawn of the runs: their timelines, if not given; these with their critical path; or none, where the figure says it,
   * and a timeline is for whoever asks for a page, a trace, or steps.
   */
  readonly pictures?: 'critical' | 'none';
  /** A figure of its own under the pictures, such as a table or a plot: as text of at most `width` columns. */
  readonly figure?: (view: { readonly width: number; readonly color: boolean }) => string;
}

/** A demo in the words of its file: with one `program`, with `parts` whose pictures are compared, or a figure alone. */
export type DemoDescription = DemoWords &
  (
    | { readonly program: DemoProgram; readonly fails?: ErrorClass }
    | { readonly parts: readonly DemoPart[] }
    | { readonly figure: NonNullable<DemoWords['figure']> }
  );

/** A demo that can be played: a description, checked. */
export interface Demo extends DemoWords {
  /** The name of its file. */
  readonly name: string;
  /** The path of its file. */
  readonly file: string;
  /** A single one may have no title; there is none where the demo is a figure alone. */
  readonly parts: readonly DemoPart[];
}

/** A part of a demo that was run. */
export interface PlayedPart {
  readonly title: string;
  readonly trace: Trace;
  /** What the program threw; null if it came to its end. */
  readonly failure: { readonly error: unknown; readonly expected: boolean } | null;
}

/**
 * Checks the description of the demo in the module at `url`. Throws a TypeError for a demo without a point: no title,
 * nothing to notice, no question.
 */
export function describeDemo(url: string, description: DemoDescription): Demo {
  const { title, watch, question, moments, pictures, figure } = description;
  const file = url.startsWith('file:') ? fileURLToPath(url) : url;
  const demo: Demo = {
    name: basename(file),
    file,
    title,
    watch,
    question,
    parts: partsOf(description),
    ...(moments && { moments }),
    ...(pictures && { pictures }),
    ...(figure && { figure }),
  };
  check(demo);
  return demo;
}

function partsOf(description: DemoDescription): readonly DemoPart[] {
  if ('parts' in description) return description.parts;
  if (!('program' in description)) return [];
  const { program, fails } = description;
  return [{ title: '', program, ...(fails && { fails }) }];
}

function check({ name, title, watch, question, parts, figure }: Demo): void {
  const no = (what: string) => new TypeError(`the demo ${name} ${what}`);
  if (title.trim() === '') throw no('needs a title');
  if (watch.length < 1 || watch.length > 3 || watch.some((line) => line.trim() === '')) {
    throw no(`should say in one to three lines what to notice, but it has ${JSON.stringify(watch)}`);
  }
  if (!question.trim().endsWith('?')) {
    throw no(`should end with a question, but this asks nothing: ${JSON.stringify(question)}`);
  }
  if (parts.length === 0 && !figure) throw no('has an empty list of parts: there is nothing to run');
  const slugs = parts.map(slug);
  if (parts.length > 1 && slugs.includes('')) throw no('has several parts, so each needs a title');
  const twice = parts.find((part, i) => slugs.indexOf(slug(part)) < i);
  if (twice)
    throw no(`has two parts called ${JSON.stringify(twice.title)}, so their files could not be told apart`);
}

/** Columns of a figure that stands on a page. */
const FIGURE_WIDTH = 76;

/** What a demo says beside its runs, for a page. @internal */
export function aboutDemo({ watch, question, figure }: Demo): HtmlAbout {
  return {
    watch: watch.join(' '),
    question,
    figure: figure?.({ width: FIGURE_WIDTH, color: false }).trimEnd() ?? '',
  };
}

/** A part's title as a piece of a file name: `by machines` becomes `by-machines`. */
export function slug({ title }: { readonly title: string }): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}

/** A demo is short; one that was changed and now runs for ever should say so soon. */
const MOST_EVENTS = 100_000;

/** How something is played. */
export interface PlayOptions {
  /** Seed of the loop's random numbers; 0 if not given. */
  readonly seed?: number;
  /** Have the traces tell the lines of awaits. */
  readonly sites?: SiteOption;
  /** How what the rules leave open is decided, and told in the trace; by its seed. Faithfully, and silently, if not given. */
  readonly schedule?: Schedule;
  /** Asked how long what takes time is to take. */
  readonly adjust?: Adjust;
  /** Sees what comes by chance, and may give what came in another run. @internal */
  readonly chance?: Chance;
  /** How many events a trace may have. A demo is short: 100,000 if not given. Else as many as a `Recorder` takes. */
  readonly maxEvents?: number;
  /** The virtual ms at which the traces end, and the programs with them; none if not given. */
  readonly until?: number;
  /** The loops' debug mode: forgotten coroutines of the library and slow callbacks are told. */
  readonly debug?: boolean;
  /** Who is told of errors that nobody else would see; the console if not given. */
  readonly exceptionHandler?: ExceptionHandler;
}

/**
 * Runs every part of a demo, each on a clock that starts at 0. Two times give the same traces, to the byte.
 *
 * Never throws what a program throws: that is its part's `failure`. With `sites` the traces tell at which lines things happen.
 *
 * @example playDemo(chores).map(({ trace }) => trace.endTime) // [2400000, 6000000]
 */
export function playDemo(demo: Demo, options: PlayOptions = {}): PlayedPart[] {
  return demo.parts.map((part) => playPart(demo, part, options));
}

/** Runs one part of a demo: see `playDemo`. Throws a ScheduleError if the schedule doesn't fit it. @internal */
export function playPart(
  demo: Demo,
  { title, program, fails }: DemoPart,
  options: PlayOptions = {},
): PlayedPart {
  const whole = title === '' ? demo.title : `${demo.title}: ${title}`;
  const meta = { title: whole, program: demo.name };
  const { trace, failure } = playProgram(program, meta, { maxEvents: MOST_EVENTS, ...options });
  const expected = fails !== undefined && failure?.error instanceof fails;
  return { title, trace, failure: failure && { error: failure.error, expected } };
}

/** What a trace says of a program that is no demo: the name of its file. @internal */
export function metaOf(path: string): TraceMeta {
  const name = basename(path);
  return { title: name, program: name };
}

/** A program that was run. */
interface Played {
  readonly trace: Trace;
  readonly failure: { readonly error: unknown } | null;
}

/**
 * Runs a program, or a script, from 0 ms on, and silently: its output is in the trace, where each line has its time.
 *
 * Never throws what it throws: that is its `failure`. Throws a ScheduleError if the schedule doesn't fit it. @internal
 */
export function playProgram(program: DemoProgram, meta: TraceMeta, options: PlayOptions = {}): Played {
  const { seed, schedule, maxEvents = DEFAULT_MAX_EVENTS, until, chance, ...settings } = options;
  const how = { print: () => {}, captureConsole: true, ...settings };
  const bounds = { maxEvents, ...(until !== undefined && { until }) };
  if (schedule !== undefined) {
    const held = chance === undefined ? {} : { chance };
    const { trace, error } = replay(scriptOf(program), schedule, { ...how, ...bounds, ...held, meta });
    return { trace, failure: error === null ? null : { error } };
  }
  const recorder = new Recorder(bounds);
  const world = new World(recorder);
  world.chance = chance ?? null;
  const known = seed === undefined ? {} : { seed };
  let failure: { readonly error: unknown } | null = null;
  try {
    runScript(scriptOf(program), { world, ...how, ...known });
  } catch (error) {
    failure = { error };
  }
  return { trace: recorder.toTrace({ ...meta, ...known }), failure };
}

/** A program as a script, which calls its main task `main`. @internal */
export function scriptOf(program: DemoProgram): () => unknown {
  return () => {
    const main: unknown = program();
    if (!isCoroutine(main)) return main;
    run(main, { name: 'main' });
  };
}
