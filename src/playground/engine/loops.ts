/**
 * A way into loops that never end.
 *
 * JavaScript can't be stopped from outside: a worker that goes round in `while (true) {}` hears nobody, and all that is left is to
 * end it, with everything that it knew. So each loop of a program gets a call into its body, `round_()`, which throws when the loop has
 * gone round for too long. Then the program fails like any other: at its line, and with its trace.
 *
 * Lines stay what they are. What was put in is remembered, so that columns can be told as they were written.
 */

import { typescriptLanguage } from '@codemirror/lang-javascript';
import { LoopExit } from '../../core/errors.ts';
import type { Place } from './protocol.ts';

/** The function that is called once in each round. */
export const ROUND = 'round_';

/** Something was put into a text. */
interface Insertion {
  readonly line: number;
  /** From 1, in the text with everything put in. */
  readonly column: number;
  readonly length: number;
}

/** A program with calls in its loops. */
export interface Watched {
  readonly text: string;
  /** Where a place of that text is in the program as it was written. */
  readonly back: (place: Place) => Place;
}

/**
 * Puts a call into each loop. A program that has a mistake of syntax stays as it is.
 *
 * @example watched('while (true) {}').text // 'while (true) { round_();}'
 */
export function watched(source: string): Watched {
  const puts: { readonly at: number; readonly text: string }[] = [];
  let isWhole = true;
  typescriptLanguage.parser.parse(source).iterate({
    enter: ({ name, node, type }) => {
      if (type.isError) isWhole = false;
      if (!/^(While|Do|For)Statement$/.test(name)) return;
      // The body comes after what is in parentheses, or after `do`.
      let body = node.firstChild;
      if (name !== 'DoStatement')
        while (body !== null && !/^(ParenthesizedExpression|For\w*Spec)$/.test(body.name))
          body = body.nextSibling;
      do body = body?.nextSibling ?? null;
      while (body !== null && /Comment$/.test(body.name));
      if (body === null) return;
      if (body.name === 'Block') {
        puts.push({ at: body.from + 1, text: ` ${ROUND}();` });
      } else {
        puts.push({ at: body.from, text: `{ ${ROUND}(); ` }, { at: body.to, text: ' }' });
      }
    },
  });
  if (!isWhole) return { text: source, back: (place) => place };
  return put(source, puts);
}

function put(source: string, puts: readonly { readonly at: number; readonly text: string }[]): Watched {
  const insertions: Insertion[] = [];
  let text = '';
  let from = 0;
  let line = 1;
  let lineStart = 0;
  // Of two at one place the first is the inner one, and both are closing braces.
  for (const one of [...puts].sort((a, b) => a.at - b.at)) {
    text += source.slice(from, one.at);
    from = one.at;
    for (let end = text.indexOf('\n', lineStart); end >= 0; end = text.indexOf('\n', lineStart)) {
      line++;
      lineStart = end + 1;
    }
    insertions.push({ line, column: text.length - lineStart + 1, length: one.text.length });
    text += one.text;
  }
  return {
    text: text + source.slice(from),
    back: (place) => ({
      line: place.line,
      column: insertions.reduce(
        (column, put) =>
          put.line === place.line && put.column < place.column
            ? column - Math.min(put.length, place.column - put.column)
            : column,
        place.column,
      ),
    }),
  };
}

/** A loop goes round and round, and lets nobody else have a turn. It ends the whole run, as what passes a bound does. */
export class EndlessLoopError extends LoopExit {
  override readonly name = 'EndlessLoopError';
}

/** A loop is given up when nothing else has happened for so long, and when all of the program takes so long; ms of real time. */
const MOST_QUIET_MS = 2_000;
const MOST_MS = 4_500;
/** How many rounds there are between two looks at the clock. */
const ROUNDS = 256;

/** Looks after the loops of a program that runs. */
export class LoopWatch {
  /** The error with which the first of them was stopped; null: none was. */
  stopped: EndlessLoopError | null;
  readonly #began: number;
  readonly #now: () => number;
  /** How far the program has come, in events; null: nobody knows, as it may run other loops that it looks at itself. */
  readonly #progress: () => number | null;
  #rounds: number;
  #seen: number | null;
  #since: number;

  constructor(progress: () => number | null, now: () => number) {
    this.stopped = null;
    this.#now = now;
    this.#began = now();
    this.#progress = progress;
    this.#rounds = 0;
    this.#seen = 0;
    this.#since = this.#began;
  }

  /** Called in each round. Throws an `EndlessLoopError`, and from then on in every round: a loop may catch what stops another. */
  round(): void {
    if (this.stopped !== null) throw this.stopped;
    if (++this.#rounds % ROUNDS !== 0) return;
    const now = this.#now();
    const seen = this.#progress();
    if (seen === null || seen !== this.#seen) {
      this.#seen = seen;
      this.#since = now;
    }
    const quiet = now - this.#since;
    const all = now - this.#began;
    if (quiet < MOST_QUIET_MS && all < MOST_MS) return;
    const seconds = Math.round((quiet < MOST_QUIET_MS ? all : quiet) / 100) / 10;
    this.stopped = new EndlessLoopError(
      `this loop has gone round for ${seconds} s, and never waits for anything: as long as it does, nobody else gets a turn`,
    );
    throw this.stopped;
  }
}
