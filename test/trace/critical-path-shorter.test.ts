/**
 * What the critical path is for: shorten what is on it, and the end comes sooner; shorten what isn't, and it doesn't.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Adjust,
  type Coroutine,
  createTask,
  criticalPath,
  Device,
  gather,
  Recorder,
  run,
  sleep,
  type Trace,
} from '../../src/index.ts';

type Step = { readonly do: 'sleep' | 'disk' | 'net'; readonly ms: number };

const workloads: fc.Arbitrary<Step[][]> = fc.array(
  fc.array(fc.record({ do: fc.constantFrom('sleep', 'disk', 'net'), ms: fc.integer({ min: 1, max: 9 }) }), {
    maxLength: 4,
  }),
  { minLength: 1, maxLength: 5 },
);

/** Nothing else is so long, nor any sum of some of them: no two paths are equal, and the next is this far away at least. */
const LEAST_GAP = 2 ** -22;
const A_LITTLE = LEAST_GAP / 4;

/** Runs independent tasks; the end of `shorter`, `t1 0` for the first thing that t1 does, comes a little sooner. */
function runShorter(workload: readonly (readonly Step[])[], shorter: string | null): Trace {
  let things = 0;
  const steps = workload.map((own, task) =>
    own.map(({ do: what, ms }, i) => ({ what, ms: ms + 2 ** -++things, key: `t${task} ${i}` })),
  );
  const slept = new Map<string, number>();
  const adjust: Adjust = ({ kind, owner, label }, ms) => {
    let key = label;
    if (kind === 'sleep') {
      const task = owner!.name;
      const number = Number(task.slice(1));
      const sleeps = steps[number]!.filter(({ what }) => what === 'sleep');
      const nth = slept.get(task) ?? 0;
      slept.set(task, nth + 1);
      key = sleeps[nth]!.key;
    }
    return key === shorter ? ms - A_LITTLE : ms;
  };
  const recorder = new Recorder();
  run(
    function* () {
      const disk = new Device({ name: 'disk', channels: 1 });
      const net = new Device({ name: 'net', channels: 2 });
      function* act(own: (typeof steps)[number]): Coroutine<void> {
        for (const { what, ms, key } of own) {
          if (what === 'sleep') yield* sleep(ms);
          else yield* (what === 'disk' ? disk : net).request({ label: key, latency: ms });
        }
      }
      yield* gather(steps.map((own, i) => createTask(act(own), { name: `t${i}` })));
    },
    { trace: recorder, name: 'main', adjust },
  );
  return recorder.toTrace();
}

/** What of a workload is on the critical path. */
function critical(workload: readonly (readonly Step[])[], trace: Trace): Set<string> {
  const keys = new Set<string>();
  for (const { who, what, label, events } of criticalPath(trace).segments) {
    if (what === 'request') keys.add(label);
    else {
      const sets = [...trace].filter((event) => event.kind === 'timer:set' && event.task === who.id);
      const nth = sets.findIndex(({ seq }) => seq === events[0]);
      const own = workload[Number(who.name.slice(1))]!;
      const places = own.flatMap(({ do: one }, i) => (one === 'sleep' ? [i] : []));
      keys.add(`${who.name} ${places[nth]}`);
    }
  }
  return keys;
}

describe('where the order of things doesn’t depend on time', () => {
  it('the end comes sooner by what is taken from the path, and by nothing that is taken from the rest', () => {
    fc.assert(
      fc.property(workloads, (workload) => {
        const trace = runShorter(workload, null);
        const onPath = critical(workload, trace);
        workload.forEach((own, task) => {
          own.forEach((_, i) => {
            const key = `t${task} ${i}`;
            const sooner = trace.endTime - runShorter(workload, key).endTime;
            expect(sooner, key).toBe(onPath.has(key) ? A_LITTLE : 0);
          });
        });
      }),
      { numRuns: 150 },
    );
  });
});
