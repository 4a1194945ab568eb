/** A stand-in for the lanes, until they are drawn on a canvas. */

import type { Trace } from '../../trace/trace.ts';
import { timelineSvg } from '../../views/timeline-svg.ts';

export interface LanesOptions {
  readonly traces: readonly { readonly title: string; readonly trace: Trace }[];
  readonly theme: 'light' | 'dark';
  readonly isCalm: boolean;
}

export class Lanes {
  onPick: ((trace: number, seq: number) => void) | null = null;
  onHover: ((hit: { trace: number; seq: number; text: string } | null) => void) | null = null;
  readonly #host: HTMLElement;
  readonly #options: LanesOptions;

  constructor(host: HTMLElement, options: LanesOptions) {
    this.#host = host;
    this.#options = options;
    this.setTheme(options.theme);
  }

  setCursor(_trace: number, _seq: number): void {}

  setTheme(theme: 'light' | 'dark'): void {
    const { traces } = this.#options;
    if (traces.every(({ trace }) => trace.length < 5000))
      this.#host.innerHTML = timelineSvg(traces, { theme });
  }

  setCritical(_on: boolean): void {}

  get view(): { from: number; to: number } {
    return { from: 0, to: 1 };
  }

  setView(_from: number, _to: number): void {}

  fit(): void {}

  zoom(_factor: number, _at?: number): void {}

  destroy(): void {
    this.#host.replaceChildren();
  }
}
