import { describe, expect, it } from 'vitest';
import { readData } from '../../src/page/data.ts';
import { saveTrace } from '../../src/trace/json.ts';
import { Trace } from '../../src/trace/trace.ts';
import { DATA_ELEMENT, htmlPage } from '../../src/views/html.ts';
import { log } from '../trace/log.ts';

const TEMPLATE = `<!doctype html><title>x</title><body>before ${DATA_ELEMENT} after</body>`;
const trace = Trace.of(log({ kind: 'loop:run', loop: 1 }, { kind: 'print', task: 0, text: 'hello' }), {
  title: 'A run',
});

/** The data in a page, as a browser gives it. */
const dataOf = (page: string) => /id="loopscope-data">(.*?)<\/script>/s.exec(page)![1]!;

describe('a page', () => {
  it('is the template, filled', () => {
    const page = htmlPage(TEMPLATE, [
      { title: 'first', trace },
      { title: 'second', trace, failure: 'Error: no' },
    ]);
    expect(page.startsWith('<!doctype html><title>A run</title><body>before <script')).toBe(true);
    expect(page.endsWith('</script> after</body>')).toBe(true);
    const { title, runs } = readData(dataOf(page))!;
    expect(title).toBe('A run');
    expect(runs.map((run) => [run.title, run.failure, run.sources])).toEqual([
      ['first', '', {}],
      ['second', 'Error: no', {}],
    ]);
    for (const run of runs) expect(saveTrace(run.trace)).toBe(saveTrace(trace));
  });

  it('is called what all of its traces are called', () => {
    const other = Trace.of(trace, { title: 'Another run' });
    const shown = [trace, other, trace].map((one) => ({ title: '', trace: one }));
    expect(readData(dataOf(htmlPage(TEMPLATE, shown)))!.title).toBe('A run and Another run');
    expect(readData(dataOf(htmlPage(TEMPLATE, shown, { title: 'Mine' })))!.title).toBe('Mine');
  });

  it('has no place where what it shows could become markup, or be put in by a pattern', () => {
    const evil = "</script><script>alert(1)</script><!-- $& $` $' </title> & &lt;";
    const shown = Trace.of(log({ kind: 'print', task: 0, text: evil }), { title: evil });
    const page = htmlPage(TEMPLATE, [
      { title: evil, trace: shown, sources: { [evil]: evil }, failure: evil },
    ]);
    expect(page.match(/<\/script>/g)!.length).toBe(1);
    expect(page).not.toContain('<!--');
    expect(page).toContain('&lt;/script&gt;&lt;script&gt;');
    expect(page).toContain('&lt;/title&gt; &amp; &amp;lt;</title>');
    const { title, runs } = readData(dataOf(page))!;
    expect([title, runs[0]!.title, runs[0]!.failure, runs[0]!.sources]).toEqual([
      evil,
      evil,
      evil,
      { [evil]: evil },
    ]);
    expect([...runs[0]!.trace]).toEqual([...shown]);
  });

  it('says what it is there to show, if somebody says so', () => {
    const about = { watch: 'It <b>overlaps</b>.', question: 'Why?', figure: '' };
    const page = htmlPage(TEMPLATE, [{ title: '', trace }], { about });
    expect(readData(dataOf(page))!.about).toEqual(about);
    expect(readData(dataOf(htmlPage(TEMPLATE, [{ title: '', trace }])))!.about).toBeNull();
    const bad = dataOf(page).replace('"Why?"', '7');
    expect(() => readData(bad)).toThrow('what it says of itself is no text');
  });

  it('is made of a template, and of nothing else', () => {
    expect(() => htmlPage('<html></html>', [{ title: '', trace }])).toThrow(TypeError);
    expect(() => htmlPage(TEMPLATE + TEMPLATE, [{ title: '', trace }])).toThrow('has <script');
  });

  it('holds nothing before it is filled', () => {
    expect(readData('')).toBeNull();
    expect(() => readData('{}')).toThrow('none of a page');
  });
});
