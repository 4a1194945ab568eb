/** What is shared: locks, queues, devices and the like, each with what it is now, who has it and how many want it. */

import { firstWhere } from '../trace/first-where.ts';
import type { LoopState, ResourceState } from '../trace/state.ts';
import type { Trace } from '../trace/trace.ts';
import { printable } from '../views/cells.ts';
import { list, stands } from '../views/words.ts';
import { oncePerTrace } from './once-per-trace.ts';

/** The names of those who hold a resource: tasks, or threads. */
export function holdersOf({ id, holders }: ResourceState, now: LoopState): string[] {
  const tasks = holders.map((task) => printable(now.tasks.get(task)?.name ?? `Task-${task}`));
  const threads = [...now.threads.values()].flatMap((thread) =>
    thread.holds.filter((held) => held === id).map(() => printable(thread.name)),
  );
  return [...tasks, ...threads];
}

/** The names of those who wait for it. */
function waitersOf({ id, waiters }: ResourceState, now: LoopState): string[] {
  const tasks = waiters.map((task) => printable(now.tasks.get(task)?.name ?? `Task-${task}`));
  const threads = [...now.threads.values()].filter(
    ({ waiting }) => waiting?.on === 'resource' && waiting.target === id,
  );
  return [...tasks, ...threads.map(({ name }) => printable(name))];
}

/** A line about each resource, in the order in which the trace meets them; the trace is that which the state is of. */
export function sharedEntries(now: LoopState, trace: Trace): string[] {
  return [...now.resources.values()].map((resource) => {
    if (resource.type === 'cell')
      return `${printable(resource.name)}: ${lastSeen(resource.id, now.seq, trace)}`;
    const waiters = waitersOf(resource, now);
    const wanted = waiters.length === 0 ? '' : `; ${list(waiters)} wait${waiters.length === 1 ? 's' : ''}`;
    return `${printable(resource.name)}: ${conditionOf(resource, now)}${wanted}`;
  });
}

/** When a cell was read or written, by `seq`, and what was in it. */
interface Looks {
  readonly seqs: number[];
  readonly values: string[];
}

/** A state doesn't keep what is in a cell: that stands in each event about it. */
const looksOf = oncePerTrace((trace): ReadonlyMap<number, Looks> => {
  const cells = new Map<number, Looks>();
  for (const event of trace) {
    if (event.kind !== 'cell:read' && event.kind !== 'cell:write') continue;
    const looks = cells.get(event.cell) ?? { seqs: [], values: [] };
    cells.set(event.cell, looks);
    looks.seqs.push(event.seq);
    looks.values.push(event.detail);
  }
  return cells;
});

/** What is in a cell after an event: what whoever looked last saw there, or wrote. */
function lastSeen(cell: number, seq: number, trace: Trace): string {
  const { seqs, values } = looksOf(trace).get(cell) ?? { seqs: [], values: [] };
  const looks = firstWhere(seqs.length, (i) => seqs[i]! > seq);
  return looks === 0 ? 'not looked at yet' : printable(values[looks - 1]!);
}

function conditionOf(resource: ResourceState, now: LoopState): string {
  const type = printable(resource.type);
  if (type === 'device') return deviceCondition(resource, now);
  const holders = holdersOf(resource, now);
  const held = holders.length === 0 ? '' : `held by ${list(holders)}`;
  // Of a lock that is held it is enough to say by whom.
  const how = type.endsWith('lock') && held !== '' ? '' : stands(type, resource.value, resource.capacity);
  return [how, held].filter(Boolean).join(', ') || type;
}

/** What a device is doing is told by its requests. */
function deviceCondition({ id, capacity }: ResourceState, now: LoopState): string {
  const own = [...now.requests.values()].filter(({ device }) => device === id);
  const queued = own.filter(({ state }) => state === 'queued').length;
  // A channel works on a request to its end, even if nobody wants the answer any more.
  const started = own.filter(
    ({ state, until }) => state === 'started' || (state === 'cancelled' && (until ?? 0) > now.time),
  ).length;
  if (started === 0) return 'idle';
  const channels = capacity > 0 ? ` of ${capacity} channel${capacity === 1 ? '' : 's'}` : '';
  return `${started}${channels} at work${queued > 0 ? `, ${queued} queued` : ''}`;
}
