/** Where in the program things happen: written down if it is asked for, and only then. */

import { describe, expect, it } from 'vitest';
import {
  blockingSleep,
  busy,
  type Coroutine,
  compute,
  createTask,
  EventLoop,
  gather,
  Lock,
  print,
  Recorder,
  run,
  runScript,
  runThreads,
  StateFolder,
  sleep,
  TaskGroup,
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

describe('the lines of the program', () => {
  const lines: Record<string, number> = {};

  function* nap(): Coroutine<void> {
    lines.nap = here() + 1;
    yield* sleep(5);
  }

  function* main(): Coroutine<void> {
    lines.give = here() + 1;
    yield* sleep(0);
    lines.create = here() + 1;
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
      `0 1/0 core/sites.test.ts:${lines.create}`,
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
        lines.thread = here() + 1;
        const worker = new Thread(function* () {
          lines.busy = here() + 1;
          yield* busy(3);
          lines.print = here() + 1;
          print('served');
        }).start();
        lines.join = here() + 1;
        yield* worker.join();
      },
      { trace, sites: true, print: () => {} },
    );
    expect(places(trace)).toEqual([
      `0 0/1 core/sites.test.ts:${lines.thread}`,
      `0 0/1 core/sites.test.ts:${lines.join}`,
      `0 0/2 core/sites.test.ts:${lines.busy}`,
      `3 0/2 core/sites.test.ts:${lines.print}`,
    ]);
  });

  const log = (events: Iterable<TraceEvent>) =>
    [...events].flatMap((event): string[] => {
      const { kind, time } = event;
      if (kind === 'source:at') return [`${time} ${event.task}/${event.thread} at ${event.line}`];
      return /^(compute|block|print|task:(create|wait|cancel)|resource:use)$/.test(kind)
        ? [`${time} ${kind}`]
        : [];
    });

  it('are told of what a task does besides, before it does it', () => {
    const trace = new Recorder();
    const lock = new Lock();
    run(
      function* (): Coroutine<void> {
        lines.acquire = here() + 1;
        yield* lock.acquire();
        lines.compute = here() + 1;
        compute(30);
        lines.block = here() + 1;
        blockingSleep(5);
        lines.print = here() + 1;
        print('served');
        lines.release = here() + 1;
        lock.release();
        lines.create = here() + 1;
        const other = createTask(nap());
        lines.cancel = here() + 1;
        other.cancel();
      },
      { trace, sites: true, print: () => {} },
    );
    expect(log(trace)).toEqual([
      '0 task:create', // the main one: by nobody
      `0 1/0 at ${lines.acquire}`,
      '0 resource:use',
      `0 1/0 at ${lines.compute}`,
      '30 compute', // written when it ends, and told of when it begins
      `30 1/0 at ${lines.block}`,
      '35 block',
      `35 1/0 at ${lines.print}`,
      '35 print',
      `35 1/0 at ${lines.release}`,
      '35 resource:use',
      `35 1/0 at ${lines.create}`,
      '35 task:create',
      `35 1/0 at ${lines.cancel}`,
      '35 task:cancel',
    ]);
  });

  it('are told once of deeds on the same line, and of awaits each time', () => {
    const trace = new Recorder();
    run(
      function* (): Coroutine<void> {
        lines.both = here() + 1;
        for (let i = 0; i < 2; i++) yield* gather(nap(), nap());
        lines.print = here() + 1;
        for (let i = 0; i < 3; i++) print(i);
        lines.sleep = here() + 1;
        for (let i = 0; i < 2; i++) yield* sleep(1);
      },
      { trace, sites: true, print: () => {} },
    );
    expect(log(trace).filter((line) => !/ [2-5]\/0 at/.test(line))).toEqual([
      '0 task:create',
      `0 1/0 at ${lines.both}`,
      '0 task:create',
      '0 task:create',
      '0 task:wait',
      '0 task:wait',
      '0 task:wait',
      '5 task:create',
      '5 task:create',
      `5 1/0 at ${lines.both}`,
      '5 task:wait',
      '5 task:wait',
      '5 task:wait',
      `10 1/0 at ${lines.print}`,
      '10 print',
      '10 print',
      '10 print',
      `10 1/0 at ${lines.sleep}`,
      '10 task:wait',
      `11 1/0 at ${lines.sleep}`,
      '11 task:wait',
    ]);
  });

  it('are those of the call where a group makes the task', () => {
    const trace = new Recorder();
    run(
      function* (): Coroutine<void> {
        yield* TaskGroup.run(function* (group) {
          lines.group = here() + 1;
          group.createTask(nap());
        });
      },
      { trace, sites: true },
    );
    expect(log(trace).slice(0, 3)).toEqual(['0 task:create', `0 1/0 at ${lines.group}`, '0 task:create']);
  });

  it('are told of plain code as well: of a callback, and of a script around its loops', () => {
    const trace = new Recorder();
    runScript(
      () => {
        lines.before = here() + 1;
        print('before');
        const loop = new EventLoop();
        loop.callSoon(() => {
          lines.callback = here() + 1;
          compute(7);
        });
        loop.runUntilIdle();
        lines.after = here() + 1;
        blockingSleep(1);
      },
      { trace, sites: true, print: () => {} },
    );
    expect(log(trace)).toEqual([
      `0 0/0 at ${lines.before}`,
      '0 print',
      `0 0/0 at ${lines.callback}`,
      '7 compute',
      `7 0/0 at ${lines.after}`,
      '8 block',
    ]);
    const folder = new StateFolder({ strict: true });
    for (const event of trace) folder.apply(event);
    expect(folder.state().sites.plain).toEqual({ file: 'core/sites.test.ts', line: lines.after });
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
