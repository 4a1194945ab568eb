/**
 * What the two timelines, in the terminal and as SVG, both show of a trace: which rows, in which order, and what is said of
 * those that have no room. How a row looks is theirs.
 */

import type { TraceEvent } from '../trace/events.ts';
import { printable } from './cells.ts';
import type { Place, ProcessLine } from './life-reader.ts';
import { type Lifeline, type Lifelines, lifelines, type ThreadLine } from './lifelines.ts';

/** A trace with its title, for `timelines`. */
export interface TitledTrace {
  readonly title: string;
  readonly trace: Iterable<TraceEvent>;
}

/** What became of a task or thread, by its outcome. */
export const ENDS = { result: 'done', exception: 'failed', cancelled: 'cancelled' } as const;

/** Rows that are shown, and those that become one line. */
interface Folded<T> {
  readonly shown: readonly T[];
  readonly hidden: readonly T[];
}

/** A trace as a part of a picture. */
export interface Part {
  readonly title: string;
  readonly lives: Lifelines;
  readonly hasLoop: boolean;
  readonly tasks: Folded<Lifelines['tasks'][number]>;
  readonly threads: Folded<ThreadLine>;
}

/** Numbers of tasks, and of threads: the rows that are drawn, of lives that have been read off the trace. */
export interface Chosen {
  readonly lives: Lifelines;
  readonly tasks: ReadonlySet<number>;
  readonly threads: ReadonlySet<number>;
}

/** A part of a picture: its first rows, or those that were chosen. */
export function partOf({ title, trace }: TitledTrace, maxRows: number, chosen?: Chosen): Part {
  const lives = chosen?.lives ?? lifelines(trace);
  const hasLoop = lives.loop.runs.length + lives.loop.iterations.length > 0;
  // The row of the loop is that of its thread.
  const threads = inOrder(
    lives.threads.filter(({ host }) => !(host && hasLoop)),
    lives.processes,
  );
  return {
    title: printable(title),
    lives,
    hasLoop,
    tasks: foldRows(lives.tasks, chosen ? ({ task }) => chosen.tasks.has(task) : maxRows),
    threads: foldRows(threads, chosen ? ({ thread }) => chosen.threads.has(thread) : maxRows),
  };
}

/** How long a picture without time is: `1 turn`, `7 turns`. */
export function turns({ turn }: Pick<Place, 'turn'>): string {
  return `${turn} turn${turn === 1 ? '' : 's'}`;
}

/** Whether nothing ran in it. */
export function isEmpty({ lives: { tasks, threads, loop } }: Part): boolean {
  return tasks.length + threads.length + loop.runs.length + loop.script.length === 0;
}

/** What is shown, and what becomes one line. */
function foldRows<T>(lives: readonly T[], isShown: number | ((life: T) => boolean)): Folded<T> {
  if (typeof isShown === 'function')
    return { shown: lives.filter(isShown), hidden: lives.filter((life) => !isShown(life)) };
  const maxRows = isShown;
  return { shown: lives.slice(0, maxRows), hidden: lives.slice(maxRows) };
}

/** What a thread's place among the rows follows from. */
type ThreadName = Pick<ThreadLine, 'name' | 'process'>;

/** Threads by process; processes that have a name of their own for one thread only come last. */
export function inOrder<T extends ThreadName>(threads: readonly T[], processes: readonly ProcessLine[]): T[] {
  const place = new Map(processes.map(({ process }, i) => [process, i]));
  return threads
    .map((life) => ({
      life,
      at: (isAlone(life, processes) ? processes.length : 0) + (place.get(life.process) ?? 0),
    }))
    .sort((a, b) => a.at - b.at)
    .map(({ life }) => life);
}

/** Whether a thread is all of its process: that of a pool, or of a `Process`, has the same name, and no company. */
function isAlone({ name, process: id }: ThreadName, processes: readonly ProcessLine[]): boolean {
  return processes.some(
    ({ process, name: other, threads }) => process === id && other === name && threads === 1,
  );
}

/** What stands above a thread; '': nothing, as all are of one kind. */
export function headingOf(
  life: ThreadName,
  {
    processes,
    threads,
  }: { readonly processes: readonly ProcessLine[]; readonly threads: readonly ThreadName[] },
  hasLoop: boolean,
): string {
  const own = processes.find(({ process }) => process === life.process);
  if (own === undefined) return hasLoop ? 'threads' : '';
  if (!hasLoop && threads.every(({ process }) => process === life.process)) return '';
  const alone = isAlone(life, processes);
  const isMain = processes.find(({ machine }) => machine === own.machine) === own;
  const machines = [...new Set(processes.map(({ machine }) => machine))];
  const which = machines.length > 1 ? `machine ${machines.indexOf(own.machine) + 1}, ` : '';
  const what = alone ? 'processes' : isMain ? 'threads' : `threads of ${own.name}`;
  return `${which}${what}: ${sizeOf(own, alone ? 'a GIL each' : 'one GIL')}`;
}

/** What stands beside the title of threads that are all of one process, and have no heading; '': they aren't. */
export function sizeOfOnly({
  processes,
  threads,
}: {
  readonly processes: readonly ProcessLine[];
  readonly threads: readonly ThreadName[];
}): string {
  const own = processes.find(({ process }) => process === threads[0]?.process);
  const isOnly = threads.every(({ process }) => process === own?.process);
  return own !== undefined && isOnly ? sizeOf(own, 'one GIL') : '';
}

/** `one GIL, 2 cores`, `no GIL, 1 core`. */
function sizeOf({ gil, cores }: ProcessLine, ofGil: string): string {
  return `${gil ? ofGil : 'no GIL'}, ${cores} core${cores === 1 ? '' : 's'}`;
}

export function foldedName(hidden: readonly unknown[]): string {
  return hidden.length === 0 ? '' : `… ${hidden.length} more`;
}

/** How a life ended, in a word; undefined if it didn't. Who was cancelled for a deadlock, as nobody could help, ended by that. */
export function endWord({ end, stuck }: Pick<Lifeline, 'end' | 'stuck'>): Ending | undefined {
  if (!end) return undefined;
  const isDeadlock = end.outcome === 'cancelled' && stuck.at(-1)?.time === end.time;
  return isDeadlock ? 'deadlock' : ENDS[end.outcome];
}
type Ending = (typeof ENDS)[keyof typeof ENDS] | 'deadlock';

export function foldedSum(hidden: readonly Omit<Lifeline, 'task'>[]): string {
  const counts = new Map<string, number>();
  for (const life of hidden) {
    const state = endWord(life) ?? life.stretches.at(-1)?.doing ?? 'new';
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return Array.from(counts, ([state, count]) => `${count} ${state}`).join(', ');
}
