import { CODE } from '../trace/events.ts';
import { isCoroutine } from './coroutine.ts';
import { describeValue, InvariantError, isAsync } from './errors.ts';
import { running } from './running.ts';
import { type World, worldHere } from './world.ts';

/** What a program says of itself, to be held against what it does. */
interface Claim {
  readonly holds: () => unknown;
  readonly what: string;
}

/**
 * What must hold in a world after each step (`always`), and what must have held when all is over (`eventually`).
 *
 * They are checked between steps and never inside one: a step is what nobody else can see the middle of, so what is broken
 * and mended within it is not broken. A claim that breaks stops the program there, with the step that did it.
 */
export class Invariants {
  private readonly world: World;
  private readonly always: Claim[];
  private eventually: Claim[];
  /** The first that broke: a program that catches it doesn't go on. */
  private broken: InvariantError | null;
  constructor(world: World) {
    this.world = world;
    this.always = [];
    this.eventually = [];
    this.broken = null;
  }

  /** It holds now, or else this throws; and it is to hold after each step. */
  addAlways(claim: Claim): void {
    this.always.push(claim);
    if (!this.holds(claim)) throw this.breaks(`${claim.what} does not hold to begin with`, 0);
  }

  /** It holds at some time between now and the end. */
  addEventually(claim: Claim): void {
    if (!this.holds(claim)) this.eventually.push(claim);
  }

  /** A step is over, that of `who`; `task` is its number, 0 if it is none. Throws the first claim that broke. */
  check(who: string, task: number): void {
    if (this.broken !== null) throw this.broken;
    for (const claim of this.always) {
      if (!this.holds(claim))
        throw this.breaks(`${claim.what} does not hold any more, after a step of ${who}`, task);
    }
    if (this.eventually.length > 0) this.eventually = this.eventually.filter((claim) => !this.holds(claim));
  }

  /** All is over, and well. Throws the first claim that broke, or never came true. */
  finish(): void {
    if (this.broken !== null) throw this.broken;
    this.check('the program', 0);
    const [never] = this.eventually;
    if (never !== undefined) throw this.breaks(`${never.what} never came true`, 0);
  }

  /** Asks a claim; what it reads is read by nobody in the program. Throws where the claim itself does. */
  private holds({ holds, what }: Claim): boolean {
    const { world } = this;
    world.isChecking = true;
    const tasks = world.tracer.tasks;
    try {
      const answer = holds();
      if (isAsync(answer) || isCoroutine(answer))
        throw new TypeError(
          'it is a promise, or a coroutine: a claim is looked at between two steps, and can not wait. Hand over a plain function',
        );
      if (world.tracer.tasks !== tasks)
        throw new TypeError('it creates a task: a claim only looks, and changes nothing');
      return Boolean(answer);
    } catch (error) {
      throw this.breaks(`${what} can not be told: ${describeValue(error)}`, 0, error);
    } finally {
      world.isChecking = false;
    }
  }

  private breaks(how: string, task: number, cause?: unknown): InvariantError {
    const { tracer, clock } = this.world;
    const error = new InvariantError(
      `${how}, at ${Number(clock.now.toFixed(3))} ms`,
      cause === undefined ? {} : { cause },
    );
    this.broken = error;
    if (tracer.active)
      tracer.emit(CODE.error, tracer.cause, task, 0, 0, ['an invariant is broken', error.message]);
    return error;
  }
}

/**
 * Claims that something holds, now and after each step of whoever runs, to the end of the run.
 *
 * If it doesn't, the program is stopped after that very step by an `InvariantError`, which no `catch` in a task can hold
 * up. Between two steps nothing is in progress, so it may look at everything; it must not change anything, nor await.
 * Throws an InvariantError if it doesn't hold to begin with, a RuntimeError where there is no virtual clock, a TypeError for
 * what is no function.
 *
 * @example
 * always(() => inUse <= 2, 'at most two connections');
 */
export function always(holds: () => unknown, what?: string): void {
  const claim = claimOf('always()', holds, what);
  claimsOf(worldHere('always()')).addAlways(claim);
  running.loop?.checkSteps();
}

/**
 * Claims that something comes true: now, after some step, or at the latest when the run is over, that is when `run`
 * or `runScript` would return, or whatever else the program was started by. Otherwise that throws an `InvariantError`.
 *
 * Throws a RuntimeError where there is no virtual clock, a TypeError for what is no function.
 *
 * @example
 * eventually(() => sent.length === 3, 'all three letters are sent');
 */
export function eventually(holds: () => unknown, what?: string): void {
  const claim = claimOf('eventually()', holds, what);
  claimsOf(worldHere('eventually()')).addEventually(claim);
  running.loop?.checkSteps();
}

function claimsOf(world: World): Invariants {
  world.tracer.lookedAround('every moment');
  world.invariants ??= new Invariants(world);
  return world.invariants;
}

function claimOf(call: string, holds: () => unknown, what: string | undefined): Claim {
  if (typeof holds !== 'function')
    throw new TypeError(
      `${call} takes a function that says whether it holds, as () => inUse <= 2, got ${describeValue(holds)}`,
    );
  return { holds, what: what ?? String(holds).replace(/^\(\)\s*=>\s*/, '') };
}
