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
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FileError } from './command.ts';

const IS_SOURCE = import.meta.url.endsWith('.ts');
const DOORS = Object.fromEntries(
  [
    ['loopscope', '../index'],
    ['loopscope/testing', '../testing/index'],
    ['loopscope/explore', '../explore/index'],
    ['loopscope/node', '../node/index'],
  ].map(([name, path]) => [name, new URL(`${path}${IS_SOURCE ? '.ts' : '.js'}`, import.meta.url).href]),
);

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

/** Beside the package, beside the program, or where one stands. */
function findTsx(path: string): string | undefined {
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
