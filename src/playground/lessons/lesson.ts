/**
 * A lesson: a program, what to watch in it, one thing to change, and one question.
 *
 * No answer is written down. A question's answer is what the loop does when the lesson's program runs with the change that is
 * asked about, and whether the reader has changed what they were asked to change is read from the trace of their own run. So a
 * lesson can't be wrong about the loop: if the loop changes, so do the answers.
 */

import { query } from '../../trace/query.ts';
import type { LoopState } from '../../trace/state.ts';
import type { Parameter, Run, Values } from '../engine/protocol.ts';

/** A run, as lessons look at it. */
export interface Seen {
  /** The printed lines of all its parts. */
  readonly output: readonly string[];
  /** The virtual time at its end, in ms. */
  readonly end: number;
  /** How often the clock jumped. */
  readonly jumps: number;
  /** How all was at the end of its first part. */
  readonly final: LoopState;
  /** The values of its parameters. */
  readonly values: Values;
  /** It came to its end without an error. */
  readonly isWell: boolean;
}

/** Runs a program on the loop, for an answer. */
export type Ask = (program: string, values?: Values) => Promise<Seen>;

/** What is asked: by its options, or for a number. */
export interface Question {
  readonly text: string;
  /** To choose from; if there are none, a number is asked for. */
  readonly options?: readonly string[];
  /** Of the number. */
  readonly unit?: string;
  /** Finds the answer by running the program: one of the options, or the number. */
  readonly answer: (ask: Ask) => Promise<string | number>;
  /** Told with the right answer. */
  readonly why: string;
}

/** One lesson of the tour. Texts may have `code` in them. */
export interface Lesson {
  /** Its name in links. */
  readonly id: string;
  readonly title: string;
  readonly text: readonly string[];
  readonly program: string;
  readonly watch: readonly string[];
  readonly change: {
    readonly text: string;
    /** Whether the reader's run shows the change. */
    readonly isDone: (run: Seen) => boolean;
  };
  readonly question: Question;
}

/** What a lesson may know of a run; null if the program was not run at all. */
export function see(run: Run): Seen | null {
  const [first] = run.parts;
  if (first === undefined) return null;
  const traces = run.parts.map(({ trace }) => trace);
  return {
    output: traces.flatMap((trace) => query(trace).final.output.map(({ text }) => text)),
    end: Math.max(...traces.map(({ endTime }) => endTime)),
    jumps: traces.flatMap((trace) => [...trace]).filter(({ kind }) => kind === 'clock:jump').length,
    final: query(first.trace).final,
    values: Object.fromEntries(run.parameters.map(({ name, value }: Parameter) => [name, value])),
    isWell: run.problem === null && run.parts.every(({ problem }) => problem === null),
  };
}

/** A program with one thing changed. Throws if that isn't in it exactly once: a lesson asks about its own program. */
export function changed(program: string, from: string, to: string): string {
  const pieces = program.split(from);
  if (pieces.length !== 2) {
    throw new Error(`the program has ${JSON.stringify(from)} ${pieces.length - 1} times, and not once`);
  }
  return pieces.join(to);
}
