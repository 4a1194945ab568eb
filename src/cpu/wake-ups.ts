import type { Schedulable } from './schedulable.ts';

/** A chunk that grows beyond this is cut in two. */
const FULL = 512;

/**
 * Threads that wait for a GIL, in the order in which they wake up to look for it within a switch interval; of one moment,
 * in the order in which they came.
 *
 * There may be 100,000 of them, and each switch takes one out and puts one in. A sorted array would move half of them each
 * time; here it is in chunks, and only a chunk is moved.
 */
export class WakeUps {
  /** Sorted, in sorted chunks, none of which is empty. */
  private readonly chunks: Schedulable[][];
  private lastTurn: number;

  constructor() {
    this.chunks = [];
    this.lastTurn = 0;
  }

  get isEmpty(): boolean {
    return this.chunks.length === 0;
  }

  /** Puts a thread in, which wakes up at `phase` (ms) of each interval. */
  add(thread: Schedulable, phase: number): void {
    thread.gilPhase = phase;
    thread.gilTurn = ++this.lastTurn;
    const { chunks } = this;
    const place = Math.min(this.chunkFrom(phase, this.lastTurn), chunks.length - 1);
    if (place < 0) {
      chunks.push([thread]);
      return;
    }
    const chunk = chunks[place]!;
    chunk.splice(placeIn(chunk, phase, this.lastTurn), 0, thread);
    if (chunk.length > FULL) chunks.splice(place + 1, 0, chunk.splice(FULL / 2));
  }

  /** Takes a thread out that is in. */
  remove(thread: Schedulable): void {
    const { chunks } = this;
    const place = this.chunkFrom(thread.gilPhase, thread.gilTurn);
    const chunk = chunks[place]!;
    chunk.splice(placeIn(chunk, thread.gilPhase, thread.gilTurn), 1);
    if (chunk.length === 0) chunks.splice(place, 1);
  }

  /** The first that wakes up at `phase` or later in an interval; null if none does. */
  firstFrom(phase: number): Schedulable | null {
    const chunk = this.chunks[this.chunkFrom(phase, 0)];
    return chunk === undefined ? null : chunk[placeIn(chunk, phase, 0)]!;
  }

  /** The first chunk whose last one is not before the given place; one beyond the last if there is none. */
  private chunkFrom(phase: number, turn: number): number {
    const { chunks } = this;
    let low = 0;
    let high = chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const chunk = chunks[middle]!;
      if (isBefore(chunk[chunk.length - 1]!, phase, turn)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function placeIn(chunk: readonly Schedulable[], phase: number, turn: number): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(chunk[middle]!, phase, turn)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBefore({ gilPhase, gilTurn }: Schedulable, phase: number, turn: number): boolean {
  return gilPhase < phase || (gilPhase === phase && gilTurn < turn);
}
