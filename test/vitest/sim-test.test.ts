import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import {
  type Coroutine,
  createTask,
  loadTrace,
  minutes,
  now,
  print,
  seconds,
  sleep,
} from '../../src/index.ts';
import { simulate } from '../../src/testing/index.ts';
import { simTest } from '../../src/vitest/index.ts';

function* alarm(ms: number): Coroutine<void> {
  yield* sleep(ms);
  print('rang');
}

describe('simTest', () => {
  const ran: string[] = [];

  simTest('runs its body in the loop, with the time in its hands', function* (sim) {
    createTask(alarm(seconds(10)), { name: 'alarm' });
    yield* sim.advanceBy(seconds(9));
    expect(sim.output).toEqual([]);
    yield* sim.advanceBy(seconds(1));
    expect(sim.log).toEqual([[10_000, 'alarm', 'rang']]);
    ran.push('body');
  });

  simTest('takes options before the body', { seed: 7, timeout: seconds(1) }, function* (sim) {
    yield* sim.advanceTo(seconds(1));
    expect(sim.trace.meta).toEqual({
      title: 'simTest > takes options before the body',
      program: '',
      seed: 7,
    });
    ran.push('options');
  });

  simTest(
    'takes options behind the body',
    function* (sim) {
      yield* sleep(minutes(40));
      expect(sim.trace.meta.seed).toBe(3);
    },
    { seed: 3 },
  );

  simTest('has the matchers', function* (sim) {
    yield* createTask(alarm(5), { name: 'alarm' });
    expect(sim.trace).toTakeExactly('alarm', 5);
    expect(simulateElsewhere()).toTake(minutes(40));
  });

  simTest('gives the body vitest’s context, whose hooks work', function* (_sim, { task, onTestFinished }) {
    expect(task.name).toBe('gives the body vitest’s context, whose hooks work');
    onTestFinished(() => void ran.push('finished'));
    yield* sleep(1);
  });

  simTest.todo('can be still to be written');

  simTest.skip('can be skipped', function* () {
    ran.push('skipped');
  });

  simTest.skipIf(true)('can be skipped on a condition', function* () {
    ran.push('skipped');
  });

  simTest.runIf(true)('can be run on a condition', function* () {
    ran.push('condition');
  });

  simTest.fails('can be known to fail: by its body', function* () {
    yield* sleep(1);
    expect(now()).toBe(2);
  });

  simTest.fails('can be known to fail: by what it leaves behind', function* (sim) {
    createTask(alarm(5));
    yield* sim.advanceBy(1);
  });

  simTest.fails('can be known to fail: by its time', { timeout: 5 }, function* () {
    yield* sleep(6);
  });

  simTest.for([1, 2])('can be run for each case: %i', function* (sim, ms, { task }) {
    yield* sim.advanceBy(ms);
    ran.push(`${task.name} at ${sim.now}`);
  });

  simTest.each([
    [1, 'one'],
    [2, 'two'],
  ])('can be run for each list: %i is %s', function* (sim, number, word) {
    yield* sim.advanceBy(number);
    ran.push(`${word} ${sim.now}`);
  });

  it('has run all of them', () => {
    expect(ran).toEqual([
      'body',
      'options',
      'finished',
      'condition',
      'can be run for each case: 1 at 1',
      'can be run for each case: 2 at 2',
      'one 1',
      'two 2',
    ]);
  });

  it('needs a body', () => {
    expect(() => (simTest as unknown as (name: string) => void)('empty')).toThrow(
      'simTest("empty", …) needs a body, a function* (sim) { … }; simTest.todo(name) needs none',
    );
  });
});

/** In the middle of a test's loop no other one runs: this is what ran before. */
const elsewhere = simulate(() => sleep(minutes(40)));
const simulateElsewhere = () => elsewhere;

describe('fixtures', () => {
  const made: string[] = [];
  const kitchenTest = simTest.with(
    test.extend<{ pot: string; pan: string }>({
      // biome-ignore lint/correctness/noEmptyPattern: vitest wants to see which fixtures one takes
      pot: async ({}, use) => {
        made.push('pot');
        await use('the pot');
        made.push('washed');
      },
      pan: async ({ pot }, use) => {
        made.push('pan');
        await use(`a pan beside ${pot}`);
      },
    }),
  );

  kitchenTest('are given to the body, if it takes them', function* (sim, { pot, task }) {
    yield* sim.advanceBy(5);
    expect([pot, task.name, sim.now]).toEqual(['the pot', 'are given to the body, if it takes them', 5]);
    expect(made).toEqual(['pot']);
  });

  kitchenTest('are not made if it doesn’t', function* (sim) {
    yield* sim.advanceBy(5);
    expect(made).toEqual(['pot', 'washed']);
  });

  kitchenTest.for(['rice', 'soup'])(
    'are there for each case: %s',
    function* (sim, dish, { pan }: { pan: string }) {
      yield* sim.advanceBy(5);
      expect([dish.length, pan]).toEqual([4, 'a pan beside the pot']);
    },
  );
});

describe('a failed simTest, as vitest tells it', () => {
  interface Report {
    readonly testResults: readonly {
      readonly assertionResults: readonly { title: string; status: string; failureMessages: string[] }[];
    }[];
  }

  /** Runs tests that are to fail, in a vitest of their own. */
  function failing(environment: Record<string, string>): Promise<Report> {
    const programs = fileURLToPath(new URL('programs', import.meta.url));
    const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
    const folder = mkdtempSync(join(tmpdir(), 'loopscope-sim-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const report = join(folder, 'report.json');
    const args = [
      'run',
      '--config',
      join(programs, 'vitest.config.ts'),
      '--reporter=json',
      `--outputFile=${report}`,
    ];
    return new Promise((resolve) =>
      execFile(process.execPath, [vitest, ...args], { env: { ...process.env, ...environment } }, () =>
        resolve(JSON.parse(readFileSync(report, 'utf8')) as Report),
      ),
    );
  }

  it('shows the line, the schedule and the timeline, and leaves its trace where that is asked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'loopscope-artefacts-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const { testResults } = await failing({ LOOPSCOPE_ARTEFACTS: join(folder, 'traces') });
    const [asserts, leaves, holds, inTask, ...refused] = testResults[0]!.assertionResults;
    expect(holds).toMatchObject({ status: 'passed' });
    const [message] = asserts!.failureMessages;
    expect(message).toContain("expected [ 'rang' ] to deeply equal [ 'ring' ]");
    expect(message).toContain("at 10 ms of virtual time, by the schedule 'seed=0 ...'");
    expect(message).toContain('test   ●─ sim.advanceBy 10 ms ─');
    expect(message).toMatch(/failing\.sim\.ts:13:22/);
    // What the library has thrown is told of the line where the test is.
    expect(leaves!.failureMessages[0]).toContain('a task is still pending at the end of the test');
    expect(leaves!.failureMessages[0]).toContain("by the schedule 'seed=7 ...'");
    expect(leaves!.failureMessages[0]).toMatch(/failing\.sim\.ts:16:1/);
    // What a task has asserted is the assertion, with its line.
    const [inTaskMessage] = inTask!.failureMessages;
    expect(inTaskMessage).toMatch(/^AssertionError: expected \{ a: 1, b: \[ 1, 2 \] \} to deeply equal/);
    expect(inTaskMessage).toContain('thrown by the task checker, and nobody awaited it');
    expect(inTaskMessage).toMatch(/failing\.sim\.ts:28:33/);
    // What is refused before anything runs has no line of the test in its stack, either.
    expect(refused.map(({ failureMessages: [told] }) => told!.split('\n')[0])).toEqual([
      expect.stringMatching(/^ScheduleError: the schedule doesn't fit the program/),
      expect.stringMatching(/^TypeError: the body of a test is a function\*/),
      expect.stringMatching(/^ValueError: timeout is a number/),
    ]);
    for (const [place, line] of [34, 38, 40].entries())
      expect(refused[place]!.failureMessages[0]).toMatch(new RegExp(`failing\\.sim\\.ts:${line}:1\\b`));

    const files = readdirSync(join(folder, 'traces')).sort();
    expect(files).toEqual([
      'failing.sim.ts-asserts-in-a-task.html',
      'failing.sim.ts-asserts-in-a-task.json',
      'failing.sim.ts-asserts-what-is-not-so.html',
      'failing.sim.ts-asserts-what-is-not-so.json',
      'failing.sim.ts-leaves-something-behind-100.html',
      'failing.sim.ts-leaves-something-behind-100.json',
    ]);
    expect(message).toContain(
      `to be played in a browser: ${join(folder, 'traces', 'failing.sim.ts-asserts-what-is-not-so.html')}`,
    );
    const page = readFileSync(join(folder, 'traces', files[4]!), 'utf8');
    expect(page.includes('"title":"failing.sim.ts leaves something: \\"behind\\" / 100%"')).toBe(true);
    const trace = loadTrace(readFileSync(join(folder, 'traces', files[5]!), 'utf8'));
    expect(trace.meta).toEqual({ title: 'leaves something: "behind" / 100%', program: '', seed: 7 });
    expect(trace.endTime).toBe(5);
  }, 120_000);

  it('says so if its trace can’t be kept', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'loopscope-artefacts-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'file'), '');
    const { testResults } = await failing({ LOOPSCOPE_ARTEFACTS: join(folder, 'file', 'in-it') });
    expect(testResults[0]!.assertionResults[0]!.failureMessages[0]).toContain(
      'its trace could not be kept: ',
    );
  }, 120_000);
});
