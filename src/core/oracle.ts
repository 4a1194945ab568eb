import { CODE } from '../trace/events.ts';
import { describeValue, ValueError } from './errors.ts';
import type { ChoiceKind, DrawKind, SchedulingPolicy } from './policy.ts';
import { Random } from './random.ts';
import type { Tracer } from './tracer.ts';
import type { World } from './world.ts';

/** How many candidates of a choice the trace names at most. */
const MOST_NAMES = 32;

/**
 * Asks the policy, checks its answer, and writes down what was decided.
 *
 * Each loop has one, and so has a machine that runs without a loop: with one seed, one source of chance, and one
 * policy, so that whatever is left open in a run is left open in one place.
 */
export class Oracle {
  /** The one source of chance. */
  readonly random: Random;
  /** Decides what the rules leave open; null: faithful. */
  readonly policy: SchedulingPolicy | null;
  private readonly tracer: Tracer;
  private readonly world: World;

  /** Throws a ValueError for a seed that is no finite number. */
  constructor(world: World, seed: number, policy: SchedulingPolicy | null) {
    if (typeof seed !== 'number' || !Number.isFinite(seed))
      throw new ValueError(`a seed is a finite number, got ${describeValue(seed)}`);
    this.random = new Random(seed);
    this.policy = policy;
    this.tracer = world.tracer;
    this.world = world;
  }

  /** Asks the policy to pick one of several, each called by `nameOf`; 0, the first, if it doesn't care. */
  choose(kind: ChoiceKind, candidates: number, nameOf: (index: number) => string): number {
    if (candidates < 2 || this.policy === null) return 0;
    const picked = this.policy.choose?.(kind, candidates, nameOf) ?? 0;
    if (!Number.isInteger(picked) || picked < 0 || picked >= candidates) {
      throw new ValueError(
        `the policy picked ${describeValue(picked)} of ${candidates} candidates for ${kind}: it must pick 0 to ${candidates - 1}`,
      );
    }
    const { tracer } = this;
    if (tracer.active) {
      const named = tracer.isNameless ? 0 : Math.min(candidates, MOST_NAMES);
      const names = Array.from({ length: named }, (_, index) => nameOf(index));
      tracer.emit(CODE.choice, tracer.cause, picked, candidates, 0, [kind, ...names]);
    }
    return picked;
  }

  /**
   * Draws a number from `low` to `high`: the policy's, or else by chance. The dice are thrown either way, so that what comes
   * by chance afterwards is the same whoever decided before. `asked`: by what a `Chance` knows what it is drawn for.
   */
  draw(
    kind: DrawKind,
    low: number,
    high: number,
    asked: number,
    dice = () => this.random.between(low, high),
  ): number {
    const { chance } = this.world;
    let thrown = dice();
    if (chance !== null) thrown = chance.draw(asked, kind, low, high, thrown);
    const decided = this.policy?.draw?.(kind, low, high);
    const drawn = decided ?? thrown;
    if (!(drawn >= low && drawn <= high)) {
      throw new ValueError(
        `the policy drew ${describeValue(drawn)} for ${kind}: it must be from ${low} to ${high}`,
      );
    }
    const { tracer } = this;
    if (tracer.active) {
      const by = decided === undefined ? 'chance' : 'policy';
      tracer.emit(CODE.draw, tracer.cause, drawn, low, high, [kind, by]);
    }
    return drawn;
  }
}
