import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  busy,
  type Coroutine,
  compute,
  createTask,
  Device,
  gather,
  latency,
  query,
  Recorder,
  run,
  runThreads,
  sleep,
  Thread,
  type Trace,
  toThread,
} from '../../src/index.ts';
import { programOf, tasksAtRandom } from '../testing/random-programs.ts';

function traced(program: () => Coroutine<unknown>): Trace {
  const recorder = new Recorder();
  run(program, { trace: recorder, name: 'main', print: () => {} });
  return recorder.toTrace();
}

/** The delays in short: `beat overdue 10-50 by main: query`. */
function delays(trace: Trace): string[] {
  return latency(trace).delays.map(({ victim, how, from, to, culprit, label, ms }) => {
    const part = ms === to - from ? '' : ` (${ms} ms)`;
    return `${victim.name} ${how} ${from}-${to}${part} by ${culprit.name}${label && `: ${label}`}`;
  });
}

function* work(ms: number, label = ''): Coroutine<void> {
  compute(ms, label);
}

function* nap(ms: number): Coroutine<void> {
  yield* sleep(ms);
}

describe('latency: who was late, because of whom', () => {
  it('tells of tasks that were ready while others ran', () => {
    const trace = traced(function* () {
      yield* gather(['a', 'b', 'c'].map((name) => createTask(work(10, 'sum'), { name })));
    });
    expect(delays(trace)).toEqual([
      'b ready 0-10 by a: sum',
      'c ready 0-10 by a: sum',
      'c ready 10-20 by b: sum',
    ]);
    const { byCulprit, byVictim, total } = latency(trace);
    expect(total).toBe(30);
    expect(byCulprit.map(({ who, ms, others }) => [who.name, ms, others])).toEqual([
      ['a', 20, 2],
      ['b', 10, 1],
    ]);
    expect(byVictim.map(({ who, ms, others }) => [who.name, ms, others])).toEqual([
      ['c', 20, 2],
      ['b', 10, 1],
    ]);
  });

  it('tells of timers and answers that the loop noticed too late', () => {
    const trace = traced(function* () {
      const net = new Device({ name: 'net', latency: 12 });
      const beat = createTask(nap(10), { name: 'beat' });
      const page = createTask(
        (function* () {
          yield* net.request();
        })(),
        { name: 'page' },
      );
      yield* sleep(5);
      compute(25, 'report');
      yield* gather(beat, page);
    });
    expect(delays(trace)).toEqual([
      'beat overdue 10-30 by main: report',
      'page overdue 12-30 by main: report',
    ]);
  });

  it('is silent about one who keeps itself waiting', () => {
    const trace = traced(function* () {
      const net = new Device({ name: 'net', latency: 10 });
      const answer = net.request();
      compute(30);
      yield* answer;
    });
    expect(latency(trace)).toEqual({ delays: [], total: 0, byCulprit: [], byVictim: [] });
  });

  it('tells of threads that lacked the GIL, and shares out what many on the cores did', () => {
    const recorder = new Recorder();
    const body = () => busy(4, 'count')[Symbol.iterator]() as Coroutine<void>;
    const team = (names: string[]) =>
      function* (): Coroutine<void> {
        const threads = names.map((name) => new Thread(body, { name }).start());
        for (const thread of threads) yield* thread.join();
      };
    runThreads(team(['a', 'b']), { trace: recorder, name: 'main' });
    expect(delays(recorder.toTrace())).toEqual(['b gil 0-4 by a: count', 'main gil 4-8 by b: count']);
    const cores = new Recorder();
    runThreads(team(['a', 'b', 'c']), { trace: cores, name: 'main', gil: false, cores: 2, timeSlice: 100 });
    expect(delays(cores.toTrace())).toEqual([
      'c core 0-4 (2 ms) by a: count',
      'c core 0-4 (2 ms) by b: count',
    ]);
  });

  it('blames the thread that had the GIL for what the loop’s tasks waited', () => {
    const recorder = new Recorder();
    function* main(): Coroutine<void> {
      const job = createTask(
        toThread(function* () {
          yield* busy(20, 'zip');
        }),
        { name: 'job' },
      );
      yield* sleep(2);
      yield* job;
    }
    run(main, { trace: recorder, name: 'main' });
    expect(delays(recorder.toTrace())).toEqual(['main overdue 2-7 by asyncio-0: zip']);
  });

  it('refuses to list how each of 310 threads waited for each turn of all others', () => {
    const recorder = new Recorder();
    runThreads(
      function* main() {
        function* count(): Coroutine<void> {
          yield* busy(60);
        }
        const all = Array.from({ length: 310 }, () => new Thread(count));
        for (const thread of all) thread.start();
        for (const thread of all) yield* thread.join();
      },
      { trace: recorder },
    );
    expect(() => latency(recorder.toTrace())).toThrow(
      new RangeError(
        'more than 1000000 delays: so many wait for so many others that a list of them says nothing; ask a smaller run of the program',
      ),
    );
  });

  it('adds up to the time that tasks were ready, and never more than the trace is long for one of them', () => {
    fc.assert(
      fc.property(tasksAtRandom, (tasks) => {
        const recorder = new Recorder();
        try {
          run(programOf(tasks), { trace: recorder, print: () => {}, exceptionHandler: () => {} });
        } catch {
          // What happened up to there is told as well.
        }
        const trace = recorder.toTrace();
        const { delays: all, total, byCulprit, byVictim } = latency(trace);
        const sum = (list: readonly { readonly ms: number }[]) => list.reduce((ms, one) => ms + one.ms, 0);
        expect(sum(byCulprit)).toBeCloseTo(total);
        expect(sum(byVictim)).toBeCloseTo(total);
        for (const task of query(trace).tasks()) {
          const own = all.filter(({ victim }) => victim.kind === 'task' && victim.id === task.id);
          const { ready, waiting } = query(trace).timesOf(task.id);
          const isOver = task.doneAt !== null;
          if (isOver) expect(sum(own.filter(({ how }) => how === 'ready'))).toBeCloseTo(ready);
          expect(sum(own.filter(({ how }) => how === 'overdue'))).toBeLessThanOrEqual(waiting + 1e-9);
          expect(own.filter(({ culprit }) => culprit.kind === 'task' && culprit.id === task.id)).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
