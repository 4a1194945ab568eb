/**
 * Levels of detail: what a stretch of a row looks like where it is too dense to show its slices one by one.
 *
 * Zoomed out, a pixel may stand for a thousand slices. Nothing is thrown away then: for each row the time that its states
 * took is summed up slice by slice (`Shares`), so that what any of its slices make up together is the difference of two
 * sums. A picture costs as much as it is wide, however long the trace; and what it shows is exact.
 *
 * `pieces` walks along a row. A slice that can be seen is a piece of its own; what lies between is put together in cells of
 * a fixed width, which lie still when the picture is moved.
 */

import { RUNNING } from './lives.ts';

/** How many states there are; see `DOINGS`. */
export const STATES = 6;

interface Columns {
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly doing: Uint8Array;
}

/** The first place from `low` to before `high` whose number is at least `value`; `high` if there is none. */
export function lowerBound(list: Float64Array, value: number, low: number, high: number): number {
  let [least, most] = [low, high];
  while (least < most) {
    const middle = (least + most) >>> 1;
    if (list[middle]! < value) least = middle + 1;
    else most = middle;
  }
  return least;
}

/** The first place from `low` to before `high` whose number is more than `value`; `high` if there is none. */
export function upperBound(list: Float64Array, value: number, low: number, high: number): number {
  let [least, most] = [low, high];
  while (least < most) {
    const middle = (least + most) >>> 1;
    if (list[middle]! <= value) least = middle + 1;
    else most = middle;
  }
  return least;
}

/** Rows with fewer slices are summed up when they are looked at: it is soon done. */
const FEW = 64;

/**
 * How long a row was in each state, from any of its slices to any other. The slices of a row are in order and don't overlap.
 * The sums are made when they are first asked for: most rows of many are never drawn.
 */
export class Shares {
  readonly #columns: Columns;
  readonly #first: number;
  readonly #last: number;
  #sums: Float64Array | null;
  #steps: Uint32Array | null;

  constructor(columns: Columns, first: number, last: number) {
    this.#columns = columns;
    this.#first = first;
    this.#last = last;
    this.#sums = null;
    this.#steps = null;
  }

  /** Adds to `into`, by state, how long the slices from `i` to before `j` are. */
  add(into: Float64Array, i: number, j: number): void {
    const { from, to, doing } = this.#columns;
    if (j - i < FEW) {
      for (let k = i; k < j; k++) into[doing[k]!]! += to[k]! - from[k]!;
      return;
    }
    const sums = this.#sums ?? this.#sum();
    const [a, b] = [(i - this.#first) * STATES, (j - this.#first) * STATES];
    for (let s = 0; s < STATES; s++) into[s]! += sums[b + s]! - sums[a + s]!;
  }

  /** How many of the slices from `i` to before `j` are runs. */
  runs(i: number, j: number): number {
    const { doing } = this.#columns;
    if (j - i < FEW) {
      let count = 0;
      for (let k = i; k < j; k++) if (doing[k] === RUNNING) count++;
      return count;
    }
    if (!this.#steps) this.#sum();
    return this.#steps![j - this.#first]! - this.#steps![i - this.#first]!;
  }

  #sum(): Float64Array {
    const { from, to, doing } = this.#columns;
    const count = this.#last - this.#first;
    const sums = new Float64Array((count + 1) * STATES);
    const steps = new Uint32Array(count + 1);
    for (let n = 0; n < count; n++) {
      const k = this.#first + n;
      const at = n * STATES;
      for (let s = 0; s < STATES; s++) sums[at + STATES + s] = sums[at + s]!;
      sums[at + STATES + doing[k]!]! += to[k]! - from[k]!;
      steps[n + 1] = steps[n]! + (doing[k] === RUNNING ? 1 : 0);
    }
    this.#sums = sums;
    this.#steps = steps;
    return sums;
  }
}

/** Who is shown the pieces of a row, from left to right. */
export interface PieceTaker {
  /** A slice that can be seen: number `i`, wider than a cell. */
  slice(i: number): void;
  /**
   * Slices from `i` to before `j` put together, from one place to another; `shares` is how long each state was of that, and
   * is used again for the next. `runs` of them are runs; all may take no time.
   */
  cell(from: number, to: number, i: number, j: number, shares: Float64Array, runs: number): void;
}

/**
 * Walks along the slices of a row that lie between two places. Slices that are at least as long as `cell` are shown one by
 * one, what is shorter in cells that long, the first of which begins at `origin`.
 */
export function pieces(
  { slices, first, last, shares }: PieceRow,
  from: number,
  to: number,
  origin: number,
  cell: number,
  taker: PieceTaker,
): void {
  const { from: starts, to: ends } = slices;
  const sums = new Float64Array(STATES);
  let i = Math.max(first, lowerBound(starts, from, first, last) - 1);
  // Several may begin at one place, of which all but the last take no time.
  while (i > first && ends[i - 1]! >= from && starts[i - 1] === starts[i]) i--;
  while (i < last && starts[i]! <= to) {
    if (ends[i]! < from) {
      i++;
      continue;
    }
    if (ends[i]! - starts[i]! >= cell) {
      taker.slice(i++);
      continue;
    }
    // Rounding must not leave a slice on the border of a cell in a cell that ends before it.
    const number = Math.floor((starts[i]! - origin) / cell);
    let border = origin + (number + 1) * cell;
    if (border <= starts[i]!) border = origin + (number + 2) * cell;
    let j = Math.max(i + 1, lowerBound(starts, border, i, last));
    // Only the last that begins in a cell may be longer than it.
    if (j - 1 > i && ends[j - 1]! - starts[j - 1]! >= cell) j--;
    sums.fill(0);
    shares.add(sums, i, j);
    taker.cell(starts[i]!, ends[j - 1]!, i, j, sums, shares.runs(i, j));
    i = j;
  }
}

/** A row as far as `pieces` has to know it. */
interface PieceRow {
  readonly slices: Columns;
  readonly first: number;
  readonly last: number;
  readonly shares: Shares;
}
