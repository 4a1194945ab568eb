/**
 * loopscope: a deterministic event loop you can stop, step and look into.
 *
 * The public door, in the order in which one learns it. Everything here runs in a browser too.
 */

export { AsCompleted, type AsCompletedOptions, asCompleted } from './combinators/as-completed.ts';
export { type GatherOptions, gather, type Results, type ResultsOrErrors } from './combinators/gather.ts';
export { shield } from './combinators/shield.ts';
export { TaskGroup } from './combinators/task-group.ts';
// Not for ever.
export { Timeout, timeout, timeoutAt } from './combinators/timeout.ts';
export { type ReturnWhen, type WaitOptions, type WaitResult, wait } from './combinators/wait.ts';
export { waitFor } from './combinators/wait-for.ts';
export { milliseconds, minutes, seconds, VirtualClock } from './core/clock.ts';
export { Context, ContextVar, copyContext, Token } from './core/context.ts';
export {
  type Awaitable,
  type Coroutine,
  isCoroutine,
  type Program,
  type ResultOf,
  sleep,
} from './core/coroutine.ts';
// Several at the same time.
// The loop itself.
export { allTasks, createTask, currentTask, ensureFuture, getRunningLoop } from './core/current.ts';
// What can go wrong.
export {
  BrokenBarrierError,
  CancelledError,
  DeadlockError,
  type DeadlockedTask,
  DeviceError,
  ExceptionGroup,
  InvalidStateError,
  isCancelled,
  LimitError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RuntimeError,
  SystemExit,
  TimeoutError,
  ValueError,
} from './core/errors.ts';
export { Future, isFuture } from './core/future.ts';
export { Handle, TimerHandle } from './core/handle.ts';
export {
  EventLoop,
  type ExceptionContext,
  type ExceptionHandler,
  type Limits,
  type LoopOptions,
} from './core/loop.ts';
export type { ChoiceKind, DrawKind, SchedulingPolicy } from './core/policy.ts';
// A program: a coroutine, run to its end.
export { Runner, type RunOptions, run } from './core/runner.ts';
export { print, runScript } from './core/script.ts';
export type { Suspension } from './core/suspension.ts';
export { Task, type TaskOptions } from './core/task.ts';
export { type TraceListener, Tracer } from './core/tracer.ts';
export { now, World } from './core/world.ts';
// What takes time: the CPU, and the world outside.
export { blockingSleep, compute } from './cpu/compute.ts';
export { Device, type DeviceOptions, type Latency, type RequestOptions } from './io/device.ts';
export { disk } from './io/disk.ts';
export { network } from './io/network.ts';
export { LifoQueue, type PriorityOptions, PriorityQueue, Queue } from './queues/queue.ts';
export { Barrier } from './sync/barrier.ts';
export { Condition, type ConditionOptions } from './sync/condition.ts';
export { Event } from './sync/event.ts';
// Taking turns.
export { type Acquirable, Lock } from './sync/lock.ts';
export { BoundedSemaphore, Semaphore } from './sync/semaphore.ts';

// What happened, and how to look at it.
export * from './trace/index.ts';
export {
  formatDuration,
  type StoryOptions,
  story,
  type TaskTableOptions,
  type TimelineOptions,
  type TitledTrace,
  taskTable,
  timeline,
  timelines,
} from './views/index.ts';
