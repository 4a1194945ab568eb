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
import { printable, truncate, truncateMiddle } from './cells.ts';
import type { Lifeline, Lifelines, LoopLine } from './lifelines.ts';
import { foldedName, foldedSum, headingOf, isEmpty, partOf, type TitledTrace, turns } from './parts.ts';
import { escapeXml } from './plot-svg.ts';
import { cellsIn, round, sizesFor, style, textWidth } from './svg-looks.ts';
import { Pen, Ruler } from './svg-pen.ts';
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

const NAME_SHARE = 0.24; // of the width, for names

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
        by === 'time' ? formatDuration(row.loop.to.time - row.loop.from.time) : turns(row.loop.to);
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
