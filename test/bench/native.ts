/**
 * The workloads in native async/await: what one would write without a loop of one's own.
 *
 * Promises run in the microtask queue of JavaScript. There is no virtual time in it, so that sleeping takes a clock
 * which jumps to the next deadline once all microtasks have run, and only a macrotask can tell that: see `Clock`.
 * There is nothing to compare `callLater` with (W7l, W7c).
 */

import { TimeHeap } from './heap.ts';
import type { Contender } from './meter.ts';
import { delayOf, nextRandom, seedOf, type WorkloadId } from './workloads.ts';

/** A virtual clock for promises. */
class Clock {
  private readonly heap: TimeHeap<(value: undefined) => void>;

  constructor() {
    this.heap = new TimeHeap();
  }

  get now(): number {
    return this.heap.now;
  }

  sleep(ms: number): Promise<undefined> {
    return new Promise((resolve) => this.heap.push(this.heap.now + ms, resolve));
  }

  /** Lets time pass while anybody sleeps. */
  async run(): Promise<void> {
    do {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.heap.length > 0) this.heap.pop()(undefined);
    } while (this.heap.length > 0);
  }
}

/** First in, first out: an array that is cut when half of it is used up. */
class Fifo<T> {
  private items: T[];
  private head: number;

  constructor() {
    this.items = [];
    this.head = 0;
  }

  get length(): number {
    return this.items.length - this.head;
  }

  push(item: T): void {
    this.items.push(item);
  }

  shift(): T | undefined {
    if (this.head === this.items.length) return undefined;
    const item = this.items[this.head++];
    if (this.head > 1_000 && 2 * this.head > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }
}

function total(results: readonly number[]): number {
  return results.reduce((sum, result) => sum + result, 0);
}

async function yieldTimes(turns: number): Promise<number> {
  for (let turn = 0; turn < turns; turn++) await undefined;
  return turns;
}

const switches: Contender = async ({ tasks, turns }, meter) => {
  const all = [];
  for (let task = 0; task < tasks; task++) all.push(yieldTimes(turns));
  meter.start();
  const results = await Promise.all(all);
  meter.stop();
  return total(results);
};

async function sleepTimes(clock: Clock, turns: number, seed: number): Promise<void> {
  let state = seed;
  for (let turn = 0; turn < turns; turn++) {
    state = nextRandom(state);
    await clock.sleep(delayOf(state));
  }
}

const sleeps: Contender = async ({ tasks, turns }, meter) => {
  const clock = new Clock();
  const all = [];
  for (let task = 0; task < tasks; task++) all.push(sleepTimes(clock, turns, seedOf(task)));
  meter.start();
  await clock.run();
  await Promise.all(all);
  meter.stop();
  return clock.now;
};

async function sleepOnce(clock: Clock, task: number): Promise<number> {
  await clock.sleep(delayOf(seedOf(task)));
  return task;
}

const gathered: Contender = async ({ tasks }, meter) => {
  meter.start();
  const clock = new Clock();
  const all = [];
  for (let task = 0; task < tasks; task++) all.push(sleepOnce(clock, task));
  const gathering = Promise.all(all);
  await clock.run();
  const results = await gathering;
  meter.stop();
  return clock.now + total(results);
};

/** A bounded queue of promises. */
class AsyncQueue<T> {
  private readonly capacity: number;
  private readonly items: Fifo<T>;
  private readonly getters: Fifo<(value: undefined) => void>;
  private readonly putters: Fifo<(value: undefined) => void>;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.items = new Fifo();
    this.getters = new Fifo();
    this.putters = new Fifo();
  }

  async put(item: T): Promise<void> {
    while (this.items.length >= this.capacity) {
      await new Promise<undefined>((resolve) => this.putters.push(resolve));
    }
    this.items.push(item);
    this.getters.shift()?.(undefined);
  }

  async get(): Promise<T> {
    while (this.items.length === 0) {
      await new Promise<undefined>((resolve) => this.getters.push(resolve));
    }
    const item = this.items.shift()!;
    this.putters.shift()?.(undefined);
    return item;
  }
}

async function produce(queue: AsyncQueue<number>, items: number): Promise<void> {
  for (let item = 1; item <= items; item++) await queue.put(item);
}

async function consume(queue: AsyncQueue<number>, items: number): Promise<number> {
  let sum = 0;
  for (let count = 0; count < items; count++) sum += await queue.get();
  return sum;
}

function throughQueue(capacity: number): Contender {
  return async ({ turns }, meter) => {
    meter.start();
    const queue = new AsyncQueue<number>(capacity);
    const [sum] = await Promise.all([consume(queue, turns), produce(queue, turns)]);
    meter.stop();
    return sum;
  };
}

/** A lock of promises, handed over in the order of asking. */
class AsyncLock {
  private held: boolean;
  private readonly waiters: Fifo<(value: undefined) => void>;

  constructor() {
    this.held = false;
    this.waiters = new Fifo();
  }

  acquire(): Promise<undefined> | undefined {
    if (this.held) return new Promise((resolve) => this.waiters.push(resolve));
    this.held = true;
    return undefined;
  }

  release(): void {
    const next = this.waiters.shift();
    if (next === undefined) this.held = false;
    else next(undefined);
  }
}

let lockOrder = 0;

async function holdTimes(lock: AsyncLock, task: number, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    await lock.acquire();
    try {
      await undefined;
      lockOrder = nextRandom(lockOrder ^ task);
    } finally {
      lock.release();
    }
  }
}

const lockTurns: Contender = async ({ tasks, turns }, meter) => {
  lockOrder = 0;
  const lock = new AsyncLock();
  const all = [];
  for (let task = 0; task < tasks; task++) all.push(holdTimes(lock, task, turns));
  meter.start();
  await Promise.all(all);
  meter.stop();
  return lockOrder;
};

async function trivial(value: number): Promise<number> {
  return value;
}

const createAndAwait: Contender = async ({ tasks }, meter) => {
  meter.start();
  let sum = 0;
  for (let task = 0; task < tasks; task++) sum += await trivial(task);
  meter.stop();
  return sum;
};

const callsSoon: Contender = async ({ tasks, turns }, meter) => {
  let calls = 0;
  const steps: (() => void)[] = [];
  const finished = new Promise<number>((resolve) => {
    for (let task = 0; task < tasks; task++) {
      let left = turns;
      const step = () => {
        if (++calls === tasks * turns) resolve(calls);
        if (--left > 0) queueMicrotask(step);
      };
      steps.push(step);
    }
  });
  meter.start();
  for (const step of steps) queueMicrotask(step);
  await finished;
  meter.stop();
  return calls;
};

async function below(levels: number, turns: number): Promise<number> {
  if (levels > 0) return await below(levels - 1, turns);
  for (let turn = 0; turn < turns; turn++) await undefined;
  return turns;
}

function chain(levels: number): Contender {
  return async ({ tasks, turns }, meter) => {
    const all = [];
    for (let task = 0; task < tasks; task++) all.push(below(levels, turns));
    meter.start();
    const results = await Promise.all(all);
    meter.stop();
    return total(results);
  };
}

async function sleepLong(clock: Clock, task: number): Promise<void> {
  await clock.sleep(1_000 + task);
}

const sleeping: Contender = async ({ tasks }, meter) => {
  meter.start();
  const clock = new Clock();
  for (let task = 0; task < tasks; task++) sleepLong(clock, task);
  meter.stop();
  await clock.run();
  return clock.now;
};

/** Native async/await at the workloads it can do. */
export const native: { readonly [Id in WorkloadId]?: Contender } = {
  W1: switches,
  W2: sleeps,
  W3: gathered,
  'W4-1': throughQueue(1),
  'W4-64': throughQueue(64),
  W5: lockTurns,
  W6: createAndAwait,
  W7s: callsSoon,
  'W8-1': chain(1),
  'W8-10': chain(10),
  MEM: sleeping,
};
