/** Asks a Python at hand, where there is one. */

import { spawnSync } from 'node:child_process';

/** What a Python program prints for `input`, as JSON; null where there is no python3. */
export function askPython(program: string, input: unknown): unknown {
  const { status, stdout } = spawnSync('python3', ['-c', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return status === 0 ? JSON.parse(stdout) : null;
}
