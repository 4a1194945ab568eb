/**
 * The house: which folder may import which. Each folder is an idea; an arrow that is not below is a mistake in one of
 * the two folders, not in this list.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));
const DEMOS = fileURLToPath(new URL('../demos', import.meta.url));

/** Left may import right, and whatever right may import. */
const ARROWS: Record<string, readonly string[]> = {
  core: [],
  combinators: ['core'],
  sync: ['core'],
  queues: ['core', 'sync'],
  io: ['core', 'queues'],
  cpu: ['core', 'sync', 'queues', 'io'],
  models: ['core', 'combinators', 'io', 'cpu', 'trace'],
  trace: [],
  views: ['trace'],
  analysis: ['core', 'cpu', 'trace'],
  testing: ['core', 'trace', 'views', 'explore'],
  vitest: ['testing', 'node'],
  explore: ['core', 'trace'],
  stepper: ['views', 'trace'],
  node: [
    'analysis',
    'core',
    'combinators',
    'sync',
    'queues',
    'io',
    'cpu',
    'models',
    'trace',
    'views',
    'stepper',
    'explore',
    'testing',
  ],
  cli: ['node'],
  page: ['views', 'stepper', 'trace'],
  // The programs that it runs get the public door, as any user does.
  playground: ['page', 'core', 'explore', 'testing', 'index.ts'],
};

/** The vocabulary of the log. It imports nothing, so everybody may import it. */
const VOCABULARY = join('trace', 'events.ts');

/** The browser's faces are built into one file, with what they are made of. */
const BUILT_IN: Record<string, RegExp> = {
  page: /^preact(\/|$)/,
  // Its programs are a reader's: they come in by the public doors.
  playground: /^(preact|codemirror|@codemirror|@lezer|sucrase|virtual:worker|loopscope)(\/|$)/,
};

/** What only Node has may be used here; everything else runs in a browser too. */
const NODE_ONLY = ['node', 'cli'];

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(text: string): string[] {
  return [
    ...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;]*?\bfrom\s*'([^']+)'|\bimport\s*\(?\s*'([^']+)'/g),
  ].map((match) => (match[1] ?? match[2])!);
}

const folderOf = (file: string): string => relative(SRC, file).split(sep)[0]!;

function mayImport(from: string, to: string): boolean {
  return from === to || (ARROWS[from] ?? []).some((next) => mayImport(next, to));
}

/** The imports of a source file that the house doesn't allow. */
function trespasses(file: string, text: string): string[] {
  const place = relative(SRC, file);
  const from = folderOf(file);
  return importsOf(text).flatMap((specifier) => {
    if (!specifier.startsWith('.')) {
      const isAllowed =
        specifier === 'eventemitter3' ||
        (specifier === 'vitest' && from === 'vitest') ||
        BUILT_IN[from]?.test(specifier) ||
        (specifier.startsWith('node:') && NODE_ONLY.includes(from));
      return isAllowed ? [] : [`${place} imports ${specifier}`];
    }
    const target = join(dirname(file), specifier);
    if (relative(SRC, target) === VOCABULARY || mayImport(from, folderOf(target))) return [];
    return [`${place} imports ${relative(SRC, target)}`];
  });
}

const WORDS = [/thread/i, /\bgil(?![a-z])/, /GIL/, /Gil(?![a-z])/];

/** The lines of a text of the core that speak of threads or the GIL, as words or as parts of names. No file is exempt. */
function machineWords(place: string, text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, i) =>
      WORDS.some((word) => word.test(line)) ? [`${place}:${i + 1}: ${line.trim()}`] : [],
    );
}

/** Whether a file does something when it is loaded, besides declaring what it has: by how its statements begin. */
function doesSomething(text: string): boolean {
  return /^(?:[\w$.]+\(|[\w$.[\]]+ [+?|&]*= |(?:await|new|delete|throw) |(?:try|if|for|while|switch) ?[({])/m.test(
    text,
  );
}

describe('the house', () => {
  const files = filesBelow(SRC).filter((file) => relative(SRC, file) !== 'index.ts');

  it('has an arrow for each folder, and no folder without one', () => {
    expect([...new Set(files.map(folderOf))].sort()).toEqual(Object.keys(ARROWS).sort());
  });

  it('is kept: every import follows an arrow, and only what is for Node uses Node', () => {
    expect(files.flatMap((file) => trespasses(file, readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('would notice a trespass', () => {
    const lock = join(SRC, 'sync', 'lock.ts');
    expect(trespasses(lock, "import { Queue } from '../queues/queue.ts';")).toEqual([
      'sync/lock.ts imports queues/queue.ts',
    ]);
    expect(trespasses(lock, "import type { Trace } from '../trace/trace.ts';")).toEqual([
      'sync/lock.ts imports trace/trace.ts',
    ]);
    expect(trespasses(lock, "import { readFileSync } from 'node:fs';")).toEqual([
      'sync/lock.ts imports node:fs',
    ]);
    expect(trespasses(lock, "export { x } from 'left-pad';")).toEqual(['sync/lock.ts imports left-pad']);
    const matchers = join(SRC, 'testing', 'matchers.ts');
    expect(trespasses(matchers, "import { expect } from 'vitest';")).toEqual([
      'testing/matchers.ts imports vitest',
    ]);
    expect(trespasses(lock, "import { render } from 'preact';")).toEqual(['sync/lock.ts imports preact']);
    const player = join(SRC, 'page', 'player.tsx');
    expect(trespasses(player, "import { useState } from 'preact/hooks';")).toEqual([]);
    expect(trespasses(player, "import { run } from '../core/runner.ts';")).toEqual([
      'page/player.tsx imports core/runner.ts',
    ]);
    expect(trespasses(lock, "import { CODE } from '../trace/events.ts';")).toEqual([]);
  });

  it('has a core that knows nothing of the machine: no word of it, in names, messages and comments', () => {
    const found = filesBelow(join(SRC, 'core')).flatMap((file) =>
      machineWords(relative(SRC, file), readFileSync(file, 'utf8')),
    );
    expect(found).toEqual([]);
  });

  it('would notice a word of the machine', () => {
    const lines = [
      'the loop’s own thread',
      'Threads wait',
      'checkThread()',
      'callSoonThreadsafe',
      "kind: 'thread'",
      'THREADS',
      'the GIL',
      'gilPhase',
      'hasGil',
      'agile, vigilant, in reading',
    ];
    expect(machineWords('loop.ts', lines.join('\n'))).toEqual(
      lines.slice(0, -1).map((line, i) => `loop.ts:${i + 1}: ${line}`),
    );
  });

  it('does nothing when it is loaded, but where the package says so: a bundler may leave out what nobody uses', () => {
    const { sideEffects } = JSON.parse(readFileSync(join(SRC, '..', 'package.json'), 'utf8'));
    expect(sideEffects).toEqual(['./dist/vitest/*.js', './src/vitest/*.ts']);
    // What is built into a page isn't in the package.
    const files = filesBelow(SRC).filter((file) => !(folderOf(file) in BUILT_IN));
    const places = files.map((file) => relative(SRC, file).replaceAll(sep, '/'));
    const doing = places.filter((place) => doesSomething(readFileSync(join(SRC, place), 'utf8'))).sort();
    expect(doing).toEqual([
      'cli/main.ts', // a process
      'core/coroutine.ts', // gives a function of its own its prototype
      'node/explore-worker.ts', // a thread
      'node/fresh-run-child.ts', // a process
      'vitest/sim-test.ts', // tells vitest of the matchers
    ]);
  });

  it('would notice what does something', () => {
    for (const line of ['expect.extend(matchers);', 'Array.prototype.x = 1;', 'await main();', 'if (x) y();'])
      expect(doesSomething(`const x = 1;\n${line}\n`), line).toBe(true);
    expect(doesSomething('export const y = () => {\n  run(x);\n};\n// x(1)\n')).toBe(false);
  });

  it('has a vocabulary of the log that imports nothing', () => {
    expect(importsOf(readFileSync(join(SRC, VOCABULARY), 'utf8'))).toEqual([]);
  });

  it('lets demos in by the public doors only, like any user', () => {
    const doors = [
      'loopscope',
      'loopscope/node',
      'loopscope/testing',
      'loopscope/vitest',
      'loopscope/explore',
    ];
    for (const file of filesBelow(DEMOS)) {
      const isLadder = file.includes('build-a-loop');
      const isTest = file.endsWith('.test.ts');
      const outside = importsOf(readFileSync(file, 'utf8')).filter(
        (specifier) =>
          !doors.includes(specifier) &&
          !(isLadder && specifier.startsWith('node:')) &&
          !(isTest && specifier === 'vitest'),
      );
      expect(outside, file).toEqual([]);
    }
  });
});
