/**
 * The program behind a stepper: it makes the run that is stepped through, and those that are wished for there.
 *
 * Each is a fresh run, in a process of its own. So a program that never ends can be given up, and what a module keeps is as new in
 * the second run as in the first.
 */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { changeOfText } from '../analysis/change-text.ts';
import { Steppable, type Wish } from '../stepper/index.ts';
import type { Trace } from '../trace/trace.ts';
import { type FreshRun, type FreshRunning, runFresh } from './fresh-run.ts';

/** A program that is stepped through. */
export interface SteppedProgram {
  /** The path of its file. */
  readonly file: string;
  /** Which part of a demo, from 1. */
  readonly part: number;
  /** The schedule of the first run, as a line. */
  readonly schedule: string;
  /** A command line that steps through it by the schedule behind it. */
  readonly command: string;
}

/** What is stepped through: a program, or a trace that was saved. */
export type Stepped = SteppedProgram | { readonly trace: Trace };

/** So many events of a program are recorded at first: an endless one has its bound there, and goes on when asked. */
export const FIRST_EVENTS = 50_000;

/** A run that is being made for the stepper. */
export interface Making {
  readonly done: Promise<Steppable>;
  /** Gives it up. */
  stop(): void;
}

/** The first run of a program. */
export function firstRun(program: SteppedProgram): Making {
  return make(program, { schedule: program.schedule, change: '', maxEvents: FIRST_EVENTS, label: '' }, []);
}

/** The run that is wished for, looking at another. Throws a ValueError if the change in it makes no sense. */
export function wishedRun(program: SteppedProgram, wish: Wish, from: Steppable): Making {
  return make(program, wish, wish.change === '' ? [] : [changeOfText(wish.change, from.trace)]);
}

function make(
  { file, part, command }: SteppedProgram,
  { schedule, change, maxEvents, label }: Omit<Wish, 'agreesUntil' | 'without'>,
  changes: Parameters<typeof runFresh>[0]['changes'],
): Making {
  const running: FreshRunning = runFresh({ file, part, schedule, maxEvents, changes });
  const steppable = ({ trace, failure, isCut }: FreshRun): Steppable =>
    new Steppable(trace, readSources(trace), {
      label,
      change,
      failure: failure?.text ?? '',
      isFault: failure !== null && !failure.expected,
      isCut,
      maxEvents,
      canRunAgain: true,
      command,
    });
  return { done: running.done.then(steppable), stop: running.stop };
}

/** The source files that a trace names, read from the disk; those that can't be read are left out. */
export function readSources(trace: Trace): Record<string, string> {
  const sources: Record<string, string> = {};
  for (const event of trace) {
    if (event.kind !== 'source:at' || event.file in sources) continue;
    try {
      sources[event.file] = readFileSync(resolve(event.file), 'utf8');
    } catch {
      // It was moved, or is no file: the stepper shows the rest.
    }
  }
  return sources;
}
