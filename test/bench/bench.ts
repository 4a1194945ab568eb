/**
 * How fast is the loop? `npm run bench` measures the workloads of `workloads.ts` and compares them with their floors
 * (`floors.ts`) and with the project's aims. `npm run bench -- --help` lists the options.
 *
 * Absolute times say little: the same machine is up to 1.8 times slower a minute later. What is reported is how many
 * times its floor a workload takes, where both took turns in one process. Each workload is measured in processes of its
 * own (`measure.ts`), several of them, because V8 does not compile the same program twice in the same way.
 *
 * To see where the time goes: `--keep` leaves the compiled program behind and prints how to profile it.
 *
 * The exit status is 1 if a workload was beyond its limit or could not be measured, 2 if the options are wrong.
 */

import { execFile, spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { compile } from './compile.ts';
import type { ContenderName, Job, Measured, Order } from './measure.ts';
import { formatReport, type Growth, judge, type Line, pointOf, type Report, reportData } from './report.ts';
import type { SchedulesMeasured, SchedulesOrder } from './schedules.ts';
import {
  GROWING,
  grown,
  type Size,
  WORKLOAD_IDS,
  WORKLOADS,
  type WorkloadId,
  workloadsNamed,
} from './workloads.ts';

const HELP = `npm run bench -- [options]

  --only W1,W4    only these workloads (W4: W4-1 and W4-64; there are ${WORKLOAD_IDS.join(', ')})
  --rounds N      rounds per workload (default 21; each round measures every contender once)
  --quick         few and short rounds, no growth: about 20 seconds; too noisy to fail
  --full          growth up to 1,000,000 tasks: some minutes, and 2 GB of memory
  --sizes 1e3,1e6 the numbers of tasks of W1, W2, W3 whose growth is measured (default 1e3,1e4,1e5)
  --schedules     only the explorer's schedules a second, beside fast-check's scheduler (else they come last)
  --least         the least loop there can be as well: what yield* costs, and what all that asyncio promises costs
  --native        native async/await as well
  --asyncio       Python's asyncio as well, if there is a python3
  --together      all workloads in one process, as in real use: every call in the loop has seen every kind of coroutine
  --json          print the report as JSON
  --keep          keep the compiled program, and print how to profile it
  --help          this text
`;

interface Options {
  readonly only: readonly WorkloadId[];
  readonly rounds: number;
  readonly quick: boolean;
  /** Over how many processes the rounds of a workload are spread. */
  readonly processes: number;
  readonly warmup: number;
  readonly sample: number;
  readonly sizes: readonly number[];
  /** Whether schedules a second are measured too. */
  readonly schedules: boolean;
  readonly least: boolean;
  readonly native: boolean;
  readonly asyncio: boolean;
  readonly together: boolean;
  readonly json: boolean;
  readonly keep: boolean;
}

/** Reads the command line; undefined: only help was asked for. */
function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      sizes: { type: 'string' },
      schedules: { type: 'boolean', default: false },
      least: { type: 'boolean', default: false },
      native: { type: 'boolean', default: false },
      asyncio: { type: 'boolean', default: false },
      together: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { quick, full, together } = values;
  const named = values.only?.split(',').flatMap(workloadsNamed) ?? WORKLOAD_IDS;
  const rounds = values.rounds === undefined ? (quick ? 5 : 21) : wholeNumber(values.rounds, '--rounds');
  const sizes = full ? [1e3, 1e4, 1e5, 1e6] : quick || together ? [] : [1e3, 1e4, 1e5];
  return {
    only:
      values.schedules && values.only === undefined ? [] : WORKLOAD_IDS.filter((id) => named.includes(id)),
    rounds,
    quick,
    processes: quick ? 1 : Math.min(3, rounds),
    // Until V8 has compiled all there is to compile: its own threads count here, too. After 250 ms it often hadn't.
    warmup: quick ? 150 : 1000,
    sample: quick ? 10 : 20,
    sizes: values.sizes?.split(',').map((size) => wholeNumber(size, '--sizes')) ?? sizes,
    schedules: values.schedules || (values.only === undefined && !together),
    least: values.least,
    native: values.native,
    asyncio: values.asyncio,
    together,
    json: values.json,
    keep: values.keep,
  };
}

function wholeNumber(text: string, option: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`${option} takes whole numbers from 1 on (1e3 is one, too), not '${text}'`);
  }
  return value;
}

const execute = promisify(execFile);

/** Runs one child process. */
async function child<T = Measured>(program: string, order: Order | SchedulesOrder): Promise<T[]> {
  const { stdout } = await execute(process.execPath, ['--expose-gc', program, JSON.stringify(order)], {
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout) as T[];
}

/**
 * Who is measured in one process. Both contenders of REC are the loop itself: one that has recorded is compiled
 * differently ever after, and slower when it doesn't record, which would make recording look cheap.
 */
function apart(ids: readonly WorkloadId[], names: readonly ContenderName[]): (readonly ContenderName[])[] {
  return ids.length === 1 && ids[0] === 'REC' ? [['floor'], ['loopscope']] : [names];
}

/** How `rounds` are spread over processes: 7 over 3 are 3, 2 and 2. */
function shares(rounds: number, processes: number): number[] {
  return Array.from({ length: processes }, (_, n) => Math.ceil((rounds - n) / processes)).filter(
    (n) => n > 0,
  );
}

/** Large runs are long, and steady for it: a few do. */
function roundsAt(tasks: number, rounds: number): number {
  if (tasks >= 1e6) return Math.min(rounds, 3);
  return tasks >= 1e5 ? Math.min(rounds, 5) : Math.min(rounds, 9);
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

/** The first line of an error of a child process that says what went wrong. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.match(/^\w*Error: .*$/m)?.[0] ?? text;
}

/** Python's costs, ns per operation by workload; a string says why there are none. */
function measureAsyncio(ids: readonly WorkloadId[]): { [Id in WorkloadId]?: number } | string {
  const sizes: { [Id in WorkloadId]?: Size } = {};
  for (const id of ids) if (id !== 'REC') sizes[id] = tenth(WORKLOADS[id].size);
  const script = fileURLToPath(new URL('asyncio_loop.py', import.meta.url));
  const { status, stdout, stderr, error } = spawnSync('python3', [script, JSON.stringify(sizes)], {
    encoding: 'utf8',
  });
  if (error !== undefined) return `asyncio was not measured: there is no python3 (${error.message})`;
  if (status !== 0) return `asyncio was not measured: ${stderr.trim().split('\n').at(-1)}`;
  const { numbers } = JSON.parse(stdout) as { numbers: { [Id in WorkloadId]?: number } };
  return numbers;
}

/** A tenth of the work: asyncio is some tens of times slower. */
function tenth({ tasks, turns }: Size): Size {
  return turns >= 10 ? { tasks, turns: Math.ceil(turns / 10) } : { tasks: Math.ceil(tasks / 10), turns };
}

function environmentLine({ rounds, processes, together }: Options, cpu: 'thread' | 'process'): string {
  const whose = cpu === 'thread' ? 'the main thread' : 'the process';
  const where = together ? 'all workloads in one process' : 'each workload in its own processes';
  return [
    `Node ${process.versions.node} (V8 ${process.versions.v8}), ${cpus()[0]?.model.trim() ?? 'unknown CPU'},`,
    `${availableParallelism()} cores. CPU time of ${whose}; medians of ${rounds} rounds in`,
    `${processes} process${processes === 1 ? '' : 'es'}, ${where}.`,
  ].join(' ');
}

async function bench(options: Options): Promise<Report> {
  const { only, least, native, rounds, processes, warmup, sample, sizes, together } = options;
  const contenders: ContenderName[] = ['floor', 'loopscope'];
  if (least) contenders.push('least');
  if (native) contenders.push('native');
  const order = (jobs: readonly Job[], share: number): Order => ({
    jobs,
    contenders,
    rounds: share,
    warmup,
    sample,
  });
  const jobOf = (id: WorkloadId): Job => ({ id, size: WORKLOADS[id].size });
  const notes: string[] = [];
  const found = new Map<WorkloadId, Measured[]>();
  const growth: Growth[] = [];
  let cpu: 'thread' | 'process' = 'process';

  progress('compiling');
  let explored: SchedulesMeasured[] = [];
  const { measure, schedules, remove } = compile();
  try {
    // Memory is counted, not timed: a few processes of one round each, and nothing else in them. REC: see `apart`.
    const isApart = (id: WorkloadId) => !together || id === 'MEM' || id === 'REC';
    const alone = only.filter(isApart).map((id) => [id]);
    const shared = only.filter((id) => !isApart(id));
    const groups = together && shared.length > 0 ? [shared, ...alone] : alone;
    for (const ids of groups) {
      const memory = ids.length === 1 && ids[0] === 'MEM';
      const spread = memory ? shares(Math.min(rounds, 3), 3) : shares(rounds, processes);
      for (const [n, share] of spread.entries()) {
        progress(`${ids.length > 1 ? 'all together' : ids[0]}, process ${n + 1} of ${spread.length}`);
        try {
          for (const names of apart(ids, contenders)) {
            const part = { ...order(ids.map(jobOf), share), contenders: names };
            for (const measured of await child(measure, part)) {
              found.set(measured.id, [...(found.get(measured.id) ?? []), measured]);
              cpu = measured.cpu;
            }
          }
        } catch (error) {
          notes.push(`${ids.join(', ')} could not be measured: ${reasonOf(error)}`);
          break;
        }
      }
    }

    for (const id of GROWING.filter((id) => only.includes(id) && sizes.length > 0)) {
      const points = [];
      for (const tasks of sizes) {
        progress(`${id} with ${tasks} tasks`);
        const job = { id, size: grown(id, tasks) };
        const bare = {
          ...order([job], roundsAt(tasks, rounds)),
          contenders: ['floor', 'loopscope'] as const,
        };
        try {
          points.push(...(await child(measure, bare)).map(pointOf));
        } catch (error) {
          notes.push(`${id} with ${tasks} tasks could not be measured: ${reasonOf(error)}`);
        }
      }
      growth.push({ id, points });
    }

    if (options.schedules) {
      progress('schedules');
      try {
        explored = await child<SchedulesMeasured>(schedules, {
          rounds,
          schedules: options.quick ? 200 : 1000,
        });
      } catch (error) {
        notes.push(`schedules could not be measured: ${reasonOf(error)}`);
      }
    }
  } finally {
    if (options.keep) {
      const example = JSON.stringify(order([jobOf(only[0] ?? 'W1')], rounds));
      notes.push(`profile: node --expose-gc --cpu-prof --cpu-prof-dir /tmp ${measure} '${example}'`);
    } else {
      remove();
    }
  }

  let asyncio: { [Id in WorkloadId]?: number } = {};
  if (options.asyncio) {
    progress('asyncio');
    const numbers = measureAsyncio(only);
    if (typeof numbers === 'string') notes.push(numbers);
    else asyncio = numbers;
  }
  progress('');
  const lines: Line[] = [];
  for (const id of only) {
    const measured = found.get(id);
    if (measured !== undefined) lines.push(judge(id, measured, asyncio[id]));
  }
  return { environment: environmentLine(options, cpu), lines, growth, schedules: explored, notes };
}

/** Reads the options; a mistake in them is told in a line. */
function optionsOrExit(): Options | undefined {
  try {
    return readOptions();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    process.exit(2);
  }
}

const options = optionsOrExit();
if (options === undefined) {
  process.stdout.write(HELP);
} else {
  const report = await bench(options);
  process.stdout.write(
    options.json ? `${JSON.stringify(reportData(report), null, 2)}\n` : formatReport(report),
  );
  // A quick look is too noisy to judge by.
  const failed = !options.quick && report.lines.some(({ verdict }) => verdict.startsWith('TOO'));
  if (failed || report.notes.some((note) => note.includes('could not be measured'))) process.exitCode = 1;
}
