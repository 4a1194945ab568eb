import { describe, expect, it } from 'vitest';
import { explore, replay } from '../../src/explore/index.ts';
import { type Coroutine, run, sleep, uniform } from '../../src/index.ts';

const drawing = function* (): Coroutine<number> {
  const drawn = uniform(10, 20);
  yield* sleep(drawn);
  return drawn;
};

describe('a number from a range', () => {
  it('is drawn by the loop’s one source of chance: the same seed gives the same', () => {
    const [one, again, other] = [3, 3, 4].map((seed) => run(drawing, { seed }));
    expect(one).toBe(again);
    expect(one).not.toBe(other);
    for (const drawn of [one!, other!]) expect(drawn).toSatisfy((n: number) => n >= 10 && n < 20);
  });

  it('is left open: a policy may decide it, a schedule has it, and an exploration tries both ends', () => {
    expect(run(drawing, { policy: { draw: (_, low) => low + 1 } })).toBe(11);
    expect(replay(drawing, 'seed=0 number=15').trace.endTime).toBe(15);
    const seen: number[] = [];
    explore(function* (): Coroutine<void> {
      seen.push(yield* drawing());
    });
    expect(seen.slice(0, 2)).toEqual([10, 20]);
  });

  it('needs two finite numbers, the lower one first', () => {
    const drawn = (low: unknown, high: unknown) =>
      run(function* (): Coroutine<number> {
        return uniform(low as number, high as number);
      });
    expect(drawn(5, 5)).toBe(5);
    expect(() => drawn(2, 1)).toThrow('uniform() takes two finite numbers, the lower one first, got 2 and 1');
    expect(() => drawn(0, Number.POSITIVE_INFINITY)).toThrow('got 0 and Infinity');
    expect(() => uniform(0, 1)).toThrow('no running event loop');
  });
});
