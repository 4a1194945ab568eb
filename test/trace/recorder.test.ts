import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODE } from '../../src/trace/events.ts';
import { DEFAULT_MAX_EVENTS, Recorder, TraceLimitError } from '../../src/trace/recorder.ts';
import { CHORES } from './chores.ts';
import { writeTo } from './log.ts';
import { randomEvents } from './random-events.ts';

/** Writes `count` events whose fields tell their place. */
function fill(recorder: Recorder, count: number): void {
  for (let i = 0; i < count; i++) recorder.write(CODE['task:step'], i / 2, i, i, i * 3, i % 2, 0, undefined);
}

function thrownBy(action: () => void): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a recorder', () => {
  it('gives back the events that were written, numbered from 1', () => {
    const recorder = new Recorder();
    recorder.write(CODE['loop:run'], 0, 0, 0, 1, 0, 0, undefined);
    recorder.write(CODE['task:step'], 2.5, 3, 1, 7, 1, 0, undefined);
    recorder.write(CODE['task:wait'], 2.5, 3, 2, 7, 4, 0, ['resource', 'queue.get', 'orders']);
    recorder.write(CODE.print, 4, 3, 0, 7, 0, 0, 'hello');
    expect(recorder.length).toBe(4);
    expect([...recorder]).toEqual([
      { seq: 1, time: 0, iteration: 0, kind: 'loop:run', cause: 0, loop: 1 },
      { seq: 2, time: 2.5, iteration: 3, kind: 'task:step', cause: 1, task: 7, eager: true },
      {
        seq: 3,
        time: 2.5,
        iteration: 3,
        kind: 'task:wait',
        cause: 2,
        task: 7,
        target: 4,
        on: 'resource',
        reason: 'queue.get',
        name: 'orders',
      },
      { seq: 4, time: 4, iteration: 3, kind: 'print', cause: 0, task: 7, text: 'hello' },
    ]);
  });

  it('gives back any events, whatever their kinds and values', () => {
    fc.assert(
      fc.property(randomEvents, (events) => {
        const recorder = new Recorder();
        writeTo(recorder, events);
        expect([...recorder]).toEqual(events);
        expect([...recorder.toTrace()]).toEqual(events);
      }),
    );
  });

  it('finds each event across its chunks of 512, 1024 … 32768, 32768 rows', () => {
    const recorder = new Recorder();
    const count = 140_000;
    fill(recorder, count);
    expect(recorder.length).toBe(count);
    const edges = [
      0,
      511,
      512,
      1535,
      1536,
      32_255,
      32_256,
      65_023,
      65_024,
      97_791,
      97_792,
      130_560,
      count - 1,
    ];
    for (const i of edges) {
      expect(recorder.at(i)).toEqual({
        seq: i + 1,
        time: i / 2,
        iteration: i,
        kind: 'task:step',
        cause: i,
        task: i * 3,
        eager: i % 2 === 1,
      });
    }
    let expected = 1;
    let inOrder = true;
    for (const { seq, time } of recorder) inOrder &&= seq === expected && time === (expected++ - 1) / 2;
    expect([expected - 1, inOrder]).toEqual([count, true]);
  });

  it('counts from the end when the place is negative, and has nothing outside', () => {
    const recorder = new Recorder();
    expect(recorder.at(0)).toBeUndefined();
    expect(recorder.at(-1)).toBeUndefined();
    fill(recorder, 3);
    expect([recorder.at(-1)?.seq, recorder.at(-3)?.seq, recorder.at(2)?.seq]).toEqual([3, 1, 3]);
    expect([recorder.at(-4), recorder.at(3)]).toEqual([undefined, undefined]);
  });
});

describe('a trace of a recorder', () => {
  it('does not change when recording goes on', () => {
    const recorder = new Recorder();
    fill(recorder, 511);
    const trace = recorder.toTrace({ title: 'early' });
    fill(recorder, 10_000);
    expect(trace.length).toBe(511);
    expect(trace.last?.seq).toBe(511);
    expect(trace.at(511)).toBeUndefined();
    expect([...trace].length).toBe(511);
    expect(recorder.toTrace().length).toBe(10_511);
    expect(trace.meta).toEqual({ title: 'early' });
  });

  it('is the log that was written', () => {
    const recorder = new Recorder();
    writeTo(recorder, CHORES);
    expect([...recorder.toTrace()]).toEqual(CHORES);
  });
});

describe('the bound of a recorder', () => {
  it.each([1, 3, 511, 512, 513, 1536, 40_000])('of %i events lets exactly so many in', (maxEvents) => {
    const recorder = new Recorder({ maxEvents });
    fill(recorder, maxEvents);
    expect(recorder.length).toBe(maxEvents);
    expect(() => recorder.write(CODE['loop:run'], 40, 0, 0, 1, 0, 0, undefined)).toThrow(TraceLimitError);
    expect(recorder.length).toBe(maxEvents);
    expect(recorder.toTrace().last?.seq).toBe(maxEvents);
  });

  it('says what it is, when it was reached and how to raise it, each time', () => {
    const recorder = new Recorder({ maxEvents: 1000 });
    fill(recorder, 1000);
    for (const time of [720, 721]) {
      const error = thrownBy(() => recorder.write(CODE['loop:run'], time, 0, 0, 1, 0, 0, undefined));
      expect(error).toBeInstanceOf(TraceLimitError);
      expect(error).toMatchObject({ name: 'TraceLimitError', maxEvents: 1000, time });
      expect((error as Error).message).toBe(
        `the trace is full: it has its 1000 events and another one came at ${time} ms of virtual time. If that time no ` +
          'longer advances, the program probably goes round in circles without ever sleeping; if it is simply a long ' +
          'program, record with new Recorder({ maxEvents: 4000 }) or without a trace',
      );
    }
  });

  it('is 5 million unless given', () => {
    expect(new Recorder().maxEvents).toBe(5_000_000);
    expect(DEFAULT_MAX_EVENTS).toBe(5_000_000);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32])('can not be %d', (maxEvents) => {
    expect(() => new Recorder({ maxEvents })).toThrow(
      `maxEvents should be a whole number from 1 to 4294967295, but it is ${maxEvents}: `,
    );
  });
});
