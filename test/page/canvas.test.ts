/** The lanes without a browser: rows, levels of detail, what is under a point, marks on the axis, and words. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compute,
  createTask,
  Event,
  EventLoop,
  gather,
  Queue,
  Recorder,
  run,
  sleep,
} from '../../src/index.ts';
import { axisOf } from '../../src/page/canvas/axis.ts';
import { trailOf } from '../../src/page/canvas/critical.ts';
import { lowerBound, pieces, Shares, STATES, upperBound } from '../../src/page/canvas/detail.ts';
import { hitAt, placeOfEvent } from '../../src/page/canvas/hit.ts';
import {
  boundsOf,
  clampView,
  laneAt,
  panView,
  Ruler,
  Stack,
  scrollbarOf,
  zoomView,
} from '../../src/page/canvas/layout.ts';
import { DOINGS, RUNNING } from '../../src/page/canvas/lives.ts';
import { type Lane, type Model, modelOf, momentText, placeText } from '../../src/page/canvas/model.ts';
import { summary, tell, waitWords } from '../../src/page/canvas/tell.ts';
import { simulate } from '../../src/testing/index.ts';
import { criticalPath } from '../../src/trace/critical-path.ts';
import { Trace } from '../../src/trace/trace.ts';
import { lifelines } from '../../src/views/lifelines.ts';
import { timeline } from '../../src/views/timeline.ts';
import { programOf, tasksAtRandom } from '../testing/random-programs.ts';
import { stuckInAPool, stuckTwice } from '../views/deadlock-programs.ts';
import { chores, hog } from '../views/log.ts';
import { beat, kitchen, machines, pool, rivals, script } from '../views/thread-programs.ts';
import { demoNames, demoTraces, largeTrace, threadsTrace } from './traces.ts';

const one = (events: Iterable<Parameters<typeof Trace.of>[0] extends Iterable<infer E> ? E : never>) =>
  modelOf([{ title: '', trace: Trace.of(events) }]);

const lanesOf = (model: Model): Lane[] =>
  model.parts.flatMap(({ rows }) => rows.flatMap((row) => (row.kind === 'lane' ? [row.lane] : [])));

const laneNamed = (model: Model, name: string): Lane => lanesOf(model).find((lane) => lane.name === name)!;

describe('the rows', () => {
  it.each(demoNames)('are those of the timeline in the terminal: %s', async (name) => {
    for (const { trace } of await demoTraces(name)) {
      const model = modelOf([{ title: '', trace }]);
      const names = timeline(trace, { width: 400, legend: false, labels: false })
        .split('\n')
        .filter((line) => /^\S/.test(line) && !/^[├┄]/.test(line) && !/^iteration|^turns/.test(line))
        .map((line) => line.split(/ {2,}/)[0]);
      expect(lanesOf(model).map((lane) => lane.name)).toEqual(names);
    }
  });

  it('have headings where threads are of several kinds', () => {
    const rows = one(machines()).parts[0]!.rows;
    expect(rows.filter(({ kind }) => kind === 'heading').length).toBeGreaterThan(1);
    expect(one(beat()).parts[0]!.rows.map((row) => (row.kind === 'lane' ? row.lane.name : row.text))).toEqual(
      timeline(beat(), { width: 300, legend: false, labels: false })
        .split('\n')
        .slice(2)
        .map((line) => (line.startsWith('┄') ? line.replaceAll('┄', '').trim() : line.split(/ {2,}/)[0])),
    );
  });

  it('lie on one ruler, each trace under its title', async () => {
    const model = modelOf(await demoTraces('02-chores'));
    expect([model.by, model.from, model.to]).toEqual(['time', 0, 6_000_000]);
    expect(model.parts.map(({ rows }) => rows[0])).toEqual([
      { kind: 'title', text: 'by machines', note: '40 min' },
      { kind: 'title', text: 'attentively', note: '100 min' },
    ]);
  });

  it('count turns where no time passes', () => {
    const recorder = new Recorder();
    run(
      function* main() {
        yield* gather([1, 2].map((n) => createTask(sleep(0), { name: `t${n}` })));
      },
      { trace: recorder },
    );
    const model = modelOf([{ title: '', trace: recorder.toTrace() }]);
    expect(model.by).toBe('turns');
    expect(model.to).toBe(lifelines(recorder).loop.to.turn);
    const axis = axisOf(model, model, 8);
    expect(axis.corner).toBe('iteration');
    expect(axis.marks[0]).toEqual({ at: 0, label: '1' });
    // The cursor's flag counts what the axis does, and says what stands beside the clock.
    const [part] = model.parts;
    for (const { seq, iteration } of part!.trace)
      expect(momentText(model, part!, seq)).toBe(`iteration ${iteration}`);
    expect(momentText(model, part!, 0)).toBe('iteration 0');
    const { loop } = part!.lives;
    expect(placeText(model, loop.iterationTurn[2]!)).toBe('iteration 3');
    expect(
      axisOf(model, model, 1.5)
        .marks.map(({ label }) => label)
        .slice(0, 2),
    ).toEqual(['1', '3']);
  });

  it('are none for an empty trace, and nothing breaks', () => {
    const model = one([]);
    expect(lanesOf(model)).toEqual([]);
    expect(new Stack(model, 300).lineAt(10)).toBe(-1);
    expect(summary(model)).toContain('nothing ran');
  });
});

describe('levels of detail', () => {
  it('tell exactly how long each state was, from any slice to any other', () => {
    const model = modelOf([
      { title: 'a', trace: largeTrace(3_000, 3) },
      { title: 'b', trace: threadsTrace(3, 60) },
    ]);
    const lanes = lanesOf(model).filter(({ last, first }) => last - first > 100);
    expect(lanes.length).toBeGreaterThan(3);
    fc.assert(
      fc.property(fc.constantFrom(...lanes), fc.nat(1_000_000), fc.nat(1_000_000), (lane, a, b) => {
        const { first, last, slices, shares } = lane;
        const [i, j] = [a, b].map((n) => first + (n % (last - first + 1))).sort((x, y) => x - y) as [
          number,
          number,
        ];
        const exact = new Float64Array(STATES);
        for (let k = i; k < j; k++) exact[slices.doing[k]!]! += slices.to[k]! - slices.from[k]!;
        const sums = new Float64Array(STATES);
        shares.add(sums, i, j);
        sums.forEach((sum, s) => {
          expect(sum).toBeCloseTo(exact[s]!, 6);
        });
        expect(shares.runs(i, j)).toBe(slices.doing.subarray(i, j).filter((one) => one === RUNNING).length);
      }),
    );
  });

  it('leave out nothing: pieces cover each slice once, and their sums are those of the slices', () => {
    const model = modelOf([{ title: '', trace: largeTrace(3_000, 3) }]);
    for (const lane of lanesOf(model))
      for (const cell of [0.01, 1, 7, 60, 1e6]) {
        const seen: number[] = [];
        const sums = new Float64Array(STATES);
        const exact = new Float64Array(STATES);
        let runs = 0;
        pieces(lane, model.from, model.to, 0, cell, {
          slice: (i) => {
            seen.push(i);
            expect(lane.slices.to[i]! - lane.slices.from[i]!).toBeGreaterThanOrEqual(cell);
            sums[lane.slices.doing[i]!]! += lane.slices.to[i]! - lane.slices.from[i]!;
            if (lane.slices.doing[i] === RUNNING) runs++;
          },
          cell: (from, to, i, j, shares, count) => {
            for (let k = i; k < j; k++) seen.push(k);
            expect([from, to]).toEqual([lane.slices.from[i], lane.slices.to[j - 1]]);
            for (let s = 0; s < STATES; s++) sums[s]! += shares[s]!;
            runs += count;
          },
        });
        expect(seen).toEqual(Array.from({ length: lane.last - lane.first }, (_, n) => lane.first + n));
        let exactRuns = 0;
        for (let i = lane.first; i < lane.last; i++) {
          exact[lane.slices.doing[i]!]! += lane.slices.to[i]! - lane.slices.from[i]!;
          if (lane.slices.doing[i] === RUNNING) exactRuns++;
        }
        sums.forEach((sum, s) => {
          expect(sum).toBeCloseTo(exact[s]!, 6);
        });
        expect(runs).toBe(exactRuns);
      }
  });

  it('need no more pieces than there are pixels, however long the trace', () => {
    const model = modelOf([{ title: '', trace: largeTrace(40_000, 4) }]);
    const cells = 500;
    for (const lane of lanesOf(model)) {
      let count = 0;
      const add = () => {
        count++;
      };
      pieces(lane, model.from, model.to, 0, model.to / cells, { slice: add, cell: add });
      expect(count).toBeLessThanOrEqual(2 * cells + 2);
    }
  });

  it('find places by halving', () => {
    const list = Float64Array.from([1, 2, 2, 2, 5]);
    expect([0, 1, 2, 3, 5, 6].map((value) => lowerBound(list, value, 0, 5))).toEqual([0, 0, 1, 4, 4, 5]);
    expect([0, 1, 2, 3, 5, 6].map((value) => upperBound(list, value, 0, 5))).toEqual([0, 1, 4, 4, 5, 5]);
    expect(new Shares({ from: list, to: list, doing: new Uint8Array(5) }, 0, 5).runs(0, 5)).toBe(5);
  });
});

describe('what is under a point', () => {
  /** Points at everything, and expects what lies there. */
  function checkHits(model: Model): void {
    const stack = new Stack(model, 400);
    const ruler = new Ruler(model, 100, 1100);
    stack.lines.forEach((line, n) => {
      const lane = laneAt(model, line);
      const y = (stack.top(n) + stack.top(n + 1)) / 2;
      if (!lane) {
        expect(hitAt(model, stack, ruler, 300, y)).toBeNull();
        return;
      }
      const { slices, first, last, life } = lane;
      for (let i = first; i < last; i++) {
        const [x0, x1] = [ruler.x(slices.from[i]!), ruler.x(slices.to[i]!)];
        const x = (x0 + x1) / 2;
        const hit = hitAt(model, stack, ruler, x, y);
        expect(hit?.lane).toBe(lane);
        if (lane.kind === 'loop' || hit?.what === 'mark') continue;
        // Far from its ends it is the slice itself; else one that begins or goes on within reach.
        if (x1 - x0 > 20) expect([hit?.index, hit?.seq]).toEqual([i, slices.seq[i]! || hit?.seq]);
        else {
          expect(ruler.x(slices.from[hit!.index]!)).toBeLessThanOrEqual(x + 4.001);
          expect(ruler.x(slices.to[hit!.index]!)).toBeGreaterThanOrEqual(x - 4.001);
        }
        expect(tell(model, hit!)).toContain(lane.name);
      }
      if (life?.end) {
        const hit = hitAt(model, stack, ruler, ruler.x(lane.end!) + 3, y);
        expect(hit).toMatchObject({ what: 'mark', seq: lane.marks.at(-1)!.seq });
      }
    });
  }

  it('is the slice drawn there, in threads and pools and scripts', () => {
    for (const events of [chores(), hog(), beat(), kitchen(), machines(), pool(), rivals(), script()])
      checkHits(one(events));
  });

  it.each(demoNames)('is the slice drawn there: %s', async (name) => {
    const traces = await demoTraces(name);
    if (traces.length > 0) checkHits(modelOf(traces));
  });

  it('is a deadlock before the cancellations that come of it, with all that is to be said of it', () => {
    const model = one(stuckInAPool());
    const stack = new Stack(model, 400);
    const ruler = new Ruler(model, 100, 1100);
    const ann = hitAt(model, stack, ruler, 1100, (stack.top(1) + stack.top(2)) / 2)!;
    expect(ann).toMatchObject({ what: 'mark', index: -1 });
    expect(model.parts[0]!.trace.event(ann.seq).kind).toBe('deadlock');
    expect(tell(model, ann)).toBe(
      'ann: stuck in a deadlock\nat 15 ms\nann waits for knife, which bob holds; bob waits for fork, which ann holds; Task-1 waits, too',
    );
    const marks = lanesOf(one(stuckTwice())).map((lane) => lane.marks.map(({ kind, at }) => [kind, at]));
    expect(marks).toEqual([
      [
        ['deadlock', 0],
        ['deadlock', 10],
        ['done', 20],
      ],
      [],
    ]);
  });

  it('is so for random programs', () => {
    fc.assert(
      fc.property(tasksAtRandom, (tasks) => {
        checkHits(modelOf([{ title: '', trace: simulate(programOf(tasks)).trace }]));
      }),
      { numRuns: 60 },
    );
  });

  it('is a step that takes no time if one points near it, and nothing off the rows', () => {
    const model = one(chores());
    const stack = new Stack(model, 400);
    const ruler = new Ruler(model, 100, 1100);
    const [main] = model.parts[0]!.rows;
    const y = stack.rowHeight / 2;
    const hit = hitAt(model, stack, ruler, 102, y)!;
    expect(model.parts[0]!.trace.event(hit.seq).kind).toBe('task:step');
    expect(main?.kind).toBe('lane');
    expect(hitAt(model, stack, ruler, 500, -1)).toBeNull();
    expect(hitAt(model, stack, ruler, 500, stack.height + 1)).toBeNull();
  });

  it('can be found the other way: each event in its row, in the slice that it begins', async () => {
    for (const { trace } of await demoTraces('12-lost-update')) {
      const model = modelOf([{ title: '', trace }]);
      const stack = new Stack(model, 400);
      for (const lane of lanesOf(model)) {
        if (!lane.life) continue;
        for (let i = lane.first; i < lane.last; i++) {
          const place = placeOfEvent(model, stack, 0, lane.slices.seq[i]!);
          expect(place?.lane).toBe(lane);
          expect(lane.slices.seq[place!.index]).toBe(lane.slices.seq[i]);
        }
      }
      expect(placeOfEvent(model, stack, 0, 0)).toBeNull();
      expect(placeOfEvent(model, stack, 7, 1)).toBeNull();
    }
  });
});

describe('the words', () => {
  it('are those on the lines of the timeline in the terminal', async () => {
    const all = await Promise.all(demoNames.map(demoTraces));
    const more = [kitchen(), machines(), pool(), beat()].map((events) => ({
      title: '',
      trace: Trace.of(events),
    }));
    for (const { trace } of [...all.flat(), ...more]) {
      const model = modelOf([{ title: '', trace }]);
      const [part] = model.parts;
      const { tasks, threads } = lifelines(trace);
      for (const lane of lanesOf(model)) {
        if (!lane.life) continue;
        const { kind, id } = lane.life;
        const life =
          kind === 'task'
            ? tasks.find(({ task }) => task === id)
            : threads.find(({ thread }) => thread === id);
        life!.stretches.forEach(({ doing, label, reason }, n) => {
          if (doing === 'waiting') expect(waitWords(part!, lane.first + n)).toEqual([label, reason]);
        });
      }
    }
  });

  /** What is told of the first slice of a lane for which something holds. */
  function told(model: Model, name: string, holds: (doing: string, length: number) => boolean): string {
    const lane = laneNamed(model, name);
    const { slices } = lane;
    const stack = new Stack(model, 400);
    for (let i = lane.first; i < lane.last; i++) {
      if (!holds(DOINGS[slices.doing[i]!]!, slices.to[i]! - slices.from[i]!)) continue;
      const line = stack.lines.findIndex((one) => laneAt(model, one) === lane);
      return tell(model, { part: 0, line, lane, seq: slices.seq[i]!, what: 'slice', index: i });
    }
    throw new Error('no such slice');
  }

  it('say who, what, from when to when, how long, and who ended it', async () => {
    const [machine, attentive] = (await demoTraces('02-chores')).map((one) => modelOf([one]));
    expect(told(machine!, 'rice', (doing) => doing === 'waiting')).toBe(
      'rice: waiting, sleep 40 min\n0 → 40 min (40 min)\nits timer was due',
    );
    expect(told(machine!, 'main', (doing) => doing === 'waiting')).toBe(
      'main: waiting, gather rice, washing, dishes\n0 → 40 min (40 min)\nwoken: rice is done',
    );
    expect(told(attentive!, 'jogging', (doing) => doing === 'ready')).toBe(
      'jogging: ready\n0 → 30 min (30 min)\nmade by main',
    );
    expect(told(attentive!, 'tv', (doing, length) => doing === 'running' && length > 0)).toBe(
      'tv: running\n0 → 30 min (30 min)\nmade by main',
    );
  });

  it('name who handed something on', () => {
    const recorder = new Recorder();
    run(
      function* main() {
        const queue = new Queue<number>(0, 'orders');
        const cook = createTask(
          (function* () {
            yield* queue.get();
            compute(5, 'fry');
          })(),
          { name: 'cook' },
        );
        const waiter = createTask(
          (function* () {
            yield* sleep(10);
            yield* queue.put(1);
          })(),
          { name: 'waiter' },
        );
        yield* gather([cook, waiter]);
      },
      { trace: recorder },
    );
    const model = modelOf([{ title: '', trace: recorder.toTrace() }]);
    expect(told(model, 'cook', (doing) => doing === 'waiting')).toBe(
      'cook: waiting, queue.get orders\n0 → 10 ms (10 ms)\nwoken by waiter',
    );
    expect(told(model, 'cook', (doing, length) => doing === 'running' && length > 0)).toBe(
      'cook: running, fry\n10 ms → 15 ms (5 ms)\nwoken by waiter',
    );
  });

  it('name the program, where it woke somebody while no loop ran', () => {
    const trace = new Recorder();
    const loop = new EventLoop({ trace });
    const open = new Event('open');
    loop.createTask(
      (function* guest() {
        yield* open.wait();
      })(),
      { name: 'guest' },
    );
    loop.runUntil(5);
    open.set();
    loop.runReady();
    expect(
      told(modelOf([{ title: '', trace: trace.toTrace() }]), 'guest', (doing) => doing === 'waiting'),
    ).toBe('guest: waiting, event.wait open\n0 → 5 ms (5 ms)\nwoken by the program');
  });

  it('name who had the GIL', async () => {
    const [threads] = await demoTraces('12-lost-update');
    expect(told(modelOf([threads!]), 'ann', (doing, length) => doing === 'gil' && length > 0)).toBe(
      'ann: lacks the GIL\n5 ms → 10 ms (5 ms)\nit could run when bob made way',
    );
  });

  it('sum up what there is for who cannot see it', async () => {
    expect(summary(modelOf(await demoTraces('02-chores')))).toBe(
      'Timeline: by machines, 4 tasks, 40 min; attentively, 4 tasks, 100 min. ' +
        'Plus and minus zoom, Shift with the arrow keys moves, 0 shows all.',
    );
  });
});

describe('the view', () => {
  const bounds = boundsOf({ by: 'time', from: 0, to: 1000, parts: [] });

  it('stays within what there is, and what is no number shows all', () => {
    expect(clampView({ from: -50, to: 50 }, bounds)).toEqual({ from: 0, to: 100 });
    expect(clampView({ from: 950, to: 1100 }, bounds)).toEqual({ from: 850, to: 1000 });
    expect(clampView({ from: 30, to: 20 }, bounds)).toEqual({ from: 20, to: 30 });
    expect(clampView({ from: Number.NaN, to: 20 }, bounds)).toEqual({ from: 0, to: 1000 });
    expect(clampView({ from: 5, to: 5 }, bounds).to).toBeGreaterThan(5);
  });

  it('keeps the place at which it is zoomed where it is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 900 }),
        fc.double({ min: 1.01, max: 50, noNaN: true }),
        (at, factor) => {
          const view = zoomView({ from: 0, to: 1000 }, factor, at, bounds);
          expect((at - view.from) / (view.to - view.from)).toBeCloseTo(at / 1000, 6);
          const back = zoomView(view, 1 / factor, at, bounds);
          expect(back.from).toBeCloseTo(0, 6);
          expect(back.to).toBeCloseTo(1000, 6);
        },
      ),
    );
    expect(zoomView({ from: 0, to: 1000 }, 0, 5, bounds)).toEqual({ from: 0, to: 1000 });
    expect(panView({ from: 0, to: 100 }, 1e9, bounds)).toEqual({ from: 900, to: 1000 });
  });
});

describe('the layout', () => {
  it('finds the line at each height', async () => {
    const model = modelOf(await demoTraces('11-five-models'));
    const stack = new Stack(model, 300);
    for (let n = 0; n < stack.lines.length; n++) {
      expect(stack.lineAt(stack.top(n))).toBe(n);
      expect(stack.lineAt(stack.top(n + 1) - 0.01)).toBe(n);
      expect(stack.lineOf(stack.lines[n]!.part, stack.lines[n]!.row)).toBe(n);
    }
    expect(stack.lineAt(-5)).toBe(0);
    expect(stack.lineAt(1e9)).toBe(stack.lines.length - 1);
  });

  it('has a room in which all rows are as high as looks well, and none is out of view', async () => {
    // Two titles, and twice four tasks and a loop.
    const model = modelOf(await demoTraces('02-chores'));
    expect(Stack.roomFor(model)).toBe(2 * 32 + 10 * 38 + 8);
    const stack = new Stack(model, Stack.roomFor(model));
    expect(stack.rowHeight).toBe(38);
    expect(stack.height).toBeLessThanOrEqual(Stack.roomFor(model));
    expect(new Stack(model, Stack.roomFor(model) - 1).rowHeight).toBe(37);
    // That nothing ran takes a row.
    expect(Stack.roomFor(one([]))).toBe(38 + 8);
  });

  it('has a scrollbar if not all rows fit', () => {
    expect(scrollbarOf(100, 200, 0)).toBeNull();
    expect(scrollbarOf(400, 200, 200)).toEqual({ top: 100, size: 100 });
  });
});

describe('the axis', () => {
  const at = (from: number, to: number, whole = to) =>
    axisOf({ by: 'time', from: 0, to: whole, parts: [] }, { from, to }, 5);

  it('has round marks, and the end where it is seen', () => {
    expect(at(0, 2_500_000).marks.map(({ label }) => label)).toEqual([
      '0',
      '10 min',
      '20 min',
      '30 min',
      '40 min',
      '41.67 min',
    ]);
    expect(at(0, 50, 1000).marks.map(({ label }) => label)).toEqual([
      '0',
      '10 ms',
      '20 ms',
      '30 ms',
      '40 ms',
    ]);
  });

  it('counts from a round moment, where one has come near', () => {
    const { marks, corner } = at(2_400_003, 2_400_009, 6_000_000);
    expect(corner).toBe('40 min');
    expect(marks.map(({ label }) => label)).toEqual(['+4 ms', '+6 ms', '+8 ms']);
    expect(marks[0]!.at).toBe(2_400_004);
    expect(at(2_400_000, 2_400_000.2, 6e6).corner).toBe('40 min');
  });
});

describe('the critical path', () => {
  it('runs through the rows of those whose time it is', async () => {
    for (const name of ['02-chores', '05-compute', '11-five-models', '18-critical-path'])
      for (const one of await demoTraces(name)) {
        const [part] = modelOf([one]).parts;
        const trail = trailOf(part!);
        const { segments } = criticalPath(one.trace);
        expect(trail.from[0]).toBe(segments[0]?.from);
        expect(trail.to.at(-1)).toBe(segments.at(-1)?.to);
        for (let i = 1; i < trail.from.length; i++) expect(trail.from[i]).toBe(trail.to[i - 1]);
        for (const { who, from } of segments) {
          if (who.kind !== 'task') continue;
          const at = upperBound(trail.from, from, 0, trail.from.length) - 1;
          const row = part!.rows[trail.row[at]!];
          expect(row?.kind === 'lane' && row.lane.life?.id).toBe(who.id);
        }
      }
  });
});

it('an event of nobody is the loop’s', async () => {
  const [{ trace }] = (await demoTraces('05-compute')) as [{ title: string; trace: Trace }];
  const model = modelOf([{ title: '', trace }]);
  const jump = [...trace].find(({ kind }) => kind === 'clock:jump')!;
  expect(placeOfEvent(model, new Stack(model, 400), 0, jump.seq)?.lane.kind).toBe('loop');
});
