/**
 * The sentences of a story, told bit by bit.
 *
 * A story is told from its beginning, and of 200,000 events that takes a second or two: longer than a reader waits for a page, or
 * for a jump to the end. So it is told in the pauses between frames, and a sentence that isn't there yet comes a moment later.
 */

import type { Steppable } from '../stepper/index.ts';

/** So many sentences are told at a time: some milliseconds of work. */
const AT_ONCE = 500;
/** A page is there for so long before the rest is told: first one looks, and makes a step. */
const PATIENCE_MS = 1500;
/** In a trace up to here there is nothing to wait for. */
const SHORT = 3000;

/** Tells the story of a run in the pauses. */
export class Telling {
  readonly on: Steppable;
  /** How many events have been told. */
  told: number;
  /** Called when more has been told that somebody asked for. */
  onTold: (() => void) | null;
  #wanted: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(on: Steppable) {
    this.on = on;
    this.told = 0;
    this.onTold = null;
    this.#wanted = 0;
    this.#timer = undefined;
    this.#tellUpTo(Math.min(SHORT, on.trace.length));
  }

  /** What happened in an event, in a sentence; null: it isn't told yet. */
  sentence(seq: number): string | null {
    if (seq > this.told && seq <= this.told + AT_ONCE) this.#tellUpTo(seq);
    if (seq <= this.told) return this.on.sentence(seq);
    this.#wanted = Math.max(this.#wanted, seq);
    // Somebody waits for it now.
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.start(0);
    return null;
  }

  /** Begins to tell, and goes on to the end. */
  start(patience: number = PATIENCE_MS): void {
    if (this.#timer !== undefined || this.told >= this.on.trace.length) return;
    this.#timer = setTimeout(() => this.#goOn(), patience);
  }

  #goOn(): void {
    this.#timer = undefined;
    const before = performance.now();
    while (this.told < this.on.trace.length && performance.now() - before < 10)
      this.#tellUpTo(this.told + AT_ONCE);
    if (this.#wanted > 0 && this.told >= this.#wanted) {
      this.#wanted = 0;
      this.onTold?.();
    }
    this.start(4);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.onTold = null;
  }

  #tellUpTo(seq: number): void {
    const last = Math.min(seq, this.on.trace.length);
    if (last > this.told) this.on.sentence(last);
    this.told = Math.max(this.told, last);
  }
}
