import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests and demos import the package by its public names; here those mean the sources.
    alias: [
      { find: /^loopscope$/, replacement: source('index.ts') },
      { find: /^loopscope\/(testing|vitest|explore|node)$/, replacement: source('$1/index.ts') },
    ],
  },
  // No test waits for the clock. Those that start processes or search at random may take long on a busy machine.
  test: { include: ['test/**/*.test.ts', 'demos/testing/*.test.ts'], testTimeout: 120_000 },
});
