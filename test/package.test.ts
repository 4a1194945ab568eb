/**
 * It installs: what `npm pack` makes goes into an empty project, with its types, and runs a program there.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROGRAM = `
import { type Coroutine, DeadlockError, gather, minutes, now, Recorder, run, sleep, timeline } from 'loopscope';
import { matchers, runTest, simulate } from 'loopscope/testing';
import { explore, random, type Strategy } from 'loopscope/explore';
import { readTraceFile } from 'loopscope/node';

function* cook(dish: string, time: number): Coroutine<string> {
  yield* sleep(minutes(time));
  return dish;
}

function* main(): Coroutine<[string, number]> {
  const [rice, soup] = yield* gather(cook('rice', 40), cook('soup', 30));
  return [\`\${rice} and \${soup}\`, now()];
}

const recorder = new Recorder();
const [dishes, time]: [string, number] = run(main, { trace: recorder, name: 'main' });
console.log(dishes, time, timeline(recorder.toTrace(), { width: 60 }).split('\\n').length > 4);
const strategy: Strategy = random(1);
console.log(explore(main, { strategy, runs: 3 }).failures.length);
runTest(function* (sim) { yield* sim.advanceBy(5); });
console.log(simulate(main).outcome, typeof matchers, typeof readTraceFile, DeadlockError.name);
`;

const PROGRAM_FILE = `
import { type Coroutine, now, print, sleep } from 'loopscope';

export default function* main(): Coroutine<void> {
  yield* sleep(5);
  print('slept', now());
}
`;

describe('the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loopscope-package-'));
  const call = (command: string, args: string[], cwd = folder) => {
    try {
      return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
    }
  };
  let packed: { filename: string; files: { path: string }[] };

  beforeAll(() => {
    // The script that builds it prints too; the list of what was packed comes last.
    const printed = call('npm', ['pack', '--json', '--pack-destination', folder], ROOT);
    const [only] = JSON.parse(printed.slice(printed.search(/^[[{]/m))) as (typeof packed)[];
    packed = only!;
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    writeFileSync(join(folder, 'program.ts'), PROGRAM);
    call('npm', ['install', '--no-audit', '--no-fund', join(folder, packed.filename)]);
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('holds what was built and what it was built from, the licence and the README, and nothing else', () => {
    const places = new Set(packed.files.map(({ path }) => path.split('/')[0]));
    expect([...places].sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json', 'src']);
  });

  it('has the page for the browser in it as one built file, and nothing of what that is built from', () => {
    const paths = packed.files.map(({ path }) => path).filter((path) => /page|playground/.test(path));
    expect(paths.filter((path) => !/^(src|dist)\/node\/page\b/.test(path))).toEqual(['dist/page/page.html']);
    const page = readFileSync(join(folder, 'node_modules', 'loopscope', 'dist', 'page', 'page.html'), 'utf8');
    expect(page.length).toBeLessThan(300_000);
    expect(page).not.toMatch(/<(script|link)[^>]* (src|href)="(?!data:)/);
  });

  it('needs eventemitter3, and nothing else', () => {
    const installed = JSON.parse(
      readFileSync(join(folder, 'node_modules', 'loopscope', 'package.json'), 'utf8'),
    );
    expect(Object.keys(installed.dependencies)).toEqual(['eventemitter3']);
    expect(installed.bin).toEqual({ loopscope: './dist/cli/main.js' });
    expect(call('npm', ['ls', '--all', '--parseable']).trim().split('\n').length).toBe(3);
  });

  it('has types that hold for a program, checked to the last declaration', () => {
    const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
    const options = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,dom'];
    call(tsc, [...options, '--skipLibCheck', 'false', '--types', '', 'program.ts']);
  }, 60_000);

  it('has a door for vitest that asks for it, and others that don’t', () => {
    const load = (door: string) =>
      call('node', ['--input-type=module', '-e', `await import('loopscope/${door}')`]);
    for (const door of ['testing', 'explore', 'node']) load(door);
    expect(() => load('vitest')).toThrow("Cannot find package 'vitest'");
  });

  it('runs a program', () => {
    expect(call('node', ['program.js']).trim().split('\n')).toEqual([
      'rice and soup 2400000 true',
      '0',
      'result object function DeadlockError',
    ]);
  });

  it('knows the lines of the program from its own, also where source maps tell of its sources', () => {
    const forgetful = `import { run, Lock, sleep } from 'loopscope';
run(function* () {
  new Lock('door').acquire();
  yield* sleep(1);
}(), { debug: true, exceptionHandler: (_, { message }) => console.log(message) });`;
    writeFileSync(join(folder, 'forgetful.js'), forgetful);
    for (const options of [[], ['--enable-source-maps']])
      expect(call('node', [...options, 'forgetful.js'])).toMatch(
        /^coroutine lock\.acquire\(\) was never awaited: .*\/forgetful\.js:3:20\)\n$/,
      );
  });

  // These come last: tsx is put beside the package.
  describe('has a command line', () => {
    const npx = (...args: string[]) => call('npx', ['loopscope', ...args]);

    it('that runs JavaScript without anything else, and says what TypeScript needs', () => {
      writeFileSync(join(folder, 'nap.js'), PROGRAM_FILE.replace(/: Coroutine<void>|type Coroutine, /g, ''));
      expect(npx('run', 'nap.js')).toBe('slept 5\n');
      expect(npx('html', 'nap.js', '-o', '-')).toContain('"sources":{"nap.js":"');
      const hasTypes = 'typescript' in process.features && process.features.typescript;
      if (hasTypes) return; // this Node reads TypeScript by itself
      writeFileSync(join(folder, 'nap.ts'), PROGRAM_FILE);
      expect(() => npx('run', 'nap.ts')).toThrow(
        "can't read nap.ts: TypeScript is read by tsx, which isn't installed here; npm install -D tsx",
      );
    }, 60_000);

    it('that runs TypeScript by tsx, on the loop of the package itself', () => {
      symlinkSync(join(ROOT, 'node_modules', 'tsx'), join(folder, 'node_modules', 'tsx'), 'dir');
      writeFileSync(join(folder, 'nap.ts'), PROGRAM_FILE);
      expect(npx('run', 'nap.ts')).toBe('slept 5\n');
      expect(npx('timeline', 'nap.ts', '--width', '40').split('\n')[2]).toBe(
        'main  ●─ sleep 5 ms ───────────────────✓',
      );
      expect(JSON.parse(npx('export', 'perfetto', 'nap.ts')).displayTimeUnit).toBe('ms');
      expect(npx('html', 'nap.ts', '-o', '-')).toContain('"sources":{"nap.ts":"'); // where its tasks are
      // Each run in a process of its own.
      expect(npx('what-if', 'nap.ts', '--task', 'main', '--add', '1')).toContain(
        'before 5 ms, after 6 ms: 1 ms later',
      );
      // In threads, each of which reads TypeScript by itself.
      expect(npx('explore', 'nap.ts', '--workers', '2')).toBe(
        'exhaustive: 1 run, 1 different schedule, and there is no other one\nno failure\n',
      );
      // A folder whose files are no modules, by its own rules.
      mkdirSync(join(folder, 'old'));
      writeFileSync(join(folder, 'old', 'package.json'), '{"type": "commonjs"}');
      writeFileSync(join(folder, 'old', 'nap.ts'), PROGRAM_FILE);
      expect(npx('run', 'old/nap.ts')).toBe('slept 5\n');
    }, 60_000);
  });
});
