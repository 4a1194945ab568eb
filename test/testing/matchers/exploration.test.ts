import { describe, expect, it } from 'vitest';
import { delayBounded, exhaustive, explore, random, reduced } from '../../../src/explore/index.ts';
import { type Coroutine, Device, explorationText, gather, now, sleep, uniform } from '../../../src/index.ts';
import { matchers, simulate } from '../../../src/testing/index.ts';
import { failure } from '../messages.ts';
import { chores } from '../programs.ts';

expect.extend(matchers);

/** Fails if ann wakes up after bob, who has the same alarm. */
function race(): Coroutine<void> {
  let last = '';
  function* sleeper(name: string): Coroutine<void> {
    yield* sleep(5);
    last = name;
  }
  return (function* () {
    yield* gather(sleeper('ann'), sleeper('bob'));
    if (last !== 'bob') throw new Error(`${last} was last`);
  })();
}

const RACE = explore(race);
const CHORES = explore(chores);
const SOME = explore(chores, { runs: 1 });
const BOUNDED = explore(chores, { strategy: delayBounded(0) });
const CHANCE = explore(chores, { strategy: random(1), runs: 5 });

describe('toFindNoFailure', () => {
  it('holds if no schedule that was run fails', () => {
    for (const exploration of [CHORES, SOME, CHANCE]) expect(exploration).toFindNoFailure();
    expect(RACE).not.toFindNoFailure();
  });

  it('shows what the exploration has found', () => {
    expect(failure(() => expect(RACE).toFindNoFailure())).toBe(
      `expected no schedule to fail, but one does\n\n${explorationText(RACE)}`,
    );
    expect(explorationText(RACE)).toContain("replay: 'seed=0 timer=1/2'");
    expect(failure(() => expect(CHORES).not.toFindNoFailure())).toBe(
      `expected a schedule that fails, but there is none among those that were run\n\n${explorationText(CHORES)}`,
    );
  });

  it('refuses what is no exploration', () => {
    expect(failure(() => expect(simulate(chores)).toFindNoFailure())).toBe(
      'toFindNoFailure() is asked of an exploration, as in expect(explore(main)).toFindNoFailure(): got a Simulation',
    );
  });
});

describe('toBeProved', () => {
  it('holds if every schedule was run, and none fails', () => {
    expect(CHORES).toBeProved();
    for (const exploration of [RACE, SOME, CHANCE, BOUNDED]) expect(exploration).not.toBeProved();
    expect(BOUNDED.isComplete).toBe(true);
  });

  it('shows what fails, or why it isn’t known', () => {
    expect(failure(() => expect(RACE).toBeProved())).toBe(
      `expected every schedule to hold, but one fails\n\n${explorationText(RACE)}`,
    );
    expect(failure(() => expect(SOME).toBeProved())).toBe(
      'expected every schedule to be known to hold, but not every one was run; there are more schedules than its one run: ' +
        `raise the bounds (runs), or make the program smaller\n\n${explorationText(SOME)}`,
    );
    expect(failure(() => expect(BOUNDED).toBeProved())).toBe(
      'expected every schedule to be known to hold, but delay-bounded leaves out those beyond its bound: exhaustive() doesn’t' +
        `\n\n${explorationText(BOUNDED)}`,
    );
    expect(failure(() => expect(CHANCE).toBeProved())).toBe(
      'expected every schedule to be known to hold, but not every one was run; random goes by chance, and never knows that it has ' +
        `seen all: exhaustive() does\n\n${explorationText(CHANCE)}`,
    );
    expect(failure(() => expect(CHORES).not.toBeProved())).toBe(
      `expected that not every schedule holds, but every one does\n\n${explorationText(CHORES)}`,
    );
  });

  it('holds of no program that draws from a range: only its ends were tried', () => {
    /** Fails where an answer takes neither the least nor the most. */
    function* between(): Coroutine<void> {
      yield* new Device({ latency: [10, 100] }).request();
      if (now() > 10 && now() < 100) throw new Error('between the ends');
    }
    function* drawing(): Coroutine<void> {
      yield* sleep(uniform(10, 100));
    }
    for (const program of [between, drawing])
      for (const strategy of [exhaustive(), reduced(), delayBounded(2)]) {
        const ends = explore(program, { strategy });
        expect(ends).toMatchObject({ runs: 2, isComplete: true, failures: [] });
        expect(ends.leavesOut).toMatch(/^(beyond the bound, )?between the ends of ranges$/);
        expect(ends).not.toBeProved();
        expect(explorationText(ends)).not.toContain('there is no other');
      }
    expect(explore(between, { strategy: random(1), runs: 10 })).not.toFindNoFailure();
    const ends = explore(between);
    expect(failure(() => expect(ends).toBeProved())).toBe(
      'expected every schedule to be known to hold, but of each range only both ends were tried: give the program fixed latencies ' +
        'and numbers, one explore() for each that matters, or look between the ends by random() with a number of runs, and expect ' +
        `toFindNoFailure()\n\n${explorationText(ends)}`,
    );
    expect(explorationText(ends)).toBe(
      [
        'exhaustive: 2 runs, 2 different schedules: all with the ends of ranges',
        'Of what comes from a range, a latency or a number, only both ends were tried:',
        'random() draws from all of it, and fixed ones can be proved.',
        'no failure',
      ].join('\n'),
    );
  });

  it('holds where what is drawn has no range, and of faults, which there are or are not', () => {
    const asking = (options: ConstructorParameters<typeof Device>[0]) =>
      function* (): Coroutine<void> {
        yield* gather([new Device(options).request()], { returnExceptions: true });
        yield* sleep(uniform(5, 5));
      };
    expect(explore(asking({ latency: 10, failureRate: 0.1 }))).toBeProved();
    expect(explore(asking({ latency: [10, 10] }))).toBeProved();
    expect(explore(asking({ latency: [10, 11] }))).not.toBeProved();
  });

  it('refuses what is no exploration', () => {
    expect(failure(() => expect(undefined).toBeProved())).toBe(
      'toBeProved() is asked of an exploration, as in expect(explore(main)).toBeProved(): got undefined',
    );
  });
});
