/** What was left open, and how it was decided: in words. */

import type { EventOf } from '../trace/events.ts';
import { printable } from './cells.ts';
import { list } from './words.ts';

/** What the candidate in place `index` of a choice is called. */
export function candidate({ names }: EventOf<'choice'>, index: number): string {
  const name = names[index];
  return name === undefined ? `number ${index + 1}` : printable(name);
}

/**
 * The sentence of a choice.
 *
 * @example '3 timers are due at once: rice first, and not dishes or laundry'
 */
export function choiceText(event: EventOf<'choice'>): string {
  const { what, picked, candidates } = event;
  const taken = candidate(event, picked);
  if (what === 'preempt') return `${taken}, and it could have been otherwise`;
  const others = event.names
    .map((_, index) => candidate(event, index))
    .filter((_, index) => index !== picked);
  const rest = list(others, 4).replace(/ and (?=[^,]*$)/, ' or ');
  const not = rest === '' ? '' : `, and not ${rest}`;
  switch (what) {
    case 'timer':
      return `${candidates} timers are due at once: ${taken} first${not}`;
    case 'completion':
      return `${candidates} things are done at once: ${taken} first${not}`;
    case 'thread':
      return `${candidates} threads wait for the same thing: ${taken} gets it${not}`;
    case 'ready':
      return picked === 0
        ? `${taken} is next in the ready queue, as asyncio has it${not}`
        : `the ready queue is permuted: ${taken} is next${not}`;
    default:
      return `the policy decides ${printable(what)}: ${taken}${not}`;
  }
}
