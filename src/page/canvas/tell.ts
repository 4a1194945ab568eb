/**
 * What is under the pointer, in words: who, what, from when to when, why, and who ended the wait.
 *
 * The words are read from the events when they are asked for. Who ended a wait is found in waker.ts.
 */

import { printable } from '../../views/cells.ts';
import { MEANS } from '../../views/svg-looks.ts';
import { waitLabel, waitWord } from '../../views/waits.ts';
import { ended } from '../../views/words.ts';
import { lowerBound, upperBound } from './detail.ts';
import type { Hit } from './hit.ts';
import { DOINGS, OVERDUE, RUNNING, WAITING } from './lives.ts';
import {
  countedLoop,
  type Lane,
  lengthText,
  type Model,
  nameIn,
  type Part,
  placeOf,
  placeText,
} from './model.ts';
import { wakerOf } from './waker.ts';

/** What a waiting slice waits for: in two or three words (`sleep 40 min`), and in one; '' where that says nothing. */
export function waitWords({ trace, lives }: Part, index: number): readonly [label: string, word: string] {
  const event = trace.event(lives.slices.seq[index]!);
  if (event.kind !== 'task:wait' && event.kind !== 'thread:wait') return ['', ''];
  return [waitLabel(event, lives.slices.length[index]), waitWord(event)];
}

/** The computations of a life that have a part in a stretch of time: those from the first to before the second. */
export function worksIn(
  { lives }: Part,
  { life }: Lane,
  from: number,
  to: number,
): readonly [number, number] {
  if (!life) return [0, 0];
  const first = upperBound(lives.workTo, from, life.firstWork, life.lastWork);
  return [first, lowerBound(lives.workFrom, to, first, life.lastWork)];
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
  if (hit.what === 'mark') return tellMark(model, part, lane, hit.seq);
  const { slices } = lane;
  const doing = slices.doing[index]!;
  const [from, to] = [slices.from[index]!, slices.to[index]!];
  const [since, until] = [placeText(model, from), placeText(model, to)];
  const length = countedLoop(model) ? '' : ` (${lengthText(model, to - from)})`;
  const when =
    since === until && (from === to || length === '') ? `at ${since}` : `${since} → ${until}${length}`;
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

/** So many computations of a slice are named. */
const MOST_LABELS = 4;

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
  const [first, last] = worksIn(part, lane, from, to);
  for (let work = first; work < last && labels.size < MOST_LABELS; work++)
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
  if (task !== 0) who = nameIn(part, 'task', task);
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

function tellMark(model: Model, part: Part, lane: Lane, seq: number): string {
  const event = part.trace.event(seq);
  const where = `at ${placeText(model, placeOf(model, part, seq))}`;
  if (event.kind === 'deadlock')
    return `${lane.name}: stuck in a deadlock\n${where}\n${printable(event.detail)}`;
  const how = 'outcome' in event && 'detail' in event ? ended(event) : 'ends';
  return `${lane.name} ${how}\n${where}`;
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
