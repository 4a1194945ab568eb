import { FileError } from '../node/load-program.ts';
import { reasonOf, replaceFile } from '../node/whole-file.ts';
import type { Console } from './command.ts';

/** Where a text goes that may become a file: there as a whole or not at all, or to the output. */
export function write(text: string, file: string | undefined, terminal: Console): void {
  if (file === undefined || file === '-') {
    terminal.out(text);
    return;
  }
  try {
    replaceFile(file, text);
  } catch (error) {
    throw new FileError(`can't write ${file}: ${reasonOf(error)}`);
  }
  terminal.err(`saved ${file}\n`);
}
