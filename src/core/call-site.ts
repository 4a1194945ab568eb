/**
 * Where in the program a coroutine stands: the first frame of the stack that is not the library's own.
 *
 * A generator can't be asked where it is suspended, but when it awaits, its frame is on the stack; so it is when it calls
 * something. To look there is slow, so it is done only where somebody asked for it: in debug mode, and for a stepper (`sites`).
 */

/** A place in a source file. */
export interface CallSite {
  /** As the engine names it: a path or an address. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where the library lies: as it runs, and where its source maps, if they are asked for, say that it does. */
const LIBRARY = new URL('..', import.meta.url).href.replace(/^file:\/\//, '');
const MAPPED = LIBRARY.replace(/\/(src|dist)\/$/, (_, here) => (here === 'src' ? '/dist/' : '/src/'));

/** The place from which the library was called, read from the stack of an error made in it; null if there is none. */
export function callSite({ stack = '' }: Pick<Error, 'stack'>): CallSite | null {
  for (const frame of stack.split('\n').slice(1)) {
    if (frame.includes(LIBRARY) || frame.includes(MAPPED) || frame.includes('node:')) continue;
    const place = /\(?([^()\s]+):(\d+):(\d+)\)?$/.exec(frame);
    if (place) return { file: place[1]!, line: Number(place[2]), column: Number(place[3]) };
  }
  return null;
}

/** The last two parts of a path: the same on every machine. */
export function shortPath(file: string): string {
  return file
    .replace(/^file:\/\//, '')
    .split(/[/\\]/)
    .slice(-2)
    .join('/');
}
