/** The page, as a reader has it: a file that is opened in a browser. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import chores from '../../demos/02-chores.ts';
import { playDemo } from '../../src/node/demo.ts';
import { projectPath } from '../../src/node/load-program.ts';
import { pageOf, pageTemplate } from '../../src/node/page.ts';
import { describeInBrowser, expectQuiet, Reader, standsAt } from './reader.ts';

describeInBrowser('the page', () => {
  let reader: Reader;
  let address: string;
  beforeAll(async () => {
    reader = await Reader.start();
    address = reader.write(pageOf(playDemo(chores, { sites: projectPath }), chores.title));
  }, 120_000);
  afterAll(() => reader?.stop());

  it('opens from a disk, asks nobody for anything, and has nothing to complain of', async () => {
    const opened = await reader.open(address);
    const { page } = opened;
    await standsAt(page, 0);
    expect(await page.title()).toBe(chores.title);
    await page.keyboard.press('ArrowRight');
    await standsAt(page, 1);
    expect(await page.textContent('.sentence')).toBe('the task main is created');
    expectQuiet(opened);
    await opened.close();
  });

  it('is small as long as nothing is in it', () => {
    expect(Buffer.byteLength(pageTemplate())).toBeLessThan(300_000);
  });
});
