/** The page, as a reader has it: a file that is opened in a browser. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import chores from '../../demos/02-chores.ts';
import fetches from '../../demos/04-fetches.ts';
import deadlock from '../../demos/08-deadlock.ts';
import models from '../../demos/11-five-models.ts';
import lostUpdate from '../../demos/12-lost-update.ts';
import blockingCall from '../../demos/13-blocking-call.ts';
import inThreads from '../../demos/14-cpu-in-threads.ts';
import criticalPath from '../../demos/18-critical-path.ts';
import { createTask, gather, Lock, print, Recorder, run, sleep } from '../../src/index.ts';
import { aboutDemo, type Demo, playDemo } from '../../src/node/demo.ts';
import { projectPath } from '../../src/node/load-program.ts';
import { pageOf, pageTemplate } from '../../src/node/page.ts';
import { why } from '../../src/trace/why.ts';
import { htmlPage } from '../../src/views/html.ts';
import { storyLines } from '../../src/views/story.ts';
import { describeInBrowser } from '../chromium.ts';
import { expectQuiet, Reader, standsAt } from './reader.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describeInBrowser('the page', () => {
  let reader: Reader;
  let address: string;
  const played = playDemo(chores as Demo, { sites: projectPath });
  const [machines, hand] = [played[0]!.trace, played[1]!.trace];
  const told = [...storyLines(machines)].map(({ text }) => text);
  const addressOf = (demo: unknown) => {
    const { title } = demo as Demo;
    return reader.write(pageOf(playDemo(demo as Demo, { sites: projectPath }), title));
  };
  const sentence = (page: Page) => page.textContent('.sentence');

  beforeAll(async () => {
    reader = await Reader.start();
    address = reader.write(pageOf(played, (chores as Demo).title));
  }, 120_000);
  afterAll(() => reader?.stop());

  it('opens from a disk, asks nobody for anything, and has nothing to complain of', async () => {
    const opened = await reader.open(address);
    const { page } = opened;
    await standsAt(page, 0);
    expect(await page.title()).toBe((chores as Demo).title);
    await page.keyboard.press('ArrowRight');
    await standsAt(page, 1);
    expect(await sentence(page)).toBe(told[0]);
    for (const key of ['n', 'j', 'P', 'L', 'w', '?']) await page.keyboard.press(key);
    await page.waitForSelector('dialog[open]');
    expectQuiet(opened);
    await opened.close();
  });

  it('is small as long as nothing is in it', () => {
    expect(Buffer.byteLength(pageTemplate())).toBeLessThan(300_000);
  });

  it('has the program’s source, and who stands on which line', async () => {
    const { page, close } = await reader.open(address);
    const at = machines.length - 1;
    const event = [...machines].findLast(({ kind, seq }) => kind === 'source:at' && seq < at)!;
    await page.goto(`${address}#seq=${event.seq}`);
    await standsAt(page, event.seq);
    const line = 'line' in event ? event.line : 0;
    const source = readFileSync('demos/02-chores.ts', 'utf8').split('\n');
    expect(await page.textContent('.source .here code')).toBe(source[line - 1]);
    expect(await page.locator('.source li').count()).toBe(source.length);
    await close();
  });

  it('opens at the moment that its address names, goes where it goes, and says where one is', async () => {
    const opened = await reader.open(`${address}#run=2&seq=9`);
    const { page } = opened;
    await page.waitForSelector('.player[data-seq="9"][data-run="2"]');
    await page.evaluate(() => {
      location.hash = '#run=1&seq=12';
    });
    await page.waitForSelector('.player[data-seq="12"][data-run="1"]');
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(() => location.hash === '#run=1&seq=11');
    // What makes no sense is the beginning, or the end.
    await page.evaluate(() => {
      location.hash = '#run=7&seq=999999999';
    });
    await page.waitForSelector(`.player[data-seq="${hand.length}"][data-run="2"]`);
    await page.evaluate(() => {
      location.hash = '#seq=-5&run=x';
    });
    await page.waitForSelector('.player[data-seq="0"][data-run="1"]');
    expectQuiet(opened);
    await opened.close();
  });

  it('has one clock for all of its runs, and goes on in one where another is over', async () => {
    const { page, close } = await reader.open(address);
    const at = [...machines].find(({ time }) => time === machines.endTime)!.seq;
    await page.goto(`${address}#seq=${at}`);
    await standsAt(page, at);
    await page.keyboard.press('z');
    const seq = [...hand].findLast(({ time }) => time <= machines.endTime)!.seq;
    await page.waitForSelector(`.player[data-seq="${seq}"][data-run="2"]`);
    await page.keyboard.press('z');
    await page.keyboard.press('G');
    expect(await page.textContent('.clock .time')).toBe('100 min');
    await page.goto(`${address}#seq=${machines.length}`);
    await standsAt(page, machines.length);
    await page.waitForFunction(() => document.querySelector('.clock .time')?.textContent === '40 min');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.querySelector('.clock .time')?.textContent === '60 min');
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(() => document.querySelector('.clock .time')?.textContent === '40 min');
    await close();
  });

  it('says since when the shown run is over where others go on, and its address leads back there', async () => {
    const { page, close } = await reader.open(`${address}#run=1&seq=${machines.length}`);
    await standsAt(page, machines.length);
    expect(await page.locator('.over').count()).toBe(0);
    await page.keyboard.press('G');
    const said = page.locator('.over');
    expect(await said.textContent()).toContain('over since 40 min');
    const hash = `#run=1&seq=${machines.length}&time=${100 * 60_000}`;
    await page.waitForFunction((wanted) => location.hash === wanted, hash);
    await page.reload();
    await standsAt(page, machines.length);
    expect(await page.textContent('.clock .time')).toBe('100 min');
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(() => document.querySelector('.clock .time')?.textContent === '60 min');
    // A time that says something else than the event is none.
    await page.evaluate(() => {
      location.hash = '#run=1&seq=12&time=6000000';
    });
    await standsAt(page, 12);
    expect(await page.textContent('.clock .time')).toBe('0');
    await close();
  });

  it('is scrubbed by the time of all of its runs, where there are several', async () => {
    const { page, close } = await reader.open(address);
    const scrubber = page.getByRole('slider', { name: 'Time' });
    await scrubber.fill(String(45 * 60_000));
    await page.waitForFunction(() => document.querySelector('.clock .time')?.textContent === '40 min');
    await scrubber.focus();
    for (const [key, time] of [
      ['End', '100 min'],
      ['Home', '0'],
      ['PageUp', '30 min'],
      ['PageUp', '40 min'],
      ['ArrowRight', '40 min'],
      ['PageDown', '40 min'],
      ['PageDown', '30 min'],
    ]) {
      await page.keyboard.press(key!);
      await page.waitForFunction(
        (wanted) => document.querySelector('.clock .time')?.textContent === wanted,
        time,
      );
    }
    expect(await scrubber.getAttribute('aria-valuetext')).toBe('30 min');
    await close();
  });

  it('plays, faster and slower, to the end, and pauses', async () => {
    const { page, close } = await reader.open(address);
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Play' }).waitFor();
    for (let i = 0; i < 5; i++) await page.keyboard.press('+');
    await page.keyboard.press('p');
    await page.waitForFunction(() => document.querySelector('.clock .time')?.textContent === '100 min');
    await page.getByRole('button', { name: 'Play' }).waitFor(); // it is over
    expect(await page.textContent('.speed')).toContain('256');
    await close();
  });

  it('tells why, and goes to a cause and back', async () => {
    const last = [...machines].findLast(({ kind }) => kind === 'task:step')!.seq;
    const chain = why(machines, last).map(({ event }) => event.seq);
    const { page, close } = await reader.open(`${address}#seq=${last}`);
    await standsAt(page, last);
    expect(await page.locator('.why li .text').allTextContents()).toEqual(
      chain.slice(1).map((seq) => told[seq - 1]),
    );
    await page.locator('.why li button').nth(1).click();
    await standsAt(page, chain[2]!);
    await page.keyboard.press('>');
    await standsAt(page, last);
    await page.keyboard.press('<');
    await standsAt(page, chain[1]!);
    await close();
  });

  it('goes from the timeline to what happened there, and says what lies under the pointer', async () => {
    const { page, close } = await reader.open(address);
    await standsAt(page, 0);
    const box = (await page.locator('.lanes .canvas').boundingBox())!;
    let tip = '';
    for (let y = 40; y < box.height - 30 && tip === ''; y += 8) {
      await page.mouse.move(box.x + box.width * 0.2, box.y + y);
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      tip =
        (await page
          .locator('.tip')
          .textContent({ timeout: 500 })
          .catch(() => '')) ?? '';
    }
    expect(tip).not.toBe('');
    await page.mouse.down();
    await page.mouse.up();
    await page.waitForFunction(() => document.querySelector<HTMLElement>('.player')!.dataset.seq !== '0');
    await close();
  });

  it('shows the whole of what lies under the pointer, also at the edge', async () => {
    const { page, close } = await reader.open(addressOf(deadlock), {
      viewport: { width: 1100, height: 640 },
    });
    await standsAt(page, 0);
    const box = (await page.locator('.lanes .canvas').boundingBox())!;
    await page.mouse.move(box.x + box.width - 20, box.y + 72); // where ann's life ends
    const tip = page.locator('.tip');
    await tip.getByText('ann: stuck in a deadlock').waitFor();
    const { x, y, width, height } = (await tip.boundingBox())!;
    expect(width).toBeGreaterThan(300);
    expect([x, y].every((at) => at >= 4) && x + width <= 1096 && y + height <= box.y + 72).toBe(true);
    await page.mouse.click(box.x + box.width - 20, box.y + 72);
    await page.locator('.sentence').getByText('deadlock: ann waits for knife, which bob holds').waitFor();
    await close();
  });

  it('searches the story and stops where it was told to, by what is typed', async () => {
    const { page, close } = await reader.open(address);
    await page.keyboard.press('/');
    await page.keyboard.type('laundry? no: washing joins');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.message');
    expect(await page.textContent('.message')).toContain('there is no');
    await page.keyboard.press('/');
    await page.keyboard.type('the clock jumps');
    await page.keyboard.press('Enter');
    const jump = told.findIndex((text) => text.includes('the clock jumps')) + 1;
    await standsAt(page, jump);
    await page.keyboard.press('b');
    await page.keyboard.type('40 min');
    await page.keyboard.press('Enter');
    await standsAt(page, [...machines].find(({ time }) => time >= 2_400_000)!.seq);
    expect(await page.locator('.landmarks .what').allTextContents()).toEqual(['“the clock jumps”', '40 min']);
    await close();
  });

  it('searches and stops without a keyboard as well: by buttons, and by a click on a line', async () => {
    const { page, close } = await reader.open(address);
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    await press('Search');
    await page.getByRole('textbox').fill('the clock jumps');
    await press('OK');
    const jumps = told.flatMap((text, i) => (text.includes('the clock jumps') ? [i + 1] : []));
    await standsAt(page, jumps[0]!);
    await press('Next hit');
    await standsAt(page, jumps[1]!);
    await press('Previous hit');
    await standsAt(page, jumps[0]!);
    await press('Search no more');
    await page.waitForSelector('.landmarks', { state: 'detached' });
    await page.click('[data-line="27"] .number');
    await page.waitForSelector('[data-line="27"] .number.stops');
    await standsAt(page, jumps[0]!); // to set a stop is not to go there
    await press('Previous stop');
    await page.waitForSelector('[data-line="27"].here');
    await press('No longer stop at demos/02-chores.ts:27');
    await page.waitForSelector('.landmarks', { state: 'detached' });
    await close();
  });

  it('goes to the time at which its axis is clicked, and follows whoever draws the cursor along it', async () => {
    const { page, close } = await reader.open(address);
    const box = (await page.locator('.lanes canvas').boundingBox())!;
    const at = (share: number) => [box.x + box.width * share, box.y + 20] as const;
    const clock = (time: string) =>
      page.waitForFunction((wanted) => document.querySelector('.clock .time')?.textContent === wanted, time);
    await page.mouse.click(...at(0.7));
    await clock('60 min');
    await page.mouse.move(...at(0.7));
    await page.mouse.down();
    await page.mouse.move(...at(0.99), { steps: 4 });
    await clock('100 min');
    await page.mouse.move(...at(0.36), { steps: 4 });
    await clock('30 min');
    await page.mouse.up();
    await close();
  });

  it('tells what a demo is there to show, with its question and its figure', async () => {
    const demo = criticalPath as Demo;
    const shown = pageOf(playDemo(demo), demo.title, aboutDemo(demo));
    const { page, close } = await reader.open(reader.write(shown));
    const panel = page.getByRole('tabpanel', { name: 'Notice' });
    await panel.waitFor();
    const text = await panel.textContent();
    expect(text).toContain('The image takes longest to come, and yet it isn’t on the path');
    expect(text).toContain('the database twice as fast          60 ms');
    expect(text).toContain('Give the database two channels: what is the critical path then?');
    await close();
  });

  it('announces each step to those who hear it', async () => {
    const { page, close } = await reader.open(address);
    await page.keyboard.press('ArrowRight');
    await standsAt(page, 1);
    await page.waitForFunction(
      (text) => document.querySelector('[aria-live=polite]')?.textContent === text,
      `${told[0]}. Event 1 of ${machines.length}, 0`,
    );
    await close();
  });

  it('has a column that is as wide as the widest time, and a table of times that fits its pane', async () => {
    const main = function* () {
      const work = function* (ms: number) {
        for (const wait of [ms, ms * 100]) {
          yield* sleep(wait);
          print(`after ${wait}`);
        }
      };
      yield* gather(
        [39.049, 1.25, 7].map((ms) => createTask(work(ms), { name: `a worker that sleeps ${ms} ms` })),
      );
    };
    const recorder = new Recorder();
    run(main, { trace: recorder, print: () => {} });
    const trace = recorder.toTrace({ title: 'Times' });
    const { page, close } = await reader.open(
      `${reader.write(htmlPage(pageTemplate(), [{ title: '', trace }]))}#seq=${trace.length - 4}`,
    );
    await standsAt(page, trace.length - 4);
    for (const [tab, rows] of [
      ['path', '.path li'],
      ['why', '.why li'],
      ['path', '.output li'],
    ] as const) {
      await page.click(`#tab-${tab}`);
      await page.locator(rows).first().waitFor();
      const gaps = await page.locator(rows).evaluateAll((all) =>
        all.map((row) => {
          const range = document.createRange();
          range.selectNodeContents(row.querySelector('.time')!);
          return (
            row.querySelector('.text')!.getBoundingClientRect().left - range.getBoundingClientRect().right
          );
        }),
      );
      expect(Math.min(...gaps), rows).toBeGreaterThan(8);
    }
    await page.click('#tab-times');
    const cut = await page.locator('.tab-panel').evaluate((pane) => pane.scrollWidth > pane.clientWidth);
    expect(cut).toBe(false);
    const [name, pane] = await page.evaluate(() => {
      const scrolls = document.querySelector('.times .scrolls')!;
      scrolls.scrollLeft = 1000;
      return [scrolls.querySelector('tbody th')!, scrolls].map((one) => one.getBoundingClientRect().left);
    });
    expect(name).toBe(pane);
    await close();
  });

  it('says why waits were overdue: the loop was busy, or it lacked the GIL', async () => {
    for (const [demo, said] of [
      [blockingCall, 'the loop was too busy to notice'],
      [inThreads, 'the loop couldn’t run'],
    ] as const) {
      const { page, close } = await reader.open(addressOf(demo));
      await page.keyboard.press('G');
      await page.click('#tab-times');
      await page.locator('#times-about').getByText('overdue').waitFor();
      expect(await page.textContent('#times-about')).toContain(said);
      await close();
    }
  });

  it('has all events as a list, of which only what can be seen is there', async () => {
    const { page, close } = await reader.open(address);
    await page.click('#tab-events');
    const list = page.getByRole('listbox');
    await list.focus();
    await page.keyboard.press('End');
    await standsAt(page, machines.length);
    await page.keyboard.press('ArrowUp');
    await standsAt(page, machines.length - 1);
    const here = page.getByRole('option', { selected: true });
    expect(await here.textContent()).toContain(told.at(-2));
    expect(await here.getAttribute('aria-posinset')).toBe(String(machines.length - 1));
    expect(await list.getAttribute('aria-activedescendant')).toBe(await here.getAttribute('id'));
    expect(await page.getByRole('option').count()).toBeLessThan(machines.length);
    await close();
  });

  it('can be used with a keyboard alone: everything has its turn', async () => {
    const { page, close } = await reader.open(`${address}#seq=38`);
    await standsAt(page, 38);
    for (const tab of ['why', 'times', 'path', 'late', 'events']) {
      await page.click(`#tab-${tab}`);
      const wanted = await page.evaluate(() => {
        const all = document.querySelectorAll<HTMLElement>('button, input, [tabindex="0"]');
        const names: string[] = [];
        for (const [i, element] of [...all].entries()) {
          element.dataset.place = element.dataset.place ?? String(i);
          const isOff = (element as HTMLButtonElement).disabled || element.tabIndex < 0;
          if (!isOff) names.push(element.dataset.place);
        }
        (document.activeElement as HTMLElement).blur();
        return names;
      });
      const met = new Set<string>();
      for (let i = 0; i < wanted.length + 5; i++) {
        await page.keyboard.press('Tab');
        const place = await page.evaluate(() => (document.activeElement as HTMLElement).dataset.place ?? '');
        met.add(place);
      }
      expect(
        wanted.filter((place) => !met.has(place)),
        tab,
      ).toEqual([]);
    }
    // Tabs are one stop, with the arrows between them; and the focus can be seen.
    await page.click('#tab-why');
    await page.keyboard.press('ArrowRight');
    await page.waitForSelector('#tab-times[aria-selected=true]:focus-visible');
    expect(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)).toBe('solid');
    await standsAt(page, 38); // the arrows were those of the tabs
    await page.focus('.scrubber');
    await page.keyboard.press('ArrowRight');
    await standsAt(page, 39);
    await page.keyboard.press('?');
    await page.waitForSelector('dialog[open]');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog[open]', { state: 'detached' });
    await close();
  });

  it.each([1081, 1100, 1440, 700, 360])('has room for the names of all tabs, %i px wide', async (width) => {
    const { page, close } = await reader.open(address, { viewport: { width, height: 640 } });
    const cut = await page.evaluate(() => {
      const tabs = document.querySelector('.tabs')!;
      const isCut = (one: Element) => one.scrollWidth > one.clientWidth;
      return [tabs, ...tabs.querySelectorAll('button')].filter(isCut).map(({ textContent }) => textContent);
    });
    expect(cut).toEqual([]);
    await close();
  });

  it.each(['light', 'dark'] as const)('has nothing that axe finds serious, %s', async (colorScheme) => {
    for (const [demo, viewport] of [
      [chores, { width: 1440, height: 900 }],
      [lostUpdate, { width: 390, height: 844 }],
      [deadlock, { width: 900, height: 700 }],
    ] as const) {
      const { page, close } = await reader.open(`${addressOf(demo)}#seq=21`, { colorScheme, viewport });
      await standsAt(page, 21);
      await page.evaluate(AXE);
      for (const tab of ['why', 'times', 'path', 'late', 'events', 'help']) {
        if (tab === 'help') await page.keyboard.press('?');
        else await page.click(`#tab-${tab}`);
        const found = await page.evaluate(async () => {
          const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
          return violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join('\n')}`);
        });
        expect(found, tab).toEqual([]);
      }
      await close();
    }
  });

  it('can be made light and dark', async () => {
    const { page, close } = await reader.open(address, { colorScheme: 'dark' });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await ground();
    await page.getByRole('button', { name: 'Light colours' }).click();
    await page.getByRole('button', { name: 'Dark colours' }).waitFor();
    expect(await ground()).not.toBe(dark);
    await close();
  });

  it('moves tasks from place to place, and nothing where the reader asked for less motion', async () => {
    // All are ready in the second iteration, and sleep in the third.
    const from = [...machines].filter(({ kind }) => kind === 'iteration')[1]!.seq;
    const moving = async (reducedMotion: 'reduce' | 'no-preference') => {
      const { page, close } = await reader.open(`${address}#seq=${from}`, { reducedMotion });
      await standsAt(page, from);
      await page.evaluate(() => {
        const seen: string[] = [];
        Object.assign(globalThis, { seen });
        const animate = Element.prototype.animate;
        Element.prototype.animate = function (this: HTMLElement, ...args) {
          seen.push(this.dataset.key ?? '');
          return animate.apply(this, args);
        };
      });
      await page.keyboard.press('n');
      await page.waitForFunction(
        (before) => Number(document.querySelector<HTMLElement>('.player')!.dataset.seq) > before,
        from,
      );
      const seen = await page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
      await close();
      return seen;
    };
    expect(await moving('no-preference')).toContain('task:2');
    expect(await moving('reduce')).toEqual([]);
  });

  it('is as wide as its window, whatever has to be said', async () => {
    for (const [width, height] of [
      [1440, 900],
      [900, 700],
      [1920, 1080],
      [1280, 577],
      [1081, 560],
    ] as const) {
      // A long sentence, and a long cause.
      const { page, close } = await reader.open(`${addressOf(fetches)}#seq=47`, {
        viewport: { width, height },
      });
      await standsAt(page, 47);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      const play = (await page.getByRole('button', { name: 'Play' }).boundingBox())!;
      expect(play.y + play.height).toBeLessThanOrEqual(height);
      for (const pane of ['.source-pane', '.places-pane', '.side-pane', '.lanes'])
        expect((await page.locator(pane).boundingBox())!.height, `${pane}, ${width}`).toBeGreaterThan(160);
      await close();
    }
  });

  it.each([1081, 768, 390])(
    'shows which of many runs is shown, %i px wide, and that there are more',
    async (width) => {
      const { page, close } = await reader.open(`${addressOf(models)}#run=5&seq=3`, {
        viewport: { width, height: 700 },
      });
      const strip = page.locator('.runs');
      const more = () => strip.getAttribute('data-more');
      const isSeen = () =>
        strip.evaluate((one) => {
          const { left, right } = one.querySelector('[aria-pressed="true"]')!.getBoundingClientRect();
          const all = one.getBoundingClientRect();
          return left >= all.left && right <= all.right;
        });
      await standsAt(page, 3);
      expect(await isSeen()).toBe(true);
      expect(await more()).toBe('before');
      await page.keyboard.press('z');
      await page.waitForSelector('.player[data-run="1"]');
      expect(await isSeen()).toBe(true);
      await expect.poll(more).toBe('after');
      await close();
    },
  );

  it.each([320, 390])(
    'keeps the timeline in its place on a phone, explains all signs, and is no wider: %i px',
    async (width) => {
      for (const demo of [chores, fetches, lostUpdate]) {
        const { page, close } = await reader.open(addressOf(demo), { viewport: { width, height: 844 } });
        await standsAt(page, 0);
        const height = () => page.locator('.places-pane').evaluate((one) => one.clientHeight);
        const before = await height();
        for (let i = 0; i < 6; i++) await page.keyboard.press('n');
        expect(await height()).toBe(before);
        await page.keyboard.press('G');
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        const [room, least] = await page.evaluate(() => [
          document.querySelector('.lanes .canvas')!.clientHeight,
          Number.parseFloat(
            document.querySelector<HTMLElement>('.player')!.style.getPropertyValue('--lanes-least'),
          ),
        ]);
        expect(room).toBeGreaterThanOrEqual(Math.floor(least!) - 2);
        await close();
      }
    },
  );

  it('fits a phone: nothing is wider than it, and its buttons are large enough for a thumb', async () => {
    for (const demo of [chores, models, lostUpdate, deadlock]) {
      const viewport = { width: 390, height: 844 };
      const opened = await reader.open(`${addressOf(demo)}#seq=20`, {
        viewport,
        isMobile: true,
        hasTouch: true,
      });
      const { page } = opened;
      await standsAt(page, 20);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      const outside = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('.transport button, .transport input')]
          .map((one) => [one.getAttribute('aria-label'), one.getBoundingClientRect()] as const)
          .filter(
            ([, { left, right, bottom, width, height }]) =>
              left < 0 || right > innerWidth || bottom > innerHeight || width < 34 || height < 22,
          )
          .map(([name]) => name),
      );
      expect(outside).toEqual([]);
      await page.getByRole('button', { name: 'Next event' }).tap();
      await page.waitForFunction(
        () => Number(document.querySelector<HTMLElement>('.player')!.dataset.seq) > 20,
      );
      expectQuiet(opened);
      await opened.close();
    }
  });

  it('shows as text what is meant to be more', async () => {
    const evil = '</script><img src=x onerror=alert(1)>';
    function* task() {
      const lock = new Lock(`lock ${evil}`);
      yield* lock.acquire();
      yield* sleep(1);
      print(`line ${evil}`);
      throw new Error(`thrown ${evil}`);
    }
    const recorder = new Recorder();
    const main = function* () {
      const rice = createTask(task(), { name: `task ${evil}` });
      yield* gather([rice]);
    };
    let failure = '';
    try {
      run(main, { trace: recorder, name: '<!--<script>', print: () => {}, sites: () => `file ${evil}.ts` });
    } catch (error) {
      failure = String(error);
    }
    const trace = recorder.toTrace({ title: `title ${evil}` });
    const sources = { [`file ${evil}.ts`]: `const source = '${evil}';\n`.repeat(300) };
    const runs = [
      { title: `run ${evil}`, trace, sources, failure },
      { title: 'the same', trace, sources, failure },
    ];
    const opened = await reader.open(`${reader.write(htmlPage(pageTemplate(), runs))}#seq=${trace.length}`);
    const { page } = opened;
    await standsAt(page, trace.length);
    for (const tab of ['why', 'times', 'path', 'late', 'events']) await page.click(`#tab-${tab}`);
    for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('G');
    const text = await page.evaluate(() => document.body.innerText);
    for (const one of ['title', 'run', 'task', 'line', 'thrown', 'file', 'lock'])
      expect(text).toContain(`${one} ${evil}`);
    expect(await page.title()).toBe(`title ${evil}`);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.textContent('.source li code')).toBe(`const source = '${evil}';`);
    expectQuiet(opened);
    await opened.close();
  });

  it('says what is wrong with it, where its trace is corrupt or cut off', async () => {
    const html = readFileSync(new URL(address), 'utf8');
    const data = html.indexOf('id="loopscope-data"');
    const changed = (from: string | RegExp, to: string) =>
      html.slice(0, data) + html.slice(data).replace(from, to);
    const broken: readonly (readonly [what: string, html: string, says: string])[] = [
      ['cut off', html.slice(0, data + 2000), 'cut off'],
      ['no JSON', changed('"format":"loopscope-page"', '"format":'), 'cut off, or was changed by hand'],
      ['of another version', changed('"version":1,"title"', '"version":9,"title"'), 'version 9'],
      ['a kind that nobody knows', changed('"task:step"', '"task:stop"'), 'unknown kind, "task:stop"'],
      ['a column too short', changed('"causes":[0,', '"causes":['), 'run 1: there are'],
      ['time that goes back', changed(/"times":\[[^\]]*\]/, '"times":[5,0]'), 'time'],
      ['nothing at all', pageTemplate(), 'loopscope html FILE'],
    ];
    for (const [what, text, says] of broken) {
      const opened = await reader.open(reader.write(text));
      await opened.page.waitForSelector('.ls-error h1');
      expect(await opened.page.textContent('.ls-error'), what).toContain(says);
      expectQuiet(opened);
      await opened.close();
    }
  });
});
