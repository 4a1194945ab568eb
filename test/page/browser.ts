/** Lanes in a real browser: a page with nothing else on it, built on the fly. */

import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { saveTrace } from '../../src/trace/json.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { launchChromium } from '../chromium.ts';

const path = (file: string) => fileURLToPath(new URL(`../../src/${file}`, import.meta.url));

const ENTRY = `
import { Lanes } from ${JSON.stringify(path('page/canvas/lanes.ts'))};
import { modelOf } from ${JSON.stringify(path('page/canvas/model.ts'))};
import { loadTrace } from ${JSON.stringify(path('trace/json.ts'))};
Object.assign(globalThis, { Lanes, modelOf, loadTrace });
`;

/** The lanes as one script. */
export async function lanesScript(): Promise<string> {
  const name = 'virtual:lanes';
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === name ? id : null),
        load: (id) => (id === name ? ENTRY : null),
      },
    ],
    build: { write: false, minify: false, rollupOptions: { input: name, output: { format: 'iife' } } },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (!output || !('output' in output)) throw new Error('nothing was built');
  const chunk = output.output.find((one) => one.type === 'chunk');
  if (!chunk) throw new Error('no script was built');
  return chunk.code;
}

/** Chromium, without a window. */
export function launch(): Promise<Browser> {
  return launchChromium('--disable-gpu');
}

/** How a page with lanes is opened. */
export interface LanesPageOptions {
  readonly traces: readonly { readonly title: string; readonly trace: Trace }[];
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
  readonly ratio?: number;
  readonly isCalm?: boolean;
  readonly hasTouch?: boolean;
}

/** A page with lanes on it. What they tell is in `picks`, `hovers` and `errors`; the lanes themselves are `lanes` in the page. */
export interface LanesPage {
  readonly page: Page;
  readonly errors: string[];
  /** Evaluates an expression in the page. */
  ask<T>(expression: string): Promise<T>;
  /** Waits until what was asked for has been drawn. */
  drawn(): Promise<void>;
}

/** Opens a page that shows some traces. */
export async function openLanes(
  browser: Browser,
  script: string,
  options: LanesPageOptions,
): Promise<LanesPage> {
  const { width = 1000, height = 400, theme = 'light', ratio = 1, isCalm = true } = options;
  const page = await browser.newPage({
    viewport: { width, height },
    deviceScaleFactor: ratio,
    hasTouch: options.hasTouch ?? false,
  });
  const errors: string[] = [];
  page.on('console', (message) => {
    const isOurs = message.text().includes('willReadFrequently'); // a test reads pixels, nobody else does
    if (!isOurs && ['error', 'warning'].includes(message.type())) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.setContent(
    `<!doctype html><style>body{margin:0}#host{width:${width}px;height:${height}px}</style><div id="host"></div>`,
  );
  await page.addScriptTag({ content: script });
  const texts = options.traces.map(({ title, trace }) => ({ title, text: saveTrace(trace) }));
  await page.evaluate(
    `globalThis.open = (texts) => {
      const traces = texts.map(({ title, text }) => ({ title, trace: loadTrace(text) }));
      globalThis.picks = [];
      globalThis.hovers = [];
      globalThis.lanes = new Lanes(document.getElementById('host'), { traces, theme: '${theme}', isCalm: ${isCalm} });
      lanes.onPick = (trace, seq) => picks.push([trace, seq]);
      lanes.onHover = (hit) => hovers.push(hit);
      globalThis.traces = traces;
    }`,
  );
  await page.evaluate(`open(${JSON.stringify(texts)})`);
  const ask = <T>(expression: string) => page.evaluate(expression) as Promise<T>;
  const drawn = () =>
    ask<void>('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))');
  await drawn();
  return { page, errors, ask, drawn };
}
