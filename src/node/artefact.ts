/** What a failed test leaves on the disk, to be looked at when it is over: its trace. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Trace } from '../trace/trace.ts';
import { writeTraceFile } from './trace-file.ts';

/** File systems don't take longer names, and nobody reads them. */
const LONGEST = 100;

/**
 * Writes the trace of a test into a folder, which is made where it isn't there, and returns the path of the file; the test's name
 * gives the name of the file, and a file of that name is replaced.
 *
 * Throws an Error that names the file and the reason if it can't be written.
 *
 * @example writeArtefact('artefacts', 'alarm.test.ts rings', trace); // 'artefacts/alarm.test.ts-rings.json'
 */
export function writeArtefact(folder: string, name: string, trace: Trace): string {
  const file = name
    .replace(/[^\p{L}\p{N}._]+/gu, '-')
    .slice(0, LONGEST)
    .replace(/^[-.]+|-+$/g, '');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${file || 'test'}.json`);
  writeTraceFile(path, trace);
  return path;
}
