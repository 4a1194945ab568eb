import { describe, expect, it } from 'vitest';
import { minutes, print } from '../../../src/index.ts';
import { anyOrder, matchers, type PrintedLine, simulate } from '../../../src/testing/index.ts';
import { failure, text } from '../messages.ts';
import { chores } from '../programs.ts';

expect.extend(matchers);

const CHORES = simulate(chores);
const START: PrintedLine = [0, 'Task-1', 'start'];
const LAUNDRY: PrintedLine = [minutes(30), 'laundry', 'laundry is done'];
const DISHES: PrintedLine = [minutes(30), 'dishes', 'dishes is done'];
const RICE: PrintedLine = [minutes(40), 'rice', 'rice is done'];
const END: PrintedLine = [minutes(40), 'Task-1', 'end'];

describe('toLog', () => {
  it('holds if these are all the lines, at these times, by these tasks', () => {
    expect(CHORES).toLog([START, LAUNDRY, DISHES, RICE, END]);
    expect(CHORES).not.toLog([START, LAUNDRY, DISHES, RICE]);
    expect(CHORES).not.toLog([START, LAUNDRY, DISHES, [minutes(40) + 1, 'rice', 'rice is done'], END]);
    expect(CHORES).not.toLog([START, LAUNDRY, DISHES, [minutes(40), 'dishes', 'rice is done'], END]);
  });

  it('leaves the order free inside anyOrder, and only there', () => {
    expect(CHORES).toLog([START, anyOrder(DISHES, LAUNDRY), RICE, END]);
    expect(CHORES).not.toLog([anyOrder(START, RICE), LAUNDRY, DISHES, END]);
  });

  it('has no name for what nobody prints', () => {
    expect(simulate(() => print('plain'))).toLog([[0, '', 'plain']]);
  });

  it('shows what was expected beside what was printed', () => {
    const late: PrintedLine = [minutes(41), 'rice', 'rice is done'];
    expect(failure(() => expect(CHORES).toLog([START, anyOrder(DISHES, LAUNDRY), late, END]))).toBe(
      text(`
        expected other lines, times or tasks: line 4 should be [2460000, "rice", "rice is done"], and is [2400000, "rice", "rice is done"], printed at 40 min by rice.

              expected                                 printed                                  at      by
          1   [0, "Task-1", "start"]                   [0, "Task-1", "start"]                   0       Task-1
          2  ~[1800000, "laundry", "laundry is done"]  [1800000, "laundry", "laundry is done"]  30 min  laundry
          3  ~[1800000, "dishes", "dishes is done"]    [1800000, "dishes", "dishes is done"]    30 min  dishes
        ✗ 4   [2460000, "rice", "rice is done"]        [2400000, "rice", "rice is done"]        40 min  rice
          5   [2400000, "Task-1", "end"]               [2400000, "Task-1", "end"]               40 min  Task-1

        ~ in any order
      `),
    );
    expect(failure(() => expect(CHORES).not.toLog([START, LAUNDRY, DISHES, RICE, END])).split('\n')[0]).toBe(
      'expected other lines, times or tasks than exactly these:',
    );
  });

  it('refuses what is no list of lines', () => {
    const message = (got: string) =>
      `toLog() takes the list of all lines, each as [time, task, text], such as [[0, 'rice', 'on'], anyOrder([5, 'soup', 'hot'], [5, 'rice', 'done'])]: got ${got}`;
    expect(failure(() => expect(CHORES).not.toLog('start' as never))).toBe(message('"start"'));
    expect(failure(() => expect(CHORES).not.toLog(['start'] as never))).toBe(message('"start"'));
    expect(failure(() => expect(CHORES).not.toLog([anyOrder('start')] as never))).toBe(message('"start"'));
    expect(failure(() => expect(CHORES).not.toLog([['start', 0, 'a']] as never))).toBe(
      message('["start", 0, "a"]'),
    );
  });
});
