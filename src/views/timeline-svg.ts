/**
 * The timeline as a picture for a slide: an SVG that stands alone.
 *
 * It shows what the timeline in the terminal shows, from the same lines of life: a row for each task, the loop, the
 * script around it, and the threads by process; several traces lie one below the other on one axis. It is made to be read
 * from the last row of a classroom: large letters, few lines, and every state has a shape of its own, so that nobody has to
 * tell colours apart:
 *
 *     running   a solid bar, as high as the row          waiting   a thin line
 *     ready     a hollow bar                             overdue   a hatched bar
 *     lacks the GIL   a low, upright-hatched bar         lacks a core   a low hollow bar
 *
 * What takes no time is a dot on the line. What is smaller than could be seen is put together, so that a picture of a
 * million events is no larger than one of a thousand.
 *
 * Nothing is loaded, and nothing is referred to by an id: hatching is drawn stroke by stroke, so that any number of pictures
 * can stand in one page, and a page that strips what it doesn't know still shows them. Colours follow the reader's choice of
 * light or dark; with `theme` they are fixed, for programs that don't ask. All foreign text is escaped.
 */

import type { TraceEvent } from '../trace/events.ts';
import { cellWidth, printable, truncate, truncateMiddle } from './cells.ts';
import type { Doing, Lifeline, Lifelines, LoopLine, Place, Span, Stretch } from './lifelines.ts';
import { ENDS, foldedName, foldedSum, headingOf, isEmpty, partOf, type TitledTrace } from './parts.ts';
import { escapeXml } from './plot-svg.ts';
import { formatDuration, timeTicks } from './time.ts';

/** How a timeline is drawn as SVG. */
export interface TimelineSvgOptions {
  /** In CSS pixels; 1280 if not given, which is a slide. The height follows from the rows. */
  readonly width?: number;
  /** What stands above the picture; nothing if not given. */
  readonly title?: string;
  /** At most this many tasks of a trace, and as many threads; the rest becomes one line. 40 if not given. */
  readonly maxRows?: number;
  /** What lies along the axis: virtual time, or turns; time if any passes, else turns. */
  readonly axis?: 'time' | 'turns';
  /** Whether waits and computations are named on their lines, where there is room; true if not given. */
  readonly labels?: boolean;
  /** Whether the signs that were used are explained below; true if not given. */
  readonly legend?: boolean;
  /** Colours: as the reader's system has them ('auto', if not given), or always light, or always dark. */
  readonly theme?: 'auto' | 'light' | 'dark';
}

/** What a bar can be. `turns`: running and having to stop, faster than could be drawn. */
type Kind = Doing | 'turns' | 'loopBusy' | 'script';

const MEANS: { readonly [K in Kind | 'step' | 'done' | 'failed' | 'cancelled' | 'loopIdle']: string } = {
  step: 'step',
  running: 'running',
  turns: 'takes turns',
  ready: 'ready',
  overdue: 'overdue',
  gil: 'lacks the GIL',
  core: 'lacks a core',
  waiting: 'waiting',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  loopBusy: 'loop busy',
  loopIdle: 'loop idle',
  script: 'script: no loop runs',
};

/** Colours on light and on dark; the same weight in both, and apart for colour-blind eyes as far as colours can be. */
const COLOURS = {
  paper: ['#ffffff', '#0d1117'],
  ink: ['#1b1f24', '#f0f3f6'],
  quiet: ['#4d5560', '#a9b4c0'],
  grid: ['#dfe3e8', '#2a313a'],
  running: ['#0b7a4b', '#3ecf8e'],
  onRunning: ['#ffffff', '#04261a'],
  waiting: ['#0969da', '#6cb6ff'],
  ready: ['#946200', '#e3b341'],
  overdue: ['#c2410c', '#ff9b5e'],
  gil: ['#7a3fc4', '#c9a2ff'],
  core: ['#b0307f', '#ff8fcb'],
  bad: ['#c1121f', '#ff7b72'],
} as const;

const NAME_SHARE = 0.24; // of the width, for names
const LEAST_BAR = 2; // px: what is narrower is put together
const DOTS_APART = 7; // px between two dots

/** Sizes in px, from how many rows there are. */
function sizesFor(rows: number) {
  if (rows <= 14) return { row: 46, bar: 28, text: 21, small: 18, dot: 6.5 };
  if (rows <= 28) return { row: 34, bar: 21, text: 17, small: 15, dot: 5 };
  return { row: 26, bar: 16, text: 14, small: 13, dot: 4 };
}
type Sizes = ReturnType<typeof sizesFor>;

/**
 * How wide a text is, about, in a font of that size. Fonts differ; this is the widest of the common ones (DejaVu Sans), so
 * that a text seldom needs more.
 */
function textWidth(text: string, size: number): number {
  let ems = 0;
  for (const letter of text) {
    if (/[iljI|.,:;'’!]/.test(letter)) ems += 0.31;
    else if (/[\s ftr()[\]/-]/.test(letter)) ems += 0.4;
    else if (/[mwMW→…%@—]/.test(letter)) ems += 0.95;
    else if (/[A-Z]/.test(letter)) ems += 0.7;
    else ems += cellWidth(letter) * 0.62;
  }
  return ems * size;
}
/** How many cells have room. */
const cellsIn = (width: number, size: number) => Math.max(0, Math.floor(width / (size * 0.58)));

const round = (value: number): number => Math.round(value * 100) / 100;

/** A ruler along the picture, in px. */
class Ruler {
  readonly by: 'time' | 'turns';
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly right: number;

  constructor(by: 'time' | 'turns', from: number, to: number, left: number, right: number) {
    this.by = by;
    this.from = from;
    this.to = to;
    this.left = left;
    this.right = right;
  }

  #x(value: number): number {
    const span = this.to - this.from || 1;
    const share = Math.min(1, Math.max(0, (value - this.from) / span));
    return this.left + share * (this.right - this.left);
  }

  at({ time, turn }: Place): number {
    return this.#x(this.by === 'time' ? time : turn);
  }

  atTime(time: number): number {
    return this.by === 'time' ? this.#x(time) : Number.NaN;
  }

  atTurn(turn: number): number {
    return this.#x(turn);
  }
}

/** A piece of a row, as it is drawn. */
interface Piece {
  readonly kind: Kind;
  readonly from: number;
  readonly to: number;
  readonly stretch?: Stretch;
}

/**
 * Draws what every task and thread of a trace was doing over time as the text of an SVG file; several traces, each with its
 * title, one below the other on one axis.
 *
 * @example writeFileSync('chores.svg', timelineSvg(trace, { title: 'Chores' }))
 * @example timelineSvg([{ title: 'one after another', trace: a }, { title: 'at once', trace: b }])
 */
export function timelineSvg(
  traces: Iterable<TraceEvent> | readonly TitledTrace[],
  options: TimelineSvgOptions = {},
): string {
  const width = Math.max(320, Math.floor(options.width ?? 1280));
  const maxRows = Math.max(1, Math.floor(options.maxRows ?? 40));
  const labels = options.labels ?? true;
  const parts = titledTraces(traces).map((one) => partOf(one, maxRows));
  const loops = parts.map(({ lives }) => lives.loop);
  const from = Math.min(...loops.map((loop) => loop.from.time));
  const to = Math.max(...loops.map((loop) => loop.to.time));
  const by = options.axis ?? (to > from ? 'time' : 'turns');
  const nothingRan = parts.every(isEmpty);

  // Rows first: what they need decides how large everything is.
  type Row =
    | { readonly kind: 'title'; readonly text: string; readonly loop: LoopLine; readonly rows: number }
    | { readonly kind: 'heading'; readonly text: string }
    | { readonly kind: 'folded'; readonly name: string; readonly text: string }
    | {
        readonly kind: 'life';
        readonly name: string;
        readonly life: Omit<Lifeline, 'task'>;
        readonly isTask: boolean;
      }
    | { readonly kind: 'loop' | 'script'; readonly name: string; readonly lives: Lifelines };
  const rows: Row[] = [];
  const titled = parts.some(({ title }) => title !== '');
  for (const { title, lives, hasLoop, tasks, threads } of nothingRan ? [] : parts) {
    const own: Row[] = [];
    for (const life of tasks.shown) own.push({ kind: 'life', name: life.name, life, isTask: true });
    if (tasks.hidden.length > 0)
      own.push({ kind: 'folded', name: foldedName(tasks.hidden), text: foldedSum(tasks.hidden) });
    if (hasLoop && (by === 'time' || lives.loop.runs.some(({ task }) => task === 0)))
      own.push({ kind: 'loop', name: 'loop', lives });
    const isScripted = lives.loop.script.length > 0 && (hasLoop || !lives.threads.some(({ host }) => host));
    if (isScripted && by === 'time') own.push({ kind: 'script', name: 'script', lives });
    let heading = '';
    for (const life of threads.shown) {
      const next = headingOf(life, lives, hasLoop);
      if (next !== heading && next !== '') own.push({ kind: 'heading', text: next });
      heading = next;
      own.push({ kind: 'life', name: life.name, life, isTask: false });
    }
    if (threads.hidden.length > 0)
      own.push({ kind: 'folded', name: foldedName(threads.hidden), text: foldedSum(threads.hidden) });
    if (titled) rows.push({ kind: 'title', text: title, loop: lives.loop, rows: own.length });
    rows.push(...own);
  }

  const size = sizesFor(rows.length);
  const names = rows.flatMap((row) => ('name' in row ? [row.name] : []));
  const most = cellsIn(width * NAME_SHARE, size.text);
  const nameWidth = Math.max(
    ...names.map((name) => textWidth(truncateMiddle(name, most), size.text)),
    by === 'time' ? 40 : 70,
  );
  const left = Math.ceil(28 + nameWidth + 20);
  const right = width - 52;
  const [start, end] = by === 'time' ? [from, to] : [0, Math.max(1, ...loops.map((loop) => loop.to.turn))];
  const ruler = new Ruler(by, start, end, left, right);

  const out: string[] = [];
  let y = 24;
  if (options.title !== undefined && options.title !== '') {
    const text = truncate(printable(options.title), cellsIn(width - 56, 30));
    out.push(`<text class="strong" x="28" y="${y + 30}" font-size="30">${escapeXml(text)}</text>`);
    y += 56;
  }
  if (nothingRan) {
    out.push(`<text class="quiet" x="28" y="${y + 24}" font-size="21">nothing ran</text>`);
    return wrapped(out, width, y + 48, options);
  }
  const marks = axisMarks(ruler, loops);
  const shown = placed(marks, right, size.small);
  const labelY = y + size.small;
  const axisY = labelY + 12;
  y = axisY + 10;
  const heights = rows.map((row, i) => {
    if (row.kind === 'title') return size.row + (i === 0 ? 0 : 10);
    if (row.kind === 'heading') return Math.round(size.row * 0.85);
    return size.row;
  });
  const bottom = y + heights.reduce((sum, height) => sum + height, 0) + 4;

  // No line goes through a title.
  const rules = [[axisY, y]];
  let ruleY = y;
  rows.forEach(({ kind }, i) => {
    const next = ruleY + heights[i]!;
    const last = rules.at(-1)!;
    if (kind !== 'title' && kind !== 'heading') {
      if (last[1] === ruleY) last[1] = next;
      else rules.push([ruleY, next]);
    }
    ruleY = next;
  });
  const grid = marks.flatMap(({ x }) => rules.map(([from, to]) => `M${round(x)} ${from}V${to}`));
  out.push(`<path class="grid" d="${grid.join('')}"/>`);
  out.push(
    `<path class="axis" d="M${left} ${axisY}H${right}${marks.map(({ x }) => `M${round(x)} ${axisY - 6}v6`).join('')}"/>`,
  );
  for (const { x, label, anchor } of shown)
    out.push(
      `<text class="quiet" x="${round(x)}" y="${labelY}" font-size="${size.small}" text-anchor="${anchor}">${escapeXml(label)}</text>`,
    );
  if (by === 'turns' && parts.length === 1 && marks.length > 0)
    out.push(
      `<text class="quiet" x="${left - 14}" y="${labelY}" font-size="${size.small}" text-anchor="end">${to > from ? 'time' : 'iteration'}</text>`,
    );

  const pen = new Pen(ruler, size, labels);
  rows.forEach((row, i) => {
    const height = heights[i]!;
    const middle = round(y + height / 2);
    if (row.kind === 'title') {
      const base = round(y + height - 14);
      const length =
        by === 'time'
          ? formatDuration(row.loop.to.time - row.loop.from.time)
          : `${row.loop.to.turn} turn${row.loop.to.turn === 1 ? '' : 's'}`;
      const title = truncate(row.text, cellsIn(width - 56 - textWidth(length, size.text), size.text));
      out.push(
        `<text x="28" y="${base}" font-size="${size.text}"><tspan class="strong">${escapeXml(title)}</tspan><tspan class="quiet" dx="14">${length}</tspan></text>`,
      );
      // Where this trace ends, among others that go on.
      const x = round(ruler.at(row.loop.to));
      const depth = heights.slice(i + 1, i + 1 + row.rows).reduce((sum, one) => sum + one, 0);
      if (parts.length > 1)
        out.push(`<path class="end" d="M${x} ${round(y + height - 6)}v${round(depth + 6)}"/>`);
    } else if (row.kind === 'heading') {
      const text = truncate(row.text, cellsIn(width - 56, size.small));
      const x = round(28 + textWidth(text, size.small) + 14);
      out.push(
        `<text class="quiet" x="28" y="${round(middle + size.small * 0.35)}" font-size="${size.small}">${escapeXml(text)}</text>` +
          (x < right ? `<path class="rule" d="M${x} ${middle}H${right}"/>` : ''),
      );
    } else {
      const name = truncateMiddle(row.name, most);
      const isQuiet = row.kind !== 'life';
      out.push(
        `<text${isQuiet ? ' class="quiet"' : ''} x="${left - 18}" y="${round(middle + size.text * 0.35)}" font-size="${size.text}" text-anchor="end">${escapeXml(name)}</text>`,
      );
      if (row.kind === 'folded')
        out.push(
          `<text class="quiet" x="${left}" y="${round(middle + size.small * 0.35)}" font-size="${size.small}">${escapeXml(row.text)}</text>`,
        );
      else if (row.kind === 'life') out.push(...pen.life(row.life, middle, row.isTask));
      else if (row.kind === 'loop') out.push(...pen.loop(row.lives.loop, middle));
      else out.push(...pen.script(row.lives.loop, middle));
    }
    y += height;
  });
  y = bottom;

  if (rows.length > 16) {
    out.push(`<path class="axis" d="M${left} ${bottom}H${right}"/>`);
    for (const { x, label, anchor } of shown)
      out.push(
        `<text class="quiet" x="${round(x)}" y="${bottom + size.small + 8}" font-size="${size.small}" text-anchor="${anchor}">${escapeXml(label)}</text>`,
      );
    y += size.small + 12;
  }
  if (options.legend ?? true) {
    const legend = pen.legend(width, y + 20);
    out.push(...legend.parts);
    y = legend.bottom;
  }
  return wrapped(out, width, Math.ceil(y + 20), options);
}

/** One trace is a list of titled ones without a title. */
function titledTraces(traces: Iterable<TraceEvent> | readonly TitledTrace[]): readonly TitledTrace[] {
  const isTitled = Array.isArray(traces) && traces.length > 0 && 'trace' in (traces[0] as object);
  if (isTitled) return traces as readonly TitledTrace[];
  return [{ title: '', trace: traces as Iterable<TraceEvent> }];
}

// ---- the axis ---------------------------------------------------------------------------------------------

interface Mark {
  readonly x: number;
  readonly label: string;
}

function axisMarks(ruler: Ruler, loops: readonly LoopLine[]): Mark[] {
  if (ruler.by === 'time') {
    const count = Math.max(1, Math.floor((ruler.right - ruler.left) / 130));
    return timeTicks(ruler.from, ruler.to, count).map(({ time, label }) => ({
      x: ruler.atTime(time),
      label,
    }));
  }
  const [loop] = loops;
  if (loop === undefined || loops.length > 1) return []; // several traces have no iterations in common
  if (loop.to.time === loop.from.time)
    return loop.iterations.map((place) => ({ x: ruler.at(place), label: String(place.iteration) }));
  let time = Number.NaN;
  return loop.iterations.flatMap((place) => {
    if (place.time === time) return [];
    time = place.time;
    return [{ x: ruler.at(place), label: formatDuration(time) }];
  });
}

/** Which labels have room, and how they are anchored. The last, the end, wins over what is too close to it. */
function placed(
  marks: readonly Mark[],
  right: number,
  size: number,
): (Mark & { readonly anchor: 'start' | 'middle' | 'end' })[] {
  const widthOf = ({ label }: Mark) => textWidth(label, size);
  const isLast = (i: number) => i === marks.length - 1;
  const spanOf = (mark: Mark, i: number): readonly [number, number] => {
    const half = widthOf(mark) / 2;
    return isLast(i) && mark.x + half > right + 40
      ? [mark.x - 2 * half, mark.x]
      : [mark.x - half, mark.x + half];
  };
  const limit = marks.length > 0 ? spanOf(marks.at(-1)!, marks.length - 1)[0] - 14 : 0;
  let taken = Number.NEGATIVE_INFINITY;
  return marks.flatMap((mark, i) => {
    const [from, to] = spanOf(mark, i);
    if (from < taken + 14 || (!isLast(i) && to > limit)) return [];
    taken = to;
    return [{ ...mark, anchor: to === mark.x ? ('end' as const) : ('middle' as const) }];
  });
}

// ---- rows -------------------------------------------------------------------------------------------------

/** Draws rows, and remembers which signs it used. */
class Pen {
  readonly #ruler: Ruler;
  readonly #size: Sizes;
  readonly #labels: boolean;
  readonly #used: Set<keyof typeof MEANS>;

  constructor(ruler: Ruler, size: Sizes, labels: boolean) {
    this.#ruler = ruler;
    this.#size = size;
    this.#labels = labels;
    this.#used = new Set();
  }

  /** The row of a task or a thread, around a height. */
  life(life: Omit<Lifeline, 'task'>, y: number, isTask: boolean): string[] {
    const ruler = this.#ruler;
    const parts: string[] = [];
    const drawn = pieces(
      life.stretches.map((stretch) => {
        const to = stretch.open
          ? Math.max(ruler.at(stretch.to), ruler.at(stretch.from) + 14)
          : ruler.at(stretch.to);
        return { kind: stretch.doing, from: ruler.at(stretch.from), to, stretch };
      }),
    );
    const texts = this.#labels ? this.#textsOf(life, drawn) : new Map<Piece, string>();
    // Lines first, then bars, then dots: what is short is never hidden.
    const solid = drawn.filter(({ kind }) => kind !== 'waiting');
    for (const piece of drawn)
      if (piece.kind === 'waiting') parts.push(this.#waiting(life.name, piece, y, texts.get(piece)));
    for (const piece of solid) parts.push(this.#bar(life.name, piece, y, texts.get(piece)));
    const dots: number[] = [];
    for (const { doing, from, to } of life.stretches) {
      const x = ruler.at(from);
      if (doing !== 'running' || ruler.at(to) - x >= LEAST_BAR || x - (dots.at(-1) ?? -99) < DOTS_APART)
        continue;
      dots.push(x);
    }
    const endX = life.end && ruler.at(life.end);
    const seen = dots.filter((x) => endX === undefined || Math.abs(endX - x) > this.#size.dot);
    if (seen.length > 0) this.#used.add('step');
    for (const x of seen)
      parts.push(`<circle class="dot" cx="${round(x)}" cy="${y}" r="${this.#size.dot}"/>`);
    if (life.end && endX !== undefined) parts.push(...this.#end(life, endX, y, isTask));
    else if (life.stretches.at(-1)?.open) parts.push(openEnd(drawn.at(-1)!, y));
    return parts;
  }

  /** What is written on which piece: what is waited for and what is computed, where there is room. */
  #textsOf(life: Omit<Lifeline, 'task'>, drawn: readonly Piece[]): Map<Piece, string> {
    const texts = new Map<Piece, string>();
    const { small } = this.#size;
    const fits = (text: string, { from, to }: Piece) =>
      text !== '' && textWidth(text, small) + 34 <= to - from;
    for (const piece of drawn) {
      if (piece.kind !== 'waiting' || !piece.stretch) continue;
      const text = [piece.stretch.label, piece.stretch.reason].find((one) => fits(one, piece));
      if (text !== undefined) texts.set(piece, text);
    }
    if (this.#ruler.by === 'turns') return texts;
    const bars = drawn.filter(({ kind }) => kind === 'running');
    let first = 0;
    for (const { from, to, label } of life.work) {
      const text = printable(label);
      if (text === '' || text === life.name) continue;
      const [left, right] = [this.#ruler.atTime(from), this.#ruler.atTime(to)];
      while (first < bars.length && bars[first]!.to <= left) first++;
      for (let i = first; i < bars.length && bars[i]!.from < right; i++) {
        const bar = bars[i]!;
        if (
          texts.has(bar) ||
          !fits(text, { ...bar, from: Math.max(left, bar.from), to: Math.min(right, bar.to) })
        )
          continue;
        texts.set(bar, text);
        break;
      }
    }
    return texts;
  }

  #waiting(name: string, piece: Piece, y: number, text: string | undefined): string {
    this.#used.add('waiting');
    const { from, to } = piece;
    const { small } = this.#size;
    const tip = tooltip(name, piece);
    if (text === undefined)
      return `<g class="waiting">${tip}<path d="M${round(from)} ${y}H${round(to)}"/></g>`;
    const start = from + 21;
    const end = start + textWidth(text, small) + 2;
    return (
      `<g class="waiting">${tip}<path d="M${round(from)} ${y}H${round(start - 6)}M${round(end + 3)} ${y}H${round(to)}"/>` +
      `<text x="${round(start)}" y="${round(y + small * 0.34)}" font-size="${small}">${escapeXml(text)}</text></g>`
    );
  }

  #bar(name: string, piece: Piece, y: number, text: string | undefined): string {
    const { kind, from, to } = piece;
    this.#used.add(kind);
    const { bar, small } = this.#size;
    const label =
      text === undefined
        ? ''
        : `<text x="${round(from + 12)}" y="${round(y + small * 0.34)}" font-size="${small}">${escapeXml(text)}</text>`;
    return `<g class="${kind}">${tooltip(name, piece)}${shape(kind, from, to, y, bar)}${label}</g>`;
  }

  #end(life: Omit<Lifeline, 'task'>, x: number, y: number, isTask: boolean): string[] {
    const { outcome, detail } = life.end!;
    const kind = ENDS[outcome];
    this.#used.add(kind);
    const parts = [
      `<g class="${kind}">${endShape(kind, x, y, this.#size)}<title>${escapeXml(`${life.name}: ${MEANS[kind]}`)}</title></g>`,
    ];
    if (!this.#labels || outcome === 'result' || !isTask) return parts;
    const left = x + this.#size.dot * 2 + 8;
    const room = cellsIn(this.#ruler.right + 40 - left, this.#size.small);
    const text = truncate(outcome === 'exception' ? printable(detail) : 'cancelled', room);
    if (room >= 8)
      parts.push(
        `<text class="${kind}Text" x="${round(left)}" y="${round(y + this.#size.small * 0.34)}" font-size="${this.#size.small}">${escapeXml(text)}</text>`,
      );
    return parts;
  }

  /** The row of the loop: when it was held up, lacked something, or idled. In turns: the callbacks it ran. */
  loop(loop: LoopLine, y: number): string[] {
    const ruler = this.#ruler;
    const { bar, dot } = this.#size;
    const parts: string[] = [];
    const draw = (kind: Kind, from: number, to: number) => {
      this.#used.add(kind);
      parts.push(`<g class="${kind}">${shape(kind, from, to, y, bar)}</g>`);
    };
    if (ruler.by === 'turns') {
      for (const { turn, task } of loop.runs)
        if (task === 0) draw('loopBusy', ruler.atTurn(turn), ruler.atTurn(turn + 1));
      return parts;
    }
    const lacking = loop.lacking.filter(({ script }) => !script);
    const taken = [...loop.busy, ...loop.script, ...loop.lacking, ...loop.absent];
    const idle = gaps(loop.from.time, loop.to.time, taken).filter(
      ({ from, to }) => ruler.atTime(to) - ruler.atTime(from) >= LEAST_BAR,
    );
    if (idle.length > 0) {
      this.#used.add('loopIdle');
      const d = idle
        .map(({ from, to }) => `M${round(ruler.atTime(from))} ${y}H${round(ruler.atTime(to))}`)
        .join('');
      parts.push(`<path class="loopIdle" d="${d}"/>`);
    }
    const spans = [
      ...loop.busy.map((span) => ({ kind: 'loopBusy' as const, span })),
      ...lacking.map(({ lack, ...span }) => ({ kind: lack, span })),
    ].sort((a, b) => a.span.from - b.span.from);
    const bars = pieces(
      spans.map(({ kind, span }) => ({ kind, from: ruler.atTime(span.from), to: ruler.atTime(span.to) })),
    );
    for (const { kind, from, to } of bars) draw(kind, from, to);
    let last = Number.NEGATIVE_INFINITY;
    let next = 0;
    for (const run of loop.runs) {
      const x = ruler.at(run);
      while (next < bars.length && bars[next]!.to < x - 1) next++;
      const isCovered = next < bars.length && bars[next]!.from - 1 <= x && x <= bars[next]!.to + 1;
      if (isCovered || x - last < DOTS_APART) continue;
      last = x;
      parts.push(`<circle class="loopDot" cx="${round(x)}" cy="${y}" r="${round(dot * 0.6)}"/>`);
    }
    return parts;
  }

  /** When the plain code around the loops took time. */
  script(loop: LoopLine, y: number): string[] {
    const ruler = this.#ruler;
    const spans = [
      ...loop.script.map((span) => ({ kind: 'script' as const, span })),
      ...loop.lacking.filter(({ script }) => script).map(({ lack, ...span }) => ({ kind: lack, span })),
    ].sort((a, b) => a.span.from - b.span.from);
    return pieces(
      spans.map(({ kind, span }) => ({ kind, from: ruler.atTime(span.from), to: ruler.atTime(span.to) })),
    ).map(({ kind, from, to }) => {
      this.#used.add(kind);
      return `<g class="${kind}">${shape(kind, from, to, y, this.#size.bar)}</g>`;
    });
  }

  /** The signs that were used, in lines from a height on. */
  legend(width: number, top: number): { readonly parts: string[]; readonly bottom: number } {
    const size = 18;
    const parts: string[] = [];
    let x = 28;
    let y = top + 14;
    for (const [kind, means] of Object.entries(MEANS) as [keyof typeof MEANS, string][]) {
      if (!this.#used.has(kind)) continue;
      const sample =
        kind === 'step' || kind === 'done' || kind === 'failed' || kind === 'cancelled' ? 20 : 40;
      const whole = sample + 8 + textWidth(means, size) + 26;
      if (x > 28 && x + whole > width - 16) {
        x = 28;
        y += 32;
      }
      parts.push(this.#sample(kind, x, sample, y));
      parts.push(
        `<text class="quiet" x="${round(x + sample + 8)}" y="${round(y + size * 0.34)}" font-size="${size}">${means}</text>`,
      );
      x += whole;
    }
    return { parts, bottom: parts.length === 0 ? top - 20 : y + 14 };
  }

  #sample(kind: keyof typeof MEANS, x: number, width: number, y: number): string {
    const [from, to] = [x, x + width];
    switch (kind) {
      case 'step':
        return `<circle class="dot" cx="${x + 10}" cy="${y}" r="6.5"/>`;
      case 'done':
      case 'failed':
      case 'cancelled':
        return `<g class="${kind}">${endShape(kind, x + 10, y, sizesFor(1))}</g>`;
      case 'waiting':
        return `<g class="waiting"><path d="M${from} ${y}H${to}"/></g>`;
      case 'loopIdle':
        return `<path class="loopIdle" d="M${from} ${y}H${to}"/>`;
      default:
        return `<g class="${kind}">${shape(kind, from, to, y, 22)}</g>`;
    }
  }
}

/** What is too narrow is put together with its neighbours until it can be seen, as what took most of it. */
function pieces(stretches: readonly Piece[]): Piece[] {
  const drawn: Piece[] = [];
  let from = Number.NaN;
  let to = Number.NaN;
  let shares = new Map<Kind, number>();
  const flush = () => {
    if (Number.isNaN(from)) return;
    const [kind] = [...shares].reduce((a, b) => (b[1] > a[1] ? b : a));
    const lacking = (shares.get('gil') ?? 0) + (shares.get('core') ?? 0);
    const isMixed = (shares.get('running') ?? 0) > 0.2 * (to - from) && lacking > 0.2 * (to - from);
    if (to > from) drawn.push({ kind: isMixed ? 'turns' : kind, from, to });
    from = Number.NaN;
    shares = new Map();
  };
  for (const stretch of stretches) {
    const width = stretch.to - stretch.from;
    if (width >= LEAST_BAR) {
      flush();
      drawn.push(stretch);
      continue;
    }
    if (width <= 0) continue;
    if (stretch.from - to > LEAST_BAR) flush(); // a gap between them
    if (Number.isNaN(from)) from = stretch.from;
    to = stretch.to;
    shares.set(stretch.kind, (shares.get(stretch.kind) ?? 0) + width);
    if (to - from >= 2 * LEAST_BAR) flush();
  }
  flush();
  return joined(drawn);
}

/** Small pieces of the same kind that touch are one. */
function joined(drawn: readonly Piece[]): Piece[] {
  const whole: Piece[] = [];
  for (const piece of drawn) {
    const last = whole.at(-1);
    if (last && !last.stretch && !piece.stretch && last.kind === piece.kind && piece.from - last.to < 0.01)
      whole[whole.length - 1] = { ...last, to: piece.to };
    else whole.push(piece);
  }
  return whole;
}

/** What lies between some spans. */
function gaps(from: number, to: number, spans: readonly Span[]): Span[] {
  const left: Span[] = [];
  let start = from;
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    if (span.from > start) left.push({ from: start, to: Math.min(span.from, to) });
    start = Math.max(start, span.to);
  }
  if (start < to) left.push({ from: start, to });
  return left;
}

function tooltip(name: string, { kind, stretch }: Piece): string {
  if (!stretch) return '';
  const { from, to, label } = stretch;
  const what = [MEANS[kind], label].filter(Boolean).join(', ');
  const when =
    from.time === to.time
      ? formatDuration(from.time)
      : `${formatDuration(from.time)} → ${formatDuration(to.time)}`;
  return `<title>${escapeXml(`${name}: ${what}, ${when}`)}</title>`;
}

// ---- shapes -----------------------------------------------------------------------------------------------

/** The shape of a bar around a height. All are told apart without their colours. */
function shape(kind: Kind, from: number, to: number, y: number, height: number): string {
  const half = height / 2;
  const box = (top: number, bottom: number, inset = 0) =>
    `<rect x="${round(from + inset)}" y="${round(top + inset)}" width="${round(Math.max(0.5, to - from - 2 * inset))}" height="${round(bottom - top - 2 * inset)}" rx="${to - from > 8 ? 3 : 0}"/>`;
  switch (kind) {
    case 'running':
      return box(y - half, y + half);
    case 'ready':
      return box(y - half, y + half, 1.25);
    case 'overdue':
      return box(y - half, y + half, 1.25) + hatching(from, to, y - half + 1, y + half - 1, 9, height - 2);
    case 'gil':
      return box(y, y + half, 1.25) + hatching(from, to, y + 1, y + half - 1, 7, 0);
    case 'core':
      return box(y, y + half, 1.25);
    case 'turns':
      return box(y - half / 3, y + half);
    case 'loopBusy':
      return box(y - height * 0.2, y + height * 0.2);
    case 'script':
      return `<path d="M${round(from)} ${round(y - 5)}H${round(to)}M${round(from)} ${round(y + 5)}H${round(to)}"/>`;
    case 'waiting':
      return `<path d="M${round(from)} ${y}H${round(to)}"/>`;
  }
}

/**
 * Strokes across a box, `slant` px to the right on the way up. They lie on one raster in the whole picture. An end of a
 * slanting stroke is wider than the stroke: in a frame it begins a px inside.
 */
function hatching(
  from: number,
  to: number,
  top: number,
  bottom: number,
  apart: number,
  slant: number,
): string {
  const [left, right] = [from + 2, to - 2];
  if (right - left < 2) return '';
  const strokes: string[] = [];
  for (let foot = Math.ceil((left - slant) / apart) * apart; foot <= right; foot += apart) {
    // The share of the way up at which the stroke comes into the box and leaves it.
    const enter = slant === 0 ? 0 : Math.max(0, (left - foot) / slant);
    const leave = slant === 0 ? 1 : Math.min(1, (right - foot) / slant);
    if (leave <= enter || foot + slant * enter < left || foot + slant * leave > right + 0.01) continue;
    const point = (share: number) =>
      `${round(foot + slant * share)} ${round(bottom - (bottom - top) * share)}`;
    strokes.push(`M${point(enter)}L${point(leave)}`);
  }
  return strokes.length === 0 ? '' : `<path class="hatch" d="${strokes.join('')}"/>`;
}

function endShape(kind: 'done' | 'failed' | 'cancelled', x: number, y: number, { dot }: Sizes): string {
  const r = dot * 1.7;
  const circle = `<circle cx="${round(x)}" cy="${y}" r="${round(r)}"/>`;
  const s = r * 0.5;
  const p = (dx: number, dy: number) => `${round(x + dx * s)} ${round(y + dy * s)}`;
  if (kind === 'done') return `${circle}<path d="M${p(-1, 0.1)}L${p(-0.25, 0.85)}L${p(1.05, -0.8)}"/>`;
  if (kind === 'failed')
    return `${circle}<path d="M${p(-0.85, -0.85)}L${p(0.85, 0.85)}M${p(0.85, -0.85)}L${p(-0.85, 0.85)}"/>`;
  return `${circle}<path d="M${p(-1.3, 1.3)}L${p(1.3, -1.3)}"/>`;
}

/** It was not over when the trace ended: three dots. */
function openEnd({ to }: Piece, y: number): string {
  const dots = [8, 16, 24].map((dx) => `<circle cx="${round(to + dx)}" cy="${y}" r="2.2"/>`);
  return `<g class="open">${dots.join('')}</g>`;
}

// ---- the whole --------------------------------------------------------------------------------------------

function wrapped(out: readonly string[], width: number, height: number, options: TimelineSvgOptions): string {
  const theme = options.theme ?? 'auto';
  const label = printable(options.title || 'timeline');
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" class="lst-${theme}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(label)}" font-family="system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif">`,
    `<style>${style(theme)}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    ...out,
    '</svg>',
  ].join('\n')}\n`;
}

/** The rules, all below the picture's own class: a page they stand in keeps its looks. */
function style(theme: 'auto' | 'light' | 'dark'): string {
  const scope = `.lst-${theme}`;
  const scoped = (rules: readonly (readonly [string, string])[]) =>
    rules
      .map(
        ([selector, body]) =>
          `${selector
            .split(',')
            .map((one) => `${scope} ${one}`)
            .join(',')}{${body}}`,
      )
      .join('');
  const colours = (mode: 0 | 1) => {
    const of = (name: keyof typeof COLOURS) => COLOURS[name][mode];
    return scoped([
      ['.paper,.failed path,.done path', `fill:${of('paper')}`],
      ['text', `fill:${of('ink')}`],
      ['.quiet', `fill:${of('quiet')}`],
      ['.grid,.rule', `stroke:${of('grid')}`],
      ['.axis,.end,.loopIdle', `stroke:${of('quiet')}`],
      ['.running rect,.turns rect,.dot,.done circle', `fill:${of('running')}`],
      ['.dot,.done circle,.failed circle', `stroke:${of('paper')}`],
      ['.running text', `fill:${of('onRunning')}`],
      ['.waiting path', `stroke:${of('waiting')}`],
      ['.waiting text', `fill:${of('waiting')}`],
      ['.open circle', `fill:${of('waiting')}`],
      ['.ready rect', `stroke:${of('ready')};fill:${of('paper')}`],
      ['.overdue rect', `stroke:${of('overdue')};fill:${of('paper')}`],
      ['.overdue .hatch', `stroke:${of('overdue')}`],
      ['.gil rect', `stroke:${of('gil')};fill:${of('paper')}`],
      ['.gil .hatch', `stroke:${of('gil')}`],
      ['.core rect', `stroke:${of('core')};fill:${of('paper')}`],
      ['.loopBusy rect,.loopDot', `fill:${of('quiet')}`],
      ['.script path', `stroke:${of('running')}`],
      ['.done path,.failed path', `stroke:${of('paper')}`],
      ['.failed circle', `fill:${of('bad')}`],
      ['.failedText', `fill:${of('bad')}`],
      ['.cancelled circle', `fill:${of('paper')};stroke:${of('quiet')}`],
      ['.cancelled path', `stroke:${of('quiet')}`],
      ['.cancelledText', `fill:${of('quiet')}`],
    ]);
  };
  const shapes = scoped([
    ['.strong', 'font-weight:700'],
    ['.dot,.done circle,.failed circle', 'stroke-width:2.5'],
    ['path', 'fill:none'],
    ['.grid', 'stroke-width:1.5'],
    ['.rule', 'stroke-width:2;stroke-dasharray:2 6;stroke-linecap:round'],
    ['.axis', 'stroke-width:2'],
    ['.end', 'stroke-width:2;stroke-dasharray:6 5'],
    ['.waiting path', 'stroke-width:4'],
    ['.ready rect,.overdue rect,.gil rect,.core rect', 'stroke-width:2.5'],
    ['.hatch', 'stroke-width:2.5'],
    ['.loopIdle', 'stroke-width:4;stroke-dasharray:.1 9;stroke-linecap:round'],
    ['.script path', 'stroke-width:4'],
    ['.done path,.failed path', 'fill:none;stroke-width:2.6;stroke-linecap:round;stroke-linejoin:round'],
    ['.cancelled circle,.cancelled path', 'stroke-width:2.6'],
  ]);
  if (theme !== 'auto') return colours(theme === 'light' ? 0 : 1) + shapes;
  return `${colours(0)}@media (prefers-color-scheme:dark){${colours(1)}}${shapes}`;
}
