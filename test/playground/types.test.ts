/**
 * The programs of the lessons are type-checked, as a reader's editor at home would do it: as they stand there, changed as their
 * lesson asks for it, and changed as its question does. They are strings, so nobody else looks at them.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { LESSONS } from '../../src/playground/lessons/index.ts';
import { type Ask, see } from '../../src/playground/lessons/lesson.ts';
import { CHANGED } from './changed.ts';
import { runInNode } from './run-in-node.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'loopscope-lessons-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the compiler says of programs, each in a file of that name; [] if nothing. One call for all: starting it takes a while. */
function complaints(programs: Readonly<Record<string, string>>): string[] {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const [name, program] of Object.entries(programs))
    writeFileSync(join(folder, `${name}.ts`), `${program}\nexport {};\n`);
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: true,
      typeRoots: [join(ROOT, 'node_modules/@types')],
      paths: {
        loopscope: [join(ROOT, 'src/index.ts')],
        'loopscope/explore': [join(ROOT, 'src/explore/index.ts')],
      },
    },
    include: ['*.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    encoding: 'utf8',
  });
  const lines = stdout.split('\n').filter((line) => line.includes('error TS'));
  if (status !== 0 && lines.length === 0) throw new Error(`tsc failed: ${stdout}`);
  return lines;
}

it('each program of a lesson has types that hold, changed and unchanged', async () => {
  const programs: Record<string, string> = {};
  for (const lesson of LESSONS) {
    programs[lesson.id] = lesson.program;
    programs[`${lesson.id}-changed`] = CHANGED[lesson.id]!(lesson.program);
    let asked = 0;
    const ask: Ask = async (program, values) => {
      programs[`${lesson.id}-asked-${++asked}`] = program;
      return see(runInNode(program, values))!;
    };
    await lesson.question.answer(ask);
  }
  const wrong = { wrong: "import { sleep } from 'loopscope';\nsleep('3');" };
  const found = complaints({ ...programs, ...wrong });
  expect(found.filter((line) => line.includes('wrong.ts(2,7)'))).toHaveLength(1);
  expect(found.filter((line) => !line.includes('wrong.ts'))).toEqual([]);
}, 120_000);
