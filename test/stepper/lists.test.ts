/** The lists of the stepper, and the heading of threads: that what is in the ready queue has the names of the sentence below it. */

import { describe, expect, it } from 'vitest';
import {
  busy,
  type Coroutine,
  createTask,
  Device,
  gather,
  getRunningLoop,
  Recorder,
  run,
  sleep,
  type Trace,
  timeout,
  toThread,
} from '../../src/index.ts';
import { loopPlaces } from '../../src/page/places.ts';
import { BEGINNING, frame, Steppable } from '../../src/stepper/index.ts';

/** All kinds of callbacks: of sleeps, a timeout, a device, a thread, and the program's own. */
function office(): Trace {
  const recorder = new Recorder();
  const disk = new Device({ name: 'disk', latency: 20 });
  function* read(): Coroutine<void> {
    yield* disk.request({ label: 'menu' });
  }
  function* nap(): Coroutine<void> {
    yield* sleep(30);
  }
  function* late(): Coroutine<void> {
    try {
      yield* timeout(30, () => sleep(50));
    } catch {}
  }
  function* count(): Coroutine<void> {
    yield* busy(20);
  }
  function* main(): Coroutine<void> {
    getRunningLoop().callLater(10, function ring() {});
    yield* gather(
      createTask(read(), { name: 'reader' }),
      createTask(nap(), { name: 'sleeper' }),
      createTask(late(), { name: 'hurry' }),
      toThread(count),
    );
  }
  run(main(), { trace: recorder, name: 'main' });
  return recorder.toTrace();
}

/** What an iteration says that it runs, and what stood in the ready queue before it, as the stepper and the page have it. */
function iterations(trace: Trace): { said: string; listed: string[]; chips: string[] }[] {
  const on = new Steppable(trace);
  return [...trace].flatMap(({ kind, seq }) => {
    if (kind !== 'iteration') return [];
    const lines = frame(on, { ...BEGINNING, seq }, { columns: 200, rows: 60 }).split('\n');
    const from = lines.findIndex((line) => line.startsWith('ready'));
    const to = lines.findIndex((line) => line.startsWith('timers'));
    const listed = lines.slice(from, to).map((line) => line.slice(9, 60).split('│')[0]!.trim());
    const ready = loopPlaces(on.stateAt(seq), trace).find(({ name }) => name === 'ready')!;
    const chips = ready.groups.flatMap((group) => group.chips.map(({ text }) => text));
    return [{ said: on.sentence(seq), listed, chips }];
  });
}

describe('the timeline', () => {
  it('has the heading of its threads from the start', () => {
    const on = new Steppable(office());
    for (let seq = 1; seq <= on.trace.length; seq++)
      expect(frame(on, { ...BEGINNING, seq }, { columns: 80, rows: 24 })).toContain('┄ threads: one GIL, ');
  });
});

describe('the ready queue', () => {
  it('has the names that the sentence has, in the stepper and on the page', () => {
    for (const { said, listed, chips } of iterations(office())) {
      expect(chips).toEqual(listed);
      for (const name of new Set(listed)) expect(said).toContain(name);
    }
  });

  it('calls a callback after what it is there for', () => {
    const names = new Set(iterations(office()).flatMap(({ listed }) => listed));
    expect([...names].filter((name) => / /.test(name))).toEqual([
      'timer ring of main',
      'result of asyncio-0',
      'answer to reader',
      'wake-up pipe',
      'callback gather',
      'timer of sleeper',
      'timeout of hurry',
      'callback stop',
      'end of asyncio-0',
    ]);
  });
});
