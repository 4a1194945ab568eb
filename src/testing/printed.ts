/**
 * Holding what a program printed against a literal list, with places where the order is free.
 *
 * A literal log is the strongest assertion there is, and the easiest one to read: it says all that is printed, and in
 * which order. Where the order is no promise of the program, `anyOrder` says so, there and only there. Lines are
 * compared place by place, and a group takes as many places as it has lines; so what fails is always a certain line,
 * and nothing is ever searched for.
 */

import { cellWidth, pad, printable, truncate } from '../views/cells.ts';
import { formatDuration, formatMoment } from '../views/time.ts';
import type { PrintedLine } from './simulation.ts';

/** Lines that may come in any order; made by `anyOrder`. */
export interface AnyOrder<T = string> {
  readonly anyOrder: readonly T[];
}

/**
 * Lines whose order is free, as a part of what `toPrint` expects, or `toLog`.
 *
 * @example expect(simulate(main)).toPrint(['start', anyOrder('rice is done', 'laundry is done'), 'end']);
 */
export function anyOrder(...lines: string[]): AnyOrder;
export function anyOrder(...lines: PrintedLine[]): AnyOrder<PrintedLine>;
export function anyOrder(...lines: (string | PrintedLine)[]): AnyOrder<string | PrintedLine> {
  return { anyOrder: lines };
}

/** One place of the output: what should be there and what is. `undefined`: nothing. */
interface Place {
  /** What should be there; in a group, what matches the printed line, or else one that is left over. */
  readonly expected: string | undefined;
  readonly printed: PrintedLine | undefined;
  /** In a group: the lines of it that no line of the output has taken yet. */
  readonly group: readonly string[] | undefined;
}

/** What was expected and what was printed, side by side. */
export class Printed {
  readonly #places: readonly Place[];
  /** The first place at which they differ; -1 if they are the same. */
  readonly #fault: number;

  /** How a line is shown. */
  readonly #show: (text: string) => string;

  constructor(
    expected: readonly (string | AnyOrder)[],
    log: readonly PrintedLine[],
    show: (text: string) => string = quote,
  ) {
    this.#show = show;
    this.#places = align(expected, log);
    this.#fault = this.#places.findIndex((place) => !fits(place));
  }

  get same(): boolean {
    return this.#fault === -1;
  }

  /** What is wrong first, in one sentence. */
  get fault(): string {
    const place = this.#places[this.#fault];
    if (!place) return '';
    const { printed, group } = place;
    const line = `line ${this.#fault + 1}`;
    const is = printed && `${this.#show(printed[2])}, ${whence(printed)}`;
    const options = group ?? [place.expected ?? ''];
    const expected = `${options.length > 1 ? 'one of ' : ''}${options.map(this.#show).join(', ')}`;
    if (!is) return `${line} is missing: it should be ${expected}`;
    if (place.expected === undefined) return `${line} is one too many: ${is}`;
    return `${line} should be ${expected}, and is ${is}`;
  }

  /** Both side by side, around the first fault; differing lines are marked with ✗, lines in any order with ~. */
  toString(): string {
    const first = Math.max(0, this.#fault - BEFORE);
    const shown = this.#places.slice(first, first + ROWS);
    const rows = shown.map((place, i): string[] => [
      `${fits(place) ? ' ' : '✗'} ${first + i + 1}`,
      `${place.group ? '~' : ' '}${place.expected === undefined ? '' : this.#show(place.expected)}`,
      place.printed === undefined ? '' : this.#show(place.printed[2]),
      place.printed === undefined ? '' : formatDuration(place.printed[0]),
      place.printed?.[1] ?? '',
    ]);
    const table = [['', ' expected', 'printed', 'at', 'by'], ...rows];
    const most = this.#show === quote ? MOST : 2 * MOST;
    const widths = table[0]!.map((_, column) =>
      Math.min(most, Math.max(...table.map((row) => cellWidth(row[column]!)))),
    );
    const lines = table.map((row) =>
      row
        .map((cell, column) => pad(truncate(cell, widths[column]!), widths[column]!))
        .join('  ')
        .trimEnd(),
    );
    if (first > 0) lines.splice(1, 0, `  … ${first} more`);
    const after = this.#places.length - first - shown.length;
    if (after > 0) lines.push(`  … ${after} more`);
    if (shown.some(({ group }) => group)) lines.push('', '~ in any order');
    return lines.join('\n');
  }
}

/** Rows of the table: how many stand before the first fault, and how many there are at most. */
const BEFORE = 5;
const ROWS = 20;
/** A column is at most this wide. */
const MOST = 30;

function align(expected: readonly (string | AnyOrder)[], log: readonly PrintedLine[]): Place[] {
  const places: Place[] = [];
  for (const item of expected) {
    if (typeof item === 'string') {
      places.push({ expected: item, printed: log[places.length], group: undefined });
      continue;
    }
    const printed = item.anyOrder.map((_, i) => log[places.length + i]);
    const left = [...item.anyOrder];
    const taken = printed.map((line) => {
      const place = line === undefined ? -1 : left.indexOf(line[2]);
      return place === -1 ? undefined : left.splice(place, 1)[0];
    });
    const leftOver = [...left];
    printed.forEach((line, i) => {
      places.push({ expected: taken[i] ?? leftOver.shift(), printed: line, group: left });
    });
  }
  for (const line of log.slice(places.length))
    places.push({ expected: undefined, printed: line, group: undefined });
  return places;
}

function fits({ expected, printed }: Place): boolean {
  return printed?.[2] === expected;
}

function whence([time, task]: PrintedLine): string {
  return `printed at ${formatMoment(time)}${task && ` by ${task}`}`;
}

function quote(text: string): string {
  return printable(JSON.stringify(text));
}
