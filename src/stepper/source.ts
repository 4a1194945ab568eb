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

/**
 * The line to look at: where the one stands that the event is about, or that runs; else where somebody was last; and as long
 * as nobody was anywhere, where the first one will be.
 */
export function placeOf(on: Steppable, now: LoopState, event: TraceEvent | undefined): Place | undefined {
  const here = event === undefined ? undefined : placeIn(now, event);
  if (here !== undefined) return here;
  const site = now.sites.last ?? on.firstSite;
  if (site !== null) return { site, isHere: false };
  const [file] = on.sources.keys();
  return file === undefined ? undefined : { site: { file, line: 1 }, isHere: false };
}

/** Where the one stands that an event is about; undefined if no line of it is known. */
function placeIn(now: LoopState, event: TraceEvent): Place | undefined {
  const { plain } = now.sites;
  switch (event.kind) {
    // Who makes them has a line, not who is made.
    case 'task:create':
      return event.parent > 0 ? ofTask(now, event.parent) : ofRunning(now);
    case 'thread:create':
      return ofThread(now, event.parent) ?? ofRunning(now);
    case 'print':
    case 'compute':
    case 'block':
      return event.task > 0 ? ofTask(now, event.task) : plain === null ? undefined : at(plain);
    case 'source:at':
      return at(event);
  }
  if ('task' in event && event.task > 0) return ofTask(now, event.task);
  if ('thread' in event && event.thread > 0) return ofThread(now, event.thread);
  return ofRunning(now);
}

function at({ file, line }: Site, isHere = true): Place {
  return { site: { file, line }, isHere };
}

/** Who is done stands nowhere: it is shown where that was last. */
function ofTask(now: LoopState, id: number): Place | undefined {
  const site = now.sites.tasks.get(id);
  return site && at(site, now.tasks.get(id)?.state !== 'done');
}

function ofThread(now: LoopState, id: number): Place | undefined {
  const site = now.sites.threads.get(id);
  return site && at(site, now.threads.get(id)?.state !== 'done');
}

function ofRunning(now: LoopState): Place | undefined {
  if (now.running?.type === 'task') return ofTask(now, now.running.task);
  const thread = [...now.threads.values()].find(({ state }) => state === 'running');
  return thread && ofThread(now, thread.id);
}

/** Somebody who stands on a line. */
export interface Standing {
  readonly kind: 'task' | 'thread';
  readonly id: number;
  readonly name: string;
  readonly isRunning: boolean;
}

/** Who stands on which line of a file; those that run come first. */
export function standing(file: string, now: LoopState): ReadonlyMap<number, readonly Standing[]> {
  const who = new Map<number, Standing[]>();
  const add = (kind: 'task' | 'thread', id: number, site: Site): void => {
    const one = (kind === 'task' ? now.tasks : now.threads).get(id);
    if (site.file !== file || one === undefined || one.state === 'done') return;
    const here: Standing = { kind, id, name: printable(one.name), isRunning: one.state === 'running' };
    const others = who.get(site.line);
    if (others === undefined) who.set(site.line, [here]);
    else if (here.isRunning) others.unshift(here);
    else others.push(here);
  };
  for (const [id, site] of now.sites.tasks) add('task', id, site);
  for (const [id, site] of now.sites.threads) add('thread', id, site);
  return who;
}

/** Lines of the source around that one. */
export function sourceLines(
  lines: readonly string[],
  { site, isHere: isMeant }: Place,
  now: LoopState,
  width: number,
  room: number,
): Line[] {
  const who = standing(site.file, now);
  const first = Math.max(1, Math.min(site.line - Math.floor(room / 2), lines.length - room + 1));
  const digits = String(lines.length).length;
  return Array.from({ length: Math.min(room, lines.length - first + 1) }, (_, i): Line => {
    const number = first + i;
    const names =
      who
        .get(number)
        ?.map(({ name }) => name)
        .join(', ') ?? '';
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
