import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Coroutine, createTask, network, print, sleep } from '../../src/index.ts';
import { checkDeterminism, NotDeterministicError } from '../../src/testing/index.ts';
import { failure, text } from './messages.ts';
import { chores, tooLate, twoEaters } from './programs.ts';

describe('checkDeterminism', () => {
  it('gives the run of a program that is the same each time, however it ends', () => {
    expect(checkDeterminism(chores).result).toEqual(['rice', 'laundry', 'dishes']);
    expect(checkDeterminism(tooLate).outcome).toBe('exception');
    expect(checkDeterminism(twoEaters).outcome).toBe('deadlock');
    const ask = () => network({ latency: [1, 100] }).request();
    expect(checkDeterminism(ask, { seed: 3 }).time).toBe(checkDeterminism(ask, { seed: 3 }).time);
  });

  it('throws where two runs part, with what both did before, and where the real world was used', () => {
    const lines = readFileSync(new URL('determinism.test.ts', import.meta.url), 'utf8').split('\n');
    const line = lines.findIndex((text) => text.endsWith('// real chance')) + 1;
    let runs = 0;
    function* program(): Coroutine<void> {
      yield* sleep(5);
      Math.random(); // real chance
      print(`rolled ${++runs}`);
    }
    const message = failure(() => checkDeterminism(program));
    expect(message).toBe(
      text(`
        the program is not the same each time: two runs part at event 17, at 5 ms
          both    14  iteration 3 runs 1: Task-1
          both    15  Task-1 runs again: its sleep is over
          first   17  Task-1 prints: rolled 1
          second  17  Task-1 prints: rolled 2
          (print: text "rolled 1" and "rolled 2")
        before that:
          Math.random() was called in a simulation: real chance differs from run to run: use getRunningLoop().random.next(), which is seeded (testing/determinism.test.ts:${line}:12)
      `),
    );
  });

  it('says what to look for where nothing of the real world was used', () => {
    const cache = new Map<string, number>();
    function* program(): Coroutine<void> {
      if (!cache.has('rice')) createTask(sleep(5), { name: 'rice' });
      cache.set('rice', 1);
      yield* sleep(10);
    }
    let error: unknown;
    try {
      checkDeterminism(program);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(NotDeterministicError);
    const { event, first, second, message } = error as NotDeterministicError;
    expect(message.split('\n').at(-1)).toBe(
      'nothing of the real world was seen in it, so look for what one run leaves behind for the next: a variable outside of the program, a cache, a lock or a queue that is made only once',
    );
    expect([event, first.at(event - 1)?.kind, second.at(event - 1)?.kind]).toEqual([
      6,
      'task:create',
      'timer:set',
    ]);
  });

  it('says so if one run is over before the other', () => {
    let runs = 0;
    const message = failure(() => checkDeterminism(() => void (runs++ > 0 && print('again'))));
    expect(message.split('\n').slice(0, 3)).toEqual([
      'the program is not the same each time: two runs part at event 1, at 0 ms',
      '  first   is over',
      '  second  1  the script prints: again',
    ]);
  });
});
