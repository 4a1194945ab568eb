/**
 * The README says nothing that is not so: its programs are run, and print what stands below them; its commands and files
 * exist. `UPDATE_OUTPUTS=1 npx vitest run test/readme.test.ts` writes what the programs print into it.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { loopscope } from './cli/console.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FILE = join(ROOT, 'README.md');
const text = readFileSync(FILE, 'utf8');
const programs = [...text.matchAll(/```ts\n(.*?)```\n\n```text\n(.*?)```/gs)].map(([, program, output]) => ({
  program: program!,
  output: output!,
}));

/** Runs a program with the package's names standing for the sources. */
function print(program: string): string {
  if (program.includes("from 'vitest'")) return failures(program);
  const folder = mkdtempSync(join(tmpdir(), 'loopscope-readme-'));
  try {
    const door = (path: string) => JSON.stringify(pathToFileURL(join(ROOT, 'src', path, 'index.ts')).href);
    const file = join(folder, 'program.ts');
    writeFileSync(
      file,
      program
        .replace(/'loopscope'/g, door(''))
        .replace(/'loopscope\/(\w+)'/g, (_, name: string) => door(name)),
    );
    return execFileSync('npx', ['tsx', file], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs tests, and gives the messages of those that fail. */
function failures(program: string): string {
  const folder = join(ROOT, 'test', 'vitest', 'programs');
  const [tests, report] = ['ts', 'json'].map((ending) =>
    join(folder, `readme-${process.pid}.example.${ending}`),
  );
  writeFileSync(tests!, program);
  try {
    const args = [
      'run',
      '--config',
      join(folder, 'vitest.config.ts'),
      '--reporter=json',
      `--outputFile=${report}`,
    ];
    const env = { ...process.env, SIM_TESTS: tests };
    spawnSync(process.execPath, [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), ...args], { env });
    const { testResults } = JSON.parse(readFileSync(report!, 'utf8')) as {
      testResults: { assertionResults: { title: string; failureMessages: string[] }[] }[];
    };
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    return results
      .flatMap(({ title, failureMessages }) =>
        failureMessages.map((text) => `${title}: ${text.split(/\n {4}at /)[0]}\n`),
      )
      .join('\n');
  } finally {
    rmSync(tests!, { force: true });
    rmSync(report!, { force: true });
  }
}

/** Each starts a process of its own, on a machine that may be busy. */
const PATIENT = { timeout: 60_000 };

describe('the README', () => {
  it('has a program for each use, and what it prints below each program', () => {
    expect(programs.length).toBe(7);
    expect([...text.matchAll(/```ts\n/g)].length).toBe(programs.length);
  });

  it.each(programs)('has a program that prints what stands below it', PATIENT, ({ program, output }) => {
    const printed = print(program);
    if (process.env.UPDATE_OUTPUTS) {
      const latest = readFileSync(FILE, 'utf8');
      const below = `${program}\`\`\`\n\n\`\`\`text\n`;
      writeFileSync(
        FILE,
        latest.replace(`${below}${output}\`\`\``, () => `${below}${printed}\`\`\``),
      );
      return;
    }
    expect(printed).toBe(output);
  });

  it('names commands that are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    expect(scripts.test).toBeDefined();
  });

  it('names files that are there', () => {
    const inCore = [...text.matchAll(/`([a-z-]+\.ts)`/g)].map(([, name]) => join('src/core', name!));
    const others = [...text.matchAll(/(?:npx tsx |`|\]\()((?:src|demos)\/[\w/.-]+)/g)].map(
      ([, path]) => path!,
    );
    const demos = inCore.filter((path) => /\d\d-/.test(path));
    const missing = [...inCore.filter((path) => !demos.includes(path)), ...others].filter(
      (path) => !existsSync(join(ROOT, path)),
    );
    expect(missing).toEqual([]);
  });

  it('leads through every file of the core', () => {
    const path = text.slice(text.indexOf('## Reading the source'), text.indexOf('## Where it differs'));
    const left = readdirSync(join(ROOT, 'src/core')).filter((file) => !path.includes(`\`${file}\``));
    expect(left).toEqual([]);
  });

  it('has command lines that print what stands below them', async () => {
    const blocks = [...text.matchAll(/```console\n\$ npx loopscope (.*)\n(.*?)```/gs)];
    expect(blocks.length).toBe(1);
    for (const [whole, line, output] of blocks) {
      const { out } = await loopscope(line!.replace('demos/', join(ROOT, 'demos/')));
      if (process.env.UPDATE_OUTPUTS) {
        const latest = readFileSync(FILE, 'utf8');
        const block = `\`\`\`console\n$ npx loopscope ${line}\n${out}\`\`\``;
        writeFileSync(
          FILE,
          latest.replace(whole, () => block),
        );
      } else expect(out).toBe(output);
    }
  });

  it('has an example for each command of the command line, each of which runs', async () => {
    const lines = [...text.matchAll(/^npx loopscope (.*?)\s+# /gm)].map(([, line]) => line!);
    const folder = mkdtempSync(join(tmpdir(), 'loopscope-readme-'));
    try {
      for (const line of lines) {
        const here = line
          .replace(/\b\w+\.ts\b/g, (name) => `@${name}`)
          .replace(/\b\w+\.(json|svg|html)\b/g, (name) => join(folder, name));
        const { code, out, err } = await loopscope(here);
        expect({ line, code }).toEqual({ line, code: 0 });
        expect(out + err, line).not.toBe('');
      }
      expect(readFileSync(join(folder, 'chores.svg'), 'utf8')).toMatch(/^<svg /);
      expect(readFileSync(join(folder, 'chores.html'), 'utf8')).toMatch(/^<!doctype html>/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    expect([...new Set(lines.map((line) => line.split(' ')[0]))].sort()).toEqual(
      COMMANDS.map(({ name }) => name).sort(),
    );
  }, 60_000);
});
