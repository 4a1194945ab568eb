/**
 * The oracle: asked wherever reality is free to go one way or another.
 *
 * asyncio fixes the order of the ready queue, so nobody is asked about that. What a real program can't rely on is:
 * which of two timers with the same deadline comes first, which of two answers from outside comes first, how long a
 * request takes within its range, and whether it fails. A policy that leaves all of it alone gives the *faithful*
 * run; a recorded list of answers replays a run exactly. No policy at all (the default) costs one comparison.
 */

/**
 * What is chosen between: timers of one deadline, completions of one moment, or (adversarial only) ready entries. Whoever
 * else asks declares its own kinds here.
 */
export interface ChoiceKinds {
  timer: true;
  completion: true;
  ready: true;
}

/** One of them. */
export type ChoiceKind = keyof ChoiceKinds;

/** What a number is drawn for: how long a request takes, whether it fails, or whatever a program draws by `uniform`. */
export type DrawKind = 'latency' | 'fault' | 'number';

/**
 * Decides what the rules leave open.
 *
 * @example
 * const lastFirst: SchedulingPolicy = { choose: (kind, candidates) => candidates - 1 };
 * run(main, { policy: lastFirst })
 */
export interface SchedulingPolicy {
  /**
   * Picks one of `candidates` (2 or more), by index; 0 is the faithful answer, the one that came first. `nameOf` tells what
   * each is called. Called again for the rest until one is left.
   */
  choose?(kind: ChoiceKind, candidates: number, nameOf: (index: number) => string): number;
  /** Draws a number between `low` and `high`; undefined leaves it to the loop's own random. */
  draw?(kind: DrawKind, low: number, high: number): number | undefined;
  /** Also permute the ready queue. asyncio never does: what fails only so is not a bug on asyncio. */
  readonly adversarial?: boolean;
}
