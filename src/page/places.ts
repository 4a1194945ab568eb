/**
 * Where everybody is: the ready queue, the timers, who waits for what; as places with chips in them.
 *
 * A task is in one place at a time, so that one sees it move. One that sleeps is among the timers, as long as its timer is set; then
 * the timer is in the ready queue as a callback, and the task waits for that: two iterations, as in asyncio.
 */

import { holdersOf } from '../stepper/shared.ts';
import type { EventOf } from '../trace/events.ts';
import type { ThreadState } from '../trace/machine-state.ts';
import type { LoopState, TaskState } from '../trace/state.ts';
import type { Trace } from '../trace/trace.ts';
import { callbackName, inList, knownAt, timerName } from '../views/callbacks.ts';
import { printable } from '../views/cells.ts';
import { formatDuration } from '../views/time.ts';
import { waitLabel } from '../views/waits.ts';
import { list } from '../views/words.ts';

/** What is in a place: a task, a thread, a callback or a timer. */
export interface Chip {
  /** The same for the same thing wherever it is: `task:3`. */
  readonly key: string;
  readonly kind: 'task' | 'thread' | 'handle' | 'timer';
  /** The task or thread; 0 for others. */
  readonly id: number;
  readonly text: string;
  /** More about it, in words. */
  readonly note: string;
  readonly look: 'running' | 'ready' | 'waiting' | 'done' | 'failed' | 'cancelled' | 'dropped' | 'lacking';
  /** Where its coming from can be seen: the key of another chip that was there before. */
  readonly from?: string;
}

/** Chips that are in a place for one reason. */
export interface Group {
  readonly label: string;
  readonly note: string;
  readonly chips: readonly Chip[];
}

export type PlaceName =
  | 'running'
  | 'ready'
  | 'timers'
  | 'waiting'
  | 'done'
  | 'cores'
  | 'lacking'
  | 'threads'
  | 'ended';

/** One place. */
export interface Place {
  readonly name: PlaceName;
  readonly title: string;
  readonly groups: readonly Group[];
  readonly count: number;
  /** What stands there if nobody is there. */
  readonly empty: string;
}

/** All places of the loop, after an event of a trace. */
export function loopPlaces(now: LoopState, trace: Trace): Place[] {
  const known = knownAt(now, trace);
  const running = now.stack.map((one): Chip => {
    if (one.type === 'task') return chipOf(now.tasks.get(one.task), one.task, 'running', 'runs');
    return handleChip(one.handle, one.label, 'running', 'a callback runs', now, trace);
  });
  const ready = now.ready.map((entry, i): Chip => {
    const turn = i === 0 ? 'is next' : `is number ${i + 1} in the ready queue`;
    if (entry.type === 'task') return chipOf(now.tasks.get(entry.task), entry.task, 'ready', turn);
    const look = entry.cancelled ? 'cancelled' : 'ready';
    const note = entry.cancelled ? 'was cancelled, and will be passed over' : turn;
    return handleChip(entry.handle, entry.label, look, note, now, trace);
  });

  const asleep = sleepers(now);
  const timers = new Map<string, { note: string; chips: Chip[] }>();
  for (const { timer, when, task: id } of now.timers) {
    const task = now.tasks.get(id);
    const left = when - now.time;
    const note =
      left > 0 ? `in ${formatDuration(left)}` : left === 0 ? 'now' : `overdue by ${formatDuration(-left)}`;
    const group = timers.get(formatDuration(when)) ?? { note, chips: [] };
    timers.set(formatDuration(when), group);
    if (task !== undefined && asleep.get(id) === timer) {
      group.chips.push(
        chipOf(task, id, 'waiting', `${printable(task.waiting!.reason)} until ${formatDuration(when)}`),
      );
    } else {
      const text = inList(timerName(timer, known));
      const until = `is due at ${formatDuration(when)}`;
      group.chips.push({ key: `timer:${timer}`, kind: 'timer', id: 0, text, note: until, look: 'waiting' });
    }
  }

  const waiting = new Map<string, { note: string; chips: Chip[] }>();
  const ends: Chip[] = [];
  for (const task of now.tasks.values()) {
    if (task.state === 'done') ends.push(endChip(task, task.id, 'task'));
    else if (task.droppedAt !== null)
      ends.push(chipOf(task, task.id, 'dropped', 'was dropped when the loop was closed'));
    else if (task.state === 'waiting' && !asleep.has(task.id)) {
      const { label, note } = waitOf(task, now);
      const group = waiting.get(label) ?? { note, chips: [] };
      waiting.set(label, group);
      const since = `waits since ${formatDuration(task.since)}: ${label}`;
      group.chips.push(chipOf(task, task.id, 'waiting', since));
    }
  }
  const groups = (map: ReadonlyMap<string, { note: string; chips: Chip[] }>): Group[] =>
    Array.from(map, ([label, { note, chips }]) => ({ label, note, chips }));
  return [
    place('running', 'Running', [{ label: '', note: '', chips: running }], 'nobody'),
    place('ready', 'Ready queue', [{ label: '', note: '', chips: ready }], 'empty'),
    place('timers', 'Timers', groups(timers), 'none is set'),
    place('waiting', 'Waiting', groups(waiting), 'nobody'),
    place('done', 'Done', [{ label: '', note: '', chips: ends }], 'nobody yet'),
  ];
}

/** The tasks that sleep, each with its timer: the last one it set, as those of its timeouts were set before. */
function sleepers(now: LoopState): Map<number, number> {
  const asleep = new Map<number, number>();
  for (const { timer, task: id } of now.timers) {
    const task = now.tasks.get(id);
    const sleeps = task?.waiting?.on === 'timer' && task.droppedAt === null;
    if (sleeps) asleep.set(id, Math.max(timer, asleep.get(id) ?? 0));
  }
  return asleep;
}

/** All places of a machine. */
export function threadPlaces(now: LoopState): Place[] {
  const cores: Chip[] = [];
  const lacking = new Map<string, Chip[]>();
  const waiting = new Map<string, Chip[]>();
  const ends: Chip[] = [];
  for (const thread of now.threads.values()) {
    const key = `thread:${thread.id}`;
    const base = { key, kind: 'thread', id: thread.id, text: printable(thread.name) } as const;
    if (thread.state === 'done') ends.push(endChip(thread, thread.id, 'thread'));
    else if (thread.state === 'running')
      cores.push({ ...base, note: `runs on core ${thread.core}`, look: 'running' });
    else if (thread.state === 'ready') {
      const what = thread.lacks === 'gil' ? 'the GIL' : 'a core';
      add(lacking, `wants ${what}`, {
        ...base,
        note: `is ready, and lacks ${what} since ${formatDuration(thread.since)}`,
        look: 'lacking',
      });
    } else if (thread.state === 'waiting') {
      const label = threadWait(thread, now);
      add(waiting, label, {
        ...base,
        note: `waits since ${formatDuration(thread.since)}: ${label}`,
        look: 'waiting',
      });
    } else add(waiting, 'not started', { ...base, note: 'is not started', look: 'waiting' });
  }
  const grouped = (map: ReadonlyMap<string, Chip[]>): Group[] =>
    Array.from(map, ([label, chips]) => ({ label, note: '', chips }));
  const holders = [...now.processes.values()].filter(({ gil, holder }) => gil && holder !== 0);
  const held = holders.map(({ holder }) => printable(now.threads.get(holder)?.name ?? ''));
  const hasGil = [...now.processes.values()].some(({ gil }) => gil);
  const label = hasGil ? (held.length > 0 ? `GIL: ${list(held, 3)}` : 'the GIL is free') : '';
  return [
    place('cores', 'On a core', [{ label, note: '', chips: cores }], 'nobody'),
    place('lacking', 'Ready', grouped(lacking), 'nobody'),
    place('threads', 'Waiting', grouped(waiting), 'nobody'),
    place('ended', 'Ended', [{ label: '', note: '', chips: ends }], 'nobody yet'),
  ];
}

function add(to: Map<string, Chip[]>, label: string, chip: Chip): void {
  const chips = to.get(label) ?? [];
  to.set(label, chips);
  chips.push(chip);
}

function place(name: PlaceName, title: string, groups: readonly Group[], empty: string): Place {
  const count = groups.reduce((sum, { chips }) => sum + chips.length, 0);
  return {
    name,
    title,
    groups: groups.filter(({ chips, label }) => chips.length > 0 || label !== ''),
    count,
    empty,
  };
}

function chipOf(task: TaskState | undefined, id: number, look: Chip['look'], note: string): Chip {
  const text = printable(task?.name ?? `Task-${id}`);
  const asked = task !== undefined && task.cancelling > 0 ? ', and was asked to stop' : '';
  return { key: `task:${id}`, kind: 'task', id, text, note: note + asked, look };
}

/** A callback, called after what it is there for: the end of a sleep, the answer of a device. */
function handleChip(
  handle: number,
  label: string,
  look: Chip['look'],
  note: string,
  now: LoopState,
  trace: Trace,
): Chip {
  const base = { key: `handle:${handle}`, kind: 'handle', id: 0, note, look } as const;
  const origin = trace.at(handle - 1);
  const made =
    origin?.kind === 'timer:due'
      ? trace.at(origin.timer - 1)
      : origin?.kind === 'request:deliver'
        ? trace.at(origin.request - 1)
        : undefined;
  const task = made !== undefined && 'task' in made ? made.task : 0;
  const text = inList(callbackName(handle, label, knownAt(now, trace)));
  return task === 0 ? { ...base, text } : { ...base, text, from: `task:${task}` };
}

function endChip(one: TaskState | ThreadState, id: number, kind: 'task' | 'thread'): Chip {
  const text = printable(one.name);
  const detail = printable(one.detail);
  const base = { key: `${kind}:${id}`, kind, id, text } as const;
  const at = one.doneAt === null ? '' : ` at ${formatDuration(one.doneAt)}`;
  if (one.outcome === 'exception') return { ...base, note: `failed${at}: ${detail}`, look: 'failed' };
  if (one.outcome === 'cancelled') return { ...base, note: `was cancelled${at}`, look: 'cancelled' };
  const result = detail === '' || detail === 'undefined' ? '' : `, with ${detail}`;
  return { ...base, note: `was done${at}${result}`, look: 'done' };
}

/** What a task waits for, and who has it. */
function waitOf({ waiting }: TaskState, now: LoopState): { label: string; note: string } {
  return { label: waitLabel(waiting!), note: heldBy(waiting!, now) };
}

function threadWait({ waiting }: ThreadState, now: LoopState): string {
  if (waiting === null) return 'waits';
  return [waitLabel(waiting), heldBy(waiting, now)].filter(Boolean).join(', ');
}

/** Who has what is waited for; '' if nobody has. */
function heldBy({ on, target }: Pick<EventOf<'task:wait'>, 'on' | 'target'>, now: LoopState): string {
  const resource = on === 'resource' ? now.resources.get(target) : undefined;
  const holders = resource === undefined ? [] : holdersOf(resource, now);
  return holders.length === 0 ? '' : `held by ${list(holders, 3)}`;
}
