import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { type PlotData, plot } from '../../src/index.ts';

const data: PlotData = {
  x: { label: 'tasks', unit: 'count' },
  y: { label: 'time until all is done', unit: 'ms' },
  series: [
    {
      name: 'sequential',
      points: [
        [1, 100],
        [10, 1000],
        [100, 10_000],
      ],
    },
    {
      name: 'coroutines',
      points: [
        [1, 100],
        [10, 110],
        [100, 200],
      ],
    },
    {
      name: 'threads',
      points: [
        [1, 100],
        [10, 120],
        [100, 1000],
      ],
    },
  ],
};

describe('a plot', () => {
  it('has a sign for each curve, dots that lead from point to point, and round numbers on its axes', () => {
    expect(plot(data, { width: 60, height: 14 })).toBe(
      [
        'time until all is done',
        '  10 s ┤                                               ··■',
        '       │                                         ······',
        '       │                                   ······',
        '       │                             ······',
        '   1 s ┤                        ··■··                  ··▲',
        '       │                  ······                 ······',
        '       │            ······                 ······',
        '       │      ······                 ······   ···········●',
        '100 ms ┤ ■●▲······················●▲··········',
        '       └──┬───────────────────────┬──────────────────────┬──',
        '          1                      10        tasks        100',
        '■ sequential   ● coroutines   ▲ threads',
        'side by side: too close to tell apart here',
      ].join('\n'),
    );
  });

  it('puts signs side by side where curves meet, and one for all of them where there is no room', () => {
    const dense: PlotData = {
      ...data,
      series: ['a', 'b', 'c'].map((name) => ({
        name,
        points: [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8].map((x) => [x, 1] as const),
      })),
    };
    const text = plot(dense, { width: 30, height: 8 });
    expect(text).toContain('✱');
    expect(text.split('\n').slice(-2).join(' ')).toContain('✱ several');
    expect(plot(data)).toContain('■●▲');
    expect(plot(data)).toContain('side by side: too close to tell apart here');
    expect(plot({ ...data, series: data.series.slice(0, 1) })).not.toContain('side by side');
  });

  it('leaves out what a logarithmic axis has no place for, and says so', () => {
    const series = [
      {
        name: 'lost',
        points: [
          [1, 0],
          [10, 5],
          [100, Number.NaN],
          [0, 5],
        ] as const,
      },
    ];
    expect(plot({ ...data, series })).toContain('left out: 3 points at 0');
    expect(plot({ ...data, series: [] })).toBe('time until all is done\nnothing to draw');
    expect(plot({ ...data, series: [{ name: 'lost', points: [[1, 0]] }] })).toBe(
      'time until all is done\nnothing to draw\nleft out: 1 point at 0',
    );
  });

  it.each([
    [80, 24],
    [160, 50],
    [40, 12],
    [12, 8],
    [1, 1],
  ])('is never larger than asked: %i by %i', (width, height) => {
    const lines = plot(data, { width, height }).split('\n');
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    if (width >= 40) expect(lines.length).toBeLessThanOrEqual(height);
  });

  it('is the same in colour', () => {
    const coloured = plot(data, { color: true });
    expect(coloured).toContain('\x1b[');
    expect(stripVTControlCharacters(coloured)).toBe(plot(data));
  });

  it('knows bytes, times and ratios by their units', () => {
    const axis = (unit: PlotData['y']['unit'], ys: readonly number[]) =>
      plot(
        {
          ...data,
          y: { label: '', unit },
          series: [{ name: 'a', points: ys.map((y, i) => [i + 1, y] as const) }],
        },
        { height: 24 },
      )
        .split('\n')
        .flatMap((line) => /^ *(\S.*?) ┤/.exec(line)?.[1] ?? []);
    expect(axis('ms', [1, 36e5])).toEqual([
      '1 h',
      '10 min',
      '1 min',
      '10 s',
      '1 s',
      '100 ms',
      '10 ms',
      '1 ms',
    ]);
    expect(axis('bytes', [3e6, 9e8])).toEqual([
      '500 MB',
      '200 MB',
      '100 MB',
      '50 MB',
      '20 MB',
      '10 MB',
      '5 MB',
    ]);
    expect(axis('ratio', [1, 100])).toEqual(['100×', '10×', '1×']);
    expect(axis('count', [1000, 1000])).toEqual(['2k', '1k', '500']);
  });

  it('gives later curves letters', () => {
    const many = {
      ...data,
      series: Array.from({ length: 10 }, (_, i) => ({ ...data.series[0]!, name: `s${i}` })),
    };
    expect(plot(many)).toContain('a s8   b s9');
  });
});
