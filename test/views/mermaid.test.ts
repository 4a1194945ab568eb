import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMermaid, mermaidGantt } from '../../src/views/mermaid.ts';
import { anyEvents, anyName, hog, log, pastimes, picture } from './log.ts';
import { kitchen, machines, pool, rivals, script } from './thread-programs.ts';

/** A line of a Gantt chart as Mermaid reads it: a header, a section, or a bar with its data. */
const LINE =
  /^ {4}(title [^\s:;#%][^:;#%\n]*|dateFormat \S+ \S+|axisFormat [^\n]+|section [^\s:;#][^:;#\n]*|[^\s:;#][^:;#\n]* :(active, |crit, |milestone, )*\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}, (0ms|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}))$/;
const ROOM = /^%%\{init: \{"gantt": \{"leftPadding": \d{2,3}, "rightPadding": 50\}\}\}%%$/;
const sectionsOf = (text: string) => Array.from(text.matchAll(/^ {4}section (.*)$/gm), ([, name]) => name);
/** Mermaid takes `#58;` out before it reads a line, and puts `:` in again when it draws. */
const taken = (line: string) => line.replace(/#\d+;/g, '_');

function expectGantt(text: string): void {
  const lines = text.trimEnd().split('\n');
  expect(lines.shift()).toBe('```mermaid');
  expect(lines.shift()).toMatch(ROOM);
  expect(lines.shift()).toBe('gantt');
  const end = lines.indexOf('```');
  for (const line of lines.slice(0, end)) expect(taken(line)).toMatch(LINE);
  const sections = sectionsOf(text);
  expect(new Set(sections).size).toBe(sections.length);
}

describe('a Mermaid Gantt chart', () => {
  it('has a section for each task, a bar for each stretch, and how it ended', () => {
    expect(mermaidGantt(hog(), { title: 'A hog' })).toBe(
      `${picture(`
        \`\`\`mermaid
        %%{init: {"gantt": {"leftPadding": 75, "rightPadding": 50}}}%%
        gantt
            title A hog
            dateFormat YYYY-MM-DD HH:mm:ss.SSS
            axisFormat %-L ms
            section beat
            sleep 100 ms :2000-01-01 00:00:00.000, 2000-01-01 00:00:00.100
            overdue :crit, 2000-01-01 00:00:00.100, 2000-01-01 00:00:00.350
            sleep 50 ms :2000-01-01 00:00:00.350, 2000-01-01 00:00:00.400
            done :milestone, 2000-01-01 00:00:00.400, 0ms
            section hog
            sleep 50 ms :2000-01-01 00:00:00.000, 2000-01-01 00:00:00.050
            hash :active, 2000-01-01 00:00:00.050, 2000-01-01 00:00:00.350
            done :milestone, 2000-01-01 00:00:00.350, 0ms
        \`\`\`
      `)}\n`,
    );
  });

  it('has an axis that suits its length', () => {
    expect(mermaidGantt(pastimes())).toContain('    axisFormat %-H:%M h\n');
    expect(mermaidGantt(script())).toContain('    axisFormat %-L ms\n');
  });

  it('tells threads, and what they lack, beside tasks; and the script', () => {
    expect(mermaidGantt(rivals())).toContain(
      picture(`
            section b
            lacks the GIL :crit, 2000-01-01 00:00:00.000, 2000-01-01 00:00:00.005
            count :active, 2000-01-01 00:00:00.005, 2000-01-01 00:00:00.010
      `).replace(/^/gm, '    '),
    );
    expect(mermaidGantt(pool())).toContain('lacks a core :crit');
  });

  it('writes what Mermaid would read as its own by number', () => {
    expect(escapeMermaid('queue.get: a;b #1 100%')).toBe('queue.get#58; a#59;b #35;1 100#37;');
    expect(escapeMermaid('section 2')).toBe('#115;ection 2');
    expect(escapeMermaid('Title')).toBe('#84;itle');
    expect(escapeMermaid('```\n</svg>')).toBe('#96;#96;#96;␤#60;/svg#62;');
    expect(escapeMermaid('洗濯 🧺')).toBe('洗濯 🧺');
  });

  it('has a section of its own for each of several tasks of the same name', () => {
    const events = log((at) => {
      for (const [i, name] of ['get', 'put', 'get', 'get (2)', 'get'].entries()) at.create(i + 1, name);
      at.iterate(1);
    });
    // Mermaid puts what has the same name into one section, and then the names beside the wrong bars.
    expect(sectionsOf(mermaidGantt(events))).toEqual(['get', 'put', 'get (2)', 'get (2) (2)', 'get (3)']);
  });

  it('hides from Mermaid names by which it would sort its sections, or lose them', () => {
    const events = log((at) => {
      for (const [i, name] of ['b', '10', '2', '__proto__', '2 b'].entries()) at.create(i + 1, name);
      at.iterate(1);
    });
    expect(sectionsOf(mermaidGantt(events))).toEqual(['b', '#49;0', '#50;', '#95;_proto__', '2 b']);
  });

  it('makes room for long names, and cuts those that are too long', () => {
    const named = (name: string) =>
      mermaidGantt(
        log((at) => {
          at.create(1, name);
          at.iterate(1);
        }),
      );
    expect(named('heartbeat')).toContain('"leftPadding": 75,');
    expect(named('download 12')).toContain('"leftPadding": 86,');
    expect(named('x'.repeat(100))).toContain('"leftPadding": 164,');
    expect(sectionsOf(named(`${'x'.repeat(50)}${'y'.repeat(50)}`))).toEqual(['xxxxxxxxxxxxxx…yyyyyyyyy']);
  });

  it('counts what are more rows than asked for', () => {
    const events = log((at) => {
      for (let task = 1; task <= 45; task++) at.create(task, `t${task}`);
      at.iterate(1);
    });
    const text = mermaidGantt(events);
    expect(text.match(/section/g)).toHaveLength(40);
    expect(text.trimEnd().split('\n').at(-1)).toBe('… and 5 more tasks.');
  });

  it('can be read line by line, whatever happened and whatever things are called', () => {
    for (const events of [kitchen(), machines(), pool(), rivals(), script(), hog()])
      expectGantt(mermaidGantt(events));
    const blank = log((at) => {
      at.create(1, '  ');
      at.iterate(1);
      at.step(1);
      at.compute(1, 10, '  ');
      at.done(1, 'exception', '  ');
    });
    expectGantt(mermaidGantt(blank, { title: '  ' }));
    fc.assert(
      fc.property(anyEvents, anyName, (events, title) => expectGantt(mermaidGantt(events, { title }))),
    );
  });
});
