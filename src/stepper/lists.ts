/** What is so at the cursor, in lists: who runs, is ready, sleeps, waits for what and whom, and what was printed. */

import type { ThreadState } from '../trace/machine-state.ts';
import type { LoopState, TaskState, Waiting } from '../trace/state.ts';
import { callbackName, inList, knownAt, timerName } from '../views/callbacks.ts';
import { cellWidth, pad, printable, truncate } from '../views/cells.ts';
import type { Line, Style } from '../views/ink.ts';
import { formatDuration } from '../views/time.ts';
import { holdersOf, sharedEntries } from './shared.ts';
import type { Steppable, StepperState } from './stepper.ts';

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

/** All lists that have something to tell, in so many lines or fewer. */
export function listLines(
  on: Steppable,
  state: StepperState,
  now: LoopState,
  width: number,
  room: number,
): Line[] {
  const name = (id: number) => printable(now.tasks.get(id)?.name ?? `Task-${id}`);
  const known = knownAt(now, on.trace);
  const callback = ({ handle, label }: { readonly handle: number; readonly label: string }) =>
    inList(callbackName(handle, label, known));
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
          : [[running.type === 'task' ? name(running.task) : callback(running), 'running']],
    },
    {
      title: 'ready',
      entries: now.ready.map((entry) =>
        entry.type === 'task' ? [name(entry.task), chosen(entry.task)] : [callback(entry), 'plain'],
      ),
    },
    {
      title: 'timers',
      entries: now.timers.map(({ timer, when, task, label }) => {
        const isSleep = label === 'sleep' && task !== 0;
        return [
          `${formatDuration(when)}  ${isSleep ? name(task) : inList(timerName(timer, known))}`,
          chosen(task),
        ];
      }),
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
    { title: 'shared', entries: room < TALL ? [] : plain(sharedEntries(now, on.trace)) },
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
