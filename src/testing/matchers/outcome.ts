/** Matchers of how things end: failures, deadlocks, cancellations, and what is left behind. */

import { DeadlockError, describeValue, ExceptionGroup } from '../../core/errors.ts';
import { findings } from '../../trace/findings.ts';
import { query, type TaskRef } from '../../trace/query.ts';
import type { TaskState } from '../../trace/state.ts';
import type { Trace } from '../../trace/trace.ts';
import { formatMoment } from '../../views/time.ts';
import { describeEnd, doings, moment, picture, upToStandstill } from '../evidence.ts';
import { type MatcherResult, simulationOnly, subject } from './subject.ts';
import { describePhase } from './words.ts';

/** A class whose instances are thrown. */
export type ErrorClass = abstract new (...args: never) => unknown;

export function toDeadlock(received: unknown, expected?: readonly string[]): MatcherResult {
  const simulation = simulationOnly(received, 'toDeadlock');
  const { trace, error } = simulation;
  const tasks = query(trace).tasks();
  // There is none of that name: this says so, and which there are.
  for (const name of expected ?? []) if (!tasks.some((task) => task.name === name)) query(trace).task(name);
  if (!(error instanceof DeadlockError)) {
    const who = expected ? ` of ${expected.join(', ')}` : '';
    return {
      pass: false,
      message: () => `expected a deadlock${who}, but ${describeEnd(simulation)}\n\n${picture(trace)}`,
    };
  }
  const stuck = error.cycle ?? error.tasks.map(({ name }) => name);
  const pass = expected === undefined || stuck.toSorted().join('\n') === expected.toSorted().join('\n');
  return {
    pass,
    message: () => {
      const what = error.cycle ? 'a ring of' : 'no ring, but a standstill of';
      const head = pass
        ? `expected no deadlock${expected ? ` of ${expected.join(', ')}` : ''}, but there is one`
        : `expected a deadlock of ${expected?.join(', ')}, but it is ${what} ${stuck.join(', ')}`;
      const still = upToStandstill(trace);
      const inQuestion = query(still)
        .tasks()
        .filter(({ name }) => error.tasks.some((task) => task.name === name));
      // In turns, because what leads to a deadlock usually takes no time.
      return `${head}\n\n${error.message}\n\n${picture(still, inQuestion, { axis: 'turns' })}`;
    },
  };
}

export function toFailWith(received: unknown, expected: ErrorClass | string | RegExp): MatcherResult {
  const simulation = simulationOnly(received, 'toFailWith');
  const { error, outcome, trace } = simulation;
  const [what, matches] = errorTest(expected);
  const pass = outcome !== 'result' && matches(error);
  return {
    pass,
    message: () => {
      const inside = !pass && error instanceof ExceptionGroup && isInside(error, matches);
      const hint = inside ? '\nThe group has it inside; the program itself fails with the group.' : '';
      const head = `expected the program ${pass ? 'not to' : 'to'} fail with ${what}`;
      return `${head}, but ${describeEnd(simulation)}${hint}\n\n${picture(trace)}`;
    },
  };
}

function errorTest(
  expected: ErrorClass | string | RegExp,
): [what: string, matches: (error: unknown) => boolean] {
  const text = (error: unknown) => (error instanceof Error ? error.message : String(error));
  if (typeof expected === 'string') {
    return [`a message that contains ${JSON.stringify(expected)}`, (error) => text(error).includes(expected)];
  }
  if (expected instanceof RegExp) {
    return [`a message that matches ${expected}`, (error) => text(error).search(expected) !== -1];
  }
  if (typeof expected === 'function' && typeof expected.prototype === 'object') {
    return [expected.name, (error) => error instanceof expected];
  }
  throw new TypeError(
    `toFailWith() takes an error class, a part of the message or a pattern, such as TimeoutError, 'too late' or /too late/: got ${describeValue(expected)}`,
  );
}

function isInside(group: ExceptionGroup, matches: (error: unknown) => boolean): boolean {
  return group.errors.some(
    (error: unknown) => matches(error) || (error instanceof ExceptionGroup && isInside(error, matches)),
  );
}

export function toBeCancelled(received: unknown, ref: TaskRef): MatcherResult {
  const { trace } = subject(received, 'toBeCancelled');
  const asked = query(trace);
  const task = asked.task(ref);
  const pass = task.outcome === 'cancelled';
  return {
    pass,
    message: () => {
      const { name, outcome, doneAt, detail } = task;
      const at = doneAt === null ? '' : ` at ${moment(doneAt)}`;
      const ends = {
        result: `it came to its end${at}`,
        exception: `it failed${at}: ${detail}`,
        cancelled: `it was${at}${askedToStop(trace, task)}`,
      };
      const happened = outcome === null ? `it never ended: it is ${describePhase(task)}` : ends[outcome];
      const requests = pass ? '' : askedToStop(trace, task);
      return (
        `expected ${name} ${pass ? 'not ' : ''}to be cancelled, but ${happened}${requests}\n\n` +
        picture(trace, [task])
      );
    },
  };
}

/** Who asked a task to stop last, and when; '' if nobody did. */
function askedToStop(trace: Trace, { id }: TaskState): string {
  const running: number[] = [];
  let said = '';
  for (const event of trace) {
    if (event.kind === 'task:step') running.push(event.task);
    else if (event.kind === 'handle:run') running.push(0);
    else if (event.kind === 'loop:return') running.length = 0;
    else if (ENDS_OF_STEPS.includes(event.kind)) running.pop();
    else if (event.kind === 'task:cancel' && event.task === id) {
      const by = running.at(-1);
      const who = by ? query(trace).task(by).name : by === 0 ? 'a callback' : 'the clean-up at the end';
      said = `; ${who} had asked it to stop at ${formatMoment(event.time)}`;
    }
  }
  return said;
}

const ENDS_OF_STEPS: readonly string[] = ['task:wait', 'task:yield', 'task:done', 'handle:end'];

export function toLeak(received: unknown): MatcherResult {
  const { trace } = subject(received, 'toLeak');
  const { main, end, pending } = leftPending(trace);
  const held = findings(trace).filter(({ kind }) => kind === 'leak');
  const pass = pending.length + held.length > 0;
  return {
    pass,
    message: () => {
      const upToEnd = end === null ? trace : trace.beginning(end.length);
      const when = end === null || main === null ? '' : `when ${main.name} ended, at ${moment(end.time)}`;
      if (!pass) {
        const all =
          when === '' ? `${main?.name ?? 'no main task'} never ended` : `${when}, no other task was pending`;
        return `expected something to be left behind, but ${all}, and nothing is held by a task that is done\n\n${picture(upToEnd)}`;
      }
      const tasks = pending.length === 0 ? [] : [`pending ${when}:\n${doings(upToEnd, pending)}`];
      const locks =
        held.length === 0 ? [] : [`never given back:\n${held.map(({ text }) => `  ${text}`).join('\n')}`];
      return `expected nothing to be left behind, but:\n${[...tasks, ...locks].join('\n')}\n\n${picture(upToEnd, pending)}`;
    },
  };
}

interface Leftovers {
  readonly main: TaskState | null;
  /** When the main task had ended and others had had their turn: the events up to there, and the time. */
  readonly end: { readonly length: number; readonly time: number } | null;
  readonly pending: readonly TaskState[];
}

/** The tasks that were pending when a main task had ended: of the first loop that left some, or else of the last one. */
function leftPending(trace: Trace): Leftovers {
  let pending = new Map<number, boolean>();
  let main = 0;
  let isOver = false;
  let found: Leftovers = { main: null, end: null, pending: [] };
  for (const event of trace) {
    if (event.kind === 'task:create') {
      // Loops run one after another, and the first task of each is its main task.
      if (pending.size === 0) main = event.task;
      pending.set(event.task, true);
    } else if (event.kind === 'task:done') {
      pending.set(event.task, false);
      if (event.task === main) isOver = true;
    } else if (event.kind === 'loop:return' && isOver) {
      isOver = false;
      const end = { length: event.seq - 1, time: event.time };
      const state = query(trace.beginning(end.length)).final.tasks;
      const left = [...pending].filter(([, isPending]) => isPending).map(([id]) => state.get(id)!);
      found = { main: state.get(main)!, end, pending: left };
      if (left.length > 0) return found;
    } else if (event.kind === 'loop:close') {
      if (found.end === null && pending.size > 0) found = { ...found, main: query(trace).task(main) };
      pending = new Map();
      isOver = false;
    }
  }
  if (found.main === null && main !== 0) found = { ...found, main: query(trace).task(main) };
  return found;
}
