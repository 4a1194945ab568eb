import { describeValue, ValueError } from '../core/errors.ts';
import { checkModels, type Measured, measure, speedUp } from './compare.ts';
import { allModels, type Model, type ModelOptions, sequential } from './model.ts';
import type { Summary } from './summary.ts';
import { checkTasks, type WorkloadSource } from './workload.ts';

/** Which workloads a sweep runs, and under what. */
export interface SweepOptions extends ModelOptions {
  /** How many tasks: once each, in this order. */
  readonly tasks: readonly number[];
  /** All five by default. */
  readonly models?: readonly Model[];
  /** The most events of one run, none of which is kept; 100 million by default. One that has more ends with an error. */
  readonly maxEvents?: number;
}

/** What one model made of one number of tasks. */
export interface SweepPoint {
  readonly model: Model;
  /** The model's name. */
  readonly title: string;
  readonly tasks: number;
  readonly summary: Summary;
  /** How many times faster than the sequential run of as many tasks; null if either took no time, or failed. */
  readonly speedUp: number | null;
  readonly error: unknown;
}

/**
 * Runs workloads of more and more tasks under several models: how each of them scales.
 *
 * No trace is kept, so that 100,000 threads take seconds and some 100 MB. Throws a ValueError for a number of tasks below
 * 1, and otherwise as `compare` does.
 *
 * @example
 * const points = sweep((tasks) => copies(tasks, [request(net), busy(5)]), {
 *   tasks: [1, 10, 100, 1000],
 *   costs: { threadCreate: 0.05, threadSwitch: 0.005, coroutineSwitch: 0.001 },
 * });
 * console.log(plot(curves(points)));
 */
export function sweep(workloadOf: (tasks: number) => WorkloadSource, options: SweepOptions): SweepPoint[] {
  const { tasks, models = allModels(), maxEvents = 100_000_000, ...defaults } = options;
  if (typeof workloadOf !== 'function')
    throw new TypeError(
      `sweep() takes a function that makes a workload of so many tasks, got ${describeValue(workloadOf)}: ` +
        'for one workload there is compare()',
    );
  if (!Array.isArray(tasks) || tasks.length === 0)
    throw new ValueError('a sweep needs to know how many tasks, as in { tasks: [1, 10, 100] }');
  for (const count of tasks) checkTasks(count, 'a sweep');
  checkModels(models);
  const baseline = sequential();
  return tasks.flatMap((count) => {
    const one: Measured = measure(baseline, workloadOf(count), defaults, maxEvents);
    return models.map((model): SweepPoint => {
      const measured = model.isSequential ? one : measure(model, workloadOf(count), defaults, maxEvents);
      const { name } = model;
      return { model, title: name, tasks: count, ...measured, speedUp: speedUp(measured, one) };
    });
  });
}

/** A figure of a sweep that can be drawn. */
export type SweepFigure = 'makespan' | 'speedUp' | 'busy' | 'cpuUse' | 'overhead' | 'switches' | 'memory';

/** Points by model, with words for the axes: what `plot` and `plotSvg` draw. */
export interface Curves {
  readonly x: { readonly label: string; readonly unit: 'count' };
  readonly y: { readonly label: string; readonly unit: 'ms' | 'bytes' | 'count' | 'ratio' };
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly (readonly [x: number, y: number])[];
  }[];
}

const FIGURES: {
  readonly [F in SweepFigure]: readonly [
    label: string,
    unit: Curves['y']['unit'],
    (point: SweepPoint) => number | null,
  ];
} = {
  makespan: ['time until all is done', 'ms', ({ summary }) => summary.makespan],
  speedUp: ['times faster than sequentially', 'ratio', (point) => point.speedUp],
  busy: ['CPU time of the work', 'ms', ({ summary }) => summary.busy],
  cpuUse: ['part of all cores in use', 'ratio', ({ summary }) => summary.cpuUse],
  overhead: ['CPU time lost to switching and starting', 'ms', ({ summary }) => summary.overhead.total],
  switches: ['switches', 'count', ({ summary }) => summary.switches.voluntary + summary.switches.forced],
  memory: ['memory at most', 'bytes', ({ summary }) => summary.peak.memory],
};

/**
 * One figure of a sweep as curves, a model each; a run that ended with an error has no point.
 *
 * Throws a ValueError for a figure that there isn't.
 *
 * @example console.log(plot(curves(points, 'memory')))
 */
export function curves(points: readonly SweepPoint[], figure: SweepFigure = 'makespan'): Curves {
  if (!Object.hasOwn(FIGURES, figure))
    throw new ValueError(`no figure is called ${figure}; there are ${Object.keys(FIGURES).join(', ')}`);
  const [label, unit, read] = FIGURES[figure];
  const names = new Set(points.map(({ title }) => title));
  const series = Array.from(names, (name) => ({
    name,
    points: points.flatMap((point) => {
      const value = point.title === name && point.error === null ? read(point) : null;
      return value === null ? [] : [[point.tasks, value] as const];
    }),
  }));
  return { x: { label: 'tasks', unit: 'count' }, y: { label, unit }, series };
}
