import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WaitQueue } from '../../src/sync/wait-queue.ts';

type State = 'waiting' | 'woken' | 'cancelled';

class Person {
  place = -1;
  readonly name: number;
  state: State;

  constructor(name: number) {
    this.name = name;
    this.state = 'waiting';
  }

  wake(): boolean {
    if (this.state !== 'waiting') return false;
    this.state = 'woken';
    return true;
  }

  waiting(): boolean {
    return this.state === 'waiting';
  }

  cancelled(): boolean {
    return this.state === 'cancelled';
  }
}

const move = fc.oneof(
  { weight: 6, arbitrary: fc.record({ op: fc.constant('join' as const) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('leave' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('cancel' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('wakeFirstWaiting' as const) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('takeAndWakeNext' as const) }) },
);

it('a WaitQueue behaves as an array does, in any order of coming, leaving, waking and cancelling', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 200 }), (moves) => {
      const queue = new WaitQueue();
      let model: Person[] = [];
      moves.forEach((step, number) => {
        if (step.op === 'join') {
          const person = new Person(number);
          queue.join(person);
          model.push(person);
        } else if (step.op === 'leave' && model.length > 0) {
          const [person] = model.splice(step.which % model.length, 1);
          queue.leave(person!);
          queue.leave(person!); // nothing happens if it stands in no queue
        } else if (step.op === 'cancel' && model.length > 0) {
          const person = model[step.which % model.length]!;
          if (person.state === 'waiting') person.state = 'cancelled';
        } else if (step.op === 'wakeFirstWaiting') {
          const next = model.find((person) => person.state === 'waiting');
          expect(queue.wakeFirstWaiting()).toBe(next !== undefined);
          expect(next?.state ?? 'woken').toBe('woken');
        } else if (step.op === 'takeAndWakeNext') {
          const next = model.findIndex((person) => person.state === 'waiting');
          const woken = model[next];
          queue.takeAndWakeNext();
          model = next < 0 ? [] : model.slice(next + 1);
          expect(woken?.state ?? 'woken').toBe('woken');
        }
        expect([...queue]).toEqual(model);
        expect(queue.first()).toBe(model[0] ?? null);
        expect(queue.hasLive()).toBe(model.some((person) => person.state !== 'cancelled'));
      });
    }),
  );
});
