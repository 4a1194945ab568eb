/**
 * `npm run measure-costs`: measures what threads, processes and coroutines cost on this machine's python3, and prints it in
 * the form of the preset in src/cpu/costs.ts.
 */
import { parseArgs } from 'node:util';
import { NO_COSTS } from '../../src/index.ts';
import { environment, hasPython, type Measured, measureCosts, PythonError } from './python.ts';

const USAGE = `usage: npm run measure-costs -- [--json] [--help]

Measures the costs of a machine with the python3 at hand, and prints them as a preset of loopscope: times in ms, memory in
bytes, each the lower quartile of several rounds (what is disturbed takes longer), with the lowest and the highest. It takes about 20 seconds.`;

/** Two digits are all that such a figure is worth. */
const rounded = (value: number) => Number(value.toPrecision(2));

function print(measured: Measured): void {
  const { figure, spread } = measured;
  console.log(`// ${environment(measured)}`);
  console.log('export const REALISTIC: Costs = {');
  for (const name of Object.keys(NO_COSTS)) {
    const value = figure[name];
    if (value === undefined) console.log(`  // ${name}: this system does not tell`);
    else console.log(`  ${name}: ${rounded(value)}, // ${spread[name]!.map(rounded).join(' … ')}`);
  }
  console.log('};');
  const { forkCreate, forkCopy, allCores } = figure;
  if (forkCreate !== undefined)
    console.log(`// A process that is forked, not spawned, is there after ${rounded(forkCreate)} ms.`);
  if (forkCopy !== undefined)
    console.log(
      `// Whoever forked it copies pages for ${rounded(forkCopy)} ms of CPU, when it next has something to do.`,
    );
  if (allCores !== undefined)
    console.log(
      `// The same work takes ${rounded(allCores)} times as much CPU time while all cores compute.`,
    );
}

function main(args: string[]): number {
  let options: { json: boolean; help: boolean };
  try {
    options = parseArgs({
      args,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`measure-costs: ${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  if (!hasPython()) {
    console.log('measure-costs: skipped, since there is no python3 here to measure');
    return 0;
  }
  try {
    const measured = measureCosts(false);
    if (options.json) console.log(JSON.stringify(measured));
    else print(measured);
    return 0;
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    console.error(`measure-costs: ${error.message}`);
    return 2;
  }
}

process.exitCode = main(process.argv.slice(2));
