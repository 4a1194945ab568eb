/**
 * The stepper: a cursor over a trace, as a pure function of keys.
 *
 * It steps events, not code: a loop can't be stopped inside a `compute`, but its log can be read up to any event, and the
 * state there is a fold. So going back is as easy as going on. What a key does is said here, what is seen in frame.ts;
 * only src/node/step.ts knows a terminal.
 */

import { Checkpoints } from '../trace/checkpoints.ts';
import type { TraceEvent } from '../trace/events.ts';
import type { LoopState, Site } from '../trace/state.ts';
import type { Trace } from '../trace/trace.ts';
import { causeOf } from '../trace/why.ts';
import { storyLines } from '../views/story.ts';
import { type Breakpoint, breakpointOf, describeBreakpoint, stopsAt, stopsNowhere } from './breakpoint.ts';
import {
  answer,
  askAnswer,
  askChange,
  changed,
  further,
  isOpen,
  pick,
  toggleAdversarial,
  type Wish,
} from './choosing.ts';
import type { Panel } from './panel.ts';
import { backFromCause, toCause } from './why.ts';

/** What is known of a run besides its trace. */
export interface RunInfo {
  /** What is different in it; '' in the first one. */
  readonly label: string;
  /** What takes longer or less in it, as it was typed; '' if nothing does. */
  readonly change: string;
  /** What the program threw, in words; '' if nothing. */
  readonly failure: string;
  /** Whether that is no failure that the program is there to show. */
  readonly isFault: boolean;
  /** Whether the program went on after the last event of the trace, which has its bound there. */
  readonly isCut: boolean;
  /** How many events the trace may have. */
  readonly maxEvents: number;
  /** Whether somebody has the program, and can run it again. */
  readonly canRunAgain: boolean;
  /** A command line that takes a schedule, to step through this run another time; '' if there is none. */
  readonly command: string;
}

/** A trace of which nothing more is known. */
export const SAVED: RunInfo = {
  label: '',
  change: '',
  failure: '',
  isFault: false,
  isCut: false,
  maxEvents: 0,
  canRunAgain: false,
  command: '',
};

/** What a stepper shows: a trace, the sentences of its story, and its sources, if there are any. */
export class Steppable {
  readonly trace: Trace;
  readonly run: RunInfo;
  /** The lines of the source files by the names that the trace gives them. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  readonly #states: Checkpoints;
  readonly #story: ReturnType<typeof storyLines>;
  /** The sentences told so far. */
  readonly #told: string[];
  #hasLoop: boolean | undefined;
  #hasThreads: boolean | undefined;
  #firstSite: Site | null | undefined;
  /** The chain of causes asked for last: it may be long, and is looked at again and again. */
  #chain: { readonly seq: number; readonly causes: readonly number[] };

  constructor(trace: Trace, sources: Readonly<Record<string, string>> = {}, run: Partial<RunInfo> = {}) {
    this.trace = trace;
    this.run = { ...SAVED, ...run };
    this.sources = new Map(Object.entries(sources).map(([file, text]) => [file, text.split('\n')]));
    this.#states = new Checkpoints(trace);
    this.#story = storyLines(trace);
    this.#told = [];
    this.#chain = { seq: 0, causes: [] };
  }

  /** Whether a loop runs in it: threads can do without. */
  get hasLoop(): boolean {
    this.#hasLoop ??= this.trace.length === 0 || this.trace.has('loop:run');
    return this.#hasLoop;
  }

  /** Whether there are threads in it, sooner or later. */
  get hasThreads(): boolean {
    this.#hasThreads ??= this.trace.has('thread:create');
    return this.#hasThreads;
  }

  /** The first line at which somebody is; null: no line is told. */
  get firstSite(): Site | null {
    if (this.#firstSite !== undefined) return this.#firstSite;
    this.#firstSite = null;
    if (this.sources.size === 0) return null;
    for (const event of this.trace) {
      if (event.kind !== 'source:at') continue;
      this.#firstSite = { file: event.file, line: event.line };
      break;
    }
    return this.#firstSite;
  }

  /** The state after the event numbered `seq`. */
  stateAt(seq: number): LoopState {
    return this.#states.at(seq);
  }

  /** What happened in that event, in a sentence; '' before the first. */
  sentence(seq: number): string {
    while (this.#told.length < seq) {
      const { done, value } = this.#story.next();
      if (done) break;
      this.#told.push(value.text);
    }
    return this.#told[seq - 1] ?? '';
  }

  /** The number of the event that made one happen; 0: nothing did. */
  cause(seq: number): number {
    return seq > 0 ? causeOf(this.trace, seq) : 0;
  }

  /** The numbers of all that led to it, the nearest first, up to where nothing did. */
  causes(seq: number): readonly number[] {
    if (this.#chain.seq !== seq) {
      const causes: number[] = [];
      for (let cause = this.cause(seq); cause > 0; cause = this.cause(cause)) causes.push(cause);
      this.#chain = { seq, causes };
    }
    return this.#chain.causes;
  }
}

/** What the reader is doing. */
export interface StepperState {
  /** The cursor: the number of the event that has just happened; 0: none has. */
  readonly seq: number;
  /** The task whose steps `s` and `S` go to; 0: whichever. */
  readonly task: number;
  /** What is being typed, after `/` (search), `b` (breakpoint), `o` (another answer) or `e` (what if); null: nothing. */
  readonly typing: { readonly what: keyof typeof TYPED; readonly text: string } | null;
  readonly search: string;
  /** Where it stops, each as it was set. */
  readonly breakpoints: readonly Breakpoint[];
  readonly playing: boolean;
  /** Events a second while it plays. */
  readonly speed: number;
  /** Whether the chain of causes is unfolded. */
  readonly why: boolean;
  /** Where one went to causes from, the last one at the end. */
  readonly trail: readonly number[];
  /** Whether the critical path is shown. */
  readonly critical: boolean;
  /** What takes the place of everything else; null: nothing does. */
  readonly panel: Panel | null;
  /**
   * How many lines of a panel, or causes, were scrolled away above. Else the rows of the timeline: 0 shows the one of the moment, 1
   * the first ones.
   */
  readonly scroll: number;
  /** A run that the reader wants to see, and that somebody has to make; null: none. */
  readonly wish: Wish | null;
  /** The run that this one was made from, or that was made from it; null: there is only one. */
  readonly beside: Steppable | null;
  /** What the last key had to say. */
  readonly message: string;
  readonly quit: boolean;
}

/** Before the first event. */
export const BEGINNING: StepperState = {
  seq: 0,
  task: 0,
  typing: null,
  search: '',
  breakpoints: [],
  playing: false,
  speed: 8,
  why: false,
  trail: [],
  critical: false,
  panel: null,
  scroll: 0,
  wish: null,
  beside: null,
  message: '',
  quit: false,
};

/** What each key does, for the help. */
export const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['→ l', 'next event'],
  ['← h', 'back one event'],
  ['n N', 'next, previous iteration'],
  ['j J', 'next, previous clock jump'],
  ['s S', 'next, previous step of a task'],
  ['tab', 'choose which task'],
  ['/', 'search the story'],
  ['r R', 'next, previous hit'],
  ['b', 'break at a task, :24, 40 min …'],
  ['c C', 'on, back to a breakpoint'],
  ['B', 'all breakpoints away'],
  ['g G', 'to the start, to the end'],
  ['p', 'play, pause'],
  ['+ -', 'faster, slower'],
  ['w', 'why: the whole chain of causes'],
  ['↑ ↓', 'scroll it, or rows; pgup, pgdn'],
  ['< >', 'to the cause ◂, and back'],
  ['P', 'the critical path'],
  ['L', 'late: who, because of whom'],
  ['x X', 'next, previous open choice'],
  ['1 … 9', 'there: what if this were picked?'],
  ['o', 'there: another name or number'],
  ['e', 'what if it took longer or less?'],
  ['v', 'adversarial: any ready order'],
  ['z', 'the other run'],
  ['t', 'both runs on one axis'],
  ['y', 'this run as a line to paste'],
  ['?', 'this help'],
  ['q', 'quit'],
];

/** How far these keys scroll. What there is to scroll is known to the frame: see `settled`. */
const SCROLLS: { readonly [key: string]: number } = { up: -1, down: 1, pageup: -10, pagedown: 10 };

/** Events a second, from the slowest to the fastest. */
export const SPEEDS: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/**
 * The state after a key. Keys are characters, and 'left', 'right', 'up', 'down', 'pageup', 'pagedown', 'enter', 'escape',
 * 'tab', 'backspace'.
 * A key that means nothing changes nothing.
 *
 * @example press(steppable, BEGINNING, 'right').seq // 1
 */
export function press(on: Steppable, state: StepperState, key: string): StepperState {
  if (state.typing !== null) return type(on, state, state.typing, key);
  if (key in SCROLLS) return { ...state, message: '', scroll: Math.max(0, state.scroll + SCROLLS[key]!) };
  if (state.panel !== null)
    return { ...state, panel: null, scroll: 0, quit: key === 'q' || key === 'ctrl-c' };
  const still: StepperState = { ...state, message: '', playing: false, scroll: 0 };
  const { length } = on.trace;
  const to = (seq: number) => ({ ...still, seq: Math.max(0, Math.min(length, seq)) });
  switch (key) {
    case 'right':
    case 'l':
    case ' ':
      return state.seq === length && on.run.isCut ? further(on, still) : to(stopFrom(on, state.seq, 1));
    case 'left':
    case 'h':
      return to(stopFrom(on, state.seq, -1));
    case 'n':
    case 'N':
      return find(on, still, key === 'n' ? 1 : -1, ({ kind }) => kind === 'iteration', 'iteration');
    case 'j':
    case 'J':
      return find(on, still, key === 'j' ? 1 : -1, (event) => movesClock(on, event), 'jump of the clock');
    case 's':
    case 'S':
      return find(on, still, key === 's' ? 1 : -1, (event) => isStepOf(event, state.task), 'step');
    case 'tab':
      return chooseTask(on, still);
    case '/':
      return { ...still, typing: { what: 'search', text: '' } };
    case 'r':
    case 'R':
      return search(on, still, key === 'r' ? 1 : -1);
    case 'b':
      return { ...still, typing: { what: 'break', text: '' } };
    case 'B':
      return clearBreakpoints(still);
    case 'c':
    case 'C':
      return toBreakpoint(on, still, key === 'c' ? 1 : -1);
    case 'g':
      return to(0);
    case 'G':
      return to(length);
    case 'p':
      return { ...still, playing: !state.playing && state.seq < length };
    case '+':
    case '-': {
      const place = SPEEDS.indexOf(state.speed) + (key === '+' ? 1 : -1);
      const speed = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, place))]!;
      return { ...still, playing: state.playing, speed, message: `${speed} events a second` };
    }
    case 'w':
      return { ...still, playing: state.playing, why: !state.why };
    case '<':
      return toCause(on, still);
    case '>':
      return backFromCause(still);
    case 'P':
      return { ...still, playing: state.playing, critical: !state.critical };
    case 'L':
      return { ...still, panel: 'latency' };
    case 'x':
    case 'X':
      return find(on, still, key === 'x' ? 1 : -1, isOpen, 'place where something was left open');
    case 'o':
      return askAnswer(on, still);
    case 'e':
      return askChange(on, still);
    case 'v':
      return toggleAdversarial(on, still);
    case 't':
      if (state.beside === null) return { ...still, message: 'there is no other run yet' };
      return { ...still, panel: 'both' };
    case 'y':
      return { ...still, panel: 'schedule' };
    case '?':
      return { ...still, panel: 'help' };
    case 'q':
    case 'ctrl-c':
      return { ...still, quit: true };
    case 'escape':
      return { ...state, message: '' };
    default:
      return /^[1-9]$/.test(key) ? pick(on, still, Number(key) - 1) : state;
  }
}

/** One event on, while it plays; it pauses at the end, and at a breakpoint. */
export function play(on: Steppable, state: StepperState): StepperState {
  if (!state.playing) return state;
  const { length } = on.trace;
  let { seq } = state;
  let stop: Breakpoint | undefined;
  while (seq < length) {
    stop = breakAt(on, state.breakpoints, ++seq);
    if (stop !== undefined || !tellsLine(on, seq)) break;
  }
  const message = stop === undefined ? state.message : `stopped at ${describeBreakpoint(stop)}`;
  return { ...state, seq, message, scroll: 0, playing: stop === undefined && seq < length };
}

/** Whether an event says only on which line somebody is, of what comes next. */
function tellsLine({ trace }: Steppable, seq: number): boolean {
  return trace.event(seq).kind === 'source:at';
}

/**
 * The next event in a direction to stop at. That somebody comes to a line is passed over, as it is what comes next that is done
 * there: so one key is one deed, and its line is lit when it is told. A line that is asked for (`b :24`) is stopped at before it.
 */
function stopFrom(on: Steppable, from: number, direction: 1 | -1): number {
  const { length } = on.trace;
  let seq = Math.max(0, Math.min(length, from + direction));
  while (seq > 0 && seq < length && tellsLine(on, seq)) seq += direction;
  return seq;
}

/** Among threads no event says that time passes: there it is the first event of a new moment. */
function movesClock({ trace }: Steppable, { kind, seq, time }: TraceEvent): boolean {
  if (/^(thread|gil):/.test(kind)) return seq > 1 && trace.event(seq - 1).time < time;
  return kind === 'clock:jump' || kind === 'compute' || kind === 'block';
}

function isStepOf(event: TraceEvent, task: number): boolean {
  return event.kind === 'task:step' && (task === 0 || event.task === task);
}

/** Goes to the nearest event in a direction that is meant; stays where there is none, and says so. */
function find(
  on: Steppable,
  state: StepperState,
  direction: 1 | -1,
  isMeant: (event: TraceEvent) => boolean,
  what: string,
): StepperState {
  for (let seq = state.seq + direction; seq >= 1 && seq <= on.trace.length; seq += direction) {
    if (isMeant(on.trace.event(seq))) return { ...state, seq };
  }
  const so = direction > 0 && on.run.isCut ? ' as far as the program was run' : '';
  return { ...state, message: `there is no ${what} ${direction > 0 ? 'after' : 'before'} this event${so}` };
}

function chooseTask(on: Steppable, state: StepperState): StepperState {
  const ids = [0, ...on.stateAt(state.seq).tasks.keys()];
  const task = ids[(ids.indexOf(state.task) + 1) % ids.length]!;
  const name = on.stateAt(state.seq).tasks.get(task)?.name;
  return {
    ...state,
    task,
    message: name === undefined ? 's goes to any step' : `s goes to steps of ${name}`,
  };
}

function type(
  on: Steppable,
  state: StepperState,
  { what, text }: NonNullable<StepperState['typing']>,
  key: string,
): StepperState {
  if (key === 'escape' || key === 'ctrl-c') return { ...state, typing: null };
  if (key === 'backspace') return { ...state, typing: { what, text: text.slice(0, -1) } };
  if (key !== 'enter')
    return [...key].length === 1 ? { ...state, typing: { what, text: text + key } } : state;
  const done: StepperState = { ...state, typing: null };
  if (text === '') return done;
  return TYPED[what](on, done, text);
}

/** What becomes of a text that was typed. */
const TYPED = {
  search: (on: Steppable, state: StepperState, text: string) => search(on, { ...state, search: text }, 1),
  break: toggleBreakpoint,
  answer,
  change: changed,
} as const;

/** What is searched is what happens: in `chores.ts:24` the name of the file would be a hit at each step. */
function search(on: Steppable, state: StepperState, direction: 1 | -1): StepperState {
  if (state.search === '') return { ...state, message: 'nothing was searched for yet: / begins a search' };
  const text = state.search.toLowerCase();
  return find(
    on,
    state,
    direction,
    ({ kind, seq }) => kind !== 'source:at' && on.sentence(seq).toLowerCase().includes(text),
    `“${state.search}”`,
  );
}

/** Sets a breakpoint and goes on to it; one that is set already is taken away, one that would never stop is not set. */
function toggleBreakpoint(on: Steppable, state: StepperState, typed: string): StepperState {
  const breakpoint = breakpointOf(on.trace, typed);
  const name = describeBreakpoint(breakpoint);
  const others = state.breakpoints.filter((one) => describeBreakpoint(one) !== name);
  if (others.length < state.breakpoints.length)
    return { ...state, breakpoints: others, message: `no longer stops at ${name}` };
  const nowhere = stopsNowhere(on, breakpoint);
  if (nowhere !== null && on.run.isCut)
    return {
      ...state,
      breakpoints: [...others, breakpoint],
      message: `${name} isn’t met as far as the program was run: G and → run it further`,
    };
  if (nowhere !== null) return { ...state, message: nowhere };
  const set = { ...state, breakpoints: [...others, breakpoint] };
  const found = find(on, set, 1, (event) => stopsAt(on, breakpoint, event), name);
  return found.seq === set.seq ? { ...set, message: `${name} is only up to here: C goes back to it` } : found;
}

function clearBreakpoints(state: StepperState): StepperState {
  const names = state.breakpoints.map(describeBreakpoint).join(', ');
  const message =
    names === '' ? 'there is no breakpoint: b sets one' : `no breakpoint any more; there was ${names}`;
  return { ...state, breakpoints: [], message };
}

function toBreakpoint(on: Steppable, state: StepperState, direction: 1 | -1): StepperState {
  const { breakpoints } = state;
  if (breakpoints.length === 0) return { ...state, message: 'there is no breakpoint: b sets one' };
  const found = find(on, state, direction, ({ seq }) => breakAt(on, breakpoints, seq) !== undefined, 'stop');
  const stop = found.seq === state.seq ? undefined : breakAt(on, breakpoints, found.seq);
  // With only one it is clear which it is.
  if (stop === undefined || breakpoints.length === 1) return found;
  return { ...found, message: `stopped at ${describeBreakpoint(stop)}` };
}

/** The breakpoint that stops at an event, if one does. */
function breakAt(on: Steppable, breakpoints: readonly Breakpoint[], seq: number): Breakpoint | undefined {
  return breakpoints.find((breakpoint) => stopsAt(on, breakpoint, on.trace.event(seq)));
}
