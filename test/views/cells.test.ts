import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cellWidth, pad, printable, truncate, truncateMiddle, widest, wrap } from '../../src/views/cells.ts';
import { anyName } from './log.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Where the oracle, by its own account, says something else than a terminal shows. */
function isDisputed(text: string): boolean {
  return Array.from(segmenter.segment(text)).some(({ segment }) => {
    const first = String.fromCodePoint(segment.codePointAt(0)!);
    // It takes an emoji that is text by default (❤, ↔) for two cells even without its selector.
    if (
      /^\p{Emoji}$/u.test(first) &&
      !/^\p{Emoji_Presentation}$/u.test(first) &&
      !segment.includes('\ufe0f')
    ) {
      return segment !== first || !/^[0-9#*]$/.test(first);
    }
    // It knows only some blocks of marks, and loses the halfwidth voicing marks in a cluster.
    if (/^[\p{Mn}\p{Me}]/u.test(segment) || /[\uff9e\uff9f]/.test(segment)) return true;
    // It has tables of its own Unicode version, and obeys escape codes. Ours are for assigned characters.
    return /[\p{Cn}\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(segment);
  });
}

describe('cellWidth', () => {
  it('counts a letter as one cell, a wide character or emoji as two, a mark as none', () => {
    const widths = {
      '': 0,
      rice: 4,
      洗濯: 4,
      ｆｕｌｌ: 8,
      ｶﾞ: 2,
      가각: 4,
      'e\u0301': 1,
      '\u0301': 0,
      '😀': 2,
      '👍🏽': 2,
      '👨‍👩‍👧': 2,
      '🇩🇪': 2,
      '🇩': 1,
      '🏴󠁧󠁢󠁥󠁮󠁧󠁿': 2,
      '1️⃣': 2,
      '❤️': 2,
      '❤': 1,
      'ab\u200bc': 3,
      '●█░▒─✓✗⊘⊠·━├┴┤…': 15,
    };
    expect(Object.fromEntries(Object.keys(widths).map((text) => [text, cellWidth(text)]))).toEqual(widths);
  });

  it('agrees with string-width wherever that agrees with terminals', () => {
    const agrees = (text: string) => {
      fc.pre(!isDisputed(text));
      expect(cellWidth(text)).toBe(stringWidth(text));
    };
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), agrees), { numRuns: 500 });
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 3 }), agrees), { numRuns: 2000 });
  });

  it('agrees with it on characters from all over Unicode', () => {
    const differing: string[] = [];
    for (let code = 0x20; code < 0x40000; code += 61) {
      const text = String.fromCodePoint(code);
      if (!isDisputed(text) && cellWidth(text) !== stringWidth(text)) differing.push(code.toString(16));
    }
    expect(differing).toEqual([]);
  });

  it('of several texts finds the widest', () => {
    expect(widest(['a', '洗濯', 'abc'])).toBe(4);
    expect(widest([], 3)).toBe(3);
  });
});

describe('truncate, pad and wrap', () => {
  it('cut at the end, or in the middle where names differ at their ends', () => {
    expect(truncate('wash the clothes', 8)).toBe('wash th…');
    expect(truncate('wash the clothes', 6)).toBe('wash…');
    expect(truncate('洗濯をする', 6)).toBe('洗濯…');
    expect(truncate('rice', 4)).toBe('rice');
    expect(truncate('rice', 0)).toBe('');
    expect(truncateMiddle('download-page-17', 11)).toBe('downlo…e-17');
    expect(truncateMiddle('worker-1', 4)).toBe('wor…');
  });

  it('pad to cells, not to characters', () => {
    expect(pad('洗濯', 6)).toBe('洗濯  ');
    expect(pad('7', 3, 'right')).toBe('  7');
    expect(pad('long', 2)).toBe('long');
  });

  it('wrap between words, and inside a word only if it must', () => {
    expect(wrap('rice waits for its timer', 10)).toEqual(['rice waits', 'for its', 'timer']);
    expect(wrap('abcdefgh ij', 5)).toEqual(['abcde', 'fgh', 'ij']);
    expect(wrap('', 5)).toEqual(['']);
    expect(wrap('洗濯', 1)).toEqual(['…']);
  });

  it('wrap keeps a number and its unit of time on one line', () => {
    expect(wrap('stands still for 50 ms', 20)).toEqual(['stands still for', '50 ms']);
    expect(wrap('from 1 h 40 min on', 12)).toEqual(['from 1 h', '40 min on']);
    expect(wrap('it has 50 minutes', 9)).toEqual(['it has 50', 'minutes']);
    expect(wrap('a b s c', 3)).toEqual(['a b', 's c']);
    expect(wrap('50 ms', 3)).toEqual(['50 ', 'ms']);
  });

  it('are never wider than asked', () => {
    fc.assert(
      fc.property(anyName, fc.integer({ min: 1, max: 30 }), (name, cells) => {
        const text = printable(name);
        expect(cellWidth(truncate(text, cells))).toBeLessThanOrEqual(cells);
        expect(cellWidth(truncateMiddle(text, cells))).toBeLessThanOrEqual(cells);
        for (const line of wrap(text, cells)) expect(cellWidth(line)).toBeLessThanOrEqual(cells);
        expect(cellWidth(pad(truncate(text, cells), cells))).toBe(cells);
      }),
    );
  });

  it('wrap loses nothing but the spaces at which it breaks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), fc.integer({ min: 1, max: 12 }), (text, cells) => {
        expect(wrap(text, cells).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});

describe('printable', () => {
  it('shows control characters and escape codes instead of obeying them', () => {
    expect(printable('a\nb\tc\r')).toBe('a␤b␉c␍');
    expect(printable('\x1b[31mred\x1b[0m')).toBe('␛[31mred␛[0m');
    expect(printable('\x9b31m\x7f\0')).toBe('\\x9b31m␡␀');
  });

  it('spells out what would reverse or hide text', () => {
    expect(printable('a\u202eb\u2066c')).toBe('a\\u202eb\\u2066c');
    expect(printable('soft\u00adhyphen\u200b\ufeff')).toBe('soft\\xadhyphen\\u200b\\ufeff');
    expect(printable('half \ud83d')).toBe('half �');
  });

  it('leaves text of any language alone, and emoji whole', () => {
    for (const text of ['rice', '洗濯', 'می‌خواهم', 'क्‍ष', '👨‍👩‍👧', '🇩🇪', '❤️', 'e\u0301'])
      expect(printable(text)).toBe(text);
  });

  it('leaves nothing that a terminal obeys, whatever the text', () => {
    fc.assert(
      fc.property(anyName, (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
        expect(printable(printable(text))).toBe(printable(text));
      }),
    );
  });
});
