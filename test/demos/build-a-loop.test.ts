/**
 * The ladder of tiny loops in demos/build-a-loop: what each rung prints, and the promises its files make to the
 * reader (short, whole, and true about which of their lines are new). Every rung is called in this process; only
 * one is really run as a program.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { main as callbacks } from '../../demos/build-a-loop/1-callbacks.ts';
import { main as futures } from '../../demos/build-a-loop/2-futures.ts';
import { main as tasks } from '../../demos/build-a-loop/3-tasks.ts';
import { main as timers } from '../../demos/build-a-loop/4-timers.ts';
import { main as cancellation } from '../../demos/build-a-loop/5-cancellation.ts';
import { main as gather } from '../../demos/build-a-loop/6-gather.ts';

type Main = (print: (line: string) => void) => void;

const ladder: readonly (readonly [name: string, main: Main])[] = [
  ['1-callbacks', callbacks],
  ['2-futures', futures],
  ['3-tasks', tasks],
  ['4-timers', timers],
  ['5-cancellation', cancellation],
  ['6-gather', gather],
];

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFileSync(`${root}demos/build-a-loop/${file}`, 'utf8');

/** What a rung prints, as the text of its `.out` file. */
function output(main: Main): string {
  const lines: string[] = [];
  main((line) => lines.push(line));
  return lines.map((line) => `${line}\n`).join('');
}

/** The lines of the loop itself, by line number: without comments, blanks, and the program that shows it. */
function loopLines(name: string): Map<number, string> {
  const lines = read(`${name}.ts`).split('\n');
  const loop = new Map<number, string>();
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('export function main')) break;
    const code = line.replace(/\s*(\/\/.*|\/\*\*.*\*\/)$/, '');
    if (code !== '') loop.set(index + 1, code);
  }
  return loop;
}

/** What the top of a rung says: the rung it grows out of, and which of its lines are new. */
function claim(name: string): { base: string; ranges: [first: number, last: number][] } {
  const [, rung, list] = /^\/\/ New since rung (\d): lines ([\d, -]+)\./m.exec(read(`${name}.ts`)) ?? [];
  const base = ladder.find(([other]) => other.startsWith(`${rung}-`))?.[0];
  if (base === undefined || list === undefined) throw new Error(`${name} does not say which lines are new`);
  const ranges = list.split(', ').map((range): [number, number] => {
    const [first, last = first] = range.split('-').map(Number);
    return [first!, last!];
  });
  return { base, ranges };
}

it('the ladder has these rungs and no others', () => {
  const files = readdirSync(`${root}demos/build-a-loop`).sort();
  expect(files).toEqual([...ladder.flatMap(([name]) => [`${name}.out`, `${name}.ts`]), 'README.md'].sort());
});

describe.each(ladder)('rung %s', (name, main) => {
  it('prints exactly what stands beside it', () => {
    expect(output(main)).toBe(read(`${name}.out`));
  });

  it('prints the same when it runs again: a loop that is done leaves nothing behind', () => {
    expect(output(main)).toBe(output(main));
  });

  it('has under 80 lines, comments and all, and none is wider than 110 columns', () => {
    const lines = read(`${name}.ts`).trimEnd().split('\n');
    expect(lines.length).toBeLessThan(80);
    expect(lines.filter((line) => line.length > 110)).toEqual([]);
  });

  it('is a whole loop: it imports nothing, and nothing in it takes real time', () => {
    expect(read(`${name}.ts`)).not.toMatch(/\bimport\b|\brequire\b|setTimeout|setImmediate|Promise|Date\b/);
  });

  it('says at its top what it is, what is new and what to notice, and ends with one question', () => {
    const lines = read(`${name}.ts`).trimEnd().split('\n');
    expect(lines[0]).toMatch(new RegExp(`^// Rung ${name[0]}: .*\\.$`));
    expect(lines[1]).toMatch(/^\/\/ New/);
    expect(lines[2]).toMatch(/^\/\/ Notice: /);
    expect(lines.at(-1)).toMatch(/^\/\/ Question: .*\?$/);
    expect(lines.filter((line) => line.startsWith('// Question: '))).toHaveLength(1);
  });
});

describe.each(ladder.slice(1))('rung %s says truly which lines are new', (name) => {
  const { base, ranges } = claim(name);
  const isNew = (line: number) => ranges.some(([first, last]) => first <= line && line <= last);

  it('every other line of its loop stands in the rung it grows out of, in the same order', () => {
    const before = loopLines(base).values();
    const strangers = [...loopLines(name)].filter(([line, code]) => {
      if (isNew(line)) return false;
      for (const old of before) if (old === code) return false;
      return true;
    });
    expect(strangers).toEqual([]);
  });

  it('each range that it calls new begins with a line that was not there before, and ends with code', () => {
    const before = new Set(loopLines(base).values());
    const loop = loopLines(name);
    for (const [first, last] of ranges) {
      const code = [...loop].filter(([line]) => first <= line && line <= last).map(([, text]) => text);
      expect(before).not.toContain(code[0]);
      expect(loop.has(last)).toBe(true);
    }
  });
});

describe('what the rungs teach', () => {
  const lines = (main: Main) => output(main).trimEnd().split('\n');

  it('1: what is queued during an iteration runs in the next one, behind what was ready', () => {
    expect(lines(callbacks).slice(-2)).toEqual(['iteration 1: c', 'iteration 2: d']);
  });

  it('2: no done callback runs inside setResult', () => {
    const text = lines(futures);
    expect(text.indexOf('iteration 1: whoever set it goes on')).toBe(1);
    expect(
      text.filter((line) => line.includes('callback')).every((line) => line.startsWith('iteration 2')),
    ).toBe(true);
  });

  it('3: a task that waits goes on one iteration after the result is set', () => {
    expect(lines(tasks)).toContain('iteration 2: writer has sent the letter');
    expect(lines(tasks)).toContain('iteration 3: reader reads "hello"');
  });

  it('4: three tasks that sleep twice for 1 s take 2 s together, three that block take 6 s', () => {
    const totals = lines(timers).filter((line) => line.startsWith('three tasks'));
    expect(totals).toEqual(['three tasks, sleep: 2 s', 'three tasks, blockingSleep: 6 s']);
  });

  it('5: the polite task is cancelled, the stubborn one is done, the one cancelled early never begins', () => {
    expect(lines(cancellation)).not.toContain('early begins');
    expect(lines(cancellation).slice(-3)).toEqual([
      'early is cancelled',
      'polite is cancelled',
      'stubborn is done',
    ]);
  });

  it('6: the results have the order of the arguments, and arrive two iterations after the last child', () => {
    expect(lines(gather).slice(-2)).toEqual(['iteration 4: a is done', 'iteration 6: parent gets a, b, c']);
  });
});

it('a rung runs as a program, and takes no real time to sleep', async () => {
  const shell = process.platform === 'win32'; // where npx is a script
  const run = promisify(execFile);
  const { stdout } = await run('npx', ['tsx', 'demos/build-a-loop/4-timers.ts'], { cwd: root, shell });
  expect(stdout).toBe(read('4-timers.out'));
}, 60_000);

it('the README leads to every rung, and to real sources only', () => {
  const readme = read('README.md');
  for (const [name] of ladder) expect(readme).toContain(`(${name}.ts)`);
  const sources = [...readme.matchAll(/`(src\/[^`]+)`/g)].map(([, path]) => path!);
  expect(sources.length).toBeGreaterThan(8);
  expect(sources.filter((path) => !existsSync(root + path))).toEqual([]);
});
