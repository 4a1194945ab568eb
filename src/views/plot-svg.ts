/**
 * The plot as a picture: an SVG that stands alone, for a README or a page.
 *
 * Each curve has a colour, a shape of its points and a pattern of its line, and its name stands at its end, so that nobody
 * has to tell colours apart. It follows the reader's choice of light or dark, by `prefers-color-scheme`, and nothing in it
 * is loaded from anywhere. All foreign text is escaped.
 */

import { printable, truncateMiddle, widest } from './cells.ts';
import { canBeDrawn, LogScale } from './log-scale.ts';
import type { PlotData } from './plot.ts';
import { formatFigure } from './units.ts';

/** How large a picture is, in CSS pixels. */
export interface PlotSvgOptions {
  /** 720 if not given. */
  readonly width?: number;
  /** 440 if not given. */
  readonly height?: number;
}

/** Colours on light and on dark, of equal weight there, and told apart by colour-blind eyes as well. */
const COLOURS = [
  ['#4b5563', '#c3c9d2'],
  ['#0072b2', '#56b4e9'],
  ['#c2410c', '#fb923c'],
  ['#047857', '#34d399'],
  ['#a21caf', '#e879f9'],
  ['#854d0e', '#facc15'],
] as const;

const DASHES = ['none', '7 3', '2 3', '10 3 2 3', '5 2 1 2 1 2', '1 4'] as const;

/** The points' shapes, around 0, 0. */
const SHAPES = [
  '<rect x="-4" y="-4" width="8" height="8"/>',
  '<circle r="4.5"/>',
  '<path d="M0 -5.5 5 4 -5 4Z"/>',
  '<path d="M0 -6 6 0 0 6 -6 0Z"/>',
  '<circle class="open" r="4.5"/>',
  '<rect class="open" x="-4" y="-4" width="8" height="8"/>',
] as const;

const LETTER = 6.6; // how wide one is, about, at 12 px

/**
 * Draws curves over two logarithmic axes, as the text of an SVG file. What is zero or less has no place there, and is left
 * out.
 *
 * @example writeFileSync('sweep.svg', plotSvg(curves(points)))
 */
export function plotSvg(data: PlotData, options: PlotSvgOptions = {}): string {
  const width = Math.max(240, Math.floor(options.width ?? 720));
  const height = Math.max(160, Math.floor(options.height ?? 440));
  const series = data.series.map((one) => ({
    name: truncateMiddle(printable(one.name), Math.floor((width * 0.3) / LETTER)),
    points: one.points.filter(([x, y]) => canBeDrawn(x) && canBeDrawn(y)).sort(([a], [b]) => a - b),
  }));
  const all = series.flatMap(({ points }) => points);
  const xs = new LogScale(
    all.map(([x]) => x),
    data.x.unit,
  );
  const ys = new LogScale(
    all.map(([, y]) => y),
    data.y.unit,
  );
  const yTicks = all.length === 0 ? [] : ys.ticks();
  const xTicks = all.length === 0 ? [] : xs.ticks();
  const longest = (texts: readonly string[]) => widest(texts);
  const box = {
    left: 20 + LETTER * longest(yTicks.map(({ label }) => label)),
    right: width - 24 - (LETTER * longest(series.map(({ name }) => name)) + 10),
    top: data.title ? 58 : 36,
    bottom: height - 48,
  };
  const inset = 10; // so that no point sits on an axis
  const px = (value: number) => round(box.left + inset + xs.at(value) * (box.right - box.left - 2 * inset));
  const py = (value: number) => round(box.bottom - inset - ys.at(value) * (box.bottom - box.top - 2 * inset));
  const atX = (at: number) => round(box.left + inset + at * (box.right - box.left - 2 * inset));
  const atY = (at: number) => round(box.bottom - inset - at * (box.bottom - box.top - 2 * inset));

  const title = data.title ?? `${data.y.label}, by ${data.x.label}`;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(title)}" font-family="system-ui, sans-serif" font-size="12">`,
    `<style>${style(series.length)}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
  ];
  if (data.title)
    parts.push(`<text class="title" x="16" y="26" font-size="15">${escapeXml(data.title)}</text>`);
  parts.push(`<text class="quiet" x="16" y="${box.top - 14}">${escapeXml(data.y.label)}</text>`);
  parts.push('<g class="grid">');
  for (const { at } of yTicks) parts.push(`<path d="M${round(box.left)} ${atY(at)}H${round(box.right)}"/>`);
  for (const { at } of xTicks) parts.push(`<path d="M${atX(at)} ${round(box.bottom)}v5"/>`);
  parts.push(
    '</g>',
    `<path class="axis" d="M${round(box.left)} ${box.top}V${box.bottom}H${round(box.right)}"/>`,
  );
  for (const { at, label } of yTicks)
    parts.push(
      `<text class="quiet" x="${round(box.left - 6)}" y="${round(atY(at) + 4)}" text-anchor="end">${escapeXml(label)}</text>`,
    );
  for (const { at, label } of xTicks)
    parts.push(
      `<text class="quiet" x="${atX(at)}" y="${box.bottom + 19}" text-anchor="middle">${escapeXml(label)}</text>`,
    );
  parts.push(
    `<text class="quiet" x="${round(box.right)}" y="${box.bottom + 36}" text-anchor="end">${escapeXml(data.x.label)}</text>`,
  );
  if (all.length === 0)
    parts.push(
      `<text x="${round((box.left + box.right) / 2)}" y="${round((box.top + box.bottom) / 2)}" text-anchor="middle">nothing to draw</text>`,
    );

  series.forEach(({ name, points }, number) => {
    const kind = number % COLOURS.length;
    parts.push(`<g class="s${kind}">`);
    if (points.length > 1)
      parts.push(`<path class="line" d="M${points.map(([x, y]) => `${px(x)} ${py(y)}`).join('L')}"/>`);
    for (const [x, y] of points) {
      const what = `${name}: ${formatFigure(y, data.y.unit)} at ${formatFigure(x, data.x.unit)} ${data.x.label}`;
      parts.push(
        `<g class="point" transform="translate(${px(x)} ${py(y)})">${SHAPES[kind]}<title>${escapeXml(what)}</title></g>`,
      );
    }
    parts.push('</g>');
  });
  // Names at the ends of the curves, moved apart where these are close.
  const ends = series.flatMap(({ name, points }, number) => {
    const last = points.at(-1);
    return last === undefined
      ? []
      : [{ name, kind: number % COLOURS.length, from: py(last[1]), y: py(last[1]) }];
  });
  ends.sort((a, b) => a.y - b.y);
  spread(ends, 15, box.bottom);
  for (const { name, kind, y } of ends)
    parts.push(
      `<g class="s${kind}"><text class="name" x="${round(box.right + 18)}" y="${round(y + 4)}">${escapeXml(name)}</text>` +
        `<g class="point" transform="translate(${round(box.right + 8)} ${round(y)})">${SHAPES[kind]}</g></g>`,
    );
  parts.push('</svg>');
  return `${parts.join('\n')}\n`;
}

/** Moves places, which are in order, as far apart as asked, and back into the box as a whole. */
function spread(places: { y: number }[], distance: number, bottom: number): void {
  for (let i = 1; i < places.length; i++) places[i]!.y = Math.max(places[i]!.y, places[i - 1]!.y + distance);
  const over = (places.at(-1)?.y ?? bottom) - bottom;
  if (over <= 0) return;
  let limit = bottom;
  for (let i = places.length - 1; i >= 0; i--) {
    places[i]!.y = Math.min(places[i]!.y, limit);
    limit = places[i]!.y - distance;
  }
}

function style(series: number): string {
  const used = Math.min(series, COLOURS.length);
  const colours = (mode: 0 | 1) =>
    Array.from({ length: used }, (_, i) => `.s${i}{color:${COLOURS[i]![mode]}}`).join('');
  const dashes = Array.from({ length: used }, (_, i) => `.s${i} .line{stroke-dasharray:${DASHES[i]}}`).join(
    '',
  );
  return (
    'svg{color:#1f2328}.paper{fill:#ffffff}text{fill:currentColor}.quiet{opacity:.75}.title{font-weight:600}' +
    '.axis{fill:none;stroke:currentColor;opacity:.6}.grid path{stroke:currentColor;opacity:.15}' +
    '.line{fill:none;stroke:currentColor;stroke-width:1.8}.point{fill:currentColor;stroke:currentColor}' +
    `.open{fill:#ffffff;stroke-width:1.8}${dashes}${colours(0)}` +
    '@media (prefers-color-scheme:dark){svg{color:#e6edf3}.paper,.open{fill:#0d1117}' +
    `${colours(1)}}`
  );
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** Text as XML takes it; what XML has no place for is shown as a box. */
export function escapeXml(text: string): string {
  return text
    .replace(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML refuses control characters
      /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}/gu,
      '\ufffd',
    )
    .replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
