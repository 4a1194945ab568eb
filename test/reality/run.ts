/**
 * `npm run reality`: what loopscope says of small programs beside what the python3 of this machine does.
 *
 * All predictions are made, and printed, before anything of the programs is measured, and with one set of figures for all of
 * them. Ratios are compared, not times: how much longer, or shorter, one variant of a program takes than the other.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type MachineOptions, NO_COSTS } from '../../src/index.ts';
import { type Figures, type RealProgram, realPrograms } from './programs.ts';
import {
  costsOf,
  environment,
  hasPython,
  type Measured,
  measureCosts,
  PythonError,
  runPython,
} from './python.ts';

const USAGE = `usage: npm run reality -- [options]

Runs small Python programs, and the same in loopscope, and prints the ratios that loopscope predicts beside those measured.

  --only A,B   only the programs whose names contain A or B
  --time S     how long to measure, in seconds (default 90)
  --json       print one JSON object instead
  --help       this text

Exits with 0, however far off a prediction is; with 2 if it could not run.`;

/** A repetition counts as quiet if others used less of the machine than this, in cores. */
const QUIET = 0.15;
/** How many quiet repetitions are enough, and how many count if there are no more quiet ones: the quietest. */
const ENOUGH = 7;
/** An error above this is explained. */
const GOOD = 0.1;

/** Something the caller has to correct. */
class UsageError extends Error {}

interface Repetition extends Figures {
  /** How many cores others used meanwhile. */
  readonly others: number;
  /** For which part of their time processes of the program had to wait for a core, where it knows. */
  readonly waited: number;
  /** Where the time of all cores went, in ms by parts, where it knows. */
  readonly account: Readonly<Record<string, number>>;
}

/** What is said of a program before it is measured. */
interface Prediction {
  readonly ratio: number;
  readonly account: Readonly<Record<string, number>>;
}

interface Row {
  readonly name: string;
  readonly what: string;
  readonly predicted: number;
  readonly measured: number;
  /** How far the prediction is from what was measured, as a part of that. */
  readonly error: number;
  /** The lowest and the highest ratio among the repetitions that count. */
  readonly spread: readonly [number, number];
  readonly repetitions: number;
  readonly others: number;
  readonly note: string;
}

function readArguments(args: string[]) {
  let values: { only?: string | undefined; time: string; json: boolean; help: boolean };
  try {
    ({ values } = parseArgs({
      args,
      options: {
        only: { type: 'string' },
        time: { type: 'string', default: '90' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const seconds = Number(values.time);
  if (!(seconds > 0 && seconds < Number.POSITIVE_INFINITY))
    throw new UsageError(`--time expects a number of seconds above 0, not '${values.time}'`);
  return { ...values, seconds, only: values.only?.split(',') };
}

function select(programs: RealProgram[], only: string[] | undefined): RealProgram[] {
  const unknown = only?.find((part) => part === '' || !programs.some(({ name }) => name.includes(part)));
  if (unknown !== undefined)
    throw new UsageError(
      `no program has '${unknown}' in its name; there are ${programs.map(({ name }) => name).join(', ')}`,
    );
  return programs.filter(({ name }) => only === undefined || only.some((part) => name.includes(part)));
}

// ---- measuring ----------------------------------------------------------------------------------------

/** CPU time that the machine has spent, in its ticks of 10 ms; null where it doesn't tell. */
function machineTicks(): number | null {
  try {
    const [user, nice, system, , , irq, soft, steal] = readFileSync('/proc/stat', 'utf8')
      .split('\n', 1)[0]!
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return user! + nice! + system! + irq! + soft! + steal!;
  } catch {
    return null;
  }
}

function rest(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Waits for a moment in which nobody computes, up to `deadline`. */
function awaitQuiet(deadline: number): void {
  for (;;) {
    const before = machineTicks();
    if (before === null) return;
    rest(60);
    if (machineTicks()! - before <= 1 || performance.now() > deadline) return;
  }
}

/**
 * Repeats all programs in turn, so that a bad minute hits each of them alike, until there are enough quiet repetitions of
 * each, or the time is over.
 */
function measure(programs: RealProgram[], seconds: number): Map<RealProgram, Repetition[]> {
  const end = performance.now() + seconds * 1e3;
  const found = new Map(programs.map((program): [RealProgram, Repetition[]] => [program, []]));
  const isOpen = (program: RealProgram) =>
    found.get(program)!.filter(({ others }) => others < QUIET).length < ENOUGH;
  for (let round = 0; round === 0 || performance.now() < end; round++) {
    const open = programs.filter(isOpen);
    if (open.length === 0) break;
    for (const program of open) {
      if (round > 0 && performance.now() > end) break;
      awaitQuiet(Math.min(end, performance.now() + 200));
      found.get(program)!.push(...(runPython(`programs/${program.file}`, program.args) as Repetition[]));
    }
  }
  return found;
}

/** The quietest repetitions: which those are does not depend on what they measured. */
function quietest(repetitions: Repetition[]): Repetition[] {
  const sorted = repetitions.toSorted((a, b) => a.others - b.others);
  const quiet = sorted.filter(({ others }) => others < QUIET).length;
  return sorted.slice(0, Math.max(quiet, Math.min(ENOUGH, Math.ceil(sorted.length / 2))));
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function compare(
  program: RealProgram,
  prediction: Prediction,
  repetitions: Repetition[],
  allCores: number,
): Row {
  const { ratio: predicted } = prediction;
  const counted = quietest(repetitions);
  const ratios = counted.map(({ base, other }) => other / base);
  const measured = median(ratios);
  const error = (predicted - measured) / measured;
  const medianOf = (figure: (repetition: Repetition) => number) => median(counted.map(figure));
  const others = medianOf((repetition) => repetition.others);
  const found = [
    ...disturbances(
      others,
      medianOf(({ waited }) => waited),
    ),
    ...accounts(prediction.account, (part) => medianOf(({ account }) => account[part] ?? 0)),
    ...(program.account === undefined || allCores < 1.02 ? [] : [crowded(allCores)]),
    program.simplified,
  ];
  return {
    name: program.name,
    what: program.what,
    predicted,
    measured,
    error,
    spread: [Math.min(...ratios), Math.max(...ratios)],
    repetitions: ratios.length,
    others,
    note: Math.abs(error) <= GOOD ? '' : found.join('; '),
  };
}

function disturbances(others: number, waited: number): string[] {
  const found: string[] = [];
  if (others >= QUIET)
    found.push(`while it was measured others used ${others.toFixed(1)} cores of this machine`);
  if (waited >= 0.05)
    found.push(`its processes had to wait for a core for ${(waited * 100).toFixed(0)} % of their time`);
  return found;
}

const crowded = (allCores: number) =>
  `while all cores compute the same work takes ${allCores.toFixed(2)} times as much CPU time here`;

const PARTS: Readonly<Record<string, string>> = {
  work: 'the work itself',
  loop: 'the loop',
  pool: 'the other threads of its process',
  worker: 'the worker besides its work',
  idle: 'nobody, switches, or others',
};

/** Where the time of all cores went, part by part: in the program, and as it was predicted. */
function accounts(predicted: Prediction['account'], measured: (part: string) => number): string[] {
  const parts = Object.entries(predicted).map(
    ([part, value]) => `${PARTS[part]} ${measured(part).toFixed(2)} (${value.toFixed(2)})`,
  );
  return parts.length === 0
    ? []
    : [`of the time of all cores each job took, in ms (predicted): ${parts.join(', ')}`];
}

// ---- printing -----------------------------------------------------------------------------------------

const ratio = (value: number) => value.toFixed(value < 1 ? 3 : 2);
const percent = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value * 100).toFixed(1)} %`;
const ms = (value: number) => `${Number(value.toPrecision(2))} ms`;

function printPredictions(programs: RealProgram[], predictions: Prediction[]): void {
  console.log('Predicted, before anything is measured: how many times as long it takes\n');
  programs.forEach(({ name, what }, i) => {
    console.log(`${ratio(predictions[i]!.ratio).padStart(8)}  ${name}: ${what}`);
  });
}

function printRows(rows: Row[]): void {
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2;
  console.log(
    `\n${'program'.padEnd(width)}predicted  measured     error   spread         repetitions  others’ cores`,
  );
  for (const { name, predicted, measured, error, spread, repetitions, others } of rows) {
    const [low, high] = spread.map(ratio);
    console.log(
      name.padEnd(width) +
        ratio(predicted).padStart(9) +
        ratio(measured).padStart(10) +
        percent(error).padStart(10) +
        `   ${low} … ${high}`.padEnd(18) +
        String(repetitions).padStart(11) +
        others.toFixed(2).padStart(15),
    );
  }
  const off = rows.filter(({ note }) => note !== '');
  console.log(
    `\n${rows.length - off.length} of ${rows.length} predictions are within ${GOOD * 100} % of what was measured.`,
  );
  for (const { name, error, note } of off) console.log(`\n${name} is off by ${percent(error)}: ${note}.`);
}

function machineOf(measured: Measured): MachineOptions {
  const names = Object.keys(NO_COSTS) as (keyof typeof NO_COSTS)[];
  const { cores, gil, switchInterval } = measured;
  return { cores, gil, switchInterval, costs: costsOf(measured, names) };
}

function main(args: string[]): number {
  try {
    const { help, only, json, seconds } = readArguments(args);
    if (help) {
      console.log(USAGE);
      return 0;
    }
    if (!hasPython()) {
      console.log('reality: skipped, since there is no python3 here to compare with');
      return 0;
    }
    const calibration = measureCosts(true);
    const machine = machineOf(calibration);
    const programs = select(realPrograms(calibration.cores), only);
    const predictions = programs.map((program) => {
      const figures = program.predict(machine);
      const account = program.account?.(machine, figures) ?? {};
      return { ratio: figures.other / figures.base, account };
    });
    if (!json) {
      const costs = Object.entries(machine.costs ?? {}).map(([name, value]) => `${name} ${ms(value)}`);
      console.log(`On ${environment(calibration)}, switch interval ${machine.switchInterval} ms`);
      console.log(`with costs measured first: ${costs.join(', ')}\n`);
      printPredictions(programs, predictions);
    }
    const found = measure(programs, seconds);
    const rows = programs.map((program, i) =>
      compare(program, predictions[i]!, found.get(program)!, calibration.figure.allCores ?? 1),
    );
    if (json) console.log(JSON.stringify({ environment: environment(calibration), machine, programs: rows }));
    else printRows(rows);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) console.error(`reality: ${error.message}\n\n${USAGE}`);
    else if (error instanceof PythonError) console.error(`reality: ${error.message}`);
    else throw error;
    return 2;
  }
}

process.exitCode = main(process.argv.slice(2));
