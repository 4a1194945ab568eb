/**
 * Virtual time in words and on axes.
 *
 * A number of milliseconds is exact but not readable: nobody sees at a glance that 6000000 is 100 min. A single
 * moment or duration is written in the units people use for it (`formatDuration`). An axis is another matter: its
 * labels are compared with one another, so all have the same unit and round steps of it (`timeTicks`).
 */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** At most three decimals, and none that are only noise of binary fractions. */
function round(value: number): number {
  const rounded = Math.round(value * 1000) / 1000;
  return rounded === 0 ? Number(value.toPrecision(2)) : rounded;
}

/**
 * Writes a duration or a moment, given in virtual ms, in the units people use for it. Below a second it is written
 * to a thousandth of a ms, above it to a ms.
 *
 * @example formatDuration(0) // '0'
 * @example formatDuration(250) // '250 ms'
 * @example formatDuration(1500) // '1.5 s'
 * @example formatDuration(6_000_000) // '100 min'
 */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (Number.isNaN(ms)) return 'NaN';
  if (ms === Infinity) return '∞';
  if (ms === 0) return '0';
  if (round(ms) < SECOND) return `${round(ms)} ms`;
  const whole = Math.round(ms);
  if (whole < MINUTE) return `${whole / SECOND} s`;
  if (!Number.isSafeInteger(whole)) return `${Number((ms / DAY).toPrecision(6))} d`;
  const parts: string[] = [];
  let rest = whole;
  for (const [unit, name] of [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
  ] as const) {
    if (unit === HOUR && whole < 2 * HOUR) continue; // 100 min is easier to compare with 40 min than 1 h 40 min
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  if (rest > 0) parts.push(`${rest / SECOND} s`);
  return parts.join(' ');
}

/**
 * Writes a duration, given in virtual ms, short enough for a column of them: in one unit, to three figures.
 *
 * @example roughDuration(123_456.789) // '123 s'
 * @example roughDuration(6_000_000) // '100 min'
 */
export function roughDuration(ms: number): string {
  if (ms < 0) return `-${roughDuration(-ms)}`;
  if (ms === 0 || !Number.isFinite(ms)) return formatDuration(ms);
  const { name, ms: size } = UNITS.find(({ below }) => ms < below)!;
  return `${Number((ms / size).toPrecision(3))} ${name}`;
}

/** A place on a time axis: where, in virtual ms, and what is written there. */
export interface Tick {
  readonly time: number;
  readonly label: string;
}

interface Unit {
  readonly name: string;
  readonly ms: number;
  /** Spans shorter than this are shown in this unit. */
  readonly below: number;
  /** Round steps of this unit; above the last, and below the first if it is decimal, 1, 2, 5 × 10ⁿ go on. */
  readonly steps: readonly number[];
  /** Whether its parts are round: half a second is, and half a minute, `0.5 min`, is not. */
  readonly decimal: boolean;
}

const UNITS: readonly Unit[] = [
  { name: 'ms', ms: 1, below: SECOND, steps: [], decimal: true },
  { name: 's', ms: SECOND, below: 3 * MINUTE, steps: [1, 2, 5, 10, 15, 20, 30, 60], decimal: true },
  { name: 'min', ms: MINUTE, below: 4 * HOUR, steps: [1, 2, 5, 10, 15, 20, 30, 60], decimal: false },
  { name: 'h', ms: HOUR, below: 4 * DAY, steps: [1, 2, 3, 6, 12, 24], decimal: false },
  { name: 'd', ms: DAY, below: Infinity, steps: [], decimal: false },
];

/**
 * A moment in a sentence, in which a bare 0 would not be read as a time.
 *
 * @example formatMoment(0) // '0 ms'
 */
export function formatMoment(ms: number): string {
  return ms === 0 ? '0 ms' : formatDuration(ms);
}

/** The smallest round step of a unit that is at least `wanted`. */
function roundStep(unit: Unit, wanted: number): number {
  const least = unit.decimal ? wanted : Math.max(wanted, 1);
  const [first, last] = [unit.steps[0] ?? 0, unit.steps.at(-1) ?? 0];
  if (least > first / 2 && least <= last) return unit.steps.find((step) => step >= least)!;
  const decade = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((digit) => digit * decade).find((step) => step >= least * (1 - 1e-9))!;
}

/**
 * Places on a time axis from `from` to `to` (virtual ms): about `count` round ones, all in one unit that suits the
 * span, and the end itself, which is seldom round. An axis without extent has one.
 *
 * @example timeTicks(0, 2_500_000, 5).map((tick) => tick.label) // ['0', '10 min', '20 min', '30 min', '40 min', '41.67 min']
 */
export function timeTicks(from: number, to: number, count: number): Tick[] {
  const span = to - from;
  if (!(span > 0) || !Number.isFinite(span)) return [{ time: from, label: formatDuration(from) }];
  const unit = UNITS.find(({ below }) => span < below) ?? UNITS[0]!;
  const label = (value: number) => (value === 0 ? '0' : `${value} ${unit.name}`);
  const step = roundStep(unit, span / unit.ms / Math.max(1, count));
  const ticks: Tick[] = [];
  const first = Math.ceil(from / unit.ms / step - 1e-9);
  for (let i = first; i * step * unit.ms < to - span * 1e-9 && ticks.length <= count + 1; i++) {
    ticks.push({ time: Math.max(from, i * step * unit.ms), label: label(round(i * step)) });
  }
  ticks.push({ time: to, label: label(Number((to / unit.ms).toPrecision(4))) });
  return ticks;
}
