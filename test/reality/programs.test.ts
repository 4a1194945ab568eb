import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REALISTIC } from '../../src/index.ts';
import { realPrograms } from './programs.ts';

/** What is predicted, to three digits. */
function predictions(cores: number, costs = {}): Record<string, number> {
  return Object.fromEntries(
    realPrograms(cores).map(({ name, predict }) => {
      const { base, other } = predict({ cores, costs });
      return [name, Number((other / base).toPrecision(3))];
    }),
  );
}

describe('the programs that are held beside python3', () => {
  it('have a Python file each', () => {
    const missing = realPrograms(2).filter(
      ({ file }) => !existsSync(new URL(`programs/${file}`, import.meta.url)),
    );
    expect(missing).toEqual([]);
  });

  it('are predicted by the rules alone', () => {
    expect(predictions(2)).toEqual({
      'threads-cpu-2': 1,
      'threads-cpu-4': 1,
      'threads-sleep': 0.2,
      'threads-lock': 2.43,
      convoy: 2, // (5 + 5) / 5: the wait, and a switch interval for the GIL
      'convoy-1ms': 1.2, // (5 + 1) / 5
      'convoy-20ms': 5, // (5 + 20) / 5
      'convoy-native': 4, // 20 / 5: to the end of the call
      'gather-sleeps': 0.1,
      'blocking-call': 1.55,
      'to-thread-blocking': 0.167, // 12 calls, 6 workers
      'to-thread-cpu': 3.41,
      'process-pool': 0.5,
      'process-pool-small': 0.5,
    });
  });

  it('are predicted with what a machine really costs', () => {
    expect(predictions(2, REALISTIC)).toMatchObject({
      'threads-sleep': 0.202,
      convoy: 2,
      'gather-sleeps': 0.101,
      'to-thread-cpu': 3.42,
      'process-pool': 0.503,
      'process-pool-small': 0.746,
    });
  });
});
