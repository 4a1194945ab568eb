import { describe, expect, it } from 'vitest';
import { type PlotData, plotSvg } from '../../src/index.ts';
import { escapeXml } from '../../src/views/plot-svg.ts';
import { checkXml } from './xml.ts';

const data: PlotData = {
  title: 'Fetches & <work>',
  x: { label: 'tasks', unit: 'count' },
  y: { label: 'time', unit: 'ms' },
  series: [
    {
      name: 'sequential',
      points: [
        [1, 50],
        [10, 500],
        [100, 5000],
      ],
    },
    {
      name: '"free" threads',
      points: [
        [1, 50],
        [10, 60],
        [100, 0],
      ],
    },
  ],
};

describe('a plot as SVG', () => {
  const svg = plotSvg(data);

  it('is XML, with all foreign text escaped', () => {
    checkXml(svg);
    checkXml(plotSvg({ ...data, series: [], title: '\u0000]]>' }));
    expect(svg).toContain('Fetches &#38; &#60;work&#62;');
    expect(svg).toContain('&#34;free&#34; threads');
    expect(escapeXml('a\u0000b\ud800')).toBe('a\ufffdb\ufffd');
  });

  it('stands alone, and follows the reader’s light or dark', () => {
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 720 440"/);
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg).not.toMatch(/href|url\(|<script|@import/);
  });

  it('tells curves apart without colour: by shape, by dashes, and by a name at the end', () => {
    expect(svg).toContain('.s0 .line{stroke-dasharray:none}');
    expect(svg).toContain('.s1 .line{stroke-dasharray:7 3}');
    expect([...svg.matchAll(/<text class="name"[^>]*>(.*?)</g)].map(([, name]) => name).sort()).toEqual([
      '&#34;free&#34; threads',
      'sequential',
    ]);
  });

  it('has a point for each number above 0, which says what it is', () => {
    const titles = [...svg.matchAll(/<title>(.*?)<\/title>/g)].map(([, title]) => title);
    expect(titles).toEqual([
      'sequential: 50 ms at 1 tasks',
      'sequential: 500 ms at 10 tasks',
      'sequential: 5 s at 100 tasks',
      '&#34;free&#34; threads: 50 ms at 1 tasks',
      '&#34;free&#34; threads: 60 ms at 10 tasks',
    ]);
  });

  it('keeps everything inside, whatever its size and its names', () => {
    for (const [width, height] of [
      [240, 160],
      [720, 440],
      [1600, 900],
    ] as const) {
      const long = { ...data, series: data.series.map((one) => ({ ...one, name: one.name.repeat(20) })) };
      const text = plotSvg(long, { width, height });
      for (const [, x, y] of text.matchAll(/translate\(([\d.-]+) ([\d.-]+)\)/g)) {
        expect(Number(x)).toBeGreaterThanOrEqual(0);
        expect(Number(x)).toBeLessThanOrEqual(width);
        expect(Number(y)).toBeGreaterThanOrEqual(0);
        expect(Number(y)).toBeLessThanOrEqual(height);
      }
      expect(text).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it('of nothing says so', () => {
    expect(plotSvg({ ...data, series: [] })).toContain('nothing to draw');
  });
});
