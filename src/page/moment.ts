/**
 * A link to a moment: `page.html#seq=12`, or `#run=2&seq=12` where a page shows several runs. After the end of that run the others
 * may go on: then the time is in it as well, in virtual ms, as `#run=2&seq=82&time=6000000`.
 */

/** A moment of a run. */
export interface Moment {
  /** Which run, from 0. */
  readonly run: number;
  /** The number of the event that has just happened; 0: none has. */
  readonly seq: number;
  /** Virtual ms, where that run is over, and others have gone on since. */
  readonly time?: number | undefined;
}

/** The moment that an address names; what makes no sense is the beginning. @example momentOf('#seq=12').seq // 12 */
export function momentOf(hash: string): Moment {
  const named = new URLSearchParams(hash.replace(/^#/, ''));
  const whole = (name: string, least: number) => {
    const value = Number(named.get(name) ?? least);
    return Number.isSafeInteger(value) && value >= least ? value : least;
  };
  const time = Number(named.get('time') ?? Number.NaN);
  return {
    run: whole('run', 1) - 1,
    seq: whole('seq', 0),
    ...(Number.isFinite(time) && time >= 0 && { time }),
  };
}

/** How an address names a moment. */
export function addressOf({ run, seq, time }: Moment, runs: number): string {
  if (runs <= 1) return `#seq=${seq}`;
  return `#run=${run + 1}&seq=${seq}${time === undefined ? '' : `&time=${time}`}`;
}
