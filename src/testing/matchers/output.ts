/** Matchers of what is printed. */

import { describeValue } from '../../core/errors.ts';
import { type AnyOrder, Printed } from '../printed.ts';
import { type PrintedLine, printedLines } from '../simulation.ts';
import { type MatcherResult, subject } from './subject.ts';

export function toPrint(received: unknown, lines: readonly (string | AnyOrder)[]): MatcherResult {
  const { trace } = subject(received, 'toPrint');
  if (!Array.isArray(lines)) {
    throw new TypeError(
      `toPrint() takes the list of all lines that are printed, such as ['start', anyOrder('a', 'b')]: got ${describeValue(lines)}`,
    );
  }
  return compared(new Printed(lines, printedLines(trace)), 'output');
}

export function toLog(
  received: unknown,
  lines: readonly (PrintedLine | AnyOrder<PrintedLine>)[],
): MatcherResult {
  const { trace } = subject(received, 'toLog');
  if (!Array.isArray(lines)) throw notALog(lines);
  const expected = lines.map((item: PrintedLine | AnyOrder<PrintedLine>) =>
    isAnyOrder(item) ? { anyOrder: item.anyOrder.map(asText) } : asText(item),
  );
  const printed = printedLines(trace).map((line): PrintedLine => [line[0], line[1], asText(line)]);
  return compared(new Printed(expected, printed, AS_IT_IS), 'lines, times or tasks');
}

/** The text of a whole line is to be shown without quotes around it. */
const AS_IT_IS = (text: string): string => text;

function compared(printed: Printed, what: string): MatcherResult {
  return {
    pass: printed.same,
    message: () =>
      printed.same
        ? `expected other ${what} than exactly ${what === 'output' ? 'this' : 'these'}:\n\n${printed}`
        : `expected other ${what}: ${printed.fault}.\n\n${printed}`,
  };
}

function isAnyOrder(item: unknown): item is AnyOrder<unknown> {
  return typeof item === 'object' && item !== null && 'anyOrder' in item && Array.isArray(item.anyOrder);
}

/** A line with its time and its task, as a test writes it: `[1800000, "laundry", "laundry is done"]`. */
function asText(line: unknown): string {
  if (!(Array.isArray(line) && line.length === 3)) throw notALog(line);
  const [time, by, text] = line as unknown[];
  if (typeof time !== 'number' || typeof by !== 'string' || typeof text !== 'string') throw notALog(line);
  return `[${time}, ${JSON.stringify(by)}, ${JSON.stringify(text)}]`;
}

function notALog(got: unknown): TypeError {
  return new TypeError(
    `toLog() takes the list of all lines, each as [time, task, text], such as [[0, 'rice', 'on'], anyOrder([5, 'soup', 'hot'], [5, 'rice', 'done'])]: got ${describeValue(got)}`,
  );
}
