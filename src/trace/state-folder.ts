/**
 * The state of the loop, read from its log.
 *
 * Everything observable is in the log, so the state after any event is a fold over the events up to it: the picture
 * the stepper draws, and going backwards is folding again up to an earlier event. There are two ways to
 * fold. `reduce(state, event)` gives a new state and leaves the old one alone, at the price of copying its lists.
 * `StateFolder` changes a draft of its own in place, and copies only when asked for `state()`; `stateAt` uses it.
 *
 * A fold is lenient or strict. Lenient, it takes the log at its word: a task that runs was ready, wherever in the
 * queue it stood, and what it has never heard of it passes over. That is what views want. Strict, it refuses
 * (`TraceFormatError`) whatever an event loop cannot do: a step of a task that is not at the head of the ready queue, a
 * timer that is due without having been set. That is what tests of the loop want.
 *
 * One loop at a time: events do not name their loop, so a trace may hold several loops only one after the other.
 * Task ids are unique across the trace, and the tasks of a closed loop stay readable. So are those of threads and
 * processes, of which machine-state.ts keeps track.
 */

import type { EventKind, TraceEvent } from './events.ts';
import { MachineFolder } from './machine-state.ts';
import {
  addTime,
  type ErrorLine,
  type LoopInfo,
  type LoopState,
  type OutputLine,
  type ReadyEntry,
  type RequestState,
  type ResourceState,
  type Running,
  type Site,
  type TaskPhase,
  type TaskState,
  type TaskTimes,
  type TimerState,
} from './state.ts';
import { type Trace, TraceFormatError } from './trace.ts';

/** How to fold. */
export interface FoldOptions {
  /** Throw `TraceFormatError` for what an event loop cannot do. Default: false, the log is taken at its word. */
  readonly strict?: boolean;
}

const NO_LOOP: LoopInfo = { id: 0, running: false, stopping: false, closed: false };
const NO_TIME: TaskTimes = { busy: 0, ready: 0, waiting: 0 };

/**
 * The state before the first event: nothing is there, at time 0.
 *
 * @example initialState().tasks.size; // 0
 */
export function initialState(): LoopState {
  return new StateFolder().state();
}

/**
 * The state after `event`, if `state` is the one before it; `state` itself is left alone.
 *
 * Its cost grows with the size of the state: to fold many events, use a `StateFolder`. Throws `TraceFormatError` if
 * `strict` and the event cannot happen in that state.
 *
 * @example
 * let state = initialState();
 * for (const event of trace) state = reduce(state, event);
 */
export function reduce(state: LoopState, event: TraceEvent, options: FoldOptions = {}): LoopState {
  return new StateFolder(options, state).apply(event).state();
}

/**
 * The state after the event numbered `seq`; 0 is the state before the first.
 *
 * Throws a `RangeError` if the trace has no such event, and `TraceFormatError` if `strict` and the trace contradicts
 * itself.
 *
 * @example stateAt(trace, 12).ready; // who was ready after event 12
 */
export function stateAt(trace: Trace, seq: number, options: FoldOptions = {}): LoopState {
  if (!Number.isInteger(seq) || seq < 0 || seq > trace.length) {
    throw new RangeError(
      `there is no state after event ${seq}: this trace has the events 1 to ${trace.length}, and 0 is before the first`,
    );
  }
  const folder = new StateFolder(options);
  for (let index = 0; index < seq; index++) folder.apply(trace.at(index)!);
  return folder.state();
}

/** When this many entries have left the ready queue, and they are more than those in it, they are let go. */
const ENOUGH_TO_LET_GO = 1024;

/**
 * Folds events in place: the fast way through a long trace.
 *
 * `state()` may be asked for at any time and is not changed by what is folded later.
 *
 * @example
 * const folder = new StateFolder({ strict: true });
 * for (const event of trace) folder.apply(event);
 * folder.state().output.length; // 3
 */
export class StateFolder {
  readonly #strict: boolean;
  #seq: number;
  #time: number;
  #iteration: number;
  #remaining: number;
  readonly #stack: Running[];
  /** The queue is what lies from `#head` on: removing the first of an array would move all the others. */
  #ready: ReadyEntry[];
  #head: number;
  /** By id. They are put in order only for `state()`: most come and go without anybody looking. */
  readonly #timers: Map<number, TimerState>;
  readonly #tasks: Map<number, TaskState>;
  readonly #resources: Map<number, ResourceState>;
  readonly #requests: Map<number, RequestState>;
  readonly #output: OutputLine[];
  readonly #sites: {
    plain: Site | null;
    last: Site | null;
    readonly tasks: Map<number, Site>;
    readonly threads: Map<number, Site>;
  };
  readonly #errors: ErrorLine[];
  #idle: number;
  #burned: number;
  #blocked: number;
  #overhead: number;
  #loop: LoopInfo;
  readonly #machine: MachineFolder;

  /** Begins before the first event, or at `from`, which is copied. */
  constructor(options: FoldOptions = {}, from?: LoopState) {
    this.#strict = options.strict ?? false;
    this.#seq = from?.seq ?? 0;
    this.#time = from?.time ?? 0;
    this.#iteration = from?.iteration ?? 0;
    this.#remaining = from?.remaining ?? 0;
    this.#stack = [...(from?.stack ?? [])];
    this.#ready = [...(from?.ready ?? [])];
    this.#head = 0;
    this.#timers = new Map(from?.timers.map((timer) => [timer.timer, timer]));
    this.#tasks = new Map(from?.tasks);
    this.#resources = new Map(from?.resources);
    this.#requests = new Map(from?.requests);
    this.#output = [...(from?.output ?? [])];
    this.#sites = {
      plain: from?.sites.plain ?? null,
      last: from?.sites.last ?? null,
      tasks: new Map(from?.sites.tasks),
      threads: new Map(from?.sites.threads),
    };
    this.#errors = [...(from?.errors ?? [])];
    this.#idle = from?.idle ?? 0;
    this.#burned = from?.burned ?? 0;
    this.#blocked = from?.blocked ?? 0;
    this.#overhead = from?.overhead ?? 0;
    this.#loop = from?.loop ?? NO_LOOP;
    const refuse = this.#strict ? (event: TraceEvent, message: string) => this.#refuse(event, message) : null;
    this.#machine = new MachineFolder(refuse, from);
  }

  /** The state after the events folded so far, as a value of its own. */
  state(): LoopState {
    return {
      seq: this.#seq,
      time: this.#time,
      iteration: this.#iteration,
      remaining: this.#remaining,
      running: this.#stack.at(-1) ?? null,
      stack: this.#stack.slice(),
      ready: this.#ready.slice(this.#head),
      timers: [...this.#timers.values()].sort((a, b) => a.when - b.when || a.timer - b.timer),
      tasks: new Map(this.#tasks),
      resources: new Map(this.#resources),
      requests: new Map(this.#requests),
      output: this.#output.slice(),
      errors: this.#errors.slice(),
      idle: this.#idle,
      burned: this.#burned,
      blocked: this.#blocked,
      overhead: this.#overhead,
      loop: this.#loop,
      machine: this.#machine.machine,
      processes: new Map(this.#machine.processes),
      threads: new Map(this.#machine.threads),
      sites: {
        plain: this.#sites.plain,
        last: this.#sites.last,
        tasks: new Map(this.#sites.tasks),
        threads: new Map(this.#sites.threads),
      },
    };
  }

  /**
   * Folds the next event. Each kind says at its case what it changes; the kinds that happen most come first.
   *
   * Throws `TraceFormatError` if the fold is strict and the event cannot happen now; the folder is of no use afterwards.
   */
  apply(event: TraceEvent): this {
    if (this.#strict) this.#checkOrder(event);
    this.#seq = event.seq;
    this.#time = event.time;
    this.#iteration = event.iteration;

    switch (event.kind) {
      // ---- tasks --------------------------------------------------------------------------------------

      // Takes the task from the head of the ready queue (an eager one was not in it) and puts it on the stack.
      case 'task:step': {
        if (!event.eager) this.#take(event, 'task', event.task);
        const task = this.#move(event, 'running');
        if (task) task.steps++;
        this.#stack.push({ type: 'task', task: event.task });
        break;
      }

      // Ends the step: the task leaves the stack and waits, also in the line of the resource if it waits for one.
      case 'task:wait': {
        const { on, target, reason, name, time } = event;
        if (on === 'task') this.#task(event, target);
        const task = this.#move(event, 'waiting');
        if (task) task.waiting = { on, target, reason, name, since: time };
        if (on === 'resource') {
          this.#change(event, target, (resource) => ({ waiters: [...resource.waiters, event.task] }));
        }
        this.#leave(event, 'task', event.task);
        break;
      }

      // The task, new or done waiting, joins the end of the ready queue.
      case 'task:ready':
        this.#move(event, 'ready');
        this.#ready.push({ type: 'task', task: event.task });
        break;

      // Ends the step: the task leaves the stack and joins the end of the ready queue.
      case 'task:yield':
        this.#move(event, 'ready');
        this.#ready.push({ type: 'task', task: event.task });
        this.#leave(event, 'task', event.task);
        break;

      // Ends the step and the task. The one that was under it on the stack, if it was eager, runs again.
      case 'task:done': {
        const task = this.#move(event, 'done');
        if (task) {
          task.outcome = event.outcome;
          task.detail = event.detail;
          task.doneAt = event.time;
        }
        this.#leave(event, 'task', event.task);
        break;
      }

      // A new task, in no queue yet.
      case 'task:create': {
        const { task: id, name, parent, time } = event;
        if (this.#tasks.has(id)) this.#refuse(event, `task ${id} was created before`);
        this.#tasks.set(id, {
          id,
          name,
          parent,
          state: 'new',
          since: time,
          waiting: null,
          cancelling: 0,
          outcome: null,
          detail: '',
          createdAt: time,
          doneAt: null,
          droppedAt: null,
          steps: 0,
          times: NO_TIME,
        });
        break;
      }

      // The task's name.
      case 'task:rename': {
        const task = this.#task(event, event.task);
        if (task) this.#tasks.set(task.id, { ...task, name: event.name });
        break;
      }

      // How many requests to cancel it are open. What follows from them are events of their own.
      case 'task:cancel':
      case 'task:uncancel': {
        const task = this.#task(event, event.task);
        if (task) this.#tasks.set(task.id, { ...task, cancelling: event.cancelling });
        break;
      }

      // ---- handles and timers -------------------------------------------------------------------------

      // A callback joins the end of the ready queue.
      case 'handle:ready':
        this.#ready.push({ type: 'handle', handle: event.seq, label: event.label, cancelled: false });
        break;

      // Takes the handle from the head of the ready queue and puts it on the stack.
      case 'handle:run': {
        const entry = this.#take(event, 'handle', event.handle);
        const label = entry?.type === 'handle' ? entry.label : '';
        this.#stack.push({ type: 'handle', handle: event.handle, label });
        break;
      }

      // The handle leaves the stack.
      case 'handle:end':
        this.#leave(event, 'handle', event.handle);
        break;

      // Marks the handle in the ready queue; it keeps its place.
      case 'handle:cancel': {
        const place = this.#find('handle', event.handle);
        const entry = this.#ready[place];
        if (entry?.type === 'handle') this.#ready[place] = { ...entry, cancelled: true };
        else this.#refuse(event, `handle ${event.handle} is not in the ready queue`);
        break;
      }

      // Takes the handle from the head of the ready queue; it does not run.
      case 'handle:skip': {
        const entry = this.#take(event, 'handle', event.handle);
        if (entry?.type === 'handle' && !entry.cancelled) {
          this.#refuse(event, `handle ${event.handle} was not cancelled, so its turn cannot be passed over`);
        }
        break;
      }

      // A timer is set.
      case 'timer:set': {
        const { seq, when, task, label } = event;
        this.#timers.set(seq, { timer: seq, when, task, label });
        break;
      }

      // The timer is gone, and a handle for it joins the end of the ready queue.
      case 'timer:due':
        this.#removeTimer(event, event.timer);
        this.#ready.push({ type: 'handle', handle: event.seq, label: event.label, cancelled: false });
        break;

      // The timer is gone.
      case 'timer:cancel':
        this.#removeTimer(event, event.timer);
        break;

      // ---- the loop -----------------------------------------------------------------------------------

      // So many handles are to run.
      case 'iteration': {
        const queued = this.#ready.length - this.#head;
        if (event.ready !== queued) {
          this.#refuse(event, `says that ${event.ready} handles are ready, but there are ${queued}`);
        }
        this.#checkNothingRuns(event, 'an iteration cannot begin');
        this.#remaining = event.ready;
        break;
      }

      // The time jumped over is idle time.
      case 'clock:jump':
        this.#idle += event.to - event.from;
        break;

      // The time the CPU was burnt.
      case 'compute':
        this.#burned += event.to - event.from;
        break;

      // The time of a blocking call.
      case 'block':
        this.#blocked += event.to - event.from;
        break;

      // The loop runs, or runs on: one that is driven by the handle is in the middle of an iteration.
      case 'loop:run':
        this.#checkNothingRuns(event, 'a loop cannot start to run');
        if (this.#loop.running) this.#refuse(event, `loop ${this.#loop.id} has not returned`);
        this.#stack.length = 0;
        this.#loop = { ...this.#meet(event.loop), running: true };
        break;

      // The loop no longer runs. An error that left it in the middle of a callback left no `handle:end`, so what still
      // is on the stack leaves it here. What remains of the iteration is for a later driver.
      case 'loop:return': {
        const loop = this.#meet(event.loop);
        if (!loop.running) this.#refuse(event, `loop ${event.loop} does not run`);
        const step = this.#stack.findLast(({ type }) => type === 'task');
        if (step) this.#refuse(event, `a loop cannot return in the middle of the step of ${describe(step)}`);
        this.#stack.length = 0;
        this.#remaining = event.remaining;
        this.#loop = { ...loop, running: false, stopping: false };
        break;
      }

      // The loop returns when the iteration ends: this one, or the next one if none is under way.
      case 'loop:stop':
        this.#loop = { ...this.#meet(event.loop), stopping: true };
        break;

      // Nothing runs any more: the ready queue and the timers are dropped, and the tasks that are not done.
      case 'loop:close':
        this.#checkNothingRuns(event, 'a loop cannot be closed');
        if (this.#loop.running) this.#refuse(event, `loop ${this.#loop.id} has not returned`);
        this.#loop = { ...this.#meet(event.loop), running: false, stopping: false, closed: true };
        this.#stack.length = 0;
        this.#remaining = 0;
        this.#ready = [];
        this.#head = 0;
        this.#timers.clear();
        this.#dropTasks(event.time);
        break;

      // CPU time that the loop spent on switching, or that a thread will spend.
      case 'overhead':
        if (event.thread === 0) this.#overhead += event.ms;
        else this.#machine.apply(event);
        break;

      // ---- a simulated machine: what each of these changes is said in machine-state.ts ------------------

      case 'machine:new':
      case 'process:new':
      case 'thread:create':
      case 'thread:host':
      case 'thread:ready':
      case 'thread:run':
      case 'thread:preempt':
      case 'thread:wait':
      case 'thread:done':
      case 'gil:ask':
      case 'gil:take':
      case 'thread:hold':
        this.#machine.apply(event);
        break;

      // ---- resources and devices ----------------------------------------------------------------------

      // A resource, as it is met.
      case 'resource:new': {
        const { resource: id, type, name, capacity, value } = event;
        this.#resources.set(id, { id, type, name, capacity, value, holders: [], waiters: [] });
        break;
      }

      // The resource's value.
      case 'resource:use':
        this.#change(event, event.resource, () => ({ value: event.value }));
        break;

      // One holder more at the end of the list, or one less: a task that is in it twice gives back what it took last.
      case 'resource:hold':
        this.#change(event, event.resource, ({ holders }) => {
          if (event.held) return { holders: [...holders, event.task] };
          if (!holders.includes(event.task)) {
            this.#refuse(event, `task ${event.task} does not hold resource ${event.resource}`);
          }
          return { holders: without(holders, holders.lastIndexOf(event.task)) };
        });
        break;

      // A request is queued at its device.
      case 'request:new': {
        const { seq: id, device, task, label } = event;
        this.#requests.set(id, { id, device, task, label, state: 'queued', until: null, failed: false });
        break;
      }

      // It is under way, until a known time.
      case 'request:start':
        this.#advance(event, { state: 'started', until: event.until });
        break;

      // The device is done with it.
      case 'request:complete':
        this.#advance(event, { state: 'completed', failed: event.failed });
        break;

      // The loop has noticed: a handle for it joins the end of the ready queue.
      case 'request:deliver':
        this.#advance(event, { state: 'delivered' });
        this.#ready.push({ type: 'handle', handle: event.seq, label: event.label, cancelled: false });
        break;

      // It was given up, for good: a device that finishes it nevertheless does not change that.
      case 'request:cancel':
        this.#advance(event, { state: 'cancelled' });
        break;

      // ---- what people see ----------------------------------------------------------------------------

      // Where the task, the thread or the plain code is in the sources.
      case 'source:at': {
        const site: Site = { file: event.file, line: event.line };
        if (event.task !== 0) this.#sites.tasks.set(event.task, site);
        else if (event.thread !== 0) this.#sites.threads.set(event.thread, site);
        else this.#sites.plain = site;
        this.#sites.last = site;
        break;
      }

      // A line of output.
      case 'print':
        this.#output.push({ time: event.time, task: event.task, thread: 0, text: event.text });
        break;

      // The same of a thread.
      case 'thread:print':
        this.#output.push({ time: event.time, task: 0, thread: event.thread, text: event.text });
        break;

      // A call of the exception handler.
      case 'error': {
        const { time, task, message, detail } = event;
        this.#errors.push({ time, task, message, detail });
        break;
      }

      // A policy that permutes the ready queue picked who runs next: that entry moves to the head. Other choices change
      // nothing that is seen here.
      case 'choice':
        if (event.what === 'ready') {
          const [picked] = this.#ready.splice(this.#head + event.picked, 1);
          if (picked) this.#ready.splice(this.#head, 0, picked);
          else this.#refuse(event, `there is no place ${event.picked} in the ready queue`);
        }
        break;

      // Nothing that is seen here: what comes of it are events of their own.
      case 'cell:read':
      case 'cell:write':
      case 'draw':
      case 'future:done':
      case 'deadlock':
        break;

      // Nothing that is not known from its runs: the CPU time that a thread asked for, and has had.
      case 'thread:busy':
        break;

      default:
        return this.#unknown(event);
    }
    return this;
  }

  /** The compiler sees to it that no kind comes here. */
  #unknown(_event: never): this {
    return this;
  }

  // ---- tasks ------------------------------------------------------------------------------------------

  /**
   * Brings the event's task into a state, charging the time since the last change to the state it was in. Returns the
   * task's new entry, which may still be changed: no state has been made of it.
   */
  #move(event: MovingEvent, state: TaskPhase): Draft<TaskState> | undefined {
    const task = this.#task(event, event.task);
    if (!task) return undefined;
    if (this.#strict) this.#checkMove(event, task);
    if (task.waiting?.on === 'resource') {
      this.#change(event, task.waiting.target, ({ waiters }) => {
        return { waiters: without(waiters, waiters.indexOf(task.id)) };
      });
    }
    const moved: Draft<TaskState> = { ...task };
    moved.state = state;
    moved.since = event.time;
    moved.waiting = null;
    moved.times = addTime(task.times, task.state, event.time - task.since);
    this.#tasks.set(task.id, moved);
    return moved;
  }

  #dropTasks(time: number): void {
    for (const task of this.#tasks.values()) {
      if (task.doneAt !== null || task.droppedAt !== null) continue;
      const times = addTime(task.times, task.state, time - task.since);
      this.#tasks.set(task.id, { ...task, times, since: time, droppedAt: time });
    }
  }

  #task(event: TraceEvent, id: number): TaskState | undefined {
    const task = this.#tasks.get(id);
    if (!task) this.#refuse(event, `there is no task ${id}`);
    return task;
  }

  // ---- the ready queue and the stack ------------------------------------------------------------------

  /** Where an entry stands in the ready queue, -1 if it does not. */
  #find(type: ReadyEntry['type'], id: number): number {
    for (let place = this.#head; place < this.#ready.length; place++) {
      if (isEntry(this.#ready[place], type, id)) return place;
    }
    return -1;
  }

  /** Takes an entry from the head of the ready queue (lenient: from anywhere in it), as part of this iteration. */
  #take(event: TraceEvent, type: ReadyEntry['type'], id: number): ReadyEntry | undefined {
    if (this.#strict) this.#checkTake(event, type, id);
    if (this.#remaining > 0) this.#remaining--;
    const head = this.#ready[this.#head];
    if (!isEntry(head, type, id)) {
      const place = this.#find(type, id);
      return place < 0 ? undefined : this.#ready.splice(place, 1)[0];
    }
    this.#head++;
    if (this.#head > ENOUGH_TO_LET_GO && this.#head * 2 > this.#ready.length) {
      this.#ready.splice(0, this.#head);
      this.#head = 0;
    }
    return head;
  }

  /** What runs ends, and what was under it on the stack runs again. */
  #leave(event: TraceEvent, type: Running['type'], id: number): void {
    if (isEntry(this.#stack.at(-1), type, id)) {
      this.#stack.pop();
    } else {
      this.#refuse(event, `${type} ${id} does not run, ${describe(this.#stack.at(-1))} does`);
      const place = this.#stack.findLastIndex((running) => isEntry(running, type, id));
      if (place >= 0) this.#stack.splice(place, 1);
    }
  }

  // ---- the rest ---------------------------------------------------------------------------------------

  /** The loop with that id: the one we know, or one we hear of for the first time. */
  #meet(loop: number): LoopInfo {
    return this.#loop.id === loop ? this.#loop : { ...NO_LOOP, id: loop };
  }

  #removeTimer(event: TraceEvent, timer: number): void {
    if (!this.#timers.delete(timer)) this.#refuse(event, `timer ${timer} is not set`);
  }

  #change(event: TraceEvent, id: number, patch: (resource: ResourceState) => Partial<ResourceState>): void {
    const resource = this.#resources.get(id);
    if (resource) this.#resources.set(id, { ...resource, ...patch(resource) });
    else this.#refuse(event, `there is no resource ${id}`);
  }

  #advance(event: RequestEvent, patch: Partial<RequestState>): void {
    const request = this.#requests.get(event.request);
    if (!request) this.#refuse(event, `there is no request ${event.request}`);
    else if (request.state !== 'cancelled') this.#requests.set(request.id, { ...request, ...patch });
  }

  // ---- strictness -------------------------------------------------------------------------------------

  /** Throws if the fold is strict; a lenient one goes on. */
  #refuse(event: TraceEvent, message: string): void {
    if (!this.#strict) return;
    throw new TraceFormatError(
      `event ${event.seq} (${event.kind}): ${message}; the trace was edited, or its writer left an event out`,
      event.seq,
    );
  }

  #checkOrder(event: TraceEvent): void {
    if (event.seq !== this.#seq + 1) this.#refuse(event, `follows event ${this.#seq}`);
    if (event.time < this.#time)
      this.#refuse(event, `is at ${event.time} ms, but the time was ${this.#time} ms`);
  }

  #checkNothingRuns(event: TraceEvent, what: string): void {
    const running = this.#stack.at(-1);
    if (running) this.#refuse(event, `${what} while ${describe(running)} runs`);
  }

  #checkMove(event: MovingEvent, task: TaskState): void {
    if (task.droppedAt !== null) this.#refuse(event, `the loop of task ${task.id} was closed before`);
    const before: readonly TaskPhase[] = MOVES[event.kind];
    if (before.includes(task.state)) return;
    this.#refuse(
      event,
      `task ${task.id} is ${task.state}, and this happens only to one that is ${before.join(' or ')}`,
    );
  }

  #checkTake(event: TraceEvent, type: ReadyEntry['type'], id: number): void {
    const head = this.#ready[this.#head];
    if (!isEntry(head, type, id)) {
      this.#refuse(event, `takes ${type} ${id} from the ready queue, but its head is ${describe(head)}`);
    }
    if (this.#remaining === 0) this.#refuse(event, 'all handles of this iteration have run');
    this.#checkNothingRuns(event, `${type} ${id} cannot leave the ready queue`);
  }
}

/** The kinds of event that bring a task into another state, and the states in which they find it. */
const MOVES = {
  'task:step': ['new', 'ready'],
  'task:wait': ['running'],
  'task:ready': ['new', 'waiting'],
  'task:yield': ['running'],
  'task:done': ['running'],
} as const satisfies { readonly [K in EventKind]?: readonly TaskPhase[] };

/** A new entry, until a state is made of it. */
type Draft<T> = { -readonly [K in keyof T]: T[K] };

type MovingEvent = Extract<TraceEvent, { kind: keyof typeof MOVES }>;
type RequestEvent = Extract<TraceEvent, { request: number }>;

function isEntry(entry: ReadyEntry | Running | undefined, type: ReadyEntry['type'], id: number): boolean {
  if (entry === undefined || entry.type !== type) return false;
  return (entry.type === 'task' ? entry.task : entry.handle) === id;
}

function describe(entry: ReadyEntry | Running | undefined): string {
  if (entry === undefined) return 'nothing';
  return entry.type === 'task' ? `task ${entry.task}` : `handle ${entry.handle}`;
}

/** The list without what is in that place; the list itself if the place is -1. */
function without(list: readonly number[], place: number): readonly number[] {
  return place < 0 ? list : list.toSpliced(place, 1);
}
