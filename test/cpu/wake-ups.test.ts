import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Schedulable } from '../../src/cpu/schedulable.ts';
import { WakeUps } from '../../src/cpu/wake-ups.ts';

interface Waiter {
  gilPhase: number;
  gilTurn: number;
}

const waiter = () => ({ gilPhase: 0, gilTurn: 0 }) as Waiter & Schedulable;

it('finds the first from any moment on, as a list that is gone through does, whoever comes and goes', () => {
  const step = fc.record({ phase: fc.integer({ min: 0, max: 9 }), leaves: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(10), (steps, from) => {
      const wakeUps = new WakeUps();
      const list: (Waiter & Schedulable)[] = [];
      for (const { phase, leaves } of steps) {
        if (leaves % 3 === 0 && list.length > 0) {
          wakeUps.remove(list.splice(leaves % list.length, 1)[0]!);
        } else {
          const one = waiter();
          wakeUps.add(one, phase);
          list.push(one);
        }
        const sorted = [...list].sort((a, b) => a.gilPhase - b.gilPhase); // stable: of one phase, who came first
        expect(wakeUps.firstFrom(from)).toBe(sorted.find(({ gilPhase }) => gilPhase >= from) ?? null);
        expect(wakeUps.isEmpty).toBe(list.length === 0);
      }
    }),
  );
});

it('keeps its order with more of them than fit into one chunk', () => {
  const wakeUps = new WakeUps();
  const all = Array.from({ length: 3000 }, waiter);
  for (const [i, one] of all.entries()) wakeUps.add(one, (i * 7919) % 1000);
  const taken: number[] = [];
  for (let next = wakeUps.firstFrom(0); next !== null; next = wakeUps.firstFrom(0)) {
    taken.push(next.gilPhase * 10_000 + next.gilTurn);
    wakeUps.remove(next);
  }
  expect(taken).toHaveLength(3000);
  expect(taken).toEqual([...taken].sort((a, b) => a - b));
});
