/**
 * The run that a worker is in, in memory that it shares: by which answers it has come so far, written down as they are given.
 *
 * A step that goes round without awaiting anything never gives its thread back, and takes with it all that its thread knew. From
 * here whoever gives the thread up can still tell by which schedule it got there; and whether anything happens in it at all, as in
 * a run that only takes long.
 */

import { GivenUpError, type Witness } from '../explore/attempt.ts';
import { type Decision, type Schedule, wordOf } from '../trace/schedule.ts';

/** What can be asked, by number. A word that isn't here yet makes the schedule one that can't be told. */
const WORDS: readonly string[] = [
  'timer',
  'completion',
  'ready',
  'thread',
  'preempt',
  'latency',
  'fault',
  'number',
];

/** Places of the numbers. */
const BEATS = 0;
const IS_RUNNING = 1;
const RUN = 2;
const SEED = 3;
const ASKED = 4;
const MADE = 5;
const UNTOLD = 6;
/** So many runs are made at most before they are told. */
const MOST_UNTOLD = 2 ** 12;
const ANSWERS = UNTOLD + MOST_UNTOLD;
/**
 * Of each answer: what was asked, how many candidates (none: a draw), what was picked or drawn (NaN: by chance), and whether it is
 * the least that could be drawn.
 */
const EACH = 4;
/** So many answers are kept: 4 MB for each worker. */
const MOST_ANSWERS = 2 ** 17;

/** The same memory, seen by the worker, which writes, and by the crew, which reads. @internal */
export class CurrentRun implements Witness {
  readonly memory: SharedArrayBuffer;
  readonly #numbers: Float64Array;
  readonly #most: number;

  constructor(memory?: SharedArrayBuffer, most = MOST_ANSWERS) {
    this.memory = memory ?? new SharedArrayBuffer(8 * (ANSWERS + EACH * most));
    this.#numbers = new Float64Array(this.memory);
    this.#most = Math.floor((this.#numbers.length - ANSWERS) / EACH);
  }

  /** Changes with all that happens. */
  get beats(): number {
    return this.#numbers[BEATS]!;
  }

  /** Whether the worker is in a run, and not between two. */
  get isRunning(): boolean {
    return this.#numbers[IS_RUNNING] === 1;
  }

  /** Which of the worker's runs it is, from 1. */
  get run(): number {
    return this.#numbers[RUN]!;
  }

  set run(run: number) {
    this.#numbers[RUN] = run;
  }

  begins(seed: number): void {
    const numbers = this.#numbers;
    numbers[SEED] = seed;
    numbers[ASKED] = 0;
    numbers[IS_RUNNING] = 1;
    numbers[BEATS]!++;
  }

  answered(decision: Decision): void {
    const numbers = this.#numbers;
    const asked = numbers[ASKED]!;
    if (asked < this.#most) {
      const at = ANSWERS + EACH * asked;
      const isPick = 'picked' in decision;
      numbers[at] = WORDS.indexOf(decision.what);
      numbers[at + 1] = isPick ? decision.candidates : 0;
      numbers[at + 2] = isPick ? decision.picked : (decision.drawn ?? Number.NaN);
      numbers[at + 3] = !isPick && decision.isLeast ? 1 : 0;
    }
    numbers[ASKED] = asked + 1;
    numbers[BEATS]!++;
  }

  steps(): void {
    this.#numbers[BEATS]!++;
  }

  ends(): void {
    this.#numbers[IS_RUNNING] = 0;
    this.#numbers[BEATS]!++;
  }

  /** A run was made, which nobody has told yet; false: now they must be told. */
  ran(schedule: number): boolean {
    const numbers = this.#numbers;
    numbers[UNTOLD + numbers[MADE]!] = schedule;
    return ++numbers[MADE]! < MOST_UNTOLD;
  }

  /** The numbers of the schedules of the runs that nobody has told yet; then there are none. */
  takeUntold(): Float64Array {
    const untold = this.#numbers.slice(UNTOLD, UNTOLD + this.#numbers[MADE]!);
    this.#numbers[MADE] = 0;
    return untold;
  }

  /** The answers so far, to be followed faithfully; null: they are too many to be told. */
  schedule(adversarial: boolean): Schedule | null {
    const numbers = this.#numbers;
    const asked = numbers[ASKED]!;
    if (asked > this.#most) return null;
    const decisions: Decision[] = [];
    for (let at = ANSWERS; at < ANSWERS + EACH * asked; at += EACH) {
      const what = WORDS[numbers[at]!];
      if (what === undefined) return null;
      const [candidates, answer, isLeast] = [numbers[at + 1]!, numbers[at + 2]!, numbers[at + 3] === 1];
      decisions.push(
        candidates > 0
          ? { what, candidates, picked: answer }
          : { what, drawn: Number.isNaN(answer) ? null : answer, isLeast },
      );
    }
    return { seed: numbers[SEED]!, adversarial, decisions, open: true };
  }
}

/** Witnesses as another does, and goes no further where a schedule has no end. @internal */
export class Gate implements Witness {
  readonly #witness: Witness;
  readonly #endless: readonly Schedule[];
  /** Those that the run goes by so far. */
  #near: readonly Schedule[];
  #asked: number;

  constructor(witness: Witness, endless: readonly Schedule[]) {
    this.#witness = witness;
    this.#endless = endless;
    this.#near = [];
    this.#asked = 0;
  }

  begins(seed: number): void {
    this.#witness.begins(seed);
    this.#near = this.#endless.filter((schedule) => schedule.seed === seed);
    this.#asked = 0;
    this.#check();
  }

  answered(decision: Decision): void {
    this.#witness.answered(decision);
    if (this.#near.length === 0) return;
    const word = wordOf(decision);
    this.#near = this.#near.filter(({ decisions }) => {
      const there = decisions[this.#asked];
      return there !== undefined && wordOf(there) === word;
    });
    this.#asked++;
    this.#check();
  }

  steps(): void {
    this.#witness.steps();
  }

  ends(): void {
    this.#witness.ends();
  }

  #check(): void {
    if (this.#near.some(({ decisions }) => decisions.length === this.#asked))
      throw new GivenUpError('this schedule has no end');
  }
}
