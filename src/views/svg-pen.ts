/**
 * The rows of the timeline as SVG: a line of life, with what is short put together until it can be seen, and with what is
 * waited for and computed written on it where there is room.
 */

import { printable, truncate } from './cells.ts';
import { idleOf, type Place } from './life-reader.ts';
import type { Lifeline, LoopLine, Stretch } from './lifelines.ts';
import { ENDS } from './parts.ts';
import { escapeXml } from './plot-svg.ts';
import {
  cellsIn,
  type Kind,
  type Mark,
  MEANS,
  markShape,
  openEnd,
  round,
  type Sizes,
  shape,
  sizesFor,
  textWidth,
} from './svg-looks.ts';
import { formatDuration } from './time.ts';

const LEAST_BAR = 2; // px: what is narrower is put together
const DOTS_APART = 7; // px between two dots

/** What a legend shows as high as wide. */
const ROUND: ReadonlySet<string> = new Set(['step', 'done', 'failed', 'cancelled', 'deadlock']);

/** A ruler along the picture, in px. */
export class Ruler {
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

/** Draws rows, and remembers which signs it used. */
export class Pen {
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
    const stuck = life.stuck.map((place) => ruler.at(place));
    // That it was cancelled for a deadlock is no news beside the deadlock.
    const isHidden = stuck.some((x) => endX !== undefined && Math.abs(endX - x) <= this.#size.dot);
    for (const x of stuck) parts.push(this.#mark('deadlock', life.name, x, y));
    if (life.end && endX !== undefined && !isHidden) parts.push(...this.#end(life, endX, y, isTask));
    else if (life.stretches.at(-1)?.open)
      parts.push(openEnd(drawn.at(-1)!.to + (stuck.length > 0 ? 8 : 0), y));
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
    const parts = [this.#mark(kind, life.name, x, y)];
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

  #mark(kind: Mark, name: string, x: number, y: number): string {
    this.#used.add(kind);
    return `<g class="${kind}">${markShape(kind, x, y, this.#size)}<title>${escapeXml(`${name}: ${MEANS[kind]}`)}</title></g>`;
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
    const idle = idleOf(loop).filter(({ from, to }) => ruler.atTime(to) - ruler.atTime(from) >= LEAST_BAR);
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
      const sample = ROUND.has(kind) ? 20 : 40;
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
      case 'deadlock':
        return `<g class="${kind}">${markShape(kind, x + 10, y, sizesFor(1))}</g>`;
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
