/**
 * The critical path: which waits and which work made the end as late as it is.
 *
 * From the last event the path goes back along the causes, to the start. Where a cause lies at the same moment as its
 * effect, the hop between them is a *link*; where time lies between, that time is a *segment*, and somebody's. Segments
 * follow one another without gap or overlap, so that their lengths add up to the whole run. Shorten one of them, and the run
 * gets shorter, until another path is as long; shorten anything else, and it doesn't.
 *
 * How the path goes on from somebody who waits:
 *
 * - for a *timer*: the time from when it was set is a segment (`slept`), and the path goes on with whoever set it;
 * - for a *future*, another *task*, a *lock*, *queue* or the like: it goes on with whoever settled, released or put, where that
 *   was done: the wait itself is no segment, for what that one did meanwhile is;
 * - for *several*: with the one that brought about the end of the wait. That is the last to finish for `gather`, and the one
 *   that came for `wait` with FIRST_COMPLETED;
 * - for a *device*: the time in a channel is a segment (`request`). A request that had to queue for the channel began when
 *   another one left it, and the path goes on with that one: time in the queue is the time of those ahead;
 * - for the *loop*, being ready or overdue: time in which the loop was busy belongs to the work it was busy with. That work is
 *   the segment, from its own beginning, and the path goes on with whoever did it: the loop can't be interrupted, so that one
 *   that is ready earlier gains nothing. `delayed` names who was held up;
 * - for the *GIL* or a *core* that another one was made to give up: that is a segment of the one that waits (`gil`, `core`),
 *   and the path goes on with it, for one that asks earlier has its turn earlier. `by` names who held the GIL, or the cores;
 * - for the *GIL* or a *core* that another one gave up of its own will, being done or having to wait itself: as for the loop,
 *   the time is that one's work, and the path goes on with it. `delayed` names who waited.
 *
 * What a task, a thread or a script does before something it causes, in one step, is its work (`computed`, `blocked`). What
 * nothing caused is explained by what stands just before it in the log: so the lines of a script follow each other.
 */

import type { TraceEvent } from './events.ts';
import { type Actor, isLack, Ledger, type LoopPiece } from './ledger.ts';

/**
 * What somebody did on the path. `switching`: the loop was busy with itself; `idle`: nobody did anything; `unknown`: the log
 * doesn't tell.
 */
export type CriticalDeed =
  | 'computed'
  | 'blocked'
  | 'slept'
  | 'request'
  | 'gil'
  | 'core'
  | 'switching'
  | 'idle'
  | 'unknown';

/** A stretch of the critical path. Times are virtual ms. */
export interface CriticalSegment {
  readonly from: number;
  readonly to: number;
  /** Whose time it is. For a request, who asked for it, if anybody is known; else the device. */
  readonly who: Actor;
  readonly what: CriticalDeed;
  /** What it was called: that of the computation, the request or the timer; '' if it had no name. */
  readonly label: string;
  /** Where it is a request: the device. */
  readonly device: Actor | null;
  /**
   * Who was ready, overdue or queued meanwhile, or lacked the GIL or a core, and would have gone on; null: nobody on the path.
   */
  readonly delayed: {
    readonly who: Actor;
    readonly how: 'ready' | 'overdue' | 'queued' | 'gil' | 'core';
  } | null;
  /** Where the GIL or a core was lacking: who had it. */
  readonly by: readonly Actor[];
  /** The numbers of the events it rests on, the earlier first. */
  readonly events: readonly number[];
}

/** The critical path of a trace. Times are virtual ms. */
export interface CriticalPath {
  /** From the first moment of the trace to the last. */
  readonly from: number;
  readonly to: number;
  /** In order of time, without gap or overlap; none if no time passed. */
  readonly segments: readonly CriticalSegment[];
  /** The numbers of all events on the path, from the start to the end. */
  readonly links: readonly number[];
}

/**
 * The critical path of a trace: the chain of work and waits that led to its last event, as segments that cover it from its
 * start to its end.
 *
 * @example criticalPath(trace).segments.map(({ who, what, to, from }) => [who.name, what, to - from]);
 * // [['main', 'slept', 600000], ['main', 'computed', 1500000], …]
 */
export function criticalPath(trace: Iterable<TraceEvent>): CriticalPath {
  const ledger = new Ledger(trace);
  const { start: from, end: to } = ledger;
  if (ledger.last === 0) return { from, to, segments: [], links: [] };
  const walk = new Walk(ledger);
  const segments: CriticalSegment[] = [];
  const links: number[] = [ledger.last];
  let here: Position | null = { event: ledger.event(ledger.last), time: to };
  while (here !== null) {
    const hop: Hop | null = walk.back(here);
    if (hop === null) break;
    for (const segment of hop.segments.toReversed()) {
      // A part of a log may tell of work that began before it.
      const start = Math.max(from, segment.from);
      if (segment.to > start) add(segments, start === segment.from ? segment : { ...segment, from: start });
    }
    if (hop.event.seq !== here.event.seq) links.push(hop.event.seq);
    here = hop;
  }
  return { from, to, segments: segments.reverse(), links: links.reverse() };
}

/** Adds what came before; a computation that was cut in two is one. */
function add(segments: CriticalSegment[], segment: CriticalSegment): void {
  const after = segments.at(-1);
  const [start, work] = segment.events;
  const isSameWork = after?.what === 'computed' && work !== undefined && after.events.at(-1) === work;
  if (!isSameWork || segment.delayed) segments.push(segment);
  else {
    const { to, delayed, events } = after;
    segments.splice(-1, 1, { ...segment, to, delayed, events: [start!, ...events] });
  }
}

/** An event, and up to which moment is explained why it didn't happen before. */
interface Position {
  readonly event: TraceEvent;
  readonly time: number;
}

/** One hop back; its segments, in order of time, lie between. */
interface Hop extends Position {
  readonly segments: readonly CriticalSegment[];
}

const NO_SEGMENTS: readonly CriticalSegment[] = [];

class Walk {
  readonly #ledger: Ledger;
  /** Who waited for what the path has come to: for the channel of a device, the GIL or a core. */
  #delayed: CriticalSegment['delayed'];

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#delayed = null;
  }

  /** Why something didn't happen before; null: it couldn't. */
  back({ event, time }: Position): Hop | null {
    const ledger = this.#ledger;
    if (event.kind === 'clock:jump' && event.to === time && event.from < time) return this.#idled(event);
    const isOwnWork = (event.kind === 'compute' || event.kind === 'block') && event.from < time;
    const hop =
      (isOwnWork ? this.#loopHop(event, time, event.from) : null) ??
      this.#threadHop(event, time) ??
      this.#timerHop(event, time) ??
      this.#requestHop(event, time);
    if (hop) return hop;
    const cause = ledger.causeOf(event);
    if (cause) return this.#causeHop(event, time, cause);
    return this.#before(event, time);
  }

  /** Back to what caused an event. */
  #causeHop(event: TraceEvent, time: number, cause: TraceEvent): Hop {
    if (cause.time >= time) return { event: cause, time, segments: NO_SEGMENTS };
    const ledger = this.#ledger;
    // Code of a thread: what it did on the core since it came there.
    if ('thread' in cause && !ledger.hosts.has(cause.thread) && ledger.placeBegun(cause.seq) >= 0) {
      const { thread } = cause;
      return { event: cause, time: cause.time, segments: this.#worked(thread, cause.seq, cause.time, time) };
    }
    return this.#loopHop(event, time, cause.time) ?? this.#unknown(event, time, cause);
  }

  /** The loop couldn't go on before: back to what it was busy with. */
  #loopHop(event: TraceEvent, time: number, least: number): Hop | null {
    const ledger = this.#ledger;
    const piece = ledger.pieceEnding(time);
    if (!piece || piece.state === 'idle') return null;
    // One that lacks the GIL or a core stays on the path, as one does that is being switched to.
    if (isLack(piece)) {
      const given = this.#givenUp(piece.thread, ledger.placeBegun(piece.seq) + 1, time);
      if (given) return given;
      const from = Math.max(piece.from, least);
      return { event, time: from, segments: this.#lacked(piece.thread, piece.seq, { ...piece, from }) };
    }
    if (piece.state === 'switching' && piece.label === 'switch') {
      const from = Math.max(piece.from, least);
      return { event, time: from, segments: [segmentOf({ ...piece, from }, 'switching', null)] };
    }
    const origin = ledger.event(piece.seq);
    const what = { computing: 'computed', blocked: 'blocked', switching: 'switching' } as const;
    const waiting = this.#takeDelayed() ?? this.#ownerOf(event);
    const isOther = waiting !== null && origin !== event && !isSame(waiting.who, piece.who);
    const segment = segmentOf(
      piece,
      what[piece.state as 'computing' | 'blocked' | 'switching'],
      isOther ? waiting : null,
    );
    return { event: origin, time: piece.from, segments: [segment] };
  }

  /** Who waits for the loop, where an event is that it goes on. */
  #ownerOf(event: TraceEvent): CriticalSegment['delayed'] {
    const ledger = this.#ledger;
    switch (event.kind) {
      case 'task:step':
        return { who: ledger.actor('task', event.task), how: 'ready' };
      case 'timer:due': {
        const timer = event.timer >= ledger.first ? ledger.event(event.timer) : undefined;
        const isTasks = timer?.kind === 'timer:set' && timer.task !== 0;
        const who = isTasks ? ledger.actor('task', timer.task) : ledger.callback(event.seq);
        return { who, how: 'overdue' };
      }
      case 'request:deliver': {
        const asker = ledger.requests.get(event.request)?.asker;
        return asker ? { who: asker, how: 'overdue' } : null;
      }
      case 'handle:run': {
        const origin = event.handle >= ledger.first ? ledger.event(event.handle) : undefined;
        const owner = origin && origin.kind !== 'handle:run' ? this.#ownerOf(origin) : null;
        return { who: owner?.who ?? ledger.callback(event.handle), how: 'ready' };
      }
      default:
        return null;
    }
  }

  #timerHop(event: TraceEvent, time: number): Hop | null {
    if (event.kind !== 'timer:due') return null;
    const set = this.#ledger.causeOf(event);
    if (set?.kind !== 'timer:set') return null;
    // Overdue: the loop was busy when its time had come.
    if (set.when < time) {
      const hop = this.#loopHop(event, time, Math.max(set.when, set.time));
      if (hop) return hop;
    }
    const who: Actor =
      set.task === 0 ? this.#ledger.callback(event.seq) : this.#ledger.actor('task', set.task);
    const label = set.label === 'sleep' || set.task === 0 ? '' : set.label;
    const events = [set.seq, event.seq];
    const segment = { ...PLAIN, from: set.time, to: time, who, what: 'slept', label, events } as const;
    return { event: set, time: set.time, segments: [segment] };
  }

  #requestHop(event: TraceEvent, time: number): Hop | null {
    if (event.kind !== 'request:deliver' && event.kind !== 'request:complete') return null;
    const ledger = this.#ledger;
    const request = ledger.requests.get(event.request);
    if (!request || request.completedBy === 0 || request.startedBy === 0) return null;
    if (event.kind === 'request:deliver') {
      const complete = ledger.event(request.completedBy);
      if (complete.time >= time) return { event: complete, time, segments: NO_SEGMENTS };
      return this.#loopHop(event, time, complete.time) ?? this.#unknown(event, time, complete);
    }
    const device = ledger.actor('device', request.device);
    const who = request.asker ?? device;
    const delayed = this.#takeDelayed();
    const { startedAt: from, startedBy, label } = request;
    const events = [startedBy, event.seq];
    const segment = {
      ...PLAIN,
      from,
      to: time,
      who,
      what: 'request',
      label,
      device,
      delayed,
      events,
    } as const;
    this.#delayed = from > request.askedAt ? { who, how: 'queued' } : null;
    return { event: ledger.event(startedBy), time: from, segments: [segment] };
  }

  /** The event moved a thread to another place: back to how it came to the one before. */
  #threadHop(event: TraceEvent, time: number): Hop | null {
    const ledger = this.#ledger;
    if (!('thread' in event) || ledger.hosts.has(event.thread)) return null;
    const place = ledger.placeBegun(event.seq);
    const before = place < 1 ? undefined : ledger.places.get(event.thread)![place - 1]!;
    if (!before) return null;
    const { thread } = event;
    const back = { event: ledger.event(before.seq), time: before.from };
    if (before.state === 'running')
      return { ...back, segments: this.#worked(thread, before.seq, before.from, time) };
    if (before.state === 'gil' || before.state === 'core') {
      const given = this.#givenUp(thread, place, time);
      if (given) return given;
      const { state, from } = before;
      return { ...back, segments: this.#lacked(thread, before.seq, { from, to: time, state }) };
    }
    if (event.cause !== before.seq) return null;
    // Nobody woke it: its time had come.
    const who = ledger.actor('thread', thread);
    const label = before.reason === 'blocked' ? '' : before.reason;
    const events = [before.seq, event.seq];
    return {
      ...back,
      segments: [{ ...PLAIN, from: before.from, to: time, who, what: 'slept', label, events }],
    };
  }

  #worked(thread: number, seq: number, from: number, to: number): CriticalSegment[] {
    const ledger = this.#ledger;
    const who = ledger.actor('thread', thread);
    const waiting = from < to ? this.#takeDelayed() : null;
    return ledger.workOf(thread, from, to).map((work): CriticalSegment => {
      const events = work.seq === 0 ? [seq] : [seq, work.seq];
      const delayed = work.to === to ? waiting : null;
      return {
        ...PLAIN,
        from: work.from,
        to: work.to,
        who,
        what: 'computed',
        label: work.label,
        delayed,
        events,
      };
    });
  }

  /** A thread got what it lacked, and left the place before, when another one gave that up of its own will: back to that one. */
  #givenUp(thread: number, place: number, time: number): Hop | null {
    const ledger = this.#ledger;
    const next = ledger.places.get(thread)?.[place];
    const lacked = ledger.places.get(thread)?.[place - 1];
    if (!next || next.from !== time || !lacked || lacked.from === time) return null;
    const giver = ledger.causeOf(ledger.event(next.seq));
    if (giver?.kind !== 'thread:wait' && giver?.kind !== 'thread:done') return null;
    if (giver.thread === thread || giver.time !== time) return null;
    const piece = ledger.pieceEnding(time);
    const hasWorked = piece !== undefined && piece.state !== 'idle' && !isLack(piece);
    if (ledger.hosts.has(giver.thread) && !hasWorked) return null;
    const who: Actor = ledger.hosts.has(thread)
      ? { kind: 'loop', id: 0, name: 'loop' }
      : ledger.actor('thread', thread);
    this.#delayed = { who, how: lacked.state === 'gil' ? 'gil' : 'core' };
    return { event: giver, time, segments: NO_SEGMENTS };
  }

  #takeDelayed(): CriticalSegment['delayed'] {
    const delayed = this.#delayed;
    this.#delayed = null;
    return delayed;
  }

  #lacked(
    thread: number,
    seq: number,
    lack: { readonly from: number; readonly to: number; readonly state: LoopPiece['state'] },
  ): CriticalSegment[] {
    const ledger = this.#ledger;
    const { from, to } = lack;
    const what = lack.state === 'gil' ? 'gil' : 'core';
    const isHost = ledger.hosts.has(thread);
    const holders =
      what === 'gil' ? ledger.holdersOf(thread, from, to) : ledger.runnersBeside(thread, from, to);
    const by = new Map<string, Actor>();
    for (const one of holders) {
      for (const { who } of ledger.deedsOf(one.thread, one.from, one.to))
        by.set(`${who.kind} ${who.id}`, who);
    }
    const who: Actor = isHost ? { kind: 'loop', id: 0, name: 'loop' } : ledger.actor('thread', thread);
    return [{ ...PLAIN, from, to, who, what, by: [...by.values()], events: [seq] }];
  }

  #idled(event: TraceEvent & { readonly kind: 'clock:jump' }): Hop {
    const { from, to, seq } = event;
    const who: Actor = { kind: 'loop', id: 0, name: 'loop' };
    return { event, time: from, segments: [{ ...PLAIN, from, to, who, what: 'idle', events: [seq] }] };
  }

  /** Nothing caused it: back to what the log tells just before. */
  #before(event: TraceEvent, time: number): Hop | null {
    const ledger = this.#ledger;
    const before = event.seq > ledger.first ? ledger.event(event.seq - 1) : { ...event, time: ledger.start };
    if (before.time < time)
      return this.#loopHop(event, time, before.time) ?? this.#unknown(event, time, before);
    return before.seq < event.seq ? { event: before, time, segments: NO_SEGMENTS } : null;
  }

  #unknown(event: TraceEvent, time: number, before: TraceEvent): Hop {
    const { time: from } = before;
    const who: Actor = this.#ownerOf(event)?.who ?? { kind: 'loop', id: 0, name: 'loop' };
    const events = before.seq === event.seq ? [event.seq] : [before.seq, event.seq];
    return {
      event: before,
      time: from,
      segments: [{ ...PLAIN, from, to: time, who, what: 'unknown', events }],
    };
  }
}

const PLAIN: Pick<CriticalSegment, 'label' | 'device' | 'delayed' | 'by'> = {
  label: '',
  device: null,
  delayed: null,
  by: [],
};

function segmentOf(
  piece: LoopPiece,
  what: CriticalDeed,
  delayed: CriticalSegment['delayed'],
): CriticalSegment {
  const { from, to, who, label, seq } = piece;
  return { ...PLAIN, from, to, who, what, label, delayed, events: [seq] };
}

function isSame(a: Actor, b: Actor): boolean {
  return a.kind === b.kind && a.id === b.id;
}
