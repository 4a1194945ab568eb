import { describe, expect, it } from 'vitest';
import {
  blockingSleep,
  type Coroutine,
  compute,
  createTask,
  EventLoop,
  gather,
  getRunningLoop,
  now,
  Recorder,
  run,
  runScript,
  sleep,
} from '../../src/index.ts';
import { journal, messageOf } from '../support/journal.ts';

describe.each([
  ['compute', compute],
  ['blockingSleep', blockingSleep],
])('%s', (name, block) => {
  it('moves the clock while the loop stands still: nobody else runs meanwhile', () => {
    const log = journal();
    function* worker(): Coroutine<void> {
      log('begins');
      block(30);
      log('ends');
    }
    run(function* () {
      yield* gather(createTask(worker(), { name: 'a' }), createTask(worker(), { name: 'b' }));
    });
    expect(log.lines).toEqual(['0 a: begins', '30 a: ends', '30 b: begins', '60 b: ends']);
  });

  it('has the timers that come due meanwhile queue up behind it, in the order of their deadlines', () => {
    const log = journal();
    run(function* () {
      const loop = getRunningLoop();
      for (const when of [20, 10, 40]) loop.callAt(when, () => log(`timer of ${when}`));
      block(30);
      log('ends');
      yield* sleep(20);
    });
    expect(log.lines).toEqual(['30 Task-1: ends', '30: timer of 10', '30: timer of 20', '40: timer of 40']);
  });

  it('works in callbacks and in scripts', () => {
    const loop = new EventLoop();
    loop.callLater(5, () => block(7));
    loop.runUntilIdle();
    expect(loop.time()).toBe(12);
    expect(
      runScript(() => {
        block(7);
        return now();
      }),
    ).toBe(7);
  });

  it('takes zero and fractions, and adds up', () => {
    const end = run(function* (): Coroutine<number> {
      block(0);
      block(0.5);
      block(0.25);
      return now();
    });
    expect(end).toBe(0.75);
  });

  it.each([
    [
      -5,
      name === 'compute'
        ? 'ValueError: a computation takes 0 ms or more: compute() got -5 ms'
        : 'ValueError: sleep length must be non-negative: blockingSleep() got -5 ms',
    ],
    [Number.NaN, `ValueError: ${name}() needs a finite number of ms, got NaN`],
    [Number.POSITIVE_INFINITY, `ValueError: ${name}() needs a finite number of ms, got Infinity`],
    ['5' as unknown as number, `ValueError: ${name}() needs a finite number of ms, got "5"`],
  ])('refuses %s, and the clock stands', (ms, message) => {
    const main = function* (): Coroutine<[string, number]> {
      return [messageOf(() => block(ms)), now()];
    };
    expect(run(main)).toEqual([message, 0]);
  });

  it('outside of a loop and a script says what to do', () => {
    expect(messageOf(() => block(5))).toBe(
      `RuntimeError: ${name}() needs a virtual clock, and there is none here: call it in a coroutine that runs on a loop, or in runScript(() => …)`,
    );
  });

  it('is told in the trace when it ends: from when to when, by whom, as what', () => {
    const recorder = new Recorder();
    run(
      function* () {
        yield* sleep(10);
        block(30, 'sum up');
      },
      { trace: recorder },
    );
    const told = [...recorder.toTrace()].filter(({ kind }) => kind === 'compute' || kind === 'block');
    expect(told).toMatchObject([
      {
        kind: name === 'compute' ? 'compute' : 'block',
        time: 40,
        from: 10,
        to: 40,
        task: 1,
        label: 'sum up',
      },
    ]);
  });
});

it('coroutines overlap where they wait, not where they compute: three of 10 + 10 ms take 40', () => {
  const end = run(function* () {
    function* worker(): Coroutine<void> {
      yield* sleep(10);
      compute(10);
    }
    yield* gather(worker(), worker(), worker());
    return now();
  });
  expect(end).toBe(40);
});
