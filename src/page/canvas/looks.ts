/**
 * How lanes look: colours, letters, and the patterns by which states are told apart without colours.
 *
 *     running   solid, as high as the bar        waiting   a thin line
 *     ready     a frame with sparse strokes      overdue   a frame with crossing strokes
 *     lacks the GIL   low, upright strokes       lacks a core   a low frame
 *
 * Colours are those of the timeline as SVG.
 */

import type { Doing } from '../../views/life-reader.ts';
import { COLOURS } from '../../views/svg-looks.ts';

/** Light or dark. */
export type Theme = 'light' | 'dark';

/** The colours of a theme, by name. */
export type Palette = { readonly [K in keyof typeof COLOURS | 'cursor' | 'onCursor' | 'hover']: string };

/** The colours of a theme. */
export function paletteOf(theme: Theme): Palette {
  const mode = theme === 'light' ? 0 : 1;
  const own = Object.fromEntries(Object.entries(COLOURS).map(([name, pair]) => [name, pair[mode]]));
  return {
    ...(own as { [K in keyof typeof COLOURS]: string }),
    cursor: COLOURS.bad[mode],
    onCursor: mode === 0 ? '#ffffff' : '#1a0503',
    hover: mode === 0 ? '#f1f4f8' : '#171d26',
  };
}

const FAMILY = "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";

/** Fonts, as a canvas wants them. */
export const FONTS = {
  name: `13px ${FAMILY}`,
  label: `12px ${FAMILY}`,
  title: `600 14px ${FAMILY}`,
  note: `12px ${FAMILY}`,
} as const;

/** The strokes of a state that has some. */
type Hatched = 'ready' | 'overdue' | 'gil';

/** Strokes for filling, of one theme and for one density of pixels. */
export class Hatching {
  readonly #patterns: { readonly [K in Hatched]: CanvasPattern };
  readonly #ratio: number;

  constructor(context: CanvasRenderingContext2D, palette: Palette, ratio: number) {
    this.#ratio = ratio;
    const make = (size: number, width: number, colour: string, strokes: readonly (readonly number[])[]) => {
      const tile = document.createElement('canvas');
      tile.width = tile.height = Math.max(1, Math.round(size * ratio));
      const scale = tile.width / size;
      const pen = tile.getContext('2d')!;
      pen.scale(scale, scale);
      pen.fillStyle = palette.paper;
      pen.fillRect(0, 0, size, size);
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.lineCap = 'square';
      pen.beginPath();
      for (const [x1, y1, x2, y2] of strokes) {
        pen.moveTo(x1!, y1!);
        pen.lineTo(x2!, y2!);
      }
      pen.stroke();
      return context.createPattern(tile, 'repeat')!;
    };
    // A stroke from corner to corner, and what its neighbours leave in the other two.
    const rising = (s: number) => [
      [0, s, s, 0],
      [-s / 2, s / 2, s / 2, -s / 2],
      [s / 2, s * 1.5, s * 1.5, s / 2],
    ];
    const falling = (s: number) => rising(s).map(([x1, y1, x2, y2]) => [x1!, s - y1!, x2!, s - y2!]);
    this.#patterns = {
      ready: make(8, 1.2, palette.ready, rising(8)),
      overdue: make(6, 1.3, palette.overdue, [...rising(6), ...falling(6)]),
      gil: make(5, 1.5, palette.gil, [[2.5, -1, 2.5, 6]]),
    };
  }

  /** Lets the strokes move with the picture. */
  moveTo(x: number): void {
    for (const [name, size] of [
      ['ready', 8],
      ['overdue', 6],
      ['gil', 5],
    ] as const) {
      const offset = Math.round((x % size) * this.#ratio) / this.#ratio;
      this.#patterns[name].setTransform(new DOMMatrix().translate(offset, 0).scale(1 / this.#ratio));
    }
  }

  /** What fills a state. */
  of(doing: Doing, palette: Palette): CanvasPattern | string {
    switch (doing) {
      case 'ready':
      case 'overdue':
      case 'gil':
        return this.#patterns[doing];
      case 'core':
        return palette.paper;
      default:
        return palette[doing];
    }
  }
}
