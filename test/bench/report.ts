/**
 * Measured numbers in, a report out: as text for people, as an object for machines. Pure: it reads no clock and
 * prints nothing.
 *
 * A ratio is formed within each round, and the median of the rounds is what counts: what disturbs the machine for a
 * while disturbs both contenders of a round, and a few bad rounds do not move a median. `±` is half the distance
 * between the quartiles.
 */

import type { ContenderName, Measured } from './measure.ts';
import type { SchedulesMeasured } from './schedules.ts';
import { WORKLOADS, type Workload, type WorkloadId } from './workloads.ts';

/** How a workload did: reached its aim, missed it, or is beyond the limit. Without an aim the limit alone decides. */
export type Verdict = 'ok' | 'above aim' | 'TOO SLOW' | 'TOO BIG' | '';

/** The numbers of one workload. */
export interface Line {
  readonly workload: Workload;
  /** Medians: ns (MEM: bytes) per operation. */
  readonly cost: { readonly [Name in ContenderName | 'asyncio']?: number };
  /** loopscope's cost in floors: the median of the rounds. */
  readonly ratio: number;
  /** Half the distance of the quartiles of the ratio, as a part of it. */
  readonly spread: number;
  readonly verdict: Verdict;
}

/** One workload over numbers of tasks. */
export interface Growth {
  readonly id: WorkloadId;
  readonly points: readonly Point[];
}

/** One workload at one number of tasks. */
export interface Point {
  readonly tasks: number;
  readonly floor: number;
  readonly loopscope: number;
  readonly ratio: number;
}

/** All that was measured. */
export interface Report {
  /** What it was measured on and how, in a line. */
  readonly environment: string;
  readonly lines: readonly Line[];
  readonly growth: readonly Growth[];
  /** Schedules a second; the first is the one that the others are held against. */
  readonly schedules: readonly SchedulesMeasured[];
  /** What could not be measured, and why. */
  readonly notes: readonly string[];
}

/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

function quantile(numbers: readonly number[], part: number): number {
  if (numbers.length === 0) return Number.NaN;
  const sorted = [...numbers].sort((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
}

/** The rounds of the same job in several processes, as one. */
function joined(measured: readonly Measured[], name: ContenderName): number[] {
  return measured.flatMap(({ rounds }) => rounds[name] ?? []);
}

function ratiosOf(measured: readonly Measured[]): number[] {
  const floor = joined(measured, 'floor');
  return joined(measured, 'loopscope').map((cost, round) => cost / floor[round]!);
}

/** Judges one workload by its rounds, which may come from several processes. */
export function judge(id: WorkloadId, measured: readonly Measured[], asyncio?: number): Line {
  const workload = WORKLOADS[id];
  const cost: Partial<Record<ContenderName | 'asyncio', number>> = {};
  for (const name of ['floor', 'least', 'loopscope', 'native'] as const) {
    const costs = joined(measured, name);
    if (costs.length > 0) cost[name] = median(costs);
  }
  if (asyncio !== undefined) cost.asyncio = asyncio;
  const ratios = ratiosOf(measured);
  const ratio = median(ratios);
  const spread = (quantile(ratios, 0.75) - quantile(ratios, 0.25)) / 2 / ratio;
  const judged = id === 'MEM' ? (cost.loopscope ?? Number.NaN) : ratio;
  return { workload, cost, ratio, spread, verdict: verdictOf(workload, judged) };
}

function verdictOf({ id, aim, limit }: Workload, value: number): Verdict {
  if (limit !== undefined && value > limit) return id === 'MEM' ? 'TOO BIG' : 'TOO SLOW';
  if (aim !== undefined && value > aim) return 'above aim';
  return limit === undefined ? '' : 'ok';
}

/** One point of a growth curve. */
export function pointOf(measured: Measured): Point {
  return {
    tasks: measured.size.tasks,
    floor: median(measured.rounds.floor ?? []),
    loopscope: median(measured.rounds.loopscope ?? []),
    ratio: median(ratiosOf([measured])),
  };
}

// ---- as text ------------------------------------------------------------------------------------------

const NUMBER_WIDTH = 10;

/** Three digits that count: 1.23, 12.3, 123, 12,345. */
function digits(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '-';
  const places = value < 10 ? 2 : value < 100 ? 1 : 0;
  return value.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places });
}

function numberColumn(text: string): string {
  return text.padStart(NUMBER_WIDTH);
}

/** The report as text. */
export function formatReport({ environment, lines, growth, schedules, notes }: Report): string {
  const parts = [environment];
  if (lines.length > 0) parts.push(formatLines(lines));
  if (growth.length > 0) parts.push(formatGrowth(growth));
  if (schedules.length > 0) parts.push(formatSchedules(schedules));
  if (notes.length > 0) parts.push(notes.map((note) => `note: ${note}`).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

function formatLines(lines: readonly Line[]): string {
  const contenders = (['floor', 'least', 'loopscope', 'native', 'asyncio'] as const).filter((name) =>
    lines.some(({ cost }) => cost[name] !== undefined),
  );
  const title = ''.padEnd(50);
  const rows = [
    `${title}${'ns per operation'.padStart(NUMBER_WIDTH * contenders.length)}${'time / floor'.padStart(16)}`,
    `${title}${contenders.map(numberColumn).join('')}${'ratio'.padStart(10)}${'aim'.padStart(12)}${'limit'.padStart(7)}`,
  ];
  for (const line of lines) {
    const { workload, cost, ratio, spread, verdict } = line;
    const unit = workload.id === 'MEM' ? ' B' : '';
    const numbers = contenders.map((name) =>
      numberColumn(cost[name] === undefined ? '-' : digits(cost[name]) + unit),
    );
    rows.push(
      [
        `${workload.id.padEnd(7)}${workload.title}`.padEnd(50),
        numbers.join(''),
        digits(ratio).padStart(10),
        `±${Math.round(spread * 100)}%`.padStart(5),
        bound(workload.aim, unit).padStart(7),
        bound(workload.limit, unit).padStart(7),
        verdict === '' ? '' : `   ${verdict}`,
      ].join(''),
    );
  }
  return rows.join('\n');
}

function formatSchedules(schedules: readonly SchedulesMeasured[]): string {
  const [base] = schedules;
  const rows = [
    `${'schedules of seven tasks that lose updates'.padEnd(50)}${'a second'.padStart(NUMBER_WIDTH)}${'times as many'.padStart(16)}`,
  ];
  for (const { name, perSecond } of schedules) {
    const times = median(perSecond.map((one, round) => one / base!.perSecond[round]!));
    rows.push(`  ${name.padEnd(48)}${numberColumn(digits(median(perSecond)))}${digits(times).padStart(16)}`);
  }
  return rows.join('\n');
}

function bound(value: number | undefined, unit: string): string {
  return value === undefined ? '-' : `${value}${unit}`;
}

function formatGrowth(growth: readonly Growth[]): string {
  const sizes = [...new Set(growth.flatMap(({ points }) => points.map(({ tasks }) => tasks)))].sort(
    (a, b) => a - b,
  );
  const width = 15;
  const rows = [
    `${'growth with the number of tasks'.padEnd(33)}${sizes.map((tasks) => digits(tasks).padStart(width)).join('')}${'growth'.padStart(10)}`,
  ];
  for (const { id, points } of growth) {
    const at = (tasks: number) => points.find((point) => point.tasks === tasks);
    const cells = (text: (point: Point) => string) =>
      sizes.map((tasks) => {
        const point = at(tasks);
        return (point === undefined ? '-' : text(point)).padStart(width);
      });
    const [first, last] = [points[0], points.at(-1)];
    const times = (name: 'floor' | 'loopscope') =>
      first === undefined || last === undefined ? '' : `${digits(last[name] / first[name])} x`.padStart(10);
    const floors = cells(({ floor }) => digits(floor));
    const ours = cells(({ loopscope, ratio }) => `${digits(loopscope)} (${digits(ratio)})`);
    rows.push(`${id.padEnd(7)}${'floor, ns'.padEnd(26)}${floors.join('')}${times('floor')}`);
    rows.push(`${''.padEnd(7)}${'loopscope, ns (/ floor)'.padEnd(26)}${ours.join('')}${times('loopscope')}`);
  }
  return rows.join('\n');
}

// ---- as data ------------------------------------------------------------------------------------------

/** The report as plain data, for `--json`. */
export function reportData({ environment, lines, growth, schedules, notes }: Report): object {
  return {
    environment,
    workloads: lines.map(({ workload, ...numbers }) => ({ ...workload, ...numbers })),
    growth,
    schedules,
    notes,
  };
}
