/**
 * A crew: worker threads that explore one program together.
 *
 * Each explores a part of the schedules, and they know nothing of each other but three kinds of numbers in shared memory: where
 * the first failure is, how many runs each may make, and how many it has begun. So whoever is in the middle of a run needs no
 * message to know when to stop.
 *
 * Runs have turns, as if the workers took them one by one, round by round. A worker stops where its next turn would come after the
 * first failure, and not at once when another one fails: so what comes of it doesn't depend on who is faster. Runs that one
 * worker may make and has no use for are given to the others, when all have made theirs.
 *
 * A run that never ends, `for (;;);`, can only be ended from outside, with its thread: that is done when nothing has happened in it
 * for long, or for a while when the time is up or another worker has found a failure. How it got there stands in shared memory: so
 * where all failures are looked for another thread can take its place, and go no further by that schedule.
 */

import { Worker } from 'node:worker_threads';
import { NotRepeatableError } from '../explore/explore.ts';
import type { FindOptions } from '../explore/index.ts';
import { Schedules } from '../explore/schedules.ts';
import type { NamedStrategy } from '../explore/strategies/named.ts';
import { formatSchedule, type Schedule } from '../trace/schedule.ts';
import { CurrentRun } from './current-run.ts';
import { findTsx } from './load-program.ts';

/** What a worker is to do: plain data, and the numbers that all share. @internal */
export interface Task {
  readonly file: string;
  /** Which part of a demo, from 1. */
  readonly part: number;
  readonly strategy: NamedStrategy;
  /** The part of the schedules that is this crew's. */
  readonly shard: string;
  /** Which worker, from 0, of how many. */
  readonly index: number;
  readonly of: number;
  readonly seconds: number;
  readonly adversarial: boolean;
  readonly all: boolean;
  readonly find: FindOptions;
  readonly cells: BigInt64Array;
  /** In which it writes down the run that it is in: see current-run.ts. */
  readonly memory: SharedArrayBuffer;
  /** Schedules that have no end, which it goes by no further; and how many of its runs another has told before it. */
  readonly endless: readonly Schedule[];
  readonly known: number;
}

/** A failure, as data. @internal */
export interface Found {
  /** Lines for `replay`: the one that fails, and the nearest that passes. */
  readonly schedule: string;
  readonly passing: string | null;
  /** By what it is told from others. */
  readonly words: string;
  readonly message: string;
  /** Its run's turn among those of all workers, from 1. */
  readonly turn: number;
}

/** A run that never ended, in a step that didn't. @internal */
export interface Stuck {
  /** The answers that were given until then. */
  readonly schedule: Schedule;
  readonly turn: number;
  /** How long nothing had happened in it, in seconds. */
  readonly seconds: number;
}

/** What a worker tells. @internal */
export type News =
  /** It has loaded the program. */
  | { readonly kind: 'ready' }
  /** How far it has come, and the numbers of the schedules that it has run since it last said so. */
  | { readonly kind: 'progress'; readonly share: number; readonly schedules: Float64Array }
  | { readonly kind: 'found'; readonly found: Found }
  /** It has made as many runs as it may, and waits for more. */
  | { readonly kind: 'waits' }
  | {
      readonly kind: 'done';
      readonly isComplete: boolean;
      readonly note: string;
      /** Whether a number was drawn from a range. */
      readonly hasRanges: boolean;
    }
  | {
      readonly kind: 'not repeatable';
      readonly schedule: string;
      readonly error: string;
      readonly reality: readonly string[];
    }
  | { readonly kind: 'problem'; readonly text: string };

/** Where the shared numbers are. @internal */
export const CELL = {
  /** The turn of the first failure, where that ends it. */
  first: 0,
  /** How many runs a worker may make; `NO_MORE`: it is over. */
  quota: (index: number) => 1 + 2 * index,
  /** How many runs it has begun, also such as are not counted. */
  begun: (index: number) => 2 + 2 * index,
} as const;
/** @internal */
export const NO_MORE = -1n;
/** @internal */
const NO_FAILURE = 2n ** 62n;

/** A failure in this turn: nobody begins one that comes later. @internal */
export function setFirst(cells: BigInt64Array, turn: number): void {
  let first = Atomics.load(cells, CELL.first);
  while (BigInt(turn) < first) {
    const was = Atomics.compareExchange(cells, CELL.first, first, BigInt(turn));
    if (was === first) break;
    first = was;
  }
}

/** The turn of a worker's run, both from 1. @internal */
export const turnOf = (run: number, { index, of }: Pick<Task, 'index' | 'of'>): number =>
  (run - 1) * of + index + 1;

/**
 * A worker has come to its end before its work has. The message says which one, and how.
 *
 * @example worker 2 of 3 ended with code 0 before its work was done: does the program call process.exit()?
 */
export class WorkerError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WorkerError';
  }
}

/** Runs in one worker. */
interface Member {
  /** Its thread; another one, when that had to be given up. */
  worker: Worker;
  readonly name: string;
  state: 'loads' | 'works' | 'waits' | 'done';
  /** How many runs it has made, as far as it has told. */
  runs: number;
  /** The schedules of its last runs, by their numbers: those that may come after the first failure. */
  late: number[];
  share: number;
  isComplete: boolean;
  note: string;
  hasRanges: boolean;
  current: CurrentRun;
  /** Schedules that had no end for it. */
  readonly endless: Set<string>;
  /** What it had begun when that was looked at last, and how often that was the same. */
  begun: bigint;
  since: number;
  /** The same of all that happens in its run. */
  beats: number;
  quiet: number;
}

/** What a crew is to do. @internal */
export interface Order extends Omit<Task, 'index' | 'of' | 'cells' | 'memory' | 'endless' | 'known'> {
  readonly workers: number;
  readonly runs: number;
}

/** How far a crew has come. @internal */
export interface Standing {
  readonly runs: number;
  readonly schedules: number;
  readonly failures: number;
  /** How much of its way through the schedules, from 0 to 1. */
  readonly share: number;
  /** Seconds of real time. */
  readonly seconds: number;
}

/** What came of it. @internal */
export interface Outcome {
  readonly runs: number;
  readonly schedules: number;
  readonly isComplete: boolean;
  readonly note: string;
  /** Whether a number was drawn from a range. */
  readonly hasRanges: boolean;
  /** Whether a worker had to be given up in a run that did not end. */
  readonly isStuck: boolean;
  readonly found: readonly Found[];
  readonly stuck: readonly Stuck[];
}

const IS_SOURCE = import.meta.url.endsWith('.ts');

/** Real ms between two looks at who works. They are counted, so that no time counts in which the machine slept. */
const LOOK_EVERY = 250;
/** So many looks at a run in which nothing happens, no step begins and nothing is asked, and it is given up. */
const STUCK_AFTER = 40;
/** The same where all is to be over. */
const STUCK_AT_END = 8;
/** So many looks at the same run where all is to be over, whatever happens in it. */
const TOO_LONG_AT_END = 40;
/** What a timer of Node can wait for, in ms. */
const LONGEST = 2 ** 31 - 1;

/** From the sources, tsx has to be there before the thread's own module is read; the options of Node that say so don't reach it. */
function threadOf(task: Task): Worker {
  const entry = new URL(`./explore-worker.${IS_SOURCE ? 'ts' : 'js'}`, import.meta.url).href;
  const tsx = IS_SOURCE ? findTsx(task.file) : undefined;
  const code =
    tsx === undefined
      ? `await import(${JSON.stringify(entry)});`
      : `import { register } from ${JSON.stringify(tsx)}; register(); await import(${JSON.stringify(entry)});`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
    workerData: task,
    stdout: true,
    stderr: true,
  });
  // What a module prints while it is loaded was printed here already.
  worker.stdout.resume();
  worker.stderr.resume();
  return worker;
}

/** Worker threads at work. @internal */
export class Crew {
  /** Fails with a `NotRepeatableError` or a `WorkerError`; and by `stop`. */
  readonly done: Promise<Outcome>;
  readonly #order: Order;
  readonly #cells: BigInt64Array;
  readonly #members: readonly Member[];
  readonly #found: Map<string, Found>;
  /** By their schedules: several workers may come by the same. */
  readonly #stuck: Map<string, Stuck>;
  /** All schedules that were run, and those of runs that surely count. */
  readonly #seen: Schedules;
  readonly #counted: Schedules;
  #timers: NodeJS.Timeout[];
  #began: number | null;
  #isTimeUp: boolean;
  #isEnding: boolean;
  #isStuck: boolean;
  #finish!: (outcome: Outcome) => void;
  #fail!: (error: unknown) => void;

  constructor(order: Order) {
    const { workers: of, runs, workers } = order;
    this.#order = order;
    this.#cells = new BigInt64Array(new SharedArrayBuffer(8 * (1 + 2 * of)));
    this.#cells[CELL.first] = NO_FAILURE;
    this.#found = new Map();
    this.#stuck = new Map();
    this.#seen = new Schedules();
    this.#counted = new Schedules();
    this.#timers = [];
    this.#began = null;
    this.#isTimeUp = false;
    this.#isEnding = false;
    this.#isStuck = false;
    const done = new Promise<Outcome>((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    shared(runs, workers).forEach((share, index) => {
      this.#cells[CELL.quota(index)] = BigInt(share);
    });
    this.#members = Array.from({ length: of }, (_, index) => this.#hire(index));
    this.done = done.finally(() => this.#end());
  }

  /** Whether all have loaded the program. */
  get hasBegun(): boolean {
    return this.#began !== null;
  }

  get standing(): Standing {
    const members = this.#members;
    return {
      runs: members.reduce((sum, { runs }) => sum + runs, 0),
      schedules: this.#seen.size,
      failures: this.#found.size + this.#stuck.size,
      share: members.reduce((sum, { share }) => sum + share, 0) / members.length,
      seconds: this.#elapsed,
    };
  }

  /** Seconds of real time since all began. */
  get #elapsed(): number {
    return this.#began === null ? 0 : (performance.now() - this.#began) / 1000;
  }

  /** Ends it; then it has failed for this reason. */
  stop(reason: unknown): void {
    this.#fail(reason);
  }

  #hire(index: number): Member {
    const of = this.#order.workers;
    const current = new CurrentRun();
    const member: Member = {
      worker: this.#thread(index, current, 0),
      name: of === 1 ? 'the worker' : `worker ${index + 1} of ${of}`,
      state: 'loads',
      runs: 0,
      late: [],
      share: 0,
      isComplete: false,
      note: '',
      hasRanges: false,
      current,
      endless: new Set(),
      begun: 0n,
      since: 0,
      beats: 0,
      quiet: 0,
    };
    this.#listen(member);
    return member;
  }

  #thread(index: number, { memory }: CurrentRun, known: number): Worker {
    const { workers: of, runs, ...task } = this.#order;
    const seconds = Math.max(task.seconds - this.#elapsed, 0.001);
    const endless = [...this.#stuck.values()].map(({ schedule }) => schedule);
    return threadOf({ ...task, seconds, index, of, cells: this.#cells, memory, endless, known });
  }

  #listen(member: Member): void {
    const { worker } = member;
    worker.on('message', (news: News) => {
      if (member.worker === worker) this.#hear(member, news);
    });
    worker.on('error', (error) =>
      this.#fail(new WorkerError(`${member.name} failed: ${String(error)}`, { cause: error })),
    );
    worker.on('exit', (code) => {
      if (member.worker === worker && member.state !== 'done')
        this.#fail(
          new WorkerError(
            `${member.name} ended with code ${code} before its work was done: does the program call process.exit()?`,
          ),
        );
    });
  }

  #hear(member: Member, news: News): void {
    switch (news.kind) {
      case 'ready':
        member.state = 'waits';
        if (this.#began !== null) this.#go(member);
        else if (this.#members.every(({ state }) => state === 'waits')) this.#begin();
        break;
      case 'progress':
        member.share = Math.max(member.share, news.share);
        this.#ran(member, news.schedules);
        break;
      case 'found': {
        const { found } = news;
        const known = this.#found.get(found.words);
        if (known === undefined || found.turn <= known.turn) this.#found.set(found.words, found);
        if (!this.#order.all) this.#expectTheEnd();
        break;
      }
      case 'waits':
        member.state = 'waits';
        this.#settle();
        break;
      case 'done': {
        const { isComplete, note, hasRanges } = news;
        Object.assign(member, { state: 'done', share: 1, isComplete, note, hasRanges });
        this.#settle();
        break;
      }
      case 'not repeatable':
        this.#fail(new NotRepeatableError(news.schedule, news.error, news.reality));
        break;
      case 'problem':
        this.#fail(new WorkerError(`${member.name}: ${news.text}`));
    }
  }

  #ran(member: Member, schedules: Float64Array): void {
    member.runs += schedules.length;
    for (const schedule of schedules) {
      member.late.push(schedule);
      this.#seen.addNumber(schedule);
    }
    this.#count();
  }

  /** All at once, when all are there: loading doesn't count. */
  #begin(): void {
    this.#began = performance.now();
    for (const member of this.#members) this.#go(member);
    this.#timers.push(setInterval(() => this.#giveUpTheStuck(), LOOK_EVERY));
    const ms = this.#order.seconds * 1000;
    if (ms > LONGEST) return;
    const timer = setTimeout(() => {
      this.#isTimeUp = true;
      this.#expectTheEnd();
    }, ms);
    this.#timers.push(timer);
  }

  #go(member: Member): void {
    member.state = 'works';
    member.worker.postMessage('go');
  }

  /** The time is up, or a failure was found: everybody knows that as soon as his run is over. */
  #expectTheEnd(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    for (const member of this.#members) Object.assign(member, { since: 0, quiet: 0 });
  }

  /** Those in whose runs nothing happens any more; and where all is to be over, those who don't come to an end. */
  #giveUpTheStuck(): void {
    const before = this.#members.filter(({ state }) => state === 'done').length;
    for (const [index, member] of this.#members.entries()) {
      if (member.state !== 'works') continue;
      const begun = Atomics.load(this.#cells, CELL.begun(index));
      const { current } = member;
      const { beats } = current;
      member.since = begun === member.begun ? member.since + 1 : 0;
      member.quiet = beats === member.beats ? member.quiet + 1 : 0;
      Object.assign(member, { begun, beats });
      if (current.isRunning && member.quiet >= (this.#isEnding ? STUCK_AT_END : STUCK_AFTER))
        this.#giveUp(index, member, true);
      else if (this.#isEnding && member.since >= TOO_LONG_AT_END) this.#giveUp(index, member, false);
    }
    if (this.#members.filter(({ state }) => state === 'done').length > before) this.#settle();
  }

  #giveUp(index: number, member: Member, isInStep: boolean): void {
    const { all, adversarial } = this.#order;
    const { current, name, endless } = member;
    void member.worker.terminate();
    member.state = 'done';
    this.#isStuck = true;
    this.#ran(member, current.takeUntold());
    const schedule = isInStep ? current.schedule(adversarial) : null;
    const line = isInStep && schedule === null ? ', by more answers than can be told' : '';
    member.note = `${name} was given up: a run did not end${line}; what was left of its part was not run`;
    if (schedule === null) return;
    const turn = turnOf(current.run, { index, of: this.#members.length });
    const seconds = (member.quiet * LOOK_EVERY) / 1000;
    const key = formatSchedule(schedule);
    const known = this.#stuck.get(key);
    if (known === undefined || turn < known.turn) this.#stuck.set(key, { schedule, turn, seconds });
    if (!all) {
      setFirst(this.#cells, turn);
      this.#expectTheEnd();
    } else if (!this.#isEnding && !endless.has(key)) {
      endless.add(key);
      this.#replace(index, member);
    }
  }

  /** Another thread makes all its runs once more, quickly, but for those that have no end, and goes on behind them. */
  #replace(index: number, member: Member): void {
    const current = new CurrentRun();
    const worker = this.#thread(index, current, member.runs);
    Object.assign(member, { worker, current, state: 'loads', note: '', since: 0, quiet: 0 });
    this.#listen(member);
  }

  /** When everybody has made his runs, those that are left are shared by those who have a use for them. */
  #settle(): void {
    if (this.#members.some(({ state }) => state === 'loads' || state === 'works')) return;
    const waiting = [...this.#members.entries()].filter(([, { state }]) => state === 'waits');
    if (waiting.length === 0) {
      this.#finish(this.#outcome());
      return;
    }
    const hasFailed = this.#found.size + this.#stuck.size > 0;
    const isOver = this.#isTimeUp || (hasFailed && !this.#order.all);
    const left = isOver ? 0 : this.#order.runs - this.standing.runs;
    const shares = shared(left, waiting.length);
    for (const [place, [index, member]] of waiting.entries()) {
      const share = shares[place]!;
      if (left > 0 && share === 0) continue;
      member.state = 'works';
      const cell = CELL.quota(index);
      Atomics.store(this.#cells, cell, left > 0 ? this.#cells[cell]! + BigInt(share) : NO_MORE);
      Atomics.notify(this.#cells, cell);
    }
  }

  /** Runs that everybody has behind him come before any failure that is still to be found. */
  #count(): void {
    const atWork = this.#members.filter(({ state }) => state !== 'done');
    const behind = Math.min(...atWork.map(({ runs }) => runs));
    const mayBeLate = this.#found.size > 0 && !this.#order.all;
    if (mayBeLate || !Number.isFinite(behind)) return;
    for (const { runs, late } of this.#members)
      for (const schedule of late.splice(0, behind - (runs - late.length))) this.#counted.addNumber(schedule);
  }

  #outcome(): Outcome {
    const found = [...this.#found.values()].sort((a, b) => a.turn - b.turn);
    const last = this.#order.all || found.length === 0 ? Number.POSITIVE_INFINITY : found[0]!.turn;
    const of = this.#members.length;
    const made = this.standing.runs;
    let runs = made;
    // Who was faster has made runs that come after the first failure: they don't count.
    for (const [index, member] of this.#members.entries())
      for (const [place, schedule] of member.late.entries()) {
        const run = member.runs - member.late.length + place + 1;
        if (turnOf(run, { index, of }) <= last) this.#counted.addNumber(schedule);
        else runs--;
      }
    return {
      runs,
      schedules: this.#counted.size,
      isComplete: this.#members.every(({ isComplete }) => isComplete) && runs === made,
      note: [...new Set(this.#members.map(({ note }) => note))].filter(Boolean).join('\n'),
      hasRanges: this.#members.some(({ hasRanges }) => hasRanges),
      isStuck: this.#isStuck,
      found: last === Number.POSITIVE_INFINITY ? found : found.slice(0, 1),
      stuck: [...this.#stuck.values()],
    };
  }

  async #end(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    for (const member of this.#members) member.state = 'done';
    await Promise.all(this.#members.map(({ worker }) => worker.terminate()));
  }
}

/** A number of things in so many shares, as equal as can be; the first ones get what is over. */
function shared(things: number, shares: number): number[] {
  const each = Math.floor(things / shares);
  return Array.from({ length: shares }, (_, place) => each + (place < things % shares ? 1 : 0));
}
