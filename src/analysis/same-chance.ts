/**
 * The same chance in two runs: each asker draws in the second what it drew in the first.
 *
 * A change that makes a task later makes others ask earlier than it. If the numbers were dealt out anew, in the new order of
 * asking, the change would be one of everybody's luck as well, and the difference between the runs that of two samples. So what is
 * drawn is known by who asks, for what, and the how-many-eth time:
 *
 * - who was made (a task, a thread, a job of a pool) by its maker, its name, and how many of that name its maker had made before;
 * - a request by who asks, its device, its label, and how many such the asker had asked for before.
 *
 * A maker goes through its own code in order, whatever others do meanwhile: that is why it is not counted over the whole run. Where
 * the maker is another one than in the first run, because jobs are shared out otherwise, a name or label that was there
 * only once says as much. What is known by neither is new, and the dice are thrown for it.
 */

import type { Chance } from '../core/chance.ts';
import type { DrawKind } from '../core/policy.ts';
import { Random } from '../core/random.ts';
import { running } from '../core/running.ts';

/** Who was made, or what was asked for: the number of the maker or asker (0: nobody), what it is, its name, and which of those. */
type Known = readonly [by: number, what: string, name: string, nth: number];

/** A number that came by chance, for what is known by the number `asked`. */
type Thrown = readonly [asked: number, kind: DrawKind, low: number, high: number, value: number];

/** What came by chance in a run, and to whom: plain data. */
export interface Draws {
  /** In the order in which they came, numbered from 1. */
  readonly known: readonly Known[];
  readonly thrown: readonly Thrown[];
}

/** Writes down what comes by chance in a run; for the next one, `DealtAgain`. */
export class ChanceRecord implements Chance {
  readonly draws: { readonly known: Known[]; readonly thrown: Thrown[] };
  readonly #numbers: WeakMap<object, number>;
  readonly #counts: Map<string, number>;

  constructor() {
    this.draws = { known: [], thrown: [] };
    this.#numbers = new WeakMap();
    this.#counts = new Map();
  }

  made(one: object, what: string, name: string, maker: object | null): void {
    this.#numbers.set(one, this.asked(maker, what, name));
  }

  asked(asker: object | null, what: string, name: string): number {
    const by = asker === null ? 0 : (this.#numbers.get(asker) ?? 0);
    const like = JSON.stringify([by, what, name]);
    const nth = (this.#counts.get(like) ?? 0) + 1;
    this.#counts.set(like, nth);
    return this.number([by, what, name, nth]);
  }

  /** Gives what comes now a number. */
  protected number(known: Known): number {
    return this.draws.known.push(known);
  }

  draw(asked: number, kind: DrawKind, low: number, high: number, thrown: number): number {
    this.draws.thrown.push([asked, kind, low, high, thrown]);
    return thrown;
  }

  random(source: Random): Random {
    return new AskedRandom(source, this);
  }
}

/** A loop's random, each number of which is drawn for the task that takes it. */
class AskedRandom extends Random {
  readonly #source: Random;
  readonly #chance: Chance;

  constructor(source: Random, chance: Chance) {
    super(source.seed);
    this.#source = source;
    this.#chance = chance;
  }

  override next(): number {
    const thrown = this.#source.next();
    const asked = this.#chance.asked(running.turn.task, 'random', '');
    return this.#chance.draw(asked, 'number', 0, 1, thrown);
  }
}

/**
 * Deals out again what came in another run.
 *
 * @example
 * const world = new World(recorder);
 * world.chance = new DealtAgain(first.draws);
 * runScript(program, { world });
 */
export class DealtAgain extends ChanceRecord {
  /** The numbers of the other run. */
  readonly #known: Map<string, number>;
  /** Those that are known by their names alone; 0: several have it. */
  readonly #named: Map<string, number>;
  readonly #thrown: Map<string, Thrown>;
  /** Which of them have come in this one. */
  readonly #met: Set<number>;
  #last: number;

  constructor({ known, thrown }: Draws) {
    super();
    this.#known = new Map(known.map((one, i) => [JSON.stringify(one), i + 1]));
    this.#named = new Map();
    known.forEach(([, what, name], i) => {
      const key = JSON.stringify([what, name]);
      if (name !== '') this.#named.set(key, this.#named.has(key) ? 0 : i + 1);
    });
    this.#thrown = new Map(thrown.map((one) => [`${one[0]} ${one[1]}`, one]));
    this.#met = new Set();
    this.#last = known.length;
  }

  protected override number(known: Known): number {
    const [, what, name] = known;
    const number =
      this.#known.get(JSON.stringify(known)) ?? this.#named.get(JSON.stringify([what, name])) ?? 0;
    if (number === 0 || this.#met.has(number)) return ++this.#last;
    this.#met.add(number);
    return number;
  }

  override draw(asked: number, kind: DrawKind, low: number, high: number, thrown: number): number {
    const before = this.#thrown.get(`${asked} ${kind}`);
    if (before === undefined) return thrown;
    const [, , lowBefore, highBefore, value] = before;
    if (low === lowBefore && high === highBefore) return value;
    if (lowBefore === highBefore) return thrown; // there was nothing to draw
    // In another range what lies in the same place of it.
    const part = (value - lowBefore) / (highBefore - lowBefore);
    return Math.min(high, low + (high - low) * part);
  }
}
