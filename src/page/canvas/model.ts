/**
 * What the swim lanes show: rows, and on which ruler.
 *
 * The rows are those of the timeline in the terminal, in the same order: the tasks, the loop, the script around it, and
 * the threads by process, under headings; several traces lie one below the other. The ruler is virtual time, or, where no
 * time passes in any of them, turns (see views/life-reader.ts). One ruler serves for all: every position in a model is a number
 * on it.
 */

import type { Trace } from '../../trace/trace.ts';
import { printable } from '../../views/cells.ts';
import { idleOf, type Place } from '../../views/life-reader.ts';
import { ENDS, headingOf, inOrder, sizeOfOnly, turns } from '../../views/parts.ts';
import type { Span } from '../../views/spans.ts';
import type { Mark } from '../../views/svg-looks.ts';
import { formatDuration } from '../../views/time.ts';
import { Shares, upperBound } from './detail.ts';
import { CORE, GIL, type Life, type Lives, type LoopColumns, livesOf, RUNNING, WAITING } from './lives.ts';

/** Slices in the order of the rows, and in a row in the order of the ruler. */
export interface Slices {
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** Codes of `DOINGS`. In the row of the loop, `running` is busy and `waiting` idle. */
  readonly doing: Uint8Array;
  /** The event that begins it; 0: it has to be looked for. */
  readonly seq: Uint32Array;
}

/** What is marked on a row: how its life ended, or a deadlock that it was a part of. */
export interface RowMark {
  readonly kind: Mark;
  /** Where, on the ruler. */
  readonly at: number;
  /** The event that tells of it. */
  readonly seq: number;
}

/** A row with slices: those from `first` to before `last`. */
export interface Lane {
  readonly kind: 'task' | 'thread' | 'loop' | 'script';
  readonly name: string;
  readonly slices: Slices;
  readonly first: number;
  readonly last: number;
  /** How much of a stretch each state has: for rows that are too dense to be drawn. */
  readonly shares: Shares;
  /** Whose row it is; undefined for the loop and the script. */
  readonly life: Life | undefined;
  /** Where it ended, on the ruler. */
  readonly end: number | undefined;
  /** In the order of the ruler. An end in a deadlock isn't marked: that it was cancelled for that is no news. */
  readonly marks: readonly RowMark[];
}

/** What stands in a line of the picture. */
export type Row =
  | { readonly kind: 'title' | 'heading'; readonly text: string; readonly note: string }
  | { readonly kind: 'lane'; readonly lane: Lane };

/** A trace as a part of the picture. */
export interface Part {
  readonly title: string;
  readonly trace: Trace;
  readonly lives: Lives;
  readonly rows: readonly Row[];
  /** Where it begins and ends, on the ruler. */
  readonly from: number;
  readonly to: number;
  /** Every run of a task or callback, on the ruler. */
  readonly runAt: Float64Array;
  /** The row of a task, thread, loop or script, by `laneKey`. */
  readonly places: ReadonlyMap<string, number>;
}

/** All that is shown. */
export interface Model {
  readonly by: 'time' | 'turns';
  readonly from: number;
  readonly to: number;
  readonly parts: readonly Part[];
}

/** The name under which `Part.places` knows a row. */
export function laneKey(kind: Lane['kind'], id = 0): string {
  return `${kind} ${id}`;
}

/**
 * What some traces look like, side by side on one ruler.
 *
 * @example modelOf([{ title: 'chores', trace }]).parts[0].rows.length // 5: four tasks and the loop
 */
export function modelOf(traces: readonly { readonly title: string; readonly trace: Trace }[]): Model {
  const read = traces.map(({ title, trace }) => ({ title: printable(title), trace, lives: livesOf(trace) }));
  const from = Math.min(...read.map(({ lives }) => lives.loop.from.time));
  const to = Math.max(...read.map(({ lives }) => lives.loop.to.time));
  const by = to > from ? 'time' : 'turns';
  const isTitled = read.length > 1 || read.some(({ title }) => title !== '');
  const parts = read.map(({ title, trace, lives }) => partOf(title, trace, lives, by, isTitled));
  if (by === 'time') return { by, from, to, parts };
  return { by, from: 0, to: Math.max(1, ...parts.map((part) => part.to)), parts };
}

/** Where an event lies on the ruler. */
export function placeOf({ by }: Model, { trace, lives }: Part, seq: number): number {
  if (by === 'turns') return lives.turnOf[seq] ?? 0;
  return seq >= 1 && seq <= trace.length ? trace.event(seq).time : 0;
}

/** What a task or thread is called; by its number, where it has no row. */
export function nameIn({ places, rows }: Part, kind: 'task' | 'thread', id: number): string {
  const row = rows[places.get(laneKey(kind, id)) ?? -1];
  return row?.kind === 'lane' ? row.lane.name : `${kind === 'task' ? 'Task' : 'Thread'}-${id}`;
}

/** The loop whose iterations the ruler counts; undefined: it counts something else. */
export function countedLoop({ by, parts }: Model): Lives['loop'] | undefined {
  const loop = parts[0]?.lives.loop;
  return by === 'turns' && parts.length === 1 && loop && loop.iterationTurn.length > 0 ? loop : undefined;
}

/** A place on the ruler in words. */
export function placeText(model: Model, place: number): string {
  if (model.by === 'time') return formatDuration(place);
  const loop = countedLoop(model);
  if (!loop) return `turn ${Math.floor(place)}`;
  const begun = upperBound(loop.iterationTurn, place, 0, loop.iterationTurn.length);
  return `iteration ${begun === 0 ? 0 : loop.iterationNumber[begun - 1]!}`;
}

/** The place of an event in words: as the ruler counts. */
export function momentText(model: Model, part: Part, seq: number): string {
  if (!countedLoop(model) || seq > part.trace.length) return placeText(model, placeOf(model, part, seq));
  return `iteration ${seq === 0 ? 0 : part.trace.event(seq).iteration}`;
}

/** A length on the ruler in words. */
export function lengthText({ by }: Model, length: number): string {
  if (by === 'time') return formatDuration(length);
  return turns({ turn: length });
}

function partOf(title: string, trace: Trace, lives: Lives, by: Model['by'], isTitled: boolean): Part {
  const { loop, slices: all } = lives;
  const slices: Slices = {
    from: by === 'time' ? all.fromTime : all.fromTurn,
    to: by === 'time' ? all.toTime : all.toTurn,
    doing: all.doing,
    seq: all.seq,
  };
  const hasLoop = loop.runTime.length + loop.iterationTurn.length > 0;
  const rows: Row[] = [];
  const places = new Map<string, number>();
  const add = (lane: Lane, id = 0) => {
    places.set(laneKey(lane.kind, id), rows.length);
    rows.push({ kind: 'lane', lane });
  };
  const ofLife = (life: Life): Lane => {
    const { kind, name, first, last, stuck } = life;
    const placeOf = ({ time, turn }: Place) => (by === 'time' ? time : turn);
    const end = life.end && placeOf(life.end);
    const marks: RowMark[] = stuck.map((moment) => {
      return { kind: 'deadlock', at: placeOf(moment), seq: moment.seq };
    });
    if (life.end && marks.at(-1)?.at !== end)
      marks.push({ kind: ENDS[life.end.outcome], at: placeOf(life.end), seq: life.end.seq });
    const shares = new Shares(slices, first, last);
    return {
      kind,
      name,
      slices,
      first,
      last,
      shares,
      life,
      end,
      marks,
    };
  };
  const threads = lives.lives.filter(({ kind, host }) => kind === 'thread' && !(host && hasLoop));
  const [from, to] = by === 'time' ? [loop.from.time, loop.to.time] : [0, loop.to.turn];
  if (isTitled) {
    const length = by === 'time' ? formatDuration(to - from) : turns(loop.to);
    const size = hasLoop ? '' : sizeOfOnly({ processes: lives.processes, threads });
    rows.push({ kind: 'title', text: title, note: [length, size].filter(Boolean).join(', ') });
  }
  for (const life of lives.lives) if (life.kind === 'task') add(ofLife(life), life.id);
  if (hasLoop) {
    const lane = loopLane(loop, by);
    if (by === 'time' || lane.last > 0) add(lane);
  }
  const isScripted = loop.script.length > 0 && (hasLoop || !threads.some(({ host }) => host));
  if (isScripted && by === 'time') add(scriptLane(loop));
  let heading = '';
  let process = Number.NaN;
  for (const life of inOrder(threads, lives.processes)) {
    if (life.process !== process) {
      process = life.process;
      const next = headingOf(life, { processes: lives.processes, threads }, hasLoop);
      if (next !== heading && next !== '') rows.push({ kind: 'heading', text: next, note: '' });
      heading = next;
    }
    add(ofLife(life), life.id);
  }
  // What the script does around the loops is told in the row of its thread, where it has one.
  const hostLife = threads.find(({ host }) => host);
  if (!places.has(laneKey('script')) && hostLife)
    places.set(laneKey('script'), places.get(laneKey('thread', hostLife.id))!);
  return {
    title,
    trace,
    lives,
    rows,
    from,
    to,
    runAt: by === 'time' ? loop.runTime : loop.runTurn,
    places,
  };
}

/** Slices of one row, from spans that don't overlap. */
function laneOf(
  kind: 'loop' | 'script',
  spans: readonly (Span & { readonly doing: number; readonly seq?: number })[],
): Lane {
  const ordered = spans.toSorted((a, b) => a.from - b.from);
  const slices: Slices = {
    from: Float64Array.from(ordered, ({ from }) => from),
    to: Float64Array.from(ordered, ({ to }) => to),
    doing: Uint8Array.from(ordered, ({ doing }) => doing),
    seq: Uint32Array.from(ordered, ({ seq = 0 }) => seq),
  };
  const last = ordered.length;
  const shares = new Shares(slices, 0, last);
  return { kind, name: kind, slices, first: 0, last, shares, life: undefined, end: undefined, marks: [] };
}

/** When the loop was held up, lacked something, or idled; in turns, the callbacks it ran. */
function loopLane(loop: LoopColumns, by: Model['by']): Lane {
  if (by === 'turns') {
    const runs = Array.from(loop.runTurn, (turn, i) => {
      return { from: turn, to: turn + 1, doing: RUNNING, seq: loop.runSeq[i]!, task: loop.runTask[i]! };
    });
    return laneOf(
      'loop',
      runs.filter(({ task }) => task === 0),
    );
  }
  const lacking = loop.lacking.filter(({ script }) => !script);
  return laneOf('loop', [
    ...loop.busy.map((span) => ({ ...span, doing: RUNNING })),
    ...lacking.map(({ from, to, lack }) => ({ from, to, doing: lack === 'gil' ? GIL : CORE })),
    ...idleOf(loop).map((span) => ({ ...span, doing: WAITING })),
  ]);
}

/** When the plain code around the loops took time. */
function scriptLane(loop: LoopColumns): Lane {
  const lacking = loop.lacking.filter(({ script }) => script);
  return laneOf('script', [
    ...loop.script.map((span) => ({ ...span, doing: RUNNING })),
    ...lacking.map(({ from, to, lack }) => ({ from, to, doing: lack === 'gil' ? GIL : CORE })),
  ]);
}
