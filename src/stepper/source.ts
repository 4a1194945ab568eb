/** The program's source, with everybody on the line where they stand. */

import type { TraceEvent } from '../trace/events.ts';
import type { LoopState, Site } from '../trace/state.ts';
import { cellWidth, printable, truncate } from '../views/cells.ts';
import type { Line } from '../views/ink.ts';
import type { Steppable } from './stepper.ts';

/** Where to look in the sources. */
export interface Place {
  readonly site: Site;
  /** Whether the one stands there that the event is about; else it is only where somebody was last. */
  readonly isHere: boolean;
}

/** The line to look at: where the one stands that the event is about, or that runs; else where somebody stopped last. */
export function placeOf(on: Steppable, now: LoopState, event: TraceEvent | undefined): Place | undefined {
  const { tasks, threads } = now.sites;
  const thread = [...now.threads.values()].find(({ state }) => state === 'running');
  const isOfTask = event !== undefined && 'task' in event && event.task > 0;
  const isOfThread = event !== undefined && 'thread' in event && event.thread > 0;
  const here = isOfTask
    ? tasks.get(event.task)
    : isOfThread
      ? threads.get(event.thread)
      : now.running?.type === 'task'
        ? tasks.get(now.running.task)
        : thread && threads.get(thread.id);
  if (here !== undefined) return { site: here, isHere: true };
  const last = [...tasks.values(), ...threads.values()].at(-1);
  if (last !== undefined) return { site: last, isHere: false };
  const [file] = on.sources.keys();
  return file === undefined ? undefined : { site: { file, line: 1 }, isHere: false };
}

/** Lines of the source around that one. */
export function sourceLines(
  lines: readonly string[],
  { site, isHere: isMeant }: Place,
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
    const isHere = isMeant && number === site.line;
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
