/**
 * Where the reader is: a cursor in each of several runs, and one clock for all of them.
 *
 * One run is the active one. Keys and buttons move its cursor, as in the terminal (src/stepper), and the panels show it. The
 * others follow by the clock: each stands at the last event that isn't later. Where the active run is over, and another one
 * isn't, time goes on in that one.
 */

import { BEGINNING, play, press, type Steppable, type StepperState } from '../stepper/index.ts';
import type { Trace } from '../trace/trace.ts';
import type { Moment } from './moment.ts';

/** A cursor in each of several runs. */
export interface Playback {
  readonly runs: readonly Steppable[];
  /** Which of the runs the panels show. */
  readonly active: number;
  /** The cursor in the active run, and what the reader does there. */
  readonly state: StepperState;
  /** The cursor in each run: the number of the event that has just happened; 0: none has. */
  readonly seqs: readonly number[];
  /** Virtual ms; null: before the first event. */
  readonly clock: number | null;
}

/** Before the first event of all runs. Throws a RangeError if there is no run. */
export function beginPlayback(runs: readonly Steppable[]): Playback {
  if (runs.length === 0) throw new RangeError('there is no run to show');
  return { runs, active: 0, state: BEGINNING, seqs: runs.map(() => 0), clock: null };
}

/** The run that the panels show. */
export function activeRun({ runs, active }: Playback): Steppable {
  return runs[active]!;
}

/** The run in which something happened last: the active one, unless it is over and others went on. */
export function latestRun({ runs, active, seqs, clock }: Playback): number {
  const isAt = (run: number) => seqs[run]! > 0 && runs[run]!.trace.event(seqs[run]!).time === clock;
  if (clock === null || isAt(active)) return active;
  const other = runs.findIndex((_, run) => isAt(run));
  return other < 0 ? active : other;
}

/** The playback after a key of the stepper; and `z` goes on to the next run. */
export function pressKey(playback: Playback, key: string): Playback {
  const { state } = playback;
  if (state.typing === null && key === 'z') return nextRun(playback);
  if (state.typing === null && (key === 'right' || key === 'l')) {
    const on = stepOthers({ ...playback, state: { ...state, playing: false } });
    if (on !== null) return on;
  }
  if (state.typing === null && (key === 'left' || key === 'h')) {
    const back = stepOthersBack({ ...playback, state: { ...state, playing: false } });
    if (back !== null) return back;
  }
  const next = press(activeRun(playback), state, key);
  if (key === 'G' && state.typing === null) return toEnd({ ...playback, state: next });
  // Playing goes on where the others do.
  const isOver = state.seq === activeRun(playback).trace.length;
  if (key === 'p' && state.typing === null && isOver && nextOfOthers(playback) !== null)
    return { ...playback, state: { ...next, playing: !state.playing } };
  return moved(playback, next);
}

/** A text that was typed is meant: to search for, or to stop at. */
export function typed(playback: Playback, text: string): Playback {
  const { state } = playback;
  if (state.typing === null) return playback;
  const asked = { ...state, typing: { ...state.typing, text } };
  return moved(playback, press(activeRun(playback), asked, 'enter'));
}

/** Sets a breakpoint, or takes it away, and stays where it is. */
export function toggleStop(playback: Playback, text: string): Playback {
  const { state } = typed(pressKey(playback, 'b'), text);
  return { ...playback, state: { ...state, seq: playback.state.seq } };
}

/** One event on, while it plays. */
export function tick(playback: Playback): Playback {
  const { state } = playback;
  if (!state.playing) return playback;
  const others = stepOthers(playback);
  if (others !== null)
    return nextOfOthers(others) === null ? { ...others, state: { ...state, playing: false } } : others;
  const next = play(activeRun(playback), state);
  // The run is over, and stopped by nothing else: the others may go on.
  const isOver = next.seq === activeRun(playback).trace.length && next.message === state.message;
  const after = moved(playback, next);
  return isOver && !next.playing && nextOfOthers(after) !== null
    ? { ...after, state: { ...next, playing: true } }
    : after;
}

/** The cursor of a run goes to an event, and the panels show that run; a place that there isn't becomes the nearest. */
export function goTo(playback: Playback, run: number, seq: number): Playback {
  const active = Math.max(0, Math.min(playback.runs.length - 1, Math.floor(run) || 0));
  const { length } = playback.runs[active]!.trace;
  const there = Math.max(0, Math.min(length, Math.floor(seq) || 0));
  const shown = active === playback.active ? playback : activate(playback, active);
  const clock = there === 0 ? null : playback.runs[active]!.trace.event(there).time;
  return follow({ ...shown, state: { ...shown.state, seq: there, playing: false, message: '' } }, clock);
}

/** All runs are where they were at a moment. A time counts only after the end of its run: before that, the event says it. */
export function goToMoment(playback: Playback, { run, seq, time }: Moment): Playback {
  const there = goTo(playback, run, seq);
  const { trace } = activeRun(there);
  if (time === undefined || there.state.seq < trace.length || time <= trace.endTime) return there;
  const { clock } = goToTime(there, time);
  return follow(there, clock);
}

/** When the active run ended, where others have gone on since, in virtual ms; null: it is not over, or nothing has happened since. */
export function overSince(playback: Playback): number | null {
  const { trace } = activeRun(playback);
  const { state, clock } = playback;
  return state.seq === trace.length && clock !== null && clock > trace.endTime ? trace.endTime : null;
}

/** The active cursor goes to one of the causes of its event, from where one can come back. */
export function goToCause(playback: Playback, seq: number): Playback {
  const trail = [...playback.state.trail, playback.state.seq];
  const after = goTo(playback, playback.active, seq);
  return { ...after, state: { ...after.state, trail } };
}

/** All runs go to a time: each stands at the last of its events that isn't later. */
export function goToTime(playback: Playback, time: number): Playback {
  const { runs, active, state } = playback;
  const times = runs.map(({ trace }) => {
    const seq = lastUpTo(trace, time);
    return seq === 0 ? null : trace.event(seq).time;
  });
  const clock = times.reduce((a, b) => (a === null ? b : b === null ? a : Math.max(a, b)));
  const seq = clock === null ? 0 : lastUpTo(runs[active]!.trace, clock);
  return follow({ ...playback, state: { ...state, seq, playing: false, message: '' } }, clock);
}

/** The last moment of all runs, in virtual ms. */
export function endOf({ runs }: Playback): number {
  return Math.max(...runs.map(({ trace }) => trace.endTime));
}

/** The panels show another run, at the same time. */
export function activate(playback: Playback, run: number): Playback {
  if (run === playback.active || playback.runs[run] === undefined) return playback;
  const { playing, speed, critical, search } = playback.state;
  const state = { ...BEGINNING, seq: playback.seqs[run]!, playing, speed, critical, search };
  return { ...playback, active: run, state };
}

function nextRun(playback: Playback): Playback {
  const { runs, active, state } = playback;
  if (runs.length > 1) return activate(playback, (active + 1) % runs.length);
  return { ...playback, state: { ...state, message: 'there is one run on this page' } };
}

/** The active cursor has moved, or not: the clock follows it, and the others the clock. */
function moved(playback: Playback, state: StepperState): Playback {
  if (state.seq === playback.state.seq) return { ...playback, state };
  const { trace } = activeRun(playback);
  const clock = state.seq === 0 ? null : trace.event(state.seq).time;
  return follow({ ...playback, state }, clock);
}

function follow(playback: Playback, clock: number | null): Playback {
  const { runs, active, state } = playback;
  const seqs = runs.map(({ trace }, i) =>
    i === active ? state.seq : clock === null ? 0 : lastUpTo(trace, clock),
  );
  return { ...playback, seqs, clock };
}

/** The end of all runs. */
function toEnd(playback: Playback): Playback {
  return follow(playback, endOf(playback));
}

/** When something happens next in one of the others, where the active run is over; null: nothing does. */
function nextOfOthers({ runs, active, state, seqs }: Playback): number | null {
  if (state.seq < runs[active]!.trace.length) return null;
  const times = runs.flatMap(({ trace }, i) =>
    i !== active && seqs[i]! < trace.length ? [trace.event(seqs[i]! + 1).time] : [],
  );
  return times.length === 0 ? null : Math.min(...times);
}

function stepOthers(playback: Playback): Playback | null {
  const time = nextOfOthers(playback);
  return time === null ? null : follow(playback, time);
}

/** Back to what happened before in the others, as long as that is after the end of the active run. */
function stepOthersBack(playback: Playback): Playback | null {
  const { runs, active, clock } = playback;
  const end = runs[active]!.trace.endTime;
  if (clock === null || clock <= end || playback.state.seq < runs[active]!.trace.length) return null;
  const times = runs.map(({ trace }) => {
    const before = lastUpTo(trace, clock, true);
    return before === 0 ? 0 : trace.event(before).time;
  });
  return follow(playback, Math.max(end, ...times));
}

/** The number of the last event up to a time, or before it; 0: there is none. */
export function lastUpTo(trace: Trace, time: number, isBefore = false): number {
  let low = 0;
  let high = trace.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const at = trace.event(middle).time;
    if (isBefore ? at < time : at <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}
