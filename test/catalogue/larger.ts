/** Programs with more schedules than anybody runs: what is held of their twins is that many of them are fine. */

import {
  always,
  busy,
  type Coroutine,
  createTask,
  Device,
  DeviceError,
  gather,
  Lock,
  Queue,
  runThreads,
  Semaphore,
  sleep,
  Thread,
  ThreadLock,
} from 'loopscope';
import { type Entry, entry, must } from './entry.ts';

const aCrowdCounts = (isFixed: boolean) => () => {
  const names = ['ann', 'bob', 'cyd', 'dan'];
  const lock = new ThreadLock('votes');
  const votes = new Map<string, number>();
  function* vote(party: string): Coroutine<void> {
    const seen = votes.get(party) ?? 0;
    yield* busy(1, `${party}: ${seen} + 1`);
    votes.set(party, seen + 1);
  }
  function* voter(): Coroutine<void> {
    for (const party of ['red', 'blue']) yield* isFixed ? lock.run(() => vote(party)) : vote(party);
  }
  runThreads(function* () {
    const threads = names.map((name) => new Thread(voter, { name }).start());
    for (const thread of threads) yield* thread.join();
    const counted = [...votes.values()].reduce((sum, count) => sum + count, 0);
    must(counted === 8, `a vote is lost: ${counted} of 8 were counted`);
  });
};

const givenBackTwice = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const database = new Device({ name: 'database', latency: [4, 9], failureRate: 0.02 });
    const pool = new Semaphore(2, 'pool');
    let inUse = 0;
    always(() => inUse <= 2, 'at most two connections');
    function* query(): Coroutine<void> {
      yield* pool.acquire();
      inUse++;
      try {
        yield* database.request();
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error;
        if (!isFixed) pool.release(); // and once more below
      } finally {
        inUse--;
        pool.release();
      }
    }
    function* client(arrives: number): Coroutine<void> {
      for (let n = 0; n < 2; n++) {
        yield* sleep(arrives);
        yield* query();
      }
    }
    yield* gather([0, 1, 2, 3].map((arrives) => createTask(client(arrives), { name: `client-${arrives}` })));
  };

const backToTheEnd = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [1, 3], failureRate: 0.02 });
    const otherNet = new Device({ name: 'other net', latency: 5 }); // slow, and never fails
    const changes = new Queue<readonly [change: number, over: Device]>(0, 'changes');
    const applied: number[] = [];
    function* apply(change: number, over: Device): Coroutine<void> {
      try {
        yield* over.request({ label: `change ${change}` });
        applied.push(change);
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error;
        if (isFixed) yield* apply(change, otherNet);
        else yield* changes.put([change, otherNet]); // it will come round again
      }
    }
    function* worker(): Coroutine<void> {
      while (applied.length < 4) yield* apply(...(yield* changes.get()));
    }
    for (let change = 1; change <= 4; change++) changes.putNowait([change, net]);
    yield* createTask(worker(), { name: 'worker' });
    must(applied.join() === '1,2,3,4', `the changes were applied as ${applied.join()}`);
  };

const fivePhilosophers = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const seats = [0, 1, 2, 3, 4];
    const forks = seats.map((n) => new Lock(`fork-${n}`));
    const room = new Semaphore(isFixed ? 4 : 5, 'room');
    function* eat(seat: number): Coroutine<void> {
      yield* forks[seat]!.run(function* () {
        yield* sleep(1); // reaching for the other one
        yield* forks[(seat + 1) % 5]!.run(() => sleep(1));
      });
    }
    function* philosopher(seat: number): Coroutine<void> {
      yield* sleep(1); // thinks
      if (seat >= 3) yield* sleep(1); // and thinks again
      yield* room.run(() => eat(seat));
    }
    yield* gather(seats.map((seat) => createTask(philosopher(seat), { name: `philosopher-${seat}` })));
  };

const oneOfManySteps = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const lock = new Lock('seat 12');
    let isFree = true;
    const booked: string[] = [];
    function* book(name: string): Coroutine<void> {
      if (!isFree) return;
      yield* sleep(2); // the payment
      isFree = false;
      booked.push(name);
    }
    function* traveller(name: string, pages: readonly number[]): Coroutine<void> {
      for (const page of pages) yield* sleep(page);
      if (booked.length > 0) return; // sees it on the plan
      yield* isFixed ? lock.run(() => book(name)) : book(name);
    }
    // Both look at the plan at the moment in which the first has paid.
    yield* gather(
      createTask(traveller('ann', [1, 1, 1, 1]), { name: 'ann' }),
      createTask(traveller('bob', [1, 2, 1, 1, 1]), { name: 'bob' }),
      createTask(traveller('cyd', [2, 1, 2, 1]), { name: 'cyd' }),
      createTask(traveller('dan', [2, 3, 1]), { name: 'dan' }),
    );
    must(booked.length === 1, `the seat is booked by ${booked.join(' and ')}`);
  };

export const larger: readonly Entry[] = [
  entry({
    name: 'a crowd counts',
    about:
      'Four threads count votes for two parties, and any of them may be interrupted between reading and writing. The twin counts under a lock.',
    kind: 'race',
    program: aCrowdCounts,
    expects: /a vote is lost/,
  }),
  entry({
    name: 'the last seat, of four',
    about:
      'Four travellers click through pages of their own, and who looks at the plan at the moment of a payment may not see it. The twin books under a lock.',
    kind: 'race',
    program: oneOfManySteps,
    expects: /the seat is booked by .* and/,
  }),
  entry({
    name: 'given back twice',
    about:
      'After a fault the connection is given back where the fault is caught, and in the finally again. The twin gives it back in the finally alone.',
    kind: 'fault',
    program: givenBackTwice,
    expects: /^InvariantError: at most two connections/,
  }),
  entry({
    name: 'back to the end of the queue',
    about:
      'A change that could not be applied goes back to the end of the queue, behind those that build on it. The twin tries it again at once.',
    kind: 'fault',
    program: backToTheEnd,
    expects: /the changes were applied as/,
  }),
  entry({
    name: 'five philosophers',
    about:
      'Five at a table, who don’t all begin at once: now and then each has one fork all the same. The twin lets four of them in.',
    kind: 'deadlock',
    program: fivePhilosophers,
    expects: /^DeadlockError/,
    isVisible: true,
  }),
];
