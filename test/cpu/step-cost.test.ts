import { describe, expect, it } from 'vitest';
import { busy, Machine, Recorder, run, sleep, Thread, type TraceEvent } from '../../src/index.ts';

const overheads = (events: Iterable<TraceEvent>): number[] =>
  Array.from(events).flatMap((event) => (event.kind === 'overhead' ? [event.ms] : []));

describe('stepCost', () => {
  it('is the CPU that each step and callback takes: two steps of a task, its timer, and what ends the loop', () => {
    const trace = new Recorder();
    run(
      function* () {
        yield* sleep(10);
      },
      { trace, stepCost: 1 },
    );
    expect(overheads(trace)).toEqual([1, 1, 1, 1]);
    expect(trace.toTrace().endTime).toBe(14);
  });

  it('is no more when the loop has to wait for the GIL in the middle of it', () => {
    const trace = new Recorder();
    run(
      function* () {
        new Thread(function* () {
          yield* busy(30);
        }).start();
        yield* sleep(10);
      },
      { trace, stepCost: 8, machine: new Machine({ cores: 2 }) },
    );
    const steps = overheads(trace);
    expect(steps).toEqual(steps.map(() => 8));
    expect(trace.toTrace().endTime).toBe(8 * steps.length + 30);
  });
});
