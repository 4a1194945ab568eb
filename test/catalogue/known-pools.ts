/** Mistakes of pools of connections, each with the thread in which it was told. */

import {
  busy,
  type Coroutine,
  createTask,
  Device,
  type Future,
  gather,
  getRunningLoop,
  Queue,
  runThreads,
  sleep,
  Thread,
  ThreadSemaphore,
  TimeoutError,
  waitFor,
} from 'loopscope';
import { type Entry, entry, must } from './entry.ts';

const overTheLimit = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const limit = 1;
    const waiters: Future<void>[] = [];
    let connections = 0;
    function* connect(): Coroutine<void> {
      let mustWait = connections >= limit;
      while (mustWait) {
        const turn = getRunningLoop().createFuture<void>();
        waiters.push(turn);
        yield* turn;
        mustWait = isFixed && connections >= limit; // the place was free when the word was given
      }
      connections++;
      must(connections <= limit, `${connections} connections are open, and the limit is ${limit}`);
    }
    function* request(arrives: number): Coroutine<void> {
      yield* sleep(arrives);
      yield* connect();
      yield* sleep(10);
      connections--;
      waiters.shift()?.setResult();
    }
    const late = createTask(request(10), { name: 'newcomer' });
    yield* gather(
      createTask(request(0), { name: 'first' }),
      createTask(request(5), { name: 'second' }),
      late,
    );
  };

const holderNotReturned = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const server = new Device({ name: 'server', latency: [3, 14] });
    const holders = new Queue<string>(0, 'holders');
    holders.putNowait('holder');
    function* acquire(): Coroutine<string> {
      const holder = yield* holders.get();
      try {
        yield* server.request({ label: 'connect' });
      } catch (error) {
        if (isFixed) holders.putNowait(holder);
        throw error;
      }
      return holder;
    }
    function* client(): Coroutine<void> {
      try {
        holders.putNowait(yield* waitFor(acquire(), 10));
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error;
      }
    }
    yield* createTask(client(), { name: 'client' });
    must(holders.qsize() === 1, 'the time was up while it connected, and the pool is one connection smaller');
  };

const twoAtATime = (isFixed: boolean) => () => {
  const pool = new ThreadSemaphore(2, 'pool');
  const inner = isFixed ? new ThreadSemaphore(2, 'second pool') : pool;
  const query = () => busy(1, 'query');
  const transaction = () =>
    pool.run(function* () {
      yield* query();
      yield* inner.run(query); // one more connection, with the first in hand
    });
  runThreads(function* () {
    const threads = ['ann', 'bob'].map((name) => new Thread(transaction, { name }).start());
    for (const thread of threads) yield* thread.join();
  });
};

const cancelledAfterReturn = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [2, 8] });
    const log = new Device({ name: 'log', latency: [1, 6] });
    const connection = { isOpen: true };
    const idle: (typeof connection)[] = [];
    let canceller: (() => void) | null = null;
    function* request(): Coroutine<void> {
      canceller = () => {
        connection.isOpen = false;
      };
      yield* net.request();
      if (isFixed) canceller = null;
      idle.push(connection); // for the next request
      yield* log.request();
      canceller = null;
    }
    function* user(): Coroutine<void> {
      yield* sleep(9);
      canceller?.();
    }
    yield* gather(createTask(request(), { name: 'request' }), createTask(user(), { name: 'user' }));
    must(idle[0]!.isOpen, 'a connection in the pool was closed by cancelling a request that is over');
  };

export const knownPools: readonly Entry[] = [
  entry({
    name: 'aiohttp: over the limit',
    about:
      'A waiter is told that a connection is free, a newcomer takes it first, and the waiter doesn’t look again. The twin looks in a loop.',
    kind: 'race',
    program: overTheLimit,
    expects: /2 connections are open, and the limit is 1/,
    source: {
      project: 'aiohttp',
      title: 'Race condition in BaseConnector leads to exceeding connection limit',
      url: 'https://github.com/aio-libs/aiohttp/issues/4936',
      wrong:
        'A connect between release and the resumption of a waiter took the connection, and the waiter made one more.',
    },
  }),
  entry({
    name: 'asyncpg: a connection leaks',
    about:
      'The time limit on acquire may end it while it connects, and what it took from the pool isn’t put back. The twin puts it back.',
    kind: 'cancellation',
    program: holderNotReturned,
    expects: /the pool is one connection smaller/,
    source: {
      project: 'asyncpg',
      title: 'Leaked connections caused by timeout on pool.acquire',
      url: 'https://github.com/MagicStack/asyncpg/issues/467',
      wrong:
        'A time limit cancelled the inner acquire after it had got its connection, which then never went back to the pool.',
    },
  }),
  entry({
    name: 'HikariCP: two connections each',
    about:
      'Each thread holds one connection and needs a second one of the same pool: when all hold one, none is left. The twin has a second pool.',
    kind: 'deadlock',
    program: twoAtATime,
    expects: /^DeadlockError/,
    source: {
      project: 'HikariCP',
      title: 'Feature request: additional logging to debug connection pool deadlocks',
      url: 'https://github.com/brettwooldridge/HikariCP/issues/442',
      wrong:
        'Threads that held two connections at once stood still under load, 50 of them around a pool of 10.',
    },
  }),
  entry({
    name: 'Go: cancelled after its end',
    about:
      'The connection goes back into the pool before the request’s canceller is cleared, and a late cancellation closes it there. The twin clears it before.',
    kind: 'race',
    program: cancelledAfterReturn,
    expects: /closed by cancelling a request that is over/,
    source: {
      project: 'Go',
      title: 'net/http: logical race in (*net/http.Transport).CancelRequest',
      url: 'https://github.com/golang/go/issues/10474',
      wrong:
        'CancelRequest could close a connection that the end of the body had already handed back to the pool.',
    },
  }),
];
