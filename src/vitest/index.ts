/** `loopscope/vitest`: tests whose bodies are simulated coroutines, and the matchers. Needs vitest. */

export {
  type DeclareTest,
  type SimTest,
  type SimTestBody,
  type SimTestOptions,
  simTest,
} from './sim-test.ts';
