import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_SCHEMA, type EventKind, type TraceEvent } from '../../src/trace/events.ts';
import { type LoopState, taskTimes } from '../../src/trace/state.ts';
import { initialState, reduce, StateFolder, stateAt } from '../../src/trace/state-folder.ts';
import { Trace, TraceFormatError } from '../../src/trace/trace.ts';
import { CHORES, MINUTES_30, MINUTES_40 } from './chores.ts';
import { type Entry, log } from './log.ts';
import { type Seen, TinyLoop } from './tiny-loop.ts';

const chores = Trace.of(CHORES);

/** The state after all entries, which must be a story that holds together. */
function stateOf(...entries: Entry[]): LoopState {
  return stateAt(Trace.of(log(...entries)), entries.length, { strict: true });
}

/** What a strict fold says to the entries. */
function refusal(...entries: Entry[]): string {
  try {
    stateOf(...entries);
  } catch (error) {
    if (error instanceof TraceFormatError) return error.message;
    throw error;
  }
  throw new Error('accepted');
}

const create = (task: number, name: string): Entry => ({ kind: 'task:create', task, parent: 0, name });
const ready = (task: number): Entry => ({ kind: 'task:ready', task });
const step = (task: number): Entry => ({ kind: 'task:step', task, eager: false });
const eager = (task: number): Entry => ({ kind: 'task:step', task, eager: true });
const giveWay = (task: number): Entry => ({ kind: 'task:yield', task });
const done = (task: number): Entry => ({ kind: 'task:done', task, outcome: 'result', detail: '' });
const pass = (ready: number): Entry => ({ kind: 'iteration', ready });
const waitFor = (task: number, resource: number): Entry => ({
  kind: 'task:wait',
  task,
  target: resource,
  on: 'resource',
  reason: 'lock.acquire',
  name: 'stove',
});
const compute = (from: number, to: number, task: number): Entry => ({
  kind: 'compute',
  from,
  to,
  task,
  label: '',
  at: to,
});

/** Task 1 runs its first step. */
const RUNNING: readonly Entry[] = [create(1, 'a'), ready(1), { kind: 'loop:run', loop: 1 }, pass(1), step(1)];

describe('the state before the first event', () => {
  it('has nothing in it, at time 0', () => {
    expect(initialState()).toEqual({
      seq: 0,
      time: 0,
      iteration: 0,
      remaining: 0,
      running: null,
      stack: [],
      ready: [],
      timers: [],
      tasks: new Map(),
      resources: new Map(),
      requests: new Map(),
      output: [],
      errors: [],
      idle: 0,
      burned: 0,
      blocked: 0,
      overhead: 0,
      loop: { id: 0, running: false, stopping: false, closed: false },
      machine: null,
      processes: new Map(),
      threads: new Map(),
      sites: { plain: null, last: null, tasks: new Map(), threads: new Map() },
    });
  });
});

describe('three chores of 40, 30 and 30 minutes', () => {
  const at = (seq: number) => stateAt(chores, seq, { strict: true });

  it('are three entries in the ready queue while main still runs', () => {
    expect(at(11)).toMatchObject({
      seq: 11,
      time: 0,
      iteration: 1,
      remaining: 0,
      running: { type: 'task', task: 1 },
      ready: [
        { type: 'task', task: 2 },
        { type: 'task', task: 3 },
        { type: 'task', task: 4 },
      ],
      loop: { id: 1, running: true, stopping: false, closed: false },
    });
  });

  it('are three timers in the order of their deadlines once they sleep', () => {
    const state = at(22);
    expect(state.timers).toEqual([
      { timer: 18, when: MINUTES_30, task: 3, label: 'sleep' },
      { timer: 21, when: MINUTES_30, task: 4, label: 'sleep' },
      { timer: 15, when: MINUTES_40, task: 2, label: 'sleep' },
    ]);
    expect([state.ready, state.running, state.remaining]).toEqual([[], null, 0]);
    expect(
      [...state.tasks.values()].map((task) => [task.name, task.waiting?.reason, task.waiting?.on]),
    ).toEqual([
      ['main', 'await future', 'future'],
      ['rice', 'sleep', 'timer'],
      ['laundry', 'sleep', 'timer'],
      ['dishes', 'sleep', 'timer'],
    ]);
  });

  it('are woken through a handle each, an iteration before they run', () => {
    expect(at(26)).toMatchObject({
      time: MINUTES_30,
      iteration: 3,
      remaining: 2,
      idle: MINUTES_30,
      ready: [
        { type: 'handle', handle: 24, label: 'sleep', cancelled: false },
        { type: 'handle', handle: 25, label: 'sleep', cancelled: false },
      ],
      timers: [{ timer: 15 }],
    });
    expect(at(28)).toMatchObject({
      remaining: 1,
      running: { type: 'handle', handle: 24, label: 'sleep' },
      ready: [
        { type: 'handle', handle: 25 },
        { type: 'task', task: 3 },
      ],
    });
  });

  it('take 40 minutes in all, of which each task knows how it spent them', () => {
    const state = at(72);
    expect(state.tasks.get(2)).toEqual({
      id: 2,
      name: 'rice',
      parent: 1,
      state: 'done',
      since: MINUTES_40,
      waiting: null,
      cancelling: 0,
      outcome: 'result',
      detail: '',
      createdAt: 0,
      doneAt: MINUTES_40,
      droppedAt: null,
      steps: 2,
      times: { busy: 0, ready: 0, waiting: MINUTES_40 },
    });
    expect(state.tasks.get(3)).toMatchObject({
      doneAt: MINUTES_30,
      times: { busy: 0, ready: 0, waiting: MINUTES_30 },
    });
    expect(state).toMatchObject({
      seq: 72,
      time: MINUTES_40,
      iteration: 10,
      idle: MINUTES_40,
      burned: 0,
      blocked: 0,
      running: null,
      ready: [],
      timers: [],
      output: [
        { time: MINUTES_30, task: 3, text: 'laundry is done' },
        { time: MINUTES_30, task: 4, text: 'dishes are done' },
        { time: MINUTES_40, task: 2, text: 'rice is done' },
      ],
    });
  });

  it('show the loop running, stopping, returned and closed', () => {
    expect([2, 3, 68, 69, 70, 71, 72].map((seq) => at(seq).loop)).toEqual([
      { id: 0, running: false, stopping: false, closed: false },
      { id: 1, running: true, stopping: false, closed: false },
      { id: 1, running: true, stopping: false, closed: false },
      { id: 1, running: true, stopping: true, closed: false },
      { id: 1, running: true, stopping: true, closed: false },
      { id: 1, running: false, stopping: false, closed: false },
      { id: 1, running: false, stopping: false, closed: true },
    ]);
  });

  it('have no state after an event that is not there', () => {
    for (const seq of [-1, 73, 0.5]) {
      expect(() => stateAt(chores, seq)).toThrow(
        new RangeError(
          `there is no state after event ${seq}: this trace has the events 1 to 72, and 0 is before the first`,
        ),
      );
    }
    expect(stateAt(chores, 0)).toEqual(initialState());
  });
});

describe('tasks', () => {
  it('that give way join the end of the ready queue', () => {
    const state = stateOf(create(1, 'a'), ready(1), create(2, 'b'), ready(2), pass(2), step(1), giveWay(1));
    expect(state.ready).toEqual([
      { type: 'task', task: 2 },
      { type: 'task', task: 1 },
    ]);
    expect([state.running, state.remaining]).toEqual([null, 1]);
  });

  it('that start eagerly run inside the one that made them, which runs again when they wait', () => {
    const inside = stateOf(...RUNNING, create(2, 'b'), eager(2));
    expect(inside.stack).toEqual([
      { type: 'task', task: 1 },
      { type: 'task', task: 2 },
    ]);
    expect(inside.running).toEqual({ type: 'task', task: 2 });
    expect([...inside.tasks.values()].map((task) => task.state)).toEqual(['running', 'running']);
    const outside = stateOf(...RUNNING, create(2, 'b'), eager(2), giveWay(2));
    expect(outside.running).toEqual({ type: 'task', task: 1 });
    expect(outside.ready).toEqual([{ type: 'task', task: 2 }]);
    expect(stateOf(...RUNNING, create(2, 'b'), eager(2), done(2), done(1)).running).toBeNull();
  });

  it('are charged for the time in the state they were in', () => {
    const state = stateOf(
      create(1, 'a'),
      ready(1),
      create(2, 'b'),
      ready(2),
      pass(2),
      step(1),
      compute(0, 30, 1),
      giveWay(1),
      step(2),
      { kind: 'block', from: 30, to: 50, task: 2, label: 'disk', at: 50 },
    );
    const [a, b] = [...state.tasks.values()];
    expect(a).toMatchObject({ state: 'ready', since: 30, times: { busy: 30, ready: 0, waiting: 0 } });
    expect(b).toMatchObject({ state: 'running', since: 30, times: { busy: 0, ready: 30, waiting: 0 } });
    expect(taskTimes(a!, state.time)).toEqual({ busy: 30, ready: 20, waiting: 0, total: 50 });
    expect(taskTimes(b!, state.time)).toEqual({ busy: 20, ready: 30, waiting: 0, total: 50 });
    expect([state.burned, state.blocked, state.idle]).toEqual([30, 20, 0]);
  });

  it('carry their new name, their requests to cancel and how they ended', () => {
    const state = stateOf(
      ...RUNNING,
      { kind: 'task:rename', task: 1, name: 'cook' },
      { kind: 'task:cancel', task: 1, cancelling: 1, message: 'enough' },
      { kind: 'task:cancel', task: 1, cancelling: 2, message: '' },
      { kind: 'task:uncancel', task: 1, cancelling: 1 },
      { kind: 'task:done', task: 1, outcome: 'cancelled', detail: 'enough', at: 4 },
    );
    expect(state.tasks.get(1)).toMatchObject({
      name: 'cook',
      cancelling: 1,
      state: 'done',
      outcome: 'cancelled',
      detail: 'enough',
      doneAt: 4,
    });
  });
});

describe('handles and timers', () => {
  const callback: Entry = { kind: 'handle:ready', label: 'tick' };

  it('leave a place in the ready queue when cancelled, and are passed over', () => {
    const cancelled = [callback, callback, { kind: 'handle:cancel', handle: 1 }, pass(2)] as const;
    expect(stateOf(...cancelled)).toMatchObject({
      remaining: 2,
      ready: [
        { type: 'handle', handle: 1, label: 'tick', cancelled: true },
        { type: 'handle', handle: 2, label: 'tick', cancelled: false },
      ],
    });
    expect(
      stateOf(...cancelled, { kind: 'handle:skip', handle: 1 }, { kind: 'handle:run', handle: 2 }),
    ).toMatchObject({
      remaining: 0,
      ready: [],
      running: { type: 'handle', handle: 2, label: 'tick' },
    });
  });

  it('are gone from the timers when due or cancelled', () => {
    const set: Entry = { kind: 'timer:set', when: 10, task: 0, label: 'tick' };
    expect(stateOf(set, set, { kind: 'timer:cancel', timer: 1 })).toMatchObject({
      timers: [{ timer: 2 }],
      ready: [],
    });
    expect(stateOf(set, set, { kind: 'timer:due', timer: 1, label: 'tick', at: 10 })).toMatchObject({
      timers: [{ timer: 2 }],
      ready: [{ type: 'handle', handle: 3, label: 'tick', cancelled: false }],
    });
  });

  it('are in the order of their deadlines, and equal ones in the order in which they were set', () => {
    const set = (when: number): Entry => ({ kind: 'timer:set', when, task: 0, label: '' });
    expect(stateOf(set(9), set(5), set(9), set(1), set(5)).timers.map((timer) => timer.timer)).toEqual([
      4, 2, 5, 1, 3,
    ]);
  });
});

describe('the loop', () => {
  const callback: Entry = { kind: 'handle:ready', label: '' };
  const runs: Entry = { kind: 'loop:run', loop: 1 };
  const returnsWith = (remaining: number): Entry => ({ kind: 'loop:return', loop: 1, remaining });
  const returns = returnsWith(0);
  const stop: Entry = { kind: 'loop:stop', loop: 1 };
  const run = (handle: number): Entry => ({ kind: 'handle:run', handle });
  const end = (handle: number): Entry => ({ kind: 'handle:end', handle });

  it('that is stopped is stopping until it returns', () => {
    const two = [callback, callback, runs, pass(2), run(1), stop, end(1), run(2), end(2)] as const;
    expect(stateOf(...two).loop).toEqual({ id: 1, running: true, stopping: true, closed: false });
    expect(stateOf(...two, returns).loop).toEqual({ id: 1, running: false, stopping: false, closed: false });
  });

  it('that is stopped before it runs is stopping when it does', () => {
    expect(stateOf(stop).loop).toEqual({ id: 1, running: false, stopping: true, closed: false });
    expect(stateOf(stop, runs).loop).toEqual({ id: 1, running: true, stopping: true, closed: false });
    expect(stateOf(stop, runs, pass(0), returns, runs).loop.stopping).toBe(false);
  });

  it('may return and run again as often as it is driven, with what is ready and timed left as it is', () => {
    const set: Entry = { kind: 'timer:set', when: 10, task: 0, label: 'tick' };
    const first = [set, callback, runs, returns] as const;
    const left = {
      loop: { id: 1, running: false, stopping: false, closed: false },
      timers: [{ timer: 1, when: 10 }],
      ready: [{ type: 'handle', handle: 2 }],
    };
    expect(stateOf(...first)).toMatchObject(left);
    expect(stateOf(...first, runs, returns)).toMatchObject(left);
    expect(stateOf(...first, runs)).toMatchObject({ ...left, loop: { ...left.loop, running: true } });
  });

  it('that is driven by the handle runs on in the middle of its iteration', () => {
    const first = [callback, callback, runs, pass(2), run(1), end(1), returnsWith(1)] as const;
    expect(stateOf(...first)).toMatchObject({
      remaining: 1,
      ready: [{ handle: 2 }],
      loop: { running: false },
    });
    expect(stateOf(...first, runs)).toMatchObject({ remaining: 1, loop: { running: true } });
    expect(stateOf(...first, runs, run(2), end(2), returns)).toMatchObject({ remaining: 0, ready: [] });
  });

  it('that an error left in the middle of a callback has nothing running, and the rest of its iteration is left to the next one', () => {
    const left = [callback, callback, runs, pass(2), run(1), returns] as const;
    expect(stateOf(...left)).toMatchObject({
      running: null,
      stack: [],
      ready: [{ handle: 2 }],
      remaining: 0,
      loop: { id: 1, running: false, stopping: false, closed: false },
    });
    expect(refusal(...left, runs, run(2))).toContain('all handles of this iteration have run');
    expect(stateOf(...left, runs, pass(1), run(2), end(2), returns)).toMatchObject({
      ready: [],
      remaining: 0,
    });
  });

  it('that an error left through an eager task has nothing running either, once the tasks are done', () => {
    const inside = [callback, runs, pass(1), run(1), create(1, 'a'), eager(1), done(1), returns] as const;
    expect(stateOf(...inside).stack).toEqual([]);
  });

  it('that is closed drops what was ready and timed, and its tasks, which stay readable', () => {
    const state = stateOf(
      ...RUNNING,
      { kind: 'timer:set', when: 50, task: 1, label: '' },
      { ...waitFor(1, 0), on: 'future' } as Entry,
      callback,
      returns,
      { kind: 'loop:close', loop: 1, at: 20 },
    );
    expect(state).toMatchObject({ ready: [], timers: [], running: null, remaining: 0 });
    expect(state.loop).toEqual({ id: 1, running: false, stopping: false, closed: true });
    const task = state.tasks.get(1)!;
    expect(task).toMatchObject({ state: 'waiting', doneAt: null, droppedAt: 20, times: { waiting: 20 } });
    expect(taskTimes(task, 500)).toEqual({ busy: 0, ready: 0, waiting: 20, total: 20 });
  });

  it('may be followed by another one', () => {
    const closed = [...RUNNING, done(1), returns, { kind: 'loop:close', loop: 1 }] as const;
    const state = stateOf(...closed, create(2, 'b'), ready(2), { kind: 'loop:run', loop: 2 });
    expect(state.loop).toEqual({ id: 2, running: true, stopping: false, closed: false });
    expect(state.ready).toEqual([{ type: 'task', task: 2 }]);
    expect([...state.tasks.keys()]).toEqual([1, 2]);
  });

  it('whose policy permutes the ready queue has the picked entry at its head', () => {
    const three = [
      create(1, 'a'),
      ready(1),
      create(2, 'b'),
      ready(2),
      create(3, 'c'),
      ready(3),
      pass(3),
    ] as const;
    const picked = stateOf(...three, {
      kind: 'choice',
      picked: 2,
      candidates: 3,
      what: 'ready',
      names: ['a', 'b', 'c'],
    });
    expect(picked.ready.map((entry) => entry.type === 'task' && entry.task)).toEqual([3, 1, 2]);
    expect(
      stateOf(...three, { kind: 'choice', picked: 2, candidates: 3, what: 'timer', names: ['a', 'b', 'c'] })
        .ready[0],
    ).toEqual({
      type: 'task',
      task: 1,
    });
  });

  it('keeps lines of output and calls of its exception handler', () => {
    expect(
      stateOf(
        { kind: 'print', task: 0, text: 'hello', at: 3 },
        { kind: 'error', task: 2, message: 'Exception in callback', detail: 'Error: no', at: 5 },
      ),
    ).toMatchObject({
      output: [{ time: 3, task: 0, text: 'hello' }],
      errors: [{ time: 5, task: 2, message: 'Exception in callback', detail: 'Error: no' }],
    });
  });
});

describe('a resource', () => {
  const lock: Entry = {
    kind: 'resource:new',
    resource: 1,
    capacity: 1,
    value: 0,
    type: 'Lock',
    name: 'stove',
  };
  const holds = (task: number, held: boolean): Entry => ({ kind: 'resource:hold', resource: 1, task, held });

  it('has the value with which it was met until it is used, then that of its last use', () => {
    expect(stateOf(lock).resources.get(1)).toEqual({
      id: 1,
      type: 'Lock',
      name: 'stove',
      capacity: 1,
      value: 0,
      holders: [],
      waiters: [],
    });
    const use: Entry = { kind: 'resource:use', resource: 1, value: 1, task: 1, action: 'acquire' };
    expect(stateOf(lock, use).resources.get(1)?.value).toBe(1);
    expect(stateOf({ ...lock, value: 1 } as Entry).resources.get(1)?.value).toBe(1);
  });

  it('lists its holders in the order in which they took it, as often as they hold it', () => {
    const taken = [lock, holds(2, true), holds(1, true), holds(2, true)] as const;
    expect(stateOf(...taken).resources.get(1)?.holders).toEqual([2, 1, 2]);
    expect(stateOf(...taken, holds(2, false)).resources.get(1)?.holders).toEqual([2, 1]);
    expect(stateOf(...taken, holds(1, false)).resources.get(1)?.holders).toEqual([2, 2]);
  });

  it('lists the tasks that wait for it in the order in which they began to, until they are ready', () => {
    const waiting = [
      lock,
      ...[1, 2, 3].flatMap((task) => [create(task, `t${task}`), ready(task)]),
      pass(3),
      ...[1, 2, 3].flatMap((task) => [step(task), waitFor(task, 1)]),
    ];
    const state = stateOf(...waiting);
    expect(state.resources.get(1)?.waiters).toEqual([1, 2, 3]);
    expect(state.tasks.get(2)?.waiting).toEqual({
      on: 'resource',
      target: 1,
      reason: 'lock.acquire',
      name: 'stove',
      since: 0,
    });
    expect(stateOf(...waiting, ready(2)).resources.get(1)?.waiters).toEqual([1, 3]);
  });
});

describe('a request', () => {
  const asked: Entry = { kind: 'request:new', device: 1, task: 4, label: 'GET /' };
  const start: Entry = { kind: 'request:start', request: 1, until: 20 };
  const complete: Entry = { kind: 'request:complete', request: 1, failed: true, at: 20 };
  const deliver: Entry = { kind: 'request:deliver', request: 1, label: 'GET /', at: 30 };

  it('is queued, started, completed and delivered, and then a handle is ready', () => {
    const base = { id: 1, device: 1, task: 4, label: 'GET /', failed: false };
    const request = (...entries: Entry[]) => stateOf(...entries).requests.get(1);
    expect(request(asked)).toEqual({ ...base, state: 'queued', until: null });
    expect(request(asked, start)).toEqual({ ...base, state: 'started', until: 20 });
    expect(request(asked, start, complete)).toEqual({ ...base, state: 'completed', until: 20, failed: true });
    expect(stateOf(asked, start, complete).ready).toEqual([]);
    expect(request(asked, start, complete, deliver)).toMatchObject({ state: 'delivered', failed: true });
    expect(stateOf(asked, start, complete, deliver).ready).toEqual([
      { type: 'handle', handle: 4, label: 'GET /', cancelled: false },
    ]);
  });

  it('that was cancelled stays so, though its device goes on', () => {
    const state = stateOf(asked, start, { kind: 'request:cancel', request: 1 }, complete);
    expect(state.requests.get(1)?.state).toBe('cancelled');
  });
});

describe('a strict fold', () => {
  const edited = '; the trace was edited, or its writer left an event out';

  it('refuses a step of another than the head of the ready queue', () => {
    const two = [create(1, 'a'), ready(1), create(2, 'b'), ready(2), pass(2)] as const;
    expect(refusal(...two, step(2))).toBe(
      `event 6 (task:step): takes task 2 from the ready queue, but its head is task 1${edited}`,
    );
    expect(refusal(...two, { kind: 'handle:run', handle: 1 })).toBe(
      `event 6 (handle:run): takes handle 1 from the ready queue, but its head is task 1${edited}`,
    );
    expect(refusal(create(1, 'a'), pass(0), step(1))).toContain(
      'takes task 1 from the ready queue, but its head is nothing',
    );
  });

  it.each<[string, string, readonly Entry[]]>([
    [
      'a step outside of an iteration',
      'all handles of this iteration have run',
      [create(1, 'a'), ready(1), step(1)],
    ],
    [
      'a step inside of another',
      'task 2 cannot leave the ready queue while task 1 runs',
      [create(1, 'a'), ready(1), create(2, 'b'), ready(2), pass(2), step(1), step(2)],
    ],
    ['an unknown task', 'there is no task 3', [{ kind: 'task:rename', task: 3, name: '' }]],
    ['a task made twice', 'task 1 was created before', [create(1, 'a'), create(1, 'b')]],
    [
      'a task made ready while it runs',
      'task 1 is running, and this happens only to one that is new or waiting',
      [...RUNNING, ready(1)],
    ],
    [
      'the end of a task that does not run',
      'task 1 is new, and this happens only to one that is running',
      [create(1, 'a'), done(1)],
    ],
    [
      'the end of a task under an eager one',
      'task 1 does not run, task 2 does',
      [...RUNNING, create(2, 'b'), eager(2), done(1)],
    ],
    [
      'a wait for an unknown task',
      'there is no task 9',
      [...RUNNING, { ...waitFor(1, 9), on: 'task' } as Entry],
    ],
    ['a wait for an unknown resource', 'there is no resource 9', [...RUNNING, waitFor(1, 9)]],
    [
      'a task of a closed loop that goes on',
      'the loop of task 1 was closed before',
      [
        ...RUNNING,
        giveWay(1),
        { kind: 'loop:return', loop: 1, remaining: 0 },
        { kind: 'loop:close', loop: 1 },
        ready(1),
      ],
    ],
    [
      'an iteration of more handles than are ready',
      'says that 2 handles are ready, but there are 0',
      [pass(2)],
    ],
    ['an iteration inside of a step', 'an iteration cannot begin while task 1 runs', [...RUNNING, pass(0)]],
    [
      'a loop that is closed inside of a step',
      'a loop cannot be closed while task 1 runs',
      [...RUNNING, { kind: 'loop:close', loop: 1 }],
    ],
    [
      'a loop that runs inside of a step',
      'a loop cannot start to run while task 1 runs',
      [...RUNNING, { kind: 'loop:run', loop: 2 }],
    ],
    [
      'a loop that runs before it has returned',
      'loop 1 has not returned',
      [...RUNNING, done(1), { kind: 'loop:run', loop: 1 }],
    ],
    [
      'a loop that is closed before it has returned',
      'loop 1 has not returned',
      [...RUNNING, done(1), { kind: 'loop:close', loop: 1 }],
    ],
    [
      'the return of a loop that does not run',
      'loop 1 does not run',
      [{ kind: 'loop:return', loop: 1, remaining: 0 }],
    ],
    [
      'a loop that returns twice',
      'loop 1 does not run',
      [
        ...RUNNING,
        done(1),
        { kind: 'loop:return', loop: 1, remaining: 0 },
        { kind: 'loop:return', loop: 1, remaining: 0 },
      ],
    ],
    [
      'the return of another loop than the one that runs',
      'loop 2 does not run',
      [...RUNNING, done(1), { kind: 'loop:return', loop: 2, remaining: 0 }],
    ],
    [
      'a loop that returns inside of a step that has not ended',
      'a loop cannot return in the middle of the step of task 1',
      [...RUNNING, { kind: 'loop:return', loop: 1, remaining: 0 }],
    ],
    ['a timer that was not set', 'timer 4 is not set', [{ kind: 'timer:due', timer: 4, label: '' }]],
    [
      'a timer cancelled twice',
      'timer 1 is not set',
      [
        { kind: 'timer:set', when: 1, task: 0, label: '' },
        { kind: 'timer:cancel', timer: 1 },
        { kind: 'timer:cancel', timer: 1 },
      ],
    ],
    [
      'the end of a handle that does not run',
      'handle 7 does not run, nothing does',
      [{ kind: 'handle:end', handle: 7 }],
    ],
    [
      'a cancelled handle that is not queued',
      'handle 7 is not in the ready queue',
      [{ kind: 'handle:cancel', handle: 7 }],
    ],
    [
      'a handle passed over without being cancelled',
      'handle 1 was not cancelled, so its turn cannot be passed over',
      [{ kind: 'handle:ready', label: '' }, pass(1), { kind: 'handle:skip', handle: 1 }],
    ],
    [
      'a use of an unknown resource',
      'there is no resource 2',
      [{ kind: 'resource:use', resource: 2, value: 0, task: 0, action: '' }],
    ],
    [
      'a release by one who does not hold',
      'task 5 does not hold resource 1',
      [
        { kind: 'resource:new', resource: 1, capacity: 1, value: 0, type: 'Lock', name: '' },
        { kind: 'resource:hold', resource: 1, task: 5, held: false },
      ],
    ],
    ['an unknown request', 'there is no request 3', [{ kind: 'request:cancel', request: 3 }]],
    [
      'a choice of a place that is not there',
      'there is no place 1 in the ready queue',
      [{ kind: 'choice', picked: 1, candidates: 2, what: 'ready', names: ['a', 'b'] }],
    ],
  ])('refuses %s', (_, message, entries) => {
    expect(refusal(...entries)).toContain(`: ${message}; the trace was edited`);
    expect(() => stateAt(Trace.of(log(...entries)), entries.length)).not.toThrow();
  });

  it('refuses events that are missing, doubled or before the time', () => {
    const folder = () => new StateFolder({ strict: true }).apply(CHORES[0]!);
    expect(() => folder().apply(CHORES[2]!)).toThrow('event 3 (loop:run): follows event 1');
    expect(() => folder().apply(CHORES[0]!)).toThrow('event 1 (task:create): follows event 1');
    const state: LoopState = { ...initialState(), seq: 1, time: 9 };
    expect(() => reduce(state, CHORES[1]!, { strict: true })).toThrow('is at 0 ms, but the time was 9 ms');
  });
});

describe('a lenient fold', () => {
  it('takes a task from wherever in the ready queue it stands', () => {
    const events = log(create(1, 'a'), ready(1), create(2, 'b'), ready(2), pass(2), step(2));
    const state = stateAt(Trace.of(events), 6);
    expect(state).toMatchObject({
      running: { type: 'task', task: 2 },
      ready: [{ type: 'task', task: 1 }],
      remaining: 1,
    });
  });

  it('passes over what it has never heard of', () => {
    for (const event of CHORES) expect(() => reduce(initialState(), event)).not.toThrow();
  });
});

describe('reduce', () => {
  it('leaves the state it was given alone', () => {
    let state = initialState();
    for (const event of CHORES) {
      const before = structuredClone(state);
      const next = reduce(state, event, { strict: true });
      expect(state).toEqual(before);
      state = next;
    }
    expect(state).toEqual(stateAt(chores, 72));
  });

  it('gives the same states as folding in place, also when asked in between', () => {
    const folder = new StateFolder({ strict: true });
    const seen: LoopState[] = [];
    let state = initialState();
    for (const event of CHORES) {
      state = reduce(state, event);
      seen.push(folder.apply(event).state());
      expect(seen.at(-1)).toEqual(state);
    }
    seen.forEach((kept, index) => {
      expect(kept).toEqual(stateAt(chores, index + 1));
    });
  });
});

describe('the state of any run', () => {
  // Without `size` a script has five numbers or so, and its loop is over before a first timer is due.
  const runs = fc
    .array(fc.nat(), { maxLength: 120, size: 'max' })
    .map((script) => new TinyLoop(script).play());

  /** What a state says of the things that the tiny loop keeps for itself. */
  const seenIn = (state: LoopState): Seen => ({
    time: state.time,
    running: state.loop.running,
    remaining: state.remaining,
    stack: state.stack.map((entry) =>
      entry.type === 'task' ? `task ${entry.task}` : `handle ${entry.handle}`,
    ),
    ready: state.ready.map((entry) =>
      entry.type === 'task'
        ? `task ${entry.task}`
        : `handle ${entry.handle}${entry.cancelled ? ' cancelled' : ''}`,
    ),
    timers: state.timers.map((timer) => `${timer.when} ${timer.timer}`),
    tasks: [...state.tasks.values()].map((task) => `${task.id} ${task.state} ${task.steps}`),
    waiters: [...(state.resources.get(1)?.waiters ?? [])],
    printed: state.output.length,
  });

  it('is, after each event, what the loop that wrote the log saw itself', () => {
    fc.assert(
      fc.property(runs, ({ events, seen }) => {
        const folder = new StateFolder({ strict: true });
        events.forEach((event, index) => {
          expect(seenIn(folder.apply(event).state())).toEqual(seen[index]);
        });
      }),
    );
  });

  it('charges each task for all of its life: busy, ready and waiting are the total', () => {
    fc.assert(
      fc.property(runs, ({ events }) => {
        const state = stateAt(Trace.of(events), events.length);
        for (const task of state.tasks.values()) {
          expect(taskTimes(task, state.time).total).toBe((task.doneAt ?? state.time) - task.createdAt);
        }
        expect(state.idle + state.burned).toBe(state.time);
      }),
    );
  });

  it('keeps its ready queue in order when thousands pass through it', () => {
    const count = 3000;
    const entries: Entry[] = [];
    for (let task = 1; task <= count; task++) entries.push(create(task, ''), ready(task));
    for (let round = 0; round < 2; round++) {
      entries.push(pass(count));
      for (let task = 1; task <= count; task++) entries.push(step(task), giveWay(task));
    }
    const state = stateOf(...entries, pass(count), step(1));
    expect(state.ready.map((entry) => entry.type === 'task' && entry.task)).toEqual(
      Array.from({ length: count - 1 }, (_, i) => i + 2),
    );
    expect([state.remaining, state.tasks.get(count)?.steps]).toEqual([count - 1, 2]);
  });
});

describe('each kind of event', () => {
  /** A story in which every kind happens. */
  const STORY: readonly TraceEvent[] = log(
    { kind: 'resource:new', resource: 1, capacity: 1, value: 0, type: 'Lock', name: 'stove' }, // 1
    create(1, 'main'),
    ready(1),
    { kind: 'handle:ready', label: 'tick' },
    { kind: 'handle:ready', label: 'tock' }, // 5
    { kind: 'handle:cancel', handle: 5 },
    { kind: 'loop:run', loop: 1 },
    pass(3),
    step(1),
    { kind: 'task:rename', task: 1, name: 'chef' }, // 10
    { kind: 'resource:use', resource: 1, value: 1, task: 1, action: 'acquire' },
    { kind: 'resource:hold', resource: 1, task: 1, held: true },
    create(2, 'cook'),
    eager(2),
    waitFor(2, 1), // 15
    { kind: 'print', task: 1, text: 'hello' },
    { kind: 'request:new', device: 1, task: 1, label: 'GET /' },
    { kind: 'request:start', request: 17, until: 5 },
    { kind: 'timer:set', when: 40, task: 1, label: 'timeout' },
    { kind: 'timer:set', when: 50, task: 1, label: 'timeout' }, // 20
    compute(0, 5, 1),
    { kind: 'request:complete', request: 17, failed: true },
    { kind: 'block', from: 5, to: 8, task: 1, label: '', at: 8 },
    { kind: 'task:cancel', task: 2, cancelling: 1, message: '' },
    { kind: 'task:uncancel', task: 2, cancelling: 0 }, // 25
    giveWay(1),
    { kind: 'choice', picked: 1, candidates: 3, what: 'ready', names: ['a', 'b', 'c'] },
    { kind: 'handle:skip', handle: 5 },
    { kind: 'handle:run', handle: 4 },
    { kind: 'future:done', outcome: 'result', detail: '' }, // 30
    { kind: 'error', task: 0, message: 'no', detail: '' },
    { kind: 'handle:end', handle: 4 },
    { kind: 'request:deliver', request: 17, label: 'GET /' },
    { kind: 'timer:cancel', timer: 20 },
    { kind: 'request:new', device: 1, task: 1, label: '' }, // 35
    { kind: 'request:cancel', request: 35 },
    { kind: 'clock:jump', from: 8, to: 40, at: 40 },
    { kind: 'timer:due', timer: 19, label: 'timeout' },
    pass(3),
    step(1), // 40
    { kind: 'loop:stop', loop: 1 },
    done(1),
    { kind: 'handle:run', handle: 33 },
    { kind: 'handle:end', handle: 33 },
    { kind: 'handle:run', handle: 38 }, // 45
    { kind: 'handle:end', handle: 38 },
    { kind: 'loop:return', loop: 1, remaining: 0 },
    { kind: 'loop:close', loop: 1 },
    { kind: 'machine:new', cores: 1, interval: 5, slice: 4 },
    { kind: 'process:new', process: 1, machine: 49, gil: true, name: 'main' }, // 50
    { kind: 'thread:create', thread: 1, process: 1, parent: 0, name: 'MainThread' },
    { kind: 'thread:host', thread: 1 },
    { kind: 'thread:run', thread: 1, core: 0 },
    { kind: 'thread:create', thread: 2, process: 1, parent: 1, name: 'worker' },
    { kind: 'overhead', thread: 2, ms: 1, what: 'create' }, // 55
    { kind: 'thread:ready', thread: 2, lack: 'gil' },
    { kind: 'gil:ask', thread: 2, holder: 1, at: 45 },
    { kind: 'thread:preempt', thread: 1, by: 'gil', at: 45 },
    { kind: 'gil:take', thread: 2 },
    { kind: 'thread:run', thread: 2, core: 0 }, // 60
    { kind: 'thread:busy', thread: 2, from: 45, ms: 0, label: '' },
    { kind: 'thread:hold', resource: 1, thread: 2, held: true },
    { kind: 'thread:print', thread: 2, text: 'hello' },
    { kind: 'source:at', task: 0, thread: 2, line: 12, file: 'demos/kitchen.ts' },
    { kind: 'cell:read', cell: 1, task: 0, thread: 2, detail: '3' },
    { kind: 'cell:write', cell: 1, task: 0, thread: 2, detail: '4' },
    { kind: 'thread:wait', thread: 2, target: 0, on: 'timer', reason: 'blocked', name: '' },
    { kind: 'thread:run', thread: 2, core: 0 }, // 65
    { kind: 'thread:done', thread: 2, outcome: 'result', detail: '' },
    { kind: 'draw', value: 0.5, low: 0, high: 1, what: 'fault', by: 'chance' },
    { kind: 'deadlock', detail: 'a waits for b; b waits for a', cycle: ['a', 'b'] },
  );
  const SILENT: readonly EventKind[] = [
    'future:done',
    'thread:busy',
    'cell:read',
    'cell:write',
    'draw',
    'deadlock',
  ];

  it('happens in the story below, which holds together', () => {
    expect(new Set(STORY.map((event) => event.kind))).toEqual(
      new Set(EVENT_SCHEMA.map((schema) => schema.kind)),
    );
    expect(stateAt(Trace.of(STORY), STORY.length, { strict: true }).loop.closed).toBe(true);
  });

  it('changes the state by more than its place and time, except for a future that is done, CPU time that was had, a number drawn, and cells', () => {
    let before = initialState();
    const unseen: EventKind[] = [];
    for (const event of STORY) {
      const { seq, time, iteration } = event;
      const state = reduce(before, event);
      if (JSON.stringify(plain(state)) === JSON.stringify(plain({ ...before, seq, time, iteration }))) {
        unseen.push(event.kind);
      }
      before = state;
    }
    expect(unseen).toEqual(SILENT);
  });
});

/** A state as JSON sees it. */
function plain(state: LoopState): unknown {
  return {
    ...state,
    tasks: [...state.tasks],
    resources: [...state.resources],
    requests: [...state.requests],
    processes: [...state.processes],
    threads: [...state.threads],
    sites: [[...state.sites.tasks], [...state.sites.threads]],
  };
}
