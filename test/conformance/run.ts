/**
 * `npm run conformance -- [PATH...]`: runs files or folders of conformance programs and compares every log with
 * the one real CPython gave. Exits with 0 if all are equal, 1 if one differs, 2 if it could not be done.
 */
import { parseArgs } from 'node:util';
import { runProgram } from './adapter.ts';
import { difference, showDifference } from './compare.ts';
import { CORPUS, InvalidCorpus, loadPrograms, programFiles } from './corpus.ts';
import type { Program } from './ir.ts';

const USAGE = `usage: npm run conformance -- [PATH...] [options]

Runs conformance programs and compares their logs with CPython's. PATH is a .json or .jsonl file or a folder of
them (default: the programs of the project).

  --category A,B   only these categories
  --name TEXT      only programs whose name contains TEXT
  --show N         how many failures to show (default 5)
  --help           this text`;

/** Something the caller has to correct. */
class UsageError extends Error {}

interface Options {
  paths: string[];
  categories: string[] | undefined;
  name: string | undefined;
  show: number;
  help: boolean;
}

function readArguments(args: string[]): Options {
  const { values, positionals } = parse(args);
  const show = Number(values.show);
  if (!Number.isInteger(show) || show < 0 || values.show.trim() === '') {
    throw new UsageError(`--show expects a whole number, not '${values.show}'`);
  }
  return {
    paths: positionals.length > 0 ? positionals : [CORPUS],
    categories: values.category?.split(','),
    name: values.name,
    show,
    help: values.help,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        category: { type: 'string' },
        name: { type: 'string' },
        show: { type: 'string', default: '5' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function select({ paths, categories, name }: Options): Program[] {
  const all = paths.flatMap(programFiles).flatMap(loadPrograms);
  for (const category of categories ?? []) {
    if (all.some((program) => program.category === category)) continue;
    const known = [...new Set(all.map((program) => program.category))].join(', ');
    throw new UsageError(`no program of category '${category}'; there are ${known}`);
  }
  const chosen = all.filter(
    (program) =>
      (!categories || categories.includes(program.category)) &&
      (name === undefined || program.name.includes(name)),
  );
  if (chosen.length === 0) {
    throw new UsageError(name === undefined ? 'no program to run' : `no program has '${name}' in its name`);
  }
  const without = chosen.find((program) => !program.expect);
  if (without) throw new InvalidCorpus(`program "${without.name}" has no "expect", nothing to compare with`);
  return chosen;
}

/** Runs and reports; gives the exit code. */
function compareAll(programs: Program[], show: number): number {
  const table = new Map<string, { passed: number; failed: number }>();
  const total = { passed: 0, failed: 0 };
  const reports: string[] = [];
  for (const program of programs) {
    const row = table.get(program.category) ?? { passed: 0, failed: 0 };
    table.set(program.category, row);
    const { expect, ...withoutExpectation } = program;
    const found = difference(expect ?? { log: [] }, runProgram(withoutExpectation));
    const verdict = found ? 'failed' : 'passed';
    row[verdict]++;
    total[verdict]++;
    if (found) reports.push(showDifference(program, found));
  }
  const width = Math.max(...[...table.keys(), 'category'].map((name) => name.length)) + 2;
  const line = (name: string, passed: unknown, failed: unknown): string =>
    name.padEnd(width) + String(passed).padStart(6) + String(failed).padStart(8);
  console.log(line('category', 'passed', 'failed'));
  for (const [category, { passed, failed }] of table) console.log(line(category, passed, failed));
  console.log(line('total', total.passed, total.failed));
  for (const report of reports.slice(0, show)) console.log(`\n${report}`);
  if (reports.length > show) console.log(`\n... and ${reports.length - show} more (--show N)`);
  return reports.length > 0 ? 1 : 0;
}

function main(args: string[]): number {
  try {
    const options = readArguments(args);
    if (options.help) {
      console.log(USAGE);
      return 0;
    }
    return compareAll(select(options), options.show);
  } catch (error) {
    if (error instanceof UsageError) console.error(`conformance: ${error.message}\n\n${USAGE}`);
    else if (error instanceof InvalidCorpus) console.error(`conformance: ${error.message}`);
    else throw error;
    return 2;
  }
}

process.exitCode = main(process.argv.slice(2));
