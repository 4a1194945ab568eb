/** Whose time it is, in words: names of tasks, threads, devices, callbacks, the loop and the script, made `printable`. */

import type { Actor } from '../trace/ledger.ts';
import { printable } from './cells.ts';
import { list } from './words.ts';

/** What an actor is called where it stands alone. */
export function nameOf({ kind, name }: Actor): string {
  if (kind === 'callback') return name === 'a callback' ? name : `callback ${printable(name)}`;
  return printable(name);
}

/** What an actor is called in a sentence. */
export function inSentence(actor: Actor): string {
  return actor.kind === 'loop' || actor.kind === 'script' ? `the ${actor.name}` : nameOf(actor);
}

/** `a, b and 3 more`. */
export function namesOf(actors: readonly Actor[], most = 3): string {
  return list(
    actors.map((actor) => inSentence(actor)),
    most,
  );
}
