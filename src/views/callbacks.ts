/**
 * What a callback is called wherever one is told of: in sentences, in the ready queue, on the page. It is called after what it is
 * there for (the end of a sleep, the answer of a device, the result of a thread), as its own name is mostly the library's.
 */

import type { TraceEvent } from '../trace/events.ts';
import type { LoopState } from '../trace/state.ts';
import type { Trace } from '../trace/trace.ts';
import { printable } from './cells.ts';

/** Who is who, and what happened: as far as the one who asks knows. */
export interface Known {
  /** The event with a number. */
  event(seq: number): TraceEvent | undefined;
  /** The name of a task; so with the others. */
  task(id: number): string;
  thread(id: number): string;
  resource(id: number): string;
}

/**
 * A callback by the number of its handle, which is that of the event that made it ready, and by its own name.
 *
 * @example callbackName(33, 'sleep', known) // 'the timer of rice'
 */
export function callbackName(handle: number, label: string, known: Known): string {
  const origin = known.event(handle);
  if (origin?.kind === 'timer:due') return timerName(origin.timer, known);
  if (origin?.kind === 'request:deliver') return answerName(origin.request, known);
  const cause = origin && known.event(origin.cause);
  const thread = cause && 'thread' in cause ? known.thread(cause.thread) : '';
  switch (label) {
    case '':
    case '(anonymous)':
      return 'a callback';
    case 'taskGroup':
      return 'the callback of the task group';
    case 'wake-up pipe':
      return 'the wake-up pipe';
    case 'jobResult':
      return thread === '' ? 'the result of a job' : `the result of ${thread}`;
    case 'threadEnd':
      return thread === '' ? 'the end of a thread' : `the end of ${thread}`;
    default:
      return `the callback ${printable(label)}`;
  }
}

/** A timer by its number: `the timer of rice`, `the timeout of rice`, `the timer tick`. */
export function timerName(timer: number, known: Known): string {
  const set = known.event(timer);
  if (set?.kind !== 'timer:set') return 'the timer';
  const label = set.label === '' || set.label === 'sleep' ? 'timer' : `timer ${printable(set.label)}`;
  if (set.task === 0) return `the ${label}`;
  return `the ${set.label === 'timeout' ? 'timeout' : label} of ${known.task(set.task)}`;
}

/** What a device has to say: to whom, as it is they who see it; else whose it is. */
function answerName(request: number, known: Known): string {
  const asked = known.event(request);
  if (asked?.kind !== 'request:new') return 'the answer of a device';
  if (asked.task !== 0) return `the answer to ${known.task(asked.task)}`;
  const cause = known.event(asked.cause);
  if (cause && 'thread' in cause) return `the answer to ${known.thread(cause.thread)}`;
  return `the answer of ${known.resource(asked.device)}`;
}

/** The same for a list or a chip, where no sentence is around it: `timer of rice`. */
export function inList(name: string): string {
  return name.replace(/^the /, '');
}

/** What is known at a moment of a whole trace. */
export function knownAt(now: LoopState, trace: Trace): Known {
  return {
    event: (seq) => trace.at(seq - 1),
    task: (id) => printable(now.tasks.get(id)?.name ?? `Task-${id}`),
    thread: (id) => printable(now.threads.get(id)?.name ?? `Thread-${id}`),
    resource: (id) => printable(now.resources.get(id)?.name ?? `resource ${id}`),
  };
}
