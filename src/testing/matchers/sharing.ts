/** Matchers of what tasks share: who is in a place together with whom, and who never gets his turn. */

import { describeValue } from '../../core/errors.ts';
import { query, type TaskRef, type TraceQuery } from '../../trace/query.ts';
import type { TaskState } from '../../trace/state.ts';
import type { Trace } from '../../trace/trace.ts';
import { formatMoment } from '../../views/time.ts';
import { moment, picture } from '../evidence.ts';
import { type MatcherResult, subject } from './subject.ts';
import { columns, times } from './words.ts';

/**
 * A place that tasks are in and out of: while they hold a resource (by its name), or from a line that they print to another one. A
 * text is the whole line, a pattern matches a part of it.
 */
export type Inside =
  | { readonly holding: string }
  | { readonly from: string | RegExp; readonly to: string | RegExp };

/** A stay in the place: from one event to another. */
interface Stay {
  readonly task: number;
  readonly seq: number;
  readonly from: number;
  readonly to: number;
}

/** Somebody came in while others were inside. */
interface Meeting {
  readonly time: number;
  readonly who: number;
  readonly others: readonly number[];
}

export function toExclude(received: unknown, refs: readonly TaskRef[], inside: Inside): MatcherResult {
  const { trace } = subject(received, 'toExclude');
  if (!Array.isArray(refs) || refs.length < 2 || new Set(refs).size < refs.length) {
    throw new TypeError(
      `toExclude() takes a list of two or more different tasks, of which never two are inside: got ${describeValue(refs)}`,
    );
  }
  const place = checkInside(inside);
  const asked = query(trace);
  const tasks = refs.map((ref: TaskRef) => asked.task(ref));
  const { stays, meeting } = staysIn(trace, asked, tasks, place);
  const names = tasks.map(({ name }) => name);
  if (stays.length === 0) {
    throw new RangeError(
      `toExclude(): none of ${names.join(', ')} was ever inside (${wordsOf(place)}), so that nothing is asserted`,
    );
  }
  const pass = meeting === null;
  return {
    pass,
    message: () => {
      const name = (id: number) => asked.task(id).name;
      const rows = stays
        .slice(0, MANY)
        .map(({ task, from, to }) => [name(task), `${formatMoment(from)} to ${formatMoment(to)}`]);
      const more = stays.length > MANY ? `\n  … and ${stays.length - MANY} more` : '';
      const head = pass
        ? `expected two of ${names.join(', ')} to be inside together (${wordsOf(place)}) at some time, but they never were`
        : `expected ${names.join(', ')} never to be inside together (${wordsOf(place)}), but ${name(meeting.who)} came in at ${moment(meeting.time)}, where ${meeting.others.map(name).join(', ')} was`;
      return `${head}:\n${columns(rows)}${more}\n\n${picture(trace, tasks)}`;
    },
  };
}

/** So many stays are listed. */
const MANY = 12;

function wordsOf(place: Inside): string {
  if ('holding' in place) return `holding ${place.holding}`;
  const quote = (line: string | RegExp) => (typeof line === 'string' ? JSON.stringify(line) : String(line));
  return `from ${quote(place.from)} to ${quote(place.to)}`;
}

function checkInside(inside: unknown): Inside {
  const place = (typeof inside === 'object' && inside !== null ? inside : {}) as Record<string, unknown>;
  const isLine = (line: unknown) => typeof line === 'string' || line instanceof RegExp;
  if (typeof place.holding === 'string' || (isLine(place.from) && isLine(place.to))) return place as Inside;
  throw new TypeError(
    `toExclude(tasks, inside) takes a place to be in, { holding: 'printer' } or { from: /enters/, to: /leaves/ }: got ${describeValue(inside)}`,
  );
}

/** Who was inside, and the first meeting. What comes first in the trace is first: time alone doesn't tell. */
function staysIn(
  trace: Trace,
  asked: TraceQuery,
  tasks: readonly TaskState[],
  place: Inside,
): { stays: Stay[]; meeting: Meeting | null } {
  const meant = new Set(tasks.map(({ id }) => id));
  const resource = 'holding' in place ? resourceNamed(asked, place.holding) : 0;
  const open = new Map<number, { readonly seq: number; readonly from: number; depth: number }>();
  const stays: Stay[] = [];
  let meeting: Meeting | null = null;
  const enter = (task: number, seq: number, time: number) => {
    const stay = open.get(task);
    if (stay) stay.depth++;
    else {
      if (open.size > 0) meeting ??= { time, who: task, others: [...open.keys()] };
      open.set(task, { seq, from: time, depth: 1 });
    }
  };
  const leave = (task: number, time: number, isAtOnce: boolean) => {
    const stay = open.get(task);
    if (!stay || (--stay.depth > 0 && !isAtOnce)) return;
    stays.push({ task, seq: stay.seq, from: stay.from, to: time });
    open.delete(task);
  };
  const matches = (line: string | RegExp, text: string) =>
    typeof line === 'string' ? line === text : text.search(line) !== -1;
  for (const event of trace) {
    if (!('task' in event) || !meant.has(event.task)) continue;
    const { task, seq, time } = event;
    if ('holding' in place) {
      if (event.kind !== 'resource:hold' || event.resource !== resource) continue;
      if (event.held) enter(task, seq, time);
      else leave(task, time, false);
    } else if (event.kind === 'print') {
      if (!open.has(task) && matches(place.from, event.text)) enter(task, seq, time);
      else if (matches(place.to, event.text)) leave(task, time, true);
    } else if (event.kind === 'task:done') leave(task, time, true);
  }
  for (const task of [...open.keys()]) leave(task, trace.endTime, true);
  return { stays: stays.sort((a, b) => a.seq - b.seq), meeting };
}

function resourceNamed(asked: TraceQuery, name: string): number {
  const all = [...asked.final.resources.values()];
  const named = all.filter((resource) => resource.name === name);
  if (named.length === 1) return named[0]!.id;
  const names = [...new Set(all.map((resource) => resource.name))].join(', ');
  throw new RangeError(
    named.length === 0
      ? `the trace has no resource ${JSON.stringify(name)}; it has ${names || 'none at all'}`
      : `several resources are named ${JSON.stringify(name)}: give each a name of its own`,
  );
}

/** What others did while a task waited: how often each took the resource that it waited for. */
interface Starving {
  readonly what: string;
  readonly from: number;
  readonly to: number;
  readonly takers: Map<number, number>;
  readonly takes: number;
}

export function toStarve(received: unknown, ref: TaskRef, least: number): MatcherResult {
  const { trace } = subject(received, 'toStarve');
  if (!(Number.isInteger(least) && least >= 1)) {
    throw new TypeError(
      `toStarve(task, times) takes how often others take what the task waits for, a whole number of 1 or more: got ${describeValue(least)}`,
    );
  }
  const asked = query(trace);
  const task = asked.task(ref);
  const worst = worstWait(trace, task.id);
  const pass = worst !== null && worst.takes >= least;
  return {
    pass,
    message: () => {
      const by = (takers: Map<number, number>) =>
        columns([...takers].slice(0, MANY).map(([id, count]) => [asked.task(id).name, times(count)]));
      const happened =
        worst === null
          ? 'it never waits for a lock, a semaphore or a queue'
          : `while it waited for ${worst.what}, from ${formatMoment(worst.from)} to ${formatMoment(worst.to)}, others took it ${times(worst.takes)}` +
            (worst.takes > 0 ? `:\n${by(worst.takers)}` : '');
      const head = pass
        ? `expected ${task.name} not to starve (others take what it waits for ${times(least)} or more)`
        : `expected ${task.name} to starve (others take what it waits for ${times(least)} or more)`;
      return `${head}, but ${happened}\n\n${picture(trace, [task])}`;
    },
  };
}

/** What one waits for to take: of a lock or a semaphore a permit, of a queue an item or a place. */
const TAKES = ['acquire', 'get', 'put'];

/** The wait of a task in which others took most of what it waited for; null if it never waited for such a thing. */
function worstWait(trace: Trace, id: number): Starving | null {
  let worst: Starving | null = null;
  let open: {
    resource: number;
    action: string;
    what: string;
    from: number;
    takers: Map<number, number>;
  } | null = null;
  const end = (to: number) => {
    if (open === null) return;
    const { what, from, takers } = open;
    const takes = [...takers.values()].reduce((sum, count) => sum + count, 0);
    if (worst === null || takes > worst.takes) worst = { what, from, to, takers, takes };
    open = null;
  };
  for (const event of trace) {
    if (event.kind === 'task:wait' && event.task === id) {
      const action = event.reason.split('.')[1] ?? '';
      // Woken in vain, as somebody else was faster: it waits on.
      if (open !== null && open.resource === event.target && open.action === action) continue;
      end(event.time);
      if (event.on !== 'resource' || !TAKES.includes(action)) continue;
      const what = `${event.reason} ${event.name}`.trim();
      open = { resource: event.target, action, what, from: event.time, takers: new Map() };
    } else if (event.kind === 'task:done' && event.task === id) end(event.time);
    else if (event.kind === 'resource:use' && open !== null) {
      const { resource, action, takers } = open;
      if (event.resource !== resource || event.action !== action || event.task === 0) continue;
      if (event.task === id) end(event.time);
      else takers.set(event.task, (takers.get(event.task) ?? 0) + 1);
    }
  }
  end(trace.endTime);
  return worst;
}
