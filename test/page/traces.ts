/** Traces to draw: those of all demos, and a large one. */

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Demo, playDemo } from 'loopscope/node';
import {
  busy,
  type Coroutine,
  compute,
  createTask,
  gather,
  Lock,
  Queue,
  Recorder,
  run,
  runThreads,
  sleep,
  Thread,
} from '../../src/index.ts';
import type { Trace } from '../../src/trace/trace.ts';

const folder = fileURLToPath(new URL('../../demos/', import.meta.url));

/** The demos by name, those that run anything. */
export const demoNames = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

/** The traces of a demo, with their titles. */
export async function demoTraces(name: string): Promise<{ title: string; trace: Trace }[]> {
  const module = (await import(`../../demos/${name}.ts`)) as { default: Demo };
  return playDemo(module.default).map(({ title, trace }) => ({ title, trace }));
}

/** A trace of at least `events` events: `tasks` tasks that wait, compute, lock and hand on to one another. */
export function largeTrace(events: number, tasks: number): Trace {
  const recorder = new Recorder();
  // About 12 events a round.
  const rounds = Math.ceil(events / 11 / tasks);
  run(
    function* main(): Coroutine<void> {
      const lock = new Lock('ledger');
      const queue = new Queue<number>(0, 'letters');
      function* work(id: number): Coroutine<void> {
        for (let round = 0; round < rounds; round++) {
          yield* sleep(5 + ((id * 7 + round * 13) % 50));
          if ((id + round) % 3 === 0) compute(((id * round) % 7) / 10, 'sum');
          if ((id + round) % 5 === 0) {
            yield* lock.acquire();
            yield* sleep(0.2);
            lock.release();
          }
          if (id % 4 === 1) yield* queue.put(round);
          else if (id % 4 === 3 && queue.qsize() > 0) yield* queue.get();
        }
      }
      yield* gather(Array.from({ length: tasks }, (_, id) => createTask(work(id), { name: `worker ${id}` })));
    },
    { trace: recorder },
  );
  return recorder.toTrace();
}

/** A trace of many threads that compute by turns under one GIL. */
export function threadsTrace(threads: number, rounds: number): Trace {
  const recorder = new Recorder();
  runThreads(
    function* main(): Coroutine<void> {
      const all = Array.from(
        { length: threads },
        (_, id) =>
          new Thread(
            function* (): Coroutine<void> {
              for (let round = 0; round < rounds; round++) yield* busy(1 + ((id + round) % 4), 'count');
            },
            { name: `thread ${id}` },
          ),
      );
      for (const thread of all) thread.start();
      for (const thread of all) yield* thread.join();
    },
    { trace: recorder },
  );
  return recorder.toTrace();
}
