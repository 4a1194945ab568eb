/**
 * Comparing the outcome of a program with CPython's, line by line: time, label of the task, text.
 *
 * One thing is compared loosely, the wording of the library's error messages: this library's explain more than
 * CPython's. They are told apart from everything else by a space, which CPython's messages contain and nothing a
 * program says in quotes does; so every JSON string with a space in it equals every other.
 */
import type { Expectation, LogLine, Outcome, Program } from './ir.ts';

/** The first place where an outcome differs from what was expected. */
export interface Difference {
  /** Index of the first differing line of the log. */
  index: number;
  expected: string;
  got: string;
}

const END = '(end of the log)';

/** The first difference between the expected and the actual outcome, or undefined if there is none. */
export function difference(expected: Expectation, actual: Outcome): Difference | undefined {
  const length = Math.max(expected.log.length, actual.log.length);
  for (let index = 0; index < length; index++) {
    const [a, b] = [expected.log[index], actual.log[index]];
    if (a && b && comparable(a) === comparable(b)) continue;
    return { index, expected: show(a), got: !b && actual.error ? actual.error : show(b) };
  }
  if (actual.error) return { index: length, expected: END, got: actual.error };
  const [a, b] = [expected.deadlock, actual.deadlock].map((labels) => JSON.stringify(labels ?? null));
  // The line of the log says the same: an expectation may leave it at that.
  return a === b || !expected.deadlock
    ? undefined
    : { index: length, expected: `deadlock ${a}`, got: `deadlock ${b}` };
}

/** A report for people: what the program shows, the lines before the difference, and the difference. */
export function showDifference(
  { name, rule, expect }: Program,
  { index, expected, got }: Difference,
): string {
  const before = (expect?.log ?? [])
    .slice(Math.max(0, index - 3), index)
    .map((line) => `      ${show(line)}`);
  return [
    `--- ${name}`,
    ...(rule ? [`    rule: ${rule}`] : []),
    ...before,
    `    expected ${expected}`,
    `    got      ${got}`,
  ].join('\n');
}

function show(line: LogLine | undefined): string {
  return line ? JSON.stringify(line) : END;
}

function comparable([time, task, text]: LogLine): string {
  const loose = text.replace(/"(?:[^"\\]|\\.)*"/g, (quoted) => (quoted.includes(' ') ? '*' : quoted));
  return JSON.stringify([time, task, loose]);
}
