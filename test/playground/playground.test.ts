/** The playground as a reader meets it: built, in a real browser. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LESSONS } from '../../src/playground/lessons/index.ts';
import { writeLink } from '../../src/playground/link/link.ts';
import { describeInBrowser } from '../chromium.ts';
import { Bench, output, run, running, write, written } from './browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const program = (body: string) => `import { type Coroutine, print, sleep } from 'loopscope';
export default function* main(): Coroutine<void> {
${body}
}
`;

/** Whether all of it is in the window. */
const inSight = (page: Page, selector: string) =>
  page
    .locator(selector)
    .first()
    .evaluate((one) => {
      const { top, bottom, left, right } = one.getBoundingClientRect();
      const on = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return top >= 0 && bottom <= innerHeight && (one.contains(on) || on === one);
    });

const trouble = (page: Page) => page.locator('.failures .trouble p').first().innerText();

// Without a browser there is nothing to test; where nothing may be left out, that is a failure.
describeInBrowser('the playground', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
  }, 120_000);
  afterEach(() => bench.clear());
  afterAll(() => bench?.stop());

  describe('runs programs', () => {
    it.each(['a server, below some path', 'the disk'])(
      'from %s: the first lesson at once, and an edited one',
      async (from) => {
        const { page, errors } = await bench.open('', {
          at: from === 'the disk' ? bench.file : bench.address,
        });
        await expect
          .poll(() => output(page))
          .toEqual(['who is thirsty?', 'the kettle is on', 'here is your tea']);
        await write(page, program("  yield* sleep(<number>5);\n  print('edited');"));
        await run(page);
        expect(await output(page)).toEqual(['edited']);
        await write(page, program("  print('by keys');"));
        await running(page, () => page.keyboard.press('Control+Enter'));
        expect(await output(page)).toEqual(['by keys']);
        expect(errors).toEqual([]);
      },
    );

    it('shows an error at its line, and goes there', async () => {
      const { page } = await bench.open();
      await write(page, program("  print('before');\n  const cup: number = 1; throw new Error('too hot');"));
      await run(page);
      expect(await output(page)).toEqual(['before']);
      expect(await trouble(page)).toBe('Error: too hot');
      expect(await page.locator('.cm-line.wrong').innerText()).toContain('too hot');
      await page.locator('.cm-content').press('Control+Home');
      await page.keyboard.insertText('// ');
      expect(await page.locator('.cm-line.wrong').count()).toBe(0); // the line is marked that was wrong, or none
      await page.keyboard.press('Control+z');
      await page.getByRole('button', { name: 'line 4' }).click();
      await page.keyboard.insertText('HERE ');
      expect(await written(page)).toContain("const cup: number = 1; throw HERE new Error('too hot');");
    });

    it.each([
      ['what the transform sees', '  const x = ;', 3],
      ['what only the browser sees', '  let tea = 1;\n  let tea = 2;', 4],
    ])('shows a mistake of syntax at its line: %s', async (_, body, line) => {
      const { page } = await bench.open();
      await write(page, program(body));
      await run(page);
      expect(await trouble(page)).toMatch(/^SyntaxError: /);
      await page.getByRole('button', { name: `line ${line}` }).waitFor();
    });

    it('stops a loop that never ends, at its line, with all that happened before, and runs the next program', async () => {
      const { page } = await bench.open();
      await write(page, program("  yield* sleep(5);\n  print('round and round');\n  for (;;) {}"));
      await run(page);
      expect(await trouble(page)).toMatch(/^Stopped: this loop has gone round for 2(\.\d)? s/);
      expect(await page.locator('.cm-line.wrong').innerText()).toBe('  for (;;) {}');
      expect(await output(page)).toEqual(['round and round']);
      await page.getByRole('button', { name: 'To the end' }).click();
      await expect.poll(() => page.locator('.player .clock .time').innerText()).toBe('5 ms');
      await write(page, program("  print('well');"));
      await run(page);
      expect(await output(page)).toEqual(['well']);
    });

    const ENDLESS = "  print('a');\n  /^(a+)+$/.test('a'.repeat(60) + '!');";

    it('ends a step that never ends, and says that it left nothing but what it printed', async () => {
      const { page } = await bench.open();
      await write(page, program(ENDLESS));
      await run(page);
      expect(await trouble(page)).toMatch(
        /^Stopped after \d+(\.\d)? s: this program never came back from one single step/,
      );
      expect(await output(page)).toEqual(['a']);
    });

    it('has a button to stop one sooner', async () => {
      const { page } = await bench.open();
      await write(page, program(ENDLESS));
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await running(page, () => page.getByRole('button', { name: 'Stop' }).click());
      expect(await trouble(page)).toMatch(/^You stopped it after/);
    });

    it('bounds a program whose clock goes on for ever, and shows what it did until then', async () => {
      const { page } = await bench.open();
      await write(page, program('  for (;;) yield* sleep(1);'));
      await run(page);
      expect(await trouble(page)).toMatch(/^Stopped after 20,000 events/);
      expect(await page.locator('.right .nothing').count()).toBe(0);
    });

    it('tells mistakes by the library’s own names, and at the lines of the program', async () => {
      const { page } = await bench.open();
      await write(
        page,
        "import { Lock, sleep } from 'loopscope';\nexport default function* () {\n  new Lock('pot').acquire();\n  sleep(3);\n  yield sleep(5);\n}",
      );
      await run(page);
      expect(await trouble(page)).toMatch(
        /^RuntimeError: yield was used instead of yield\* in Task main with a \w{4,}/,
      );
      await page.locator('.report').getByRole('button', { name: 'line 3' }).waitFor();
      expect(await page.locator('.printed').innerText()).not.toContain('blob:');
      // What is hinted at beside the program is not said twice.
      expect(await page.locator('.hints p').allInnerTexts()).toEqual([
        'sleep() only makes a coroutine, and nobody awaits it: did you mean yield* sleep(…)?',
        'the star is missing: write yield* sleep(…)',
      ]);
      expect(await page.locator('.report').count()).toBe(1);
    });

    const LONG = `  for (let i = 1; i <= 40; i++) {
    yield* sleep(10);
    print('line', i);
  }
${'  // and so on\n'.repeat(30)}`;

    it.each([
      [
        'a desk',
        { width: 1440, height: 900 },
        `${LONG}  throw new Error('too hot');`,
        'failed at 400 ms',
        'Error: too hot',
      ],
      [
        'a phone',
        { width: 390, height: 844 },
        `${LONG}  throw new Error('too hot');`,
        'failed at 400 ms',
        'Error: too hot',
      ],
      [
        'a desk',
        { width: 1440, height: 900 },
        "  for (;;) { yield* sleep(1); print('x'); }",
        'stopped at 1.666 s',
        'Stopped after 20,000 events',
      ],
      [
        'a phone',
        { width: 390, height: 844 },
        "  for (;;) { yield* sleep(1); print('x'); }",
        'stopped at 1.666 s',
        'Stopped after 20,000 events',
      ],
    ])(
      'has what went wrong in sight, however much was printed, on %s',
      async (_, screen, body, said, message) => {
        const { page } = await bench.open('', screen);
        await write(page, program(body));
        for (const act of [
          () => page.getByRole('button', { name: 'Run', exact: true }).click(),
          // From the last line of the program, too.
          async () => {
            await page.locator('.cm-content').press('Control+End');
            await page.keyboard.press('Control+Enter');
          },
        ]) {
          await running(page, act);
          expect(await trouble(page)).toContain(message);
          expect(await inSight(page, '.failures .trouble')).toBe(true);
          expect(await inSight(page, '.code .state')).toBe(true);
          expect(await page.locator('.code .state').innerText()).toBe(said);
          expect(await page.locator('.printed > h3').innerText()).toContain(said);
        }
      },
    );

    it('tells of a task that was cancelled because main was over', async () => {
      const { page } = await bench.open();
      await write(
        page,
        `import { createTask, sleep } from 'loopscope';
function* tea() { yield* sleep(10); }
export default function* main() {
  createTask(tea(), { name: 'tea' });
  yield* sleep(1);
}`,
      );
      await run(page);
      expect(await page.locator('.report p').innerText()).toContain('tea was cancelled: main ended at 1 ms');
      await page.locator('.report').getByRole('button', { name: 'line 4' }).waitFor();
    });

    it('says a forgotten star once, whether the program has run or not', async () => {
      const { page } = await bench.open();
      await write(
        page,
        "import { sleep } from 'loopscope';\nexport default function main() { yield* sleep(10); }",
      );
      const said = /^yield\* works only in a function\*: add the star: function\* main\(\) in line 2$/;
      await expect.poll(() => page.locator('.hints p').innerText()).toMatch(said);
      await run(page);
      expect(await trouble(page)).toMatch(said);
      expect(await page.locator('.hints p').count()).toBe(0);
      expect(await page.locator('.code .state').innerText()).toBe('could not be run');
    });

    it('says that what the player shows has happened already, until its reader has gone a step', async () => {
      const { page } = await bench.open();
      const said = page.locator('.first-steps');
      expect(await said.innerText()).toContain('The program has run');
      await run(page);
      expect(await said.count()).toBe(1);
      await page.getByRole('button', { name: 'Next event' }).click();
      await expect.poll(() => said.count()).toBe(0);
      await page.reload();
      await page.locator('.player').waitFor();
      expect(await said.count()).toBe(0);
    });

    it('is stepped through: the editor shows where the program stands, and what is printed later is paler', async () => {
      const { page } = await bench.open();
      await expect.poll(() => output(page)).toHaveLength(3);
      const later = () => page.locator('.printed .later .line').allInnerTexts();
      expect(await later()).toEqual([]);
      await page.getByRole('button', { name: 'Next time jump' }).click();
      await expect.poll(later).toEqual(['here is your tea']);
      await expect
        .poll(() => page.locator('.cm-line.here').innerText())
        .toContain('yield* sleep(minutes(3))');
      await page.getByRole('button', { name: 'To the end' }).click();
      await expect.poll(later).toEqual([]);
    });

    it.each([
      ['a desk', { width: 1366, height: 650 }],
      ['a phone', { width: 390, height: 844 }],
    ])(
      'brings the line at which it stands into view, on %s, and leaves the focus where it is',
      async (_, screen) => {
        const { page } = await bench.open('', screen);
        await write(
          page,
          program(
            `  yield* sleep(1);\n${'  // a line\n'.repeat(80)}  yield* sleep(2);\n${'  // a line\n'.repeat(80)}`,
          ),
        );
        await run(page);
        const here = page.locator('.cm-line.here');
        const isSeen = () =>
          here.evaluate((one) => {
            const { top, bottom } = one.getBoundingClientRect();
            const pane = document.querySelector('.cm-scroller')!.getBoundingClientRect();
            const isShown = innerWidth < 1081 || (top >= 0 && bottom <= innerHeight);
            return isShown && top >= pane.top && bottom <= pane.bottom;
          });
        for (const [name, line] of [
          ['Next event', 'sleep(2)'],
          ['Back one event', 'sleep(1)'],
        ] as const) {
          const texts = async () => {
            // Lines that have come into view are drawn in the next frame, and those of an editor that is out of the window not at all.
            await page
              .locator('.cm-scroller')
              .evaluate((one) => innerWidth < 1081 && one.scrollIntoView({ block: 'center' }));
            await page.evaluate(
              () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
            );
            return here.allInnerTexts();
          };
          for (let i = 0; i < 20 && !(await texts()).join().includes(line); i++)
            await page.getByRole('button', { name }).click();
          expect((await texts()).join()).toContain(line);
          await expect.poll(isSeen).toBe(true);
          expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(name);
        }
      },
    );

    it('is stepped by keys wherever the focus is, except where the keys are needed', async () => {
      const { page } = await bench.open();
      await page.locator('.player').waitFor();
      const stands = (seq: number) => page.locator(`.player[data-seq="${seq}"]`).waitFor();
      await page.keyboard.press('ArrowRight');
      await stands(1);
      await page.locator('.player .sentence').click();
      await page.keyboard.press('ArrowRight');
      await stands(2);
      // In the editor they write.
      await page.locator('.cm-content').click();
      await page.keyboard.type('n');
      await page.keyboard.press('ArrowRight');
      await stands(2);
      await page.keyboard.press('ControlOrMeta+z');
      await page.getByRole('combobox', { name: 'Open a program' }).focus();
      await page.keyboard.press('ArrowLeft');
      await stands(2);
      await page.getByRole('region', { name: 'What it printed' }).focus();
      await page.keyboard.press('ArrowRight');
      await stands(2);
      await page.keyboard.press('l');
      await stands(3);
    });

    it('keeps the focus on a button that has nothing more to do', async () => {
      const { page } = await bench.open();
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
      for (const name of ['To the end', 'To the start']) {
        const button = page.getByRole('button', { name });
        await button.click();
        await expect.poll(() => button.getAttribute('aria-disabled')).toBe('true');
        expect(await focused()).toBe(name);
      }
      await page.keyboard.press('Enter');
      await page.keyboard.press('ArrowRight');
      await page.locator('.player[data-seq="1"]').waitFor();
    });

    it('starts each run afresh', async () => {
      const { page } = await bench.open();
      await write(
        page,
        `import { print } from 'loopscope';\nglobalThis.n = (globalThis.n ?? 0) + 1;\nexport default () => print(globalThis.n);`,
      );
      await run(page);
      await run(page);
      expect(await output(page)).toEqual(['1']);
    });

    it('has sliders for its parameters, and runs at once when one is moved', async () => {
      const { page } = await bench.open();
      await write(
        page,
        `import { print } from 'loopscope';
export const parameters = { tasks: { value: 3, min: 1, max: 10, label: 'how many' } };
export default () => print(parameters.tasks.value);`,
      );
      await run(page);
      expect(await output(page)).toEqual(['3']);
      const slider = page.getByRole('slider', { name: 'how many' });
      await slider.focus();
      await running(page, () => page.keyboard.press('ArrowRight'));
      expect(await output(page)).toEqual(['4']);
      await slider.fill('9');
      await expect.poll(() => output(page)).toEqual(['9']);
    });

    it('stays where its reader is when a slider is moved: the tab, the speed, the zoom, the time, and the end', async () => {
      const { page } = await bench.open();
      await running(page, () => page.getByRole('button', { name: /^Lesson 4/ }).click());
      const waiting = page.getByRole('slider', { name: 'waiting' });
      const time = () => page.locator('.player .clock .time').innerText();
      const view = () => page.locator('.player .canvas canvas').screenshot();
      await page.getByRole('tab', { name: 'Times' }).click();
      await page.getByRole('button', { name: 'Faster' }).click();
      await page.getByRole('button', { name: 'Next time jump' }).click();
      expect(await time()).toBe('60 ms');
      await running(page, () => waiting.fill('50'));
      expect(await time()).toBe('60 ms');
      await running(page, () => waiting.fill('70'));
      expect(await time()).toBe('0');
      await running(page, () => waiting.fill('60'));
      expect(await time()).toBe('60 ms');
      await running(page, () => waiting.fill('70'));
      await page.getByRole('button', { name: 'To the end' }).click();
      expect(await time()).toBe('110 ms');
      const whole = await view();
      await page.getByRole('button', { name: 'Zoom in' }).click();
      await expect.poll(async () => (await view()).equals(whole)).toBe(false);
      await running(page, () => waiting.fill('60'));
      expect(await time()).toBe('100 ms');
      expect(await page.getByRole('tab', { name: 'Times' }).getAttribute('aria-selected')).toBe('true');
      expect(await page.locator('.player .speed').innerText()).not.toMatch(/\b8\b/);

      // Another run of the program begins anew.
      await run(page);
      await expect.poll(time).toBe('0');
    });

    it('takes a value that is written into the program for the one that is meant, wherever its slider was', async () => {
      const { page } = await bench.open();
      const source = (value: number) => `import { print } from 'loopscope';
export const parameters = { tasks: { value: ${value}, min: 1, max: 10 } };
export default () => print(parameters.tasks.value);`;
      await write(page, source(3));
      await run(page);
      await running(page, () => page.getByRole('slider', { name: 'tasks' }).fill('7'));
      expect(await output(page)).toEqual(['7']);
      await write(page, source(4));
      await run(page);
      expect(await output(page)).toEqual(['4']);
    });

    it('has the demos as examples, and each of them runs', async () => {
      const { page, errors } = await bench.open();
      const menu = page.getByRole('combobox', { name: 'Open a program' });
      const names = await menu
        .locator('option:not([disabled])')
        .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
      expect(names.length).toBeGreaterThan(18);
      for (const name of names) {
        await running(page, () => menu.selectOption(name));
        expect(await page.locator('.trouble:not(.expected)').count(), name).toBe(0);
        expect(
          await page.locator('.printed .line, .figure, .printed .part, .printed .nothing').count(),
          name,
        ).toBeGreaterThan(0);
      }
      expect(errors).toEqual([]);
    });
  });

  describe('keeps what it runs to itself', () => {
    it('gives a program nothing of the page, and no way to the network', async () => {
      const { page } = await bench.open();
      const before = await page.evaluate(() => document.title);
      await write(
        page,
        `import { print } from 'loopscope';
const scope: any = globalThis;
const attempt = (name: string, act: () => unknown) => {
  try { print(name, typeof act() === 'undefined' ? 'nothing' : 'SOMETHING'); } catch (error: any) { print(name, error.name); }
};
export default () => {
  for (const name of ['document', 'window', 'parent', 'top', 'opener', 'localStorage', 'frames']) attempt(name, () => scope[name]);
  for (const name of ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'importScripts', 'Worker', 'postMessage', 'close', 'indexedDB', 'caches', 'WebTransport', 'BroadcastChannel']) attempt(name, () => scope[name]);
  attempt('eval', () => scope.eval('1'));
  attempt('Function', () => new Function('return 1')());
  attempt('constructor', () => (function* () {}).constructor('yield 1')().next().value);
};`,
      );
      await run(page);
      const lines = await output(page);
      expect(lines.length).toBe(22);
      expect(lines.filter((line) => line.includes('SOMETHING'))).toEqual([]);
      expect(await page.evaluate(() => document.title)).toBe(before);
    });

    it('says why there is no network, and no page', async () => {
      const { page } = await bench.open();
      await write(page, program("  document.title = 'x';"));
      await run(page);
      expect(await trouble(page)).toContain('a program in the playground has nothing of the page');
      await write(page, program("  fetch('https://example.org');"));
      await run(page);
      expect(await trouble(page)).toContain('there is no network in the playground');
    });

    it('lets nothing out, even of a worker that still had the means', async () => {
      const { page } = await bench.open();
      const ways = await page.evaluate(async (origin) => {
        const text = `
          const tell = (name) => (error) => postMessage(name + ': ' + (error ? 'refused' : 'LET OUT'));
          const say = (name, promise) => promise.then(() => tell(name)(), tell(name));
          onmessage = async ({ data }) => {
            await say('fetch', (async () => fetch(data + '/fetch', { mode: 'no-cors' }))());
            await say('import', (async () => import(data + '/import.js'))());
            await say('script', (async () => importScripts(data + '/script.js'))());
            await say('xhr', new Promise((resolve, reject) => { const x = new XMLHttpRequest(); x.onload = resolve; x.onerror = reject; x.open('GET', data + '/xhr'); x.send(); }));
            await say('socket', new Promise((resolve, reject) => { const s = new WebSocket(data.replace('http', 'ws') + '/socket'); s.onopen = resolve; s.onerror = reject; }));
            await say('events', new Promise((resolve, reject) => { const s = new EventSource(data + '/events'); s.onopen = resolve; s.onerror = reject; }));
            await say('worker', new Promise((resolve, reject) => { const w = new Worker(data + '/worker.js'); w.onmessage = resolve; w.onerror = reject; }));
            await say('eval', (async () => (0, eval)('1'))());
            postMessage('end');
          };`;
        const worker = new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
        const told: string[] = [];
        return new Promise<string[]>((resolve) => {
          worker.onmessage = ({ data }) => (data === 'end' ? resolve(told) : told.push(data));
          worker.postMessage(origin);
        });
      }, bench.origin);
      expect(ways).toHaveLength(8);
      expect(ways.filter((way) => !way.endsWith('refused'))).toEqual([]);
      expect(bench.asked).toEqual([]);
    });

    it('takes what a program posts in the worker’s name for text', async () => {
      const { page } = await bench.open();
      await write(
        page,
        `import { print } from 'loopscope';\nexport default () => print('<img src=x onerror="document.title = 1"><b>bold</b>');`,
      );
      await run(page);
      expect(await output(page)).toEqual(['<img src=x onerror="document.title = 1"><b>bold</b>']);
      expect(await page.locator('.printed img, .printed b').count()).toBe(0);
    });

    it('has a policy that lets it load nothing, and asks nobody for anything', async () => {
      const { page } = await bench.open();
      const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("connect-src 'none'");
      expect(policy).not.toContain('unsafe-eval');
      expect(bench.asked).toEqual([]);
    });
  });

  describe('has the program in its link', () => {
    const source = `import { print } from 'loopscope';
export const parameters = { tasks: { value: 3, min: 1, max: 10 } };
export default () => print('shared – ☕', parameters.tasks.value);`;

    it('which is shown, and runs only when the reader says so', async () => {
      const { page } = await bench.open();
      await write(page, source);
      await run(page);
      await page.getByRole('slider', { name: 'tasks' }).fill('7');
      await expect.poll(() => output(page)).toEqual(['shared – ☕ 7']);
      await page.getByRole('button', { name: 'Share' }).click();
      await page.waitForFunction(() => location.hash.startsWith('#1'));

      const { page: other, errors } = await bench.open(new URL(page.url()).hash);
      expect(await written(other)).toBe(source);
      await other.waitForTimeout(700);
      expect(await output(other)).toEqual([]);
      expect(await other.locator('.notice').innerText()).toContain('has not run yet');
      const slider = other.getByRole('slider', { name: 'tasks' });
      expect(await slider.inputValue()).toBe('7');
      await slider.fill('8');
      await other.waitForTimeout(300);
      expect(await output(other)).toEqual([]);
      await slider.fill('7');
      await run(other);
      expect(await output(other)).toEqual(['shared – ☕ 7']);
      expect(await other.locator('.notice:not(.first-steps)').count()).toBe(0);
      expect(errors).toEqual([]);
    });

    it('with its lesson', async () => {
      const fragment = await writeLink({ program: source, values: {}, lesson: 'race' });
      const { page } = await bench.open(fragment);
      expect(await page.locator('#lesson-title').innerText()).toBe('A race');
      expect(await written(page)).toBe(source);
    });

    it('which, opened in the same window, takes the place of what was there, and runs as little', async () => {
      const { page } = await bench.open();
      await expect.poll(() => output(page)).toHaveLength(3);
      const fragment = await writeLink({ program: source, values: {}, lesson: null });
      await page.evaluate((hash) => {
        location.hash = hash;
      }, fragment);
      await expect.poll(() => written(page)).toBe(source);
      expect(await output(page)).toEqual([]);
    });

    it('which, like each lesson and example, is left and come back to by the ways of the browser', async () => {
      const { page } = await bench.open();
      const title = page.locator('#lesson-title');
      const hash = () => page.evaluate(() => location.hash);
      const go = (way: 'goBack' | 'goForward') => page[way]({ waitUntil: 'commit' });
      await running(page, () => page.getByRole('button', { name: /^Lesson 2/ }).click());
      await write(page, program("  print('mine');"));
      await run(page);
      await running(page, () =>
        page.getByRole('combobox', { name: 'Open a program' }).selectOption('02-chores'),
      );
      const chores = await written(page);
      const fragment = await writeLink({ program: source, values: {}, lesson: null });
      await page.evaluate((wanted) => {
        location.hash = wanted;
      }, fragment);
      await expect.poll(() => written(page)).toBe(source);
      await run(page);

      await running(page, () => go('goBack'));
      expect(await written(page)).toBe(chores);
      expect(await hash()).toBe('');
      await running(page, () => go('goBack'));
      expect(await written(page)).toBe(program("  print('mine');"));
      expect(await title.innerText()).toBe(LESSONS[1]!.title);
      expect(await output(page)).toEqual(['mine']);
      await running(page, () => go('goBack'));
      expect(await written(page)).toBe(LESSONS[0]!.program);
      for (let i = 0; i < 2; i++) await running(page, () => go('goForward'));
      // It was run here, and so it runs again.
      await running(page, () => go('goForward'));
      expect(await written(page)).toBe(source);
      expect(await hash()).toBe(fragment);
      await page.locator('.cm-content').press('Control+End');
      await page.keyboard.insertText('// changed');
      await expect.poll(hash).toBe('');
      await running(page, () => page.getByRole('button', { name: 'Take the tour' }).click());
      await go('goBack');
      await expect.poll(() => written(page)).toBe(`${source}// changed`);
      expect(await hash()).toBe('');
    });

    it('or says that the link is damaged, and shows the tour', async () => {
      const { page } = await bench.open('#1abc');
      expect(await page.locator('.notice').first().innerText()).toContain('This link is damaged');
      await expect.poll(() => output(page)).toHaveLength(3);
    });
  });

  describe('keeps what was written', () => {
    const MINE = program("  print('mine');");
    const lesson = (page: Page, n: number) =>
      page.getByRole('button', { name: new RegExp(`^Lesson ${n}:`) }).click();
    const undo = (page: Page) => page.getByRole('button', { name: 'Undo all changes' }).click();
    const reload = async (page: Page) => {
      await page.reload();
      await page.locator('.cm-content').waitFor();
    };

    it('when the page is loaded anew, with its sliders, and runs it if it had run', async () => {
      const { page } = await bench.open();
      await running(page, () => lesson(page, 4));
      await running(page, () => page.getByRole('slider', { name: 'waiting' }).fill('30'));
      const before = await written(page);
      await write(page, before.replace('all done', 'all over'));
      await run(page);
      await reload(page);
      expect(await page.locator('.notice').first().innerText()).toContain('Your program, as you left it.');
      expect(await page.locator('#lesson-title').innerText()).toBe(LESSONS[3]!.title);
      await expect.poll(() => output(page)).toEqual(['all over after 70 ms']);
      expect(await page.getByRole('slider', { name: 'waiting' }).inputValue()).toBe('30');
      await running(page, () => page.getByRole('button', { name: 'Begin anew' }).click());
      expect(await written(page)).toBe(before);
      expect(await output(page)).toEqual(['all done after 100 ms']);
      expect(await page.locator('.notice:not(.first-steps)').count()).toBe(0);
      await reload(page);
      await expect.poll(() => output(page)).toEqual(['all done after 100 ms']);
      expect(await page.locator('.notice:not(.first-steps)').count()).toBe(0);
    });

    it('and does not run what had not run', async () => {
      const { page } = await bench.open();
      await write(page, MINE);
      await reload(page);
      expect(await written(page)).toBe(MINE);
      expect(await page.locator('.notice').first().innerText()).toContain('It has not run since.');
      await page.waitForTimeout(500);
      expect(await output(page)).toEqual([]);
    });

    it('when another lesson or an example is opened: it is there when one comes back', async () => {
      const { page } = await bench.open();
      await write(page, MINE);
      await run(page);
      await running(page, () => lesson(page, 2));
      expect(await page.locator('.notice:not(.first-steps)').count()).toBe(0);
      // What was written into another program is not brought back into this one.
      await page.locator('.cm-content').press('Control+z');
      expect(await written(page)).toBe(LESSONS[1]!.program);
      const menu = page.getByRole('combobox', { name: 'Open a program' });
      await running(page, () => menu.selectOption('new'));
      await running(page, () => page.getByRole('button', { name: 'Take the tour' }).click());
      expect(await written(page)).toBe(MINE);
      expect(await output(page)).toEqual(['mine']);
      expect(await page.locator('.notice:not(.first-steps)').innerText()).toContain('as you left it');
    });

    it('when all changes are undone: a button brings them back, and so does Ctrl+Z', async () => {
      const { page } = await bench.open();
      await write(page, MINE);
      await run(page);
      await running(page, () => undo(page));
      expect(await written(page)).toBe(LESSONS[0]!.program);
      await running(page, () => page.getByRole('button', { name: 'Bring my changes back' }).click());
      expect(await written(page)).toBe(MINE);
      expect(await output(page)).toEqual(['mine']);
      await running(page, () => undo(page));
      await page.locator('.cm-content').press('Control+z');
      expect(await written(page)).toBe(MINE);
    });

    it('of a shared program as well, which runs no sooner for that', async () => {
      const fragment = await writeLink({ program: MINE, values: {}, lesson: null });
      const { page } = await bench.open(fragment);
      await page.locator('.cm-content').press('Control+End');
      await page.keyboard.insertText('// changed');
      await expect.poll(() => page.evaluate(() => location.hash)).toBe('');
      await reload(page);
      expect(await written(page)).toBe(`${MINE}// changed`);
      expect(await page.locator('.notice').allInnerTexts()).toEqual([
        expect.stringContaining('has not run yet'),
        expect.stringContaining('Your program, as you left it.'),
      ]);
      await page.waitForTimeout(500);
      expect(await output(page)).toEqual([]);
      await run(page);
      await reload(page);
      await expect.poll(() => output(page)).toEqual(['mine']);
      // The program that came was never run, only what was made of it.
      await undo(page);
      expect(await written(page)).toBe(MINE);
      await page.waitForTimeout(500);
      expect(await output(page)).toEqual([]);
      expect(await page.locator('.notice').innerText()).toContain('has not run yet');
    });

    it('and yet shows what a link holds, with what was made of the same one within reach', async () => {
      const { page } = await bench.open();
      await write(page, MINE);
      const other = program("  print('other');");
      const go = async (text: string) => {
        const fragment = await writeLink({ program: text, values: {}, lesson: null });
        await page.goto('about:blank');
        await page.goto(bench.address + fragment);
        await page.locator('.cm-content').waitFor();
      };
      await go(other);
      expect(await written(page)).toBe(other);
      await page.locator('.cm-content').press('Control+End');
      await page.keyboard.insertText('// changed');
      await go(other);
      expect(await written(page)).toBe(other);
      await page.getByRole('button', { name: 'Bring my changes back' }).click();
      expect(await written(page)).toBe(`${other}// changed`);
      await page.waitForTimeout(500);
      expect(await output(page)).toEqual([]);
      // And the lesson is as it was left.
      await page.getByRole('button', { name: 'Take the tour' }).click();
      expect(await written(page)).toBe(MINE);
    });

    it('or does without, where the browser keeps nothing', async () => {
      const { page, errors } = await bench.open();
      await page.addInitScript(() => {
        Object.defineProperty(globalThis, 'localStorage', {
          get: () => {
            throw new Error('refused');
          },
        });
      });
      await reload(page);
      await write(page, MINE);
      await run(page);
      expect(await output(page)).toEqual(['mine']);
      await running(page, () => lesson(page, 2));
      await reload(page);
      expect(await written(page)).toBe(LESSONS[0]!.program);
      expect(errors).toEqual([]);
    });
  });

  describe('has a tour', () => {
    /** How a reader does what a lesson asks for, and the answer to its question. */
    const WALK: Record<string, { change: (page: Page) => Promise<void>; answer: string; wrong: string }> = {
      coroutine: {
        change: (page) => edit(page, 'cup}`);\n', 'cup}`);\n  yield* makeTea();\n'),
        answer: 'never',
        wrong: 'once',
      },
      'ready-queue': {
        change: (page) => edit(page, 'yield* sleep(0);', ''),
        answer: 'bob: lap 2',
        wrong: 'cat: lap 2',
      },
      clock: { change: (page) => slide(page, { rice: 30 }), answer: '3', wrong: '2' },
      overlap: {
        change: (page) => slide(page, { 'how many tasks': 10, computing: 0 }),
        answer: '0.3 s',
        wrong: '120 ms',
      },
      blocking: {
        change: (page) => edit(page, "blockingSleep(45, 'query')", 'yield* toThread(query)'),
        answer: 'no, some are late',
        wrong: 'yes, every beat',
      },
      gil: {
        change: (page) => edit(page, 'cores: 4,', 'cores: 4,\n  gil: false,'),
        answer: '60ms',
        wrong: '20',
      },
      cancellation: { change: (page) => slide(page, { patience: 60 }), answer: '45', wrong: '25' },
      race: {
        change: async (page) => {
          await edit(page, 'withdraw(80)', 'account.run(() => withdraw(80))');
          await edit(page, 'withdraw(70)', 'account.run(() => withdraw(70))');
        },
        answer: '20',
        wrong: '30',
      },
    };

    async function edit(page: Page, from: string, to: string): Promise<void> {
      const before = await written(page);
      expect(before.split(from)).toHaveLength(2);
      await write(
        page,
        before.replace(from, () => to),
      );
      await run(page);
    }

    async function slide(page: Page, values: Record<string, number>): Promise<void> {
      for (const [name, value] of Object.entries(values)) {
        await running(page, () => page.getByRole('slider', { name }).fill(String(value)));
      }
    }

    async function answer(page: Page, given: string): Promise<string> {
      const option = page.getByRole('radio', { name: given, exact: true });
      if ((await option.count()) > 0) await option.check();
      else await page.getByRole('textbox', { name: /\?/ }).fill(given);
      await page.getByRole('button', { name: 'Check' }).click();
      const verdict = page.locator('.question .verdict');
      await expect.poll(() => verdict.innerText()).toMatch(/says/);
      return verdict.innerText();
    }

    it('which is walked from the first lesson to the last, each with its change and its question', async () => {
      const { page, errors } = await bench.open();
      for (const [i, { id, title }] of LESSONS.entries()) {
        const { change, answer: right, wrong } = WALK[id]!;
        expect(await page.locator('#lesson-title').innerText()).toBe(title);
        await page.locator('.printed .line').first().waitFor();
        expect(await page.getByText('Your run shows it').count(), id).toBe(0);
        expect(await answer(page, wrong), id).toContain('The loop says otherwise');
        await change(page);
        await page.getByText('Your run shows it').waitFor();
        expect(await answer(page, right), id).toContain('Right, says the loop');
        expect(await page.locator('.dot.done').count()).toBe(i + 1);
        const next = LESSONS[i + 1];
        if (next) await running(page, () => page.getByRole('button', { name: `${next.title} →` }).click());
      }
      await page.getByText('That was the tour').waitFor();
      expect(errors).toEqual([]);

      // What is done stays done, when the page is loaded anew.
      await page.reload();
      await page.locator('.cm-content').waitFor();
      expect(await page.locator('.dot.done').count()).toBe(LESSONS.length);
    });

    it('which says what is expected where an answer is no number, and does not call it wrong', async () => {
      const { page } = await bench.open();
      await running(page, () => page.getByRole('button', { name: /^Lesson 4/ }).click());
      await page.getByRole('textbox', { name: /\?/ }).fill('a lot');
      await page.getByRole('button', { name: 'Check' }).click();
      expect(await page.locator('.question .verdict').innerText()).toBe(
        'A number is expected, in ms: 5, or 5 ms.',
      );
    });

    it('whose next lesson begins with its title, so that none is passed over', async () => {
      const { page } = await bench.open();
      const next = page.getByRole('button', { name: `${LESSONS[1]!.title} →` });
      await next.focus();
      await running(page, () => page.keyboard.press('Enter'));
      await page.keyboard.press('Enter');
      expect(await page.locator('#lesson-title').innerText()).toBe(LESSONS[1]!.title);
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('lesson-title');
      expect(await inSight(page, '#lesson-title')).toBe(true);
    });

    it('which can be left, and taken again', async () => {
      const { page } = await bench.open();
      await page.getByRole('button', { name: 'Leave the tour' }).click();
      expect(await page.locator('#lesson-title').count()).toBe(0);
      await page.getByRole('button', { name: 'Take the tour' }).click();
      expect(await page.locator('#lesson-title').innerText()).toBe(LESSONS[0]!.title);
    });
  });

  describe('is for everybody', () => {
    const SCREENS = [
      ['a desk, light', { width: 1440, height: 900, scheme: 'light' }],
      ['a desk, dark', { width: 1440, height: 900, scheme: 'dark' }],
      ['a phone, light', { width: 390, height: 844, scheme: 'light' }],
      ['a phone, dark', { width: 390, height: 844, scheme: 'dark' }],
    ] as const;

    it.each(SCREENS)(
      '%s: axe finds nothing serious, and nothing is wider than the screen',
      async (_, screen) => {
        const { page } = await bench.open('', screen);
        await page.locator('.printed .line').first().waitFor();
        const states: [string, () => Promise<unknown>][] = [
          ['a lesson', async () => {}],
          [
            'sliders, and an error',
            async () => {
              await running(page, () => page.getByRole('button', { name: /^Lesson 4/ }).click());
              await page.getByRole('slider').first().waitFor();
              await write(page, program("  throw new Error('x');"));
              await run(page);
            },
          ],
          [
            'a demo',
            () =>
              running(page, () =>
                page.getByRole('combobox', { name: 'Open a program' }).selectOption('18-critical-path'),
              ),
          ],
        ];
        for (const [state, reach] of states) {
          await reach();
          await page.evaluate(AXE);
          const { violations } = await page.evaluate(() =>
            (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run(),
          );
          const bad = violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(
              ({ id, nodes }) =>
                `${state}: ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
            );
          expect(bad).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth), state).toBeLessThanOrEqual(
            screen.width,
          );
        }
      },
    );

    it.each([
      [1366, 650],
      [1280, 640],
      [1100, 700],
      [1081, 560],
    ])('has what plays and steps in sight, %i × %i, and panes that can be read', async (width, height) => {
      const { page } = await bench.open('', { width, height });
      for (const name of ['Play', 'Next event', 'Next time jump', 'Faster'])
        expect(await inSight(page, `.transport [aria-label="${name}"]`), name).toBe(true);
      for (const pane of ['.places-pane', '.side-pane', '.lanes'])
        expect((await page.locator(pane).boundingBox())!.height, pane).toBeGreaterThan(160);
    });

    it.each([320, 360, 390, 600])(
      'has nothing on top of something else in the player, %i px wide',
      async (width) => {
        const { page } = await bench.open('', { width, height: 800 });
        await running(page, () => page.getByRole('button', { name: /^Lesson 5/ }).click());
        await page.getByRole('button', { name: 'To the end' }).click();
        const boxOf = async (selector: string) => (await page.locator(selector).boundingBox())!;
        for (const [one, other] of [
          ['.player .head .tools', '.clock .where'],
          ['.player .head .tools', '.sentence'],
          ['.lanes h2', '.lanes .text-button'],
        ] as const) {
          const [a, b] = [await boxOf(one), await boxOf(other)];
          const isApart =
            a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
          expect(isApart, `${one}, ${other}`).toBe(true);
        }
        expect((await boxOf('.lanes .text-button')).height).toBeLessThan(42);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      },
    );

    it.each([768, 820])(
      'leaves its buttons under the pointer at the first step, %i px wide',
      async (width) => {
        const { page } = await bench.open('', { width, height: 1000 });
        const next = page.getByRole('button', { name: 'Next event' });
        await page.locator('.first-steps').waitFor();
        await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
        const before = (await next.boundingBox())!.y;
        await next.click();
        await page.locator('.first-steps').waitFor({ state: 'detached' });
        expect(Math.abs((await next.boundingBox())!.y - before)).toBeLessThan(10); // its height is 40
      },
    );

    it('is reached by keys alone, all of it, and the editor is left by Tab', async () => {
      const { page } = await bench.open();
      await running(page, () => page.getByRole('button', { name: /^Lesson 4/ }).click());
      await page.getByRole('slider').first().waitFor();
      const focusable = await page.evaluate(() =>
        [
          ...document.querySelectorAll<HTMLElement>(
            'button, select, input, [contenteditable=true], [tabindex="0"]',
          ),
        ]
          .filter((one) => !one.matches(':disabled, [tabindex="-1"]') && one.offsetParent !== null)
          .map((one, i) => {
            one.dataset.number = String(i);
            return `${i} ${one.tagName} ${(one.getAttribute('aria-label') ?? one.innerText ?? '').slice(0, 40)}`;
          }),
      );
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      const reached = new Set<string>();
      for (let i = 0; i < focusable.length + 20; i++) {
        await page.keyboard.press('Tab');
        const number = await page.evaluate(
          () => (document.activeElement as HTMLElement | null)?.dataset.number,
        );
        if (number !== undefined) reached.add(number);
      }
      expect(focusable.filter((one) => !reached.has(one.split(' ')[0]!))).toEqual([]);
    });

    it('changes its theme, and keeps to the one that was chosen', async () => {
      const { page } = await bench.open();
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await ground();
      await page.getByRole('button', { name: 'Change to the dark theme' }).click();
      // The button says what it will do as soon as the page has changed.
      await page.getByRole('button', { name: 'Change to the light theme' }).waitFor();
      expect(await ground()).not.toBe(light);
      await page.getByRole('button', { name: 'Change to the light theme' }).click();
      await page.getByRole('button', { name: 'Change to the dark theme' }).waitFor();
      expect(await ground()).toBe(light);
    });
  });
});
