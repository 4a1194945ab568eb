/**
 * Program files: their default export, whatever they are written in.
 *
 * A program imports `loopscope`, and must get the very modules that the command line is made of: the loop that runs is known to
 * one of them. So a hook answers for those names, wherever the file lies and whatever else is installed there.
 *
 * TypeScript is read by tsx, which the package doesn't depend on: who writes programs in TypeScript has it, and who doesn't have
 * it is told. Where the command line itself runs from its sources, something reads TypeScript already.
 */

import { existsSync, statSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { extname, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Demo, DemoPart, DemoProgram } from './demo.ts';

const IS_SOURCE = import.meta.url.endsWith('.ts');
const DOORS = Object.fromEntries(
  [
    ['loopscope', '../index'],
    ['loopscope/testing', '../testing/index'],
    ['loopscope/explore', '../explore/index'],
    ['loopscope/node', '../node/index'],
  ].map(([name, path]) => [name, new URL(`${path}${IS_SOURCE ? '.ts' : '.js'}`, import.meta.url).href]),
);

/** A file can't be read, isn't what it should be, or can't be written; the message is one line that names it. */
export class FileError extends Error {}

/** What is thrown by a file itself while it is loaded: the program failed, before it began. */
export class ProgramError extends Error {
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`${path} fails while it is loaded`, { cause });
    this.path = path;
  }
}

/**
 * The default export of a program file. Throws `FileError` where there is none, and `ProgramError` with what the file throws as
 * its cause.
 */
export async function loadProgram(path: string): Promise<unknown> {
  const file = resolve(path);
  const stat = existsSync(file) ? statSync(file) : undefined;
  if (!stat) throw new FileError(`can't read ${path}: no such file or directory`);
  if (!stat.isFile()) throw new FileError(`can't read ${path}: it is no file`);
  if (/^\.[cm]?tsx?$/.test(extname(file))) await readTypeScript(path);
  openDoors();
  let module: { readonly default?: unknown };
  try {
    module = await import(pathToFileURL(file).href);
  } catch (error) {
    throw explain(path, error);
  }
  // A file that is no module by the rules of its folder comes with its exports in one.
  let found = module.default;
  if (typeof found === 'object' && found !== null && '__esModule' in found)
    found = (found as { default?: unknown }).default;
  if (found === undefined)
    throw new FileError(
      `${path} has no default export: write \`export default main\`, where main is the program (function*)`,
    );
  return found;
}

let readsTypeScript = IS_SOURCE;

async function readTypeScript(path: string): Promise<void> {
  if (readsTypeScript) return;
  const url = findTsx(path);
  if (url !== undefined) {
    const tsx = (await import(url)) as { register(): unknown };
    tsx.register();
  } else if (!(process.features as { typescript?: unknown }).typescript) {
    throw new FileError(
      `can't read ${path}: TypeScript is read by tsx, which isn't installed here; npm install -D tsx`,
    );
  }
  readsTypeScript = true;
}

/** The address of what registers tsx: beside the package, beside the program, or where one stands; undefined: nowhere. */
export function findTsx(path: string): string | undefined {
  for (const from of [
    import.meta.url,
    pathToFileURL(resolve(path)).href,
    pathToFileURL(resolve('x.js')).href,
  ]) {
    try {
      // What `require` finds is its half for old modules; the other one lies beside it.
      return pathToFileURL(createRequire(from).resolve('tsx/esm/api')).href.replace(/\.cjs$/, '.mjs');
    } catch {
      // not there
    }
  }
  return undefined;
}

let doorsAreOpen = false;

/** The hook runs in a thread of its own, where it gets nothing but its text. */
function openDoors(): void {
  if (doorsAreOpen) return;
  doorsAreOpen = true;
  const hook = `const doors = ${JSON.stringify(DOORS)};
export async function resolve(name, context, next) {
  const found = await next(Object.hasOwn(doors, name) ? doors[name] : name, context);
  return found.format === 'commonjs' && /\\.tsx?(\\?|$)/.test(found.url) && !found.url.includes('/node_modules/')
    ? { ...found, format: 'module' }
    : found;
}`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}

function explain(path: string, error: unknown): Error {
  const { name, message, code } = error as { name?: string; message?: string; code?: string };
  // esbuild says first that it failed, then where, by the whole path.
  const lines = String(message).split('\n');
  const first = (lines[name === 'TransformError' ? 1 : 0] ?? '').replace(/^.*?(?=\d+:\d+: ERROR: )/, '');
  const isUnreadable =
    name === 'SyntaxError' || name === 'TransformError' || code === 'ERR_UNKNOWN_FILE_EXTENSION';
  if (isUnreadable || code === 'ERR_MODULE_NOT_FOUND') return new FileError(`can't read ${path}: ${first}`);
  return new ProgramError(path, error);
}

// ---- what it exports ------------------------------------------------------------------------------------

/** The default export of a program file, by what it is. */
export type Loaded =
  | { readonly kind: 'demo'; readonly demo: Demo }
  | { readonly kind: 'function'; readonly program: DemoProgram }
  | { readonly kind: 'object'; readonly value: object };

/** Loads a program file. */
export async function load(path: string): Promise<Loaded> {
  const value = await loadProgram(path);
  if (typeof value === 'function') return { kind: 'function', program: value as DemoProgram };
  if (typeof value === 'object' && value !== null) {
    const { title, parts, watch } = value as Partial<Demo>;
    if (typeof title === 'string' && Array.isArray(parts) && Array.isArray(watch))
      return { kind: 'demo', demo: value as Demo };
    return { kind: 'object', value };
  }
  throw new FileError(
    `the default export of ${path} is ${typeof value === 'string' ? 'a string' : String(value)}, and no program (function*)`,
  );
}

/** Part `part` of a demo, from 1. Throws a `FileError` if it has no such part. */
export function partAt({ parts }: Demo, path: string, part: number): DemoPart {
  const found = parts[part - 1];
  if (found !== undefined) return found;
  const count = parts.length === 1 ? '1 part' : `${parts.length} parts`;
  throw new FileError(`${path} has ${count}, and no part ${part}`);
}

/** Loads a program file with something to run in it. */
export async function loadRunnable(path: string): Promise<Exclude<Loaded, { kind: 'object' }>> {
  const loaded = await load(path);
  if (loaded.kind !== 'object') return loaded;
  throw new FileError(
    `the default export of ${path} is an object, and no program (function*); if it is a workload: loopscope compare ${path}`,
  );
}

/** How a source file is called in a trace: by its path from the working directory. For `sites`. */
export function projectPath(file: string): string {
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  return relative(process.cwd(), path).replaceAll('\\', '/');
}
