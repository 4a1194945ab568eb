import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests and demos import the package by its public names; here those mean the sources.
    alias: [
      { find: /^loopscope$/, replacement: source('index.ts') },
      { find: /^loopscope\/(testing|explore|node)$/, replacement: source('$1/index.ts') },
    ],
  },
  test: { include: ['test/**/*.test.ts'] },
});
