import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../src/views/cells.ts';
import { taskTable } from '../../src/views/table.ts';
import { anyEvents, chores, hog, log, pastimes, picture, stripped } from './log.ts';

describe('taskTable', () => {
  it('says what became of each task, where its time went, and what the loop did meanwhile', () => {
    expect(taskTable(chores())).toBe(
      picture(`
      task     state              busy  ready  waiting  steps  switches
      main     done                  0      0   40 min      2         2
      rice     done                  0      0   40 min      2         2
      laundry  done                  0      0   30 min      2         2
      dishes   done                  0      0   30 min      2         2
      ─────────────────────────────────────────────────────────────────
      loop  40 min, 7 iterations     0          40 min      8         8
    `),
    );
    expect(taskTable(pastimes())).toBe(
      picture(`
      task      state                 busy   ready  waiting  steps  switches
      main      done                     0       0  100 min      2         2
      watch tv  done                30 min       0        0      1         1
      jog       done                30 min  30 min        0      1         1
      play      done                40 min  60 min        0      1         1
      ──────────────────────────────────────────────────────────────────────
      loop  100 min, 3 iterations  100 min                0      5         5
    `),
    );
  });

  it('shows overdue time, a part of waiting, if there is any', () => {
    expect(taskTable(hog())).toBe(
      picture(`
      task  state                   busy  ready  waiting  overdue  steps  switches
      beat  done                       0      0   400 ms   250 ms      3         3
      hog   done                  300 ms      0    50 ms        0      2         2
      ────────────────────────────────────────────────────────────────────────────
      loop  400 ms, 7 iterations  300 ms          100 ms               5         5
    `),
    );
  });

  it('leaves out what the script took while no loop ran', () => {
    const events = log((at) => {
      at.compute(0, 1000);
      at.add('loop:run', { loop: 1 });
      at.iterate(0);
      at.jump(1200);
      at.compute(0, 50);
      at.add('loop:return', { loop: 1, remaining: 0 });
      at.compute(0, 2000);
    });
    expect(taskTable(events).split('\n').at(-1)).toBe(
      'loop  250 ms, 1 iteration  50 ms          200 ms      0         0',
    );
  });

  it('gives each state with its reason', () => {
    expect(taskTable(mixed(), { width: 90 })).toBe(
      picture(`
      task     state                       busy  ready  waiting  steps  switches
      sleeper  waiting: sleep 1 min 30 s      0      0    1.5 s      1         1
      waiter   waiting: queue.get orders      0      0    1.5 s      1         1
      failure  failed: Error: disk full       0      0        0      1         1
      洗濯     cancelled                      0      0        0      1         1
      result   done                       1.5 s      0        0      1         1
      last     ready                          0  1.5 s        0      0         0
      ──────────────────────────────────────────────────────────────────────────
      loop     1.5 s, 1 iteration         1.5 s               0      5         5
    `),
    );
  });

  it('shortens names and states, then leaves columns out, to stay within its width', () => {
    expect(taskTable(mixed(), { width: 56 })).toBe(
      picture(`
      task     state               busy  ready  waiting  steps
      sleeper  waiting: sleep 1…      0      0    1.5 s      1
      waiter   waiting: queue.g…      0      0    1.5 s      1
      failure  failed: Error: d…      0      0        0      1
      洗濯     cancelled              0      0        0      1
      result   done               1.5 s      0        0      1
      last     ready                  0  1.5 s        0      0
      ────────────────────────────────────────────────────────
      loop  1.5 s, 1 iteration    1.5 s               0      5
    `),
    );
    expect(taskTable(mixed(), { width: 32 })).toBe(
      picture(`
      task    state      busy  waiting
      sle…er  waiting…      0    1.5 s
      waiter  waiting…      0    1.5 s
      fai…re  failed:…      0        0
      洗濯    cancell…      0        0
      result  done      1.5 s        0
      last    ready         0        0
      ────────────────────────────────
      loop    1.5 s     1.5 s        0
    `),
    );
  });

  it('folds long lists on request', () => {
    expect(taskTable(mixed(), { maxRows: 2 })).toBe(
      picture(`
      task      state                       busy  ready  waiting  steps  switches
      sleeper   waiting: sleep 1 min 30 s      0      0    1.5 s      1         1
      waiter    waiting: queue.get orders      0      0    1.5 s      1         1
      … 4 more
      ───────────────────────────────────────────────────────────────────────────
      loop      1.5 s, 1 iteration         1.5 s               0      5         5
    `),
    );
  });

  it('says of a task that its loop was closed under it', () => {
    const events = log((at) => {
      at.create(1, 'left over');
      at.add('loop:run', { loop: 1 });
      at.iterate(1);
      at.step(1);
      at.sleep(1, 500);
      at.jump(20);
      at.add('loop:return', { loop: 1, remaining: 0 });
      at.add('loop:close', { loop: 1 });
    });
    expect(taskTable(events)).toBe(
      picture(`
      task       state                           busy  ready  waiting  steps  switches
      left over  dropped, waiting: sleep 500 ms     0      0    20 ms      1         1
      ────────────────────────────────────────────────────────────────────────────────
      loop       20 ms, 1 iteration                 0           20 ms      1         1
    `),
    );
  });

  it('counts a step as a switch only if something else ran before', () => {
    const events = log((at) => {
      at.create(1, 'alone');
      for (let i = 0; i < 3; i++) {
        at.add('loop:run', { loop: 1 });
        at.iterate(1);
        at.step(1);
        at.giveWay(1);
        at.add('loop:return', { loop: 1, remaining: 0 });
      }
    });
    expect(taskTable(events)).toBe(
      picture(`
      task   state           busy  ready  waiting  steps  switches
      alone  ready              0      0        0      3         1
      ────────────────────────────────────────────────────────────
      loop  0, 3 iterations     0               0      3         1
    `),
    );
  });

  it('is only a head and the loop if there are no tasks', () => {
    expect(taskTable([])).toBe(
      picture(`
      task  state            busy  ready  waiting  steps  switches
      ────────────────────────────────────────────────────────────
      loop  0, 0 iterations     0               0      0         0
    `),
    );
  });

  it('adds colour without moving a cell', () => {
    const coloured = taskTable(mixed(), { color: true });
    expect(coloured).toContain('\x1b[31;1mfailed: Error: disk full');
    expect(stripped(coloured)).toBe(taskTable(mixed()));
  });

  it('never throws and never exceeds its width, whatever happened', () => {
    fc.assert(
      fc.property(anyEvents, fc.integer({ min: 1, max: 120 }), (events, width) => {
        const plain = taskTable(events, { width, maxRows: 6 });
        for (const line of plain.split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(width);
        expect(stripped(taskTable(events, { width, maxRows: 6, color: true }))).toBe(plain);
      }),
      { numRuns: 300 },
    );
  });
});

/** Tasks in all states. */
function mixed() {
  return log((at) => {
    for (const [i, name] of ['sleeper', 'waiter', 'failure', '洗濯', 'result', 'last'].entries())
      at.create(i + 1, name);
    at.iterate(6);
    at.step(1);
    at.sleep(1, 90_000);
    at.step(2);
    at.wait(2, 'queue.get', 'orders');
    at.step(3);
    at.done(3, 'exception', 'Error: disk full');
    at.step(4);
    at.done(4, 'cancelled');
    at.step(5);
    at.compute(5, 1500);
    at.done(5, 'result', '42');
  });
}
