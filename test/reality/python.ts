/** The python3 of this machine: what it says, and what its threads, processes and coroutines cost. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Costs } from '../../src/index.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** A Python program didn't do what it should. */
export class PythonError extends Error {}

/** Whether there is a python3 that runs. */
export function hasPython(): boolean {
  return spawnSync('python3', ['-c', ''], { timeout: 20_000 }).status === 0;
}

/** What a Python file beside this prints, as JSON. Throws a PythonError with what it says instead. */
export function runPython(file: string, args: readonly (string | number)[]): unknown {
  const { status, stdout, stderr } = spawnSync('python3', [`${FOLDER}${file}`, ...args.map(String)], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) throw new PythonError(`${file} failed:\n${stderr.trim() || 'no answer for a minute'}`);
  return JSON.parse(stdout);
}

/** What costs.py finds. */
export interface Measured {
  readonly python: string;
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  readonly gil: boolean;
  /** ms */
  readonly switchInterval: number;
  readonly figure: Readonly<Record<string, number>>;
  readonly spread: Readonly<Record<string, readonly [number, number]>>;
}

/** Measures the costs; `quick`: only those that take time, in few rounds. */
export function measureCosts(quick: boolean): Measured {
  return runPython('costs.py', quick ? ['quick'] : []) as Measured;
}

/** Those of the figures that are costs of a machine. */
export function costsOf({ figure }: Measured, names: readonly (keyof Costs)[]): Partial<Costs> {
  return Object.fromEntries(names.flatMap((name) => (name in figure ? [[name, figure[name]]] : [])));
}

/** What it was measured on, and not where or when. */
export function environment({ python, system, processor, cores, gil }: Measured): string {
  return `${python}${gil ? '' : ' without a GIL'}, ${system}, ${cores} ${cores === 1 ? 'core' : 'cores'} of ${processor}`;
}
