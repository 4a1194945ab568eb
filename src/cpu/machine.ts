/**
 * A simulated machine: cores, processes with their GIL, and threads that take turns on them.
 *
 * It stands behind a world (`World.processor`): all that it does happens at set times, and lies in the world's calendar
 * beside the completions of devices. So there is no second clock and no second loop. Three kinds of moment there are: a
 * thread has had the CPU time it wanted or has slept enough (`Schedulable`), somebody has waited a switch interval for the
 * GIL (`Gil`), a time slice is over (`Core`). At each the machine moves threads between five places, and this file holds
 * every move:
 *
 *     new ──▶ gil ──▶ core ──▶ running ──▶ waiting, done
 *              ▲       ▲ ▲        │           │
 *              │       │ └ slice ─┤           │
 *              └── gil asked for ─┘◀── wake ──┘
 *
 * To run, a thread needs the GIL of its process first and a core then. What it may lose again differs: the operating
 * system takes the core away and leaves it the GIL; who asks for the GIL gets both.
 *
 * The loop's own thread, the *host*, is a thread among the others, once there are any. It differs in that nobody resumes
 * it: the loop calls `burn`, `block` and `idle`, and these run the machine, nested, until the host has what it wants.
 * What the loop does in between takes no time, and can't be interrupted.
 */

import { explainDeadlock } from '../core/deadlock.ts';
import { describeValue, LimitError, RuntimeError, ValueError } from '../core/errors.ts';
import { Fifo } from '../core/fifo.ts';
import { tag } from '../core/format.ts';
import type { EventLoop } from '../core/loop.ts';
import { Oracle } from '../core/oracle.ts';
import { running, Turn } from '../core/running.ts';
import type { Missing, Script } from '../core/script.ts';
import type { Holder, WaitDescription } from '../core/suspension.ts';
import type { Tracer } from '../core/tracer.ts';
import type { Completion, Processor, World } from '../core/world.ts';
import { CODE } from '../trace/events.ts';
import { type Costs, checkCosts } from './costs.ts';
import { Gil } from './gil.ts';
import { Schedulable, type ThreadPhase } from './schedulable.ts';

declare module '../core/loop-options.ts' {
  interface Limits {
    /** How often the threads of a simulated machine may be resumed in all; no bound by default. */
    readonly threadSteps?: number;
  }
}

declare module '../core/policy.ts' {
  interface ChoiceKinds {
    /** Threads that wait for the same: the GIL, a core, or a lock. */
    thread: true;
    /** Whether a thread that takes the next piece of its work goes on, or is interrupted by those who wait. */
    preempt: true;
  }
}

/** How a machine is built. */
export interface MachineOptions {
  /** Cores; 4 by default. */
  readonly cores?: number;
  /** Whether each process has a GIL, as in CPython unless it was built without; true by default. */
  readonly gil?: boolean;
  /** How long (ms) a thread waits for the GIL before it asks for it; 5 by default. Mirrors `sys.setswitchinterval`. */
  readonly switchInterval?: number;
  /** How long (ms) a thread keeps a core while others wait for one; 4 by default. */
  readonly timeSlice?: number;
  /** What the machine's own work costs; nothing by default. */
  readonly costs?: Partial<Costs>;
  /** How often threads may be resumed without the clock moving, before that is an error; 10 million by default. */
  readonly stepsPerInstant?: number;
  /** How often threads may be resumed in all; no bound by default, or that of the loop's `limits.threadSteps`. */
  readonly steps?: number;
}

/** A name that wasn't chosen: which number it has depends on when others are made. */
const NUMBERED = /^(?:Thread|Process)-\d+$/;

const OPTIONS: readonly (keyof MachineOptions)[] = [
  'cores',
  'gil',
  'switchInterval',
  'timeSlice',
  'costs',
  'stepsPerInstant',
  'steps',
];

/** Throws a ValueError for an option that neither a machine has nor `others` name. @internal */
export function checkOptions(options: object, who: string, others: readonly string[] = []): void {
  const names = [...OPTIONS, ...others];
  const wrong = Object.keys(options).find((name) => !names.includes(name));
  if (wrong !== undefined)
    throw new ValueError(`no option of ${who} is called ${wrong}; there are ${names.join(', ')}`);
}

/** Told of what a thread threw, and nobody caught. Mirrors `threading.excepthook`. */
export type ThreadExceptionHandler = (context: {
  message: string;
  exception: unknown;
  thread: string;
}) => void;

/** A core, and the timer of its time slice. */
export class Core implements Completion {
  readonly id: number;
  thread: Schedulable | null;
  /** Who ran on it last. */
  last: Schedulable | null;
  /** When the one that runs had come. */
  since: number;
  /** The time slice is over, but what runs can't be interrupted now. */
  expired: boolean;
  slot: number;
  private readonly machine: Machine;

  constructor(machine: Machine, id: number) {
    this.id = id;
    this.thread = null;
    this.last = null;
    this.since = 0;
    this.expired = false;
    this.slot = -1;
    this.machine = machine;
  }

  called(): string {
    return `end of a time slice of core ${this.id}`;
  }

  onDue(): void {
    this.machine.sliceOver(this);
  }
}

/** A process: an interpreter with threads of its own, and its GIL. */
export class Interpreter {
  readonly id: number;
  readonly name: string;
  readonly gil: Gil | null;
  readonly machine: Machine;

  constructor(machine: Machine, id: number, name: string, gil: Gil | null) {
    this.machine = machine;
    this.id = id;
    this.name = name;
    this.gil = gil;
    const { tracer } = machine.world;
    if (tracer.active) tracer.emit(CODE['process:new'], 0, id, machine.id, gil === null ? 0 : 1, name);
  }
}

/** The loop's own thread, or that of a script: what runs when none of the machine's threads does. */
class Host extends Schedulable {
  /** It has what it wanted. */
  resumed: boolean;
  wait: WaitDescription | null;

  constructor(machine: Machine, process: Interpreter) {
    super(machine, process, 'MainThread');
    this.resumed = true;
    this.wait = null;
  }

  resume(): void {
    this.resumed = true;
  }

  waitsFor(): WaitDescription | null {
    return this.wait;
  }
}

/** The last numbers given in a trace, in which there may be several machines. */
interface Numbers {
  threads: number;
  processes: number;
}

const numbers = new WeakMap<Tracer, Numbers>();

function numbersOf(tracer: Tracer): Numbers {
  let found = numbers.get(tracer);
  if (found === undefined) {
    found = { threads: 0, processes: 0 };
    numbers.set(tracer, found);
  }
  return found;
}

/** What a thread is told that asks for what only a loop has. */
class NoLoopInThread implements Missing {
  private readonly machine: Machine;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  loop(): string {
    return (
      `no running event loop in the thread ${this.machine.current!.name}: take the loop along from a coroutine, and call it by ` +
      `callSoonThreadsafe. ${INSTEAD}`
    );
  }

  task(): string {
    return `there is no task to wait in the thread ${this.machine.current!.name}: what coroutines await belongs to a loop. ${INSTEAD}`;
  }
}

const INSTEAD =
  'A thread has blocked(ms) for sleep(ms), ThreadLock and the like for locks, and request(device)';

const IN_SELECT: WaitDescription = { on: 'timer', target: null, reason: 'select', name: '', holders: [] };
const AT_EXIT: WaitDescription = { on: 'timer', target: null, reason: 'exit', name: '', holders: [] };
const IN_CALL: WaitDescription = {
  on: 'timer',
  target: null,
  reason: 'blocking call',
  name: '',
  holders: [],
};

/**
 * A machine with cores, threads and processes, for a loop or for threads alone.
 *
 * Without threads and costs it changes nothing, to the byte. Throws a ValueError for impossible options.
 *
 * @example
 * run(main, { machine: new Machine({ cores: 4, gil: false }) })
 * runThreads(main, { cores: 1, switchInterval: 10 })
 */
export class Machine implements Processor {
  readonly cores: readonly Core[];
  /** Whether processes have a GIL. */
  readonly hasGil: boolean;
  readonly switchInterval: number;
  readonly timeSlice: number;
  readonly costs: Costs;
  /** How many threads were started and are not over, daemons aside. @internal */
  unfinished: number;
  /** The threads that are not done. @internal */
  readonly threads: Set<Schedulable>;
  /** How many threads want to run and can't: they lack the GIL or a core. */
  private wanting: number;
  /** Threads that have all they need but a core. */
  private readonly runQueue: Fifo<Schedulable>;
  private readonly stepsPerInstant: number;
  private attached: World | null;
  /** What the code of threads finds around it. */
  private script: Script | null;
  private main: Interpreter | null;
  private host: Host | null;
  /** The event by which it took over; 0: it hasn't. @internal */
  id: number;
  private processes: number;
  private namedProcesses: number;
  /** The last number in the name of a thread. @internal */
  namedThreads: number;
  /** The thread whose code runs right now. @internal */
  current: Schedulable | null;
  /** That of its threads: no task takes a step in them. */
  private readonly turn: Turn;
  /** What ran when that began, and stands still meanwhile. */
  private readonly outer: Pick<typeof running, 'loop' | 'turn' | 'context' | 'script'> & { cause: number };
  /** Where output and errors go that no loop or script takes, since none runs: also to a loop that has ended. @internal */
  outside: {
    write: ((line: string) => void) | null;
    exceptionHandler: ThreadExceptionHandler | null;
    loop: EventLoop | null;
  };
  /** It was stopped by this. */
  private failure: LimitError | null;
  private stepsLeft: number;
  /** The bound on steps in all that it was given; null: that of the loop or script counts. */
  private readonly steps: number | null;
  private stepsLeftInAll: number;
  private instant: number;

  constructor(options: MachineOptions = {}) {
    const {
      cores = 4,
      gil = true,
      switchInterval = 5,
      timeSlice = 4,
      stepsPerInstant = 10_000_000,
    } = options;
    checkOptions(options, 'a machine');
    if (typeof gil !== 'boolean') throw new TypeError(`gil is true or false, got ${describeValue(gil)}`);
    if (!(Number.isInteger(cores) && cores >= 1))
      throw new ValueError(`a machine has one core or more, got ${describeValue(cores)}`);
    this.cores = Array.from({ length: cores }, (_, id) => new Core(this, id));
    this.hasGil = gil;
    this.switchInterval = positive('switchInterval', switchInterval);
    this.timeSlice = positive('timeSlice', timeSlice);
    this.costs = checkCosts(options.costs);
    this.unfinished = 0;
    this.threads = new Set();
    this.wanting = 0;
    this.runQueue = new Fifo();
    this.stepsPerInstant = positive('stepsPerInstant', stepsPerInstant);
    this.steps = options.steps === undefined ? null : positive('steps', options.steps);
    this.stepsLeftInAll = this.steps ?? Number.POSITIVE_INFINITY;
    this.attached = null;
    this.script = null;
    this.main = null;
    this.host = null;
    this.id = 0;
    this.processes = 0;
    this.namedProcesses = 0;
    this.namedThreads = 0;
    this.current = null;
    this.turn = new Turn();
    this.outer = { loop: null, turn: this.turn, context: null, script: null, cause: 0 };
    this.outside = { write: null, exceptionHandler: null, loop: null };
    this.failure = null;
    this.stepsLeft = stepsPerInstant;
    this.instant = 0;
  }

  /** Puts it behind a world. Throws a RuntimeError if it, or the world, is taken. @internal */
  attach(world: World): void {
    if (world.processor === this) return;
    if (this.attached !== null)
      throw new RuntimeError(
        'this machine belongs to another run: each run takes a new Machine, and machine: () => new Machine({ … }) makes one for each',
      );
    if (world.processor !== null)
      throw new RuntimeError(
        'there is a machine already: it comes with the first loop of a script, or with runThreads()',
      );
    this.attached = world;
    this.script = {
      world,
      options: { world },
      print: this.print,
      write: this.write,
      missing: new NoLoopInThread(this),
    };
    world.processor = this;
  }

  /** The world it stands behind. */
  get world(): World {
    if (this.attached === null) throw new RuntimeError('this machine belongs to no run yet');
    return this.attached;
  }

  /** What a step of a coroutine costs; the loop spends it. @internal */
  get stepCost(): number {
    return this.costs.coroutineSwitch;
  }

  /** What a task costs; the loop spends it. @internal */
  get taskCost(): number {
    return this.costs.coroutineCreate;
  }

  /** Virtual ms. */
  get now(): number {
    return this.world.clock.now;
  }

  // ---- processes and threads ----------------------------------------------------------------------------

  /** A new process. @internal */
  newProcess(name: string): Interpreter {
    const { world } = this;
    const { tracer } = world;
    if (++this.processes === 1 && tracer.active) {
      this.id = tracer.emit(CODE['machine:new'], 0, this.cores.length, this.switchInterval, this.timeSlice);
    }
    const gil = this.hasGil ? new Gil(this, this.switchInterval) : null;
    return new Interpreter(this, ++numbersOf(tracer).processes, name, gil);
  }

  /**
   * The process in which everything begins. If a loop or script runs, its own thread is in it from now on, and runs.
   * @internal
   */
  mainProcess(): Interpreter {
    if (this.main !== null) return this.main;
    this.main = this.newProcess('main');
    return this.main;
  }

  /** The thread of the loop or script that runs is one of the machine's from now on. @internal */
  admitHost(): void {
    if (running.loop !== null) this.outside.loop = running.loop;
    if (this.host !== null) return;
    this.stepsLeftInAll =
      this.steps ??
      (running.loop?.limits ?? running.script?.options.limits)?.threadSteps ??
      Number.POSITIVE_INFINITY;
    const host = new Host(this, this.mainProcess());
    this.host = host;
    this.add(host, 0);
    const { tracer } = this.world;
    if (tracer.active) tracer.emit(CODE['thread:host'], tracer.cause, host.id);
    host.process.gil?.take(host);
    this.dispatch(host, this.cores[0]!, 0);
    this.endSlice(host); // it runs, and has asked for nothing yet
  }

  /** The next number for a process without a name. @internal */
  countProcess(): number {
    return ++this.namedProcesses;
  }

  /** The next number for a thread. @internal */
  nextThread(): number {
    return ++numbersOf(this.world.tracer).threads;
  }

  /** A thread was made. @internal */
  add(thread: Schedulable, parent: number): void {
    this.threads.add(thread);
    const { tracer, sites } = this.world;
    if (sites !== null && parent !== 0) sites.note(false); // the first one is made by nobody
    if (tracer.active) {
      tracer.emit(CODE['thread:create'], tracer.cause, thread.id, thread.process.id, parent, thread.name);
      const name = NUMBERED.test(thread.name) ? '' : thread.name;
      this.world.chance?.made(thread, 'thread', name, this.current?.asker ?? running.turn.task);
    }
  }

  /** The thread whose code runs. @internal */
  get acting(): Schedulable | null {
    return this.current;
  }

  toString(): string {
    return tag('Machine', `cores=${this.cores.length}`, `threads=${this.threads.size}`);
  }

  /** The number of the thread whose code runs, or that of the loop; 0 if there is neither. @internal */
  currentId(): number {
    return this.current?.id ?? this.host?.id ?? 0;
  }

  /** Who waits, for a deadlock to name; workers without a job don't wait for anything. */
  waiting(): Holder[] {
    return [...this.threads].filter(
      (thread) => thread !== this.host && thread.phase === 'waiting' && thread.waitsFor()?.reason !== 'job',
    );
  }

  /** What is ready in a loop that nobody wakes was put there by this. */
  get unawares(): string {
    return 'a thread without callSoonThreadsafe';
  }

  // ---- what threads ask for -----------------------------------------------------------------------------

  /** The thread wants `work` ms of CPU, and is resumed when it has had them. @internal */
  want(thread: Schedulable, work: number, isNative = false): void {
    const isAsked = mustDrop(thread); // before a native call begins
    thread.work = work;
    thread.isNative = isNative;
    if (thread.phase !== 'running') this.acquire(thread, thread.event);
    else if (isAsked) this.dropGil(thread);
    else if (thread.core!.expired && this.runQueue.length > 0) this.preempt(thread);
    else this.beginUnlessInterrupted(thread);
  }

  /** Others wait for what it has, and a policy may interrupt it here: how long a piece of work takes is only about so. */
  private beginUnlessInterrupted(thread: Schedulable): void {
    const { gil } = thread.process;
    const wantsGil = gil !== null && gil.waiters.length > 0;
    if (!(wantsGil || this.runQueue.length > 0) || !this.isInterrupted(thread)) this.beginSlice(thread);
    else if (wantsGil) this.takeGilFrom(thread, gil);
    else this.preempt(thread);
  }

  private isInterrupted({ name }: Schedulable): boolean {
    const nameOf = (index: number) => `${name} ${index === 0 ? 'goes on' : 'is interrupted'}`;
    return this.oracle().choose('preempt', 2, nameOf) === 1;
  }

  private takeGilFrom(thread: Schedulable, gil: Gil): void {
    const { tracer } = this.world;
    gil.asked = true;
    if (tracer.active)
      thread.event = tracer.emit(CODE['gil:ask'], tracer.seq, gil.waiters.at(0)!.id, thread.id);
    this.dropGil(thread);
  }

  /** The running thread suspends, until it is woken. @internal */
  park(thread: Schedulable, { on, target, reason, name }: WaitDescription): void {
    const { tracer } = this.world;
    this.move(thread, 'waiting');
    if (tracer.active) {
      const id = target === null ? 0 : 'resourceType' in target ? tracer.resource(target) : target.id;
      thread.event = tracer.emit(CODE['thread:wait'], thread.event, thread.id, id, 0, [on, reason, name]);
    }
    this.giveUp(thread);
  }

  /** The suspended thread wakes up after `ms`, if nobody wakes it before. @internal */
  wakeAfter(thread: Schedulable, ms: number): void {
    this.world.calendar.add(this.now + ms, thread);
  }

  /** What a suspended thread waited for is there: it wants to go on. @internal */
  wake(thread: Schedulable, cause = thread.event): void {
    if (thread.slot >= 0) this.world.calendar.remove(thread);
    thread.work = 0;
    thread.isNative = false;
    this.acquire(thread, cause);
  }

  /** A thread is over. @internal */
  end(thread: Schedulable): void {
    this.move(thread, 'done');
    this.threads.delete(thread);
    this.giveUp(thread);
  }

  // ---- the moves ----------------------------------------------------------------------------------------

  private move(thread: Schedulable, phase: ThreadPhase): void {
    if (thread.phase === 'gil' || thread.phase === 'core') this.wanting--;
    if (phase === 'gil' || phase === 'core') this.wanting++;
    thread.phase = phase;
  }

  /** Whether somebody will run as soon as the loop's own thread lets go. */
  isWanted(): boolean {
    return this.wanting > 0;
  }

  /** First the GIL, then a core. */
  private acquire(thread: Schedulable, cause: number): void {
    const { gil } = thread.process;
    if (gil !== null && gil.holder !== thread) {
      if (gil.holder !== null) {
        this.move(thread, 'gil');
        this.traceReady(thread, 'gil', cause);
        gil.enqueue(thread);
        return;
      }
      if (gil.take(thread)) thread.hadSwitch = true;
    }
    this.findCore(thread, cause);
  }

  private findCore(thread: Schedulable, cause: number): void {
    const core = this.freeCore(thread);
    if (core !== null) return this.dispatch(thread, core, cause);
    this.move(thread, 'core');
    this.traceReady(thread, 'core', cause);
    this.queueForCore(thread);
  }

  /** The one it ran on last, if that is free: going on there costs nothing. */
  private freeCore(thread: Schedulable): Core | null {
    let free: Core | null = null;
    for (const core of this.cores) {
      if (core.thread !== null) continue;
      if (core.last === thread) return core;
      free ??= core;
    }
    return free;
  }

  private queueForCore(thread: Schedulable): void {
    this.runQueue.push(thread);
    // From now on those who run have a time slice, which began when they came.
    for (const core of this.cores) if (core.thread !== null && core.slot < 0) this.limitSlice(core);
  }

  private limitSlice(core: Core): void {
    this.world.calendar.add(Math.max(this.now, core.since + this.timeSlice), core);
  }

  /** `since`: the time slice is one that began before. */
  private dispatch(thread: Schedulable, core: Core, cause: number, since = this.now): void {
    const { tracer } = this.world;
    const { hadSwitch } = thread;
    const cost = this.chargeSwitch(thread, core.last);
    // It is there when the switch is over, and has its slice and interval from then on. Else a switch that costs as much
    // as these would leave nothing for work, and threads would take turns for ever without getting anywhere.
    if (hadSwitch && cost > 0) thread.process.gil?.countFrom(this.now + cost);
    this.move(thread, 'running');
    thread.core = core;
    core.thread = thread;
    core.last = thread;
    core.since = since + cost;
    if (tracer.active) thread.event = tracer.emit(CODE['thread:run'], cause, thread.id, core.id);
    if (this.runQueue.length > 0) this.limitSlice(core);
    if (mustDrop(thread)) this.dropGil(thread);
    else this.beginSlice(thread);
  }

  private beginSlice(thread: Schedulable): void {
    thread.sliceStart = this.now;
    this.world.calendar.add(this.now + thread.overhead + thread.work, thread);
  }

  /** What it has had of its slice is taken off what it wants. */
  private endSlice(thread: Schedulable): void {
    if (thread.slot < 0) return;
    this.world.calendar.remove(thread);
    const had = this.now - thread.sliceStart;
    thread.work = Math.max(0, thread.work - Math.max(0, had - thread.overhead));
    thread.overhead = Math.max(0, thread.overhead - had);
  }

  /** The thread has had all that it wanted. @internal */
  workDone(thread: Schedulable): void {
    thread.work = 0;
    thread.overhead = 0;
    thread.isNative = false;
    if (mustDrop(thread)) this.dropGil(thread);
    else thread.resume();
  }

  /** Somebody asks for the GIL. @internal */
  askedForGil(holder: Schedulable, asking: Schedulable): void {
    const { tracer } = this.world;
    if (tracer.active) tracer.emit(CODE['gil:ask'], asking.event, asking.id, holder.id);
    // One that has no core drops it as soon as it has one; the loop's own code, at its next call.
    if (holder.slot >= 0 && mustDrop(holder)) this.dropGil(holder);
  }

  /**
   * Who starts a thread waits until that has begun (`Thread.start` in threading.py), and gives up the GIL for it: when it next
   * takes time, since start() is a plain call here. The new one then has it for a switch interval, or until it blocks.
   * @internal
   */
  letBegin(thread: Schedulable): void {
    const { gil } = thread.process;
    const starter = this.current ?? this.host;
    if (starter === null || thread.phase !== 'gil' || gil!.holder !== starter || gil!.asked) return;
    gil!.asked = true;
    const { tracer } = this.world;
    if (tracer.active) tracer.emit(CODE['gil:ask'], thread.event, thread.id, starter.id);
  }

  /** Forced: the running thread hands the GIL to another, and queues up for it. */
  private dropGil(thread: Schedulable): void {
    this.endSlice(thread);
    this.tracePreempt(thread, 'gil');
    this.move(thread, 'gil');
    this.giveUp(thread, true);
    thread.process.gil!.enqueue(thread, true);
  }

  /** A time slice is over. @internal */
  sliceOver(core: Core): void {
    const thread = core.thread!;
    if (this.runQueue.length === 0) return;
    if (thread.slot < 0) core.expired = true;
    else this.preempt(thread);
  }

  /** Forced: the running thread makes place for another, and queues up for a core; it keeps the GIL. */
  private preempt(thread: Schedulable): void {
    this.endSlice(thread);
    this.tracePreempt(thread, 'slice');
    this.move(thread, 'core');
    this.runQueue.push(thread);
    this.freeUp(thread);
  }

  /**
   * It needs neither core nor GIL any more: others do. Who asked for the GIL gets the core as well, with what is left of
   * the time slice: if it had to queue up for one, it would be asked for the GIL before it ever ran, and a process
   * with two threads that compute would starve beside others.
   */
  private giveUp(thread: Schedulable, isForced = false): void {
    const { gil } = thread.process;
    const { core } = thread;
    const next = gil?.holder === thread ? gil.drop() : null;
    const since = core === null || !isForced || next === null ? -1 : core.since;
    if (since < 0) this.freeUp(thread);
    else this.leaveCore(thread);
    if (next === null) return;
    if (gil!.take(next)) next.hadSwitch = true;
    const { tracer } = this.world;
    if (tracer.active) next.event = tracer.emit(CODE['gil:take'], thread.event, next.id);
    if (since < 0 || this.runQueue.length === 0) return this.findCore(next, next.event);
    this.dispatch(next, core!, next.event, since);
  }

  /** Its core is free for the next one. */
  private freeUp(thread: Schedulable): void {
    const core = this.leaveCore(thread);
    if (core === null || this.runQueue.length === 0) return;
    const picked = this.choose(this.runQueue);
    if (picked > 0) this.runQueue.moveToHead(picked);
    this.dispatch(this.runQueue.shift(), core, thread.event);
  }

  private leaveCore(thread: Schedulable): Core | null {
    const { core } = thread;
    if (core === null) return null;
    thread.core = null;
    core.thread = null;
    core.expired = false;
    if (core.slot >= 0) this.world.calendar.remove(core);
    return core;
  }

  /** What it costs that another thread runs now, on this core or with this GIL: once, if both are so. */
  private chargeSwitch(thread: Schedulable, before: Schedulable | null): number {
    const { costs } = this;
    const isOther = before !== null && before !== thread;
    let cost = 0;
    if (isOther && before.process !== thread.process) cost = costs.processSwitch;
    else if (isOther || thread.hadSwitch) cost = costs.threadSwitch;
    this.charge(thread, cost, 'switch');
    thread.hadSwitch = false;
    return cost;
  }

  /** CPU time that the machine's own work takes; the thread spends it before it goes on. @internal */
  charge(thread: Schedulable, ms: number, what: string): void {
    if (ms === 0) return;
    thread.overhead += ms;
    const { tracer } = this.world;
    if (tracer.active) tracer.emit(CODE.overhead, thread.event, thread.id, ms, 0, what);
  }

  private traceReady(thread: Schedulable, lack: string, cause: number): void {
    const { tracer } = this.world;
    if (tracer.active) thread.event = tracer.emit(CODE['thread:ready'], cause, thread.id, 0, 0, lack);
  }

  private tracePreempt(thread: Schedulable, by: string): void {
    const { tracer } = this.world;
    if (tracer.active) thread.event = tracer.emit(CODE['thread:preempt'], thread.event, thread.id, 0, 0, by);
  }

  // ---- the world's moves, for the loop's own thread -----------------------------------------------------

  burn(ms: number): void {
    this.refuseInThread(running.loop === null ? 'compute()' : 'a loop', 'yield* busy(ms)');
    const { host } = this;
    if (host === null) return this.world.stand(ms);
    host.resumed = false;
    this.want(host, ms);
    this.runHost(host);
  }

  block(ms: number): void {
    this.refuseInThread('blockingSleep()', 'yield* blocked(ms)');
    const { host } = this;
    if (host === null) return this.world.stand(ms);
    this.suspend(host, IN_CALL);
    this.wakeAfter(host, ms);
    this.runHost(host);
  }

  idle(until: number): void {
    this.refuseInThread('a loop', 'yield* busy(ms) and yield* blocked(ms)');
    const { host, world } = this;
    if (host === null) return world.idleAlone(until);
    const { calendar, clock } = world;
    const { loop } = running;
    this.suspend(host, IN_SELECT);
    const from = clock.now;
    while (clock.now < until && !hasNews(loop) && calendar.peek() <= until && calendar.length > 0)
      world.completeNext();
    if (!hasNews(loop) && until < Number.POSITIVE_INFINITY) clock.advanceTo(until);
    world.completeUntil(clock.now);
    world.jumped(from);
    this.wake(host);
    this.runHost(host);
  }

  /** The main thread has come to its end: as in Python, the others are waited for, unless they are daemons. */
  finish(): void {
    const { host } = this;
    if (this.unfinished === 0 || host === null) return;
    // An error from outside may have left it where it was: it wants nothing any more.
    if (!host.resumed && host.phase !== 'waiting') this.runHost(host);
    if (host.slot >= 0) this.world.calendar.remove(host);
    this.suspend(host, AT_EXIT);
    this.runThreads();
  }

  private suspend(host: Host, wait: WaitDescription): void {
    host.resumed = false;
    host.wait = wait;
    this.park(host, wait);
  }

  /** Everything happens that does, until the host has what it wants. */
  private runHost(host: Host): void {
    while (!host.resumed) this.world.completeNext();
    host.wait = null;
  }

  /** Lets threads run, without a loop, until all but daemons are over. Throws a DeadlockError. @internal */
  runThreads(): void {
    const { world } = this;
    while (this.unfinished > 0) {
      if (world.calendar.length === 0) throw explainDeadlock(world, this.waiting());
      world.completeNext();
    }
  }

  // ---- the code of threads ------------------------------------------------------------------------------

  /** The code of a thread runs from here to `leave`: no task, no loop is current. @internal */
  enter(thread: Schedulable): void {
    if (this.now !== this.instant) {
      this.instant = this.now;
      this.stepsLeft = this.stepsPerInstant;
    }
    if (this.world.tracer.failure !== null) throw this.world.tracer.stopped();
    if (--this.stepsLeft < 0) {
      this.failure = this.tooManySteps(thread);
      throw this.failure;
    }
    if (--this.stepsLeftInAll < 0) {
      this.failure = this.noEnd(thread);
      throw this.failure;
    }
    const { outer } = this;
    const { tracer } = this.world;
    outer.loop = running.loop;
    outer.turn = running.turn;
    outer.context = running.context;
    outer.script = running.script;
    outer.cause = tracer.cause;
    this.current = thread;
    running.loop = null;
    running.turn = this.turn;
    running.context = thread.context;
    running.script = this.script;
    tracer.cause = thread.event;
  }

  /** @internal */
  leave(): void {
    const { outer, current } = this;
    current!.context = running.context;
    this.current = null;
    running.loop = outer.loop;
    running.turn = outer.turn;
    running.context = outer.context;
    running.script = outer.script;
    const { tracer } = this.world;
    tracer.cause = outer.cause;
    // The trace was full in the midst of this thread, which may have caught that: the loop goes no further either.
    if (tracer.failure !== null) outer.loop?.exhaust();
    outer.loop = null;
    outer.script = null;
  }

  private readonly write = (line: string): void => {
    const { outer, outside } = this;
    const write = (outer.loop ?? outer.script)?.write ?? outside.write ?? outside.loop?.write ?? console.log;
    write(line);
  };

  private readonly print = (line: string): void => {
    const { tracer, sites } = this.world;
    if (sites !== null) sites.note(false);
    if (tracer.active) tracer.emit(CODE['thread:print'], tracer.cause, this.current!.id, 0, 0, line);
    this.write(line);
  };

  /** In debug mode: a thread is not to call a loop that stands still meanwhile. Mirrors `_check_thread` (base_events.py). */
  checkCaller(loop: EventLoop): void {
    if (this.current === null || this.outer.loop !== loop) return;
    throw new RuntimeError(
      'Non-thread-safe operation invoked on an event loop other than the current one: ' +
        'a thread calls callSoonThreadsafe(loop, callback), which also wakes the loop',
    );
  }

  /** Asked for what is left open: that of the loop, if one runs. @internal */
  oracle(): Oracle {
    const loop = this.current === null ? running.loop : this.outer.loop;
    this.world.oracle ??= new Oracle(this.world, 0, null); // in a script, around its loops
    return loop?.oracle ?? this.world.oracle;
  }

  /** Which of several: the policy's answer, or the first. @internal */
  choose(candidates: Fifo<Schedulable>): number {
    const { length } = candidates;
    return length < 2 ? 0 : this.oracle().choose('thread', length, (index) => candidates.at(index)!.name);
  }

  private refuseInThread(what: string, instead: string): void {
    if (this.failure !== null) throw this.failure; // a program that caught it doesn't go on
    if (this.current === null) return;
    throw new RuntimeError(
      `${what} belongs to the loop’s own thread, and this is the thread ${this.current.name}: ` +
        `write ${instead}, where the operating system may step in`,
    );
  }

  private noEnd(thread: Schedulable): LimitError {
    return new LimitError(
      `no end after as many steps of threads as are allowed, at ${this.now} ms, the last of them of ${thread.name}: ` +
        'a thread that never ends? Give it an end, or raise steps, or limits.threadSteps',
    );
  }

  private tooManySteps(thread: Schedulable): LimitError {
    return new LimitError(
      `the clock has stood at ${this.now} ms for ${this.stepsPerInstant} steps of threads, the last of them of ${thread.name}. ` +
        'Whatever goes round there takes no time: let it be busy or blocked, or raise stepsPerInstant',
    );
  }
}

/** The GIL was asked for, and the thread is at a place where it can be dropped. */
function mustDrop(thread: Schedulable): boolean {
  const { gil } = thread.process;
  if (!gil?.asked || gil.holder !== thread) return false;
  return !(thread.isNative && thread.work > 0);
}

function hasNews(loop: EventLoop | null): boolean {
  return loop !== null && loop.completed.length > 0;
}

function positive(name: string, value: number): number {
  if (typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY) return value;
  throw new ValueError(`${name} is a number above 0, got ${describeValue(value)}`);
}
