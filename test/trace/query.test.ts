import { describe, expect, it } from 'vitest';
import { query } from '../../src/trace/query.ts';
import { Trace } from '../../src/trace/trace.ts';
import { CHORES, MINUTES_30, MINUTES_40 } from './chores.ts';
import { type Entry, log } from './log.ts';

const chores = query(Trace.of(CHORES, { title: 'Chores' }));
const ask = (...entries: Entry[]) => query(Trace.of(log(...entries)));

/** One task that waits 10, is ready 5 while the loop computes, computes 20, gives way, and never ends. */
const BUSY: readonly Entry[] = [
  { kind: 'task:create', task: 1, parent: 0, name: 'a' },
  { kind: 'task:ready', task: 1 },
  { kind: 'iteration', ready: 1 },
  { kind: 'task:step', task: 1, eager: false },
  { kind: 'task:wait', task: 1, target: 0, on: 'future', reason: 'await future', name: 'f' },
  { kind: 'clock:jump', from: 0, to: 4, at: 4 },
  { kind: 'clock:jump', from: 4, to: 10, at: 10 },
  { kind: 'task:ready', task: 1 },
  { kind: 'block', from: 10, to: 15, task: 0, label: 'disk', at: 15 },
  { kind: 'iteration', ready: 1 },
  { kind: 'task:step', task: 1, eager: false },
  { kind: 'compute', from: 15, to: 35, task: 1, label: 'sum', at: 35 },
  { kind: 'task:yield', task: 1 },
  { kind: 'clock:jump', from: 35, to: 36, at: 36 },
];

describe('asking for tasks', () => {
  it('lists them in the order in which they were made', () => {
    expect(chores.tasks().map(({ id, name }) => [id, name])).toEqual([
      [1, 'main'],
      [2, 'rice'],
      [3, 'laundry'],
      [4, 'dishes'],
    ]);
  });

  it('finds one by its id or by its name', () => {
    expect(chores.task('rice')).toBe(chores.task(2));
    expect(chores.task('rice')).toMatchObject({ doneAt: MINUTES_40, outcome: 'result', steps: 2 });
  });

  it('knows a task by the last name it had', () => {
    const renamed = ask(
      { kind: 'task:create', task: 1, parent: 0, name: 'Task-1' },
      { kind: 'task:rename', task: 1, name: 'cook' },
    );
    expect(renamed.task('cook').id).toBe(1);
    expect(() => renamed.task('Task-1')).toThrow(
      new RangeError('the trace has no task "Task-1"; it has 1 "cook"'),
    );
  });

  it('says which tasks there are when there is none of that name, and which share a name', () => {
    expect(() => chores.task('pasta')).toThrow(
      new RangeError('the trace has no task "pasta"; it has 1 "main", 2 "rice", 3 "laundry", 4 "dishes"'),
    );
    expect(() => chores.task(9)).toThrow('the trace has no task 9; it has');
    const twins = ask(
      { kind: 'task:create', task: 1, parent: 0, name: 'a' },
      { kind: 'task:create', task: 2, parent: 0, name: 'b' },
      { kind: 'task:create', task: 3, parent: 0, name: 'a' },
    );
    expect(() => twins.task('a')).toThrow(
      new RangeError('several tasks are named "a", ask for one by its id: 1 "a", 3 "a"'),
    );
    expect(() => ask({ kind: 'print', task: 5, text: '' }).task(5)).toThrow(
      'the trace has no task 5; it has none at all',
    );
  });

  it('gives the events that name a task', () => {
    expect(chores.eventsOf('laundry').map((event) => event.kind)).toEqual([
      'task:create',
      'task:ready',
      'task:step',
      'timer:set',
      'task:wait',
      'task:ready',
      'task:step',
      'print',
      'task:done',
    ]);
  });
});

describe("a task's time", () => {
  it('is all waiting for a chore that a machine does', () => {
    expect(chores.slicesOf('rice')).toEqual([{ from: 0, to: MINUTES_40, state: 'waiting', reason: 'sleep' }]);
    expect(chores.timesOf('rice')).toEqual({ busy: 0, ready: 0, waiting: MINUTES_40, total: MINUTES_40 });
    expect(chores.timesOf('dishes')).toEqual({ busy: 0, ready: 0, waiting: MINUTES_30, total: MINUTES_30 });
  });

  it('is made of slices without gaps, up to the end of the trace', () => {
    const busy = ask(...BUSY);
    expect(busy.slicesOf('a')).toEqual([
      { from: 0, to: 10, state: 'waiting', reason: 'await future' },
      { from: 10, to: 15, state: 'ready' },
      { from: 15, to: 35, state: 'running' },
      { from: 35, to: 36, state: 'ready' },
    ]);
    expect(busy.timesOf('a')).toEqual({ busy: 20, ready: 6, waiting: 10, total: 36 });
  });

  it('ends when the loop is closed, for a task that is not done', () => {
    const dropped = ask(
      ...BUSY,
      { kind: 'loop:close', loop: 1 },
      { kind: 'clock:jump', from: 36, to: 99, at: 99 },
      { kind: 'loop:run', loop: 2 },
    );
    expect(dropped.slicesOf('a').at(-1)).toEqual({ from: 35, to: 36, state: 'ready' });
    expect(dropped.timesOf('a').total).toBe(36);
    expect(dropped.endTime).toBe(99);
  });

  it('is taken in steps, most of which take no time', () => {
    expect(chores.stepsOf('rice')).toEqual([
      { seq: 14, from: 0, to: 0, eager: false, end: 'wait' },
      { seq: 54, from: MINUTES_40, to: MINUTES_40, eager: false, end: 'done' },
    ]);
    expect(ask(...BUSY).stepsOf(1)).toEqual([
      { seq: 4, from: 0, to: 0, eager: false, end: 'wait' },
      { seq: 11, from: 15, to: 35, eager: false, end: 'yield' },
    ]);
  });

  it('has a step without an end where the trace stops in the middle of one', () => {
    const stopped = ask(...BUSY.slice(0, 4), { kind: 'compute', from: 0, to: 7, task: 1, label: '', at: 7 });
    expect(stopped.stepsOf('a')).toEqual([{ seq: 4, from: 0, to: 7, eager: false, end: null }]);
    expect(stopped.slicesOf('a')).toEqual([{ from: 0, to: 7, state: 'running' }]);
  });
});

describe('two tasks', () => {
  it('overlap while both wait', () => {
    expect(chores.overlap('rice', 'laundry')).toEqual({ alive: MINUTES_30, waiting: MINUTES_30 });
    expect(chores.overlap('laundry', 'rice')).toEqual({ alive: MINUTES_30, waiting: MINUTES_30 });
    expect(chores.overlap('main', 'rice')).toEqual({ alive: MINUTES_40, waiting: MINUTES_40 });
  });

  it('do not overlap when one computes while the other is ready', () => {
    const cpu = ask(
      { kind: 'task:create', task: 1, parent: 0, name: 'tv' },
      { kind: 'task:ready', task: 1 },
      { kind: 'task:create', task: 2, parent: 0, name: 'jogging' },
      { kind: 'task:ready', task: 2 },
      { kind: 'iteration', ready: 2 },
      { kind: 'task:step', task: 1, eager: false },
      { kind: 'compute', from: 0, to: 30, task: 1, label: '', at: 30 },
      { kind: 'task:done', task: 1, outcome: 'result', detail: '' },
      { kind: 'task:step', task: 2, eager: false },
      { kind: 'compute', from: 30, to: 60, task: 2, label: '', at: 60 },
      { kind: 'task:done', task: 2, outcome: 'result', detail: '' },
    );
    expect(cpu.overlap('tv', 'jogging')).toEqual({ alive: 30, waiting: 0 });
    expect(cpu.timesOf('jogging')).toEqual({ busy: 30, ready: 30, waiting: 0, total: 60 });
  });

  it('overlap in each of several waits, and not between them', () => {
    const wait = (task: number): Entry[] => [
      { kind: 'task:wait', task, target: 0, on: 'timer', reason: 'sleep', name: '' },
    ];
    const wake = (task: number, at: number): Entry[] => [
      { kind: 'task:ready', task, at },
      { kind: 'task:step', task, eager: false },
    ];
    const both = ask(
      { kind: 'task:create', task: 1, parent: 0, name: 'a' },
      { kind: 'task:create', task: 2, parent: 0, name: 'b' },
      ...wait(1), // a waits 0-10 and 15-40
      ...wake(1, 10),
      { kind: 'compute', from: 10, to: 15, task: 1, label: '', at: 15 },
      ...wait(1),
      ...wait(2), // b waits 15-20 and 25-50
      ...wake(2, 20),
      { kind: 'compute', from: 20, to: 25, task: 2, label: '', at: 25 },
      ...wait(2),
      ...wake(1, 40),
      ...wake(2, 50),
    );
    expect(both.overlap('a', 'b')).toEqual({ alive: 50, waiting: 20 });
  });
});

describe('the loop', () => {
  it('was idle all the time while machines did the chores', () => {
    expect(chores.loopSlices()).toEqual([{ from: 0, to: MINUTES_40, state: 'idle', task: 0, label: '' }]);
    expect(chores.final).toMatchObject({ idle: MINUTES_40, burned: 0, blocked: 0 });
  });

  it('is idle, computing or blocked, and idle jumps that touch are one', () => {
    expect(ask(...BUSY).loopSlices()).toEqual([
      { from: 0, to: 10, state: 'idle', task: 0, label: '' },
      { from: 10, to: 15, state: 'blocked', task: 0, label: 'disk' },
      { from: 15, to: 35, state: 'computing', task: 1, label: 'sum' },
      { from: 35, to: 36, state: 'idle', task: 0, label: '' },
    ]);
  });

  it('has one life, in however many goes it is driven', () => {
    const sleepy = (...between: Entry[]): Entry[] => [
      { kind: 'task:create', task: 1, parent: 0, name: 'a' },
      { kind: 'task:ready', task: 1 },
      { kind: 'loop:run', loop: 1 },
      { kind: 'iteration', ready: 1 },
      { kind: 'task:step', task: 1, eager: false },
      { kind: 'task:wait', task: 1, target: 0, on: 'timer', reason: 'sleep', name: '' },
      { kind: 'clock:jump', from: 0, to: 4, at: 4 },
      ...between,
      { kind: 'clock:jump', from: 4, to: 10, at: 10 },
      { kind: 'loop:return', loop: 1, remaining: 0 },
    ];
    const driven = ask(
      ...sleepy({ kind: 'loop:return', loop: 1, remaining: 0 }, { kind: 'loop:run', loop: 1 }),
    );
    expect(driven.loopSlices()).toEqual([{ from: 0, to: 10, state: 'idle', task: 0, label: '' }]);
    expect(driven.slicesOf('a')).toEqual([{ from: 0, to: 10, state: 'waiting', reason: 'sleep' }]);
    expect(driven.slicesOf('a')).toEqual(ask(...sleepy()).slicesOf('a'));
    expect(driven.final.loop).toEqual({ id: 1, running: false, stopping: false, closed: false });
  });
});

describe('asking for events', () => {
  it('answers why something happened, back to what nothing caused', () => {
    expect(chores.causesOf(54).map(({ seq, kind }) => `${seq} ${kind}`)).toEqual([
      '54 task:step',
      '51 task:ready',
      '50 handle:run',
      '48 timer:due',
      '15 timer:set',
      '14 task:step',
      '7 task:ready',
      '5 task:step',
      '2 task:ready',
    ]);
    expect(chores.causesOf(1).map((event) => event.seq)).toEqual([1]);
    expect(() => chores.causesOf(0)).toThrow('there is no event 0');
  });

  it('does not go round in circles where an event claims to cause itself', () => {
    expect(
      ask({ kind: 'loop:run', loop: 1, cause: 1 })
        .causesOf(1)
        .map((event) => event.seq),
    ).toEqual([1]);
  });

  it('finds the first event of a kind, or all of them, for which something holds', () => {
    expect(chores.find('clock:jump')?.seq).toBe(23);
    expect(chores.find('print', (event) => event.text.includes('rice'))?.time).toBe(MINUTES_40);
    expect(chores.find('error')).toBeUndefined();
    expect(chores.findAll('clock:jump').map((event) => event.to)).toEqual([MINUTES_30, MINUTES_40]);
    expect(chores.findAll('task:step', (event) => event.task === 2).map((event) => event.seq)).toEqual([
      14, 54,
    ]);
  });

  it('gives the lines of output with their times and tasks', () => {
    expect(chores.outputs()).toEqual([
      { time: MINUTES_30, task: 3, thread: 0, text: 'laundry is done' },
      { time: MINUTES_30, task: 4, thread: 0, text: 'dishes are done' },
      { time: MINUTES_40, task: 2, thread: 0, text: 'rice is done' },
    ]);
    expect(chores.endTime).toBe(MINUTES_40);
  });

  it('reads a trace once, and answers from memory for the same trace', () => {
    const trace = Trace.of(CHORES);
    expect(query(trace)).toBe(query(trace));
    expect(query(Trace.of([])).tasks()).toEqual([]);
  });
});
