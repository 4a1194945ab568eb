import { describe, expect, it } from 'vitest';
import { blocked, busy, timeline, timelines } from '../../src/index.ts';
import { chores, picture, stripped } from './log.ts';
import { beat, busy12, kitchen, machines, pool, rivals, script, stretch, team } from './thread-programs.ts';

const WORKERS = Array.from({ length: 12 }, (_, i) => `worker-${i}`);

describe('the timeline of threads alone', () => {
  it('shows who has the GIL as a bar, and who lacks it as a line below: they take turns', () => {
    expect(timeline(rivals(), { width: 70 })).toBe(
      picture(`
                  0         5 ms       10 ms       15 ms       20 ms   24 ms
                  ├──────────┴───────────┴───────────┴───────────┴─────────┤
      MainThread  ●─ join a ──────────────────────────────────────────▁▁▁▁▁✓
      a           █ count ████▁▁▁▁▁▁▁▁▁▁▁▁████████████▁▁▁▁▁▁▁▁▁▁▁█████✓
      b           ▁▁▁▁▁▁▁▁▁▁▁▁█ count ████▁▁▁▁▁▁▁▁▁▁▁▁████████████▁▁▁▁█████✓

      ● short run   █ running   ▁ waits for the GIL   ─ waiting   ✓ done
    `),
    );
  });

  it('shows who lacks a core as ready, where there is no GIL', () => {
    expect(timeline(team(['a', 'b', 'c'], busy12, { gil: false, cores: 2 }), { width: 70 })).toBe(
      picture(`
                  0            5 ms         10 ms         15 ms        20 ms
                  ├─────────────┴─────────────┴─────────────┴──────────────┤
      MainThread  ●─ join a ───────────────────────────────────●─ join c ──✓
      a           █ count ███████████████░░░░░░░░░░░███████████✓
      b           █ count ███░░░░░░░░░░░░██████████████████████✓
      c           ░░░░░░░░░░░█ count ███████████████░░░░░░░░░░░░███████████✓

      ● short run   █ running   ░ waits for a core   ─ waiting   ✓ done
    `),
    );
  });

  it('names waits with what they wait for, blocking ones with their length, and what failed with its error', () => {
    expect(timeline(kitchen(), { width: 80 })).toBe(
      picture(`
              0        10 ms      20 ms       30 ms      40 ms       50 ms       62 ms
              ├──────────┴──────────┴───────────┴──────────┴───────────┴──────────┴──┤
      chef    ●──────────●─ join ann ───────────────●─ join bob ─────────────────────✓
      ann     ███──────────█ mince ███████████████▁▁✓
      bob     ▁▁▁●─────────▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁████─────────█ mince ███████████████✓
      waiter  ▁▁▁●───────✗ Error: no rice

      ● short run   █ running   ▁ waits for the GIL   ─ waiting   ✓ done   ✗ failed
    `),
    );
  });

  it('draws turns that are too fast for its cells as what they are, and names the work on them', () => {
    expect(
      timeline(
        team(['a', 'b'], function* () {
          yield* busy(1000, 'count');
        }),
        { width: 70 },
      ),
    ).toBe(
      picture(`
                  0           0.5 s          1 s          1.5 s          2 s
                  ├─────────────┴─────────────┴─────────────┴──────────────┤
      MainThread  ●─ join a ───────────────────────────────────────────────✓
      a           ▄ count ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄✓
      b           ▄ count ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄✓

      ● short run   ▄ takes turns   ─ waiting   ✓ done
    `),
    );
  });

  it('measures wide names in cells, and obeys no escape code in a name', () => {
    expect(
      timeline(
        team(
          ['洗濯', '\x1b[31mred', 'x'.repeat(60)],
          function* () {
            yield* busy(12, '数える');
          },
          { gil: false, cores: 2 },
        ),
        { width: 80 },
      ),
    ).toBe(
      picture(`
                                      0         5 ms       10 ms       15 ms     20 ms
                                      ├──────────┴───────────┴───────────┴───────────┤
      MainThread                      ●─ join 洗濯 ────────────────────────●─ join ──✓
      洗濯                            █ 数える ██████████░░░░░░░░░█████████✓
      ␛[31mred                        █████████░░░░░░░░░░█ 数える █████████✓
      xxxxxxxxxxxxxxxxxx…xxxxxxxxxxx  ░░░░░░░░░█ 数える ██████████░░░░░░░░░░█████████✓

      ● short run   █ running   ░ waits for a core   ─ waiting   ✓ done
    `),
    );
  });

  it('folds what has no room into one line', () => {
    expect(timeline(team(WORKERS, busy12), { width: 70, maxRows: 4 })).toBe(
      picture(`
                  0                50 ms               100 ms         144 ms
                  ├──────────────────┴───────────────────┴─────────────────┤
      MainThread  ●─ join worker-0 ───────────────────────────────▁▁▁▁▁▁▁▁▁✓
      worker-0    ██▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁██▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁█✓
      worker-1    ▁▁██▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁██▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁█✓
      worker-2    ▁▁▁▁██▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁██▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁✓
      … 9 more    9 done

      ● short run   █ running   ▁ waits for the GIL   ─ waiting   ✓ done
    `),
    );
  });

  it('counts turns where no time passes', () => {
    expect(
      timeline(
        team(['a', 'b'], function* () {
          yield* blocked(0);
        }),
        { width: 70 },
      ),
    ).toBe(
      picture(`
      turns
                  ├───────────────────────────────────┤
      MainThread  ██████─ join a ───────────────██████✓
      a                 ██████──────██████✓
      b                 ▁▁▁▁▁▁██████──────██████✓

      █ running   ▁ waits for the GIL   ─ waiting   ✓ done
    `),
    );
  });

  it('shows the thread of a script among the others, if no loop ever runs', () => {
    expect(timeline(script(), { width: 70 })).toBe(
      picture(`
                  0          5 ms        10 ms        15 ms            22 ms
                  ├───────────┴────────────┴────────────┴────────────┴─────┤
      MainThread  ●▁▁▁▁▁▁▁▁▁▁▁▁█ mine ██████▁▁▁▁▁▁▁▁▁▁▁▁▁█████████████──────
      digger      █ dig ███████▁▁▁▁▁▁▁▁▁▁▁▁▁█████████████▁▁▁▁▁▁▁▁▁▁▁▁▁█████✓

      ● short run   █ running   ▁ waits for the GIL   ─ waiting   ✓ done
    `),
    );
  });
});

describe('the timeline of a loop with threads', () => {
  it('has the threads below the loop, and shows when the loop lacks the GIL: each beat is late', () => {
    expect(timeline(beat(), { width: 80 })).toBe(
      picture(`
                 0         10 ms       20 ms        30 ms       40 ms            55 ms
                 ├───────────┴───────────┴────────────┴───────────┴───────────┴──────┤
      main       ●─ executor dig ───────────────────────────●─ await task heart ─────✓
      heart      ●───────────▒▒▒▒▒▒▒██████▁▁▁▁▁▁────────────██████─────────────██████✓
      loop       ●···········▁▁▁▁▁▁▁━━━━━━▁▁▁▁▁▁············━━━━━━············●━━━━━━●
      ┄ threads: one GIL, 4 cores ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
      asyncio-0  █ dig █████████████▁▁▁▁▁▁██████████████████─ no job ────────────────✓

      ● step   █ running   ▁ waits for the GIL   ▒ overdue: the loop can’t run
      ─ waiting   ✓ done   ━ loop busy   · loop idle
    `),
    );
  });

  it('shows in the middle of a step that the loop lacks the GIL: the step stretches', () => {
    expect(timeline(stretch(), { width: 80 })).toBe(
      picture(`
                 0          10 ms         20 ms        30 ms         40 ms       50 ms
                 ├────────────┴─────────────┴────────────┴─────────────┴─────────────┤
      main       ●──────▒▒▒▒▒▒▒██████▁▁▁▁▁▁▁███████▁▁▁▁▁▁▁███████▁▁▁▁▁▁███████───────✓
      loop       ●······▁▁▁▁▁▁▁━━━━━━▁▁▁▁▁▁▁━━━━━━━▁▁▁▁▁▁▁━━━━━━━▁▁▁▁▁▁━━━━━━━·······●
      ┄ threads: one GIL, 4 cores ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
      asyncio-0  █ dig ████████▁▁▁▁▁▁███████▁▁▁▁▁▁▁███████▁▁▁▁▁▁▁██████▁▁▁▁▁▁▁███████✓

      ● step   █ running   ▁ waits for the GIL   ▒ overdue: the loop can’t run
      ─ waiting   ✓ done   ━ loop busy   · loop idle
    `),
    );
  });

  it('has threads and processes under headings of their own', () => {
    expect(timeline(pool(), { width: 80 })).toBe(
      picture(`
                 0            5 ms         10 ms         15 ms         20 ms     24 ms
                 ├─────────────┴─────────────┴─────────────┴─────────────┴───────────┤
      main       ●─ executor sum ────────────────────────────────────────────────────✓
      loop       ●························································▁▁▁▁▁▁▁▁▁▁▁●
      ┄ threads: one GIL, 2 cores ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
      asyncio-0  ░░░░░░░░░░░█ sum 16 ██████████████░░░░░░░░░░░███████████████████████✓
      ┄ processes: a GIL each, 2 cores ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
      pool-0     █ sum 20 ██████████████░░░░░░░░░░░██████████████████████████████████─
      pool-1     █ sum 12 ██░░░░░░░░░░░░██████████████████████░░░░░░░░░░░●─ no job ───

      ● step, short run   █ running   ░ waits for a core   ▁ waits for the GIL
      ─ waiting   ✓ done   · loop idle
    `),
    );
  });

  it('keeps several machines of a script apart, and has no loop where none runs', () => {
    expect(timeline(machines(), { width: 70 })).toBe(
      picture(`
                  0                10 ms              20 ms            30 ms
                  ├──────────────────┴──────────────────┴──────────────────┤
      nap                            ●─ sleep 10 ms ────✓
      loop                           ●··················●
      ┄ machine 1, threads: one GIL, 4 cores ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
      MainThread  █ first ███████████✓
      ┄ machine 2, threads: no GIL, 1 core ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
      MainThread                                        █ second ██████████✓

      ● step   █ running   ─ waiting   ✓ done   · loop idle
    `),
    );
  });

  it('says the same in colour', () => {
    for (const events of [rivals(), beat(), stretch(), pool(), kitchen(), script(), machines()]) {
      expect(stripped(timeline(events, { color: true }))).toBe(timeline(events));
    }
  });

  it('is drawn beside others on one axis', () => {
    const lines = timelines([
      { title: 'threads', trace: rivals() },
      { title: 'a loop', trace: beat() },
      { title: 'no threads', trace: chores().slice(0, 12) },
    ]).split('\n');
    expect(lines.filter((line) => /^\S/.test(line)).slice(0, 3)).toEqual([
      'threads  24 ms, one GIL, 4 cores',
      'a loop  55 ms',
      'no threads  0',
    ]);
    expect(lines.filter((line) => line.includes('┄'))).toEqual([
      `  ┄ threads: one GIL, 4 cores ${'┄'.repeat(50)}`,
    ]);
  });

  it('beside others says next to its title whether threads alone have a GIL; by itself it says no more', () => {
    const free = team(['a', 'b'], () => busy12(), { cores: 2, gil: false });
    const traces = [
      { title: 'threads', trace: rivals() },
      { title: 'free threads', trace: free },
    ];
    const titles = timelines(traces).split('\n');
    expect(titles).toContain('threads  24 ms, one GIL, 4 cores');
    expect(titles).toContain('free threads  12 ms, no GIL, 2 cores');
    expect(timeline(free)).not.toContain('GIL');
  });
});
