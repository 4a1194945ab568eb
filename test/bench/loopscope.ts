/**
 * The workloads as a user of loopscope writes them: the public door only, nothing tuned for the measurement.
 *
 * All coroutines are functions of the module. A `function*` written inside another function is a new one each time that
 * runs, whose coroutines have a shape of their own; V8 would then know the loop's calls as calls of anything.
 * `--together` measures that.
 */

import {
  type Coroutine,
  createTask,
  EventLoop,
  gather,
  Lock,
  now,
  Queue,
  Recorder,
  type RunOptions,
  run,
  sleep,
  type Task,
} from '../../src/index.ts';
import type { Contender, Meter } from './meter.ts';
import { BATCH, delayOf, nextRandom, type Size, seedOf, type WorkloadId } from './workloads.ts';

/** Awaits tasks one after the other: most are done by then, and cost nothing more. */
function* sumOf(tasks: readonly Task<number>[]): Coroutine<number> {
  let sum = 0;
  for (const task of tasks) sum += yield* task;
  return sum;
}

// ---- W1, REC ------------------------------------------------------------------------------------------

function* yieldTimes(turns: number): Coroutine<number> {
  for (let turn = 0; turn < turns; turn++) yield* sleep(0);
  return turns;
}

function* takeTurns({ tasks, turns }: Size, meter: Meter): Coroutine<number> {
  const all = [];
  for (let task = 0; task < tasks; task++) all.push(createTask(yieldTimes(turns)));
  yield* sleep(0); // now all have begun
  meter.start();
  const sum = yield* sumOf(all);
  meter.stop();
  return sum;
}

/** A main coroutine. */
type Main = (size: Size, meter: Meter) => Coroutine<number>;

/** Runs a main coroutine in a new loop. */
function running(main: Main, options: () => RunOptions = () => ({})): Contender {
  return (size, meter) => run(main(size, meter), options());
}

// ---- W2, W3 -------------------------------------------------------------------------------------------

function* sleepTimes(turns: number, seed: number): Coroutine<number> {
  let state = seed;
  for (let turn = 0; turn < turns; turn++) {
    state = nextRandom(state);
    yield* sleep(delayOf(state));
  }
  return turns;
}

function* sleepAll({ tasks, turns }: Size, meter: Meter): Coroutine<number> {
  const all: Task<number>[] = [];
  for (let task = 0; task < tasks; task++) all.push(createTask(sleepTimes(turns, seedOf(task))));
  yield* sleep(0); // now all sleep
  meter.start();
  yield* sumOf(all);
  meter.stop();
  return now();
}

function* sleepOnce(task: number): Coroutine<number> {
  yield* sleep(delayOf(seedOf(task)));
  return task;
}

function* gatherAll({ tasks }: Size, meter: Meter): Coroutine<number> {
  meter.start();
  const children: Coroutine<number>[] = [];
  for (let task = 0; task < tasks; task++) children.push(sleepOnce(task));
  const results = yield* gather(children);
  meter.stop();
  return now() + results.reduce((sum, result) => sum + result, 0);
}

// ---- W4, W5 -------------------------------------------------------------------------------------------

function* produce(queue: Queue<number>, items: number): Coroutine<void> {
  for (let item = 1; item <= items; item++) yield* queue.put(item);
}

function* consume(queue: Queue<number>, items: number): Coroutine<number> {
  let sum = 0;
  for (let count = 0; count < items; count++) sum += yield* queue.get();
  return sum;
}

function* passItems(capacity: number, { turns }: Size, meter: Meter): Coroutine<number> {
  meter.start();
  const queue = new Queue<number>(capacity);
  createTask(produce(queue, turns));
  const sum = yield* createTask(consume(queue, turns));
  meter.stop();
  return sum;
}

let lockOrder = 0;

function* holdTimes(lock: Lock, task: number, turns: number): Coroutine<number> {
  for (let turn = 0; turn < turns; turn++) {
    yield* lock.acquire();
    try {
      yield* sleep(0);
      lockOrder = nextRandom(lockOrder ^ task);
    } finally {
      lock.release();
    }
  }
  return turns;
}

function* shareLock({ tasks, turns }: Size, meter: Meter): Coroutine<number> {
  lockOrder = 0;
  const lock = new Lock();
  const all: Task<number>[] = [];
  for (let task = 0; task < tasks; task++) all.push(createTask(holdTimes(lock, task, turns)));
  yield* sleep(0); // now one holds the lock, the others wait for it
  meter.start();
  yield* sumOf(all);
  meter.stop();
  return lockOrder;
}

// ---- W6 -----------------------------------------------------------------------------------------------

function* trivial(value: number): Coroutine<number> {
  return value;
}

function* createAndAwait({ tasks }: Size, meter: Meter): Coroutine<number> {
  meter.start();
  let sum = 0;
  for (let task = 0; task < tasks; task++) sum += yield* createTask(trivial(task));
  meter.stop();
  return sum;
}

// ---- W7 -----------------------------------------------------------------------------------------------

const callsSoon: Contender = ({ tasks, turns }, meter) => {
  const loop = new EventLoop();
  let calls = 0;
  for (let task = 0; task < tasks; task++) {
    let left = turns;
    const step = () => {
      if (++calls === tasks * turns) loop.stop();
      if (--left > 0) loop.callSoon(step);
    };
    loop.callSoon(step);
  }
  meter.start();
  loop.runForever();
  meter.stop();
  loop.close();
  return calls;
};

const callsLater: Contender = ({ tasks, turns }, meter) => {
  const loop = new EventLoop();
  let called = 0;
  let end = 0;
  for (let task = 0; task < tasks; task++) {
    let state = seedOf(task);
    const step = () => {
      if (++called === tasks * turns) {
        end = loop.time();
        loop.stop();
      }
      state = nextRandom(state);
      loop.callLater(delayOf(state), step);
    };
    loop.callLater(delayOf(state), step);
  }
  meter.start();
  loop.runForever();
  meter.stop();
  loop.close();
  return end;
};

function never(): void {
  throw new Error('a timeout that was cancelled ran');
}

/** A batch in every callback, so that a loop that clears away cancelled timers between callbacks can do so. */
const armAndCancel: Contender = ({ tasks, turns }, meter) => {
  const loop = new EventLoop();
  for (let task = 0; task < tasks; task++) loop.callLater(delayOf(seedOf(task)), never);
  let state = seedOf(tasks);
  let left = tasks * turns;
  const batch = () => {
    for (let pair = 0; pair < BATCH; pair++) {
      state = nextRandom(state);
      loop.callLater(delayOf(state), never).cancel();
    }
    left -= BATCH;
    if (left > 0) loop.callSoon(batch);
    else loop.stop();
  };
  loop.callSoon(batch);
  meter.start();
  loop.runForever();
  meter.stop();
  loop.close();
  return tasks;
};

// ---- W8 -----------------------------------------------------------------------------------------------

function* below(levels: number, turns: number): Coroutine<number> {
  if (levels > 0) return yield* below(levels - 1, turns);
  for (let turn = 0; turn < turns; turn++) yield* sleep(0);
  return turns;
}

function* takeTurnsBelow(levels: number, { tasks, turns }: Size, meter: Meter): Coroutine<number> {
  const all: Task<number>[] = [];
  for (let task = 0; task < tasks; task++) all.push(createTask(below(levels, turns)));
  yield* sleep(0); // now all have begun
  meter.start();
  const sum = yield* sumOf(all);
  meter.stop();
  return sum;
}

// ---- MEM ----------------------------------------------------------------------------------------------

function* sleepLong(task: number): Coroutine<void> {
  yield* sleep(1_000 + task);
}

function* sleepTogether({ tasks }: Size, meter: Meter): Coroutine<number> {
  meter.start();
  for (let task = 0; task < tasks; task++) createTask(sleepLong(task));
  yield* sleep(0); // now all sleep
  meter.stop();
  yield* sleep(1_000 + tasks - 1);
  return now();
}

/** loopscope at every workload; REC is W1 with every event recorded. */
export const loopscope: { readonly [Id in WorkloadId]: Contender } = {
  W1: running(takeTurns),
  W2: running(sleepAll),
  W3: running(gatherAll),
  'W4-1': running((size, meter) => passItems(1, size, meter)),
  'W4-64': running((size, meter) => passItems(64, size, meter)),
  W5: running(shareLock),
  W6: running(createAndAwait),
  W7s: callsSoon,
  W7l: callsLater,
  W7c: armAndCancel,
  'W8-1': running((size, meter) => takeTurnsBelow(1, size, meter)),
  'W8-10': running((size, meter) => takeTurnsBelow(10, size, meter)),
  MEM: running(sleepTogether),
  REC: running(takeTurns, () => ({ trace: new Recorder() })),
};
