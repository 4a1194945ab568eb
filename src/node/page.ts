/**
 * The page for the browser: its template, and the sources that belong into it.
 *
 * In the package the template was built (dist/page). In a checkout nothing is built, and whoever runs a demo there wants to see the
 * sources at hand: it is made of them, and kept as long as they stay the same.
 */

import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { extname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Trace } from '../trace/trace.ts';
import { errorWords } from '../views/error-words.ts';
import { type HtmlAbout, htmlPage } from '../views/html.ts';
import { readSources } from './stepped.ts';

/** A run that is put into a page. */
interface PageRun {
  readonly title: string;
  readonly trace: Trace;
  /** What the program threw; null if it came to its end. */
  readonly failure: { readonly error: unknown } | null;
}

/**
 * One page that shows one or several runs, as the text of an HTML file. The sources that they name are in it, as far as they are at
 * hand; and what a demo says of itself, if it is one: see `aboutDemo`.
 *
 * @example replaceFile('chores.html', pageOf(playDemo(chores), chores.title))
 */
export function pageOf(runs: readonly PageRun[], title?: string, about?: HtmlAbout): string {
  const filled = runs.map(({ title, trace, failure }) => ({
    title,
    trace,
    sources: sourcesOf(trace),
    failure: failure === null ? '' : errorWords(failure.error),
  }));
  return htmlPage(pageTemplate(), filled, { ...(title !== undefined && { title }), ...(about && { about }) });
}

/**
 * The sources of a trace that may stand in a page. A page is given to others, and a trace may come from others: only programs, and
 * only those below the folder at hand.
 */
function sourcesOf(trace: Trace): Record<string, string> {
  const isProgram = (file: string) => /^\.[cm]?[jt]sx?$/.test(extname(file));
  const isBelow = (file: string) => !isAbsolute(file) && !file.split(/[\\/]/).includes('..');
  return Object.fromEntries(
    Object.entries(readSources(trace)).filter(([file]) => isProgram(file) && isBelow(file)),
  );
}

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The page without data. Throws an Error where it has to be built, and can't be. */
export function pageTemplate(): string {
  if (!import.meta.url.endsWith('.ts')) return readFileSync(path('../page/page.html'), 'utf8');
  const root = path('../..');
  const kept = join(root, 'node_modules', '.cache', 'loopscope');
  const file = join(kept, `page-${fingerprint(root)}.html`);
  if (!existsSync(file)) build(root, kept, file);
  return readFileSync(file, 'utf8');
}

/** What the page is made of, as a short name: another one for other sources. */
function fingerprint(root: string): string {
  const hash = createHash('sha256');
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of [...sources, join(root, 'vite.page.config.ts'), join(root, 'package-lock.json')])
    hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

/** Builds the page in a process of its own, and puts it in its place as a whole: several may do so at once. */
function build(root: string, kept: string, file: string): void {
  mkdirSync(kept, { recursive: true });
  const out = join(kept, randomUUID());
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const config = join(root, 'vite.page.config.ts');
  try {
    execFileSync(process.execPath, [vite, 'build', '--config', config, '--outDir', out], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '', VITEST: '' },
    });
    for (const old of readdirSync(kept))
      if (/^page-\w+\.html$/.test(old)) rmSync(join(kept, old), { force: true });
    renameSync(join(out, 'page.html'), file);
  } catch (error) {
    const said = String((error as { readonly stderr?: unknown }).stderr ?? '').trim();
    throw new Error(`the page can't be built: ${said || (error as Error).message}`, { cause: error });
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
