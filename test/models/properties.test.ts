/**
 * What holds for every workload under every model, on every machine. Times are whole ms, so that sums are exact.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allModels,
  blocked,
  busy,
  type Comparison,
  compare,
  network,
  request,
  type SchedulingPolicy,
  saveTrace,
  summarize,
  type TraceEvent,
} from '../../src/index.ts';
import { naiveSummary } from './naive.ts';
import { activities, costs, longestOf, machines, workIn, workloadOf } from './random-workloads.ts';

/** What an operating system might pick where the rules leave it open; nothing: the faithful answer. */
const picks = fc.array(fc.nat(), { maxLength: 12 });

function policyOf(picked: readonly number[]): { policy?: SchedulingPolicy } {
  if (picked.length === 0) return {};
  let turn = 0;
  return { policy: { choose: (_, candidates) => picked[turn++ % picked.length]! % candidates } };
}

/** Holds a property for each run of random work on a random machine. */
function forAll(
  check: (run: Comparison, steps: Parameters<typeof workloadOf>[0]) => void,
  free = false,
): void {
  fc.assert(
    fc.property(activities, machines, costs, picks, (steps, machine, given, picked) => {
      const options = {
        ...machine,
        ...policyOf(picked),
        maxEvents: 50_000,
        ...(free ? {} : { costs: given }),
      };
      for (const run of compare(workloadOf(steps), allModels(), options)) {
        expect(run.error).toBe(null);
        check(run, steps);
      }
    }),
    { numRuns: 40 },
  );
}

/** Who runs, after each event: threads by core, with their processes. */
function* stages(
  events: Iterable<TraceEvent>,
): Iterable<{ cores: Map<number, number>; processes: number[] }> {
  const cores = new Map<number, number>();
  const processOf = new Map<number, number>();
  for (const event of events) {
    if (event.kind === 'thread:create') processOf.set(event.thread, event.process);
    if (event.kind === 'thread:run') {
      expect(cores.has(event.core), 'two threads on one core').toBe(false);
      cores.set(event.core, event.thread);
    }
    if (event.kind === 'thread:preempt' || event.kind === 'thread:wait' || event.kind === 'thread:done')
      for (const [core, thread] of cores) if (thread === event.thread) cores.delete(core);
    yield { cores, processes: Array.from(cores.values(), (thread) => processOf.get(thread)!) };
  }
}

describe('under every model', () => {
  it('the work that is done is the work that was declared, whatever it costs to do it', () => {
    forAll(({ summary }, steps) => expect(summary.busy).toBe(workIn(steps)));
  });

  it('no two threads of a process with a GIL run at once, and no more than there are cores', () => {
    forAll(({ trace, title, summary }) => {
      for (const { cores, processes } of stages(trace)) {
        expect(cores.size).toBeLessThanOrEqual(summary.cores);
        if (title !== 'free threads') expect(new Set(processes).size).toBe(processes.length);
      }
    });
  });

  it('nothing is done before the longest activity could be, or all the work on all the cores', () => {
    forAll(({ summary }, steps) => {
      expect(summary.makespan).toBeGreaterThanOrEqual(longestOf(steps));
      expect(summary.makespan * summary.cores).toBeGreaterThanOrEqual(workIn(steps) + summary.overhead.total);
    });
  });

  it('where nothing costs anything, nothing is lost, and nobody is slower than one after the other', () => {
    forAll(({ summary, speedUp }) => {
      expect(summary.overhead).toEqual({ total: 0, switch: 0, create: 0, pickle: 0 });
      expect(speedUp ?? 1).toBeGreaterThanOrEqual(1);
    }, true);
  });

  it('the figures are those that the recorded trace gives when they are added up slowly', () => {
    forAll(({ summary, trace, model }) => {
      const given = model.name === 'sequential' ? { processMemory: 1000 } : undefined;
      const memory = given ?? { processMemory: 1000, threadMemory: 100, coroutineMemory: 1 };
      expect(summary).toEqual(naiveSummary(trace, summary.cores, memory));
      expect(summarize(trace, { cores: summary.cores, costs: memory })).toEqual(summary);
    });
  });

  it('a thread always either runs or waits for something: the sum of it all is the sum of their lives', () => {
    forAll(({ summary, trace, title }) => {
      if (title === 'sequential' || title === 'coroutines') return;
      const lives = [...trace].reduce((sum, event) => {
        if (event.kind === 'thread:create') return sum - event.time;
        return event.kind === 'thread:done' ? sum + event.time : sum;
      }, 0);
      const waited = Object.values(summary.waiting).reduce((sum, ms) => sum + ms, 0);
      expect(summary.busy + summary.overhead.total + waited).toBe(lives);
    });
  });

  it('the same seed gives the same trace to the byte, and another one another', () => {
    const net = network();
    const work = { a: [request(net), busy(3)], b: [request(net), busy(7)], c: [busy(11), request(net)] };
    const traces = (seed: number) =>
      compare(work, allModels(), { seed }).map(({ trace }) => saveTrace(trace));
    expect(traces(1)).toEqual(traces(1));
    const [one, other] = [traces(1), traces(2)];
    one.forEach((text, i) => {
      expect(text).not.toBe(other[i]);
    });
  });

  it('it all holds for times that are no whole numbers as well, but for a hair', () => {
    const ms = fc.double({ min: 0, max: 20, noNaN: true });
    const interval = fc.double({ min: 0.1, max: 8, noNaN: true });
    const work = fc.array(fc.array(ms, { maxLength: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(work, interval, interval, (times, switchInterval, timeSlice) => {
        const declared = Object.fromEntries(
          times.map((own, i) => [`a${i}`, own.flatMap((time) => [busy(time), blocked(time / 2)])]),
        );
        const cpu = times.flat().reduce((sum, time) => sum + time, 0);
        for (const { summary, speedUp } of compare(declared, allModels(), {
          switchInterval,
          timeSlice,
          cores: 2,
        })) {
          expect(Math.abs(summary.busy - cpu)).toBeLessThan(1e-6);
          expect(summary.makespan * 2).toBeGreaterThan(cpu - 1e-6);
          expect(speedUp ?? 1).toBeGreaterThan(1 - 1e-9);
        }
      }),
    );
  });
});
