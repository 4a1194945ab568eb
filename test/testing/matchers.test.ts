import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type Coroutine,
  compute,
  createTask,
  currentTask,
  EventLoop,
  gather,
  LimitError,
  loadTrace,
  minutes,
  print,
  Recorder,
  run,
  saveTrace,
  sleep,
  TaskGroup,
  TimeoutError,
  ValueError,
} from '../../src/index.ts';
import {
  anyOrder,
  type LoopscopeMatchers,
  matchers,
  type Simulation,
  simulate,
} from '../../src/testing/index.ts';
import { failure, text } from './messages.ts';
import { chores, noOrders, oneByOne, sums, tooLate, twoEaters } from './programs.ts';

expect.extend(matchers);

const CHORES = simulate(chores);
const LATE = simulate(tooLate);
const EATERS = simulate(twoEaters);

/** The timeline of the chores, as failed assertions show it. */
const CHORES_IN_TIME = `
         0              10 min            20 min           30 min         40 min
         ├────────────────┴─────────────────┴────────────────┴─────────────────┤
Task-1   ●─ gather rice, laundry, dishes ──────────────────────────────────────✓
rice     ●─ sleep 40 min ──────────────────────────────────────────────────────✓
laundry  ●─ sleep 30 min ────────────────────────────────────✓
dishes   ●─ sleep 30 min ────────────────────────────────────✓
loop     ●···················································●·················●

● step   ─ waiting   ✓ done   · loop idle`;

const LATE_IN_TIME = `
        0            2 ms          4 ms          6 ms          8 ms        10 ms
        ├─────────────┴─────────────┴─────────────┴─────────────┴──────────────┤
Task-1  ●─ sleep 10 ms ────────────────────────────────────────────────────────✗
loop    ●······································································●

● step   ─ waiting   ✗ failed   · loop idle`;

const DEADLOCK = `
deadlock at 10 ms: nothing is ready, no timer is set, no request is in flight, and 3 tasks still wait
  Task-1 waits: gather ann, bob
  ann waits: lock.acquire knife, held by bob
  bob waits: lock.acquire fork, held by ann
  cycle: ann → bob → ann

time    0               10 ms
        ├─────────────────┴───────────────────────┤
Task-1  ██████─ gather ann, bob ──────────────────⊠
ann     ░░░░░░██████──────░░░░░░░░░░░░██████──────⊠ lock.acquire knife
bob     ░░░░░░░░░░░░██████──────░░░░░░░░░░░░██████⊠ lock.acquire fork
loop                      ━━━━━━━━━━━━

█ running   ░ ready   ─ waiting   ⊠ deadlock   ━ loop busy`;

describe('toRunInOrder', () => {
  it('holds if the first steps of the tasks come in that order, whatever runs between and later', () => {
    expect(CHORES).toRunInOrder(['Task-1', 'rice', 'laundry', 'dishes']);
    expect(CHORES).toRunInOrder(['rice', 'dishes']);
    expect(CHORES).not.toRunInOrder(['dishes', 'laundry']);
  });

  it('takes ids where names are not unique', () => {
    const twins = simulate(function* (): Coroutine<void> {
      yield* gather(createTask(sleep(1), { name: 'twin' }), createTask(sleep(1), { name: 'twin' }));
    });
    expect(twins).toRunInOrder([2, 3]);
    expect(failure(() => expect(twins).toRunInOrder(['Task-1', 'twin']))).toBe(
      'several tasks are named "twin", ask for one by its id: 2 "twin", 3 "twin"',
    );
  });

  it('shows the order in turns, if several started at one moment', () => {
    const inTurns = `
  1.  rice     at 0 ms, in iteration 2
  2.  laundry  at 0 ms, in iteration 2
  3.  dishes   at 0 ms, in iteration 2

time     0
         ├───────────────────────┤
Task-1   ██████─────────────────── gather rice, laundry, dishes
rice     ░░░░░░██████───────────── sleep 40 min
laundry  ░░░░░░░░░░░░██████─────── sleep 30 min
dishes   ░░░░░░░░░░░░░░░░░░██████─ sleep 30 min

█ running   ░ ready   ─ waiting`;
    expect(failure(() => expect(CHORES).toRunInOrder(['laundry', 'rice', 'dishes']))).toBe(
      `expected the tasks to run in this order: laundry, rice, dishes\nbut rice ran before laundry:${inTurns}`,
    );
    expect(failure(() => expect(CHORES).not.toRunInOrder(['rice', 'laundry', 'dishes']))).toBe(
      `expected the tasks not to run in this order, but they did:${inTurns}`,
    );
  });

  it('shows the order in time, if each started at a moment of its own', () => {
    expect(failure(() => expect(simulate(oneByOne)).toRunInOrder(['laundry', 'rice']))).toBe(
      text(`
        expected the tasks to run in this order: laundry, rice
        but rice ran before laundry:
          1.  rice     at 0 ms, in iteration 2
          2.  laundry  at 40 min (2400000 ms), in iteration 6

                 0       10 min    20 min    30 min    40 min    50 min           70 min
                 ├─────────┴─────────┴─────────┴─────────┴─────────┴─────────┴─────────┤
        Task-1   ●─ await task rice ─────────────────────●─ await task laundry ────────✓
        rice     ●─ sleep 40 min ────────────────────────✓
        laundry                                          ●─ sleep 30 min ──────────────✓
        loop     ●·······································●·····························●

        ● step   ─ waiting   ✓ done   · loop idle
      `),
    );
  });

  it('does not hold for a task that never ran', () => {
    const recorder = new Recorder();
    const loop = new EventLoop({ trace: recorder });
    loop.createTask(sleep(10), { name: 'early' });
    loop.runUntil(5);
    loop.createTask(sleep(10), { name: 'late' });
    expect(recorder.toTrace()).not.toRunInOrder(['late', 'early']);
    expect(failure(() => expect(recorder.toTrace()).toRunInOrder(['early', 'late']))).toBe(
      text(`
        expected the tasks to run in this order: early, late
        but late never ran:
          1.  early  at 0 ms, in iteration 1
          -   late   never

               0            1 ms          2 ms           3 ms          4 ms         5 ms
               ├─────────────┴─────────────┴──────────────┴─────────────┴──────────────┤
        early  ●─ sleep 10 ms ──────────────────────────────────────────────────────────
        late                                                                           ░
        loop   ●········································································

        ● step   ░ ready   ─ waiting   · loop idle
      `),
    );
  });

  it('refuses what is no order, and tasks that there are not', () => {
    expect(failure(() => expect(CHORES).toRunInOrder(['rice']))).toBe(
      'toRunInOrder() takes a list of two or more different tasks, and looks at the first step of each: got ["rice"]',
    );
    expect(failure(() => expect(CHORES).toRunInOrder(['rice', 'dishes', 'rice']))).toBe(
      'toRunInOrder() takes a list of two or more different tasks, and looks at the first step of each: got ["rice", "dishes", "rice"]',
    );
    expect(failure(() => expect(CHORES).not.toRunInOrder(['rice', 'ice']))).toBe(
      'the trace has no task "ice"; it has 1 "Task-1", 2 "rice", 3 "laundry", 4 "dishes"',
    );
  });

  it('shows only the tasks in question, where there are many', () => {
    const crowd = simulate(function* (): Coroutine<void> {
      yield* gather(Array.from({ length: 50 }, (_, i) => createTask(sleep(i), { name: `t${i}` })));
    });
    expect(failure(() => expect(crowd).toRunInOrder(['t7', 't3']))).toBe(
      text(`
        expected the tasks to run in this order: t7, t3
        but t3 ran before t7:
          1.  t3  at 0 ms, in iteration 2
          2.  t7  at 0 ms, in iteration 2

        2 of 51 tasks:
        iteration  2
                   ├───────────┤
        t3         ██████─────── sleep 3 ms
        t7         ░░░░░░██████─ sleep 7 ms

        █ running   ░ ready   ─ waiting
      `),
    );
  });
});

describe('toPrint', () => {
  it('holds if these are all the lines, in this order', () => {
    expect(CHORES).toPrint(['start', 'laundry is done', 'dishes is done', 'rice is done', 'end']);
    expect(CHORES).not.toPrint(['start', 'laundry is done', 'dishes is done', 'rice is done']);
    expect(CHORES).not.toPrint(['start', 'dishes is done', 'laundry is done', 'rice is done', 'end']);
    expect(LATE).toPrint([]);
  });

  it('leaves the order free inside anyOrder, and only there', () => {
    expect(CHORES).toPrint([
      'start',
      anyOrder('rice is done', 'dishes is done', 'laundry is done'),
      'end',
      anyOrder(),
    ]);
    expect(CHORES).toPrint([
      'start',
      anyOrder('dishes is done', 'laundry is done'),
      anyOrder('end', 'rice is done'),
    ]);
    expect(CHORES).not.toPrint([
      anyOrder('start', 'rice is done'),
      anyOrder('dishes is done', 'laundry is done', 'end'),
    ]);
  });

  it('counts lines that are there more than once', () => {
    const twice = simulate(() => {
      for (const line of ['a', 'b', 'a']) print(line);
    });
    expect(twice).toPrint([anyOrder('a', 'a', 'b')]);
    expect(twice).not.toPrint([anyOrder('a', 'b', 'b')]);
  });

  it('shows what was expected beside what was printed, when and by whom', () => {
    expect(failure(() => expect(CHORES).toPrint(['start', 'rice is done', 'laundry is done', 'end']))).toBe(
      text(`
        expected other output: line 2 should be "rice is done", and is "laundry is done", printed at 30 min by laundry.

              expected           printed            at      by
          1   "start"            "start"            0       Task-1
        ✗ 2   "rice is done"     "laundry is done"  30 min  laundry
        ✗ 3   "laundry is done"  "dishes is done"   30 min  dishes
        ✗ 4   "end"              "rice is done"     40 min  rice
        ✗ 5                      "end"              40 min  Task-1
      `),
    );
  });

  it('shows where the order is free, and which line of the group is not there', () => {
    const lines = ['start', anyOrder('rice is done', 'dish is done', 'laundry is done'), 'end', 'bye'];
    expect(failure(() => expect(CHORES).toPrint(lines))).toBe(
      text(`
        expected other output: line 3 should be "dish is done", and is "dishes is done", printed at 30 min by dishes.

              expected           printed            at      by
          1   "start"            "start"            0       Task-1
          2  ~"laundry is done"  "laundry is done"  30 min  laundry
        ✗ 3  ~"dish is done"     "dishes is done"   30 min  dishes
          4  ~"rice is done"     "rice is done"     40 min  rice
          5   "end"              "end"              40 min  Task-1
        ✗ 6   "bye"

        ~ in any order
      `),
    );
  });

  it('says in a sentence what is missing, or one too many', () => {
    const head = (assertion: () => void) => failure(assertion).split('\n')[0];
    expect(head(() => expect(LATE).toPrint(['late']))).toBe(
      'expected other output: line 1 is missing: it should be "late".',
    );
    expect(head(() => expect(LATE).toPrint([anyOrder('late', 'later')]))).toBe(
      'expected other output: line 1 is missing: it should be one of "late", "later".',
    );
    expect(head(() => expect(simulate(() => print('hi'))).toPrint([]))).toBe(
      'expected other output: line 1 is one too many: "hi", printed at 0 ms.',
    );
    expect(head(() => expect(CHORES).toPrint([anyOrder('a', 'b')]))).toBe(
      'expected other output: line 1 should be one of "a", "b", and is "start", printed at 0 ms by Task-1.',
    );
  });

  it('shows of a long output the part around the first fault, and quotes what the eye misses', () => {
    const long = simulate(() => {
      for (let i = 1; i <= 100; i++) print(i === 50 ? 'tab\there ' : `line ${i}`);
    });
    const expected = Array.from({ length: 100 }, (_, i) => (i === 49 ? 'tab here' : `line ${i + 1}`));
    expect(failure(() => expect(long).toPrint(expected))).toBe(
      text(`
        expected other output: line 50 should be "tab here", and is "tab\\there ", printed at 0 ms.

               expected    printed       at  by
          … 44 more
          45   "line 45"   "line 45"     0
          46   "line 46"   "line 46"     0
          47   "line 47"   "line 47"     0
          48   "line 48"   "line 48"     0
          49   "line 49"   "line 49"     0
        ✗ 50   "tab here"  "tab\\there "  0
          51   "line 51"   "line 51"     0
          52   "line 52"   "line 52"     0
          53   "line 53"   "line 53"     0
          54   "line 54"   "line 54"     0
          55   "line 55"   "line 55"     0
          56   "line 56"   "line 56"     0
          57   "line 57"   "line 57"     0
          58   "line 58"   "line 58"     0
          59   "line 59"   "line 59"     0
          60   "line 60"   "line 60"     0
          61   "line 61"   "line 61"     0
          62   "line 62"   "line 62"     0
          63   "line 63"   "line 63"     0
          64   "line 64"   "line 64"     0
          … 36 more
      `),
    );
  });

  it('shows the output where it should have been another', () => {
    const lines = ['start', anyOrder('rice is done', 'dishes is done', 'laundry is done'), 'end'];
    expect(failure(() => expect(CHORES).not.toPrint(lines))).toBe(
      text(`
        expected other output than exactly this:

              expected           printed            at      by
          1   "start"            "start"            0       Task-1
          2  ~"laundry is done"  "laundry is done"  30 min  laundry
          3  ~"dishes is done"   "dishes is done"   30 min  dishes
          4  ~"rice is done"     "rice is done"     40 min  rice
          5   "end"              "end"              40 min  Task-1

        ~ in any order
      `),
    );
  });

  it('refuses what is no list', () => {
    const line = 'start' as unknown as string[];
    expect(failure(() => expect(CHORES).toPrint(line))).toBe(
      "toPrint() takes the list of all lines that are printed, such as ['start', anyOrder('a', 'b')]: got \"start\"",
    );
  });
});

describe('toTake', () => {
  it('holds for the exact virtual time of the whole run', () => {
    expect(CHORES).toTake(minutes(40));
    expect(CHORES).not.toTake(minutes(40) + 1);
    expect(simulate(sums)).toTake(60);
    expect(simulate(noOrders)).toTake(0);
  });

  it('says how long it took instead, what the loop did meanwhile, and shows the timeline', () => {
    expect(failure(() => expect(CHORES).toTake(minutes(70)))).toBe(
      `expected the run to take 70 min (4200000 ms), but it took 40 min (2400000 ms): 30 min less.
The loop was idle for 40 min.
${CHORES_IN_TIME}`,
    );
    expect(failure(() => expect(CHORES).not.toTake(minutes(40)))).toBe(
      `expected the run not to take 40 min (2400000 ms), but it did.
The loop was idle for 40 min.
${CHORES_IN_TIME}`,
    );
  });

  it('says so if the program failed', () => {
    expect(failure(() => expect(LATE).toTake(0))).toBe(
      `expected the run to take 0 ms, but it took 10 ms: 10 ms more.
The loop was idle for 10 ms.
Note that it failed at 10 ms: TimeoutError: the answer came too late
${LATE_IN_TIME}`,
    );
  });

  it('refuses what is no time', () => {
    expect(failure(() => expect(CHORES).toTake(-1))).toBe(
      'toTake(ms) takes a number of virtual ms, such as minutes(40): got -1',
    );
    expect(failure(() => expect(CHORES).toTake('40 min' as unknown as number))).toBe(
      'toTake(ms) takes a number of virtual ms, such as minutes(40): got "40 min"',
    );
  });
});

describe('toTakeExactly', () => {
  it('holds for the exact virtual time from the creation of the task to its end, however it ends', () => {
    expect(CHORES).toTakeExactly('rice', minutes(40));
    expect(CHORES).toTakeExactly(3, minutes(30));
    expect(CHORES).not.toTakeExactly('rice', minutes(30));
    expect(simulate(sums)).toTakeExactly('b', 60);
    expect(LATE).toTakeExactly('Task-1', 10);
  });

  it('says how long it took instead, and what it did meanwhile', () => {
    expect(failure(() => expect(CHORES).toTakeExactly('rice', minutes(41)))).toBe(
      `expected rice to take 41 min (2460000 ms), but it took 40 min (2400000 ms): 1 min less.
From 0 ms to 40 min it was waiting for 40 min.
${CHORES_IN_TIME}`,
    );
    expect(failure(() => expect(CHORES).not.toTakeExactly('rice', minutes(40)))).toBe(
      `expected rice not to take 40 min (2400000 ms), but it did.
From 0 ms to 40 min it was waiting for 40 min.
${CHORES_IN_TIME}`,
    );
    expect(failure(() => expect(LATE).toTakeExactly('Task-1', 0)).split('\n')[1]).toBe(
      'From 0 ms to 10 ms it was waiting for 10 ms, and failed.',
    );
    expect(failure(() => expect(EATERS).toTakeExactly('ann', 0)).split('\n')[1]).toBe(
      'From 0 ms to 10 ms it was waiting for 10 ms, and was cancelled.',
    );
    expect(failure(() => expect(simulate(sums)).toTakeExactly('b', 30)).split('\n')[1]).toBe(
      'From 0 ms to 60 ms it was busy for 30 ms, ready for 30 ms.',
    );
  });

  it('does not hold for a task that has not ended', () => {
    const recorder = new Recorder();
    const loop = new EventLoop({ trace: recorder });
    loop.createTask(sleep(10), { name: 'nap' });
    loop.runUntil(5);
    expect(failure(() => expect(recorder.toTrace()).toTakeExactly('nap', 5))).toBe(
      text(`
        expected nap to take 5 ms, but it never ended: it is waiting (sleep) when the trace ends.
        From 0 ms to 5 ms it was waiting for 5 ms.

              0            1 ms           2 ms          3 ms           4 ms         5 ms
              ├─────────────┴──────────────┴─────────────┴──────────────┴──────────────┤
        nap   ●─ sleep 10 ms ───────────────────────────────────────────────────────────
        loop  ●·········································································

        ● step   ─ waiting   · loop idle
      `),
    );
  });

  it('refuses a task that there is not, and what is no time', () => {
    expect(failure(() => expect(LATE).not.toTakeExactly('Task-2', 1))).toBe(
      'the trace has no task "Task-2"; it has 1 "Task-1"',
    );
    expect(failure(() => expect(LATE).toTakeExactly('Task-1', Number.NaN))).toBe(
      'toTakeExactly(task, ms) takes a number of virtual ms, such as minutes(40): got NaN',
    );
  });
});

describe('toOverlap', () => {
  it('holds if two tasks wait at the same time', () => {
    expect(CHORES).toOverlap('rice', 'laundry');
    expect(CHORES).toOverlap('dishes', 'rice');
  });

  it('does not hold for what only computes, nor for one wait after the other', () => {
    expect(simulate(sums)).not.toOverlap('a', 'b');
    expect(simulate(oneByOne)).not.toOverlap('rice', 'laundry');
  });

  it('says when each waited', () => {
    expect(failure(() => expect(simulate(oneByOne)).toOverlap('rice', 'laundry'))).toBe(
      text(`
        expected rice and laundry to wait at the same time, but they never did:
          rice     waited from 0 ms to 40 min (sleep)
          laundry  waited from 40 min to 70 min (sleep)

                 0       10 min    20 min    30 min    40 min    50 min           70 min
                 ├─────────┴─────────┴─────────┴─────────┴─────────┴─────────┴─────────┤
        Task-1   ●─ await task rice ─────────────────────●─ await task laundry ────────✓
        rice     ●─ sleep 40 min ────────────────────────✓
        laundry                                          ●─ sleep 30 min ──────────────✓
        loop     ●·······································●·····························●

        ● step   ─ waiting   ✓ done   · loop idle
      `),
    );
  });

  it('says what a task did that never waited', () => {
    expect(failure(() => expect(simulate(sums)).toOverlap('a', 'b'))).toBe(
      text(`
        expected a and b to wait at the same time, but they never did:
          a  never waited for any time: it was busy for 30 ms
          b  never waited for any time: it was busy for 30 ms, ready for 30 ms

                0        10 ms       20 ms       30 ms       40 ms       50 ms     60 ms
                ├──────────┴───────────┴───────────┴───────────┴───────────┴───────────┤
        Task-1  ●─ gather a, b ────────────────────────────────────────────────────────✓
        a       █ sum █████████████████████████████✓
        b       ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░█ sum ██████████████████████████████✓
        loop    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●

        ● step   █ running   ░ ready   ─ waiting   ✓ done   ━ loop busy
      `),
    );
  });

  it('says for how long, where it should not', () => {
    expect(failure(() => expect(CHORES).not.toOverlap('rice', 'dishes'))).toBe(
      `expected rice and dishes never to wait at the same time, but they did for 30 min (1800000 ms):
  rice    waited from 0 ms to 40 min (sleep)
  dishes  waited from 0 ms to 30 min (sleep)
${CHORES_IN_TIME}`,
    );
  });

  it('lists no more than three waits of a task', () => {
    const poll = simulate(function* (): Coroutine<void> {
      createTask(sleep(0), { name: 'blink' });
      for (let i = 0; i < 5; i++) yield* sleep(2);
    });
    expect(
      failure(() => expect(poll).toOverlap('Task-1', 'blink'))
        .split('\n')
        .slice(1, 3),
    ).toEqual([
      '  Task-1  waited from 0 ms to 2 ms (sleep), 2 ms to 4 ms (sleep), 4 ms to 6 ms (sleep), and 2 times more',
      '  blink   never waited for any time: it was done in no time',
    ]);
  });

  it('keeps the loop as busy as it was, where only the tasks in question are shown', () => {
    const crowd = simulate(function* (): Coroutine<void> {
      function* work(ms: number): Coroutine<void> {
        compute(ms);
        yield* sleep(10);
      }
      yield* gather(Array.from({ length: 20 }, (_, i) => createTask(work(1), { name: `t${i}` })));
    });
    expect(failure(() => expect(crowd).not.toOverlap('t18', 't19'))).toBe(
      text(`
        expected t18 and t19 never to wait at the same time, but they did for 9 ms:
          t18  waited from 19 ms to 29 ms (sleep)
          t19  waited from 20 ms to 30 ms (sleep)

        2 of 21 tasks:
              0          5 ms       10 ms       15 ms       20 ms       25 ms      30 ms
              ├───────────┴───────────┴───────────┴───────────┴───────────┴────────────┤
        t18   ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░██─ sleep 10 ms ──────────✓
        t19   ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░███─ sleep 10 ms ──────────✓
        loop  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━··●·●·●··●·●··●·●··●·●··●

        █ running   ░ ready   ─ waiting   ✓ done   ━ loop busy   · loop idle
      `),
    );
  });

  it('refuses a task twice, and tasks that there are not', () => {
    expect(failure(() => expect(CHORES).toOverlap('rice', 2))).toBe(
      'toOverlap() takes two different tasks, and got rice twice',
    );
    expect(failure(() => expect(CHORES).not.toOverlap('rice', 'ice'))).toBe(
      'the trace has no task "ice"; it has 1 "Task-1", 2 "rice", 3 "laundry", 4 "dishes"',
    );
  });
});

describe('toDeadlock', () => {
  it('holds if the program comes to a deadlock', () => {
    expect(EATERS).toDeadlock();
    expect(simulate(noOrders)).toDeadlock();
    expect(CHORES).not.toDeadlock();
    expect(LATE).not.toDeadlock();
  });

  it('with names holds for exactly the ring, in any order', () => {
    expect(EATERS).toDeadlock(['ann', 'bob']);
    expect(EATERS).toDeadlock(['bob', 'ann']);
    expect(EATERS).not.toDeadlock(['ann']);
    expect(EATERS).not.toDeadlock(['ann', 'bob', 'Task-1']);
  });

  it('with names holds for exactly the tasks that wait, if there is no ring', () => {
    expect(simulate(noOrders)).toDeadlock(['Task-1']);
    const waiting = simulate(function* (): Coroutine<void> {
      yield* gather(createTask(noOrders(), { name: 'cook' }));
    });
    expect(waiting).toDeadlock(['Task-1', 'cook']);
    expect(waiting).not.toDeadlock(['cook']);
  });

  it('shows how the program ended instead', () => {
    expect(failure(() => expect(CHORES).toDeadlock())).toBe(
      `expected a deadlock, but it ended well at 40 min (2400000 ms), with the result ["rice", "laundry", "dishes"]
${CHORES_IN_TIME}`,
    );
    expect(failure(() => expect(LATE).toDeadlock(['Task-1']))).toBe(
      `expected a deadlock of Task-1, but it failed at 10 ms: TimeoutError: the answer came too late
${LATE_IN_TIME}`,
    );
  });

  it('shows who waits for whom, and how that came about, up to the standstill', () => {
    expect(failure(() => expect(EATERS).toDeadlock(['ann', 'Task-1']))).toBe(
      `expected a deadlock of ann, Task-1, but it is a ring of ann, bob\n${DEADLOCK}`,
    );
    expect(failure(() => expect(EATERS).not.toDeadlock())).toBe(
      `expected no deadlock, but there is one\n${DEADLOCK}`,
    );
    expect(failure(() => expect(EATERS).not.toDeadlock(['bob', 'ann']))).toBe(
      `expected no deadlock of bob, ann, but there is one\n${DEADLOCK}`,
    );
  });

  it('says so if there is no ring', () => {
    const waiting = simulate(function* (): Coroutine<void> {
      yield* gather(createTask(noOrders(), { name: 'cook' }));
    });
    expect(failure(() => expect(waiting).toDeadlock(['cook']))).toBe(
      text(`
        expected a deadlock of cook, but it is no ring, but a standstill of Task-1, cook

        deadlock at 0 ms: nothing is ready, no timer is set, no request is in flight, and 2 tasks still wait
          Task-1 waits: gather cook
          cook waits: queue.get orders

        iteration  1     2
                   ├─────┴─────┤
        Task-1     ██████──────⊠ gather cook
        cook       ░░░░░░██████⊠ queue.get orders

        █ running   ░ ready   ─ waiting   ⊠ deadlock
      `),
    );
  });

  it('refuses a task that there is not, and a trace, which doesn’t tell what was thrown', () => {
    expect(failure(() => expect(EATERS).not.toDeadlock(['ann', 'bib']))).toBe(
      'the trace has no task "bib"; it has 1 "Task-1", 2 "ann", 3 "bob"',
    );
    expect(failure(() => expect(EATERS.trace).toDeadlock())).toBe(
      'toDeadlock() is asked of a Simulation, as in expect(simulate(main)).toDeadlock(…); a trace doesn’t tell what its program threw: got a Trace',
    );
  });
});

describe('toFailWith', () => {
  it('holds for a class, a part of the message, or a pattern', () => {
    expect(LATE).toFailWith(TimeoutError);
    expect(LATE).toFailWith(Error);
    expect(LATE).toFailWith('too late');
    expect(LATE).toFailWith(/LATE$/i);
    expect(LATE).not.toFailWith(ValueError);
    expect(CHORES).not.toFailWith(Error);
    expect(CHORES).not.toFailWith('');
  });

  it('holds for whatever is thrown: a limit, a deadlock, what is no error', () => {
    const limits = { iterations: 10 };
    function* endless(): Coroutine<void> {
      while (true) yield* sleep(1);
    }
    expect(simulate(endless, { limits })).toFailWith(LimitError);
    expect(EATERS).toFailWith('cycle: ann → bob → ann');
    expect(
      simulate(() => {
        throw 'no';
      }),
    ).toFailWith('no');
  });

  it('shows how the program ended instead', () => {
    expect(failure(() => expect(CHORES).toFailWith(TimeoutError))).toBe(
      `expected the program to fail with TimeoutError, but it ended well at 40 min (2400000 ms), with the result ["rice", "laundry", "dishes"]
${CHORES_IN_TIME}`,
    );
    expect(failure(() => expect(LATE).toFailWith('early'))).toBe(
      `expected the program to fail with a message that contains "early", but it failed at 10 ms: TimeoutError: the answer came too late
${LATE_IN_TIME}`,
    );
    expect(failure(() => expect(LATE).not.toFailWith(/too late/))).toBe(
      `expected the program not to fail with a message that matches /too late/, but it failed at 10 ms: TimeoutError: the answer came too late
${LATE_IN_TIME}`,
    );
    const head = (simulation: Simulation) =>
      failure(() => expect(simulation).toFailWith(ValueError)).split('\n')[0];
    expect(head(EATERS)).toBe(
      'expected the program to fail with ValueError, but it came to a deadlock at 10 ms',
    );
    expect(head(simulate(() => run(sleep(60)), { limits: { iterations: 1 } }))).toBe(
      'expected the program to fail with ValueError, but it was stopped at 60 ms: LimitError: no end after 1 iterations, at 60 ms: a program that never ends? Give it an end, or raise limits.iterations',
    );
    const cancelled = simulate(function* (): Coroutine<void> {
      currentTask()?.cancel();
      yield* sleep(1);
    });
    expect(head(cancelled)).toBe(
      'expected the program to fail with ValueError, but it was cancelled at 0 ms',
    );
    expect(head(simulate(() => {}))).toBe(
      'expected the program to fail with ValueError, but it ended well at 0 ms',
    );
  });

  it('does not look inside a group, but says so', () => {
    const group = simulate(() => TaskGroup.run((group) => group.createTask(tooLate(), { name: 'ask' })));
    expect(failure(() => expect(group).toFailWith(TimeoutError))).toBe(
      text(`
        expected the program to fail with TimeoutError, but it failed at 10 ms: ExceptionGroup: unhandled errors in a TaskGroup
          - TimeoutError: the answer came too late
        The group has it inside; the program itself fails with the group.

                0            2 ms          4 ms          6 ms          8 ms        10 ms
                ├─────────────┴─────────────┴─────────────┴─────────────┴──────────────┤
        Task-1  ●─ await task ask ─────────────────────────────────────────────────────✗
        ask     ●─ sleep 10 ms ────────────────────────────────────────────────────────✗
        loop    ●······································································●

        ● step   ─ waiting   ✗ failed   · loop idle
      `),
    );
  });

  it('refuses what can’t be thrown, and a trace', () => {
    const wrong = (() => true) as unknown as string;
    expect(failure(() => expect(LATE).toFailWith(wrong))).toBe(
      "toFailWith() takes an error class, a part of the message or a pattern, such as TimeoutError, 'too late' or /too late/: got function wrong",
    );
    expect(failure(() => expect(LATE.trace).toFailWith(Error))).toBe(
      'toFailWith() is asked of a Simulation, as in expect(simulate(main)).toFailWith(…); a trace doesn’t tell what its program threw: got a Trace',
    );
  });
});

describe('matchers', () => {
  it('ask a trace that was saved and loaded as well as the simulation', () => {
    const trace = loadTrace(saveTrace(CHORES.trace));
    expect(trace).toRunInOrder(['rice', 'laundry', 'dishes']);
    expect(trace).toPrint(['start', anyOrder('laundry is done', 'dishes is done'), 'rice is done', 'end']);
    expect(trace).toTake(minutes(40));
    expect(trace).toTakeExactly('rice', minutes(40));
    expect(trace).toOverlap('rice', 'laundry');
  });

  it('refuse anything else', () => {
    expect(failure(() => expect(chores).toTake(3))).toBe(
      'toTake() is asked of a Simulation or a Trace, as in expect(simulate(main)).toTake(…): got function chores',
    );
    expect(failure(() => expect(undefined).toFailWith('x'))).toBe(
      'toFailWith() is asked of a Simulation, as in expect(simulate(main)).toFailWith(…): got undefined',
    );
  });

  it('are plain functions, usable without a test runner', () => {
    expect(matchers.toTake(CHORES, minutes(40)).pass).toBe(true);
    const folder = new URL('../../src/testing/', import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const imports = files.flatMap((file) =>
      Array.from(readFileSync(new URL(file, folder), 'utf8').matchAll(/ from '(.*?)'/g), (match) => match[1]),
    );
    expect(
      imports.filter((from) => !from?.startsWith('.') && from !== 'vitest' && from !== 'loopscope/testing'),
    ).toEqual([]);
  });

  it('are typed', () => {
    type Asserted = ReturnType<typeof expect<Simulation>>;
    expectTypeOf<Parameters<Asserted['toOverlap']>>().toEqualTypeOf<[string | number, string | number]>();
    expectTypeOf<Asserted>().toExtend<LoopscopeMatchers<void>>();
    // @ts-expect-error a task's name is missing
    expect(() => expect(CHORES).toTakeExactly(minutes(40))).toThrow();
  });
});
