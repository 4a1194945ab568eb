import { adjusted, type Owner, ownerHere } from '../core/adjust.ts';
import { getRunningLoop } from '../core/current.ts';
import { DeviceError, describeValue, ValueError } from '../core/errors.ts';
import { Fifo } from '../core/fifo.ts';
import { Future } from '../core/future.ts';
import type { EventLoop } from '../core/loop.ts';
import type { Oracle } from '../core/oracle.ts';
import type { Ready } from '../core/ready-queue.ts';
import { running } from '../core/running.ts';
import type { WaitDescription } from '../core/suspension.ts';
import { Task } from '../core/task.ts';
import type { TracedResource } from '../core/tracer.ts';
import type { Completion, World } from '../core/world.ts';
import { CODE } from '../trace/events.ts';

/**
 * How long a request takes, in virtual ms: always the same, anything in a range, or by chance around a mean
 * (exponentially distributed, as the gaps between events that come by chance are).
 */
export type Latency = number | readonly [low: number, high: number] | { readonly mean: number };

/** What a device can do. */
export interface DeviceOptions {
  readonly name?: string;
  /** How long a request takes in a channel, in ms; 0 by default. */
  readonly latency?: Latency;
  /** How many requests it works on at the same time; the rest queue. No bound by default. */
  readonly channels?: number;
  /** Units of `size` it moves in one ms, in each channel; no bound by default. */
  readonly bandwidth?: number;
  /** The part of the requests that fail with a DeviceError: 0 by default, 1 for all. */
  readonly failureRate?: number;
}

/** One request to a device. */
export interface RequestOptions<T> {
  /** What it is called in the story. */
  readonly label?: string;
  /** How much is moved, in the units of the device's bandwidth. */
  readonly size?: number;
  /** How long this one takes, instead of the device's own latency. */
  readonly latency?: Latency;
  /** What the request gives when it succeeds. */
  readonly result?: T;
}

/** What a device is doing in one world: each run has a clock, and so a world, of its own. */
interface Work {
  readonly world: World;
  /** How many channels are busy. */
  busy: number;
  readonly queue: Fifo<DeviceRequest<unknown>>;
}

/**
 * Something outside that takes time and no CPU: a network, a disk, a washing machine.
 *
 * A request starts when `request` is called, not when it is awaited, and goes on whatever the loop does: after a
 * `compute(30)` two requests of 10 ms in one channel have been done at 10 and 20, and are noticed at 30. What has
 * completed joins the ready queue before the timers that are due (as asyncio's IO does), and the task that awaits it
 * follows one iteration later. Chance comes from the loop's random, through its policy.
 *
 * Cancelling a request that still queues takes it out; once a channel works on it the channel is busy to the end, and
 * only the answer is dropped. Throws a ValueError for impossible options.
 *
 * @example
 * const net = new Device({ name: 'network', latency: [20, 80], channels: 6 });
 * const page = yield* net.request({ label: '/index', result: '<html>' });
 */
export class Device implements TracedResource {
  readonly resourceType = 'device';
  readonly name: string;
  readonly capacity: number;
  readonly #latency: Latency;
  readonly #channels: number;
  readonly #bandwidth: number;
  readonly #failureRate: number;
  readonly #works: WeakMap<World, Work>;
  /** The one of the world in which it was used last. */
  private work: Work | null;

  constructor(options: DeviceOptions = {}) {
    const {
      name = 'device',
      latency = 0,
      channels = Number.POSITIVE_INFINITY,
      bandwidth = Number.POSITIVE_INFINITY,
      failureRate = 0,
    } = options;
    if (!(channels === Number.POSITIVE_INFINITY || (Number.isInteger(channels) && channels > 0))) {
      throw new ValueError(
        `the device ${name} needs 1 or more whole channels, got ${describeValue(channels)}`,
      );
    }
    if (!(bandwidth > 0))
      throw new ValueError(
        `the bandwidth of the device ${name} must be above 0, got ${describeValue(bandwidth)}`,
      );
    if (!(failureRate >= 0 && failureRate <= 1)) {
      throw new ValueError(
        `the failure rate of the device ${name} is from 0 to 1, got ${describeValue(failureRate)}`,
      );
    }
    this.name = name;
    this.capacity = Number.isFinite(channels) ? channels : 0;
    this.#latency = checkLatency(latency, name);
    this.#channels = channels;
    this.#bandwidth = bandwidth;
    this.#failureRate = failureRate;
    this.#works = new WeakMap();
    this.work = null;
  }

  /** How many requests it works on right now. */
  get inFlight(): number {
    running.tracer?.looked(this);
    return this.work?.busy ?? 0;
  }

  /** How many requests wait for a channel. */
  get queued(): number {
    running.tracer?.looked(this);
    let waiting = 0;
    for (const request of this.work?.queue ?? []) if (!request.givenUp) waiting++;
    return waiting;
  }

  /**
   * Starts a request, and gives the future of its answer. Throws a RuntimeError outside a loop, a ValueError for an
   * impossible size or latency; the future throws a DeviceError if the request fails.
   */
  request<T = void>(options: RequestOptions<T> = {}): Future<T> {
    const request = new LoopRequest<T>(this, getRunningLoop(), options);
    this.accept(request as DeviceRequest<unknown>);
    return request.answer;
  }

  /** Takes up a request, or has it queue for a channel. `owner`: who asks; the running task by default. @internal */
  accept(request: DeviceRequest<unknown>, owner: Owner | null = null): void {
    const { tracer, adjust, chance } = request.world;
    if (adjust !== null) request.owner = owner ?? ownerHere();
    if (chance !== null)
      request.asked = chance.asked(request.asker, `request at ${this.name}`, request.label);
    if (tracer.active) {
      const device = tracer.resource(this);
      request.id = tracer.emit(
        CODE['request:new'],
        tracer.cause,
        device,
        running.turn.task?.id ?? 0,
        0,
        request.label,
      );
    }
    const { work } = request;
    if (work.busy < this.#channels) this.#start(request, request.id);
    else work.queue.push(request);
  }

  /** How long a request takes, unless it says so itself. @internal */
  get latency(): Latency {
    return this.#latency;
  }

  /** In a new world its channels are free: what was under way in another one comes to its end there. @internal */
  workIn(world: World): Work {
    if (this.work?.world === world) return this.work;
    this.work = this.#works.get(world) ?? { world, busy: 0, queue: new Fifo() };
    this.#works.set(world, this.work);
    return this.work;
  }

  /** A channel takes the request up. */
  #start(request: DeviceRequest<unknown>, cause: number): void {
    request.work.busy++;
    const { world, oracle } = request;
    let duration = drawLatency(request) + request.size / this.#bandwidth;
    if (world.adjust !== null)
      duration = adjusted(world.adjust, duration, 'request', request.label, request.owner, this.name);
    request.failed = this.#failureRate > 0 && oracle.draw('fault', 0, 1, request.asked) < this.#failureRate;
    const until = world.clock.now + duration;
    const { tracer } = world;
    if (tracer.active) tracer.emit(CODE['request:start'], cause, request.id, until);
    world.calendar.add(until, request);
    request.started = true;
  }

  /** A channel is done with a request: it takes up the next one, at this very moment. @internal */
  channelFree({ work }: DeviceRequest<unknown>, cause: number): void {
    work.busy--;
    while (work.queue.length > 0) {
      const next = work.queue.shift();
      if (next.givenUp) continue;
      this.#start(next, cause);
      return;
    }
  }

  /** How many requests it works on. @internal */
  value(): number {
    return this.inFlight;
  }

  toString(): string {
    return `the device ${this.name}`;
  }
}

/**
 * A request on its way: in the device's queue, then in the world's calendar. What happens when it is complete is the
 * affair of whoever asked.
 */
export abstract class DeviceRequest<T> implements Completion {
  slot: number;
  /** The event that made it, by which the trace knows it. */
  id: number;
  started: boolean;
  failed: boolean;
  /** Its caller wants no answer any more. */
  givenUp: boolean;
  /** Who asked, where the world is adjusted; else null. */
  owner: Owner | null;
  /** By what a `Chance` knows it, where there is one; else 0. */
  asked: number;
  readonly device: Device;
  readonly work: Work;
  readonly world: World;
  readonly oracle: Oracle;
  readonly label: string;
  readonly latency: Latency;
  readonly size: number;
  readonly result: T | undefined;

  /** Throws a ValueError for an impossible size or latency. */
  constructor(device: Device, world: World, oracle: Oracle, options: RequestOptions<T>) {
    const { size = 0, latency = device.latency, label = '' } = options;
    if (!(typeof size === 'number' && size >= 0 && Number.isFinite(size))) {
      throw new ValueError(`the size of a request is a number of 0 or more, got ${describeValue(size)}`);
    }
    this.slot = -1;
    this.id = 0;
    this.started = false;
    this.failed = false;
    this.givenUp = false;
    this.owner = null;
    this.asked = 0;
    this.device = device;
    this.work = device.workIn(world);
    this.world = world;
    this.oracle = oracle;
    this.label = label;
    this.latency = checkLatency(latency, device.name);
    this.size = size;
    this.result = options.result;
  }

  /** The device is done, whatever the loop is doing. */
  onDue(): void {
    const { tracer } = this.world;
    let cause = 0;
    if (tracer.active) cause = tracer.emit(CODE['request:complete'], this.id, this.id, this.failed ? 1 : 0);
    if (!this.givenUp) this.completed(cause);
    this.device.channelFree(this as DeviceRequest<unknown>, cause);
  }

  /** @internal */
  called(): string {
    return this.label === '' ? this.device.name : `${this.device.name} ${this.label}`;
  }

  /** Who asks, at the time of asking; null: nobody, such as a callback. @internal */
  abstract get asker(): object | null;

  /** It is complete, and its answer is still wanted. */
  protected abstract completed(cause: number): void;

  /** What to say if it failed. */
  failure(): string {
    return `the request${this.label && ` ${this.label}`} to the device ${this.device.name} failed`;
  }
}

/** A request of a loop, which notices at its next iteration that it is complete. */
class LoopRequest<T> extends DeviceRequest<T> implements Ready {
  /** The event that put it into the ready queue. */
  private readyEvent: number;
  readonly answer: Answer<T>;
  readonly loop: EventLoop;

  constructor(device: Device, loop: EventLoop, options: RequestOptions<T>) {
    super(device, loop.world, loop.oracle, options);
    this.readyEvent = 0;
    this.loop = loop;
    this.answer = new Answer<T>(loop, device, this as LoopRequest<unknown>, this.label);
  }

  get asker(): object | null {
    return running.turn.task;
  }

  protected completed(): void {
    if (!this.loop.isClosed()) this.loop.completed.push(this);
  }

  /** The task that waits for the answer, if one does. */
  get task(): Task<unknown> | null {
    const waiter = this.answer.eachWaiter().find((one) => one instanceof Task);
    return (waiter as Task<unknown> | undefined) ?? null;
  }

  override called(): string {
    const { task } = this;
    return task === null ? super.called() : `${super.called()} for ${task.getName()}`;
  }

  /** The loop notices. */
  deliver(): void {
    const { tracer } = this.loop;
    if (tracer.active)
      this.readyEvent = tracer.emit(
        CODE['request:deliver'],
        this.id,
        this.id,
        0,
        0,
        this.label || this.device.name,
      );
  }

  /** The handle that settles the future. */
  run(): void {
    const { tracer } = this.loop;
    const id = this.readyEvent;
    if (tracer.active) tracer.cause = tracer.emit(CODE['handle:run'], id, id);
    const answer = this.answer;
    if (!answer.done()) {
      if (this.failed) answer.setException(new DeviceError(this.failure()));
      else answer.setResult(this.result as T);
    }
    if (tracer.active) tracer.emit(CODE['handle:end'], tracer.cause, id);
  }

  giveUp(): void {
    this.givenUp = true;
    const { tracer } = this.loop;
    if (tracer.active) tracer.emit(CODE['request:cancel'], tracer.cause, this.id);
  }
}

/** The future of a request. */
class Answer<T> extends Future<T> {
  private readonly request: LoopRequest<unknown>;
  readonly #device: Device;

  constructor(loop: EventLoop, device: Device, request: LoopRequest<unknown>, label: string) {
    super(loop, label);
    this.#device = device;
    this.request = request;
  }

  override cancel(message?: string): boolean {
    if (!this.done()) this.request.giveUp();
    return super.cancel(message);
  }

  override describeWait(): WaitDescription {
    const what = this.getLabel();
    return {
      on: 'resource',
      target: this.#device,
      reason: 'request',
      name: what ? `${this.#device.name} ${what}` : this.#device.name,
      holders: [],
    };
  }
}

/** How many times the mean an exponentially distributed time can be, drawn from 2³² numbers. */
const LONGEST = 32 * Math.LN2;

function drawLatency({ oracle, latency, asked }: DeviceRequest<unknown>): number {
  if (typeof latency === 'number') return latency;
  if ('mean' in latency) {
    const most = latency.mean * LONGEST;
    return oracle.draw('latency', 0, most, asked, () => oracle.random.exponential(latency.mean));
  }
  const [low, high] = latency;
  return oracle.draw('latency', low, high, asked);
}

function checkLatency(latency: Latency, device: string): Latency {
  const isTime = (ms: unknown) => typeof ms === 'number' && Number.isFinite(ms) && ms >= 0;
  const isRange = (range: Latency) =>
    Array.isArray(range) && isTime(range[0]) && isTime(range[1]) && range[0] <= range[1];
  const isMean = (mean: Latency) =>
    typeof mean === 'object' && mean !== null && 'mean' in mean && isTime(mean.mean);
  if (isTime(latency) || isRange(latency) || isMean(latency)) return latency;
  throw new ValueError(
    `the latency of the device ${device} is a time in ms, a range [low, high] or { mean }, got ${describeValue(latency)}`,
  );
}
