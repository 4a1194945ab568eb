/** What went wrong in a program, for whoever wrote it. */

import { basename } from 'node:path';
import { memberOf } from '../combinators/task-group.ts';
import { ExceptionGroup, LoopExit } from '../core/errors.ts';
import { printable } from '../views/cells.ts';
import { errorWords } from '../views/error-words.ts';
import { ProgramError } from './load-program.ts';

/** The name of the file, what was thrown, and where. `title` is that of the part. */
export function tell(error: unknown, path: string, title = ''): string {
  return [basename(path), title, inWords(error, path)].filter(Boolean).join(': ');
}

/**
 * An error in its author's words, and where in the program's file it was thrown; of several in a group each, with the task that
 * threw it.
 */
export function inWords(error: unknown, path: string): string {
  const cause = error instanceof ProgramError ? error.cause : error;
  if (cause instanceof ExceptionGroup) {
    const [head] = errorWords(cause).split('\n');
    return [head, ...cause.errors.map((inner) => memberInWords(inner, path).replace(/^/gm, '  '))].join('\n');
  }
  const text = errorWords(cause).split('\n').map(printable).join('\n');
  // Of a deadlock there is no one place.
  if (!(cause instanceof Error) || cause.name === 'DeadlockError' || cause instanceof LoopExit) return text;
  const frame = cause.stack
    ?.split('\n')
    .find((line) => /^\s+at /.test(line) && line.includes(basename(path)));
  const place = frame && /([^/\\(\s]+:\d+:\d+)\)?$/.exec(frame)?.[1];
  return place ? `${text}\n  at ${place}` : text;
}

function memberInWords(error: unknown, path: string): string {
  const name = error instanceof Error ? memberOf(error) : undefined;
  const words = inWords(error, path);
  return name === undefined ? words : `${printable(name)}: ${words}`;
}
