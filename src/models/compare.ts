import { LimitError, ValueError } from '../core/errors.ts';
import type { TraceSink } from '../trace/events.ts';
import { DEFAULT_MAX_EVENTS, Recorder } from '../trace/recorder.ts';
import type { Trace } from '../trace/trace.ts';
import { allModels, Model, type ModelOptions, sequential } from './model.ts';
import { Summarizer, type Summary } from './summary.ts';
import type { WorkloadSource } from './workload.ts';

/** What one model made of a workload; also a row of `comparisonTable`, and a trace for `timelines`. */
export interface Comparison {
  readonly model: Model;
  /** The model's name. */
  readonly title: string;
  readonly trace: Trace;
  readonly summary: Summary;
  /** How many times faster than the sequential run; null if either took no time, or ended with an error. */
  readonly speedUp: number | null;
  /** What an activity threw, the first that did, or why the run could not come to its end; null if all went well. */
  readonly error: unknown;
}

/** What holds for every model that doesn't say otherwise. */
export interface CompareOptions extends ModelOptions {
  /** The most events of one trace; 5 million by default. A run that has more ends with an error. */
  readonly maxEvents?: number;
}

/**
 * Runs the same workload under several models, each from 0 ms on: all five, unless you choose.
 *
 * A workload that shares a lock or a counter among its activities is given as a function, which is called for each run.
 * Devices can be shared: in each run they begin anew. The speed-up is against a sequential run, even if that isn't among
 * the models. Work of hours under a GIL that is asked for every 5 ms is millions of switches, all of them in the trace:
 * let the work be smaller, or `switchInterval` longer.
 *
 * Throws a TypeError or ValueError for a workload or a list of models that is none, and for impossible options; a
 * RuntimeError in a running loop.
 *
 * @example
 * const chores = { rice: [blocked(minutes(40))], washing: [blocked(minutes(30))], dishes: [blocked(minutes(30))] };
 * console.log(comparisonTable(compare(chores)));
 * console.log(timelines(compare(chores, [sequential(), coroutines()])));
 */
export function compare(
  workload: WorkloadSource,
  models: readonly Model[] = allModels(),
  options: CompareOptions = {},
): Comparison[] {
  checkModels(models);
  const { maxEvents = DEFAULT_MAX_EVENTS, ...defaults } = options;
  const baseline = measure(sequential(), workload, defaults, maxEvents);
  return models.map((model): Comparison => {
    const recorder = new Recorder({ maxEvents });
    const run = measure(model, workload, defaults, maxEvents, recorder);
    const trace = recorder.toTrace({ title: model.name });
    return { model, title: model.name, trace, ...run, speedUp: speedUp(run, baseline) };
  });
}

/** What a run gave. @internal */
export interface Measured {
  readonly summary: Summary;
  readonly error: unknown;
}

/**
 * Runs a workload, and folds its trace as it is written; it is kept only if there is a recorder. A run with more than
 * `maxEvents`, which may be one without an end, is stopped. @internal
 */
export function measure(
  model: Model,
  workload: WorkloadSource,
  defaults: ModelOptions,
  maxEvents: number,
  recorder: Recorder | null = null,
): Measured {
  const { cores, costs } = model.settings(defaults);
  const summing = new Summarizer({ cores, costs });
  let left = maxEvents;
  const sink: TraceSink = {
    write(code, time, iteration, cause, a, b, c, text) {
      if (--left < 0) throw tooLong(model, maxEvents, time);
      recorder?.write(code, time, iteration, cause, a, b, c, text);
      summing.write(code, time, iteration, cause, a, b, c, text);
    },
  };
  const error = model.run(workload, sink, defaults);
  return { summary: summing.summary(), error };
}

function tooLong(model: Model, maxEvents: number, time: number): LimitError {
  return new LimitError(
    `${model} has written ${maxEvents} events by ${time} ms, and the work isn’t done. Perhaps it never is; else let it be ` +
      'less, let threads take turns less often (switchInterval, timeSlice), or raise maxEvents',
  );
}

/** @internal */
export function speedUp(run: Measured, baseline: Measured): number | null {
  if (run.error !== null || baseline.error !== null) return null;
  if (run.summary.makespan === 0 || baseline.summary.makespan === 0) return null;
  return baseline.summary.makespan / run.summary.makespan;
}

/** Throws a TypeError or ValueError for what can't be compared. @internal */
export function checkModels(models: readonly Model[]): void {
  if (!Array.isArray(models) || models.length === 0)
    throw new ValueError('there is no model to compare: give a list such as [coroutines(), threads()]');
  const names = new Set<string>();
  for (const model of models) {
    if (!(model instanceof Model)) {
      const hint =
        typeof model === 'function' ? `: call it, ${(model as () => unknown).name || 'model'}()` : '';
      throw new TypeError(`a model is made by sequential(), coroutines(), threads() …${hint}`);
    }
    if (names.has(model.name))
      throw new ValueError(
        `two models are called ${model.name}: give one of them another name, as in threads({ name: '…' })`,
      );
    names.add(model.name);
  }
}
