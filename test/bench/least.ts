/**
 * The least loop there can be: tasks, a ready queue, the await protocol, and not a thing besides.
 *
 * It has no cancellation, no exceptions, no contexts, no limits, no trace, no debug mode, no names, no order among equal times, and
 * it takes every shortcut that a loop for just these workloads can take. It stands between the floor and loopscope and
 * parts the price of one from that of the other. What it costs over the floor is the price of `yield*`: the engine asks the
 * iterator of what is awaited twice, each time by a call that V8 doesn't inline (`node --trace-turbo-inlining` lists no such call).
 * What loopscope costs over it is the price of all that asyncio promises.
 */

import { TimeHeap } from './heap.ts';
import type { Contender } from './meter.ts';
import { delayOf, nextRandom, type Size, seedOf, type WorkloadId } from './workloads.ts';

/** What the engine asks the iterator of an awaitable for. */
interface Answer {
  done: boolean;
  value: unknown;
}

/** Wait: whoever was asked will make the task ready. */
const PARKED: Answer = { done: false, value: undefined };
/** Wait for one turn. */
const GIVE_WAY: Answer = { done: false, value: undefined };
/** Go on, with this value. */
const DONE: Answer = { done: true, value: undefined };

type Coroutine<T> = Generator<unknown, T, unknown>;

/** What stands in for an awaitable: `yield*` gets its own iterator from it. */
abstract class Awaitable<T> {
  [Symbol.iterator](): Iterator<unknown, T, unknown> {
    return this as unknown as Iterator<unknown, T, unknown>;
  }

  abstract next(): Answer;
}

/** First in, first out, with room for as many as there are tasks. */
class Ring<T> {
  length: number;
  private readonly items: (T | undefined)[];
  private readonly mask: number;
  private head: number;

  constructor(room: number) {
    const size = 2 ** Math.ceil(Math.log2(room + 1));
    this.length = 0;
    this.items = new Array<T | undefined>(size).fill(undefined);
    this.mask = size - 1;
    this.head = 0;
  }

  first(): T {
    return this.items[this.head] as T;
  }

  push(item: T): void {
    this.items[(this.head + this.length) & this.mask] = item;
    this.length++;
  }

  shift(): T {
    const item = this.items[this.head] as T;
    this.items[this.head] = undefined;
    this.head = (this.head + 1) & this.mask;
    this.length--;
    return item;
  }
}

class Loop {
  readonly ready: Ring<Task<unknown>>;
  readonly sleeping: TimeHeap<Task<unknown>>;
  task: Task<unknown> | null;

  constructor(room: number) {
    this.ready = new Ring(room);
    this.sleeping = new TimeHeap();
    this.task = null;
  }

  run(): void {
    const { ready, sleeping } = this;
    for (;;) {
      while (ready.length > 0) ready.shift().step(this);
      if (sleeping.length === 0) return;
      sleeping.pop().step(this);
    }
  }
}

let loop = new Loop(1);

class Task<T> extends Awaitable<T> {
  gaveWay: boolean;
  value: T | undefined;
  private readonly coroutine: Coroutine<T>;
  private isDone: boolean;
  private waiter: Task<unknown> | null;

  constructor(coroutine: Coroutine<T>) {
    super();
    this.gaveWay = false;
    this.value = undefined;
    this.coroutine = coroutine;
    this.isDone = false;
    this.waiter = null;
    loop.ready.push(this as Task<unknown>);
  }

  next(): Answer {
    if (this.isDone) {
      DONE.value = this.value;
      return DONE;
    }
    this.waiter = loop.task;
    return PARKED;
  }

  step(on: Loop): void {
    on.task = this as Task<unknown>;
    const result: unknown = this.coroutine.next();
    if (result === PARKED) return;
    if (result === GIVE_WAY) {
      on.ready.push(this as Task<unknown>);
      return;
    }
    this.isDone = true;
    this.value = (result as IteratorReturnResult<T>).value;
    if (this.waiter !== null) on.ready.push(this.waiter);
  }
}

/** One object for all: whether a task has given way is kept in the task. */
class GivingWay extends Awaitable<void> {
  next(): Answer {
    const { task } = loop;
    if (task!.gaveWay) {
      task!.gaveWay = false;
      DONE.value = undefined;
      return DONE;
    }
    task!.gaveWay = true;
    return GIVE_WAY;
  }
}

const giveWay = new GivingWay();

/** One object for all: the time is looked at as soon as it is awaited, and whether a task sleeps is kept in the task. */
class Sleeping extends Awaitable<void> {
  ms: number;

  constructor() {
    super();
    this.ms = 0;
  }

  next(): Answer {
    const { task, sleeping } = loop;
    if (task!.gaveWay) {
      task!.gaveWay = false;
      DONE.value = undefined;
      return DONE;
    }
    task!.gaveWay = true;
    sleeping.push(sleeping.now + this.ms, task!);
    return PARKED;
  }
}

const sleeping = new Sleeping();

function sleep(ms: number): Sleeping {
  sleeping.ms = ms;
  return sleeping;
}

/** One producer, one consumer: of each at most one waits. */
class Queue extends Ring<number> {
  readonly capacity: number;
  readonly putting: Put;
  readonly getting: Get;
  putter: Task<unknown> | null;
  getter: Task<unknown> | null;

  constructor(capacity: number) {
    super(capacity);
    this.capacity = capacity;
    this.putting = new Put(this);
    this.getting = new Get(this);
    this.putter = null;
    this.getter = null;
  }

  put(item: number): Put {
    this.putting.item = item;
    return this.putting;
  }

  get(): Get {
    return this.getting;
  }
}

class Put extends Awaitable<void> {
  item: number;
  private readonly queue: Queue;

  constructor(queue: Queue) {
    super();
    this.item = 0;
    this.queue = queue;
  }

  next(): Answer {
    const { queue } = this;
    if (queue.length === queue.capacity) {
      queue.putter = loop.task;
      return PARKED;
    }
    queue.push(this.item);
    if (queue.getter !== null) {
      loop.ready.push(queue.getter);
      queue.getter = null;
    }
    DONE.value = undefined;
    return DONE;
  }
}

class Get extends Awaitable<number> {
  private readonly queue: Queue;

  constructor(queue: Queue) {
    super();
    this.queue = queue;
  }

  next(): Answer {
    const { queue } = this;
    if (queue.length === 0) {
      queue.getter = loop.task;
      return PARKED;
    }
    const item = queue.shift();
    if (queue.putter !== null) {
      loop.ready.push(queue.putter);
      queue.putter = null;
    }
    DONE.value = item;
    return DONE;
  }
}

class Lock {
  isLocked: boolean;
  readonly waiters: Ring<Task<unknown>>;

  constructor(room: number) {
    this.isLocked = false;
    this.waiters = new Ring(room);
  }

  release(): void {
    this.isLocked = false;
    if (this.waiters.length > 0) loop.ready.push(this.waiters.first());
  }
}

/** One object for each task, made once: no task awaits two. */
class Acquire extends Awaitable<void> {
  private readonly lock: Lock;
  private waits: boolean;

  constructor(lock: Lock) {
    super();
    this.lock = lock;
    this.waits = false;
  }

  next(): Answer {
    const { lock } = this;
    if (this.waits) lock.waiters.shift();
    else if (lock.isLocked || lock.waiters.length > 0) {
      this.waits = true;
      lock.waiters.push(loop.task!);
      return PARKED;
    }
    this.waits = false;
    lock.isLocked = true;
    DONE.value = undefined;
    return DONE;
  }
}

// ---- the workloads, as in loopscope.ts ------------------------------------------------------------------

/** Awaits tasks one after the other. */
function* sumOf(tasks: readonly Task<number>[]): Coroutine<number> {
  let sum = 0;
  for (const task of tasks) sum += yield* task;
  return sum;
}

function* yieldTimes(turns: number): Coroutine<number> {
  for (let turn = 0; turn < turns; turn++) yield* giveWay;
  return turns;
}

function* sleepTimes(turns: number, seed: number): Coroutine<number> {
  let state = seed;
  for (let turn = 0; turn < turns; turn++) {
    state = nextRandom(state);
    yield* sleep(delayOf(state));
  }
  return turns;
}

function* sleepOnce(task: number): Coroutine<number> {
  yield* sleep(delayOf(seedOf(task)));
  return task;
}

function* produce(queue: Queue, items: number): Coroutine<void> {
  for (let item = 1; item <= items; item++) yield* queue.put(item);
}

function* consume(queue: Queue, items: number): Coroutine<number> {
  let sum = 0;
  for (let count = 0; count < items; count++) sum += yield* queue.get();
  return sum;
}

let lockOrder = 0;

function* holdTimes(lock: Lock, task: number, turns: number): Coroutine<number> {
  const acquire = new Acquire(lock);
  for (let turn = 0; turn < turns; turn++) {
    yield* acquire;
    try {
      yield* giveWay;
      lockOrder = nextRandom(lockOrder ^ task);
    } finally {
      lock.release();
    }
  }
  return turns;
}

function* trivial(value: number): Coroutine<number> {
  return value;
}

/** Runs a main coroutine in a new loop; what it returns. */
function runIn<T>(room: number, main: () => Coroutine<T>): T {
  loop = new Loop(room + 1);
  const task = new Task(main());
  loop.run();
  return task.value!;
}

/** Many tasks, all begun before the measuring begins, awaited one after the other. */
function together(
  coroutine: (task: number, size: Size) => Coroutine<number>,
  result?: () => number,
): Contender {
  return (size, meter) =>
    runIn(size.tasks, function* () {
      const all: Task<number>[] = [];
      for (let task = 0; task < size.tasks; task++) all.push(new Task(coroutine(task, size)));
      yield* giveWay;
      meter.start();
      const sum = yield* sumOf(all);
      meter.stop();
      return result?.() ?? sum;
    });
}

const gathered: Contender = ({ tasks }, meter) =>
  runIn(tasks, function* () {
    meter.start();
    const children: Task<number>[] = [];
    for (let task = 0; task < tasks; task++) children.push(new Task(sleepOnce(task)));
    const results: number[] = [];
    for (const child of children) results.push(yield* child);
    meter.stop();
    return loop.sleeping.now + results.reduce((sum, result) => sum + result, 0);
  });

const passItems =
  (capacity: number): Contender =>
  ({ turns }, meter) =>
    runIn(2, function* () {
      meter.start();
      const queue = new Queue(capacity);
      new Task(produce(queue, turns));
      const sum = yield* new Task(consume(queue, turns));
      meter.stop();
      return sum;
    });

const shareLock: Contender = (size, meter) => {
  lockOrder = 0;
  const lock = new Lock(size.tasks);
  const contender = together(
    (task, { turns }) => holdTimes(lock, task, turns),
    () => lockOrder,
  );
  return contender(size, meter);
};

const createEach: Contender = ({ tasks }, meter) =>
  runIn(1, function* () {
    meter.start();
    let sum = 0;
    for (let task = 0; task < tasks; task++) sum += yield* new Task(trivial(task));
    meter.stop();
    return sum;
  });

/** The least loop at the workloads that are tasks and awaits, and little else. */
export const least: { readonly [Id in WorkloadId]?: Contender } = {
  W1: together((_, { turns }) => yieldTimes(turns)),
  W2: together(
    (task, { turns }) => sleepTimes(turns, seedOf(task)),
    () => loop.sleeping.now,
  ),
  W3: gathered,
  'W4-1': passItems(1),
  'W4-64': passItems(64),
  W5: shareLock,
  W6: createEach,
};
