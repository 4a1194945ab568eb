import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../src/trace/events.ts';
import { type TimelineSvgOptions, timelineSvg } from '../../src/views/timeline-svg.ts';
import { stuckInAPool, stuckTwice } from './deadlock-programs.ts';
import { anyEvents, anyName, chores, hog, log, pastimes } from './log.ts';
import { beat, kitchen, machines, pool, rivals, script, stretch } from './thread-programs.ts';
import { checkXml } from './xml.ts';

/** What is written in a picture. */
const texts = (svg: string) =>
  [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, text]) =>
    text!
      .replace(/<\/tspan><tspan[^>]*>/g, '  ')
      .replace(/<[^>]*>/g, '')
      .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))),
  );
/** What each bar and line says when it is pointed at. */
const tips = (svg: string) => [...svg.matchAll(/<title>(.*?)<\/title>/g)].map(([, text]) => text!);
/** The picture without its style: what is drawn, an element a line. */
const drawing = (svg: string) => svg.split('\n').slice(3, -2);

describe('a timeline as SVG', () => {
  it('is, for two tasks on a narrow slide, to the letter', () => {
    expect(drawing(timelineSvg(hog(), { width: 480, legend: false }))).toEqual([
      '<path class="grid" d="M96 54V202M262 54V202M428 54V202"/>',
      '<path class="axis" d="M96 54H428M96 48v6M262 48v6M428 48v6"/>',
      '<text class="quiet" x="96" y="42" font-size="18" text-anchor="middle">0</text>',
      '<text class="quiet" x="262" y="42" font-size="18" text-anchor="middle">200 ms</text>',
      '<text class="quiet" x="428" y="42" font-size="18" text-anchor="middle">400 ms</text>',
      '<text x="78" y="94.35" font-size="21" text-anchor="end">beat</text>',
      '<g class="waiting"><title>beat: waiting, sleep 100 ms, 0 → 100 ms</title><path d="M96 87H179"/></g>',
      '<g class="waiting"><title>beat: waiting, sleep 50 ms, 350 ms → 400 ms</title><path d="M386.5 87H428"/></g>',
      '<g class="overdue"><title>beat: overdue, 100 ms → 350 ms</title><rect x="180.25" y="74.25" width="205" height="25.5" rx="3"/><path class="hatch" d="M181 81L188 74M181 90L197 74M181 99L206 74M189 100L215 74M198 100L224 74M207 100L233 74M216 100L242 74M225 100L251 74M234 100L260 74M243 100L269 74M252 100L278 74M261 100L287 74M270 100L296 74M279 100L305 74M288 100L314 74M297 100L323 74M306 100L332 74M315 100L341 74M324 100L350 74M333 100L359 74M342 100L368 74M351 100L377 74M360 100L384.5 75.5M369 100L384.5 84.5M378 100L384.5 93.5"/></g>',
      '<circle class="dot" cx="96" cy="87" r="6.5"/>',
      '<circle class="dot" cx="386.5" cy="87" r="6.5"/>',
      '<g class="done"><circle cx="428" cy="87" r="11.05"/><path d="M422.48 87.55L426.62 91.7L433.8 82.58"/><title>beat: done</title></g>',
      '<text x="78" y="140.35" font-size="21" text-anchor="end">hog</text>',
      '<g class="waiting"><title>hog: waiting, sleep 50 ms, 0 → 50 ms</title><path d="M96 133H137.5"/></g>',
      '<g class="running"><title>hog: running, 50 ms → 350 ms</title><rect x="137.5" y="119" width="249" height="28" rx="3"/><text x="149.5" y="139.12" font-size="18">hash</text></g>',
      '<circle class="dot" cx="96" cy="133" r="6.5"/>',
      '<g class="done"><circle cx="386.5" cy="133" r="11.05"/><path d="M380.98 133.55L385.12 137.7L392.3 128.58"/><title>hog: done</title></g>',
      '<text class="quiet" x="78" y="186.35" font-size="21" text-anchor="end">loop</text>',
      '<path class="loopIdle" d="M96 179H137.5M386.5 179H428"/>',
      '<g class="loopBusy"><rect x="137.5" y="173.4" width="249" height="11.2" rx="3"/></g>',
      '<circle class="loopDot" cx="96" cy="179" r="3.9"/>',
      '<circle class="loopDot" cx="428" cy="179" r="3.9"/>',
    ]);
  });

  it('says of each stretch what it was, and when', () => {
    expect(tips(timelineSvg(hog()))).toEqual([
      'beat: waiting, sleep 100 ms, 0 → 100 ms',
      'beat: waiting, sleep 50 ms, 350 ms → 400 ms',
      'beat: overdue, 100 ms → 350 ms',
      'beat: done',
      'hog: waiting, sleep 50 ms, 0 → 50 ms',
      'hog: running, 50 ms → 350 ms',
      'hog: done',
    ]);
  });

  it('marks with a box who is in a deadlock, once for each, and not that it is cancelled for that', () => {
    const ends = (svg: string) => tips(svg).filter((tip) => /^\w+(-\d)?: \w+$/.test(tip));
    expect(ends(timelineSvg(stuckInAPool()))).toEqual([
      'Task-1: deadlock',
      'ann: deadlock',
      'bob: deadlock',
      'asyncio-0: done',
    ]);
    expect(ends(timelineSvg(stuckTwice()))).toEqual(['walker: deadlock', 'walker: deadlock', 'walker: done']);
    expect(texts(timelineSvg(stuckTwice())).at(-2)).toBe('deadlock');
    expect(timelineSvg(stuckInAPool()).match(/<g class="deadlock"><rect [^>]*\/><path /g)).toHaveLength(4); // and in the legend
  });

  it('names waits and computations where there is room, the axis in one unit, and explains the signs it used', () => {
    const written = texts(timelineSvg(hog(), { title: 'A hog' }));
    expect(written).toEqual([
      'A hog',
      ...['0', '50 ms', '100 ms', '150 ms', '200 ms', '250 ms', '300 ms', '350 ms', '400 ms'],
      ...['beat', 'sleep 100 ms'],
      ...['hog', 'hash'],
      'loop',
      ...['step', 'running', 'overdue', 'waiting', 'done', 'loop busy', 'loop idle'],
    ]);
    expect(texts(timelineSvg(hog(), { labels: false, legend: false })).slice(-3)).toEqual([
      'beat',
      'hog',
      'loop',
    ]);
  });

  it('lays several traces one below the other on one axis, each with its length', () => {
    const svg = timelineSvg([
      { title: 'by machines', trace: chores() },
      { title: 'attentively', trace: pastimes() },
    ]);
    expect(texts(svg).filter((text) => / {2}/.test(text))).toEqual([
      'by machines  40 min',
      'attentively  100 min',
    ]);
    expect(texts(svg)).toContain('100 min');
    expect(svg.match(/class="end"/g)).toHaveLength(2);
  });

  it('tells threads by process, and what they lack by shapes of their own', () => {
    const svg = timelineSvg(pool());
    expect(texts(svg)).toContain('threads: one GIL, 2 cores');
    expect(texts(svg)).toContain('processes: a GIL each, 2 cores');
    expect(texts(svg)).toEqual(expect.arrayContaining(['lacks the GIL', 'lacks a core']));
  });

  it('has a hollow, a low, a hatched or a thin shape for what doesn’t run', () => {
    const shapes = (events: TraceEvent[], kind: string) =>
      [
        ...timelineSvg(events, { labels: false }).matchAll(
          new RegExp(`<g class="${kind}"><title>.*?</title>(.*?)</g>`, 'g'),
        ),
      ].map(([, shape]) => shape!.replace(/(x|y|width|height|rx|d)="[^"]*"/g, '$1').replace(/\s+/g, ' '));
    const bar = '<rect x y width height rx/>';
    expect(new Set(shapes(hog(), 'running'))).toEqual(new Set([bar]));
    expect(new Set(shapes(hog(), 'overdue'))).toEqual(new Set([`${bar}<path class="hatch" d/>`]));
    expect(new Set(shapes(hog(), 'waiting'))).toEqual(new Set(['<path d/>']));
    expect(new Set(shapes(rivals(), 'gil'))).toEqual(new Set([`${bar}<path class="hatch" d/>`]));
    const heights = (events: TraceEvent[], kind: string) =>
      new Set(
        [
          ...timelineSvg(events).matchAll(
            new RegExp(`<g class="${kind}"><title>.*?</title><rect [^>]*height="([\\d.]+)"`, 'g'),
          ),
        ].map(([, height]) => Number(height)),
      );
    expect(heights(pastimes(), 'running')).toEqual(new Set([28]));
    expect(heights(pastimes(), 'ready')).toEqual(new Set([25.5])); // and a stroke around it
    expect(heights(rivals(), 'gil')).toEqual(new Set([11.5]));
    expect(heights(pool(), 'core')).toEqual(new Set([11.5]));
  });

  it('shows foreign text as text: no element, no escape code and no line break comes through', () => {
    const nasty = [
      '</svg><script>alert(1)</script>',
      '\x1b[31mred',
      'two\nlines',
      '👨‍👩‍👧 洗濯',
      'a]]>&"\'',
      '\u202eevil\0',
    ];
    const events = log((at) => {
      for (const [i, name] of nasty.entries()) at.create(i + 1, name);
      at.iterate(nasty.length);
      nasty.forEach((name, i) => {
        at.step(i + 1);
        at.compute(i + 1, 30, `${name}!`);
        at.done(i + 1, 'exception', name);
      });
    });
    const svg = timelineSvg([{ title: nasty[0]!, trace: events }], { title: nasty.join('') });
    checkXml(svg);
    for (const raw of ['<script', '\x1b', '\u202e', '\0']) expect(svg).not.toContain(raw);
    expect(texts(svg)).toEqual(
      expect.arrayContaining(['␛[31mred', 'two␤lines', '👨‍👩‍👧 洗濯', 'a]]>&"\'', '\\u202eevil␀']),
    );
    expect(texts(svg).filter((text) => text.startsWith('</svg>')).length).toBeGreaterThan(1);
  });

  it('follows the reader’s light or dark, or has what is asked for; it loads nothing, and has no ids that could clash', () => {
    const auto = timelineSvg(hog());
    expect(auto).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" class="lst-auto" viewBox="0 0 1280 \d+"/,
    );
    expect(auto).toContain('@media (prefers-color-scheme:dark)');
    for (const theme of ['light', 'dark'] as const)
      expect(timelineSvg(hog(), { theme })).not.toContain('@media');
    expect(timelineSvg(hog(), { theme: 'dark' })).toContain('.lst-dark .paper');
    expect(auto).not.toMatch(/href|url\(|@import|\sid=/);
    // Every rule is the picture's own: a page that it stands in keeps its looks.
    const rules = /<style>(.*)<\/style>/
      .exec(auto)![1]!
      .replace(/@media [^{]*\{/, '')
      .split('}')
      .map((rule) => rule.split('{')[0]!);
    expect(
      rules.flatMap((rule) => rule.split(',')).filter((one) => one !== '' && !one.startsWith('.lst-auto ')),
    ).toEqual([]);
  });

  it('folds what are more rows than asked for, and counts them', () => {
    const events = log((at) => {
      for (let task = 1; task <= 60; task++) at.create(task, `t${task}`);
      at.iterate(60);
      for (let task = 1; task <= 60; task++) {
        at.step(task);
        at.sleep(task, 10);
      }
      at.jump(10);
    });
    expect(texts(timelineSvg(events))).toEqual(expect.arrayContaining(['t40', '… 20 more', '20 waiting']));
    const two = texts(timelineSvg(events, { maxRows: 2 }));
    expect(two).toEqual(expect.arrayContaining(['t1', 't2', '… 58 more']));
    expect(two).not.toContain('t3');
  });

  it('stays small, however many events there are', () => {
    const size = (turns: number) => {
      const events = log((at) => {
        at.create(1, 'a');
        at.create(2, 'b');
        for (let i = 0; i < turns; i++) {
          at.iterate(2);
          for (const task of [1, 2]) {
            at.step(task);
            at.compute(task, 1);
            at.giveWay(task);
          }
        }
      });
      return timelineSvg(events).length;
    };
    expect(size(20_000)).toBeLessThan(2 * size(500));
  });

  it('of nothing says so; of no time it counts the iterations', () => {
    expect(texts(timelineSvg([]))).toEqual(['nothing ran']);
    const timeless = log((at) => {
      at.create(1, 'a');
      at.create(2, 'b');
      at.iterate(2);
      at.step(1);
      at.giveWay(1);
      at.step(2);
      at.done(2);
      at.iterate(1);
      at.step(1);
      at.done(1);
    });
    expect(texts(timelineSvg(timeless))).toEqual([
      '1',
      '2',
      'iteration',
      'a',
      'b',
      'running',
      'ready',
      'done',
    ]);
  });

  it('draws any trace inside its frame, as XML, with numbers only', () => {
    const options: fc.Arbitrary<TimelineSvgOptions> = fc.record(
      { width: fc.integer({ min: 1, max: 2000 }), title: anyName, axis: fc.constantFrom('time', 'turns') },
      { requiredKeys: [] },
    );
    const traces = fc.oneof(
      anyEvents,
      fc.constantFrom(beat(), kitchen(), machines(), pool(), rivals(), script(), stretch()),
    );
    fc.assert(
      fc.property(
        fc.array(traces, { minLength: 1, maxLength: 3 }),
        anyName,
        options,
        (events, title, how) => {
          const svg = timelineSvg(
            events.length === 1 ? events[0]! : events.map((trace) => ({ title, trace })),
            how,
          );
          checkXml(svg);
          expect(svg.replace(/<text.*?<\/text>|<title>.*?<\/title>|aria-label="[^"]*"/g, '')).not.toMatch(
            /NaN|Infinity|undefined/,
          );
          const width = Number(/width="(\d+)"/.exec(svg)![1]);
          for (const [, x, wide] of svg.matchAll(/<rect x="([\d.-]+)"[^>]*? width="([\d.]+)"/g)) {
            expect(Number(x)).toBeGreaterThanOrEqual(0);
            expect(Number(x) + Number(wide)).toBeLessThanOrEqual(width);
          }
        },
      ),
    );
  });
});
