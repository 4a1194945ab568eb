/**
 * Why: the chain of causes of the event under the cursor, and the way along it.
 *
 * Folded, only the nearest cause is told; unfolded, all of them down to what nothing caused, with their times and numbers,
 * and what doesn't fit is scrolled. `<` goes where the sign `◂` points, to the cause itself; `>` comes back from there.
 */

import { pad, widest, wrap } from '../views/cells.ts';
import type { Line } from '../views/ink.ts';
import { formatDuration } from '../views/time.ts';
import type { Steppable, StepperState } from './stepper.ts';

/** Goes to the cause of the event under the cursor, and remembers the way back. */
export function toCause(on: Steppable, state: StepperState): StepperState {
  const cause = on.cause(state.seq);
  if (cause === 0) return { ...state, message: 'nothing caused this' };
  return { ...state, seq: cause, trail: [...state.trail, state.seq] };
}

/** Comes back from a cause to where one was. */
export function backFromCause(state: StepperState): StepperState {
  const seq = state.trail.at(-1);
  if (seq === undefined)
    return { ...state, message: 'there is nothing to come back to: < goes to the cause' };
  return { ...state, seq, trail: state.trail.slice(0, -1) };
}

/** Lines of causes, and which of how many they are. */
export interface Causes {
  readonly lines: readonly Line[];
  /** Where in the chain the lines begin, and how many causes they tell. */
  readonly first: number;
  readonly count: number;
  readonly all: number;
  /** How far one can scroll: from there on all that are left fit. */
  readonly last: number;
}

/** The nearest causes of an event, without further ado. */
export function nearestCauses(on: Steppable, seq: number, most: number, columns: number): Line[] {
  const lines: Line[] = [];
  for (let n = 0, cause = on.cause(seq); n < most && cause > 0; n++, cause = on.cause(cause))
    lines.push(...causeLines(on.sentence(cause), '', columns));
  return lines;
}

/** The chain of causes of an event, as far as it fits into some lines, from cause number `scroll` on. */
export function chainOfCauses(
  on: Steppable,
  { seq, scroll }: StepperState,
  room: number,
  columns: number,
): Causes {
  const chain = on.causes(seq);
  const all = chain.length;
  if (all === 0) return { lines: [[['  ◂ nothing caused this', 'quiet']]], first: 0, count: 0, all, last: 0 };
  // Not more are looked at than may be shown: the chain may have thousands.
  const near = chain.slice(0, room);
  const timeWidth = widest([...near, ...chain.slice(scroll, scroll + room)].map((one) => timeOf(on, one)));
  const numberWidth = String(chain[0]).length + 1;
  const linesOf = (place: number) => {
    const cause = chain[place]!;
    const when = `${pad(timeOf(on, cause), timeWidth, 'right')}  ${pad(`#${cause}`, numberWidth, 'right')}  `;
    return causeLines(on.sentence(cause), when, columns);
  };
  let last = all;
  for (let left = room; last > 0; last--) {
    left -= linesOf(last - 1).length;
    if (left < 0) break;
  }
  const first = Math.min(scroll, Math.min(last, all - 1));
  const lines: Line[] = [];
  let count = 0;
  while (first + count < all) {
    const next = linesOf(first + count);
    if (lines.length + next.length > room && count > 0) break;
    lines.push(...next);
    count++;
  }
  return { lines: lines.slice(0, room), first, count, all, last: Math.min(last, all - 1) };
}

const timeOf = (on: Steppable, seq: number): string => formatDuration(on.trace.event(seq).time);

function causeLines(sentence: string, when: string, columns: number): Line[] {
  return wrap(sentence, Math.max(8, columns - 4 - when.length)).map(
    (piece, i): Line => [
      [i === 0 ? `  ◂ ${when}` : ' '.repeat(4 + when.length), 'quiet'],
      [piece, when === '' ? 'quiet' : 'plain'],
    ],
  );
}
