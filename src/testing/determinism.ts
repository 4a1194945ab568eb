/**
 * Is a program the same each time? It is run twice, and both logs are held against each other, event by event.
 *
 * Everything else here relies on that: a schedule that fails is replayed, a test that holds today holds tomorrow. What breaks it is
 * nearly always the same: the real clock, real chance, or something that the first run has left behind. The first two the guard sees,
 * and says where.
 */

import { checkMachineMaker } from '../core/loop-options.ts';
import type { TraceEvent } from '../trace/events.ts';
import { partingOf } from '../trace/parting.ts';
import { query } from '../trace/query.ts';
import type { Trace } from '../trace/trace.ts';
import { storyLines } from '../views/story.ts';
import { moment } from './evidence.ts';
import { type ResultOf, type SimulateOptions, type Simulation, simulate } from './simulation.ts';

/**
 * A program wasn't the same when it was run again.
 *
 * @example
 * try { checkDeterminism(main) } catch (e) { (e as NotDeterministicError).event } // 14
 */
export class NotDeterministicError extends Error {
  override readonly name: string = 'NotDeterministicError';
  /** The number of the first event in which the runs differ. */
  readonly event: number;
  readonly first: Trace;
  readonly second: Trace;

  /** @internal */
  constructor(event: number, first: Trace, second: Trace) {
    super(messageOf(event, first, second));
    this.event = event;
    this.first = first;
    this.second = second;
  }
}

/** What the guard says of each thing that it sees. */
const SEEN = ' was called in a simulation: ';

/** So many events that both runs have in common are told before they part. */
const BEFORE = 3;

function messageOf(event: number, first: Trace, second: Trace): string {
  const inFirst = told(first, event);
  const common = inFirst
    .slice(0, -1)
    .filter((line) => !line.includes(SEEN))
    .map((line) => `  both    ${line}`);
  const here = first.at(event - 1);
  const there = second.at(event - 1);
  return [
    `the program is not the same each time: two runs part at event ${event}, at ${moment(here?.time ?? there?.time ?? 0)}`,
    ...common,
    `  first   ${here ? inFirst.at(-1) : 'is over'}`,
    `  second  ${there ? told(second, event).at(-1) : 'is over'}`,
    ...(here && there ? differing(here, there) : []),
    ...causes(first, event),
  ].join('\n');
}

/** The sentences of an event and of those before it; the last is that of the event, if there is one. */
function told(trace: Trace, seq: number): string[] {
  const lines: string[] = [];
  for (const { event, text } of storyLines(trace)) {
    if (event.seq > seq) break;
    lines.push(`${event.seq}  ${text}`);
  }
  if (lines.length < seq) lines.push('');
  return lines.slice(-BEFORE - 1);
}

/** What differs in two events of one kind, where the sentences may be the same. */
function differing(one: TraceEvent, other: TraceEvent): string[] {
  if (one.kind !== other.kind) return [];
  const fields = Object.keys(one) as (keyof TraceEvent)[];
  const parts = fields
    .filter((field) => JSON.stringify(one[field]) !== JSON.stringify(other[field]))
    .map((field) => `${field} ${JSON.stringify(one[field])} and ${JSON.stringify(other[field])}`);
  return [`  (${one.kind}: ${parts.join(', ')})`];
}

/** What has made it so: what the guard has seen up to there, or else what it can't see. */
function causes(trace: Trace, event: number): string[] {
  const seen = query(trace)
    .findAll('error', ({ seq, message }) => seq <= event && message.includes(SEEN))
    .map(({ message }) => message);
  if (seen.length > 0) return ['before that:', ...seen.slice(0, 5).map((line) => `  ${line}`)];
  return [
    'nothing of the real world was seen in it, so look for what one run leaves behind for the next: a variable outside of the program, a cache, a lock or a queue that is made only once',
  ];
}

/**
 * Runs a program twice, and throws a `NotDeterministicError` if the runs differ: it shows the first event that isn't the same, and
 * what has probably made it so. Returns the first run.
 *
 * Takes what `simulate` takes, and throws what that throws. A policy has a state of its own, and is used twice; a machine is for one
 * run, so there must be a function that makes it, as in `machine: () => new Machine({ cores: 2 })`: else it throws a ValueError.
 *
 * @example checkDeterminism(main).result;
 */
export function checkDeterminism<P extends () => unknown>(
  program: P,
  options: Omit<SimulateOptions, 'guard'> = {},
): Simulation<ResultOf<P>> {
  checkMachineMaker('checkDeterminism() runs the program twice', options.machine);
  const first = simulate(program, options);
  const second = simulate(program, options);
  const event = partingOf(first.trace, second.trace);
  if (event !== 0) throw new NotDeterministicError(event, first.trace, second.trace);
  return first;
}
