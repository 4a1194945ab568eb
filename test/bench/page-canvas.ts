/**
 * How fast the swim lanes are with 200,000 events: building their model, and frames while they are moved and zoomed, in
 * Chromium without a window. Run by hand; what it prints are medians, and the worst of twenty frames (the 95th percentile).
 *
 *     npx tsx test/bench/page-canvas.ts
 *
 * Without a window there is no GPU, and the processor draws the pixels too.
 */

import { lanesScript, launch, openLanes } from '../page/browser.ts';
import { largeTrace, threadsTrace } from '../page/traces.ts';

const EVENTS = 200_000;

interface Measured {
  readonly rate: number;
  readonly draw: number;
  readonly worst: number;
}

/** Moves or zooms in each of some frames; tells how often a second that can be, and how long drawing takes. */
const MEASURE = `globalThis.measure = async (change, frames) => {
  const next = () => new Promise((done) => requestAnimationFrame(done));
  const host = document.getElementById('host');
  await next(); await next();
  const draws = [];
  const { requestAnimationFrame: ask } = globalThis;
  globalThis.requestAnimationFrame = (f) => ask((now) => { const a = performance.now(); f(now); draws.push(performance.now() - a); });
  const start = performance.now();
  for (let i = 0; i < frames; i++) {
    change(i, host);
    await new Promise((done) => ask(done));
  }
  const passed = performance.now() - start;
  globalThis.requestAnimationFrame = ask;
  draws.sort((a, b) => a - b);
  if (draws.length === 0) return null;
  return { rate: (frames / passed) * 1000, draw: draws[draws.length >> 1], worst: draws[Math.floor(draws.length * 0.95)] };
}`;

const MOTIONS: readonly (readonly [string, string, string])[] = [
  ['all of it, the cursor stepping', 'lanes.fit()', '(i) => lanes.setCursor(0, 1000 + i * 500)'],
  ['zooming, from all to a thousandth', 'lanes.fit()', '(i) => lanes.zoom(i % 120 < 60 ? 1.12 : 1 / 1.12)'],
  [
    'moving, a third of it in view',
    'lanes.fit(); lanes.zoom(3)',
    '(i) => { const s = lanes.view.to - lanes.view.from; lanes.setView(lanes.view.from + (i % 120 < 60 ? s : -s) / 60, lanes.view.to + (i % 120 < 60 ? s : -s) / 60) }',
  ],
  [
    'moving, a fiftieth of it in view',
    'lanes.fit(); lanes.zoom(50)',
    '(i) => { const s = lanes.view.to - lanes.view.from; lanes.setView(lanes.view.from + (i % 120 < 60 ? s : -s) / 60, lanes.view.to + (i % 120 < 60 ? s : -s) / 60) }',
  ],
  [
    'scrolling the rows',
    'lanes.fit()',
    '(i, host) => host.firstChild.dispatchEvent(new WheelEvent("wheel", { deltaY: i % 120 < 60 ? 37 : -37, bubbles: true, cancelable: true }))',
  ],
  [
    'zooming, with the critical path',
    'lanes.fit(); lanes.setCritical(true)',
    '(i) => lanes.zoom(i % 120 < 60 ? 1.12 : 1 / 1.12)',
  ],
];

const script = await lanesScript();
const browser = await launch();
for (const [title, trace] of [
  ['24 tasks', largeTrace(EVENTS * 0.82, 24)],
  ['10,000 tasks', largeTrace(EVENTS * 0.47, 10_000)],
  ['80 threads under one GIL', threadsTrace(80, 830)],
] as const) {
  const one = await openLanes(browser, script, { traces: [{ title: '', trace }], width: 1440, height: 800 });
  const model = await one.ask<number[]>(`(() => {
    const times = [];
    for (let i = 0; i < 7; i++) {
      const start = performance.now();
      modelOf(traces);
      times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b);
  })()`);
  console.log(
    `\n${title}: ${trace.length} events, model ${model[3]!.toFixed(0)} ms (least ${model[0]!.toFixed(0)} ms)`,
  );
  await one.ask(MEASURE);
  for (const [what, before, change] of MOTIONS) {
    await one.ask(before);
    const measured = await one.ask<Measured | null>(`measure(${change}, 240)`);
    if (!measured) continue; // all rows are seen
    const { rate, draw, worst } = measured;
    console.log(
      `  ${what.padEnd(36)} ${rate.toFixed(0).padStart(3)} frames/s   drawing ${draw.toFixed(1)} ms, worst ${worst.toFixed(1)} ms`,
    );
  }
  await one.page.close();
}
await browser.close();
