import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../../vitest.config.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Tests that are to fail, run by another test, which may say which. */
export default mergeConfig(
  base,
  defineConfig({ root, test: { include: [process.env.SIM_TESTS ?? `${root}*.sim.ts`] } }),
);
