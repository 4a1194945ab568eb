/** The rows of the timeline where not all have room: whose they are, and that they stay. */

import { describe, expect, it } from 'vitest';
import {
  busy,
  type Coroutine,
  createTask,
  gather,
  Recorder,
  run,
  runThreads,
  sleep,
  Thread,
} from '../../src/index.ts';
import { BEGINNING, frame, press, Steppable, type StepperState, settled } from '../../src/stepper/index.ts';

const SCREEN = { columns: 80, rows: 24 };

/** Nine tasks that sleep, and run one after the other, three times. */
function queue(): Steppable {
  const recorder = new Recorder();
  function* cook(place: number): Coroutine<void> {
    for (let round = 0; round < 3; round++) yield* sleep(10 + place);
  }
  function* main(): Coroutine<void> {
    const cooks = Array.from({ length: 8 }, (_, i) => createTask(cook(i), { name: `cook ${i}` }));
    yield* gather(...cooks);
  }
  run(main(), { trace: recorder, name: 'main' });
  return new Steppable(recorder.toTrace());
}

/** The names of the rows under the axis of a frame, and what stands in the rule above it. */
function rowsOf(on: Steppable, state: StepperState, screen = SCREEN): { names: string[]; note: string } {
  const lines = frame(on, state, screen).split('\n');
  const axis = lines.findIndex((line) => /^ +├/.test(line));
  const names = lines
    .slice(axis + 1, -1)
    .map((line) => line.split(/ {2}|▏/)[0]!)
    .filter((name) => !/^(loop|script|┄.*|critical|)$/.test(name));
  return { names, note: lines[axis - 2]!.replace(/─/g, '').trim() };
}

const at = (seq: number): StepperState => ({ ...BEGINNING, seq });

describe('the rows of the timeline', () => {
  it('have the task of the moment among them at each event, in the order in which they were made', () => {
    const on = queue();
    const order = [...on.stateAt(on.trace.length).tasks.values()].map(({ name }) => name);
    for (const screen of [SCREEN, { columns: 60, rows: 16 }]) {
      for (let seq = 1; seq <= on.trace.length; seq++) {
        const { names } = rowsOf(on, at(seq), screen);
        const { running, tasks } = on.stateAt(seq);
        if (running?.type === 'task') expect(names).toContain(tasks.get(running.task)!.name);
        const event = on.trace.event(seq);
        if (event.kind === 'task:wait' || event.kind === 'task:done')
          expect(names).toContain(tasks.get(event.task)!.name);
        expect(names).toEqual(order.filter((name) => names.includes(name)));
      }
    }
  });

  it('are at least three tasks on a screen of 24 lines, and what has none is counted above them', () => {
    const on = queue();
    for (let seq = 1; seq <= on.trace.length; seq++) {
      const { names, note } = rowsOf(on, at(seq));
      expect(names.length).toBeGreaterThanOrEqual(3);
      expect(note).toBe(`… ${9 - names.length} more tasks: ↑ ↓`);
    }
  });

  it('stay while the task of the moment is one of them, and are then those that act next', () => {
    const on = queue();
    const shown = Array.from({ length: on.trace.length }, (_, i) => rowsOf(on, at(i + 1)).names);
    const changes = shown.flatMap((names, i) => (i > 0 && `${names}` !== `${shown[i - 1]}` ? [i + 1] : []));
    for (const seq of changes) {
      const { tasks } = on.stateAt(seq);
      const event = on.trace.event(seq);
      if ('task' in event) expect(shown[seq - 2]).not.toContain(tasks.get(event.task)?.name);
    }
    expect(shown[0]).toEqual(['main', 'cook 0', 'cook 1', 'cook 2']);
    expect(shown[changes[0]! - 1]).toEqual(['cook 3', 'cook 4', 'cook 5', 'cook 6']);
    // One change for each four tasks that have their turn, however many events that takes.
    expect(changes.length).toBeLessThan(on.trace.length / 20);
  });

  it('leave the axis where it is, whosever they are', () => {
    const on = queue();
    const axes = new Set<number>();
    for (let seq = 1; seq <= on.trace.length; seq++) {
      const lines = frame(on, at(seq), SCREEN).split('\n');
      axes.add(lines.find((line) => /^ +├/.test(line))!.indexOf('├'));
    }
    expect([...axes]).toEqual([8]);
  });

  it('have the task among them whose steps are gone to', () => {
    const on = queue();
    for (let seq = 1; seq <= on.trace.length; seq++) {
      const { names } = rowsOf(on, { ...at(seq), task: 9 });
      expect(names).toContain('cook 7');
      const { running, tasks } = on.stateAt(seq);
      if (running?.type === 'task') expect(names).toContain(tasks.get(running.task)!.name);
    }
  });

  it('are scrolled by ↑ and ↓ in their order, until the next step', () => {
    const on = queue();
    const scrolled = (state: StepperState, ...typed: string[]) =>
      typed.reduce((now, key) => settled(on, press(on, now, key), SCREEN), state);
    const end = at(on.trace.length);
    expect(rowsOf(on, scrolled(end, 'down')).names).toEqual(['main', 'cook 0', 'cook 1', 'cook 2']);
    expect(rowsOf(on, scrolled(end, 'down', 'down')).names[0]).toBe('cook 0');
    const last = scrolled(end, 'pagedown', 'pagedown');
    expect(rowsOf(on, last).names).toEqual(['cook 4', 'cook 5', 'cook 6', 'cook 7']);
    expect(rowsOf(on, scrolled(last, 'up')).names[0]).toBe('cook 3');
    expect(rowsOf(on, scrolled(last, 'left', 'right'))).toEqual(rowsOf(on, end));
  });

  it('are those of threads as well, under their heading', () => {
    const recorder = new Recorder();
    function* work(): Coroutine<void> {
      yield* busy(20);
    }
    runThreads(
      function* () {
        const threads = Array.from({ length: 12 }, (_, i) => {
          const thread = new Thread(work, { name: `worker ${i}` });
          thread.start();
          return thread;
        });
        for (const thread of threads) yield* thread.join();
      },
      { trace: recorder },
    );
    const on = new Steppable(recorder.toTrace());
    for (let seq = 1; seq <= on.trace.length; seq++) {
      const event = on.trace.event(seq);
      if (event.kind !== 'thread:run' && event.kind !== 'thread:busy') continue;
      const { names, note } = rowsOf(on, at(seq));
      expect(names).toContain(on.stateAt(seq).threads.get(event.thread)!.name);
      expect(note).toBe(`… ${13 - names.length} more threads: ↑ ↓`);
    }
  });
});
