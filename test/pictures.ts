/**
 * Makes the pictures of the README anew: `npm run pictures`. Look at them before you keep them.
 *
 * The playground is that of `dist`, so build before.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { playDemo } from 'loopscope/node';
import chores from '../demos/02-chores.ts';
import { projectPath } from '../src/node/load-program.ts';
import { pageOf } from '../src/node/page.ts';
import { launchChromium } from './chromium.ts';

const pictures = fileURLToPath(new URL('../demos/pictures/', import.meta.url));
const playground = new URL('../dist/playground/index.html', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'loopscope-pictures-'));
const page = join(folder, 'chores.html');
writeFileSync(page, pageOf(playDemo(chores, { sites: projectPath }), chores.title));

const browser = await launchChromium();
try {
  for (const colorScheme of ['light', 'dark'] as const)
    for (const [name, address, steps] of [
      ['page', `${pathToFileURL(page).href}#seq=40`, 0],
      ['playground', playground, 8],
    ] as const) {
      const shown = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 800 } });
      await shown.goto(address);
      await shown.waitForSelector('.player');
      for (let i = 0; i < steps; i++) await shown.getByRole('button', { name: 'Next event' }).click();
      await shown.mouse.move(0, 0);
      await shown.waitForTimeout(1000); // until nothing moves any more
      await shown.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
      await shown.close();
    }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
