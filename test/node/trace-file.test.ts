import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Recorder, run, saveTrace, sleep, Trace, type TraceEvent, TraceFormatError } from 'loopscope';
import { readTraceFile, writeTraceFile } from 'loopscope/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loopscope-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function nap(): Trace {
  const trace = new Recorder();
  run(() => sleep(20), { trace });
  return trace.toTrace({ title: 'a nap' });
}

/** A trace that can't be saved: NaN is no time. */
const broken = Trace.of([
  { seq: 1, time: Number.NaN, iteration: 0, kind: 'loop:run', cause: 0, loop: 1 } as TraceEvent,
]);

describe('writeTraceFile', () => {
  it('writes what readTraceFile reads back, event by event', () => {
    const path = join(folder, 'nap.json');
    writeTraceFile(path, nap());
    expect(saveTrace(readTraceFile(path))).toBe(saveTrace(nap()));
    expect(readTraceFile(path).meta).toEqual({ title: 'a nap' });
  });

  it('replaces a file as a whole, keeps its permissions, and leaves nothing else in the folder', () => {
    const path = join(folder, 'nap.json');
    writeFileSync(path, 'something longer '.repeat(10_000));
    chmodSync(path, 0o600);
    writeTraceFile(path, nap());
    expect(readFileSync(path, 'utf8')).toBe(saveTrace(nap()));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['nap.json']);
  });

  it('leaves the file as it is if the trace can not be saved', () => {
    const path = join(folder, 'nap.json');
    writeTraceFile(path, nap());
    expect(() => writeTraceFile(path, broken)).toThrow(TraceFormatError);
    expect(readFileSync(path, 'utf8')).toBe(saveTrace(nap()));
    expect(readdirSync(folder)).toEqual(['nap.json']);
  });

  it('names the file and the reason if it can not be written, and leaves nothing behind', () => {
    const path = join(folder, 'missing', 'nap.json');
    expect(() => writeTraceFile(path, nap())).toThrow(
      `can't write the trace file ${path}: no such file or directory`,
    );
    mkdirSync(join(folder, 'taken'));
    expect(() => writeTraceFile(join(folder, 'taken'), nap())).toThrow('illegal operation on a directory');
    expect(readdirSync(folder)).toEqual(['taken']);
  });

  it.skipIf(process.platform === 'win32')('writes to what a link leads to, and the link stays a link', () => {
    const link = join(folder, 'link.json');
    writeFileSync(join(folder, 'real.json'), '');
    symlinkSync('real.json', link);
    writeTraceFile(link, nap());
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'real.json'), 'utf8')).toBe(saveTrace(nap()));
  });

  it.skipIf(process.platform === 'win32')('writes to a device, and puts no file in its place', () => {
    writeTraceFile('/dev/null', nap());
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});

describe('readTraceFile', () => {
  it('names the file, the event and the field if it is no valid trace', () => {
    const path = join(folder, 'edited.json');
    writeFileSync(path, saveTrace(nap()).replace('"loop:run"', '"loop:walk"'));
    let error: unknown;
    try {
      readTraceFile(path);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TraceFormatError);
    expect(error).toMatchObject({ field: 'kind' });
    expect((error as Error).message).toContain(`${path}: event `);
  });

  it('names the file and the reason if it can not be read', () => {
    expect(() => readTraceFile(join(folder, 'none.json'))).toThrow(
      `can't read the trace file ${join(folder, 'none.json')}: no such file or directory`,
    );
  });
});
