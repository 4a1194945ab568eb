import { describe, expect, it } from 'vitest';
import { packTrace, unpackTrace } from '../../src/trace/columns.ts';
import type { TraceEvent } from '../../src/trace/events.ts';
import { Trace, TraceFormatError, type TraceMeta } from '../../src/trace/trace.ts';
import { CHORES, MINUTES_30, MINUTES_40 } from './chores.ts';

const chores = Trace.of(CHORES, { title: 'Chores' });

describe('a trace', () => {
  it('tells whether there is an event of a kind, however it is kept', () => {
    for (const trace of [chores, unpackTrace(packTrace(chores)), chores.beginning(3)]) {
      expect(trace.has('task:create')).toBe(true);
      expect(trace.has('thread:create')).toBe(false);
    }
    expect(chores.has('loop:close')).toBe([...chores].some(({ kind }) => kind === 'loop:close'));
  });

  it('is read by place, by number and from first to last', () => {
    expect(chores.length).toBe(72);
    expect(chores.at(0)?.kind).toBe('task:create');
    expect(chores.at(-1)?.kind).toBe('loop:close');
    expect([chores.at(72), chores.at(-73)]).toEqual([undefined, undefined]);
    expect(chores.event(15)).toEqual(CHORES[14]);
    expect([...chores]).toEqual(CHORES);
    expect(chores.last?.seq).toBe(72);
    expect(chores.endTime).toBe(MINUTES_40);
  });

  it('may be empty', () => {
    const empty = Trace.of([]);
    expect([empty.length, empty.last, empty.endTime, [...empty]]).toEqual([0, undefined, 0, []]);
    expect(empty.between(0, 10)).toEqual([]);
  });

  it.each([0, 73, 1.5, Number.NaN])('refuses to speak of an event %d that it has not', (seq) => {
    expect(() => chores.event(seq)).toThrow(
      new RangeError(`there is no event ${seq}: this trace has the events 1 to 72`),
    );
  });

  it('gives the events of a span of time, both ends included', () => {
    const seqs = (from: number, to: number) => chores.between(from, to).map((event) => event.seq);
    expect(seqs(0, 0)).toEqual(CHORES.slice(0, 22).map((event) => event.seq));
    expect(seqs(1, MINUTES_30 - 1)).toEqual([]);
    expect(seqs(MINUTES_30, MINUTES_30)).toEqual(CHORES.slice(22, 46).map((event) => event.seq));
    expect(seqs(MINUTES_30 + 1, MINUTES_40)).toEqual(CHORES.slice(46).map((event) => event.seq));
    expect(seqs(MINUTES_40 + 1, 1e9)).toEqual([]);
    expect(seqs(-5, 1e9).length).toBe(72);
  });

  it('is not changed by what becomes of the list it was made from', () => {
    const list = [...CHORES];
    const trace = Trace.of(list);
    list.length = 0;
    expect(trace.last?.seq).toBe(72);
  });

  it('says all of itself as JSON', () => {
    const short = Trace.of(CHORES.slice(0, 1), { seed: 7 });
    expect(JSON.parse(JSON.stringify(short))).toEqual({
      format: 'loopscope-trace',
      version: 1,
      meta: { seed: 7 },
      events: [
        { seq: 1, time: 0, iteration: 0, kind: 'task:create', cause: 0, task: 1, parent: 0, name: 'main' },
      ],
    });
  });

  it('refuses events that are not numbered 1, 2, 3', () => {
    expect(() => Trace.of(CHORES.slice(4))).toThrow(
      new TraceFormatError(
        'the event in place 1 (task:step) has seq 5: the events of a trace are numbered 1, 2, 3 … from its first one, ' +
          'so a part cut out of a longer trace is not a trace',
        5,
        'seq',
      ),
    );
  });
});

describe('what is known about a run', () => {
  const metaOf = (meta: unknown) => Trace.of([] as TraceEvent[], meta as TraceMeta).meta;

  it('is kept as a frozen copy', () => {
    const given = { title: 'Chores', seed: 7, program: 'chores.ts', notes: { by: ['Jun', null, true, 1.5] } };
    const meta = metaOf(given);
    expect(meta).toEqual(given);
    given.notes.by.push('later');
    expect(meta.notes).toEqual({ by: ['Jun', null, true, 1.5] });
    expect(Object.isFrozen(meta) && Object.isFrozen(meta.notes)).toBe(true);
  });

  it('is in the order of its keys, and has none for what is undefined', () => {
    expect(JSON.stringify(metaOf({ title: 'x', extra: undefined, author: 'y' }))).toBe(
      '{"author":"y","title":"x"}',
    );
  });

  it('must be JSON', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(() => metaOf({ now: new Date(0) })).toThrow(
      'meta.now is an object of class Date, which JSON cannot carry',
    );
    expect(() => metaOf({ a: [1, Number.NaN] })).toThrow('meta.a[1] is NaN, which JSON cannot carry');
    expect(() => metaOf({ main: () => 1 })).toThrow('meta.main is a function, which JSON cannot carry');
    expect(() => metaOf({ big: 1n })).toThrow('meta.big is a bigint, which JSON cannot carry');
    expect(() => metaOf({ list: [undefined] })).toThrow('meta.list[0] is undefined, which JSON cannot carry');
    expect(() => metaOf(cycle)).toThrow('is nested deeper than 100 levels (does it contain itself?)');
    expect(() => metaOf('Chores')).toThrow(
      'meta should be an object such as { title: \'Chores\' }, but it is "Chores"',
    );
  });

  it('has a title, seed and program of the right types', () => {
    expect(() => metaOf({ title: 5 })).toThrow('meta.title should be a string, but it is 5');
    expect(() => metaOf({ program: null })).toThrow('meta.program should be a string, but it is null');
    expect(() => metaOf({ seed: [] })).toThrow('meta.seed should be a number or a string, but it is []');
  });
});
