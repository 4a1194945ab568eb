/**
 * How soon a page can be used: from the moment at which it is asked for until its picture is painted, and until the first key
 * is answered and that is painted, in Chromium without a window. Run by hand; what it prints are medians of seven.
 *
 *     npm run bench:page
 *
 * Times are the page's own, from the start of its navigation.
 */

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pageOf, pageTemplate } from '../../src/node/page.ts';
import { launchChromium } from '../chromium.ts';
import { largeTrace } from '../page/traces.ts';

const TRIES = 7;

interface Opened {
  readonly shown: number;
  readonly answered: number;
}

/** Runs before the page: notes when the player is painted, presses a key, and notes when that is painted. */
const WATCH = `
const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))));
globalThis.opened = new Promise((done) => {
  new MutationObserver(async (_, watch) => {
    if (!document.querySelector('.player')) return;
    watch.disconnect();
    const shown = await painted();
    dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
    while (document.querySelector('.player').dataset.seq !== '1') await painted();
    done({ shown, answered: await painted() });
  }).observe(document, { childList: true, subtree: true });
});`;

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const folder = mkdtempSync(join(tmpdir(), 'loopscope-page-'));
const browser = await launchChromium('--disable-gpu');
try {
  console.log(`an empty page: ${(pageTemplate().length / 1000).toFixed(0)} kB\n`);
  console.log('events      file      shown   first key answered');
  for (const events of [1_000, 20_000, 200_000]) {
    const trace = largeTrace(events * 0.82, 24);
    const file = join(folder, `${events}.html`);
    writeFileSync(file, pageOf([{ title: '', trace, failure: null }]));
    const times: Opened[] = [];
    for (let i = 0; i < TRIES; i++) {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await page.addInitScript(WATCH);
      await page.goto(pathToFileURL(file).href, { waitUntil: 'commit' });
      times.push(await page.evaluate<Opened>('opened'));
      await page.close();
    }
    const size = `${(statSync(file).size / 1e6).toFixed(2)} MB`;
    const [shown, answered] = [times.map((one) => one.shown), times.map((one) => one.answered)].map(median);
    console.log(
      `${String(trace.length).padStart(7)}  ${size.padStart(8)}  ${shown!.toFixed(0).padStart(6)} ms  ${answered!.toFixed(0).padStart(6)} ms`,
    );
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
