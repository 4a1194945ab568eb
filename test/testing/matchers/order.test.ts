import { describe, expect, it } from 'vitest';
import { type Coroutine, createTask, getRunningLoop, sleep } from '../../../src/index.ts';
import { matchers, simulate, startSimulation } from '../../../src/testing/index.ts';
import { failure, text } from '../messages.ts';
import { chores, oneByOne, sums } from '../programs.ts';

expect.extend(matchers);

const CHORES = simulate(chores);
const ONE_BY_ONE = simulate(oneByOne);

describe('toRunBefore', () => {
  it('holds if the first is over before the second takes its first step, even at the same moment', () => {
    expect(ONE_BY_ONE).toRunBefore('rice', 'laundry');
    expect(simulate(sums)).toRunBefore('a', 'b');
    expect(CHORES).not.toRunBefore('laundry', 'rice');
    expect(CHORES).not.toRunBefore('Task-1', 'rice');
  });

  it('doesn’t hold if the first never ends, or the second never starts', () => {
    const live = startSimulation(oneByOne);
    live.advanceBy(1);
    createTaskIn(live);
    expect(live.trace).not.toRunBefore('rice', 'Task-1');
    expect(failure(() => expect(live.trace).toRunBefore('rice', 'Task-1')).split('\n')[0]).toBe(
      'expected rice to be over before Task-1 starts, but rice never ends:',
    );
    expect(failure(() => expect(live.trace).toRunBefore('Task-1', 'late')).split('\n')[0]).toBe(
      'expected Task-1 to be over before late starts, but late never starts:',
    );
  });

  it('shows when the one ends and the other starts', () => {
    expect(failure(() => expect(ONE_BY_ONE).toRunBefore('laundry', 'rice'))).toBe(
      text(`
        expected laundry to be over before rice starts, but rice starts before laundry is over:
          laundry  ends    at 70 min (4200000 ms), in iteration 8
          rice     starts  at 0 ms, in iteration 2

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

  it('shows it in turns, where both are at one moment', () => {
    expect(failure(() => expect(simulate(sums)).not.toRunBefore('a', 'b'))).toBe(
      text(`
        expected a not to be over before b starts, but it is:
          a  ends    at 30 ms, in iteration 2
          b  starts  at 30 ms, in iteration 2

        time    0               60 ms
                ├─────────────────┴───────────────────────┤
        Task-1  ██████─ gather a, b ────░░░░░░██████✓
        a       ░░░░░░██████✓
        b       ░░░░░░░░░░░░██████✓
        loop                      ━━━━━━━━━━━━      ━━━━━━

        █ running   ░ ready   ─ waiting   ✓ done   ━ loop busy
      `),
    );
  });

  it('refuses one task twice, and tasks that there are not', () => {
    expect(failure(() => expect(CHORES).not.toRunBefore('rice', 2))).toBe(
      'toRunBefore() takes two different tasks, and got rice twice',
    );
    expect(failure(() => expect(CHORES).not.toRunBefore('rice', 'ice'))).toBe(
      'the trace has no task "ice"; it has 1 "Task-1", 2 "rice", 3 "laundry", 4 "dishes"',
    );
  });
});

/** A task that is made, and doesn't come so far as to run. */
function createTaskIn(live: ReturnType<typeof startSimulation>): void {
  live.start(sleep(1), { name: 'late' });
}

describe('toSwitch', () => {
  it('counts how often the loop turns to another task', () => {
    expect(CHORES).toSwitch(8);
    expect(CHORES).toSwitch('rice', 2);
    expect(CHORES).not.toSwitch('rice', 3);
    expect(simulate(sums)).toSwitch('a', 1);
  });

  it('doesn’t count steps of one task with no other between, and counts those after a callback', () => {
    const spinning = (between: () => void) =>
      simulate(function* (): Coroutine<void> {
        for (let i = 0; i < 3; i++) {
          between();
          yield* sleep(0);
        }
      });
    expect(spinning(() => {})).toSwitch(1);
    expect(spinning(() => getRunningLoop().callSoon(() => {}))).toSwitch(4);
    expect(spinning(() => void createTask(sleep(0)))).toSwitch('Task-1', 4);
  });

  it('shows how often it turned to each', () => {
    const inTurns = `
time     0             30 min                  40 min
         ├───────────────┴───────────────────────┴───────────────────┤
Task-1   ████─ gather rice, laundry, dishes ─────────────░░░░████✓
rice     ░░░░████─ sleep 40 min ─────────────────░░░░████✓
laundry  ░░░░░░░░████────░░░░░░░░████✓
dishes   ░░░░░░░░░░░░████────░░░░░░░░████✓
loop                     ━━━━━━━━        ━━━━━━━━━━━━    ━━━━    ━━━━

█ running   ░ ready   ─ waiting   ✓ done   ━ loop busy`;
    expect(failure(() => expect(CHORES).toSwitch(5))).toBe(
      `expected the loop to switch from one task to another 5 times, but it did 8 times:
  Task-1   twice
  rice     twice
  laundry  twice
  dishes   twice
${inTurns}`,
    );
    expect(failure(() => expect(CHORES).toSwitch('rice', 0))).toBe(
      `expected the loop to switch to rice never, but it did twice:\n  rice  twice\n${inTurns}`,
    );
    expect(failure(() => expect(CHORES).not.toSwitch('rice', 2))).toBe(
      `expected the loop to switch to rice not just twice, but it did:\n  rice  twice\n${inTurns}`,
    );
  });

  it('says never of what never happened', () => {
    const begun = startSimulation(function* () {});
    expect(failure(() => expect(begun).toSwitch(1))).toContain(
      'expected the loop to switch from one task to another once, but it never did',
    );
    expect(failure(() => expect(begun).not.toSwitch(0))).toContain(
      'expected the loop to switch from one task to another at least once, but it never did',
    );
  });

  it('refuses what is no number of times', () => {
    expect(failure(() => expect(CHORES).not.toSwitch(1.5))).toBe(
      'toSwitch(task?, times) takes a whole number of 0 or more, how often the loop turns to a task: got 1.5',
    );
    expect(failure(() => expect(CHORES).not.toSwitch('rice' as never))).toContain('got "rice"');
  });
});
