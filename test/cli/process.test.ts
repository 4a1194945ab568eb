/**
 * The command line as a real process: from the sources, with files wherever they are, pipes, and readers that leave.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loopscope, program } from './console.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TSX = join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');
const CHORES = program('chores.ts');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line; with `stop` its reader leaves after the first piece of output. */
function run(args: string[], { cwd = ROOT, input = '', stop = false } = {}): Promise<Ended> {
  const { NO_COLOR, FORCE_COLOR, ...env } = process.env;
  const child = spawn(
    process.execPath,
    [TSX, '--tsconfig', join(ROOT, 'tsconfig.json'), join(ROOT, 'src', 'cli', 'main.ts'), ...args],
    { cwd, env },
  );
  const ended = { out: '', err: '' };
  child.stdout.on('data', (data) => {
    ended.out += data;
    if (stop) child.stdout.destroy();
  });
  child.stderr.on('data', (data) => {
    ended.err += data;
  });
  child.stdin.on('error', () => {}); // not every command reads it
  child.stdin.end(input);
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...ended, code })));
}

describe('as a process', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'loopscope-process-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const save = (name: string, text: string) => writeFileSync(join(folder, name), text);

  it('says what it says in a test, without colours in a pipe', async () => {
    expect(await run(['timeline', CHORES])).toEqual(await loopscope('timeline @chores.ts'));
  });

  it('runs a program wherever it lies, whatever that folder thinks a module is, on the very loop of the command line', async () => {
    save(
      'program.ts',
      `import { type Coroutine, isCoroutine, print, sleep } from 'loopscope';
       import { demo } from 'loopscope/node';
       enum Time { short = 5 }
       export default function* main(): Coroutine<void> {
         yield* sleep(Time.short);
         print(isCoroutine(sleep(1)), typeof demo);
       }`,
    );
    expect(await run(['run', 'program.ts'], { cwd: folder })).toEqual({
      code: 0,
      out: 'true function\n',
      err: '',
    });
    const told = await run(['story', 'program.ts', '--key'], { cwd: folder });
    expect(told.out).toContain('main prints: true function');
  });

  it('ends with 1, 2 or 3, and one clear line', async () => {
    save('typo.ts', 'export default function* (\n');
    save('wrong.ts', "import { slep } from './missing.ts';\nexport default slep;\n");
    const typo = await run(['run', 'typo.ts'], { cwd: folder });
    expect({ code: typo.code, out: typo.out }).toEqual({ code: 3, out: '' });
    expect(typo.err).toMatch(/^loopscope run: can't read typo\.ts: 2:0: ERROR: Expected .*\n$/);
    const wrong = await run(['run', 'wrong.ts'], { cwd: folder });
    expect(wrong.code).toBe(3);
    expect(wrong.err).toMatch(
      /^loopscope run: can't read wrong\.ts: Cannot find module '.*missing\.ts'.*\n$/,
    );
    expect((await run(['run', program('deadlock.ts')])).code).toBe(1);
    expect((await run(['run'])).code).toBe(2);
    const failed = await run(['run', program('fail.ts')]);
    expect(failed).toEqual({
      code: 1,
      out: '',
      err: 'fail.ts: ValueError: not like this\n  at fail.ts:5:9\n',
    });
  });

  it('reads a trace from a pipe, and is silent when the reader of its output leaves', async () => {
    const json = await run(['export', 'json', CHORES]);
    expect(await run(['tasks', '-'], { input: json.out })).toEqual(await loopscope('tasks @chores.ts'));
    save(
      'long.js',
      "import { print } from 'loopscope';\nexport default () => { for (let i = 0; i < 50_000; i++) print('line', i); };\n",
    );
    const left = await run(['run', 'long.js'], { cwd: folder, stop: true });
    expect({ code: left.code, err: left.err }).toEqual({ code: 0, err: '' });
    expect(left.out.length).toBeLessThan(500_000);
  });

  it('explores a program that never ends until Ctrl-C is pressed, in threads too', async () => {
    save(
      'endless.mjs',
      "import { writeSync } from 'node:fs';\nexport default function* main() { writeSync(2, 'never\\n'); for (;;); }\n",
    );
    for (const options of [[], ['--workers', '2']]) {
      const args = [TSX, join(ROOT, 'src', 'cli', 'main.ts'), 'explore', 'endless.mjs', ...options];
      const child = spawn(process.execPath, args, { cwd: folder });
      let err = '';
      child.stderr.on('data', (data) => {
        err += data;
        if (/^never$/m.test(err)) child.kill('SIGINT');
      });
      const ended = await new Promise((resolve) =>
        child.on('close', (code, signal) => resolve(code ?? signal)),
      );
      expect(['SIGINT', 130]).toContain(ended);
      expect(err).toMatch(/^(never\n){1,2}$/);
    }
  });
}, 60_000);
