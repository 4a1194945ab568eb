/**
 * The numbered demos: what each shows, to the letter, and what each promises its reader.
 *
 * The outputs beside the demos are rewritten by
 *
 *     UPDATE_OUTPUTS=1 npx vitest run test/demos
 *
 * Read the difference before you keep it: it is what a newcomer will see. One demo is really run as a program; the
 * others are told in this process.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  blocked,
  busy,
  copies,
  coroutines,
  type DeadlockError,
  type ExceptionGroup,
  minutes,
  REALISTIC,
  saveTrace,
  sweep,
  threads,
  timelines,
} from 'loopscope';
import { type Demo, playDemo, renderDemo } from 'loopscope/node';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../demos/', import.meta.url));
const read = (file: string) => readFileSync(`${folder}${file}`, 'utf8');

const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

const demos = await Promise.all(
  names.map(async (name) => {
    const module = (await import(`../../demos/${name}.ts`)) as { default: Demo };
    return { name, demo: module.default };
  }),
);

function demoOf(name: string): Demo {
  const found = demos.find((entry) => entry.name === name);
  if (!found) throw new Error(`there is no demo ${name}`);
  return found.demo;
}

/** The lines of a demo's output: `40 min  rice: done`, part by part. */
function printed(name: string): string[][] {
  return playDemo(demoOf(name)).map(({ trace }) =>
    [...trace].flatMap((event) =>
      event.kind === 'print' || event.kind === 'thread:print' ? [`${event.time} ${event.text}`] : [],
    ),
  );
}

const endTimes = (name: string) => playDemo(demoOf(name)).map(({ trace }) => trace.endTime);

describe.each(demos)('$name', ({ name, demo }) => {
  it('shows exactly what stands beside it', () => {
    const text = renderDemo(demo);
    if (process.env.UPDATE_OUTPUTS) writeFileSync(`${folder}${name}.out`, text);
    expect(text).toBe(read(`${name}.out`));
  });

  it('has runs to step through, in the terminal and on a page', () => {
    expect(playDemo(demo, { sites: true }).every(({ trace }) => trace.length > 0)).toBe(true);
    expect(demo.parts.length).toBeGreaterThan(0);
  });

  it('gives the same traces, to the byte, each time it is played', () => {
    const saved = () => playDemo(demo).map(({ trace }) => saveTrace(trace));
    expect(saved()).toEqual(saved());
  });

  it('ends as it says: with the error that it is there to show, or with none', () => {
    for (const [i, { failure }] of playDemo(demo).entries()) {
      expect(failure?.expected).toBe(demo.parts[i]!.fails ? true : undefined);
    }
  });

  it('says what to notice in two or three lines and asks one question, each on one line of 80 columns', () => {
    expect(demo.watch.length).toBeGreaterThanOrEqual(2);
    for (const line of [...demo.watch, demo.question]) expect(line.length).toBeLessThanOrEqual(70);
    expect(demo.question.match(/\?/g)).toHaveLength(1);
  });

  it('tells at most twelve key moments of a part, and hides none', () => {
    expect(renderDemo(demo)).not.toContain('--story tells all');
  });

  it('is 20 to 60 lines of code that open with what they are, and import only the public doors', () => {
    const lines = read(`${name}.ts`).trimEnd().split('\n');
    expect(lines[0]).toBe('/**');
    expect(lines.length).toBeGreaterThanOrEqual(20);
    expect(lines.length).toBeLessThanOrEqual(60);
    const doors = [...read(`${name}.ts`).matchAll(/from '([^']+)'/g)].map(([, door]) => door);
    expect(doors).toEqual(['loopscope', 'loopscope/node']);
  });

  it('calls its tasks by names that mean something', () => {
    const unnamed = playDemo(demo).flatMap(({ trace }) =>
      [...trace].flatMap((event) => (event.kind === 'task:create' ? [event.name] : [])),
    );
    expect(unnamed.filter((task) => /^Task-/.test(task))).toEqual([]);
  });
});

it('the demos are numbered from 01 on, and each has its output beside it and nothing else', () => {
  expect(names.map((name) => name.slice(0, 3))).toEqual(
    names.map((_, i) => `${String(i + 1).padStart(2, '0')}-`),
  );
  const files = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isFile() && entry.name !== 'README.md' ? [entry.name] : [],
  );
  expect(files.sort()).toEqual(names.flatMap((name) => [`${name}.out`, `${name}.ts`]));
});

describe('on the last screen of 80 × 24', () => {
  // One or two pictures fit. Three don't, and five with a table below take a page: those scroll.
  const lines = (parts: number) => (parts <= 2 ? 24 : parts === 3 ? 40 : 60);

  it.each(demos)('$name has its picture, what to notice and the question', ({ demo }) => {
    const shown = [
      ...(demo.pictures === 'none'
        ? []
        : [timelines(playDemo(demo), { critical: demo.pictures === 'critical' })]),
      ...(demo.figure ? [demo.figure({ width: 80, color: false })] : []),
    ];
    const text = [shown.join('\n\n'), '', ...demo.watch, demo.question, '$ '].join('\n');
    expect(text.split('\n').length).toBeLessThanOrEqual(lines(demo.parts.length));
  });
});

describe('what the demos teach', () => {
  it('01: a coroutine runs twice, and the clock jumps over the three minutes in between', () => {
    expect(printed('01-one-coroutine')).toEqual([['0 I put the kettle on', '180000 I pour the water']]);
  });

  it('02: machines take 40 minutes for what takes an attentive person 100', () => {
    expect(endTimes('02-chores')).toEqual([minutes(40), minutes(100)]);
    expect(printed('02-chores').map((lines) => lines.at(-1))).toEqual([
      '2400000 all done after 40 minutes',
      '6000000 all done after 100 minutes',
    ]);
  });

  it('03: the script prints what Python prints, three sleeps in 2 s and three time.sleeps in 6 s', () => {
    expect(printed('03-article')).toEqual([
      [
        '1000 Doing async tasks',
        '1000 Doing async tasks',
        '1000 Doing async tasks',
        '2000 2',
        '2000 2',
        '2000 2',
        '2000 Time elapsed for running 3 coroutine tasks: 2',
        '3000 Doing async tasks',
        '4000 2',
        '5000 Doing async tasks',
        '6000 2',
        '7000 Doing async tasks',
        '8000 2',
        '8000 Time elapsed for running 3 sync tasks: 6',
      ],
    ]);
    expect(endTimes('03-article')).toEqual([8000]);
  });

  it('04: four requests of 100 ms take 100 ms at once, and 200 ms two at a time', () => {
    expect(endTimes('04-fetches')).toEqual([100, 200, 200]);
  });

  it('05: a computation from 25 to 75 ms makes the beat of 30 and the answer of 40 late, IO first', () => {
    expect(printed('05-compute')[0]!.slice(1, 5)).toEqual([
      '20 beat',
      '75 the report is ready',
      '75 the answer was there at 40 ms, and I see it now',
      '75 beat, 45 ms late',
    ]);
  });

  it('06: two waiters serve six dishes of 30 ms in 90 ms, in the order of asyncio', () => {
    expect(printed('06-queue')).toEqual([
      [
        '40 soup 1 is served',
        '40 rice 1 is served',
        '70 fish 1 is served',
        '70 soup 2 is served',
        '100 rice 2 is served',
        '100 fish 2 is served',
      ],
    ]);
  });

  it('07: `finally` runs at the cancellation, the timeout comes at its time, the shield holds', () => {
    expect(printed('07-cancellation')).toEqual([
      [
        '20 download: stopped, but its `finally` runs',
        '40 search: 40 ms are over, I do without',
        '80 save: all is saved',
      ],
    ]);
  });

  it('08: the deadlock names its ring, and comes when nothing else is left to do', () => {
    const error = playDemo(demoOf('08-deadlock'))[0]!.failure?.error as DeadlockError;
    expect(error.cycle).toEqual(['ann', 'bob']);
    expect(error.time).toBe(40);
  });

  it('09: of the two errors of the group one is dealt with, and the other one goes on', () => {
    const error = playDemo(demoOf('09-task-group'))[0]!.failure?.error as ExceptionGroup;
    expect(error.errors.map(String)).toEqual(['Error: the disk is full']);
    expect(printed('09-task-group')[0]!.at(-1)).toBe('60 1 task is offline: I can deal with that');
  });

  it('10: three threads and three coroutines of 12 ms need 36 ms either way, in turns of 5 and of 4 ms', () => {
    expect(endTimes('10-turns')).toEqual([36, 36]);
    const turns = playDemo(demoOf('10-turns')).map(({ trace }) =>
      [...trace]
        .filter(({ kind }) => kind === 'thread:preempt' || kind === 'task:yield')
        .map(({ time }) => time),
    );
    expect(turns[0]!.slice(0, 4)).toEqual([5, 10, 15, 20]);
    expect(turns[1]!.slice(0, 4)).toEqual([4, 8, 12, 16]);
  });

  it('11: only free threads and processes make 40 minutes of what takes one person 110', () => {
    expect(endTimes('11-five-models')).toEqual([110, 70, 70, 40, 40].map(minutes));
  });

  it('12: an update is lost where a thread is preempted, and neither under a lock nor in coroutines', () => {
    expect(printed('12-lost-update').map((lines) => lines.at(-1))).toEqual([
      '18 counted 4 of 6',
      '18 counted 6 of 6',
      '18 counted 6 of 6',
    ]);
  });

  it('13: a blocking call makes a beat 40 ms late, and in a thread none', () => {
    const late = printed('13-blocking-call').map((lines) => lines.filter((line) => line.includes('late')));
    expect(late).toEqual([['50 beat, 40 ms late'], []]);
  });

  it('14: threads under the GIL take 60 ms and every beat is late; without one, and in processes, it takes 30', () => {
    expect(endTimes('14-cpu-in-threads')).toEqual([60, 30, 30]);
    const late = printed('14-cpu-in-threads').map(
      (lines) => lines.filter((line) => line.endsWith('10 ms late')).length,
    );
    expect(late).toEqual([3, 0, 0]);
  });

  it('15: beside a thread that computes each of four rounds takes 7 ms instead of 2', () => {
    const served = printed('15-convoy').map((lines) => lines[0]);
    expect(served).toEqual([
      '8 four answers are served',
      '28 four answers are served',
      '8 four answers are served',
    ]);
  });

  it('16: of ten thousand tasks threads lose 0.8 s of CPU, and coroutines a seventh of that', () => {
    const [few, many] = [10, 10_000].map((tasks) => {
      const points = sweep((count) => copies(count, [blocked(1000), busy(0.1)]), {
        tasks: [tasks],
        models: [coroutines(), threads()],
        costs: REALISTIC,
      });
      return points.map(({ summary }) => ({
        lost: summary.overhead.total,
        megabytes: (summary.peak.memory - REALISTIC.processMemory) / 1e6,
      }));
    });
    expect(many![1]!.lost).toBeCloseTo(830, 0);
    expect(many![1]!.lost / many![0]!.lost).toBeCloseTo(7.2, 1);
    expect(many!.map(({ megabytes }) => Math.round(megabytes))).toEqual([9, 170]);
    expect(Math.max(...few!.map(({ lost }) => lost))).toBeLessThan(1);
  });

  it('16: what its text says stands in its figure, and each point has a place of its own', () => {
    const demo = demoOf('16-ten-thousand');
    const figure = demo.figure!({ width: 80, color: false });
    const few = ['10 tasks', '0.12 ms', '0.92 ms', '0.01 MB', '0.17 MB'];
    const many = ['10000 tasks', '120 ms', '830 ms', '9.2 MB', '170 MB'];
    for (const row of [few, many]) {
      expect(figure.split('\n').map((line) => line.trim().split(/ {2,}/))).toContainEqual(row);
    }
    expect(figure).not.toMatch(/side by side|several/);
    expect(demo.watch.join(' ')).toMatch(/0\.8 s .* 170 MB.* a seventh.* an eighteenth/);
    expect([830 / 120, 170 / 9.2].map(Math.round)).toEqual([7, 18]);
  });

  it('17: the deadlock of threads names its ring', () => {
    const error = playDemo(demoOf('17-thread-deadlock'))[0]!.failure?.error as DeadlockError;
    expect(error.cycle).toEqual(['ann', 'bob']);
    expect(error.time).toBe(10);
  });
});

it('a demo runs as a program, and prints what stands beside it', async () => {
  const { NO_COLOR, ...env } = process.env;
  const shell = process.platform === 'win32'; // where npx is a script
  const run = promisify(execFile);
  const { stdout } = await run('npx', ['tsx', 'demos/02-chores.ts'], { cwd: `${folder}..`, env, shell });
  expect(stdout).toBe(read('02-chores.out'));
}, 60_000);
