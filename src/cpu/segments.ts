/**
 * The words for what takes time, in threads and in coroutines alike: `busy`, `blocked`, `request`.
 *
 * The same body can be a thread's or a coroutine's. In a thread each is a place where the operating system may take the
 * CPU away. In a coroutine `busy` is `compute`, during which nobody else runs; `blocked` is `sleep`, and `request` an
 * awaited request, during which the others do. Each is a plain description that can be used again: a list of them is a
 * workload (see models).
 */

import { adjusted, type Owner } from '../core/adjust.ts';
import { type Awaitable, type Coroutine, sleep, WAIT } from '../core/coroutine.ts';
import { DeviceError, describeValue, ValueError } from '../core/errors.ts';
import type { Suspension } from '../core/suspension.ts';
import { type Device, DeviceRequest, type RequestOptions } from '../io/device.ts';
import { CODE } from '../trace/events.ts';
import { compute } from './compute.ts';
import { currentThread } from './current-thread.ts';
import { Operation } from './operation.ts';
import type { Thread } from './thread.ts';

/** Something that takes time, described: done by `yield*`, as often as you like, in a thread or in a coroutine. */
export interface Segment<T = unknown> extends Awaitable<T> {
  readonly kind: 'busy' | 'blocked' | 'request';
}

/** How CPU time is used. */
export interface BusyOptions {
  /** A native call that keeps the GIL to its end, whoever asks for it. */
  readonly native?: boolean;
}

class BusySegment implements Segment<void> {
  readonly kind = 'busy';
  readonly ms: number;
  readonly label: string;
  readonly native: boolean;

  constructor(ms: number, label: string, native: boolean) {
    this.ms = ms;
    this.label = label;
    this.native = native;
  }

  [Symbol.iterator](): Iterator<Suspension, void, unknown> {
    return currentThread() === null ? computing(this.ms, this.label) : new Busy(this);
  }

  toString(): string {
    return `busy(${this.ms})`;
  }
}

function* computing(ms: number, label: string): Coroutine<void> {
  compute(ms, label);
}

class Busy extends Operation<void> {
  private readonly segment: BusySegment;
  private from: number;
  private ms: number;

  constructor(segment: BusySegment) {
    super();
    this.segment = segment;
    this.from = 0;
    this.ms = segment.ms;
  }

  protected attempt(thread: Thread<unknown>, isFirst: boolean): undefined | typeof WAIT {
    const { label, native } = this.segment;
    const { machine } = thread;
    if (isFirst) {
      const { adjust } = machine.world;
      if (adjust !== null) this.ms = adjusted(adjust, this.ms, 'busy', label, ownerOf(thread));
      this.from = machine.now;
      machine.want(thread, this.ms, native);
      return WAIT;
    }
    const { tracer } = machine.world;
    if (tracer.active) tracer.emit(CODE['thread:busy'], thread.event, thread.id, this.from, this.ms, label);
    return undefined;
  }

  override toString(): string {
    return String(this.segment);
  }
}

class BlockedSegment implements Segment<void> {
  readonly kind = 'blocked';
  readonly ms: number;
  readonly label: string;

  constructor(ms: number, label: string) {
    this.ms = ms;
    this.label = label;
  }

  [Symbol.iterator](): Iterator<Suspension, void, unknown> {
    return currentThread() === null
      ? (sleep(this.ms) as Iterator<Suspension, void, unknown>)
      : new Blocked(this.ms, this.label);
  }

  toString(): string {
    return `blocked(${this.ms})`;
  }
}

class Blocked extends Operation<void> {
  private readonly ms: number;
  private readonly label: string;

  constructor(ms: number, label: string) {
    super();
    this.ms = ms;
    this.label = label;
  }

  protected attempt(thread: Thread<unknown>, isFirst: boolean): undefined | typeof WAIT {
    if (!isFirst) return undefined;
    const { adjust } = thread.machine.world;
    const ms = adjust === null ? this.ms : adjusted(adjust, this.ms, 'sleep', this.label, ownerOf(thread));
    thread.suspend({ on: 'timer', target: null, reason: this.label || 'blocked', name: '', holders: [] });
    thread.machine.wakeAfter(thread, ms);
    return WAIT;
  }

  override toString(): string {
    return `blocked(${this.ms})`;
  }
}

class RequestSegment<T> implements Segment<T> {
  readonly kind = 'request';
  readonly device: Device;
  readonly options: RequestOptions<T>;

  constructor(device: Device, options: RequestOptions<T>) {
    this.device = device;
    this.options = options;
  }

  [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    return currentThread() === null
      ? this.device.request(this.options)[Symbol.iterator]()
      : new BlockingRequest(this.device, this.options);
  }

  toString(): string {
    return `request(${this.device.name})`;
  }
}

class BlockingRequest<T> extends Operation<T> {
  private readonly device: Device;
  private readonly options: RequestOptions<T>;
  private request: ThreadRequest<T> | null;

  constructor(device: Device, options: RequestOptions<T>) {
    super();
    this.device = device;
    this.options = options;
    this.request = null;
  }

  protected attempt(thread: Thread<unknown>): T | typeof WAIT {
    const { device, options, request } = this;
    if (request === null) {
      this.request = new ThreadRequest(device, thread, options);
      device.accept(this.request as DeviceRequest<unknown>, ownerOf(thread));
      const name = options.label ? `${device.name} ${options.label}` : device.name;
      thread.suspend({ on: 'resource', target: device, reason: 'request', name, holders: [] });
      return WAIT;
    }
    if (request.failed) throw new DeviceError(request.failure());
    return options.result as T;
  }

  override toString(): string {
    return `request(${this.device.name})`;
  }
}

/** A request whose answer wakes a thread, at its own moment. */
class ThreadRequest<T> extends DeviceRequest<T> {
  private readonly thread: Thread<unknown>;

  constructor(device: Device, thread: Thread<unknown>, options: RequestOptions<T>) {
    const { world } = thread.machine;
    super(device, world, thread.machine.oracle(), options);
    this.thread = thread;
  }

  override called(): string {
    return `${super.called()} for ${this.thread.name}`;
  }

  get asker(): object {
    return this.thread.asker;
  }

  protected completed(cause: number): void {
    this.thread.machine.wake(this.thread, cause);
  }
}

/**
 * `ms` of CPU. In a thread it may be interrupted by others that want the GIL or the core; in a coroutine nobody else runs
 * meanwhile, as in `compute`.
 *
 * Throws a ValueError if `ms` is negative or not finite.
 *
 * @example
 * yield* busy(30, 'sum up the rows');
 * yield* busy(200, 'zip', { native: true }); // a C call that keeps the GIL to its end
 */
export function busy(ms: number, label = '', options: BusyOptions = {}): Segment<void> {
  return new BusySegment(duration(ms, 'busy()'), label, options.native ?? false);
}

/**
 * `ms` without using the CPU. In a thread that is a blocking call, during which other threads run; in a coroutine it is
 * `sleep`. Throws a ValueError if `ms` is negative or not finite. Mirrors `time.sleep` and `asyncio.sleep`.
 *
 * @example yield* blocked(minutes(40), 'the rice cooker');
 */
export function blocked(ms: number, label = ''): Segment<void> {
  return new BlockedSegment(duration(ms, 'blocked()'), label);
}

/**
 * A request to a device, and its answer: a thread blocks until it is there, a coroutine lets others run. Throws a
 * DeviceError if it fails.
 *
 * @example const page = yield* request(net, { label: '/index', result: '<html>' });
 */
export function request<T = void>(device: Device, options: RequestOptions<T> = {}): Segment<T> {
  return new RequestSegment(device, options);
}

/** Whether a value is what `busy`, `blocked` or `request` made. @internal */
export function isSegment(value: unknown): value is Segment {
  return value instanceof BusySegment || value instanceof BlockedSegment || value instanceof RequestSegment;
}

function ownerOf({ kind, name }: Thread<unknown>): Owner {
  return { kind, name };
}

function duration(ms: number, what: string): number {
  if (!(typeof ms === 'number' && ms >= 0 && ms < Number.POSITIVE_INFINITY))
    throw new ValueError(`${what} takes a number of ms, 0 or more, got ${describeValue(ms)}`);
  return ms;
}
