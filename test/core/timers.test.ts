import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Timer, TimerQueue } from '../../src/core/timers.ts';

class Named implements Timer {
  slot: number;
  readonly name: number;

  constructor(name: number) {
    this.slot = -1;
    this.name = name;
  }

  onDue(): void {}

  called(): string {
    return String(this.name);
  }
}

interface Entry {
  readonly when: number;
  readonly timer: Named;
}

/** An array kept in order: after all that are not later. */
function insert(model: Entry[], entry: Entry): void {
  const place = model.findIndex(({ when }) => when > entry.when);
  model.splice(place < 0 ? model.length : place, 0, entry);
}

// Few different times, so that many are ties; fractions and a negative one among them.
const time = fc.oneof(fc.constantFrom(0, 1, 1, 2, 2.5, 3, 1000, -4, 0.1 + 0.2, 0.3), fc.nat(30));
// Long, and seldom cleared, so that a node has four children, and its children have some.
const move = fc.oneof(
  { weight: 60, arbitrary: fc.record({ op: fc.constant('add' as const), when: time }) },
  { weight: 25, arbitrary: fc.record({ op: fc.constant('pop' as const) }) },
  { weight: 20, arbitrary: fc.record({ op: fc.constant('remove' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('clear' as const) }) },
);

describe('a TimerQueue', () => {
  it('is a sorted array in which equal deadlines stay in the order in which they were set', () => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 100, maxLength: 300 }), (moves) => {
        const queue = new TimerQueue();
        let model: Entry[] = [];
        moves.forEach((step, number) => {
          if (step.op === 'add') {
            const timer = new Named(number);
            queue.add(step.when, timer);
            insert(model, { when: step.when, timer });
          } else if (step.op === 'pop' && model.length > 0) {
            const { timer } = model.shift()!;
            expect(queue.pop()).toBe(timer);
            expect(timer.slot).toBe(-1);
          } else if (step.op === 'remove' && model.length > 0) {
            const [{ timer }] = model.splice(step.which % model.length, 1) as [Entry];
            queue.remove(timer);
            expect(timer.slot).toBe(-1);
          } else if (step.op === 'clear') {
            queue.clear();
            model = [];
          }
          expect(queue.length).toBe(model.length);
          expect(queue.peek()).toBe(model[0]?.when ?? Number.POSITIVE_INFINITY);
          const whenOf = new Map(queue.inOrder().map(({ when, timer }) => [timer, when]));
          for (const { when, timer } of model) expect(whenOf.get(timer)).toBe(when);
        });
        expect(queue.inOrder()).toEqual(model);
        expect(model.map(({ timer }) => timer)).toEqual(Array.from(model, () => queue.pop()));
      }),
    );
  });

  it('gives a thousand equal deadlines first in, first out, with every third one cancelled', () => {
    const queue = new TimerQueue();
    const timers = Array.from({ length: 1000 }, (_, name) => new Named(name));
    for (const timer of timers) queue.add(5, timer);
    for (const timer of timers) if (timer.name % 3 === 0) queue.remove(timer);
    const names: number[] = [];
    while (queue.length > 0) names.push((queue.pop() as Named).name);
    expect(names).toEqual(timers.map(({ name }) => name).filter((name) => name % 3 !== 0));
  });

  it('says Infinity when it is empty, and forgets what it held', () => {
    const queue = new TimerQueue();
    for (let i = 0; i < 40; i++) queue.add(i, new Named(i));
    queue.clear();
    expect(queue.peek()).toBe(Number.POSITIVE_INFINITY);
    expect(queue.inOrder()).toEqual([]);
    const { timers } = queue as unknown as { timers: unknown[] };
    expect(timers.every((timer) => timer === null)).toBe(true);
  });

  it('keeps equal deadlines in order when the numbers that tell them apart begin anew', () => {
    const queue = new TimerQueue();
    (queue as unknown as { nextSequence: number }).nextSequence = 2 ** 31 - 6;
    const timers = Array.from({ length: 20 }, (_, name) => new Named(name));
    for (const timer of timers) queue.add(timer.name % 2, timer);
    queue.remove(timers[4]!);
    const names: number[] = [];
    while (queue.length > 0) names.push((queue.pop() as Named).name);
    expect(names).toEqual([0, 2, 6, 8, 10, 12, 14, 16, 18, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
  });

  it('sets a timer again that came out, behind its equals', () => {
    const queue = new TimerQueue();
    const [a, b] = [new Named(1), new Named(2)];
    queue.add(3, a);
    queue.add(3, b);
    queue.add(3, queue.pop() as Named);
    expect(queue.inOrder().map(({ timer }) => (timer as Named).name)).toEqual([2, 1]);
  });
});
