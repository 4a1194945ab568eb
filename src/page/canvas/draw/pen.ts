/**
 * What everything is drawn with: a canvas, the colours of a theme, its strokes for filling, and texts that know how wide they
 * are. It remembers widths of texts and nothing else of what it draws.
 */

import { FONTS, Hatching, type Palette, paletteOf, type Theme } from '../looks.ts';

/** So many widths of texts are kept. */
const MOST_WIDTHS = 20_000;

export class Pen {
  readonly context: CanvasRenderingContext2D;
  #theme: Theme;
  #palette: Palette;
  #hatching: Hatching | null;
  #ratio: number;
  readonly #widths: Map<string, number>;

  constructor(context: CanvasRenderingContext2D, theme: Theme) {
    this.context = context;
    this.#theme = theme;
    this.#palette = paletteOf(theme);
    this.#hatching = null;
    this.#ratio = 1;
    this.#widths = new Map();
  }

  get palette(): Palette {
    return this.#palette;
  }

  set theme(theme: Theme) {
    if (theme === this.#theme) return;
    this.#theme = theme;
    this.#palette = paletteOf(theme);
    this.#hatching = null;
  }

  /** From here on a CSS pixel is so many pixels of the canvas. */
  set ratio(ratio: number) {
    if (ratio !== this.#ratio) this.#hatching = null;
    this.#ratio = ratio;
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  get ratio(): number {
    return this.#ratio;
  }

  get hatching(): Hatching {
    this.#hatching ??= new Hatching(this.context, this.#palette, this.#ratio);
    return this.#hatching;
  }

  /** The nearest place where a pixel of the canvas begins. */
  snap(x: number): number {
    return Math.round(x * this.#ratio) / this.#ratio;
  }

  text(text: string, x: number, y: number, font: keyof typeof FONTS, colour: string): void {
    this.context.font = FONTS[font];
    this.context.fillStyle = colour;
    this.context.fillText(text, x, y);
  }

  /** How wide a text is. */
  width(text: string, font: keyof typeof FONTS): number {
    const key = FONTS[font] + text;
    let width = this.#widths.get(key);
    if (width === undefined) {
      if (this.#widths.size > MOST_WIDTHS) this.#widths.clear();
      this.context.font = FONTS[font];
      width = this.context.measureText(text).width;
      this.#widths.set(key, width);
    }
    return width;
  }

  /** A text that is too wide, cut in its middle: names often differ only at their end. */
  fit(text: string, room: number, font: keyof typeof FONTS): string {
    if (this.width(text, font) <= room) return text;
    const letters = [...text];
    let [low, high] = [0, letters.length];
    const cut = (kept: number) => {
      const tail = Math.floor(kept * 0.4);
      return `${letters.slice(0, kept - tail).join('')}…${tail === 0 ? '' : letters.slice(-tail).join('')}`;
    };
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.width(cut(middle), font) <= room) low = middle;
      else high = middle - 1;
    }
    return low === 0 ? '' : cut(low);
  }

  /** Draws within a box only. */
  within(x: number, y: number, width: number, height: number, draw: () => void): void {
    this.context.save();
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.context.clip();
    draw();
    this.context.restore();
  }
}
