/** What went wrong in a program, for whoever wrote it. */

import { basename } from 'node:path';
import { ExceptionGroup, LoopExit } from '../core/errors.ts';
import { printable } from '../views/cells.ts';
import { errorWords } from '../views/error-words.ts';
import { ProgramError } from './load-program.ts';

/** The name of the file, what was thrown, and where. `title` is that of the part. */
export function tell(error: unknown, path: string, title = ''): string {
  return [basename(path), title, inWords(error, path)].filter(Boolean).join(': ');
}

/** An error in its author's words, and where in the program's file it was thrown. */
export function inWords(error: unknown, path: string): string {
  const cause = error instanceof ProgramError ? error.cause : error;
  const text = errorWords(cause).split('\n').map(printable).join('\n');
  // Of a deadlock, or of several errors at once, there is no one place.
  if (
    !(cause instanceof Error) ||
    cause.name === 'DeadlockError' ||
    cause instanceof ExceptionGroup ||
    cause instanceof LoopExit
  )
    return text;
  const frame = cause.stack
    ?.split('\n')
    .find((line) => /^\s+at /.test(line) && line.includes(basename(path)));
  const place = frame && /([^/\\(\s]+:\d+:\d+)\)?$/.exec(frame)?.[1];
  return place ? `${text}\n  at ${place}` : text;
}
