import { type Coroutine, named, WAIT } from '../core/coroutine.ts';
import { describeValue, QueueEmpty, QueueFull, QueueShutDown, ValueError } from '../core/errors.ts';
import { Fifo } from '../core/fifo.ts';
import { running as shared } from '../core/running.ts';
import type { WaitDescription } from '../core/suspension.ts';
import { Event } from '../sync/event.ts';
import { Primitive } from '../sync/primitive.ts';
import { Waiter, WaitQueue } from '../sync/wait-queue.ts';
import { heapPop, heapPush, type Less, naturalLess } from './heap.ts';

// What is imported is looked up anew at each use; a constant of the module is compiled in. See running.ts.
const running = shared;

/** Where a queue keeps its items, in the order in which they come out. */
interface Store<T> {
  readonly length: number;
  push(item: T): unknown;
  shift(): T | undefined;
}

/**
 * Items from those who put them to those who get them; first in, first out. Mirrors `asyncio.Queue` (queues.py).
 *
 * With a `maxsize` above zero, `put` waits while it is full. There is no hand-off: whoever is woken looks again, and if
 * another task was quicker, queues again, at the end. `join` waits until `taskDone` was called for each item.
 * Throws a ValueError for a maxsize that is no whole number.
 *
 * @example
 * const orders = new Queue<string>(10, 'orders');
 * yield* orders.put('rice'); const order = yield* orders.get(); orders.taskDone();
 */
export class Queue<T> extends Primitive {
  readonly resourceType: string = 'queue';
  readonly maxsize: number;
  private readonly store: Store<T>;
  /** @internal */ readonly getters: WaitQueue;
  /** @internal */ readonly putters: WaitQueue;
  /** The last put and get that were over, to be used again. @internal */
  usedPut: Put<T> | null;
  /** @internal */ usedGet: Get<T> | null;
  private unfinished: number;
  private readonly finished: Event;
  private shutDown: boolean;

  constructor(maxsize = 0, name?: string) {
    super(name);
    if (!Number.isInteger(maxsize))
      throw new ValueError(`maxsize is a whole number, got ${describeValue(maxsize)}`);
    this.maxsize = maxsize;
    this.store = this.makeStore();
    this.getters = new WaitQueue();
    this.putters = new WaitQueue();
    this.usedPut = null;
    this.usedGet = null;
    this.unfinished = 0;
    this.finished = new Finished(this);
    this.shutDown = false;
  }

  get capacity(): number {
    return Math.max(0, this.maxsize);
  }

  /** The number of items in it. */
  qsize(): number {
    this.looked();
    return this.store.length;
  }

  empty(): boolean {
    this.looked();
    return this.store.length === 0;
  }

  /** Whether `put` would have to wait; never without a `maxsize`. */
  full(): boolean {
    this.looked();
    return this.maxsize > 0 && this.store.length >= this.maxsize;
  }

  /** Waits for a free place, and puts an item in. Throws QueueShutDown. */
  put(item: T): Coroutine<void> {
    const { usedPut } = this;
    if (usedPut === null || running.watch !== null) return new Put(this, item);
    this.usedPut = null;
    return usedPut.again(item);
  }

  /** Waits for an item, and takes it out. Throws QueueShutDown if none can come any more. */
  get(): Coroutine<T> {
    const { usedGet } = this;
    if (usedGet === null || running.watch !== null) return new Get(this);
    this.usedGet = null;
    usedGet.renew();
    return usedGet;
  }

  /** Puts an item in at once. Throws QueueFull, QueueShutDown. */
  putNowait(item: T): void {
    if (this.shutDown || this.full()) throw this.refusal();
    this.accept(item);
  }

  /** Takes an item out at once. Throws QueueEmpty, QueueShutDown. */
  getNowait(): T {
    if (this.empty()) throw this.refusal();
    return this.give();
  }

  /** @internal */
  accept(item: T): void {
    this.store.push(item);
    if (this.unfinished++ === 0) this.finished.clear();
    this.traced('put');
    this.getters.takeAndWakeNext();
  }

  /** @internal */
  give(): T {
    const item = this.store.shift() as T;
    this.traced('get');
    this.putters.takeAndWakeNext();
    return item;
  }

  /** Why nothing can be put in, or got. @internal */
  refusal(): Error {
    this.looked();
    const which = `the queue${this.name && ` ${this.name}`}`;
    if (this.shutDown) return new QueueShutDown(`${which} was shut down`);
    return this.empty()
      ? new QueueEmpty(`${which} is empty`)
      : new QueueFull(`${which} is full with ${this.maxsize} items`);
  }

  /** Says that the work on an item that was got is done. Throws a ValueError if called more often than items were put. */
  taskDone(): void {
    this.looked(true);
    if (this.unfinished <= 0)
      throw new ValueError('task_done() called too many times: once for each item that was put');
    this.unfinished--;
    if (this.unfinished === 0) this.finished.set();
  }

  /** Waits until the work on every item is done. */
  join(): Coroutine<void> {
    return named('queue.join()', this.joinAll());
  }

  private *joinAll(): Coroutine<void> {
    this.looked();
    if (this.unfinished > 0) yield* this.finished.wait();
  }

  /**
   * Lets nothing more in; what is in can still be got, and then `get` throws QueueShutDown. With `immediate` what is in
   * is dropped. All who wait are woken.
   */
  shutdown(immediate = false): void {
    this.shutDown = true;
    if (immediate) {
      while (!this.empty()) {
        this.store.shift();
        if (this.unfinished > 0) this.unfinished--;
      }
      if (this.unfinished === 0) this.finished.set();
    }
    this.traced('shutdown');
    while (this.getters.first() !== null) this.getters.takeAndWakeNext();
    while (this.putters.first() !== null) this.putters.takeAndWakeNext();
  }

  /** Whether it was shut down. @internal */
  isShutDown(): boolean {
    return this.shutDown;
  }

  /** @internal */
  value(): number {
    return this.store.length;
  }

  /** @internal */
  protected standing(): string {
    const { length } = this.store;
    return `${length}${this.maxsize > 0 ? ` of ${this.maxsize}` : ''} item${length === 1 && this.maxsize <= 0 ? '' : 's'}`;
  }

  /** Where the items are kept; kinds of queue differ in this alone. @internal */
  protected makeStore(): Store<T> {
    return new Fifo<T>();
  }
}

/** Set while no item is being worked on; told in the name of its queue. */
class Finished extends Event {
  private readonly queue: Primitive;

  constructor(queue: Primitive) {
    super();
    this.queue = queue;
    this.set();
  }

  override describe(): WaitDescription {
    return this.queue.describe('join');
  }

  override traced(): void {}
}

class Put<T> extends Waiter<void> {
  private readonly queue: Queue<T>;
  private item: T;

  constructor(queue: Queue<T>, item: T) {
    super();
    this.queue = queue;
    this.item = item;
  }

  protected attempt(): undefined | typeof WAIT {
    const { queue } = this;
    if (queue.isShutDown()) throw queue.refusal();
    if (queue.full()) {
      queue.putters.join(this);
      return WAIT;
    }
    queue.usedPut = this;
    queue.accept(this.item);
    return undefined;
  }

  /** A put for another await: see `renew`. */
  again(item: T): this {
    this.renew();
    this.item = item;
    return this;
  }

  protected abandon(): void {
    this.queue.putters.leave(this);
    // Woken for a free place that it can't use: the next one goes.
    if (!this.queue.full() && this.woken()) this.queue.putters.takeAndWakeNext();
  }

  describeWait(): WaitDescription {
    return this.queue.describe('put');
  }

  override toString(): string {
    return 'queue.put()';
  }
}

class Get<T> extends Waiter<T> {
  private readonly queue: Queue<T>;

  constructor(queue: Queue<T>) {
    super();
    this.queue = queue;
  }

  protected attempt(): T | typeof WAIT {
    const { queue } = this;
    if (!queue.empty()) {
      queue.usedGet = this;
      return queue.give();
    }
    if (queue.isShutDown()) throw queue.refusal();
    queue.getters.join(this);
    return WAIT;
  }

  protected abandon(): void {
    this.queue.getters.leave(this);
    if (!this.queue.empty() && this.woken()) this.queue.getters.takeAndWakeNext();
  }

  describeWait(): WaitDescription {
    return this.queue.describe('get');
  }

  override toString(): string {
    return 'queue.get()';
  }
}

/** Last in, first out. Mirrors `asyncio.LifoQueue` (queues.py). @example new LifoQueue<number>(0, 'stack') */
export class LifoQueue<T> extends Queue<T> {
  override readonly resourceType: string = 'lifo queue';

  /** @internal */
  protected override makeStore(): Store<T> {
    return new Stack<T>();
  }
}

class Stack<T> implements Store<T> {
  private readonly items: T[];

  constructor() {
    this.items = [];
  }

  get length(): number {
    return this.items.length;
  }

  push(item: T): void {
    this.items.push(item);
  }

  shift(): T | undefined {
    return this.items.pop();
  }
}

/** How a PriorityQueue orders. */
export interface PriorityOptions<T> {
  /** Whether `a` comes before `b`; by default numbers, strings and arrays by size. */
  readonly less?: Less<T>;
}

/**
 * The least item first. Mirrors `asyncio.PriorityQueue` (queues.py), with the order that `heapq` gives among equals.
 *
 * @example
 * const jobs = new PriorityQueue<[number, string]>(); yield* jobs.put([2, 'later']); yield* jobs.put([1, 'now']);
 * yield* jobs.get() // [1, 'now']
 */
export class PriorityQueue<T> extends Queue<T> {
  override readonly resourceType: string = 'priority queue';
  /** @internal */ less: Less<T>;

  constructor(maxsize = 0, name?: string, options: PriorityOptions<T> = {}) {
    super(maxsize, name);
    this.less = options.less ?? naturalLess;
  }

  /** @internal */
  protected override makeStore(): Store<T> {
    return new HeapStore<T>(this);
  }
}

/** Its order is looked up when it is needed: the queue makes its store before it knows how it orders. */
class HeapStore<T> implements Store<T> {
  private readonly heap: T[];
  private readonly queue: { readonly less: Less<T> };

  constructor(queue: { readonly less: Less<T> }) {
    this.heap = [];
    this.queue = queue;
  }

  get length(): number {
    return this.heap.length;
  }

  push(item: T): void {
    heapPush(this.heap, item, this.queue.less);
  }

  shift(): T | undefined {
    return heapPop(this.heap, this.queue.less);
  }
}
