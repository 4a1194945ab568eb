import type { Context } from './context.ts';
import type { Sleep } from './coroutine.ts';
import type { EventLoop } from './loop.ts';
import type { Script } from './script.ts';
import type { Task } from './task.ts';
import type { Tracer } from './tracer.ts';

/** A coroutine of the library, of which can be told whether it was ever awaited. */
export interface Watched {
  started(): boolean;
  toString(): string;
}

/**
 * What changes with every step, apart from the rest, in a record that is new for each run of a loop: a young object, such as a
 * task, is written into an old one only together with a note for the garbage collector, and the module's own record is
 * as old as can be. A switch is faster for it (W1, W4, W6).
 */
export class Turn {
  /** The task that takes a step; null in a callback and outside. */
  task: Task<unknown> | null;
  /** The last sleep that was over, to be used again: most tasks that have slept sleep again. */
  sleep: Sleep<unknown> | null;
  /**
   * Up to this time (ms) the loop goes on by itself, and nobody looks at it between two iterations: those that can hold no
   * surprise are then taken without ceremony. -Infinity where somebody looks: a trace, debug mode, a policy, a driver that
   * goes step by step; and after `stop()`.
   */
  until: number;
  /** How many steps stand still meanwhile: an eager task takes its first one inside that of who makes it. */
  outer: number;

  constructor(until = Number.NEGATIVE_INFINITY) {
    this.task = null;
    this.sleep = null;
    this.until = until;
    this.outer = 0;
  }

  /** From now on somebody looks. */
  lookCloser(): void {
    this.until = Number.NEGATIVE_INFINITY;
  }
}

/**
 * Who is running right now. Nothing here runs beside anything else, so one of each: the loop, the task that takes a step in
 * it, and the context that step runs in. A mutable record instead of a parameter on every call: `sleep`, `currentTask`,
 * `ContextVar` and `compute` find their loop here, as asyncio's `get_running_loop` does.
 *
 * The modules that ask it at every step name it once more, as a constant of their own: an imported name is a variable to the
 * compiler, loaded and checked at each use, while a constant of the module is known. So it is with the shared objects
 * of suspension.ts and the states of a future. It makes W4 10 %, W5 and W6 5 % faster.
 */
export const running: {
  loop: EventLoop | null;
  /** Whose turn it is. */
  turn: Turn;
  /** The context variables seen by what runs now; null stands for an empty context (see context.ts). */
  context: Context | null;
  /** The script whose plain code runs around loops, if any. */
  script: Script | null;
  /** The tracer of the loop that runs, if anybody wants its events; else null. One load and one test for each event. */
  tracer: Tracer | null;
  /** How many awaits a step may have that are over at once: the loop's bound. */
  immediateLimit: number;
  /** How many awaits may still be over at once in this step, without a suspension: a bound for loops of such awaits. */
  immediateLeft: number;
  /** Where lines are asked for: told when whoever runs begins an await (true), or is about to do something; else null. */
  site: ((isAwait: boolean) => void) | null;
  /** In debug mode, told of each coroutine of the library that is made; else null. */
  watch: ((coroutine: Watched) => void) | null;
} = {
  loop: null,
  turn: new Turn(),
  context: null,
  script: null,
  tracer: null,
  immediateLimit: 0,
  immediateLeft: 0,
  site: null,
  watch: null,
};
