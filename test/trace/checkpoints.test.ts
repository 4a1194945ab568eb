/** Going to and fro in a trace: the same states as folding from the start, at a cost that doesn't grow with the trace. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Checkpoints,
  type Coroutine,
  createTask,
  gather,
  Recorder,
  run,
  sleep,
  stateAt,
  type Trace,
} from '../../src/index.ts';

function traceOf(tasks: number, turns: number): Trace {
  const recorder = new Recorder();
  function* napping(task: number): Coroutine<void> {
    for (let turn = 0; turn < turns; turn++) yield* sleep(task % 7);
  }
  run(
    function* (): Coroutine<void> {
      yield* gather(Array.from({ length: tasks }, (_, task) => createTask(napping(task))));
    },
    { trace: recorder },
  );
  return recorder.toTrace();
}

const plain = (value: unknown) =>
  JSON.stringify(value, (_, part) => (part instanceof Map ? [...part] : part));

describe('checkpoints', () => {
  it('give the state that folding from the start gives, wherever one goes', () => {
    const trace = traceOf(5, 6);
    const expected = Array.from({ length: trace.length + 1 }, (_, seq) => plain(stateAt(trace, seq)));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: trace.length }), { minLength: 1, maxLength: 20 }),
        (every, places) => {
          const states = new Checkpoints(trace, every);
          for (const seq of places) expect(plain(states.at(seq))).toBe(expected[seq]);
        },
      ),
    );
  });

  it('fold at most `every` events for a step back, in a trace of 200,000 events too', () => {
    const trace = traceOf(100, 400);
    expect(trace.length).toBeGreaterThan(200_000);
    const states = new Checkpoints(trace);
    states.at(trace.length);
    for (const seq of [trace.length - 1, trace.length - 2, 150_001, 150_000, 149_999, 3, 2, 1, 0]) {
      const before = states.folded;
      expect(states.at(seq).seq).toBe(seq);
      expect(states.folded - before).toBeLessThan(states.every);
    }
  });

  it('fold one event for a step forward', () => {
    const states = new Checkpoints(traceOf(5, 6));
    states.at(20);
    const before = states.folded;
    states.at(21);
    expect(states.folded - before).toBe(1);
  });

  it('refuse places that are not there', () => {
    const trace = traceOf(1, 1);
    expect(() => new Checkpoints(trace).at(trace.length + 1)).toThrow(
      `there is no state after event ${trace.length + 1}: this trace has the events 1 to ${trace.length}`,
    );
    expect(() => new Checkpoints(trace).at(-1)).toThrow(RangeError);
    expect(() => new Checkpoints(trace, 0)).toThrow(
      'there are 1 or more events between two checkpoints, got 0',
    );
  });
});
