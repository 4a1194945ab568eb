import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../src/views/cells.ts';
import { type ProgressView, progressLine } from '../../src/views/progress-line.ts';

const view = (more: Partial<ProgressView> = {}): ProgressView => ({
  runs: 1204,
  schedules: 1188,
  failures: 0,
  share: 0.5,
  secondsLeft: 2.4,
  ...more,
});

describe('the line of progress', () => {
  it.each([
    [20, '▕███▌   ▏ 1,204 runs'],
    [40, '▕███████       ▏ 1,204 runs · 0 failures'],
    [63, '▕████    ▏ 1,204 runs · 1,188 schedules · 0 failures · 3 s left'],
    [80, '▕████████████▌            ▏ 1,204 runs · 1,188 schedules · 0 failures · 3 s left'],
    [160, '▕███████████████               ▏ 1,204 runs · 1,188 schedules · 0 failures · 3 s left'],
  ])('has in %i cells what there is room for', (width, line) => {
    expect(progressLine(view(), width)).toBe(line);
  });

  it('never exceeds its width, in colours either', () => {
    for (let width = 20; width <= 160; width++)
      for (const runs of [0, 1, 999, 123_456_789]) {
        const one = view({ runs, schedules: runs, failures: runs, secondsLeft: runs });
        const line = progressLine(one, width);
        expect(cellWidth(line)).toBeLessThanOrEqual(width);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are made of them
        expect(progressLine(one, width, true).replace(/\x1b\[[\d;]*m/g, '')).toBe(line);
      }
  });

  it('is empty at 0, full at 1, and says one run and not one runs', () => {
    expect(
      progressLine(view({ runs: 1, schedules: 1, failures: 1, share: 0, secondsLeft: Infinity }), 50),
    ).toBe('▕                 ▏ 1 run · 1 schedule · 1 failure');
    expect(progressLine(view({ runs: 0, share: 1, secondsLeft: 0 }), 50)).toBe(
      '▕██████████▏ 0 runs · 1,188 schedules · 0 failures',
    );
  });

  it.each([
    [0.2, '1 s left'],
    [99, '99 s left'],
    [100, '2 min left'],
    [5940, '99 min left'],
    [6000, '2 h left'],
  ])('tells of %d s that are left in one unit', (secondsLeft, words) => {
    expect(progressLine(view({ secondsLeft }), 100).endsWith(` · ${words}`)).toBe(true);
  });

  it('keeps failures where there is room for one thing', () => {
    expect(progressLine(view({ failures: 2 }), 21)).toBe('▕████    ▏ 2 failures');
  });
});
