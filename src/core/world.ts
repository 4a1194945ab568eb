import { CODE, type TraceSink } from '../trace/events.ts';
import { VirtualClock } from './clock.ts';
import { RuntimeError, ValueError } from './errors.ts';
import { running } from './running.ts';
import { type Timer, TimerQueue } from './timers.ts';
import { Tracer } from './tracer.ts';

/** Something that completes outside the loop at a set time, such as a request to a device. */
export interface Completion extends Timer {
  /** Called when the time has come, whatever the loop is doing: the clock stands at that very moment. */
  onDue(): void;
}

/**
 * The one place through which time moves.
 *
 * The loop asks it to `idle` until its next deadline; a program burns CPU in it by `compute`. Either way what goes on
 * outside goes on: completions lie in a calendar of their own, not among the loop's timers, and happen at their own
 * moment even while the loop is blocked. The loop *notices* them only at its next iteration.
 *
 * A simulated machine with threads can take this place (it too can move time by `idle` and `burn`) without the loop
 * knowing.
 */
export class World {
  readonly clock: VirtualClock;
  readonly tracer: Tracer;
  /** What completes outside, by time. */
  readonly calendar: TimerQueue;
  /** Virtual ms during which the loop had nothing to do. */
  idled: number;
  /** Virtual ms of CPU burnt by `compute`. */
  burned: number;
  /** Virtual ms spent in blocking calls. */
  blocked: number;

  constructor(trace: TraceSink | null = null, start = 0) {
    if (trace?.length) {
      throw new ValueError(
        `this recorder has ${trace.length} events of another run already: each run takes a new one, runScript() one for all of its runs`,
      );
    }
    this.clock = new VirtualClock(start);
    this.tracer = new Tracer(this.clock, trace);
    this.calendar = new TimerQueue();
    this.idled = 0;
    this.burned = 0;
    this.blocked = 0;
  }

  /** When the next thing completes outside, in ms; Infinity if nothing is under way. */
  nextCompletion(): number {
    return this.calendar.peek();
  }

  /** Nothing to do: the clock jumps to `until` or to the next completion, whichever is first. */
  idle(until: number): void {
    const { clock, tracer, calendar } = this;
    const from = clock.now;
    const to = calendar.length === 0 ? until : Math.min(until, calendar.peek());
    if (to > from) {
      clock.advanceTo(to);
      this.idled += to - from;
      if (tracer.active) tracer.cause = tracer.emit(CODE['clock:jump'], tracer.cause, from, to);
    }
    if (calendar.length > 0) this.completeUntil(clock.now);
  }

  /** CPU is burnt for `ms`: the loop stands still, the outside goes on. */
  burn(ms: number, label: string): void {
    const from = this.#stand(ms);
    this.burned += ms;
    const { tracer } = this;
    if (tracer.active)
      tracer.emit(CODE.compute, tracer.cause, from, this.clock.now, running.task?.id ?? 0, label);
  }

  /** A blocking call of `ms`: the loop stands still as in `burn`, but the CPU is free. */
  block(ms: number, label: string): void {
    const from = this.#stand(ms);
    this.blocked += ms;
    const { tracer } = this;
    if (tracer.active)
      tracer.emit(CODE.block, tracer.cause, from, this.clock.now, running.task?.id ?? 0, label);
  }

  #stand(ms: number): number {
    const from = this.clock.now;
    const until = from + ms;
    this.completeUntil(until);
    this.clock.advanceTo(until);
    return from;
  }

  /** Lets everything outside happen that is due by `time`, each at its own moment. */
  completeUntil(time: number): void {
    const { calendar, clock } = this;
    while (calendar.peek() <= time) {
      clock.advanceTo(calendar.peek());
      this.#pickCompletion().onDue();
    }
  }

  /** The next completion; where several come at one moment, the policy may pick another. */
  #pickCompletion(): Completion {
    const { calendar } = this;
    const policy = running.loop?.policy;
    if (!policy?.choose) return calendar.pop() as Completion;
    const when = calendar.peek();
    const tied: Completion[] = [];
    while (calendar.peek() === when) tied.push(calendar.pop() as Completion);
    const picked = running.loop!.choose('completion', tied.length);
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
