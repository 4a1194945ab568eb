import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fifo } from '../../src/core/fifo.ts';

type Move = { op: 'push' } | { op: 'shift' } | { op: 'moveToHead'; index: number } | { op: 'clear' };

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Move>({ op: 'push' }) },
  { weight: 4, arbitrary: fc.constant<Move>({ op: 'shift' }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('moveToHead' as const), index: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.constant<Move>({ op: 'clear' }) },
);

describe('a Fifo', () => {
  it('behaves as an array does, in any order of pushes, shifts and moves', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 300 }), (moves) => {
        const fifo = new Fifo<number>();
        let model: number[] = [];
        moves.forEach((step, number) => {
          if (step.op === 'push') {
            fifo.push(number);
            model.push(number);
          } else if (step.op === 'shift' && model.length > 0) {
            expect(fifo.shift()).toBe(model.shift());
          } else if (step.op === 'moveToHead' && step.index < model.length) {
            fifo.moveToHead(step.index);
            model.unshift(...model.splice(step.index, 1));
          } else if (step.op === 'clear') {
            fifo.clear();
            model = [];
          }
          expect(fifo.length).toBe(model.length);
          expect([...fifo]).toEqual(model);
          expect(fifo.at(0)).toBe(model[0]);
          expect(fifo.at(model.length - 1)).toBe(model[model.length - 1]);
          expect(fifo.at(model.length)).toBeUndefined();
        });
      }),
    );
  });

  it('keeps its order while it grows with its head in the middle', () => {
    const fifo = new Fifo<number>();
    for (let i = 0; i < 10; i++) fifo.push(i);
    for (let i = 0; i < 10; i++) fifo.shift();
    for (let i = 0; i < 1000; i++) fifo.push(i);
    expect([...fifo]).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  it('lets go of what was taken', () => {
    const fifo = new Fifo<object>();
    fifo.push({});
    fifo.shift();
    fifo.push({});
    fifo.clear();
    const { ring } = fifo as unknown as { ring: unknown[] };
    expect(ring.every((entry) => entry === undefined)).toBe(true);
  });
});
