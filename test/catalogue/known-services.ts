/** Mistakes of clients and servers, each with the thread in which it was told. */

import {
  busy,
  type Coroutine,
  createTask,
  Device,
  gather,
  getRunningLoop,
  Queue,
  runThreads,
  sleep,
  Thread,
  ThreadCondition,
  ThreadLock,
  ThreadQueue,
  wait,
} from 'loopscope';
import { type Entry, entry, must } from './entry.ts';

const answersOffByOne = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const server = new Device({ name: 'redis', latency: [2, 12], channels: 1 });
    let replies = new Queue<string>(0, 'replies');
    function* get(key: string): Coroutine<string> {
      const connection = replies;
      server.request().addDoneCallback(() => connection.putNowait(`value of ${key}`));
      try {
        return yield* connection.get();
      } catch (error) {
        if (isFixed) replies = new Queue(0, 'replies'); // another connection: on this one an answer is to come
        throw error;
      }
    }
    const foo = createTask(get('foo'), { name: 'foo' });
    yield* sleep(8);
    foo.cancel();
    yield* wait([foo]);
    const answer = yield* get('bar');
    must(answer === 'value of bar', `asked for bar, and got the ${answer}`);
  };

const staleResponse = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const server = new Device({ name: 'server', latency: [5, 50] });
    let shown = '';
    let latest = 0;
    function* revalidate(starts: number, data: string): Coroutine<void> {
      yield* sleep(starts);
      const mine = ++latest;
      yield* server.request({ label: data });
      if (!isFixed || mine === latest) shown = data;
    }
    yield* gather(revalidate(0, 'old'), revalidate(20, 'new'));
    must(shown === 'new', 'the answer to an older request came last, and is what is shown');
  };

const lockThatRanOut = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [2, 40] });
    const storage = { written: [] as string[], token: 0 };
    let lock = { holder: '', token: 0, until: 0 };
    function* client(name: string, starts: number): Coroutine<void> {
      yield* sleep(starts);
      const time = getRunningLoop().time();
      if (time < lock.until) return;
      lock = { holder: name, token: lock.token + 1, until: time + 20 };
      const { token } = lock;
      yield* net.request({ label: `${name} writes` }); // longer than the lock is good for?
      if (isFixed && token < storage.token) return; // refused: a newer holder has written
      const isOld = token < storage.token;
      storage.token = Math.max(token, storage.token);
      storage.written.push(name);
      must(!isOld, `${name} has lost the lock, and has written over what ${storage.written[0]} wrote`);
    }
    yield* gather(client('ann', 0), client('bob', 21));
  };

const workerNobodyJoins = (isFixed: boolean) => () => {
  const lock = new ThreadLock('shutdown');
  const jobs = new ThreadQueue<string | null>(0, 'jobs');
  const workers: Thread[] = [];
  let isShutDown = false;
  function* worker(): Coroutine<void> {
    while ((yield* jobs.get()) !== null) yield* busy(1, 'job');
  }
  function* start(): Coroutine<void> {
    if (isShutDown) return;
    jobs.putNowait('job');
    yield* busy(1, 'start a worker');
    workers.push(new Thread(worker, { name: 'worker' }).start());
  }
  function* shutDown(): Coroutine<void> {
    isShutDown = true;
    for (const _ of workers) jobs.putNowait(null);
  }
  runThreads(function* () {
    const client = new Thread(() => (isFixed ? lock.run(start) : start()), { name: 'client' }).start();
    yield* busy(2, 'the main program');
    yield* isFixed ? lock.run(shutDown) : shutDown();
    yield* client.join();
  });
};

const triedWithoutTheMutex = (isFixed: boolean) => () => {
  const freed = new ThreadCondition(undefined, 'freed');
  let memory = 0;
  const isReserved = () => memory > 0 && memory-- > 0;
  function* reserve(): Coroutine<void> {
    if (isFixed) return void (yield* freed.run(() => freed.waitFor(isReserved)));
    while (!isReserved()) {
      yield* busy(1, 'no room');
      yield* freed.run(() => freed.wait());
    }
  }
  function* release(): Coroutine<void> {
    yield* busy(1, 'send');
    yield* freed.run(function* () {
      memory++;
      freed.notifyAll();
    });
  }
  runThreads(function* () {
    const producer = new Thread(reserve, { name: 'producer' }).start();
    const sender = new Thread(release, { name: 'sender' }).start();
    for (const thread of [producer, sender]) yield* thread.join();
  });
};

export const knownServices: readonly Entry[] = [
  entry({
    name: 'redis-py: off by one',
    about:
      'A command is cancelled before its answer is read, and the next command on the connection reads that one. The twin gives the connection up.',
    kind: 'cancellation',
    program: answersOffByOne,
    expects: /asked for bar, and got the value of foo/,
    source: {
      project: 'redis-py',
      title:
        'Off by 1 - Canceling async Redis command leaves connection open, in unsafe state for future commands',
      url: 'https://github.com/redis/redis-py/issues/2624',
      wrong:
        'A command cancelled between sending and reading left its answer on the connection, for whoever came next.',
    },
  }),
  entry({
    name: 'swr: stale data wins',
    about:
      'Two requests for the same data are under way, and the answer to the older one comes last. The twin shows only the answer to the latest.',
    kind: 'order',
    program: staleResponse,
    expects: /the answer to an older request came last/,
    source: {
      project: 'SWR',
      title: 'Fix race condition',
      url: 'https://github.com/vercel/swr/pull/173',
      wrong:
        'The response of an ongoing request overrode that of a later revalidation which had come before it.',
    },
  }),
  entry({
    name: 'etcd: a lock that ran out',
    about:
      'The lock is good for a time, and a write that takes longer lands after the next holder’s. The twin’s storage refuses an older token.',
    kind: 'race',
    program: lockThatRanOut,
    expects: /has lost the lock, and has written over/,
    source: {
      project: 'etcd',
      title:
        'A mutex lock in concurrency package might be held by two client if one of them had network issue with ETCD server',
      url: 'https://github.com/etcd-io/etcd/issues/10811',
      wrong:
        'The lease of a client with a broken network expired, another got the lock, and both wrote to the same storage.',
    },
  }),
  entry({
    name: 'CPython: a worker nobody ends',
    about:
      'While a worker is being started the pool is shut down: those that are known get their end, and this one doesn’t. The twin does either under a lock.',
    kind: 'race',
    program: workerNobodyJoins,
    expects: /^DeadlockError/,
    source: {
      project: 'CPython',
      title: 'Race condition in ThreadPoolExecutor when scheduling new jobs while the interpreter shuts down',
      url: 'https://github.com/python/cpython/issues/75964',
      wrong:
        'A worker that was added after the exit handler had copied the list of threads was never told to end, nor joined.',
    },
  }),
  entry({
    name: 'Pulsar: tried without the mutex',
    about:
      'Reserving is tried without the mutex, and what is freed between that and the wait is told to nobody. The twin tries under it.',
    kind: 'lost wake-up',
    program: triedWithoutTheMutex,
    expects: /^DeadlockError/,
    alongside: 'lost wake-up',
    source: {
      project: 'Apache Pulsar',
      title: '[C++] Fixed race condition in MemoryLimitController',
      url: 'https://github.com/apache/pulsar/pull/10142',
      wrong:
        'Reserving was tried in a loop without the mutex, so that memory could be freed, and notified, before the wait began.',
    },
  }),
];
