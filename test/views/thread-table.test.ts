import { describe, expect, it } from 'vitest';
import { busy, compute, Recorder, run, sleep, Thread } from '../../src/index.ts';
import { cellWidth } from '../../src/views/cells.ts';
import { taskTable } from '../../src/views/table.ts';
import { picture, stripped } from './log.ts';
import { beat, kitchen, machines, pool, rivals, script, stretch } from './thread-programs.ts';

describe('the table of threads', () => {
  it('says where the time of each went, and how often it had to stop; it stands alone without a loop', () => {
    expect(taskTable(rivals())).toBe(
      picture(`
      thread      state            busy    gil  waiting  runs  voluntary  forced
      MainThread  done                0   2 ms    22 ms     2          1       0
      a           done            12 ms  10 ms        0     3          0       2
      b           done            12 ms  12 ms        0     3          0       2
      ──────────────────────────────────────────────────────────────────────────
      machine     4 cores, 24 ms  24 ms                     8          1       4
    `),
    );
  });

  it('stands below that of the tasks, and says which thread is the loop’s', () => {
    expect(taskTable(beat())).toBe(
      picture(`
      task   state   busy    gil  ready  waiting  overdue  steps  switches
      main   done       0      0      0    55 ms        0      3         3
      heart  done   15 ms   5 ms      0    35 ms     5 ms      4         4
      ────────────────────────────────────────────────────────────────────
      loop   55 ms  15 ms  10 ms           30 ms               7         7

      thread      state            busy    gil  waiting  runs  voluntary  forced
      MainThread  the loop’s      15 ms  10 ms    30 ms     6          4       1
      asyncio-0   done            30 ms   5 ms    20 ms     4          1       2
      ──────────────────────────────────────────────────────────────────────────
      machine     4 cores, 55 ms  45 ms                    10          5       3
    `),
    );
  });

  it('tells of a task and its loop when they lacked the GIL, apart from when they were busy', () => {
    const recorder = new Recorder();
    run(
      function* () {
        new Thread(function* () {
          yield* busy(12);
        }).start();
        yield* sleep(1);
        compute(6);
      },
      { trace: recorder, name: 'main' },
    );
    expect(taskTable(recorder)).toBe(
      picture(`
      task  state                busy    gil  ready  waiting  overdue  steps  switches
      main  done                 6 ms   5 ms      0     6 ms     5 ms      2         2
      ────────────────────────────────────────────────────────────────────────────────
      loop  17 ms, 4 iterations  6 ms  10 ms            1 ms               2         2

      thread      state            busy    gil  waiting  runs  voluntary  forced
      MainThread  the loop’s       6 ms  10 ms     2 ms     3          2       1
      Thread-1    done            12 ms   6 ms        0     3          0       2
      ──────────────────────────────────────────────────────────────────────────
      machine     4 cores, 18 ms  18 ms                     6          2       3
    `),
    );
  });

  it('has a column for a core that was lacking, if one was', () => {
    expect(taskTable(pool())).toBe(
      picture(`
      task  state                busy   gil  ready  waiting  steps  switches
      main  done                    0     0      0    24 ms      2         2
      ──────────────────────────────────────────────────────────────────────
      loop  24 ms, 6 iterations     0  4 ms           20 ms      2         2

      thread      state             busy   gil  core  waiting  runs  voluntary  forced
      MainThread  the loop’s           0  4 ms     0    20 ms     3          2       0
      pool-0      waiting: no job  20 ms     0  4 ms        0     5          1       4
      pool-1      waiting: no job  12 ms     0  8 ms     4 ms     4          1       3
      asyncio-0   done             16 ms     0  8 ms        0     5          1       3
      ────────────────────────────────────────────────────────────────────────────────
      machine     2 cores, 24 ms   48 ms                         17          5      10
    `),
    );
  });

  it('gives each state with its reason', () => {
    expect(taskTable(kitchen())).toBe(
      picture(`
      thread   state                    busy    gil  waiting  runs  voluntary  forced
      chef     done                        0      0    62 ms     4          3       0
      ann      done                    23 ms   3 ms     8 ms     3          1       1
      bob      done                    23 ms  23 ms    16 ms     3          2       0
      waiter   failed: Error: no rice      0   3 ms     7 ms     2          1       0
      ───────────────────────────────────────────────────────────────────────────────
      machine  4 cores, 62 ms          46 ms                    12          7       1
    `),
    );
  });

  it('tells a script from a loop', () => {
    expect(taskTable(script())).toBe(
      picture(`
      thread      state            busy    gil  waiting  runs  voluntary  forced
      MainThread  the script’s    10 ms  10 ms     2 ms     3          1       2
      digger      done            12 ms  10 ms        0     3          0       2
      ──────────────────────────────────────────────────────────────────────────
      machine     4 cores, 22 ms  22 ms                     6          1       4
    `),
    );
  });

  it('sums up several machines', () => {
    expect(taskTable(machines())).toBe(
      picture(`
      task  state                busy  ready  waiting  steps  switches
      nap   done                    0      0    10 ms      2         2
      ────────────────────────────────────────────────────────────────
      loop  10 ms, 4 iterations     0           10 ms      2         2

      thread      state               busy  waiting  runs  voluntary  forced
      MainThread  done               10 ms        0     1          0       0
      MainThread  done               10 ms        0     1          0       0
      ──────────────────────────────────────────────────────────────────────
      all         2 machines, 30 ms  20 ms              2          0       0
    `),
    );
  });

  it('leaves columns out and shortens states to stay within its width', () => {
    expect(taskTable(pool(), { width: 60 })).toBe(
      picture(`
      task  state  busy   gil  ready  waiting  steps  switches
      main  done      0     0      0    24 ms      2         2
      ────────────────────────────────────────────────────────
      loop  24 ms     0  4 ms           20 ms      2         2

      thread      state          busy   gil  core  waiting  forced
      MainThread  the loop’s        0  4 ms     0    20 ms       0
      pool-0      waiting: no…  20 ms     0  4 ms        0       4
      pool-1      waiting: no…  12 ms     0  8 ms     4 ms       3
      asyncio-0   done          16 ms     0  8 ms        0       3
      ────────────────────────────────────────────────────────────
      machine     2 cores       48 ms                           10
    `),
    );
  });

  it('folds what has no room into one line', () => {
    expect(taskTable(kitchen(), { maxRows: 2 })).toBe(
      picture(`
      thread    state            busy   gil  waiting  runs  voluntary  forced
      chef      done                0     0    62 ms     4          3       0
      ann       done            23 ms  3 ms     8 ms     3          1       1
      … 2 more
      ───────────────────────────────────────────────────────────────────────
      machine   4 cores, 62 ms  46 ms                   12          7       1
    `),
    );
  });

  it('never exceeds its width, and says the same in colour', () => {
    for (const events of [rivals(), beat(), stretch(), pool(), kitchen(), script(), machines()]) {
      for (const width of [1, 10, 20, 40, 60, 100]) {
        const text = taskTable(events, { width });
        for (const line of text.split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(width);
        expect(stripped(taskTable(events, { width, color: true }))).toBe(text);
      }
    }
  });
});
