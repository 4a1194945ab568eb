/**
 * What a failed assertion shows: how the run ended, when, and the bit of the timeline that matters.
 *
 * A message that only says "expected 40, got 70" sends its reader to the debugger. Whoever reads these should see what
 * happened, so that only the why is left. Every time stands there as people say it, and in the virtual ms that a test
 * is written in.
 */

import { describeValue, ExceptionGroup } from '../core/errors.ts';
import { cleanUpOf } from '../trace/clean-up.ts';
import type { TraceEvent } from '../trace/events.ts';
import { query } from '../trace/query.ts';
import type { TaskState } from '../trace/state.ts';
import type { Trace } from '../trace/trace.ts';
import { Cast } from '../views/cast.ts';
import { printable } from '../views/cells.ts';
import { formatMoment } from '../views/time.ts';
import { type TimelineOptions, timeline } from '../views/timeline.ts';
import type { Simulation } from './simulation.ts';

const WIDTH = 80;
/** Of a trace with more tasks than this, only the tasks in question are drawn. */
const MANY_TASKS = 12;

/** A time or a duration, to be read and to be copied: `40 min (2400000 ms)`. */
export function moment(ms: number): string {
  const words = formatMoment(ms);
  return words === `${ms} ms` ? words : `${words} (${ms} ms)`;
}

/** An error as `Name: message`; of a group, what is in it on the lines below. */
export function describeError(error: unknown, indent = '  '): string {
  if (!(error instanceof Error)) return describeValue(error);
  const head = error.message ? `${error.name}: ${error.message}` : error.name;
  if (!(error instanceof ExceptionGroup)) return head;
  const inside = error.errors.map((inner) => `\n${indent}- ${describeError(inner, `${indent}  `)}`);
  return head + inside.join('');
}

/** How a run ended: `it ended with the result 42 at 10 ms`. */
export function describeEnd(simulation: Simulation): string {
  const { outcome, error, time } = simulation;
  const at = `at ${moment(time)}`;
  if (outcome === 'deadlock') return `it came to a deadlock ${at}`;
  if (outcome === 'cancelled') return `it was cancelled ${at}`;
  if (outcome === 'limit') return `it was stopped ${at}: ${describeError(error)}`;
  if (outcome === 'exception') return `it failed ${at}: ${describeError(error)}`;
  const { result } = simulation;
  return `it ended well ${at}${result === undefined ? '' : `, with the result ${describeValue(result)}`}`;
}

/** The timeline of the tasks in question; of all tasks, if they are few. */
export function picture(
  trace: Trace,
  inQuestion: readonly TaskState[] = [],
  options: TimelineOptions = {},
): string {
  const all = query(trace).tasks().length;
  const rows = { width: WIDTH, maxRows: Math.max(MANY_TASKS, inQuestion.length), ...options };
  if (all <= MANY_TASKS || inQuestion.length === 0) return timeline(trace, rows);
  const ids = new Set(inQuestion.map(({ id }) => id));
  return `${ids.size} of ${all} tasks:\n${timeline(eventsOf(trace, ids), rows)}`;
}

/** What each of these tasks does where a trace ends, a line each: `  ann waits since 10 ms: lock.acquire knife, held by bob`. */
export function doings(trace: Trace, tasks: readonly TaskState[]): string {
  const cast = new Cast();
  const waits = new Map<number, string>();
  for (const event of trace) {
    cast.see(event);
    if (event.kind === 'task:wait') waits.set(event.task, cast.wait(event));
  }
  const { resources, tasks: all } = query(trace).final;
  const lines = tasks.slice(0, MANY_TASKS).map(({ id, name, state, since, waiting }) => {
    if (waiting === null) return `  ${printable(name)} is ${STATES[state]}`;
    const holders = waiting.on === 'resource' ? (resources.get(waiting.target)?.holders ?? []) : [];
    const names = [...new Set(holders)].map((holder) => printable(all.get(holder)?.name ?? `Task-${holder}`));
    const held = names.length > 0 ? `, held by ${names.join(', ')}` : '';
    return `  ${printable(name)} waits since ${formatMoment(since)}: ${waits.get(id)}${held}`;
  });
  if (tasks.length > lines.length) lines.push(`  … and ${tasks.length - lines.length} more`);
  return lines.join('\n');
}

const STATES = {
  new: 'not started',
  ready: 'ready',
  running: 'running',
  waiting: 'waiting',
  done: 'done',
} as const;

/** The trace as if there were no other tasks; but the loop is as busy as it was. */
function* eventsOf(trace: Trace, tasks: ReadonlySet<number>): Generator<TraceEvent> {
  for (const event of trace) {
    if (!('task' in event) || event.task === 0 || tasks.has(event.task)) yield event;
    else if (event.kind === 'compute' || event.kind === 'block') yield { ...event, task: 0 };
  }
}

/** The trace up to where everything stood still: without what `run` cancels then. */
export function upToStandstill(trace: Trace): Trace {
  const cleanUp = cleanUpOf(trace);
  return cleanUp === null ? trace : trace.beginning(cleanUp - 1);
}
