/** The line to look at: that of the one the event is about, if it is really there. */

import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  compute,
  createTask,
  gather,
  print,
  Recorder,
  run,
  runScript,
  sleep,
  stateAt,
  type TraceEvent,
} from '../../src/index.ts';
import { Steppable } from '../../src/stepper/index.ts';
import { placeOf } from '../../src/stepper/source.ts';

/** The line of this file in which it is called. */
function here(): number {
  return Number(/source\.test\.ts:(\d+)/.exec(new Error().stack!.split('\n')[2]!)![1]);
}

/** Which line is looked at after an event, and whether somebody is there. */
function lookedAt(recorder: Recorder, isMeant: (event: TraceEvent) => boolean): string[] {
  const trace = recorder.toTrace();
  const on = new Steppable(trace);
  return [...trace].filter(isMeant).map((event) => {
    const place = placeOf(on, stateAt(trace, event.seq), event);
    return `${event.kind} ${place?.isHere ? 'at' : 'last'} ${place?.site.line}`;
  });
}

describe('the line to look at', () => {
  const lines: Record<string, number> = {};

  function* chore(): Coroutine<void> {
    lines.compute = here() + 1;
    compute(30);
    lines.print = here() + 1;
    print('done');
    lines.sleep = here() + 1;
    yield* sleep(5);
  }

  function* main(): Coroutine<void> {
    lines.create = here() + 1;
    const task = createTask(chore());
    lines.gather = here() + 1;
    yield* gather(task);
  }

  const recorder = new Recorder();
  run(main, { trace: recorder, sites: true, print: () => {} });

  it('is where a task computes, prints and waits, at each of these', () => {
    expect(lookedAt(recorder, (event) => 'task' in event && event.task === 2)).toEqual([
      `task:create at ${lines.create}`, // by the main task
      `task:ready last ${lines.create}`, // it has no line yet
      `task:step last ${lines.gather}`,
      `source:at at ${lines.compute}`,
      `compute at ${lines.compute}`,
      `source:at at ${lines.print}`,
      `print at ${lines.print}`,
      `source:at at ${lines.sleep}`,
      `timer:set at ${lines.sleep}`,
      `task:wait at ${lines.sleep}`,
      `task:ready at ${lines.sleep}`,
      `task:step at ${lines.sleep}`,
      `task:done last ${lines.sleep}`, // it has ended somewhere after it
    ]);
  });

  it('is where the last one was as long as nobody runs', () => {
    expect(lookedAt(recorder, ({ kind }) => kind === 'clock:jump')).toEqual([
      `clock:jump last ${lines.sleep}`,
    ]);
  });

  it('is that of a script around its loops', () => {
    const script = new Recorder();
    runScript(
      () => {
        lines.script = here() + 1;
        compute(3);
        run(main());
      },
      { trace: script, sites: true, print: () => {} },
    );
    expect(lookedAt(script, ({ kind }) => kind === 'compute')).toEqual([
      `compute at ${lines.script}`,
      `compute at ${lines.compute}`,
    ]);
  });
});
