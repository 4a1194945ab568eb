import { describe, expect, it } from 'vitest';
import { threadTimes } from '../../src/trace/machine-state.ts';
import type { LoopState } from '../../src/trace/state.ts';
import { initialState, reduce, stateAt } from '../../src/trace/state-folder.ts';
import { Trace, TraceFormatError } from '../../src/trace/trace.ts';
import { type Entry, log } from './log.ts';

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

const machine = (cores: number): Entry => ({ kind: 'machine:new', cores, interval: 5, slice: 4 });
const process = (id: number, gil = true): Entry => {
  return { kind: 'process:new', process: id, machine: 1, gil, name: `p${id}` };
};
const thread = (id: number, of = 1): Entry => {
  return { kind: 'thread:create', thread: id, process: of, parent: id === 1 ? 0 : 1, name: `t${id}` };
};
const lacks = (id: number, lack: 'gil' | 'core', at?: number): Entry => {
  return { kind: 'thread:ready', thread: id, lack, ...time(at) };
};
const runs = (id: number, core = 0, at?: number): Entry => ({
  kind: 'thread:run',
  thread: id,
  core,
  ...time(at),
});
const takes = (id: number): Entry => ({ kind: 'gil:take', thread: id });
const asks = (id: number, holder: number, at?: number): Entry => {
  return { kind: 'gil:ask', thread: id, holder, ...time(at) };
};
const loses = (id: number, by: 'gil' | 'slice', at?: number): Entry => {
  return { kind: 'thread:preempt', thread: id, by, ...time(at) };
};
const waits = (id: number, at?: number): Entry => {
  return {
    kind: 'thread:wait',
    thread: id,
    target: 0,
    on: 'timer',
    reason: 'blocked',
    name: '',
    ...time(at),
  };
};
const ends = (id: number, at?: number): Entry => {
  return { kind: 'thread:done', thread: id, outcome: 'result', detail: '3', ...time(at) };
};
const charged = (id: number, ms: number): Entry => ({ kind: 'overhead', thread: id, ms, what: 'switch' });
const hold = (id: number, resource: number, held = true): Entry => {
  return { kind: 'thread:hold', resource, thread: id, held };
};
function time(at: number | undefined): { at?: number } {
  return at === undefined ? {} : { at };
}

/** Two threads of one process with a GIL, on two cores; the first runs. */
const TWO: readonly Entry[] = [machine(2), process(1), thread(1), thread(2), runs(1)];
/** The same without a GIL, on one core. */
const FREE: readonly Entry[] = [machine(1), process(1, false), thread(1), thread(2), runs(1)];
const ASKED: readonly Entry[] = [...TWO, lacks(2, 'gil'), asks(2, 1, 5)];

const brief = (state: LoopState) =>
  [...state.threads.values()].map(
    ({ id, state: phase, lacks, core }) => `${id} ${phase} ${lacks ?? core ?? ''}`,
  );

describe('the fold of a machine', () => {
  it('knows the machine, its processes and their GIL', () => {
    const state = stateOf(machine(2), process(1), process(2, false));
    expect(state.machine).toEqual({ id: 1, cores: 2, interval: 5, slice: 4 });
    expect([...state.processes.values()]).toEqual([
      { id: 1, name: 'p1', machine: 1, cores: 2, gil: true, holder: 0, asked: false },
      { id: 2, name: 'p2', machine: 1, cores: 2, gil: false, holder: 0, asked: false },
    ]);
  });

  it('knows of a thread where it stands, and how it came there', () => {
    const state = stateOf(...TWO, hold(1, 7), charged(1, 0.5), waits(1, 3));
    expect(state.threads.get(1)).toEqual({
      id: 1,
      name: 't1',
      process: 1,
      parent: 0,
      host: false,
      state: 'waiting',
      lacks: null,
      core: null,
      waiting: { on: 'timer', target: 0, reason: 'blocked', name: '', since: 3 },
      holds: [7],
      since: 3,
      times: { busy: 3, gil: 0, core: 0, waiting: 0 },
      overhead: 0.5,
      switches: { voluntary: 1, forced: 0 },
      runs: 1,
      outcome: null,
      detail: '',
      createdAt: 0,
      doneAt: null,
    });
    expect(state.threads.get(2)).toMatchObject({ parent: 1, state: 'new', runs: 0 });
  });

  it('says which thread is the loop’s own', () => {
    const state = stateOf(...TWO, { kind: 'thread:host', thread: 1 });
    expect([...state.threads.values()].map(({ host }) => host)).toEqual([true, false]);
  });

  it('gives the GIL to one that runs, and to one that lacks only a core', () => {
    expect(stateOf(...TWO).processes.get(1)?.holder).toBe(1);
    const oneCore = [machine(1), process(1), process(2), thread(1), thread(2, 2), runs(1)];
    const state = stateOf(...oneCore, lacks(2, 'core'));
    expect(state.processes.get(2)?.holder).toBe(2);
    expect(brief(state)).toEqual(['1 running 0', '2 ready core']);
  });

  it('takes the GIL from one that has to drop it, waits or ends, but not from one that loses its core', () => {
    const holder = (...entries: Entry[]) => stateOf(...entries).processes.get(1)?.holder;
    expect(holder(...ASKED, loses(1, 'gil'))).toBe(0);
    expect(holder(...TWO, waits(1))).toBe(0);
    expect(holder(...TWO, ends(1))).toBe(0);
    expect(holder(...TWO, loses(1, 'slice'))).toBe(1);
  });

  it('remembers that the GIL was asked for until somebody has it', () => {
    expect(stateOf(...ASKED).processes.get(1)).toMatchObject({ holder: 1, asked: true });
    const state = stateOf(...ASKED, loses(1, 'gil'), takes(2), runs(2));
    expect(state.processes.get(1)).toMatchObject({ holder: 2, asked: false });
    expect(brief(state)).toEqual(['1 ready gil', '2 running 0']);
  });

  it('counts a preemption as a forced switch and a wait as a voluntary one', () => {
    const state = stateOf(
      ...ASKED,
      loses(1, 'gil'),
      takes(2),
      runs(2),
      waits(2, 7),
      takes(1),
      runs(1),
      ends(1, 8),
    );
    expect(state.threads.get(1)).toMatchObject({ switches: { voluntary: 0, forced: 1 }, runs: 2 });
    expect(state.threads.get(2)).toMatchObject({ switches: { voluntary: 1, forced: 0 }, runs: 1 });
    expect(state.threads.get(1)).toMatchObject({ state: 'done', outcome: 'result', detail: '3', doneAt: 8 });
  });

  it('keeps what a thread holds, in the order in which it took it, twice if it has it twice', () => {
    const held = [hold(1, 4), hold(1, 5), hold(1, 4)];
    expect(stateOf(...TWO, ...held).threads.get(1)?.holds).toEqual([4, 5, 4]);
    expect(stateOf(...TWO, ...held, hold(1, 4, false)).threads.get(1)?.holds).toEqual([4, 5]);
  });

  it('tells the loop’s own overhead from that of a thread', () => {
    const state = stateOf(...TWO, charged(0, 2), charged(2, 3), charged(2, 1));
    expect([state.overhead, state.threads.get(1)?.overhead, state.threads.get(2)?.overhead]).toEqual([
      2, 0, 4,
    ]);
  });

  it('keeps the lines that threads print among those of tasks', () => {
    const state = stateOf(
      ...TWO,
      { kind: 'print', task: 0, text: 'script' },
      {
        kind: 'thread:print',
        thread: 1,
        text: 'thread',
        at: 2,
      },
    );
    expect(state.output).toEqual([
      { time: 0, task: 0, thread: 0, text: 'script' },
      { time: 2, task: 0, thread: 1, text: 'thread' },
    ]);
  });

  it('keeps the threads of one machine apart from those of the next', () => {
    const state = stateOf(
      ...TWO,
      ends(1),
      { kind: 'machine:new', cores: 1, interval: 5, slice: 4 },
      { kind: 'process:new', process: 2, machine: 7, gil: false, name: 'other' },
      thread(3, 2),
      runs(3),
      runs(2), // on core 0 as well, of the first machine
    );
    expect(brief(state)).toEqual(['1 done ', '2 running 0', '3 running 0']);
    expect([state.machine?.id, state.processes.get(1)?.cores, state.processes.get(2)?.cores]).toEqual([
      7, 2, 1,
    ]);
  });

  it('leaves the state it was given alone', () => {
    let state = initialState();
    for (const event of log(...ASKED, loses(1, 'gil'), takes(2), runs(2), hold(2, 3), waits(2, 9))) {
      const before = structuredClone(state);
      const next = reduce(state, event, { strict: true });
      expect(state).toEqual(before);
      state = next;
    }
  });
});

describe('threadTimes', () => {
  it('charges all of a thread’s life since its start, with the stretch it is in', () => {
    const state = stateOf(...ASKED, loses(1, 'gil'), takes(2), runs(2), waits(2, 7), takes(1));
    const times = (id: number, now: number) => threadTimes(state.threads.get(id)!, now);
    expect(times(1, 12)).toEqual({ busy: 5, gil: 2, core: 5, waiting: 0, total: 12 });
    expect(times(2, 12)).toEqual({ busy: 2, gil: 5, core: 0, waiting: 5, total: 12 });
  });

  it('leaves out what was before the start, and stops at the end', () => {
    const state = stateOf(machine(1), process(1), thread(1), runs(1, 0, 10), ends(1, 12));
    expect(threadTimes(state.threads.get(1)!, 99)).toEqual({
      busy: 2,
      gil: 0,
      core: 0,
      waiting: 0,
      total: 2,
    });
  });
});

describe('a strict fold', () => {
  it.each<[string, string, Entry[]]>([
    ['a process of no machine', 'there is no machine 1', [process(1)]],
    ['a process that began before', 'process 1 began before', [machine(1), process(1), process(1)]],
    ['a thread of no process', 'there is no process 2', [machine(1), process(1), thread(1, 2)]],
    ['a thread created before', 'thread 1 was created before', [...TWO, thread(1)]],
    ['a thread nobody has heard of', 'there is no thread 9', [...TWO, runs(9)]],
    [
      'two threads of a process with a GIL that run at once',
      'thread 1 holds the GIL of process 1',
      [...TWO, runs(2, 1)],
    ],
    ['two threads on one core', 'thread 1 runs on core 0', [...FREE, runs(2)]],
    ['a core that is not there', 'there is no core 1, only 0 to 0', [...FREE, loses(1, 'slice'), runs(2, 1)]],
    [
      'a thread that runs without having taken the GIL it waits for',
      'thread 2 waits for the GIL, and has not taken it',
      [...ASKED, loses(1, 'gil'), runs(2)],
    ],
    [
      'a running thread that comes to run',
      'thread 1 is running, and this happens only to one that is new or waiting or ready',
      [...TWO, runs(1)],
    ],
    [
      'a thread that runs after its end',
      'thread 1 is done, and this happens only to one that is new or waiting or ready',
      [...TWO, ends(1), runs(1)],
    ],
    [
      'a thread that waits without running',
      'thread 2 is new, and this happens only to one that is running',
      [...TWO, waits(2)],
    ],
    [
      'a thread that ends without running',
      'thread 2 is ready, and this happens only to one that is running',
      [...TWO, lacks(2, 'gil'), ends(2)],
    ],
    [
      'a preemption of one that does not run',
      'thread 2 is new, and this happens only to one that is running',
      [...TWO, loses(2, 'slice')],
    ],
    ['a GIL that is dropped unasked', 'nobody has asked for the GIL', [...TWO, loses(1, 'gil')]],
    [
      'a thread that waits for a GIL that nobody else holds',
      'the GIL of process 1 is not held by another thread',
      [machine(1), process(1), thread(1), lacks(1, 'gil')],
    ],
    [
      'a thread that waits for a GIL that is not there',
      'the GIL of process 1 is not held by another thread',
      [...FREE, lacks(2, 'gil')],
    ],
    [
      'a thread that waits for a core while one is free',
      'thread 2 does not have to wait: there is a free core',
      [...FREE, ends(1), lacks(2, 'core')],
    ],
    [
      'a thread that becomes ready twice',
      'thread 2 waits for the gil already',
      [...TWO, lacks(2, 'gil'), lacks(2, 'gil')],
    ],
    [
      'one that asks for the GIL without waiting for it',
      'thread 2 does not wait for the GIL',
      [...TWO, asks(2, 1)],
    ],
    [
      'one that asks somebody who does not hold the GIL',
      'thread 2 does not hold the GIL, thread 1 does',
      [...TWO, lacks(2, 'gil'), asks(2, 2)],
    ],
    ['a GIL that is given to one who did not wait', 'thread 2 does not wait for the GIL', [...TWO, takes(2)]],
    [
      'a GIL that is given while somebody has it',
      'thread 1 holds the GIL of process 1',
      [...TWO, lacks(2, 'gil'), takes(2)],
    ],
    ['a release by one who does not hold', 'thread 1 does not hold resource 3', [...TWO, hold(1, 3, false)]],
    [
      'a wait for an unknown thread',
      'there is no thread 9',
      [...TWO, { kind: 'thread:wait', thread: 1, target: 9, on: 'thread', reason: 'join', name: '' }],
    ],
  ])('refuses %s', (_, message, entries) => {
    expect(refusal(...entries)).toContain(`: ${message}; the trace was edited`);
    expect(() => stateAt(Trace.of(log(...entries)), entries.length)).not.toThrow();
  });
});
