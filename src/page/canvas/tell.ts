/**
 * What is under the pointer, in words: who, what, from when to when, why, and who ended the wait.
 *
 * The words are read from the events when they are asked for. Who woke somebody is read from the causes, as everywhere: back
 * from the event that ended the wait to the first cause in which somebody did something.
 */

import type { TraceEvent } from '../../trace/events.ts';
import { printable } from '../../views/cells.ts';
import { MEANS } from '../../views/svg-looks.ts';
import { waitLabel, waitWord } from '../../views/waits.ts';
import { ended } from '../../views/words.ts';
import { lowerBound, upperBound } from './detail.ts';
import type { Hit } from './hit.ts';
import { CORE, DOINGS, GIL, OVERDUE, READY, RUNNING, WAITING } from './lives.ts';
import { type Lane, laneKey, lengthText, type Model, type Part, placeText } from './model.ts';

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

/** What a waiting slice waits for: in two or three words (`sleep 40 min`), and in one; '' where that says nothing. */
export function waitWords({ trace, lives }: Part, index: number): readonly [label: string, word: string] {
  const event = trace.event(lives.slices.seq[index]!);
  if (event.kind !== 'task:wait' && event.kind !== 'thread:wait') return ['', ''];
  return [waitLabel(event, lives.slices.length[index]), waitWord(event)];
}

/** The first computation of a life that has a part in a stretch of time; -1: there is none. */
export function firstWork({ lives }: Part, { life }: Lane, from: number): number {
  if (!life) return -1;
  const index = upperBound(lives.workTo, from, life.firstWork, life.lastWork);
  return index < life.lastWork ? index : -1;
}

/** What a computation is called; '' if that is only the name of who does it. */
export function workLabel({ trace, lives }: Part, lane: Lane, work: number): string {
  const event = trace.event(lives.workSeq[work]!);
  const label = 'label' in event ? printable(event.label) : '';
  return label === lane.name ? '' : label;
}

/**
 * What is under the pointer, in a few lines.
 *
 * @example tell(model, hit) // 'rice: waiting, sleep 40 min\n0 → 40 min (40 min)\nits timer was due'
 */
export function tell(model: Model, hit: Hit): string {
  const part = model.parts[hit.part]!;
  const { lane, index } = hit;
  if (hit.what === 'run') return tellRun(model, part, index);
  if (hit.what === 'end') return tellEnd(model, part, lane, hit.seq);
  const { slices } = lane;
  const doing = slices.doing[index]!;
  const [from, to] = [slices.from[index]!, slices.to[index]!];
  const when =
    from === to
      ? `at ${placeText(model, from)}`
      : `${placeText(model, from)} → ${placeText(model, to)} (${lengthText(model, to - from)})`;
  if (lane.life === undefined) return `${lane.name}: ${loopState(lane, doing)}\n${when}`;
  const isOpen = lane.life.open && index === lane.last - 1;
  const lines = [
    `${lane.name}: ${stateWords(model, part, lane, index)}`,
    isOpen ? `${when}, not over` : when,
  ];
  const waker = wakerOf(part, lane, index);
  if (waker) lines.push(waker.text);
  return lines.join('\n');
}

function stateWords(model: Model, part: Part, lane: Lane, index: number): string {
  const { slices } = lane;
  const doing = slices.doing[index]!;
  const [from, to] = [slices.from[index]!, slices.to[index]!];
  if (doing === WAITING) return ['waiting', waitWords(part, index)[0]].filter(Boolean).join(', ');
  if (doing === OVERDUE)
    return part.lives.loop.lacking.length > 0 ? 'overdue: the loop can’t run' : 'overdue: the loop is busy';
  if (doing !== RUNNING) return MEANS[DOINGS[doing]!];
  if (from === to) return 'a step that takes no time';
  if (model.by === 'turns') return MEANS.running;
  const labels = new Set<string>();
  let work = firstWork(part, lane, from);
  for (
    ;
    work >= 0 && work < lane.life!.lastWork && part.lives.workFrom[work]! < to && labels.size < 4;
    work++
  )
    labels.add(workLabel(part, lane, work));
  labels.delete('');
  return [MEANS.running, ...labels].join(', ');
}

function loopState({ kind }: Lane, doing: number): string {
  if (doing === RUNNING) return kind === 'script' ? 'runs, and no loop does' : 'busy: it can’t go on';
  if (doing === WAITING) return 'idle';
  return MEANS[DOINGS[doing]!];
}

function tellRun(model: Model, part: Part, index: number): string {
  const { lives, trace } = part;
  const at = part.runAt[index]!;
  const task = lives.loop.runTask[index]!;
  let who = '';
  if (task !== 0) who = nameOfRow(part, part.places.get(laneKey('task', task))) ?? `Task-${task}`;
  else {
    const event = trace.event(lives.loop.runSeq[index]!);
    const handle = event.kind === 'handle:run' && event.handle > 0 ? trace.event(event.handle) : undefined;
    const label = handle && 'label' in handle ? printable(handle.label) : '';
    who = label === '' ? 'a callback' : `callback ${label}`;
  }
  const { runAt } = part;
  const [first, last] = [lowerBound(runAt, at, 0, runAt.length), upperBound(runAt, at, 0, runAt.length)];
  const others = last - first - 1;
  const more = others > 0 ? `, and ${others} more at this moment` : '';
  return `loop: runs ${who}${more}\nat ${placeText(model, at)}`;
}

function tellEnd(model: Model, part: Part, lane: Lane, seq: number): string {
  const event = part.trace.event(seq);
  const how = 'outcome' in event && 'detail' in event ? ended(event) : 'ends';
  return `${lane.name} ${how}\nat ${placeText(model, lane.end!)}`;
}

function nameOfRow({ rows }: Part, row: number | undefined): string | undefined {
  const entry = row === undefined ? undefined : rows[row];
  return entry?.kind === 'lane' ? entry.lane.name : undefined;
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

/** Back along the causes of a wake-up, to who brought it about. */
function traced(part: Part, kind: 'task' | 'thread', id: number, wakeSeq: number): Waker | null {
  const { trace, places } = part;
  let event: TraceEvent = trace.event(wakeSeq);
  let isCancel = false;
  const isGift = event.kind === 'gil:take' || event.kind === 'thread:run';
  const own = places.get(laneKey(kind, id));
  const found = (text: string, row: number | undefined): Waker => {
    return { text, seq: event.seq, wakeSeq, row: row === own ? undefined : row };
  };
  for (let hops = 0; hops < MOST_HOPS; hops++) {
    if (event.cause <= 0 || event.cause >= event.seq) return null;
    event = trace.event(event.cause);
    const verb = isCancel ? 'cancelled' : 'woken';
    switch (event.kind) {
      case 'timer:due': {
        const timer = event.timer > 0 && event.timer < event.seq ? trace.event(event.timer) : undefined;
        if (timer?.kind !== 'timer:set') return found(`${verb} by a timer`, places.get(laneKey('loop')));
        if (kind === 'task' && timer.task === id)
          return found(
            isCancel ? `cancelled: its ${printable(timer.label) || 'time'} was over` : 'its timer was due',
            undefined,
          );
        if (timer.task !== 0) {
          const row = places.get(laneKey('task', timer.task));
          return found(`${verb} by the timer of ${nameOfRow(part, row) ?? `Task-${timer.task}`}`, row);
        }
        return found(
          `${verb} by the timer of ${printable(timer.label) || 'a callback'}`,
          places.get(laneKey('loop')),
        );
      }
      case 'request:deliver': {
        const label = printable(event.label);
        return found(`${verb} by a device: ${label || 'its request'} is done`, places.get(laneKey('loop')));
      }
      case 'task:cancel':
        isCancel = true;
        break;
      case 'task:done':
      case 'task:step':
      case 'task:wait':
      case 'task:yield':
      case 'task:create': {
        if (event.task === 0) break;
        // Made by its parent: the creation of a task names itself.
        const who = event.kind === 'task:create' ? event.parent : event.task;
        if (who === 0) return null;
        if (kind === 'task' && who === id) return null;
        const row = places.get(laneKey('task', who));
        const name = nameOfRow(part, row) ?? `Task-${who}`;
        if (isFirst(part, kind, id, wakeSeq)) return found(`made by ${name}`, row);
        return found(event.kind === 'task:done' ? `woken: ${name} is done` : `${verb} by ${name}`, row);
      }
      case 'thread:run':
      case 'thread:wait':
      case 'thread:done':
      case 'thread:preempt':
      case 'thread:busy':
      case 'thread:hold': {
        if (kind === 'thread' && event.thread === id) {
          // Nobody woke it.
          const isOver = event.kind === 'thread:wait' && event.on === 'timer';
          return isOver ? found('its time was over', undefined) : null;
        }
        const row = places.get(laneKey('thread', event.thread)) ?? places.get(laneKey('loop'));
        const name = nameOfRow(part, row) ?? `Thread-${event.thread}`;
        if (isFirst(part, kind, id, wakeSeq)) return found(`started by ${name}`, row);
        if (isGift)
          return found(
            `it could run when ${name} ${event.kind === 'thread:done' ? 'was done' : 'made way'}`,
            row,
          );
        return found(event.kind === 'thread:done' ? `woken: ${name} is done` : `${verb} by ${name}`, row);
      }
    }
  }
  return null;
}

/** Whether an event is the first of a life that begins a slice. */
function isFirst(part: Part, kind: 'task' | 'thread', id: number, seq: number): boolean {
  const row = part.places.get(laneKey(kind, id));
  const entry = row === undefined ? undefined : part.rows[row];
  if (entry?.kind !== 'lane') return false;
  const { slices, first, last } = entry.lane;
  return first < last && slices.seq[first] === seq;
}

/** What is shown, for who can't see it. */
export function summary(model: Model): string {
  const parts = model.parts.map((part) => {
    const count = (kind: Lane['kind'], word: string) => {
      const n = part.rows.filter((row) => row.kind === 'lane' && row.lane.kind === kind).length;
      return n === 0 ? '' : `${n} ${word}${n === 1 ? '' : 's'}`;
    };
    const who =
      [count('task', 'task'), count('thread', 'thread')].filter(Boolean).join(' and ') || 'nothing ran';
    const length = lengthText(model, part.to - part.from);
    return `${part.title === '' ? '' : `${part.title}, `}${who}, ${length}`;
  });
  return `Timeline: ${parts.join('; ')}. Plus and minus zoom, Shift with the arrow keys moves, 0 shows all.`;
}
