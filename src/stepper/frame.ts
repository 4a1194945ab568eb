/**
 * One screen of the stepper, as text: a function of the trace, the cursor and the size of the terminal, and of nothing
 * else.
 *
 *     title                     event 12 of 95 · 40 min · iteration 3      where we are
 *     - file --------------------------------------- stops at rice, 40 min -
 *     source, with who stands where │ running, ready, timers, waiting …      what is so
 *                                   │ the story so far, if there is room
 *     > what just happened, and why                                        what happened
 *     the timeline up to now                                               how it came to this
 *     keys                                                                 what one can do
 *
 * A larger screen tells more and never the same larger: on a wide one the story so far has a column of its own, a tall one has
 * what is shared, who is done and where the time went. On a very low one the timeline is left out first.
 *
 * Every line is exactly as wide as the terminal or less, and there are exactly as many as it has rows: a frame never
 * scrolls.
 */

import type { LoopState } from '../trace/state.ts';
import { cellWidth, printable, truncate, truncateMiddle, wrap } from '../views/cells.ts';
import { inkText, type Line, lineWidth } from '../views/ink.ts';
import { formatDuration } from '../views/time.ts';
import { onPath } from './analysis.ts';
import { BREAKPOINTS, describeBreakpoint } from './breakpoint.ts';
import { answerKeys, candidateLines } from './choosing.ts';
import { listLines } from './lists.ts';
import { soFar } from './log.ts';
import { panelLines } from './panel.ts';
import { timelineBlock } from './picture.ts';
import { type Place, placeOf, sourceLines } from './source.ts';
import type { Steppable, StepperState } from './stepper.ts';
import { timeLines } from './times.ts';
import { chainOfCauses, nearestCauses } from './why.ts';

/** The terminal, as far as a frame must know it. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** ANSI colours; none if not given. The frame says the same without. */
  readonly color?: boolean;
}

/** The least screen that shows anything of use. */
export const LEAST_SCREEN = { columns: 40, rows: 12 };

/** On a screen with fewer rows a picture would say nothing, and leave no room for anything else. */
const LOW = 16;

/**
 * What the stepper shows: `rows` lines of at most `columns` cells.
 *
 * @example frame(steppable, BEGINNING, { columns: 80, rows: 24 }).split('\n').length // 24
 */
export function frame(on: Steppable, state: StepperState, screen: Screen): string {
  return inkText(layOut(on, state, screen).lines, screen.columns, screen.color);
}

/**
 * The state as a screen can show it: scrolled no further than there is something to see. How much that is, the keys don't
 * know.
 *
 * @example state = settled(steppable, press(steppable, state, 'down'), screen)
 */
export function settled(on: Steppable, state: StepperState, screen: Screen): StepperState {
  if (state.scroll === 0) return state;
  const scroll = Math.min(state.scroll, layOut(on, state, screen).last);
  return scroll === state.scroll ? state : { ...state, scroll };
}

interface Layout {
  readonly lines: readonly Line[];
  /** How far it can be scrolled. */
  readonly last: number;
}

function layOut(on: Steppable, state: StepperState, { columns, rows }: Screen): Layout {
  const { columns: least, rows: low } = LEAST_SCREEN;
  if (columns < least || rows < low)
    return {
      lines: fill([[[`${columns}×${rows} is too small: ${least}×${low} is the least`]]], rows),
      last: 0,
    };
  const now = on.stateAt(state.seq);
  const title = headerLine(on, state, now, columns);
  const footer = footerLines(on, state, columns);
  if (state.panel !== null) {
    const all = panelLines(on, state, columns);
    const room = rows - 3;
    const last = Math.max(0, all.length - room);
    const first = Math.min(state.scroll, last);
    const shown = all.slice(first, first + room);
    const note = last === 0 ? '' : `lines ${first + 1}–${first + shown.length} of ${all.length}: ↑ ↓`;
    return { lines: [title, rule(columns, '', note), ...fill(shown, room), ...footer.slice(0, 1)], last };
  }
  const picture = rows < LOW ? null : timelineBlock(on, state, now, { columns, rows });
  const drawn = picture === null ? [] : [rule(columns, '', picture.note), ...picture.lines];
  const free = rows - 3 - footer.length - drawn.length;
  const told = toldBlock(on, state, columns, rows, free);
  const room = free - told.lines.length;
  const event = state.seq > 0 ? on.trace.event(state.seq) : undefined;
  const here = placeOf(on, now, event);
  const file = here === undefined || !on.sources.has(here.site.file) ? '' : printable(here.site.file);
  const lines = [
    title,
    rule(columns, file, breakNote(state)),
    ...fill(bodyLines(on, state, now, here, columns, room), room),
    rule(columns, runNote(on), told.note),
    ...told.lines,
    ...drawn,
    ...footer,
  ];
  return { lines, last: state.why ? told.last : (picture?.last ?? 0) };
}

/** A rule, with a note near each end. */
function rule(columns: number, left = '', right = ''): Line {
  const noted = (note: string, room: number) => (note === '' ? '' : ` ${truncateMiddle(note, room)} `);
  const end = noted(right, columns - 6);
  const start = noted(left, columns - cellWidth(end) - 8);
  const [before, after] = [start === '' ? 0 : 1, end === '' ? 0 : 1];
  return [
    ['─'.repeat(before), 'quiet'],
    [start, 'quiet'],
    ['─'.repeat(columns - before - after - cellWidth(start) - cellWidth(end)), 'quiet'],
    [end, 'strong'],
    ['─'.repeat(after), 'quiet'],
  ];
}

/** Which run it is, if it isn't the one that comes by itself. */
function runNote({ run, trace }: Steppable): string {
  const isAdversarial = trace.meta.policy === 'adversarial' && run.label !== 'adversarial';
  return [printable(run.label), isAdversarial ? 'adversarial' : ''].filter(Boolean).join(' · ');
}

/** Where it stops. */
function breakNote({ breakpoints }: StepperState): string {
  const names = breakpoints.map((breakpoint) => printable(describeBreakpoint(breakpoint)));
  return names.length === 0 ? '' : `stops at ${names.join(', ')}`;
}

/** Exactly so many lines: cut, or with empty ones below. */
function fill(lines: readonly Line[], count: number): Line[] {
  return Array.from({ length: Math.max(0, count) }, (_, i) => lines[i] ?? []);
}

function headerLine(on: Steppable, state: StepperState, now: LoopState, columns: number): Line {
  const { meta, length } = on.trace;
  const where = `event ${state.seq} of ${length}${on.run.isCut ? '+' : ''} · ${formatDuration(now.time)} · iteration ${now.iteration}`;
  const title = truncate(
    printable(String(meta.title ?? meta.program ?? 'trace')),
    columns - where.length - 2,
  );
  const gap = columns - cellWidth(title) - where.length;
  return [[title, 'strong'], [' '.repeat(Math.max(1, gap))], [where, 'plain']];
}

/** What stands before what is typed, and what it may be. */
const PROMPTS = {
  search: ['/', ''],
  break: ['break at: ', BREAKPOINTS],
  answer: ['otherwise: ', 'the name or place of a candidate, or a number'],
  change: ['what if: ', 'rice 20 min · rice x0.5 · homework +5 min'],
} as const;

/** The keys of the last line, in its order; those with a lower number are there first where not all fit. */
const HINTS: readonly (readonly [hint: string, rank: number])[] = [
  ['← → step', 0],
  ['n iteration', 3],
  ['j jump', 4],
  ['s task', 8],
  ['b break', 6],
  ['c to it', 13],
  ['/ search', 9],
  ['p play', 7],
  ['w why', 5],
  ['< > causes', 10],
  ['x choice', 8.5],
  ['P critical path', 11],
  ['L latency', 12],
  ['g G start, end', 14],
  ['? help', 1],
  ['q quit', 2],
];

function hints(on: Steppable, state: StepperState, columns: number): string {
  const playing = `playing, ${state.speed} a second: p pauses`;
  const keys = on.run.canRunAgain && state.seq > 0 ? answerKeys(on.trace.event(state.seq)) : '';
  const more = [
    ...(keys === '' ? [] : [[keys, 0.5] as const]),
    ...(state.beside === null ? [] : [['z other run', 2.5] as const]),
  ];
  const all = [...more, ...HINTS].map(
    ([hint, rank]) => [rank === 0 && state.playing ? playing : hint, rank] as const,
  );
  const ranks = all.map(([, rank]) => rank).sort((a, b) => a - b);
  const shown = () => all.flatMap(([hint, rank]) => (rank <= ranks.at(-1)! ? [hint] : [])).join(' · ');
  while (ranks.length > 1 && cellWidth(shown()) > columns) ranks.pop();
  return truncate(shown(), columns);
}

/** A message may take several lines; all else is one. */
const MOST_MESSAGE = 3;

function footerLines(on: Steppable, state: StepperState, columns: number): Line[] {
  if (state.typing !== null) {
    const { what, text } = state.typing;
    const [prompt, hinted] = PROMPTS[what];
    const hint = text === '' ? `  ${hinted}` : '';
    const typed = truncate(`${prompt}${printable(text)}█`, columns);
    return [
      [
        [typed, 'strong'],
        [truncate(hint, columns - cellWidth(typed)), 'quiet'],
      ],
    ];
  }
  if (state.panel !== null)
    return [[[truncate('↑ ↓ scroll · q quit · any other key goes back', columns), 'quiet']]];
  const isEnd = state.seq === on.trace.length && on.run.isCut;
  const message =
    state.message === '' && isEnd ? 'this is not the end: → runs the program further' : state.message;
  if (message === '') return [[[hints(on, state, columns), 'quiet']]];
  const lines = wrap(printable(message), columns);
  return lines.slice(0, MOST_MESSAGE).map((line): Line => [[line, 'strong']]);
}

// ---- what happened ----------------------------------------------------------------------------------------

interface Told extends Layout {
  /** Which causes are shown, if not all are. */
  readonly note: string;
}

/** The sentence of the event, whether it is on the critical path, and why it happened. */
function toldBlock(on: Steppable, state: StepperState, columns: number, rows: number, free: number): Told {
  const { seq, critical, why } = state;
  if (seq === 0) {
    const text = on.trace.length === 0 ? 'Nothing happens at all.' : 'Nothing has happened yet: → goes on.';
    return { lines: [[[text]]], last: 0, note: '' };
  }
  // Unfolded, the causes may have half of the screen, as long as the state has a few lines.
  const least = Math.min(6, Math.floor(rows / 4));
  const isFailure = seq === on.trace.length && on.run.failure !== '';
  const most = Math.max(
    2,
    why || isFailure ? Math.min(Math.floor(rows / 2), free - least) : Math.floor(rows / 4),
  );
  const head: Line[] = wrap(on.sentence(seq), columns - 2).map((line, i) => [
    [i === 0 ? '▶ ' : '  ', 'running'],
    [line, 'strong'],
  ]);
  head.push(...candidateLines(on, on.trace.event(seq), columns));
  if (isFailure) {
    for (const line of on.run.failure.split('\n').flatMap((text) => wrap(printable(text), columns - 2)))
      head.push([[`  ${line}`, 'bad']]);
  }
  if (critical) {
    const { isOn, text } = onPath(on.trace, seq);
    const sign = isOn === false ? '◇ ' : '◆ ';
    for (const [i, line] of wrap(text, columns - 4).entries())
      head.push([
        [`  ${i === 0 ? sign : '  '}`, 'waiting'],
        [line, isOn === false ? 'quiet' : 'waiting'],
      ]);
  }
  if (head.length >= most) {
    return { lines: cutAfter(head, most), last: 0, note: '' };
  }
  const room = most - head.length;
  if (!why) {
    // A taller screen tells more of them.
    const nearest = nearestCauses(on, seq, Math.max(1, Math.floor((rows - 16) / 8)), columns);
    return { lines: [...head, ...cutAfter(nearest, room)], last: 0, note: '' };
  }
  const { lines, first, count, all, last } = chainOfCauses(on, state, room, columns);
  const which = count === 1 ? `cause ${first + 1}` : `causes ${first + 1}–${first + count}`;
  const note = count < all ? `${which} of ${all}: ↑ ↓` : '';
  return { lines: [...head, ...lines], last, note };
}

/** At most so many lines; the last one says if there would be more. */
function cutAfter(lines: readonly Line[], most: number): Line[] {
  const cut = lines.slice(0, most);
  if (lines.length > most) cut[most - 1] = [...cut[most - 1]!, [' …', 'quiet']];
  return cut;
}

// ---- what is so -------------------------------------------------------------------------------------------

/** Screens this wide, with a source to show and without one, have room for the story so far beside the rest. */
const WIDE = 150;
const WIDE_WITHOUT_SOURCE = 100;
/** As much room as the lists can make use of. */
const WIDEST_LISTS = 60;

/** Side by side: the source, the lists, and on a wide screen the story so far; else it has what the lists leave. */
function bodyLines(
  on: Steppable,
  state: StepperState,
  now: LoopState,
  here: Place | undefined,
  columns: number,
  room: number,
): Line[] {
  const source = here === undefined ? undefined : on.sources.get(here.site.file);
  const isWide = columns >= (source === undefined ? WIDE_WITHOUT_SOURCE : WIDE);
  const panes: { readonly width: number; readonly lines: readonly Line[] }[] = [];
  let left = columns;
  const add = (width: number, lines: (width: number) => readonly Line[]) => {
    panes.push({ width, lines: lines(width - 1) });
    left -= width + 2;
  };
  if (source !== undefined && here !== undefined) {
    const widest = Math.max(...source.map((line) => cellWidth(line))) + String(source.length).length + 16;
    add(Math.min(Math.floor(columns * (isWide ? 0.4 : 0.55)), Math.max(40, widest)), (width) =>
      sourceLines(source, here, now, width, room),
    );
  }
  if (isWide) {
    add(Math.min(WIDEST_LISTS, Math.floor(left / 2)), (width) => {
      const lists = listLines(on, state, now, width, room);
      const times = timeLines(on.trace, now, width, room - lists.length - 1);
      return times.length === 0 ? lists : [...lists, [], ...times];
    });
    panes.push({ width: left, lines: soFar(on, state.seq, left, room) });
  } else {
    const lists = listLines(on, state, now, left, room);
    const below = room - lists.length - 2;
    const log = below < 3 ? [] : soFar(on, state.seq, left, below);
    const titled: Line[] = log.length === 0 ? [] : [[], [['so far', 'quiet']], ...log];
    panes.push({ width: left, lines: [...lists, ...titled] });
  }
  return Array.from({ length: room }, (_, i): Line => {
    return panes.flatMap(({ width, lines }, p): Line => {
      const line = lines[i] ?? [];
      if (p === panes.length - 1) return line;
      return [...line, [' '.repeat(Math.max(0, width - lineWidth(line)))], ['│ ', 'quiet']];
    });
  });
}
