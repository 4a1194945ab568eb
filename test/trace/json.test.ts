import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../src/trace/events.ts';
import { loadTrace, saveTrace } from '../../src/trace/json.ts';
import { Recorder } from '../../src/trace/recorder.ts';
import { Trace, TraceFormatError, type TraceMeta } from '../../src/trace/trace.ts';
import { CHORES } from './chores.ts';
import { log, writeTo } from './log.ts';
import { randomEvents } from './random-events.ts';

const SMALL = Trace.of(
  log(
    { kind: 'loop:run', loop: 1 },
    { kind: 'print', task: 0, text: 'a "quoted"\nline', at: 2.5, cause: 1 },
    { kind: 'task:step', task: 3, eager: true },
  ),
  { title: 'Small', seed: 7 },
);

const SAVED = `{
  "format": "loopscope-trace",
  "version": 1,
  "meta": {"seed":7,"title":"Small"},
  "events": [
    {"seq":1,"time":0,"iteration":0,"kind":"loop:run","cause":0,"loop":1},
    {"seq":2,"time":2.5,"iteration":0,"kind":"print","cause":1,"task":0,"text":"a \\"quoted\\"\\nline"},
    {"seq":3,"time":2.5,"iteration":0,"kind":"task:step","cause":0,"task":3,"eager":true}
  ]
}
`;

/** What `loadTrace` says to SAVED with `part` replaced. */
function refusal(part: string | RegExp, replacement: string): TraceFormatError {
  const text = SAVED.replace(part, replacement);
  expect(text).not.toBe(SAVED);
  return refusalOf(text);
}

function refusalOf(text: string): TraceFormatError {
  try {
    loadTrace(text);
  } catch (error) {
    if (error instanceof TraceFormatError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

describe('a saved trace', () => {
  it('has one event on each line, its fields in a fixed order', () => {
    expect(saveTrace(SMALL)).toBe(SAVED);
    expect(saveTrace(Trace.of([]))).toBe(
      '{\n  "format": "loopscope-trace",\n  "version": 1,\n  "meta": {},\n  "events": []\n}\n',
    );
  });

  it('is the same text for equal traces, however they were made', () => {
    const shuffled = [...SMALL].map(
      (event) => Object.fromEntries(Object.entries(event).reverse()) as unknown as TraceEvent,
    );
    const recorder = new Recorder();
    writeTo(recorder, SMALL);
    expect(saveTrace(Trace.of(shuffled, { seed: 7, title: 'Small' }))).toBe(SAVED);
    expect(saveTrace(recorder.toTrace({ title: 'Small', seed: 7 }))).toBe(SAVED);
    expect(saveTrace(loadTrace(SAVED))).toBe(SAVED);
  });

  it('loads as the trace that was saved', () => {
    const trace = loadTrace(SAVED);
    expect([...trace]).toEqual([...SMALL]);
    expect(trace.meta).toEqual({ title: 'Small', seed: 7 });
    expect([trace.format, trace.version, trace.length, trace.endTime]).toEqual([
      'loopscope-trace',
      1,
      3,
      2.5,
    ]);
    expect([...loadTrace(saveTrace(Trace.of(CHORES)))]).toEqual(CHORES);
  });

  it('survives being saved and loaded, whatever its events and its meta', () => {
    const json = fc.json({ noUnicodeString: false }).map((text) => JSON.parse(text.replaceAll('-0', '0')));
    fc.assert(
      fc.property(randomEvents, fc.dictionary(fc.string(), json), (events, notes) => {
        const saved = saveTrace(Trace.of(events, { title: 'any', notes } as TraceMeta));
        const loaded = loadTrace(saved);
        expect([...loaded]).toEqual(events);
        expect(loaded.meta).toEqual({ title: 'any', notes });
        expect(saveTrace(loaded)).toBe(saved);
      }),
    );
  });

  it('is refused when it is cut off anywhere, save for the line break at its end', () => {
    for (let length = 0; length < SAVED.length - 1; length++) {
      expect(() => loadTrace(SAVED.slice(0, length))).toThrow(TraceFormatError);
    }
    expect([...loadTrace(SAVED.slice(0, -1))]).toEqual([...SMALL]);
  });

  it('is refused when it is cut off anywhere, whatever it holds', () => {
    fc.assert(
      fc.property(
        randomEvents,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (events, part) => {
          const whole = saveTrace(Trace.of(events)).trimEnd();
          expect(() => loadTrace(whole.slice(0, Math.floor(whole.length * part)))).toThrow(TraceFormatError);
        },
      ),
    );
  });

  it('is not written with an event that could not be read', () => {
    const events = log({ kind: 'timer:set', when: Number.NaN, task: 0, label: 'x' });
    expect(() => saveTrace(Trace.of(events))).toThrow(
      'event 1 (timer:set): "when" should be a finite number, but it is NaN',
    );
  });
});

describe('a file that is no JSON', () => {
  const start = 'this is not a saved trace, nor any JSON: ';

  it('is said to be empty, cut off in some line, or something else', () => {
    expect(refusalOf(' \n').message).toContain(
      `${start}it is empty: was the file opened for writing, and never written?`,
    );
    expect(refusalOf(SAVED.slice(0, 220)).message).toContain(
      `${start}it stops in line 7, before its end: it was cut off`,
    );
    expect(refusalOf(SAVED.slice(0, -4)).message).toContain(
      `${start}it stops in line 8, before its end: it was cut off`,
    );
    expect(refusalOf('<!doctype html>').message).toContain(
      `${start}it begins with "<!doctype html>", so it is something else`,
    );
  });

  it('is said to be edited where it has both its ends', () => {
    expect(refusal('"seq":2', '"seq":2.').message).toContain(`${start}it was probably edited by hand (`);
  });
});

describe('a file of another kind', () => {
  it('is refused by its format', () => {
    expect(refusalOf('[]').message).toBe(
      'a saved trace is an object { "format": "loopscope-trace", … }, but this is []',
    );
    expect(refusalOf('{"a":1}')).toMatchObject({
      message: 'the format should be "loopscope-trace", but it is missing',
      field: 'format',
    });
    expect(refusal('loopscope-trace', 'hat').message).toBe(
      'the format should be "loopscope-trace", but it is "hat"',
    );
    expect(refusalOf('{"traceEvents":[]}').message).toBe(
      'the format should be "loopscope-trace", but it is missing: it looks like a Perfetto (Chrome) trace, which can only be written',
    );
  });

  it('is refused by its version', () => {
    expect(refusal('"version": 1', '"version": 2')).toMatchObject({
      message: 'written by a newer loopscope: version 2, this one reads 1',
      field: 'version',
    });
    expect(refusal('"version": 1', '"version": "1"').message).toBe('the version should be 1, but it is "1"');
    expect(refusal('  "version": 1,\n', '').message).toBe('the version should be 1, but it is missing');
  });

  it('is refused when a part is missing, surplus or of the wrong type', () => {
    expect(refusal('  "meta": {"seed":7,"title":"Small"},\n', '').message).toBe(
      '"meta" is missing: was the file shortened by hand?',
    );
    expect(refusal('"version": 1', '"version": 1, "author": "me"').message).toBe(
      'a saved trace has no "author": what is known about a run belongs into "meta"',
    );
    expect(refusalOf('{"format":"loopscope-trace","version":1,"meta":{},"events":{}}').message).toBe(
      '"events" should be a list, but it is {}',
    );
    expect(refusal('"title":"Small"', '"title":5').message).toBe(
      'meta.title should be a string, but it is 5',
    );
  });
});

describe('an event in a file', () => {
  it('must be an object of a known kind', () => {
    expect(refusal(/\{"seq":1.*\}/, 'null')).toMatchObject({
      message: 'event 1 should be an object such as { "seq": 1, … }, but it is null',
      event: 1,
    });
    expect(refusal('"kind":"task:step"', '"kind":"task:stap"')).toMatchObject({
      message:
        'event 3 is of an unknown kind, "task:stap" (known are task:create, task:rename, task:ready, task:step, ' +
        'task:yield, task:wait, task:done, task:cancel, task:uncancel)',
      event: 3,
      field: 'kind',
    });
    expect(refusal('"kind":"print"', '"kind":"constructor"').message).toBe(
      'event 2 is of an unknown kind, "constructor"',
    );
    expect(refusal('"kind":"print",', '').message).toBe('event 2 is of an unknown kind, missing');
    expect(refusal('"kind":"print"', '"kind":7').message).toBe('event 2 is of an unknown kind, 7');
  });

  it('must have all fields of its kind, and no other', () => {
    expect(refusal(',"eager":true', '')).toMatchObject({
      message: 'event 3 (task:step): "eager" is missing',
      event: 3,
      field: 'eager',
    });
    expect(refusal('"cause":1,', '').message).toBe('event 2 (print): "cause" is missing');
    expect(refusal('"eager":true', '"eager":true,"label":""')).toMatchObject({
      message: 'event 3 (task:step): "label" is no field of this kind, which carries task, eager',
      event: 3,
      field: 'label',
    });
    expect(refusal('"eager":true', '"eager":true,"__proto__":{}').message).toContain(
      '"__proto__" is no field of this kind',
    );
  });

  it('must have fields of the right types', () => {
    expect(refusal('"eager":true', '"eager":1').message).toBe(
      'event 3 (task:step): "eager" should be true or false, but it is 1',
    );
    expect(refusal('"task":3', '"task":"3"').message).toBe(
      'event 3 (task:step): "task" should be a finite number, but it is "3"',
    );
    expect(refusal('"text":"a \\"quoted\\"\\nline"', '"text":null').message).toBe(
      'event 2 (print): "text" should be a string, but it is null',
    );
    const done = (outcome: string) =>
      `{"format":"loopscope-trace","version":1,"meta":{},"events":[{"seq":1,"time":0,"iteration":0,"kind":"future:done","cause":0,"outcome":${outcome},"detail":""}]}`;
    expect(loadTrace(done('"cancelled"')).length).toBe(1);
    expect(refusalOf(done('"ok"')).message).toBe(
      'event 1 (future:done): "outcome" should be one of result, exception, cancelled, but it is "ok"',
    );
  });

  it('must have finite numbers', () => {
    expect(refusal('"loop":1', '"loop":1e999').message).toBe(
      'event 1 (loop:run): "loop" should be a finite number, but it is Infinity',
    );
    expect(refusal('"loop":1', '"loop":null').message).toBe(
      'event 1 (loop:run): "loop" should be a finite number, but it is null (which is what becomes of NaN and Infinity in JSON)',
    );
  });

  it('must have the number of its place', () => {
    expect(refusal('"seq":2', '"seq":3')).toMatchObject({
      message:
        'event 2 (print): "seq" should be 2, but it is 3: events are numbered 1, 2, 3 …, so one was removed, doubled or moved',
      event: 2,
      field: 'seq',
    });
    expect(refusal(/.*"seq":1.*\n/, '').message).toContain('event 1 (print): "seq" should be 1, but it is 2');
  });

  it('must not be before the one before it, nor before the start of time', () => {
    expect(refusal(/"seq":3,"time":2.5/, '"seq":3,"time":2.25')).toMatchObject({
      message:
        'event 3 (task:step): "time" is 2.25, after an event at 2.5: virtual time never goes backwards',
      field: 'time',
    });
    expect(refusal('"time":0', '"time":-1').message).toBe(
      'event 1 (loop:run): "time" is -1: virtual time starts at 0',
    );
  });

  it('must be caused by an earlier one or by nothing', () => {
    expect(refusal('"cause":1', '"cause":2')).toMatchObject({
      message: 'event 2 (print): "cause" is 2: what causes an event comes before it',
      field: 'cause',
    });
    expect(refusal('"cause":1', '"cause":-1').message).toBe(
      'event 2 (print): "cause" should be the seq of an event, or 0, but it is -1',
    );
    expect(refusal('"cause":1', '"cause":0.5').message).toContain(
      '"cause" should be the seq of an event, or 0',
    );
  });

  it('must be in an iteration', () => {
    expect(refusal('"iteration":0', '"iteration":-1').message).toBe(
      'event 1 (loop:run): "iteration" should be a whole number, 0 or more, but it is -1',
    );
  });

  it('is refused whatever field of it is taken away or replaced by an object', () => {
    fc.assert(
      fc.property(randomEvents, fc.nat(), fc.nat(), fc.boolean(), (events, i, j, remove) => {
        fc.pre(events.length > 0);
        const file = JSON.parse(saveTrace(Trace.of(events)));
        const event = file.events[i % events.length];
        const names = Object.keys(event);
        const name = names[j % names.length]!;
        if (remove) delete event[name];
        else event[name] = {};
        expect(refusalOf(JSON.stringify(file))).toMatchObject({
          event: (i % events.length) + 1,
          field: name,
        });
      }),
    );
  });
});
