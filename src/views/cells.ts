/**
 * Text measured in terminal cells.
 *
 * A terminal is a grid. A letter takes one cell of it, a Chinese character or an emoji two, an accent none; and what
 * a reader calls a character may be several code points (a family emoji is seven). A view that pads by `length`
 * falls apart at the first name that isn't English, so the views measure with `cellWidth`.
 *
 * The rule: cut the text into grapheme clusters (`Intl.Segmenter`); a cluster is as wide as its first code point,
 * except that an emoji sequence is always two cells. Widths come from Unicode's East Asian Width, kept as 21 ranges:
 * emoji are left out of them, since the engine knows those itself, and gaps of unassigned code points are bridged.
 *
 * What it refuses to do: obey. Names come from the program under study, and one with an escape code or a
 * right-to-left override in it would repaint the screen. Every view passes foreign text through `printable` first.
 * Where terminals disagree (a heart without its emoji selector, ambiguous width in an East Asian locale), the narrow
 * reading is taken.
 */

/** East Asian Wide and Fullwidth without emoji: pairs of first and last code point. */
const WIDE = [
  [0x1100, 0x115f], // Hangul leading consonants
  [0x2329, 0x232a], // angle brackets
  [0x2630, 0x2637], // trigrams
  [0x268a, 0x268f], // monograms, digrams
  [0x2e80, 0x303e], // CJK radicals and punctuation
  [0x3041, 0x3247], // kana, bopomofo, Hangul compatibility, enclosed
  [0x3250, 0xa4c6], // CJK unified, Yi
  [0xa960, 0xa97c], // Hangul extended A
  [0xac00, 0xd7a3], // Hangul syllables
  [0xf900, 0xfaff], // CJK compatibility
  [0xfe10, 0xfe19], // vertical forms
  [0xfe30, 0xfe6b], // compatibility and small forms
  [0xff01, 0xff60], // fullwidth ASCII
  [0xffe0, 0xffe6], // fullwidth signs
  [0x16fe0, 0x1b2fb], // Tangut, Khitan, Nüshu, kana supplements
  [0x1d300, 0x1d376], // Tai Xuan Jing, counting rods
  [0x1f1ae, 0x1f265], // enclosed ideographs
  [0x1f6d9, 0x1f6d9],
  [0x1f7da, 0x1f7da],
  [0x1fa8b, 0x1fafa],
  [0x20000, 0x3fffd], // CJK extensions
] as const;

const ASCII = /^[\x20-\x7e]*$/;
const NO_CELL = /^[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}\p{Cc}\u2028\u2029]$/u;
const EMOJI = /^\p{Emoji_Presentation}$/u;
const MAY_BE_EMOJI = /^\p{Emoji}$/u;
const FLAG_LETTER = /^\p{Regional_Indicator}$/u;
const EMOJI_SELECTOR = '\ufe0f';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Cuts a text into what a reader calls characters. */
function clusters(text: string): string[] {
  return ASCII.test(text) ? Array.from(text) : Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function isWide(code: number): boolean {
  if (code < 0x1100) return false;
  let low = 0;
  let high = WIDE.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [first, last] = WIDE[middle]!;
    if (code < first) high = middle - 1;
    else if (code > last) low = middle + 1;
    else return true;
  }
  return false;
}

function clusterWidth(cluster: string): number {
  const code = cluster.codePointAt(0)!;
  const first = String.fromCodePoint(code);
  // Half of a flag is a letter in a box; two are a flag.
  if (FLAG_LETTER.test(first)) return cluster.length > first.length ? 2 : 1;
  if (EMOJI.test(first) || (cluster.includes(EMOJI_SELECTOR) && MAY_BE_EMOJI.test(first))) return 2;
  if (NO_CELL.test(first)) return 0;
  // The halfwidth voicing marks of katakana belong to the cluster before them, and still take a cell of their own.
  const voicing = cluster.length > 1 ? (cluster.match(/[\uff9e\uff9f]/g)?.length ?? 0) : 0;
  return (isWide(code) ? 2 : 1) + (code === 0xff9e || code === 0xff9f ? 0 : voicing);
}

/**
 * How many terminal cells a text takes: 1 for a letter, 2 for a wide character or an emoji, 0 for an accent.
 * Control characters count 0: pass foreign text through `printable` before.
 *
 * @example cellWidth('rice') // 4
 * @example cellWidth('洗濯') // 4
 * @example cellWidth('👨‍👩‍👧') // 2
 */
export function cellWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += clusterWidth(segment);
  return width;
}

/** How many cells the widest of some texts takes; at least `least`. */
export function widest(texts: Iterable<string>, least = 0): number {
  let width = least;
  for (const text of texts) width = Math.max(width, cellWidth(text));
  return width;
}

/** The longest start of `text` that takes at most `cells` cells. */
export function head(text: string, cells: number): string {
  let width = 0;
  let end = 0;
  for (const cluster of clusters(text)) {
    width += clusterWidth(cluster);
    if (width > cells) break;
    end += cluster.length;
  }
  return text.slice(0, end);
}

/** The longest end of `text` that takes at most `cells` cells. */
function tail(text: string, cells: number): string {
  let width = 0;
  let start = text.length;
  for (const cluster of clusters(text).reverse()) {
    width += clusterWidth(cluster);
    if (width > cells) break;
    start -= cluster.length;
  }
  return text.slice(start);
}

/**
 * Cuts a text that is wider than `cells` cells, and ends it with `…`. The result is never wider, but may be a cell
 * narrower where a wide character doesn't fit.
 *
 * @example truncate('wash the clothes', 8) // 'wash th…'
 */
export function truncate(text: string, cells: number): string {
  if (cellWidth(text) <= cells) return text;
  if (cells < 1) return '';
  return `${head(text, cells - 1).trimEnd()}…`;
}

/**
 * Cuts a text that is too wide in its middle: names often differ only at their end (`worker-1`, `worker-2`).
 *
 * @example truncateMiddle('download-page-17', 11) // 'downlo…e-17'
 */
export function truncateMiddle(text: string, cells: number): string {
  if (cellWidth(text) <= cells) return text;
  if (cells < 5) return truncate(text, cells);
  const end = tail(text, Math.floor((cells - 1) * 0.4));
  return `${head(text, cells - 1 - cellWidth(end)).trimEnd()}…${end.trimStart()}`;
}

/**
 * Fills a text with spaces, on its right or on its left, up to `cells` cells; a wider text is left as it is.
 *
 * @example pad('洗濯', 6) // '洗濯  '
 * @example pad('7', 3, 'right') // '  7'
 */
export function pad(text: string, cells: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, cells - cellWidth(text)));
  return align === 'left' ? text + space : space + text;
}

/** A space, but not the one between a number and its unit of time: `50` at the end of a line is not 50 ms. */
const BREAK = /(?<!\d) | (?!(?:ms|s|min|h|d)(?![\p{L}\p{N}]))/u;

/**
 * Breaks a text into lines of at most `cells` cells, between words where it can. A number and its unit of time are one
 * word. Always at least one line.
 *
 * @example wrap('rice waits for its timer', 10) // ['rice waits', 'for its', 'timer']
 * @example wrap('stands still for 50 ms', 20) // ['stands still for', '50 ms']
 */
export function wrap(text: string, cells: number): string[] {
  const limit = Math.max(1, cells);
  if (cellWidth(text) <= limit) return [text];
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(BREAK)) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (cellWidth(joined) <= limit) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    while (cellWidth(word) > limit) {
      const piece = head(word, limit);
      // A wide character on a line of one cell: there is no room for it at all.
      if (piece === '') {
        word = '…';
        break;
      }
      lines.push(piece);
      word = word.slice(piece.length);
    }
    line = word;
  }
  lines.push(line);
  return lines;
}

/** What would move the cursor, repaint, reverse or hide text; a sound `\u200c` or `\u200d` inside a word stays. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\0-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\p{Cs}/gu;

/**
 * Makes a foreign text safe to print on one line: control characters and escape codes become visible instead of
 * being obeyed, and what would reverse or hide text (bidirectional overrides, invisible characters) is spelt out.
 *
 * @example printable('a\nb') // 'a␤b'
 * @example printable('\x1b[31mred') // '␛[31mred'
 * @example printable('a\u202eb') // 'a\\u202eb'
 */
export function printable(text: string): string {
  if (ASCII.test(text)) return text;
  return text.replace(UNSAFE, (found) => {
    const code = found.charCodeAt(0);
    if (code === 0x0a) return '␤';
    if (code < 0x20) return String.fromCharCode(0x2400 + code); // the pictures of control characters
    if (code === 0x7f) return '␡';
    if (code <= 0xff) return `\\x${code.toString(16)}`;
    if (code >= 0xd800 && code <= 0xdfff) return '�';
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
