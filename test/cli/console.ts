import { fileURLToPath } from 'node:url';
import { runCli } from '../../src/cli/cli.ts';
import type { Screen } from '../../src/node/live-line.ts';
import { paper } from '../node/pieces.ts';

const FOLDER = new URL('./programs/', import.meta.url);

/** The path of a program that is there for tests. */
export const program = (name: string): string => fileURLToPath(new URL(name, FOLDER));

/** What a command line prints, and its exit code; `@name` stands for a program. */
export async function loopscope(
  line: string | readonly string[],
  {
    columns,
    env,
    input = '',
    screen,
  }: { columns?: number; env?: Record<string, string>; input?: string; screen?: Screen } = {},
): Promise<{ code: number; out: string; err: string }> {
  const args = typeof line === 'string' ? line.split(' ').filter(Boolean) : line;
  const terminal = Object.assign(paper(columns, env), { input: () => input, screen });
  const code = await runCli(
    args.map((arg) => (arg.startsWith('@') ? program(arg.slice(1)) : arg)),
    terminal,
  );
  // Where the test lies is not what it tests.
  const short = (text: string) => text.replaceAll(fileURLToPath(FOLDER), '');
  return { code, out: short(terminal.text), err: short(terminal.errors) };
}
