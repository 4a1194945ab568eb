/**
 * A demo on the command line: `npx tsx demos/02-chores.ts --width 120`.
 *
 * Options are read before anything runs or is written, so a mistake in them costs one line. The terminal is handed
 * in: a test sees what a person would, without a process. Only the demo goes to the output; files that were saved and
 * what went wrong are told on the error output.
 *
 * The exit code is 0; or 1 if a program fails in a way that its demo isn't there to show, or a file can't be written;
 * or 2 for options that make no sense.
 */

import { realpathSync } from 'node:fs';
import { extname, join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { lineOf } from '../stepper/index.ts';
import { parseSchedule } from '../trace/schedule.ts';
import { errorWords } from '../views/error-words.ts';
import {
  aboutDemo,
  type Demo,
  type DemoDescription,
  describeDemo,
  type PlayedPart,
  playDemo,
  slug,
} from './demo.ts';
import { FreshRunError } from './fresh-run.ts';
import { projectPath } from './load-program.ts';
import { pageOf } from './page.ts';
import { renderDemo } from './render-demo.ts';
import { stepThrough } from './step.ts';
import type { Stepped, SteppedProgram } from './stepped.ts';
import { writeTraceFile } from './trace-file.ts';
import { reasonOf, replaceFile } from './whole-file.ts';

/**
 * Describes a demo; a demo file exports it as its default.
 *
 * If Node was started with that very file, the demo runs, as its command line says. Where the file is imported, nothing
 * runs. Throws a TypeError for a demo without a point: no title, nothing to notice, no question.
 *
 * @example
 * export default demo(import.meta, {
 *   title: 'Two naps',
 *   program: main,
 *   watch: ['They overlap: 20 ms, not 30.'],
 *   question: 'How long do three take?',
 * });
 */
export function demo(meta: { readonly url: string }, description: DemoDescription): Demo {
  const described = describeDemo(meta.url, description);
  if (isStartedWith(meta.url)) process.exitCode = runDemo(described);
  return described;
}

/**
 * Whether Node was started with the module at `url`, and not with one that imports it.
 *
 * By the real paths of both, as a file may be started through a link, or without its ending. (`import.meta.main` says
 * it in later versions of Node.)
 */
export function isStartedWith(url: string): boolean {
  const started = process.argv[1];
  if (started === undefined || !url.startsWith('file:')) return false;
  const module = realPath(fileURLToPath(url));
  if (module === undefined) return false;
  return realPath(started) === module || realPath(started + extname(module)) === module;
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // there is no such file
  }
}

/** Where a demo is shown. */
export interface Terminal {
  /** Its width in columns; undefined for what is no terminal but a file or a pipe. */
  readonly columns: number | undefined;
  readonly env: { readonly [name: string]: string | undefined };
  /** Has the reader step through something, and comes back at once; false if nobody is there to press keys. */
  step?(stepped: Stepped, color: boolean): boolean;
  out(text: string): void;
  err(text: string): void;
}

/**
 * Plays and tells a demo as its command line says; returns the exit code.
 *
 * @example process.exitCode = runDemo(chores, ['--story', '--width', '120']);
 */
export function runDemo(
  demo: Demo,
  args: readonly string[] = process.argv.slice(2),
  terminal: Terminal = processTerminal(),
): number {
  let options: Options;
  try {
    options = readOptions(args, demo);
  } catch (error) {
    terminal.err(`${demo.name}: ${(error as Error).message}; --help lists the options\n`);
    return 2;
  }
  if (options.help) {
    terminal.out(help(demo));
    return 0;
  }
  const { columns, env } = terminal;
  const width = options.width ?? Math.max(LEAST_WIDTH, columns ?? 80);
  const color = options.color ?? (columns !== undefined && !env.NO_COLOR && env.TERM !== 'dumb');
  if (options.step && terminal.step?.(steppedPart(demo, options), color)) return 0;
  const played = playDemo(demo, options.step ? { sites: projectPath } : {});
  const story = options.story || options.step; // where nobody can press keys
  terminal.out(renderDemo(demo, { width, color, story, table: options.table }, played));

  let code = 0;
  for (const { failure } of played) {
    if (failure === null || failure.expected) continue;
    terminal.err(`${stackOf(failure.error)}\n`);
    code = 1;
  }
  if (options.json !== undefined && !saveTraces(demo, options.json, played, terminal)) code = 1;
  if (options.html !== undefined && !savePage(demo, options.html, terminal)) code = 1;
  return code;
}

/** The part of a demo that is stepped through, and how one gets there again. */
function steppedPart({ file, parts }: Demo, { part, schedule }: Options): SteppedProgram {
  const which = parts.length > 1 ? ` --part ${part}` : '';
  const command = `npx tsx ${projectPath(file)}${which} --step --schedule`;
  return { file, part, schedule, command };
}

/** An error that the demo isn't there to show: whoever changed the file wants to know the place. */
function stackOf(error: unknown): string {
  return (error instanceof Error && error.stack) || errorWords(error);
}

/** Saves the traces of all parts, each in its file; false if one can't be written. */
function saveTraces(demo: Demo, file: string, played: readonly PlayedPart[], terminal: Terminal): boolean {
  try {
    for (const part of played) {
      const path = partFile(file, part);
      writeTraceFile(path, part.trace);
      terminal.err(`saved ${path}\n`);
    }
    return true;
  } catch (error) {
    terminal.err(`${demo.name}: ${(error as Error).message}\n`);
    return false;
  }
}

/** Saves a page of all parts; false if it can't be written. */
function savePage(demo: Demo, file: string, terminal: Terminal): boolean {
  try {
    // It shows the lines where everybody stands, of which the demo itself tells nothing.
    replaceFile(file, pageOf(playDemo(demo, { sites: projectPath }), demo.title, aboutDemo(demo)));
    terminal.err(`saved ${file}\n`);
    return true;
  } catch (error) {
    terminal.err(`${demo.name}: can't write the page ${file}: ${reasonOf(error)}\n`);
    return false;
  }
}

/** The file of a part: `chores.json` becomes `chores-by-machines.json`. An only part has `file` itself. */
function partFile(file: string, part: { readonly title: string }): string {
  if (part.title === '') return file;
  const { dir, name, ext } = parse(file);
  return join(dir, `${name}-${slug(part)}${ext}`);
}

// ---- options --------------------------------------------------------------------------------------------

interface Options {
  readonly story: boolean;
  readonly table: boolean;
  /** Step through it; which part, from 1. */
  readonly step: boolean;
  readonly part: number;
  /** The schedule to step by, as a line. */
  readonly schedule: string;
  readonly json: string | undefined;
  readonly html: string | undefined;
  readonly width: number | undefined;
  readonly color: boolean | undefined;
  readonly help: boolean;
}

/** In narrower terminals there is no room for a picture. */
const LEAST_WIDTH = 20;

/** What they show is in a trace, and a figure alone has none. */
const OF_A_TRACE = ['story', 'step', 'part', 'schedule', 'table', 'json', 'html'] as const;

const isFigureAlone = ({ parts }: Demo): boolean => parts.length === 0;

/** Throws an Error whose message is one line, for whoever typed the options. */
function readOptions(args: readonly string[], demo: Demo): Options {
  const values = parseOptions(args);
  for (const name of ['story', 'table', 'step', 'help'] as const) {
    if (values[name] === false) throw new Error(`Unknown option '--no-${name}'`);
  }
  const useless = values.help ? undefined : OF_A_TRACE.find((name) => values[name] !== undefined);
  if (isFigureAlone(demo) && useless !== undefined)
    throw new Error(`Option '--${useless}' needs a trace, and this demo is a figure alone`);
  const { story = false, table = false, step = false, help = false, json, html, color } = values;
  const part = Number(values.part ?? 1);
  if (!(Number.isInteger(part) && part >= 1))
    throw new Error(`Option '--part' needs the number of a part, 1 or more, got '${values.part}'`);
  if (!step && !help && (values.schedule !== undefined || values.part !== undefined))
    throw new Error(`Option '--${values.part === undefined ? 'schedule' : 'part'}' goes with --step`);
  if (step && part > demo.parts.length)
    throw new Error(`there is no part ${part} to step through, it has ${demo.parts.length}`);
  const { schedule = 'seed=0 ...' } = values;
  parseSchedule(schedule);
  for (const [name, file] of [
    ['json', json],
    ['html', html],
  ] as const)
    if (file === '' || file === '-')
      throw new Error(`Option '--${name}' needs the name of a file, got '${file}'`);
  const width = values.width === undefined ? undefined : Number(values.width);
  if (width !== undefined && !(Number.isSafeInteger(width) && width >= LEAST_WIDTH)) {
    throw new Error(`Option '--width' needs a whole number, ${LEAST_WIDTH} or more, got '${values.width}'`);
  }
  return { story, table, step, part, schedule, json, html, width, color, help };
}

function parseOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        story: { type: 'boolean' },
        table: { type: 'boolean' },
        step: { type: 'boolean' },
        part: { type: 'string' },
        schedule: { type: 'string' },
        json: { type: 'string' },
        html: { type: 'string' },
        width: { type: 'string' },
        color: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    // Node explains at length, over several lines; its first sentence says it.
    throw new Error((error as Error).message.split(/\.\s|\n/)[0]!.replace(/\.$/, ''));
  }
}

function help(demo: Demo): string {
  const { name, title, parts } = demo;
  const several =
    parts.length === 1
      ? ''
      : `; each part has a file of its own:
                  for x.json these are ${parts.map((part) => partFile('x.json', part)).join(', ')}`;
  const ofTrace = `\
  --story         tell the whole story, event by event, not only the key moments
  --step          step through it, forwards and backwards, in the terminal
  --part N        of several parts, step through this one; 1 by default
  --schedule LINE step through the run that this line is, which the stepper tells
  --table         show where each task's time went
`;
  const files = `\
  --html FILE     make a page for the browser, to step through it there
  --json FILE     save the trace${several}
`;
  return `${title}

Usage: npx tsx demos/${name} [options]

${isFigureAlone(demo) ? '' : ofTrace}\
  --width N       draw for N columns; by default those of the terminal, 80 elsewhere
  --color         use colours, even where the output is no terminal
  --no-color      use none; so does NO_COLOR=1 in the environment
${isFigureAlone(demo) ? '' : files}\
  -h, --help      show this text
`;
}

// ---- the terminal ---------------------------------------------------------------------------------------

/** The terminal of this process. A reader that leaves early (`| head`) is no error. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  for (const stream of [stdout, stderr]) {
    if (!stream.listeners('error').includes(onStreamError)) stream.on('error', onStreamError);
  }
  return {
    columns: stdout.isTTY ? stdout.columns || 80 : undefined,
    env,
    step: (stepped, color) => {
      if (!process.stdin.isTTY || !stdout.isTTY) return false;
      stepThrough(stepped, { input: process.stdin, output: stdout, color }).then(
        (on) => {
          const { run } = on;
          // What takes longer or less is in no schedule.
          if (run.label !== '' && run.change === '')
            stdout.write(`this run again: ${run.command} '${lineOf(on)}'\n`);
          if (!run.isFault) return;
          stderr.write(`${run.failure}\n`);
          process.exitCode = 1;
        },
        (error) => {
          stderr.write(error instanceof FreshRunError ? `${error.message}\n` : `${stackOf(error)}\n`);
          process.exitCode = 1;
        },
      );
      return true;
    },
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
  };
}

/** Whoever read has seen enough (`| head`): that is no error of ours. */
function onStreamError(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
