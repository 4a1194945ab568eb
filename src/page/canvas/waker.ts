/**
 * Who ended a wait. It is read from the causes, as everywhere: back from the event that ended the wait to the first cause in
 * which somebody did something.
 */

import type { EventOf, TraceEvent } from '../../trace/events.ts';
import { printable } from '../../views/cells.ts';
import { CORE, GIL, OVERDUE, READY, RUNNING, WAITING } from './lives.ts';
import { type Lane, laneKey, nameIn, type Part } from './model.ts';

/** Who made somebody go on. */
export interface Waker {
  /** As it stands in a sentence: `woken by rice`, `its timer was due`. */
  readonly text: string;
  /** The event by which they did, and the one that it led to. */
  readonly seq: number;
  readonly wakeSeq: number;
  /** Their row in the part; undefined if they have none. */
  readonly row: number | undefined;
}

/** How far back along the causes is looked. */
const MOST_HOPS = 32;

/** Who ended the wait that a slice is, or that it is the end of; null: nobody that is known. */
export function wakerOf(part: Part, lane: Lane, index: number): Waker | null {
  const { life, slices, first, last } = lane;
  if (!life || index < first || index >= last) return null;
  const { doing, seq } = slices;
  const isWait = (i: number) => doing[i] === WAITING || doing[i] === OVERDUE;
  const isLack = (i: number) => doing[i] === GIL || doing[i] === CORE;
  // Of a wait what comes after it tells.
  if (isWait(index)) {
    let next = index;
    while (next < last && isWait(next)) next++;
    return next < last ? traced(part, life.kind, life.id, seq[next]!) : null;
  }
  // What a thread lacked another one gave up.
  if (life.kind === 'thread') {
    const given = isLack(index) ? index + 1 : index > first && isLack(index - 1) ? index : -1;
    if (given === last) return null;
    if (given > 0 && !isWait(given)) return traced(part, 'thread', life.id, seq[given]!);
  }
  // Of the rest what began the time in which it could have gone on. A task that gave way is ready by its own will.
  let start = index;
  while (start > first && !isWait(start - 1)) {
    if (doing[start] === READY && doing[start - 1] === RUNNING) return null;
    start--;
  }
  return seq[start]! > 0 ? traced(part, life.kind, life.id, seq[start]!) : null;
}

/** Somebody who was woken. */
interface Woken {
  readonly part: Part;
  readonly kind: 'task' | 'thread';
  readonly id: number;
  /** The event that tells that they can go on. */
  readonly seq: number;
}

/** What one cause tells: who did it, in words, and their row. */
interface Told {
  readonly text: string;
  readonly row: number | undefined;
}

type ByTask = Extract<
  TraceEvent,
  { kind: 'task:done' | 'task:step' | 'task:wait' | 'task:yield' | 'task:create' }
>;
type ByThread = Extract<
  TraceEvent,
  { kind: 'thread:run' | 'thread:wait' | 'thread:done' | 'thread:preempt' | 'thread:busy' | 'thread:hold' }
>;

/** Back along the causes of a wake-up, to who brought it about. */
function traced(part: Part, kind: 'task' | 'thread', id: number, seq: number): Waker | null {
  const { trace, places } = part;
  const woken: Woken = { part, kind, id, seq };
  let event: TraceEvent = trace.event(seq);
  let isCancel = false;
  for (let hops = 0; hops < MOST_HOPS; hops++) {
    if (event.cause <= 0 || event.cause >= event.seq) return null;
    event = trace.event(event.cause);
    const told = toldBy(event, woken, isCancel ? 'cancelled' : 'woken');
    if (event.kind === 'task:cancel') isCancel = true;
    if (told === undefined) continue;
    if (told === null) return null;
    const isOwn = told.row === places.get(laneKey(kind, id));
    return { text: told.text, seq: event.seq, wakeSeq: seq, row: isOwn ? undefined : told.row };
  }
  return null;
}

/** What a cause tells of who woke somebody; null: nobody did, undefined: one has to look further back. */
function toldBy(event: TraceEvent, woken: Woken, verb: 'woken' | 'cancelled'): Told | null | undefined {
  switch (event.kind) {
    case 'timer:due':
      return byTimer(event, woken, verb);
    case 'request:deliver': {
      const label = printable(event.label) || 'its request';
      return { text: `${verb} by a device: ${label} is done`, row: woken.part.places.get(laneKey('loop')) };
    }
    case 'task:done':
    case 'task:step':
    case 'task:wait':
    case 'task:yield':
    case 'task:create':
      return event.task === 0 ? undefined : byTask(event, woken, verb);
    case 'thread:run':
    case 'thread:wait':
    case 'thread:done':
    case 'thread:preempt':
    case 'thread:busy':
    case 'thread:hold':
      return byThread(event, woken, verb);
    case 'loop:return': // between two drives of a loop
      return isBeginning(woken) ? null : { text: `${verb} by the program`, row: undefined };
  }
  return undefined;
}

function byTimer({ seq, timer: id }: EventOf<'timer:due'>, woken: Woken, verb: 'woken' | 'cancelled'): Told {
  const { part, kind } = woken;
  const loop = part.places.get(laneKey('loop'));
  const timer = id > 0 && id < seq ? part.trace.event(id) : undefined;
  if (timer?.kind !== 'timer:set') return { text: `${verb} by a timer`, row: loop };
  const label = printable(timer.label);
  if (kind === 'task' && timer.task === woken.id) {
    const text = verb === 'cancelled' ? `cancelled: its ${label || 'time'} was over` : 'its timer was due';
    return { text, row: undefined };
  }
  if (timer.task === 0) return { text: `${verb} by the timer of ${label || 'a callback'}`, row: loop };
  const row = part.places.get(laneKey('task', timer.task));
  return { text: `${verb} by the timer of ${nameIn(part, 'task', timer.task)}`, row };
}

function byTask(event: ByTask, woken: Woken, verb: string): Told | null {
  // Made by its parent: the creation of a task names itself.
  const who = event.kind === 'task:create' ? event.parent : event.task;
  if (who === 0 || (woken.kind === 'task' && who === woken.id)) return null;
  const row = woken.part.places.get(laneKey('task', who));
  const name = nameIn(woken.part, 'task', who);
  if (isBeginning(woken)) return { text: `made by ${name}`, row };
  return { text: event.kind === 'task:done' ? `woken: ${name} is done` : `${verb} by ${name}`, row };
}

function byThread(event: ByThread, woken: Woken, verb: string): Told | null {
  const { part } = woken;
  if (woken.kind === 'thread' && event.thread === woken.id) {
    // Nobody woke it.
    const isOver = event.kind === 'thread:wait' && event.on === 'timer';
    return isOver ? { text: 'its time was over', row: undefined } : null;
  }
  // The thread of the loop has no row of its own.
  const own = part.places.get(laneKey('thread', event.thread));
  const row = own ?? part.places.get(laneKey('loop'));
  const name = own === undefined && row !== undefined ? 'loop' : nameIn(part, 'thread', event.thread);
  if (isBeginning(woken)) return { text: `started by ${name}`, row };
  const isDone = event.kind === 'thread:done';
  const woke = part.trace.event(woken.seq).kind;
  if (woke === 'gil:take' || woke === 'thread:run')
    return { text: `it could run when ${name} ${isDone ? 'was done' : 'made way'}`, row };
  return { text: isDone ? `woken: ${name} is done` : `${verb} by ${name}`, row };
}

/** Whether somebody was woken to begin. */
function isBeginning({ part, kind, id, seq }: Woken): boolean {
  const row = part.places.get(laneKey(kind, id));
  const entry = row === undefined ? undefined : part.rows[row];
  if (entry?.kind !== 'lane') return false;
  const { slices, first, last } = entry.lane;
  return first < last && slices.seq[first] === seq;
}
