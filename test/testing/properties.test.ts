/** What holds for every program: checked on small ones at random. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadTrace, query, saveTrace, stateAt } from '../../src/index.ts';
import { anyOrder, matchers, type Simulation, simulate } from '../../src/testing/index.ts';
import { programOf, tasksAtRandom } from './random-programs.ts';

const SEED = fc.integer();

describe('simulate', () => {
  it('gives the same trace for the same program and seed, byte for byte', () => {
    fc.assert(
      fc.property(tasksAtRandom, SEED, (tasks, seed) => {
        const [one, two] = [simulate(programOf(tasks), { seed }), simulate(programOf(tasks), { seed })];
        expect(saveTrace(one.trace)).toBe(saveTrace(two.trace));
        expect([one.outcome, one.time, one.log, one.reports]).toEqual([
          two.outcome,
          two.time,
          two.log,
          two.reports,
        ]);
        expect(String(one)).toBe(String(two));
      }),
    );
  });

  it('never throws, and ends in one of the outcomes that the program can have', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(tasksAtRandom, SEED, (tasks, seed) => {
        const { outcome, error, time, trace } = simulate(programOf(tasks), { seed });
        seen.add(outcome);
        expect(error === null).toBe(outcome === 'result');
        expect(time).toBe(trace.endTime);
      }),
      { seed: 1, numRuns: 300 },
    );
    expect([...seen].sort()).toEqual(['cancelled', 'deadlock', 'exception', 'result']);
  });

  it('records what an event loop can do, and what can be saved and loaded', () => {
    fc.assert(
      fc.property(tasksAtRandom, SEED, (tasks, seed) => {
        const { trace } = simulate(programOf(tasks), { seed });
        stateAt(trace, trace.length, { strict: true });
        expect(saveTrace(loadTrace(saveTrace(trace)))).toBe(saveTrace(trace));
      }),
    );
  });

  it('watches without changing anything: debug mode only adds reports', () => {
    // Reports are events as well, so that the numbers of the others differ.
    const happened = ({ trace }: Simulation) =>
      Array.from(trace, ({ kind, time, iteration }) => [kind, time, iteration]).filter(
        ([kind]) => kind !== 'error',
      );
    fc.assert(
      fc.property(tasksAtRandom, SEED, (tasks, seed) => {
        const [watched, unwatched] = [true, false].map((debug) =>
          simulate(programOf(tasks), { seed, debug }),
        );
        expect(happened(watched!)).toEqual(happened(unwatched!));
        expect(watched!.log).toEqual(unwatched!.log);
      }),
    );
  });
});

describe('matchers', () => {
  it('hold for what happened, and not for anything else', () => {
    fc.assert(
      fc.property(tasksAtRandom, SEED, (tasks, seed) => {
        const run = simulate(programOf(tasks), { seed });
        const asked = query(run.trace);
        expect(matchers.toTake(run, run.time).pass).toBe(true);
        expect(matchers.toTake(run, run.time + 1).pass).toBe(false);
        expect(matchers.toPrint(run, run.output).pass).toBe(true);
        expect(matchers.toPrint(run, [anyOrder(...run.output.toReversed())]).pass).toBe(true);
        expect(matchers.toPrint(run, [...run.output, 'more']).pass).toBe(false);

        const started = asked.findAll('task:step').map(({ task }) => task);
        const order = [...new Set(started)];
        if (order.length > 1) {
          expect(matchers.toRunInOrder(run, order).pass).toBe(true);
          expect(matchers.toRunInOrder(run, order.toReversed()).pass).toBe(false);
        }
        for (const { id, createdAt, doneAt } of asked.tasks()) {
          if (doneAt !== null) expect(matchers.toTakeExactly(run, id, doneAt - createdAt).pass).toBe(true);
          if (id === 1) continue;
          const [there, back] = [matchers.toOverlap(run, 1, id), matchers.toOverlap(run, id, 1)];
          expect(there.pass).toBe(back.pass);
        }
        expect(matchers.toDeadlock(run).pass).toBe(run.outcome === 'deadlock');
        expect(matchers.toFailWith(run, Error).pass).toBe(run.outcome !== 'result');
      }),
    );
  });

  it('always have something to say', () => {
    fc.assert(
      fc.property(tasksAtRandom, SEED, (tasks, seed) => {
        const run = simulate(programOf(tasks), { seed });
        const results = [
          matchers.toTake(run, 1),
          matchers.toPrint(run, ['x', anyOrder('t0', 't1')]),
          matchers.toTakeExactly(run, 't0', 1),
          matchers.toRunInOrder(run, ['t0', 'Task-1']),
          matchers.toOverlap(run, 't0', 'Task-1'),
          matchers.toDeadlock(run, ['t0']),
          matchers.toFailWith(run, RangeError),
        ];
        for (const { message } of results) expect(message()).toMatch(/^expected /);
      }),
    );
  });
});
