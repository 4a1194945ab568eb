import { describe, expect, it } from 'vitest';
import {
  blocked,
  busy,
  type Coroutine,
  compute,
  type Program,
  query,
  Recorder,
  run,
  runInExecutor,
  runThreads,
  sleep,
  Thread,
  type TraceQuery,
} from '../../src/index.ts';

/** Two threads that compute 12 ms each, for one GIL or for none; one waits afterwards. */
function rivals(gil: boolean): TraceQuery {
  const trace = new Recorder();
  runThreads(
    function* () {
      const a = new Thread(() => work(0), { name: 'a' }).start();
      const b = new Thread(() => work(6), { name: 'b' }).start();
      yield* a.join();
      yield* b.join();
    },
    { trace, gil },
  );
  return query(trace.toTrace());
}

function* work(pause: number): Coroutine<void> {
  yield* busy(12);
  if (pause > 0) yield* blocked(pause, 'pause');
}

function asked(main: Program): TraceQuery {
  const trace = new Recorder();
  run(main, { trace, name: 'main' });
  return query(trace.toTrace());
}

/** A worker digs for 20 ms; the loop wants to compute from 5 ms on. */
function* stretched(): Coroutine<void> {
  const job = runInExecutor(null, function* () {
    yield* busy(20);
  });
  yield* sleep(5);
  compute(8, 'sort');
  yield* job;
}

describe('asking for threads', () => {
  it('gives them in the order in which they were made, and each by its id or name', () => {
    const threads = rivals(true);
    expect(threads.threads().map(({ id, name }) => [id, name])).toEqual([
      [1, 'MainThread'],
      [2, 'a'],
      [3, 'b'],
    ]);
    expect(threads.thread('b')).toBe(threads.thread(3));
    expect(threads.thread('a').switches).toEqual({ voluntary: 0, forced: 2 });
  });

  it('refuses a thread that is not there, or a name that several have', () => {
    expect(() => rivals(true).thread('c')).toThrow(
      'the trace has no thread "c"; it has 1 "MainThread", 2 "a", 3 "b"',
    );
    const trace = new Recorder();
    runThreads(
      function* () {
        yield* new Thread(() => work(0), { name: 'twin' }).start().join();
        yield* new Thread(() => work(0), { name: 'twin' }).start().join();
      },
      { trace },
    );
    expect(() => query(trace.toTrace()).thread('twin')).toThrow(
      'several threads are named "twin", ask for one by its id: 2 "twin", 3 "twin"',
    );
  });

  it('gives the life of a thread without gaps', () => {
    expect(rivals(true).threadSlicesOf('b')).toEqual([
      { from: 0, to: 5, state: 'gil' },
      { from: 5, to: 10, state: 'running' },
      { from: 10, to: 15, state: 'gil' },
      { from: 15, to: 20, state: 'running' },
      { from: 20, to: 22, state: 'gil' },
      { from: 22, to: 24, state: 'running' },
      { from: 24, to: 30, state: 'waiting', reason: 'pause' },
    ]);
  });

  it('sums up a life', () => {
    expect(rivals(true).threadTimesOf('b')).toEqual({ busy: 12, gil: 12, core: 0, waiting: 6, total: 30 });
    expect(rivals(false).threadTimesOf('b')).toEqual({ busy: 12, gil: 0, core: 0, waiting: 6, total: 18 });
  });

  it('says how much two of them ran at once: nothing with a GIL', () => {
    expect(rivals(true).threadOverlap('a', 'b')).toEqual({ running: 0, waiting: 0 });
    expect(rivals(false).threadOverlap('a', 'b')).toEqual({ running: 12, waiting: 0 });
    expect(rivals(false).threadOverlap('MainThread', 'b')).toEqual({ running: 0, waiting: 6 });
  });
});

describe('asking for the loop where there are threads', () => {
  it('tells when it lacked the GIL, in the middle of a computation too, and leaves no gap', () => {
    expect(asked(stretched).loopSlices()).toEqual([
      { from: 0, to: 5, state: 'idle', task: 0, label: '' },
      { from: 5, to: 10, state: 'gil', task: 0, label: '' },
      { from: 10, to: 15, state: 'computing', task: 1, label: 'sort' },
      { from: 15, to: 20, state: 'gil', task: 0, label: '' },
      { from: 20, to: 23, state: 'computing', task: 1, label: 'sort' },
      { from: 23, to: 28, state: 'idle', task: 0, label: '' },
    ]);
  });

  it('takes a task and a thread of the same number for two', () => {
    const both = asked(stretched);
    expect([both.task(1).name, both.thread(1).name]).toEqual(['main', 'MainThread']);
    expect(both.eventsOf(1).every(({ kind }) => !kind.startsWith('thread'))).toBe(true);
  });
});
