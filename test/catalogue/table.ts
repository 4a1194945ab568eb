/** What was measured, as a table for a terminal: by kind, a line each. */

import { pad, truncate, widest } from '../../src/views/cells.ts';
import type { Kind } from './entry.ts';
import type { Measured } from './measure.ts';

/** No line is wider. */
export const WIDTH = 118;

const COLUMNS: readonly {
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
}[] = [
  { title: 'mode', width: 11, align: 'left' },
  { title: 'exhaustive', width: 10, align: 'right' },
  { title: '2 delays', width: 8, align: 'right' },
  { title: 'random', width: 6, align: 'right' },
  { title: 'pct', width: 6, align: 'right' },
  { title: 'departs', width: 7, align: 'right' },
  { title: '  the twin', width: 26, align: 'left' },
];
const NAME = WIDTH - COLUMNS.reduce((sum, { width }) => sum + width + 1, 0);

/** The middle one; what was missed counts as the worst. Null: missed by half of them or more. */
export function median(runs: readonly (number | null)[]): number | null {
  const sorted = runs.map((run) => run ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)]!;
  return Number.isFinite(middle) ? middle : null;
}

/** The heading of the table. */
export function heading(): readonly string[] {
  const met = 'met in run';
  const before = NAME + 1 + COLUMNS[0]!.width + 1;
  return [`${' '.repeat(before)}${met} ${'─'.repeat(33 - met.length - 1)}`, line('', titles())];
}

const titles = (): readonly string[] => COLUMNS.map(({ title }) => title);

/** A kind, over its entries. */
export function kindLine(kind: Kind, count: number): string {
  return `${kind} ${'─'.repeat(Math.max(0, WIDTH - widest([kind]) - String(count).length - 2))} ${count}`;
}

/** An entry. */
export function row({
  entry,
  exhaustive,
  delayed,
  random,
  pct,
  departures,
  passesFaithfully,
  twin,
}: Measured): string {
  const number = (value: number | null) => (value === null ? 'missed' : String(value));
  const count = (n: number, what: string) => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;
  const proof = twin.isComplete
    ? `${twin.isByEnds ? 'all ends' : 'proved'} (${twin.isReduced ? `${twin.schedules}, reduced` : count(twin.schedules, 'schedule')})`
    : `${count(twin.runs, 'run')} without alarm`;
  return line(`  ${entry.name}${passesFaithfully ? '' : ' *'}`, [
    entry.mode,
    number(exhaustive),
    number(delayed),
    number(median(random)),
    number(median(pct)),
    number(departures),
    `  ${proof}`,
  ]);
}

function line(name: string, cells: readonly string[]): string {
  const rest = cells.map((cell, at) => {
    const { width, align } = COLUMNS[at]!;
    return pad(truncate(cell, width), width, align);
  });
  return [pad(truncate(name, NAME), NAME), ...rest].join(' ').trimEnd();
}

/** What it comes to. */
export function summary(all: readonly Measured[]): readonly string[] {
  const found = (way: (measured: Measured) => readonly (number | null)[]) =>
    all.filter((measured) => way(measured).every((run) => run !== null)).length;
  const failing = all.filter(({ passesFaithfully }) => !passesFaithfully).length;
  const projects = new Set(all.flatMap(({ entry }) => entry.source?.project ?? []));
  const complete = all.filter(({ twin }) => twin.isComplete);
  const proved = complete.filter(({ twin }) => !twin.isByEnds).length;
  return [
    `found within 1,000 runs, of ${all.length}: ${found(({ exhaustive }) => [exhaustive])} by exhaustive, ` +
      `${found(({ random }) => random)} by random and ${found(({ pct }) => pct)} by pct from every seed, ` +
      `${found(({ delayed }) => [delayed])} with two delays`,
    `twins: ${complete.length} of ${all.length} run in every schedule, or in every one that makes a difference: ` +
      `${proved} proved, and ${complete.length - proved} with the ends of ranges, and by chance between them; ` +
      `${all.reduce((sum, { twin }) => sum + twin.runs, 0).toLocaleString('en')} runs of them in all`,
    `${all.filter(({ entry }) => entry.source).length} are known from ${projects.size} projects` +
      (failing === 0 ? '' : `; of ${failing}, marked *, the faithful run fails as well`),
  ];
}
