/**
 * How many schedules a second: loopscope's explorer beside fast-check's scheduler, which orders promises, on the same problem.
 *
 * Some tasks read a counter, wait, and write it back, all at one moment, so that nothing but the order of their turns is open. Both
 * run it under one schedule after another, by chance; loopscope also by its other strategies, and with the cell in which it sees
 * the race. `bench.ts` starts this, compiled to JavaScript; contenders take turns, and what counts is the ratio within a round.
 */

import fc from 'fast-check';
import {
  delayBounded,
  exhaustive,
  explore,
  fastCheck,
  pct,
  random,
  reduced,
} from '../../src/explore/index.ts';
import { type Coroutine, createTask, gather, shared, sleep } from '../../src/index.ts';
import { CpuMeter } from './meter.ts';

/** Tasks: their orders are more than the schedules of one sample, so that no strategy comes to its end. */
const TASKS = 7;

/** What a child process is asked to do. */
export interface SchedulesOrder {
  readonly rounds: number;
  /** Schedules that each contender runs in a round. */
  readonly schedules: number;
}

/** Schedules a second, round by round. */
export interface SchedulesMeasured {
  readonly name: string;
  readonly perSecond: readonly number[];
}

function* losing(): Coroutine<void> {
  let counter = 0;
  function* add(): Coroutine<void> {
    const seen = counter;
    yield* sleep(5);
    counter = seen + 1;
  }
  yield* gather(Array.from({ length: TASKS }, () => createTask(add())));
  if (counter > TASKS) throw new Error('impossible');
}

function* losingCell(): Coroutine<void> {
  const counter = shared(0, 'counter');
  function* add(): Coroutine<void> {
    const seen = counter.value;
    yield* sleep(5);
    counter.value = seen + 1;
  }
  yield* gather(Array.from({ length: TASKS }, () => createTask(add())));
  if (counter.peek() > TASKS) throw new Error('impossible');
}

async function byFastCheck(schedules: number, seed: number): Promise<void> {
  const property = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
    let counter = 0;
    const wait = scheduler.scheduleFunction(async () => {});
    const add = async () => {
      const seen = counter;
      await wait();
      counter = seen + 1;
    };
    const all = Promise.all(Array.from({ length: TASKS }, () => add()));
    await scheduler.waitIdle();
    await all;
    if (counter > TASKS) throw new Error('impossible');
  });
  await fc.assert(property, { numRuns: schedules, seed });
}

type Contender = (schedules: number, seed: number) => Promise<void> | void;

const contenders: Readonly<Record<string, Contender>> = {
  'fast-check’s scheduler': byFastCheck,
  random: (runs, seed) => void explore(losing, { strategy: random(seed), runs }),
  pct: (runs, seed) => void explore(losing, { strategy: pct({ seed }), runs }),
  exhaustive: (runs) => void explore(losing, { strategy: exhaustive(), runs }),
  'delay-bounded': (runs) => void explore(losing, { strategy: delayBounded(9), runs }),
  'fast-check’s choices': (runs, seed) => void explore(losing, { strategy: fastCheck(fc, { seed }), runs }),
  'random, with a cell': (runs, seed) =>
    void explore(losingCell, { strategy: random(seed), runs, ignore: ['race'] }),
  'reduced, with a cell': (runs) => void explore(losingCell, { strategy: reduced(), runs, ignore: ['race'] }),
};

async function measure({ rounds, schedules }: SchedulesOrder): Promise<SchedulesMeasured[]> {
  const meter = new CpuMeter();
  const table = Object.entries(contenders).map(([name, run]) => ({ name, run, perSecond: [] as number[] }));
  for (const { run } of table) await run(schedules, 0);
  for (let round = 0; round < rounds; round++) {
    for (const { run, perSecond } of round % 2 === 0 ? table : [...table].reverse()) {
      meter.reset();
      meter.start();
      await run(schedules, 1 + round * schedules);
      meter.stop();
      perSecond.push((schedules / meter.total) * 1e9);
    }
  }
  return table.map(({ name, perSecond }) => ({ name, perSecond }));
}

const [, , order] = process.argv;
if (order === undefined) throw new Error('this is started by bench.ts, with a SchedulesOrder as JSON');
process.stdout.write(`${JSON.stringify(await measure(JSON.parse(order) as SchedulesOrder))}\n`);
