/**
 * A change, as one types it: whose durations, and what becomes of them.
 *
 *     rice 20 min        they take so long
 *     rice x0.5          they take so many times as long
 *     homework +5 min    they take so much longer; -5 min: less
 *     rice sleep 20 min  only its sleeps; also compute, block, request, busy
 *
 * The name is that of a task, a thread, a device, or what something is called: whichever the run has, in this order.
 */

import { describeValue, ValueError } from '../core/errors.ts';
import { parseDuration } from '../trace/duration.ts';
import type { Trace } from '../trace/trace.ts';
import type { Change } from './what-if.ts';

const FORM = /^(?:(sleep|compute|block|request|busy) +)?(?:= *)?([x×*+-])? *(\d.*)$/;

/**
 * Reads a change of something that a run has. Throws a ValueError that says what is wrong: the form, the amount, or that there is
 * nobody of that name.
 *
 * @example changeOfText('rice x0.5', trace) // { task: 'rice', scale: 0.5 }
 */
export function changeOfText(text: string, trace: Trace): Change {
  const { whose, rest } = ownerOf(text.trim(), trace);
  const [, what, sign, amount] = FORM.exec(rest) ?? [];
  if (amount === undefined) throw noChange(text);
  const kind = what === undefined ? {} : { what: what as NonNullable<Change['what']> };
  if (sign === undefined) return { ...whose, ...kind, set: durationOf(amount) };
  if (sign === '+' || sign === '-')
    return { ...whose, ...kind, add: (sign === '-' ? -1 : 1) * durationOf(amount) };
  const scale = Number(amount);
  if (!Number.isFinite(scale))
    throw new ValueError(`x stands before a number, as x0.5; got ${describeValue(amount)}`);
  return { ...whose, ...kind, scale };
}

function noChange(text: string): ValueError {
  return new ValueError(
    `a change is a name and what becomes of its times, as rice 20 min, rice x0.5, rice +5 min; got ${describeValue(text)}`,
  );
}

function durationOf(text: string): number {
  const time = parseDuration(text.trim());
  if (time === null)
    throw new ValueError(`a time is 5, 5 ms, 20 min, 2 min 30 s or the like; got ${describeValue(text)}`);
  return time;
}

/** Whose times are meant: of all names that the text begins with the longest, as a name may have spaces and numbers in it. */
function ownerOf(text: string, trace: Trace): { readonly whose: Change; readonly rest: string } {
  const names = namesOf(trace);
  let found = '';
  let whose: Change | null = null;
  for (const sort of ['task', 'thread', 'device', 'label'] as const) {
    for (const name of names[sort]) {
      if (name.length <= found.length || !text.startsWith(`${name} `)) continue;
      found = name;
      whose = { [sort]: name };
    }
  }
  if (whose !== null) return { whose, rest: text.slice(found.length).trim() };
  const name = /^(.+?) +(?:[a-z]+ +)?[x×*+=-]? *\d/.exec(text)?.[1];
  if (name === undefined) throw noChange(text);
  const known = Object.values(names)
    .flatMap((some) => [...some])
    .filter(Boolean);
  const some = known.length > 12 ? `${known.slice(0, 12).join(', ')} and more` : known.join(', ');
  throw new ValueError(`nothing in this run is called ${describeValue(name)}; there is ${some || 'nothing'}`);
}

function namesOf(trace: Trace) {
  const names = {
    task: new Set<string>(),
    thread: new Set<string>(),
    device: new Set<string>(),
    label: new Set<string>(),
  };
  for (const event of trace) {
    if (event.kind === 'task:create' || event.kind === 'task:rename') names.task.add(event.name);
    else if (event.kind === 'thread:create') names.thread.add(event.name);
    else if (event.kind === 'resource:new' && event.type === 'device') names.device.add(event.name);
    else if (
      event.kind === 'compute' ||
      event.kind === 'block' ||
      event.kind === 'thread:busy' ||
      event.kind === 'request:new'
    )
      names.label.add(event.label);
  }
  return names;
}
