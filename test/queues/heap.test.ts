import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heapPop, heapPush, naturalLess } from '../../src/queues/heap.ts';
import { messageOf } from '../support/journal.ts';
import { askPython } from '../support/python.ts';

/** An item of which only the first place is compared, so that equals can be told apart. */
type Item = readonly [priority: number, id: number];
const byPriority = (a: Item, b: Item) => a[0] < b[0];

/** Pushes numbers and pops at nulls; the heap after each move, and what came out. */
function play(moves: readonly (number | null)[]): [heaps: number[][], out: number[]] {
  const heap: Item[] = [];
  const heaps: number[][] = [];
  const out: number[] = [];
  moves.forEach((priority, id) => {
    if (priority !== null) heapPush(heap, [priority, id], byPriority);
    else if (heap.length > 0) out.push(heapPop(heap, byPriority)[1]);
    heaps.push(heap.map((item) => item[1]));
  });
  return [heaps, out];
}

const PYTHON = `
import heapq, json, sys
class Item:
    def __init__(self, priority, id): self.priority, self.id = priority, id
    def __lt__(self, other): return self.priority < other.priority
def play(moves):
    heap, heaps, out = [], [], []
    for id, priority in enumerate(moves):
        if priority is not None: heapq.heappush(heap, Item(priority, id))
        elif heap: out.append(heapq.heappop(heap).id)
        heaps.append([item.id for item in heap])
    return [heaps, out]
json.dump([play(moves) for moves in json.load(sys.stdin)], sys.stdout)
`;

const moves = fc.array(fc.oneof({ weight: 3, arbitrary: fc.nat(5) }, fc.constant(null)), { maxLength: 40 });

describe('the heap', () => {
  it('makes the very moves of heapq: seven equal items come out as they do in CPython', () => {
    const equal = [0, 0, 0, 0, 0, 0, 0];
    expect(play([...equal, ...equal.map(() => null)])[1]).toEqual([0, 2, 5, 6, 4, 1, 3]);
  });

  it('makes the very moves of heapq, on any pushes and pops', (context) => {
    const programs = fc.sample(moves, { numRuns: 300, seed: 1 });
    const answer = askPython(PYTHON, programs);
    if (answer === null) context.skip();
    expect(programs.map(play)).toEqual(answer);
  });

  it('gives items in order, and keeps the least on top', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 100 }), (numbers) => {
        const heap: number[] = [];
        for (const n of numbers) heapPush(heap, n, (a, b) => a < b);
        const out = numbers.map(() => heapPop(heap, (a, b) => a < b));
        expect(out).toEqual([...numbers].sort((a, b) => a - b));
        expect(heap).toEqual([]);
      }),
    );
  });
});

describe('the natural order', () => {
  it('is that of Python for numbers, strings and arrays, nested ones too', (context) => {
    const value = fc.letrec((tie) => ({
      item: fc.oneof({ depthSize: 'small' }, fc.integer({ min: 0, max: 2 }), tie('list')),
      // Lists of the same shape in the same places: others have no order in Python either.
      list: fc.tuple(fc.tuple(fc.nat(1), fc.nat(1)), fc.array(fc.nat(1), { maxLength: 2 }), fc.nat(2)),
    })).list;
    const pairs = fc.sample(fc.tuple(value, value), { numRuns: 300, seed: 2 });
    const answer = askPython(
      'import json, sys; json.dump([a < b for a, b in json.load(sys.stdin)], sys.stdout)',
      pairs,
    );
    if (answer === null) context.skip();
    expect(pairs.map(([a, b]) => naturalLess(a, b))).toEqual(answer);
  });

  it('looks into nested arrays that are equal, and goes on behind them', () => {
    expect(naturalLess([[1], 'a'], [[1], 'b'])).toBe(true);
    expect(naturalLess([[1], 'b'], [[1], 'a'])).toBe(false);
    expect(naturalLess([[1, [2]], 0], [[1, [2]], 0])).toBe(false);
    expect(naturalLess([[1]], [[1], 0])).toBe(true);
  });

  it('knows numbers, strings and big integers, each among themselves', () => {
    expect([naturalLess(1, 2), naturalLess('b', 'a'), naturalLess(1n, 2n), naturalLess([], [0])]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(messageOf(() => naturalLess(1, 'a'))).toMatch(
      /^TypeError: items of types number and string have no order/,
    );
    expect(messageOf(() => naturalLess({}, {}))).toMatch(/^TypeError: items of types object and object/);
    expect(messageOf(() => naturalLess([1, {}], [1, {}]))).toMatch(
      /^TypeError: items of types object and object/,
    );
    expect(naturalLess([1, {}], [2, {}])).toBe(true);
  });
});
