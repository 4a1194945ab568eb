/** The loop keeps the tasks that wait; those that are done, with what they returned, it must let go. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { type Coroutine, createTask, Event, run, sleep } from '../../src/index.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const MB = 2 ** 20;

function liveBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** Waits for something else than a sleep, and returns so much. */
function* result(bytes: number): Coroutine<number[]> {
  const open = new Event();
  createTask(
    (function* opener(): Coroutine<void> {
      open.set();
    })(),
  );
  yield* open.wait();
  return new Array<number>(bytes / 8).fill(1.5);
}

it('of 50 tasks of 1 MB that were awaited one after the other hardly one is kept, also after a burst of tasks', () => {
  const grown = run(function* main(): Coroutine<number> {
    const burst = Array.from({ length: 300 }, () => createTask(result(8)));
    for (const task of burst) yield* task;
    const before = liveBytes();
    for (let turn = 0; turn < 50; turn++) yield* createTask(result(MB));
    yield* sleep(1);
    return liveBytes() - before;
  });
  expect(grown).toBeLessThan(5 * MB);
});
