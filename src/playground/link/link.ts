/**
 * A program in a link: all that a reader needs to see what a teacher saw, and nothing on any server.
 *
 * The fragment of an address is never sent anywhere. It holds a digit for the version, and then the program, the values of its
 * parameters and the lesson as JSON, compressed, in the letters that need no escape in an address. Compressed programs are
 * small.
 *
 * A link comes from anybody, and may be cut off on its way. What is read is held against its shape, and a broken one is refused
 * with a sentence; and what unpacks to more than a program can be is not unpacked to its end.
 */

/** What a link holds. */
export interface Shared {
  readonly program: string;
  readonly values: Readonly<Record<string, number>>;
  /** The name of a lesson; null if the program belongs to none. */
  readonly lesson: string | null;
}

/** A link can't be read; the message is for who opened it. */
export class LinkError extends Error {}

const VERSION = '1';
const PREFIX = `#${VERSION}`;
/** As many letters as a program may have, which is more than any editor wants. */
export const LONGEST_PROGRAM = 100_000;
const MOST_BYTES = 4 * LONGEST_PROGRAM;
const MOST_VALUES = 100;

/**
 * The fragment of a link, with its `#`. Throws a `LinkError` for a program that is too long for one.
 *
 * @example await writeLink({ program: '…', values: { tasks: 5 }, lesson: null }) // '#1q1YqKMpPL0rM…'
 */
export async function writeLink({ program, values, lesson }: Shared): Promise<string> {
  if (program.length > LONGEST_PROGRAM) {
    throw new LinkError(
      `the program has ${program.length} letters, and a link has room for ${LONGEST_PROGRAM}`,
    );
  }
  const json = JSON.stringify({
    p: program,
    ...(Object.keys(values).length > 0 && { v: values }),
    ...(lesson !== null && { l: lesson }),
  });
  return (
    PREFIX +
    toLetters(await pipe(encode(json), new CompressionStream('deflate-raw'), Number.POSITIVE_INFINITY))
  );
}

/**
 * What the fragment of a link holds; null if there is none. Throws a `LinkError` if it can't be read.
 *
 * @example (await readLink(location.hash))?.program
 */
export async function readLink(fragment: string): Promise<Shared | null> {
  if (fragment === '' || fragment === '#') return null;
  if (!fragment.startsWith(PREFIX)) {
    throw new LinkError(
      /^#\d/.test(fragment)
        ? `this link was made by another version of the playground (${fragment[1]}, and this one reads ${VERSION})`
        : 'this link holds no program: what comes after its # was not made by the playground',
    );
  }
  let json: unknown;
  try {
    const bytes = await pipe(
      fromLetters(fragment.slice(PREFIX.length)),
      new DecompressionStream('deflate-raw'),
      MOST_BYTES,
    );
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    if (error instanceof LinkError) throw error;
    throw new LinkError(
      'this link is damaged: it was probably cut off on its way; ask for it again, in full',
    );
  }
  return check(json);
}

function check(json: unknown): Shared {
  const no = () => new LinkError('this link holds something else than a program');
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw no();
  const { p: program, v: values = {}, l: lesson = null } = json as Record<string, unknown>;
  if (typeof program !== 'string' || program.length > LONGEST_PROGRAM) throw no();
  if (lesson !== null && typeof lesson !== 'string') throw no();
  if (typeof values !== 'object' || values === null || Array.isArray(values)) throw no();
  const entries = Object.entries(values);
  if (entries.length > MOST_VALUES || !entries.every(([, value]) => Number.isFinite(value))) throw no();
  return { program, values: Object.fromEntries(entries), lesson };
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
}

async function pipe(
  bytes: Uint8Array<ArrayBuffer>,
  through: GenericTransformStream | CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array> {
  const writer = (through.writable as WritableStream<unknown>).getWriter();
  // What goes wrong there goes wrong at the other end as well, and is told of here once.
  void writer.write(bytes).catch(() => {});
  void writer.close().catch(() => {});
  const reader = (through.readable as ReadableStream<Uint8Array>).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      void reader.cancel().catch(() => {});
      throw new LinkError('this link unpacks to more than a program can be');
    }
    chunks.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function toLetters(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromLetters(letters: string): Uint8Array<ArrayBuffer> {
  const text = atob(letters.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
