/** Where the time went, up to the cursor: the same as the timeline beside it shows. */

import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  compute,
  createTask,
  gather,
  Recorder,
  run,
  sleep,
  stateAt,
  type Trace,
} from '../../src/index.ts';
import { timeLines, timeRows } from '../../src/stepper/times.ts';
import { taskTable } from '../../src/views/table.ts';

function* napper(ms: number): Coroutine<void> {
  yield* sleep(ms);
}

/** Two sleep, and another one computes for longer; then it does so once more. */
function busyLoop(): Trace {
  const trace = new Recorder();
  run(
    function* (): Coroutine<void> {
      const naps = [createTask(napper(200), { name: 'nap' }), createTask(napper(600), { name: 'long' })];
      yield* sleep(0);
      compute(570);
      yield* sleep(0);
      yield* sleep(0);
      yield* sleep(0);
      compute(100);
      yield* gather(naps);
    },
    { trace, name: 'main' },
  );
  return trace.toTrace();
}

/** What is overdue, after an event. */
const overdueAt = (trace: Trace, seq: number) =>
  timeRows(stateAt(trace, seq), trace).map(({ name, waiting, overdue }) => `${name} ${waiting} ${overdue}`);

describe('the times at a cursor', () => {
  const trace = busyLoop();
  const computes = [...trace].filter(({ kind }) => kind === 'compute').map(({ seq }) => seq);

  it('tell how much of a wait was overdue, from the moment on at which it was', () => {
    expect(overdueAt(trace, computes[0]! - 1)).toEqual(['main 0 0', 'nap 0 0', 'long 0 0']);
    expect(overdueAt(trace, computes[0]!)).toEqual(['main 0 0', 'nap 570 370', 'long 570 0']);
    expect(overdueAt(trace, computes[1]!)).toEqual(['main 0 0', 'nap 570 370', 'long 670 70']);
    expect(overdueAt(trace, trace.length)).toEqual(['main 0 0', 'nap 570 370', 'long 670 70']);
  });

  it('are in the end those of the table of tasks', () => {
    const rows = timeRows(stateAt(trace, trace.length), trace);
    for (const { name, waiting, overdue } of rows.slice(1))
      expect(taskTable(trace)).toMatch(new RegExp(`${name} .*${waiting} ms +${overdue} ms`));
  });

  it('have a column for it only where somebody was late, and room for names', () => {
    const text = (seq: number, columns: number) =>
      timeLines(trace, stateAt(trace, seq), columns, 10).map((line) => line.map(([part]) => part).join(''));
    expect(text(computes[0]! - 1, 60)[0]).toBe('time so far  busy  ready  waiting');
    expect(text(trace.length, 60)).toEqual([
      'time so far    busy  ready  waiting  overdue',
      'main         670 ms      -        -        -',
      'nap               -      -   570 ms   370 ms',
      'long              -      -   670 ms    70 ms',
    ]);
    expect(text(trace.length, 44)[0]).toBe('time so far    busy  ready  waiting  overdue');
    expect(text(trace.length, 43)[0]).toBe('time so far    busy  ready  waiting');
  });
});
