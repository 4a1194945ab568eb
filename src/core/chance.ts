import type { DrawKind } from './policy.ts';
import type { Random } from './random.ts';

/**
 * Sees who draws which number by chance, and may give another one instead: the one that came in another run.
 *
 * The numbers of one run come one after another from one source, so who asks earlier than before would get what somebody else had.
 * Whoever compares two runs has to know askers and what they ask for, in both of them; so that is told here. A policy hears nothing
 * of it: it is asked afterwards, and decides as always.
 *
 * A world has none, unless somebody compares: then the runs are also traced.
 */
export interface Chance {
  /** Somebody was made who may ask: a task, or who else there is (`what`). '' for a name it didn't choose. `maker` null: nobody. */
  made(one: object, what: string, name: string, maker: object | null): void;
  /** Somebody (null: nobody, such as a callback) asks for something of which numbers may be drawn: gives a number to know it by. */
  asked(asker: object | null, what: string, name: string): number;
  /** Gives the number to be drawn for what was `asked`, where the dice have thrown `thrown`. */
  draw(asked: number, kind: DrawKind, low: number, high: number, thrown: number): number;
  /** The loop's random for the program itself: each number that it takes is asked for by who takes it. */
  random(source: Random): Random;
}
