import { describe, expect, it } from 'vitest';
import {
  blocked,
  busy,
  copies,
  coroutines,
  curves,
  freeThreads,
  network,
  processes,
  request,
  sequential,
  sweep,
  threads,
} from '../../src/index.ts';
import { messageOf } from '../support/journal.ts';

describe('a sweep', () => {
  const net = network({ latency: 50 });
  const fetches = (tasks: number) => copies(tasks, [request(net), busy(1)]);

  it('runs each number of tasks under each model, and compares with as many sequentially', () => {
    const points = sweep(fetches, { tasks: [1, 10, 100] });
    const rows = points.map(({ title, tasks, summary, speedUp }) => [
      title,
      tasks,
      summary.makespan,
      Number(speedUp!.toFixed(2)),
    ]);
    expect(rows).toEqual([
      ['sequential', 1, 51, 1],
      ['coroutines', 1, 51, 1],
      ['threads', 1, 51, 1],
      ['free threads', 1, 51, 1],
      ['processes', 1, 51, 1],
      ['sequential', 10, 510, 1],
      ['coroutines', 10, 60, 8.5],
      ['threads', 10, 60, 8.5],
      ['free threads', 10, 53, 9.62],
      ['processes', 10, 53, 9.62],
      ['sequential', 100, 5100, 1],
      ['coroutines', 100, 150, 34],
      ['threads', 100, 150, 34],
      ['free threads', 100, 75, 68],
      ['processes', 100, 75, 68],
    ]);
  });

  it('takes the workload, the models and the costs that it is given', () => {
    const costs = { threadCreate: 1, threadMemory: 8 };
    const points = sweep((n) => copies(n, [blocked(5)]), {
      tasks: [4],
      models: [threads(), freeThreads({ cores: 1 })],
      costs,
    });
    expect(points.map(({ summary }) => summary.overhead.create)).toEqual([5, 5]); // main’s start as well
    expect(points.map(({ summary }) => summary.peak.memory)).toEqual([32, 32]);
    expect(points.map(({ summary }) => summary.cores)).toEqual([4, 1]);
  });

  it('goes up to ten thousand of each kind, all at one time', () => {
    const models = [coroutines(), threads(), freeThreads(), processes()];
    const points = sweep((n) => copies(n, [blocked(10), busy(1), blocked(10)]), { tasks: [10_000], models });
    expect(points.map(({ error }) => error)).toEqual([null, null, null, null]);
    expect(points.map(({ summary }) => summary.busy)).toEqual([10_000, 10_000, 10_000, 10_000]);
    expect(points.map(({ summary }) => summary.peak.threads)).toEqual([1, 10_001, 10_001, 10_001]);
    expect(points.map(({ summary }) => summary.makespan)).toEqual([10_020, 10_020, 2520, 2520]);
  });

  it('refuses no tasks, no list of them, and a workload that is none', () => {
    expect(messageOf(() => sweep(fetches, { tasks: [10, 0] }))).toBe(
      'ValueError: a sweep takes a whole number of tasks, 1 or more, got 0: no work has nothing to compare',
    );
    expect(messageOf(() => sweep(fetches, { tasks: [] }))).toBe(
      'ValueError: a sweep needs to know how many tasks, as in { tasks: [1, 10, 100] }',
    );
    expect(messageOf(() => sweep({ a: [busy(1)] } as never, { tasks: [1] }))).toMatch(
      /^TypeError: sweep\(\) takes a function that makes a workload of so many tasks, got .*: for one workload there is compare\(\)$/,
    );
    expect(messageOf(() => sweep(fetches, { tasks: [1], models: [] }))).toMatch(
      /^ValueError: there is no model/,
    );
  });
});

describe('curves', () => {
  const points = sweep((n) => copies(n, [busy(2)]), {
    tasks: [1, 2],
    models: [sequential(), processes()],
    costs: { processMemory: 100 },
  });

  it('are one figure by model', () => {
    expect(curves(points)).toEqual({
      x: { label: 'tasks', unit: 'count' },
      y: { label: 'time until all is done', unit: 'ms' },
      series: [
        {
          name: 'sequential',
          points: [
            [1, 2],
            [2, 4],
          ],
        },
        {
          name: 'processes',
          points: [
            [1, 2],
            [2, 2],
          ],
        },
      ],
    });
    const ends = (figure: Parameters<typeof curves>[1]) =>
      curves(points, figure).series.map((one) => one.points.at(-1)![1]);
    expect(ends('speedUp')).toEqual([1, 2]);
    expect(ends('busy')).toEqual([4, 4]);
    expect(ends('cpuUse')).toEqual([0.25, 0.5]);
    expect(ends('overhead')).toEqual([0, 0]);
    expect(ends('switches')).toEqual([0, 1]);
    expect(ends('memory')).toEqual([100, 300]);
  });

  it('know the figures there are', () => {
    expect(messageOf(() => curves(points, 'time' as never))).toBe(
      'ValueError: no figure is called time; there are makespan, speedUp, busy, cpuUse, overhead, switches, memory',
    );
  });
});
