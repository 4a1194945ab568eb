/**
 * What threads did, in short: for tests that assert it as one literal list.
 */

import {
  Recorder,
  type RunThreadsOptions,
  runThreads,
  type ThreadBody,
  type TraceEvent,
} from '../../src/index.ts';

/** What `told` gives. */
export interface ToldThreads<T> {
  readonly result: T | undefined;
  readonly error: unknown;
  readonly output: string[];
  readonly reports: string[];
  readonly events: TraceEvent[];
}

/** Runs threads as `runThreads` does, and keeps everything. */
export function told<T>(main: ThreadBody<T>, options: RunThreadsOptions = {}): ToldThreads<T> {
  const recorder = new Recorder();
  const output: string[] = [];
  const reports: string[] = [];
  let result: T | undefined;
  let error: unknown;
  try {
    result = runThreads(main, {
      trace: recorder,
      print: (line) => output.push(line),
      exceptionHandler: ({ message, exception }) => reports.push(`${message}: ${exception}`),
      ...options,
    });
  } catch (thrown) {
    error = thrown;
  }
  return { result, error, output, reports, events: [...recorder] };
}

/**
 * When each thread had the CPU, and how it lost it: `rice 0-5 gil` (the GIL was asked for), `slice` (its time slice was
 * over), `sleep` (or whatever it then waited for), `done`. Stretches without length are left out.
 */
export function slices(events: Iterable<TraceEvent>): string[] {
  const names = new Map<number, string>();
  const since = new Map<number, number>();
  const lines: string[] = [];
  const stop = (thread: number, time: number, why: string) => {
    const from = since.get(thread)!;
    since.delete(thread);
    if (time > from) lines.push(`${names.get(thread)} ${from}-${time} ${why}`);
  };
  for (const event of events) {
    if (event.kind === 'thread:create') names.set(event.thread, event.name);
    if (event.kind === 'thread:run') since.set(event.thread, event.time);
    if (event.kind === 'thread:preempt') stop(event.thread, event.time, event.by);
    if (event.kind === 'thread:wait') stop(event.thread, event.time, event.reason);
    if (event.kind === 'thread:done') stop(event.thread, event.time, 'done');
  }
  return lines;
}
