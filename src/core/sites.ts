import { CODE } from '../trace/events.ts';
import { callSite } from './call-site.ts';
import { running } from './running.ts';
import type { World } from './world.ts';

/**
 * Writes into a trace at which line of the program whoever runs is: made only where somebody asked for it (`sites`).
 *
 * An await is told each time, as one may want to stop at each turn of a loop. Of other deeds (a print, say) it is told only
 * when the line is another one: else a task that prints a table would write two events for each line of it.
 */
export class Sites {
  private readonly world: World;
  private readonly nameOf: (file: string) => string;
  /** Where everybody is known to be: tasks by their number, others by theirs below zero, plain code as 0. */
  private readonly known: Map<number, string>;
  /** Who was told of last, when it was because of a deed, and in which step. */
  private last: { readonly who: number; readonly cause: number } | null;

  /** `before`: who has kept this up to now in the same trace. */
  constructor(world: World, nameOf: (file: string) => string, before: Sites | null) {
    this.world = world;
    this.nameOf = nameOf;
    this.known = before?.known ?? new Map();
    this.last = null;
  }

  /** Whoever runs begins to await, or is about to do something: writes down where. */
  note(isAwait: boolean): void {
    const { tracer, processor } = this.world;
    const site = tracer.active ? callSite(new Error()) : null;
    if (site === null) return;
    const task = running.turn.task?.id ?? 0;
    const other = task === 0 ? (processor?.acting?.id ?? 0) : 0;
    const who = task || -other;
    const { cause } = tracer;
    const place = `${site.file}:${site.line}`;
    // The tasks of `yield* gather(a(), b())` are made on the line on which they are then awaited: that is told once.
    const isTold =
      this.known.get(who) === place && (!isAwait || (this.last?.who === who && this.last.cause === cause));
    this.last = isAwait ? null : isTold ? this.last : { who, cause };
    if (isTold) return;
    this.known.set(who, place);
    tracer.emit(CODE['source:at'], cause, task, other, site.line, this.nameOf(site.file));
  }
}
