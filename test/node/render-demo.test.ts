import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { type Coroutine, ExceptionGroup, print, sleep, story, taskTable, ValueError } from 'loopscope';
import { playDemo, renderDemo } from 'loopscope/node';
import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../src/views/cells.ts';
import { fail, made, nap, pair, words } from './pieces.ts';

const napDemo = made({ ...words, title: 'A nap', program: nap });

it('tells the title, the output, the key moments, the picture, what to notice, and the question', () => {
  expect(renderDemo(napDemo, { width: 60 })).toBe(`\
A nap
─────

It prints
       0  good night
  20 min  good morning

Key moments
       0  main starts
       0  main waits: sleep 20 min
  20 min  ready queue empty: the clock jumps 0 → 20 min, to
          the timer of main
  20 min  main runs again: its sleep is over
  20 min  main is done

      0          5 min        10 min       15 min     20 min
      ├────────────┴────────────┴────────────┴─────────────┤
main  ●─ sleep 20 min ─────────────────────────────────────✓
loop  ●····················································●

● step   ─ waiting   ✓ done   · loop idle

Notice    This happens.
Question  Why?
`);
});

it('breaks anew a sentence that takes two lines to notice, for whatever width there is', () => {
  const watch = ['In the first of both, that is long enough,', 'they overlap. (See?)', 'Not in the second.'];
  const noticed = (width: number) =>
    renderDemo(made({ ...words, watch, program: nap }), { width })
      .split('\n')
      .slice(-5, -2);
  expect(noticed(160)).toEqual([
    '',
    'Notice    In the first of both, that is long enough, they overlap. (See?)',
    '          Not in the second.',
  ]);
  expect(noticed(50)).toEqual([
    'Notice    In the first of both, that is long',
    '          enough, they overlap. (See?)',
    '          Not in the second.',
  ]);
});

it('tells several parts one after the other, and draws them on one axis', () => {
  function* short(): Coroutine<void> {
    yield* sleep(10);
  }
  const parts = [
    { title: 'long', program: () => sleep(20) },
    { title: 'short', program: short },
  ] as const;
  expect(renderDemo(made({ ...words, parts, moments: ['clock:jump'] }), { width: 60 })).toBe(`\
A demo
──────

long
  Key moments
    20 ms  ready queue empty: the clock jumps 0 → 20 ms, to
           the timer of main

short
  Key moments
    10 ms  ready queue empty: the clock jumps 0 → 10 ms, to
           the timer of main

        0          5 ms        10 ms        15 ms      20 ms
        ├───────────┴────────────┴────────────┴────────────┤
long  20 ms
  main  ●─ sleep 20 ms ────────────────────────────────────✓
  loop  ●··················································●

short  10 ms
  main  ●─ sleep 10 ms ──────────✓
  loop  ●························●

● step   ─ waiting   ✓ done   · loop idle

Notice    This happens.
Question  Why?
`);
});

describe('key moments', () => {
  it('are those of the kinds that the demo asks for, or those it chooses', () => {
    const kinds = renderDemo(made({ ...words, program: nap, moments: ['task:done'] }));
    expect(kinds).toContain('Key moments\n  20 min  main is done\n\n');
    const chosen = made({ ...words, program: nap, moments: ({ time }) => time === 0 });
    expect(renderDemo(chosen)).toContain('Key moments\n  0  main starts\n  0  main waits: sleep 20 min\n\n');
  });

  it('are left out if there are none', () => {
    expect(renderDemo(made({ ...words, program: nap, moments: [] }))).not.toContain('Key moments');
  });

  it('are at most twelve lines; the rest is counted', () => {
    function* restless(): Coroutine<void> {
      for (let i = 0; i < 20; i++) yield* sleep(1);
    }
    const text = renderDemo(made({ ...words, program: restless, moments: ['clock:jump'] }));
    expect(text.match(/clock jumps/g)).toHaveLength(11);
    expect(text).toContain('  12 ms  … and 9 more: --story tells all\n');
  });
});

describe('the whole story', () => {
  const [played] = playDemo(napDemo);
  const whole = story(played!.trace, { detail: 'all', width: 78 }).replace(/^/gm, '  ');

  it('takes the place of the key moments where it is asked for', () => {
    const text = renderDemo(napDemo, { story: true });
    expect(text).toContain(`The whole story\n${whole}\n\n`);
    expect(text).not.toContain('Key moments');
  });

  it('is always told by a demo that is about it', () => {
    expect(renderDemo(made({ ...words, program: nap, moments: 'all' }))).toContain(
      `The whole story\n${whole}`,
    );
  });
});

it('a table of the tasks stands under the picture where it is asked for', () => {
  const [played] = playDemo(napDemo);
  const table = taskTable(played!.trace);
  expect(renderDemo(napDemo, { table: true })).toContain(`\n\n${table}\n\nNotice`);
  const parts = made({ ...words, parts: [{ title: 'by day', program: nap }] });
  expect(renderDemo(parts, { table: true })).toContain(`\n\nby day\n${table}\n\nNotice`);
});

describe('what a program throws', () => {
  it('stands below what it prints, expected or not', () => {
    const text = renderDemo(made({ ...words, program: fail, fails: ValueError }));
    expect(text).toContain('It throws\n  ValueError: not like this\n\nKey moments\n');
    expect(text).not.toContain('It prints');
    expect(renderDemo(made({ ...words, program: fail }))).toBe(text);
  });

  it('is told line by line, with the errors of a group below it', () => {
    function* both(): Coroutine<void> {
      yield* sleep(10);
      const inner = new ExceptionGroup('inner', [new Error('two\nlines')]);
      throw new ExceptionGroup('outer', [new TypeError('one'), inner, 42]);
    }
    expect(renderDemo(made({ ...words, program: both }))).toContain(`\
It throws
  ExceptionGroup: outer
    TypeError: one
    ExceptionGroup: inner
      Error: two
      lines
    42 was thrown, which is no Error

`);
  });
});

it('what a program prints can neither move the cursor nor forge a line', () => {
  function* rude(): Coroutine<void> {
    yield* sleep(1);
    print('\x1b[2Jgone\nnext');
  }
  const text = renderDemo(made({ ...words, program: rude }));
  expect(text).toContain('  1 ms  ␛[2Jgone\n        next\n');
  expect(text).not.toContain('\x1b');
});

describe('the width', () => {
  const long = 'A sentence that goes on and on, so that it has to be broken into several lines somewhere.';
  const parts = [
    { title: 'two in one bed', program: pair },
    { title: 'badly', program: fail },
  ] as const;
  const demo = made({ title: long, watch: [long, long], question: `${long} Or not?`, parts });
  const played = playDemo(demo);

  it('is kept by every line, and colours move nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 240 }), fc.boolean(), fc.boolean(), (width, story, table) => {
        const plain = renderDemo(demo, { width, story, table }, played);
        expect(Math.max(...plain.split('\n').map(cellWidth))).toBeLessThanOrEqual(width);
        const colored = renderDemo(demo, { width, story, table, color: true }, played);
        expect(stripVTControlCharacters(colored)).toBe(plain);
      }),
      { numRuns: 40 },
    );
  });

  it('of sentences is at most 100, however wide the terminal is', () => {
    const text = renderDemo(demo, { width: 240 }, played);
    const [, words] = text.split('\n\nNotice');
    expect(Math.max(...words!.split('\n').map(cellWidth))).toBeLessThanOrEqual(100);
  });
});
