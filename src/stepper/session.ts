/**
 * Several runs of one program, and a cursor in each: what a stepper is once a choice was taken.
 *
 * The runs that were wished for lie beside the one they were made from. They are the same up to some event, and part there: one
 * goes to and fro between them at that place, and sees what the choice has changed.
 */

import { partingOf } from '../trace/parting.ts';
import { formatSchedule, scheduleOf } from '../trace/schedule.ts';
import { formatDuration } from '../views/time.ts';
import { BEGINNING, press, type Steppable, type StepperState } from './stepper.ts';

/** The run that is shown, and the one beside it. */
export interface Session {
  readonly on: Steppable;
  readonly state: StepperState;
  /** Where the cursor was in the run beside this one (`state.beside`); null: there is only one. */
  readonly aside: StepperState | null;
  /** The first event in which they differ; 0: there is only one, or they don't. */
  readonly parting: number;
}

/** A stepper at the beginning of a run. */
export function begin(on: Steppable): Session {
  return { on, state: BEGINNING, aside: null, parting: 0 };
}

/** The session after a key; see `press`. A wish in its state is for somebody to carry out. */
export function steer(session: Session, key: string): Session {
  const { on, state } = session;
  if (state.wish !== null) {
    if (key === 'escape') return { ...session, state: { ...state, wish: null, message: 'given up' } };
    const quits = key === 'q' || key === 'ctrl-c';
    return quits ? { ...session, state: { ...state, wish: null, quit: true } } : session;
  }
  if (key === 'z' && state.typing === null && state.panel === null) return swap(session);
  return { ...session, state: press(on, state, key) };
}

function swap(session: Session): Session {
  const { on, state, aside, parting } = session;
  const { beside } = state;
  if (beside === null || aside === null)
    return {
      ...session,
      state: { ...state, message: 'there is no other run: choose otherwise where something was open' },
    };
  const seq = Math.min(state.seq, beside.trace.length);
  const message = parting === 0 ? 'both runs are the same' : `they part at event ${parting}`;
  return { on: beside, state: { ...aside, seq, message, beside: on }, aside: state, parting };
}

/** The run that was wished for is there: it is shown from where it parts from the one it was made from. */
export function arrive({ on, state }: Session, next: Steppable): Session {
  const { trace } = next;
  const agreesUntil = state.wish?.agreesUntil ?? 0;
  const parting = partingOf(on.trace, trace);
  const asked: StepperState = { ...state, wish: null, playing: false };
  // The same run, only longer: what was seen of it is still so.
  if (agreesUntil === on.trace.length && parting > agreesUntil) {
    const message = `it went on for ${trace.length - on.trace.length} events${next.run.isCut ? ', and still does' : ''}`;
    return { on: next, state: { ...asked, message, beside: null }, aside: null, parting: 0 };
  }
  const seq = Math.min(parting || state.seq, trace.length);
  return {
    on: next,
    state: {
      ...asked,
      seq,
      trail: [],
      scroll: 0,
      message: arrival(on, next, parting, agreesUntil, state.wish?.without ?? ''),
      beside: on,
    },
    aside: asked,
    parting,
  };
}

/** What came of it, in a line. */
function arrival(
  on: Steppable,
  next: Steppable,
  parting: number,
  agreesUntil: number,
  without: string,
): string {
  if (parting === 0) return 'both runs are the same, event by event';
  if (parting <= agreesUntil)
    return `they part before the choice: is there Math.random or Date.now in the program, or a file that changes?`;
  const [before, after] = [on.trace.endTime, next.trace.endTime];
  const moved = Math.abs(after - before);
  const ends = `it ends at ${formatDuration(after)}, ${formatDuration(moved)} ${after < before ? 'sooner' : 'later'}`;
  const end = moved === 0 || on.run.isCut || next.run.isCut ? '' : `${ends}; `;
  const lost = without === '' ? '' : `; without ${without}`;
  return `from here on they differ; ${end}z shows the other run, t both${lost}`;
}

/** There is no such run. */
export function refuse(session: Session, reason: string): Session {
  return { ...session, state: { ...session.state, wish: null, message: reason } };
}

/** The schedule of a run, as a line; null: the trace doesn't tell it. */
export function lineOf({ trace, run }: Steppable): string | null {
  return trace.meta.policy === undefined ? null : formatSchedule({ ...scheduleOf(trace), open: run.isCut });
}
