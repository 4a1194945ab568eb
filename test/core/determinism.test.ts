/** The same program gives the same run, whoever looks on: over the whole conformance corpus. */
import { expect, it, vi } from 'vitest';
import {
  EventLoop,
  type LoopOptions,
  Recorder,
  runScript,
  type TraceEvent,
  type TraceSink,
  World,
} from '../../src/index.ts';
import { runProgram } from '../conformance/adapter.ts';
import { CORPUS, loadPrograms, programFiles } from '../conformance/corpus.ts';

const programs = programFiles(CORPUS).flatMap(loadPrograms);

/** The log of each program, and its trace. */
function runs(options: () => LoopOptions): { log: unknown; events: TraceEvent[] }[] {
  return programs.map(({ expect: _, ...program }) => {
    const recorder = new Recorder();
    const log = runScript(() => runProgram(program as never), { trace: recorder, ...options() });
    return { log, events: [...recorder.toTrace()] };
  });
}

const plain = runs(() => ({}));

/** The names of the programs that ran differently. */
const different = (others: typeof plain) =>
  others.flatMap((run, i) => (JSON.stringify(run) === JSON.stringify(plain[i]) ? [] : [programs[i]?.name]));

it('a program that is run again leaves the same trace', () => {
  expect(plain.reduce((sum, { events }) => sum + events.length, 0)).toBeGreaterThan(10_000);
  expect(different(runs(() => ({})))).toEqual([]);
});

it('a program that nobody records does the same, in as many iterations', () => {
  const iterations: number[] = [];
  const { close } = EventLoop.prototype;
  vi.spyOn(EventLoop.prototype, 'close').mockImplementation(function closeAndTell(this: EventLoop) {
    iterations.push(this.iteration);
    close.call(this);
  });
  const recorded = runs(() => ({})).map(({ log }) => log);
  const ofRecorded = iterations.splice(0);
  const unrecorded = programs.map(({ expect: _, ...program }) => runProgram(program as never));
  vi.restoreAllMocks();
  expect(unrecorded).toEqual(recorded);
  expect(iterations).toEqual(ofRecorded);
  expect(ofRecorded.length).toBeGreaterThan(programs.length / 2);
});

it('debug mode, in which no wait is used twice, changes nothing but the reports', () => {
  expect(different(runs(() => ({ debug: true, exceptionHandler: () => {} })))).toEqual([]);
});

it('a policy that only picks the first changes nothing, but that it was asked is told', () => {
  const asked = runs(() => ({ policy: { choose: () => 0 } }));
  const untold = asked.map(({ log, events }) => ({ log, kinds: events.flatMap(withoutChoices) }));
  const expected = plain.map(({ log, events }) => ({ log, kinds: events.flatMap(withoutChoices) }));
  expect(untold).toEqual(expected);
  function withoutChoices({ kind, time }: TraceEvent): string[] {
    return kind === 'choice' ? [] : [`${time} ${kind}`];
  }
});

it('listeners that throw change nothing', () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  const disturbed = programs.map(({ expect: _, ...program }) => {
    const recorder = new Recorder();
    const world = new World(recorder as TraceSink);
    world.tracer.onAny(() => {
      throw new Error('bad listener');
    });
    const log = runScript(() => runProgram(program as never), { world });
    return { log, events: [...recorder.toTrace()] };
  });
  expect(error.mock.calls.length).toBe(programs.length);
  error.mockRestore();
  expect(different(disturbed)).toEqual([]);
});
