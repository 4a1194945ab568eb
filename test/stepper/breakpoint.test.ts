/** Breakpoints: how each sort is read, where it stops, and what is said of one that stops nowhere. */

import { describe, expect, it } from 'vitest';
import { type Breakpoint, breakpointOf, stopsAt, stopsNowhere } from '../../src/stepper/breakpoint.ts';
import { describeBreakpoint, Steppable } from '../../src/stepper/index.ts';
import { kitchen, workshop } from './kitchen.ts';

const on = new Steppable(kitchen());
const read = (text: string) => breakpointOf(on.trace, text);
const stops = (text: string, at = on) => {
  const breakpoint = breakpointOf(at.trace, text);
  return [...at.trace].filter((event) => stopsAt(at, breakpoint, event));
};

describe('what is typed', () => {
  it.each<[string, Breakpoint]>([
    ['5', { by: 'time', time: 5 }],
    ['2.5', { by: 'time', time: 2.5 }],
    ['5 ms', { by: 'time', time: 5 }],
    ['40min', { by: 'time', time: 2_400_000 }],
    ['2 h 1 min 30 s', { by: 'time', time: 7_290_000 }],
    [':24', { by: 'line', file: '', line: 24 }],
    ['chores.ts:24', { by: 'line', file: 'chores.ts', line: 24 }],
    ['rice', { by: 'task', name: 'rice' }],
    ['task:done', { by: 'kind', kind: 'task:done' }],
    ['thread:preempt', { by: 'kind', kind: 'thread:preempt' }],
    ['  soup waits ', { by: 'text', text: 'soup waits' }],
    ['5 minutes', { by: 'text', text: '5 minutes' }],
  ])('%j is read as its sort', (text, breakpoint) => {
    expect(read(text)).toEqual(breakpoint);
  });

  it('has its sort before it where it could be another, and only where it is of that sort', () => {
    expect(read('text rice')).toEqual({ by: 'text', text: 'rice' });
    expect(read('task rice')).toEqual({ by: 'task', name: 'rice' });
    expect(read('kind print')).toEqual({ by: 'kind', kind: 'print' });
    expect(read('text 5 ms')).toEqual({ by: 'text', text: '5 ms' });
    expect(read('task group')).toEqual({ by: 'text', text: 'task group' });
  });

  it.each(['40 ms', '2 h 1 min', 'rice', 'task:done', 'kitchen.ts:24', ':24'])(
    '%j is described as it is typed',
    (text) => {
      expect(describeBreakpoint(read(text))).toBe(text);
    },
  );
});

describe('a breakpoint', () => {
  it('at a task stops at its steps', () => {
    const rice = stops('rice');
    expect(rice.map(({ kind }) => kind)).toEqual(['task:step', 'task:step']);
    expect(rice.map(({ time }) => time)).toEqual([0, 40]);
    expect(stops('soup').length).toBe(3);
  });

  it('at a thread stops where it comes onto a core', () => {
    const threads = new Steppable(workshop());
    const ann = stops('ann', threads);
    expect(new Set(ann.map(({ kind }) => kind))).toEqual(new Set(['thread:run']));
    expect(ann.map(({ time }) => time)).toEqual([0, 10, 20]);
  });

  it('at a kind stops at events of it', () => {
    expect(stops('clock:jump').map(({ time }) => time)).toEqual([40, 65]);
  });

  it('at a time stops once: where it has come, or is passed', () => {
    expect(stops('40').map(({ kind }) => kind)).toEqual(['clock:jump']);
    expect(stops('30')).toEqual(stops('40'));
    expect(stops('0').map(({ seq }) => seq)).toEqual([1]);
    expect(stops('71')).toEqual([]);
  });

  it('at a line stops whenever somebody comes to stand there', () => {
    const sites = [...on.trace].filter((event) => event.kind === 'source:at');
    const [first] = sites;
    const line = first!.line;
    expect(stops(`:${line}`)).toEqual(sites.filter((event) => event.line === line));
    expect(stops(`kitchen.ts:${line}`)).toEqual(stops(`:${line}`));
    expect(stops(`test/stepper/kitchen.ts:${line}`)).toEqual(stops(`:${line}`));
    expect(stops(`chen.ts:${line}`)).toEqual([]);
  });

  it('at a text stops at the sentences that have it, large or small', () => {
    expect(stops('SERVED').map(({ kind }) => kind)).toEqual(['print', 'print']);
  });

  it('that stops nowhere says so, and why', () => {
    const nowhere = (text: string, at = on) => stopsNowhere(at, breakpointOf(at.trace, text));
    expect(nowhere('rice')).toBeNull();
    expect(nowhere('1 h')).toBe('nothing happens at 60 min or later: the end is at 70 ms');
    expect(nowhere('thread:run')).toBe('there is no thread:run in this trace');
    expect(nowhere('pizza')).toBe('no sentence of the story has “pizza”');
    expect(nowhere('x.ts:3')).toBe('nobody comes to stand in x.ts: there is kitchen.ts');
    expect(nowhere(':1')).toMatch(
      /^nobody comes to stand on line 1; near it, somebody does on \d+, \d+, \d+ and \d+$/,
    );
    expect(nowhere(':1', new Steppable(workshop()))).toBe('this trace doesn’t tell lines');
  });
});
