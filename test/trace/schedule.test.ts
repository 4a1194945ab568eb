import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Decision,
  FAITHFUL,
  formatSchedule,
  otherwise,
  parseSchedule,
  ScheduleError,
  scheduleOf,
} from '../../src/trace/schedule.ts';
import { Trace } from '../../src/trace/trace.ts';
import { messageOf } from '../support/journal.ts';

const faithful = (what: string, ...candidates: number[]): Decision[] =>
  candidates.map((count) => ({ what, candidates: count, picked: 0 }));
const line = (decisions: Decision[]) => formatSchedule({ ...FAITHFUL, open: false, decisions });

describe('a schedule as a line', () => {
  it('has a word for each decision, and counts what repeats', () => {
    const chance: Decision = { what: 'latency', drawn: null };
    expect(line([])).toBe('seed=0');
    expect(line([{ what: 'timer', candidates: 3, picked: 1 }, ...faithful('timer', 2)])).toBe(
      'seed=0 timer=1/3 timer/2',
    );
    expect(line(faithful('timer', 5, 4, 3, 2))).toBe('seed=0 timer/5-2');
    expect(line(faithful('timer', 3, 2, 3, 2, 3, 2))).toBe('seed=0 timer/3-2*3');
    expect(line(faithful('timer', 3, 3, 2))).toBe('seed=0 timer/3 timer/3-2');
    const by: Decision[] = [chance, { what: 'fault', drawn: null }];
    expect(line([...by, ...by])).toBe('seed=0 latency fault latency fault');
    expect(line([...by, ...by, ...by, chance])).toBe('seed=0 (latency fault)*3 latency');
    expect(line([chance, chance, { what: 'latency', drawn: 12.5 }, chance])).toBe(
      'seed=0 latency*2 latency=12.5 latency',
    );
    expect(
      formatSchedule({ seed: 7, adversarial: true, open: true, decisions: faithful('ready', 2, 2) }),
    ).toBe('seed=7 adversarial ready/2*2 ...');
  });

  it('is read as it was written, whatever was decided', () => {
    const decision: fc.Arbitrary<Decision> = fc.oneof(
      fc
        .tuple(fc.constantFrom('timer', 'thread', 'ready'), fc.integer({ min: 2, max: 5 }), fc.nat(4))
        .map(([what, candidates, at]) => ({ what, candidates, picked: at % candidates })),
      fc.record({
        what: fc.constantFrom('latency', 'fault'),
        drawn: fc.option(
          fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0 || 0),
          { nil: null },
        ),
      }),
    );
    const schedule = fc.record({
      seed: fc.oneof(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true })),
      adversarial: fc.boolean(),
      open: fc.boolean(),
      // With something in the middle that goes round and round.
      decisions: fc
        .tuple(
          fc.array(decision, { maxLength: 10 }),
          fc.array(decision, { maxLength: 5 }),
          fc.nat(5),
          fc.array(decision, { maxLength: 10 }),
        )
        .map(([before, round, times, after]) => [
          ...before,
          ...Array.from({ length: times }, () => round).flat(),
          ...after,
        ]),
    });
    fc.assert(
      fc.property(schedule, (given) => {
        expect(parseSchedule(formatSchedule(given))).toEqual(given);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['', 'a schedule begins with its seed, as seed=0 timer=1/2, and this one begins with ‘’'],
    [
      'timer=1/2',
      'a schedule begins with its seed, as seed=0 timer=1/2, and this one begins with ‘timer=1/2’',
    ],
    ['seed=abc', 'a schedule begins with its seed, as seed=0 timer=1/2, and this one begins with ‘seed=abc’'],
    ['seed=0 timer=3/3', '‘timer=3/3’ in a schedule makes no sense: places are from 0 to 2'],
    ['seed=0 timer/1', '‘timer/1’ in a schedule makes no sense: there are two or more to choose between'],
    ['seed=0 timer/2-5', '‘timer/2-5’ in a schedule makes no sense: there are two or more to choose between'],
    [
      'seed=0 ()*3',
      '‘()*3’ in a schedule makes no sense: a group has decisions, and a schedule has at most 10000000',
    ],
    [
      'seed=0 (latency)*9999999999',
      '‘(latency)*9999999999’ in a schedule makes no sense: a group has decisions, and a schedule has at most 10000000',
    ],
    ['seed=0 latency=x', '‘latency=x’ in a schedule makes no sense: ‘x’ is no number'],
    [
      'seed=0 timer/2*0',
      '‘timer/2*0’ in a schedule makes no sense: a schedule has at most 10000000 decisions',
    ],
    [
      'seed=0 timer/2*99999999999',
      '‘timer/2*99999999999’ in a schedule makes no sense: a schedule has at most 10000000 decisions',
    ],
    [
      'seed=0 ⏰',
      '‘⏰’ in a schedule makes no sense: it is one of timer=1/3, timer/3, timer/9-2, latency and latency=12.5, or several with *20',
    ],
  ])('that makes no sense is refused: %j', (text, message) => {
    expect(messageOf(() => parseSchedule(text))).toBe(`ScheduleError: ${message}`);
  });
});

describe('the schedule of a trace', () => {
  const events = [
    { kind: 'choice', picked: 0, candidates: 2, what: 'timer', names: ['rice', 'soup'] },
    { kind: 'draw', value: 30, low: 20, high: 80, what: 'latency', by: 'chance' },
    { kind: 'draw', value: 40, low: 20, high: 80, what: 'latency', by: 'policy' },
    { kind: 'print', task: 0, text: 'hello' },
  ].map((event, i) => ({ seq: i + 1, time: 0, iteration: 0, cause: 0, ...event })) as never[];
  const trace = Trace.of(events, { policy: 'faithful', seed: 3 });

  it('is all that was decided in it', () => {
    expect(formatSchedule(scheduleOf(trace))).toBe('seed=3 timer/2 latency latency=40');
  });

  it('can be left at any decision, and is faithful from there on', () => {
    expect(formatSchedule(otherwise(trace, 1, 1))).toBe('seed=3 timer=1/2 ...');
    expect(formatSchedule(otherwise(trace, 3, 77))).toBe('seed=3 timer/2 latency latency=77 ...');
  });

  it.each([
    [1, 2, 'there is no candidate in place 2: there are 2, from 0 to 1'],
    [1, 0.5, 'there is no candidate in place 0.5: there are 2, from 0 to 1'],
    [2, 81, 'a latency is from 20 to 80 here, got 81'],
    [2, Number.NaN, 'a latency is from 20 to 80 here, got NaN'],
    [4, 0, 'in event 4 (print) there was nothing to decide'],
  ])('can not be left at event %s by %s', (seq, answer, message) => {
    expect(messageOf(() => otherwise(trace, seq, answer))).toBe(`ScheduleError: ${message}`);
  });

  it('is not there, if nobody was asked: a trace says so, and is not taken for one in which nothing was open', () => {
    expect(() => scheduleOf(Trace.of(events))).toThrow(ScheduleError);
  });
});
