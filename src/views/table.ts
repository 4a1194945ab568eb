/**
 * The table: what became of each task, and where its time went.
 *
 *     task  state                  busy  ready  waiting  steps  switches
 *     main  done                      0      0   40 min      2         2
 *     rice  done                      0      0   40 min      2         2
 *     peel  done                  5 min      0        0      1         1
 *     ──────────────────────────────────────────────────────────────────
 *     loop  40 min, 8 iterations  5 min          35 min      5         5
 *
 * Busy, ready and waiting are those of `taskTimes`, so the table says what the state and the matchers say (but see below,
 * of threads); together they are the task's whole life. `overdue`, a part of waiting, is time in which what the task waited for was there
 * and the loop too busy to notice; the column is left out if there is none. A *step* is one resume of the task; it is
 * a *switch* if something else ran just before. (That the loop returned and was driven on in between is no switch.)
 *
 * The last row is the loop: how long it was held up by computing and blocking (busy) and how long it had nothing to
 * do (under waiting). What the plain code of a script took while no loop ran is not counted.
 *
 * Where there are threads, a table of them follows (thread-table.ts); without a loop it stands alone. The loop's thread may
 * lack the GIL, or a core, in the middle of a step: that is taken out of busy, and has a column of its own (`gil`, `core`)
 * if there is any. That of the loop is all its thread lacked while it ran, between steps as well.
 */

import type { TraceEvent } from '../trace/events.ts';
import { type TaskState, taskTimes } from '../trace/state.ts';
import { StateFolder } from '../trace/state-folder.ts';
import { Switches } from '../trace/switches.ts';
import { Cast } from './cast.ts';
import { cellWidth, pad, printable, widest } from './cells.ts';
import { inkText, type Style } from './ink.ts';
import type { Doing } from './life-reader.ts';
import { lifelines } from './lifelines.ts';
import { endWord } from './parts.ts';
import type { Span as Time } from './spans.ts';
import { rowLine, type TableRow, tableLines, widthsOf } from './table-lines.ts';
import { type ThreadTableInput, threadLines } from './thread-table.ts';
import { formatDuration } from './time.ts';
import { waitLabel } from './waits.ts';

/** How a table is drawn. */
export interface TaskTableOptions {
  /** Columns of the terminal; 80 if not given. No line is wider: what has no room is cut, then left out. */
  readonly width?: number;
  /** ANSI colours; none if not given. */
  readonly color?: boolean;
  /** At most this many tasks, and threads; the rest becomes one line, `… 12 more`. All if not given. */
  readonly maxRows?: number;
}

const COLUMNS = ['busy', 'gil', 'core', 'ready', 'waiting', 'overdue', 'steps', 'switches'] as const;
type Column = (typeof COLUMNS)[number];
type Row = TableRow<Column>;
/** Left out if they are zero in every row. */
const IF_ANY: readonly Column[] = ['gil', 'core', 'overdue'];

const NAME = 'task';
const STATE = 'state';

/**
 * Draws a table of the tasks of a trace: state, busy, ready and waiting time, steps and switches; the loop in the last
 * row. Below it a table of the threads, if there are any.
 *
 * @example console.log(taskTable(trace, { width: process.stdout.columns }))
 */
export function taskTable(trace: Iterable<TraceEvent>, options: TaskTableOptions = {}): string {
  const width = Math.max(1, Math.floor(options.width ?? 80));
  const maxRows = Math.max(1, Math.floor(options.maxRows ?? Number.POSITIVE_INFINITY));
  const { rows, loop, loopLine, threads } = readRows(trace);
  const hasThreads = threads.final.threads.size > 0;
  const threadTable = hasThreads ? threadLines(threads, width, maxRows) : [];
  if (hasThreads && rows.length === 0 && !threads.hasLoop) return inkText(threadTable, width, options.color);
  const shown = rows.slice(0, maxRows);

  const isTold = (column: Column) => [...rows, loop].some(({ cells }) => !['', '0'].includes(cells[column]));
  let columns = COLUMNS.filter((column) => !IF_ANY.includes(column) || isTold(column));
  const all = [...shown, loop];
  const widths = widthsOf(columns, all);
  const numbers = () => columns.reduce((sum, column) => sum + 2 + widths.get(column)!, 0);
  const more = rows.length > shown.length ? `… ${rows.length - shown.length} more` : '';
  const longestName = widest([...all.map(({ name }) => name), more], NAME.length);
  const longestState = widest(
    all.map(({ state }) => state),
    STATE.length,
  );
  // Too narrow even with short names and states: the least telling columns go first.
  const least = Math.min(longestName, 8) + 2 + Math.min(longestState, 9);
  for (const column of ['switches', 'steps', 'overdue', 'core', 'gil', 'ready'] as const) {
    if (least + numbers() > width) columns = columns.filter((other) => other !== column);
  }
  const room = Math.max(2, width - numbers() - 2);
  // The loop has more to say of itself than fits under a short state. It takes the room if there is any, at need
  // across both columns, and else says less.
  const across = cellWidth(`${loop.name}  ${loopLine}`);
  const wanted = Math.max(longestState, Math.min(cellWidth(loopLine), across - 2 - longestName));
  const stateLimit = longestName + wanted <= room ? wanted : longestState;
  const nameWidth = Math.min(longestName, Math.max(room - stateLimit, Math.floor(room * 0.45), 1));
  const stateWidth = Math.min(stateLimit, Math.max(1, room - nameWidth));

  const layout = { columns, widths, nameWidth, stateWidth };
  const lines = tableLines(layout, [NAME, STATE], shown, more, width);
  const fits = cellWidth(loopLine) <= stateWidth;
  const last = rowLine(
    layout,
    [loop.name],
    [fits ? loopLine : loop.state],
    (column) => loop.cells[column],
    'plain',
  );
  const both = nameWidth + 2 + stateWidth;
  if (!fits && across <= both) last.splice(0, 3, [pad(`${loop.name}  ${loopLine}`, both)]);
  lines.push(last);
  if (hasThreads) lines.push([], ...threadTable);
  return inkText(lines, width, options.color);
}

interface TableRows {
  readonly rows: readonly Row[];
  readonly loop: Row;
  /** What the loop says of itself where there is room. */
  readonly loopLine: string;
  readonly threads: ThreadTableInput;
}

function readRows(trace: Iterable<TraceEvent>): TableRows {
  const folder = new StateFolder();
  const cast = new Cast();
  /** What each task waited for last. */
  const waits = new Map<number, string>();
  const threadWaits = new Map<number, string>();
  const switches = new Switches();
  let steps = 0;
  let iterations = 0;

  const look = (event: TraceEvent): void => {
    folder.apply(event);
    cast.see(event);
    switches.see(event);
    if (event.kind === 'iteration') iterations++;
    else if (event.kind === 'thread:wait') threadWaits.set(event.thread, waitLabel(event));
    else if (event.kind === 'task:wait') waits.set(event.task, cast.wait(event));
    else if (event.kind === 'task:step') steps++;
  };
  const lives = lifelines(passing(trace, look));
  const timesIn = (doing: Doing) =>
    new Map(
      lives.tasks.map(({ task, stretches }) => {
        const own = stretches.filter((stretch) => stretch.doing === doing);
        return [task, sum(own.map(({ from, to }) => to.time - from.time))];
      }),
    );
  const overdue = timesIn('overdue');
  const lacks = { gil: timesIn('gil'), core: timesIn('core') };

  const final = folder.state();
  const deadlocked = new Set(
    lives.tasks.filter((life) => endWord(life) === 'deadlock').map(({ task }) => task),
  );
  const rows = Array.from(final.tasks.values(), (task): Row => {
    const { busy, ready, waiting } = taskTimes(task, final.time);
    const gil = lacks.gil.get(task.id) ?? 0;
    const core = lacks.core.get(task.id) ?? 0;
    const wait = waits.get(task.id) ?? '';
    const [state, style] = deadlocked.has(task.id)
      ? ([`deadlock: ${wait}`, 'bad'] as const)
      : describeState(task, wait);
    return {
      name: printable(task.name),
      state,
      style,
      cells: {
        busy: formatDuration(Math.max(0, busy - gil - core)),
        gil: formatDuration(gil),
        core: formatDuration(core),
        ready: formatDuration(ready),
        waiting: formatDuration(waiting),
        overdue: formatDuration(overdue.get(task.id) ?? 0),
        steps: String(task.steps),
        switches: String(switches.of(task.id)),
      },
    };
  });
  const { busy, script, absent, lacking, from } = lives.loop;
  const length = (spans: readonly Time[]) => sum(spans.map((span) => span.to - span.from));
  const lackOf = (what: 'gil' | 'core') => lacking.filter(({ lack, script }) => lack === what && !script);
  const away = length([...script, ...lacking.filter((lack) => lack.script), ...absent]);
  const loop: Row = {
    name: 'loop',
    state: formatDuration(final.time - from.time - away),
    style: 'plain',
    cells: {
      busy: formatDuration(length(busy)),
      gil: formatDuration(length(lackOf('gil'))),
      core: formatDuration(length(lackOf('core'))),
      ready: '',
      waiting: formatDuration(final.idle),
      overdue: '',
      steps: String(steps),
      switches: String(sum(switches.counts.values())),
    },
  };
  const loopLine = `${loop.state}, ${count(iterations, 'iteration')}`;
  const hasLoop = iterations > 0 || steps > 0;
  const threads = { final, from: from.time, waits: threadWaits, hasLoop };
  return { rows, loop, loopLine, threads };
}

function sum(numbers: Iterable<number>): number {
  return Array.from(numbers).reduce((a, b) => a + b, 0);
}

/** Lets the events through, and shows each to `look` on its way: a trace may be read only once. */
function* passing(trace: Iterable<TraceEvent>, look: (event: TraceEvent) => void): Generator<TraceEvent> {
  for (const event of trace) {
    look(event);
    yield event;
  }
}

function describeState(task: TaskState, wait: string): [string, Style] {
  const { state, outcome, droppedAt } = task;
  if (outcome === 'result') return ['done', 'good'];
  if (outcome === 'exception')
    return [task.detail === '' ? 'failed' : `failed: ${printable(task.detail)}`, 'bad'];
  if (outcome === 'cancelled') return ['cancelled', 'dropped'];
  const now = state === 'waiting' ? `waiting: ${wait}` : state;
  return [droppedAt === null ? now : `dropped, ${now}`, state === 'waiting' ? 'waiting' : 'ready'];
}

/** `1 step`, `2 steps`. */
function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
