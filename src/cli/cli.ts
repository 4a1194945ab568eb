/**
 * The command line: finds the command, reads its options, runs it, and says what went wrong in one line.
 *
 * The terminal is handed in, so a test sees what a person would. What was asked for goes to the output; what went wrong, and
 * which files were saved, is told on the error output.
 */

import { createRequire } from 'node:module';
import { FileError, ProgramError } from '../node/load-program.ts';
import { tell } from '../node/tell.ts';
import { ScheduleError } from '../trace/schedule.ts';
import { type Command, type Console, EXIT, EXIT_CODES, helpOf, readCall, UsageError } from './command.ts';
import { COMMANDS } from './commands.ts';

/** Does what a command line says; returns the exit code. */
export async function runCli(args: readonly string[], terminal: Console): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    terminal.err(help());
    return EXIT.usage;
  }
  if (name === '--version' || name === '-v') {
    terminal.out(`${version()}\n`);
    return EXIT.fine;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    const about = COMMANDS.find((one) => one.name === rest[0]);
    terminal.out(about ? helpOf(about) : help());
    return EXIT.fine;
  }
  const command = COMMANDS.find((one) => one.name === name);
  if (!command) {
    terminal.err(`loopscope: there is no command '${name}'${suggest(name)}; loopscope --help lists them\n`);
    return EXIT.usage;
  }
  return runCommand(command, rest, terminal);
}

async function runCommand(command: Command, args: readonly string[], terminal: Console): Promise<number> {
  try {
    const call = readCall(command, args, terminal);
    if (call !== null) return await command.run(call);
    terminal.out(helpOf(command));
    return EXIT.fine;
  } catch (error) {
    const say = (text: string) => terminal.err(`loopscope ${command.name}: ${text}\n`);
    if (error instanceof UsageError) {
      say(`${error.message}; loopscope ${command.name} --help says more`);
      return EXIT.usage;
    }
    if (error instanceof FileError) {
      say(error.message);
      return EXIT.file;
    }
    if (error instanceof ScheduleError) {
      say(error.message);
      return EXIT.failed;
    }
    if (error instanceof ProgramError) {
      say(`${error.message}\n${tell(error, error.path)}`);
      return EXIT.failed;
    }
    throw error;
  }
}

function help(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return `loopscope: a deterministic event loop you can stop, step and look into

Usage: loopscope COMMAND …

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n')}

loopscope COMMAND --help says more, with examples.

${EXIT_CODES}
`;
}

/** The command that was probably meant. */
function suggest(name: string): string {
  const near = COMMANDS.filter((one) => one.name.startsWith(name.slice(0, 2)) || name.startsWith(one.name));
  const [nearest] = near.sort((a, b) => shared(b.name, name) - shared(a.name, name));
  return nearest ? `, did you mean ${nearest.name}?` : '';
}

/** How many letters of one are in the other. */
function shared(one: string, other: string): number {
  return [...one].filter((letter) => other.includes(letter)).length;
}

function version(): string {
  return (createRequire(import.meta.url)('../../package.json') as { version: string }).version;
}
