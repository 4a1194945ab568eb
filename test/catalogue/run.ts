/**
 * `npm run catalogue -- [options]`: looks for every mistake of the catalogue, and holds that no twin is blamed. Exits with 0 if so,
 * 1 if a mistake is missed or a twin blamed, 2 if it could not be done.
 */

import { parseArgs } from 'node:util';
import { wrap } from '../../src/views/cells.ts';
import { CATALOGUE } from './catalogue.ts';
import type { Entry } from './entry.ts';
import { type Measured, measure, seedsOf } from './measure.ts';
import { heading, kindLine, row, summary, WIDTH } from './table.ts';

const USAGE = `usage: npm run catalogue -- [options]

Explores each program of the catalogue that has a mistake until it is met, and its twin as far as 1,000 runs go:
by every schedule, and by random and pct from three seeds.

  --seed N     the first of the three seeds; by default from the clock
  --name TEXT  only entries whose name or kind contains TEXT
  --about      say of each entry what is wrong in it, and where it is known from; explore nothing
  --help       this text`;

/** Something the caller has to correct. */
class UsageError extends Error {}

function readArguments(args: string[]) {
  const { seed, ...values } = parse(args);
  const first = seed === undefined ? Date.now() % 1_000_000_000 : Number(seed);
  if (!Number.isInteger(first) || first < 0)
    throw new UsageError(`--seed expects a whole number of 0 or more, not '${seed}'`);
  return { ...values, seed: first };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        seed: { type: 'string' },
        name: { type: 'string', default: '' },
        about: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The entries, those of one kind together. */
function byKind(entries: readonly Entry[]): Map<Entry['kind'], Entry[]> {
  const kinds = new Map<Entry['kind'], Entry[]>();
  for (const entry of entries) kinds.set(entry.kind, [...(kinds.get(entry.kind) ?? []), entry]);
  return kinds;
}

function describe({ name, about, source }: Entry): string {
  const lines = wrap(about, WIDTH - 4);
  if (source !== undefined) {
    lines.push(`${source.project}: ${source.title}`, source.url, ...wrap(source.wrong, WIDTH - 4));
  }
  return [`  ${name}`, ...lines.map((line) => `    ${line}`)].join('\n');
}

/** Measures and reports; gives the exit code. */
function measureAll(kinds: Map<Entry['kind'], Entry[]>, seed: number): number {
  const began = performance.now();
  const all: Measured[] = [];
  console.log(heading().join('\n'));
  for (const [kind, entries] of kinds) {
    console.log(kindLine(kind, entries.length));
    for (const entry of entries) {
      const measured = measure(entry, seedsOf(seed));
      all.push(measured);
      console.log(row(measured));
    }
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`\n${summary(all).join('\n')}`);
  console.log(`${seconds} s; the same again: npm run catalogue -- --seed ${seed}`);
  const wrong = all.filter(({ complaints }) => complaints.length > 0);
  for (const { entry, complaints } of wrong)
    console.log(`\n${entry.name}\n${complaints.map((complaint) => `  ${complaint}`).join('\n')}`);
  return wrong.length > 0 ? 1 : 0;
}

function main(args: string[]): number {
  try {
    const { seed, name, about, help } = readArguments(args);
    const chosen = CATALOGUE.filter((entry) => entry.name.includes(name) || entry.kind.includes(name));
    if (chosen.length === 0) throw new UsageError(`no entry has '${name}' in its name or kind`);
    const kinds = byKind(chosen);
    if (help) console.log(USAGE);
    else if (about)
      for (const [kind, entries] of kinds)
        console.log(`${kindLine(kind, entries.length)}\n${entries.map(describe).join('\n\n')}\n`);
    else return measureAll(kinds, seed);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`catalogue: ${error.message}\n\n${USAGE}`);
    return 2;
  }
}

process.exitCode = main(process.argv.slice(2));
