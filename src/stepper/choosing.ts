/**
 * What was left open, and the other ways it could have gone.
 *
 * Where the rules leave something open the trace has an event that says between what was chosen, or in which range a number was
 * drawn. Here is what a reader can ask for there: another answer, by a key or in words. What is asked for is a *wish*: plain data,
 * a schedule for a run from the start. Whoever has the program carries it out, and hands in the trace (session.ts); the stepper
 * itself runs nothing.
 */

import type { EventOf, TraceEvent } from '../trace/events.ts';
import {
  FAITHFUL,
  formatSchedule,
  isFaithful,
  otherwise,
  type Schedule,
  ScheduleError,
  scheduleOf,
} from '../trace/schedule.ts';
import { printable, truncate, wrap } from '../views/cells.ts';
import { candidate } from '../views/choice.ts';
import type { Line } from '../views/ink.ts';
import type { Steppable, StepperState } from './stepper.ts';

/** A run that a reader wants to see. */
export interface Wish {
  /** The schedule to run by, as a line. */
  readonly schedule: string;
  /** What is to take longer or less, as it was typed; '' if nothing is. */
  readonly change: string;
  /** How many events the trace may have. */
  readonly maxEvents: number;
  /** What is different, for the reader: `bob at event 23`. */
  readonly label: string;
  /** What of the other run is not in it; '' if all is. */
  readonly without: string;
  /** The event up to which it has to be the run that it was made from. */
  readonly agreesUntil: number;
}

/** How many times as long a run that was cut may be, when it is to go on. */
const FURTHER = 4;

/** Whether something was decided in an event. */
export function isOpen({ kind }: TraceEvent): boolean {
  return kind === 'choice' || kind === 'draw';
}

/** An event in which something was decided. */
type OpenEvent = EventOf<'choice'> | EventOf<'draw'>;

/** An answer that has a key. */
interface Answer {
  readonly name: string;
  /** A place, or a number drawn. */
  readonly value: number;
}

/** There are so many keys. */
const MOST_ANSWERS = 9;

/** The answers that have a key: candidates; of a range its ends; and that something fails, or doesn't. */
function answersOf(event: OpenEvent): readonly Answer[] {
  if (event.kind === 'choice') {
    const count = Math.min(event.candidates, event.names.length, MOST_ANSWERS);
    return Array.from({ length: count }, (_, value) => ({ name: candidate(event, value), value }));
  }
  const { what, low, high } = event;
  // It fails if the number is below the failure rate of the device.
  if (what === 'fault')
    return [
      { name: 'it fails', value: low },
      { name: 'it works', value: high },
    ];
  return [
    { name: `the least, ${short(low)}`, value: low },
    { name: `the most, ${short(high)}`, value: high },
  ];
}

const short = (value: number): string => String(Number(value.toFixed(3)));

const decidedIn = (event: OpenEvent): number => (event.kind === 'choice' ? event.picked : event.value);

/** What could have been decided in an event, in lines; none where nothing could. */
export function candidateLines(on: Steppable, event: TraceEvent, columns: number): Line[] {
  if (event.kind !== 'choice' && event.kind !== 'draw') return [];
  const answers = answersOf(event);
  const decided = event.kind === 'draw' && event.what === 'fault' ? faultIn(on, event) : decidedIn(event);
  const all = answers.map(
    ({ name, value }, i) => `${i + 1} ${truncate(name, 40)}${value === decided ? ' ✓' : ''}`,
  );
  const rest = event.kind === 'choice' ? event.candidates - answers.length : 0;
  if (rest > 0) all.push(`… ${rest} more: o and a number or a name`);
  const how = on.run.canRunAgain ? '' : ' (in a saved trace nothing can be chosen)';
  return wrap(`${all.join('   ')}${how}`, columns - 4).map((line): Line => [[`  ${line}`, 'ready']]);
}

/** What came of it: the answer that says whether the request failed; null if that isn't seen. */
function faultIn({ trace }: Steppable, event: EventOf<'draw'>): number | null {
  let request = 0;
  let until = event.time;
  for (let seq = event.seq + 1; seq <= trace.length; seq++) {
    const next = trace.event(seq);
    if (next.time > until) break;
    // A device draws for a request, and takes it up then.
    if (request === 0 && next.kind === 'request:start') ({ request, until } = next);
    if (next.kind === 'request:complete' && next.request === request)
      return next.failed ? event.low : event.high;
  }
  return null;
}

/** The keys that decide otherwise in an event; '' where nothing was decided. */
export function answerKeys(event: TraceEvent): string {
  if (event.kind !== 'choice' && event.kind !== 'draw') return '';
  const { length } = answersOf(event);
  const other = event.kind === 'draw' && event.what !== 'fault' ? ', o' : '';
  return `${length === 2 ? '1 2' : `1–${length}`}${other} pick another`;
}

/** The key of an answer was pressed: the run in which it is given. */
export function pick(on: Steppable, state: StepperState, place: number): StepperState {
  const event = openAt(on, state);
  if (event === undefined)
    return { ...state, message: 'there is nothing to choose between here: x goes on to where there is' };
  const answers = answersOf(event);
  if (event.kind === 'draw' && place >= answers.length)
    return { ...state, message: `there are only ${answers.length} keys here: o takes a number` };
  // There may be more candidates than names, so a place may be one all the same.
  return wishFor(on, state, event, answers[place]?.value ?? (event.kind === 'choice' ? place : Number.NaN));
}

/** Another answer is to be typed. */
export function askAnswer(on: Steppable, state: StepperState): StepperState {
  if (openAt(on, state) === undefined)
    return { ...state, message: 'nothing was left open here: x goes on to where something was' };
  if (!on.run.canRunAgain) return { ...state, message: NO_PROGRAM };
  return { ...state, typing: { what: 'answer', text: '' } };
}

/** It was typed: a number, or the name of a candidate. */
export function answer(on: Steppable, state: StepperState, typed: string): StepperState {
  const event = openAt(on, state);
  if (event === undefined) return state;
  const text = typed.trim();
  const named = answersOf(event).find(({ name }) => name === text || name === `it ${text}`)?.value;
  const number = text === '' ? Number.NaN : Number(text);
  return wishFor(on, state, event, named ?? (event.kind === 'choice' ? number - 1 : number));
}

const NO_PROGRAM = 'this is a saved trace: to choose takes the program itself';

function openAt(on: Steppable, { seq }: StepperState): OpenEvent | undefined {
  const event = seq > 0 ? on.trace.event(seq) : undefined;
  return event?.kind === 'choice' || event?.kind === 'draw' ? event : undefined;
}

function wishFor(on: Steppable, state: StepperState, event: OpenEvent, value: number): StepperState {
  if (value === decidedIn(event)) return { ...state, message: 'so it was decided in this run' };
  const named = answersOf(event).find((one) => one.value === value)?.name;
  const name =
    event.kind === 'choice' ? candidate(event, value) : `${printable(event.what)}: ${named ?? short(value)}`;
  const label = `${name} at event ${event.seq}`;
  return wish(on, state, () => otherwise(on.trace, event.seq, value), {
    label: [on.run.change && `what if ${on.run.change}`, label].filter(Boolean).join(' · '),
    change: on.run.change,
    agreesUntil: event.seq - 1,
  });
}

/** The same run, and further than its bound. */
export function further(on: Steppable, state: StepperState): StepperState {
  const { trace, run } = on;
  const maxEvents = trace.length * FURTHER;
  return wish(on, state, () => ({ ...scheduleOf(trace), open: true }), {
    label: run.label,
    change: run.change,
    maxEvents,
    agreesUntil: trace.length,
  });
}

/** From the start, with the ready queue permuted or not. */
export function toggleAdversarial(on: Steppable, state: StepperState): StepperState {
  const isAdversarial = on.trace.meta.policy === 'adversarial';
  const label = isAdversarial ? '' : 'adversarial';
  return wish(
    on,
    state,
    () => ({ ...FAITHFUL, seed: scheduleOf(on.trace).seed, adversarial: !isAdversarial }),
    { label, without: whatIsLost(on) },
  );
}

/** From the start, with something that takes longer or less; faithfully, as another length has other choices. */
export function askChange(on: Steppable, state: StepperState): StepperState {
  if (!on.run.canRunAgain)
    return { ...state, message: 'this is a saved trace: what if takes the program itself' };
  return { ...state, typing: { what: 'change', text: '' } };
}

export function changed(on: Steppable, state: StepperState, text: string): StepperState {
  return wish(on, state, () => ({ ...FAITHFUL, seed: scheduleOf(on.trace).seed }), {
    label: `what if ${text}`,
    change: text,
    without: whatIsLost(on),
  });
}

/** A run from the start asks other questions, so it has none of the answers that were chosen before. */
function whatIsLost(on: Steppable): string {
  if (on.trace.meta.policy === undefined) return '';
  const isChosen = scheduleOf(on.trace).decisions.some((decision) => !isFaithful(decision));
  return isChosen ? 'what was chosen in the other run' : '';
}

/** Wishes for a run. One that makes no sense is told at once. */
function wish(
  on: Steppable,
  state: StepperState,
  schedule: () => Schedule,
  {
    label,
    change = '',
    maxEvents = on.run.maxEvents,
    without = '',
    agreesUntil = 0,
  }: Partial<Wish> & { readonly label: string },
): StepperState {
  if (!on.run.canRunAgain) return { ...state, message: NO_PROGRAM };
  try {
    const line = formatSchedule(schedule());
    return {
      ...state,
      wish: { schedule: line, change, maxEvents, label, without, agreesUntil },
      message: 'running it again… (escape gives up)',
    };
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    return { ...state, message: error.message };
  }
}
