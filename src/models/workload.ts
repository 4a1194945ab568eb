/**
 * A workload: work that is written down once, and done under every model.
 *
 * It is made of named activities, each a list of segments, or a generator function where it needs logic. The words are
 * the same everywhere: `busy` is CPU time, `blocked` and `request` are time in which somebody else works. Under which
 * rules others may go on meanwhile is what a model says, and the workload doesn't.
 */

import { type Coroutine, isCoroutine } from '../core/coroutine.ts';
import {
  describeValue,
  isAsync,
  isCancelled,
  PROMISE_HINT,
  RuntimeError,
  ValueError,
} from '../core/errors.ts';
import { currentThread } from '../cpu/current-thread.ts';
import { isSegment, type Segment } from '../cpu/segments.ts';

/** What is done one after the other: a list of segments, or a generator function that makes a coroutine of them. */
export type Activity = readonly Segment[] | (() => Coroutine<unknown>);

/**
 * Activities by name, as an object or as pairs (for many, `copies` makes them).
 *
 * @example const chores: Workload = { rice: [blocked(minutes(40))], report: [busy(minutes(30)), request(net)] };
 */
export type Workload = Readonly<Record<string, Activity>> | Iterable<readonly [name: string, Activity]>;

/** A workload, or how to make it: where activities share a lock or a counter, each run needs new ones. */
export type WorkloadSource = Workload | (() => Workload);

/** What went wrong in the activities of one run. */
export class Failures {
  /** What an activity threw, the first that did. */
  first: { readonly error: unknown } | null;
  /** An activity is no coroutine: the workload is wrong. */
  mistake: TypeError | null;

  constructor() {
    this.first = null;
    this.mistake = null;
  }

  add(error: unknown): void {
    if (!isCancelled(error)) this.first ??= { error };
  }
}

/** One activity, as all the models take it. */
export class Job {
  readonly name: string;
  readonly #activity: Activity;
  readonly #failures: Failures;

  constructor(name: string, activity: Activity, failures: Failures) {
    this.name = name;
    this.#activity = activity;
    this.#failures = failures;
  }

  /** Does it, in a coroutine or in a thread. */
  *perform(): Coroutine<void> {
    try {
      if (typeof this.#activity === 'function') yield* this.#begin(this.#activity);
      else for (const segment of this.#activity) yield* segment;
    } catch (error) {
      if (currentThread() !== null) explainInThread(error);
      this.#failures.add(error);
      throw error;
    }
  }

  #begin(make: () => unknown): Coroutine<unknown> {
    const coroutine = make();
    if (isCoroutine(coroutine)) return coroutine;
    if (isAsync(coroutine) && coroutine instanceof Promise) coroutine.catch(() => {}); // this error is enough
    const hint = isAsync(coroutine) ? PROMISE_HINT : 'write function*, or a list of segments';
    this.#failures.mistake ??= new TypeError(
      `the activity ${this.name} is a function that returned ${describeValue(coroutine)}, and no coroutine: ${hint}`,
    );
    throw this.#failures.mistake;
  }
}

const FOR_ALL_MODELS =
  ' (in a thread there is none: an activity says busy(ms), blocked(ms) and request(device), which mean the same under every model)';

/** An activity in words that only a loop knows: what it waits for looks for its task, and that is all it can say. */
function explainInThread(error: unknown): void {
  const isLost = error instanceof RuntimeError && error.message.startsWith('there is no task to wait');
  if (isLost && !error.message.endsWith(FOR_ALL_MODELS)) error.message += FOR_ALL_MODELS;
}

/**
 * The same activity `tasks` times, under the names `task-1`, `task-2` … : a workload for `sweep`.
 *
 * Throws a ValueError if `tasks` is no whole number of 1 or more.
 *
 * @example sweep((tasks) => copies(tasks, [request(net), busy(5)]), { tasks: [1, 10, 100] })
 */
export function copies(
  tasks: number,
  activity: Activity,
  name = 'task',
): readonly (readonly [string, Activity])[] {
  checkTasks(tasks, 'copies()');
  return Array.from({ length: tasks }, (_, i) => [`${name}-${i + 1}`, activity] as const);
}

/** @internal */
export function checkTasks(tasks: unknown, what: string): void {
  if (Number.isInteger(tasks) && (tasks as number) >= 1) return;
  throw new ValueError(
    `${what} takes a whole number of tasks, 1 or more, got ${describeValue(tasks)}: no work has nothing to compare`,
  );
}

/**
 * The jobs of a workload. Throws a TypeError for what is none, a ValueError for an empty one or a name used twice, each
 * of which says what to write instead. @internal
 */
export function jobsOf(source: WorkloadSource, failures: Failures): Job[] {
  const workload: unknown = typeof source === 'function' ? source() : source;
  const names = new Set<string>();
  const checked = new Set<unknown>(); // of many copies the one list is looked at once
  const jobs: Job[] = [];
  for (const [name, activity] of pairsOf(workload)) {
    if (names.has(name))
      throw new ValueError(
        `two activities are called ${name}: each needs a name of its own, by which its row is known`,
      );
    names.add(name);
    if (!checked.has(activity)) checkActivity(name, activity);
    checked.add(activity);
    jobs.push(new Job(name, activity, failures));
  }
  if (jobs.length === 0)
    throw new ValueError(
      'the workload is empty: name at least one activity, as in { rice: [blocked(minutes(40))] }',
    );
  return jobs;
}

function* pairsOf(workload: unknown): Iterable<readonly [string, Activity]> {
  if (typeof workload !== 'object' || workload === null) throw noWorkload(workload);
  if (isSegment(workload) || isCoroutine(workload)) throw noWorkload(workload);
  if (!(Symbol.iterator in workload)) return yield* Object.entries(workload);
  for (const pair of workload as Iterable<unknown>) {
    if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'string') throw noWorkload(pair);
    yield pair as unknown as readonly [string, Activity];
  }
}

function noWorkload(value: unknown): TypeError {
  return new TypeError(
    `a workload is made of activities with names, { rice: [blocked(minutes(40))] } or pairs ['rice', […]], got ${nameOf(value)}`,
  );
}

function checkActivity(name: string, activity: unknown): void {
  if (typeof activity === 'function') return;
  if (!Array.isArray(activity)) {
    let hint = '';
    if (isSegment(activity)) hint = `: put it into a list, [${activity}]`;
    else if (isCoroutine(activity))
      hint = ': give the function and not what it returns, since each model starts it anew';
    throw new TypeError(
      `the activity ${name} is a list of segments or a function*, got ${nameOf(activity)}${hint}`,
    );
  }
  activity.forEach((segment: unknown, place) => {
    if (isSegment(segment)) return;
    throw new TypeError(
      `the activity ${name} has ${nameOf(segment)} in place ${place + 1}, where busy(), blocked() or request() belongs${insteadOf(segment)}`,
    );
  });
}

function insteadOf(value: unknown): string {
  const text = nameOf(value);
  const sleep = /^sleep\((.*)\)$/.exec(text);
  if (sleep) return `: sleep() is a coroutine of the event loop alone, write blocked(${sleep[1]})`;
  if (value === undefined)
    return ': compute() and blockingSleep() are plain calls, write busy(ms) or blocked(ms)';
  if (typeof value === 'number') return `: write busy(${value}) or blocked(${value})`;
  if (typeof value === 'function')
    return ': an activity with logic is one function*, in the place of the list';
  if (isCoroutine(value) || isAsync(value))
    return ': a coroutine can run only once, and a workload runs often';
  return '';
}

/** What a value calls itself, if it has a word for that. */
function nameOf(value: unknown): string {
  if (isSegment(value) || (isCoroutine(value) && value.toString !== Object.prototype.toString)) {
    const text = String(value);
    if (!text.startsWith('[object')) return text;
  }
  return describeValue(value);
}
