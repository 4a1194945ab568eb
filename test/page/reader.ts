/** A browser for the tests of the page: the chromium that is installed, driven by playwright. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchChromium } from '../chromium.ts';

/** The browser, and the pages that were opened in it: each from a file, as a reader opens it. */
export class Reader {
  readonly #browser: Browser;
  readonly #folder: string;
  #count: number;

  private constructor(browser: Browser) {
    this.#browser = browser;
    this.#folder = mkdtempSync(join(tmpdir(), 'loopscope-page-'));
    this.#count = 0;
  }

  static async start(): Promise<Reader> {
    // Without its sandbox it runs as root, as it does in a container.
    const browser = await launchChromium();
    return new Reader(browser);
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Writes a page to a file; its address. */
  write(html: string): string {
    const file = join(this.#folder, `page-${++this.#count}.html`);
    writeFileSync(file, html);
    return pathToFileURL(file).href;
  }

  /** Opens a page; whatever it says on the console, and whatever it asks the network for, is noted. */
  async open(address: string, options: BrowserContextOptions = {}): Promise<Opened> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()))
        complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (request.url() !== address.split('#')[0] && !request.url().startsWith('data:'))
        complaints.push(`request: ${request.url()}`);
    });
    await page.goto(address);
    if (address !== 'about:blank') await page.waitForSelector('.player, .ls-error h1');
    return { page, complaints, close: () => context.close() };
  }
}

/** A page that is open. */
export interface Opened {
  readonly page: Page;
  /** Errors, warnings, and requests to anything but the page itself. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Waits until the player stands at an event. */
export async function standsAt(page: Page, seq: number): Promise<void> {
  await page.waitForSelector(`.player[data-seq="${seq}"]`, { timeout: 20_000 });
}

/** Nothing to complain of. */
export function expectQuiet({ complaints }: Opened): void {
  expect(complaints).toEqual([]);
}
