/**
 * Assertions about a run, for `expect.extend` of vitest (and of jest, which takes the same).
 *
 * Each matcher makes one exact statement about order, time, output or failure, and asks the trace; none is fuzzy, because
 * nothing here is uncertain. Names that the trace doesn't have are refused with the names it has, with `.not` too: an
 * assertion about a misspelt task would otherwise hold for ever.
 *
 * Neither runner is imported, nor needed to load this file. The types come in by the one door that both leave open: the
 * global `jest.Matchers`, which vitest's assertions extend as well. To augment the module `vitest` instead would be an
 * error for everybody who doesn't have it installed.
 */

import { DeadlockError, describeValue, ExceptionGroup } from '../core/errors.ts';
import { query, type TaskRef, type TaskStep, type TraceQuery } from '../trace/query.ts';
import type { TaskState } from '../trace/state.ts';
import { Trace } from '../trace/trace.ts';
import { cellWidth, pad, printable } from '../views/cells.ts';
import { formatDuration } from '../views/time.ts';
import { describeEnd, firstEvents, moment, picture, upToStandstill } from './evidence.ts';
import { type AnyOrder, Printed } from './printed.ts';
import { printedLines, Simulation } from './simulation.ts';

/** A class whose instances are thrown. */
export type ErrorClass = abstract new (...args: never) => unknown;

/**
 * What can be asserted of a `Simulation`, or of a `Trace`: a run recorded otherwise, or loaded from a file. Tasks are
 * meant by name, or by id where several have one name. All times are virtual ms.
 */
export interface LoopscopeMatchers<R = unknown> {
  /**
   * The first steps of these tasks come in this order. Others may come between.
   *
   * @example expect(simulate(main)).toRunInOrder(['rice', 'laundry', 'dishes']);
   */
  toRunInOrder(tasks: readonly TaskRef[]): R;
  /**
   * These are the lines that the program printed: all of them, and in this order except inside `anyOrder`.
   *
   * @example expect(simulate(main)).toPrint(['start', anyOrder('rice is done', 'laundry is done'), 'end']);
   */
  toPrint(lines: readonly (string | AnyOrder)[]): R;
  /**
   * The whole run takes exactly this long, from 0 until all is cleaned up.
   *
   * @example expect(simulate(main)).toTake(minutes(40));
   */
  toTake(ms: number): R;
  /**
   * The task takes exactly this long from its creation to its end, however it ends. One that never ends takes no time
   * that could be told.
   *
   * @example expect(simulate(main)).toTakeExactly('rice', minutes(40));
   */
  toTakeExactly(task: TaskRef, ms: number): R;
  /**
   * At some time both tasks are waiting: their waits overlap, so that together they take less than one after the other.
   * What tasks compute never overlaps.
   *
   * @example expect(simulate(main)).toOverlap('rice', 'laundry');
   */
  toOverlap(a: TaskRef, b: TaskRef): R;
  /**
   * The program comes to a deadlock; with names, of exactly these tasks, in any order: those of the ring in which each
   * waits for the next, or, where there is no ring, all that wait. Of a `Simulation` only.
   *
   * @example expect(simulate(main)).toDeadlock(['ann', 'bob']);
   */
  toDeadlock(tasks?: readonly string[]): R;
  /**
   * The program throws an instance of this class, or an error whose message contains this text or matches this pattern.
   * What is inside an ExceptionGroup doesn't count. Of a `Simulation` only.
   *
   * @example expect(simulate(main)).toFailWith(TimeoutError);
   */
  toFailWith(expected: ErrorClass | string | RegExp): R;
}

declare global {
  namespace jest {
    interface Matchers<R, T> extends LoopscopeMatchers<R> {}
  }
}

/** What a matcher answers; `message` is for when the assertion fails, so with `pass` it is that of `.not`. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

function toRunInOrder(received: unknown, tasks: readonly TaskRef[]): MatcherResult {
  const { trace } = subject(received, 'toRunInOrder');
  if (!Array.isArray(tasks) || tasks.length < 2 || new Set(tasks).size < tasks.length) {
    throw new TypeError(
      `toRunInOrder() takes a list of two or more different tasks, and looks at the first step of each: got ${describeValue(tasks)}`,
    );
  }
  const asked = query(trace);
  const starts = tasks.map((ref) => {
    const task = asked.task(ref);
    const step = asked.stepsOf(task.id)[0];
    return { task, step, seq: step?.seq ?? Number.POSITIVE_INFINITY };
  });
  const wrong = starts.findIndex(({ seq, step }, i) => !step || seq < (starts[i - 1]?.seq ?? 0));
  const order = starts.map(({ task }) => task.name).join(', ');
  const happened = () => {
    const inTurn = starts.toSorted((a, b) => a.seq - b.seq);
    const rows = inTurn.map(({ task, step }, i) => [
      step ? `${i + 1}.` : '-',
      task.name,
      step ? `at ${moment(step.from)}, in iteration ${trace.event(step.seq).iteration}` : 'never',
    ]);
    return `${columns(rows)}\n\n${pictureOfStarts(trace, inTurn)}`;
  };
  return {
    pass: wrong === -1,
    message: () => {
      if (wrong === -1) return `expected the tasks not to run in this order, but they did:\n${happened()}`;
      const { task, step } = starts[wrong]!;
      const fault = step
        ? `${task.name} ran before ${starts[wrong - 1]!.task.name}`
        : `${task.name} never ran`;
      return `expected the tasks to run in this order: ${order}\nbut ${fault}:\n${happened()}`;
    },
  };
}

interface Start {
  readonly task: TaskState;
  readonly step: TaskStep | undefined;
}

/** Steps of one moment lie on one spot of a time axis: their order shows in turns, up to where the last has started. */
function pictureOfStarts(trace: Trace, inTurn: readonly Start[]): string {
  const tasks = inTurn.map(({ task }) => task);
  const steps = inTurn.flatMap(({ step }) => step ?? []);
  const times = new Set(steps.map(({ from }) => from));
  if (times.size === steps.length) return picture(trace, tasks);
  const last = steps.at(-1)!.seq;
  const next = query(trace).find('iteration', ({ seq }) => seq > last);
  return picture(firstEvents(trace, next ? next.seq - 1 : trace.length), tasks, { axis: 'turns' });
}

function toPrint(received: unknown, lines: readonly (string | AnyOrder)[]): MatcherResult {
  const { trace } = subject(received, 'toPrint');
  if (!Array.isArray(lines)) {
    throw new TypeError(
      `toPrint() takes the list of all lines that are printed, such as ['start', anyOrder('a', 'b')]: got ${describeValue(lines)}`,
    );
  }
  const printed = new Printed(lines, printedLines(trace));
  return {
    pass: printed.same,
    message: () =>
      printed.same
        ? `expected other output than exactly this:\n\n${printed}`
        : `expected other output: ${printed.fault}.\n\n${printed}`,
  };
}

function toTake(received: unknown, ms: number): MatcherResult {
  const { trace, time, ending } = subject(received, 'toTake');
  checkMs(ms, 'toTake(ms)');
  const pass = time === ms;
  return {
    pass,
    message: () => {
      const { idle, burned, blocked } = query(trace).final;
      const head = pass
        ? `expected the run not to take ${moment(ms)}, but it did.`
        : `expected the run to take ${moment(ms)}, but it took ${moment(time)}: ${difference(time, ms)}.`;
      const spent = spending({ idle, computing: burned, blocked });
      return `${head}\nThe loop was ${spent}.${ending}\n\n${picture(trace)}`;
    },
  };
}

function toTakeExactly(received: unknown, ref: TaskRef, ms: number): MatcherResult {
  const { trace } = subject(received, 'toTakeExactly');
  checkMs(ms, 'toTakeExactly(task, ms)');
  const asked = query(trace);
  const task = asked.task(ref);
  const { busy, ready, waiting, total } = asked.timesOf(task.id);
  const pass = task.doneAt !== null && total === ms;
  return {
    pass,
    message: () => {
      const { name, createdAt, doneAt } = task;
      let happened = `it took ${moment(total)}: ${difference(total, ms)}`;
      if (pass) happened = 'it did';
      if (doneAt === null) happened = `it never ended: it is ${describePhase(task)} when the trace ends`;
      const end = doneAt === null ? asked.endTime : doneAt;
      return (
        `expected ${name} ${pass ? 'not to' : 'to'} take ${moment(ms)}, but ${happened}.\n` +
        `From ${clock(createdAt)} to ${clock(end)} it was ${spending({ busy, ready, waiting })}` +
        `${ENDS[task.outcome ?? 'result']}.\n\n${picture(trace, [task])}`
      );
    },
  };
}

const ENDS = { result: '', exception: ', and failed', cancelled: ', and was cancelled' } as const;

function describePhase({ state, waiting }: TaskState): string {
  return waiting ? `waiting (${`${waiting.reason} ${waiting.name}`.trim()})` : state;
}

function toOverlap(received: unknown, a: TaskRef, b: TaskRef): MatcherResult {
  const { trace } = subject(received, 'toOverlap');
  const asked = query(trace);
  const tasks = [asked.task(a), asked.task(b)] as const;
  const [one, other] = tasks;
  if (one.id === other.id) {
    throw new TypeError(`toOverlap() takes two different tasks, and got ${one.name} twice`);
  }
  const { waiting } = asked.overlap(one.id, other.id);
  const pass = waiting > 0;
  const names = `${one.name} and ${other.name}`;
  return {
    pass,
    message: () => {
      const rows = tasks.map((task) => [task.name, describeWaits(asked, task)]);
      return (
        (pass
          ? `expected ${names} never to wait at the same time, but they did for ${moment(waiting)}:\n`
          : `expected ${names} to wait at the same time, but they never did:\n`) +
        `${columns(rows)}\n\n${picture(trace, tasks)}`
      );
    },
  };
}

/** When a task waits, and what it does with its time if it never does. */
function describeWaits(asked: TraceQuery, { id }: TaskState): string {
  const waits = asked.slicesOf(id).filter(({ state }) => state === 'waiting');
  if (waits.length === 0) {
    const { busy, ready } = asked.timesOf(id);
    return `never waited for any time: it was ${spending({ busy, ready })}`;
  }
  const shown = waits.slice(0, 3).map(({ from, to, reason }) => `${clock(from)} to ${clock(to)} (${reason})`);
  const more = waits.length > shown.length ? `, and ${waits.length - shown.length} times more` : '';
  return `waited from ${shown.join(', ')}${more}`;
}

function toDeadlock(received: unknown, expected?: readonly string[]): MatcherResult {
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

function toFailWith(received: unknown, expected: ErrorClass | string | RegExp): MatcherResult {
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

/**
 * The matchers, to be handed to `expect.extend` once: in a setup file, or at the top of a test file.
 *
 * @example
 * import { expect } from 'vitest';
 * import { matchers, simulate } from 'loopscope/testing';
 * expect.extend(matchers);
 * expect(simulate(main)).toTake(minutes(40));
 */
export const matchers = {
  toRunInOrder,
  toPrint,
  toTake,
  toTakeExactly,
  toOverlap,
  toDeadlock,
  toFailWith,
} satisfies {
  [M in keyof LoopscopeMatchers]: (
    received: unknown,
    ...args: Parameters<LoopscopeMatchers[M]>
  ) => MatcherResult;
};

// ---- what is asserted about ---------------------------------------------------------------------------

interface Subject {
  readonly trace: Trace;
  readonly time: number;
  /** How it ended, as a sentence to be added; '' if it ended well or that is not known. */
  readonly ending: string;
}

function subject(received: unknown, matcher: string): Subject {
  if (received instanceof Simulation) {
    const { trace, time, outcome } = received;
    return { trace, time, ending: outcome === 'result' ? '' : `\nNote that ${describeEnd(received)}` };
  }
  if (received instanceof Trace) return { trace: received, time: received.endTime, ending: '' };
  throw new TypeError(
    `${matcher}() is asked of a Simulation or a Trace, as in expect(simulate(main)).${matcher}(…): got ${describeValue(received)}`,
  );
}

function simulationOnly(received: unknown, matcher: string): Simulation {
  if (received instanceof Simulation) return received;
  const why = received instanceof Trace ? '; a trace doesn’t tell what its program threw' : '';
  throw new TypeError(
    `${matcher}() is asked of a Simulation, as in expect(simulate(main)).${matcher}(…)${why}: got ${describeValue(received)}`,
  );
}

function checkMs(ms: unknown, call: string): void {
  if (typeof ms === 'number' && ms >= 0) return;
  throw new TypeError(`${call} takes a number of virtual ms, such as minutes(40): got ${describeValue(ms)}`);
}

// ---- words --------------------------------------------------------------------------------------------

/** A time of a list, where exactness is not what matters. */
function clock(ms: number): string {
  return ms === 0 ? '0 ms' : formatDuration(ms);
}

function difference(actual: number, expected: number): string {
  return `${clock(Math.abs(actual - expected))} ${actual > expected ? 'more' : 'less'}`;
}

/** `idle for 30 min, computing for 10 min`: what took any time. */
function spending(times: Readonly<Record<string, number>>): string {
  const spent = Object.entries(times).filter(([, ms]) => ms > 0);
  return spent.map(([what, ms]) => `${what} for ${clock(ms)}`).join(', ') || 'done in no time';
}

/** Rows of text, in columns, indented. */
function columns(rows: readonly (readonly string[])[]): string {
  const printed = rows.map((row) => row.map(printable));
  const widths = rows[0]!.map((_, column) => Math.max(...printed.map((row) => cellWidth(row[column]!))));
  return printed
    .map((row) => `  ${row.map((cell, column) => pad(cell, widths[column]!)).join('  ')}`.trimEnd())
    .join('\n');
}
