import { describe, expect, it } from 'vitest';
import { busy, type Coroutine, Process, Thread } from '../../src/index.ts';
import { slices, told } from '../support/threads.ts';

function* work(): Coroutine<void> {
  yield* busy(1.5);
}

function* both(Kind: typeof Thread | typeof Process): Coroutine<void> {
  const pair = ['a', 'b'].map((name) => new Kind(work, { name }).start());
  for (const one of pair) yield* one.join();
}

describe('a switch that takes as long as a turn', () => {
  const inTurns = ['a 0-2 slice', 'b 2-4 slice', 'a 4-5.5 done', 'b 5.5-7 done', 'MainThread 7-8 done'];

  it('leaves each process its whole time slice: 1 ms of switching, then 1 ms of work', () => {
    const { events } = told(() => both(Process), { cores: 1, timeSlice: 1, costs: { processSwitch: 1 } });
    expect(slices(events)).toEqual(inTurns);
  });

  it('leaves each thread the GIL for a whole interval: those who wait see the switch when it is over', () => {
    const { events } = told(() => both(Thread), { cores: 2, switchInterval: 1, costs: { threadSwitch: 1 } });
    expect(slices(events)).toEqual(inTurns.map((line) => line.replace('slice', 'gil')));
  });
});

describe('two threads under one GIL', () => {
  it('get the share of a process beside others: who is handed the GIL has the core as well, for the rest of the slice', () => {
    const { events } = told(
      function* () {
        const compute = function* (): Coroutine<void> {
          yield* busy(8);
        };
        const all = [
          new Thread(compute, { name: 'a' }),
          new Thread(compute, { name: 'b' }),
          new Process(compute, { name: 'p' }),
          new Process(compute, { name: 'q' }),
        ];
        for (const one of all) one.start();
        for (const one of all) yield* one.join();
      },
      { cores: 1 },
    );
    expect(slices(events)).toEqual([
      'p 0-4 slice',
      'q 4-8 slice',
      'b 8-12 slice', // had asked at 5: a drops the GIL as soon as it gets a core
      'p 12-16 slice',
      'q 16-20 slice',
      'a 20-24 slice',
      'a 24-25 gil',
      'b 25-29 done',
      'a 29-32 done',
    ]);
  });
});
