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
const ASKS = `
import { createTask, network, sleep } from 'loopscope';
export default function* main() {
  const net = network({ latency: [10, 100] });
  function* ask(ms) { for (let n = 0; n < 200; n++) { yield* sleep(ms); yield* net.request(); } }
  createTask(ask(5), { name: 'ann' });
  yield* createTask(ask(6), { name: 'bob' });
}`;
const STUCK = 'export default function* main() { for (;;); }';
const printed = (trace: Trace) => [...trace].flatMap((event) => (event.kind === 'print' ? [event.text] : []));

describe('a program run afresh', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'loopscope-fresh-'));
    for (const [name, text] of Object.entries({
      counter: COUNTER,
      endless: ENDLESS,
      asks: ASKS,
      stuck: STUCK,
    }))
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

  it('holds chance where durations are changed: each task draws again what it drew, however far the run goes', async () => {
    const drawnBy = (trace: Trace) => {
      const asking = new Map<number, number>();
      const drawn: Record<number, number[]> = {};
      let last = 0;
      for (const event of trace) {
        if (event.kind === 'request:new') asking.set(event.seq, event.task);
        if (event.kind === 'draw') last = event.value;
        if (event.kind !== 'request:start') continue;
        const task = asking.get(event.request)!;
        drawn[task] ??= [];
        drawn[task].push(last);
      }
      return drawn;
    };
    const asItIs = await run('asks', { maxEvents: 2000 });
    const before = drawnBy(asItIs.trace);
    const changes = [{ task: 'ann', what: 'sleep', add: 2 }] as const;
    const { trace } = await run('asks', { changes });
    const after = drawnBy(trace);
    expect(Object.keys(after)).toEqual(['2', '3']);
    for (const [task, drawn] of Object.entries(after)) {
      expect(drawn.length).toBeGreaterThan(10);
      expect(drawn).toEqual(before[Number(task)]!.slice(0, drawn.length));
    }
    // As far as it was before, the longer run is the same.
    const { trace: longer } = await run('asks', { changes, maxEvents: 1500 });
    expect([...longer].slice(0, 1000)).toEqual([...trace]);
    // Something is decided otherwise in the changed run: up to there it is the same.
    const place = [...trace].filter(({ kind }) => kind === 'draw')[4]!;
    const schedule = formatSchedule(otherwise(trace, place.seq, 50));
    const { trace: other } = await run('asks', { changes, schedule, draws: asItIs.draws });
    expect([...other].slice(0, place.seq - 1)).toEqual([...trace].slice(0, place.seq - 1));
    expect(other.event(place.seq)).toMatchObject({ kind: 'draw', value: 50, by: 'policy' });
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
