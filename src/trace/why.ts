/**
 * Why something happened: the chain of its causes, back to what nothing caused.
 *
 * Each event names the one that made it happen. One hop is made longer here: that the loop notices the answer of a device is
 * caused, in the log, by the request; in between lie that the device was done with it, and that a channel took it up, which
 * may have had to wait for another request to leave it.
 */

import type { EventOf, TraceEvent } from './events.ts';
import { query, type TaskRef } from './query.ts';
import type { Trace } from './trace.ts';

/** One hop of a chain of causes. */
export interface WhyHop {
  readonly event: TraceEvent;
  /** How much later (virtual ms) it happened than what caused it; 0 for what nothing caused. */
  readonly after: number;
}

/** A moment at which a task runs: its last step up to `time` (virtual ms). */
export interface StepOf {
  readonly task: TaskRef;
  readonly time: number;
}

/**
 * Why an event happened: the event itself, what caused it, what caused that, newest first. Instead of the number of an event it
 * takes a task and a time, and asks for the step in which the task was then, or had been last.
 *
 * Throws a `RangeError` if there is no such event or task, or if the task had taken no step by then.
 *
 * @example why(trace, 35).map(({ event }) => event.kind); // ['task:step', 'task:ready', 'handle:run', 'timer:due', …]
 * @example why(trace, { task: 'rice', time: minutes(40) })[0].event.kind; // 'task:step'
 */
export function why(trace: Trace, what: number | StepOf): WhyHop[] {
  let event: TraceEvent = trace.event(typeof what === 'number' ? what : stepOf(trace, what).seq);
  const hops: WhyHop[] = [];
  for (;;) {
    const seq = causeOf(trace, event.seq);
    if (seq === 0) return [...hops, { event, after: 0 }];
    const cause = trace.event(seq);
    hops.push({ event, after: event.time - cause.time });
    event = cause;
  }
}

/**
 * One hop of that chain: the number of the event that caused another one, 0 if nothing did.
 *
 * @example causeOf(trace, 35) // 33
 */
export function causeOf(trace: Trace, seq: number): number {
  const event = trace.event(seq);
  let cause = event.cause;
  if (event.kind === 'request:deliver') cause = requestsOf(trace).get(event.request)?.completed || cause;
  if (event.kind === 'request:complete') cause = requestsOf(trace).get(event.request)?.started || cause;
  return cause > 0 && cause < seq ? cause : 0;
}

/** The step in which a task was at a time, or its last one before. */
function stepOf(trace: Trace, { task: ref, time }: StepOf): EventOf<'task:step'> {
  const steps = query(trace).stepsOf(ref);
  const step = steps.findLast(({ from }) => from <= time);
  if (step) return trace.event(step.seq) as EventOf<'task:step'>;
  const { name } = query(trace).task(ref);
  throw new RangeError(
    steps.length === 0
      ? `the task ${JSON.stringify(name)} never took a step`
      : `the task ${JSON.stringify(name)} had taken no step by ${time} ms: its first one is at ${steps[0]!.from} ms`,
  );
}

interface Request {
  started: number;
  completed: number;
}

const known = new WeakMap<Trace, Map<number, Request>>();

function requestsOf(trace: Trace): Map<number, Request> {
  const before = known.get(trace);
  if (before) return before;
  const requests = new Map<number, Request>();
  for (const event of trace) {
    if (event.kind === 'request:start') requests.set(event.request, { started: event.seq, completed: 0 });
    else if (event.kind === 'request:complete') {
      const request = requests.get(event.request);
      if (request) request.completed = event.seq;
    }
  }
  known.set(trace, requests);
  return requests;
}
