/**
 * A program once more, from fresh state.
 *
 * A generator can't be cloned, so whoever wants another run of a program (another choice, a longer run, what if) has to start it
 * again. And a program may keep state in its module, `let counter = 0`, which a second start in the same process would find as the
 * first one left it. So each run has a process of its own, that loads the file, runs one part of it and answers with the trace.
 * A program that never ends, not even in its trace, can so be given up, too.
 */

import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Draws } from '../analysis/same-chance.ts';
import type { Change } from '../analysis/what-if.ts';
import { loadTrace } from '../trace/json.ts';
import type { Trace } from '../trace/trace.ts';

/** What is to be run, and how: plain data, as it goes to another process. */
export interface FreshRequest {
  /** The path of the program's file. */
  readonly file: string;
  /** Which part of a demo, from 1. */
  readonly part: number;
  /** The schedule to run by, as a line; or only a seed, and the trace doesn't tell what was left open. */
  readonly schedule: string | number;
  /** How many events its trace may have. */
  readonly maxEvents: number;
  /** The virtual ms at which its trace ends; none if not given. */
  readonly until?: number;
  /** Durations that are changed; none if empty. Chance then gives again what it gives in the program as it is, by the same seed … */
  readonly changes: readonly Change[];
  /** … which is this; if not given, the program is run as it is to learn it. */
  readonly draws?: Draws;
}

/** The other process is asked for a run, in which what came by chance in another one may be dealt out again. @internal */
export interface RunRequest extends FreshRequest {
  readonly wants: 'run';
}

/** It is asked what comes by chance in a program as it is: by the seed of a schedule, and faithfully. @internal */
export interface ChanceRequest extends Omit<FreshRequest, 'changes' | 'draws'> {
  readonly wants: 'chance';
}

/** A run that was made. */
export interface FreshRun {
  readonly trace: Trace;
  /** What the program threw, in words, and whether it is there to show that; null: nothing. */
  readonly failure: { readonly text: string; readonly expected: boolean } | null;
  /** Whether it went on after the last event, or the time, up to which the trace goes. */
  readonly isCut: boolean;
  /** What came by chance, where nothing is changed. */
  readonly draws: Draws;
}

/** The run that the other process has made. @internal */
export type RunReply = Omit<FreshRun, 'trace'> & { readonly trace: string };

/** It can't do what it is asked for. @internal */
export interface Refusal {
  readonly problem: string;
}

/** There is no such run: the schedule doesn't fit, a change matches nothing, the file can't be read. The message says why. */
export class FreshRunError extends Error {}

const IS_SOURCE = import.meta.url.endsWith('.ts');

/** Node's own options for the other process: from the sources it needs tsx, which may have come with this one. */
function nodeOptions(): string[] {
  const here = [...process.execArgv];
  if (!IS_SOURCE || here.some((option) => option.includes('tsx'))) return here;
  return [`--import=${pathToFileURL(createRequire(import.meta.url).resolve('tsx'))}`];
}

/** What ends a process from outside. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A run in progress. */
export interface FreshRunning {
  /** Fails with a `FreshRunError` where there is no such run, or it was given up. */
  readonly done: Promise<FreshRun>;
  /** Gives it up. */
  stop(): void;
}

/**
 * So far the program is run as it is, to learn what comes by chance; an endless one is late by a second for it. It is the same
 * however far the changed run is to go, so that a longer one begins as the shorter one did.
 */
const MOST_EVENTS_AS_IT_IS = 250_000;

/**
 * Runs a program in a process of its own; one with changes after another process has told what comes by chance without them.
 *
 * @example
 * const { trace } = await runFresh({ file: 'demos/02-chores.ts', part: 1, schedule: 'seed=0 ...', maxEvents: 1e5, changes: [] }).done;
 */
export function runFresh(request: FreshRequest): FreshRunning {
  const { changes, draws, ...asItIs } = request;
  if (changes.length === 0 || draws !== undefined) {
    const { replied, stop } = ask<RunReply>({ ...request, wants: 'run' });
    return { done: replied.then(runOf), stop };
  }
  const first = ask<Draws>({ ...asItIs, wants: 'chance', maxEvents: MOST_EVENTS_AS_IT_IS });
  let { stop } = first;
  const done = first.replied.then((draws) => {
    const second = ask<RunReply>({ ...request, wants: 'run', draws });
    stop = second.stop;
    return second.replied;
  });
  return { done: done.then(runOf), stop: () => stop() };
}

/** Asks a process of its own; `stop` ends it. Fails with a `FreshRunError` where it refuses, or comes to no end. */
function ask<R extends object>(
  request: RunRequest | ChanceRequest,
): {
  readonly replied: Promise<R>;
  readonly stop: () => void;
} {
  const child = fork(
    fileURLToPath(new URL(`./fresh-run-child.${IS_SOURCE ? 'ts' : 'js'}`, import.meta.url)),
    [],
    {
      execArgv: nodeOptions(),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  );
  // A program that never ends hears nothing: it must not outlive the process that asked for it, however that ends.
  const stop = () => void child.kill('SIGKILL');
  const onSignal = (signal: NodeJS.Signals) => {
    stop();
    letGo();
    process.kill(process.pid, signal); // and now it does what it always does
  };
  const letGo = () => {
    process.off('exit', stop);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  process.on('exit', stop);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  let errors = '';
  child.stderr?.on('data', (data) => {
    errors += data;
  });
  const replied = new Promise<R>((resolve, reject) => {
    let reply: R | Refusal | null = null;
    child.on('message', (message) => {
      reply = message as R | Refusal;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      letGo();
      if (reply !== null) return isRefusal(reply) ? reject(new FreshRunError(reply.problem)) : resolve(reply);
      const last = errors.trim().split('\n').at(-1) ?? '';
      const end = signal === null ? `ended with code ${code}` : `was stopped by ${signal}`;
      reject(new FreshRunError(`the run ${end}${last && `: ${last}`}`));
    });
  });
  child.send(request);
  return { replied, stop };
}

function isRefusal(reply: object): reply is Refusal {
  return 'problem' in reply;
}

function runOf(reply: RunReply): FreshRun {
  return { ...reply, trace: loadTrace(reply.trace) };
}
