/**
 * What the catalogue is made of: a small concurrent program with a mistake in it, and its twin without.
 *
 * Both are made by one function that is told which of them to make, so that the mistake is where it asks `isFixed`, and nothing
 * else differs. In most of them the faithful run is fine: what fails is another order of timers of one moment, a slower answer,
 * a fault, or a thread that is interrupted.
 */

import type { FindingKind } from 'loopscope';
import type { ExploreOptions } from 'loopscope/explore';

/** What the mistakes are about; the table of the catalogue is grouped by it. */
export type Kind =
  | 'race'
  | 'ABA'
  | 'order'
  | 'lost wake-up'
  | 'deadlock'
  | 'barrier'
  | 'cancellation'
  | 'fault'
  | 'leak'
  | 'starvation';

/** Where a mistake of this kind was found in a real project. */
export interface Source {
  readonly project: string;
  readonly title: string;
  readonly url: string;
  /** What was wrong there, in one sentence. */
  readonly wrong: string;
}

/** A mistake, and its twin without. */
export interface Entry {
  readonly name: string;
  /** What is wrong, what comes of it, and what the twin does instead. */
  readonly about: string;
  readonly kind: Kind;
  /** By which rules it shows: those of asyncio, or only where the ready queue is permuted as well. */
  readonly mode: 'faithful' | 'adversarial';
  /** The program with the mistake, and the one without; each starts from fresh state. */
  readonly buggy: () => unknown;
  readonly fixed: () => unknown;
  /** What the failure says: class and message. */
  readonly expects: RegExp;
  /** What else `explore` is told, where the mistake is none without. */
  readonly explore?: ExploreOptions;
  /** All that its tasks share leaves footprints (locks, queues, cells), so that orders which make no difference can be left out. */
  readonly isVisible?: boolean;
  /** What is found in the run that fails, besides the failure: such as the wake-up that was lost before all stood still. */
  readonly alongside?: FindingKind;
  readonly source?: Source;
}

/** An entry as it is written down: one function makes both programs. */
interface Written extends Omit<Entry, 'mode' | 'buggy' | 'fixed'> {
  readonly mode?: Entry['mode'];
  readonly program: (isFixed: boolean) => () => unknown;
}

/** An entry, from the function that makes its two programs. */
export function entry({ program, mode = 'faithful', ...rest }: Written): Entry {
  return { ...rest, mode, buggy: program(false), fixed: program(true) };
}

/** Throws an Error that says what should have been. */
export function must(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}
