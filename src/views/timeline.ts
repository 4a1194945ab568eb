/**
 * The timeline: what every task and thread was doing, and when, as a picture in the terminal.
 *
 *           0           10 min        20 min        30 min      40 min
 *           ├─────────────┴─────────────┴─────────────┴──────────────┤
 *     main  ●─ gather rice, peel ────────────────────────────────────✓
 *     rice  ●─ sleep 40 min ─────────────────────────────────────────✓
 *     peel  ███████✓
 *     loop  ━━━━━━━●·················································●
 *
 *     ● step   █ running   ─ waiting   ✓ done   ━ loop busy
 *     · loop idle
 *
 * A row is a task, in the order in which they were made; the last row is the loop itself. (Where plain code around the
 * loops takes time, no loop runs and the row is empty: one more below it shows the script.) A column, a *cell*, stands
 * for a stretch of time: cell i covers [i, i + 1) of `span / (cells - 1)`, so that the last cell is the final moment
 * alone and a tick stands exactly over what happens at that time.
 *
 * With a virtual clock most steps take no time. A cell has one character, so something must win. In this order:
 *
 *   1. `⊠`          it was found in a deadlock, which is news even where it was cancelled for that;
 *   2. `✗` `⊘` `✓`  the task ended in this cell: failed, cancelled, done;
 *   3. `█`          it ran for at least half of the cell;
 *   4. `●`          a step of it began in this cell, too short to fill half of any cell;
 *   5. `░` `▒` `─`  ready, overdue or waiting: what took most of the cell.
 *
 * So a step is a dot on the line that shows what lies between the steps, as a station on the map of a tube line; a
 * `█` is only drawn for real duration; and no short step can hide a long wait. (`▒`: see life-reader.ts.)
 *
 * Below the loop stand the threads, if there are any, under a faint heading; where there are several processes, by process.
 * How high a bar is says how much the thread has of what it needs:
 *
 *     ┄ threads: one GIL, 4 cores ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
 *     a     ████ count █████▁▁▁▁▁▁▁▁▁▁▁▁████████▁▁▁▁▁▁▁▁▁▁▁▁██████✓
 *     b     ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁████████████▁▁▁▁▁▁▁▁████████████✓
 *
 *     █ running   ▁ waits for the GIL   ✓ done
 *
 * `░` lacks a core only. `▄` stands for a cell in which it ran and had to stop: threads take turns there, too fast to be
 * drawn. The loop's own thread has no row of its own: the row of the loop shows when it lacks the GIL, and the row
 * of a task shows it in the middle of a step.
 *
 * On demand the critical path (trace/critical-path.ts) lies under the axis: whose time it was, from the start to the end. At
 * each `╋` it changes hands.
 *
 *     critical  ┣╍ report ╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╋╍ heartbeat ╍┫
 *
 * Where a wait or a computation has room, what it is stands on its line. Where the trace takes no time at all, the
 * ruler is not time but *turns*: every run of a task or callback gets a column, and the axis counts the iterations.
 */

import { type CriticalPath, criticalPath } from '../trace/critical-path.ts';
import type { TraceEvent } from '../trace/events.ts';
import { nameOf } from './actors.ts';
import { cellWidth, pad, printable, truncate, truncateMiddle, widest } from './cells.ts';
import { inkText, type Line, lineWidth, type Span, type Style } from './ink.ts';
import type { Doing, Place } from './life-reader.ts';
import type { Lifeline, Lifelines, LoopLine, Stretch } from './lifelines.ts';
import {
  type Chosen,
  ENDS,
  foldedName,
  foldedSum,
  headingOf,
  isEmpty,
  partOf,
  sizeOfOnly,
  type TitledTrace,
  turns,
} from './parts.ts';
import { formatDuration, timeTicks } from './time.ts';
import { NO_JOB } from './waits.ts';

/** How a timeline is drawn. */
export interface TimelineOptions {
  /** Columns of the terminal; 80 if not given. No line is wider. */
  readonly width?: number;
  /** ANSI colours; none if not given. The picture says the same without. */
  readonly color?: boolean;
  /** At most this many tasks of a trace, and as many threads; the rest becomes one line, `… 12 more`. All if not given. */
  readonly maxRows?: number;
  /** What lies along the axis: virtual time, or turns; time if any passes, else turns. */
  readonly axis?: 'time' | 'turns';
  /** Whether waits and computations are named on their lines, where there is room; true if not given. */
  readonly labels?: boolean;
  /** Whether a line at the end explains the signs that were used; true if not given. */
  readonly legend?: boolean;
  /**
   * Whether a row under the axis shows the critical path; false if not given. Among turns it has no place. A path that is
   * known already may be given itself.
   */
  readonly critical?: boolean | CriticalPath;
}

type Sign =
  | 'critical'
  | 'criticalStart'
  | 'criticalHand'
  | 'criticalEnd'
  | 'step'
  | 'run'
  | 'running'
  | 'turns'
  | 'ready'
  | 'core'
  | 'gil'
  | 'overdue'
  | 'waiting'
  | 'done'
  | 'failed'
  | 'cancelled'
  | 'deadlock'
  | 'loopStep'
  | 'loopBusy'
  | 'loopIdle'
  | 'script';

const SIGNS: {
  readonly [S in Sign]: { readonly glyph: string; readonly style: Style; readonly means: string };
} = {
  critical: { glyph: '╍', style: 'strong', means: 'critical path' },
  criticalStart: { glyph: '┣', style: 'strong', means: '' },
  criticalHand: { glyph: '╋', style: 'strong', means: '' },
  criticalEnd: { glyph: '┫', style: 'strong', means: '' },
  step: { glyph: '●', style: 'running', means: 'step' },
  run: { glyph: '●', style: 'running', means: 'short run' },
  running: { glyph: '█', style: 'running', means: 'running' },
  turns: { glyph: '▄', style: 'running', means: 'takes turns' },
  ready: { glyph: '░', style: 'ready', means: 'ready' },
  core: { glyph: '░', style: 'ready', means: 'waits for a core' },
  gil: { glyph: '▁', style: 'ready', means: 'waits for the GIL' },
  overdue: { glyph: '▒', style: 'ready', means: 'overdue: the loop is busy' },
  waiting: { glyph: '─', style: 'waiting', means: 'waiting' },
  done: { glyph: '✓', style: 'good', means: 'done' },
  failed: { glyph: '✗', style: 'bad', means: 'failed' },
  cancelled: { glyph: '⊘', style: 'dropped', means: 'cancelled' },
  deadlock: { glyph: '⊠', style: 'bad', means: 'deadlock' },
  // The loop is drawn thinner than what it runs.
  loopStep: { glyph: '●', style: 'quiet', means: '' },
  loopBusy: { glyph: '━', style: 'quiet', means: 'loop busy' },
  loopIdle: { glyph: '·', style: 'quiet', means: 'loop idle' },
  script: { glyph: '═', style: 'running', means: 'script: no loop runs' },
};

/** A ruler: where on the axis a place lies, and which cell that is. */
class Scale {
  readonly by: 'time' | 'turns';
  readonly from: number;
  readonly cells: number;
  readonly perCell: number;

  constructor(by: 'time' | 'turns', from: number, to: number, cells: number) {
    this.by = by;
    this.from = from;
    const span = to - from;
    // A turn is a whole number of cells if it can, and at most 6: a short program isn't clearer for being stretched.
    const cellsPerTurn = by === 'turns' ? Math.min(6, Math.floor((cells - 1) / span)) : 0;
    this.cells = cellsPerTurn >= 1 ? span * cellsPerTurn + 1 : cells;
    this.perCell = span / Math.max(1, this.cells - 1) || 1;
  }

  /** Where a place lies, in cells. */
  at({ time, turn }: Place): number {
    return ((this.by === 'time' ? time : turn) - this.from) / this.perCell;
  }

  /** Where a time lies, in cells. */
  atTime(time: number): number {
    return (time - this.from) / this.perCell;
  }

  /** The cell of a position; what is a hair short of a cell's edge counts as on it. */
  cell(position: number): number {
    return Math.min(Math.max(Math.floor(position + 1e-6), 0), this.cells - 1);
  }

  /** The last cell that something which ends at a position has a part of. */
  cellBefore(position: number): number {
    return this.cell(Math.ceil(position - 1e-6) - 1);
  }
}

/** A row of cells, and the texts that stand on them. */
class Row {
  readonly signs: (Sign | undefined)[];
  readonly #room: number;
  readonly #texts: Map<number, { text: string; width: number; style: Style }>;

  /** `cells` is the width of the chart, `room` that of the terminal from there on. */
  constructor(cells: number, room: number) {
    this.signs = new Array(cells).fill(undefined);
    this.#room = room;
    this.#texts = new Map();
  }

  /**
   * Writes ` text ` on cells that all show the same of some signs, from `first` on, where one of them stays on both sides:
   * at the first place with room.
   */
  inlay(text: string, signs: readonly Sign[], first: number, last: number): boolean {
    const width = cellWidth(text) + 2;
    if (text === '') return false;
    for (let start = first; start + width + 1 <= last; ) {
      const sign = this.signs[start];
      let end = start + 1;
      while (end <= last && this.signs[end] === sign) end++;
      if (sign !== undefined && signs.includes(sign) && end - start >= width + 2) {
        const style = sign === 'running' ? 'onRunning' : SIGNS[sign].style;
        this.#texts.set(start + 1, { text: ` ${text} `, width, style });
        return true;
      }
      start = end;
    }
    return false;
  }

  /** Writes text into the empty cells at the end, as far as there is room. */
  append(text: string, style: Style): void {
    const start = this.signs.findLastIndex((sign) => sign !== undefined) + 1;
    if (text === '' || this.#room - start < 8) return;
    const short = ` ${truncate(text, this.#room - start - 1)}`;
    this.#texts.set(start, { text: short, width: cellWidth(short), style });
  }

  spans(): Span[] {
    const spans: Span[] = [];
    for (let i = 0; i < this.#room; ) {
      const text = this.#texts.get(i);
      const sign = this.signs[i];
      if (text) spans.push([text.text, text.style]);
      else spans.push(sign ? [SIGNS[sign].glyph, SIGNS[sign].style] : [' ']);
      i += text?.width ?? 1;
    }
    return spans;
  }
}

const HALF = 0.5 - 1e-6;

/** Adds to each cell how much of it lies between two positions; returns the most that any cell got. */
function spread(shares: Float64Array, scale: Scale, from: number, to: number): number {
  const last = scale.cellBefore(to);
  let most = 0;
  for (let cell = scale.cell(from); cell <= last; cell++) {
    const share = Math.max(0, Math.min(to, cell + 1) - Math.max(from, cell));
    shares[cell]! += share;
    most = Math.max(most, share);
  }
  return most;
}

/** Where a stretch ends, in cells. What outlives the trace takes up its last moment too. */
function endOf({ to, open }: Stretch, scale: Scale): number {
  return scale.at(to) + (open ? 1 : 0);
}

/** The row of a task or a thread. `short` is what stands for a run that doesn't fill half of a cell. */
function lifeRow(
  life: Omit<Lifeline, 'task'>,
  scale: Scale,
  room: number,
  labels: boolean,
  short: Sign = 'step',
): Row {
  const row = new Row(scale.cells, room);
  const shares: { readonly [D in Doing]: Float64Array } = {
    running: new Float64Array(scale.cells),
    ready: new Float64Array(scale.cells),
    overdue: new Float64Array(scale.cells),
    waiting: new Float64Array(scale.cells),
    gil: new Float64Array(scale.cells),
    core: new Float64Array(scale.cells),
  };
  const steps = new Set<number>();
  const bouts = new Bouts(scale);
  for (const stretch of life.stretches) {
    const from = scale.at(stretch.from);
    const most = spread(shares[stretch.doing], scale, from, endOf(stretch, scale));
    if (stretch.doing !== 'running') continue;
    if (most < HALF) steps.add(scale.cell(from));
    bouts.add(from, scale.at(stretch.to));
  }
  const doings = Object.keys(shares) as Doing[];
  for (let cell = 0; cell < scale.cells; cell++) {
    const most = doings.reduce((a, b) => (shares[b][cell]! > shares[a][cell]! + 1e-6 ? b : a));
    const lacking = shares.gil[cell]! + shares.core[cell]!;
    if (bouts.isMixed(cell, shares.running[cell]!, lacking)) row.signs[cell] = 'turns';
    else if (shares.running[cell]! >= HALF) row.signs[cell] = 'running';
    else if (steps.has(cell)) row.signs[cell] = short;
    else if (shares[most][cell]! > 1e-6) row.signs[cell] = most;
  }
  if (life.end) row.signs[scale.cell(scale.at(life.end))] = ENDS[life.end.outcome];
  for (const place of life.stuck) row.signs[scale.cell(scale.at(place))] = 'deadlock';
  if (labels) labelRow(row, life, scale);
  return row;
}

/**
 * Cells in which somebody runs, and stops, faster than could be drawn: in a bout that is shorter than the cell, or in more
 * than one. Which share of the cell is greater says nothing there.
 */
class Bouts {
  readonly #scale: Scale;
  readonly #counts: Uint8Array;

  constructor(scale: Scale) {
    this.#scale = scale;
    this.#counts = new Uint8Array(scale.cells);
  }

  /** A stretch of running, in cells. */
  add(from: number, to: number): void {
    const last = this.#scale.cellBefore(to);
    const weight = to - from < 0.75 ? 2 : 1;
    for (let cell = this.#scale.cell(from); cell <= last; cell++)
      if (this.#counts[cell]! < 2) this.#counts[cell]! += weight;
  }

  isMixed(cell: number, running: number, lacking: number): boolean {
    return this.#counts[cell]! > 1 && running >= 0.2 && lacking >= 0.2;
  }
}

/** Writes on a row what is waited for, what is computed, and how it ended badly. */
function labelRow(row: Row, life: Omit<Lifeline, 'task'>, scale: Scale): void {
  for (const stretch of life.stretches) {
    const { doing, label, reason, open } = stretch;
    if (doing !== 'waiting') continue;
    const [first, last] = [scale.cell(scale.at(stretch.from)), scale.cell(endOf(stretch, scale))];
    if (row.inlay(label, [doing], first, last)) continue;
    // That there was nothing to do at the end is no news.
    if (open && label !== NO_JOB) row.append(label, 'waiting');
    else row.inlay(reason, [doing], first, last);
  }
  for (const { from, to, label } of life.work) {
    // In turns a computation has no place of its own; and a label that repeats the task's name says nothing.
    const text = printable(label);
    if (scale.by === 'turns' || text === life.name) continue;
    row.inlay(text, ['running', 'turns'], scale.cell(scale.atTime(from)), scale.cell(scale.atTime(to)));
  }
  if (life.end && row.signs[scale.cell(scale.at(life.end))] === 'deadlock') return;
  if (life.end?.outcome === 'exception') row.append(printable(life.end.detail), 'bad');
  if (life.end?.outcome === 'cancelled') row.append('cancelled', 'dropped');
}

/** In time: when the loop was held up, had something to do, or idled. In turns: the callbacks it ran. */
function loopRow({ loop }: Lifelines, scale: Scale, room: number): Row {
  const row = new Row(scale.cells, room);
  if (scale.by === 'turns') {
    for (const { turn, task } of loop.runs) {
      if (task !== 0) continue;
      const [from, to] = [turn / scale.perCell, (turn + 1) / scale.perCell];
      row.signs.fill('loopBusy', scale.cell(from), Math.max(scale.cell(from), scale.cellBefore(to)) + 1);
    }
    return row;
  }
  const shares = new Float64Array(scale.cells);
  for (const { from, to } of loop.busy) spread(shares, scale, scale.atTime(from), scale.atTime(to));
  const absent = new Float64Array(scale.cells);
  for (const { from, to } of loop.absent) {
    // As in the row of the script: the last moment too.
    const open = to >= loop.to.time ? 1 : 0;
    spread(absent, scale, scale.atTime(from), scale.atTime(to) + open);
  }
  const lackSign = lackSigns(loop, scale, false);
  const ran = new Set(loop.runs.map((run) => scale.cell(scale.at(run))));
  const script = scriptRow(loop, scale, room);
  const last = scale.cell(scale.at(loop.to));
  for (let cell = scale.cell(scale.at(loop.from)); cell <= last; cell++) {
    const lack = lackSign(cell, shares[cell]!);
    if (lack === 'turns') row.signs[cell] = lack;
    else if (shares[cell]! >= HALF) row.signs[cell] = 'loopBusy';
    else if (lack) row.signs[cell] = lack;
    else if (ran.has(cell)) row.signs[cell] = 'loopStep';
    else if (!script.signs[cell] && absent[cell]! < HALF) row.signs[cell] = 'loopIdle';
  }
  return row;
}

/** Where the thread of the loop, or of the script, lacked the GIL or a core, as a sign for a cell of which it ran `ran`. */
function lackSigns(
  { lacking }: LoopLine,
  scale: Scale,
  script: boolean,
): (cell: number, ran: number) => Sign | undefined {
  const gil = new Float64Array(scale.cells);
  const core = new Float64Array(scale.cells);
  const bouts = new Bouts(scale);
  for (const lack of lacking) {
    if (lack.script !== script) continue;
    const [from, to] = [scale.atTime(lack.from), scale.atTime(lack.to)];
    spread(lack.lack === 'gil' ? gil : core, scale, from, to);
    bouts.add(from, to);
  }
  return (cell, ran) => {
    const lacks = gil[cell]! + core[cell]!;
    if (bouts.isMixed(cell, ran, lacks)) return 'turns';
    if (lacks < HALF) return undefined;
    return gil[cell]! >= core[cell]! ? 'gil' : 'core';
  };
}

/** When the plain code around the loops took time, while no loop ran. In turns it has no place: it runs in none. */
function scriptRow(loop: LoopLine, scale: Scale, room: number): Row {
  const row = new Row(scale.cells, room);
  if (scale.by === 'turns') return row;
  const shares = new Float64Array(scale.cells);
  for (const { from, to } of loop.script) {
    // What goes on to the end of the trace takes up its last moment too.
    const open = to >= loop.to.time ? 1 : 0;
    const most = spread(shares, scale, scale.atTime(from), scale.atTime(to) + open);
    if (most < HALF) row.signs[scale.cell(scale.atTime(from))] = 'script';
  }
  const lackSign = lackSigns(loop, scale, true);
  for (let cell = 0; cell < scale.cells; cell++) {
    const lack = lackSign(cell, shares[cell]!);
    if (lack === 'turns' || shares[cell]! < HALF) row.signs[cell] = lack ?? row.signs[cell];
    else row.signs[cell] = 'script';
  }
  return row;
}

/** Whose time it was, one after the other. */
function criticalRow(path: CriticalPath, scale: Scale, room: number, labels: boolean): Row {
  const row = new Row(scale.cells, room);
  const hands: { name: string; from: number; to: number }[] = [];
  for (const { who, from, to } of path.segments) {
    const name = nameOf(who);
    const last = hands.at(-1);
    if (last?.name === name) last.to = to;
    else hands.push({ name, from, to });
  }
  const [first, last] = [hands[0], hands.at(-1)];
  if (!first || !last) return row;
  const cellOf = (time: number) => scale.cell(scale.atTime(time));
  row.signs.fill('critical', cellOf(first.from), cellOf(last.to));
  for (const { from } of hands) row.signs[cellOf(from)] = 'criticalHand';
  row.signs[cellOf(first.from)] = 'criticalStart';
  row.signs[cellOf(last.to)] = 'criticalEnd';
  if (!labels) return row;
  for (const { name, from, to } of hands) {
    // A sign on each side, and a space.
    const free = cellOf(to) - cellOf(from) - 5;
    const text = cellWidth(name) <= free || free >= 4 ? truncateMiddle(name, free) : '';
    row.inlay(text, ['critical'], cellOf(from) + 1, cellOf(to));
  }
  return row;
}

interface AxisMark {
  readonly cell: number;
  readonly label: string;
}

/** The lines of an axis: labels and a rule with a tick at each, for above the rows and for below them. */
function axisLines(
  marks: readonly AxisMark[],
  cells: number,
): { labels: string; above: string; below: string } {
  let labels = '';
  const rule = new Array<string>(cells).fill('─');
  const ticks: number[] = [];
  const startOf = ({ cell, label }: AxisMark) => {
    const width = cellWidth(label);
    return Math.max(0, Math.min(cell - Math.floor((width - 1) / 2), cells - width));
  };
  marks.forEach((mark, i) => {
    const start = startOf(mark);
    // The last mark is the end, and wins over what is too close to it.
    const limit = i < marks.length - 1 ? startOf(marks.at(-1)!) - 2 : cells;
    const fits = start + cellWidth(mark.label) <= limit && (labels === '' || start >= cellWidth(labels) + 2);
    if (fits) labels = pad(labels, start) + mark.label;
    // A tick without a label keeps the rhythm, but too many of them are a saw.
    if (fits || mark.cell >= (ticks.at(-1) ?? 0) + 4) ticks.push(mark.cell);
  });
  const draw = (left: string, tick: string, right: string) => {
    const line = rule.slice();
    for (const cell of ticks) line[cell] = tick;
    line[0] = left;
    if (cells > 1) line[cells - 1] = right;
    return line.join('');
  };
  return { labels, above: draw('├', '┴', '┤'), below: draw('├', '┬', '┤') };
}

function axisMarks(scale: Scale, loops: readonly LoopLine[], to: number, timeless: boolean): AxisMark[] {
  if (scale.by === 'time') {
    const ticks = timeTicks(scale.from, to, Math.max(1, Math.floor(scale.cells / 10)));
    return ticks.map(({ time, label }) => ({ cell: scale.cell(scale.atTime(time)), label }));
  }
  const [loop] = loops;
  // Several traces have no iterations in common.
  if (loop === undefined || loops.length > 1) return [];
  if (timeless) {
    return loop.iterations.map((place) => ({
      cell: scale.cell(scale.at(place)),
      label: String(place.iteration),
    }));
  }
  // Turns of a trace in which time does pass: when the clock has moved, the axis says so.
  let time = Number.NaN;
  return loop.iterations.flatMap((place) => {
    if (place.time === time) return [];
    time = place.time;
    return [{ cell: scale.cell(scale.at(place)), label: formatDuration(time) }];
  });
}

/** What stands beside the critical path. */
const CRITICAL = 'critical';

/** With more rows than this the axis is repeated below them: the upper one has left the screen. */
const TALL = 20;

/**
 * Draws what every task of a trace was doing over time, as text of at most `width` columns.
 *
 * @example console.log(timeline(recorder, { width: process.stdout.columns }))
 */
export function timeline(trace: Iterable<TraceEvent>, options: TimelineOptions = {}): string {
  return timelines([{ title: '', trace }], options);
}

/**
 * Draws several traces one below the other on one shared axis, so that lengths can be compared by eye.
 *
 * @example timelines([{ title: 'one after another', trace: a }, { title: 'at once', trace: b }])
 */
export function timelines(traces: Iterable<TitledTrace>, options: TimelineOptions = {}): string {
  return inkText(timelineLines(traces, options), Math.max(1, Math.floor(options.width ?? 80)), options.color);
}

/**
 * The lines of that picture, for whom shows only a part of them. With rows that are `chosen` it has as many cells whichever
 * they are, and no line says what else there is.
 *
 * @internal
 */
export function timelineLines(
  traces: Iterable<TitledTrace>,
  options: TimelineOptions = {},
  chosen?: Chosen,
): Line[] {
  const width = Math.max(1, Math.floor(options.width ?? 80));
  const maxRows = Math.max(1, Math.floor(options.maxRows ?? Number.POSITIVE_INFINITY));
  const labels = options.labels ?? true;
  const parts = Array.from(traces, ({ title, trace: given }) => {
    // Two read it: what may be read only once is kept.
    const trace = options.critical === true && !('at' in given) ? [...given] : given;
    const path = options.critical === true ? criticalPath(trace) : options.critical || null;
    return { ...partOf({ title, trace }, maxRows, chosen), path };
  });
  const loops = parts.map(({ lives }) => lives.loop);
  if (parts.every(isEmpty)) return [[['(nothing ran)', 'quiet']]];
  const from = Math.min(...loops.map((loop) => loop.from.time));
  const to = Math.max(...loops.map((loop) => loop.to.time));
  const by = options.axis ?? (to > from ? 'time' : 'turns');
  const titled = parts.some(({ title }) => title !== '');

  const indent = titled ? 2 : 0;
  const isIterated = parts.some(({ hasLoop, lives }) => hasLoop || lives.threads.length === 0);
  const corner =
    by === 'time' ? '' : parts.length > 1 || !isIterated ? 'turns' : to > from ? 'time' : 'iteration';
  const names = parts.flatMap(({ lives, tasks, threads }) => [
    ...[...tasks.shown, ...threads.shown].map(({ name }) => name),
    ...(chosen
      ? [...tasks.hidden, ...threads.hidden].map(({ name }) => name)
      : [foldedName(tasks.hidden), foldedName(threads.hidden)]),
    by === 'time' && lives.loop.script.length > 0 ? 'script' : '',
    by === 'time' && options.critical ? CRITICAL : '',
  ]);
  const nameWidth = Math.max(
    1,
    Math.min(widest([...names, corner], 4), 32, Math.floor(width * 0.4) - indent - 2),
  );
  const margin = (name: string, style: Style = 'plain'): Span => {
    return [`${' '.repeat(indent)}${pad(truncateMiddle(name, nameWidth), nameWidth)}  `, style];
  };
  const room = Math.max(1, width - indent - nameWidth - 2);
  const scale =
    by === 'time'
      ? new Scale(by, from, to, room)
      : new Scale(by, 0, Math.max(...loops.map((loop) => loop.to.turn)), room);

  const used = new Set<Sign | undefined>();
  const body: Line[] = [];
  const add = (name: Span, row: Row) => {
    for (const sign of row.signs) used.add(sign);
    body.push([name, ...row.spans()]);
  };
  for (const { title, lives, hasLoop, tasks, threads, path } of parts) {
    if (titled) {
      if (body.length > 0) body.push([]);
      const { from: start, to: end } = lives.loop;
      const length = by === 'time' ? formatDuration(end.time - start.time) : turns(end);
      const size = hasLoop ? '' : sizeOfOnly(lives);
      body.push([
        [title, 'strong'],
        [`  ${length}${size && `, ${size}`}`, 'quiet'],
      ]);
    }
    if (path !== null && by === 'time' && path.segments.length > 0)
      add(margin(CRITICAL, 'strong'), criticalRow(path, scale, room, labels));
    for (const life of tasks.shown) add(margin(life.name), lifeRow(life, scale, room, labels));
    if (tasks.hidden.length > 0 && !chosen) body.push(foldedLine(tasks.hidden, margin));
    if (hasLoop || lives.threads.length === 0) {
      const row = loopRow(lives, scale, room);
      if (row.signs.some((sign) => sign)) add(margin('loop', 'quiet'), row);
    }
    // Where no loop ran, the thread of the script has a row of its own below.
    if (hasLoop || !lives.threads.some(({ host }) => host)) {
      const script = scriptRow(lives.loop, scale, room);
      if (script.signs.some((sign) => sign)) add(margin('script', 'quiet'), script);
    }
    let heading = '';
    for (const life of threads.shown) {
      const next = headingOf(life, lives, hasLoop);
      if (next !== heading) {
        const text = truncate(`${' '.repeat(indent)}┄ ${next} `, width);
        const end = indent + nameWidth + 2 + scale.cells;
        body.push([[text + '┄'.repeat(Math.max(0, end - cellWidth(text))), 'quiet']]);
      }
      heading = next;
      add(margin(life.name), lifeRow(life, scale, room, labels, 'run'));
    }
    if (threads.hidden.length > 0 && !chosen) body.push(foldedLine(threads.hidden, margin));
  }
  const axis = axisLines(axisMarks(scale, loops, to, to === from), scale.cells);
  const labelLine: Line = [margin(corner, 'quiet'), [axis.labels, 'quiet']];
  const lines: Line[] = [labelLine, [margin(''), [axis.above, 'quiet']], ...body];
  if (body.length > TALL) lines.push([margin(''), [axis.below, 'quiet']], labelLine);
  const legend = legendLines(used, width, loops);
  if ((options.legend ?? true) && legend.length > 0) lines.push([], ...legend);
  return lines;
}

function foldedLine(
  hidden: readonly Omit<Lifeline, 'task'>[],
  margin: (name: string, style: Style) => Span,
): Line {
  return [margin(foldedName(hidden), 'quiet'), [foldedSum(hidden), 'quiet']];
}

function legendLines(used: ReadonlySet<Sign | undefined>, width: number, loops: readonly LoopLine[]): Line[] {
  const entries = new Map<string, { readonly style: Style; means: string }>();
  for (const [sign, { glyph, style, means }] of Object.entries(SIGNS)) {
    if (!used.has(sign as Sign) || means === '') continue;
    const isHeldUp = sign === 'overdue' && loops.some(({ lacking }) => lacking.length > 0);
    const text = isHeldUp ? 'overdue: the loop can’t run' : means;
    const known = entries.get(glyph);
    // One glyph, two kinds of rows.
    if (known) known.means += `, ${text}`;
    else entries.set(glyph, { style, means: text });
  }
  const lines: Span[][] = [];
  for (const [glyph, { style, means }] of entries) {
    const line = lines.at(-1);
    const entry: Span[] = [
      [glyph, style],
      [` ${means}`, 'quiet'],
    ];
    if (line && lineWidth(line) + 3 + lineWidth(entry) <= width) line.push(['   '], ...entry);
    else lines.push(entry);
  }
  return lines;
}
