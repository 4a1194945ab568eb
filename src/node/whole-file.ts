/**
 * Files that are written whole or not at all: into a temporary file beside it, which then takes its name.
 *
 * Whoever looks at the name meanwhile sees the old file or the new one, and a full disk or a killed process can't leave half of
 * one. Beside it and not in the system's folder for such things, because a rename is only one step within a disk.
 */

import { randomUUID } from 'node:crypto';
import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { getSystemErrorMap } from 'node:util';

/** Writes a text to a file. Throws what the file system says; then the file is what it was before. */
export function replaceFile(path: string, text: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  // A pipe or a device (/dev/stdout) is written to: taking its name would put a file in its place.
  if (there && !there.isFile()) return writeFileSync(path, text);
  // What a link leads to is replaced, not the link.
  const target = there ? realpathSync(path) : path;
  const temporary = `${target}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    // `flush`: the text is on the disk before the name is, even if the power fails in between.
    writeFileSync(temporary, text, { flag: 'wx', flush: true, ...(there && { mode: there.mode }) });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Why a file can't be read or written. Node's own message would name the temporary file, which nobody asked for. */
export function reasonOf(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
}
