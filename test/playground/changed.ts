/** What a reader does with the program of each lesson when they change what it asks them to change. */

import { changed } from '../../src/playground/lessons/lesson.ts';

/** The program of a lesson, changed as it asks for it in the text. Where a slider is moved, it stays as it is. */
export const CHANGED: Readonly<Record<string, (program: string) => string>> = {
  coroutine: (program) => changed(program, 'cup}`);\n', 'cup}`);\n  yield* makeTea();\n'),
  'ready-queue': (program) => changed(program, 'yield* sleep(0);', ''),
  clock: (program) => program,
  overlap: (program) => program,
  blocking: (program) => changed(program, "blockingSleep(45, 'query')", 'yield* toThread(query)'),
  gil: (program) => changed(program, 'cores: 4,', 'cores: 4,\n  gil: false,'),
  cancellation: (program) => program,
  race: (program) =>
    changed(
      changed(program, 'withdraw(80)', 'account.run(() => withdraw(80))'),
      'withdraw(70)',
      'account.run(() => withdraw(70))',
    ),
};
