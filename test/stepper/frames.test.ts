/**
 * What a reader sees while stepping through a demo, at three sizes: the frames beside this file, to the letter. They are
 * rewritten by
 *
 *     npx vitest run test/stepper -u
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Demo } from 'loopscope/node';
import { playDemo } from 'loopscope/node';
import { describe, expect, it } from 'vitest';
import { BEGINNING, frame, press, Steppable } from '../../src/stepper/index.ts';

const SIZES = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

async function steppable(name: string, part: number): Promise<Steppable> {
  const { default: demo } = (await import(`../../demos/${name}.ts`)) as { default: Demo };
  const file = `demos/${name}.ts`;
  const { trace } = playDemo(demo, { sites: () => file })[part]!;
  return new Steppable(trace, {
    [file]: readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8'),
  });
}

describe('stepping through a demo', () => {
  it.each(SIZES)(
    'of a semaphore shows who stands where and waits for whom, at %i × %i',
    async (columns, rows) => {
      const on = await steppable('04-fetches', 2);
      const state = ['j', 'n', 'right', 'w'].reduce((now, key) => press(on, now, key), BEGINNING);
      await expect(frame(on, state, { columns, rows })).toMatchFileSnapshot(
        `frames/fetches-${columns}x${rows}.txt`,
      );
    },
  );

  it.each(SIZES)(
    'of a lost update shows the line in which a thread loses the GIL, at %i × %i',
    async (columns, rows) => {
      const on = await steppable('12-lost-update', 0);
      const state = ['b', ...'thread:preempt', 'enter'].reduce((now, key) => press(on, now, key), BEGINNING);
      await expect(frame(on, state, { columns, rows })).toMatchFileSnapshot(
        `frames/threads-${columns}x${rows}.txt`,
      );
    },
  );

  it('is shown in the README by such a frame', () => {
    const read = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
    expect(read('../../README.md')).toContain(read('frames/threads-80x24.txt'));
  });

  it('has a help that fits the smallest of them', async () => {
    const on = await steppable('01-one-coroutine', 0);
    await expect(frame(on, press(on, BEGINNING, '?'), { columns: 80, rows: 24 })).toMatchFileSnapshot(
      'frames/help-80x24.txt',
    );
  });

  it.each(SIZES.slice(0, 2))(
    'without its source gives the room to the lists and the story so far, at %i × %i',
    async (columns, rows) => {
      const { trace } = await steppable('08-deadlock', 0);
      const on = new Steppable(trace);
      const state = ['j', 'j', 'P'].reduce((now, key) => press(on, now, key), BEGINNING);
      await expect(frame(on, state, { columns, rows })).toMatchFileSnapshot(
        `frames/deadlock-without-source-${columns}x${rows}.txt`,
      );
    },
  );

  it('leaves the picture out first, where the screen is low', async () => {
    const on = await steppable('08-deadlock', 0);
    const state = ['j', 'j', 'w'].reduce((now, key) => press(on, now, key), BEGINNING);
    await expect(frame(on, state, { columns: 40, rows: 12 })).toMatchFileSnapshot(
      'frames/deadlock-40x12.txt',
    );
  });

  it('says so where there is too little room', async () => {
    const on = await steppable('01-one-coroutine', 0);
    expect(frame(on, BEGINNING, { columns: 39, rows: 3 })).toBe('39×3 is too small: 40×12 is the least\n\n');
  });
});
