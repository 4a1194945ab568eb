/**
 * Measures some workloads in this process, contenders taking turns, and prints the numbers as JSON.
 *
 * `bench.ts` starts it, compiled to JavaScript, once or several times for each workload: what V8 learns in one workload
 * (shapes, types, inlining) must not spoil another. Given several workloads it measures them all in turn, in one process:
 * there every call in the loop has seen every kind of coroutine, as in real use.
 *
 * No collection is forced between runs: it throws away optimised code, and so changes what is measured.
 */

import { floors } from './floors.ts';
import { type Contender, CpuMeter, MemoryMeter, type Meter } from './meter.ts';
import { operations, type Size, type WorkloadId } from './workloads.ts';

/** Who does the work. */
export type ContenderName = 'floor' | 'least' | 'loopscope' | 'native';

/** One workload at one size. */
export interface Job {
  readonly id: WorkloadId;
  readonly size: Size;
}

/** What a child process is asked to do. */
export interface Order {
  readonly jobs: readonly Job[];
  readonly contenders: readonly ContenderName[];
  readonly rounds: number;
  /** CPU time in ms that each contender runs before anything is measured. */
  readonly warmup: number;
  /** CPU time in ms that one measurement takes at least: as many runs as that needs. */
  readonly sample: number;
}

/** What came out of a job: for each contender its ns (MEM: bytes) per operation, round by round. */
export interface Measured extends Job {
  readonly rounds: { readonly [Name in ContenderName]?: number[] };
  /** Whose CPU time: the main thread's, or the whole process's. */
  readonly cpu: 'thread' | 'process';
}

/** Sizes above this are warmed up at this size: their own takes too long, and teaches V8 nothing else. */
const WARMUP_TASKS = 1_000;

interface Entry {
  readonly name: ContenderName;
  readonly run: Contender;
  readonly times: number[];
  result: number | undefined;
}

async function contendersOf(id: WorkloadId, names: readonly ContenderName[]): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const name of names) {
    const run = await contender(name, id);
    if (run !== undefined) entries.push({ name, run, times: [], result: undefined });
  }
  return entries;
}

/** Only what takes part is loaded. */
async function contender(name: ContenderName, id: WorkloadId): Promise<Contender | undefined> {
  if (name === 'least') return (await import('./least.ts')).least[id];
  if (name === 'native') return (await import('./native.ts')).native[id];
  if (name === 'floor' && id !== 'REC') return floors[id];
  const { loopscope } = await import('./loopscope.ts');
  return name === 'floor' ? loopscope.W1 : loopscope[id];
}

/** The cost of one operation, averaged over as many runs as `atLeast` takes. */
async function sample(entry: Entry, size: Size, meter: Meter, atLeast: number): Promise<number> {
  meter.reset();
  let runs = 0;
  do {
    const result = await entry.run(size, meter);
    entry.result ??= result;
    if (result !== entry.result) {
      throw new Error(`${entry.name} came to ${result} after ${entry.result}: it is not deterministic`);
    }
    runs++;
  } while (meter.total < atLeast);
  return meter.total / (runs * operations(size));
}

function checkAgreement(id: WorkloadId, entries: readonly Entry[]): void {
  const [first] = entries;
  for (const { name, result } of entries) {
    if (first !== undefined && result !== first.result) {
      throw new Error(
        `${id}: ${name} came to ${result}, ${first.name} to ${first.result}: not the same work`,
      );
    }
  }
}

async function measure(order: Order): Promise<Measured[]> {
  const cpu = new CpuMeter();
  const live = new MemoryMeter();
  const table = [];
  for (const job of order.jobs) table.push({ job, entries: await contendersOf(job.id, order.contenders) });

  for (const { job, entries } of table) {
    // What an earlier run left behind may become garbage in a later one, and would be counted off it.
    if (job.id === 'MEM') continue;
    const { tasks, turns } = job.size;
    const size = { tasks: Math.min(tasks, WARMUP_TASKS), turns };
    for (const entry of entries) {
      await sample(entry, size, cpu, order.warmup * 1e6);
      entry.result = undefined;
    }
  }

  for (let round = 0; round < order.rounds; round++) {
    for (const { job, entries } of table) {
      // Who went first in the last round goes last in this one.
      const turn = round % 2 === 0 ? entries : [...entries].reverse();
      for (const entry of turn) {
        const ofMemory = job.id === 'MEM';
        const meter = ofMemory ? live : cpu;
        entry.times.push(await sample(entry, job.size, meter, ofMemory ? 0 : order.sample * 1e6));
      }
    }
  }

  return table.map(({ job, entries }) => {
    checkAgreement(job.id, entries);
    return {
      ...job,
      rounds: Object.fromEntries(entries.map(({ name, times }) => [name, times])),
      cpu: cpu.of,
    };
  });
}

const [, , order] = process.argv;
if (order === undefined) throw new Error('measure is started by bench.ts, with an Order as JSON');
process.stdout.write(`${JSON.stringify(await measure(JSON.parse(order) as Order))}\n`);
