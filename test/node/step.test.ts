/** The stepper in a real terminal: keys in, a screen out, and the terminal as it was afterwards. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENTER = '\x1b[?1049h';
const LEAVE = '\x1b[?1049l';

interface Session {
  readonly code: number | null;
  readonly output: string;
}

/**
 * Runs a demo in a terminal of its own (util-linux' `script` makes one), and answers what it shows: each key is sent when
 * the text before it has come.
 */
function inTerminal(
  args: string,
  answers: readonly (readonly [shown: string, key: string])[],
): Promise<Session> {
  return new Promise((done, fail) => {
    const command = `stty rows 24 cols 80; NO_COLOR=1 npx tsx ${args}; code=$?; stty -a | grep -o -- '-\\?icanon'; exit $code`;
    const child = spawn('script', ['-qfec', command, '/dev/null'], {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    let seen = 0;
    let next = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      while (next < answers.length && output.indexOf(answers[next]![0], seen) >= 0) {
        seen = output.length;
        child.stdin.write(answers[next++]![1]);
      }
    });
    child.on('error', fail);
    child.on('close', (code) => done({ code, output }));
  });
}

describe('stepping in a terminal', { timeout: 60_000 }, () => {
  it('shows a frame for each key, and gives the terminal back at the end', async () => {
    const { code, output } = await inTerminal('demos/01-one-coroutine.ts --step', [
      ['Nothing has happened yet', '\x1b[C'],
      ['event 1 of', 'G'],
      ['event 26 of 26', 'q'],
    ]);
    expect(code).toBe(0);
    const screen = output.slice(output.indexOf(ENTER), output.indexOf(LEAVE));
    expect(screen).toContain('event 1 of');
    expect(output.slice(output.indexOf(LEAVE))).toMatch(/(?<!-)icanon/); // lines are read as before
    expect(output.lastIndexOf('\x1b[?25h')).toBeGreaterThan(output.lastIndexOf('\x1b[?25l')); // with a cursor
  });

  it('gives it back after Ctrl-C as well', async () => {
    const { code, output } = await inTerminal('demos/08-deadlock.ts --step', [
      ['Nothing has happened yet', '\x03'],
    ]);
    expect(code).toBe(0);
    expect(output.slice(output.indexOf(LEAVE))).toMatch(/(?<!-)icanon/);
  });

  it('says which parts there are', async () => {
    const { code, output } = await inTerminal('demos/02-chores.ts --step --part 3', []);
    expect(code).toBe(2);
    expect(output).toContain('there is no part 3 to step through, it has 2');
    expect(output).not.toContain(ENTER);
  });
});
