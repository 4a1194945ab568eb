import { type Awaitable, WAIT } from '../core/coroutine.ts';
import { describeValue, QueueEmpty, QueueFull, ValueError } from '../core/errors.ts';
import { Fifo } from '../core/fifo.ts';
import { ThreadPrimitive, TryAgain } from './thread-primitive.ts';

/**
 * Items from threads that put them to threads that get them. Mirrors `queue.Queue`.
 *
 * With a `maxsize` above zero `put` waits while it is full. What doesn't wait (`putNowait`, `getNowait`, `taskDone`) may be
 * called anywhere, by a coroutine and before a run as well. Throws a ValueError for a maxsize that is no whole number.
 *
 * @example
 * const orders = new ThreadQueue<string>(10, 'orders'); yield* orders.put('rice'); const order = yield* orders.get();
 */
export class ThreadQueue<T> extends ThreadPrimitive {
  readonly resourceType = 'thread queue';
  readonly capacity: number;
  private readonly items: Fifo<T>;
  private unfinished: number;
  /** Those who wait for a free place, and for the work to be done; those who wait for an item are its own waiters. */
  private readonly notFull: Waiting;
  private readonly allDone: Waiting;

  constructor(maxsize = 0, name?: string) {
    super(name);
    if (!Number.isInteger(maxsize))
      throw new ValueError(`maxsize is a whole number, got ${describeValue(maxsize)}`);
    this.capacity = Math.max(0, maxsize);
    this.items = new Fifo();
    this.unfinished = 0;
    this.notFull = new Waiting(this);
    this.allDone = new Waiting(this);
  }

  qsize(): number {
    return this.items.length;
  }

  empty(): boolean {
    return this.items.length === 0;
  }

  full(): boolean {
    return this.capacity > 0 && this.items.length >= this.capacity;
  }

  /** Waits for a free place, and puts an item in. */
  put(item: T): Awaitable<void> {
    return new TryAgain<void>(this.notFull, 'put', () => (this.full() ? WAIT : this.putNowait(item)));
  }

  /** Waits for an item, and takes it out. */
  get(): Awaitable<T> {
    return new TryAgain<T>(this, 'get', () => (this.empty() ? WAIT : this.getNowait()));
  }

  /** Puts an item in at once. Throws QueueFull. */
  putNowait(item: T): void {
    if (this.full())
      throw new QueueFull(`the queue${this.name && ` ${this.name}`} is full with ${this.capacity} items`);
    this.items.push(item);
    this.unfinished++;
    this.traced('put');
    this.wakeFirst();
  }

  /** Takes an item out at once. Throws QueueEmpty. */
  getNowait(): T {
    if (this.empty()) throw new QueueEmpty(`the queue${this.name && ` ${this.name}`} is empty`);
    const item = this.items.shift();
    this.traced('get');
    this.notFull.wakeFirst();
    return item;
  }

  /** Says that the work on an item that was got is done. Throws a ValueError if called more often than items were put. */
  taskDone(): void {
    if (this.unfinished === 0)
      throw new ValueError('task_done() called too many times: once for each item that was put');
    if (--this.unfinished === 0) while (this.allDone.waiters.length > 0) this.allDone.wakeFirst();
  }

  /** Waits until the work on every item is done. */
  join(): Awaitable<void> {
    return new TryAgain<void>(this.allDone, 'join', () => (this.unfinished > 0 ? WAIT : undefined));
  }

  /** @internal */
  value(): number {
    return this.items.length;
  }
}

/** Another line of threads before the same queue. */
class Waiting extends ThreadPrimitive {
  readonly resourceType = 'thread queue';
  readonly capacity = 0;
  private readonly queue: ThreadPrimitive;

  constructor(queue: ThreadPrimitive) {
    super();
    this.queue = queue;
  }

  override describe(action: string) {
    return this.queue.describe(action);
  }

  value(): number {
    return this.queue.value();
  }
}
