import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreshRequest, FreshRunError, runFresh } from '../../src/node/fresh-run.ts';
import { formatSchedule, otherwise, scheduleOf } from '../../src/trace/schedule.ts';
import type { Trace } from '../../src/trace/trace.ts';

const COUNTER = `
import { print, sleep, gather, compute, createTask } from 'loopscope';
let count = 0;
function* add(name) { yield* sleep(5); count += 1; print(name, count); }
export default function* main() {
  yield* gather(createTask(add('a'), { name: 'a' }), createTask(add('b'), { name: 'b' }));
}`;
const ENDLESS = `
import { print, sleep } from 'loopscope';
export default function* main() { for (let n = 1; ; n++) { yield* sleep(10); print('beat', n); } }`;
const STUCK = 'export default function* main() { for (;;); }';
const printed = (trace: Trace) => [...trace].flatMap((event) => (event.kind === 'print' ? [event.text] : []));

describe('a program run afresh', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'loopscope-fresh-'));
    for (const [name, text] of Object.entries({ counter: COUNTER, endless: ENDLESS, stuck: STUCK }))
      writeFileSync(join(folder, `${name}.mjs`), text);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const request = (name: string, more: Partial<FreshRequest> = {}): FreshRequest => ({
    file: join(folder, `${name}.mjs`),
    part: 1,
    schedule: 'seed=0 ...',
    maxEvents: 1000,
    changes: [],
    ...more,
  });
  const run = (name: string, more: Partial<FreshRequest> = {}) => runFresh(request(name, more)).done;

  it('begins with its modules as they are written, as often as it is run', async () => {
    const { trace } = await run('counter');
    expect(printed(trace)).toEqual(['a 1', 'b 2']);
    const choice = [...trace].find(({ kind }) => kind === 'choice')!;
    const schedule = formatSchedule(otherwise(trace, choice.seq, 1));
    const other = await run('counter', { schedule });
    expect(printed(other.trace)).toEqual(['b 1', 'a 2']);
    expect(formatSchedule(scheduleOf(other.trace))).toBe('seed=0 timer=1/2');
  });

  it('of an endless program has as many events as it may, says that it goes on, and goes on from there', async () => {
    const short = await run('endless', { maxEvents: 100 });
    expect([short.trace.length, short.isCut, short.failure]).toEqual([100, true, null]);
    const long = await run('endless', { maxEvents: 200 });
    expect([...long.trace].slice(0, 100)).toEqual([...short.trace]);
  });

  it('has its durations changed', async () => {
    expect((await run('counter', { changes: [{ task: 'a', add: 3 }] })).trace.endTime).toBe(8);
    await expect(run('counter', { changes: [{ task: 'nobody', set: 3 }] })).rejects.toThrow(
      'matched nothing in the program',
    );
  });

  it('tells what it threw, and whether a demo has such a part', async () => {
    const file = fileURLToPath(new URL('../../demos/08-deadlock.ts', import.meta.url));
    const { failure } = await run('', { file });
    expect(failure).toMatchObject({ text: expect.stringMatching(/^DeadlockError: /), expected: true });
    await expect(run('', { file, part: 7 })).rejects.toThrow(`${file} has 1 part, and no part 7`);
  });

  it('that can not be is refused, with the reason', async () => {
    await expect(run('counter', { schedule: 'seed=0 timer/9' })).rejects.toThrow(
      "the schedule doesn't fit the program: decision 1 of 1 was timer/9, and the program asks to choose between 2 (timer)",
    );
    await expect(run('nothing')).rejects.toThrow('no such file or directory');
  });

  it('can be given up, even where it never ends', async () => {
    const running = runFresh(request('stuck'));
    running.stop();
    await expect(running.done).rejects.toThrow(FreshRunError);
  });
});
