/** Where in the program things happen: written down if it is asked for, and only then. */

import { describe, expect, it } from 'vitest';
import {
  busy,
  type Coroutine,
  createTask,
  EventLoop,
  Recorder,
  run,
  runThreads,
  StateFolder,
  sleep,
  Thread,
  type TraceEvent,
} from '../../src/index.ts';

/** The line of this file in which it is called. */
function here(): number {
  return Number(/sites\.test\.ts:(\d+)/.exec(new Error().stack!.split('\n')[2]!)![1]);
}

const places = (events: Iterable<TraceEvent>) =>
  [...events].flatMap((event) =>
    event.kind === 'source:at'
      ? [`${event.time} ${event.task}/${event.thread} ${event.file}:${event.line}`]
      : [],
  );

describe('the sources of awaits', () => {
  const lines: Record<string, number> = {};

  function* nap(): Coroutine<void> {
    lines.nap = here() + 1;
    yield* sleep(5);
  }

  function* main(): Coroutine<void> {
    lines.give = here() + 1;
    yield* sleep(0);
    const task = createTask(nap());
    lines.task = here() + 1;
    yield* task;
    yield* task; // it is done: nothing is awaited
  }

  it('are the lines of the program, not of the library: where the innermost coroutine awaits', () => {
    const trace = new Recorder();
    run(main, { trace, sites: true });
    expect(places(trace)).toEqual([
      `0 1/0 core/sites.test.ts:${lines.give}`,
      `0 1/0 core/sites.test.ts:${lines.task}`,
      `0 2/0 core/sites.test.ts:${lines.nap}`,
    ]);
  });

  it('are called as the caller likes, and are in the state', () => {
    const trace = new Recorder();
    run(main, { trace, sites: (file) => file.replace(/^.*\//, '') });
    const folder = new StateFolder({ strict: true });
    for (const event of trace) folder.apply(event);
    expect(folder.state().sites.tasks.get(2)).toEqual({ file: 'sites.test.ts', line: lines.nap });
  });

  it('are told of threads as well', () => {
    const trace = new Recorder();
    runThreads(
      function* () {
        const worker = new Thread(function* () {
          lines.busy = here() + 1;
          yield* busy(3);
        }).start();
        lines.join = here() + 1;
        yield* worker.join();
      },
      { trace, sites: true },
    );
    expect(places(trace)).toEqual([
      `0 0/1 core/sites.test.ts:${lines.join}`,
      `0 0/2 core/sites.test.ts:${lines.busy}`,
    ]);
  });

  it('change nothing else in the trace', () => {
    const kinds = (sites: boolean) => {
      const trace = new Recorder();
      run(main, { trace, sites });
      return [...trace].filter(({ kind }) => kind !== 'source:at').map(({ kind, time }) => `${time} ${kind}`);
    };
    expect(kinds(true)).toEqual(kinds(false));
  });

  it('are not looked for without a trace, nor by a loop that was not asked', () => {
    const loop = new EventLoop({ sites: true });
    loop.tracer.on('task:done', () => {});
    expect(loop.runUntilComplete(main())).toBeUndefined();
    const trace = new Recorder();
    run(main, { trace });
    expect(places(trace)).toEqual([]);
  });
});
