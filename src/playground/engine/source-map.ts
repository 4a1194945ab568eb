/**
 * The way back from a transformed program to the learner's own: for each line of the one the places of the other.
 *
 * Lines stay what they are (types are cut out of them, and imports are rewritten where they stand), so only columns need
 * looking up. The format is that of source maps, version 3: for each line segments of base-64 digits, each of which says by how
 * much a place moved since the segment before it.
 */

import type { Place } from './protocol.ts';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Where a column of a transformed line comes from; both from 0. */
type Segment = readonly [to: number, from: number];

/** Maps places of a transformed program back. */
export class PlaceMap {
  readonly #lines: readonly (readonly Segment[])[];
  /** How far the first line was pushed to the right by what stands before the program. */
  readonly #shift: number;
  readonly #before: (place: Place) => Place;

  /**
   * `mappings` as in a source map, of a transform that keeps lines; the first line begins `shift` columns later. `before` leads from
   * what was transformed to what the learner wrote.
   */
  constructor(mappings: string, shift: number, before: (place: Place) => Place) {
    this.#lines = decode(mappings);
    this.#shift = shift;
    this.#before = before;
  }

  /** Where in the learner's program a place of the transformed one was written. */
  back({ line, column }: Place): Place {
    const at = column - 1 - (line === 1 ? this.#shift : 0);
    let best: Segment = [0, 0];
    for (const segment of this.#lines[line - 1] ?? []) if (segment[0] <= at) best = segment;
    return this.#before({ line, column: best[1] + 1 });
  }
}

function decode(mappings: string): Segment[][] {
  // What was written where is told as a difference from the segment before, across lines.
  let from = 0;
  return mappings.split(';').map((line) => {
    let to = 0;
    const segments: Segment[] = [];
    for (const text of line === '' ? [] : line.split(',')) {
      const [moved = 0, , , column = 0] = numbers(text);
      to += moved;
      from += column;
      segments.push([to, from]);
    }
    return segments;
  });
}

/** The numbers of a segment: five bits a digit, the lowest first; the sixth says that more follow, the very lowest is the sign. */
function numbers(text: string): number[] {
  const found: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of text) {
    const bits = DIGITS.indexOf(digit);
    value |= (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    found.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return found;
}
