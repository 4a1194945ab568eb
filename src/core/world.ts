import { CODE, type TraceSink } from '../trace/events.ts';
import { type Adjust, adjusted } from './adjust.ts';
import { shortPath } from './call-site.ts';
import type { Chance } from './chance.ts';
import { VirtualClock } from './clock.ts';
import { RuntimeError, ValueError } from './errors.ts';
import type { Invariants } from './invariants.ts';
import type { EventLoop } from './loop.ts';
import type { Oracle } from './oracle.ts';
import { running } from './running.ts';
import { Sites } from './sites.ts';
import type { Holder } from './suspension.ts';
import { type Timer, TimerQueue } from './timers.ts';
import { Tracer } from './tracer.ts';

/** Whether the lines are asked for at which things happen; a function says how their files are called in the trace. */
export type SiteOption = boolean | ((file: string) => string);

/** Something that completes outside the loop at a set time, such as a request to a device. */
export interface Completion extends Timer {
  /** Called when the time has come, whatever the loop is doing: the clock stands at that very moment. */
  onDue(): void;
}

/**
 * Whoever shares the CPU with the loop: a simulated machine. It takes over the world's moves, one for one.
 * What it does meanwhile it does through the world's calendar.
 */
export interface Processor {
  /** As `World.idle`: up to `until`, or until something has completed for the loop that runs. */
  idle(until: number): void;
  /** As `World.burn`: returns when the loop has had `ms` of CPU, which may take longer. */
  burn(ms: number): void;
  /** As `World.block`: returns when `ms` have passed, and the loop has the CPU again. */
  block(ms: number): void;
  /** Whether somebody wants the CPU, and will have it as soon as the loop idles. */
  isWanted(): boolean;
  /** The program is over: others come to their end. Throws a DeadlockError if they can't. */
  finish(): void;
  /** Throws a RuntimeError if code of somebody else runs, in the midst of which `loop` stands still. */
  checkCaller(loop: EventLoop): void;
  /** Who waits in it, for a deadlock to name. */
  waiting(): Holder[];
  /** Whose code runs right now, if it isn't the loop's own. */
  readonly acting: Holder | null;
  /** Who may have put something into a loop's queue without waking it, and how, for a deadlock to explain. */
  readonly unawares: string;
  /** CPU ms that each step and callback of a loop takes besides what it computes. */
  readonly stepCost: number;
  /** CPU ms that it takes a loop to make a task. */
  readonly taskCost: number;
}

/**
 * The one place through which time moves.
 *
 * The loop asks it to `idle` until its next deadline; a program burns CPU in it by `compute`. Either way what goes on
 * outside goes on: completions lie in a calendar of their own, not among the loop's timers, and happen at their own
 * moment even while the loop is blocked. The loop *notices* them only at its next iteration.
 *
 * A simulated machine can stand behind it (`processor`): it then answers for `idle`, `burn` and `block`, and
 * the loop doesn't know. Without one that is a comparison with null.
 *
 * Several loops may have one world, one after the other. If they are driven in turn, time is right for all of them, but the
 * trace does not tell them apart.
 */
export class World {
  readonly clock: VirtualClock;
  readonly tracer: Tracer;
  /** What completes outside, by time. */
  readonly calendar: TimerQueue;
  /** Who shares the CPU with the loop; null: nobody. */
  processor: Processor | null;
  /** Asked how long what takes time is to take; null: as long as it says. @internal */
  adjust: Adjust | null;
  /** Told who draws what by chance, and may have another number drawn; null: nobody compares runs. @internal */
  chance: Chance | null;
  /** Asked for what is left open while no loop runs; null: nobody. @internal */
  oracle: Oracle | null;
  /** Writes into the trace where in the sources things happen; null: nobody asked. @internal */
  sites: Sites | null;
  /** What the program claims of itself; null: nothing. @internal */
  invariants: Invariants | null;
  /** One of them is being looked at. @internal */
  isChecking: boolean;
  /** Virtual ms during which the loop had nothing to do. */
  idled: number;
  /** Virtual ms of CPU burnt by `compute`. */
  burned: number;
  /** Virtual ms spent in blocking calls. */
  blocked: number;
  /** Virtual ms of CPU that the loop spent on switching. */
  overhead: number;

  constructor(trace: TraceSink | null = null, start = 0) {
    if (trace?.length) {
      throw new ValueError(
        `this recorder has ${trace.length} events of another run already: each run takes a new one, runScript() one for all of its runs`,
      );
    }
    this.clock = new VirtualClock(start);
    this.tracer = new Tracer(this.clock, trace);
    this.calendar = new TimerQueue();
    this.processor = null;
    this.adjust = null;
    this.chance = null;
    this.oracle = null;
    this.sites = null;
    this.invariants = null;
    this.isChecking = false;
    this.idled = 0;
    this.burned = 0;
    this.blocked = 0;
    this.overhead = 0;
  }

  /** Has the trace tell where in the sources things happen: a stack is looked at for each, which is slow. @internal */
  askSites(sites: SiteOption | undefined): void {
    if (sites) this.sites = new Sites(this, sites === true ? shortPath : sites, this.sites);
  }

  /** When the next thing completes outside, in ms; Infinity if nothing is under way. */
  nextCompletion(): number {
    return this.processor?.isWanted() ? this.clock.now : this.calendar.peek();
  }

  /** Nothing is under way outside, and nobody shares the CPU. @internal */
  get isAlone(): boolean {
    return this.processor === null && this.calendar.length === 0;
  }

  /** Nothing to do, and nothing happens on the way: the clock jumps to `time`. @internal */
  jump(time: number): void {
    const from = this.clock.now;
    this.clock.advanceTo(time);
    this.jumped(from);
  }

  /** Nothing to do: the clock jumps to `until` or to the next completion, whichever is first. */
  idle(until: number): void {
    if (this.processor !== null) this.processor.idle(until);
    else this.idleAlone(until);
  }

  /** As `idle`, with nobody else on the CPU. @internal */
  idleAlone(until: number): void {
    const { clock } = this;
    const from = clock.now;
    const next = this.calendar.peek();
    clock.advanceTo(next < until ? next : until);
    this.jumped(from);
    if (next <= clock.now) this.completeUntil(clock.now);
  }

  /** The clock has come from `from` to where it stands, and the loop had nothing to do meanwhile. @internal */
  jumped(from: number): void {
    const { clock, tracer } = this;
    if (clock.now === from) return;
    this.idled += clock.now - from;
    if (tracer.active) tracer.cause = tracer.emit(CODE['clock:jump'], tracer.cause, from, clock.now);
  }

  /** CPU is burnt for `ms`: the loop stands still, the outside goes on. */
  burn(ms: number, label: string): void {
    const { clock, tracer, processor, adjust } = this;
    if (this.sites !== null) this.sites.note(false);
    const from = clock.now;
    const wanted = adjust === null ? ms : adjusted(adjust, ms, 'compute', label);
    if (processor === null) this.stand(wanted);
    else processor.burn(wanted);
    this.burned += clock.now - from;
    if (tracer.active)
      tracer.emit(CODE.compute, tracer.cause, from, clock.now, running.turn.task?.id ?? 0, label);
  }

  /** A blocking call of `ms`: the loop stands still as in `burn`, but the CPU is free. */
  block(ms: number, label: string): void {
    const { clock, tracer, processor, adjust } = this;
    if (this.sites !== null) this.sites.note(false);
    const from = clock.now;
    const wanted = adjust === null ? ms : adjusted(adjust, ms, 'block', label);
    if (processor === null) this.stand(wanted);
    else processor.block(wanted);
    this.blocked += clock.now - from;
    if (tracer.active)
      tracer.emit(CODE.block, tracer.cause, from, clock.now, running.turn.task?.id ?? 0, label);
  }

  /** CPU is spent on what is nobody's work, such as switching: as `burn`. That it may take longer is no overhead. @internal */
  spend(ms: number, what: string): void {
    const { tracer, processor } = this;
    if (processor === null) this.stand(ms);
    else processor.burn(ms);
    this.overhead += ms;
    if (tracer.active) tracer.emit(CODE.overhead, tracer.cause, 0, ms, 0, what);
  }

  /** The clock goes forward by `ms`, and what completes meanwhile completes. @internal */
  stand(ms: number): void {
    const until = this.clock.now + ms;
    this.completeUntil(until);
    this.clock.advanceTo(until);
  }

  /** The clock goes to the next completion, which happens. The calendar must not be empty. @internal */
  completeNext(): void {
    this.clock.advanceTo(this.calendar.peek());
    this.#pickCompletion().onDue();
  }

  /** Lets everything outside happen that is due by `time`, each at its own moment. */
  completeUntil(time: number): void {
    while (this.calendar.peek() <= time) this.completeNext();
  }

  /** The next completion; where several come at one moment, the policy may pick another. */
  #pickCompletion(): Completion {
    const { calendar } = this;
    const oracle = running.loop?.oracle ?? this.oracle;
    if (!oracle?.policy?.choose) return calendar.pop() as Completion;
    const when = calendar.peek();
    const tied: Completion[] = [];
    while (calendar.peek() === when) tied.push(calendar.pop() as Completion);
    const picked = oracle.choose('completion', tied.length, (index) => tied[index]!.called());
    const [chosen] = tied.splice(picked, 1);
    for (const completion of tied) calendar.add(when, completion);
    return chosen!;
  }
}

/** The world that time moves in here: of the running loop, else of the script. @internal */
export function worldHere(what: string): World {
  const world = running.loop?.world ?? running.script?.world;
  if (!world) {
    throw new RuntimeError(
      `${what} needs a virtual clock, and there is none here: call it in a coroutine that runs on a loop, or in runScript(() => …)`,
    );
  }
  return world;
}

/**
 * The current virtual time in ms: of the running loop, else of the script.
 *
 * Use it as Python's `time.time()`. Throws a RuntimeError where there is neither.
 *
 * @example
 * const start = now(); yield* sleep(20); now() - start // 20
 */
export function now(): number {
  return worldHere('now()').clock.now;
}
