/**
 * A terminal of a known size with a shell in it, by tmux: what is typed goes in, and what a person would see comes out.
 *
 * Nothing here sleeps for a fixed time: the screen is read again and again until it shows what is expected.
 */

import { spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

/** Whether there is a tmux. Where tests must not be left out, its absence is an error. */
export function hasTmux(): boolean {
  const isThere = spawnSync('tmux', ['-V']).status === 0;
  if (!isThere && process.env.CI)
    throw new Error('the tests of the terminal need tmux, which is not installed');
  return isThere;
}

/** Longer than anything takes on a busy machine. */
const PATIENCE = 60_000;

let count = 0;

/** A terminal, until it is closed. */
export class Tmux {
  readonly #socket: string;

  /** Opens a terminal with a plain shell in a folder. */
  constructor(folder: string, columns = 80, rows = 24) {
    this.#socket = `loopscope-${process.pid}-${count++}`;
    const shell = 'env -u NO_COLOR -u FORCE_COLOR PS1="\\$ " bash --noprofile --norc';
    this.#tmux(
      '-f',
      '/dev/null',
      'start-server',
      ';',
      'set',
      '-g',
      'status',
      'off',
      ';',
      'new-session',
      '-d',
      ...['-x', `${columns}`, '-y', `${rows}`, '-c', folder, shell],
    );
  }

  #tmux(...args: string[]): string {
    const { status, stdout, stderr, error } = spawnSync('tmux', ['-L', this.#socket, ...args], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`tmux ${args.join(' ')}: ${error?.message ?? stderr}`);
    return stdout;
  }

  /** The lines of the screen, without the spaces at their ends; with `styled`, as escape codes too. */
  screen(styled = false): string[] {
    const text = this.#tmux('capture-pane', '-p', ...(styled ? ['-e'] : []));
    return text
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => line.trimEnd());
  }

  /** Presses keys, by the names that tmux has for them: `Right`, `C-c`, `Enter`, or a character. */
  press(...keys: string[]): void {
    this.#tmux('send-keys', ...keys);
  }

  /** Types a command, and enter. */
  enter(command: string): void {
    this.#tmux('send-keys', '-l', command);
    this.press('Enter');
  }

  /** Waits until the screen shows a text, or is as asked; returns its lines. */
  async until(expected: string | RegExp | ((screen: string) => boolean)): Promise<string[]> {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const lines = this.screen();
      const text = lines.join('\n');
      const isThere =
        typeof expected === 'function'
          ? expected(text)
          : typeof expected === 'string'
            ? text.includes(expected)
            : expected.test(text);
      if (isThere) return lines;
      if (Date.now() > deadline) throw new Error(`the screen never showed ${expected}; it shows\n${text}`);
      await pause(20);
    }
  }

  /** Changes the size of the terminal. */
  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', `${columns}`, '-y', `${rows}`);
  }

  /** What the terminal is set to: whether it shows its other screen, and the cursor. */
  modes(): { readonly alternate: boolean; readonly cursor: boolean } {
    const [alternate, cursor] = this.#tmux('display-message', '-p', '#{alternate_on} #{cursor_flag}')
      .trim()
      .split(' ');
    return { alternate: alternate === '1', cursor: cursor === '1' };
  }

  close(): void {
    this.#tmux('kill-server');
  }
}
