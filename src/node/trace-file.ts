/**
 * Traces on disk.
 *
 * A file is written whole or not at all: into a temporary file beside it, which then takes its name. Whoever looks
 * at the name meanwhile sees the old trace or the new one, and a full disk or a killed process can't leave half of
 * one. Beside it and not in the system's folder for such things, because a rename is only one step within a disk.
 *
 * What to save and how it looks is `saveTrace`'s affair, and what to refuse `loadTrace`'s; here is only the file.
 */

import { randomUUID } from 'node:crypto';
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { getSystemErrorMap } from 'node:util';
import { loadTrace, saveTrace } from '../trace/json.ts';
import { type Trace, TraceFormatError } from '../trace/trace.ts';

/**
 * Writes a trace to a file, as a whole or not at all.
 *
 * Throws `TraceFormatError` for a trace that could not be read back, and an Error that names the file and the reason
 * if it can't be written; either way the file is what it was before.
 *
 * @example
 * writeTraceFile('chores.json', recorder.toTrace({ title: 'Chores' }));
 */
export function writeTraceFile(path: string, trace: Trace): void {
  const text = saveTrace(trace);
  try {
    replaceFile(path, text);
  } catch (error) {
    throw cannot('write', path, error);
  }
}

function replaceFile(path: string, text: string): void {
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

/**
 * Reads a trace from a file.
 *
 * Throws `TraceFormatError` as `loadTrace` does, with the file's name in the message, and an Error that names the file
 * and the reason if it can't be read.
 *
 * @example
 * readTraceFile('chores.json').meta.title; // 'Chores'
 */
export function readTraceFile(path: string): Trace {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw cannot('read', path, error);
  }
  try {
    return loadTrace(text);
  } catch (error) {
    if (!(error instanceof TraceFormatError)) throw error;
    throw new TraceFormatError(`${path}: ${error.message}`, error.event, error.field);
  }
}

/** Node's own message would name the temporary file, which nobody asked for. */
function cannot(verb: string, path: string, error: unknown): Error {
  const { errno, message } = error as NodeJS.ErrnoException;
  const reason = errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1];
  return new Error(`can't ${verb} the trace file ${path}: ${reason ?? message}`, { cause: error });
}
