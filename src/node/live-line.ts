/** One line at the bottom of a terminal that is drawn again and again in place, and is gone at the end. */

import { SIGNALS } from './fresh-run.ts';

/** What can be drawn on in place. */
export interface Screen {
  /** Its width now: whoever sits in front of it may change it. */
  readonly columns: number;
  write(text: string): void;
}

/** The error output, if it is a terminal where a line can be drawn again. */
export function processScreen(): Screen | undefined {
  const { stderr, env } = process;
  if (!stderr.isTTY || env.TERM === 'dumb') return undefined;
  return {
    get columns() {
      return stderr.columns || 80;
    },
    write: (text) => void stderr.write(text),
  };
}

/** A line on a screen; where there is none, nothing is drawn. */
export class LiveLine {
  readonly #screen: Screen | undefined;
  #isShown: boolean;

  constructor(screen: Screen | undefined) {
    this.#screen = screen;
    this.#isShown = false;
  }

  /** Draws what `line` makes of the width that there is. */
  show(line: (width: number) => string): void {
    if (this.#screen === undefined) return;
    this.#isShown = true;
    // Not to the last column, where some terminals go on to the next line; nor so far that what Ctrl-C types (^C) does.
    this.#screen.write(`\r${line(Math.max(1, this.#screen.columns - 3))}\x1b[K`);
  }

  clear(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#screen!.write('\r\x1b[K');
  }

  /** While something goes on elsewhere, a signal that ends the process takes the line away first. */
  async during<T>(work: Promise<T>): Promise<T> {
    const onSignal = (signal: NodeJS.Signals) => {
      this.clear();
      letGo();
      process.kill(process.pid, signal); // and now it does what it always does
    };
    const letGo = () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    };
    if (this.#screen !== undefined) for (const signal of SIGNALS) process.on(signal, onSignal);
    try {
      return await work;
    } finally {
      letGo();
    }
  }
}
