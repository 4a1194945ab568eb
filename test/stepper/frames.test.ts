/**
 * What a reader sees while stepping through a demo, at three sizes: the frames beside this file, to the letter. They are
 * rewritten by
 *
 *     npx vitest run test/stepper -u
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Demo } from 'loopscope/node';
import { describe, expect, it } from 'vitest';
import { playPart } from '../../src/node/demo.ts';
import { arrive, BEGINNING, begin, frame, press, Steppable, steer } from '../../src/stepper/index.ts';
import { parseSchedule } from '../../src/trace/schedule.ts';

const SIZES = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

/** A part of a demo, run as it is run for the stepper. */
async function steppable(
  name: string,
  part: number,
  schedule = 'seed=0 ...',
  label = '',
): Promise<Steppable> {
  const { default: demo } = (await import(`../../demos/${name}.ts`)) as { default: Demo };
  const file = `demos/${name}.ts`;
  const how = { sites: () => file, schedule: parseSchedule(schedule) };
  const { trace } = playPart(demo, demo.parts[part]!, how);
  const sources = { [file]: readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8') };
  return new Steppable(trace, sources, { label, canRunAgain: true, maxEvents: 50_000 });
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

  it.each(SIZES)(
    'shows what could have been chosen, and the run in which it was, at %i × %i',
    async (columns, rows) => {
      const at = ['/', ...'could have been', 'enter'].reduce(
        steer,
        begin(await steppable('12-lost-update', 0)),
      );
      await expect(frame(at.on, at.state, { columns, rows })).toMatchFileSnapshot(
        `frames/choice-${columns}x${rows}.txt`,
      );
      const wishing = steer(at, '2');
      const { schedule, label } = wishing.state.wish!;
      const chosen = arrive(wishing, await steppable('12-lost-update', 0, schedule, label));
      await expect(frame(chosen.on, chosen.state, { columns, rows })).toMatchFileSnapshot(
        `frames/chosen-${columns}x${rows}.txt`,
      );
    },
  );

  it('is shown in the README by such frames', () => {
    const read = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
    expect(read('../../README.md')).toContain(read('frames/threads-80x24.txt'));
    expect(read('../../README.md')).toContain(read('frames/chosen-80x24.txt'));
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
