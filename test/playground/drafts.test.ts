/** What the browser has kept is read with care: another page may have written it, or another version of this one. */

import { describe, expect, it } from 'vitest';
import { type Draft, readDraft } from '../../src/playground/ui/drafts.ts';

describe('a kept draft', () => {
  it('is what was written down', () => {
    const draft: Draft = {
      program: "print('☕');",
      values: { tasks: 3 },
      original: { program: '', values: {} },
      lesson: 'race',
      hasRun: true,
      isStrange: false,
    };
    expect(readDraft(JSON.stringify(draft))).toEqual(draft);
  });

  it.each([null, '', 'x', '3', 'null', '[]', '{}', '{"program":3}'])('is none: %s', (written) => {
    expect(readDraft(written)).toBeNull();
  });

  it('counts as not run, and as somebody else’s, unless it says otherwise', () => {
    const bare: Draft = {
      program: 'x',
      values: {},
      original: null,
      lesson: null,
      hasRun: false,
      isStrange: true,
    };
    expect(readDraft('{"program":"x"}')).toEqual(bare);
    expect(
      readDraft('{"program":"x","values":{"a":"1","b":null},"lesson":3,"hasRun":true,"original":7}'),
    ).toEqual(bare);
    expect(readDraft('{"program":"x","hasRun":true,"isStrange":true}')).toEqual(bare);
  });

  it('does nothing, and breaks nothing, where nothing is kept', async () => {
    const { keepDraft, keepOpened, keptDraft, lastOpened } = await import(
      '../../src/playground/ui/drafts.ts'
    );
    // Here there is no localStorage at all.
    expect(() => keepDraft('x', null)).not.toThrow();
    expect(() => keepOpened('x')).not.toThrow();
    expect([keptDraft('x'), lastOpened()]).toEqual([null, null]);
  });
});
