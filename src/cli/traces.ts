/**
 * What commands look at: the traces of a file, which is a program that is run first, or a trace that was saved.
 */

import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { ExceptionGroup, LoopExit } from '../core/errors.ts';
import { metaOf, type PlayOptions, playDemo, playProgram, slug } from '../node/demo.ts';
import { FileError, loadRunnable, ProgramError } from '../node/load-program.ts';
import { describeError } from '../node/render-demo.ts';
import { reasonOf } from '../node/whole-file.ts';
import { loadTrace } from '../trace/json.ts';
import { type Trace, TraceFormatError } from '../trace/trace.ts';
import { printable } from '../views/cells.ts';
import { type Call, type Console, EXIT, UsageError } from './command.ts';

/** A trace, and what its program threw. */
export interface Shown {
  /** What tells it from others that are shown with it; '' if there is only one. */
  readonly title: string;
  readonly trace: Trace;
  readonly failure: { readonly error: unknown; readonly expected: boolean } | null;
  /** The file it comes from. */
  readonly path: string;
}

export const isTraceFile = (path: string): boolean => path === '-' || extname(path) === '.json';

/** The traces of all files of a call, and of all their parts, in order. */
export async function tracesOf(call: Call, how: Pick<PlayOptions, 'sites'> = {}): Promise<Shown[]> {
  const { args, options } = call;
  if (args.length === 0)
    throw new UsageError('which file? Give a program (.ts, .js) or a saved trace (.json)');
  if (args.filter((arg) => arg === '-').length > 1)
    throw new UsageError('- can be given once: there is one standard input');
  const shown: Shown[] = [];
  for (const path of args) {
    const own = isTraceFile(path)
      ? [savedTrace(path, call.terminal)]
      : await played(path, options.whole('seed', 0), how);
    shown.push(
      ...own.map((one) =>
        args.length === 1 ? one : { ...one, title: [nameOf(path), one.title].filter(Boolean).join(': ') },
      ),
    );
  }
  const part = options.text('part');
  return part === undefined ? shown : [partOf(shown, part)];
}

/** What a file is called among others. */
const nameOf = (path: string): string => (path === '-' ? 'standard input' : basename(path));

function partOf(shown: readonly Shown[], part: string): Shown {
  const wanted = slug({ title: part });
  const found = shown.find(({ title }) => slug({ title }) === wanted) ?? shown[Number(part) - 1];
  if (found) return { ...found, title: '' };
  const titles = shown.map(({ title }, i) => `${i + 1}${title && ` (${title})`}`);
  throw new UsageError(`there is no part '${part}': there are ${titles.join(', ')}`);
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

async function played(path: string, seed: number | undefined, how: PlayOptions): Promise<Shown[]> {
  const known = seed === undefined ? how : { ...how, seed };
  const loaded = await loadRunnable(path);
  if (loaded.kind === 'demo') {
    if (loaded.demo.parts.length === 0)
      throw new FileError(`${path} is a figure alone: loopscope run ${path}`);
    return playDemo(loaded.demo, known).map((part) => ({ ...part, path }));
  }
  const { trace, failure } = playProgram(loaded.program, metaOf(path), known);
  return [{ title: '', trace, failure: failure && { ...failure, expected: false }, path }];
}

/** Tells what programs threw that nobody expected; the exit code. */
export function tellFailures(shown: readonly Shown[], terminal: Console): number {
  const failed = shown.filter(({ failure }) => failure !== null && !failure.expected);
  for (const { title, failure, path } of failed) terminal.err(`${tell(failure!.error, path, title)}\n`);
  return failed.length > 0 ? EXIT.failed : EXIT.fine;
}

/** An error in its author's words, and where in the program's file it was thrown. */
export function tell(error: unknown, path: string, title = ''): string {
  const cause = error instanceof ProgramError ? error.cause : error;
  const text = describeError(cause).split('\n').map(printable).join('\n');
  const head = [basename(path), title, text].filter(Boolean).join(': ');
  // Of a deadlock, or of several errors at once, there is no one place.
  if (
    !(cause instanceof Error) ||
    cause.name === 'DeadlockError' ||
    cause instanceof ExceptionGroup ||
    cause instanceof LoopExit
  )
    return head;
  const frame = cause.stack
    ?.split('\n')
    .find((line) => /^\s+at /.test(line) && line.includes(basename(path)));
  const place = frame && /([^/\\(\s]+:\d+:\d+)\)?$/.exec(frame)?.[1];
  return place ? `${head}\n  at ${place}` : head;
}
