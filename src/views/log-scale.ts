import { formatFigure, type PlotUnit, roundFigures } from './units.ts';

/** A place on a logarithmic axis: where, from 0 to 1, and what is written there. */
export interface LogTick {
  readonly at: number;
  readonly label: string;
}

/** An axis on which each step is so many *times* more: from the least number above 0 to the greatest. */
export class LogScale {
  readonly unit: PlotUnit;
  /** The logarithms of both ends. */
  private readonly from: number;
  private readonly span: number;

  constructor(values: readonly number[], unit: PlotUnit) {
    let least = Number.POSITIVE_INFINITY;
    let greatest = 0;
    for (const value of values) {
      if (!canBeDrawn(value)) continue;
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    if (greatest === 0) least = greatest = 1;
    this.unit = unit;
    // One number alone stands in the middle.
    const margin = greatest / least < 1.5 ? 0.5 : 0;
    this.from = Math.log10(least) - margin;
    this.span = Math.log10(greatest) + margin - this.from;
  }

  /** Where a number is, from 0 (the least) to 1. */
  at(value: number): number {
    return (Math.log10(value) - this.from) / this.span;
  }

  /** Round numbers along the axis: powers of ten; where these are fewer than three, 2 and 5 as well. */
  ticks(): LogTick[] {
    const { unit } = this;
    const within = (digits: readonly number[]) =>
      roundFigures(unit, digits)
        .map((value) => ({ at: this.at(value), label: formatFigure(value, unit) }))
        .filter(({ at }) => at >= -1e-9 && at <= 1 + 1e-9);
    const tens = within([1]);
    return tens.length >= 3 ? tens : within([1, 2, 5]);
  }
}

/** A logarithmic axis has no place for zero. */
export function canBeDrawn(value: number): boolean {
  return value > 0 && value < Number.POSITIVE_INFINITY;
}
