/**
 * loopscope: a deterministic event loop you can stop, step and look into.
 *
 * The public door, in the order in which one learns it. Everything here runs in a browser too.
 */

// A program: a coroutine, run to its end.
export { run, Runner, type RunOptions } from './core/runner.ts';
export {
  type Awaitable,
  type Coroutine,
  isCoroutine,
  type Program,
  type ResultOf,
  sleep,
} from './core/coroutine.ts';
export type { Suspension } from './core/suspension.ts';
export { print, runScript } from './core/script.ts';
export { milliseconds, minutes, seconds } from './core/clock.ts';
export { now } from './core/world.ts';

// Several at the same time.
export { allTasks, createTask, currentTask, ensureFuture, getRunningLoop, uniform } from './core/current.ts';
export { Task, type TaskOptions } from './core/task.ts';
export { gather, type GatherOptions, type Results, type ResultsOrErrors } from './combinators/gather.ts';
export { TaskGroup } from './combinators/task-group.ts';
export { type ReturnWhen, wait, type WaitOptions, type WaitResult } from './combinators/wait.ts';
export { AsCompleted, asCompleted, type AsCompletedOptions } from './combinators/as-completed.ts';

// Not for ever.
export { Timeout, timeout, timeoutAt } from './combinators/timeout.ts';
export { waitFor } from './combinators/wait-for.ts';
export { shield } from './combinators/shield.ts';

// What takes time: the CPU, and the world outside.
export { blockingSleep, compute } from './cpu/compute.ts';
export { Device, type DeviceOptions, type Latency, type RequestOptions } from './io/device.ts';
export { network } from './io/network.ts';
export { disk } from './io/disk.ts';

// Threads and processes, and what they share with the loop.
export { Process } from './cpu/process.ts';
export {
  runThreads,
  type RunThreadsOptions,
  Thread,
  type ThreadBody,
  type ThreadOptions,
} from './cpu/thread.ts';
export { currentThread } from './cpu/current-thread.ts';
export { blocked, busy, type BusyOptions, request, type Segment } from './cpu/segments.ts';
export {
  Executor,
  type PoolOptions,
  ProcessPool,
  runInExecutor,
  ThreadPool,
  toThread,
} from './cpu/executor.ts';
export { callSoonThreadsafe } from './cpu/threadsafe.ts';
export { ThreadLock } from './cpu/thread-lock.ts';
export { ThreadCondition } from './cpu/thread-condition.ts';
export { ThreadEvent } from './cpu/thread-event.ts';
export { ThreadSemaphore } from './cpu/thread-semaphore.ts';
export { ThreadQueue } from './cpu/thread-queue.ts';
export { Machine, type MachineOptions, type ThreadExceptionHandler } from './cpu/machine.ts';
export { type Costs, NO_COSTS, REALISTIC } from './cpu/costs.ts';

// Taking turns.
export { type Acquirable, Lock } from './sync/lock.ts';
export { Event } from './sync/event.ts';
export { Condition, type ConditionOptions } from './sync/condition.ts';
export { BoundedSemaphore, Semaphore } from './sync/semaphore.ts';
export { Barrier } from './sync/barrier.ts';
export { Shared, shared } from './sync/shared.ts';
export { LifoQueue, type PriorityOptions, PriorityQueue, Queue } from './queues/queue.ts';

// What is to hold, whatever comes first.
export { always, eventually } from './core/invariants.ts';

// The same work under several models of execution.
export { type CompareOptions, type Comparison, compare } from './models/compare.ts';
export {
  allModels,
  coroutines,
  freeThreads,
  type Model,
  type ModelOptions,
  type NamedModelOptions,
  processes,
  sequential,
  threads,
} from './models/model.ts';
export { type Activity, copies, type Workload, type WorkloadSource } from './models/workload.ts';
export {
  type Curves,
  curves,
  type SweepFigure,
  type SweepOptions,
  type SweepPoint,
  sweep,
} from './models/sweep.ts';
export {
  type Overhead,
  Summarizer,
  type Summary,
  type SummaryOptions,
  summarize,
  type WaitCause,
} from './models/summary.ts';

// What happened, and how to look at it.
export * from './trace/index.ts';
export {
  type ComparisonRow,
  type ComparisonTableOptions,
  comparisonTable,
  criticalPathTable,
  type ExplorationView,
  explorationText,
  formatDuration,
  type MermaidOptions,
  mermaidGantt,
  type PerfettoOptions,
  latencyTable,
  type PathTableOptions,
  type PlotAxis,
  type PlotData,
  type PlotOptions,
  type PlotSeries,
  type PlotSvgOptions,
  type PlotUnit,
  perfetto,
  plot,
  plotSvg,
  type StoryOptions,
  story,
  type TaskTableOptions,
  type TimelineOptions,
  type TimelineSvgOptions,
  type TitledTrace,
  taskTable,
  timeline,
  timelineSvg,
  timelines,
  type TurnsOptions,
  turnsTable,
  type WhatIfView,
  type WhyTextOptions,
  whatIfText,
  whyText,
} from './views/index.ts';

// What would have happened.
export {
  type Change,
  type ChangedDuration,
  type WhatIf,
  type WhatIfOptions,
  type WhatIfRun,
  whatIf,
} from './analysis/what-if.ts';
export type { Adjust, Duration, Owner } from './core/adjust.ts';

// The loop itself.
export { EventLoop } from './core/loop.ts';
export type {
  ExceptionContext,
  ExceptionHandler,
  Limits,
  LoopOptions,
  MachineOption,
  SharedMachine,
} from './core/loop-options.ts';
export { Future, isFuture } from './core/future.ts';
export { Handle, TimerHandle } from './core/handle.ts';
export { Context, ContextVar, copyContext, Token } from './core/context.ts';
export type { ChoiceKind, DrawKind, SchedulingPolicy } from './core/policy.ts';
export { World } from './core/world.ts';
export { VirtualClock } from './core/clock.ts';
export { Tracer, type TraceListener } from './core/tracer.ts';

// What can go wrong.
export {
  BrokenBarrierError,
  CancelledError,
  DeadlockError,
  type DeadlockedTask,
  DeviceError,
  ExceptionGroup,
  InvalidStateError,
  InvariantError,
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
