/**
 * The floor of each workload: the same work on bare generators and plain structures, with no loop at all.
 *
 * A floor does what any loop written in JavaScript must do for the workload: resume as many generators as often, in the
 * same order, keep as many times in a heap. It leaves out whatever makes that a loop: tasks and futures, waiting on
 * anything, callbacks on results, cancellation, contexts, errors, hooks. It is well made, but keeps to the obvious
 * structure: nothing is unrolled, no two steps are folded into one.
 *
 * The ratio to the floor is then the price of the loop, and does not depend on the machine much.
 */

import { TimeHeap, TimerHeap } from './heap.ts';
import type { Contender } from './meter.ts';
import { BATCH, delayOf, nextRandom, seedOf, type WorkloadId } from './workloads.ts';

// ---- W1: a ring of generators, resumed in turn ---------------------------------------------------------

function* yieldTimes(turns: number): Generator<void, number, unknown> {
  for (let turn = 0; turn < turns; turn++) yield;
  return turns;
}

/** Goes round the generators, resuming each in its turn, until all have ended; the sum of what they return. */
function drain(ring: Generator<void, number, unknown>[]): number {
  let sum = 0;
  let left = ring.length;
  while (left > 0) {
    let kept = 0;
    for (let place = 0; place < left; place++) {
      const generator = ring[place]!;
      const { done, value } = generator.next();
      if (done) sum += value;
      else ring[kept++] = generator;
    }
    left = kept;
  }
  return sum;
}

/** Leaves out: the task around the generator, what `sleep(0)` is, a queue that others may join. */
const ring: Contender = ({ tasks, turns }, meter) => {
  const all = [];
  for (let task = 0; task < tasks; task++) {
    const generator = yieldTimes(turns);
    generator.next();
    all.push(generator);
  }
  meter.start();
  const sum = drain(all);
  meter.stop();
  return sum;
};

// ---- W2, W3: generators that yield how long they sleep, and a heap of times ---------------------------------

function* sleepTimes(turns: number, seed: number): Generator<number, void, unknown> {
  let state = seed;
  for (let turn = 0; turn < turns; turn++) {
    state = nextRandom(state);
    yield delayOf(state);
  }
}

/** Leaves out: order among equal times, the way from the timer through the ready queue to the task. */
const sleeps: Contender = ({ tasks, turns }, meter) => {
  const heap = new TimeHeap<Generator<number, void, unknown>>();
  for (let task = 0; task < tasks; task++) {
    const generator = sleepTimes(turns, seedOf(task));
    heap.push(generator.next().value!, generator);
  }
  meter.start();
  while (heap.length > 0) {
    const generator = heap.pop();
    const { done, value } = generator.next();
    if (!done) heap.push(heap.now + value, generator);
  }
  meter.stop();
  return heap.now;
};

function* sleepOnce(task: number): Generator<number, number, unknown> {
  yield delayOf(seedOf(task));
  return task;
}

/** A generator beside the place its result belongs in. */
class Child {
  readonly generator: Generator<number, number, unknown>;
  readonly place: number;

  constructor(generator: Generator<number, number, unknown>, place: number) {
    this.generator = generator;
    this.place = place;
  }
}

/** Makes the generators, sorts their results into one array. Leaves out: tasks, and the future that is awaited. */
const gathered: Contender = ({ tasks }, meter) => {
  meter.start();
  const heap = new TimeHeap<Child>();
  for (let task = 0; task < tasks; task++) {
    const generator = sleepOnce(task);
    heap.push(generator.next().value, new Child(generator, task));
  }
  const results = new Array<number>(tasks).fill(0);
  while (heap.length > 0) {
    const child = heap.pop();
    results[child.place] = child.generator.next().value;
  }
  meter.stop();
  return heap.now + results.reduce((sum, result) => sum + result, 0);
};

// ---- W4: two generators, each item handed from one to the other -------------------------------------------

function* produce(items: number): Generator<number, void, unknown> {
  for (let item = 1; item <= items; item++) yield item;
}

function* consume(items: number): Generator<undefined, number, number> {
  let sum = 0;
  for (let count = 0; count < items; count++) sum += yield;
  return sum;
}

/** Both switch once an item. Leaves out: the buffer, both queues of waiters. The same for any capacity. */
const handOver: Contender = ({ turns }, meter) => {
  meter.start();
  const producer = produce(turns);
  const consumer = consume(turns);
  let reply = consumer.next();
  for (;;) {
    const item = producer.next();
    if (item.done) break;
    reply = consumer.next(item.value);
  }
  meter.stop();
  return reply.value as number;
};

// ---- W5: a ring of generators, each resumed twice in its turn -----------------------------------------------

let lockOrder = 0;

function* holdTimes(task: number, turns: number): Generator<void, void, unknown> {
  for (let turn = 0; turn < turns; turn++) {
    yield; // until the lock is handed over
    yield; // sleep(0), holding it
    lockOrder = nextRandom(lockOrder ^ task);
  }
}

/** One resume hands the lock over, one ends the `sleep(0)`. Leaves out: the lock, the waiter that is awaited. */
const lockTurns: Contender = ({ tasks, turns }, meter) => {
  lockOrder = 0;
  const ring: Generator<void, void, unknown>[] = [];
  for (let task = 0; task < tasks; task++) {
    const generator = holdTimes(task, turns);
    generator.next();
    ring.push(generator);
  }
  meter.start();
  let left = tasks;
  while (left > 0) {
    let kept = 0;
    for (let place = 0; place < left; place++) {
      const holder = ring[place]!;
      holder.next();
      if (!holder.next().done) ring[kept++] = holder;
    }
    left = kept;
  }
  meter.stop();
  return lockOrder;
};

// ---- W6: create a generator and drain it, in a generator ------------------------------------------------

function* trivial(value: number): Generator<void, number, unknown> {
  return value;
}

function* drainEach(tasks: number): Generator<void, number, unknown> {
  let sum = 0;
  for (let task = 0; task < tasks; task++) sum += yield* trivial(task);
  return sum;
}

/** One generator drains all the others by `yield*`. Leaves out: the task, the ready queue, both switches. */
const createAndDrain: Contender = ({ tasks }, meter) => {
  meter.start();
  const { value } = drainEach(tasks).next();
  meter.stop();
  return value as number;
};

// ---- W7: functions in an array, functions in a heap ------------------------------------------------------

/** Each function of the array appends itself to the next array. Leaves out: handles, arguments, contexts. */
const functionArrays: Contender = ({ tasks, turns }, meter) => {
  let soon: (() => void)[] = [];
  let calls = 0;
  for (let task = 0; task < tasks; task++) {
    let left = turns;
    const step = () => {
      calls++;
      if (--left > 0) soon.push(step);
    };
    soon.push(step);
  }
  meter.start();
  while (soon.length > 0) {
    const now = soon;
    soon = [];
    for (const step of now) step();
  }
  meter.stop();
  return calls;
};

/**
 * Each function, when due, is put in again for later. The heap is that of W7c, whose entries are what `callLater`
 * returns: something that can be cancelled. Leaves out: order among equal times, the way through the ready queue,
 * arguments, contexts.
 */
const functionHeap: Contender = ({ tasks, turns }, meter) => {
  const heap = new TimerHeap<() => void>();
  const calls = tasks * turns;
  let called = 0;
  let now = 0;
  for (let task = 0; task < tasks; task++) {
    let state = seedOf(task);
    const step = () => {
      called++;
      state = nextRandom(state);
      heap.push(now + delayOf(state), step);
    };
    heap.push(delayOf(state), step);
  }
  meter.start();
  while (called < calls) {
    const timer = heap.pop();
    now = timer.time;
    timer.item();
  }
  meter.stop();
  return now;
};

function never(): void {
  throw new Error('a timeout that was cancelled ran');
}

/** Puts a timer into a heap and takes it out from where it is. Leaves out: order among equal times. */
const armAndCancel: Contender = ({ tasks, turns }, meter) => {
  const heap = new TimerHeap<() => void>();
  for (let task = 0; task < tasks; task++) heap.push(delayOf(seedOf(task)), never);
  let state = seedOf(tasks);
  meter.start();
  for (let left = tasks * turns; left > 0; left -= BATCH) {
    for (let pair = 0; pair < BATCH; pair++) {
      state = nextRandom(state);
      heap.remove(heap.push(delayOf(state), never));
    }
  }
  meter.stop();
  return heap.length;
};

// ---- W8: W1 at the bottom of a chain of yield* ------------------------------------------------------------

function* below(levels: number, turns: number): Generator<void, number, unknown> {
  if (levels > 0) return yield* below(levels - 1, turns);
  for (let turn = 0; turn < turns; turn++) yield;
  return turns;
}

function chain(levels: number): Contender {
  return ({ tasks, turns }, meter) => {
    const all = [];
    for (let task = 0; task < tasks; task++) {
      const generator = below(levels, turns);
      generator.next();
      all.push(generator);
    }
    meter.start();
    const sum = drain(all);
    meter.stop();
    return sum;
  };
}

// ---- MEM: generators in a heap of times -----------------------------------------------------------------

function* sleepLong(task: number): Generator<number, void, unknown> {
  yield 1_000 + task;
}

/** A suspended generator and its place in the heap. Leaves out: the task. */
const sleeping: Contender = ({ tasks }, meter) => {
  const heap = new TimeHeap<Generator<number, void, unknown>>();
  meter.start();
  for (let task = 0; task < tasks; task++) {
    const generator = sleepLong(task);
    heap.push(generator.next().value!, generator);
  }
  meter.stop();
  while (heap.length > 0) heap.pop().next();
  return heap.now;
};

/** The floor of every workload (REC has W1 itself for its floor: see `loopscope.ts`). */
export const floors: { readonly [Id in Exclude<WorkloadId, 'REC'>]: Contender } = {
  W1: ring,
  W2: sleeps,
  W3: gathered,
  'W4-1': handOver,
  'W4-64': handOver,
  W5: lockTurns,
  W6: createAndDrain,
  W7s: functionArrays,
  W7l: functionHeap,
  W7c: armAndCancel,
  'W8-1': chain(1),
  'W8-10': chain(10),
  MEM: sleeping,
};
