/** What a report prints to be pasted: it is really run here, and must fail as long as the mistake is there. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROMISE_HINT } from '../../src/core/errors.ts';
import * as doors from '../../src/explore/index.ts';
import {
  busy,
  type Coroutine,
  createTask,
  explorationText,
  gather,
  Lock,
  Machine,
  now,
  sleep,
  toThread,
} from '../../src/index.ts';
import { runTest } from '../../src/testing/index.ts';
import { simTest } from '../../src/vitest/index.ts';

const { explore } = doors;

/** The two lines of the test that a report prints, and how each of them ends when it is run. */
function pasted(program: () => unknown, options: doors.ExploreOptions) {
  const text = explorationText(explore(program, options));
  const lines = text.split('\n').filter((line) => line.startsWith('  expect('));
  const names = Object.keys(doors);
  const ends = lines.map((line) => {
    const body = new Function('expect', 'program', 'fc', ...names, line);
    try {
      body(expect, program, fc, ...Object.values(doors));
      return 'holds';
    } catch (error) {
      return (error as Error).name;
    }
  });
  return { lines: lines.map((line) => line.trim()), ends };
}

const FAILS = ['AssertionError', 'AssertionError'];

/** Fails where a task takes its first step inside `createTask`. */
function* eagerly(): Coroutine<void> {
  let isReady = false;
  function* early(): Coroutine<void> {
    if (!isReady) throw new Error('too early');
  }
  const task = createTask(early());
  isReady = true;
  yield* task;
}

/** Is over before it makes a coroutine. */
function withoutSettings(): Coroutine<void> {
  throw new Error('no DATABASE_URL');
}

/** Makes a coroutine, and awaits it never. */
function* forgetful(): Coroutine<void> {
  sleep(5);
  yield* sleep(1);
}

/** Never ends, and lets time pass. */
function* polling(): Coroutine<void> {
  for (;;) yield* sleep(10);
}

/** Never ends, and stays in one step: what it awaits is there. */
function* spinning(): Coroutine<void> {
  const done = createTask(sleep(0));
  yield* done;
  for (;;) yield* done;
}

/** Two wait for each other for ever, and a third one goes on for ever. */
function* deadlocked(): Coroutine<void> {
  const [left, right] = [new Lock('left'), new Lock('right')];
  const user = (first: Lock, second: Lock) =>
    first.run(function* () {
      yield* sleep(5);
      yield* second.run(() => sleep(5));
    });
  yield* gather(user(left, right), user(right, left), polling());
}

describe('the test that a report prints', () => {
  it.each([
    ['eager', eagerly, { eager: true }, '{ eager: true }', '{ eager: true }'],
    ['debug', forgetful, { debug: true }, '{ debug: true }', '{ debug: true }'],
    [
      'limits that were given',
      polling,
      { limits: { iterations: 2000 } },
      '{ limits: { iterations: 2000 } }',
      '{ limits: { iterations: 2000 } }',
    ],
    [
      'limits, and all else that was given',
      polling,
      {
        limits: { iterations: 10_000, immediateAwaits: 5 },
        eager: true,
        stepCost: 0.5,
        bounds: { wait: 70 },
      },
      '{ bounds: { wait: 70 }, eager: true, stepCost: 0.5, limits: { iterations: 10_000, immediateAwaits: 5 } }',
      '{ bounds: { wait: 70 }, eager: true, stepCost: 0.5, limits: { iterations: 10_000, immediateAwaits: 5 } }',
    ],
    [
      'the limits of an exploration, where one of them has ended the run',
      spinning,
      {},
      '{ limits: { iterations: 100_000, iterationsPerInstant: 100_000, immediateAwaits: 100_000, threadSteps: 100_000 } }',
      '',
    ],
    [
      'these limits also where others stand still for ever beside what goes on',
      deadlocked,
      { limits: { iterations: 1000 } },
      '{ limits: { iterations: 1000 } }',
      '{ limits: { iterations: 1000 } }',
    ],
    [
      'a strategy, a part of it, and the budget',
      eagerly,
      { eager: true, strategy: doors.random(3), shard: '2/2', runs: 7, seconds: 60 },
      '{ eager: true }',
      "{ strategy: random(3), runs: 7, seconds: 60, shard: '2/2', eager: true }",
    ],
    [
      'a strategy of fast-check with its length',
      eagerly,
      {
        eager: true,
        strategy: doors.fastCheck(fc, { seed: 5, length: 9 }),
        runs: 3,
        ignore: ['leak'] as const,
      },
      "{ ignore: ['leak'], eager: true }",
      "{ strategy: fastCheck(fc, { seed: 5, length: 9 }), runs: 3, ignore: ['leak'], eager: true }",
    ],
  ])('fails as long as the mistake is there: %s', (_, program, options, again, how) => {
    const { lines, ends } = pasted(program, options);
    expect(ends).toEqual(FAILS);
    expect(lines[0]).toMatch(/^expect\(replay\(program, 'seed=/);
    expect(lines[0]!.replace(/^expect\(replay\(program, '[^']*'/, '')).toBe(
      `${again && `, ${again}`}).failure).toBeNull();`,
    );
    expect(lines[1]).toBe(`expect(explore(program${how && `, ${how}`}).failures).toEqual([]);`);
  });

  it.each([
    ['throws before there is a coroutine', withoutSettings, 'Error: no DATABASE_URL'],
    [
      'calls a test instead of the program that the test runs',
      () => runTest(forgetful),
      'RuntimeError: runTest() cannot be called in a running event loop or script: it starts a loop of its own. explore() takes the program that is run in it, and not a function that calls it: explore(main)',
    ],
    [
      'declares a test',
      () => simTest('inside', forgetful),
      'RuntimeError: simTest() cannot be called in a running event loop or script: it starts a loop of its own. explore() takes the program that is run in it, and not a function that calls it: explore(main)',
    ],
    [
      'is an async function',
      async () => {},
      `TypeError: a script or program can not be an async function: ${PROMISE_HINT}`,
    ],
  ])('stands also where nothing was to be seen, as the program %s', (_, program, message) => {
    const text = explorationText(explore(program), { width: 400 });
    expect(text.split('\n').slice(0, 8)).toEqual([
      'exhaustive: 1 run, 1 different schedule, and there is no other one',
      '',
      message,
      'met in run 1; the faithful run fails',
      '',
      "replay: 'seed=0'",
      '',
      'there is nothing to see of it: it was over before the loop had anything to do',
    ]);
    expect(pasted(program, {}).ends).toEqual(FAILS);
  });

  it('names in a comment what was given and can’t be written down', () => {
    const early = function* (): Coroutine<void> {
      yield* sleep(10);
      if (now() !== 10) throw new Error(`woken at ${now()}`);
    };
    const adjust = () => 20;
    const { lines } = pasted(early, {
      adjust,
      machine: () => new Machine({ cores: 2 }),
      strategy: { next: doors.exhaustive().next, learn() {}, name: 'own' },
      eager: true,
      runs: 1,
    });
    expect(lines).toEqual([
      "expect(replay(program, 'seed=0', { eager: true, /* and as they were given: machine, adjust */ }).failure).toBeNull();",
      'expect(explore(program, { runs: 1, eager: true, /* and as they were given: strategy, machine, adjust */ }).failures).toEqual([]);',
    ]);
  });

  it('tells the same of a run in which a thread goes on for ever', () => {
    const endless = function* (): Coroutine<void> {
      yield* toThread(function* (): Coroutine<void> {
        for (;;) yield* busy(1);
      });
    };
    expect(pasted(endless, { limits: { threadSteps: 500 } }).ends).toEqual(FAILS);
  });
});
