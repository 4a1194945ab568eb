/**
 * Traces on disk.
 *
 * What to save and how it looks is `saveTrace`'s affair, and what to refuse `loadTrace`'s; that a file is written whole or not
 * at all is whole-file.ts'. Here is only what they have in common.
 */

import { readFileSync } from 'node:fs';
import { loadTrace, saveTrace } from '../trace/json.ts';
import { type Trace, TraceFormatError } from '../trace/trace.ts';
import { reasonOf, replaceFile } from './whole-file.ts';

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

function cannot(verb: string, path: string, error: unknown): Error {
  return new Error(`can't ${verb} the trace file ${path}: ${reasonOf(error)}`, { cause: error });
}
