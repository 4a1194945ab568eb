import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../src/views/cells.ts';
import { timeline, timelines } from '../../src/views/timeline.ts';
import { stuckInAPool, stuckTwice } from './deadlock-programs.ts';
import { anyEvents, anyName, chores, hog, log, pastimes, picture, stripped } from './log.ts';

describe('timeline', () => {
  it('shows waiting together as lines side by side', () => {
    expect(timeline(chores(), { width: 60 })).toBe(
      picture(`
               0         10 min       20 min      30 min    40 min
               ├───────────┴────────────┴───────────┴────────────┤
      main     ●─ gather rice, laundry, dishes ──────────────────✓
      rice     ●─ sleep 40 min ──────────────────────────────────✓
      laundry  ●─ sleep 30 min ─────────────────────✓
      dishes   ●─ sleep 30 min ─────────────────────✓
      loop     ●····································●············●

      ● step   ─ waiting   ✓ done   · loop idle
    `),
    );
  });

  it('shows computing as bars one after the other, and who is ready meanwhile', () => {
    expect(timeline(pastimes(), { width: 60 })).toBe(
      picture(`
                0      20 min    40 min    60 min          100 min
                ├────────┴─────────┴─────────┴─────────┴─────────┤
      main      ●─ gather watch tv, jog, play ───────────────────✓
      watch tv  ██████████████✓
      jog       ░░░░░░░░░░░░░░░██████████████✓
      play      ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░████████████████████✓
      loop      ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●

      ● step   █ running   ░ ready   ─ waiting   ✓ done
      ━ loop busy
    `),
    );
  });

  it('shows a wait that the loop was too busy to end as overdue', () => {
    expect(timeline(hog(), { width: 60 })).toBe(
      picture(`
            0          100 ms       200 ms       300 ms     400 ms
            ├────────────┴────────────┴────────────┴─────────────┤
      beat  ●────────────▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒●──────✓
      hog   ●──────█ hash ████████████████████████████████✓
      loop  ●·····●━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●······●

      ● step   █ running   ▒ overdue: the loop is busy   ─ waiting
      ✓ done   ━ loop busy   · loop idle
    `),
    );
  });

  it('shows the time of a script in which no loop runs below the loop, which is not there then', () => {
    const events = log((at) => {
      at.compute(0, 100);
      at.add('loop:run', { loop: 1 });
      at.create(1, 'nap');
      at.iterate(1);
      at.step(1);
      at.sleep(1, 100);
      at.jump(200);
      at.wake(1);
      at.finish(1);
      at.add('loop:return', { loop: 1, remaining: 0 });
      at.compute(0, 1);
      at.compute(0, 199);
    });
    expect(timeline(events, { width: 60 })).toBe(
      picture(`
              0         100 ms       200 ms       300 ms    400 ms
              ├───────────┴────────────┴────────────┴────────────┤
      nap                 ●────────────✓
      loop                ●············●
      script  ═════════════            ═══════════════════════════

      ● step   ─ waiting   ✓ done   · loop idle
      ═ script: no loop runs
    `),
    );
  });

  it('marks how a task ended, and says what failed where there is room', () => {
    const events = log((at) => {
      at.create(1, 'good');
      at.create(2, 'bad');
      at.create(3, 'stopped');
      at.create(4, 'stuck');
      at.iterate(4);
      at.step(1);
      at.sleep(1, 100);
      at.step(2);
      at.sleep(2, 20);
      at.step(3);
      at.sleep(3, 500);
      at.step(4);
      at.wait(4, 'queue.get', 'orders');
      at.jump(20);
      at.wake(2);
      at.iterate(1);
      at.step(2);
      at.done(2, 'exception', 'Error: disk full');
      at.jump(60);
      at.ready(3);
      at.iterate(1);
      at.step(3);
      at.done(3, 'cancelled');
      at.jump(100);
      at.wake(1);
      at.finish(1);
    });
    expect(timeline(events, { width: 60 })).toBe(
      picture(`
               0       20 ms     40 ms     60 ms     80 ms  100 ms
               ├─────────┴─────────┴─────────┴─────────┴─────────┤
      good     ●─ sleep 100 ms ──────────────────────────────────✓
      bad      ●─────────✗ Error: disk full
      stopped  ●─ sleep 500 ms ──────────────⊘ cancelled
      stuck    ●─ queue.get orders ───────────────────────────────
      loop     ●·········●···················●···················●

      ● step   ─ waiting   ✓ done   ✗ failed   ⊘ cancelled
      · loop idle
    `),
    );
  });

  it('marks who is in a deadlock, and not the idle thread of a pool', () => {
    expect(timeline(stuckInAPool(), { width: 60 })).toBe(
      picture(`
                 0              5 ms           10 ms         15 ms
                 ├───────────────┴───────────────┴───────────────┤
      Task-1     ●─ executor ────●─ gather ann, bob ─────────────⊠
      ann                        ●─ sleep 10 ms ─────────────────⊠
      bob                        ●─ sleep 10 ms ─────────────────⊠
      loop       ●···············●·······························●
      ┄ threads: one GIL, 4 cores ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
      asyncio-0  █ hash █████████─ no job ───────────────────────✓

      ● step   █ running   ─ waiting   ✓ done   ⊠ deadlock
      · loop idle
    `),
    );
  });

  it('marks each of the deadlocks that a task came out of again', () => {
    expect(timeline(stuckTwice(), { width: 60, legend: false })).toBe(
      picture(`
              0          5 ms        10 ms        15 ms      20 ms
              ├───────────┴────────────┴────────────┴────────────┤
      walker  ⊠─ sleep 10 ms ──────────⊠─ sleep 10 ms ───────────✓
      loop    ●························●·························●
    `),
    );
  });

  it('shows in turns that those in a deadlock are cancelled after it', () => {
    expect(timeline(stuckInAPool(), { width: 80, axis: 'turns', legend: false })).toBe(
      picture(`
      time       0  5 ms     15 ms
                 ├───┴─────────┴─────────────────────────────────┤
      Task-1     ██──░░░░██─ gather ───⊠───░░░░░░░░██⊘ cancelled
      ann                ░░██──░░░░██──⊠█⊘ cancelled
      bob                ░░░░██──░░░░██⊠░██⊘ cancelled
      loop           ━━━━      ━━━━        ━━━━━━━━  ━━━━  ━━━━━━
      ┄ threads: one GIL, 4 cores ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
      asyncio-0  ▁▁██─ no job ───────────────────────────██✓
    `),
    );
  });

  it('counts turns and iterations where no time passes', () => {
    expect(timeline(instant(), { width: 60 })).toBe(
      picture(`
      iteration  1           2           3           4
                 ├───────────┴───────────┴───────────┴─────┤
      ping       ██████░░░░░░██████░░░░░░██████✓
      pong       ░░░░░░██████░░░░░░██████░░░░░░██████✓
      loop                                           ━━━━━━

      █ running   ░ ready   ✓ done   ━ loop busy
    `),
    );
  });

  it('counts turns on request, and then says when the clock has moved', () => {
    expect(timeline(hog(), { width: 60, axis: 'turns' })).toBe(
      picture(`
      time  0         50 ms       350 ms      400 ms
            ├───────────┴───────────┴───────────┴───────────┤
      beat  ██████────────────▒▒▒▒▒▒░░░░░░██████░░░░░░██████✓
      hog   ░░░░░░██████░░░░░░██████✓
      loop              ━━━━━━      ━━━━━━      ━━━━━━

      █ running   ░ ready   ▒ overdue: the loop is busy
      ─ waiting   ✓ done   ━ loop busy
    `),
    );
  });

  it('keeps apart the steps of a task that starts another one eagerly', () => {
    const events = log((at) => {
      at.create(1, 'outer');
      at.iterate(1);
      at.step(1);
      at.compute(1, 10);
      at.add('task:create', { task: 2, parent: 1, name: 'inner' });
      at.add('task:step', { task: 2, eager: true });
      at.compute(2, 20);
      at.sleep(2, 10);
      at.compute(1, 10);
      at.done(1);
      at.wake(2);
      at.finish(2);
    });
    expect(timeline(events, { width: 50, legend: false })).toBe(
      picture(`
             0       10 ms      20 ms     30 ms    40 ms
             ├─────────┴──────────┴─────────┴──────────┤
      outer  ██████████████████████████████████████████✓
      inner            ██████████████████████──────────✓
      loop   ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●
    `),
    );
    expect(timeline(events, { width: 50, legend: false, axis: 'turns' })).toBe(
      picture(`
      time   0               40 ms
             ├─────────────────┴───────────┤
      outer  ██████████████████✓
      inner        ██████──────░░░░░░██████✓
      loop                     ━━━━━━
    `),
    );
  });

  it('folds long lists on request, and repeats the axis below tall ones', () => {
    const events = log((at) => {
      for (let task = 1; task <= 30; task++) at.create(task, `worker-${task}`);
      at.iterate(30);
      for (let task = 1; task <= 30; task++) {
        at.step(task);
        at.sleep(task, task * 10);
      }
      for (let task = 1; task <= 25; task++) {
        at.jump(task * 10);
        at.wake(task);
        at.finish(task);
      }
    });
    expect(timeline(events, { width: 60, maxRows: 3, labels: false })).toBe(
      picture(`
                 0                100 ms                    250 ms
                 ├──────────────────┴──────────────────┴─────────┤
      worker-1   ●✓
      worker-2   ●──✓
      worker-3   ●────✓
      … 27 more  22 done, 5 waiting
      loop       ●●·●·●·●·●·●·●·●·●·●·●·●●·●·●·●·●·●·●·●·●·●·●·●·●

      ● step   ─ waiting   ✓ done   · loop idle
    `),
    );
    const tall = timeline(events, { width: 60, legend: false }).split('\n');
    expect(tall.length).toBe(2 + 30 + 1 + 2);
    expect(tall.slice(-2)).toEqual([
      '           ├──────────────────┬──────────────────┬─────────┤',
      '           0                100 ms                    250 ms',
    ]);
  });

  it('draws as many tasks as it may, and counts the others below them', () => {
    const rows = (maxRows: number) =>
      timeline(chores(), { width: 36, maxRows, legend: false })
        .split('\n')
        .slice(2)
        .map((line) => line.split('  ')[0]);
    expect(rows(1)).toEqual(['main', '… 3 more', 'loop']);
    expect(rows(3)).toEqual(['main', 'rice', 'laundry', '… 1 more', 'loop']);
    expect(rows(4)).toEqual(['main', 'rice', 'laundry', 'dishes', 'loop']);
  });

  it('names a label where it fits, in full or in a word, and leaves labels out on request', () => {
    expect(timeline(chores(), { width: 36, legend: false })).toBe(
      picture(`
               0          20 min    40 min
               ├────────────┴────────────┤
      main     ●─ gather ────────────────✓
      rice     ●─ sleep 40 min ──────────✓
      laundry  ●─ sleep 30 min ───✓
      dishes   ●─ sleep 30 min ───✓
      loop     ●··················●······●
    `),
    );
    expect(timeline(chores(), { width: 36, legend: false, labels: false })).toBe(
      picture(`
               0          20 min    40 min
               ├────────────┴────────────┤
      main     ●─────────────────────────✓
      rice     ●─────────────────────────✓
      laundry  ●──────────────────✓
      dishes   ●──────────────────✓
      loop     ●··················●······●
    `),
    );
  });

  it('keeps its columns straight whatever a task is called', () => {
    const events = log((at) => {
      const names = [
        '洗濯をする',
        '👨‍👩‍👧 family',
        '\x1b[31mred\x1b[0m',
        'two\nlines',
        'a name that is much too long for its column-7',
      ];
      for (const [i, name] of names.entries()) at.create(i + 1, name);
      at.iterate(names.length);
      for (const i of names.keys()) {
        at.step(i + 1);
        at.sleep(i + 1, 100);
      }
      at.jump(100);
      at.wake(...names.map((_, i) => i + 1));
      at.finish(...names.map((_, i) => i + 1));
    });
    expect(timeline(events, { width: 50 })).toBe(
      picture(`
                          0           50 ms       100 ms
                          ├─────────────┴──────────────┤
      洗濯をする          ●─ sleep 100 ms ─────────────✓
      👨‍👩‍👧 family           ●─ sleep 100 ms ─────────────✓
      ␛[31mred␛[0m        ●─ sleep 100 ms ─────────────✓
      two␤lines           ●─ sleep 100 ms ─────────────✓
      a name that…lumn-7  ●─ sleep 100 ms ─────────────✓
      loop                ●····························●

      ● step   ─ waiting   ✓ done   · loop idle
    `),
    );
  });

  it('shows a short step in a long wait, and a long wait between short steps', () => {
    const events = log((at) => {
      at.create(1, 'poll');
      at.iterate(1);
      at.step(1);
      for (const time of [1, 500, 501, 1000]) {
        at.sleep(1, time - at.time);
        at.jump(time);
        at.wake(1);
        at.iterate(1);
        at.step(1);
      }
      at.done(1);
    });
    expect(timeline(events, { width: 40, legend: false, labels: false })).toBe(
      picture(`
            0             0.5 s            1 s
            ├───────────────┴────────────────┤
      poll  ●───────────────●────────────────✓
      loop  ●···············●················●
    `),
    );
  });

  it('says so if nothing ran', () => {
    expect(timeline([])).toBe('(nothing ran)');
  });

  it('adds colour without moving a cell', () => {
    const plain = timeline(hog(), { width: 60 });
    const coloured = timeline(hog(), { width: 60, color: true });
    expect(coloured).not.toBe(plain);
    expect(stripped(coloured)).toBe(plain);
  });

  it('never throws and never exceeds its width, whatever happened and whatever things are called', () => {
    fc.assert(
      fc.property(
        anyEvents,
        fc.integer({ min: 1, max: 120 }),
        fc.constantFrom('time' as const, 'turns' as const, undefined),
        (events, width, axis) => {
          const options = { width, maxRows: 5, ...(axis && { axis }) };
          const plain = timeline(events, options);
          for (const line of plain.split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(width);
          expect(stripped(timeline(events, { ...options, color: true }))).toBe(plain);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('timelines', () => {
  it('draws several traces on one axis', () => {
    const traces = [
      { title: 'by machines', trace: chores() },
      { title: 'attentively', trace: pastimes() },
    ];
    expect(timelines(traces, { width: 60 })).toBe(
      picture(`
                  0           30 min        60 min         100 min
                  ├─────────────┴─────────────┴─────────────┴────┤
      by machines  40 min
        main      ●─ gather ────────✓
        rice      ●─ sleep 40 min ──✓
        laundry   ●─────────────✓
        dishes    ●─────────────✓
        loop      ●·············●···●

      attentively  100 min
        main      ●─ gather watch tv, jog, play ─────────────────✓
        watch tv  ██████████████✓
        jog       ░░░░░░░░░░░░░░██████████████✓
        play      ░░░░░░░░░░░░░░░░░░░░░░░░░░░░███████████████████✓
        loop      ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●

      ● step   █ running   ░ ready   ─ waiting   ✓ done
      ━ loop busy   · loop idle
    `),
    );
  });

  it('counts one turn as one', () => {
    const events = log((at) => {
      at.create(1, 'ping');
      at.iterate(1);
      at.step(1);
      at.done(1);
    });
    expect(timelines([{ title: 'short', trace: events }])).toContain('short  1 turn\n');
  });

  it('compares traces without time by turns', () => {
    const traces = [
      { title: 'short', trace: instant() },
      { title: 'shorter', trace: instant().slice(0, 12) },
    ];
    expect(timelines(traces, { width: 60 })).toBe(
      picture(`
        turns
               ├─────────────────────────────────────────┤
      short  7 turns
        ping   ██████░░░░░░██████░░░░░░██████✓
        pong   ░░░░░░██████░░░░░░██████░░░░░░██████✓
        loop                                       ━━━━━━

      shorter  3 turns
        ping   ██████░░░░░░██████░
        pong   ░░░░░░██████░░░░░░░

      █ running   ░ ready   ✓ done   ━ loop busy
    `),
    );
  });

  it('never exceeds its width', () => {
    fc.assert(
      fc.property(anyEvents, anyEvents, anyName, fc.integer({ min: 1, max: 120 }), (a, b, title, width) => {
        const text = timelines(
          [
            { title, trace: a },
            { title: 'b', trace: b },
          ],
          { width },
        );
        for (const line of text.split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

/** Two tasks that give way to one another, and take no time. */
function instant() {
  return log((at) => {
    at.create(1, 'ping');
    at.create(2, 'pong');
    at.iterate(2);
    for (let round = 0; round < 2; round++) {
      for (const task of [1, 2]) {
        at.step(task);
        at.giveWay(task);
      }
      at.iterate(2);
    }
    for (const task of [1, 2]) {
      at.step(task);
      at.done(task);
    }
    at.iterate(1);
    const handle = at.add('handle:ready', { label: 'tidyUp' });
    at.add('handle:run', { handle });
    at.add('handle:end', { handle });
  });
}
