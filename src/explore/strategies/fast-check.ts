import { describeValue, ValueError } from '../../core/errors.ts';
import type { ChoiceKind, DrawKind, SchedulingPolicy } from '../../core/policy.ts';
import type { ShrinkAttempt } from '../shrink.ts';
import { checkSeed, type Plan, type Strategy } from '../strategy.ts';

/** Answers to the questions of a run, one after another; those that nobody asks are left over. */
type Answers = readonly number[];

/** What is needed of fast-check: its module, as `import fc from 'fast-check'` gives it. */
export interface FastCheck {
  nat(max: number): unknown;
  array(arbitrary: never, constraints: { maxLength: number; size: 'max' }): unknown;
  sample(arbitrary: never, parameters: { seed: number; numRuns: number }): unknown[];
}

/** An arbitrary of fast-check, as far as shrinking goes. */
interface Shrinkable {
  shrink(value: Answers, context: unknown): Iterable<{ readonly value: unknown }>;
}

/** How many values are sampled at once. */
const BATCH = 100;
/** How many answers a list has at most, unless told otherwise. */
const LENGTH = 200;
/** Numbers are from 0 to this; a latency is as far along its range as its number is along this one. */
const MOST = 0xffff;

/**
 * Schedules made by fast-check: a run is answered by a list of numbers, each modulo the number of candidates, and faithfully where
 * the list is over. What fails is shrunk by fast-check too, which makes the list shorter and its numbers smaller.
 *
 * It never ends by itself. `fc` is the module, as loopscope itself does without it; `seed` is that of the first list, `length` how
 * many answers a list has at most.
 *
 * @example
 * import fc from 'fast-check';
 * explore(main, { strategy: fastCheck(fc, { seed: 7 }), runs: 500 });
 */
export function fastCheck(
  fc: FastCheck,
  { seed = 0, length = LENGTH }: { readonly seed?: number; readonly length?: number } = {},
): Strategy {
  checkSeed('fastCheck()', seed);
  if (!(Number.isInteger(length) && length >= 1))
    throw new ValueError(`length is a whole number of 1 or more, got ${describeValue(length)}`);
  const lists = fc.array(fc.nat(MOST) as never, { maxLength: length, size: 'max' });
  const code = `fastCheck(fc, { seed: ${seed}${length === LENGTH ? '' : `, length: ${length}`} })`;
  return new FastCheckStrategy(fc, lists as Shrinkable, code, seed, 1);
}

class FastCheckStrategy implements Strategy {
  readonly name = 'fast-check';
  readonly code: string;
  readonly leavesOut = 'by chance';
  readonly #fc: FastCheck;
  readonly #lists: Shrinkable;
  readonly #seed: number;
  /** Of so many parts this is one: each batch has the seed of the one before and this more. */
  readonly #stride: number;
  #batch: Answers[];
  #batches: number;
  /** The list by which the last run went. */
  #last: Answers;

  constructor(fc: FastCheck, lists: Shrinkable, code: string, seed: number, stride: number) {
    this.#fc = fc;
    this.code = code;
    this.#lists = lists;
    this.#seed = seed;
    this.#stride = stride;
    this.#batch = [];
    this.#batches = 0;
    this.#last = [];
  }

  next(): Plan {
    if (this.#batch.length === 0) {
      const seed = this.#seed + this.#stride * this.#batches++;
      this.#batch = this.#fc.sample(this.#lists as never, { seed, numRuns: BATCH }) as Answers[];
      this.#batch.reverse();
    }
    this.#last = this.#batch.pop()!;
    return { policy: new Answering(this.#last), seed: this.#seed };
  }

  learn(): void {}

  shard(index: number, of: number): Strategy {
    const seed = this.#seed + this.#stride * index;
    return new FastCheckStrategy(this.#fc, this.#lists, this.code, seed, this.#stride * of);
  }

  /** Goes down the tree of what fast-check holds to be simpler, by the first that fails still. */
  shrink(attempt: ShrinkAttempt, mostRuns: number) {
    let simplest = this.#last;
    let decisions = attempt(new Answering(simplest));
    let runs = 1;
    for (let isSimpler = true; isSimpler; ) {
      isSimpler = false;
      for (const { value } of this.#lists.shrink(simplest, undefined)) {
        if (runs++ >= mostRuns) return decisions ?? [];
        const still = attempt(new Answering(value as Answers));
        if (still === null) continue;
        simplest = value as Answers;
        decisions = still;
        isSimpler = true;
        break;
      }
    }
    return decisions ?? [];
  }
}

/** Answers by a list of numbers. */
class Answering implements SchedulingPolicy {
  readonly #answers: Answers;
  #asked: number;

  constructor(answers: Answers) {
    this.#answers = answers;
    this.#asked = 0;
  }

  choose(_: ChoiceKind, candidates: number): number {
    return (this.#answers[this.#asked++] ?? 0) % candidates;
  }

  /** The simplest answer, 0, is that it is quick, and that nothing fails. */
  draw(kind: DrawKind, low: number, high: number): number | undefined {
    const answer = this.#answers[this.#asked++];
    if (answer === undefined) return undefined;
    const share = answer / MOST;
    return kind === 'fault' ? high - (high - low) * share : low + (high - low) * share;
  }
}
