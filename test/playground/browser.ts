/** The built playground in a real browser, headless: from a server, below some path, and from the disk. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { launchChromium } from '../chromium.ts';

const CONFIG = fileURLToPath(new URL('../../vite.playground.config.ts', import.meta.url));

/** What a page said that it should not have. */
export interface Opened {
  readonly page: Page;
  readonly errors: string[];
}

/** A browser with the playground built for it. */
export class Bench {
  readonly #folder: string;
  readonly #server: Server;
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[];
  /** Whatever was asked of the server besides the page. */
  readonly asked: string[];

  private constructor(folder: string, server: Server, browser: Browser, asked: string[]) {
    this.#folder = folder;
    this.#server = server;
    this.#browser = browser;
    this.#contexts = [];
    this.asked = asked;
  }

  /** Builds the playground, serves it, and starts the browser. */
  static async start(): Promise<Bench> {
    const folder = mkdtempSync(join(tmpdir(), 'loopscope-playground-'));
    await build({ configFile: CONFIG, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } });
    const asked: string[] = [];
    const server = createServer((request, response) => {
      if (request.url === '/some/where/') {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(readFileSync(join(folder, 'index.html')));
        return;
      }
      asked.push(String(request.url));
      response.setHeader('access-control-allow-origin', '*');
      response.end('');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await launchChromium();
    return new Bench(folder, server, browser, asked);
  }

  /** The server's address, without a slash. */
  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get address(): string {
    return `${this.origin}/some/where/`;
  }

  get file(): string {
    return pathToFileURL(join(this.#folder, 'index.html')).href;
  }

  /** The playground in a window of its own, which has kept nothing. */
  async open(
    hash = '',
    {
      at = this.address,
      width = 1440,
      height = 900,
      scheme = 'light',
    }: { at?: string; width?: number; height?: number; scheme?: 'light' | 'dark' } = {},
  ): Promise<Opened> {
    const context = await this.#browser.newContext({ viewport: { width, height }, colorScheme: scheme });
    this.#contexts.push(context);
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(at + hash);
    await page.locator('.cm-content').waitFor();
    // Without a link the first lesson runs at once.
    if (hash === '') await page.locator('.printed:not([data-runs="0"])').waitFor();
    return { page, errors };
  }

  /** Closes the windows. */
  async clear(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close();
    this.asked.length = 0;
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    this.#server.close();
    rmSync(this.#folder, { recursive: true });
  }
}

/** Puts another program into the editor, as a reader would: all is selected, and written over. */
export async function write(page: Page, program: string): Promise<void> {
  await page.locator('.cm-content').click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(program);
}

/** The program in the editor. */
export async function written(page: Page): Promise<string> {
  return (await page.locator('.cm-line').allInnerTexts()).map((line) => line.replace(/\n$/, '')).join('\n');
}

/** How many runs have ended. */
export const runs = async (page: Page): Promise<number> =>
  Number(await page.locator('.printed').getAttribute('data-runs'));

/** Does something that runs the program, and waits for the end of that run. */
export async function running(page: Page, act: () => Promise<unknown>): Promise<void> {
  const before = await runs(page);
  await act();
  await page.waitForFunction(
    (count) => Number(document.querySelector<HTMLElement>('.printed')?.dataset.runs) > count,
    before,
    { timeout: 20_000 },
  );
}

/** Runs what is in the editor. */
export const run = (page: Page): Promise<void> =>
  running(page, () => page.getByRole('button', { name: 'Run', exact: true }).click());

/** The lines in the output. */
export function output(page: Page): Promise<string[]> {
  return page.locator('.printed .line').allInnerTexts();
}
