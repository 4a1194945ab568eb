/**
 * Breakpoints: where to stop, in the words of the reader.
 *
 *     :24            somebody comes to stand on line 24; chores.ts:24 is that line of that file
 *     40 min         the first event that isn't before that time; a number alone is ms
 *     rice           a step of the task rice; of a thread, that it comes onto a core
 *     task:done      an event of that kind
 *     soup waits     anything else: an event whose sentence has that text; not one that says only who is on which line
 *
 * A text is tried as each of these, in this order. What could be read as another one has its sort before it: `task 5` is
 * a task called 5, `kind print` the output of whomever, `text rice` every sentence about rice.
 *
 * A breakpoint names what it stops at, and no numbers: so it holds in another run of the same program too. What no event
 * of the trace can meet is said at once, for a reader who waits for it waits in vain.
 */

import { parseDuration } from '../trace/duration.ts';
import { EVENT_SCHEMA, type EventKind, type TraceEvent } from '../trace/events.ts';
import type { Trace } from '../trace/trace.ts';
import { formatDuration, formatMoment } from '../views/time.ts';
import { list } from '../views/words.ts';
import { oncePerTrace } from './once-per-trace.ts';

/** Where to stop. */
export type Breakpoint =
  /** A line of a source file; in any file, if that is ''. */
  | { readonly by: 'line'; readonly file: string; readonly line: number }
  /** Virtual ms. */
  | { readonly by: 'time'; readonly time: number }
  /** The name of a task or a thread. */
  | { readonly by: 'task'; readonly name: string }
  | { readonly by: 'kind'; readonly kind: EventKind }
  | { readonly by: 'text'; readonly text: string };

/** What is asked of a run in order to stop in it. */
export interface Told {
  readonly trace: Trace;
  /** What happened in an event, in a sentence. */
  sentence(seq: number): string;
}

/** The sorts of breakpoint, for the help. */
export const BREAKPOINTS = 'a task, :24 (a line), 40 min, a kind of event, a text';

const KINDS: ReadonlySet<string> = new Set(EVENT_SCHEMA.map(({ kind }) => kind));

/**
 * Reads a breakpoint, as it is typed. Never fails: what is nothing else is a text.
 *
 * @example breakpointOf(trace, '40 min') // { by: 'time', time: 2_400_000 }
 */
export function breakpointOf(trace: Trace, typed: string): Breakpoint {
  const text = typed.trim();
  const [, sort, rest = ''] = /^(line|time|task|kind|text) +(.+)$/.exec(text) ?? [];
  const named = sort === undefined ? null : READERS[sort as Breakpoint['by']](trace, rest);
  if (named !== null) return named;
  for (const read of Object.values(READERS)) {
    const found = read(trace, text);
    if (found !== null) return found;
  }
  return { by: 'text', text };
}

/** Each sort reads a text as its own, or doesn't; in the order in which they are tried. */
const READERS: { readonly [B in Breakpoint['by']]: (trace: Trace, text: string) => Breakpoint | null } = {
  line: (_, text) => {
    const [, file = '', line] = /^(\S*):(\d+)$/.exec(text) ?? [];
    return line === undefined ? null : { by: 'line', file, line: Number(line) };
  },
  time: (_, text) => {
    const time = parseDuration(text);
    return time === null ? null : { by: 'time', time };
  },
  task: (trace, name) => {
    const { tasks, threads } = landmarksOf(trace);
    return tasks.has(name) || threads.has(name) ? { by: 'task', name } : null;
  },
  kind: (_, kind) => (KINDS.has(kind) ? { by: 'kind', kind: kind as EventKind } : null),
  text: (_, text) => ({ by: 'text', text }),
};

/** What a breakpoint is, as it could be typed. */
export function describeBreakpoint(breakpoint: Breakpoint): string {
  switch (breakpoint.by) {
    case 'line':
      return `${breakpoint.file}:${breakpoint.line}`;
    case 'time':
      return formatMoment(breakpoint.time);
    case 'task':
      return breakpoint.name;
    case 'kind':
      return breakpoint.kind;
    case 'text':
      return `“${breakpoint.text}”`;
  }
}

/** Whether it stops at an event. */
export function stopsAt(on: Told, breakpoint: Breakpoint, event: TraceEvent): boolean {
  switch (breakpoint.by) {
    case 'line':
      return (
        event.kind === 'source:at' && event.line === breakpoint.line && isFile(event.file, breakpoint.file)
      );
    case 'time': {
      const { time } = breakpoint;
      return event.time >= time && (event.seq === 1 || on.trace.event(event.seq - 1).time < time);
    }
    case 'task': {
      const { tasks, threads } = landmarksOf(on.trace);
      if (event.kind === 'task:step') return tasks.get(breakpoint.name)?.has(event.task) === true;
      if (event.kind === 'thread:run') return threads.get(breakpoint.name)?.has(event.thread) === true;
      return false;
    }
    case 'kind':
      return event.kind === breakpoint.kind;
    case 'text':
      return (
        event.kind !== 'source:at' &&
        on.sentence(event.seq).toLowerCase().includes(breakpoint.text.toLowerCase())
      );
  }
}

/** Why it stops at no event of the trace; null if it does at one. */
export function stopsNowhere(on: Told, breakpoint: Breakpoint): string | null {
  for (const event of on.trace) if (stopsAt(on, breakpoint, event)) return null;
  switch (breakpoint.by) {
    case 'line':
      return noSuchLine(on.trace, breakpoint.file, breakpoint.line);
    case 'time':
      return `nothing happens at ${describeBreakpoint(breakpoint)} or later: the end is at ${formatDuration(on.trace.endTime)}`;
    case 'task':
      return `${breakpoint.name} never takes a step`;
    case 'kind':
      return `there is no ${breakpoint.kind} in this trace`;
    case 'text':
      return `no sentence of the story has ${describeBreakpoint(breakpoint)}`;
  }
}

function noSuchLine(trace: Trace, file: string, line: number): string {
  const { lines } = landmarksOf(trace);
  if (lines.size === 0) return 'this trace doesn’t tell lines';
  const files = [...lines.keys()].filter((name) => isFile(name, file));
  if (files.length === 0)
    return `nobody comes to stand in ${file}: there is ${list([...lines.keys()].map((name) => name.split('/').at(-1)!))}`;
  const nearest = files
    .flatMap((name) => [...lines.get(name)!])
    .sort((a, b) => Math.abs(a - line) - Math.abs(b - line))
    .slice(0, 4)
    .sort((a, b) => a - b);
  return `nobody comes to stand on line ${line}; near it, somebody does on ${list(nearest.map(String))}`;
}

/** Whether a file is meant by the end of its path; by '' all are. */
export function isFile(file: string, meant: string): boolean {
  return meant === '' || file === meant || file.endsWith(`/${meant}`);
}

/** What a trace has that a breakpoint can name. */
interface Landmarks {
  readonly tasks: ReadonlyMap<string, ReadonlySet<number>>;
  readonly threads: ReadonlyMap<string, ReadonlySet<number>>;
  readonly lines: ReadonlyMap<string, ReadonlySet<number>>;
}

const landmarksOf = oncePerTrace((trace): Landmarks => {
  const tasks = new Map<string, Set<number>>();
  const threads = new Map<string, Set<number>>();
  const lines = new Map<string, Set<number>>();
  const add = (to: Map<string, Set<number>>, name: string, number: number) => {
    const numbers = to.get(name);
    if (numbers) numbers.add(number);
    else to.set(name, new Set([number]));
  };
  for (const event of trace) {
    if (event.kind === 'task:create' || event.kind === 'task:rename') add(tasks, event.name, event.task);
    else if (event.kind === 'thread:create') add(threads, event.name, event.thread);
    else if (event.kind === 'source:at') add(lines, event.file, event.line);
  }
  return { tasks, threads, lines };
});
