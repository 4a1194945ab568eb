/**
 * One screen of the stepper, as text: a function of the trace, the cursor and the size of the terminal, and of nothing
 * else.
 *
 *     title                     event 12 of 95 · 40 min · iteration 3      where we are
 *     source, with who stands where │ running, ready, timers, waiting     what is so
 *                                   │ output
 *     > what just happened, and why                                        what happened
 *     the timeline up to now                                               how it came to this
 *     keys                                                                 what one can do
 *
 * Every line is exactly as wide as the terminal or less, and there are exactly as many as it has rows: a frame never
 * scrolls.
 */

import type { TraceEvent } from '../trace/events.ts';
import type { ThreadState } from '../trace/machine-state.ts';
import type { LoopState, Site, TaskState } from '../trace/state.ts';
import { cellWidth, pad, printable, truncate, wrap } from '../views/cells.ts';
import { inkText, type Line, lineWidth, type Style } from '../views/ink.ts';
import { formatDuration } from '../views/time.ts';
import { timeline } from '../views/timeline.ts';
import { BREAKPOINTS, describeBreakpoint } from './breakpoint.ts';
import { KEYS, type Steppable, type StepperState } from './stepper.ts';

/** The terminal, as far as a frame must know it. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** ANSI colours; none if not given. The frame says the same without. */
  readonly color?: boolean;
}

/** The least screen that shows anything of use. */
export const LEAST_SCREEN = { columns: 40, rows: 12 };

/**
 * What the stepper shows: `rows` lines of at most `columns` cells.
 *
 * @example frame(steppable, BEGINNING, { columns: 80, rows: 24 }).split('\n').length // 24
 */
export function frame(on: Steppable, state: StepperState, { columns, rows, color = false }: Screen): string {
  const { columns: least, rows: low } = LEAST_SCREEN;
  if (columns < least || rows < low)
    return inkText(
      fill([[[`${columns}×${rows} is too small: ${least}×${low} is the least`]]], rows),
      columns,
      color,
    );
  const now = on.stateAt(state.seq);
  const event = state.seq > 0 ? on.trace.event(state.seq) : undefined;
  const header = [headerLine(on, state, now, columns), rule(columns, breakNote(state))];
  const footer = [footerLine(state, columns)];
  if (state.help) {
    return inkText([...header, ...fill(helpLines(columns), rows - 3), ...footer], columns, color);
  }
  const told = storyBlock(on, state, columns, Math.max(2, Math.floor(rows / 4)));
  const drawn = timelineBlock(on, state, now, columns, Math.max(4, Math.floor(rows * 0.32)));
  const room = rows - header.length - footer.length - told.length - drawn.length - 2;
  const body = bodyLines(on, state, now, event, columns, room);
  return inkText(
    [...header, ...fill(body, room), rule(columns), ...told, rule(columns), ...drawn, ...footer],
    columns,
    color,
  );
}

/** A rule, with a note near its end. */
function rule(columns: number, note = ''): Line {
  const text = note === '' ? '' : ` ${truncate(note, columns - 6)} `;
  const end = text === '' ? 0 : 2;
  return [
    ['─'.repeat(columns - end - cellWidth(text)), 'quiet'],
    [text, 'strong'],
    ['─'.repeat(end), 'quiet'],
  ];
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

function footerLine(state: StepperState, columns: number): Line {
  if (state.typing !== null) {
    const { what, text } = state.typing;
    const prompt = what === 'search' ? '/' : 'break at: ';
    const hint = what === 'break' && text === '' ? `  ${BREAKPOINTS}` : '';
    const typed = truncate(`${prompt}${printable(text)}█`, columns);
    return [
      [typed, 'strong'],
      [truncate(hint, columns - cellWidth(typed)), 'quiet'],
    ];
  }
  if (state.message !== '') return [[truncate(printable(state.message), columns), 'strong']];
  const playing = state.playing
    ? `playing, ${state.speed} a second: p pauses`
    : '← → step · n iteration · j jump · b break · p play';
  return [[truncate(`${playing} · w why · ? help · q quit`, columns), 'quiet']];
}

function helpLines(columns: number): Line[] {
  const keys = KEYS.map(([key, what]): Line => [[pad(key, 16), 'strong'], [what]]);
  if (columns < 96) return keys;
  const half = Math.ceil(keys.length / 2);
  const left = Math.max(...keys.slice(0, half).map(lineWidth)) + 3;
  return keys.slice(0, half).map((line, i): Line => {
    return [...line, [' '.repeat(left - lineWidth(line))], ...(keys[i + half] ?? [])];
  });
}

// ---- what happened ----------------------------------------------------------------------------------------

function storyBlock(on: Steppable, state: StepperState, columns: number, most: number): Line[] {
  if (state.seq === 0) return [[['Nothing has happened yet: → goes on.']]];
  const [first, ...rest] = wrap(on.sentence(state.seq), columns - 2);
  const lines: Line[] = [
    [
      ['▶ ', 'running'],
      [first!, 'strong'],
    ],
  ];
  for (const line of rest) lines.push([[`  ${line}`, 'strong']]);
  const causes = on.causes(state.seq);
  const shown = state.why ? causes : causes.slice(0, 1);
  for (const cause of shown)
    for (const [i, line] of wrap(cause, columns - 4).entries())
      lines.push([
        [i === 0 ? '  ◂ ' : '    ', 'quiet'],
        [line, 'quiet'],
      ]);
  const hidden = lines.length - most;
  return hidden > 0 ? [...lines.slice(0, most - 1), [[`    … ${hidden + 1} more lines`, 'quiet']]] : lines;
}

// ---- how it came to this ----------------------------------------------------------------------------------

/** The picture of a whole trace is drawn once for a width, and covered from the cursor on. */
const pictures = new WeakMap<Steppable, Map<string, string[]>>();

function pictureOf(on: Steppable, columns: number, maxRows: number): string[] {
  let known = pictures.get(on);
  if (known === undefined) {
    known = new Map();
    pictures.set(on, known);
  }
  const key = `${columns}×${maxRows}`;
  let lines = known.get(key);
  if (lines === undefined) {
    lines = timeline(on.trace, { width: columns, legend: false, maxRows }).split('\n');
    known.set(key, lines);
  }
  return lines;
}

function timelineBlock(
  on: Steppable,
  state: StepperState,
  now: LoopState,
  columns: number,
  most: number,
): Line[] {
  if (on.trace.length === 0) return [];
  const lines = pictureOf(on, columns, Math.max(1, most - 3)).slice(0, most);
  const axis = lines[1] ?? '';
  const margin = axis.indexOf('├');
  const cells = cellWidth(axis) - margin;
  const { time: from } = on.trace.event(1);
  const span = on.trace.endTime - from;
  const part = span > 0 ? (now.time - from) / span : state.seq / on.trace.length;
  // The cell of this very moment is covered as well, until all is over: not all of it has happened yet.
  const isOver = state.seq === on.trace.length;
  const cell = isOver ? cells : Math.max(0, Math.floor(part * (cells - 1) + 1e-6));
  return lines.map((line, i): Line => {
    if (i < 2) return [[line, 'quiet']];
    // The row of those that are folded says how they ended.
    const kept = cutAt(line, line.startsWith('…') && !isOver ? margin : margin + cell);
    return [[kept], [isOver || cellWidth(kept) < margin + cell ? '' : '▏', 'quiet']];
  });
}

/** The first cells of a text. */
function cutAt(text: string, cells: number): string {
  if (cellWidth(text) <= cells) return text;
  let width = 0;
  let kept = '';
  for (const character of text) {
    width += cellWidth(character);
    if (width > cells) break;
    kept += character;
  }
  return kept;
}

// ---- what is so -------------------------------------------------------------------------------------------

function bodyLines(
  on: Steppable,
  state: StepperState,
  now: LoopState,
  event: TraceEvent | undefined,
  columns: number,
  room: number,
): Line[] {
  const site = siteOf(on, now, event);
  const lines = site === undefined ? undefined : on.sources.get(site.file);
  const left = lines === undefined ? 0 : Math.floor(columns * 0.55);
  const lists = listLines(now, state, columns - left - (left > 0 ? 2 : 0), room);
  if (lines === undefined || site === undefined) return lists;
  const source = sourceLines(lines, site, now, left - 1, room);
  return Array.from({ length: room }, (_, i): Line => {
    const code = source[i] ?? [];
    return [...code, [' '.repeat(Math.max(0, left - lineWidth(code)))], ['│ ', 'quiet'], ...(lists[i] ?? [])];
  });
}

/** The line to look at: where the one stands that the event is about, else one that runs, else the last that stopped. */
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
    (file === undefined ? undefined : { file, line: 1 })
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

/** A list with a title: each entry a line. */
interface Section {
  readonly title: string;
  readonly entries: readonly (readonly [text: string, style: Style])[];
}

function listLines(now: LoopState, state: StepperState, width: number, room: number): Line[] {
  const name = (id: number) => printable(now.tasks.get(id)?.name ?? `Task-${id}`);
  const chosen = (id: number): Style => (id === state.task ? 'strong' : 'plain');
  const { running } = now;
  const waiting = [...now.tasks.values()].filter(
    (task) => task.state === 'waiting' && task.droppedAt === null,
  );
  const threads = [...now.threads.values()].filter((thread) => thread.state !== 'done');
  const sections: Section[] = [
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
      entries: waiting.map((task) => [`${name(task.id)}: ${waitOf(task, now)}`, chosen(task.id)]),
    },
    ...(now.threads.size === 0 ? [] : [{ title: 'threads', entries: threads.map(threadEntry) }]),
    { title: 'output', entries: now.output.map(({ text }) => [printable(text), 'plain']) },
  ];
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
  const head = (i: number): readonly [string, Style] => [pad(i === 0 ? title : '', 9), 'quiet'];
  if (entries.length === 0) return [[head(0), ['-', 'quiet']]];
  // Of the output the last lines are of interest, of everything else the first.
  const isOutput = title === 'output';
  const fits = entries.length <= share;
  const most = fits ? share : Math.max(1, share - (isOutput ? 0 : 1));
  const shown = isOutput ? entries.slice(-most) : entries.slice(0, most);
  const lines = shown.map(([text, style], i): Line => [head(i), [truncate(text, width - 9), style]]);
  if (fits || isOutput) return lines;
  const more = `… ${entries.length - shown.length} more`;
  if (share > 1) return [...lines, [head(1), [more, 'quiet']]];
  const [[first, style]] = shown as [readonly [string, Style]];
  return [[head(0), [truncate(first, width - 11 - more.length), style], [`  ${more}`, 'quiet']]];
}

function threadEntry(thread: ThreadState): readonly [string, Style] {
  const lack = `lacks ${thread.lacks === 'gil' ? 'the GIL' : 'a core'}`;
  const state =
    thread.waiting === null ? thread.state : `waits: ${words(thread.waiting.reason, thread.waiting.name)}`;
  const what = thread.lacks === null ? state : lack;
  return [`${printable(thread.name)}: ${what}`, thread.state === 'running' ? 'running' : 'plain'];
}

function waitOf({ waiting }: TaskState, now: LoopState): string {
  const { on, target, reason, name } = waiting!;
  const held = on === 'resource' ? (now.resources.get(target)?.holders ?? []) : [];
  const holders = held.map((id) => printable(now.tasks.get(id)?.name ?? `Task-${id}`));
  const until = now.timers.find(({ task }) => on === 'timer' && now.tasks.get(task)?.waiting === waiting);
  const end = until === undefined ? '' : ` until ${formatDuration(until.when)}`;
  return `${words(reason, name)}${end}${holders.length > 0 ? `, held by ${holders.join(', ')}` : ''}`;
}

const words = (reason: string, name: string): string =>
  [printable(reason), printable(name)].filter(Boolean).join(' ');
