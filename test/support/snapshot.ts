/**
 * The state of a loop, read from its live objects alone: no event is looked at. What the fold of the log says must be
 * the same. Both are brought into the form of `Picture`: ids and names, in the order that matters.
 */

import { Handle } from '../../src/core/handle.ts';
import type { EventLoop } from '../../src/core/loop.ts';
import { running } from '../../src/core/running.ts';
import type { Holder } from '../../src/core/suspension.ts';
import { Task } from '../../src/core/task.ts';
import type { TracedResource } from '../../src/core/tracer.ts';
import { ThreadPrimitive } from '../../src/cpu/thread-primitive.ts';
import { Device } from '../../src/io/device.ts';
import { Primitive } from '../../src/sync/primitive.ts';
import type { WaitQueue } from '../../src/sync/wait-queue.ts';
import type { LoopState } from '../../src/trace/index.ts';
import { type MachinePicture, type MachineWatch, machinesOfState } from './machine-snapshot.ts';

/** What a fold and the live objects are compared by. */
export interface Picture {
  time: number;
  iteration: number;
  remaining: number;
  running: string[];
  inCallback: boolean;
  loop: { running: boolean; stopping: boolean; closed: boolean };
  ready: string[];
  timers: string[];
  tasks: string[];
  resources: string[];
  devices: string[];
  output: string[];
  errors: string[];
  spent: { idle: number; burned: number; blocked: number; overhead: number };
  machines: MachinePicture;
}

const NO_MACHINES: MachinePicture = { machine: 'none', processes: [], threads: [] };

/** What the live side collects itself: what was printed, and what the exception handler was told. */
export interface Heard {
  readonly output: string[];
  readonly errors: string[];
}

/** The picture that the live objects give. */
export function pictureOfLoop(loop: EventLoop, heard: Heard, watch?: MachineWatch): Picture {
  const { tracer, world } = loop;
  // While the code of a thread runs, what the loop is doing stands aside.
  const stage = watch?.stage(running) ?? running;
  const queued = new Set([...loop.ready].filter((entry) => entry instanceof Task));
  const idOf = (target: Holder | TracedResource | null): number => {
    if (target === null) return 0;
    return 'resourceType' in target ? tracer.resources.get(target)! : target.id;
  };
  const tasks = loop.allTasks().map((task) => {
    const cancelling = task.cancelling();
    const head = `${task.id} ${task.name} cancelling ${cancelling}`;
    if (loop.isClosed()) return `${head} dropped`;
    if (queued.has(task)) return `${head} ready`;
    if (task.waitingOn === null) return `${head} running`;
    const { on, target, reason, name } = task.waitingOn.describeWait();
    return `${head} waiting: ${waitLine(on, idOf(target), reason, name)}`;
  });
  const resources = [...tracer.resources].map(([resource, id]) => {
    const holders = resource instanceof Primitive ? resource.holders.map((task) => task.id) : [];
    return `${id} ${resource.resourceType} ${resource.value()} held by [${holders}] awaited by [${waitersOf(resource)}]`;
  });
  const devices = [...tracer.resources].filter(([resource]) => resource instanceof Device);
  return {
    time: loop.time(),
    iteration: loop.iteration,
    remaining: loop.remaining,
    running: stage.turn.task === null ? [] : [`task ${stage.turn.task.id}`],
    // The code of a thread is never looked at in the middle of a callback: none that computes is in any program here.
    inCallback: stage === running && loop.isRunning() && stage.turn.task === null,
    // biome-ignore lint/complexity/useLiteralKeys: it is private, and only brackets may look at it
    loop: { running: stage.loop === loop, stopping: loop['stopping'], closed: loop.isClosed() },
    ready: [...loop.ready].map((entry) =>
      entry instanceof Task
        ? `task ${entry.id}`
        : `handle ${handleId(entry)}${entry instanceof Handle && entry.cancelled() ? ' cancelled' : ''}`,
    ),
    timers: loop.timers
      .inOrder()
      .map(({ when, timer }) => `${(timer as unknown as { id: number }).id} at ${when}`),
    tasks,
    resources: resources.filter((line) => !line.includes(' device ')),
    devices: devices.map(
      ([device, id]) =>
        `${id}: ${(device as Device).inFlight} in flight, ${(device as Device).queued} queued`,
    ),
    output: [...heard.output],
    errors: [...heard.errors],
    spent: {
      idle: world.idled,
      burned: world.burned,
      blocked: world.blocked,
      overhead: world.overhead,
    },
    machines: watch?.picture() ?? NO_MACHINES,
  };
}

/** The event that put it into the ready queue. A request keeps the one that made it as well. */
function handleId(entry: object): number {
  const { id, readyEvent } = entry as { id: number; readyEvent?: number };
  return readyEvent ?? id;
}

/** What a wait says of itself changes while it lasts, in places; the log has what it said at its beginning. */
function waitLine(on: string, target: number | undefined, reason: string, name: string): string {
  // A job of a pool waits in a queue until a thread takes it up.
  if (reason === 'executor') return `${reason} ${name}`;
  // The names of those a group still waits for.
  const changes = on === 'future' && reason !== 'await future';
  return `${on} ${target} ${reason} ${changes ? '*' : name}`;
}

/** The tasks in a primitive's own queues that wait still, by number; those who join a queue wait in its inner event. */
function waitersOf(resource: TracedResource): number[] {
  // Those who wait there are threads, and say so themselves.
  if (resource instanceof ThreadPrimitive) return [];
  const { waiters, getters, putters, finished } = resource as unknown as Record<
    string,
    WaitQueue | undefined
  >;
  const joining = (finished as { waiters?: WaitQueue } | undefined)?.waiters;
  return [waiters, getters, putters, joining]
    .flatMap((queue) => [...(queue ?? [])].filter((waiter) => waiter.waiting()))
    .map((waiter) => (waiter as unknown as { task: Task<unknown> }).task.id)
    .sort((a, b) => a - b);
}

/** The picture that the fold of the log gives. */
export function pictureOfState(state: LoopState): Picture {
  const alive = [...state.tasks.values()].filter((task) => task.state !== 'done');
  const inFlight = (device: number, phase: string) =>
    [...state.requests.values()].filter(
      (request) => request.device === device && isAt(request, phase, state.time),
    ).length;
  return {
    time: state.time,
    iteration: state.iteration,
    remaining: state.remaining,
    running: state.running === null || state.running.type === 'handle' ? [] : [`task ${state.running.task}`],
    inCallback: state.stack.some((entry) => entry.type === 'handle'),
    loop: { running: state.loop.running, stopping: state.loop.stopping, closed: state.loop.closed },
    ready: state.ready.map((entry) =>
      entry.type === 'task'
        ? `task ${entry.task}`
        : `handle ${entry.handle}${entry.cancelled ? ' cancelled' : ''}`,
    ),
    timers: state.timers.map(({ timer, when }) => `${timer} at ${when}`),
    tasks: alive.map(({ id, name, cancelling, state: phase, waiting, droppedAt }) => {
      const head = `${id} ${name} cancelling ${cancelling}`;
      if (droppedAt !== null) return `${head} dropped`;
      if (waiting === null) return `${head} ${phase}`;
      const { on, target, reason } = waiting;
      return `${head} waiting: ${waitLine(on, target, reason, waiting.name)}`;
    }),
    resources: [...state.resources.values()]
      .filter(({ type }) => type !== 'device')
      .map(({ id, type, value, holders, waiters }) => {
        // A queue under a condition or a barrier is not a field that the live side can name.
        const awaited = type === 'condition' || type === 'barrier' ? [] : [...waiters].sort((a, b) => a - b);
        return `${id} ${type} ${value} held by [${holders}] awaited by [${awaited}]`;
      }),
    devices: [...state.resources.values()]
      .filter(({ type }) => type === 'device')
      .map(({ id }) => `${id}: ${inFlight(id, 'started')} in flight, ${inFlight(id, 'queued')} queued`),
    output: state.output.map(({ text }) => text),
    errors: state.errors.map(({ message }) => message),
    spent: { idle: state.idle, burned: state.burned, blocked: state.blocked, overhead: state.overhead },
    machines: machinesOfState(state),
  };
}

/** A channel works on a request to its end, even if nobody wants the answer any more. */
function isAt(
  { state, until }: { state: string; until: number | null },
  phase: string,
  now: number,
): boolean {
  if (phase === 'queued') return state === 'queued';
  return state === 'started' || (state === 'cancelled' && until !== null && until > now);
}
