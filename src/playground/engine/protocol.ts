/**
 * What the page and the worker say to each other: plain data, in both directions.
 *
 * The worker runs a program that anybody may have written, and the program lives in the same global scope as what answers for
 * it. So nothing that comes out of a worker is believed: `readReply` takes a reply apart and builds it anew, of strings and
 * finite numbers of bounded size, and a trace is read by `loadTrace`, which checks every event. The worst that a program can
 * do is to show something that didn't happen, in its own reader's window.
 */

import { loadTrace } from '../../trace/json.ts';
import type { Trace } from '../../trace/trace.ts';

/** What a program is called in traces and messages. */
export const PROGRAM = 'program.ts';

/** A place in the learner's program; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something that went wrong, or deserves a look, and where. */
export interface Problem {
  readonly message: string;
  /** Null where no line of the program is to blame: a deadlock, say. */
  readonly place: Place | null;
}

/** A number that a program lets its reader choose. */
export interface Parameter {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** The values of parameters, by their names. */
export type Values = Readonly<Record<string, number>>;

/** A transformed program, as the worker gets it. */
export interface Job {
  /** JavaScript: a script that hands the program over as a function. */
  readonly script: string;
  readonly title: string;
  readonly values: Values;
}

/** One part of what a program is made of, when it was run. */
export interface Part {
  /** Empty where there is only one. */
  readonly title: string;
  readonly trace: Trace;
  /** What it threw; null if it came to its end. */
  readonly problem: Problem | null;
  /** It was there to show that it throws this. */
  readonly isExpected: boolean;
}

/** What a program did. */
export interface Run {
  readonly title: string;
  readonly parts: readonly Part[];
  /** A figure of its own, as text. */
  readonly figure: string;
  /** What it printed while it was loaded, when no loop was there yet to give the lines a time. */
  readonly early: readonly string[];
  /** What a demo tells its reader. */
  readonly watch: readonly string[];
  readonly question: string;
  readonly parameters: readonly Parameter[];
  /** What went wrong before there was anything to run. */
  readonly problem: Problem | null;
}

/** A run with its traces as text: what a worker posts when all is over. */
export interface PostedRun extends Omit<Run, 'parts'> {
  readonly kind: 'run';
  readonly parts: readonly (Omit<Part, 'trace'> & { readonly trace: string })[];
}

/** What a worker posts: lines while it runs, and the run when it is over. */
export type Posted = PostedRun | { readonly kind: 'line'; readonly text: string };

/** What was posted, checked. */
export type Reply =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'run'; readonly run: Run };

const LONGEST_TEXT = 20_000;
const MOST_PARTS = 20;
/** How many lines are kept of what is printed while a program is loaded. */
export const MOST_EARLY = 500;

/** A worker has posted what it never posts, so it was the program that did. */
export class ReplyError extends Error {}

/**
 * A reply, built anew from what a worker posted. Throws a `ReplyError` if it makes no sense.
 *
 * @example readReply({ kind: 'line', text: 'tea' }) // { kind: 'line', text: 'tea' }
 */
export function readReply(posted: unknown): Reply {
  const data = record(posted);
  if (data.kind === 'line') return { kind: 'line', text: text(data.text) };
  if (data.kind !== 'run') throw new ReplyError('the worker said something that it never says');
  return {
    kind: 'run',
    run: {
      title: text(data.title),
      parts: list(data.parts).map(readPart),
      figure: text(data.figure),
      early: list(data.early, MOST_EARLY).map(text),
      watch: list(data.watch).map(text),
      question: text(data.question),
      parameters: list(data.parameters).map(readParameter),
      problem: readProblem(data.problem),
    },
  };
}

function readPart(posted: unknown): Part {
  const { title, trace, problem, isExpected } = record(posted);
  if (typeof trace !== 'string') throw new ReplyError('the worker sent no trace');
  return {
    title: text(title),
    trace: loadTrace(trace),
    problem: readProblem(problem),
    isExpected: isExpected === true,
  };
}

function readParameter(posted: unknown): Parameter {
  const { name, label, unit, value, min, max, step } = record(posted);
  return {
    name: text(name),
    label: text(label),
    unit: text(unit),
    value: number(value),
    min: number(min),
    max: number(max),
    step: number(step),
  };
}

function readProblem(posted: unknown): Problem | null {
  if (posted === null) return null;
  const { message, place } = record(posted);
  if (place === null) return { message: text(message), place };
  const { line, column } = record(place);
  return { message: text(message), place: { line: number(line), column: number(column) } };
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new ReplyError('the worker said something that it never says');
}

function list(value: unknown, most = MOST_PARTS): unknown[] {
  if (Array.isArray(value)) return value.slice(0, most);
  throw new ReplyError('the worker sent no list where there should be one');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, LONGEST_TEXT) : '';
}

function number(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new ReplyError('the worker sent no number where there should be one');
}
