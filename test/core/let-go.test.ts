/** What a loop must let go: tasks that are done, with what they returned, and listeners that were taken off. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { type Coroutine, createTask, Event, EventLoop, run, sleep } from '../../src/index.ts';

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

it('of 1,000 listeners that came and went, with 10 kB each, hardly one is kept', () => {
  const loop = new EventLoop();
  const before = liveBytes();
  for (let count = 0; count < 1_000; count++) {
    const held = new Array<number>(1_280).fill(1.5);
    const listener = () => held.length;
    loop.tracer.on('print', listener).off('print', listener);
  }
  expect(liveBytes() - before).toBeLessThan(5 * MB);
  expect(loop.tracer.active).toBe(false);
});
