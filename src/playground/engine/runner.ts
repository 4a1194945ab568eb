/**
 * Runs programs, each in a worker of its own, and ends what doesn't end.
 *
 * A worker that goes round in circles answers nobody, so there is no asking it to stop: it is ended from outside, after some
 * seconds of real time, or when its reader says so. What it had printed by then is shown.
 */

import { loneYield } from './hints.ts';
import {
  type Job,
  type Posted,
  type Problem,
  type Reply,
  type Run,
  readReply,
  type Values,
} from './protocol.ts';
import type { PlaceMap } from './source-map.ts';
import { transform } from './transform.ts';

/** How a run ended. */
export type Ending =
  | { readonly kind: 'run'; readonly run: Run }
  /** There is no run: a mistake of syntax, a worker that broke. */
  | { readonly kind: 'problem'; readonly problem: Problem }
  /** It was ended: it took too long, or the reader had enough. */
  | { readonly kind: 'stopped'; readonly after: number; readonly byReader: boolean };

/** What a runner needs of a worker. */
export interface WorkerLike {
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(message: Job): void;
  terminate(): void;
}

/** A run in progress. */
export interface Running {
  readonly ending: Promise<Ending>;
  /** Ends it. */
  stop(): void;
}

/** How a program is started. */
export interface StartOptions {
  readonly title: string;
  readonly values?: Values;
  /** Told of each printed line, while it runs. */
  readonly print?: (line: string) => void;
  /** The real time after which it is ended. */
  readonly timeout?: number;
}

/** How long a program may take, in ms of real time. Its loops are stopped sooner, from inside, which leaves a trace. */
export const TIMEOUT = 6_000;

/** Transforms a program and runs it in a worker. */
export function start(source: string, worker: () => WorkerLike, options: StartOptions): Running {
  const transformed = transform(source);
  if (transformed.problem !== null) {
    return { ending: Promise.resolve({ kind: 'problem', problem: transformed.problem }), stop: () => {} };
  }
  const { script, map } = transformed;
  const { title, values = {}, print = () => {}, timeout = TIMEOUT } = options;
  const running = worker();
  const began = performance.now();
  let end: (ending: Ending) => void = () => {};
  const ending = new Promise<Ending>((resolve) => {
    end = (how) => {
      running.terminate();
      clearTimeout(timer);
      resolve(how);
    };
  });
  const stopped = (byReader: boolean) => end({ kind: 'stopped', after: performance.now() - began, byReader });
  const timer = setTimeout(() => stopped(false), timeout);
  running.onmessage = ({ data }) => {
    let reply: Reply;
    try {
      reply = readReply(data as Posted);
    } catch (error) {
      end({ kind: 'problem', problem: { message: String(error), place: null } });
      return;
    }
    if (reply.kind === 'line') print(reply.text);
    else end({ kind: 'run', run: mapped(reply.run, map, source) });
  };
  running.onerror = (event) => {
    event.preventDefault();
    const message = event.message
      .replace(/^Uncaught /, '')
      .replace(/Failed to execute 'importScripts' on 'WorkerGlobalScope': /, '');
    const isSyntax = message.startsWith('SyntaxError');
    const place = isSyntax && event.lineno > 0 ? map.back({ line: event.lineno, column: event.colno }) : null;
    end({ kind: 'problem', problem: { message, place } });
  };
  running.postMessage({ script, title, values });
  return { ending, stop: () => stopped(true) };
}

/** The run with its problems where the learner wrote them. */
export function mapped(run: Run, map: PlaceMap, source: string): Run {
  const back = (problem: Problem | null): Problem | null => {
    if (problem === null) return null;
    if (problem.place !== null) return { ...problem, place: map.back(problem.place) };
    // The loop finds that one when the program has left its line already.
    return BAD_YIELD.test(problem.message) ? { ...problem, place: loneYield(source) } : problem;
  };
  return {
    ...run,
    problem: back(run.problem),
    parts: run.parts.map((part) => ({ ...part, problem: back(part.problem) })),
  };
}

const BAD_YIELD = /^RuntimeError: .*(yield was used instead|Task \S+ yielded )/;
