import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PackedTrace, packTrace, unpackTrace } from '../../src/trace/columns.ts';
import type { TraceEvent } from '../../src/trace/events.ts';
import { saveTrace } from '../../src/trace/json.ts';
import { Trace, TraceFormatError } from '../../src/trace/trace.ts';
import { CHORES } from './chores.ts';
import { log } from './log.ts';
import { randomEvents } from './random-events.ts';

const SMALL = Trace.of(
  log(
    { kind: 'loop:run', loop: 1 },
    { kind: 'task:create', task: 1, parent: 0, name: 'rice' },
    { kind: 'task:wait', task: 1, target: 0, on: 'timer', reason: 'sleep', name: '', at: 2.5, cause: 2 },
    { kind: 'choice', what: 'timer', picked: 1, candidates: 3, names: ['rice', 'soup'] },
    { kind: 'task:step', task: 1, eager: true },
    { kind: 'task:done', task: 1, outcome: 'result', detail: 'rice' },
  ),
  { title: 'Small', seed: 7 },
);

const packed = (): Record<string, unknown> => JSON.parse(JSON.stringify(packTrace(SMALL)));

describe('a trace in columns', () => {
  it('says each text once, and time where it changes', () => {
    const { kinds, codes, causes, marks, times, strings } = packTrace(SMALL);
    expect(kinds.length).toBe(6);
    expect(codes).toEqual([0, 1, 2, 3, 4, 5]);
    expect(causes).toEqual([0, 0, 1, 0, 0, 0]);
    expect([marks, times]).toEqual([
      [0, 2],
      [0, 2.5],
    ]);
    expect(strings.filter((text) => text === 'rice').length).toBe(1);
  });

  it('is the same trace again, whatever is in it', () => {
    for (const trace of [
      SMALL,
      Trace.of([]),
      Trace.of(CHORES as readonly TraceEvent[], { title: 'Chores' }),
    ]) {
      const again = unpackTrace(JSON.parse(JSON.stringify(packTrace(trace))));
      expect(saveTrace(again)).toBe(saveTrace(trace));
    }
    fc.assert(
      fc.property(randomEvents, (events) => {
        const trace = Trace.of(events);
        expect(saveTrace(unpackTrace(JSON.parse(JSON.stringify(packTrace(trace)))))).toBe(saveTrace(trace));
      }),
      { numRuns: 100 },
    );
  });

  it('is a fraction of the saved form', () => {
    const trace = Trace.of(CHORES as readonly TraceEvent[]);
    expect(JSON.stringify(packTrace(trace)).length).toBeLessThan(saveTrace(trace).length / 2);
  });

  const edits: readonly (readonly [
    what: string,
    edit: (it: Record<string, unknown[]>) => void,
    says: string,
  ])[] = [
    ['a kind that nobody knows', (it) => (it.kinds![0] = 'loop:walk'), 'unknown kind, "loop:walk"'],
    ['a code without a kind', (it) => (it.codes![2] = 9), 'event 3: it is of no known kind (9)'],
    ['a cause before the first', (it) => (it.causes![2] = 3), 'event 3: its cause lies 3 events before it'],
    ['a cause too few', (it) => it.causes!.pop(), 'there are 6 events, and 5 causes'],
    ['time that goes back', (it) => (it.times![1] = -1), 'event 3: its time is -1, after an event at 0'],
    ['time that is none', (it) => (it.times![1] = null), 'event 3: its time is null'],
    ['a half iteration', (it) => (it.iterations![0] = 0.5), 'event 1: its iteration is 0.5'],
    ['no time at the start', (it) => (it.marks![0] = 1), 'event 1: it has no time'],
    ['a change of time after the end', (it) => (it.marks![1] = 20), 'do not fit together'],
    ['a number that is none', (it) => (it.numbers![0] = '1'), 'event 1: its "loop" is 1'],
    ['a flag that is none', (it) => (it.numbers![it.numbers!.length - 2] = 2), 'event 5: its "eager" is 2'],
    ['numbers left over', (it) => it.numbers!.push(1), 'do not fit together'],
    ['numbers that end too soon', (it) => it.numbers!.pop(), 'event 6: its "task" is undefined'],
    ['a text that is not there', (it) => (it.texts![0] = 99), 'event 2: its "name" is missing'],
    [
      'an outcome that is none',
      (it) => (it.texts![it.texts!.length - 2] = it.texts![0]),
      'its "outcome" is "rice"',
    ],
    ['a wait for nothing known', (it) => (it.texts![1] = it.texts![0]), 'event 3: its "on" is "rice"'],
    ['a list longer than all', (it) => (it.texts![5] = 50), 'event 4: its "names" are 50'],
    ['a string that is none', (it) => (it.strings![0] = 5), '"strings" should be a list of strings'],
    ['a column that is none', (it) => (it.codes = 5 as never), '"codes" should be a list'],
    [
      'another format',
      (it) => (it.format = 'x' as never),
      'the format should be "loopscope-columns", but it is "x"',
    ],
    ['a newer version', (it) => (it.version = 2 as never), 'the version should be 1, but it is 2'],
    ['no meta', (it) => (it.meta = null as never), '"meta" should be an object'],
  ];
  it.each(edits)('is refused with %s', (_, edit, says) => {
    const trace = packed();
    edit(trace as Record<string, unknown[]>);
    expect(() => unpackTrace(trace)).toThrow(TraceFormatError);
    expect(() => unpackTrace(trace)).toThrow(says);
  });

  it('is refused if it is nothing of the kind', () => {
    for (const thing of [null, 5, 'x', [], {}]) expect(() => unpackTrace(thing)).toThrow(TraceFormatError);
  });

  it('reads what was packed by another order of kinds', () => {
    const trace = packed() as unknown as { -readonly [K in keyof PackedTrace]: PackedTrace[K] };
    trace.kinds = [...trace.kinds].reverse();
    trace.codes = trace.codes.map((code) => 5 - code);
    expect(saveTrace(unpackTrace(trace))).toBe(saveTrace(SMALL));
  });
});
