/** All are to be there before any goes on, and not all are counted, or some are counted twice. */

import {
  Barrier,
  type Coroutine,
  createTask,
  Device,
  DeviceError,
  Event,
  gather,
  isCancelled,
  sleep,
} from 'loopscope';
import { type Entry, entry, must } from './entry.ts';

const workers = ['ann', 'bob'] as const;

const oneBarrierTooFew = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const cell = { ann: 0, bob: 0 };
    const barrier = new Barrier(2, 'phase');
    const bus = new Device({ name: 'bus', latency: [2, 9] });
    function* worker(me: 'ann' | 'bob', other: 'ann' | 'bob'): Coroutine<void> {
      for (let phase = 1; phase <= 2; phase++) {
        cell[me] = phase;
        yield* barrier.wait();
        yield* bus.request({ label: `${me} ${phase}` });
        must(cell[other] === phase, `${me} is in phase ${phase} and reads phase ${cell[other]} of ${other}`);
        if (isFixed) yield* barrier.wait(); // all have read: now write
        yield* sleep(5); // the next result
      }
    }
    yield* gather(
      createTask(worker('ann', 'bob'), { name: 'ann' }),
      createTask(worker('bob', 'ann'), { name: 'bob' }),
    );
  };

const usedAgainTooEarly = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [1, 9] });
    const generations = [new Event('round 0'), new Event('round 1'), new Event('round 2')];
    let count = 0;
    let round = 0;
    // Two of them make a barrier of one event; the twin has one for each round.
    function* barrier(): Coroutine<void> {
      const gate = generations[isFixed ? round : 0]!;
      if (++count < 2) return void (yield* gate.wait());
      count = 0;
      round++;
      gate.set();
    }
    const at = { ann: 0, bob: 0 };
    function* worker(name: 'ann' | 'bob'): Coroutine<void> {
      for (at[name] = 1; at[name] <= 3; at[name]++) {
        yield* net.request({ label: `${name} ${at[name]}` });
        must(Math.abs(at.ann - at.bob) < 2, `ann is in round ${at.ann}, and bob in round ${at.bob}`);
        yield* barrier();
      }
    }
    yield* gather(workers.map((name) => createTask(worker(name), { name })));
  };

const oneNeverComes = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const download = new Device({ name: 'download', latency: 5, failureRate: 0.02 });
    const barrier = new Barrier(2, 'all loaded');
    function* part(name: string): Coroutine<void> {
      try {
        yield* download.request({ label: name });
      } catch (error) {
        if (isCancelled(error) || !(error instanceof DeviceError)) throw error;
        if (isFixed) yield* barrier.abort();
        return; // without it
      }
      try {
        yield* barrier.wait();
      } catch (error) {
        if (isCancelled(error)) throw error; // else it is broken: not all are there
      }
    }
    yield* gather(workers.map((name) => createTask(part(name), { name })));
  };

const aThirdParty = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [1, 12] });
    const present = new Set<string>();
    const parties = isFixed ? 3 : 2; // two players; and the referee, who is late most of the time
    const barrier = new Barrier(parties, 'start');
    function* enter(name: string, starts: number): Coroutine<void> {
      yield* sleep(starts);
      yield* net.request({ label: name });
      present.add(name);
      yield* barrier.wait();
      if (name !== 'referee') must(present.has('ann') && present.has('bob'), `${name} plays alone`);
    }
    const referee = createTask(enter('referee', 6), { name: 'referee' });
    yield* gather(workers.map((name) => createTask(enter(name, 0), { name })));
    yield* isFixed ? referee : cancelled(referee);
  };

function* cancelled(task: ReturnType<typeof createTask>): Coroutine<void> {
  task.cancel();
  try {
    yield* task;
  } catch (error) {
    if (!isCancelled(error)) throw error;
  }
}

const countedTooLate = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [2, 14] });
    const idle = new Event('idle');
    let running = 0;
    let saved = 0;
    function* upload(): Coroutine<void> {
      if (!isFixed) {
        yield* net.request({ label: 'connect' });
        running++; // from here on it is counted
      }
      yield* sleep(10);
      saved++;
      if (--running === 0) idle.set();
    }
    for (const name of ['first', 'second']) {
      if (isFixed) running++;
      createTask(upload(), { name });
    }
    yield* sleep(20);
    if (running > 0) yield* idle.wait();
    must(saved === 2, `the server stops with ${2 - saved} upload under way`);
  };

export const barriers: readonly Entry[] = [
  entry({
    name: 'one barrier too few',
    about:
      'All have written before anybody reads, but not all have read before somebody writes the next phase. The twin has a second barrier.',
    kind: 'barrier',
    program: oneBarrierTooFew,
    expects: /is in phase \d and reads phase \d/,
  }),
  entry({
    name: 'a gate that stays open',
    about:
      'A barrier made of a counter and an event is used for a second round, and the event is still set. The twin has an event for each round.',
    kind: 'barrier',
    program: usedAgainTooEarly,
    expects: /is in round \d, and bob in round \d/,
  }),
  entry({
    name: 'one never comes',
    about:
      'Whose download fails goes away without a word, and the other one waits for him at the barrier for ever. The twin breaks the barrier.',
    kind: 'barrier',
    program: oneNeverComes,
    expects: /^DeadlockError/,
  }),
  entry({
    name: 'a third at a barrier for two',
    about:
      'A barrier for the two players is passed by the referee as well, and lets a player start with him. The twin counts three.',
    kind: 'barrier',
    program: aThirdParty,
    expects: /plays alone/,
  }),
  entry({
    name: 'counted when it is connected',
    about:
      'An upload counts itself when it is connected, so that who waits until nothing is under way may see none. The twin counts it before it starts.',
    kind: 'barrier',
    program: countedTooLate,
    expects: /the server stops with \d upload under way/,
    source: {
      project: 'SwarmKit',
      title: "[ca] Fix data race with the reconciler's WaitGroup",
      url: 'https://github.com/moby/swarmkit/pull/2114',
      wrong:
        'WaitGroup.Add was called within the goroutine that it counts, so that Wait could come before it.',
    },
  }),
];
