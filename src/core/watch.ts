import { callSite, shortPath } from './call-site.ts';
import { isShared } from './coroutine.ts';
import { RuntimeError } from './errors.ts';
import type { EventLoop } from './loop.ts';
import type { Ready } from './ready-queue.ts';
import type { Watched } from './running.ts';
import { Task } from './task.ts';

/**
 * What debug mode looks out for: coroutines of the library that were made and never awaited, and handles that hold
 * everybody up. It only tells; a run in debug mode is the same run.
 */

/** Remembers where coroutines were made, until they are awaited. */
export class CoroutineWatch {
  private made: Map<Watched, Error>;
  private kept: number;
  private readonly driven: WeakSet<object>;

  constructor() {
    this.made = new Map();
    this.kept = 0;
    this.driven = new WeakSet();
  }

  /** A coroutine becomes a task. Throws a RuntimeError the second time: a generator itself doesn't tell. */
  addDriven(coroutine: object): void {
    if (isShared(coroutine)) return;
    if (this.driven.has(coroutine)) {
      throw new RuntimeError(
        'cannot reuse a coroutine that is a task already: call the function again for another one',
      );
    }
    this.driven.add(coroutine);
  }

  /** Those awaited meanwhile are forgotten when they outnumber the others. */
  add(coroutine: Watched): void {
    if (this.made.size > 2 * this.kept + 256) {
      this.made = new Map([...this.made].filter(([other]) => !other.started()));
      this.kept = this.made.size;
    }
    this.made.set(coroutine, new Error());
  }

  /** A sentence for each that was never awaited, with its line. */
  reports(): string[] {
    const forgotten = [...this.made].filter(([coroutine]) => !coroutine.started());
    return forgotten.map(([coroutine, made]) => {
      const site = callSite(made);
      const where = site && `${shortPath(site.file)}:${site.line}:${site.column}`;
      return `coroutine ${coroutine} was never awaited: write yield* before it${where && ` (${where})`}`;
    });
  }
}

/** What to say of a handle that took from `start` to now, and who was late because of it. */
export function describeSlow(loop: EventLoop, entry: Ready, start: number): string {
  const end = loop.time();
  const what = entry instanceof Task ? `the task ${entry.getName()}` : `the callback ${entry.called()}`;
  const late: string[] = [];
  for (const other of [...loop.ready, ...loop.completed]) {
    const owner = ownerOf(other);
    if (owner !== null && other !== entry) late.push(owner.getName());
  }
  for (const { when, timer } of loop.timers.inOrder()) {
    if (when > end) break;
    const owner = ownerOf(timer);
    if (owner !== null) late.push(`${owner.getName()} (due at ${when} ms, late by ${end - when} ms)`);
  }
  const delayed = late.length === 0 ? 'nobody was delayed' : `delayed: ${late.join(', ')}`;
  return `Executing ${what} took ${end - start} ms at ${start} ms; ${delayed}`;
}

/** The task that something waiting for its turn or time is for: a task, its sleep, the request it awaits. */
function ownerOf(entry: object): Task<unknown> | null {
  return entry instanceof Task ? entry : ((entry as { task?: Task<unknown> | null }).task ?? null);
}
