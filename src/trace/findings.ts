/**
 * Findings: what is wrong in a run although nothing failed in it.
 *
 * - a *race*: somebody reads a cell and writes it later, and somebody else has written it in between; who writes again what they
 *   have read and written once goes by what they knew then;
 * - a *deadlock*: some wait for each other for ever, though others may go on and come to their end;
 * - a *leak*: whoever holds a lock, or a permit, has ended without giving it back;
 * - a *lost wake-up*: a notification woke nobody, and who came to wait just afterwards waits for ever;
 * - *starvation*: those who came later take what somebody waits for, more often, or it takes longer, than it may.
 *
 * All of it is a fold over the log, event by event, so that it can be asked of a run in progress (the explorer does) as well as
 * of a saved trace. Nothing is guessed: whoever waits for what nobody holds (a queue, an event) may always be helped, and a ring of
 * waits counts only when the loop has come to rest. If that is because the program is over, while timers are set and requests under
 * way, only a ring of locks and tasks counts, in which no timeout is set that might cut it: a permit may be given back by anybody.
 */

import { CODE, type EventText, rowOf, type TraceEvent, type TraceSink } from './events.ts';

/** What can be found. */
export type FindingKind = (typeof FINDING_KINDS)[number];

/** All of them. */
export const FINDING_KINDS = ['race', 'deadlock', 'leak', 'lost wake-up', 'starvation'] as const;

/** Something wrong. */
export interface Finding {
  readonly kind: FindingKind;
  /** In one sentence. */
  readonly text: string;
  /** The events that show it, by `seq`, in their order. */
  readonly events: readonly number[];
}

/** From where on waiting is starving; not at all if not given. */
export interface Bounds {
  /** So many times those who came later take what somebody waits for, in one wait: from there on it is starvation. */
  readonly overtaken?: number;
  /** So long (virtual ms) one wait for a lock, or what else is held, may take. For an item of a queue one may wait for ever. */
  readonly wait?: number;
}

/** Somebody: a task by its number, a thread by the same below 0. */
type Who = number;

interface Wait {
  readonly seq: number;
  readonly time: number;
  readonly on: string;
  readonly target: number;
  readonly what: string;
  overtaken: number;
}

/** Somebody's life, as far as it matters here. */
interface Life {
  readonly name: string;
  /** Nobody in the program made it: it is what the loop, or the threads, run for. */
  readonly isMain: boolean;
  wait: Wait | null;
  /** Of a thread: the wait from which it was woken, while it has not got what it waited for. */
  woken: Wait | null;
  /** The wait that was over last: since when it stood in line, if it gets that now. */
  served: Wait | null;
  ended: { readonly time: number; readonly how: string } | null;
}

/** A lock or the like. */
interface Held {
  readonly type: string;
  readonly name: string;
  readonly capacity: number;
  /** Who holds it, with when they took it. */
  readonly holders: { readonly who: Who; readonly time: number; readonly seq: number }[];
  /** The last signal that woke nobody. */
  silent: {
    readonly time: number;
    readonly seq: number;
    readonly by: string;
    readonly action: string;
  } | null;
  /** It is something that is held, such as a lock, and not a queue or an event. */
  wasHeld: boolean;
  /** The cause of the last event that woke somebody who waited here. */
  wokenBy: number;
}

/** When something happened, and because of which event. */
interface Moment {
  readonly seq: number;
  readonly time: number;
  readonly cause: number;
}

interface Access {
  readonly who: Who;
  readonly time: number;
  readonly seq: number;
}

/** What somebody knows of a cell: by reading it, or as they have written it since. */
interface Known extends Access {
  readonly isOwn: boolean;
}

/** A cell: what is known of it by those who have read it, and the last two writes by two. */
interface Cell {
  readonly known: Map<Who, Known>;
  last: Access | null;
  /** The last write by somebody else than the writer of `last`. */
  other: Access | null;
}

/**
 * Finds what is wrong in a run, event by event. It is a sink as well, that keeps nothing else.
 *
 * @example
 * const folder = new FindingsFolder(); run(main, { trace: folder }); folder.findings()
 */
export class FindingsFolder implements TraceSink {
  readonly isNameless = true;
  readonly #bounds: Bounds;
  readonly #lives: Map<Who, Life>;
  readonly #resources: Map<number, Held>;
  readonly #cells: Map<number, Cell>;
  readonly #found: Map<string, Finding>;
  /** The event that is told: one object for all, as most events say nothing here. */
  readonly #at: { seq: number; time: number; cause: number };
  /** The timers that are set, by the event: whose, and whether it is but a sleep. What is none may be a timeout. */
  readonly #timers: Map<number, { readonly who: Who; readonly isSleep: boolean }>;
  /** The requests that are under way. */
  readonly #requests: Set<number>;
  /** How many steps and callbacks are in progress. */
  #depth: number;
  /** Those who waited for each other when a loop last came to rest. */
  #stuck: Finding[];
  /** Who waited in vain then, and with him the whole program. */
  #lost: Finding[];
  /** The program is over, and what is left is being cleaned up: what stood still before is moved only by that. */
  #isOver: boolean;

  constructor(bounds: Bounds = {}) {
    this.#bounds = bounds;
    this.#lives = new Map();
    this.#resources = new Map();
    this.#cells = new Map();
    this.#found = new Map();
    this.#at = { seq: 0, time: 0, cause: 0 };
    this.#timers = new Map();
    this.#requests = new Set();
    this.#depth = 0;
    this.#stuck = [];
    this.#lost = [];
    this.#isOver = false;
  }

  /** An event, from a trace. */
  apply(event: TraceEvent): void {
    const { code, a, b, c, text } = rowOf(event);
    this.#at.seq = event.seq - 1; // a part of a trace may be all there is
    this.write(code, event.time, event.iteration, event.cause, a, b, c, text);
  }

  /** An event, from a loop: its numbers and texts, in the order of the schema. No object is built for it, as most say nothing here. */
  write(
    code: number,
    time: number,
    _iteration: number,
    cause: number,
    a: number,
    b: number,
    c: number,
    text: EventText,
  ): void {
    const at = this.#at;
    at.seq++;
    at.time = time;
    at.cause = cause;
    switch (code) {
      case CODE['task:create']: // task, parent, name
        this.#begin(a, text as string, b === 0 && this.#depth <= 0);
        break;
      case CODE['thread:create']: // thread, process, parent, name
        this.#begin(-a, text as string, c === 0);
        break;
      case CODE['task:step']:
      case CODE['handle:run']:
        this.#depth++;
        break;
      case CODE['handle:end']:
      case CODE['task:yield']:
        this.#depth--;
        break;
      case CODE['task:wait']: // task, target, [on, reason, name]
        this.#depth--;
        this.#wait(a, b, text as readonly string[], at);
        break;
      case CODE['thread:wait']:
        this.#wait(-a, b, text as readonly string[], at);
        break;
      case CODE['task:ready']:
        this.#wake(a, at);
        break;
      case CODE['thread:ready']:
      case CODE['thread:run']:
        this.#wake(-a, at);
        break;
      case CODE['task:done']: // task, [outcome, detail]
        this.#depth--;
        this.#end(a, text![0]!, time);
        break;
      case CODE['thread:done']:
        this.#end(-a, text![0]!, time);
        break;
      case CODE['task:cancel']:
        // Outside of any step: nobody in the program did this.
        if (this.#depth <= 0) this.#isOver = true;
        break;
      case CODE['loop:return']:
        this.#depth = 0;
        if (!this.#isOver) this.#rest();
        break;
      case CODE['loop:close']:
        this.#timers.clear();
        this.#requests.clear();
        break;
      case CODE['timer:set']: // when, task, label
        this.#timers.set(at.seq, { who: b, isSleep: text === 'sleep' });
        break;
      case CODE['timer:due']:
      case CODE['timer:cancel']:
        this.#timers.delete(a);
        break;
      case CODE['request:new']:
        this.#requests.add(at.seq);
        break;
      case CODE['request:deliver']:
      case CODE['request:cancel']:
        this.#requests.delete(a);
        break;
      case CODE['resource:new']: {
        // resource, capacity, value, [type, name]
        const [type, name] = text as readonly [string, string];
        this.#resources.set(a, {
          type,
          name,
          capacity: b,
          holders: [],
          silent: null,
          wasHeld: false,
          wokenBy: 0,
        });
        break;
      }
      case CODE['resource:hold']: // resource, task, held
        this.#hold(a, b, c !== 0, at);
        break;
      case CODE['thread:hold']:
        this.#hold(a, -b, c !== 0, at);
        break;
      case CODE['resource:use']: // resource, value, task, action
        this.#use(a, c, text as string, at);
        break;
      case CODE['cell:read']: // cell, task, thread
        this.#cell(a).known.set(b || -c, { who: b || -c, time, seq: at.seq, isOwn: false });
        break;
      case CODE['cell:write']:
        this.#write(a, b || -c, at);
        break;
    }
  }

  /** What was found so far; at the end of the run, all of it. */
  findings(): Finding[] {
    if (!this.#isOver) this.#rest();
    const leaks = [...this.#resources.values()].flatMap((resource) => this.#leaks(resource));
    const found = [...this.#stuck, ...this.#found.values(), ...leaks, ...this.#lost];
    return [...new Map(found.map((finding) => [finding.text, finding])).values()];
  }

  // ---- races --------------------------------------------------------------------------------------------

  #cell(id: number): Cell {
    let cell = this.#cells.get(id);
    if (cell === undefined) {
      cell = { known: new Map(), last: null, other: null };
      this.#cells.set(id, cell);
    }
    return cell;
  }

  #write(id: number, who: Who, { time, seq }: Moment): void {
    const cell = this.#cell(id);
    const known = cell.known.get(who);
    const between = cell.last?.who === who ? cell.other : cell.last;
    if (known && between && between.seq > known.seq) {
      const name = this.#resources.get(id)?.name ?? `cell ${id}`;
      const [me, other] = [this.#name(who), this.#name(between.who)];
      this.#add({
        kind: 'race',
        text:
          `${me} ${known.isOwn ? 'wrote' : 'read'} ${name} at ${ms(known.time)} (event ${known.seq}) and wrote it${known.isOwn ? ' again, unread,' : ''} at ${ms(time)} (event ${seq}), ` +
          `and ${other} wrote it in between, at ${ms(between.time)} (event ${between.seq})`,
        events: [known.seq, between.seq, seq],
      });
    }
    if (known) cell.known.set(who, { who, time, seq, isOwn: true });
    if (cell.last !== null && cell.last.who !== who) cell.other = cell.last;
    cell.last = { who, time, seq };
  }

  #begin(who: Who, name: string, isMain: boolean): void {
    this.#lives.set(who, { name, isMain, wait: null, woken: null, served: null, ended: null });
  }

  // ---- who waits for whom -------------------------------------------------------------------------------

  #wait(
    who: Who,
    target: number,
    [on = '', reason = '', name = '']: readonly string[],
    { seq, time }: Moment,
  ): void {
    const life = this.#lives.get(who);
    const what = name === '' ? reason : `${reason} ${name}`;
    if (!life) return;
    const { woken } = life;
    // Who finds the lock taken again has not stopped waiting for it.
    const goesOn = woken !== null && woken.target === target && woken.what === what;
    life.wait = goesOn ? woken : { seq, time, on, target, what, overtaken: 0 };
    life.woken = null;
  }

  #wake(who: Who, at: Moment): void {
    const life = this.#lives.get(who);
    if (!life?.wait) return;
    const { wait } = life;
    life.wait = null;
    life.served = wait;
    const resource = wait.on === 'resource' ? this.#resources.get(wait.target) : undefined;
    if (!resource) return;
    resource.wokenBy = at.cause;
    // A thread that is woken for a lock looks again, and may find it taken. Tasks are served in their turn.
    if (who < 0 && resource.wasHeld) life.woken = wait;
    if (resource.wasHeld) this.#checkLength(life, wait, at);
  }

  #checkLength(life: Life, wait: Wait, { time, seq }: Moment): void {
    const { wait: most } = this.#bounds;
    if (most === undefined || time - wait.time <= most || this.#isOver) return;
    this.#add({
      kind: 'starvation',
      text: `${life.name} waited for ${time - wait.time} ms (${wait.what}), and ${most} ms is the bound`,
      events: [wait.seq, seq],
    });
  }

  #end(who: Who, outcome: string, time: number): void {
    const life = this.#lives.get(who);
    if (!life) return;
    life.wait = life.woken = life.served = null;
    const how = outcome === 'result' ? 'ended' : outcome === 'exception' ? 'failed' : 'was cancelled';
    life.ended = { time, how };
  }

  #hold(id: number, who: Who, held: boolean, { seq, time }: Moment): void {
    const resource = this.#resources.get(id);
    if (!resource) return;
    const { holders } = resource;
    if (!held) {
      const place = holders.findLastIndex((holder) => holder.who === who);
      if (place >= 0) holders.splice(place, 1);
      return;
    }
    holders.push({ who, time, seq });
    resource.wasHeld = true;
    const me = this.#lives.get(who);
    // Whoever didn't wait has come just now.
    const since = me?.served?.target === id ? me.served.seq : seq;
    if (me) me.woken = me.served = null;
    const { overtaken: most } = this.#bounds;
    if (most === undefined) return;
    for (const [other, life] of this.#lives) {
      const { name } = life;
      const wait = life.wait ?? life.woken;
      if (other === who || wait?.on !== 'resource' || wait.target !== id || wait.seq > since) continue;
      if (++wait.overtaken !== most) continue;
      this.#add({
        kind: 'starvation',
        text: `${name} waits since ${wait.time} ms (${wait.what}), and was overtaken ${most === 1 ? 'once' : `${most} times`}`,
        events: [wait.seq, seq],
      });
    }
  }

  /** Nothing runs: those who wait for each other now wait for ever, unless somebody from outside helps. */
  #rest(): void {
    const waiting = [...this.#lives].filter(([, { wait }]) => wait !== null);
    if (waiting.length === 0) {
      this.#stuck = [];
      this.#lost = [];
      return;
    }
    const isStill = this.#isStill();
    // All who wait for somebody, less those of whom one can go on, less those who waited for these, and so on.
    const candidates = waiting.map(([who]) => who).filter((who) => this.#awaited(who).length > 0);
    const stuck = new Set(isStill ? candidates : candidates.filter((who) => this.#isOwned(who)));
    for (let before = -1; before !== stuck.size; ) {
      before = stuck.size;
      for (const who of stuck) if (this.#awaited(who).some((one) => !stuck.has(one))) stuck.delete(who);
    }
    const counts = stuck.size > 0 && (isStill || !this.#mayBeCut(stuck));
    this.#stuck = counts ? [this.#deadlock([...stuck])] : [];
    // One who waits when the program is over may well have nothing to do any more.
    const isOver = waiting.every(([, { isMain }]) => !isMain);
    this.#lost = isOver ? [] : waiting.flatMap(([who]) => this.#lostWakeUp(who));
  }

  /** Whether nothing is to come any more: no timer, no answer, and nobody who could go on. */
  #isStill(): boolean {
    if (this.#timers.size > 0 || this.#requests.size > 0) return false;
    return [...this.#lives.values()].every(({ wait, ended }) => wait !== null || ended !== null);
  }

  /** Whether what somebody waits for is given back by its holder alone, as a lock is by all custom; a permit may be by anybody. */
  #isOwned(who: Who): boolean {
    const wait = this.#lives.get(who)?.wait;
    const resource = wait?.on === 'resource' ? this.#resources.get(wait.target) : undefined;
    return !resource?.type.includes('semaphore');
  }

  /** Whether a timeout is set that may end the wait of one of these: its own, or that of one who waits for others. */
  #mayBeCut(stuck: ReadonlySet<Who>): boolean {
    return [...this.#timers.values()].some(({ who, isSleep }) => {
      if (isSleep) return false;
      const on = this.#lives.get(who)?.wait?.on;
      return stuck.has(who) || (on !== 'timer' && on !== 'resource');
    });
  }

  /** Whom somebody waits for: those who hold what it wants; none if that is nobody's affair. */
  #awaited(who: Who): readonly Who[] {
    const wait = this.#lives.get(who)?.wait;
    if (!wait || wait.target === 0) return [];
    if (wait.on === 'resource')
      return this.#resources.get(wait.target)?.holders.map((holder) => holder.who) ?? [];
    if (wait.on === 'task') return [wait.target];
    return wait.on === 'thread' ? [-wait.target] : [];
  }

  #deadlock(stuck: readonly Who[]): Finding {
    const lines = stuck.map((who) => {
      const { name, wait } = this.#lives.get(who)!;
      const by =
        wait?.on === 'resource'
          ? `, held by ${this.#awaited(who)
              .map((one) => this.#name(one))
              .join(', ')}`
          : '';
      return `${name} waits (${wait?.what}${by})`;
    });
    return {
      kind: 'deadlock',
      text: `${lines.join('; ')}: for ever`,
      events: stuck.map((who) => this.#lives.get(who)!.wait!.seq).sort((a, b) => a - b),
    };
  }

  // ---- signals ------------------------------------------------------------------------------------------

  #use(id: number, task: number, action: string, { seq, time, cause }: Moment): void {
    if (action !== 'notify' && action !== 'set') return;
    const resource = this.#resources.get(id);
    if (!resource) return;
    const isHeard =
      (cause !== 0 && resource.wokenBy === cause) ||
      [...this.#lives.values()].some(({ wait }) => wait?.on === 'resource' && wait.target === id);
    resource.silent = isHeard ? null : { time, seq, by: this.#lives.get(task)?.name ?? '', action };
  }

  #lostWakeUp(who: Who): Finding[] {
    const { name, wait } = this.#lives.get(who)!;
    const resource = wait?.on === 'resource' ? this.#resources.get(wait.target) : undefined;
    if (!wait || !resource?.silent || !wait.what.includes('wait')) return [];
    const { silent } = resource;
    const by = silent.by === '' ? '' : ` of ${silent.by}`;
    return [
      {
        kind: 'lost wake-up',
        text:
          `the ${silent.action}${by} at ${ms(silent.time)} (event ${silent.seq}) woke nobody: ` +
          `${name} began to wait only afterwards, at ${ms(wait.time)} (${wait.what}, event ${wait.seq}), and nobody has done it again`,
        events: [silent.seq, wait.seq],
      },
    ];
  }

  // ---- leaks --------------------------------------------------------------------------------------------

  /** A semaphore that begins with none is a signal: who acquires it doesn't give it back. */
  #leaks({ type, name, capacity, holders }: Held): Finding[] {
    if (capacity === 0) return [];
    return holders.flatMap(({ who, time, seq }): Finding[] => {
      const life = this.#lives.get(who);
      if (!life?.ended) return [];
      const what = name.startsWith(type) ? name : `${type} ${name}`;
      return [
        {
          kind: 'leak',
          text: `${life.name} took the ${what} at ${ms(time)} (event ${seq}) and never gave it back: it ${life.ended.how} at ${ms(life.ended.time)}`,
          events: [seq],
        },
      ];
    });
  }

  #name(who: Who): string {
    return this.#lives.get(who)?.name ?? 'somebody';
  }

  /** The first of its words: what goes round happens again and again. */
  #add(finding: Finding): void {
    const words = `${finding.kind} ${finding.text.replace(/\d+(\.\d+)?/g, 'n')}`;
    if (!this.#found.has(words)) this.#found.set(words, finding);
  }
}

/** A moment, to a thousandth of a ms: what is drawn by chance has many more decimals, and they are no news. */
const ms = (time: number) => `${Number(time.toFixed(3))} ms`;

/**
 * What is wrong in a run although nothing may have failed in it: races on cells, deadlocks, also of some among many, leaks, lost
 * wake-ups, and with `bounds` starvation.
 *
 * @example findings(trace)[0]?.text // 'ann read stock at 0 ms (event 12) and wrote it at 5 ms …'
 */
export function findings(trace: Iterable<TraceEvent>, bounds: Bounds = {}): Finding[] {
  const folder = new FindingsFolder(bounds);
  for (const event of trace) folder.apply(event);
  return folder.findings();
}
