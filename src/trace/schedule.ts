/**
 * A schedule: everything that a run left open, and how it was decided, as one line to paste.
 *
 *     seed=7 timer/3-2 latency*4 timer=1/3 latency=12.5 thread/2*20
 *
 * It is read from the trace, in which every question and its answer is an event, and it says all that a run depends on besides
 * its program: the seed, and the decisions in the order in which they were asked for.
 *
 *     timer=1/3      of three timers the one in place 1 (places count from 0)
 *     timer/3        of three the one in place 0: the faithful answer
 *     timer/9-2      the same of nine, then of eight, and so on down to two
 *     latency        drawn by chance
 *     latency=12.5   drawn by decision
 *     thread/2*20    the same twenty times
 *     adversarial    the ready queue was permuted as well (stands behind the seed)
 *     (latency fault)*9   both, nine times
 *     ...            at the end: and faithfully from there on, whatever is asked
 *
 * So a schedule also says what was *asked*. A program that has changed asks something else sooner or later, and there the replay
 * stops and says so, instead of quietly running something that nobody recorded.
 */

import type { TraceEvent } from './events.ts';
import type { Trace } from './trace.ts';

/** One of several was picked, by its place from 0. */
export interface Pick {
  /** What was chosen between: 'timer', 'completion', 'thread', 'preempt', 'ready'. */
  readonly what: string;
  readonly candidates: number;
  readonly picked: number;
}

/** A number was drawn; null: by chance. */
export interface Draw {
  /** What it was drawn for: 'latency', 'fault' or 'number'. */
  readonly what: string;
  readonly drawn: number | null;
  /** It is the least that could be: quick, and no fault. Known where the range is, and not in a line. */
  readonly isLeast?: boolean;
}

/** One answer to one question. */
export type Decision = Pick | Draw;

/** All that a run depends on besides its program. */
export interface Schedule {
  readonly seed: number;
  /** Whether the order of the ready queue was open, too. */
  readonly adversarial: boolean;
  readonly decisions: readonly Decision[];
  /** What is asked after the last decision is answered faithfully; else nothing may be. */
  readonly open: boolean;
}

/**
 * A schedule makes no sense, can't be read from a trace, or doesn't fit the program it is replayed with.
 *
 * @example
 * try { parseSchedule('timer=3/3') } catch (e) { e instanceof ScheduleError } // true
 */
export class ScheduleError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ScheduleError';
  }
}

/** Whether a decision is what happens if nobody decides: the first was picked, or a number drawn by chance. */
export function isFaithful(decision: Decision): boolean {
  return 'picked' in decision ? decision.picked === 0 : decision.drawn === null;
}

/** Nothing decided: the faithful run. */
export const FAITHFUL: Schedule = { seed: 0, adversarial: false, decisions: [], open: true };

/** More than this no run asks, and no line may stand for. */
const MOST_DECISIONS = 10_000_000;

/**
 * The schedule of a run, read from its trace.
 *
 * Throws a `ScheduleError` if the trace doesn't have all that was decided in it: it does if the run was recorded with a policy,
 * as the stepper and `replay` do.
 *
 * @example formatSchedule(scheduleOf(trace)) // 'seed=0 timer=1/2'
 */
export function scheduleOf(trace: Trace): Schedule {
  const { policy } = trace.meta;
  if (policy === undefined)
    throw new ScheduleError(
      "this trace does not tell what was left open, as nobody was asked; a run by a schedule does: 'seed=0 ...' is the faithful one",
    );
  const decisions: Decision[] = [];
  for (const event of trace) {
    const decision = decisionOf(event);
    if (decision !== null) decisions.push(decision);
  }
  return { seed: seedOf(trace), adversarial: policy === 'adversarial', decisions, open: false };
}

function seedOf({ meta }: Trace): number {
  const { seed = 0 } = meta;
  if (typeof seed === 'number') return seed;
  throw new ScheduleError(`the seed of this trace is no number: ${JSON.stringify(seed)}`);
}

/** What an event decided; null: nothing. */
export function decisionOf(event: TraceEvent): Decision | null {
  if (event.kind === 'choice') {
    const { what, candidates, picked } = event;
    return { what, candidates, picked };
  }
  if (event.kind !== 'draw') return null;
  const { what, value, low, high } = event;
  const isLeast = value === (what === 'fault' ? high : low);
  return { what, drawn: event.by === 'chance' ? null : value, isLeast };
}

/**
 * The schedule by which a run goes as in the trace up to event `seq`, where something was decided, and there otherwise: another
 * candidate is picked, by its place, or another number drawn. From there on it is faithful.
 *
 * Throws a `ScheduleError` if nothing was decided there, or if there is no such candidate or the number is out of range.
 *
 * @example otherwise(trace, 12, 1) // of those that event 12 chose between, the second
 */
export function otherwise(trace: Trace, seq: number, answer: number): Schedule {
  const { seed, adversarial } = scheduleOf(trace);
  const decisions: Decision[] = [];
  for (let at = 1; at < seq; at++) {
    const decision = decisionOf(trace.event(at));
    if (decision !== null) decisions.push(decision);
  }
  return { seed, adversarial, decisions: [...decisions, decided(trace.event(seq), answer)], open: true };
}

function decided(event: TraceEvent, answer: number): Decision {
  if (event.kind === 'choice') {
    const { what, candidates } = event;
    if (Number.isInteger(answer) && answer >= 0 && answer < candidates)
      return { what, candidates, picked: answer };
    throw new ScheduleError(
      `there is no candidate in place ${answer}: there are ${candidates}, from 0 to ${candidates - 1}`,
    );
  }
  if (event.kind !== 'draw')
    throw new ScheduleError(`in event ${event.seq} (${event.kind}) there was nothing to decide`);
  const { what, low, high } = event;
  if (answer >= low && answer <= high) return { what, drawn: answer };
  throw new ScheduleError(`a ${what} is from ${low} to ${high} here, got ${answer}`);
}

// ---- as a line ----------------------------------------------------------------------------------------------

/**
 * A schedule as one line, which `parseSchedule` reads. What repeats is counted.
 *
 * @example formatSchedule({ ...FAITHFUL, decisions: [{ what: 'timer', candidates: 2, picked: 1 }] }) // 'seed=0 timer=1/2 ...'
 */
export function formatSchedule({ seed, adversarial, decisions, open }: Schedule): string {
  const words = [`seed=${seed}`];
  if (adversarial) words.push('adversarial');
  const units: string[] = [];
  for (let at = 0; at < decisions.length; ) {
    const { word, length } = unitAt(decisions, at);
    units.push(word);
    at += length;
  }
  words.push(...counted(units));
  if (open) words.push('...');
  return words.join(' ');
}

/** Longer groups of words that repeat are not looked for. */
const LONGEST_GROUP = 4;

/** What repeats is counted: `latency*3`, and what goes round by turns, `(latency fault)*3`. */
function counted(units: readonly string[]): string[] {
  const words: string[] = [];
  for (let at = 0; at < units.length; ) {
    let best = { group: 1, times: 1 };
    for (let group = 1; group <= LONGEST_GROUP; group++) {
      const times = repeats(units, at, group);
      // A group of several is worth its brackets from the third time on.
      if (times >= (group === 1 ? 2 : 3) && times * group > best.times * best.group) best = { group, times };
    }
    const { group, times } = best;
    const word = units.slice(at, at + group).join(' ');
    words.push(times === 1 ? word : `${group === 1 ? word : `(${word})`}*${times}`);
    at += group * times;
  }
  return words;
}

/** How often the next so many words stand there one time after another. */
function repeats(units: readonly string[], at: number, group: number): number {
  let times = 1;
  for (; ; times++)
    for (let i = 0; i < group; i++) {
      const next = units[at + times * group + i];
      if (next === undefined || next !== units[at + i]) return times;
    }
}

/** The word that stands for the decisions from `at` on: for one of them, or for faithful picks of each time one candidate less. */
function unitAt(
  decisions: readonly Decision[],
  at: number,
): { readonly word: string; readonly length: number } {
  const first = decisions[at]!;
  if ('drawn' in first || first.picked !== 0) return { word: wordOf(first), length: 1 };
  let length = 1;
  for (; at + length < decisions.length; length++) {
    const next = decisions[at + length]!;
    if (!('picked' in next) || next.picked !== 0 || next.what !== first.what) break;
    if (next.candidates !== first.candidates - length) break;
  }
  const word = wordOf(first);
  return { word: length === 1 ? word : `${word}-${first.candidates - length + 1}`, length };
}

/** A decision as a word of the line. */
export function wordOf(decision: Decision): string {
  const { what } = decision;
  if ('drawn' in decision) return decision.drawn === null ? what : `${what}=${decision.drawn}`;
  return decision.picked === 0
    ? `${what}/${decision.candidates}`
    : `${what}=${decision.picked}/${decision.candidates}`;
}

const WORD = /^([a-z]+)(?:=([^/*]+))?(?:\/(\d+)(?:-(\d+))?)?(?:\*(\d+))?$/;

/**
 * Reads a schedule from a line, as `formatSchedule` writes it.
 *
 * Throws a `ScheduleError` that quotes the word which makes no sense.
 *
 * @example parseSchedule('seed=0 timer=1/2').decisions // [{ what: 'timer', candidates: 2, picked: 1 }]
 */
export function parseSchedule(line: string): Schedule {
  const words = line.trim().split(/\s+/);
  const [first = ''] = words;
  const seed = /^seed=(.+)$/.exec(first)?.[1];
  if (seed === undefined || !Number.isFinite(Number(seed)))
    throw new ScheduleError(
      `a schedule begins with its seed, as seed=0 timer=1/2, and this one begins with ${quote(first)}`,
    );
  const open = words.at(-1) === '...';
  if (open) words.pop();
  const adversarial = words[1] === 'adversarial';
  const decisions: Decision[] = [];
  const rest = words.slice(adversarial ? 2 : 1).join(' ');
  for (const [word, group, times] of rest.matchAll(/\(([^()]*)\)\*(\d+)|\S+/g)) {
    if (group === undefined) readWord(word, decisions);
    else readGroup(word, group, Number(times), decisions);
  }
  return { seed: Number(seed), adversarial, decisions, open };
}

function readGroup(word: string, group: string, times: number, decisions: Decision[]): void {
  const once: Decision[] = [];
  for (const inner of group.split(' ').filter(Boolean)) readWord(inner, once);
  if (!(times >= 1) || once.length === 0 || decisions.length + times * once.length > MOST_DECISIONS)
    throw new ScheduleError(
      `${quote(word)} in a schedule makes no sense: a group has decisions, and a schedule has at most ${MOST_DECISIONS}`,
    );
  for (let i = 0; i < times; i++) decisions.push(...once);
}

function readWord(word: string, decisions: Decision[]): void {
  const [, what, answer, of, to, repeated] = WORD.exec(word) ?? [];
  const refuse = (why: string) => new ScheduleError(`${quote(word)} in a schedule makes no sense: ${why}`);
  if (what === undefined)
    throw refuse('it is one of timer=1/3, timer/3, timer/9-2, latency and latency=12.5, or several with *20');
  const times = Number(repeated ?? 1);
  const candidates = Number(of);
  const least = Number(to ?? of);
  const count = of === undefined ? times : times * (candidates - least + 1);
  if (!(times >= 1) || decisions.length + count > MOST_DECISIONS)
    throw refuse(`a schedule has at most ${MOST_DECISIONS} decisions`);
  const value = answer === undefined ? null : Number(answer);
  if (of === undefined) {
    if (value !== null && !Number.isFinite(value)) throw refuse(`${quote(answer!)} is no number`);
    for (let i = 0; i < times; i++) decisions.push({ what, drawn: value });
    return;
  }
  if (least < 2 || candidates < least) throw refuse('there are two or more to choose between');
  const picked = value ?? 0;
  if (!(Number.isInteger(picked) && picked >= 0 && picked < least))
    throw refuse(`places are from 0 to ${least - 1}`);
  for (let i = 0; i < times; i++)
    for (let n = candidates; n >= least; n--) decisions.push({ what, candidates: n, picked });
}

const quote = (text: string): string => `‘${text.length > 40 ? `${text.slice(0, 37)}...` : text}’`;
