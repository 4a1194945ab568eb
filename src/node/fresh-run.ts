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
  /** Durations that are changed; none if empty. */
  readonly changes: readonly Change[];
}

/** A run that was made. */
export interface FreshRun {
  readonly trace: Trace;
  /** What the program threw, in words, and whether it is there to show that; null: nothing. */
  readonly failure: { readonly text: string; readonly expected: boolean } | null;
  /** Whether it went on after the last event, or the time, up to which the trace goes. */
  readonly isCut: boolean;
}

/** What the other process answers. @internal */
export type FreshReply =
  | (Omit<FreshRun, 'trace'> & { readonly trace: string })
  | { readonly problem: string };

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
 * Runs a program in a process of its own.
 *
 * @example
 * const { trace } = await runFresh({ file: 'demos/02-chores.ts', part: 1, schedule: 'seed=0 ...', maxEvents: 1e5, changes: [] }).done;
 */
export function runFresh(request: FreshRequest): FreshRunning {
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
  const replied = new Promise<FreshReply>((resolve, reject) => {
    let reply: FreshReply | null = null;
    child.on('message', (message) => {
      reply = message as FreshReply;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      letGo();
      if (reply !== null) return resolve(reply);
      const last = errors.trim().split('\n').at(-1) ?? '';
      const end = signal === null ? `ended with code ${code}` : `was stopped by ${signal}`;
      reject(new FreshRunError(`the run ${end}${last && `: ${last}`}`));
    });
  });
  child.send(request);
  return { done: replied.then(runOf), stop };
}

function runOf(reply: FreshReply): FreshRun {
  if ('problem' in reply) throw new FreshRunError(reply.problem);
  return { ...reply, trace: loadTrace(reply.trace) };
}
