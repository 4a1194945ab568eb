/** What a failed test leaves on the disk, to be looked at when it is over: its trace, and a page that plays it. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Trace } from '../trace/trace.ts';
import { pageOf } from './page.ts';
import { writeTraceFile } from './trace-file.ts';
import { replaceFile } from './whole-file.ts';

/** File systems don't take longer names, and nobody reads them. */
const LONGEST = 100;

/**
 * Writes the trace of a test into a folder, which is made where it isn't there, and a page beside it; returns the paths of both files.
 * The test's name gives theirs, and files of that name are replaced.
 *
 * Throws an Error that names the file and the reason if one can't be written.
 *
 * @example writeArtefact('artefacts', 'alarm.test.ts rings', { trace, error }); // { trace: 'artefacts/alarm.test.ts-rings.json', … }
 */
export function writeArtefact(
  folder: string,
  name: string,
  { trace, error }: { readonly trace: Trace; readonly error: unknown },
): { readonly trace: string; readonly page: string } {
  const file = name
    .replace(/[^\p{L}\p{N}._]+/gu, '-')
    .slice(0, LONGEST)
    .replace(/^[-.]+|-+$/g, '');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, file || 'test');
  writeTraceFile(`${path}.json`, trace);
  replaceFile(`${path}.html`, pageOf([{ title: name, trace, failure: { error } }], name));
  return { trace: `${path}.json`, page: `${path}.html` };
}
