/** Each waits for what another has. */

import { type Coroutine, createTask, Device, Event, gather, Lock, Queue, Semaphore, sleep } from 'loopscope';
import { type Entry, entry } from './entry.ts';

interface Account {
  readonly id: number;
  readonly lock: Lock;
  balance: number;
}

const transfers = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [2, 18] });
    const [ann, bob] = [1, 2].map((id): Account => ({ id, lock: new Lock(`account-${id}`), balance: 100 }));
    function* transfer(from: Account, to: Account, starts: number): Coroutine<void> {
      yield* sleep(starts);
      const [first, second] = isFixed && from.id > to.id ? [to, from] : [from, to];
      yield* first.lock.run(function* () {
        yield* net.request({ label: `limit of ${from.id}` });
        yield* second.lock.run(function* () {
          from.balance -= 10;
          to.balance += 10;
        });
      });
    }
    yield* gather(
      createTask(transfer(ann!, bob!, 0), { name: 'ann to bob' }),
      createTask(transfer(bob!, ann!, 10), { name: 'bob to ann' }),
    );
  };

const philosophers = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const forks = [0, 1, 2].map((n) => new Lock(`fork-${n}`));
    function* philosopher(seat: number): Coroutine<void> {
      const thought = new Device({ name: `thought-${seat}`, latency: [10 * seat, 25] });
      const places = [seat, (seat + 1) % 3];
      if (isFixed) places.sort();
      const [first, second] = places.map((place) => forks[place]!);
      yield* thought.request();
      yield* first!.run(function* () {
        yield* sleep(5); // reaching for the other one
        yield* second!.run(() => sleep(2));
      });
    }
    yield* gather([0, 1, 2].map((seat) => createTask(philosopher(seat), { name: `philosopher-${seat}` })));
  };

const flushTakesTheSameLock = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [2, 10] });
    const lock = new Lock('buffer');
    const buffer: string[] = [];
    function* send(): Coroutine<void> {
      yield* sleep(1);
      buffer.length = 0;
    }
    const flush = () => lock.run(send);
    function* add(line: string): Coroutine<void> {
      yield* lock.run(function* () {
        buffer.push(line);
        if (buffer.length === 2) yield* isFixed ? send() : flush(); // it is full
      });
    }
    function* everySoOften(): Coroutine<void> {
      for (let n = 0; n < 2; n++) {
        yield* sleep(6);
        yield* flush();
      }
    }
    function* client(): Coroutine<void> {
      yield* net.request();
      yield* add('from outside');
    }
    function* clock(): Coroutine<void> {
      yield* sleep(8);
      yield* add('eight');
    }
    yield* gather(
      createTask(everySoOften(), { name: 'flusher' }),
      createTask(client(), { name: 'client' }),
      createTask(clock(), { name: 'clock' }),
    );
  };

const lockedWhilePutting = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const disk = new Device({ name: 'disk', latency: [1, 9] });
    const lock = new Lock('statistics');
    const rows = new Queue<number>(1, 'rows');
    let written = 0;
    function* reader(): Coroutine<void> {
      for (let row = 0; row < 3; row++) {
        yield* sleep(4);
        if (isFixed) {
          yield* lock.run(() => sleep(1));
          yield* rows.put(row);
        } else {
          yield* lock.run(function* () {
            yield* sleep(1);
            yield* rows.put(row); // full: waits for the writer
          });
        }
      }
    }
    function* writer(): Coroutine<void> {
      while (written < 3) {
        yield* disk.request({ label: 'write' });
        yield* lock.run(() => sleep(0)); // waits for the reader
        yield* rows.get();
        written++;
      }
    }
    yield* gather(createTask(reader(), { name: 'reader' }), createTask(writer(), { name: 'writer' }));
  };

const jobsOfJobs = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [1, 9] });
    const jobs = new Queue<() => Coroutine<void>>(0, 'jobs');
    function* worker(): Coroutine<void> {
      for (;;) yield* (yield* jobs.get())();
    }
    function* submit(job: () => Coroutine<void>): Coroutine<void> {
      const done = new Event('done');
      jobs.putNowait(function* () {
        yield* job();
        done.set();
      });
      yield* done.wait();
    }
    const image = () => net.request({ label: 'image' });
    function* page(): Coroutine<void> {
      yield* net.request({ label: 'page' });
      // To the same workers, one of which has nothing to do now but wait.
      yield* isFixed ? image() : submit(() => image()[Symbol.iterator]() as Coroutine<void>);
    }
    const workers = ['worker-1', 'worker-2'].map((name) => createTask(worker(), { name }));
    function* visitor(arrives: number): Coroutine<void> {
      yield* sleep(arrives);
      yield* submit(page);
    }
    yield* gather(visitor(0), visitor(5));
    for (const task of workers) task.cancel();
  };

const upgrade = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const disk = new Device({ name: 'disk', latency: [1, 9] });
    const table = new Semaphore(2, 'table'); // one permit to read, both to write
    const writing = new Lock('writing');
    function* write(): Coroutine<void> {
      if (isFixed) yield* table.acquire();
      yield* table.acquire(); // the other one, too
      yield* sleep(1);
      table.release();
      table.release();
    }
    function* readThenWrite(starts: number): Coroutine<void> {
      yield* sleep(starts);
      yield* table.acquire();
      yield* disk.request({ label: 'read' });
      if (isFixed) table.release();
      yield* isFixed ? writing.run(write) : write();
    }
    yield* gather(
      createTask(readThenWrite(0), { name: 'ann' }),
      createTask(readThenWrite(5), { name: 'bob' }),
    );
  };

export const deadlocks: readonly Entry[] = [
  entry({
    name: 'transfers both ways',
    about:
      'Each transfer locks its own account first and then the other one: two at once, in opposite directions, wait for each other. The twin locks by number.',
    kind: 'deadlock',
    program: transfers,
    expects: /^DeadlockError/,
  }),
  entry({
    name: 'dining philosophers',
    about:
      'Everybody takes the fork on his left, and waits for the one on his right. The twin takes the fork with the lower number first.',
    kind: 'deadlock',
    program: philosophers,
    expects: /^DeadlockError/,
  }),
  entry({
    name: 'a lock taken twice',
    about:
      'Who adds to a full buffer flushes it, and flushing takes the lock that adding holds. The twin sends without taking it again.',
    kind: 'deadlock',
    program: flushTakesTheSameLock,
    expects: /^DeadlockError/,
    source: {
      project: 'etcd',
      title: 'grpcproxy: fix deadlock in watchbroadcast',
      url: 'https://github.com/etcd-io/etcd/pull/6948',
      wrong: 'Methods that held the lock of a broadcast called empty(), which takes that lock as well.',
    },
  }),
  entry({
    name: 'locked while the queue is full',
    about:
      'The reader holds a lock while it waits for a place in the queue, and the writer, who would make one, needs that lock. The twin puts after the lock.',
    kind: 'deadlock',
    program: lockedWhilePutting,
    expects: /^DeadlockError/,
  }),
  entry({
    name: 'jobs that wait for jobs',
    about:
      'Each job gives another one to the same two workers and waits for it: with two such jobs nobody is left to do it. The twin does it itself.',
    kind: 'deadlock',
    program: jobsOfJobs,
    expects: /^DeadlockError/,
  }),
  entry({
    name: 'two readers want to write',
    about:
      'A reader who wants to write keeps its permit and waits for the other one, and so does the other. The twin gives its permit back first.',
    kind: 'deadlock',
    program: upgrade,
    expects: /^DeadlockError/,
  }),
];
