/** The chromium that is installed, for the tests that need a browser. */

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { describe } from 'vitest';

/** Its path; null if there is none. */
function findChromium(): string | null {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  for (const folder of (process.env.PATH ?? '').split(delimiter))
    for (const name of names) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // not here
      }
    }
  return null;
}

const CHROMIUM = findChromium();
const HOW = 'it is tested in chromium, which is not in the PATH: apt-get install chromium';

/** Tests that need a browser. Where there is none they are left out, and that is said; on CI it is a failure. */
export function describeInBrowser(name: string, tests: () => void): void {
  const isLeftOut = CHROMIUM === null && !process.env.CI;
  if (isLeftOut) console.warn(`${name}: left out, for ${HOW}`);
  describe.skipIf(isLeftOut)(name, tests);
}

/** Starts it, without a window. */
export function launchChromium(...args: string[]): Promise<Browser> {
  if (CHROMIUM === null) throw new Error(HOW);
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', ...args] });
}
