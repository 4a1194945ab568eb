/**
 * The table of threads: what became of each, where its time went, and how often it had to stop.
 *
 *     thread      state                busy    gil  waiting  runs  voluntary  forced
 *     MainThread  done                    0   2 ms    22 ms     2          1       0
 *     a           done                12 ms  10 ms        0     3          0       2
 *     b           done                12 ms  12 ms        0     3          0       2
 *     ──────────────────────────────────────────────────────────────────────────────
 *     machine     4 cores, 24 ms      24 ms                     8          1       4
 *
 * `busy`, `gil` (ready, and without the GIL), `core` (ready, and without a core) and `waiting` are those of `threadTimes`:
 * together they are the life of the thread from its start. It *runs* when it gets a core. It leaves that again to wait
 * (`voluntary`), or because it is made to (`forced`). `overhead` is what the machine's own work took of `busy`. What is
 * zero in every row is left out, except for the switches.
 */

import { type ThreadState, threadTimes } from '../trace/machine-state.ts';
import type { LoopState } from '../trace/state.ts';
import { cellWidth, printable, widest } from './cells.ts';
import type { Line, Style } from './ink.ts';
import { rowLine, type TableRow, tableLines, widthsOf } from './table-lines.ts';
import { formatDuration } from './time.ts';

const COLUMNS = ['busy', 'gil', 'core', 'waiting', 'runs', 'voluntary', 'forced', 'overhead'] as const;
type Column = (typeof COLUMNS)[number];
/** Left out if they are zero in every row. */
const IF_ANY: readonly Column[] = ['gil', 'core', 'overhead'];
/** Too narrow: the least telling columns go first. */
const DROPPED: readonly Column[] = ['overhead', 'runs', 'voluntary', 'forced', 'core'];

type Row = TableRow<Column>;

/** What a table of threads is made from. */
export interface ThreadTableInput {
  /** The state at the end. */
  readonly final: LoopState;
  /** When the trace begins, in virtual ms. */
  readonly from: number;
  /** What each thread waited for last, in words. */
  readonly waits: ReadonlyMap<number, string>;
  /** Whether a loop ran; else the thread that is not one of the machine's is the script's. */
  readonly hasLoop: boolean;
}

/** The lines of the table of all threads; the machine in the last row. */
export function threadLines(input: ThreadTableInput, width: number, maxRows: number): Line[] {
  const { final } = input;
  const threads = [...final.threads.values()];
  const rows = threads.map((thread) => rowOf(thread, input));
  const shown = rows.slice(0, maxRows);
  const last = machineRow(threads, input);
  const all = [...shown, last];
  const more = rows.length > shown.length ? `… ${rows.length - shown.length} more` : '';

  let columns = COLUMNS.filter(
    (column) => !IF_ANY.includes(column) || rows.some(({ cells }) => cells[column] !== '0'),
  );
  const widths = widthsOf(columns, all);
  const numbers = () => columns.reduce((sum, column) => sum + 2 + widths.get(column)!, 0);
  const longestName = widest([...all.map(({ name }) => name), more], 'thread'.length);
  const longestState = widest(
    all.map(({ state }) => state),
    'state'.length,
  );
  const least = Math.min(longestName, 16) + 2 + Math.min(longestState, 12);
  for (const column of DROPPED) {
    if (least + numbers() > width) columns = columns.filter((other) => other !== column);
  }
  const room = Math.max(2, width - numbers() - 2);
  const nameWidth = Math.min(longestName, Math.max(room - longestState, Math.floor(room * 0.5), 1));
  const stateWidth = Math.min(longestState, Math.max(1, room - nameWidth));

  const layout = { columns, widths, nameWidth, stateWidth };
  const lines = tableLines(layout, ['thread', 'state'], shown, more, width);
  // At need it doesn't say how long it took.
  const size = cellWidth(last.state) <= stateWidth ? last.state : last.state.replace(/,.*/, '');
  lines.push(rowLine(layout, [last.name], [size], (column) => last.cells[column], 'plain'));
  return lines;
}

function rowOf(thread: ThreadState, { final, waits, hasLoop }: ThreadTableInput): Row {
  const { busy, gil, core, waiting } = threadTimes(thread, final.time);
  const [state, style] = describeState(thread, waits.get(thread.id) ?? '', hasLoop);
  return {
    name: printable(thread.name),
    state,
    style,
    cells: {
      busy: formatDuration(busy),
      gil: formatDuration(gil),
      core: formatDuration(core),
      waiting: formatDuration(waiting),
      runs: String(thread.runs),
      voluntary: String(thread.switches.voluntary),
      forced: String(thread.switches.forced),
      overhead: formatDuration(thread.overhead),
    },
  };
}

function machineRow(threads: readonly ThreadState[], { final, from }: ThreadTableInput): Row {
  const machines = new Set([...final.processes.values()].map(({ machine }) => machine)).size;
  const cores = final.machine?.cores ?? 0;
  const size = machines > 1 ? `${machines} machines` : `${cores} core${cores === 1 ? '' : 's'}`;
  const sum = (number: (thread: ThreadState) => number) => threads.reduce((all, one) => all + number(one), 0);
  return {
    name: machines > 1 ? 'all' : 'machine',
    state: `${size}, ${formatDuration(final.time - from)}`,
    style: 'plain',
    cells: {
      busy: formatDuration(sum((thread) => threadTimes(thread, final.time).busy)),
      gil: '',
      core: '',
      waiting: '',
      runs: String(sum(({ runs }) => runs)),
      voluntary: String(sum(({ switches }) => switches.voluntary)),
      forced: String(sum(({ switches }) => switches.forced)),
      overhead: formatDuration(sum(({ overhead }) => overhead)),
    },
  };
}

function describeState(thread: ThreadState, wait: string, hasLoop: boolean): [string, Style] {
  const { state, outcome, lacks, host, detail } = thread;
  if (host) return [hasLoop ? 'the loop’s' : 'the script’s', 'plain'];
  if (outcome === 'exception') return [detail === '' ? 'failed' : `failed: ${printable(detail)}`, 'bad'];
  if (outcome !== null) return ['done', 'good'];
  if (state === 'waiting') return [`waiting: ${wait}`, 'waiting'];
  if (state === 'ready') return [`waits for ${lacks === 'gil' ? 'the GIL' : 'a core'}`, 'ready'];
  return [state === 'new' ? 'not started' : state, state === 'running' ? 'running' : 'plain'];
}
