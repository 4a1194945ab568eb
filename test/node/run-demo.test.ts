import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { saveTrace, ValueError } from 'loopscope';
import { playDemo, readTraceFile, renderDemo, runDemo } from 'loopscope/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isStartedWith } from '../../src/node/run-demo.ts';
import { fail, made, nap, paper, words } from './pieces.ts';

const demo = made({ ...words, program: nap });
const parts = made({
  ...words,
  parts: [
    { title: 'by day', program: nap },
    { title: 'by night', program: nap },
  ],
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loopscope-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('options', () => {
  it('without any, the demo is told for 80 columns, without colours, on what is no terminal', () => {
    const terminal = paper();
    expect(runDemo(demo, [], terminal)).toBe(0);
    expect(terminal.text).toBe(renderDemo(demo));
    expect(terminal.errors).toBe('');
  });

  it.each([
    ['--story', { story: true }],
    ['--table', { table: true }],
    ['--width=50', { width: 50 }],
    ['--color', { color: true }],
    ['--no-color', {}],
  ])('%s', (option, options) => {
    const terminal = paper();
    expect(runDemo(demo, [option], terminal)).toBe(0);
    expect(terminal.text).toBe(renderDemo(demo, options));
  });

  it.each(['--help', '-h'])('%s tells every option, and runs nothing', (option) => {
    const terminal = paper();
    const refuses = made({
      ...words,
      program: () => {
        throw new Error('it ran');
      },
    });
    expect(runDemo(refuses, [option], terminal)).toBe(0);
    expect(terminal.text).toContain('Usage: npx tsx demos/nap.ts [options]');
    for (const name of ['story', 'table', 'width N', 'color', 'no-color', 'html FILE', 'json FILE', 'help']) {
      expect(terminal.text).toContain(`--${name} `);
    }
    expect(terminal.text).not.toContain('it ran');
  });

  it.each([['--story'], ['--step'], ['--part=1'], ['--table'], ['--json=x.json'], ['--html=x.html']])(
    'a figure alone has no trace: %s is refused, and --help doesn’t tell of it',
    (option) => {
      const figure = made({ ...words, figure: () => 'a figure' });
      const name = option.split('=')[0]!;
      const terminal = paper();
      expect(runDemo(figure, [option], terminal)).toBe(2);
      expect(terminal.errors).toBe(
        `nap.ts: Option '${name}' needs a trace, and this demo is a figure alone; --help lists the options\n`,
      );
      expect(terminal.text).toBe('');
      expect(runDemo(figure, ['--help'], terminal)).toBe(0);
      expect(terminal.text).not.toContain(name);
      expect(terminal.text).not.toContain('part');
      expect(terminal.text).toContain('--width N ');
      expect(runDemo(figure, ['--width=60'], terminal)).toBe(0);
    },
  );

  it.each([
    [['--stroy'], "Unknown option '--stroy'"],
    [['--no-story'], "Unknown option '--no-story'"],
    [['-x'], "Unknown option '-x'"],
    [['nap.json'], "Unexpected argument 'nap.json'"],
    [['--story=yes'], "Option '--story' does not take an argument"],
    [['--json'], "Option '--json <value>' argument missing"],
    [['--json', '--story'], "Option '--json' argument is ambiguous"],
    [['--json='], "Option '--json' needs the name of a file, got ''"],
    [['--width', '12'], "Option '--width' needs a whole number, 20 or more, got '12'"],
    [['--width', 'wide'], "Option '--width' needs a whole number, 20 or more, got 'wide'"],
    [['--width='], "Option '--width' needs a whole number, 20 or more, got ''"],
  ])('%j costs one clear line and exit code 2, and nothing is run', (args, message) => {
    const terminal = paper();
    expect(runDemo(demo, args, terminal)).toBe(2);
    expect(terminal.errors).toBe(`nap.ts: ${message}; --help lists the options\n`);
    expect(terminal.text).toBe('');
  });
});

describe('a terminal', () => {
  const isColored = (columns: number | undefined, env: Record<string, string>, ...args: string[]) => {
    const terminal = paper(columns, env);
    runDemo(demo, args, terminal);
    return terminal.text.includes('\x1b[');
  };

  it('is used in its whole width, however small', () => {
    const terminal = paper(100);
    runDemo(demo, ['--no-color'], terminal);
    expect(terminal.text).toBe(renderDemo(demo, { width: 100 }));
    const tiny = paper(7);
    expect(runDemo(demo, ['--no-color'], tiny)).toBe(0);
    expect(tiny.text).toBe(renderDemo(demo, { width: 20 }));
  });

  it('has colours; a file, NO_COLOR and a dumb terminal have none', () => {
    expect(isColored(80, {})).toBe(true);
    expect(isColored(80, { NO_COLOR: '' })).toBe(true); // empty means not set, by the convention
    expect(isColored(undefined, {})).toBe(false);
    expect(isColored(80, { NO_COLOR: '1' })).toBe(false);
    expect(isColored(80, { TERM: 'dumb' })).toBe(false);
  });

  it('has what the options say, whatever else is said', () => {
    expect(isColored(80, { NO_COLOR: '1' }, '--color')).toBe(true);
    expect(isColored(80, {}, '--no-color')).toBe(false);
  });
});

describe('--html', () => {
  it('makes one page of all parts, and tells the demo as it would be told without', () => {
    const terminal = paper();
    const path = join(folder, 'x.html');
    expect(runDemo(parts, ['--html', path], terminal)).toBe(0);
    expect(terminal.text).toBe(renderDemo(parts));
    expect(terminal.errors).toBe(`saved ${path}\n`);
    const page = readFileSync(path, 'utf8');
    expect(page).toContain('<title>A demo</title>');
    for (const title of ['by day', 'by night']) expect(page).toContain(`{"title":"${title}","trace":{`);
  });

  it('says that the page could not be written, after the demo was told', () => {
    const terminal = paper();
    const path = join(folder, 'none', 'x.html');
    expect(runDemo(demo, ['--html', path], terminal)).toBe(1);
    expect(terminal.text).toBe(renderDemo(demo));
    expect(terminal.errors).toBe(`nap.ts: can't write the page ${path}: no such file or directory\n`);
    expect(runDemo(demo, ['--html='], paper())).toBe(2);
  });
});

describe('--json', () => {
  it('saves the trace so that it can be read back, and says so on the error output', () => {
    const terminal = paper();
    const path = join(folder, 'nap.json');
    expect(runDemo(demo, ['--json', path], terminal)).toBe(0);
    expect(saveTrace(readTraceFile(path))).toBe(saveTrace(playDemo(demo)[0]!.trace));
    expect(terminal.text).toBe(renderDemo(demo));
    expect(terminal.errors).toBe(`saved ${path}\n`);
  });

  it('saves each of several parts in a file with its name in it, as --help says', () => {
    const terminal = paper();
    expect(runDemo(parts, ['--json', join(folder, 'x.json')], terminal)).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['x-by-day.json', 'x-by-night.json']);
    expect(readTraceFile(join(folder, 'x-by-night.json')).meta.title).toBe('A demo: by night');
    runDemo(parts, ['--help'], terminal);
    expect(terminal.text).toContain('for x.json these are x-by-day.json, x-by-night.json\n');
  });

  it('says in one line why a file can not be written, after the demo, with exit code 1', () => {
    const terminal = paper();
    const path = join(folder, 'none', 'x.json');
    expect(runDemo(demo, ['--json', path], terminal)).toBe(1);
    expect(terminal.errors).toBe(`nap.ts: can't write the trace file ${path}: no such file or directory\n`);
    expect(terminal.text).toBe(renderDemo(demo));
  });
});

describe('a program that fails', () => {
  it('as its demo is there to show is no fault: exit code 0', () => {
    const terminal = paper();
    expect(runDemo(made({ ...words, program: fail, fails: ValueError }), [], terminal)).toBe(0);
    expect(terminal.errors).toBe('');
  });

  it('in any other way is told with its place in the file: exit code 1', () => {
    const terminal = paper();
    expect(runDemo(made({ ...words, program: fail }), [], terminal)).toBe(1);
    expect(terminal.text).toContain('It throws\n  ValueError: not like this\n');
    expect(terminal.errors).toContain('ValueError: not like this\n');
    expect(terminal.errors).toContain('pieces.ts');
  });
});

describe('isStartedWith', () => {
  const started = process.argv[1];
  afterEach(() => {
    process.argv[1] = started!;
  });
  const startedWith = (path: string | undefined, url: string) => {
    process.argv[1] = path as string;
    return isStartedWith(url);
  };

  it('is true for the file that Node was started with, with or without its ending, or through a link', () => {
    const file = join(folder, 'a demo.ts');
    const url = pathToFileURL(file).href;
    writeFileSync(file, '');
    expect(startedWith(file, url)).toBe(true);
    expect(startedWith(join(folder, 'a demo'), url)).toBe(true);
    expect(startedWith(join(folder, '.', 'a demo.ts'), `${url}?v=1`)).toBe(true);
    symlinkSync(file, join(folder, 'link.ts'));
    expect(startedWith(join(folder, 'link.ts'), url)).toBe(true);
    expect(startedWith(file, pathToFileURL(join(folder, 'link.ts')).href)).toBe(true);
  });

  it('is false for every other file, and where there is none', () => {
    const url = pathToFileURL(join(folder, 'demo.ts')).href;
    writeFileSync(join(folder, 'demo.ts'), '');
    writeFileSync(join(folder, 'other.ts'), '');
    expect(startedWith(join(folder, 'other.ts'), url)).toBe(false);
    expect(startedWith(join(folder, 'gone.ts'), url)).toBe(false);
    expect(startedWith(undefined, url)).toBe(false);
    expect(startedWith(join(folder, 'demo.ts'), 'https://example.org/demo.ts')).toBe(false);
    expect(startedWith(join(folder, 'gone.ts'), pathToFileURL(join(folder, 'gone.ts')).href)).toBe(false);
  });
});

it('a reader that goes away (| head) is no error', async () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const args = ['--import', 'tsx', 'demos/02-chores.ts', '--story'];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy(); // long before anything is written
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
}, 60_000);

it('the demo that `npm run demo` runs is there', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(scripts.demo).toBe('tsx demos/02-chores.ts');
});
