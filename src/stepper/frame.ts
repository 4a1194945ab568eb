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

import type { TraceEvent } from '../trace/events.ts';
import type { ThreadState } from '../trace/machine-state.ts';
import type { LoopState, Site, TaskState, Waiting } from '../trace/state.ts';
import { cellWidth, pad, printable, truncate, truncateMiddle, wrap } from '../views/cells.ts';
import { cutLine, inkText, type Line, lineWidth, type Style } from '../views/ink.ts';
import { formatDuration } from '../views/time.ts';
import { timelineLines } from '../views/timeline.ts';
import { onPath, pathOf } from './analysis.ts';
import { BREAKPOINTS, describeBreakpoint } from './breakpoint.ts';
import { answerKeys, candidateLines } from './choosing.ts';
import { soFar } from './log.ts';
import { panelLines } from './panel.ts';
import { holdersOf, sharedEntries } from './shared.ts';
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
  const footer = footerLine(on, state, columns);
  if (state.panel !== null) {
    const all = panelLines(on, state, columns);
    const room = rows - 3;
    const last = Math.max(0, all.length - room);
    const first = Math.min(state.scroll, last);
    const shown = all.slice(first, first + room);
    const note = last === 0 ? '' : `lines ${first + 1}–${first + shown.length} of ${all.length}: ↑ ↓`;
    return { lines: [title, rule(columns, '', note), ...fill(shown, room), footer], last };
  }
  const drawn =
    rows < LOW
      ? []
      : [rule(columns), ...timelineBlock(on, state, now, columns, Math.max(4, Math.floor(rows * 0.32)))];
  const free = rows - 4 - drawn.length;
  const told = toldBlock(on, state, columns, rows, free);
  const room = free - told.lines.length;
  const event = state.seq > 0 ? on.trace.event(state.seq) : undefined;
  const site = siteOf(on, now, event);
  const place = site === undefined || !on.sources.has(site.file) ? '' : printable(site.file);
  const lines = [
    title,
    rule(columns, place, breakNote(state)),
    ...fill(bodyLines(on, state, now, site, columns, room), room),
    rule(columns, runNote(on), told.note),
    ...told.lines,
    ...drawn,
    footer,
  ];
  return { lines, last: told.last };
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
  const where = `event ${state.seq} of ${length} · ${formatDuration(now.time)} · iteration ${now.iteration}`;
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

function footerLine(on: Steppable, state: StepperState, columns: number): Line {
  if (state.typing !== null) {
    const { what, text } = state.typing;
    const [prompt, hinted] = PROMPTS[what];
    const hint = text === '' ? `  ${hinted}` : '';
    const typed = truncate(`${prompt}${printable(text)}█`, columns);
    return [
      [typed, 'strong'],
      [truncate(hint, columns - cellWidth(typed)), 'quiet'],
    ];
  }
  if (state.panel !== null)
    return [[truncate('↑ ↓ scroll · q quit · any other key goes back', columns), 'quiet']];
  if (state.message === '' && state.seq === on.trace.length && on.run.isCut)
    return [[truncate('this is not the end: → runs the program further', columns), 'strong']];
  if (state.message !== '') return [[truncate(printable(state.message), columns), 'strong']];
  return [[hints(on, state, columns), 'quiet']];
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
  const most = Math.max(2, why ? Math.min(Math.floor(rows / 2), free - least) : Math.floor(rows / 4));
  const head: Line[] = wrap(on.sentence(seq), columns - 2).map((line, i) => [
    [i === 0 ? '▶ ' : '  ', 'running'],
    [line, 'strong'],
  ]);
  head.push(...candidateLines(on, on.trace.event(seq), columns));
  if (seq === on.trace.length && on.run.failure !== '') {
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
    const cut = head.slice(0, most);
    if (head.length > most) cut[most - 1] = [...cut[most - 1]!, [' …', 'quiet']];
    return { lines: cut, last: 0, note: '' };
  }
  const room = most - head.length;
  if (!why) {
    // A taller screen tells more of them.
    const nearest = nearestCauses(on, seq, Math.max(1, Math.floor((rows - 16) / 8)), columns);
    return { lines: [...head, ...nearest.slice(0, room)], last: 0, note: '' };
  }
  const { lines, first, count, all, last } = chainOfCauses(on, state, room, columns);
  const which = count === 1 ? `cause ${first + 1}` : `causes ${first + 1}–${first + count}`;
  const note = count < all ? `${which} of ${all}: ↑ ↓` : '';
  return { lines: [...head, ...lines], last, note };
}

// ---- how it came to this ----------------------------------------------------------------------------------

/** The picture of a whole trace is drawn once for a width, and covered from the cursor on. */
const pictures = new WeakMap<Steppable, Map<string, readonly Line[]>>();

function pictureOf(on: Steppable, columns: number, most: number, critical: boolean): readonly Line[] {
  let known = pictures.get(on);
  if (known === undefined) {
    known = new Map();
    pictures.set(on, known);
  }
  const key = `${columns}×${most} ${critical}`;
  let lines = known.get(key);
  if (lines === undefined) {
    lines = drawPicture(on, columns, most, critical);
    known.set(key, lines);
  }
  return lines;
}

function drawPicture(on: Steppable, columns: number, most: number, critical: boolean): readonly Line[] {
  const path = critical && pathOf(on.trace);
  const draw = (maxRows: number) =>
    timelineLines([{ title: '', trace: on.trace }], {
      width: columns,
      legend: false,
      maxRows,
      critical: path,
    });
  // The axis has two lines, the loop and the critical path one each.
  const room = most - 3 - (critical ? 1 : 0);
  const lines = draw(Math.max(1, room));
  if (lines.length <= most) return lines;
  // There are tasks and threads, and each kind was given all the room; their heading wants a line too.
  return draw(Math.max(1, Math.floor((room - 1) / 2)));
}

function timelineBlock(
  on: Steppable,
  state: StepperState,
  now: LoopState,
  columns: number,
  most: number,
): Line[] {
  if (on.trace.length === 0) return [];
  const lines = pictureOf(on, columns, most, state.critical).slice(0, most);
  const texts = lines.map((line) => line.map(([text]) => text).join(''));
  const axis = texts[1] ?? '';
  const margin = axis.indexOf('├');
  const cells = cellWidth(axis) - margin;
  const { time: from } = on.trace.event(1);
  const span = on.trace.endTime - from;
  const part = span > 0 ? (now.time - from) / span : state.seq / on.trace.length;
  // The cell of this very moment is covered as well, until all is over: not all of it has happened yet.
  const isOver = state.seq === on.trace.length;
  const cell = isOver ? cells : Math.max(0, Math.floor(part * (cells - 1) + 1e-6));
  // On a tall screen the axis stands below the rows as well.
  const isAxis = (i: number) => i < 2 || (i >= lines.length - 2 && texts.at(-2)!.trimStart().startsWith('├'));
  return lines.map((line, i): Line => {
    // The critical path is that of the whole run, and no news of the cursor.
    if (isAxis(i) || (state.critical && i === 2) || isOver) return line;
    // The row of those that are folded says how they ended.
    const isFolded = texts[i]!.startsWith('…');
    const kept = cutLine(line, isFolded ? margin : margin + cell);
    const isCovered = cellWidth(texts[i]!.trimEnd()) > margin + cell;
    return [...kept, [isCovered && !isFolded ? '▏' : '', 'quiet']];
  });
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
  site: Site | undefined,
  columns: number,
  room: number,
): Line[] {
  const source = site === undefined ? undefined : on.sources.get(site.file);
  const isWide = columns >= (source === undefined ? WIDE_WITHOUT_SOURCE : WIDE);
  const panes: { readonly width: number; readonly lines: readonly Line[] }[] = [];
  let left = columns;
  const add = (width: number, lines: (width: number) => readonly Line[]) => {
    panes.push({ width, lines: lines(width - 1) });
    left -= width + 2;
  };
  if (source !== undefined && site !== undefined) {
    const widest = Math.max(...source.map((line) => cellWidth(line))) + String(source.length).length + 16;
    add(Math.min(Math.floor(columns * (isWide ? 0.4 : 0.55)), Math.max(40, widest)), (width) =>
      sourceLines(source, site, now, width, room),
    );
  }
  if (isWide) {
    add(Math.min(WIDEST_LISTS, Math.floor(left / 2)), (width) => {
      const lists = listLines(on, state, now, width, room);
      const times = timeLines(now, width, room - lists.length - 1);
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

/**
 * The line to look at: where the one stands that the event is about, else one that runs, else the last that stopped; line 0, and
 * none of a file, where nobody stands anywhere yet.
 */
function siteOf(on: Steppable, now: LoopState, event: TraceEvent | undefined): Site | undefined {
  const { tasks, threads } = now.sites;
  const thread = [...now.threads.values()].find(({ state }) => state === 'running');
  const [file] = on.sources.keys();
  return (
    (event !== undefined && 'task' in event ? tasks.get(event.task) : undefined) ??
    (event !== undefined && 'thread' in event ? threads.get(event.thread) : undefined) ??
    (now.running?.type === 'task' ? tasks.get(now.running.task) : undefined) ??
    (thread === undefined ? undefined : threads.get(thread.id)) ??
    [...tasks.values(), ...threads.values()].at(-1) ??
    (file === undefined ? undefined : { file, line: 0 })
  );
}

function sourceLines(
  lines: readonly string[],
  site: Site,
  now: LoopState,
  width: number,
  room: number,
): Line[] {
  const who = new Map<number, string[]>();
  const stand = (line: number, name: string) => who.set(line, [...(who.get(line) ?? []), printable(name)]);
  for (const [id, { file, line }] of now.sites.tasks) {
    const task = now.tasks.get(id);
    if (file === site.file && task !== undefined && task.state !== 'done') stand(line, task.name);
  }
  for (const [id, { file, line }] of now.sites.threads) {
    const thread = now.threads.get(id);
    if (file === site.file && thread !== undefined && thread.state !== 'done') stand(line, thread.name);
  }
  const first = Math.max(1, Math.min(site.line - Math.floor(room / 2), lines.length - room + 1));
  const digits = String(lines.length).length;
  return Array.from({ length: Math.min(room, lines.length - first + 1) }, (_, i): Line => {
    const number = first + i;
    const names = who.get(number)?.join(', ') ?? '';
    const label = names === '' ? '' : truncate(` ◀ ${names}`, Math.floor(width / 2));
    const isHere = number === site.line;
    const code = truncate(
      printable((lines[number - 1] ?? '').replaceAll('\t', '  ')),
      width - digits - 3 - cellWidth(label),
    );
    return [
      [`${isHere ? '▶' : ' '}${String(number).padStart(digits)} `, isHere ? 'running' : 'quiet'],
      [code, isHere ? 'strong' : 'plain'],
      [label, 'waiting'],
    ];
  });
}

/** What the titles of lists take. */
const HEAD = 9;

/** A list with a title: each entry a line. */
interface Section {
  readonly title: string;
  readonly entries: readonly (readonly [text: string, style: Style])[];
}

/** With so many rows there is room for what is shared, and who is done. */
const TALL = 16;

/** These are left out where there is nothing to tell. */
const OPTIONAL: ReadonlySet<string> = new Set(['threads', 'shared', 'done', 'errors']);

/** Of these the last entries are of interest, of everything else the first. */
const NEWEST_LAST: ReadonlySet<string> = new Set(['output', 'errors', 'done']);

function listLines(on: Steppable, state: StepperState, now: LoopState, width: number, room: number): Line[] {
  const name = (id: number) => printable(now.tasks.get(id)?.name ?? `Task-${id}`);
  const chosen = (id: number): Style => (id === state.task ? 'strong' : 'plain');
  const plain = (texts: readonly string[]): Section['entries'] => texts.map((text) => [text, 'plain']);
  const { running } = now;
  const tasks = [...now.tasks.values()];
  const threads = [...now.threads.values()];
  const ofLoop: Section[] = [
    {
      title: 'running',
      entries:
        running === null
          ? []
          : [[running.type === 'task' ? name(running.task) : `${printable(running.label)}()`, 'running']],
    },
    {
      title: 'ready',
      entries: now.ready.map((entry) =>
        entry.type === 'task'
          ? [name(entry.task), chosen(entry.task)]
          : [`${printable(entry.label)}()`, 'plain'],
      ),
    },
    {
      title: 'timers',
      entries: now.timers.map(({ when, task, label }) => [
        `${formatDuration(when)}  ${task === 0 ? printable(label) : name(task)}`,
        chosen(task),
      ]),
    },
    {
      title: 'waiting',
      entries: tasks
        .filter((task) => task.state === 'waiting' && task.droppedAt === null)
        .map((task) => [waitOf(task, now, width - HEAD), chosen(task.id)]),
    },
  ];
  const done = [...tasks, ...threads].filter((one) => one.state === 'done').map(endEntry);
  const sections: Section[] = [
    // Threads alone have no loop.
    ...(on.hasLoop ? ofLoop : []),
    {
      title: 'threads',
      entries: threads
        .filter(({ state }) => state !== 'done')
        .map((one) => threadEntry(one, now, width - HEAD)),
    },
    { title: 'shared', entries: room < TALL ? [] : plain(sharedEntries(now)) },
    { title: 'done', entries: room < TALL ? [] : done },
    {
      title: 'errors',
      entries: now.errors.map(({ message, detail }) => [printable(`${message}: ${detail}`), 'bad']),
    },
    { title: 'output', entries: plain(now.output.map(({ text }) => printable(text))) },
  ].filter(({ title, entries }) => entries.length > 0 || !OPTIONAL.has(title)) as Section[];
  const shares = allot(
    sections.map(({ entries }) => Math.max(1, entries.length)),
    room,
  );
  return sections.flatMap((section, i) => sectionLines(section, shares[i]!, width));
}

/** Gives each what it needs, and where there is not enough each in turn one more. */
function allot(needs: readonly number[], room: number): number[] {
  const shares = needs.map(() => 1);
  let left = room - shares.length;
  while (left > 0 && shares.some((share, i) => share < needs[i]!)) {
    for (let i = 0; i < shares.length && left > 0; i++) {
      if (shares[i]! >= needs[i]!) continue;
      shares[i]!++;
      left--;
    }
  }
  return shares;
}

function sectionLines({ title, entries }: Section, share: number, width: number): Line[] {
  const head = (i: number): readonly [string, Style] => [pad(i === 0 ? title : '', HEAD), 'quiet'];
  if (entries.length === 0) return [[head(0), ['-', 'quiet']]];
  const isTail = NEWEST_LAST.has(title);
  const shown = isTail ? entries.slice(-share) : entries.slice(0, share);
  const hidden = entries.length - shown.length;
  const said = width < 30 ? ` +${hidden}` : `  … ${hidden} more`;
  const more = hidden === 0 || isTail ? '' : said;
  return shown.map(([text, style], i): Line => {
    if (i < shown.length - 1 || more === '') return [head(i), [truncate(text, width - HEAD), style]];
    return [head(i), [truncate(text, width - HEAD - more.length), style], [more, 'quiet']];
  });
}

function endEntry({ name, outcome, detail }: TaskState | ThreadState): readonly [string, Style] {
  if (outcome === 'exception') return [`${printable(name)}: ${printable(detail)}`, 'bad'];
  return outcome === 'cancelled' ? [`${printable(name)}: cancelled`, 'dropped'] : [printable(name), 'good'];
}

function threadEntry(thread: ThreadState, now: LoopState, width: number): readonly [string, Style] {
  const { lacks, waiting, state, core } = thread;
  const name = printable(thread.name);
  if (waiting !== null) return [waitText(name, waiting, '', now, width), 'plain'];
  if (lacks !== null) return [`${name}: lacks ${lacks === 'gil' ? 'the GIL' : 'a core'}`, 'ready'];
  return state === 'running'
    ? [`${name}: runs on core ${core}`, 'running']
    : [`${name}: not started`, 'plain'];
}

function waitOf(task: TaskState, now: LoopState, width: number): string {
  const waiting = task.waiting!;
  const until = now.timers.find((timer) => waiting.on === 'timer' && timer.task === task.id);
  const end = until === undefined ? '' : ` until ${formatDuration(until.when)}`;
  return waitText(printable(task.name), waiting, end, now, width);
}

/** What somebody waits for. Where there is little room, who holds it is more than what is done with it. */
function waitText(name: string, waiting: Waiting, end: string, now: LoopState, width: number): string {
  const { on, target, reason } = waiting;
  const resource = on === 'resource' ? now.resources.get(target) : undefined;
  const holders = resource === undefined ? [] : holdersOf(resource, now);
  const held = holders.length === 0 ? '' : `, held by ${holders.join(', ')}`;
  const text = `${name}: ${words(reason, waiting.name)}${end}${held}`;
  if (cellWidth(text) <= width || held === '' || waiting.name === '') return text;
  return `${name}: ${printable(waiting.name)}${held}`;
}

const words = (reason: string, name: string): string =>
  [printable(reason), printable(name)].filter(Boolean).join(' ');
