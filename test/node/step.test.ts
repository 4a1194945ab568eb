/**
 * The stepper in a real terminal, by tmux: keys in, a screen out, and the terminal as it was afterwards, however it ends.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasTmux, Tmux } from '../support/tmux.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const isThere = hasTmux();

let terminal: Tmux;
/** For what the shell has to remember. */
let folder: string;

/** Opens a terminal, and begins to step in it. */
async function step(command: string, columns = 80, rows = 24): Promise<string[]> {
  terminal = new Tmux(ROOT, columns, rows);
  terminal.enter(`export NO_COLOR=1; clear; stty -a > ${folder}/before; ${command}; echo code $?`);
  return terminal.until('Nothing has happened yet');
}

/** The terminal is as it was: its first screen, with a cursor, and lines are read and echoed by the same settings. */
async function expectRestored(code: number): Promise<string[]> {
  const screen = await terminal.until(new RegExp(`^code ${code}$`, 'm'));
  expect(terminal.modes()).toEqual({ alternate: false, cursor: true });
  terminal.enter(`stty -a | diff ${folder}/before - && echo as it was`);
  await terminal.until(/^as it was$/m);
  return screen;
}

/** The processes that a process has started: on Linux without `pgrep`, which a bare machine doesn't have. */
function childrenOf(pid: string): string[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  const text = existsSync(file)
    ? readFileSync(file, 'utf8')
    : spawnSync('pgrep', ['-P', pid], { encoding: 'utf8' }).stdout;
  return text.split(/\s+/).filter(Boolean);
}

function isAlive(pid: string): boolean {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
}

/** What a file says; undefined as long as there is none, or nothing in it. */
function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') || undefined : undefined;
}

/** Asks again and again, until there is an answer; a test that waits in vain is ended by its own bound. */
async function until<T>(ask: () => T | undefined): Promise<T> {
  for (;;) {
    const answer = ask();
    if (answer !== undefined) return answer;
    await pause(20);
  }
}

const LOST_UPDATE = 'npx tsx demos/12-lost-update.ts --step';

const WHERE = 'stepping in a terminal';

describe.runIf(isThere)(
  isThere ? WHERE : `${WHERE}: not tested, for there is no tmux here`,
  { timeout: 120_000 },
  () => {
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'loopscope-step-'));
    });
    afterEach(() => {
      terminal.close();
      rmSync(folder, { recursive: true });
    });

    it('shows a frame for each key, at the size of the terminal, and gives the terminal back after q', async () => {
      await step(LOST_UPDATE);
      expect(terminal.modes()).toEqual({ alternate: true, cursor: false });
      terminal.press('Right');
      expect((await terminal.until('event 1 of 52')).slice(0, 2)).toEqual([
        'The lost update: counter += 1 across a preempt…  event 1 of 52 · 0 · iteration 0',
        '─ demos/12-lost-update.ts ──────────────────────────────────────────────────────',
      ]);
      terminal.press('b');
      await terminal.until('break at: █  a task, :24 (a line), 40 min');
      terminal.enter('thread:preempt');
      const small = await terminal.until('event 22 of 52');
      expect(small.length).toBe(24);
      expect(small[8]).toMatch(/^▶18 {3}yield\* busy\(3, .*\); ◀ ann {2}│$/);
      expect(small.slice(14)).toEqual([
        '────────────────────────────────────────────────────────────────────────────────',
        '▶ ann has to drop the GIL: bob waited 5 ms for it',
        '  ◂ ann starts on core 0',
        '────────────────────────────────────────────────────────────────────────────────',
        '            0                5 ms              10 ms             15 ms     18 ms',
        '            ├─────────────────┴──────────────────┴─────────────────┴───────────┤',
        'MainThread  ●─ join ann ──────▏',
        'ann         █ 0 + 1 ██████████▏',
        'bob         ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▏',
        '← → step · n iteration · j jump · b break · p play · w why · ? help · q quit',
      ]);

      terminal.resize(120, 40);
      const large = await terminal.until((screen) => screen.split('\n')[38]?.startsWith('bob') === true);
      expect(large.length).toBe(40);
      expect(large[1]).toMatch(/^─ demos\/12-lost-update\.ts ─+ stops at thread:preempt ─$/);
      expect(large[1]!.length).toBe(120);
      expect(large[39]).toMatch(/^← → step · .* · < > causes · x choice · \? help · q quit$/);
      expect(large[35]).toMatch(/^ {12}├─{10}┴.*┤$/);
      expect(large[35]!.length).toBe(120);
      terminal.resize(30, 10);
      await terminal.until('30×10 is too small');
      terminal.resize(80, 24);
      expect(await terminal.until('MainThread  ●─ join ann')).toEqual(small);

      terminal.press('Left');
      await terminal.until('event 21 of 52');
      terminal.press('q');
      const after = await expectRestored(0);
      expect(after.join('\n')).not.toContain('event 21');
    });

    it('hears all keys that are more than a character', async () => {
      await step('npx tsx demos/08-deadlock.ts --step');
      terminal.press('G');
      await terminal.until('event 121 of 121');
      terminal.press('Left', 'Left', 'w', '>');
      await terminal.until('there is nothing to come back to');
      terminal.press('Escape');
      await terminal.until('← → step');
      const chain = await terminal.until(/causes 1–\d of \d+: ↑ ↓/);
      terminal.press('Down');
      await terminal.until(/causes 2–\d+ of \d+: ↑ ↓/);
      terminal.press('PageDown', 'Up', 'PageUp');
      expect(await terminal.until('causes 1–')).toEqual(chain);
      terminal.press('/', 'x', 'BSpace', 'c', 'o', 'o', 'k', 'Enter');
      await terminal.until('there is no “cook” after this event');
      terminal.press('Tab', 'Tab');
      await terminal.until('s goes to steps of ann');
      terminal.press('q');
      await expectRestored(0);
    });

    it('runs the program anew where one chooses otherwise, goes to and fro, and tells how to see it again', async () => {
      await step(LOST_UPDATE, 120, 30); // a command line that is not wrapped can be copied
      terminal.press('x', 'x');
      await terminal.until('1 ann goes on ✓   2 ann is interrupted');
      terminal.press('2');
      await terminal.until('from here on they differ; z shows the other run, t both');
      expect(terminal.screen()).toContain(`─ ann is interrupted at event 17 ${'─'.repeat(87)}`);
      terminal.press('z');
      await terminal.until('1 ann goes on ✓');
      terminal.press('z');
      await terminal.until('2 ann is interrupted ✓');
      terminal.press('t');
      await terminal.until(/^as it is .*\n(.*\n)+ann is interrupted at event 17/m);
      terminal.press('q');
      const [again] = await expectRestored(0);
      const [, command] = /^this run again: (.* --step --schedule '.*')$/.exec(again!)!;
      terminal.close();
      await step(command!, 120, 30);
      terminal.press('x', 'x');
      await terminal.until('2 ann is interrupted ✓');
      terminal.press('q');
      await expectRestored(0);
    });

    it('asks what if, and gives up a run that never comes', async () => {
      await step('npx tsx demos/02-chores.ts --step');
      terminal.press('e');
      await terminal.until('what if: █  rice 20 min · rice x0.5 · homework +5 min');
      terminal.enter('nobody 5');
      await terminal.until('nothing in this run is called "nobody"');
      terminal.press('e');
      terminal.enter('rice 20 min');
      await terminal.until('it ends at 30 min, 10 min sooner');
      terminal.press('v', 'Escape');
      await terminal.until('given up');
      terminal.press('q');
      await expectRestored(0);
    });

    it('of a program that never ends shows so much, and goes on when asked', async () => {
      await step('npx tsx test/node/programs/endless.ts --step');
      terminal.press('G');
      await terminal.until('this is not the end: → runs the program further');
      terminal.press('Right');
      await terminal.until('it went on for 150000 events, and still does');
      terminal.press('C-c');
      await expectRestored(0);
    });

    it('gives the terminal back after Ctrl-C', async () => {
      await step(LOST_UPDATE);
      terminal.press('C-c');
      await expectRestored(0);
    });

    it.each([
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ])('gives it back after %s, and ends by it', async (signal, code) => {
      // Node itself, for npx and tsx would stand between.
      await step(`(echo $BASHPID > ${folder}/pid; exec node --import tsx demos/12-lost-update.ts --step)`);
      process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), signal);
      await expectRestored(code);
    });

    it('takes the run that it waits for along, where it is ended from outside', async () => {
      terminal = new Tmux(ROOT);
      terminal.enter(
        `clear; (echo $BASHPID > ${folder}/pid; NEVER_YIELDS=${folder}/run exec node --import tsx test/node/programs/never-yields.ts --step); echo code $?`,
      );
      await terminal.until('Ctrl-C ends it');
      const pid = readFileSync(join(folder, 'pid'), 'utf8').trim();
      const run = await until(() => readIfThere(join(folder, 'run')));
      process.kill(Number(pid), 'SIGTERM');
      await terminal.until(/^code 143$/m);
      await until(() => (isAlive(run) ? undefined : true));
    });

    it('ends quietly where its terminal is taken away', async () => {
      terminal = new Tmux(ROOT);
      // The shell between is killed; the one around it has the terminal then.
      terminal.enter(
        `clear; sh -c 'echo $$ > ${folder}/shell; node --import tsx demos/12-lost-update.ts --step 2> ${folder}/errors; true'`,
      );
      await terminal.until('Nothing has happened yet');
      const shell = readFileSync(join(folder, 'shell'), 'utf8').trim();
      const stepper = await until(() => childrenOf(shell)[0]);
      process.kill(Number(shell), 'SIGKILL');
      // It learns of it when a key comes, and the shell that has the terminal takes some of them.
      await until(() => {
        if (!isAlive(stepper)) return true;
        terminal.press('x');
        return undefined;
      });
      expect(readFileSync(join(folder, 'errors'), 'utf8')).toBe('');
      expect(terminal.modes().alternate).toBe(false);
    });

    it('shows how a program fails, and tells its error when one has left', async () => {
      await step('npx tsx test/node/programs/body-throws.ts --step');
      terminal.enter('/oven');
      await terminal.until(/^▶ main fails: Error: the oven is cold$/m);
      terminal.press('q');
      const after = await expectRestored(1);
      expect(after[0]).toBe('Error: the oven is cold');
    });

    it('does not begin where a file can’t be loaded', async () => {
      terminal = new Tmux(ROOT);
      terminal.enter(
        `stty -a > ${folder}/before; npx tsx test/node/programs/import-throws.ts --step; echo code $?`,
      );
      const screen = await expectRestored(1);
      expect(screen.join('\n')).toContain('Error: the fridge is empty');
    });

    it.each([
      ['while a key is heard', ['x']],
      ['while it plays', ['p', 'x']],
    ])('gives the terminal back where the stepper itself fails %s, and says why', async (_, keys) => {
      await step('npx tsx test/node/programs/stepper-throws.ts');
      terminal.press(...keys);
      const screen = await expectRestored(1);
      expect(screen[0]).toBe('Error: the log is gone');
    });
  },
);

describe('without a terminal', { timeout: 60_000 }, () => {
  const plain = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', ...args], { cwd: ROOT, encoding: 'utf8', input: '' });

  it('the story is told instead', () => {
    const { status, stdout } = plain('demos/01-one-coroutine.ts', '--step');
    expect(status).toBe(0);
    expect(stdout).toMatch(/The whole story\n +0 {2}#0 {2}the task main is created\n/);
    expect(stdout).not.toContain('\x1b');
  });

  it('a part that there isn’t is told', () => {
    const { status, stdout, stderr } = plain('demos/02-chores.ts', '--step', '--part', '3');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('there is no part 3 to step through, it has 2');
  });
});
