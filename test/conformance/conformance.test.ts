/**
 * Whether this library does what CPython does, on programs whose logs were recorded on CPython 3.14 under a virtual
 * clock. Nothing of asyncio is restated here: a rule of it is a program in programs/, with the log CPython gave.
 *
 * Where CPython leaves an order open (equal deadlines; the sets of a TaskGroup, of `wait`, of `as_completed`, of the
 * tasks cancelled at the end), the recording fixed it to the order of insertion, which is this library's.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runProgram } from './adapter.ts';
import { difference, showDifference } from './compare.ts';
import { CORPUS, loadPrograms, programFiles } from './corpus.ts';
import type { Expression, LogLine, Outcome, Program, Statement } from './ir.ts';
import { faultOf } from './validate.ts';

const files = programFiles(CORPUS);

function differences(programs: Program[]): string[] {
  return programs.flatMap(({ expect: expected, ...program }) => {
    const found = expected && difference(expected, runProgram(program));
    return found ? [showDifference({ ...program, expect: expected }, found)] : [];
  });
}

/** The example of the language, with its log. */
const program: Program = {
  name: 'example',
  category: 'example',
  rule: 'A lock held for 5 ms makes an acquire with a timeout of 2 ms fail at 2 ms.',
  objects: { L: { type: 'lock' } },
  main: [
    {
      op: 'spawn',
      name: 'a',
      body: [
        { op: 'with', ref: 'L', body: [{ op: 'sleep', d: 5 }] },
        { op: 'return', value: 3 },
      ],
    },
    {
      op: 'try',
      body: [
        { op: 'sleep', d: 0 },
        { op: 'wait_for', expr: { op: 'acquire', ref: 'L' }, timeout: 2 },
      ],
      except: [{ types: ['TimeoutError'], body: [{ op: 'log', text: 'late' }] }],
    },
    {
      op: 'gather',
      items: ['a', { op: 'coro', name: 'c', body: [{ op: 'log', text: 'hello' }] }],
    },
  ],
};
const log: LogLine[] = [
  [0, 'a', 'enter L'],
  [2, 'main', 'caught TimeoutError()'],
  [2, 'main', 'late'],
  [2, 'c', 'hello'],
  [5, 'a', 'exit L'],
  [5, 'main', 'gather -> [3,null]'],
  [5, null, 'main returned null'],
  [5, null, 'final a result 3'],
];

describe("programs leave the log that real CPython's asyncio leaves", () => {
  for (const file of files) {
    it(basename(file, '.json'), () => {
      expect(differences(loadPrograms(file)).join('\n\n')).toBe('');
    });
  }

  it('on 685 programs, each with an expected log', () => {
    const programs = files.flatMap(loadPrograms);
    expect(programs.length).toBe(685);
    expect(programs.filter((program) => !program.expect?.log.length).map(({ name }) => name)).toEqual([]);
  });
});

describe('where CPython leaves the order open, it is that of insertion', () => {
  const texts = (main: Statement[]): string[] =>
    runProgram({ ...program, main }).log.map(([, , text]) => text);
  const waiting = (name: string): Statement[] => [
    { op: 'try', body: [{ op: 'sleep', d: 9 }], finally: [{ op: 'log', text: `${name} stops` }] },
  ];
  const three = ['a', 'b', 'c'];

  it('equal deadlines: in the order in which the timers were set, undisturbed by a cancelled one', () => {
    const timers = [...'abcdefgh'].map(
      (name): Statement => ({ op: 'call_at', when: 5, name, body: [{ op: 'log', text: name }] }),
    );
    expect(texts([...timers, { op: 'handle_cancel', ref: 'c' }, { op: 'sleep', d: 5 }])).toEqual([
      ...'abdefgh',
      'main returned null',
    ]);
  });

  it('the children of a group, cancelled in the order of their creation', () => {
    const spawn = three.map((name): Statement => ({ op: 'tg_spawn', tg: 'G', name, body: waiting(name) }));
    const body: Statement[] = [...spawn, { op: 'sleep', d: 1 }, { op: 'raise', exc: 'ValueError' }];
    const group: Statement = { op: 'taskgroup', name: 'G', body };
    const caught: Statement = { op: 'try', body: [group], except: [{ types: ['ExceptionGroup'], body: [] }] };
    expect(texts([caught]).slice(0, 3)).toEqual(['a stops', 'b stops', 'c stops']);
  });

  it('the results of wait, and the coroutines of as_completed, in the order of the arguments', () => {
    const spawn = three.map((name): Statement => ({ op: 'spawn', name, body: [] }));
    const items = ['c', 'a', 'b', 'a'];
    expect(texts([...spawn, { op: 'wait', items }])).toContain('wait -> done=[c,a,b] pending=[]');
    const coroutines = ['c', 'a', 'b'].map(
      (name): Expression => ({ op: 'coro', name, body: [{ op: 'log', text: name }] }),
    );
    expect(texts([{ op: 'as_completed', items: coroutines }]).slice(0, 3)).toEqual(['c', 'a', 'b']);
  });

  it('the tasks left at the end, cancelled in the order of their creation', () => {
    const spawn = three.map((name): Statement => ({ op: 'spawn', name, body: waiting(name) }));
    expect(texts([...spawn, { op: 'sleep', d: 1 }]).slice(0, 5)).toEqual([
      'main returned null',
      'shutdown 3',
      'a stops',
      'b stops',
      'c stops',
    ]);
  });
});

describe('the comparison', () => {
  const planted = (index: number, line: LogLine): LogLine[] => log.with(index, line);

  it('finds the example of the language equal to its log', () => {
    expect(runProgram(program)).toEqual({ log });
    expect(differences([{ ...program, expect: { log } }])).toEqual([]);
  });

  it('notices a planted difference of a time, a task, a text, a missing and an additional line', () => {
    const first = (expected: LogLine[]) => difference({ log: expected }, runProgram(program));
    expect(first(planted(4, [6, 'a', 'exit L']))).toEqual({
      index: 4,
      expected: '[6,"a","exit L"]',
      got: '[5,"a","exit L"]',
    });
    expect(first(planted(3, [2, '?', 'hello']))).toMatchObject({ index: 3, got: '[2,"c","hello"]' });
    expect(first(planted(5, [5, 'main', 'gather -> [3,4]']))).toMatchObject({ index: 5 });
    expect(first(log.slice(0, -1))).toMatchObject({ index: 7, expected: '(end of the log)' });
    expect(first([...log, [5, null, 'more']])).toMatchObject({ index: 8, got: '(end of the log)' });
  });

  it('reports a difference with the rule of the program and the lines before it', () => {
    const wrong = { ...program, expect: { log: planted(4, [6, 'a', 'exit L']) } };
    expect(differences([wrong])).toEqual([
      `--- example
    rule: A lock held for 5 ms makes an acquire with a timeout of 2 ms fail at 2 ms.
      [2,"main","caught TimeoutError()"]
      [2,"main","late"]
      [2,"c","hello"]
    expected [6,"a","exit L"]
    got      [5,"a","exit L"]`,
    ]);
  });

  it('passes over the wording of messages, which have a space, but over nothing else', () => {
    const line = (text: string): Outcome => ({ log: [[0, null, text]] });
    const same = (a: string, b: string) => difference(line(a), line(b)) === undefined;
    expect(same('caught ValueError("too many")', 'caught ValueError("released 2 times")')).toBe(true);
    expect(same('caught ValueError("too many")', 'caught RuntimeError("too many")')).toBe(false);
    expect(same('caught ValueError("m1")', 'caught ValueError("m2")')).toBe(false);
    expect(same('caught ValueError("too many")', 'caught ValueError()')).toBe(false);
    expect(same('one line', 'another line')).toBe(false);
  });

  it('notices a run that failed and a deadlock of other tasks', () => {
    expect(difference({ log: [] }, { log: [], error: 'broken' })).toMatchObject({ got: 'broken' });
    const stuck: Program = {
      ...program,
      main: [{ op: 'event_wait', ref: 'E' }],
      objects: { E: { type: 'event' } },
    };
    expect(runProgram(stuck)).toEqual({ log: [[0, null, 'deadlock main']], deadlock: ['main'] });
    const others = difference({ log: [[0, null, 'deadlock main']], deadlock: ['a'] }, runProgram(stuck));
    expect(others).toMatchObject({ expected: 'deadlock ["a"]', got: 'deadlock ["main"]' });
  });
});

describe('a program that is none', () => {
  const faultInMain = (...main: unknown[]) => faultOf({ main });

  it('is refused before it runs, with the place and the reason', () => {
    expect(faultOf(program)).toBeUndefined();
    expect(faultOf({})).toBe('main: expected a list, not nothing');
    expect(faultInMain({ op: 'jump' })).toBe('main[0]: unknown op "jump"');
    expect(faultInMain({ op: 'log', text: 'a' }, { op: 'sleep' })).toBe('main[1]: no "d" in {"op":"sleep"}');
    expect(faultInMain({ op: 'sleep', d: '5' })).toBe('main[0].d: expected a number or "nan", not "5"');
    expect(faultInMain({ op: 'repeat', n: 2, body: [{ op: 'shield', expr: { op: 'nap' } }] })).toBe(
      'main[0].body[0].expr: unknown op "nap"',
    );
    expect(faultOf({ objects: { L: { type: 'mutex' } }, main: [] })).toBe('objects.L: unknown type "mutex"');
  });

  it('is refused by the adapter too, when it gets there', () => {
    const { error } = runProgram({ ...program, main: [JSON.parse('{"op":"jump"}')] });
    expect(error).toBe('invalid program: unknown statement {"op":"jump"}');
  });
});

describe('npm run conformance', { timeout: 60_000 }, () => {
  const script = fileURLToPath(new URL('./run.ts', import.meta.url));

  function conformance(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, ...args], {
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  it('prints a table and exits with 0 if all logs are equal, else shows the difference and exits with 1', () => {
    const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
    try {
      const [good, bad] = [join(folder, 'good.json'), join(folder, 'bad.jsonl')];
      writeFileSync(good, JSON.stringify({ programs: [{ ...program, expect: { log } }] }));
      writeFileSync(bad, JSON.stringify({ ...program, expect: { log: log.slice(0, -1) } }));
      expect(conformance(good)).toEqual({
        status: 0,
        stdout: 'category  passed  failed\nexample        1       0\ntotal          1       0\n',
        stderr: '',
      });
      const { status, stdout } = conformance(folder);
      expect(status).toBe(1);
      expect(stdout.split('\n').slice(0, 6)).toEqual([
        'category  passed  failed',
        'example        1       1',
        'total          1       1',
        '',
        '--- example',
        `    rule: ${program.rule}`,
      ]);
      expect(stdout).toContain('expected (end of the log)\n    got      [5,null,"final a result 3"]');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('exits with 2 and says why, if it is used wrongly or a file holds no programs', () => {
    const missing = conformance('nowhere.json');
    expect(missing.status).toBe(2);
    expect(missing.stderr).toMatch(/^conformance: nowhere\.json: ENOENT/);
    const wrong = conformance('--show', 'many');
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toMatch(/^conformance: --show expects a whole number, not 'many'\n\nusage: /);
    const noPrograms = conformance(fileURLToPath(new URL('../../package.json', import.meta.url)));
    expect(noPrograms.status).toBe(2);
    expect(noPrograms.stderr).toContain('main: expected a list, not nothing');
  });
});
