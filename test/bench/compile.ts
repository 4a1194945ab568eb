/**
 * Compiles the benchmarks, and the sources they import, to JavaScript in a folder of their own: what is measured must
 * be what the package ships, without a loader in between. Types are not checked here; `npm run types` does that.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What was compiled, and how to be rid of it. */
export interface Compiled {
  /** The programs that child processes run: `measure.ts` and `schedules.ts`, compiled. */
  readonly measure: string;
  readonly schedules: string;
  remove(): void;
}

/** Compiles `measure.ts`, `schedules.ts` and all they import by the tsconfig.json of the repository. */
export function compile(): Compiled {
  // Inside node_modules, so that the dependencies are found from there.
  const cache = join(root, 'node_modules', '.cache', 'loopscope-bench');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'run-'));
  const config = join(folder, 'tsconfig.json');
  const settings = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      noCheck: true,
      allowImportingTsExtensions: false,
      rootDir: root,
      outDir: folder,
      paths: {},
    },
    include: [],
    files: ['measure.ts', 'schedules.ts'].map((file) => join(root, 'test', 'bench', file)),
  };
  writeFileSync(config, JSON.stringify(settings));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', config], { encoding: 'utf8' });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if (status !== 0) {
    remove();
    throw new Error(`the benchmarks could not be compiled:\n${stdout}${stderr}`);
  }
  const compiled = (file: string) => join(folder, 'test', 'bench', file);
  return { measure: compiled('measure.js'), schedules: compiled('schedules.js'), remove };
}
