/** Who is cancelled, and keeps what he has: a permit, a connection, an item. */

import {
  type Coroutine,
  createTask,
  Device,
  gather,
  Queue,
  Semaphore,
  sleep,
  TimeoutError,
  waitFor,
} from 'loopscope';
import { type Entry, entry, must } from './entry.ts';

const betweenAcquireAndTry = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const log = new Device({ name: 'log', latency: [1, 9] });
    const permits = new Semaphore(1, 'permits');
    function* request(): Coroutine<void> {
      yield* permits.acquire();
      if (!isFixed) yield* log.request({ label: 'begins' });
      try {
        if (isFixed) yield* log.request({ label: 'begins' });
        yield* sleep(20);
      } finally {
        permits.release();
      }
    }
    const impatient = createTask(request(), { name: 'impatient' });
    yield* sleep(7);
    impatient.cancel();
    yield* createTask(request(), { name: 'next' });
  };

const permitOutOfNothing = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const museum = new Device({ name: 'museum', latency: [4, 20] });
    const door = new Semaphore(1, 'door');
    let inside = 0;
    function* look(): Coroutine<void> {
      must(++inside === 1, `${inside} are inside, and there is room for one`);
      try {
        yield* museum.request();
      } finally {
        inside--;
      }
    }
    function* visit(arrives: number): Coroutine<void> {
      yield* sleep(arrives);
      if (isFixed) return yield* door.run(look);
      try {
        yield* door.acquire();
        yield* look();
      } finally {
        door.release(); // also if it never came in
      }
    }
    const [first, second, third] = [0, 5, 15].map((arrives) => createTask(visit(arrives)));
    yield* sleep(12);
    second!.cancel(); // has waited long enough
    yield* gather(first!, third!);
  };

const neverReleased = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const database = new Device({ name: 'database', latency: [2, 15] });
    const connections = new Semaphore(1, 'connections');
    function* handle(): Coroutine<void> {
      if (isFixed) return yield* connections.run(() => database.request());
      yield* connections.acquire();
      yield* database.request();
      connections.release();
    }
    const visitor = createTask(handle(), { name: 'visitor' });
    yield* sleep(10);
    visitor.cancel(); // has closed the page
    yield* createTask(handle(), { name: 'next visitor' });
  };

const itemLostInTimeout = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const log = new Device({ name: 'log', latency: [1, 8] });
    const orders = new Queue<string>(0, 'orders');
    const cooked: string[] = [];
    function* next(): Coroutine<string> {
      const order = yield* orders.get();
      if (!isFixed) yield* log.request({ label: order });
      return order;
    }
    function* cook(): Coroutine<void> {
      for (let round = 0; round < 4; round++) {
        try {
          const order = yield* waitFor(next(), 10);
          if (isFixed) yield* log.request({ label: order });
          cooked.push(order);
        } catch (error) {
          if (!(error instanceof TimeoutError)) throw error; // nothing to do: look around, and on
        }
      }
    }
    function* waiter(): Coroutine<void> {
      yield* sleep(5);
      orders.putNowait('rice');
    }
    yield* gather(createTask(cook(), { name: 'cook' }), createTask(waiter(), { name: 'waiter' }));
    must(cooked.length === 1, 'the order was taken from the queue, and nobody has cooked it');
  };

const cancelledBeforeItBegins = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const free = ['connection'];
    function* serve(given?: string): Coroutine<void> {
      const connection = given ?? free.pop()!;
      try {
        yield* sleep(3);
      } finally {
        free.push(connection);
      }
    }
    function* accept(): Coroutine<void> {
      yield* sleep(10);
      server = createTask(isFixed ? serve() : serve(free.pop()), { name: 'serve' });
    }
    function* shutdown(): Coroutine<void> {
      yield* sleep(10);
      yield* sleep(0);
      server?.cancel();
    }
    let server: ReturnType<typeof createTask> | null = null;
    yield* gather(createTask(accept(), { name: 'accept' }), createTask(shutdown(), { name: 'shutdown' }));
    yield* sleep(10);
    must(free.length === 1, 'a connection was handed to a task that never began, and is lost');
  };

export const permits: readonly Entry[] = [
  entry({
    name: 'between acquire and try',
    about:
      'A wait stands between taking the permit and the try that gives it back: who is cancelled there keeps it. The twin has nothing in between.',
    kind: 'cancellation',
    program: betweenAcquireAndTry,
    expects: /^DeadlockError/,
    alongside: 'leak',
  }),
  entry({
    name: 'a permit out of nothing',
    about:
      'The finally gives a permit back also when the wait for it was cancelled, and then two are inside. The twin acquires before the try.',
    kind: 'cancellation',
    program: permitOutOfNothing,
    expects: /are inside, and there is room for one/,
  }),
  entry({
    name: 'cancelled with the connection',
    about:
      'The connection is given back after the query, and not when the query is cancelled. The twin gives it back whatever happens.',
    kind: 'cancellation',
    program: neverReleased,
    expects: /^DeadlockError/,
    alongside: 'leak',
  }),
  entry({
    name: 'taken, and timed out',
    about:
      'The time limit is around taking an order and logging it, and so may end after it was taken. The twin has only the taking under it.',
    kind: 'cancellation',
    program: itemLostInTimeout,
    expects: /taken from the queue, and nobody has cooked it/,
  }),
  entry({
    name: 'cancelled before it begins',
    about:
      'A connection is handed to a task that is cancelled before its first step, so that its finally is never reached. The twin takes it inside.',
    kind: 'cancellation',
    program: cancelledBeforeItBegins,
    expects: /handed to a task that never began/,
  }),
];
