/**
 * What is kept of a player when it gets other runs: those of the same program, with another value somewhere.
 *
 * Whoever moves a slider wants to look at the same thing as before: the same tab, the same zoom, and the same moment. That moment is
 * the same event as long as the runs agree so far; else it is the same time, or the end if there is nothing so late any more.
 */

import type { StepperState } from '../stepper/index.ts';
import { goToMoment, lastUpTo, type Playback, pressKey } from './playback.ts';

/** Where a reader was, and what they had chosen. Whoever embeds a player makes one, hands it over, and never looks into it. */
export interface Keep<Tab = string> {
  tab: Tab | null;
  /** Null: the beginning. */
  place: Place | null;
  /** Where that place was found in the runs that are shown: as long as the reader stays there, it is still the one that they chose. */
  found: { readonly run: number; readonly seq: number } | null;
  state: Pick<StepperState, 'speed' | 'critical' | 'breakpoints' | 'playing'> | null;
  /** The part of the ruler that the timeline showed; null: all. */
  view: { readonly from: number; readonly to: number } | null;
}

interface Place {
  readonly run: number;
  readonly seq: number;
  readonly time: number;
  readonly kind: string;
  /** They were at the end of all. */
  readonly isEnd: boolean;
}

/** Keeps nothing yet. */
export const newKeep = (): Keep => ({ tab: null, place: null, found: null, state: null, view: null });

/** Forgets where the reader was, and not what they had chosen: for another program. */
export function forgetPlace(keep: Keep): void {
  keep.place = null;
  keep.found = null;
  keep.view = null;
  if (keep.state !== null) keep.state = { ...keep.state, playing: false, breakpoints: [] };
}

/** Writes down where the reader is. */
export function keepPlace(keep: Keep, { runs, active, state, seqs, clock }: Playback): void {
  const { seq, speed, critical, breakpoints, playing } = state;
  keep.state = { speed, critical, breakpoints, playing };
  if (keep.found?.run === active && keep.found.seq === seq) return;
  keep.found = null;
  const isEnd = seqs.every((one, i) => one === runs[i]!.trace.length);
  const kind = seq === 0 ? '' : runs[active]!.trace.event(seq).kind;
  keep.place = clock === null ? null : { run: active, seq, time: clock, kind, isEnd };
}

/** A playback that has just begun, at the place that was kept. */
export function resumed(beginning: Playback, keep: Keep): Playback {
  const { place, state } = keep;
  const chosen = state === null ? beginning : { ...beginning, state: { ...beginning.state, ...state } };
  if (place === null) return chosen;
  const run = Math.min(place.run, chosen.runs.length - 1);
  const { trace } = chosen.runs[run]!;
  const event = place.seq >= 1 && place.seq <= trace.length ? trace.event(place.seq) : undefined;
  const isSame = event?.kind === place.kind && event.time === place.time;
  const seq = place.isEnd ? trace.length : isSame ? place.seq : lastUpTo(trace, place.time);
  const there = goToMoment(chosen, { run, seq, time: place.time });
  const after = place.isEnd ? pressKey(there, 'G') : there;
  keep.found = { run: after.active, seq: after.state.seq };
  return { ...after, state: { ...after.state, playing: chosen.state.playing && !place.isEnd } };
}
