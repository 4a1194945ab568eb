/** A link to a moment: `page.html#seq=12`, or `#run=2&seq=12` where a page shows several runs. */

/** A moment of a run. */
export interface Moment {
  /** Which run, from 0. */
  readonly run: number;
  /** The number of the event that has just happened; 0: none has. */
  readonly seq: number;
}

/** The moment that an address names; what makes no sense is the beginning. @example momentOf('#seq=12').seq // 12 */
export function momentOf(hash: string): Moment {
  const named = new URLSearchParams(hash.replace(/^#/, ''));
  const whole = (name: string, least: number) => {
    const value = Number(named.get(name) ?? least);
    return Number.isSafeInteger(value) && value >= least ? value : least;
  };
  return { run: whole('run', 1) - 1, seq: whole('seq', 0) };
}

/** How an address names a moment. */
export function addressOf({ run, seq }: Moment, runs: number): string {
  return runs > 1 ? `#run=${run + 1}&seq=${seq}` : `#seq=${seq}`;
}
