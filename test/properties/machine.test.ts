/**
 * What must hold for all programs of threads, whatever the operating system decides: found by running random ones under
 * random choices, and by looking at nothing but the trace.
 */

import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blocked,
  busy,
  type Coroutine,
  Machine,
  type MachineOptions,
  Recorder,
  runScript,
  runThreads,
  Thread,
  ThreadLock,
  ThreadQueue,
  type TraceEvent,
} from '../../src/index.ts';
import { runProgram } from '../conformance/adapter.ts';
import { loadPrograms, programFiles } from '../conformance/corpus.ts';

describe('a loop on a machine without threads', { timeout: 60_000 }, () => {
  const folder = fileURLToPath(new URL('../conformance/programs', import.meta.url));
  const corpus = programFiles(folder).flatMap(loadPrograms);

  it('does what it does without a machine, to the byte, in every program of the corpus', () => {
    for (const { expect: _, ...program } of corpus) {
      const traces = [{}, { machine: new Machine({ cores: 2, gil: false }) }].map((options) => {
        const trace = new Recorder();
        runScript(() => runProgram(program as never), { trace, ...options });
        return JSON.stringify([...trace]);
      });
      expect(traces[1], program.name).toBe(traces[0]);
    }
  });
});

/** What a thread does, one thing after another. */
type Action =
  | { readonly do: 'busy' | 'native' | 'blocked' | 'locked'; readonly ms: number }
  | { readonly do: 'put' | 'yield' };

const timed = (one: Action): one is Extract<Action, { ms: number }> => 'ms' in one;

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    do: fc.constantFrom('busy', 'native', 'blocked', 'locked'),
    ms: fc.integer({ min: 0, max: 20 }),
  }),
  fc.record({ do: fc.constantFrom('put', 'yield') }),
) as fc.Arbitrary<Action>;
const workload = fc.array(fc.array(action, { maxLength: 6 }), { minLength: 1, maxLength: 6 });
const machine = fc.record({
  cores: fc.integer({ min: 1, max: 4 }),
  gil: fc.boolean(),
  switchInterval: fc.constantFrom(1, 2.5, 5, 7),
  timeSlice: fc.constantFrom(1, 3, 4),
});

/** Runs a workload, with an operating system that decides by `choices`. */
function runAll(
  bodies: readonly (readonly Action[])[],
  options: MachineOptions,
  choices: readonly number[],
): TraceEvent[] {
  const trace = new Recorder();
  let asked = 0;
  const policy = {
    choose: (_: string, candidates: number) => (choices[asked++ % choices.length] ?? 0) % candidates,
  };
  function* body(actions: readonly Action[], lock: ThreadLock, queue: ThreadQueue<number>): Coroutine<void> {
    for (const one of actions) {
      if (!timed(one)) yield* one.do === 'put' ? queue.put(1) : busy(0);
      else if (one.do === 'blocked') yield* blocked(one.ms);
      else if (one.do === 'locked') yield* lock.run(() => busy(one.ms));
      else yield* busy(one.ms, '', { native: one.do === 'native' });
    }
  }
  runThreads(
    function* () {
      const lock = new ThreadLock('lock');
      const queue = new ThreadQueue<number>();
      const threads = bodies.map((actions) => new Thread(() => body(actions, lock, queue)).start());
      for (const thread of threads) yield* thread.join();
    },
    { ...options, trace, ...(choices.length > 0 && { policy }) },
  );
  return [...trace];
}

const declared = (bodies: readonly (readonly Action[])[]) =>
  bodies.map((actions) =>
    actions.reduce((sum, one) => sum + (timed(one) && one.do !== 'blocked' ? one.ms : 0), 0),
  );

const cases = fc.tuple(workload, machine, fc.array(fc.nat(5), { maxLength: 8 }));

describe('whatever the operating system decides', () => {
  it('every thread gets the CPU time that it wants, and no more', () => {
    fc.assert(
      fc.property(cases, ([bodies, options, choices]) => {
        const ran = new Map<number, number>();
        const since = new Map<number, number>();
        for (const event of runAll(bodies, options, choices)) {
          if (event.kind === 'thread:run') since.set(event.thread, event.time);
          if (
            event.kind === 'thread:preempt' ||
            event.kind === 'thread:wait' ||
            event.kind === 'thread:done'
          ) {
            ran.set(event.thread, (ran.get(event.thread) ?? 0) + event.time - since.get(event.thread)!);
          }
        }
        // Thread 1 is the main one, which does nothing.
        for (const [place, ms] of declared(bodies).entries()) expect(ran.get(place + 2)).toBeCloseTo(ms, 9);
      }),
      { numRuns: 300 },
    );
  });

  it('no two threads have the GIL, and no more run than there are cores, each on its own', () => {
    fc.assert(
      fc.property(cases, ([bodies, options, choices]) => {
        const onCore = new Map<number, number>();
        for (const event of runAll(bodies, options, choices)) {
          if (event.kind === 'thread:run') {
            expect(event.core).toBeLessThan(options.cores);
            expect([...onCore.values()]).not.toContain(event.core);
            onCore.set(event.thread, event.core);
          }
          if (event.kind === 'thread:preempt' || event.kind === 'thread:wait' || event.kind === 'thread:done')
            onCore.delete(event.thread);
          if (options.gil) expect(onCore.size).toBeLessThan(2);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('nobody waits for the GIL or a core that is free', () => {
    fc.assert(
      fc.property(cases, ([bodies, options, choices]) => {
        const phase = new Map<number, string>();
        let time = 0;
        const check = () => {
          const running = [...phase.values()].filter((one) => one === 'running').length;
          const lacking = (what: string) => [...phase.values()].some((one) => one === what);
          if (lacking('gil')) expect(running + Number(lacking('core'))).toBeGreaterThan(0);
          if (lacking('core')) expect(running).toBe(options.cores);
        };
        for (const event of runAll(bodies, options, choices)) {
          if (event.time > time) check(); // while time passed
          time = event.time;
          if (event.kind === 'thread:ready') phase.set(event.thread, event.lack);
          if (event.kind === 'gil:take') phase.set(event.thread, 'core');
          if (event.kind === 'thread:run') phase.set(event.thread, 'running');
          if (event.kind === 'thread:preempt') phase.set(event.thread, event.by === 'gil' ? 'gil' : 'core');
          if (event.kind === 'thread:wait' || event.kind === 'thread:done') phase.delete(event.thread);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('it takes at least as long as the longest thread, and as all the work on all the cores', () => {
    fc.assert(
      fc.property(cases, ([bodies, options, choices]) => {
        const end = runAll(bodies, options, choices).at(-1)!.time;
        const alone = bodies.map((actions) =>
          actions.reduce((sum, one) => sum + (timed(one) ? one.ms : 0), 0),
        );
        const work = declared(bodies).reduce((sum, ms) => sum + ms, 0);
        expect(end + 1e-6).toBeGreaterThanOrEqual(Math.max(...alone));
        expect(end + 1e-6).toBeGreaterThanOrEqual(work / (options.gil ? 1 : options.cores));
      }),
      { numRuns: 300 },
    );
  });

  it('the same decisions give the same trace, to the byte', () => {
    fc.assert(
      fc.property(cases, ([bodies, options, choices]) => {
        expect(JSON.stringify(runAll(bodies, options, choices))).toBe(
          JSON.stringify(runAll(bodies, options, choices)),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('causes come before their effects', () => {
    fc.assert(
      fc.property(cases, ([bodies, options, choices]) => {
        for (const { seq, cause } of runAll(bodies, options, choices)) expect(cause).toBeLessThan(seq);
      }),
      { numRuns: 100 },
    );
  });
});
