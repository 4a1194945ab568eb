import { describe, expect, it } from 'vitest';
import {
  allModels,
  blocked,
  busy,
  type Comparison,
  type Coroutine,
  compare,
  coroutines,
  DeadlockError,
  Device,
  DeviceError,
  freeThreads,
  LimitError,
  minutes,
  network,
  print,
  processes,
  Recorder,
  request,
  run,
  runScript,
  saveTrace,
  seconds,
  sequential,
  ThreadLock,
  threads,
  timelines,
} from '../../src/index.ts';
import { messageOf } from '../support/journal.ts';

/** Each model with how many minutes it took, and how many times faster that is. */
const took = (runs: readonly Comparison[]) =>
  runs.map(({ title, summary, speedUp }) => [title, summary.makespan / minutes(1), speedUp]);

const byMachines = {
  rice: [blocked(minutes(40))],
  washing: [blocked(minutes(30))],
  dishes: [blocked(minutes(30))],
};
const attentively = { tv: [busy(minutes(30))], jogging: [busy(minutes(30))], games: [busy(minutes(40))] };
/** A GIL asked for every 5 ms is switched a million times in 100 minutes: people take turns less often. */
const patience = { switchInterval: minutes(1) };

describe('the chores', () => {
  it('take 40 minutes by machines, as soon as waits may overlap, and 100 one after the other', () => {
    expect(took(compare(byMachines))).toEqual([
      ['sequential', 100, 1],
      ['coroutines', 40, 2.5],
      ['threads', 40, 2.5],
      ['free threads', 40, 2.5],
      ['processes', 40, 2.5],
    ]);
  });

  it('take 100 minutes attentively, and 40 only where several can compute at the same time', () => {
    expect(took(compare(attentively, allModels(), patience))).toEqual([
      ['sequential', 100, 1],
      ['coroutines', 100, 1],
      ['threads', 100, 1],
      ['free threads', 40, 2.5],
      ['processes', 40, 2.5],
    ]);
  });

  it('take 40 minutes attentively on 3 cores as well, 55 on 2, and 100 on one', () => {
    const parallel = (cores: number) =>
      compare(attentively, [freeThreads(), processes()], { cores, timeSlice: minutes(1) });
    const times = (cores: number) => parallel(cores).map(({ summary }) => summary.makespan / minutes(1));
    expect(times(3)).toEqual([40, 40]);
    expect(times(1)).toEqual([100, 100]);
    expect(times(2)).toEqual([55, 55]);
  });

  it('keep one core of four busy, however many threads there are, as long as they share a GIL', () => {
    const use = compare(attentively, allModels(), patience).map(({ summary }) => summary.cpuUse);
    expect(use).toEqual([0.25, 0.25, 0.25, 0.625, 0.625]);
  });

  it('wait for something else under each model, though they take as long', () => {
    const [, inLoop, inThreads] = compare(attentively, allModels(), patience);
    const hours = ({ summary }: Comparison) =>
      Object.entries(summary.waiting).flatMap(([cause, ms]) => (ms > 0 ? [[cause, ms / minutes(1)]] : []));
    // The second and third task stand in the ready queue for 30 and 60 minutes; main waits for all.
    expect(hours(inLoop!)).toEqual([
      ['ready', 90],
      ['join', 100],
    ]);
    expect(hours(inThreads!).map(([cause]) => cause)).toEqual(['gil', 'join']);
    expect(inThreads!.summary.switches.forced).toBe(91);
  });
});

describe('the three sleepers of the article', () => {
  const work = Object.fromEntries(
    ['a', 'b', 'c'].map((name) => [name, [blocked(seconds(1)), blocked(seconds(1))]]),
  );

  it('take 2 s together, and 6 s one after the other', () => {
    expect(compare(work).map(({ summary }) => summary.makespan)).toEqual([6000, 2000, 2000, 2000, 2000]);
  });

  it('sleep as long under every model, and switch only when they sleep', () => {
    for (const { summary, title } of compare(work)) {
      expect(summary.waiting.sleep, title).toBe(6000);
      expect(summary.busy, title).toBe(0);
      expect(summary.switches, title).toEqual({ voluntary: title === 'sequential' ? 6 : 7, forced: 0 });
    }
  });
});

describe('what it costs', () => {
  const work = { a: [busy(10)], b: [busy(10)] };
  const costs = {
    threadCreate: 1,
    processCreate: 30,
    handOver: 2,
    coroutineCreate: 0.5,
    coroutineSwitch: 0.25,
    threadMemory: 8,
    processMemory: 100,
    coroutineMemory: 1,
  };

  it('is charged where the rules say so: nothing sequentially, each step of a loop, each start', () => {
    const lost = compare(work, allModels(), { costs }).map(({ title, summary }) => [title, summary.overhead]);
    expect(lost).toEqual([
      ['sequential', { total: 0, switch: 0, create: 0, pickle: 0 }],
      // Two tasks are made. Seven steps: main’s two, one of each task, one for each in the gather, the end.
      ['coroutines', { total: 2.75, switch: 1.75, create: 1, pickle: 0 }],
      // The main thread is started, too.
      ['threads', { total: 3, switch: 0, create: 3, pickle: 0 }],
      ['free threads', { total: 3, switch: 0, create: 3, pickle: 0 }],
      ['processes', { total: 69, switch: 0, create: 61, pickle: 8 }],
    ]);
  });

  it('makes the run longer, by what nobody else can do meanwhile', () => {
    const times = compare(work, allModels(), { costs }).map(({ summary }) => summary.makespan);
    expect(times.slice(0, 2)).toEqual([20, 22.75]);
    expect(times.slice(3)).toEqual([1 + 1 + 10, 1 + 30 + 2 + 10 + 2]);
  });

  it('is in memory what is alive at one time: tasks, stacks, interpreters', () => {
    const bytes = compare(work, allModels(), { costs }).map(({ summary }) => summary.peak);
    expect(bytes).toEqual([
      { processes: 1, threads: 1, tasks: 1, memory: 100 },
      { processes: 1, threads: 1, tasks: 3, memory: 103 },
      { processes: 1, threads: 3, tasks: 0, memory: 116 },
      { processes: 1, threads: 3, tasks: 0, memory: 116 },
      { processes: 3, threads: 3, tasks: 0, memory: 300 },
    ]);
  });

  it('is what a model says itself, before what is said for all', () => {
    const models = [threads({ cores: 1, costs: { threadCreate: 5 } }), freeThreads()];
    const runs = compare(work, models, { cores: 2, costs });
    expect(runs.map(({ summary }) => summary.cores)).toEqual([1, 2]);
    expect(runs.map(({ summary }) => summary.overhead.create)).toEqual([15, 3]);
    expect(runs[0]!.summary.peak.memory).toBe(116); // what it doesn’t say is as for all
  });
});

describe('a workload', () => {
  it('may have logic, in the same words under every model', () => {
    const net = network({ latency: 20 });
    const pages: string[] = [];
    const runs = compare({
      fetcher: function* () {
        for (const path of ['/a', '/b']) {
          const page = yield* request(net, { label: path, result: `page ${path}` });
          yield* busy(5);
          pages.push(page);
        }
      },
      clock: [blocked(60)],
    });
    expect(pages).toEqual(Array.from({ length: 6 }, () => ['page /a', 'page /b']).flat()); // and the baseline
    expect(runs.map(({ summary }) => summary.makespan)).toEqual([110, 60, 60, 60, 60]);
    expect(runs.map(({ summary }) => summary.busy)).toEqual([10, 10, 10, 10, 10]);
    expect(runs.map(({ summary }) => summary.waiting.device)).toEqual([40, 40, 40, 40, 40]);
  });

  it('may share a device: its channels are free again at the beginning of each run', () => {
    const disk = new Device({ name: 'disk', latency: 10, channels: 1 });
    const work = { a: [request(disk)], b: [request(disk)], c: [request(disk)] };
    const models = () => compare(work).map(({ summary }) => [summary.makespan, summary.waiting.device]);
    expect(models()).toEqual([
      [30, 30],
      [30, 60],
      [30, 60],
      [30, 60],
      [30, 60],
    ]);
    expect(models()).toEqual(models());
    expect(disk.inFlight).toBe(0);
  });

  it('may be a function, which makes what its activities share anew for each run', () => {
    let made = 0;
    const runs = compare(() => {
      made++;
      const lock = new ThreadLock();
      function* careful(): Coroutine<void> {
        yield* lock.acquire();
        yield* blocked(10);
        lock.release();
      }
      return { a: careful, b: careful };
    }, [threads(), processes()]);
    expect(made).toBe(3);
    expect(runs.map(({ summary }) => [summary.makespan, summary.waiting.lock])).toEqual([
      [20, 10],
      [20, 10],
    ]);
  });

  it('prints into the trace, and nowhere else', () => {
    const [inLoop] = compare(
      {
        *a(): Coroutine<void> {
          print('hello');
        },
      },
      [coroutines()],
    );
    expect([...inLoop!.trace].filter(({ kind }) => kind === 'print')).toHaveLength(1);
  });

  it('gives rows for timelines', () => {
    const runs = compare(byMachines, [sequential(), coroutines()]);
    expect(timelines(runs, { width: 72, legend: false })).toBe(
      [
        '           0         20 min      40 min      60 min      80 min  100 min',
        '           ├───────────┴───────────┴───────────┴───────────┴───────────┤',
        'sequential  100 min',
        '  rice     ●─ sleep 40 min ────────✓',
        '  washing                          ●─ sleep 30 min ──✓',
        '  dishes                                             ●─ sleep 30 min ──✓',
        '  loop     ●·······················●·················●·················●',
        '',
        'coroutines  40 min',
        '  main     ●─ gather ──────────────✓',
        '  rice     ●─ sleep 40 min ────────✓',
        '  washing  ●─ sleep 30 min ──✓',
        '  dishes   ●─ sleep 30 min ──✓',
        '  loop     ●·················●·····●',
      ].join('\n'),
    );
  });
});

describe('a run that goes wrong', () => {
  const broken = new Device({ name: 'net', latency: 5, failureRate: 1 });

  it('tells of the first error, and the others come to their end', () => {
    const runs = compare({ bad: [request(broken)], good: [blocked(20)] });
    expect(runs.map(({ error }) => error instanceof DeviceError)).toEqual([true, true, true, true, true]);
    expect(runs.map(({ summary }) => summary.failed)).toEqual([1, 1, 1, 1, 1]);
    expect(runs.map(({ summary }) => summary.makespan)).toEqual([25, 20, 20, 20, 20]);
    expect(runs.map(({ speedUp }) => speedUp)).toEqual([null, null, null, null, null]);
  });

  it('tells of a deadlock', () => {
    const [inThreads] = compare(() => {
      const lock = new ThreadLock();
      return {
        *a(): Coroutine<void> {
          yield* lock.acquire();
          yield* lock.acquire();
        },
      };
    }, [threads()]);
    expect(inThreads!.error).toBeInstanceOf(DeadlockError);
  });

  it('tells of a trace that is full, with the trace up to there', () => {
    const [inLoop] = compare({ a: [blocked(1), blocked(1)] }, [coroutines()], { maxEvents: 10 });
    expect(String(inLoop!.error)).toBe(
      'LimitError: the model coroutines has written 10 events by 0 ms, and the work isn’t done. Perhaps it never is; ' +
        'else let it be less, let threads take turns less often (switchInterval, timeSlice), or raise maxEvents',
    );
    expect(inLoop!.trace.length).toBe(10);
    expect(inLoop!.summary.events).toBe(10);
  });
});

it('that never ends is stopped under every model, the baseline too', () => {
  const endless = {
    clock: function* () {
      for (;;) yield* blocked(1);
    },
  };
  const runs = compare(endless, allModels(), { maxEvents: 1000 });
  expect(runs.map(({ error }) => error instanceof LimitError)).toEqual([true, true, true, true, true]);
});

describe('a model', () => {
  it('runs a workload by itself, and writes into any sink', () => {
    const recorder = new Recorder();
    expect(threads({ cores: 2 }).run({ a: [busy(10)] }, recorder)).toBe(null);
    expect(recorder.toTrace().endTime).toBe(10);
  });

  it('runs in a script, on a clock of its own', () => {
    const times = runScript(() => compare(byMachines).map(({ summary }) => summary.makespan / minutes(1)));
    expect(times).toEqual([100, 40, 40, 40, 40]);
  });

  it('draws other latencies with another seed, and the same with the same', () => {
    const net = network();
    const time = (seed: number) =>
      compare({ a: [request(net)] }, [coroutines({ seed })]).map(({ trace }) => saveTrace(trace))[0];
    expect(time(1)).toBe(time(1));
    expect(time(1)).not.toBe(time(2));
  });

  it('refuses what is impossible when it is made, and a loop around it', () => {
    expect(messageOf(() => threads({ cores: 0 }))).toBe('ValueError: a machine has one core or more, got 0');
    expect(messageOf(() => sequential({ seed: Number.NaN }))).toBe(
      'ValueError: a seed is a finite number, got NaN',
    );
    expect(messageOf(() => coroutines({ costs: { threadSwitch: -1 } }))).toBe(
      'ValueError: costs.threadSwitch is a number of 0 or more, got -1',
    );
    const inside = () =>
      run(function* () {
        compare(byMachines);
      });
    expect(messageOf(inside)).toBe(
      'RuntimeError: a model runs programs of its own: not in a running event loop, nor in a thread',
    );
  });

  it('is needed, under a name of its own', () => {
    expect(messageOf(() => compare(byMachines, []))).toBe(
      'ValueError: there is no model to compare: give a list such as [coroutines(), threads()]',
    );
    expect(messageOf(() => compare(byMachines, [threads, coroutines()] as never))).toBe(
      'TypeError: a model is made by sequential(), coroutines(), threads() …: call it, threads()',
    );
    expect(messageOf(() => compare(byMachines, [threads(), threads({ cores: 2 })]))).toBe(
      "ValueError: two models are called threads: give one of them another name, as in threads({ name: '…' })",
    );
    const [, patient] = compare(byMachines, [threads(), threads({ name: 'patient threads' })]);
    expect(patient!.title).toBe('patient threads');
  });
});
