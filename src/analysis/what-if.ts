/**
 * What if: the same program once more, with something in it taking longer or less.
 *
 * A trace tells what happened, and can't tell what would have: who runs when depends on how long everything takes. So this
 * takes the *program*, as a function that starts it from fresh state, and runs it twice, as it is and changed; both traces
 * are kept, to be looked at side by side. The program itself isn't touched: durations are changed where they enter (`adjust`).
 *
 * What comes by chance is no part of the question, so it is held (`same-chance.ts`): the difference between the runs is that of the
 * changes, and not that of two throws of the dice.
 *
 * A change names whose durations it means, and what becomes of them. What matches nothing is refused, and so is what would
 * take less than no time: either would answer a question that nobody asked.
 */

import type { Adjust, Duration } from '../core/adjust.ts';
import type { Chance } from '../core/chance.ts';
import { type Coroutine, isCoroutine, type Program } from '../core/coroutine.ts';
import { describeValue, ValueError } from '../core/errors.ts';
import type { SchedulingPolicy } from '../core/policy.ts';
import { runScript } from '../core/script.ts';
import { World } from '../core/world.ts';
import { Machine, type MachineOptions } from '../cpu/machine.ts';
import type { TraceEvent } from '../trace/events.ts';
import { partingOf } from '../trace/parting.ts';
import { Recorder } from '../trace/recorder.ts';
import { Trace } from '../trace/trace.ts';
import { ChanceRecord, DealtAgain } from './same-chance.ts';

/**
 * Which durations are changed, and how: those that match all of `task`, `thread`, `device`, `what` and `label` that are
 * given, by one of `set`, `scale` and `add`.
 *
 * @example { task: 'rice', what: 'sleep', scale: 0.5 }
 * @example { device: 'disk', set: 5 }
 */
export interface Change {
  /** The name of a task. */
  readonly task?: string;
  /** The name of a thread. */
  readonly thread?: string;
  /** The name of a device: its requests. */
  readonly device?: string;
  /** What it is that takes time. */
  readonly what?: Duration['kind'];
  /** What it is called: the label of a computation, a blocking call, a request. */
  readonly label?: string;
  /** It takes so long, in virtual ms. */
  readonly set?: number;
  /** It takes so many times as long. */
  readonly scale?: number;
  /** It takes so many ms longer, or less. */
  readonly add?: number;
}

/** How the program is run, both times. */
export interface WhatIfOptions {
  /** The name of the main task; `main` by default. */
  readonly name?: string;
  /** Seed of the one source of chance; 0 by default. */
  readonly seed?: number;
  /** Makes what decides where the rules leave something open, for each run; faithful by default. */
  readonly policy?: () => SchedulingPolicy;
  /** The machine of each run; the usual one, if it is ever needed. */
  readonly machine?: MachineOptions;
  /** How many events each trace may have; those of a `Recorder` by default. */
  readonly maxEvents?: number;
}

/** One of the two runs. */
export interface WhatIfRun {
  readonly trace: Trace;
  /** When it was over, in virtual ms. */
  readonly end: number;
  /** What the program threw; null: nothing. */
  readonly error: unknown;
}

/** A duration that was changed, in virtual ms. */
export interface ChangedDuration {
  readonly duration: Duration;
  readonly before: number;
  readonly after: number;
}

/** What came of the changes. */
export interface WhatIf {
  readonly before: WhatIfRun;
  readonly after: WhatIfRun;
  /** How much later the end is than before, in virtual ms; less than 0: sooner. */
  readonly difference: number;
  /** Each change in words. */
  readonly changes: readonly string[];
  /** What was changed in the second run, in the order in which it began. */
  readonly changed: readonly ChangedDuration[];
  /** The first event in which the runs differ, as it is in each; null in one that was over. Null: they don't differ. */
  readonly parting: {
    readonly seq: number;
    readonly before: TraceEvent | null;
    readonly after: TraceEvent | null;
  } | null;
}

/**
 * Runs a program as it is, and again with some durations changed.
 *
 * Chance is the same in both: a request takes as long as before and fails if it failed before, and who draws by `uniform` or from the
 * loop's random draws the same, also where others ask first now. Not held is what depends on who is there at the time: who comes
 * first of those whose time is the same, and what a policy decides. For what wasn't asked for in the first run the dice are thrown.
 *
 * `program` is a function that makes the main coroutine, or does what a script does; it must start from fresh state each
 * time. What it throws is kept in its run. Throws a TypeError for what can't be run twice, such as a trace; a ValueError for
 * a change that makes no sense, that matches nothing, or by which something would take less than no time.
 *
 * @example
 * const { before, after } = whatIf(main, { task: 'rice', what: 'sleep', scale: 0.5 });
 * after.end - before.end; // -300000: five minutes sooner
 */
export function whatIf(
  program: Program | (() => unknown),
  changes: Change | readonly Change[],
  options: WhatIfOptions = {},
): WhatIf {
  checkProgram(program);
  const adjustment = new Adjustment(changes);
  const chance = new ChanceRecord();
  const before = runWith(program, options, chance, null);
  const after = runWith(program, options, new DealtAgain(chance.draws), adjustment.adjust);
  adjustment.check();
  return { ...whatIfOf(before, after, adjustment.changes), changed: adjustment.changed };
}

/** What came of changes, from both runs. @internal */
export function whatIfOf(
  before: WhatIfRun,
  after: WhatIfRun,
  changes: readonly Change[],
): Omit<WhatIf, 'changed'> {
  return {
    before,
    after,
    difference: after.end - before.end,
    changes: changes.map(describeChange),
    parting: partingAt(before.trace, after.trace),
  };
}

/**
 * Changes durations where they enter a run, and keeps what it has changed.
 *
 * @example
 * const adjustment = new Adjustment({ task: 'rice', scale: 0.5 });
 * run(main, { adjust: adjustment.adjust });
 * adjustment.check(); // throws a ValueError if there was nothing to change
 */
export class Adjustment {
  readonly changes: readonly Change[];
  /** What was changed, in the order in which it began. */
  readonly changed: ChangedDuration[];
  readonly #counts: number[];
  /** Which sorts of durations there were. */
  readonly #seen: Map<string, Duration>;
  #refused: ValueError | null;

  /** Throws a ValueError for a change that makes no sense. */
  constructor(changes: Change | readonly Change[]) {
    const list = (Array.isArray(changes) ? changes : [changes]) as readonly Change[];
    if (list.length === 0) throw new ValueError('whatIf() takes a change, or several, and got none');
    for (const change of list) checkChange(change);
    this.changes = list;
    this.changed = [];
    this.#counts = list.map(() => 0);
    this.#seen = new Map();
    this.#refused = null;
  }

  /** To be asked for durations. Throws a ValueError if something would take less than no time. */
  readonly adjust: Adjust = (duration, ms) => {
    const { kind, owner, device } = duration;
    this.#seen.set(JSON.stringify([kind, owner, device]), duration);
    let now = ms;
    let isMatched = false;
    this.changes.forEach((change, i) => {
      if (!matches(change, duration)) return;
      const next = apply(change, now);
      if (!(next >= 0 && next < Number.POSITIVE_INFINITY)) {
        this.#refused ??= new ValueError(
          `the change ${describeChange(change)} makes ${now} ms into ${next} ms, for ${describe(duration)}: nothing takes less than no time`,
        );
        throw this.#refused;
      }
      this.#counts[i]!++;
      isMatched = true;
      now = next;
    });
    if (isMatched) this.changed.push({ duration, before: ms, after: now });
    return now;
  };

  /** The run is over. Throws a ValueError if a change was refused, or matched nothing: the program may have caught that. */
  check(): void {
    if (this.#refused !== null) throw this.#refused;
    const idle = this.#counts.indexOf(0);
    if (idle >= 0) throw matchedNothing(this.changes[idle]!, [...this.#seen.values()]);
  }
}

function runWith(
  program: () => unknown,
  options: WhatIfOptions,
  chance: Chance,
  adjust: Adjust | null,
): WhatIfRun {
  const { name = 'main', seed = 0, policy, machine, maxEvents } = options;
  const recorder = new Recorder(maxEvents === undefined ? {} : { maxEvents });
  const world = new World(recorder);
  world.chance = chance;
  let error: unknown = null;
  try {
    runScript(program as () => unknown | Coroutine<unknown>, {
      world,
      name,
      seed,
      print: () => {},
      exceptionHandler: () => {},
      ...(adjust && { adjust }),
      ...(policy && { policy: policy() }),
      ...(machine && { machine: new Machine(machine) }),
    });
  } catch (thrown) {
    error = thrown;
  }
  const trace = recorder.toTrace();
  // Refused before anything happened: that is no run, but a mistake in how it was asked for.
  if (error !== null && trace.length === 0) throw error;
  return { trace, end: trace.endTime, error };
}

function checkProgram(program: unknown): void {
  if (typeof program === 'function') return;
  const isTrace =
    program instanceof Trace ||
    program instanceof Recorder ||
    (Array.isArray(program) && program.every((event) => event?.seq !== undefined));
  if (isTrace)
    throw new TypeError(
      'whatIf() runs a program again, and a trace is only what one run of it left behind: give it the program itself, as a function',
    );
  if (isCoroutine(program))
    throw new TypeError(
      'whatIf() runs a program twice, and a coroutine runs once: give it the function that makes it, whatIf(main, …) and not whatIf(main(), …)',
    );
  throw new TypeError(
    `whatIf() takes a program, a function that starts it anew, got ${describeValue(program)}`,
  );
}

const WAYS = ['set', 'scale', 'add'] as const;
const KINDS: readonly Duration['kind'][] = ['sleep', 'compute', 'block', 'request', 'busy'];

function checkChange(change: Change): void {
  const given = WAYS.filter((way) => change[way] !== undefined);
  const text = describeChange(change);
  if (given.length !== 1)
    throw new ValueError(`a change has one of set, scale and add, and ${text} has ${given.length || 'none'}`);
  if (change.what !== undefined && !KINDS.includes(change.what))
    throw new ValueError(
      `what takes time is one of ${KINDS.join(', ')}, got ${describeValue(change.what)} in ${text}`,
    );
  const way = given[0]!;
  const value = change[way];
  const isNumber = typeof value === 'number' && Number.isFinite(value);
  if (!isNumber || (way !== 'add' && value < 0))
    throw new ValueError(
      `${way} is a finite number${way === 'add' ? '' : ' of 0 or more'}, got ${describeValue(value)} in the change ${text}`,
    );
}

function matches(change: Change, duration: Duration): boolean {
  const { task, thread, device, what, label } = change;
  return (
    isOf(duration, 'task', task) &&
    isOf(duration, 'thread', thread) &&
    (device === undefined || (duration.kind === 'request' && device === duration.device)) &&
    (what === undefined || what === duration.kind) &&
    (label === undefined || label === duration.label)
  );
}

function isOf({ owner }: Duration, kind: string, name: string | undefined): boolean {
  return name === undefined || (owner?.kind === kind && owner.name === name);
}

function apply({ set, scale, add }: Change, ms: number): number {
  if (set !== undefined) return set;
  return scale === undefined ? ms + add! : ms * scale;
}

/** `{ task: 'rice', what: 'sleep', scale: 0.5 }`: as it was written. */
function describeChange(change: Change): string {
  const parts = Object.entries(change)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? `'${value}'` : String(value)}`);
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}

function describe({ kind, owner, device, label }: Duration): string {
  return `the ${kind}${device && ` at ${device}`}${label && ` ${label}`}${owner === null ? '' : ` of ${owner.name}`}`;
}

const MOST_LISTED = 12;

function matchedNothing(change: Change, seen: readonly Duration[]): ValueError {
  const by = new Map<string, Set<string>>();
  for (const { kind, owner, device } of seen) {
    const whose = owner?.name ?? 'no task';
    const kinds = by.get(whose) ?? new Set();
    by.set(whose, kinds.add(device === '' ? kind : `${kind} at ${device}`));
  }
  const all = Array.from(by, ([whose, kinds]) => `${whose}: ${[...kinds].join(', ')}`);
  const rest = all.length > MOST_LISTED ? `; and ${all.length - MOST_LISTED} more` : '';
  const there = all.length === 0 ? 'nothing in it takes time' : all.slice(0, MOST_LISTED).join('; ') + rest;
  return new ValueError(
    `the change ${describeChange(change)} matched nothing in the program; what takes time there: ${there}`,
  );
}

function partingAt(before: Trace, after: Trace): WhatIf['parting'] {
  const seq = partingOf(before, after);
  return seq === 0 ? null : { seq, before: before.at(seq - 1) ?? null, after: after.at(seq - 1) ?? null };
}
