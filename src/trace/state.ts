/**
 * What the state of the loop is: everything that can be seen of it between two events, as plain values. A fold over the
 * log makes it (state-folder.ts). Entries (a task, a resource, a request) are never changed but replaced, so states may share
 * them.
 */

import type { Outcome, WaitKind } from './events.ts';
import type { MachineState, ProcessState, ThreadState } from './machine-state.ts';

/** The loop that runs. */
export interface LoopInfo {
  /** The number the loop gave itself; 0 before the first. */
  readonly id: number;
  /** True from each `loop:run` to its `loop:return`. */
  readonly running: boolean;
  /** `stop()` was called, and the driver that it ends has not returned yet. */
  readonly stopping: boolean;
  readonly closed: boolean;
}

/** What runs: a step of a task, or a callback. */
export type Running =
  | { readonly type: 'task'; readonly task: number }
  | { readonly type: 'handle'; readonly handle: number; readonly label: string };

/** One place in the ready queue. A handle that was cancelled keeps its place, and is passed over when its turn comes. */
export type ReadyEntry =
  | { readonly type: 'task'; readonly task: number }
  | { readonly type: 'handle'; readonly handle: number; readonly label: string; readonly cancelled: boolean };

/** A timer that is set and not yet due. */
export interface TimerState {
  /** Its id: the `seq` of its `timer:set`. */
  readonly timer: number;
  /** Virtual ms at which it will be due. */
  readonly when: number;
  /** Whose sleep or timeout it is; 0: nobody's. */
  readonly task: number;
  readonly label: string;
}

/**
 * Where a task is in its life: made (`new`), in the ready queue, in its step (a task that starts an eager one is still
 * running, though not on top of the stack), suspended, or done.
 */
export type TaskPhase = 'new' | 'ready' | 'running' | 'waiting' | 'done';

/** What a suspended task waits for. */
export interface Waiting {
  readonly on: WaitKind;
  /** The id of the task, thread or resource waited for, else 0. */
  readonly target: number;
  /** What it does, in a word: `sleep`, `queue.get`. */
  readonly reason: string;
  /** The name of what it waits for. */
  readonly name: string;
  /** Virtual ms since when. */
  readonly since: number;
}

/** How a task spent its time, in virtual ms. */
export interface TaskTimes {
  /**
   * In its own steps, from the beginning to the end of each: time moves there by `compute` and blocking calls (its own, or of
   * eager tasks it started). Where there are threads it also moves while the loop's own thread lacks the GIL, or a core,
   * in mid-step: that is counted here as well, and `taskTable` takes it out.
   */
  readonly busy: number;
  /** In the ready queue, while others ran. */
  readonly ready: number;
  /** Suspended. */
  readonly waiting: number;
}

/** A task. */
export interface TaskState {
  readonly id: number;
  readonly name: string;
  /** The task that made it; 0: none did. */
  readonly parent: number;
  readonly state: TaskPhase;
  /** Virtual ms since when it is in this state. */
  readonly since: number;
  /** What it waits for, `null` unless its state is `waiting`. */
  readonly waiting: Waiting | null;
  /** Requests to cancel it that were not taken back. */
  readonly cancelling: number;
  /** How it ended, `null` until it has. */
  readonly outcome: Outcome | null;
  /** Its result or error as a short text, '' until it has ended. */
  readonly detail: string;
  readonly createdAt: number;
  readonly doneAt: number | null;
  /** When the loop was closed under it; `null` for most tasks. It keeps the state it was in, and will never go on. */
  readonly droppedAt: number | null;
  /** How often it was resumed. */
  readonly steps: number;
  /** Its time up to `since`; `taskTimes` adds the stretch that is still open. */
  readonly times: TaskTimes;
}

/** A lock, queue, device or the like. */
export interface ResourceState {
  readonly id: number;
  readonly type: string;
  readonly name: string;
  /** Permits, maxsize, parties or channels; 0: none. */
  readonly capacity: number;
  /** Its value (see `resource:use`); until something is done to it, the one with which the trace met it. */
  readonly value: number;
  /** The tasks that hold it, in the order in which they took it; one that holds it twice is there twice. */
  readonly holders: readonly number[];
  /** The tasks that wait for it, in the order in which they began to. */
  readonly waiters: readonly number[];
}

/** Something a device was asked for. */
export interface RequestState {
  readonly id: number;
  readonly device: number;
  readonly task: number;
  readonly label: string;
  /** `completed`: the device is done, and the loop has not noticed yet. */
  readonly state: 'queued' | 'started' | 'completed' | 'delivered' | 'cancelled';
  /** Virtual ms at which the device will be done, `null` while queued. */
  readonly until: number | null;
  readonly failed: boolean;
}

/** A line of the program's output. */
export interface OutputLine {
  readonly time: number;
  readonly task: number;
  /** The thread that printed it; 0: a task did, or nobody. */
  readonly thread: number;
  readonly text: string;
}

/** A call of the loop's exception handler. */
export interface ErrorLine {
  readonly time: number;
  readonly task: number;
  readonly message: string;
  readonly detail: string;
}

/** A line of a source file. */
export interface Site {
  readonly file: string;
  readonly line: number;
}

/** Where each task, and each thread, is in the sources, by number. */
export interface Sites {
  /** Where plain code was, a script's or a callback's. */
  readonly plain: Site | null;
  /** The one that was told of last, whoever was there. */
  readonly last: Site | null;
  readonly tasks: ReadonlyMap<number, Site>;
  readonly threads: ReadonlyMap<number, Site>;
}

/** Everything observable, after some event. Times are virtual ms. Treat it as frozen. */
export interface LoopState {
  /** The event after which this is the state; 0: before the first. */
  readonly seq: number;
  /** The time of that event. */
  readonly time: number;
  readonly iteration: number;
  /**
   * How many handles are still to run in this iteration, not counting the one that runs. A driver that returns in the
   * middle leaves them to the next one.
   */
  readonly remaining: number;
  /** What runs: the last one of `stack`. */
  readonly running: Running | null;
  /** What runs inside of what, the outermost first: more than one when tasks start eagerly. */
  readonly stack: readonly Running[];
  /** The ready queue, its head first. */
  readonly ready: readonly ReadyEntry[];
  /** By `when`; equal ones in the order in which they were set. */
  readonly timers: readonly TimerState[];
  /** By id, in the order in which they were made; those that are done too. */
  readonly tasks: ReadonlyMap<number, TaskState>;
  readonly resources: ReadonlyMap<number, ResourceState>;
  readonly requests: ReadonlyMap<number, RequestState>;
  readonly output: readonly OutputLine[];
  readonly errors: readonly ErrorLine[];
  /** How long nothing was ready and the clock jumped. */
  readonly idle: number;
  /** How long CPU was burnt. */
  readonly burned: number;
  /** How long blocking calls held up the loop. */
  readonly blocked: number;
  /** How long the loop spent on switching. */
  readonly overhead: number;
  readonly loop: LoopInfo;
  /** The machine that took over the CPU last; `null` as long as there are no threads. */
  readonly machine: MachineState | null;
  /** By id, in the order in which they began. */
  readonly processes: ReadonlyMap<number, ProcessState>;
  /** By id, in the order in which they were made; those that are done too. The loop's own is one of them. */
  readonly threads: ReadonlyMap<number, ThreadState>;
  /** Where in the sources everybody is, as far as it was asked for: where they awaited or did something last. */
  readonly sites: Sites;
}

/**
 * How a task has spent its life up to `now` (virtual ms), with the stretch it is in; `total` is the sum of the three,
 * and the time from its creation to its end or to `now`.
 *
 * @example taskTimes(state.tasks.get(2)!, state.time); // { busy: 0, ready: 0, waiting: 2400000, total: 2400000 }
 */
export function taskTimes(task: TaskState, now: number): TaskTimes & { readonly total: number } {
  const open = task.doneAt === null && task.droppedAt === null ? now - task.since : 0;
  const { busy, ready, waiting } = addTime(task.times, task.state, open);
  return { busy, ready, waiting, total: busy + ready + waiting };
}

/** What is spent before a task was ever ready counts as ready: it could run and does not. */
export function addTime(times: TaskTimes, state: TaskPhase, ms: number): TaskTimes {
  if (ms === 0 || state === 'done') return times;
  const { busy, ready, waiting } = times;
  if (state === 'running') return { busy: busy + ms, ready, waiting };
  if (state === 'waiting') return { busy, ready, waiting: waiting + ms };
  return { busy, ready: ready + ms, waiting };
}
