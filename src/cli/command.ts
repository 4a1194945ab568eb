/**
 * What a command is: words for its help, its options, and what it does.
 *
 * A command is data in a small file of its own (commands/), and the table of them (commands.ts) is all that the command line
 * knows. Its options are read, and mistakes in them told, before it runs.
 */

import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Screen } from '../node/live-line.ts';
import type { Terminal } from '../node/run-demo.ts';
import { parseDuration } from '../trace/duration.ts';

/** What the exit code of a command says. */
export const EXIT = {
  fine: 0,
  /** The program failed, or stood still in a deadlock. */
  failed: 1,
  usage: 2,
  /** A file can't be read, isn't what it should be, or can't be written. */
  file: 3,
} as const;

/** The command line makes no sense; the message is one line for whoever typed it. */
export class UsageError extends Error {}

/** One option, as its help shows it. */
export interface OptionSpec {
  readonly help: string;
  /** What stands for its value in the help (`N`, `FILE`); an option without one is a switch. */
  readonly value?: string;
  readonly short?: string;
  /** A switch that may be said both ways: `--color`, `--no-color`. */
  readonly negatable?: boolean;
}

/** A command of the command line. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What stands behind the name: `FILE… [options]`. */
  readonly usage: string;
  /** Further lines of its help. */
  readonly about?: readonly string[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Command lines that make sense, with what they do. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /** Options behind its arguments are not its own: they are passed on as they are. */
  readonly passesOn?: boolean;
  /** Does it; the exit code. Throws `UsageError` and `FileError`. */
  run(call: Call): number | Promise<number>;
}

/** Where a command is shown, and where it reads what stands for `-`. */
export interface Console extends Terminal {
  input(): string;
  /** Where something can be drawn in place while one waits; undefined: nowhere. */
  readonly screen?: Screen | undefined;
}

/** A command line, read. */
export interface Call {
  /** What is no option. */
  readonly args: readonly string[];
  readonly options: Options;
  readonly terminal: Console;
  /** Columns to draw for, and whether in colours. */
  readonly width: number;
  readonly color: boolean;
}

/** Values of options, each asked for by its name. */
export class Options {
  readonly #values: { readonly [name: string]: string | boolean | undefined };

  constructor(values: { readonly [name: string]: string | boolean | undefined }) {
    this.#values = values;
  }

  isGiven(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  /** A switch; undefined: not said. */
  flag(name: string): boolean | undefined {
    return this.#values[name] as boolean | undefined;
  }

  text(name: string): string | undefined {
    return this.#values[name] as string | undefined;
  }

  /** One of some words. */
  choice<T extends string>(name: string, words: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined || words.includes(text as T)) return text as T | undefined;
    throw new UsageError(`--${name} is one of ${words.join(', ')}, got '${text}'`);
  }

  /** A whole number of at least `least`. */
  whole(name: string, least: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new UsageError(`--${name} needs a whole number, ${least} or more, got '${text}'`);
  }

  /** A virtual time in ms, said in words or as a number of ms; `amount` is the part of the text that says it. */
  time(name: string, amount = this.text(name)): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = parseDuration((amount ?? '').trim());
    if (value !== null && Number.isFinite(value)) return value;
    throw new UsageError(`--${name} is a time, as 250, 250ms, 10s or '2 min 30 s', got '${text}'`);
  }

  /** A number above 0. */
  positive(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
    throw new UsageError(`--${name} needs a number above 0, got '${text}'`);
  }
}

/** In narrower terminals there is no room for a picture. */
const LEAST_WIDTH = 20;

/** Options that several commands have. */
export const LOOKS = {
  width: { value: 'N', help: 'draw for N columns; those of the terminal by default, 80 elsewhere' },
  color: {
    negatable: true,
    help: 'with or without colours; by default with them on a terminal, unless NO_COLOR=1',
  },
} as const;
export const SEED = {
  seed: { value: 'N', help: 'the seed of the random numbers; 0 by default' },
} as const;
export const SCHEDULE = {
  ...SEED,
  schedule: {
    value: 'LINE',
    help: 'decide what is left open as this line says; export schedule gives one',
  },
} as const;
export const BOUNDS = {
  until: { value: 'TIME', help: 'end at this virtual time, as 10s or 40min; a bare number is in ms' },
  'max-events': { value: 'N', help: 'end after N events' },
} as const;
export const DEBUG = {
  debug: { help: 'tell of a yield* forgotten before a call of the library, and of what holds the loop up' },
} as const;
export const PART = {
  part: { value: 'NAME', help: 'only this part, by its title or number, where there are several' },
} as const;
const HELP = { help: { short: 'h', help: 'show this text' } } as const;

/** Reads the arguments of a command; null: only its help is asked for. */
export function readCall(command: Command, args: readonly string[], terminal: Console): Call | null {
  const specs: Readonly<Record<string, OptionSpec>> = { ...command.options, ...HELP };
  let own = args;
  let passed: readonly string[] = [];
  if (command.passesOn) {
    const first = args.findIndex((arg) => !arg.startsWith('-'));
    const at = first < 0 ? args.length : first;
    [own, passed] = [args.slice(0, at), args.slice(at)];
  }
  const { values, positionals } = parse(specs, own);
  for (const [name, value] of Object.entries(values))
    if (value === false && !specs[name]!.negatable) throw new UsageError(`there is no option --no-${name}`);
  if (values.help) return null;
  const options = new Options(values);
  const { columns, env } = terminal;
  return {
    args: [...positionals, ...passed],
    options,
    terminal,
    width: options.whole('width', LEAST_WIDTH) ?? Math.max(LEAST_WIDTH, columns ?? 80),
    color: options.flag('color') ?? (columns !== undefined && !env.NO_COLOR && env.TERM !== 'dumb'),
  };
}

function parse(specs: Readonly<Record<string, OptionSpec>>, args: readonly string[]) {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const [name, { value, short }] of Object.entries(specs))
    options[name] = { type: value === undefined ? 'boolean' : 'string', ...(short && { short }) };
  try {
    const { values, positionals } = parseArgs({
      args: joined(specs, args),
      allowNegative: true,
      allowPositionals: true,
      options,
    });
    return { values: values as Record<string, string | boolean | undefined>, positionals };
  } catch (error) {
    // Node explains at length, over several lines; its first sentence says it.
    const first = (error as Error).message.split(/\.\s|\n/)[0]!.replace(/\.$/, '');
    throw new UsageError(first.charAt(0).toLowerCase() + first.slice(1));
  }
}

/** A number below zero belongs to the option before it: `--add -5` as `--add=-5`. */
function joined(specs: Readonly<Record<string, OptionSpec>>, args: readonly string[]): string[] {
  const all: string[] = [];
  for (const arg of args) {
    const before = all.at(-1) ?? '';
    const takesValue = before.startsWith('--') && specs[before.slice(2)]?.value !== undefined;
    if (takesValue && /^-\.?\d/.test(arg)) all.push(`${all.pop()}=${arg}`);
    else all.push(arg);
  }
  return all;
}

/** The help of a command. */
export function helpOf({ name, summary, usage, about = [], options, examples }: Command): string {
  const rows = Object.entries({ ...options, ...HELP }).map(([option, spec]: [string, OptionSpec]) => {
    const long = spec.negatable
      ? `--${option}, --no-${option}`
      : `--${option}${spec.value ? ` ${spec.value}` : ''}`;
    return [spec.short ? `-${spec.short}, ${long}` : long, spec.help] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    `loopscope ${name}: ${summary}`,
    '',
    `Usage: loopscope ${name} ${usage}`,
    ...(about.length > 0 ? ['', ...about] : []),
    '',
    'Options:',
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    '',
    'Examples:',
    ...examples.flatMap(([line, does]) => [`  ${line}`, `      ${does}`]),
    '',
    EXIT_CODES,
    '',
  ].join('\n');
}

export const EXIT_CODES = `Exit codes: 0 fine; 1 the program failed or stands still in a deadlock; 2 the command line makes no sense;
3 a file can't be read, isn't what it should be, or can't be written. Fine is also a run that is cut where --until or
--max-events say, and a demo that fails as it is there to show.`;

/** A program or a trace, as the help of commands that take one says it. */
export const ABOUT_FILES = [
  'FILE is a program (.ts, .js) or a saved trace (.json); - is a trace on the standard input. A program file has as its',
  'default export a program (function*), a script (a function), or what demo(…) gives.',
];
