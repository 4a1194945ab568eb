/** The lanes in a real browser: what is drawn where, and what the pointer, the wheel and the keys do. */

import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { COLOURS } from '../../src/views/svg-looks.ts';
import { describeInBrowser } from '../chromium.ts';
import { type LanesPage, type LanesPageOptions, lanesScript, launch, openLanes } from './browser.ts';
import { demoTraces, largeTrace } from './traces.ts';

type View = { from: number; to: number };

describeInBrowser('lanes in a browser', () => {
  let browser: Browser;
  let script: string;
  let opened: LanesPage | undefined;

  beforeAll(async () => {
    [browser, script] = await Promise.all([launch(), lanesScript()]);
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    expect(opened?.errors ?? []).toEqual([]);
    await opened?.page.close();
    opened = undefined;
  });

  const open = async (options: LanesPageOptions) => {
    opened = await openLanes(browser, script, options);
    return opened;
  };
  const chores = async (options: Partial<LanesPageOptions> = {}) =>
    open({ traces: await demoTraces('02-chores'), ...options });

  /** The colours in a column of pixels, from a height to another, in CSS pixels. */
  const column = (one: LanesPage, x: number, from: number, to: number) =>
    one.ask<string[]>(`(() => {
      const canvas = document.querySelector('canvas');
      const k = canvas.width / canvas.clientWidth;
      const { data } = canvas.getContext('2d').getImageData(${x} * k, ${from} * k, 1, ${to - from} * k);
      const out = [];
      for (let i = 0; i < data.length; i += 4)
        out.push('#' + [0, 1, 2].map((n) => data[i + n].toString(16).padStart(2, '0')).join(''));
      return out;
    })()`);
  /** How many pixels of a column have a colour. */
  const count = (pixels: readonly string[], colour: string) => pixels.filter((one) => one === colour).length;
  const view = (one: LanesPage) => one.ask<View>('lanes.view');

  it.each(['light', 'dark'] as const)('show each state in its shape and colour: %s', async (theme) => {
    const mode = theme === 'light' ? 0 : 1;
    const one = await chores({ theme });
    const rows = await one.ask<[string, number, number][]>(`(() => {
      const rows = [];
      for (const part of modelOf(traces).parts) for (const row of part.rows) rows.push(row.kind === 'lane' ? row.lane.name : row.kind);
      return rows;
    })()`);
    expect(rows.length).toBe(12);
    const height = await rowHeight(one);
    const top = (n: number) => 34 + (n > 5 ? 64 : 32) + (n - (n > 5 ? 2 : 1)) * height;
    const at = (n: number, x: number) => column(one, x, top(n), top(n) + height);
    // tv runs from the start to 30 of 100 minutes: a high bar.
    expect(count(await at(8, 200), COLOURS.running[mode])).toBeGreaterThan(height * 0.5);
    // jogging is ready meanwhile: a frame and strokes on paper, which are not the bar of the running one.
    const ready = await at(9, 200);
    expect(count(ready, COLOURS.ready[mode])).toBeGreaterThanOrEqual(2);
    expect(count(ready, COLOURS.running[mode])).toBe(0);
    expect(count(ready, COLOURS.paper[mode])).toBeGreaterThan(3);
    // rice waits: a thin line.
    const waiting = await at(2, 350);
    expect(count(waiting, COLOURS.waiting[mode])).toBeGreaterThanOrEqual(1);
    expect(count(waiting, COLOURS.waiting[mode])).toBeLessThanOrEqual(3);
    // Nothing once it is over.
    expect(count(await at(2, 800), COLOURS.waiting[mode])).toBe(0);
    await one.ask(`lanes.setTheme('${theme === 'light' ? 'dark' : 'light'}')`);
    await one.drawn();
    expect((await at(2, 800))[4]).toBe(COLOURS.paper[1 - mode]);
  });

  /** How high a row is: the same arithmetic as in the layout, read off the picture. */
  async function rowHeight(one: LanesPage): Promise<number> {
    const pixels = await column(one, 200, 34, 400);
    const bars = pixels.flatMap((pixel, i) =>
      pixel !== pixels[i - 1] && COLOURS.running.includes(pixel as never) ? [i] : [],
    );
    expect(bars.length).toBeGreaterThanOrEqual(1);
    return one.ask<number>(
      `(() => { const rows = 10; return Math.max(22, Math.min(38, Math.floor((372 - 34 - 64 - 8) / rows))); })()`,
    );
  }

  it('draw as many pixels as the screen has, and follow the size of their host', async () => {
    const one = await chores({ ratio: 2 });
    const size = () =>
      one.ask<number[]>(`[document.querySelector('canvas').width, document.querySelector('canvas').height]`);
    expect(await size()).toEqual([2000, 800]);
    await one.ask(`document.getElementById('host').style.width = '600px'`);
    await one.drawn();
    await one.drawn();
    expect(await size()).toEqual([1200, 800]);
  });

  it('tell how high they have to be to show all, and again when that has changed', async () => {
    const one = await chores({ height: 150 });
    await one.ask('globalThis.heights = []; lanes.onHeight = (px) => heights.push(px); lanes.zoom(2)');
    await one.drawn();
    expect(await one.ask('heights')).toEqual([]); // it was told in the first frame
    // The axis, two titles, ten rows and what is free below them; and the legend, which is higher the narrower it is.
    const rows = 34 + 2 * 32 + 10 * 38 + 8;
    const resize = async (width: number) => {
      await one.ask(`document.getElementById('host').style.width = '${width}px'`);
      await one.drawn();
      await one.drawn();
    };
    await resize(400);
    await resize(390);
    await resize(1000);
    expect(await one.ask('heights')).toEqual([rows + 2 * 22 + 6, rows + 22 + 6]);
  });

  it('show all, zoom at a place, move and go back', async () => {
    const one = await chores();
    expect(await view(one)).toEqual({ from: 0, to: 6_000_000 });
    await one.ask('lanes.zoom(4, 3_000_000)');
    expect(await view(one)).toEqual({ from: 2_250_000, to: 3_750_000 });
    await one.ask('lanes.setView(-5, 600_000)');
    expect(await view(one)).toEqual({ from: 0, to: 600_005 });
    await one.ask('lanes.fit()');
    expect(await view(one)).toEqual({ from: 0, to: 6_000_000 });
  });

  it('zoom with Ctrl and the wheel at the pointer, and move with Shift', async () => {
    const one = await chores();
    await one.page.mouse.move(500, 200);
    await one.page.keyboard.down('Control');
    await one.page.mouse.wheel(0, -100);
    await expect.poll(async () => (await view(one)).from).toBeGreaterThan(0);
    await one.page.keyboard.up('Control');
    const near = await view(one);
    expect(near.to - near.from).toBeLessThan(4_000_000);
    const middle = (near.from + near.to) / 2;
    expect(middle).toBeGreaterThan(2_000_000);
    expect(middle).toBeLessThan(4_000_000);
    await one.page.keyboard.down('Shift');
    await one.page.mouse.wheel(0, 60);
    await expect.poll(async () => (await view(one)).from).toBeGreaterThan(near.from);
    await one.page.keyboard.up('Shift');
  });

  it('leave the wheel to the page while all rows are seen, and scroll when they are not', async () => {
    const one = await chores();
    await one.ask(
      `document.addEventListener('wheel', (e) => { globalThis.prevented = e.defaultPrevented; })`,
    );
    await one.page.mouse.move(500, 200);
    await one.page.mouse.wheel(0, 40);
    await expect.poll(() => one.ask('globalThis.prevented')).toBe(false);
    expect(await view(one)).toEqual({ from: 0, to: 6_000_000 });
    await one.ask(`document.getElementById('host').style.height = '200px'`);
    await one.drawn();
    await one.drawn();
    const before = await column(one, 200, 60, 170);
    await one.page.mouse.move(500, 100);
    await one.page.mouse.wheel(0, 40);
    await expect.poll(() => one.ask('prevented')).toBe(true);
    await one.drawn();
    expect(await column(one, 200, 60, 170)).not.toEqual(before);
  });

  it('move when they are dragged, which picks nothing', async () => {
    const one = await chores();
    await one.ask('lanes.zoom(4)');
    const before = await view(one);
    await one.page.mouse.move(600, 200);
    await one.page.mouse.down();
    await one.page.mouse.move(500, 205, { steps: 4 });
    await one.page.mouse.up();
    await one.drawn();
    const after = await view(one);
    expect(after.from).toBeGreaterThan(before.from);
    expect(after.to - after.from).toBeCloseTo(before.to - before.from, 3);
    expect(await one.ask('picks')).toEqual([]);
  });

  it('tell what is under the pointer, and pick its event with a click', async () => {
    const one = await chores();
    const height = await rowHeight(one);
    const y = 34 + 32 + height * 1.5;
    await one.page.mouse.move(350, y);
    await one.drawn();
    const [hit] = await one.ask<{ trace: number; seq: number; text: string }[]>('hovers.slice(-1)');
    expect(hit!.text).toBe('rice: waiting, sleep 40 min\n0 → 40 min (40 min)\nits timer was due');
    await one.page.mouse.click(350, y);
    expect(await one.ask('picks')).toEqual([[0, hit!.seq]]);
    expect(await one.ask(`traces[0].trace.event(${hit!.seq}).kind`)).toBe('task:wait');
    await one.page.mouse.move(800, y);
    await one.drawn();
    expect(await one.ask('hovers.at(-1)')).toBeNull();
    // The rows of the second trace tell that they are of it.
    await one.page.mouse.click(200, 34 + 64 + height * 6.5);
    const [, second] = await one.ask<number[][]>('picks');
    expect(second![0]).toBe(1);
  });

  it('zoom in with a double click', async () => {
    const one = await chores();
    await one.page.mouse.dblclick(500, 200);
    const { from, to } = await view(one);
    expect(to - from).toBe(3_000_000);
  });

  it('can be used with keys alone', async () => {
    const one = await chores();
    await one.page.keyboard.press('Tab');
    expect(await one.ask('document.activeElement.id')).toBe('host');
    expect(await one.ask(`document.activeElement.getAttribute('aria-label')`)).toContain(
      'by machines, 4 tasks, 40 min',
    );
    await one.page.keyboard.press('+');
    const near = await view(one);
    expect(near.to - near.from).toBe(4_000_000);
    await one.page.keyboard.press('Shift+ArrowRight');
    expect((await view(one)).from).toBe(near.from + 600_000);
    await one.page.keyboard.press('Shift+ArrowLeft');
    expect((await view(one)).from).toBeCloseTo(near.from, 3);
    await one.page.keyboard.press('ArrowRight'); // is left to the page
    expect((await view(one)).from).toBeCloseTo(near.from, 3);
    await one.page.keyboard.press('-');
    const far = await view(one);
    expect(far.to - far.from).toBe(6_000_000);
    await one.page.keyboard.press('+');
    await one.page.keyboard.press('0');
    expect(await view(one)).toEqual({ from: 0, to: 6_000_000 });
  });

  it('zoom with two fingers', async () => {
    const one = await chores({ hasTouch: true });
    const touch = (type: string, id: number, x: number) =>
      one.ask(`document.querySelector('canvas').dispatchEvent(new PointerEvent('${type}', {
        pointerId: ${id}, pointerType: 'touch', clientX: ${x}, clientY: 200, bubbles: true }))`);
    // Fingers that no screen knows can't be captured.
    await one.ask('HTMLCanvasElement.prototype.setPointerCapture = () => {}');
    await touch('pointerdown', 11, 450);
    await touch('pointerdown', 12, 550);
    await touch('pointermove', 11, 400);
    await touch('pointermove', 12, 600);
    await touch('pointerup', 11, 400);
    await touch('pointerup', 12, 600);
    const { from, to } = await view(one);
    expect(to - from).toBeCloseTo(3_000_000, -2);
    expect(await one.ask('picks')).toEqual([]);
  });

  it('scroll under a finger, and leave it to the page where there are no more rows', async () => {
    const one = await chores({ hasTouch: true, height: 150 });
    await one.ask(`(() => {
      HTMLCanvasElement.prototype.setPointerCapture = () => {};
      document.body.style.height = '3000px';
    })()`);
    const touch = (type: string, y: number) =>
      one.ask(`document.querySelector('canvas').dispatchEvent(new PointerEvent('${type}', {
        pointerId: 11, pointerType: 'touch', clientX: 500, clientY: ${y}, bubbles: true }))`);
    const state = () =>
      one.ask<[string, number]>("[document.querySelector('canvas').style.touchAction, scrollY]");
    expect(await state()).toEqual(['pan-up', 0]);
    await touch('pointerdown', 120);
    await touch('pointermove', 110);
    expect(await state()).toEqual(['none', 0]);
    await touch('pointermove', -900);
    expect(await state()).toEqual(['pan-down', 0]);
    await touch('pointermove', -960);
    await touch('pointermove', -1000);
    expect(await state()).toEqual(['pan-down', 100]);
    await touch('pointerup', -1000);
  });

  it('show the cursor, and come to it if it is out of view', async () => {
    const one = await chores();
    const colour = COLOURS.bad[0];
    await one.ask('lanes.setCursor(0, 40)');
    await one.drawn();
    const rowOf = async () => {
      const found: number[] = [];
      for (let x = 80; x < 1000; x++)
        if (count(await column(one, x, 380 - 24, 380 - 14), colour) > 5) found.push(x);
      return found;
    };
    expect(await rowOf()).toHaveLength(1);
    await one.ask('lanes.setView(0, 60_000)');
    await one.ask('lanes.setCursor(1, 45)');
    const { from, to } = await view(one);
    const at = await one.ask<number>('traces[1].trace.event(45).time');
    expect(from).toBeLessThanOrEqual(at);
    expect(to).toBeGreaterThanOrEqual(at);
    expect(to - from).toBe(60_000);
  });

  it('light the critical path: the rest is pale', async () => {
    const one = await chores();
    const height = await rowHeight(one);
    const ready = () => column(one, 200, 34 + 64 + height * 7, 34 + 64 + height * 8);
    expect(count(await ready(), COLOURS.ready[0])).toBeGreaterThan(1);
    await one.ask('lanes.setCritical(true)');
    await one.drawn();
    expect(count(await ready(), COLOURS.ready[0])).toBe(0);
    const tv = await column(one, 200, 34 + 64 + height * 6, 34 + 64 + height * 7);
    expect(count(tv, COLOURS.running[0])).toBeGreaterThan(height * 0.5);
    expect(count(tv, COLOURS.ink[0])).toBeGreaterThanOrEqual(2);
  });

  it('draw only if something has changed', async () => {
    const one = await chores();
    await one.ask(`(() => {
      globalThis.frames = 0;
      const { requestAnimationFrame: ask } = globalThis;
      globalThis.requestAnimationFrame = (f) => { frames++; return ask(f); };
    })()`);
    await one.page.waitForTimeout(100);
    expect(await one.ask('frames')).toBe(0);
    await one.ask('lanes.zoom(2); lanes.zoom(2); lanes.setTheme("dark")');
    expect(await one.ask('frames')).toBe(1);
  });

  it('glide to a view unless they are to be calm', async () => {
    const one = await chores({ isCalm: false });
    await one.ask('lanes.zoom(4)');
    expect(await view(one)).toEqual({ from: 2_250_000, to: 3_750_000 }); // where it goes
    await one.page.waitForTimeout(300);
    const picture = await column(one, 500, 34, 380);
    await one.page.waitForTimeout(100);
    expect(await column(one, 500, 34, 380)).toEqual(picture);
  });

  it('leave nothing behind', async () => {
    const one = await chores();
    await one.ask('lanes.setCursor(0, 10); lanes.destroy()');
    expect(await one.ask('document.querySelectorAll("canvas").length')).toBe(0);
    expect(await one.ask(`document.getElementById('host').getAttributeNames()`)).toEqual(['id', 'style']);
    await one.drawn();
  });

  it('show rows by the thousand, and of a long trace what is near', async () => {
    const one = await open({ traces: [{ title: '', trace: largeTrace(30_000, 1_500) }], height: 300 });
    await one.page.mouse.move(500, 150);
    for (let i = 0; i < 20; i++) await one.page.mouse.wheel(0, 1500);
    await one.drawn();
    await one.page.mouse.move(500, 160);
    await one.drawn();
    const text = await one.ask<string>('hovers.filter(Boolean).at(-1)?.text');
    expect(text).toMatch(/^worker \d{4}|^loop/);
    // The thumb of the scrollbar is at the bottom now.
    const edge = await column(one, 995, 34, 270);
    expect(edge.lastIndexOf(COLOURS.quiet[0])).toBeGreaterThan(200);
  });

  it('show that nothing ran', async () => {
    const { Trace } = await import('../../src/trace/trace.ts');
    const one = await open({ traces: [{ title: '', trace: Trace.of([]) }] });
    await one.ask('lanes.setCursor(0, 1); lanes.zoom(2); lanes.fit()');
    await one.drawn();
  });
});
