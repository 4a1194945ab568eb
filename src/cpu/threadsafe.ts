import { RuntimeError } from '../core/errors.ts';
import { Future } from '../core/future.ts';
import type { Handle } from '../core/handle.ts';
import type { EventLoop } from '../core/loop.ts';
import type { Ready } from '../core/ready-queue.ts';
import type { Holder, WaitDescription } from '../core/suspension.ts';
import { CODE } from '../trace/events.ts';

/**
 * The pipe by which a thread wakes the loop: a byte in it is IO, which ends the loop's `select` and is read by a handle of
 * its own. Mirrors `BaseSelectorEventLoop._read_from_self` (selector_events.py).
 */
class SelfPipe implements Ready {
  private readonly loop: EventLoop;
  /** Something was written, and the loop hasn't read it. */
  isFull: boolean;
  private id: number;
  private cause: number;

  constructor(loop: EventLoop) {
    this.loop = loop;
    this.isFull = false;
    this.id = 0;
    this.cause = 0;
  }

  write(): void {
    if (this.isFull) return;
    this.isFull = true;
    this.cause = this.loop.tracer.cause;
    this.loop.completed.push(this);
  }

  deliver(): void {
    this.isFull = false;
    const { tracer } = this.loop;
    if (tracer.active) this.id = tracer.emit(CODE['handle:ready'], this.cause, 0, 0, 0, 'wake-up pipe');
  }

  called(): string {
    return 'the wake-up pipe';
  }

  run(): void {
    const { tracer } = this.loop;
    if (!tracer.active) return;
    tracer.cause = tracer.emit(CODE['handle:run'], this.id, this.id);
    tracer.emit(CODE['handle:end'], tracer.cause, this.id);
  }
}

const pipes = new WeakMap<EventLoop, SelfPipe>();

/**
 * Has `callback(...args)` called soon by a loop, from a thread: the loop is woken if it has nothing to do. Mirrors
 * `loop.call_soon_threadsafe`.
 *
 * `loop.callSoon` from a thread puts the callback into the queue as well, but nobody wakes the loop for it, here as there; in
 * debug mode it throws.
 * Throws as `callSoon` does.
 *
 * @example
 * new Thread(function* () { yield* busy(30); callSoonThreadsafe(loop, print, 'the thread is done'); }).start();
 */
export function callSoonThreadsafe<A extends unknown[]>(
  loop: EventLoop,
  callback: (...args: A) => unknown,
  ...args: A
): Handle {
  if (loop.isClosed())
    throw new RuntimeError('Event loop is closed: callSoonThreadsafe is not possible any more');
  const handle = loop.schedule(callback, args);
  let pipe = pipes.get(loop);
  if (pipe === undefined) {
    pipe = new SelfPipe(loop);
    pipes.set(loop, pipe);
  }
  pipe.write();
  return handle;
}

/** A future that a thread will settle: it can say who. @internal */
export class ThreadFuture<T> extends Future<T> {
  readonly #reason: string;
  readonly #name: string;
  readonly #holders: () => readonly Holder[];

  constructor(loop: EventLoop, reason: string, name: string, holders: () => readonly Holder[]) {
    super(loop);
    this.#reason = reason;
    this.#name = name;
    this.#holders = holders;
  }

  override describeWait(): WaitDescription {
    const holders = this.#holders();
    const on = holders.length === 0 ? 'future' : 'thread';
    return { on, target: holders[0] ?? null, reason: this.#reason, name: this.#name, holders };
  }
}
