/** Matchers of time: how long a run, a task or a wait takes, and what goes on at the same time. */

import { describeValue } from '../../core/errors.ts';
import { query, type TaskRef, type TraceQuery } from '../../trace/query.ts';
import type { TaskState } from '../../trace/state.ts';
import type { Trace } from '../../trace/trace.ts';
import { Cast } from '../../views/cast.ts';
import { formatMoment } from '../../views/time.ts';
import { moment, picture } from '../evidence.ts';
import { checkMs, type MatcherResult, type Subject, subject } from './subject.ts';
import { columns, describePhase, difference, spending } from './words.ts';

/** How a duration is held against the one that was asked for. */
interface Bound {
  readonly holds: (actual: number, ms: number) => boolean;
  /** `to take 40 min`, `to take at most 40 min`. */
  readonly to: (ms: number) => string;
  readonly notTo: (ms: number) => string;
  /** What it did, if it took just that long. */
  readonly just: string;
}

const EXACTLY: Bound = {
  holds: (actual, ms) => actual === ms,
  to: (ms) => `to take ${moment(ms)}`,
  notTo: (ms) => `not to take ${moment(ms)}`,
  just: 'it did',
};

const AT_MOST: Bound = {
  holds: (actual, ms) => actual <= ms,
  to: (ms) => `to take at most ${moment(ms)}`,
  notTo: (ms) => `to take more than ${moment(ms)}`,
  just: 'it took just that',
};

export function toTake(received: unknown, ms: number): MatcherResult {
  const run = subject(received, 'toTake');
  checkMs(ms, 'toTake(ms)');
  return runTakes(run, ms, EXACTLY);
}

export function toTakeExactly(received: unknown, ref: TaskRef, ms: number): MatcherResult {
  const { trace } = subject(received, 'toTakeExactly');
  checkMs(ms, 'toTakeExactly(task, ms)');
  return taskTakes(trace, ref, ms, EXACTLY);
}

export function toTakeAtMost(
  received: unknown,
  ...args: [ms: number] | [task: TaskRef, ms: number]
): MatcherResult {
  const run = subject(received, 'toTakeAtMost');
  const [ref, ms] = args.length === 1 ? [null, args[0]] : args;
  checkMs(ms, 'toTakeAtMost(task?, ms)');
  return ref === null ? runTakes(run, ms, AT_MOST) : taskTakes(run.trace, ref, ms, AT_MOST);
}

function runTakes({ trace, time, ending }: Subject, ms: number, bound: Bound): MatcherResult {
  const pass = bound.holds(time, ms);
  return {
    pass,
    message: () => {
      const { idle, burned, blocked } = query(trace).final;
      const head = pass
        ? `expected the run ${bound.notTo(ms)}, but ${time === ms ? bound.just : `it took ${moment(time)}`}.`
        : `expected the run ${bound.to(ms)}, but it took ${moment(time)}: ${difference(time, ms)}.`;
      const spent = spending({ idle, computing: burned, blocked });
      return `${head}\nThe loop was ${spent}.${ending}\n\n${picture(trace)}`;
    },
  };
}

function taskTakes(trace: Trace, ref: TaskRef, ms: number, bound: Bound): MatcherResult {
  const asked = query(trace);
  const task = asked.task(ref);
  const { busy, ready, waiting, total } = asked.timesOf(task.id);
  const pass = task.doneAt !== null && bound.holds(total, ms);
  return {
    pass,
    message: () => {
      const { name, createdAt, doneAt } = task;
      let happened = `it took ${moment(total)}: ${difference(total, ms)}`;
      if (pass) happened = total === ms ? bound.just : `it took ${moment(total)}`;
      if (doneAt === null) happened = `it never ended: it is ${describePhase(task)} when the trace ends`;
      const end = doneAt === null ? asked.endTime : doneAt;
      return (
        `expected ${name} ${pass ? bound.notTo(ms) : bound.to(ms)}, but ${happened}.\n` +
        `From ${formatMoment(createdAt)} to ${formatMoment(end)} it was ${spending({ busy, ready, waiting })}` +
        `${ENDS[task.outcome ?? 'result']}.\n\n${picture(trace, [task])}`
      );
    },
  };
}

const ENDS = { result: '', exception: ', and failed', cancelled: ', and was cancelled' } as const;

export function toOverlap(received: unknown, a: TaskRef, b: TaskRef): MatcherResult {
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
  const shown = waits
    .slice(0, 3)
    .map(({ from, to, reason }) => `${formatMoment(from)} to ${formatMoment(to)} (${reason})`);
  const more = waits.length > shown.length ? `, and ${waits.length - shown.length} times more` : '';
  return `waited from ${shown.join(', ')}${more}`;
}

/** Which waits are meant: of one task, and for one reason. */
export interface WaitsMeant {
  readonly task?: TaskRef;
  /** As the timeline calls it: `lock.acquire`, or with its name, `lock.acquire printer`. */
  readonly reason?: string;
}

/**
 * A wait of a task, from where it suspends to where it is ready again, or to the end of the trace. Who is woken in vain, and waits for
 * the same thing at once, has gone on waiting.
 */
interface TaskWait {
  readonly task: number;
  readonly from: number;
  readonly to: number;
  readonly what: string;
}

export function toNeverWaitLongerThan(received: unknown, ms: number, meant: WaitsMeant = {}): MatcherResult {
  const { trace } = subject(received, 'toNeverWaitLongerThan');
  checkMs(ms, 'toNeverWaitLongerThan(ms)');
  checkMeant(meant);
  const asked = query(trace);
  const task = meant.task === undefined ? null : asked.task(meant.task);
  const waits = waitsIn(trace, task?.id ?? null, meant.reason ?? null);
  const byLength = waits.toSorted((a, b) => b.to - b.from - (a.to - a.from));
  const tooLong = byLength.filter(({ from, to }) => to - from > ms);
  const pass = tooLong.length === 0;
  return {
    pass,
    message: () => {
      const name = (id: number) => asked.task(id).name;
      const who = task?.name ?? 'nobody';
      const forWhat = meant.reason === undefined ? '' : ` for ${meant.reason}`;
      const rows = (list: readonly TaskWait[]) =>
        columns(
          list
            .slice(0, 5)
            .map(({ task, from, to, what }) => [
              name(task),
              formatMoment(to - from),
              `${formatMoment(from)} to ${formatMoment(to)}`,
              what,
            ]),
        );
      if (pass) {
        const longest = byLength.length === 0 ? 'it never waits' : 'these are the longest';
        return `expected ${task ? task.name : 'somebody'} to wait longer than ${moment(ms)}${forWhat}, but ${
          byLength.length === 0
            ? task
              ? longest
              : 'nobody waits'
            : `${longest}:\n${rows(byLength.slice(0, 3))}`
        }\n\n${picture(trace, task ? [task] : [])}`;
      }
      const more = tooLong.length > 5 ? `\n  … and ${tooLong.length - 5} more` : '';
      const tasks = [...new Set(tooLong.map((wait) => wait.task))].map((id) => asked.task(id));
      return (
        `expected ${who} ${task ? 'never ' : ''}to wait longer than ${moment(ms)}${forWhat}, but:\n${rows(tooLong)}${more}` +
        `\n\n${picture(trace, tasks)}`
      );
    },
  };
}

function checkMeant(meant: unknown): void {
  const fields = typeof meant === 'object' && meant !== null ? meant : null;
  const wrong = fields && Object.keys(fields).find((key) => key !== 'task' && key !== 'reason');
  if (fields && wrong === undefined) return;
  throw new TypeError(
    `toNeverWaitLongerThan(ms, which) takes the waits that are meant, such as { task: 'rice', reason: 'lock.acquire' }: got ${describeValue(meant)}`,
  );
}

function waitsIn(trace: Trace, task: number | null, reason: string | null): TaskWait[] {
  const cast = new Cast();
  const open = new Map<number, Omit<TaskWait, 'to'>>();
  /** The last wait of each task that has done nothing since but take its turn, and for what it was. */
  const inVain = new Map<number, TaskWait & { readonly on: string }>();
  const targets = new Map<number, string>();
  const waits = new Set<TaskWait>();
  const end = (id: number, to: number) => {
    const wait = open.get(id);
    open.delete(id);
    if (!wait) return;
    const over = { ...wait, to, on: targets.get(id)! };
    waits.add(over);
    inVain.set(id, over);
  };
  for (const event of trace) {
    cast.see(event);
    if (!('task' in event)) continue;
    if (event.kind === 'task:ready' || event.kind === 'task:done') end(event.task, event.time);
    else if (event.kind !== 'task:wait' && event.kind !== 'task:step') inVain.delete(event.task);
    if (event.kind !== 'task:wait' || (task !== null && event.task !== task)) continue;
    const on = `${event.target} ${event.reason}`;
    targets.set(event.task, on);
    const before = inVain.get(event.task);
    inVain.delete(event.task);
    if (event.target !== 0 && before?.on === on) {
      waits.delete(before);
      open.set(event.task, before);
      continue;
    }
    const what = cast.wait(event);
    if (
      reason === null ||
      reason === event.reason ||
      reason === what ||
      reason === `${event.reason} ${event.name}`
    )
      open.set(event.task, { task: event.task, from: event.time, what });
  }
  for (const id of [...open.keys()]) end(id, trace.endTime);
  return [...waits];
}
