import type { ChoiceKind, DrawKind, SchedulingPolicy } from '../core/policy.ts';
import type { Decision } from '../trace/schedule.ts';
import { leastOf } from './plain.ts';

/** Decides as another policy does, and keeps what was asked and answered: without a trace, so that a run costs little more. */
export class Recording implements SchedulingPolicy {
  readonly adversarial: boolean;
  readonly decisions: Decision[];
  /** A number was drawn from a range: there are others in it, without end. Of a fault there are only two. */
  hasRanges: boolean;
  readonly #policy: SchedulingPolicy;
  readonly #answered: ((decision: Decision) => void) | null;

  /** `answered`: told of each answer before it is given. */
  constructor(
    policy: SchedulingPolicy,
    adversarial: boolean,
    answered: ((decision: Decision) => void) | null = null,
  ) {
    this.#policy = policy;
    this.#answered = answered;
    this.adversarial = adversarial;
    this.decisions = [];
    this.hasRanges = false;
  }

  choose(kind: ChoiceKind, candidates: number, nameOf: (index: number) => string): number {
    const picked = this.#policy.choose?.(kind, candidates, nameOf) ?? 0;
    this.#keep({ what: kind, candidates, picked });
    return picked;
  }

  draw(kind: DrawKind, low: number, high: number): number | undefined {
    if (kind !== 'fault' && low < high) this.hasRanges = true;
    const drawn = this.#policy.draw?.(kind, low, high);
    this.#keep({ what: kind, drawn: drawn ?? null, isLeast: drawn === leastOf(kind, low, high) });
    return drawn;
  }

  #keep(decision: Decision): void {
    this.decisions.push(decision);
    this.#answered?.(decision);
  }
}
