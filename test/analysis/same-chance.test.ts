import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blocked,
  type Change,
  type Coroutine,
  createTask,
  Device,
  gather,
  getRunningLoop,
  isCancelled,
  network,
  Process,
  Queue,
  Recorder,
  request,
  run,
  runThreads,
  type SchedulingPolicy,
  sleep,
  Thread,
  type Trace,
  toThread,
  uniform,
  whatIf,
} from '../../src/index.ts';

/** What was drawn, for requests by their labels: `/a latency 53.2`, `a number 7.1`. */
function drawn(trace: Trace): string[] {
  const labels = new Map<number, string>();
  const lines: string[] = [];
  let waiting: string[] = [];
  for (const event of trace) {
    if (event.kind === 'request:new') labels.set(event.seq, event.label);
    // The numbers of a request are drawn as a channel takes it up.
    if (event.kind === 'draw' && event.what === 'number') lines.push(`a number ${event.value}`);
    else if (event.kind === 'draw') waiting.push(`${event.what} ${event.value}`);
    if (event.kind !== 'request:start') continue;
    lines.push(...waiting.map((line) => `${labels.get(event.request)} ${line}`));
    waiting = [];
  }
  return lines.sort();
}

/** Holds by the seeds 0 to 9 that a change leaves all that was drawn as it was. Gives by how much the end moves, for each. */
function holds(program: () => unknown, change: Change): number[] {
  return Array.from({ length: 10 }, (_, seed) => {
    const { before, after, difference } = whatIf(program, change, { seed });
    expect([before.error, after.error]).toEqual([null, null]);
    expect(drawn(before.trace).length).toBeGreaterThan(1);
    expect(drawn(after.trace)).toEqual(drawn(before.trace));
    return difference;
  });
}

/** Whether the requests are begun in another order than before, by their labels: else nothing is shown. */
function isReordered(program: () => unknown, change: Change): boolean {
  const order = (trace: Trace) =>
    [...trace].flatMap((event) => (event.kind === 'request:new' ? [event.label] : [])).join();
  const { before, after } = whatIf(program, change);
  return order(before.trace) !== order(after.trace);
}

function* fetch(net: Device, label: string, prep: number, rest = 0): Coroutine<void> {
  yield* sleep(prep);
  yield* net.request({ label });
  yield* sleep(rest);
}

const LATER: Change = { task: 'ann', what: 'sleep', add: 2 };

describe('what if, by the same chance', () => {
  it('a task takes longer: the requests keep their latencies, though another one comes first now', () => {
    function* main(): Coroutine<void> {
      const net = network({ latency: [10, 100] });
      function* job(prep: number, rest: number): Coroutine<void> {
        yield* sleep(prep);
        yield* net.request();
        yield* sleep(rest);
      }
      yield* gather(createTask(job(5, 100), { name: 'ann' }), createTask(job(6, 0), { name: 'bob' }));
    }
    for (let seed = 0; seed < 20; seed++) {
      const { difference, changed } = whatIf(main, LATER, { seed });
      expect(difference).toBeCloseTo(4, 9);
      expect(changed.map(({ duration, before, after }) => [duration.owner?.name, before, after])).toEqual([
        ['ann', 5, 7],
        ['ann', 100, 102],
      ]);
    }
  });

  it('runs the program first as it runs by itself', () => {
    function* main(): Coroutine<void> {
      const net = network({ latency: [10, 100], failureRate: 0.1 });
      yield* gather(createTask(fetch(net, '/a', 5), { name: 'ann' }), fetch(net, '/b', 6));
      yield* sleep(uniform(0, 10));
    }
    const { before } = whatIf(main, LATER, { seed: 3 });
    const recorder = new Recorder();
    run(main, { trace: recorder, seed: 3, name: 'main' });
    expect([...before.trace]).toEqual([...recorder.toTrace()]);
  });

  it('knows a task without a name by who made it, and as the how-many-eth', () => {
    function* main(): Coroutine<void> {
      const net = network({ latency: [10, 100] });
      function* pair(prep: number, who: string): Coroutine<void> {
        yield* sleep(prep);
        yield* gather(fetch(net, `${who} 1`, 2), fetch(net, `${who} 2`, 1));
      }
      yield* gather(createTask(pair(5, 'a'), { name: 'ann' }), createTask(pair(6, 'b'), { name: 'bob' }));
    }
    expect(isReordered(main, LATER)).toBe(true);
    holds(main, LATER);
  });

  it('tells tasks of one name apart in the same way', () => {
    function* main(): Coroutine<void> {
      const net = network({ latency: [10, 100] });
      // No labels: nothing but the task tells one request from the other.
      function* nameless(prep: number, ms: number): Coroutine<void> {
        yield* sleep(prep);
        yield* net.request();
        yield* sleep(ms);
      }
      function* pair(prep: number, ms: number): Coroutine<void> {
        yield* sleep(prep);
        const first = createTask(nameless(2, ms), { name: 'fetch' });
        yield* gather(first, createTask(nameless(1, 0), { name: 'fetch' }));
      }
      yield* gather(createTask(pair(5, 500), { name: 'ann' }), createTask(pair(6, 0), { name: 'bob' }));
    }
    for (const difference of holds(main, LATER)) expect(difference).toBeCloseTo(2, 9);
  });

  it('knows a task by a name that no other has, whoever makes it', () => {
    /** Who has made which task, and in which order they ask. */
    let log: string[] = [];
    function* main(): Coroutine<void> {
      const net = network({ latency: [10, 100] });
      const jobs = ['a', 'b', 'c', 'd'];
      log = [];
      function* job(name: string): Coroutine<void> {
        yield* sleep(name === 'b' ? 4.5 : 0);
        log.push(`${name} asks`);
        yield* net.request();
      }
      function* maker(who: string, ms: number): Coroutine<void> {
        for (;;) {
          yield* sleep(ms);
          const name = jobs.shift();
          if (name === undefined) return;
          log.push(`${who} makes ${name}`);
          createTask(job(name), { name });
        }
      }
      yield* gather(
        createTask(maker('ann', 5), { name: 'ann' }),
        createTask(maker('bob', 6), { name: 'bob' }),
      );
      yield* sleep(200);
    }
    for (let seed = 0; seed < 10; seed++) {
      const { before, after } = whatIf(main, LATER, { seed });
      const [was, is] = [before, after].map(({ trace }) => byName(trace));
      expect(is).toEqual(was);
    }
    expect(log.filter((line) => line.includes('makes'))).toEqual([
      'bob makes a',
      'ann makes b',
      'bob makes c',
      'ann makes d',
    ]);
    expect(log.filter((line) => line.includes('asks'))).toEqual(['a asks', 'b asks', 'c asks', 'd asks']);
    whatIf(main, { task: 'bob', what: 'sleep', add: 0 }); // as it is
    expect(log.filter((line) => line.includes('asks'))).toEqual(['a asks', 'c asks', 'b asks', 'd asks']);
    expect(log[0]).toBe('ann makes a');
  });

  it('knows a request by a label that no other has, whoever makes it', () => {
    function* main(): Coroutine<void> {
      const net = network({ latency: [10, 100] });
      const jobs = ['/a', '/b', '/c', '/d', '/e'];
      function* worker(ms: number): Coroutine<void> {
        for (;;) {
          yield* sleep(ms);
          const label = jobs.shift();
          if (label === undefined) return;
          yield* sleep(label === '/a' ? 4.5 : 3);
          yield* net.request({ label });
        }
      }
      yield* gather(createTask(worker(5), { name: 'ann' }), createTask(worker(6), { name: 'bob' }));
    }
    expect(isReordered(main, LATER)).toBe(true);
    holds(main, LATER);
  });

  it('knows each request of one task by its label and place, in whatever order they are made', () => {
    function* main(): Coroutine<void> {
      const net = network({ latency: [10, 100] });
      const inbox = new Queue<string>();
      function* client(ms: number, label: string): Coroutine<void> {
        yield* sleep(ms);
        yield* inbox.put(label);
      }
      createTask(client(5, '/a'), { name: 'ann' });
      createTask(client(6, '/b'), { name: 'bob' });
      createTask(client(9, '/b'), { name: 'cid' });
      for (let i = 0; i < 3; i++) yield* net.request({ label: yield* inbox.get() });
    }
    expect(isReordered(main, LATER)).toBe(true);
    holds(main, LATER);
  });

  it('counts requests that are given up before a channel takes them up', () => {
    function* main(): Coroutine<void> {
      const net = new Device({ name: 'net', latency: [10, 20], channels: 1 });
      function* hurried(): Coroutine<void> {
        yield* sleep(2);
        const first = net.request();
        yield* sleep(1);
        first.cancel();
        yield* net.request();
      }
      const ann = createTask(fetch(net, 'long', 1), { name: 'ann' });
      yield* gather(ann, createTask(hurried(), { name: 'bob' }));
    }
    // Before, the first request of bob's queues behind that of ann, and is never begun; after, it is under way as he gives it up.
    const { before, after } = whatIf(main, { task: 'ann', what: 'sleep', add: 4 });
    expect(drawn(before.trace)).toHaveLength(2);
    expect(drawn(after.trace)).toHaveLength(3);
    expect(drawn(after.trace)).toEqual(expect.arrayContaining(drawn(before.trace)));
  });

  it('holds whether a request fails, and what is drawn by uniform, in its place in the range', () => {
    function* main(): Coroutine<void> {
      const net = network({ latency: [10, 100], failureRate: 0.5 });
      function* tries(prep: number, who: string): Coroutine<void> {
        yield* sleep(prep);
        for (let i = 1; i <= 4; i++) {
          try {
            yield* net.request({ label: `${who} ${i}` });
          } catch (error) {
            if (isCancelled(error)) throw error;
            yield* sleep(uniform(0, 10 * i));
          }
        }
      }
      yield* gather(createTask(tries(5, 'a'), { name: 'ann' }), createTask(tries(6, 'b')));
    }
    expect(isReordered(main, LATER)).toBe(true);
    holds(main, LATER);
  });

  it('draws from another range what lies in the same place of it', () => {
    function* main(): Coroutine<void> {
      const start = 5;
      yield* sleep(start);
      const low = Math.round(net.inFlight);
      yield* sleep(uniform(low, low + 10));
    }
    const net = network({ latency: 7 });
    function* around(): Coroutine<void> {
      createTask(fetch(net, 'x', 1), { name: 'ann' });
      yield* main();
    }
    const numbers = (trace: Trace) =>
      [...trace].flatMap((e) => (e.kind === 'draw' ? [[e.low, e.value]] : []));
    const { before, after } = whatIf(around, { task: 'ann', what: 'sleep', add: 9 });
    const [[lowBefore, valueBefore]] = numbers(before.trace) as [[number, number]];
    const [[lowAfter, valueAfter]] = numbers(after.trace) as [[number, number]];
    expect([lowBefore, lowAfter]).toEqual([1, 0]);
    expect(valueAfter).toBeCloseTo(valueBefore - 1, 9);
  });

  it('holds what a task takes from the loop’s random', () => {
    function* main(): Coroutine<void> {
      const net = network();
      const { random } = getRunningLoop();
      function* job(prep: number, rest: number): Coroutine<void> {
        yield* sleep(prep);
        yield* net.request({ latency: random.between(10, 100) + getRunningLoop().random.exponential(5) });
        yield* sleep(rest);
      }
      yield* gather(createTask(job(5, 500), { name: 'ann' }), createTask(job(6, 0), { name: 'bob' }));
    }
    for (let seed = 0; seed < 10; seed++) expect(whatIf(main, LATER, { seed }).difference).toBeCloseTo(4, 9);
    const alone = new Recorder();
    run(main, { trace: alone, name: 'main' });
    expect(whatIf(main, LATER).before.end).toBe(alone.toTrace().endTime);
  });

  it('holds it for threads and processes, and for the jobs of a pool, whichever worker does them', () => {
    const threads = () => {
      runThreads(function* () {
        const net = network({ latency: [10, 100] });
        const body = (label: string, ms: number) =>
          function* (): Coroutine<void> {
            yield* blocked(ms);
            yield* request(net, { label });
            yield* blocked(ms);
          };
        const ann = new Thread(body('', 5), { name: 'ann' }).start();
        const bob = new Thread(body('', 6), { name: 'bob' }).start();
        const cid = new Process(body('', 8), { name: 'cid' }).start();
        for (const one of [ann, bob, cid]) yield* one.join();
      });
    };
    holds(threads, { thread: 'ann', what: 'sleep', add: 4 });
    function* jobs(): Coroutine<void> {
      const net = network({ latency: [10, 100] });
      function* ask(): Coroutine<void> {
        yield* request(net);
      }
      function* job(prep: number, rest: number): Coroutine<void> {
        yield* sleep(prep);
        yield* toThread(ask);
        yield* sleep(rest);
      }
      yield* gather(createTask(job(5, 500), { name: 'ann' }), createTask(job(6, 0), { name: 'bob' }));
    }
    for (const difference of holds(jobs, LATER)) expect(difference).toBeCloseTo(4, 9);
  });

  it('throws the dice for what was not drawn before: one seed has one answer', () => {
    function* main(): Coroutine<void> {
      const net = network({ latency: [10, 100] });
      const until = 50;
      function* poll(ms: number): Coroutine<void> {
        for (let left = until; left > 0; left -= ms) yield* net.request({ label: 'poll' });
      }
      const start = net.inFlight;
      createTask(fetch(net, 'x', 5), { name: 'ann' });
      yield* sleep(6);
      yield* poll(net.inFlight > start ? 50 : 25);
    }
    const once = (seed: number) => drawn(whatIf(main, LATER, { seed }).after.trace);
    expect(once(1)).toHaveLength(3);
    expect(once(1)).toEqual(once(1));
    expect(once(1)).not.toEqual(once(2));
    const { before } = whatIf(main, LATER, { seed: 1 });
    expect(once(1)).toEqual(expect.arrayContaining(drawn(before.trace)));
  });

  it('asks the policy first, which decides as it likes', () => {
    function* main(): Coroutine<void> {
      const net = network({ latency: [10, 100] });
      const ann = createTask(fetch(net, 'a', 5), { name: 'ann' });
      yield* gather(ann, createTask(fetch(net, 'b', 6)), createTask(fetch(net, 'c', 9)));
    }
    const secondIsQuick = (): SchedulingPolicy => {
      let asked = 0;
      return { draw: () => (++asked === 2 ? 10 : undefined) };
    };
    const { before, after } = whatIf(main, LATER, { policy: secondIsQuick });
    const byLabel = (trace: Trace) => drawn(trace).map((line) => line.replace(' latency', ''));
    const by = (trace: Trace) => [...trace].flatMap((e) => (e.kind === 'draw' ? [e.by] : []));
    expect([by(before.trace), by(after.trace)]).toEqual([
      ['chance', 'policy', 'chance'],
      ['chance', 'policy', 'chance'],
    ]);
    expect(byLabel(before.trace)[1]).toBe('b 10');
    expect(byLabel(after.trace)[0]).toBe('a 10');
    expect(byLabel(after.trace)[2]).toBe(byLabel(before.trace)[2]);
  });

  it('leaves requests alone whatever task sleeps longer: the end is that of the task that ends last', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ sleep: fc.integer({ min: 1, max: 20 }) }),
        fc.record({ label: fc.constantFrom('', '', 'x', 'y', 'z') }),
      ),
      { maxLength: 6 },
    );
    const names = fc.constantFrom(undefined, 'bob', 'cid');
    const others = fc.array(fc.record({ name: names, steps }), { maxLength: 5 });
    type Steps = readonly ({ readonly sleep: number } | { readonly label: string })[];
    const check = (
      anns: Steps,
      rest: readonly { name?: string | undefined; steps: Steps }[],
      add: number,
      seed: number,
    ) => {
      const all = [{ name: 'ann', steps: [{ sleep: 1 }, ...anns] as Steps }, ...rest];
      const main = function* (): Coroutine<void> {
        const net = network({ latency: [1, 40] });
        function* act(own: Steps): Coroutine<void> {
          for (const step of own)
            if ('sleep' in step) yield* sleep(step.sleep);
            else yield* net.request({ label: step.label });
        }
        yield* gather(
          all.map(({ name, steps }) => createTask(act(steps), name === undefined ? {} : { name })),
        );
      };
      const { before, after } = whatIf(main, { task: 'ann', what: 'sleep', add }, { seed });
      const [was, is] = [before, after].map(({ trace }) => byTask(trace));
      expect(is).toEqual(was);
      const ends = all.map(({ steps }, i) => {
        const latencies = [...(was!.get(i + 2) ?? [])]; // the tasks are made after the main one, in this order
        const longer = i === 0 ? add : 0;
        return steps.reduce(
          (at, step) => at + ('sleep' in step ? step.sleep + longer : latencies.shift()!),
          0,
        );
      });
      expect(after.end).toBe(Math.max(...ends));
    };
    fc.assert(fc.property(steps, others, fc.integer({ min: 1, max: 30 }), fc.nat(99), check), {
      numRuns: 200,
    });
  });
});

/** What was drawn for the requests of each task, by its name. */
function byName(trace: Trace): Map<string, number[]> {
  const names = new Map(
    [...trace].flatMap((e) => (e.kind === 'task:create' ? [[e.task, e.name] as const] : [])),
  );
  return new Map([...byTask(trace)].map(([task, drawn]) => [names.get(task)!, drawn] as const));
}

/** What was drawn for the requests of each task, by its number, in the order of asking. */
function byTask(trace: Trace): Map<number, number[]> {
  const tasks = new Map<number, number>();
  const drawn = new Map<number, number[]>();
  let last = 0;
  for (const event of trace) {
    if (event.kind === 'request:new') tasks.set(event.seq, event.task);
    if (event.kind === 'draw') last = event.value;
    if (event.kind !== 'request:start') continue;
    const task = tasks.get(event.request)!;
    drawn.set(task, [...(drawn.get(task) ?? []), last]);
  }
  return drawn;
}
