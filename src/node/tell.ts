/** What went wrong in a program, for whoever wrote it. */

import { basename } from 'node:path';
import { ExceptionGroup, LoopExit } from '../core/errors.ts';
import { printable } from '../views/cells.ts';
import { ProgramError } from './load-program.ts';
import { describeError } from './render-demo.ts';

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
