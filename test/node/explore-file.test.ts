import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exploration, explore, NotRepeatableError, random } from '../../src/explore/index.ts';
import { explorationText, LimitError } from '../../src/index.ts';
import { scriptAt } from '../../src/node/explore-file.ts';
import { type ExploreFileOptions, exploreFile, FileError, WorkerError } from '../../src/node/index.ts';

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

/** So many naps of one moment end in every order; `then` is told the order, as a word. */
const naps = (count: number, then = '') => `
import { isMainThread, workerData } from 'node:worker_threads';
import { createTask, gather, sleep } from 'loopscope';
let runs = 0;
export default function* main() {
  runs++;
  let order = '';
  function* nap(name) { yield* sleep(5); order += name; }
  yield* gather([...'abcdefgh'.slice(0, ${count})].map((name) => createTask(nap(name), { name })));
  ${then}
}`;

const PROGRAMS: { readonly [name: string]: string } = {
  four: naps(4),
  five: naps(5),
  // One beginning of three has nearly all the work.
  lopsided: `
import { createTask, gather, sleep } from 'loopscope';
export default function* main() {
  const order = [];
  function* nap(name) { yield* sleep(5); order.push(name); }
  yield* gather(['a', 'b', 'c'].map((name) => createTask(nap(name))));
  if (order[0] === 'a') yield* gather(['d', 'e', 'f', 'g'].map((name) => createTask(nap(name))));
}`,
  'fails-often': naps(4, "if (order.startsWith('b') || order.endsWith('a')) throw new Error(order);"),
  'fails-once': naps(4, "if (order === 'dcba') throw new Error('backwards');"),
  endless: 'export default function* main() { for (;;); }',
  'endless-in-one': naps(
    3,
    "for (; workerData?.index === 0; ); if (order === 'cba') throw new Error('backwards');",
  ),
  'spins-once': naps(4, "while (order === 'cabd'); if (order.endsWith('a')) throw new Error('a is last');"),
  // The failure is found before, and what doesn't end is a shorter schedule.
  'spins-when-shrunk': naps(
    3,
    "if (order === 'bac') throw new Error('b'); while (order === 'abc' && runs > 1);",
  ),
  exits: naps(3, "if (order === 'bac') process.exit(0);"),
  'fails-elsewhere': naps(3, "if (!isMainThread && order === 'bac') throw new Error('elsewhere');"),
  'asks-elsewhere': naps(
    3,
    "if (!isMainThread) yield* gather(sleep(1), sleep(1)); if (order === 'bac') throw new Error('b');",
  ),
  'keeps-state': naps(3, "if (runs === 5) throw new Error('five');"),
  'loads-here': `import { isMainThread } from 'node:worker_threads';
if (!isMainThread) throw new TypeError('not here');
export default function* main() {}`,
};

/** How it fails: each way, with its schedule. */
const ways = ({ failures }: Exploration) =>
  failures.map(({ kind, error, schedule, run }) => ({ kind, text: String(error), schedule, run }));

describe('a program file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'loopscope-explore-'));
    for (const [name, text] of Object.entries(PROGRAMS)) writeFileSync(join(folder, `${name}.mjs`), text);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string) => join(folder, `${name}.mjs`);
  const exploring = (name: string, options: ExploreFileOptions = {}) => exploreFile(file(name), options);

  it('has all its schedules run, each by one of the workers', async () => {
    expect(await exploring('four', { workers: 3 })).toEqual({
      strategy: 'exhaustive',
      adversarial: false,
      runs: factorial(4),
      schedules: factorial(4),
      isComplete: true,
      note: '',
      leavesOut: '',
      how: '',
      failures: [],
    });
    expect(await exploring('four', { workers: 0 })).toEqual(await exploring('four'));
  });

  it('has the same schedules in a shard however many workers share it, and all of them in all shards', async () => {
    const script = await scriptAt(file('five'), 1);
    const parts = ['1/4', '2/4', '3/4', '4/4'].map((shard) => explore(script, { shard }));
    expect(parts.reduce((sum, { runs }) => sum + runs, 0)).toBe(factorial(5));
    const second = await exploring('five', { shard: '2/4', workers: 3 });
    expect(second).toEqual(parts[1]);
    expect(second).toMatchObject({ strategy: 'exhaustive, part 2/4', isComplete: true });
  });

  it('has as many runs as it may, and those that one worker has no use for are made by the others', async () => {
    expect(await exploring('five', { workers: 2, runs: 51 })).toMatchObject({
      runs: 51,
      schedules: 51,
      isComplete: false,
    });
    const all = 2 * factorial(4) + 4;
    expect(await exploring('lopsided', { workers: 3, runs: all })).toMatchObject({
      runs: all,
      schedules: all,
      isComplete: true,
    });
  });

  it('is explored by chance as if there were one worker: the same schedules, and the same failure first', async () => {
    const script = await scriptAt(file('fails-often'), 1);
    const strategy = { name: 'random', seed: 7 } as const;
    const options = { runs: 40, captureConsole: true };
    const alone = explore(script, { ...options, strategy: random(7) });
    const first = await exploring('fails-often', { workers: 2, runs: 40, strategy });
    expect(first).toMatchObject({ runs: alone.runs, schedules: alone.schedules, isComplete: false });
    expect(ways(first)).toEqual(ways(alone));

    const all = explore(script, { ...options, strategy: random(7), all: true });
    const found = await exploring('fails-often', { workers: 2, runs: 40, strategy, all: true });
    expect(found).toMatchObject({ runs: 40, schedules: all.schedules });
    expect(ways(found)).toEqual(ways(all));
    expect(all.failures.length).toBeGreaterThan(3);
  });

  it('stops at its first failure, which is told as explore tells it', async () => {
    const view = await exploring('fails-once', { workers: 2 });
    const [failure, ...more] = view.failures;
    expect(more).toEqual([]);
    expect(view).toMatchObject({ runs: failure!.run });
    expect(failure).toMatchObject({ kind: 'error', departures: 3, isAdversarial: false, findings: [] });
    expect(failure!.error).toEqual(new Error('backwards'));
    expect(failure!.schedule).toBe('seed=0 timer=3/4 timer=2/3 timer=1/2');
    expect(failure!.passing!.schedule).toBe('seed=0 timer=3/4 timer=2/3 timer/2');
    expect(failure!.trace.at(-1)).toBeDefined();
    expect(await exploring('fails-once', { workers: 2 })).toMatchObject({ runs: view.runs });
  });

  const NO_END =
    /^a step did not end, and was given up after \d+(\.\d+)? s of real time: does it go round without awaiting anything\?$/;

  it('that never ends is a failure, given up when the time is up, and told by the answers until there', async () => {
    const view = await exploring('endless', { seconds: 0.1 });
    expect(view).toMatchObject({
      strategy: 'exhaustive',
      runs: 0,
      schedules: 0,
      isComplete: false,
      note: 'the worker was given up: a run did not end; what was left of its part was not run',
    });
    const [failure, ...more] = view.failures;
    expect(more).toEqual([]);
    expect(failure).toMatchObject({
      kind: 'no end',
      schedule: 'seed=0 ...',
      run: 1,
      passing: null,
      departures: 0,
    });
    expect(failure!.error).toBeInstanceOf(LimitError);
    expect((failure!.error as Error).message).toMatch(NO_END);
    expect(failure!.trace.length).toBe(0);
    const text = explorationText(view);
    expect(text).toContain("the schedule until there: 'seed=0 ...'");
    expect(text).not.toContain('as a test');
  });

  it('that never ends by one schedule is given up without a bound, too, and others go on behind that', async () => {
    const view = await exploring('spins-once', { workers: 2, all: true });
    const noEnd = { kind: 'no end', schedule: 'seed=0 timer=2/4 timer/3-2 ...' };
    expect(view).toMatchObject({ runs: factorial(4), schedules: factorial(4), isComplete: true, note: '' });
    const error = {
      kind: 'error',
      text: 'Error: a is last',
      schedule: 'seed=0 timer=1/4 timer=1/3 timer=1/2',
    };
    expect(ways(view)).toMatchObject([noEnd, error]);
  });

  it('that never ends by the schedule on which all workers come by is told once, and all are given up', async () => {
    const { failures, note } = await exploring('endless', { seconds: 0.1, workers: 2 });
    expect(failures.map(({ schedule }) => schedule)).toEqual(['seed=0 ...']);
    expect(note.split('\n').map((line) => line.slice(0, 13))).toEqual(['worker 1 of 2', 'worker 2 of 2']);
  });

  it('that never ends while a failure is shrunk has both told, the failure as it was met', async () => {
    const { failures } = await exploring('spins-when-shrunk', {
      workers: 1,
      strategy: { name: 'random', seed: 7 },
    });
    expect(failures.map(({ kind }) => kind).sort()).toEqual(['error', 'no end']);
  });

  it('that never ends in one worker is given up there when another one has found a failure', async () => {
    const { failures, note } = await exploring('endless-in-one', { workers: 2 });
    expect(failures.map(({ kind }) => kind)).toEqual(['no end', 'error']);
    expect(failures[1]!.error).toEqual(new Error('backwards'));
    expect(note).toMatch(/^worker 1 of 2 was given up: a run did not end/);
  });

  it('can be stopped from outside, even where it never ends', async () => {
    const stop = new AbortController();
    const failed = expect(exploring('endless', { signal: stop.signal })).rejects.toThrow('enough');
    stop.abort(new Error('enough'));
    await failed;
    await expect(exploring('four', { signal: stop.signal })).rejects.toThrow('enough');
  });

  it('tells how far it has come', async () => {
    const told: number[] = [];
    await exploring('endless', {
      seconds: 0.1,
      onProgress: ({ runs, schedules, share, secondsLeft }) => {
        expect({ runs, schedules }).toEqual({ runs: 0, schedules: 0 });
        expect(secondsLeft).toBeGreaterThanOrEqual(0);
        told.push(share);
      },
    });
    expect(told.length).toBeGreaterThan(0);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
  });

  it.each([
    [
      'exits',
      WorkerError,
      'the worker ended with code 0 before its work was done: does the program call process.exit()?',
    ],
    [
      'loads-here',
      WorkerError,
      /^the worker: can't load .*loads-here.mjs, which was loaded before: .* fails while it is loaded/,
    ],
    [
      'fails-elsewhere',
      NotRepeatableError,
      /^the schedule seed=0 timer=1\/3 .* failed \(Error: elsewhere\), and did not when/,
    ],
    ['asks-elsewhere', NotRepeatableError, /failed \(Error: b\), and did not when it was run again/],
    [
      'keeps-state',
      NotRepeatableError,
      /failed \(Error: five\), and did not when it was run again: the program keeps state/,
    ],
    ['missing', FileError, /^can't read .*missing.mjs: no such file or directory$/],
  ])('%s ends it with a reason', async (name, type, message) => {
    const failed = exploring(name);
    await expect(failed).rejects.toThrow(type);
    await expect(failed).rejects.toThrow(message);
  });

  it.each([
    [{ workers: 1.5 }, 'workers is a whole number of 0 or more, got 1.5'],
    [{ runs: 0 }, 'runs is a whole number of 1 or more, got 0'],
    [{ seconds: -1 }, 'seconds is a number above 0, got -1'],
    [{ shard: '5/4' }, 'a shard is one part of several, as 1/4 to 4/4, got "5/4"'],
    [{ strategy: { name: 'pct', depth: 0 } }, 'a depth is a whole number of 1 or more, got 0'],
    [{ strategy: { name: 'best' } as never }, 'there is no strategy of that name: "best"'],
    [
      { strategy: { name: 'exhaustive', reduced: true }, workers: 2 },
      "the strategy exhaustive, reduced can't be divided among workers: leave them out",
    ],
    [{ part: 2 }, /four.mjs is one program, and has no part 2$/],
  ] as [ExploreFileOptions, string | RegExp][])('is refused %j', async (options, message) => {
    await expect(exploring('four', options)).rejects.toThrow(message);
  });
});
